"""Tests of DER: one encoding of each value, and no other."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from custody.errors import FormatError
from custody.format.der import (
    GENERALIZED_TIME,
    INTEGER,
    OID,
    SEQUENCE,
    Tlv,
    decode_generalized_time,
    decode_integer,
    decode_octets,
    decode_oid,
    decode_tlv,
    encode_boolean,
    encode_integer,
    encode_null,
    encode_oid,
    encode_sequence,
    encode_set_of,
    encode_tlv,
    fraction_microseconds,
    members_of,
    read_tlv,
)


@pytest.mark.parametrize("size", [0, 1, 127, 128, 255, 256, 65_535, 65_536])
def test_a_value_of_any_length_is_read_back(size: int) -> None:
    """Tag, contents and all of it, alone and as a member."""
    data = encode_tlv(0x04, bytes(size))
    value = decode_tlv(data, 0x04)
    assert (value.tag, value.content, value.raw) == (0x04, bytes(size), data)
    assert members_of(decode_tlv(encode_sequence(encode_null(), data)))[1] == value


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x04",
        b"\x04\x01",
        b"\x04\x80",
        b"\x04\x81",
        b"\x04\x81\x7f" + bytes(0x7F),
        b"\x04\x82\x00\x80" + bytes(0x80),
        b"\x04\x82\x01",
        b"\x04\x85\x00\x00\x00\x00\x01\x00",
        b"\x1f\x01\x00",
        b"\x30\x80\x00\x00",
    ],
)
def test_every_other_encoding_is_refused(data: bytes) -> None:
    """Cut short, longer than needed, indefinite, large tags: alone and as the last member."""
    with pytest.raises(FormatError):
        read_tlv(data)
    if data:
        with pytest.raises(FormatError):
            members_of(Tlv(SEQUENCE, encode_null() + data, b""))


def test_a_member_must_end_within_its_value() -> None:
    """A length that reaches beyond."""
    with pytest.raises(FormatError):
        members_of(Tlv(SEQUENCE, b"\x04\x05abc", b""))


def test_one_value_is_asked_for() -> None:
    """Bytes behind it, or another tag, are refused."""
    with pytest.raises(FormatError):
        decode_tlv(encode_null() + b"\0")
    with pytest.raises(FormatError):
        decode_tlv(encode_null(), INTEGER)


def test_a_primitive_value_has_no_members() -> None:
    """It is not looked into."""
    with pytest.raises(FormatError):
        members_of(decode_tlv(encode_integer(1)))


@pytest.mark.parametrize("value", [0, 1, -1, 127, 128, -128, -129, 255, 256, 2**64, -(2**64)])
def test_an_integer_is_read_back(value: int) -> None:
    """Of either sign."""
    assert decode_integer(decode_tlv(encode_integer(value))) == value


@pytest.mark.parametrize("data", [b"\x02\x00", b"\x02\x02\x00\x01", b"\x02\x02\xff\x80", b"\x04\x01\x01"])
def test_another_integer_is_refused(data: bytes) -> None:
    """Empty, not the shortest, another type."""
    with pytest.raises(FormatError):
        decode_integer(decode_tlv(data))


@pytest.mark.parametrize(
    "dotted", ["0.4.0.2023.1.1", "1.2.840.113549.1.7.2", "2.16.840.1.101.3.4.2.1", "2.999.3"]
)
def test_an_object_identifier_is_read_back(dotted: str) -> None:
    """Of each root."""
    assert decode_oid(decode_tlv(encode_oid(dotted))) == dotted


@pytest.mark.parametrize("content", [b"", b"\x2a\x86", b"\x2a\x80\x01", b"\x80\x01", b"\x2a" * 200])
def test_another_object_identifier_is_refused(content: bytes) -> None:
    """Empty, cut short, not the shortest, longer than any that exists."""
    with pytest.raises(FormatError):
        decode_oid(Tlv(OID, content, b""))


def test_an_object_identifier_has_its_type() -> None:
    """Others are refused."""
    with pytest.raises(FormatError):
        decode_oid(decode_tlv(encode_null()))


@pytest.mark.parametrize(
    ("text", "fraction"),
    [("20260102030405Z", ""), ("20260102030405.5Z", "5"), ("20260102030405.000001Z", "000001")],
)
def test_a_time_is_read_with_its_fraction(text: str, fraction: str) -> None:
    """In whole seconds, and the digits behind."""
    value = Tlv(GENERALIZED_TIME, text.encode(), b"")
    assert decode_generalized_time(value) == (datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC), fraction)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "20260102030405",
        "20260102030405.50Z",
        "20260102030405.Z",
        "20261302030405Z",
        "202601020304Z",
        "2026010203040Z",
    ],
)
def test_another_time_is_refused(text: str) -> None:
    """Every form that DER does not allow, and days that are none."""
    with pytest.raises(FormatError):
        decode_generalized_time(Tlv(GENERALIZED_TIME, text.encode(), b""))


def test_a_time_has_its_type() -> None:
    """The same digits in another type are refused."""
    with pytest.raises(FormatError):
        decode_generalized_time(Tlv(0x17, b"20260102030405Z", b""))


def test_a_set_is_written_in_order() -> None:
    """Ascending by encoded bytes."""
    assert encode_set_of([encode_integer(2), encode_integer(1)]) == encode_tlv(
        0x31, encode_integer(1) + encode_integer(2)
    )


def test_booleans_are_all_ones_or_all_zeros() -> None:
    """As DER wants it."""
    assert encode_boolean(value=True) + encode_boolean(value=False) == b"\x01\x01\xff\x01\x01\x00"


@pytest.mark.parametrize(
    ("digits", "expected"), [("", (0, False)), ("5", (500_000, False)), ("0000019", (1, True))]
)
def test_a_fraction_becomes_microseconds(digits: str, expected: tuple[int, bool]) -> None:
    """And what is finer is said to be cut."""
    assert fraction_microseconds(digits) == expected


@pytest.mark.parametrize("encoded", [b"\x03\x02\x01\x02", b"\x03\x00", b"\x04\x02\x00\x02"])
def test_octets_in_a_bit_string_have_one_encoding(encoded: bytes) -> None:
    """Bits that are called unused, no count of them, and another type are refused."""
    assert decode_octets(decode_tlv(b"\x03\x02\x00\x02")) == b"\x02"
    with pytest.raises(FormatError, match="whole octets"):
        decode_octets(decode_tlv(encoded))
