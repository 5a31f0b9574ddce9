"""Evidence records judged: what is said of sound ones, and when each token is judged."""

from __future__ import annotations

import hashlib
from functools import cache

import pytest
from attrs import evolve

from custody.errors import UsageError
from custody.format.der import context_tag, encode_oid, encode_sequence, encode_set_of, encode_tlv
from custody.format.hashes import HASHES
from custody.format.limits import STAMP_BYTES
from custody.proof.evidence_record.crypto_infos import CERTIFICATE_VALUES
from custody.proof.evidence_record.record import (
    EvidenceRecord,
    encode_evidence_record,
    make_archive_timestamp,
)
from custody.proof.evidence_record.renew import record_of_token
from custody.proof.evidence_record.tree import reduced_trees
from custody.proof.evidence_record.verify import verify_evidence_record
from custody.proof.stamp import RecordVerdict
from custody.report.stamp_code import StampCode, StampOutcome
from custody.trust.trust import AlgorithmEnd
from tests.tools.authority import TestAuthority, trust_of
from tests.tools.records import (
    DOCUMENT,
    day,
    first_record,
    judge,
    question_about,
    rehashed,
    renewed,
)

FIRST = TestAuthority("first", operator="First operator")
SECOND = TestAuthority("second", operator="Second operator")
TRUST = trust_of(FIRST, SECOND)
DIGEST = hashlib.sha256(DOCUMENT).digest()


@cache
def _twice_renewed() -> EvidenceRecord:
    record = renewed(first_record(FIRST, "2026-01-01"), SECOND, "2027-01-01")
    return rehashed(record, FIRST, "2028-01-01", algorithm="sha512")


def _faults(verdict: RecordVerdict) -> list[StampCode]:
    return [code for code in verdict.codes if not code.note]


def test_a_record_of_one_token_is_valid() -> None:
    """It stamps the document itself, without a tree."""
    verdict = judge(first_record(FIRST, "2026-01-01"), TRUST, "2026-11-24")
    assert verdict.outcome is StampOutcome.VALID
    assert [token.generated_at for token in verdict.tokens] == [day("2026-01-01")]


def test_both_renewals_are_followed() -> None:
    """Tokens are told in the order of the record, and the last one says when the record weakens."""
    verdict = judge(_twice_renewed(), TRUST, "2029-01-01")
    assert verdict.outcome is StampOutcome.VALID
    assert [str(token.generated_at)[:4] for token in verdict.tokens] == ["2026", "2027", "2028"]
    assert verdict.weakens_at == verdict.tokens[-1].weakens_at is not None


def test_a_batch_is_one_token_for_all() -> None:
    """Each bundle's record holds the way from its own digest to the root."""
    documents = [b"event %d" % number for number in range(5)]
    leaves = [hashlib.sha256(document).digest() for document in documents]
    root, trees = reduced_trees(leaves, HASHES["sha256"])
    token = FIRST.stamp(digest=root, at=day("2026-01-01"))
    for document, tree in zip(documents, trees, strict=True):
        record = record_of_token(token, HASHES["sha256"], tree)
        verdict = judge(record, TRUST, "2026-11-24", document)
        assert verdict.outcome is StampOutcome.VALID
        assert StampCode.RECORD_GROUP not in verdict.codes


def test_one_token_renews_many_records() -> None:
    """Old tokens are the leaves of one tree."""
    documents = [b"event %d" % number for number in range(3)]
    records = [first_record(FIRST, "2026-01-01", document=document) for document in documents]
    leaves = [hashlib.sha256(record.chains[0][0].token).digest() for record in records]
    root, trees = reduced_trees(leaves, HASHES["sha256"])
    token = SECOND.stamp(digest=root, at=day("2027-01-01"))
    for document, record, tree in zip(documents, records, trees, strict=True):
        stamp = make_archive_timestamp(token, algorithm=HASHES["sha256"].oid, tree=tree)
        both = evolve(record, chains=((*record.chains[0], stamp),))
        assert judge(both, TRUST, "2028-01-01", document).outcome is StampOutcome.VALID


