"""Evidence records under attack: each attack by its name, each answered with its code."""

from __future__ import annotations

import hashlib
from functools import cache

import pytest
from attrs import evolve

from custody.format.hashes import HASHES
from custody.model.instant import decode_instant
from custody.proof.evidence_record.record import (
    EvidenceRecord,
    ReducedTree,
    encode_chains,
    encode_evidence_record,
    make_archive_timestamp,
)
from custody.proof.evidence_record.renew import (
    record_of_token,
    renewal_digest,
    with_hash_renewal,
    with_renewal,
)
from custody.proof.evidence_record.tree import reduced_trees
from custody.proof.stamp import RecordVerdict
from custody.report.stamp_code import StampCode, StampOutcome
from custody.trust.trust import AlgorithmEnd
from tests.tools.authority import TestAuthority, trust_of
from tests.tools.records import DOCUMENT, day, first_record, judge, rehashed, renewed

FIRST = TestAuthority("first", operator="First operator")
SECOND = TestAuthority("second", operator="Second operator")
STRANGER = TestAuthority("stranger", operator="A stranger")
TRUST = trust_of(FIRST, SECOND)
NOW = "2032-01-01"
SHA256, SHA512 = HASHES["sha256"], HASHES["sha512"]
OTHER = b"another event\n"
OWN_LEAF, OTHER_LEAF = (hashlib.sha256(document).digest() for document in (DOCUMENT, OTHER))


def _faults(verdict: RecordVerdict) -> set[StampCode]:
    return {code for code in verdict.codes if not code.note}


def _with_tree(tree: ReducedTree, root: bytes) -> EvidenceRecord:
    return record_of_token(FIRST.stamp(digest=root, at=day("2026-01-01")), SHA256, tree)


@cache
def _batch() -> tuple[bytes, tuple[ReducedTree, ...]]:
    return reduced_trees([OWN_LEAF, OTHER_LEAF, hashlib.sha256(b"third").digest()], SHA256)


def test_a_sibling_in_the_first_list_would_speak_for_another_bundle() -> None:
    """Such a record of others verifies for both, which is said; what we write never does (rule ER-11)."""
    low, high = sorted((OWN_LEAF, OTHER_LEAF))
    foreign = _with_tree(((low, high),), hashlib.sha256(low + high).digest())
    for document in (DOCUMENT, OTHER):
        verdict = judge(foreign, TRUST, NOW, document)
        assert verdict.outcome is StampOutcome.VALID
        assert StampCode.RECORD_GROUP in verdict.codes
    root, (tree, *_) = _batch()
    own = _with_tree(tree, root)
    assert judge(own, TRUST, NOW).outcome is StampOutcome.VALID
    assert _faults(judge(own, TRUST, NOW, OTHER)) == {StampCode.RECORD_COVERS_OTHERS}


def test_the_record_of_another_bundle_is_named() -> None:
    """A record moved to another event covers others."""
    verdict = judge(first_record(FIRST, "2026-01-01"), TRUST, NOW, OTHER)
    assert _faults(verdict) == {StampCode.RECORD_COVERS_OTHERS}


def test_an_inner_node_is_no_document() -> None:
    """Bytes whose digest is a node above the leaves stand in no first list."""
    low, high = sorted((OWN_LEAF, OTHER_LEAF))
    root, trees = reduced_trees([OWN_LEAF, OTHER_LEAF], SHA256)
    verdict = judge(_with_tree(trees[0], root), TRUST, NOW, low + high)
    assert hashlib.sha256(low + high).digest() == root
    assert _faults(verdict) == {StampCode.RECORD_COVERS_OTHERS}


@pytest.mark.parametrize(
    "tree",
    [((), (OWN_LEAF,)), ((OWN_LEAF,), ()), ((),)],
    ids=["first", "last", "only"],
)
def test_an_empty_list_is_refused(tree: ReducedTree) -> None:
    """A list that adds nothing could be added anywhere (rule ER-3)."""
    assert _faults(judge(_with_tree(tree, OWN_LEAF), TRUST, NOW)) == {StampCode.RECORD_LIST_EMPTY}


def test_a_value_of_another_length_is_refused() -> None:
    """Two digests passed off as one value would shift what stands where."""
    root = hashlib.sha256(b"".join(sorted((OWN_LEAF, OTHER_LEAF * 2)))).digest()
    verdict = judge(_with_tree(((OWN_LEAF,), (OTHER_LEAF * 2,)), root), TRUST, NOW)
    assert _faults(verdict) == {StampCode.RECORD_MALFORMED}


def test_a_token_over_another_root_is_refused() -> None:
    """The lists must lead to what the token stamps."""
    _, trees = _batch()
    assert _faults(judge(_with_tree(trees[0], OTHER_LEAF), TRUST, NOW)) == {StampCode.RECORD_ROOT}


def test_an_own_leaf_put_into_a_foreign_tree_changes_its_root() -> None:
    """A digest written over another one in the lists of a sound record is noticed."""
    root, trees = _batch()
    stolen = ((hashlib.sha256(b"late").digest(),), *trees[0][1:])
    assert _faults(judge(_with_tree(stolen, root), TRUST, NOW, b"late")) == {StampCode.RECORD_ROOT}


