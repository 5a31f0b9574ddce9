"""Names in certificates."""

from __future__ import annotations

import pytest
from cryptography import x509
from cryptography.x509.name import _ASN1Type
from cryptography.x509.oid import NameOID

from custody.errors import FormatError
from custody.format.der import encode_oid, encode_sequence, encode_set_of, encode_tlv
from custody.proof.rfc3161.names import decode_name, same_name

COMMON_NAME = "2.5.4.3"


def common_name(tag: int, content: bytes) -> bytes:
    """Encode a Name of one common name."""
    return encode_sequence(
        encode_set_of([encode_sequence(encode_oid(COMMON_NAME), encode_tlv(tag, content))])
    )


def test_a_name_is_its_own_bytes() -> None:
    """Equal bytes are the same name, even where they are no name."""
    assert same_name(b"\x05\x00", b"\x05\x00")


@pytest.mark.parametrize(
    ("tag", "content"),
    [
        (0x0C, b"unit  ONE "),
        (0x13, b"unit one"),
        (0x14, b"Unit One"),
        (0x16, b" Unit One"),
        (0x1E, "Unit One".encode("utf-16-be")),
        (0x1C, "Unit One".encode("utf-32-be")),
    ],
)
def test_case_blanks_and_string_type_do_not_count(tag: int, content: bytes) -> None:
    """RFC 5280, 7.1 compares what a person reads."""
    assert same_name(common_name(tag, content), common_name(0x0C, b"Unit One"))


def test_another_text_is_another_name() -> None:
    """A digit makes a difference."""
    assert not same_name(common_name(0x0C, b"Unit One"), common_name(0x0C, b"Unit 1"))


def test_another_attribute_is_another_name() -> None:
    """The same text as organisation is not the common name."""
    one, other = (
        x509.Name([x509.NameAttribute(kind, "Unit", _ASN1Type.UTF8String)]).public_bytes()
        for kind in (NameOID.COMMON_NAME, NameOID.ORGANIZATION_NAME)
    )
    assert not same_name(one, other)


def test_the_order_of_parts_counts() -> None:
    """A name is a path in a directory."""
    parts = [
        x509.RelativeDistinguishedName([x509.NameAttribute(NameOID.COMMON_NAME, text)])
        for text in ("one", "two")
    ]
    assert not same_name(x509.Name(parts).public_bytes(), x509.Name(parts[::-1]).public_bytes())


@pytest.mark.parametrize(("tag", "content"), [(0x0C, b"\xff"), (0x03, b"\0unit")])
def test_what_is_no_text_equals_itself_alone(tag: int, content: bytes) -> None:
    """Bytes that are no text of their type are compared as they stand."""
    ((pair,),) = decode_name(common_name(tag, content))
    assert pair[1] == encode_tlv(tag, content)


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(b"\x31\x00", id="no sequence"),
        pytest.param(encode_sequence(encode_sequence()), id="a part that is no set"),
        pytest.param(
            encode_sequence(encode_set_of([encode_sequence(encode_oid(COMMON_NAME))])), id="no value"
        ),
        pytest.param(encode_sequence(encode_tlv(0x31, b"\x05\x00")), id="a primitive attribute"),
    ],
)
def test_what_is_no_name_is_refused(name: bytes) -> None:
    """A name has one form."""
    with pytest.raises(FormatError) as caught:
        decode_name(name)
    assert caught.value.code == "DER"
    assert not same_name(name, common_name(0x0C, b"Unit One"))
