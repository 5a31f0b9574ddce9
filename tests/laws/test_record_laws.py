"""Laws of evidence records: round trips, who is covered, and that no change of a byte is an improvement."""

from __future__ import annotations

import hashlib
from functools import cache
from typing import Final

from hypothesis import given
from hypothesis import strategies as st

from custody.format.der import encode_sequence
from custody.format.hashes import HASHES
from custody.proof.evidence_record.record import (
    EvidenceRecord,
    decode_evidence_record,
    encode_evidence_record,
)
from custody.proof.evidence_record.renew import (
    record_of_token,
    with_hash_renewal,
    with_renewal,
)
from custody.proof.evidence_record.tree import reduced_trees, tree_root
from custody.proof.evidence_record.verify import verify_evidence_record
from custody.report.stamp_code import StampCode, StampOutcome
from custody.trust.trust import Trust
from tests.tools.authority import TestAuthority, trust_of
from tests.tools.records import DOCUMENT, day, first_record, judge, question_about, rehashed, renewed

FIRST = TestAuthority("first", operator="First operator")
SECOND = TestAuthority("second", operator="Second operator")
TRUST = trust_of(FIRST, SECOND)
NOW = "2032-01-01"
RANK: Final = {StampOutcome.INVALID: 0, StampOutcome.UNDETERMINED: 1, StampOutcome.VALID: 2}

hashes = st.sampled_from(sorted(HASHES))
values = st.binary(min_size=1, max_size=70)
trees = st.lists(st.lists(values, max_size=3).map(tuple), max_size=5).map(tuple)
tokens = st.one_of(
    values.map(lambda data: encode_sequence(b"\x04", bytes((len(data),)), data)),
    values.map(lambda data: b"\x30\x80\x04" + bytes((len(data),)) + data + b"\0\0"),
)


@st.composite
def records(draw: st.DrawFn) -> EvidenceRecord:
    """A record of any form that this library writes, sound or not."""
    record = record_of_token(draw(tokens), HASHES[draw(hashes)], draw(trees))
    for _ in range(draw(st.integers(0, 4))):
        if draw(st.booleans()):
            record = with_renewal(record, draw(tokens), draw(trees))
        else:
            record = with_hash_renewal(record, draw(tokens), HASHES[draw(hashes)], draw(trees))
    return record


@given(records())
def test_records_come_back_as_they_were_written(record: EvidenceRecord) -> None:
    """Reading is the inverse of writing, and writing of reading, whatever stands in the record."""
    data = encode_evidence_record(record)
    assert decode_evidence_record(data) == record
    assert encode_evidence_record(decode_evidence_record(data)) == data


@given(st.lists(st.integers(0, 40), min_size=1, max_size=40), hashes, st.data())
def test_every_leaf_of_a_batch_verifies_and_no_other(
    numbers: list[int], name: str, data: st.DataObject
) -> None:
    """A reduced tree leads from its own leaf to the root, and with any other value elsewhere."""
    algorithm = HASHES[name]
    leaves = [algorithm.digest(b"%d" % number) for number in numbers]
    root, reduced = reduced_trees(leaves, algorithm)
    for leaf, tree in zip(leaves, reduced, strict=True):
        assert (tree_root(tree, algorithm) if tree else leaf) == root
        assert tree == () or tree[0] == (leaf,)
    tree = data.draw(st.sampled_from(reduced))
    for place, listed in enumerate(tree):
        for changed in (algorithm.digest(b"other"), bytes(algorithm.size_bytes)):
            other = (*tree[:place], (changed, *listed[1:]), *tree[place + 1 :])
            assert tree_root(other, algorithm) != root


@given(st.integers(0, 11), st.integers(0, 60))
def test_a_record_of_a_batch_speaks_for_its_own_document_alone(own: int, asked: int) -> None:
    """Whatever else is asked about, member of the batch or not, is in no first list."""
    data = _batch()[own]
    outcome = verify_evidence_record(data, question_about(TRUST, NOW, b"event %d" % asked)).outcome
    assert outcome is (StampOutcome.VALID if own == asked else StampOutcome.INVALID)


@cache
def _batch() -> tuple[bytes, ...]:
    leaves = [hashlib.sha256(b"event %d" % number).digest() for number in range(12)]
    root, reduced = reduced_trees(leaves, HASHES["sha256"])
    token = FIRST.stamp(digest=root, at=day("2026-01-01"))
    made = (record_of_token(token, HASHES["sha256"], tree) for tree in reduced)
    return tuple(encode_evidence_record(record) for record in made)


@cache
def _renewed() -> bytes:
    record = renewed(first_record(FIRST, "2026-01-01"), SECOND, "2027-01-01")
    return encode_evidence_record(rehashed(record, FIRST, "2028-01-01", algorithm="sha512"))


@cache
def _outcome_of(trust: Trust, document: bytes) -> StampOutcome:
    return judge(_renewed(), trust, NOW, document).outcome


@given(
    st.data(),
    st.integers(1, 255),
    st.sampled_from([TRUST, trust_of(SECOND), Trust.none()]),
    st.sampled_from([DOCUMENT, b"another event"]),
)
def test_one_changed_byte_never_improves_the_outcome(
    data: st.DataObject, mask: int, trust: Trust, document: bytes
) -> None:
    """Wherever a byte of a record changes, it proves at most what it proved before."""
    changed = bytearray(_renewed())
    changed[data.draw(st.integers(0, len(changed) - 1))] ^= mask
    assert RANK[judge(bytes(changed), trust, NOW, document).outcome] <= RANK[_outcome_of(trust, document)]


@given(st.binary(max_size=300), st.integers(0, 4000), st.integers(0, 300))
def test_hostile_bytes_are_answered_not_raised(junk: bytes, place: int, cut: int) -> None:
    """Bytes written over a record, or instead of it, end in a verdict."""
    sound = _renewed()
    place %= len(sound)
    for data in (junk, sound[:place] + junk + sound[place + cut :]):
        assert judge(data, TRUST, NOW).outcome in StampOutcome


def test_no_sound_record_is_refused() -> None:
    """The records that these laws change are valid before."""
    assert _outcome_of(TRUST, DOCUMENT) is StampOutcome.VALID
    assert _outcome_of(TRUST, b"another event") is StampOutcome.INVALID
    assert _outcome_of(Trust.none(), DOCUMENT) is StampOutcome.UNDETERMINED
    assert StampCode.RECORD_GROUP not in judge(_renewed(), TRUST, NOW).codes
