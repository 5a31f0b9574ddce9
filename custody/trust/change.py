"""Changes of a trust, as values: whom to add, whom to trust no longer."""

from __future__ import annotations

from collections.abc import Iterable

from attrs import evolve

from custody.errors import UsageError
from custody.model.identity import Identity
from custody.model.instant import Instant
from custody.trust.trust import DatedKeySet, Role, Trust, TrustedIdentity


def with_identity(
    trust: Trust, identity: Identity, roles: Iterable[Role], *, second_set: bool = False
) -> Trust:
    """Return a trust that also accepts an identity; one that is known gets the roles on top of its own.

    Args:
        trust: as it was.
        identity: whom to accept.
        roles: what for.
        second_set: a known identity may get a further key set. Whoever holds that counts as this identity, so
            it must be meant.

    Raises:
        UsageError: the identity has another key set (SECOND_SET), or one of the keys is known under another
            name.
    """
    ids = frozenset(identity.key_set.key_ids)
    for other in trust.identities:
        if other.name != identity.name and any(ids & set(one.key_set.key_ids) for one in other.sets):
            raise UsageError("keys: expected unknown ones, found them in the trust under another name")
    added = DatedKeySet(key_set=identity.key_set)
    known = next((one for one in trust.identities if one.name == identity.name), None)
    if known is None:
        new = TrustedIdentity(name=identity.name, roles=frozenset(roles), sets=(added,))
        return evolve(trust, identities=(*trust.identities, new))
    sets = known.sets
    if all(ids != frozenset(one.key_set.key_ids) for one in sets):
        if not second_set:
            raise UsageError(
                "keys: expected those that the trust has for this identity, found a second key set",
                code="SECOND_SET",
                hint="ask its owner by another channel whether these keys are new, then use --second-set",
            )
        sets = (*sets, added)
    return _replaced(trust, known, evolve(known, roles=known.roles | frozenset(roles), sets=sets))


def without_identity(trust: Trust, name: str) -> Trust:
    """Return a trust that no longer knows an identity.

    Raises:
        UsageError: no such identity.
    """
    kept = tuple(one for one in trust.identities if one.name != name)
    if len(kept) == len(trust.identities):
        raise UsageError("identity: expected one of the trust, found another name")
    return evolve(trust, identities=kept)


def with_compromise(trust: Trust, name: str, since: Instant, fingerprint: str | None = None) -> Trust:
    """Return a trust in which the keys of an identity count only before an instant.

    Args:
        trust: as it was.
        name: the identity.
        since: from here on somebody else may have used the keys.
        fingerprint: which of its key sets, when it has several; all of them unless told.

    Raises:
        UsageError: no such identity or key set; or the moment is later than one that is known already.
    """
    known = next((one for one in trust.identities if one.name == name), None)
    if known is None:
        raise UsageError("identity: expected one of the trust, found another name")
    chosen = [dated for dated in known.sets if fingerprint in (None, dated.key_set.fingerprint)]
    if not chosen:
        raise UsageError("fingerprint: expected one of this identity's key sets, found another")
    if any(dated.compromised_since is not None and dated.compromised_since < since for dated in chosen):
        raise UsageError("since: expected no later moment than the known one, found a later")
    sets = tuple(evolve(dated, compromised_since=since) if dated in chosen else dated for dated in known.sets)
    return _replaced(trust, known, evolve(known, sets=sets))


def _replaced(trust: Trust, old: TrustedIdentity, new: TrustedIdentity) -> Trust:
    return evolve(trust, identities=tuple(new if one is old else one for one in trust.identities))
