"""Queries to time authorities and their replies (RFC 3161, 2.4; rule TS-2), with openssl as referee."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

import pytest
from attrs import evolve

from custody.errors import FormatError, LimitError, UsageError
from custody.format import der
from custody.format.hashes import HASHES
from custody.format.timestamp_query import (
    REPLY_BYTES,
    Query,
    Response,
    decode_query,
    decode_response,
    encode_query,
    reply_faults,
)
from custody.report.stamp_code import StampCode

QUERY = Query(imprint_algorithm="sha256", digest=sha256(b"x").digest(), nonce=0x8123456789ABCDEF)
WITH_POLICY = evolve(QUERY, policy="1.3.6.1.4.1.99999.1.1")
# What `openssl ts -reply` answers to a query over MD5.
REJECTION = (
    b"\x30\x37\x30\x35\x02\x01\x02\x30\x2c\x0c\x2aMessage digest algorithm is not supported.\x03\x02\x07\x80"
)
GRANTED = der.encode_sequence(der.encode_integer(0))
TOKEN = der.encode_sequence(der.encode_oid("1.2.840.113549.1.7.2"), b"\xa0\x80\x30\x80\x00\x00\x00\x00")


def reply(*members: bytes) -> bytes:
    """A TimeStampResp of these members."""
    return der.encode_sequence(*members)


def status(*members: bytes) -> bytes:
    """A reply without a token whose status has these members."""
    return reply(der.encode_sequence(*members))


def refused(data: bytes) -> FormatError:
    """The error with which a malformed reply is refused."""
    with pytest.raises(FormatError) as caught:
        decode_response(data)
    assert caught.value.code == "REPLY_MALFORMED"
    return caught.value


# --------------------------------------------------------------------------------------------------- queries
@pytest.mark.parametrize("name", HASHES)
@pytest.mark.parametrize("policy", [None, "1.3.6.1.4.1.99999.1.1"])
def test_a_query_reads_back(name: str, policy: str | None) -> None:
    """What is written under any hash, with a policy and without, is read as the same query."""
    query = Query(imprint_algorithm=name, digest=HASHES[name].digest(b"x"), nonce=7, policy=policy)
    assert decode_query(encode_query(query)) == query


def test_a_query_is_these_bytes() -> None:
    """The encoding is DER: version 1, imprint, nonce, certReq TRUE."""
    imprint = "30 2f 300b 0609 608648016503040201 0420" + QUERY.digest.hex()
    assert encode_query(QUERY).hex() == ("30 42 020101" + imprint + "0209 008123456789abcdef 0101ff").replace(
        " ", ""
    )


def test_openssl_reads_our_query(require_tool: Callable[[str], str], tmp_path: Path) -> None:
    """The stock tool prints version, hash, policy, nonce and that a certificate is asked for."""
    (tmp_path / "q.tsq").write_bytes(encode_query(WITH_POLICY))
    said = subprocess.run(
        [require_tool("openssl"), "ts", "-query", "-in", "q.tsq", "-text"],
        cwd=tmp_path,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    for line in (
        "Version: 1",
        "Hash Algorithm: sha256",
        "Policy OID: 1.3.6.1.4.1.99999.1.1",
        "Nonce: 0x8123456789ABCDEF",
        "Certificate required: yes",
    ):
        assert line in said


@pytest.mark.parametrize("name", HASHES)
def test_openssl_reads_every_hash(name: str, require_tool: Callable[[str], str], tmp_path: Path) -> None:
    """The stock tool knows the hash of each query by the same name."""
    query = evolve(QUERY, imprint_algorithm=name, digest=HASHES[name].digest(b""))
    (tmp_path / "q.tsq").write_bytes(encode_query(query))
    said = subprocess.run(
        [require_tool("openssl"), "ts", "-query", "-in", "q.tsq", "-text"],
        cwd=tmp_path,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    assert f"Hash Algorithm: {name.replace('_', '-')}" in said


@pytest.mark.parametrize(
    "query",
    [
        evolve(QUERY, imprint_algorithm="sha1", digest=bytes(20)),
        evolve(QUERY, digest=bytes(31)),
        evolve(QUERY, nonce=None),
        evolve(QUERY, nonce=-1),
        evolve(QUERY, nonce=1 << 160),
        evolve(QUERY, policy=""),
        evolve(QUERY, policy="1"),
        evolve(QUERY, policy="1.-2"),
        evolve(QUERY, policy="0.40"),
        evolve(QUERY, policy="1.٣"),
        evolve(QUERY, policy="1.2." + "9" * 5000),
    ],
)
def test_a_query_that_makes_no_sense_is_not_written(query: Query) -> None:
    """An unknown hash, a digest of another length, a nonce or policy out of range are the caller's error."""
    with pytest.raises(UsageError):
        encode_query(query)