def test_the_hash_may_be_left_to_the_token() -> None:
    """A record of others need not name it."""
    token = FIRST.stamp(DOCUMENT, at=day("2026-01-01"), hash="sha384")
    stamp = make_archive_timestamp(token, algorithm=None)
    record = evolve(record_of_token(token, HASHES["sha384"]), chains=((stamp,),))
    assert judge(record, TRUST, "2026-11-24").outcome is StampOutcome.VALID


def test_values_of_others_in_the_first_list_are_said() -> None:
    """Rule ER-10: a record of a group verifies each member, with a note."""
    other = hashlib.sha256(b"other").digest()
    root = hashlib.sha256(b"".join(sorted((DIGEST, other)))).digest()
    token = FIRST.stamp(digest=root, at=day("2026-01-01"))
    record = record_of_token(token, HASHES["sha256"], ((other, DIGEST),))
    verdict = judge(record, TRUST, "2026-11-24")
    assert verdict.outcome is StampOutcome.VALID
    assert StampCode.RECORD_GROUP in verdict.codes


def test_a_value_twice_in_a_list_is_said() -> None:
    """Records of others have such lists; they count as they stand."""
    root = hashlib.sha256(DIGEST + DIGEST).digest()
    record = record_of_token(
        FIRST.stamp(digest=root, at=day("2026-01-01")), HASHES["sha256"], ((DIGEST, DIGEST),)
    )
    verdict = judge(record, TRUST, "2026-11-24")
    assert verdict.outcome is StampOutcome.VALID
    assert StampCode.RECORD_REPEATS in verdict.codes
    assert StampCode.RECORD_GROUP not in verdict.codes


def test_certificates_in_the_record_are_material() -> None:
    """A token without certificates finds its path through the record's cryptoInfos."""
    token = FIRST.stamp(DOCUMENT, at=day("2026-01-01"), certificates=False)
    bare = record_of_token(token, HASHES["sha256"])
    values = encode_set_of([encode_sequence(*FIRST.embedded)])
    infos = encode_tlv(context_tag(0), encode_sequence(encode_oid(CERTIFICATE_VALUES), values))
    assert judge(bare, TRUST, "2026-11-24").outcome is StampOutcome.UNDETERMINED
    assert judge(evolve(bare, crypto_infos=infos), TRUST, "2026-11-24").outcome is StampOutcome.VALID


def test_notes_stand_behind_faults() -> None:
    """The record's faults first, then its tokens', then what is only said; nothing twice."""
    verdict = judge(_twice_renewed(), trust_of(SECOND), "2029-01-01")
    notes = [code.note for code in verdict.codes]
    assert notes == sorted(notes)
    assert len(set(verdict.codes)) == len(verdict.codes)
    assert verdict.codes[:2] == (StampCode.RECORD_TOKEN, StampCode.PATH_MISSING)


def test_an_encrypted_record_is_undetermined() -> None:
    """What it stamped may be a ciphertext; nothing else about it is taken back."""
    encrypted = evolve(
        first_record(FIRST, "2026-01-01"), encryption_info=encode_tlv(context_tag(1), encode_oid("2.999.1"))
    )
    assert _faults(judge(encrypted, TRUST, "2026-11-24")) == [StampCode.RECORD_ENCRYPTED]
    assert judge(encrypted, TRUST, "2026-11-24", b"other").outcome is StampOutcome.INVALID


def test_a_record_above_a_limit_is_undetermined() -> None:
    """It is not looked at."""
    assert judge(b"\0" * (STAMP_BYTES + 1), TRUST, "2026-11-24").codes == (StampCode.RECORD_LIMIT,)


def test_malformed_bytes_are_invalid() -> None:
    """They are no evidence record."""
    assert judge(b"no record", TRUST, "2026-11-24").codes == (StampCode.RECORD_MALFORMED,)


