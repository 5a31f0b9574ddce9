"""Tests of reading tokens: what is kept of them, and the limits and forms of rule TS-1."""

from __future__ import annotations

import hashlib

import pytest

from custody.errors import FormatError, LimitError
from custody.format.der import (
    decode_tlv,
    encode_integer,
    encode_octet_string,
    encode_oid,
    encode_sequence,
    encode_tlv,
)
from custody.format.limits import STAMP_BYTES, TOKEN_CERTIFICATES
from custody.proof.rfc3161.algorithm_id import decode_algorithm
from custody.proof.rfc3161.token import decode_token
from tests.tools.token_faults import FAULTS
from tests.tools.token_makers import (
    AT,
    AUTHORITY,
    DATA,
    NONCE,
    in_indefinite_lengths,
    nested,
    stamp,
    unsigned,
)
from tests.tools.token_shape import Shape, map_piece, put
from tests.tools.token_variants import VARIANTS

TOKEN = stamp(AUTHORITY)


def test_a_token_is_read_whole() -> None:
    """What it says, who says it, and what lies in it."""
    token = decode_token(TOKEN)
    assert token.info.imprint == hashlib.sha256(DATA).digest()
    assert token.info.generated_at == AT.moment.replace(microsecond=0)
    assert (token.info.nonce, token.info.version, token.signers) == (NONCE, 1, 1)
    assert set(token.certificates) == set(AUTHORITY.embedded)
    assert token.crls == ()
    assert token.signer is not None
    assert token.signer.serial == AUTHORITY.unit.certificate.serial_number
    assert token.signer.issuer == AUTHORITY.unit.certificate.issuer.public_bytes()
    assert token.signer.key_id is None


def test_what_was_signed_is_kept_as_it_stood() -> None:
    """The content, and the attributes as a SET."""
    token = decode_token(TOKEN)
    assert token.content in TOKEN
    assert token.signer is not None
    assert token.signer.to_verify is not None
    assert token.signer.to_verify[:1] == b"\x31"
    assert b"\xa0" + token.signer.to_verify[1:] in TOKEN


def test_ber_is_read_as_der_is() -> None:
    """Indefinite lengths, and a content in chunks."""
    assert decode_token(in_indefinite_lengths(TOKEN)) == decode_token(TOKEN)


def test_revocation_lists_inside_are_kept() -> None:
    """They are material."""
    assert len(decode_token(VARIANTS["revocation list inside"].make(AUTHORITY)).crls) == 1


def test_other_kinds_of_certificates_are_left_out() -> None:
    """Attribute certificates and unknown kinds are no X.509."""
    other = encode_tlv(0xA1, encode_integer(1))
    shape = Shape(
        signed_members=map_piece(
            "certificates", lambda data: encode_tlv(0xA0, decode_tlv(data).content + other)
        )
    )
    assert decode_token(stamp(AUTHORITY, shape=shape)).certificates == decode_token(TOKEN).certificates


def test_a_signer_may_be_named_by_his_key() -> None:
    """Then issuer and serial number are not known."""
    signer = decode_token(VARIANTS["signer by key identifier"].make(AUTHORITY)).signer
    assert signer is not None
    assert signer.key_id is not None
    assert (signer.issuer, signer.serial) == (None, None)


def test_several_signers_are_counted_and_not_read() -> None:
    """Whoever comes first would be arbitrary."""
    token = decode_token(FAULTS["two signers"].make(AUTHORITY))
    assert (token.signers, token.signer) == (2, None)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "TOKEN_MALFORMED"),
        (TOKEN[:-1], "TOKEN_MALFORMED"),
        (TOKEN + b"\0", "TOKEN_TRAILING"),
        (in_indefinite_lengths(TOKEN) + b"\0", "TOKEN_TRAILING"),
        (FAULTS["content of data"].make(AUTHORITY), "CONTENT_TYPE"),
        (FAULTS["ContentInfo of data"].make(AUTHORITY), "CONTENT_TYPE"),
        (in_indefinite_lengths(FAULTS["content of data"].make(AUTHORITY)), "CONTENT_TYPE"),
    ],
)
def test_another_form_is_named(data: bytes, code: str) -> None:
    """With the code of its fault."""
    with pytest.raises(FormatError) as caught:
        decode_token(data)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("data", "limit"),
    [
        (bytes(STAMP_BYTES + 1), "STAMP_BYTES"),
        (
            stamp(AUTHORITY, certificates=(AUTHORITY.chain[0],) * (TOKEN_CERTIFICATES + 1)),
            "TOKEN_CERTIFICATES",
        ),
        (stamp(AUTHORITY, shape=Shape(signer_members=unsigned(nested(80)))), "TOKEN_RAW_DEPTH"),
        (stamp(AUTHORITY, serial=2**1100), "TOKEN_INTEGER_BYTES"),
        (stamp(AUTHORITY, nonce=2**1100), "TOKEN_INTEGER_BYTES"),
    ],
)
def test_limits_are_named(data: bytes, limit: str) -> None:
    """Size, certificates, depth, and numbers that would be written out."""
    with pytest.raises(LimitError) as caught:
        decode_token(data)
    assert caught.value.limit == limit


def test_as_many_certificates_as_are_allowed_are_read() -> None:
    """The last one that is accepted."""
    token = stamp(AUTHORITY, certificates=(AUTHORITY.chain[0],) * TOKEN_CERTIFICATES)
    assert len(decode_token(token).certificates) == TOKEN_CERTIFICATES


def test_unsigned_attributes_are_passed_over() -> None:
    """Even where they are no DER inside: nothing is read from them."""
    odd = encode_tlv(0xA1, encode_tlv(0x30, b"\xff\xff\xff"))
    token = stamp(AUTHORITY, shape=Shape(signer_members=put(unsignedAttrs=odd)))
    assert decode_token(token).signer == decode_token(TOKEN).signer


def test_an_algorithm_has_one_value_of_parameters() -> None:
    """Or none; long ones are read as well."""
    oid = encode_oid("1.2.3")
    assert decode_algorithm(decode_tlv(encode_sequence(oid))).parameters is None
    large = encode_octet_string(bytes(500))
    found = decode_algorithm(decode_tlv(encode_sequence(oid, large)))
    assert found.oid == "1.2.3"
    assert found.parameters is not None
    assert found.parameters.raw == large
    with pytest.raises(FormatError):
        decode_algorithm(decode_tlv(encode_sequence(oid, oid, oid)))
