"""Revocation from stored lists and responses alone (rule TS-15); nothing is fetched.

A list may be younger than the proof that keeps a token, and be signed with a key that was lost since. So one
is believed only where its signer was still trusted at the moment by which the list is shown to have existed:
that of the token for one inside it, that of the proof over it for one that was proven, else today. What is
believed counts by its own dates.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TypeAlias

from attrs import frozen

from custody.errors import FormatError
from custody.model.instant import Instant
from custody.proof.rfc3161.best_path import RevocationResult
from custody.proof.rfc3161.certificate import Certificate
from custody.proof.rfc3161.constraints import path_algorithms
from custody.proof.rfc3161.path import Path, PathCache
from custody.proof.rfc3161.pool import Pool
from custody.proof.rfc3161.revocation_data import RevocationData, Said, decode_revocation_data
from custody.proof.rfc3161.revocation_statement import Statement
from custody.proof.stamp import Material, StampQuestion
from custody.report.stamp_code import StampCode
from custody.trust.trust import Trust

_Spoken: TypeAlias = tuple[str, Statement]
"""Digest of a list or response, and what it says of one certificate."""


@frozen(kw_only=True)
class Evidence:
    """What may be said of the certificates of a token, and by when it is shown to have existed.

    Attributes:
        dated: lists and responses, those of one origin together.
        companions: those of them that lie beside the token.
        pools: certificates, by their origin: their keys may stand in other certificates, too.
        trust: the verifier's.
        cache: what was read and found before.
    """

    dated: tuple[tuple[RevocationData, Instant], ...]
    companions: tuple[RevocationData, ...]
    pools: tuple[Pool, ...]
    trust: Trust
    cache: PathCache


def evidence_for(embedded: Material, question: StampQuestion, cache: PathCache) -> Evidence:
    """Put together what a question brings.

    Args:
        embedded: what is inside the token.
        question: whom to trust, and what lies beside the token.
        cache: what was read and found before.
    """
    beside = [
        (cache.revocation_data(one.crls, one.ocsps), moment)
        for one, moment in (
            (question.proven_material, question.material_judged_at),
            (question.material, question.now),
        )
        if one.crls or one.ocsps
    ]
    inside = [(decode_revocation_data(embedded.crls, ()), question.judged_at)] if embedded.crls else []
    return Evidence(
        dated=(*inside, *beside),
        companions=tuple(data for data, _ in beside),
        pools=cache.pools(embedded.certificates, question),
        trust=question.trust,
        cache=cache,
    )


def check_revocation(
    path: Path,
    evidence: Evidence,
    *,
    generated_at: datetime,
    judged_at: Instant,
    not_after: Instant | None = None,
    strict: bool = False,
) -> RevocationResult:
    """Judge every certificate of a path except the pinned one by what is stored.

    A certificate suffers from its own revocation, and from that of every other certificate of its key which
    was revoked for a compromise.

    Args:
        path: as found.
        evidence: what there is.
        generated_at: genTime, aware.
        judged_at: the token and the path are proven to be no younger than this, or the moment of
            verification.
        not_after: the latest that genTime can mean (with its accuracy); None: genTime itself.
        strict: whether a certificate of which nothing usable speaks is REVOCATION_REQUIRED in place of the
            note REVOCATION_NOT_CHECKED.
    """
    missing = StampCode.REVOCATION_REQUIRED if strict else StampCode.REVOCATION_NOT_CHECKED
    if not evidence.dated:  # most tokens
        return RevocationResult(codes=(missing,) if len(path.certificates) > 1 else ())
    latest = generated_at if not_after is None else not_after.moment
    codes: dict[StampCode, None] = {}
    used: set[str] = set()
    unchecked, unused = False, any(data.unread for data, _ in evidence.dated)
    lost: datetime | None = None
    for place in range(len(path.certificates) - 1, 0, -1):  # from the pinned one down: signers before lists
        certificate = path.certificates[place - 1]
        said, strange = _believed(path, place, evidence, lost)
        shared = [*_said_of_twins(certificate, evidence)]
        revoked = [*_revocations(said), *shared]
        cleared = [one for one in said if one[1].clears(certificate, generated_at)]
        for _, statement in revoked:
            codes.update(dict.fromkeys(statement.codes(generated_at, latest, judged_at)))
        used.update(digest for digest, _ in (*revoked, *cleared))
        unchecked, unused = unchecked or not (revoked or cleared), unused or strange
        ends = [one.revoked_at for _, one in revoked if one.revoked_at is not None and one.compromised]
        lost = min((*ends, *(() if lost is None else (lost,))), default=None)
    if unchecked:
        codes[missing] = None
    if unused:
        codes[StampCode.REVOCATION_UNUSED] = None
    return RevocationResult(codes=tuple(codes), used=tuple(sorted(used)))


def _believed(
    path: Path, place: int, evidence: Evidence, lost: datetime | None
) -> tuple[list[_Spoken], bool]:
    """Collect what the certificate at a place says of the one below, and is believed.

    Args:
        path: on which both stand.
        place: of the issuer, counted from the signer.
        evidence: what there is.
        lost: since when a key from here up may be somebody else's, or None.

    Returns:
        The statements, and whether something was said that is not used.
    """
    certificate, issuer = path.certificates[place - 1], path.certificates[place]
    believed: list[_Spoken] = []
    unused = False
    for data, moment in evidence.dated:
        for said in evidence.cache.said(data, certificate, issuer):
            kept = lost is None or moment.moment < lost
            if said.statement and kept and _trusted(path, place, said, moment, evidence.trust):
                believed.append((said.digest, said.statement))
            else:
                unused = True
    return believed, unused


def _trusted(path: Path, place: int, said: Said, moment: Instant, trust: Trust) -> bool:
    """Tell whether the signer of a list was trusted at a moment: the pins above him, and all algorithms."""
    bounds = [(path.pin,), *(bound.pins for bound in path.bounds if bound.place >= place)]
    for pins in bounds:
        ends = [pin.root.valid_until for pin in pins]
        if all(end is not None and moment >= end for end in ends):
            return False
    if not trust.algorithm_ends:
        return True
    names = (*path_algorithms(path.certificates[place:]), *said.algorithms)
    limits = (trust.end_of(name) for name in names)
    return all(end is None or moment < end for end in limits)


def _said_of_twins(certificate: Certificate, evidence: Evidence) -> Iterator[_Spoken]:
    """Give what is believed of other certificates of one key: that it was lost.

    Whoever says so must be certified up to a pinned certificate as the issuers of a path are.
    """
    twins = [
        claims
        for pool in evidence.pools
        for claims in pool.by_key.get(certificate.key_info, ())
        if claims.der != certificate.der and any(data.may_name(claims) for data, _ in evidence.dated)
    ]
    for claims in twins:
        try:
            twin = evidence.cache.certificate(claims.der)
        except FormatError:
            continue
        for path in evidence.cache.found(twin, evidence.pools, evidence.trust).paths:
            if len(path.certificates) > 1 and all(code.note for code in path.codes):
                said, _ = _believed(path, 1, evidence, None)
                yield from (one for one in said if one[1].stolen)


def _revocations(said: Sequence[_Spoken]) -> list[_Spoken]:
    """Pick the statements that a certificate is revoked; it is on hold only until a later one lets it go."""
    return [
        (digest, statement)
        for digest, statement in said
        if statement.revoked_at is not None
        and not (
            statement.held
            and any(
                other.revoked_at is None and other.covers and other.this_update > statement.this_update
                for _, other in said
            )
        )
    ]
