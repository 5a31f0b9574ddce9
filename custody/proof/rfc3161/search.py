"""The search for paths of valid signatures between a signer and pinned certificates (rule TS-13).

It goes down from the pinned certificates: only what one of them vouches for, directly or not, is ever looked
at as an issuer, so strangers' certificates of whatever name cost one comparison and at most one signature,
and cannot make a maze. What is inside the token is searched by itself first: nothing that lies beside it
crowds that out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import lru_cache
from itertools import pairwise
from typing import Final, TypeAlias

from attrs import field, frozen
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey

from custody.errors import FormatError
from custody.format.limits import PATH_LENGTH, PATH_SIGNATURES
from custody.proof.rfc3161.certificate import Certificate, Claims
from custody.proof.rfc3161.pool import Pool, pool_of
from custody.proof.rfc3161.web_profile import web_path

Read: TypeAlias = Callable[[bytes], Certificate]
"""Reads a certificate; FormatError where it cannot."""
Signed: TypeAlias = Callable[[Certificate, Certificate], bool]
"""Tells whether the first one's signature is the second one's."""
Route: TypeAlias = tuple[Certificate, ...]
"""Signer first, pinned certificate last, each signed by the next."""

_ROUTES: Final = 64  # kept of each length
_CHEAP_CURVE_BITS: Final = 256
_DEAR: Final = 6  # a signature of a larger curve takes so many times as long
_Pair: TypeAlias = tuple[bytes, bytes]


@frozen(kw_only=True)
class Tools:
    """How certificates are read and signatures are checked: anew, or as it was remembered.

    Attributes:
        read: reads a certificate.
        signed: checks the signature of one.
    """

    read: Read = field(repr=False)
    signed: Signed = field(repr=False)


@frozen(kw_only=True)
class Routes:
    """What the search came to.

    Attributes:
        routes: shortest first; those of one length in the order of pins and pools.
        accepted: one that the verifier of `cryptography` accepts, or empty.
        unreadable: whether a certificate that cannot be read has the name of an issuer that was looked for.
    """

    routes: tuple[Route, ...]
    accepted: Route = ()
    unreadable: bool = False


def search_routes(
    signer: Certificate, pools: Sequence[Pool], pins: tuple[bytes, ...], tools: Tools
) -> Routes:
    """Find the paths of at most 8 certificates on which every signature verifies.

    A path ends at the first pinned certificate on it, and has no name and key twice. Constraints and times
    are not looked at.

    Args:
        signer: where paths start.
        pools: other certificates: those in the token, then those beside it.
        pins: DER of the pinned certificates.
        tools: read and check.
    """
    if signer.der in pins:
        return Routes(routes=((signer,),))
    pinned = pool_of_pins(pins)
    inside = _closure(signer, pools[:1], pinned)
    anchors, lost = _anchors(pinned, inside.names, tools)
    embedded = [one for claims in inside.all for one in _readable(claims, tools)]
    # Whose signatures that verifier has checked need no second check; mostly that is the whole path.
    accepted = web_path(signer, embedded, anchors)
    checked = dict.fromkeys(((one.der, by.der) for one, by in pairwise(accepted)), True)
    issuers, unread = _vouched(signer, anchors, inside, tools, checked)
    if any(pool.claims for pool in pools[1:]):
        around = _closure(signer, pools, pinned)
        anchors, lost = _anchors(pinned, around.names, tools)
        issuers, unread = _vouched(signer, anchors, around, tools, checked, PATH_SIGNATURES)
    return Routes(
        routes=tuple(_climb(signer, issuers, frozenset(pins))), accepted=accepted, unreadable=lost or unread
    )


@lru_cache(maxsize=8)  # a verifier pins the same ones all day long
def pool_of_pins(pins: tuple[bytes, ...]) -> Pool:
    """Read what pinned certificates claim."""
    return pool_of(pins)


@frozen(kw_only=True)
class _Closure:
    """What bears the name of an issuer of the signer, of its issuer and so on.

    Attributes:
        names: all names that were looked for.
        below: what bears one of them, by its own issuer's name; that of an earlier pool first.
    """

    names: frozenset[bytes]
    below: Mapping[bytes, Sequence[Claims]]

    @property
    def all(self) -> Iterator[Claims]:
        """All certificates that bear one of the names."""
        return (one for listed in self.below.values() for one in listed)


def _closure(signer: Certificate, pools: Sequence[Pool], pinned: Pool) -> _Closure:
    names, frontier, taken = {signer.issuer}, [signer.issuer], {signer.der, *pinned.claims}
    found: dict[bytes, list[tuple[int, Claims]]] = {}
    for _ in range(PATH_LENGTH - 2):  # as many may stand between signer and root
        bearing = [
            (rank, one)
            for name in frontier
            for rank, pool in enumerate(pools)
            for one in pool.by_subject.get(name, ())
            if one.der not in taken
        ]
        taken.update(one.der for _, one in bearing)
        for rank, one in bearing:
            found.setdefault(one.issuer, []).append((rank, one))
        frontier = [name for name in dict.fromkeys(one.issuer for _, one in bearing) if name not in names]
        names.update(frontier)
    below = {name: [one for _, one in sorted(listed, key=_rank)] for name, listed in found.items()}
    return _Closure(names=frozenset(names), below=below)


def _rank(ranked: tuple[int, Claims]) -> int:
    return ranked[0]


def _anchors(pinned: Pool, names: frozenset[bytes], tools: Tools) -> tuple[list[Certificate], bool]:
    """Read the pinned certificates of some subjects; tell also whether one of them cannot be read."""
    wanted = [claims for claims in pinned.claims.values() if claims.subject in names]
    anchors = [one for claims in wanted for one in _readable(claims, tools)]
    return anchors, len(anchors) < len(wanted)


def _readable(claims: Claims, tools: Tools) -> Iterator[Certificate]:
    with suppress(FormatError):
        yield tools.read(claims.der)


def _vouched(
    signer: Certificate,
    anchors: Sequence[Certificate],
    closure: _Closure,
    tools: Tools,
    checked: dict[_Pair, bool],
    allowed: int | None = None,
) -> tuple[dict[Certificate, list[Certificate]], bool]:
    """Return who vouches for each certificate; only for those that an anchor vouches for in the end.

    Args:
        signer: where paths start.
        anchors: pinned certificates.
        closure: what may lie between.
        tools: read and check.
        checked: signatures that were checked before; more are added.
        allowed: what the checking of others may cost, or None.

    Returns:
        Issuers, and whether a certificate that was looked for cannot be read.
    """
    issuers: dict[Certificate, list[Certificate]] = {}
    ready, lost, itself = list(anchors), False, _claims(signer)
    for issuer in ready:  # grows while it is walked
        own = (itself,) if signer.issuer == issuer.subject else ()
        for claims in (*own, *closure.below.get(issuer.subject, ())):
            pair = (claims.der, issuer.der)
            if allowed is not None and pair not in checked and claims is not itself:
                allowed -= _cost(issuer)
                if allowed < 0:
                    continue  # what was checked before still counts
            one = signer if claims is itself else next(_readable(claims, tools), None)
            if one is None:
                lost = True
                continue
            if pair not in checked:
                checked[pair] = one != issuer and tools.signed(one, issuer)
            if checked[pair]:
                if one not in issuers:
                    ready.append(one)
                issuers.setdefault(one, []).append(issuer)
    return issuers, lost


def _claims(one: Certificate) -> Claims:
    return Claims(
        der=one.der, serial=one.serial, issuer=one.issuer, subject=one.subject, key_info=one.key_info
    )


def _cost(issuer: Certificate) -> int:
    """Return what checking a signature of a key costs, in checks of the cheap kinds."""
    curve = isinstance(issuer.key, EllipticCurvePublicKey) and issuer.key.key_size > _CHEAP_CURVE_BITS
    return _DEAR if curve else 1


def _climb(
    signer: Certificate, issuers: dict[Certificate, list[Certificate]], pins: frozenset[bytes]
) -> Iterable[Route]:
    growing: list[Route] = [(signer,)]
    for _ in range(PATH_LENGTH - 1):
        grown = [
            (*route, issuer)
            for route in growing
            for issuer in issuers.get(route[-1], ())
            if not any(_same_holder(issuer, one) for one in route)
        ][:_ROUTES]
        yield from (route for route in grown if route[-1].der in pins)
        growing = [route for route in grown if route[-1].der not in pins]


def _same_holder(one: Certificate, other: Certificate) -> bool:
    return (one.subject, one.key_info) == (other.subject, other.key_info)
