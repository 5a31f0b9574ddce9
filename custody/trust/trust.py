"""Trust: the verifier's own statement of whom and what he accepts. Nothing in it comes from a bundle.

Identities are matched by keys, never by name. A signer speaks for an identity when he lists exactly one whole
key set of it; so leaving out the post-quantum key is noticed, and a name borrowed for other keys gains
nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum
from functools import cached_property
from typing import Final

from attrs import field, frozen

from custody.errors import UsageError
from custody.format.algorithm_name import ALGORITHM_NAMES
from custody.model.identity import Identity, KeySet, is_identity
from custody.model.instant import Instant

# What version 1 demands whatever the trust says (bundle spec, "Thresholds"); a trust may only raise it.
LEAST_SIGNERS: Final = {"erased": 2, "key-revoked": 2}


class Role(Enum):
    """What an identity is accepted for."""

    SEALER = "sealer"
    HOLDER = "holder"
    APPROVER = "approver"
    ATTESTER = "attester"


class SetMatch(Enum):
    """How the keys that a signer lists relate to the key sets of an identity."""

    WHOLE = "whole"
    """Exactly the keys of one set."""
    OTHER = "other"
    """Keys of one identity, yet not exactly one of its sets: shortened, mixed, or with a foreign key."""
    UNKNOWN = "unknown"
    """No known key, or keys of several identities."""


class KeyStanding(Enum):
    """Whether a key set counts at the proven time of a signature (DESIGN, "Keys at the proven time")."""

    COUNTS = "counts"
    TOO_EARLY = "too-early"
    """The proven time lies before the set's first moment: undetermined."""
    TOO_LATE = "too-late"
    """The proven time does not lie before the set's end: undetermined."""
    PERHAPS_COMPROMISED = "perhaps-compromised"
    """The signature is not proven to be older than the compromise: undetermined."""
    COMPROMISED = "compromised"
    """The signature is proven to be no older than the compromise: refuted, or set aside."""


def _check_interval(start: Instant | None, end: Instant | None, thing: str) -> None:
    if start is not None and end is not None and start >= end:
        raise UsageError(f"{thing}: expected a start before the end, found another order")


@frozen(kw_only=True)
class DatedKeySet:
    """A key set and the time in which it counts, half-open: `valid_from` <= t < `valid_until`.

    Attributes:
        key_set: the keys that must all sign.
        valid_from: the first moment, or None for always.
        valid_until: the first moment no more, or None for ever.
        compromised_since: from here on somebody else may hold the keys, or None.
    """

    key_set: KeySet
    valid_from: Instant | None = None
    valid_until: Instant | None = None
    compromised_since: Instant | None = None

    def __attrs_post_init__(self) -> None:
        """Refuse an interval without a moment in it."""
        _check_interval(self.valid_from, self.valid_until, "key set")

    def standing(self, *, not_after: Instant, not_before: Instant | None = None) -> KeyStanding:
        """Judge the set at a proven time.

        Args:
            not_after: the earliest proven upper bound of the signature; the moment of verification when
                nothing proves its time.
            not_before: its proven lower bound, or None.
        """
        if self.compromised_since is not None:
            if not_before is not None and not_before >= self.compromised_since:
                return KeyStanding.COMPROMISED
            if not_after >= self.compromised_since:
                return KeyStanding.PERHAPS_COMPROMISED
        if self.valid_from is not None and not_after < self.valid_from:
            return KeyStanding.TOO_EARLY
        if self.valid_until is not None and not_after >= self.valid_until:
            return KeyStanding.TOO_LATE
        return KeyStanding.COUNTS


@frozen(kw_only=True)
class TrustedIdentity:
    """A party that the verifier knows.

    Attributes:
        name: his label for it, 1 to 64 of a-z, 0-9 and . _ @ -.
        roles: what it is accepted for.
        sets: its key sets, old ones too; at least one.
    """

    name: str
    roles: frozenset[Role]
    sets: tuple[DatedKeySet, ...]

    def __attrs_post_init__(self) -> None:
        """Refuse an identity without keys, or with the same set twice."""
        if not is_identity(self.name):
            raise UsageError("identity: expected 1 to 64 of a-z, 0-9 and . _ @ -, found another text")
        ids = [dated.key_set.key_ids for dated in self.sets]
        if not ids or len(set(ids)) != len(ids):
            raise UsageError("identity: expected different key sets, at least one, found others")


@frozen(kw_only=True)
class TrustedRoot:
    """A certificate at which a time authority's chain may end.

    Attributes:
        certificate: DER (RFC 5280).
        valid_from: when the verifier's trust in it starts, or None for always.
        valid_until: the first moment no more, or None for ever.
    """

    certificate: bytes = field(repr=False)
    valid_from: Instant | None = None
    valid_until: Instant | None = None

    def __attrs_post_init__(self) -> None:
        """Refuse an interval without a moment in it."""
        _check_interval(self.valid_from, self.valid_until, "root")


