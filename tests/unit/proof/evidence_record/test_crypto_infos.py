"""Certificates and revocation data inside an evidence record."""

from __future__ import annotations

import pytest

from custody.format.der import (
    context_tag,
    encode_integer,
    encode_null,
    encode_octet_string,
    encode_oid,
    encode_sequence,
    encode_set_of,
    encode_tlv,
)
from custody.proof.evidence_record.crypto_infos import (
    CERTIFICATE_VALUES,
    REVOCATION_VALUES,
    with_crypto_infos,
)
from custody.proof.stamp import Material

BESIDE = Material(certificates=(b"beside",), crls=(b"list",), ocsps=(b"answer",))
ONE, TWO = encode_sequence(encode_integer(1)), encode_sequence(encode_integer(2))


def _infos(*attributes: bytes) -> bytes:
    return encode_tlv(context_tag(0), b"".join(attributes))


def _attribute(oid: str, *values: bytes) -> bytes:
    return encode_sequence(encode_oid(oid), encode_set_of(values))


def test_without_infos_the_material_is_what_lies_beside() -> None:
    """A record need not carry any."""
    assert with_crypto_infos(BESIDE, None) == BESIDE


def test_certificates_are_added() -> None:
    """Certificate values come behind what lies beside the record."""
    infos = _infos(_attribute(CERTIFICATE_VALUES, encode_sequence(ONE, TWO)))
    assert with_crypto_infos(BESIDE, infos).certificates == (b"beside", ONE, TWO)


def test_revocation_data_is_added() -> None:
    """Lists come as they are, basic OCSP responses in the frame that readers of material expect."""
    values = encode_sequence(
        encode_tlv(context_tag(0), encode_sequence(ONE)), encode_tlv(context_tag(1), encode_sequence(TWO))
    )
    found = with_crypto_infos(BESIDE, _infos(_attribute(REVOCATION_VALUES, values)))
    frame = encode_sequence(encode_oid("1.3.6.1.5.5.7.48.1.1"), encode_octet_string(TWO))
    assert found.crls == (b"list", ONE)
    assert found.ocsps == (
        b"answer",
        encode_sequence(b"\x0a\x01\x00", encode_tlv(context_tag(0), frame)),
    )


@pytest.mark.parametrize(
    "attribute",
    [
        _attribute("2.999.1", encode_sequence(ONE)),
        _attribute(CERTIFICATE_VALUES, encode_octet_string(ONE)),
        _attribute(REVOCATION_VALUES, encode_sequence(encode_tlv(context_tag(0), encode_null()))),
        _attribute(REVOCATION_VALUES, encode_sequence(encode_tlv(context_tag(2), encode_null()))),
        _attribute(REVOCATION_VALUES, encode_null()),
        encode_null(),
        encode_sequence(encode_oid(CERTIFICATE_VALUES)),
        encode_sequence(encode_oid(CERTIFICATE_VALUES), encode_tlv(0x31, b"broken")),
    ],
    ids=[
        "unknown kind",
        "no sequence",
        "no list of lists",
        "other revocation values",
        "a primitive value",
        "no attribute",
        "no values",
        "broken values",
    ],
)
def test_other_attributes_are_left_aside(attribute: bytes) -> None:
    """What is unknown or cannot be read adds nothing, and hinders nothing behind it."""
    infos = _infos(attribute, _attribute(CERTIFICATE_VALUES, encode_sequence(ONE)))
    assert with_crypto_infos(Material(), infos) == Material(certificates=(ONE,))
