"""Tests of TSTInfo: every member that a token may have, and the forms that are refused."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from custody.errors import FormatError, LimitError
from custody.format.der import (
    encode_boolean,
    encode_integer,
    encode_null,
    encode_octet_string,
    encode_oid,
    encode_sequence,
    encode_tlv,
)
from custody.proof.rfc3161.tst_info import decode_tst_info
from tests.tools.token_shape import encode_imprint

POLICY = encode_oid("2.999.1")
NAME = encode_tlv(0x82, b"tsa.example")


def tst_info(
    *,
    version: bytes = encode_integer(1),
    imprint: bytes = encode_imprint("sha256", bytes(32)),
    serial: bytes = encode_integer(7),
    time: bytes = encode_tlv(0x18, b"20260102030405Z"),
    accuracy: bytes = b"",
    ordering: bytes = b"",
    nonce: bytes = b"",
    rest: bytes = b"",
) -> bytes:
    """A TSTInfo; what is optional is left out."""
    return encode_sequence(version, POLICY, imprint, serial, time, accuracy, ordering, nonce, rest)


def test_what_is_optional_may_be_absent() -> None:
    """Then nothing stands for it."""
    info = decode_tst_info(tst_info())
    assert (info.version, info.policy, info.serial, info.imprint) == (1, "2.999.1", 7, bytes(32))
    assert info.generated_at == datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    assert (info.fraction, info.accuracy_us, info.ordering, info.nonce) == ("", None, False, None)
    assert (info.tsa, info.critical) == (None, ())


def test_every_member_is_read() -> None:
    """All of them at once."""
    extensions = encode_tlv(
        0xA1,
        encode_sequence(encode_oid("1.2.3"), encode_octet_string(b""))
        + encode_sequence(encode_oid("1.2.4"), encode_boolean(value=True), encode_octet_string(b""))
        + encode_sequence(encode_oid("1.2.5"), encode_boolean(value=False), encode_octet_string(b"")),
    )
    info = decode_tst_info(
        tst_info(
            accuracy=encode_sequence(encode_integer(1)),
            ordering=encode_boolean(value=True),
            nonce=encode_integer(-5),
            rest=encode_tlv(0xA0, NAME) + extensions,
        )
    )
    assert (info.ordering, info.nonce, info.critical) == (True, -5, ("1.2.4",))
    assert info.tsa is not None
    assert info.tsa.raw == NAME


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        (b"", 0),
        (encode_integer(0), 0),
        (encode_integer(2), 2_000_000),
        (b"\x80\x01\x05", 5_000),
        (b"\x81\x01\x05", 5),
        (encode_integer(1) + b"\x80\x02\x03\xe7\x81\x02\x03\xe7", 1_999_999),
        (b"\x80\x01\x00", 0),
    ],
)
def test_an_accuracy_is_added_up(members: bytes, expected: int) -> None:
    """Seconds, milliseconds, microseconds, each optional."""
    assert decode_tst_info(tst_info(accuracy=encode_sequence(members))).accuracy_us == expected


@pytest.mark.parametrize(
    "members",
    [
        encode_integer(-1),
        b"\x80\x02\x03\xe8",
        b"\x80\x01\xff",
        b"\x81\x02\x03\xe8",
        b"\x81\x01\x01\x80\x01\x01",
        b"\x80\x00",
        encode_null(),
    ],
)
def test_another_accuracy_is_refused(members: bytes) -> None:
    """Negative, a thousand, out of order, empty."""
    with pytest.raises(FormatError):
        decode_tst_info(tst_info(accuracy=encode_sequence(members)))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        encode_null(),
        encode_sequence(),
        tst_info() + b"\0",
        tst_info(rest=encode_null()),
        tst_info(version=b"\x02\x02\x00\x01"),
        tst_info(serial=b"\x02\x00"),
        tst_info(imprint=encode_sequence(encode_octet_string(b""))),
        tst_info(imprint=encode_sequence(encode_sequence(POLICY), encode_octet_string(b""), encode_null())),
        tst_info(time=encode_tlv(0x17, b"260102030405Z")),
        tst_info(time=encode_tlv(0x18, b"19691231235959Z")),
        tst_info(ordering=b"\x01\x01\x01"),
        tst_info(ordering=b"\x01\x00"),
        tst_info(rest=encode_tlv(0xA0, NAME + NAME)),
        tst_info(rest=encode_tlv(0xA0, b"")),
        tst_info(rest=encode_tlv(0xA1, encode_null())),
        tst_info(rest=encode_tlv(0xA1, encode_sequence(POLICY))),
        tst_info(rest=encode_tlv(0xA1, encode_sequence(POLICY, encode_octet_string(b""), encode_null()))),
    ],
)
def test_another_form_is_refused(data: bytes) -> None:
    """What is signed is DER of its type, or it is nothing."""
    with pytest.raises(FormatError) as caught:
        decode_tst_info(data)
    assert caught.value.code == "DER"


@pytest.mark.parametrize(
    "data",
    [
        tst_info(serial=encode_integer(2**1100)),
        tst_info(nonce=encode_integer(2**1100)),
        tst_info(accuracy=encode_sequence(encode_integer(2**1100))),
    ],
)
def test_numbers_have_a_size(data: bytes) -> None:
    """They will be written out in digits."""
    with pytest.raises(LimitError):
        decode_tst_info(data)