@pytest.mark.parametrize("place", range(len(encode_query(WITH_POLICY))))
def test_a_changed_query_is_another_one_or_refused(place: int) -> None:
    """Flipping a bit of a stored query never reads as the same query."""
    data = bytearray(encode_query(WITH_POLICY))
    data[place] ^= 1
    with suppress(FormatError):
        assert decode_query(bytes(data)) != WITH_POLICY


SHA256 = der.encode_sequence(der.encode_oid(HASHES["sha256"].oid))
IMPRINT = der.encode_sequence(SHA256, der.encode_octet_string(QUERY.digest))
ONE, TRUE = der.encode_integer(1), der.encode_boolean(value=True)


@pytest.mark.parametrize(
    "members",
    [
        (),
        (ONE, IMPRINT),
        (ONE, IMPRINT, ONE),
        (ONE, IMPRINT, ONE, der.encode_boolean(value=False)),
        (der.encode_integer(2), IMPRINT, ONE, TRUE),
        (ONE, IMPRINT, ONE, TRUE, der.encode_tlv(0xA0, b"")),
        (ONE, IMPRINT, der.encode_integer(-1), TRUE),
        (ONE, IMPRINT, der.encode_oid("2.5." + "9" * 40), ONE, TRUE),
        (ONE, der.encode_sequence(SHA256), ONE, TRUE),
        (ONE, der.encode_sequence(der.encode_sequence(), der.encode_octet_string(QUERY.digest)), ONE, TRUE),
        (ONE, der.encode_sequence(SHA256, der.encode_octet_string(b"short")), ONE, TRUE),
        (
            ONE,
            der.encode_sequence(
                der.encode_sequence(der.encode_oid("1.3.14.3.2.26")), der.encode_octet_string(bytes(20))
            ),
            ONE,
            TRUE,
        ),
    ],
)
def test_a_query_of_another_shape_is_refused(members: tuple[bytes, ...]) -> None:
    """Only what custody itself writes is read as a stored query."""
    with pytest.raises(FormatError) as caught:
        decode_query(der.encode_sequence(*members))
    assert caught.value.code == "QUERY"


def test_a_null_in_the_algorithm_is_refused() -> None:
    """A stored query has no parameters beside its hash, though replies may have them."""
    algorithm = der.encode_sequence(der.encode_oid(HASHES["sha256"].oid), der.encode_null())
    imprint = der.encode_sequence(algorithm, der.encode_octet_string(QUERY.digest))
    with pytest.raises(FormatError) as caught:
        decode_query(der.encode_sequence(ONE, imprint, ONE, TRUE))
    assert caught.value.expected == "the bytes that custody writes"


# --------------------------------------------------------------------------------------------------- replies
def test_the_rejection_of_openssl_reads() -> None:
    """Status, text and failInfo of a rejection are kept; there is no token."""
    assert len(REJECTION) == 57
    assert decode_response(REJECTION) == Response(
        status=2, text="Message digest algorithm is not supported.", fail_info=("badAlg",)
    )


def test_a_rejection_is_a_fault() -> None:
    """Any status but 0 and 1 is REPLY_REJECTED, also with a token."""
    assert decode_response(REJECTION).faults == (StampCode.REPLY_REJECTED,)
    waiting = decode_response(reply(der.encode_sequence(der.encode_integer(3)), TOKEN))
    assert waiting.faults == (StampCode.REPLY_REJECTED,)


def test_a_granted_reply_without_a_token_is_a_fault() -> None:
    """REPLY_WITHOUT_TOKEN."""
    assert decode_response(reply(GRANTED)).faults == (StampCode.REPLY_WITHOUT_TOKEN,)


def test_a_token_is_cut_out_byte_for_byte() -> None:
    """The token keeps its BER framing."""
    found = decode_response(reply(GRANTED, TOKEN))
    assert (found.status, found.text, found.fail_info) == (0, "", ())
    assert found.token == TOKEN
    assert not found.faults


def test_a_reply_of_indefinite_length_reads() -> None:
    """The outer framing may be BER; the token is still cut out byte for byte."""
    data = b"\x30\x80" + b"\x30\x80\x02\x01\x00\x00\x00" + TOKEN + b"\x00\x00"
    assert decode_response(data) == Response(status=0, token=TOKEN)


def test_a_reply_with_a_long_form_of_its_length_reads() -> None:
    """A length in more octets than needed is BER too."""
    body = GRANTED + TOKEN
    assert decode_response(b"\x30\x84" + len(body).to_bytes(4, "big") + body).token == TOKEN


