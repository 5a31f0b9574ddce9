"""What an evidence record proves (RFC 4998, sections 4.3 and 5.3; rules ER-0 to ER-10).

Tokens are judged from the last one back: each shows when the one before it existed at the latest, and that is
when the algorithms, the root and the revocations of the one before are judged (rule ER-9). So a record whose
authorities have all ended stays sound where each was renewed in time. A token shows no more than the bytes of
the one before: certificates from elsewhere are not dated by it.

The proof of the first token's time is as strong as every link up to the last one; therefore one fault of any
token or link is a fault of the record.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain as joined
from itertools import pairwise

from attrs import evolve

from custody.errors import FormatError, LimitError, UsageError
from custody.format.hashes import HASHES, Hash
from custody.proof.evidence_record.crypto_infos import with_crypto_infos
from custody.proof.evidence_record.record import (
    ArchiveTimestamp,
    EvidenceRecord,
    decode_evidence_record,
    encode_chains,
)
from custody.proof.evidence_record.tree import tree_root
from custody.proof.rfc3161.path import PathCache
from custody.proof.rfc3161.signature import hash_name
from custody.proof.rfc3161.verify import verify_token
from custody.proof.stamp import (
    DigestOf,
    Material,
    RecordVerdict,
    StampQuestion,
    TokenVerdict,
    joined_material,
)
from custody.report.stamp_code import StampCode, StampOutcome


def verify_evidence_record(
    data: bytes, question: StampQuestion, *, paths: PathCache | None = None
) -> RecordVerdict:
    """Judge an evidence record.

    Args:
        data: the record's bytes, as hostile as they may be.
        question: from where it is looked at; `digest_of` is needed and gives the digests of the document
            (rules ER-5 and ER-7); `proven_by` holds for the last token.
        paths: paths of authorities that were built before.

    Returns:
        The verdict. Another document's value in the record's first lists is a note, RECORD_GROUP: our own
        records never have one.

    Raises:
        UsageError: the question does not say what was stamped; an anchor is a token, never a record.
    """
    if question.digest_of is None:
        message = "question: expected the digests of what was stamped, found none"
        raise UsageError(message)
    try:
        record = decode_evidence_record(data)
    except LimitError:
        return RecordVerdict(codes=(StampCode.RECORD_LIMIT,))
    except FormatError:
        return RecordVerdict(codes=(StampCode.RECORD_MALFORMED,))
    tokens = _verify_tokens(record, _with_material(question, record.crypto_infos), paths or PathCache())
    found = [] if record.encryption_info is None else [StampCode.RECORD_ENCRYPTED]
    found.extend(_record_codes(record, tokens, question.digest_of))
    if any(token.outcome is not StampOutcome.VALID for token in tokens):
        found.append(StampCode.RECORD_TOKEN)
    found.extend(joined.from_iterable(token.codes for token in tokens))
    codes = sorted(dict.fromkeys(found), key=lambda code: code.note)
    return RecordVerdict(codes=tuple(codes), tokens=tokens, weakens_at=tokens[-1].weakens_at)


def _with_material(question: StampQuestion, infos: bytes | None) -> StampQuestion:
    """Add what the record carries, and say by when it and the rest are shown to have existed.

    A proof over the record is one over all of its bytes; a token inside shows the token before it alone.
    """
    if question.proven_by is None:
        material = with_crypto_infos(joined_material(question.proven_material, question.material), infos)
        return evolve(question, material=material, proven_material=Material(), digest_of=None)
    shown = question.proven_by if question.material_proven_by is None else question.material_proven_by
    return evolve(
        question,
        proven_material=with_crypto_infos(question.proven_material, infos),
        material_proven_by=max(shown, question.proven_by),
        digest_of=None,
    )


def _verify_tokens(
    record: EvidenceRecord, question: StampQuestion, paths: PathCache
) -> tuple[TokenVerdict, ...]:
    """Verify every token, the last one first.

    What a token stamps is compared by the rules of the record, which say better what is wrong than the
    token's own imprint could.
    """
    verdicts: list[TokenVerdict] = []
    asked = question
    for stamp in reversed([*joined.from_iterable(record.chains)]):
        verdict = verify_token(stamp.token, asked, paths=paths)
        verdicts.append(verdict)
        renewed_at = verdict.not_after if verdict.outcome is StampOutcome.VALID else None
        bounds = [bound for bound in (renewed_at, question.proven_by) if bound is not None]
        asked = evolve(asked, renewed_at=renewed_at, proven_by=min(bounds, default=None))
    return tuple(reversed(verdicts))


def _record_codes(
    record: EvidenceRecord, tokens: Sequence[TokenVerdict], digest_of: DigestOf
) -> Iterator[StampCode]:
    """Apply the rules about what the tokens stamp, and about their order."""
    rest = iter(tokens)
    for number, chain in enumerate(record.chains):
        verdicts = [next(rest) for _ in chain]
        name, *others = _algorithms(chain, verdicts) or {""}
        if others:
            yield StampCode.RECORD_ALGORITHM
        elif name in HASHES:
            chains = record.chains[: number + 1]
            yield from _chain_codes(chains, verdicts, HASHES[name], digest_of(name))
        elif name:
            yield StampCode.IMPRINT_ALGORITHM
    for earlier, later in pairwise(tokens):
        if earlier.not_before and later.not_after and later.not_after < earlier.not_before:
            yield StampCode.RECORD_ORDER


def _algorithms(chain: Sequence[ArchiveTimestamp], tokens: Sequence[TokenVerdict]) -> set[str]:
    """Return every hash that a chain names or its tokens used; it must be one (rule ER-1)."""
    named = {stamp.algorithm for stamp in chain if stamp.algorithm is not None}
    used = {token.imprint_algorithm for token in tokens if token.imprint_algorithm is not None}
    return used | {hash_name(oid) or oid for oid in named}


def _chain_codes(
    chains: Sequence[Sequence[ArchiveTimestamp]],
    tokens: Sequence[TokenVerdict],
    algorithm: Hash,
    document: bytes,
) -> Iterator[StampCode]:
    """Check what each archive timestamp of the last one of these chains must cover (rules ER-5 to ER-7)."""
    covered, fault = document, StampCode.RECORD_COVERS_OTHERS
    if len(chains) > 1:
        before = algorithm.digest(encode_chains(chains[:-1]))
        covered, fault = algorithm.digest(document + before), StampCode.RECORD_CHAIN
    for stamp, token in zip(chains[-1], tokens, strict=True):
        yield from _stamp_codes(stamp, token, algorithm, covered, fault)
        covered, fault = algorithm.digest(stamp.token), StampCode.RECORD_RENEWAL


def _stamp_codes(
    stamp: ArchiveTimestamp, token: TokenVerdict, algorithm: Hash, covered: bytes, fault: StampCode
) -> Iterator[StampCode]:
    """Check one archive timestamp: its lists, its root, and that it covers a value (rules ER-2 to ER-4).

    A token that could not be read so far that its imprint is known is a fault already.
    """
    if stamp.tree is None:
        if token.imprint not in {None, covered.hex()}:
            yield fault
        return
    if any(len(value) != algorithm.size_bytes for values in stamp.tree for value in values):
        yield StampCode.RECORD_MALFORMED
        return
    root = tree_root(stamp.tree, algorithm)
    if root is None:
        yield StampCode.RECORD_LIST_EMPTY
        return
    if token.imprint not in {None, root.hex()}:
        yield StampCode.RECORD_ROOT
    if covered not in stamp.tree[0]:
        yield fault
    elif fault is not StampCode.RECORD_RENEWAL and {*stamp.tree[0]} != {covered}:
        yield StampCode.RECORD_GROUP
    if any(len({*values}) != len(values) for values in stamp.tree):
        yield StampCode.RECORD_REPEATS
