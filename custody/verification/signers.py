"""Whose keys signed: the listed signers of a record against the verifier's trust (findings 6 and 8)."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import evolve, field, frozen

from custody.model.event import ListedSigner
from custody.model.identity import KeySet
from custody.model.instant import Instant
from custody.proof.event_record import EventRecord
from custody.report.reason import Reason
from custody.trust.trust import KeyStanding, Role
from custody.verification.run import Question
from custody.verification.times import Times

_OWN = " (expected seal)"  # no trusted name can end so: it holds a space


@frozen(kw_only=True)
class Resolved:
    """One listed signer, resolved.

    Attributes:
        identity: the name that the trust gives the keys (under an expected seal, the seal's own label for the
            keys that it lists); None when nobody knows them.
        trusted: whether the trust knows that identity.
        roles: of that identity.
        doubt: why what rests on this signature is undetermined: EVENT_KEY_SET, EVENT_KEY_TIME or
            EVENT_ALGORITHM_ENDED; EVENT_KEY_COMPROMISED where it is shown to be no older than the compromise;
            None when nothing is in doubt.
        compromised: whether the doubt is a compromise of the key.
        since: the start of that compromise.
    """

    identity: str | None
    trusted: bool = False
    roles: frozenset[Role] = frozenset()
    doubt: Reason | None = None
    compromised: bool = False
    since: Instant | None = None


@frozen(kw_only=True)
class Resolver:
    """Resolves signers by their keys, never by their labels.

    Attributes:
        question: the trust and the moment; without a proven time that moment decides.
        times: what is proven about the time of each event; None while nothing is known yet.
        own: under an expected seal, the label and the keys of each key set that the seal lists.
    """

    question: Question
    times: Times | None = None
    own: Mapping[frozenset[str], tuple[str, KeySet]] = field(factory=dict)

    def resolve(self, key_ids: tuple[str, ...], event_id: str = "") -> Resolved:
        """Resolve the keys that one signer lists.

        Args:
            key_ids: the keys.
            event_id: what they signed; without it the moment of verification decides.
        """
        not_after, not_before = self._window(event_id)
        found = self.question.trust.match(key_ids)
        if found.identity is None:
            if frozenset(key_ids) not in self.own:
                return Resolved(identity=None)
            label, key_set = self.own[frozenset(key_ids)]
            return Resolved(identity=f"{label}{_OWN}", doubt=self._ended(key_set, not_after))
        known = Resolved(identity=found.identity.name, trusted=True, roles=found.identity.roles)
        if found.dated_set is None:
            return evolve(known, doubt=Reason.EVENT_KEY_SET)
        standing = found.dated_set.standing(not_after=not_after, not_before=not_before)
        if standing is KeyStanding.COUNTS:
            return evolve(known, doubt=self._ended(found.dated_set.key_set, not_after))
        return evolve(
            known,
            doubt=Reason.EVENT_KEY_COMPROMISED
            if standing is KeyStanding.COMPROMISED
            else Reason.EVENT_KEY_TIME,
            compromised=standing in {KeyStanding.PERHAPS_COMPROMISED, KeyStanding.COMPROMISED},
            since=found.dated_set.compromised_since,
        )

    def _window(self, event_id: str) -> tuple[Instant, Instant | None]:
        """Return U and L of an event (DESIGN, "Keys at the proven time")."""
        if self.times is None or not event_id:
            return self.question.verified_at, None
        return self.times.not_after(event_id), self.times.not_before(event_id)

    def _ended(self, key_set: KeySet, not_after: Instant) -> Reason | None:
        """Doubt a set whose algorithms have all ended: as all its keys sign, one that stands is enough."""
        ends = [self.question.trust.end_of(key.algorithm.value) for key in key_set.keys]
        over = all(end is not None and not_after >= end for end in ends)
        return Reason.EVENT_ALGORITHM_ENDED if over else None

    def resolve_all(self, record: EventRecord) -> tuple[tuple[ListedSigner, Resolved], ...]:
        """Resolve every signer that a record lists, in order."""
        if record.body is None:
            return ()
        event_id = record.event_id if record.bound else ""
        holds = self.times is None or self.times.renewals.event_holds(record.path)
        resolved = []
        for signer in record.body.signers:
            one = self.resolve(signer.key_ids, event_id)
            if not holds and one.identity is not None and one.doubt is None:
                one = evolve(one, doubt=Reason.EVENT_ALGORITHM_ENDED)
            resolved.append((signer, one))
        return tuple(resolved)


def own_signers(seal: EventRecord) -> dict[frozenset[str], tuple[str, KeySet]]:
    """Return the key sets of a signed seal and their labels, as known identities for its own log."""
    signers = () if seal.body is None else seal.body.signers
    return {
        frozenset(signer.key_ids): (
            signer.claimed_identity,
            KeySet(keys=tuple(seal.keys[key_id] for key_id in signer.key_ids)),
        )
        for signer in signers
    }
