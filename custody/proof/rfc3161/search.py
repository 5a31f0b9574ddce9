"""The search for paths of valid signatures between a signer and pinned certificates (rule TS-13).

It goes down from the pinned certificates: only what one of them vouches for, directly or not, is ever looked
at as an issuer, so strangers' certificates of whatever name cost one comparison and no signature, and cannot
make a maze. Work is bounded: each pair of issuer and subject is tried once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from typing import Final, TypeAlias

from attrs import frozen

from custody.errors import FormatError
from custody.format.limits import PATH_CERTIFICATES, PATH_LENGTH, PATH_POOL
from custody.proof.rfc3161.certificate import Certificate, claimed_names
from custody.proof.rfc3161.web_profile import web_path

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
        accepted: one that the verifier of `cryptography` accepts, or empty.
        unreadable: whether a certificate that cannot be read has the name of an issuer that was looked for.
    """

    routes: tuple[Route, ...]
    accepted: Route = ()
    unreadable: bool = False


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
    if signer.der in pins:
        return Routes(routes=((signer,),))
    pinned = frozenset(pins)
    material = [one for one in dict.fromkeys(pool) if one not in pinned and one != signer.der][:PATH_POOL]
    named, wanted, lost = _name_closure(signer, material, read)
    anchors, lost_anchors = _bearing(wanted, pins, read)
    # Whose signatures that verifier has checked need no second check; mostly that is the whole path.
    accepted = web_path(signer, named, anchors)
    issuers = _issuers_of([signer, *named], anchors, frozenset(pairwise(accepted)))
    return Routes(
        routes=tuple(_climb(signer, issuers, pinned)), accepted=accepted, unreadable=lost or lost_anchors
    )


def _name_closure(
    signer: Certificate, material: Sequence[bytes], read: Read
) -> tuple[list[Certificate], set[bytes], bool]:
    """Pick what bears the name of an issuer of the signer, of its issuer and so on.

    Returns:
        These certificates, all names that were looked for, and whether one that cannot be read bears one.
    """
    named: list[Certificate] = []
    wanted, lost = {signer.issuer}, False
    for _ in range(PATH_LENGTH - 1):
        taken = {one.der for one in named}
        fresh, unreadable = _bearing(wanted, [der for der in material if der not in taken], read)
        lost = lost or unreadable
        if not fresh:
            break
        named.extend(fresh[: PATH_CERTIFICATES - len(named)])
        wanted.update(one.issuer for one in named)
    return named, wanted, lost


def _bearing(names: Iterable[bytes], ders: Iterable[bytes], read: Read) -> tuple[list[Certificate], bool]:
    """Pick the certificates of some subjects; tell also whether one of them cannot be read."""
    subjects = frozenset(names)
    found: list[Certificate] = []
    lost = False
    for der in ders:
        # A name stands in a certificate as it is compared, so most others need not be read.
        if not any(name in der for name in subjects):
            continue
        try:
            certificate = read(der)
        except FormatError:
            lost = lost or _claimed_subject(der) in subjects
            continue
        if certificate.subject in subjects:
            found.append(certificate)
    return found, lost


def _claimed_subject(der: bytes) -> bytes | None:
    try:
        return claimed_names(der)[1]
    except FormatError:
        return None


def _issuers_of(
    below: Sequence[Certificate],
    anchors: Sequence[Certificate],
    verified: frozenset[tuple[Certificate, Certificate]],
) -> dict[Certificate, list[Certificate]]:
    """Return who vouches for each certificate; only for those that an anchor vouches for in the end."""
    issuers: dict[Certificate, list[Certificate]] = {}
    ready = list(anchors)
    for issuer in ready:  # grows while it is walked
        for one in below:
            if one.issuer != issuer.subject or one == issuer:
                continue
            if (one, issuer) in verified or one.signed_by(issuer):
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
