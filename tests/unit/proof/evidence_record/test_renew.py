"""Writing evidence records: what the next token must stamp, and where it goes."""

from __future__ import annotations

import hashlib

import pytest
from attrs import evolve

from custody.errors import UsageError
from custody.format.der import encode_sequence
from custody.format.hashes import HASHES, digests_of
from custody.proof.evidence_record.record import (
    encode_algorithm,
    encode_chain,
    encode_evidence_record,
    make_archive_timestamp,
)
from custody.proof.evidence_record.renew import (
    hash_renewal_digest,
    record_of_token,
    renewal_digest,
    with_hash_renewal,
    with_renewal,
)

SHA256, SHA512 = HASHES["sha256"], HASHES["sha512"]
FIRST, SECOND, THIRD = (encode_sequence(b"\x04\x01" + bytes((number,))) for number in range(3))


def test_the_record_of_a_token_costs_little() -> None:
    """Around a token of a usual size a record adds at most 51 bytes."""
    token = encode_sequence(b"\x04\x82\x0a\x00" + b"\0" * 0xA00)
    assert len(encode_evidence_record(record_of_token(token, SHA256))) - len(token) <= 51


def test_a_renewal_stamps_the_last_token_as_stored() -> None:
    """Rule ER-6: the digest is over the bytes of the last token, BER or not."""
    record = with_renewal(record_of_token(FIRST, SHA256), b"\x30\x80\0\0")
    assert renewal_digest(record, SHA256) == hashlib.sha256(b"\x30\x80\0\0").digest()


def test_a_renewal_with_another_hash_is_refused() -> None:
    """It would be a hash-tree renewal, which needs the document."""
    with pytest.raises(UsageError, match="chain, sha256, found sha512"):
        renewal_digest(record_of_token(FIRST, SHA256), SHA512)


def test_an_unknown_hash_is_not_renewed() -> None:
    """A record of others may use a hash that we do not know."""
    foreign = record_of_token(FIRST, evolve(SHA256, oid="2.999.1"))
    with pytest.raises(UsageError, match="chain, an unknown one, found sha256"):
        renewal_digest(foreign, SHA256)


def test_a_renewal_goes_into_the_last_chain() -> None:
    """It names the hash of its chain, and what was there stays."""
    record = with_renewal(record_of_token(FIRST, SHA256), SECOND, ((b"a" * 32,),))
    assert [stamp.token for stamp in record.chains[0]] == [FIRST, SECOND]
    assert record.chains[0][1].algorithm == SHA256.oid
    assert record.chains[0][1].tree == ((b"a" * 32,),)


def test_a_chain_that_leaves_its_hash_to_the_token_goes_on_so() -> None:
    """Where the first timestamp names no hash, its renewal names none either."""
    stamp = make_archive_timestamp(FIRST, algorithm=None)
    record = evolve(record_of_token(FIRST, SHA256), chains=((stamp,),))
    assert renewal_digest(record, SHA256) == hashlib.sha256(FIRST).digest()
    assert with_renewal(record, SECOND).chains[0][1].algorithm is None


def test_a_hash_renewal_stamps_document_and_chains_in_this_order() -> None:
    """Rule ER-7, by hand: H2(H2(document) then H2(all chains)), not sorted."""
    record = with_renewal(record_of_token(FIRST, SHA256), SECOND)
    chains = hashlib.sha512(encode_sequence(encode_chain(record.chains[0]))).digest()
    expected = hashlib.sha512(hashlib.sha512(b"document").digest() + chains).digest()
    assert hash_renewal_digest(record, digests_of(b"document"), SHA512) == expected


def test_a_hash_renewal_opens_a_chain_and_names_its_hash() -> None:
    """The record lists each hash once."""
    record = with_hash_renewal(record_of_token(FIRST, SHA256), SECOND, SHA512)
    record = with_hash_renewal(record, THIRD, SHA512)
    assert [len(chain) for chain in record.chains] == [1, 1, 1]
    assert record.algorithms == (encode_algorithm(SHA256.oid), encode_algorithm(SHA512.oid))
