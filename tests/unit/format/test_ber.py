"""Tests of the framing of tokens: which BER becomes which DER, and what is refused."""

from __future__ import annotations

import pytest

from custody.errors import FormatError, LimitError
from custody.format.ber import rewrite_framing
from custody.format.der import (
    decode_tlv,
    encode_integer,
    encode_null,
    encode_octet_string,
    encode_oid,
    encode_sequence,
    encode_set_of,
    encode_tlv,
)
from custody.format.limits import STAMP_BYTES, TOKEN_DEPTH, TOKEN_RAW_DEPTH

TYPE = encode_oid("1.2.840.113549.1.7.2")
INFO = encode_oid("1.2.840.113549.1.9.16.1.4")
STRING = encode_octet_string(b"what is signed")
ATTRIBUTES = encode_tlv(0xA0, encode_sequence(INFO, encode_null()))
HASHES = (encode_sequence(encode_oid("1.2.3")), encode_sequence(encode_oid("1.2.2")))
CERTIFICATES = (encode_sequence(encode_integer(5)), encode_sequence(encode_integer(4)))
END = b"\0\0"


def open_(tag: int, *members: bytes) -> bytes:
    """A value of indefinite length."""
    return bytes([tag, 0x80]) + b"".join(members) + END


def long(tag: int, content: bytes) -> bytes:
    """A value whose length takes three octets more than it needs."""
    return bytes([tag, 0x84]) + len(content).to_bytes(4, "big") + content


def signer(*, attributes: bytes = ATTRIBUTES, signature: bytes = STRING, unsigned: bytes = b"") -> bytes:
    """A SignerInfo."""
    sid = encode_sequence(encode_sequence(), encode_integer(7))
    return encode_sequence(
        encode_integer(1), sid, HASHES[0], attributes, encode_sequence(INFO), signature, unsigned
    )


def signed_data(
    *,
    hashes: bytes = encode_set_of(HASHES),
    content: bytes = encode_sequence(INFO, encode_tlv(0xA0, STRING)),
    certificates: bytes = encode_tlv(0xA0, b"".join(sorted(CERTIFICATES))),
    signers: bytes | None = None,
) -> bytes:
    """A SignedData."""
    listed = encode_set_of([signer()]) if signers is None else signers
    return encode_sequence(encode_integer(3), hashes, content, certificates, listed)


def token(inner: bytes) -> bytes:
    """A ContentInfo."""
    return encode_sequence(TYPE, encode_tlv(0xA0, inner))


SOUND = token(signed_data())


def test_der_comes_out_as_it_went_in() -> None:
    """Nothing is changed that needs no change."""
    assert rewrite_framing(SOUND) == SOUND


@pytest.mark.parametrize(
    "same",
    [
        open_(0x30, TYPE, encode_tlv(0xA0, signed_data())),
        encode_sequence(TYPE, open_(0xA0, signed_data())),
        token(open_(0x30, decode_tlv(signed_data()).content)),
        long(0x30, TYPE + encode_tlv(0xA0, signed_data())),
        encode_sequence(TYPE, long(0xA0, signed_data())),
        token(signed_data(content=open_(0x30, INFO, open_(0xA0, STRING)))),
        token(signed_data(content=encode_sequence(INFO, encode_tlv(0xA0, long(0x04, b"what is signed"))))),
        token(signed_data(hashes=open_(0x31, *sorted(HASHES)))),
        token(signed_data(certificates=open_(0xA0, *CERTIFICATES))),
        token(signed_data(signers=open_(0x31, signer()))),
        token(signed_data(signers=open_(0x31, open_(0x30, decode_tlv(signer()).content)))),
    ],
)
def test_other_lengths_become_the_shortest(same: bytes) -> None:
    """Indefinite and needlessly long ones, on every level of the frame."""
    assert rewrite_framing(same) == SOUND


@pytest.mark.parametrize(
    "chunks",
    [
        open_(0x24, encode_octet_string(b"what "), encode_octet_string(b"is signed")),
        encode_tlv(0x24, encode_octet_string(b"what is ") + encode_octet_string(b"signed")),
        open_(0x24, open_(0x24, encode_octet_string(b"what is ")), encode_octet_string(b"signed")),
        open_(0x24, encode_octet_string(b""), STRING),
    ],
)
def test_chunks_of_a_string_are_joined(chunks: bytes) -> None:
    """Of the content and of the signature; chunks may consist of chunks."""
    assert rewrite_framing(token(signed_data(content=encode_sequence(INFO, open_(0xA0, chunks))))) == SOUND
    assert rewrite_framing(token(signed_data(signers=encode_set_of([signer(signature=chunks)])))) == SOUND


@pytest.mark.parametrize(
    "unsorted",
    [
        signed_data(hashes=encode_tlv(0x31, b"".join(sorted(HASHES, reverse=True)))),
        signed_data(certificates=encode_tlv(0xA0, b"".join(sorted(CERTIFICATES, reverse=True)))),
    ],
)
def test_sets_that_nothing_signs_are_sorted(unsorted: bytes) -> None:
    """Digest algorithms and certificates."""
    assert rewrite_framing(token(unsorted)) == SOUND


