"""Paths from a token's signer up to a pinned root, and what they are worth at a time (TS-13, TS-14, TS-17).

What a path is made of never changes, so it is searched for and checked once; what a moment makes of it is
judged afterwards, each time anew. Anchors come out of the verifier's trust alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Final, TypeVar

from attrs import field, frozen

from custody.model.instant import Instant
from custody.proof.rfc3161.certificate import Certificate, decode_certificate
from custody.proof.rfc3161.constraints import path_algorithms, path_faults
from custody.proof.rfc3161.search import Route, search_routes
from custody.proof.rfc3161.web_profile import web_path
from custody.report.stamp_code import StampCode, StampOutcome, outcome_of
from custody.trust.trust import Authority, Trust, TrustedRoot

_K = TypeVar("_K")
_V = TypeVar("_V")
_BADNESS: Final = (StampOutcome.VALID, StampOutcome.UNDETERMINED, StampOutcome.INVALID)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_CERTIFICATES_KEPT: Final = 512
_SEARCHES_KEPT: Final = 256


@frozen(kw_only=True)
class Path:
    """One path to a pinned certificate.

    Attributes:
        authority: whose root it ends at.
        root: the pinned certificate and its trust interval.
        certificates: signer first, pinned certificate last; one when the signer itself is pinned.
        valid_from: the latest start of validity among them.
        valid_until: the earliest end of validity among them; that second still counts.
        algorithms: names of hashes and signature algorithms, as in a trust's `algorithms`, by which the
            certificates below the pinned one are signed; ascending.
        codes: what no time changes: broken constraints, weak signatures, and the note OUTSIDE_WEB_PROFILE.
    """

    authority: Authority
    root: TrustedRoot
    certificates: tuple[Certificate, ...]
    valid_from: datetime
    valid_until: datetime
    algorithms: tuple[str, ...]
    codes: tuple[StampCode, ...] = ()

    @property
    def ders(self) -> tuple[bytes, ...]:
        """The certificates' bytes, signer first."""
        return tuple(one.der for one in self.certificates)

    def weakens_at(self, trust: Trust) -> Instant:
        """Return the earliest end among its certificates, the trust in its root and its algorithms."""
        ends = [trust.end_of(algorithm) for algorithm in self.algorithms]
        certificates = Instant.from_datetime(max(self.valid_until, _EPOCH))
        return min((certificates, *(one for one in (self.root.valid_until, *ends) if one is not None)))


@frozen(kw_only=True)
class PathResult:
    """The best path there is, and what is to be said of it.

    Attributes:
        codes: faults, then notes, without repeats.
        path: None when no valid signatures lead to a pinned certificate.
    """

    codes: tuple[StampCode, ...] = ()
    path: Path | None = None


@frozen(kw_only=True)
class _Found:
    """What a search came to, for every time. `trust` is kept so that its id stays its own."""

    trust: Trust = field(repr=False)
    paths: tuple[Path, ...] = ()
    unreadable: bool = False


class PathCache:
    """Certificates read and paths found before, so that many tokens of one authority cost one search.

    The one thing here that changes; whoever verifies many tokens makes one and hands it on. It holds nothing
    that depends on a time or on a token: results with and without it are the same. It is bounded, and it
    never mixes two trusts.
    """

    def __init__(self) -> None:
        """Start empty."""
        self._certificates: dict[bytes, Certificate] = {}
        self._found: dict[tuple[int, bytes, tuple[bytes, ...]], _Found] = {}

    def certificate(self, der: bytes) -> Certificate:
        """Read a certificate, or return it as it was read before.

        Raises:
            FormatError: code CERTIFICATE: as of `decode_certificate`; failures are not kept.
        """
        return _remembered(self._certificates, der, lambda: decode_certificate(der), _CERTIFICATES_KEPT)

    def found(self, signer: Certificate, pool: tuple[bytes, ...], trust: Trust) -> _Found:
        """Search for paths, or return what was found before."""
        key = (id(trust), signer.der, pool)
        return _remembered(
            self._found, key, lambda: _search(signer, pool, trust, self.certificate), _SEARCHES_KEPT
        )


def _remembered(memory: dict[_K, _V], key: _K, make: Callable[[], _V], kept: int) -> _V:
    """Look up, or make and keep; what was kept first goes first."""
    known = memory.get(key)
    if known is None:
        known = make()
        while len(memory) >= kept:
            del memory[next(iter(memory))]
        memory[key] = known
    return known


