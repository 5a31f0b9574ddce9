"""Changes of a trust, as values: whom to add, whom to trust no longer, and until when."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from attrs import evolve

from custody.errors import UsageError
from custody.model.identity import Identity
from custody.model.instant import Instant
from custody.trust.trust import (
    AlgorithmEnd,
    Authority,
    DatedKeySet,
    Role,
    Trust,
    TrustedIdentity,
)


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


def with_authority(trust: Trust, authority: Authority, *, further_roots: bool = False) -> Trust:
    """Return a trust that also accepts a time authority.

    Args:
        trust: as it was.
        authority: whom to accept.
        further_roots: an authority of this name may be known, with the same operator; it gets these roots on
            top of its own, and the address if it had none. Whoever holds a root makes its time, so it must be
            meant.

    Raises:
        UsageError: the name is known (SECOND_ROOT), or its operator or policy is another; or one of the roots
            is pinned already (ROOT_PINNED), for this authority or another: one root is one witness.
    """
    pinned = {root.certificate: other for other in trust.authorities for root in other.roots}
    if any(root.certificate in pinned for root in authority.roots):
        raise UsageError(
            "root: expected one that the trust does not pin yet, found one that it pins",
            code="ROOT_PINNED",
            hint="custody trust show names the authority that has it",
        )
    known = next((one for one in trust.authorities if one.name == authority.name), None)
    if known is None:
        return evolve(trust, authorities=(*trust.authorities, authority))
    if not further_roots:
        raise UsageError(
            "authority: expected a name that the trust does not have, found one of it",
            code="SECOND_ROOT",
            hint="--further-root gives a known authority another root; --as or --name makes it another one",
        )
    if known.operator != authority.operator or authority.policy not in {None, known.policy}:
        raise UsageError("authority: expected the operator and policy that the trust has, found others")
    grown = evolve(known, roots=(*known.roots, *authority.roots), url=known.url or authority.url)
    return _authority_replaced(trust, known, grown)


def without_authority(trust: Trust, name: str) -> Trust:
    """Return a trust that no longer knows a time authority.

    Raises:
        UsageError: no such authority.
    """
    known = _authority_of(trust, name)
    return evolve(trust, authorities=tuple(one for one in trust.authorities if one is not known))


def with_authority_end(trust: Trust, name: str, until: Instant, root: str | None = None) -> Trust:
    """Return a trust in which the roots of a time authority count only for tokens from before an instant.

    Args:
        trust: as it was.
        name: the authority.
        until: the first moment no more; it replaces an end that was set before.
        root: the SHA-256 of the root that is meant, 64 hex digits; all of its roots unless given.

    Raises:
        UsageError: no such authority or root, or the moment is not after the start of the trust in it.
    """
    known = _authority_of(trust, name)
    ended = tuple(
        evolve(one, valid_until=until) if root in {None, hashlib.sha256(one.certificate).hexdigest()} else one
        for one in known.roots
    )
    if all(new is old for new, old in zip(ended, known.roots, strict=True)):
        raise UsageError("root: expected one of this authority's, found another")
    return _authority_replaced(trust, known, evolve(known, roots=ended))


def with_algorithm_end(trust: Trust, algorithm: str, until: Instant) -> Trust:
    """Return a trust in which an algorithm proves nothing new from an instant on.

    Raises:
        UsageError: no verification looks at an algorithm of this name, so its end would change nothing.
    """
    added = AlgorithmEnd(algorithm=algorithm, until=until)
    others = tuple(end for end in trust.algorithm_ends if end.algorithm != algorithm)
    return evolve(trust, algorithm_ends=(*others, added))


def _authority_of(trust: Trust, name: str) -> Authority:
    known = next((one for one in trust.authorities if one.name == name), None)
    if known is None:
        raise UsageError("authority: expected one of the trust, found another name")
    return known


def _authority_replaced(trust: Trust, old: Authority, new: Authority) -> Trust:
    return evolve(trust, authorities=tuple(new if one is old else one for one in trust.authorities))


def _replaced(trust: Trust, old: TrustedIdentity, new: TrustedIdentity) -> Trust:
    return evolve(trust, identities=tuple(new if one is old else one for one in trust.identities))
