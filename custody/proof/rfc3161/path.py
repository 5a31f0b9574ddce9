"""Paths from a token's signer up to a pinned root: found, checked and kept, whatever the time (TS-13, TS-14).

What a path is made of never changes, so it is searched for and checked once; what a moment makes of it is
judged afterwards (`custody.proof.rfc3161.best_path`). Anchors come out of the verifier's trust alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from functools import partial
from typing import Final, TypeVar

from attrs import field, frozen

from custody.format.limits import TOKEN_CERTIFICATES
from custody.model.instant import Instant
from custody.proof.rfc3161.certificate import Certificate, Claims, decode_certificate
from custody.proof.rfc3161.constraints import path_algorithms, path_faults
from custody.proof.rfc3161.pool import Pool, pool_of
from custody.proof.rfc3161.revocation_data import RevocationData, Said, decode_revocation_data
from custody.proof.rfc3161.search import Route, Tools, pool_of_pins, search_routes
from custody.proof.rfc3161.signature import digest_under
from custody.proof.rfc3161.web_profile import web_path
from custody.proof.stamp import StampQuestion
from custody.report.stamp_code import StampCode
from custody.trust.trust import Authority, Trust, TrustedRoot

_K = TypeVar("_K")
_V = TypeVar("_V")
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_CERTIFICATES_KEPT: Final = 512
_SEARCHES_KEPT: Final = 4096
_POOLS_KEPT: Final = 64
_LARGE_KEPT: Final = 8  # of what may hold megabytes
_SIGNATURES_KEPT: Final = 4096
_SAID_KEPT: Final = 1024


@frozen(kw_only=True)
class Pin:
    """One pinned certificate of a trust.

    Attributes:
        authority: whose it is.
        root: the certificate and its trust interval.
    """

    authority: Authority
    root: TrustedRoot


@frozen(kw_only=True)
class Bound:
    """A pinned key that a path runs through without ending at the certificate that is pinned.

    A trust interval is about a key, which a cross certificate must not lead around.

    Attributes:
        place: of the certificate with that key, counted from the signer.
        pins: of the pinned certificate, in the order of the trust; one of them must allow the path.
    """

    place: int
    pins: tuple[Pin, ...]


@frozen(kw_only=True)
class Path:
    """One path to a pinned certificate.

    Attributes:
        pin: the certificate that it ends at.
        bounds: other pins that bind it, in the order of the trust.
        certificates: signer first, pinned certificate last; one when the signer itself is pinned.
        outside: those that are neither pinned nor embedded in the token, by their bytes.
        valid_from: the latest start of validity among them.
        valid_until: the earliest end of validity among them; that second still counts.
        algorithms: names of hashes and signature algorithms, as in a trust's `algorithms`, by which the
            certificates below the pinned one are signed; ascending.
        codes: what no time changes: broken constraints, weak signatures, and the note OUTSIDE_WEB_PROFILE.
    """

    pin: Pin
    bounds: tuple[Bound, ...] = ()
    certificates: tuple[Certificate, ...]
    outside: frozenset[bytes] = field(default=frozenset(), repr=False)
    valid_from: datetime
    valid_until: datetime
    algorithms: tuple[str, ...]
    codes: tuple[StampCode, ...] = ()

    @property
    def authority(self) -> Authority:
        """Whose root it ends at."""
        return self.pin.authority

    @property
    def root(self) -> TrustedRoot:
        """The pinned certificate that it ends at, and its trust interval."""
        return self.pin.root

    @property
    def ders(self) -> tuple[bytes, ...]:
        """The certificates' bytes, signer first."""
        return tuple(one.der for one in self.certificates)

    def weakens_at(self, trust: Trust) -> Instant:
        """Return the earliest end among its certificates, the trust in its root and its algorithms."""
        pins = (self.pin, *(pin for bound in self.bounds for pin in bound.pins))
        ends = [trust.end_of(algorithm) for algorithm in self.algorithms]
        ends.extend(pin.root.valid_until for pin in pins)
        certificates = Instant.from_datetime(max(self.valid_until, _EPOCH))
        return min((certificates, *(one for one in ends if one is not None)))


@frozen(kw_only=True)
class Found:
    """What a search came to, for every time.

    Attributes:
        trust: kept so that its id stays its own.
        paths: shortest first, then in the order of pool and trust.
        unreadable: whether a certificate that may be needed cannot be read.
    """

    trust: Trust = field(repr=False)
    paths: tuple[Path, ...] = ()
    unreadable: bool = False


