"""Evidence records: their bytes, strictly read, exactly kept."""

from __future__ import annotations

import pytest
from attrs import evolve

from custody.errors import FormatError, LimitError
from custody.format.der import (
    context_tag,
    encode_integer,
    encode_null,
    encode_octet_string,
    encode_oid,
    encode_sequence,
    encode_tlv,
)
from custody.format.hashes import HASHES
from custody.format.limits import RECORD_CHAINS, RECORD_LISTS, RECORD_TIMESTAMPS, STAMP_BYTES
from custody.proof.evidence_record.record import (
    decode_evidence_record,
    encode_algorithm,
    encode_evidence_record,
    make_archive_timestamp,
)
from custody.proof.evidence_record.renew import record_of_token, with_hash_renewal, with_renewal

SHA256, SHA512 = HASHES["sha256"], HASHES["sha512"]
TOKEN = encode_sequence(b"\x04\x03one")
BER_TOKEN = b"\x30\x80\x04\x03one\x00\x00"
ONE_HASH = encode_sequence(encode_algorithm(SHA256.oid))
VERSION = encode_integer(1)
STAMP = encode_sequence(TOKEN)
CHAINS = encode_sequence(encode_sequence(STAMP))
LIST = encode_sequence(encode_octet_string(b"value"))
ALGORITHM = encode_tlv(context_tag(0), encode_oid(SHA256.oid))
TREE = encode_tlv(context_tag(2), LIST)


def _record_around(*stamp: bytes) -> bytes:
    return encode_sequence(VERSION, ONE_HASH, encode_sequence(encode_sequence(encode_sequence(*stamp))))


def test_what_was_written_is_read() -> None:
    """A record with both renewals comes back as it was, bytes and values."""
    record = record_of_token(TOKEN, SHA256, ((b"a" * 32,), (b"b" * 32, b"c" * 32)))
    record = with_hash_renewal(with_renewal(record, BER_TOKEN), TOKEN, SHA512)
    data = encode_evidence_record(record)
    assert decode_evidence_record(data) == record
    assert encode_evidence_record(decode_evidence_record(data)) == data


def test_tokens_keep_their_framing() -> None:
    """A token that came as BER stands in the record byte for byte."""
    data = encode_evidence_record(record_of_token(BER_TOKEN, SHA256))
    assert decode_evidence_record(data).chains[0][0].token == BER_TOKEN


def test_optional_members_are_kept() -> None:
    """Members of the record and of an archive timestamp that nothing uses are written as they were read."""
    infos = encode_tlv(context_tag(0), encode_sequence(encode_null()))
    encrypted = encode_tlv(context_tag(1), encode_oid("2.999.1"))
    attributes = encode_tlv(context_tag(1), encode_sequence())
    chains = encode_sequence(encode_sequence(encode_sequence(attributes, TOKEN)))
    for present in ((infos,), (encrypted,), (infos, encrypted)):
        data = encode_sequence(VERSION, ONE_HASH, *present, chains)
        record = decode_evidence_record(data)
        assert (record.crypto_infos, record.encryption_info) == (
            infos if infos in present else None,
            encrypted if encrypted in present else None,
        )
        assert encode_evidence_record(record) == data