def test_a_renewal_over_another_token_is_refused() -> None:
    """Two sound records cannot be joined where they do not belong together (rule ER-6)."""
    other = first_record(FIRST, "2026-01-01", document=OTHER)
    stolen = renewed(other, SECOND, "2027-01-01").chains[0][1].token
    joined = with_renewal(first_record(FIRST, "2026-01-01"), stolen)
    assert _faults(judge(joined, TRUST, NOW)) == {StampCode.RECORD_RENEWAL}


def test_a_renewal_whose_tree_holds_another_token_is_refused() -> None:
    """A sound tree that the old token is no leaf of renews nothing."""
    record = first_record(FIRST, "2026-01-01")
    root, trees = reduced_trees([OTHER_LEAF, OWN_LEAF], SHA256)
    token = SECOND.stamp(digest=root, at=day("2027-01-01"))
    assert _faults(judge(with_renewal(record, token, trees[0]), TRUST, NOW)) == {StampCode.RECORD_RENEWAL}


def test_a_replaced_old_token_breaks_its_renewal() -> None:
    """Whoever later gets the old authority's key cannot slip an earlier time under a renewal."""
    record = renewed(first_record(FIRST, "2026-01-01"), SECOND, "2027-01-01")
    forged = first_record(FIRST, "2020-06-01").chains[0][0]
    swapped = evolve(record, chains=((forged, record.chains[0][1]),))
    assert StampCode.RECORD_RENEWAL in judge(swapped, TRUST, NOW).codes


def test_a_record_without_its_first_token_covers_nothing() -> None:
    """A renewal stamps a token, not the document."""
    record = renewed(first_record(FIRST, "2026-01-01"), SECOND, "2027-01-01")
    cut = evolve(record, chains=(record.chains[0][1:],))
    assert _faults(judge(cut, TRUST, NOW)) == {StampCode.RECORD_COVERS_OTHERS}


def _digests_to_sort(document: bytes) -> tuple[EvidenceRecord, bytes, bytes]:
    """A record over a document, and what a new chain joins: the digests of the document and of the chains."""
    record = first_record(FIRST, "2026-01-01", document=document)
    own = hashlib.sha512(document).digest()
    return record, own, hashlib.sha512(encode_chains(record.chains)).digest()


def test_a_chain_over_the_sorted_digests_is_refused() -> None:
    """Rule ER-7: the document's digest comes first, also where the other one is smaller."""
    documents = (b"event %d" % number for number in range(100))
    made = ((document, *_digests_to_sort(document)) for document in documents)
    document, record, own, before = next(one for one in made if one[3] < one[2])
    digest = hashlib.sha512(before + own).digest()
    token = SECOND.stamp(digest=digest, hash="sha512", at=day("2027-01-01"))
    verdict = judge(with_hash_renewal(record, token, SHA512), TRUST, NOW, document)
    assert _faults(verdict) == {StampCode.RECORD_CHAIN}


def test_a_chain_over_other_chains_is_refused() -> None:
    """The chains before it must be those that it was made over, byte for byte."""
    record = rehashed(first_record(FIRST, "2026-01-01"), SECOND, "2028-01-01", algorithm="sha512")
    earlier = renewed(first_record(FIRST, "2026-01-01"), FIRST, "2027-01-01")
    grown = evolve(record, chains=(earlier.chains[0], record.chains[1]))
    assert _faults(judge(grown, TRUST, NOW)) == {StampCode.RECORD_CHAIN}


def test_a_chain_over_the_document_alone_is_refused() -> None:
    """It would say nothing of the tokens before it."""
    record = first_record(FIRST, "2026-01-01")
    token = SECOND.stamp(DOCUMENT, hash="sha512", at=day("2027-01-01"))
    verdict = judge(with_hash_renewal(record, token, SHA512), TRUST, NOW)
    assert _faults(verdict) == {StampCode.RECORD_CHAIN}


def test_two_hashes_in_one_chain_are_refused() -> None:
    """Rule ER-1: another hash opens another chain, which hashes the document again."""
    record = first_record(FIRST, "2026-01-01")
    digest = hashlib.sha512(record.chains[0][0].token).digest()
    token = SECOND.stamp(digest=digest, hash="sha512", at=day("2027-01-01"))
    stamp = make_archive_timestamp(token, algorithm=SHA512.oid)
    mixed = evolve(record, chains=((*record.chains[0], stamp),))
    assert _faults(judge(mixed, TRUST, NOW)) == {StampCode.RECORD_ALGORITHM}


def test_a_tree_labelled_with_another_hash_is_refused() -> None:
    """The hash that the record names is the one that the token names (rule ER-1)."""
    token = FIRST.stamp(DOCUMENT, at=day("2026-01-01"))
    assert _faults(judge(record_of_token(token, HASHES["sha3_256"]), TRUST, NOW)) == {
        StampCode.RECORD_ALGORITHM
    }


def test_time_that_goes_backwards_is_refused() -> None:
    """A renewal before what it renews is impossible (rule ER-8)."""
    record = renewed(first_record(FIRST, "2027-01-01"), SECOND, "2026-01-01")
    assert _faults(judge(record, TRUST, NOW)) == {StampCode.RECORD_ORDER}


