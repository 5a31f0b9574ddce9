"""Timestamp tokens verified (RFC 3161, RFC 5816; rules TS-1 to TS-18 and TS-20; bundle spec, "Time").

Every fault that can be met is collected. SHA-1 is only called weak after all the rest was looked at, so
that a token which is also wrong is told to be wrong. Nothing is fetched, and nothing in a token is trusted:
its certificates are what a path may be built of.
"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from typing import Final

from attrs import evolve, frozen

from custody.errors import FormatError, LimitError
from custody.format.der import encode_null
from custody.format.hashes import HASH_OF_OID
from custody.model.instant import Instant
from custody.proof.rfc3161.best_path import RevocationResult, TokenClaims, find_path
from custody.proof.rfc3161.certificate import Certificate, tsa_name_matches
from custody.proof.rfc3161.moments import Moments, in_future, moments_of
from custody.proof.rfc3161.path import Path, PathCache
from custody.proof.rfc3161.revocation import Evidence, check_revocation, evidence_for
from custody.proof.rfc3161.signature import hash_name, scheme_of, signature_codes, token_algorithms
from custody.proof.rfc3161.signed_attributes import (
    CertificateId,
    attribute_codes,
    certificate_id_codes,
    certificate_ids,
)
from custody.proof.rfc3161.signer_certificate import find_signer_certificate
from custody.proof.rfc3161.token import SignerInfo, Token, decode_token
from custody.proof.rfc3161.tst_info import TstInfo
from custody.proof.stamp import DigestOf, Material, StampQuestion, TokenVerdict
from custody.report.stamp_code import StampCode
from custody.trust.trust import Trust

_VERSION: Final = 1
_NULL: Final = encode_null()
# Whoever wrote these had no key of an authority: no path is looked for, which is what costs time.
_WRONG: Final = frozenset({StampCode.TOKEN_MALFORMED, StampCode.SIGNATURE_WRONG})


@frozen(kw_only=True)
class _Signed:
    """What comes of looking at a token's signer.

    Attributes:
        codes: faults and notes, in the order of the rules.
        path: None without one.
        used: digests of companions.
        algorithms: names of what the token rests on besides its certificates.
    """

    codes: tuple[StampCode, ...]
    path: Path | None = None
    used: tuple[str, ...] = ()
    algorithms: tuple[str, ...] = ()


def info_codes(
    info: TstInfo, *, digest_of: DigestOf | None = None, nonce: int | None = None
) -> tuple[StampCode, ...]:
    """Judge what a token says (rules TS-3 to TS-5).

    Args:
        info: what it says.
        digest_of: of what must have been stamped, or None.
        nonce: of the request, or None.
    """
    return tuple(_info_codes(info, digest_of, nonce))


def _info_codes(info: TstInfo, digest_of: DigestOf | None, nonce: int | None) -> Iterator[StampCode]:
    if info.version != _VERSION:
        yield StampCode.TST_VERSION
    if info.critical:
        yield StampCode.EXTENSION_CRITICAL
    algorithm = info.imprint_algorithm
    known = HASH_OF_OID.get(algorithm.oid)
    sound = algorithm.parameters is None or algorithm.parameters.raw == _NULL
    if known is None:
        yield StampCode.IMPRINT_ALGORITHM
    elif len(info.imprint) != known.size_bytes:
        sound = False
    elif digest_of is not None and digest_of(known.name) != info.imprint:
        yield StampCode.IMPRINT_DIFFERS
    if not sound:
        yield StampCode.IMPRINT_MALFORMED
    if nonce is not None and info.nonce != nonce:
        yield StampCode.NONCE_MISSING if info.nonce is None else StampCode.NONCE_DIFFERS


def _read_ids(signer: SignerInfo) -> tuple[tuple[CertificateId, ...], tuple[StampCode, ...]]:
    try:
        return certificate_ids(signer), ()
    except FormatError:
        return (), (StampCode.TOKEN_MALFORMED,)


def _judge_signer(
    token: Token,
    signer: SignerInfo,
    question: StampQuestion,
    moments: Moments,
    paths: PathCache,
) -> _Signed:
    """Apply the rules about signer, signature, path and revocation (TS-6 to TS-15, TS-17)."""
    ids, broken = _read_ids(signer)
    found = find_signer_certificate(signer, ids, paths.pools(token.certificates, question), paths)
    certificate = found if isinstance(found, Certificate) else None
    scheme = scheme_of(signer.digest_algorithm, signer.signature_algorithm)
    codes = [*broken, *attribute_codes(signer, token.content)]
    if signer.to_verify is not None and not broken:
        codes.extend(certificate_id_codes(ids, certificate))
    if not isinstance(found, Certificate):
        return _Signed(codes=(found, *codes, *scheme.codes), algorithms=scheme.hashes)
    codes.extend(signature_codes(found.key, signer, scheme))
    if not _WRONG.isdisjoint(codes):
        return _Signed(codes=tuple(codes), algorithms=scheme.hashes)
    codes.extend(found.purpose_codes)
    if token.info.tsa is not None and not tsa_name_matches(token.info.tsa.raw, found):
        codes.append(StampCode.NAME_DIFFERS)
    algorithms = token_algorithms(found.key, scheme)
    return _along_best_path(
        _Signed(codes=tuple(codes), algorithms=algorithms), found, token, question, moments, paths
    )


def _along_best_path(
    signed: _Signed,
    certificate: Certificate,
    token: Token,
    question: StampQuestion,
    moments: Moments,
    paths: PathCache,
) -> _Signed:
    """Judge the paths of a signer, each with its revocations, and take the best."""
    embedded = Material(certificates=token.certificates, crls=token.crls)
    evidence = evidence_for(embedded, question, paths)

    def revocation(path: Path, judged_at: Instant) -> RevocationResult:
        return check_revocation(
            path,
            evidence,
            generated_at=token.info.generated_at,
            judged_at=judged_at,
            not_after=moments.not_after,
            strict=question.strict_revocation,
        )

    info = token.info
    imprint = hash_name(info.imprint_algorithm.oid) or info.imprint_algorithm.oid
    claims = TokenClaims(
        generated_at=info.generated_at, policy=info.policy, algorithms=(imprint, *signed.algorithms)
    )
    best = find_path(certificate, token.certificates, question, claims, revocation=revocation, cache=paths)
    used = () if best.path is None else _companions(evidence, best.path, best.used)
    return evolve(signed, codes=(*signed.codes, *best.codes), path=best.path, used=used)


def _companions(evidence: Evidence, path: Path, used: tuple[str, ...]) -> tuple[str, ...]:
    """Return the digests of those companions that the verdict rests on."""
    _, *beside = evidence.pools
    chain = {one.sha256 for one in path.certificates if any(one.der in pool.claims for pool in beside)}
    said = {digest for digest in used if any(digest in data.digests for data in evidence.companions)}
    return tuple(sorted(chain | said))


def _earliest_end(trust: Trust, algorithms: tuple[str, ...]) -> Instant | None:
    if not trust.algorithm_ends:
        return None
    ends = (trust.end_of(name) for name in algorithms)
    return min((end for end in ends if end is not None), default=None)


def _keys(path: Path | None) -> dict[str, str]:
    """Name the keys of the unit and of what certified it: who is behind two tokens shows in them."""
    if path is None:
        return {}
    names = ("signer_key", "issuer_key")
    return {
        name: sha256(one.key_info).hexdigest() for name, one in zip(names, path.certificates, strict=False)
    }


def _sooner(one: Instant | None, other: Instant | None) -> Instant | None:
    return min((moment for moment in (one, other) if moment is not None), default=None)


def _verdict(
    digest: str,
    info: TstInfo,
    moments: Moments,
    signed: _Signed,
    codes: list[StampCode],
    question: StampQuestion,
) -> TokenVerdict:
    """Add the rules about times and algorithms (TS-16 to TS-18), and put everything together."""
    imprint_algorithm = hash_name(info.imprint_algorithm.oid) or info.imprint_algorithm.oid
    end = _earliest_end(question.trust, (imprint_algorithm, *signed.algorithms))
    if in_future(moments, question.now):
        codes.append(StampCode.TIME_IN_FUTURE)
    if signed.path is None and end is not None and question.judged_at >= end:
        codes.append(StampCode.ALGORITHM_ENDED)
    if info.accuracy_us is None:
        codes.append(StampCode.ACCURACY_UNKNOWN)
    path = signed.path
    return TokenVerdict(
        sha256=digest,
        codes=tuple(sorted(dict.fromkeys(codes), key=lambda code: code.note)),
        generated_at=moments.generated_at,
        accuracy_ms=moments.accuracy_ms,
        not_before=moments.not_before,
        not_after=moments.not_after,
        serial=info.serial,
        policy=info.policy,
        imprint_algorithm=imprint_algorithm,
        imprint=info.imprint.hex(),
        authority=None if path is None else path.authority,
        **_keys(path),
        chain=() if path is None else path.ders,
        used=signed.used,
        weakens_at=None if path is None else _sooner(path.weakens_at(question.trust), end),
    )


def verify_token(
    token: bytes,
    question: StampQuestion,
    *,
    nonce: int | None = None,
    paths: PathCache | None = None,
) -> TokenVerdict:
    """Verify a timestamp token.

    Never raises, whatever the token is. Policies are compared with the authority at whose root the path ends
    (rule TS-6); of several paths the best counts.

    Args:
        token: its bytes.
        question: what it should have stamped, whom to trust, and when it is judged.
        nonce: of the request, where one is known (rule TS-5).
        paths: what was found for other tokens; the verdict is the same without it.
    """
    digest = sha256(token).hexdigest()
    try:
        decoded = decode_token(token)
    except LimitError:
        return TokenVerdict(sha256=digest, codes=(StampCode.TOKEN_LIMIT,))
    except FormatError as error:
        return TokenVerdict(sha256=digest, codes=(StampCode[error.code],))
    moments = moments_of(decoded.info)
    codes = [*info_codes(decoded.info, digest_of=question.digest_of, nonce=nonce)]
    signed = _Signed(codes=())
    if StampCode.IMPRINT_DIFFERS not in codes:  # else it is about something else, and costs no more time
        signed = (
            _Signed(codes=(StampCode.SIGNER_NUMBER,))
            if decoded.signer is None
            else _judge_signer(decoded, decoded.signer, question, moments, paths or PathCache())
        )
    codes.extend(signed.codes)
    return _verdict(digest, decoded.info, moments, signed, codes, question)