def test_a_hash_with_null_parameters_is_read() -> None:
    """Other implementations write NULL where we write nothing."""
    with_null = encode_tlv(context_tag(0), encode_oid(SHA512.oid) + encode_null())
    assert decode_evidence_record(_record_around(with_null, TOKEN)).chains[0][0].algorithm == SHA512.oid


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (b"", "nothing"),
        (encode_sequence(VERSION, ONE_HASH), "no chains"),
        (encode_sequence(VERSION, ONE_HASH, CHAINS) + b"\0", "a byte behind it"),
        (encode_tlv(0x31, VERSION + ONE_HASH + CHAINS), "a set"),
        (b"\x30\x80" + VERSION + ONE_HASH + CHAINS + b"\0\0", "an indefinite length outside of tokens"),
        (encode_sequence(encode_integer(2), ONE_HASH, CHAINS), "another version"),
        (encode_sequence(VERSION, encode_tlv(0x31, b""), CHAINS), "a set of algorithms"),
        (encode_sequence(VERSION, encode_sequence(encode_null()), CHAINS), "no algorithm"),
        (encode_sequence(VERSION, encode_sequence(encode_sequence()), CHAINS), "an empty algorithm"),
        (encode_sequence(VERSION, ONE_HASH, encode_null(), CHAINS), "an unknown member"),
        (encode_sequence(VERSION, ONE_HASH, *2 * [encode_tlv(context_tag(0), b"")], CHAINS), "infos twice"),
        (encode_sequence(VERSION, ONE_HASH, encode_tlv(context_tag(0), b"x"), CHAINS), "broken infos"),
        (encode_sequence(VERSION, ONE_HASH, encode_sequence()), "no chain"),
        (encode_sequence(VERSION, ONE_HASH, encode_sequence(encode_sequence())), "an empty chain"),
        (encode_sequence(VERSION, ONE_HASH, encode_sequence(encode_null())), "a chain that is none"),
        (_record_around(), "an empty archive timestamp"),
        (_record_around(ALGORITHM, TREE), "no token"),
        (_record_around(TREE, ALGORITHM, TOKEN), "members out of order"),
        (_record_around(TREE, TREE, TOKEN), "a tree twice"),
        (_record_around(encode_tlv(context_tag(3), b""), TOKEN), "an unknown optional member"),
        (_record_around(encode_octet_string(b"token")), "a token that is no sequence"),
        (_record_around(encode_tlv(context_tag(1), b"x"), TOKEN), "broken attributes"),
        (_record_around(encode_tlv(context_tag(0), b""), TOKEN), "a hash without a name"),
        (_record_around(encode_tlv(context_tag(0), encode_oid("2.999") + VERSION), TOKEN), "parameters"),
        (_record_around(encode_tlv(context_tag(2), encode_null()), TOKEN), "a list that is none"),
        (_record_around(encode_tlv(context_tag(2), encode_sequence(VERSION)), TOKEN), "a value that is none"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_malformed_records_are_refused(data: bytes, fault: str) -> None:
    """Whatever is not exactly the structure is an error with the code of DER."""
    with pytest.raises(FormatError) as caught:
        decode_evidence_record(data)
    assert caught.value.code == "DER", fault


def _chains_of(lengths: list[int]) -> bytes:
    chains = encode_sequence(*(encode_sequence(*[STAMP] * length) for length in lengths))
    return encode_sequence(VERSION, ONE_HASH, chains)


@pytest.mark.parametrize(
    ("data", "limit"),
    [
        (_record_around(encode_sequence(b"\0" * STAMP_BYTES)), "STAMP_BYTES"),
        (_chains_of([1] * (RECORD_CHAINS + 1)), "RECORD_CHAINS"),
        (_chains_of([RECORD_TIMESTAMPS, 1]), "RECORD_TIMESTAMPS"),
        (
            _record_around(encode_tlv(context_tag(2), LIST * (RECORD_LISTS + 1)), TOKEN),
            "RECORD_LISTS",
        ),
    ],
    ids=["bytes", "chains", "timestamps", "lists"],
)
def test_each_limit_is_enforced(data: bytes, limit: str) -> None:
    """One more than is accepted is named by its limit."""
    with pytest.raises(LimitError) as caught:
        decode_evidence_record(data)
    assert caught.value.limit == limit


@pytest.mark.parametrize(
    "data",
    [
        _chains_of([1] * RECORD_CHAINS),
        _chains_of([RECORD_TIMESTAMPS - 1, 1]),
        _record_around(encode_tlv(context_tag(2), LIST * RECORD_LISTS), TOKEN),
    ],
    ids=["chains", "timestamps", "lists"],
)
def test_as_many_as_the_limit_are_read(data: bytes) -> None:
    """The limits themselves are accepted."""
    assert encode_evidence_record(decode_evidence_record(data)) == data


def test_a_timestamp_without_a_hash_of_its_own_is_written_so() -> None:
    """Where the token is to name the hash, the record does not."""
    stamp = make_archive_timestamp(TOKEN, algorithm=None)
    record = evolve(record_of_token(TOKEN, SHA256), chains=((stamp,),))
    assert decode_evidence_record(encode_evidence_record(record)).chains[0][0].algorithm is None
