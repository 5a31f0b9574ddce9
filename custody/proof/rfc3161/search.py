"""The search for paths of valid signatures between a signer and pinned certificates (rule TS-13).

It goes down from the pinned certificates: only what one of them vouches for, directly or not, is ever looked
at as an issuer, so strangers' certificates of whatever name cost one comparison and no signature, and cannot
make a maze. Work is bounded: each pair of issuer and subject is tried once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Final, TypeAlias

from attrs import frozen

from custody.errors import FormatError
from custody.format.limits import PATH_CERTIFICATES, PATH_LENGTH, PATH_POOL
from custody.proof.rfc3161.certificate import Certificate, claimed_names

Read: TypeAlias = Callable[[bytes], Certificate]
"""Reads a certificate; FormatError where it cannot."""
Route: TypeAlias = tuple[Certificate, ...]
"""Signer first, pinned certificate last, each signed by the next."""

_ROUTES: Final = 64  # kept of each length


@frozen(kw_only=True)
class Routes:
    """What the search came to.

    Attributes:
        routes: shortest first; those of one length in the order of pool and pins.
        unreadable: whether a certificate that cannot be read has the name of an issuer that was looked for.
    """

    routes: tuple[Route, ...]
    unreadable: bool


def search_routes(signer: Certificate, pool: Iterable[bytes], pins: Sequence[bytes], read: Read) -> Routes:
    """Find the paths of at most 8 certificates on which every signature verifies.

    A path ends at the first pinned certificate on it, and has no name and key twice. Constraints and times
    are not looked at.

    Args:
        signer: where paths start.
        pool: DER of other certificates; of those that may lie on a path, the first 32 are looked at.
        pins: DER of the pinned certificates.
        read: reads one.
    """
    anchors, lost_anchors = _read_all(pins, read)
    if signer.der in pins:
        return Routes(routes=((signer,),), unreadable=False)
    material, lost = _read_all([one for one in dict.fromkeys(pool) if one not in pins][:PATH_POOL], read)
    named, wanted = _name_closure(signer, material)
    issuers = _issuers_of([signer, *named], [one for one in anchors if one.subject in wanted])
    unreadable = any(_claimed_subject(one) in wanted for one in (*lost, *lost_anchors))
    return Routes(routes=tuple(_climb(signer, issuers, frozenset(pins))), unreadable=unreadable)


def _read_all(ders: Iterable[bytes], read: Read) -> tuple[list[Certificate], list[bytes]]:
    found: list[Certificate] = []
    lost: list[bytes] = []
    for der in ders:
        try:
            found.append(read(der))
        except FormatError:
            lost.append(der)
    return found, lost


def _claimed_subject(der: bytes) -> bytes | None:
    try:
        return claimed_names(der)[1]
    except FormatError:
        return None


def _name_closure(
    signer: Certificate, material: Sequence[Certificate]
) -> tuple[list[Certificate], set[bytes]]:
    """Pick what bears the name of an issuer of the signer, of its issuer and so on; return also the names."""
    wanted = {signer.issuer}
    named: list[Certificate] = []
    for _ in range(PATH_LENGTH - 1):
        fresh = [one for one in material if one.subject in wanted and one not in named and one != signer]
        named.extend(fresh[: PATH_CERTIFICATES - len(named)])
        wanted.update(one.issuer for one in named)
    return named, wanted


def _issuers_of(
    below: Sequence[Certificate], anchors: Sequence[Certificate]
) -> dict[Certificate, list[Certificate]]:
    """Return who vouches for each certificate; only for those that an anchor vouches for in the end."""
    issuers: dict[Certificate, list[Certificate]] = {}
    ready = list(anchors)
    for issuer in ready:  # grows while it is walked
        for one in below:
            if one.issuer == issuer.subject and one != issuer and one.signed_by(issuer):
                if one not in issuers:
                    ready.append(one)
                issuers.setdefault(one, []).append(issuer)
    return issuers


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