def test_several_texts_become_lines() -> None:
    """Each UTF8String of statusString is a line."""
    lines = der.encode_sequence(der.encode_tlv(0x0C, b"one"), der.encode_tlv(0x0C, b"\xff two"))
    assert decode_response(status(der.encode_integer(2), lines)).text == "one\n\ufffd two"


def test_a_long_text_is_cut() -> None:
    """At most 1,000 characters of a stranger's text are kept."""
    lines = der.encode_sequence(der.encode_tlv(0x0C, b"x" * 5000))
    assert decode_response(status(der.encode_integer(2), lines)).text == "x" * 1000


def test_fail_info_without_text_reads() -> None:
    """Known bits have the names of RFC 3161, others their numbers."""
    bits = bytes((6,)) + bytes((0b11000000, 0, 0b00000010, 0b01000000))
    found = decode_response(status(der.encode_integer(2), der.encode_tlv(der.BIT_STRING, bits)))
    assert found.fail_info == ("badAlg", "bit 1", "bit 22", "systemFailure")


def test_a_negative_status_is_a_rejection() -> None:
    """A status that no standard knows grants nothing."""
    found = decode_response(status(der.encode_integer(-1)))
    assert found.status == -1
    assert found.faults == (StampCode.REPLY_REJECTED,)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<html>",
        b"\x30",
        b"\x30\x80",
        b"\x31\x00",
        reply(),
        reply(TOKEN, TOKEN, TOKEN),
        reply(GRANTED, der.encode_octet_string(b"")),
        reply(GRANTED) + b"\0",
        reply(GRANTED, TOKEN)[:-1],
        status(),
        status(der.encode_boolean(value=True)),
        status(der.encode_tlv(der.INTEGER, b"")),
        status(der.encode_integer(1 << 40)),
        status(ONE, der.encode_octet_string(b"")),
        status(ONE, der.encode_sequence(), der.encode_sequence()),
        status(ONE, der.encode_sequence(der.encode_octet_string(b"text"))),
        status(ONE, der.encode_tlv(der.BIT_STRING, b"")),
        status(ONE, der.encode_tlv(der.BIT_STRING, bytes(17))),
        b"\x30\x80" * 100,
    ],
)
def test_what_is_no_reply_is_refused(data: bytes) -> None:
    """REPLY_MALFORMED, whatever is wrong."""
    assert refused(data).member == "timestamp reply"


@pytest.mark.parametrize("size", range(57))
def test_a_reply_cut_short_is_refused(size: int) -> None:
    """REPLY_MALFORMED at every length below the whole."""
    assert refused(REJECTION[:size]).code == "REPLY_MALFORMED"


def test_a_huge_reply_is_not_read() -> None:
    """More than 64 KiB is over the limit, whatever it is."""
    with pytest.raises(LimitError) as caught:
        decode_response(bytes(REPLY_BYTES + 1))
    assert (caught.value.limit, caught.value.maximum) == ("REPLY_BYTES", 65536)


# ----------------------------------------------------------------------------------- replies beside the query
def judged(number: int, asked: Query, granted: Query | None) -> tuple[StampCode, ...]:
    """The faults of a reply with a token."""
    return reply_faults(Response(status=number, token=TOKEN), asked, granted)


@pytest.mark.parametrize("number", [0, 1])
@pytest.mark.parametrize("asked", [QUERY, WITH_POLICY])
def test_what_was_asked_for_is_no_fault(number: int, asked: Query) -> None:
    """A policy that was left to the authority may be any."""
    assert not judged(number, asked, WITH_POLICY)


@pytest.mark.parametrize(
    "granted", [evolve(QUERY, nonce=1), evolve(QUERY, nonce=None), evolve(QUERY, digest=bytes(32))]
)
def test_changes_of_a_modified_reply_are_a_fault(granted: Query) -> None:
    """REPLY_CHANGED where the reply says that it was modified; else the token's own rules name it."""
    assert judged(1, QUERY, granted) == (StampCode.REPLY_CHANGED,)
    assert not judged(0, QUERY, granted)


@pytest.mark.parametrize("number", [0, 1])
def test_another_policy_than_asked_for_is_a_fault(number: int) -> None:
    """REPLY_CHANGED, whether the reply says so or not."""
    granted = evolve(WITH_POLICY, policy="1.2.3")
    assert judged(number, WITH_POLICY, granted) == (StampCode.REPLY_CHANGED,)


def test_a_token_that_cannot_be_read_is_not_judged_here() -> None:
    """Its own rules say what is wrong with it."""
    assert not judged(1, QUERY, None)


def test_a_rejection_stays_one_beside_its_query() -> None:
    """REPLY_REJECTED comes first."""
    assert reply_faults(decode_response(REJECTION), QUERY, None) == (StampCode.REPLY_REJECTED,)