def test_a_record_without_a_document_is_a_mistake() -> None:
    """An anchor is a token; a record is always over something."""
    question = evolve(question_about(TRUST, "2026-11-24"), digest_of=None)
    with pytest.raises(UsageError, match="question: expected the digests of what was stamped, found none"):
        verify_evidence_record(b"", question)


@pytest.mark.parametrize("named", [True, False], ids=["named by the record", "named by the token"])
def test_a_hash_that_is_not_accepted_is_undetermined(*, named: bool) -> None:
    """SHA-1 proves nothing; what stands below it is not looked at."""
    token = FIRST.stamp(DOCUMENT, at=day("2026-01-01"), hash="sha1")
    stamp = make_archive_timestamp(token, algorithm="1.3.14.3.2.26" if named else None)
    record = evolve(record_of_token(token, HASHES["sha256"]), chains=((stamp,),))
    verdict = judge(record, TRUST, "2026-11-24")
    assert _faults(verdict)[0] is StampCode.IMPRINT_ALGORITHM
    assert verdict.outcome is StampOutcome.UNDETERMINED


def test_a_token_that_cannot_be_read_names_no_hash() -> None:
    """The rules about its imprint are then not asked."""
    token = encode_sequence(b"\x04\x05token")
    stamp = make_archive_timestamp(token, algorithm=None)
    record = evolve(record_of_token(token, HASHES["sha256"]), chains=((stamp,),))
    assert judge(record, TRUST, "2026-11-24").codes == (StampCode.RECORD_TOKEN, StampCode.TOKEN_MALFORMED)


def test_an_unreadable_token_beside_a_tree_is_no_wrong_root() -> None:
    """What cannot be compared is not said to differ."""
    record = record_of_token(encode_sequence(b"\x04\x05token"), HASHES["sha256"], ((DIGEST,),))
    assert judge(record, TRUST, "2026-11-24").codes == (StampCode.RECORD_TOKEN, StampCode.TOKEN_MALFORMED)


def test_a_proof_over_the_record_dates_its_last_token() -> None:
    """What ended after the record was proven to exist does not harm it."""
    record = encode_evidence_record(first_record(FIRST, "2026-01-01"))
    question = question_about(
        trust_of(FIRST, ends=(AlgorithmEnd(algorithm="sha256", until=day("2030-01-01")),)), "2031-01-01"
    )
    assert _faults(verify_evidence_record(record, question)) == [
        StampCode.RECORD_TOKEN,
        StampCode.ALGORITHM_ENDED,
    ]
    proven = evolve(question, proven_by=day("2029-01-01"))
    assert verify_evidence_record(record, proven).outcome is StampOutcome.VALID


def test_a_later_bound_never_weakens_an_earlier_one() -> None:
    """Where the whole record is proven earlier than its renewal claims, that counts."""
    record = encode_evidence_record(renewed(first_record(FIRST, "2026-01-01"), SECOND, "2030-06-01"))
    ended = trust_of(FIRST.authority(valid_until=day("2030-01-01")), SECOND)
    question = question_about(ended, "2031-01-01")
    assert StampCode.ROOT_TRUST_ENDED in verify_evidence_record(record, question).codes
    proven = evolve(question, proven_by=day("2029-01-01"))
    assert verify_evidence_record(record, proven).outcome is StampOutcome.VALID


def test_a_renewal_that_does_not_hold_dates_nothing() -> None:
    """The token before it is judged as if nothing came after it."""
    record = renewed(first_record(FIRST, "2026-01-01"), SECOND, "2029-01-01")
    ended = trust_of(FIRST.authority(valid_until=day("2030-01-01")))
    verdict = judge(record, ended, "2031-01-01")
    assert [token.faults for token in verdict.tokens] == [
        (StampCode.ROOT_TRUST_ENDED,),
        (StampCode.PATH_MISSING,),
    ]