def test_clocks_may_differ_within_their_accuracy() -> None:
    """Two authorities in the same second may tell it a little apart."""
    record = first_record(FIRST, "2026-01-01")
    token = SECOND.stamp(
        digest=renewal_digest(record, SHA256), at=decode_instant("2025-12-31T23:59:58.500Z"), accuracy_ms=1000
    )
    assert judge(with_renewal(record, token), TRUST, NOW).outcome is StampOutcome.VALID


def test_a_renewal_from_the_future_is_refused() -> None:
    """It would keep the earlier tokens from being judged at any real time."""
    record = renewed(first_record(FIRST, "2026-01-01"), SECOND, "2035-01-01")
    assert _faults(judge(record, TRUST, NOW)) == {StampCode.RECORD_TOKEN, StampCode.TIME_IN_FUTURE}


def test_a_renewal_by_a_stranger_shows_nothing() -> None:
    """Whoever is not trusted can neither renew nor say when something existed."""
    record = renewed(first_record(FIRST, "2026-01-01"), STRANGER, "2027-01-01")
    assert _faults(judge(record, TRUST, NOW)) == {StampCode.RECORD_TOKEN, StampCode.PATH_MISSING}


def test_a_skipped_renewal_shows_after_the_trust_in_a_root_ended() -> None:
    """Stamped again too late, an ended authority is not revived; in time, it is."""
    trust = trust_of(FIRST.authority(valid_until=day("2030-01-01")), SECOND)
    first = first_record(FIRST, "2026-01-01")
    expected = {StampCode.RECORD_TOKEN, StampCode.ROOT_TRUST_ENDED}
    assert judge(renewed(first, SECOND, "2029-06-01"), trust, NOW).outcome is StampOutcome.VALID
    assert _faults(judge(first, trust, NOW)) == expected
    assert _faults(judge(renewed(first, SECOND, "2030-06-01"), trust, NOW)) == expected


def test_a_skipped_renewal_shows_after_an_algorithm_ended() -> None:
    """A new hash after the end of the old one comes too late; before it, it comes in time."""
    modern = TestAuthority(
        "modern", operator="Modern operator", unit_key="p521", issuer_key="p521", root_key="p521"
    )
    trust = trust_of(FIRST, modern, ends=(AlgorithmEnd(algorithm="sha256", until=day("2030-01-01")),))
    ended = {StampCode.RECORD_TOKEN, StampCode.ALGORITHM_ENDED}
    first = first_record(FIRST, "2026-01-01")
    in_time = rehashed(first, modern, "2029-06-01", algorithm="sha512")
    late = rehashed(first, modern, "2030-06-01", algorithm="sha512")
    assert judge(in_time, trust, NOW).outcome is StampOutcome.VALID
    assert _faults(judge(first, trust, NOW)) == ended
    assert _faults(judge(late, trust, NOW)) == ended


def test_a_renewal_with_the_ended_hash_is_no_help() -> None:
    """The token is renewed, and the document still hangs on the old hash."""
    trust = trust_of(FIRST, SECOND, ends=(AlgorithmEnd(algorithm="sha256", until=day("2030-01-01")),))
    record = renewed(first_record(FIRST, "2026-01-01"), SECOND, "2029-06-01")
    assert _faults(judge(record, trust, NOW)) == {StampCode.RECORD_TOKEN, StampCode.ALGORITHM_ENDED}


def test_a_renewal_after_the_certificates_expired_is_too_late() -> None:
    """RFC 4998, 5.3: a token that is renewed had valid certificates till then."""
    short = TestAuthority(
        "short", operator="Short operator", unit_valid=(day("2024-01-01"), day("2027-01-01"))
    )
    trust = trust_of(short, SECOND)
    first = first_record(short, "2026-01-01")
    assert judge(renewed(first, SECOND, "2026-12-01"), trust, NOW).outcome is StampOutcome.VALID
    assert _faults(judge(renewed(first, SECOND, "2027-06-01"), trust, NOW)) == {
        StampCode.RECORD_TOKEN,
        StampCode.CERTIFICATE_EXPIRED_BEFORE_RENEWAL,
    }


@pytest.mark.parametrize("extra", [b"\0", b"\x05\0"], ids=["a byte", "a value"])
def test_bytes_behind_a_token_are_refused(extra: bytes) -> None:
    """The place of the token holds one value and ends with it."""
    token = FIRST.stamp(DOCUMENT, at=day("2026-01-01"))
    verdict = judge(record_of_token(token + extra, SHA256), TRUST, NOW)
    assert verdict.outcome is StampOutcome.INVALID
    assert StampCode.RECORD_TOKEN in verdict.codes


def test_a_cut_record_is_malformed() -> None:
    """Every shorter beginning of a record is none."""
    data = encode_evidence_record(first_record(FIRST, "2026-01-01"))
    for size in (0, 1, 5, len(data) // 2, len(data) - 1):
        assert judge(data[:size], TRUST, NOW).codes == (StampCode.RECORD_MALFORMED,)