@frozen(kw_only=True)
class Authority:
    """A time authority (RFC 3161) that the verifier accepts.

    Attributes:
        name: his label for it.
        operator: who runs it; two authorities of one operator are not two witnesses.
        roots: pinned certificates; at least one.
        url: where it answers, or None.
        policy: the only policy OID accepted, in dotted digits, or None for any.
    """

    name: str
    operator: str
    roots: tuple[TrustedRoot, ...]
    url: str | None = None
    policy: str | None = None


@frozen(kw_only=True)
class Threshold:
    """How many distinct identities must sign an event of a type.

    Attributes:
        event_type: as in `body.type`.
        identities: at least so many.
    """

    event_type: str
    identities: int


@frozen(kw_only=True)
class AlgorithmEnd:
    """The moment from which an algorithm proves nothing new.

    Attributes:
        algorithm: its name, one of `ALGORITHM_NAMES`.
        until: the first moment no more.
    """

    algorithm: str
    until: Instant

    def __attrs_post_init__(self) -> None:
        """Refuse a name that no verification asks for: its end would end nothing, and nobody would know."""
        if self.algorithm not in ALGORITHM_NAMES:
            raise UsageError(
                "algorithm: expected one that verification looks at, found another name",
                hint=", ".join(ALGORITHM_NAMES),
            )


@frozen(kw_only=True)
class KeyMatch:
    """Whom the keys listed by a signer belong to.

    Attributes:
        match: how they relate to the sets of the identity.
        identity: the identity, or None when unknown.
        dated_set: the set that they are, when `match` is WHOLE.
    """

    match: SetMatch
    identity: TrustedIdentity | None = None
    dated_set: DatedKeySet | None = None


_UNKNOWN: Final = KeyMatch(match=SetMatch.UNKNOWN)


def _no_repeats(values: Iterable[object], thing: str) -> None:
    listed = list(values)
    if len(set(listed)) != len(listed):
        raise UsageError(f"trust: expected each {thing} once, found one twice")


@frozen(kw_only=True)
class Trust:
    """All that a verifier accepts; `Trust.none()` accepts nothing.

    Attributes:
        identities: parties, each name once, no key under two of them.
        thresholds: demands on event types, each type once.
        authorities: time authorities, each name once.
        algorithm_ends: ends of algorithms, each once.
    """

    identities: tuple[TrustedIdentity, ...] = ()
    thresholds: tuple[Threshold, ...] = ()
    authorities: tuple[Authority, ...] = ()
    algorithm_ends: tuple[AlgorithmEnd, ...] = ()

    def __attrs_post_init__(self) -> None:
        """Refuse a name twice, and one key or root under two parties: it would count as two witnesses."""
        _no_repeats((identity.name for identity in self.identities), "identity")
        _no_repeats((threshold.event_type for threshold in self.thresholds), "event type")
        _no_repeats((authority.name for authority in self.authorities), "authority")
        _no_repeats((end.algorithm for end in self.algorithm_ends), "algorithm")
        _no_repeats(
            (key_id for identity in self.identities for key_id in _keys_of(identity)), "key of two identities"
        )
        operated = {(one.operator, root.certificate) for one in self.authorities for root in one.roots}
        _no_repeats((certificate for _, certificate in operated), "root of two operators")

    @classmethod
    def none(cls) -> Trust:
        """Trust nobody."""
        return cls()

    @classmethod
    def of_identity(cls, identity: Identity) -> Trust:
        """Trust one identity as sealer and holder: what an exported public key file says."""
        known = TrustedIdentity(
            name=identity.name,
            roles=frozenset({Role.SEALER, Role.HOLDER}),
            sets=(DatedKeySet(key_set=identity.key_set),),
        )
        return cls(identities=(known,))

    @cached_property
    def _by_key(self) -> dict[str, TrustedIdentity]:
        return {key_id: identity for identity in self.identities for key_id in _keys_of(identity)}

    def match(self, key_ids: Iterable[str]) -> KeyMatch:
        """Find whom listed keys belong to.

        Args:
            key_ids: what a signer lists, 64 hex digits each, in any order.
        """
        listed = frozenset(key_ids)
        owners = [self._by_key[key_id] for key_id in sorted(listed) if key_id in self._by_key]
        if not owners or any(owner is not owners[0] for owner in owners):
            return _UNKNOWN
        for dated in owners[0].sets:
            if listed == frozenset(dated.key_set.key_ids):
                return KeyMatch(match=SetMatch.WHOLE, identity=owners[0], dated_set=dated)
        return KeyMatch(match=SetMatch.OTHER, identity=owners[0])

    def signers_needed(self, event_type: str) -> int:
        """Return how many distinct identities must sign such an event; at least what the format demands."""
        demanded = (found.identities for found in self.thresholds if found.event_type == event_type)
        return max(1, LEAST_SIGNERS.get(event_type, 1), *demanded)

    def end_of(self, algorithm: str) -> Instant | None:
        """Return the moment from which an algorithm proves nothing new, or None."""
        return next((end.until for end in self.algorithm_ends if end.algorithm == algorithm), None)


def _keys_of(identity: TrustedIdentity) -> frozenset[str]:
    return frozenset(key_id for dated in identity.sets for key_id in dated.key_set.key_ids)
