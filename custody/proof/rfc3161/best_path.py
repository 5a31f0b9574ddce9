"""What a moment makes of the paths that were found, and which of them counts (rules TS-6, TS-13 to TS-17).

A path is judged at the moment by which all that it is made of is shown to have existed. A certificate that
may be younger than the token could have been made with a key that was lost, or an algorithm that was broken,
only after the token was proven to exist; so a path that needs one is judged as of today.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Final, TypeAlias

from attrs import field, frozen

from custody.model.instant import Instant
from custody.proof.rfc3161.certificate import Certificate
from custody.proof.rfc3161.path import Path, PathCache, Pin
from custody.proof.rfc3161.pool import Pool
from custody.proof.stamp import StampQuestion
from custody.report.stamp_code import StampCode, StampOutcome, outcome_of

_BADNESS: Final = (StampOutcome.VALID, StampOutcome.UNDETERMINED, StampOutcome.INVALID)


@frozen(kw_only=True)
class RevocationResult:
    """What stored revocation data says of a path.

    Attributes:
        codes: REVOKED, REVOKED_PERHAPS_BEFORE, REVOCATION_REQUIRED; notes REVOCATION_NOT_CHECKED,
            REVOCATION_UNUSED.
        used: digests of the lists and responses that speak of a certificate of the path, 64 hex digits,
            ascending.
    """

    codes: tuple[StampCode, ...] = ()
    used: tuple[str, ...] = ()


Revocation: TypeAlias = Callable[[Path, Instant], RevocationResult]
"""Judges the revocations of a path at a moment."""


@frozen(kw_only=True)
class TokenClaims:
    """What a token says that decides about its path.

    Attributes:
        generated_at: genTime, aware; its fraction of a second is not looked at.
        policy: its policy OID; an authority with another one gives POLICY_DIFFERS, found here because it
            decides which of several authorities is meant. None: policies are not compared.
        algorithms: names of what the token itself rests on, as in a trust's `algorithms`.
    """

    generated_at: datetime
    policy: str | None = None
    algorithms: tuple[str, ...] = ()


@frozen(kw_only=True)
class PathResult:
    """The best path there is, and what is to be said of it.

    Attributes:
        codes: faults, then notes, without repeats.
        path: None when no valid signatures lead to a pinned certificate.
        used: digests of the revocation data that speaks of it, 64 hex digits, ascending.
    """

    codes: tuple[StampCode, ...] = ()
    path: Path | None = None
    used: tuple[str, ...] = field(default=(), repr=False)


def find_path(
    signer: Certificate,
    embedded: tuple[bytes, ...],
    question: StampQuestion,
    claims: TokenClaims,
    *,
    revocation: Revocation | None = None,
    cache: PathCache | None = None,
) -> PathResult:
    """Find the best path from a signer to a pinned root, and judge it.

    Of several paths and authorities the best outcome counts, then the fewest codes, then the shortest path,
    then the order of the trust. Faults that do not depend on a path (rule TS-11) are not looked at here:
    `Certificate.purpose_codes`.

    Args:
        signer: the certificate that the token's signature verifies under.
        embedded: DER of the certificates in the token. They, and those beside it, may hold the signer,
            roots, strangers, duplicates and rubbish.
        question: whom to trust, what lies beside the token, and by when what is shown to have existed.
        claims: of the token.
        revocation: judges the revocations of a path; None: nobody looks.
        cache: what was found before, or None.

    Returns:
        Codes TS-13 (PATH_MISSING, PATH_REFUSED, CERTIFICATE_NOT_VALID, OUTSIDE_WEB_PROFILE), TS-14
        (ROOT_NOT_TRUSTED_THEN, ROOT_TRUST_ENDED), TS-17 (CERTIFICATE_EXPIRED_SINCE,
        CERTIFICATE_EXPIRED_BEFORE_RENEWAL, ALGORITHM_ENDED), TS-10 (SIGNATURE_WEAK, SIGNATURE_ALGORITHM,
        KEY_TOO_SHORT in a certificate), TS-6 (POLICY_DIFFERS), TS-15 and TS-20 (CERTIFICATE_UNREADABLE: one
        that may be needed cannot be read).
    """
    kept = PathCache() if cache is None else cache
    pools = kept.pools(embedded, question)
    found = kept.found(signer, pools, question.trust)
    if not found.paths:
        missing = StampCode.CERTIFICATE_UNREADABLE if found.unreadable else StampCode.PATH_MISSING
        return PathResult(codes=(missing,))
    moments = [_judged_at(path, pools[1], question) for path in found.paths]
    results = [
        _judge(path, question, claims, at, revocation) for path, at in zip(found.paths, moments, strict=True)
    ]
    return min(results, key=lambda one: (_BADNESS.index(outcome_of(one.codes)), len(one.codes)))


def _judge(
    path: Path, question: StampQuestion, claims: TokenClaims, at: Instant, revocation: Revocation | None
) -> PathResult:
    said = RevocationResult() if revocation is None else revocation(path, at)
    codes = dict.fromkeys((*path.codes, *_codes_at(path, question, claims, at), *said.codes))
    return PathResult(codes=tuple(sorted(codes, key=lambda code: code.note)), path=path, used=said.used)


def _judged_at(path: Path, proven: Pool, question: StampQuestion) -> Instant:
    """Return the earliest moment by which the token and every certificate of a path are shown to exist."""
    if not path.outside:
        return question.judged_at
    if all(der in proven.claims for der in path.outside):
        return question.material_judged_at
    return question.now


def _codes_at(
    path: Path, question: StampQuestion, claims: TokenClaims, judged_at: Instant
) -> Iterator[StampCode]:
    generated_at, renewed_at = claims.generated_at, question.renewed_at
    valid = path.valid_from <= _second(generated_at) <= path.valid_until
    if not valid:
        yield StampCode.CERTIFICATE_NOT_VALID
    yield from _pin_codes(path.pin, claims, judged_at)
    for bound in path.bounds:
        yield from min((tuple(_pin_codes(pin, claims, judged_at)) for pin in bound.pins), key=len)
    if question.trust.algorithm_ends:
        ends = (question.trust.end_of(name) for name in (*path.algorithms, *claims.algorithms))
        if any(end is not None and judged_at >= end for end in ends):
            yield StampCode.ALGORITHM_ENDED
    if renewed_at is not None and _second(renewed_at.moment) > path.valid_until:
        yield StampCode.CERTIFICATE_EXPIRED_BEFORE_RENEWAL
    if valid and _second(judged_at.moment) > path.valid_until:
        yield StampCode.CERTIFICATE_EXPIRED_SINCE


def _pin_codes(pin: Pin, claims: TokenClaims, judged_at: Instant) -> Iterator[StampCode]:
    """Judge a path by one pinned certificate; each of these codes makes it undetermined."""
    start, end, wanted = pin.root.valid_from, pin.root.valid_until, pin.authority.policy
    if (start is not None and claims.generated_at < start.moment) or (
        end is not None and claims.generated_at >= end.moment
    ):
        yield StampCode.ROOT_NOT_TRUSTED_THEN
    if end is not None and judged_at >= end:
        yield StampCode.ROOT_TRUST_ENDED
    if claims.policy and wanted and claims.policy != wanted:
        yield StampCode.POLICY_DIFFERS


def _second(moment: datetime) -> datetime:
    """Certificates know whole seconds; the one that an end names belongs to the validity."""
    return moment.replace(microsecond=0)