class PathCache:
    """What was read, found and checked before, so that many tokens of one authority cost one search.

    The one thing here that changes; whoever verifies many tokens makes one and hands it on. It holds nothing
    that depends on a time or on a token: results with and without it are the same. It is bounded, and it
    never mixes two trusts.
    """

    def __init__(self) -> None:
        """Start empty."""
        self._certificates: dict[bytes, Certificate] = {}
        self._pools: dict[tuple[bytes, ...], Pool] = {}
        self._pools_beside: dict[tuple[bytes, ...], Pool] = {}
        self._digests: dict[tuple[object, str], Mapping[bytes, Claims]] = {}
        self._signed: dict[tuple[str, str], bool] = {}
        self._found: dict[tuple[int, bytes, tuple[object, ...]], Found] = {}
        self._data: dict[tuple[tuple[bytes, ...], tuple[bytes, ...]], RevocationData] = {}
        self._said: dict[tuple[object, bytes, bytes], tuple[Said, ...]] = {}

    def certificate(self, der: bytes) -> Certificate:
        """Read a certificate, or return it as it was read before.

        Raises:
            FormatError: code CERTIFICATE: as of `decode_certificate`; failures are not kept.
        """
        return _remembered(self._certificates, der, lambda: decode_certificate(der), _CERTIFICATES_KEPT)

    def pools(self, embedded: tuple[bytes, ...], question: StampQuestion) -> tuple[Pool, ...]:
        """Read what certificates claim: those in a token, those proven with it, and those that lie beside."""
        beside = (question.proven_material.certificates, question.material.certificates)
        return (
            _remembered(self._pools, embedded, lambda: pool_of(embedded), _POOLS_KEPT),
            *(_remembered(self._pools_beside, ders, partial(pool_of, ders), _LARGE_KEPT) for ders in beside),
        )

    def digests(self, pool: Pool, name: str) -> Mapping[bytes, Claims]:
        """Return the certificates of a pool by their digests under a hash."""
        if len(pool.claims) <= TOKEN_CERTIFICATES:  # as those in a token
            return _by_digest(pool, name)
        key = (pool.identity, name)
        return _remembered(self._digests, key, lambda: _by_digest(pool, name), _LARGE_KEPT)

    def signed(self, one: Certificate, issuer: Certificate) -> bool:
        """Check a certificate's signature."""
        key = (one.sha256, issuer.sha256)
        return _remembered(self._signed, key, lambda: one.signed_by(issuer), _SIGNATURES_KEPT)

    def found(self, signer: Certificate, pools: tuple[Pool, ...], trust: Trust) -> Found:
        """Search for paths, or return what was found before.

        Args:
            signer: where paths start.
            pools: other certificates: those in the token first.
            trust: whose pins they must end at.
        """
        key = (id(trust), signer.der, tuple(pool.identity for pool in pools))
        return _remembered(self._found, key, lambda: _search(signer, pools, trust, self), _SEARCHES_KEPT)

    def revocation_data(self, crls: tuple[bytes, ...], ocsps: tuple[bytes, ...]) -> RevocationData:
        """Read lists and responses."""
        key = (crls, ocsps)
        return _remembered(self._data, key, lambda: decode_revocation_data(crls, ocsps), _LARGE_KEPT)

    def said(self, data: RevocationData, certificate: Certificate, issuer: Certificate) -> tuple[Said, ...]:
        """Collect what an issuer says of a certificate."""
        key = (data.identity, certificate.der, issuer.der)
        return _remembered(self._said, key, lambda: (*data.said_of(certificate, issuer),), _SAID_KEPT)


def _by_digest(pool: Pool, name: str) -> dict[bytes, Claims]:
    return {digest_under(name, der): claims for der, claims in pool.claims.items()}


def _remembered(memory: dict[_K, _V], key: _K, make: Callable[[], _V], kept: int) -> _V:
    """Look up, or make and keep; what was kept first goes first."""
    known = memory.get(key)
    if known is None:
        known = make()
        while len(memory) >= kept:
            del memory[next(iter(memory))]
        memory[key] = known
    return known


def _search(signer: Certificate, pools: tuple[Pool, ...], trust: Trust, cache: PathCache) -> Found:
    pins: dict[bytes, list[Pin]] = {}
    for authority in trust.authorities:
        for root in authority.roots:
            pins.setdefault(root.certificate, []).append(Pin(authority=authority, root=root))
    tools = Tools(read=cache.certificate, signed=cache.signed)
    routes = search_routes(signer, pools, tuple(pins), tools)
    paths = tuple(
        path
        for route in routes.routes
        for path in _paths_along(route, pins, pools[0], accepted=route == routes.accepted)
    )
    return Found(trust=trust, paths=paths, unreadable=routes.unreadable)


def _paths_along(
    route: Route, pins: dict[bytes, list[Pin]], inside: Pool, *, accepted: bool
) -> Iterator[Path]:
    signer, *above = route
    codes = path_faults(route)
    # The second opinion matters only where ours is good; on a pinned signer there is none.
    if not codes and above and not (accepted or web_path(signer, above[:-1], above[-1:])):
        codes = (StampCode.OUTSIDE_WEB_PROFILE,)
    for pin in pins[route[-1].der]:
        yield Path(
            pin=pin,
            bounds=tuple(_bounds(route, pins)),
            certificates=route,
            outside=frozenset(one.der for one in route[:-1] if one.der not in inside.claims),
            valid_from=max(one.not_before for one in route),
            valid_until=min(one.not_after for one in route),
            algorithms=path_algorithms(route),
            codes=codes,
        )


def _bounds(route: Route, pins: dict[bytes, list[Pin]]) -> Iterator[Bound]:
    """Find the pinned keys on a route; a pinned certificate itself stands at its end alone."""
    by_key = pool_of_pins(tuple(pins)).by_key
    for place, one in enumerate(route):
        for claims in by_key.get(one.key_info, ()):
            if claims.der != route[-1].der:
                yield Bound(place=place, pins=tuple(pins[claims.der]))
