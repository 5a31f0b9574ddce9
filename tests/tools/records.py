"""Evidence records made by test authorities, renewed on any date, and the question that is put to them."""

from __future__ import annotations

from custody.format.hashes import HASHES, digests_of
from custody.model.instant import Instant, decode_instant
from custody.proof.evidence_record.record import EvidenceRecord, encode_evidence_record
from custody.proof.evidence_record.renew import (
    hash_renewal_digest,
    record_of_token,
    renewal_digest,
    with_hash_renewal,
    with_renewal,
)
from custody.proof.evidence_record.verify import verify_evidence_record
from custody.proof.stamp import Material, RecordVerdict, StampQuestion
from custody.trust.trust import Trust
from tests.tools.authority import TestAuthority

DOCUMENT = b"proof.sha256 of some event\n"


def day(text: str) -> Instant:
    """Midnight of a day YYYY-MM-DD."""
    return decode_instant(f"{text}T00:00:00Z")


def first_record(
    authority: TestAuthority, at: str, *, document: bytes = DOCUMENT, algorithm: str = "sha256"
) -> EvidenceRecord:
    """The record of one document, stamped alone."""
    chosen = HASHES[algorithm]
    token = authority.stamp(digest=chosen.digest(document), hash=algorithm, at=day(at))
    return record_of_token(token, chosen)


def renewed(
    record: EvidenceRecord, authority: TestAuthority, at: str, *, algorithm: str = "sha256"
) -> EvidenceRecord:
    """The record with another token in its last chain."""
    digest = renewal_digest(record, HASHES[algorithm])
    return with_renewal(record, authority.stamp(digest=digest, hash=algorithm, at=day(at)))


def rehashed(
    record: EvidenceRecord, authority: TestAuthority, at: str, *, algorithm: str, document: bytes = DOCUMENT
) -> EvidenceRecord:
    """The record with another chain, under another hash."""
    chosen = HASHES[algorithm]
    digest = hash_renewal_digest(record, digests_of(document), chosen)
    return with_hash_renewal(record, authority.stamp(digest=digest, hash=algorithm, at=day(at)), chosen)


def question_about(
    trust: Trust, now: str, document: bytes = DOCUMENT, material: Material | None = None
) -> StampQuestion:
    """Ask whether a document was stamped."""
    return StampQuestion(
        trust=trust, now=day(now), digest_of=digests_of(document), material=material or Material()
    )


def judge(
    record: EvidenceRecord | bytes, trust: Trust, now: str, document: bytes = DOCUMENT
) -> RecordVerdict:
    """Write a record, unless it is bytes, and verify it."""
    data = record if isinstance(record, bytes) else encode_evidence_record(record)
    return verify_evidence_record(data, question_about(trust, now, document))