def test_unsigned_attributes_are_sorted() -> None:
    """They are a set as well, and may be BER."""
    two = [encode_sequence(encode_oid("1.2.4"), encode_set_of([])), encode_sequence(encode_oid("1.2.3"))]
    mixed = encode_tlv(0xA1, open_(0x30, two[0][2:]) + two[1])
    expected = encode_tlv(0xA1, b"".join(sorted(two)))
    written = rewrite_framing(token(signed_data(signers=encode_set_of([signer(unsigned=mixed)]))))
    assert written == token(signed_data(signers=encode_set_of([signer(unsigned=expected)])))


def test_signed_attributes_stay_as_they_are() -> None:
    """Unsorted and with long lengths inside: they are what was signed."""
    odd = encode_tlv(0xA0, long(0x30, INFO) + encode_sequence(TYPE))
    data = token(signed_data(signers=encode_set_of([signer(attributes=odd)])))
    assert rewrite_framing(data) == data


@pytest.mark.parametrize(
    "data",
    [
        signed_data(signers=encode_set_of([signer(attributes=open_(0xA0, encode_sequence(INFO)))])),
        signed_data(certificates=encode_tlv(0xA0, open_(0x30, encode_integer(4)))),
    ],
)
def test_what_is_signed_must_have_a_definite_length(data: bytes) -> None:
    """Attributes and certificates are DER, or nobody knows what was signed."""
    with pytest.raises(FormatError) as caught:
        rewrite_framing(token(data))
    assert caught.value.code == "BER"


def test_other_contents_are_rewritten_as_they_come() -> None:
    """Who reads the frame says what is wrong with it."""
    for odd in (encode_null(), encode_set_of([encode_null()])):
        assert rewrite_framing(token(odd)) == token(odd)
    data = token(signed_data(signers=encode_set_of([encode_set_of([])])))
    assert rewrite_framing(data) == data


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x30",
        b"\x30\x82\x01",
        SOUND[:-1],
        b"\x30\x80",
        b"\x30\x80\x05\x00",
        encode_null(),
        encode_sequence(),
        encode_sequence(encode_null()),
        encode_sequence(TYPE, b"\x1f\x05\x00"),
        encode_sequence(TYPE, b"\x02\x80\x00\x00"),
        encode_sequence(TYPE, b"\xa0\x85\x00\x00\x00\x00\x00"),
        encode_sequence(TYPE, b"\xa0\x02\x30\x01") + b"\0",
        token(signed_data(content=encode_sequence(INFO, encode_tlv(0xA0, encode_null())))),
        encode_sequence(TYPE, encode_tlv(0xA0, b"\x30\x80")) + END,
    ],
)
def test_what_has_no_frame_is_refused(data: bytes) -> None:
    """Cut short, no end, another tag, a member beyond its value."""
    with pytest.raises(FormatError) as caught:
        rewrite_framing(data)
    assert caught.value.code in {"BER", "BER_TRAILING"}


def test_a_member_must_end_within_its_value() -> None:
    """Also where the bytes go on."""
    inner = encode_tlv(0xA0, b"\x30\x05\x02\x01\x01")
    with pytest.raises(FormatError, match="members inside their value"):
        rewrite_framing(encode_sequence(TYPE, inner, encode_null()))


@pytest.mark.parametrize("framed", [SOUND, open_(0x30, TYPE, encode_tlv(0xA0, signed_data()))])
def test_bytes_behind_the_end_are_named(framed: bytes) -> None:
    """They have a code of their own."""
    with pytest.raises(FormatError) as caught:
        rewrite_framing(framed + b"\0")
    assert caught.value.code == "BER_TRAILING"


def chunked(levels: int) -> bytes:
    """A string in chunks in chunks."""
    return STRING if levels == 0 else encode_tlv(0x24, chunked(levels - 1))


def nested(levels: int, *, definite: bool) -> bytes:
    """NULL in sequences."""
    if levels == 0:
        return encode_null()
    inner = nested(levels - 1, definite=definite)
    return encode_sequence(inner) if definite else open_(0x30, inner)


def test_strings_in_chunks_have_a_depth() -> None:
    """The last one that is read, and the first that is not."""
    data = [
        token(signed_data(content=encode_sequence(INFO, encode_tlv(0xA0, chunked(levels)))))
        for levels in (TOKEN_DEPTH, TOKEN_DEPTH + 1)
    ]
    assert rewrite_framing(data[0]) == SOUND
    with pytest.raises(LimitError) as caught:
        rewrite_framing(data[1])
    assert caught.value.limit == "TOKEN_DEPTH"


@pytest.mark.parametrize("definite", [True, False])
def test_what_is_passed_over_has_a_depth(*, definite: bool) -> None:
    """Unsigned attributes, in lengths of both kinds."""
    unsigned = encode_tlv(0xA1, nested(TOKEN_RAW_DEPTH + 1, definite=definite))
    with pytest.raises(LimitError) as caught:
        rewrite_framing(token(signed_data(signers=encode_set_of([signer(unsigned=unsigned)]))))
    assert caught.value.limit == "TOKEN_RAW_DEPTH"


def test_a_token_has_a_size() -> None:
    """As of every stamp."""
    with pytest.raises(LimitError) as caught:
        rewrite_framing(bytes(STAMP_BYTES + 1))
    assert caught.value.limit == "STAMP_BYTES"