def find_path(
    signer: Certificate,
    pool: Sequence[bytes],
    trust: Trust,
    *,
    generated_at: datetime,
    judged_at: Instant,
    renewed_at: Instant | None = None,
    policy: str | None = None,
    cache: PathCache | None = None,
) -> PathResult:
    """Find the best path from a signer to a pinned root, and judge it.

    Of several paths and authorities the best outcome counts, then the fewest codes, then the shortest path,
    then the order of the trust. Faults that do not depend on a path (rule TS-11) are not looked at here:
    `Certificate.purpose_codes`.

    Args:
        signer: the certificate that the token's signature verifies under.
        pool: DER of every certificate that may help: those in the token first, then those beside it. May hold
            the signer, roots, strangers, duplicates and rubbish.
        trust: authorities with pinned roots, and ends of algorithms.
        generated_at: genTime, aware; its fraction of a second is not looked at.
        judged_at: `StampQuestion.judged_at`: roots and algorithms are judged then.
        renewed_at: `StampQuestion.renewed_at`.
        policy: the token's policy OID; an authority with another one gives POLICY_DIFFERS, found here
            because it decides which of several authorities is meant. None: policies are not compared.
        cache: what was found before, or None.

    Returns:
        Codes TS-13 (PATH_MISSING, PATH_REFUSED, CERTIFICATE_NOT_VALID, OUTSIDE_WEB_PROFILE), TS-14
        (ROOT_NOT_TRUSTED_THEN, ROOT_TRUST_ENDED), TS-17 (CERTIFICATE_EXPIRED_SINCE,
        CERTIFICATE_EXPIRED_BEFORE_RENEWAL, ALGORITHM_ENDED for the certificates' signatures), TS-10
        (SIGNATURE_WEAK, SIGNATURE_ALGORITHM, KEY_TOO_SHORT in a certificate), TS-6 (POLICY_DIFFERS) and
        TS-20 (CERTIFICATE_UNREADABLE: one that may be needed cannot be read).
    """
    found = (PathCache() if cache is None else cache).found(signer, tuple(pool), trust)
    judged: list[tuple[tuple[StampCode, ...], Path]] = []
    for one in found.paths:
        timed = _codes_at(one, trust, generated_at, judged_at, renewed_at)
        judged.append(((*one.codes, *timed, *_policy(one, policy)), one))
    if not judged:
        missing = StampCode.CERTIFICATE_UNREADABLE if found.unreadable else StampCode.PATH_MISSING
        return PathResult(codes=(missing,))
    codes, path = min(judged, key=lambda pair: (_BADNESS.index(outcome_of(pair[0])), len(pair[0])))
    return PathResult(codes=tuple(sorted(codes, key=lambda code: code.note)), path=path)


def _search(
    signer: Certificate, pool: tuple[bytes, ...], trust: Trust, read: Callable[[bytes], Certificate]
) -> _Found:
    pins: dict[bytes, list[tuple[Authority, TrustedRoot]]] = {}
    for authority in trust.authorities:
        for root in authority.roots:
            pins.setdefault(root.certificate, []).append((authority, root))
    routes = search_routes(signer, pool, tuple(pins), read)
    paths = tuple(
        path
        for route in routes.routes
        for path in _paths_along(route, pins[route[-1].der], accepted=route == routes.accepted)
    )
    return _Found(trust=trust, paths=paths, unreadable=routes.unreadable)


def _paths_along(
    route: Route, pins: Sequence[tuple[Authority, TrustedRoot]], *, accepted: bool
) -> Iterator[Path]:
    signer, *above = route
    codes = path_faults(route)
    # The second opinion matters only where ours is good; on a pinned signer there is none.
    if not codes and above and not (accepted or web_path(signer, above[:-1], above[-1:])):
        codes = (StampCode.OUTSIDE_WEB_PROFILE,)
    for authority, root in pins:
        yield Path(
            authority=authority,
            root=root,
            certificates=route,
            valid_from=max(one.not_before for one in route),
            valid_until=min(one.not_after for one in route),
            algorithms=path_algorithms(route),
            codes=codes,
        )


def _codes_at(
    path: Path, trust: Trust, generated_at: datetime, judged_at: Instant, renewed_at: Instant | None
) -> Iterator[StampCode]:
    root, ends = path.root, (trust.end_of(algorithm) for algorithm in path.algorithms)
    valid = path.valid_from <= _second(generated_at) <= path.valid_until
    if not valid:
        yield StampCode.CERTIFICATE_NOT_VALID
    if (root.valid_from is not None and generated_at < root.valid_from.moment) or (
        root.valid_until is not None and generated_at >= root.valid_until.moment
    ):
        yield StampCode.ROOT_NOT_TRUSTED_THEN
    if root.valid_until is not None and judged_at >= root.valid_until:
        yield StampCode.ROOT_TRUST_ENDED
    if any(end is not None and judged_at >= end for end in ends):
        yield StampCode.ALGORITHM_ENDED
    if renewed_at is not None and _second(renewed_at.moment) > path.valid_until:
        yield StampCode.CERTIFICATE_EXPIRED_BEFORE_RENEWAL
    if valid and _second(judged_at.moment) > path.valid_until:
        yield StampCode.CERTIFICATE_EXPIRED_SINCE


def _second(moment: datetime) -> datetime:
    """Certificates know whole seconds; the one that an end names belongs to the validity."""
    return moment.replace(microsecond=0)


def _policy(path: Path, policy: str | None) -> tuple[StampCode, ...]:
    wanted = path.authority.policy
    return (StampCode.POLICY_DIFFERS,) if policy and wanted and policy != wanted else ()
