"""Services that answer anything at all: only custody's errors leave, nothing hangs, nothing false is kept."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import TypeVar

import pytest
from attrs import evolve, frozen
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509.oid import AuthorityInformationAccessOID
from hypothesis import given
from hypothesis import strategies as st

from custody.errors import CustodyError, NetworkError
from custody.format import der
from custody.format.timestamp_query import REPLY_BYTES, Query, decode_query, decode_response, encode_query
from custody.network.exchange import Question, exchange
from custody.network.fault import ExchangeError
from custody.network.retry_after import retry_after_seconds
from custody.proof.rfc3161.certificate import decode_certificate
from custody.proof.rfc3161.ocsp_response import decode_ocsp_response
from custody.proof.rfc3161.revocation_list import decode_revocation_list
from custody.stamping.companions import gather_companions
from custody.stamping.desk import Desk
from custody.stamping.exchange import Token, ask
from custody.trust.trust import Authority
from tests.tools.authority import TestAuthority, der_of, trust_of
from tests.tools.raw_server import answering
from tests.tools.token_makers import AT, AUTHORITY, NOW, STRANGER

LIMIT_BYTES = 2000
PATIENCE_SECONDS = 5.0
QUERY = Query(imprint_algorithm="sha256", digest=bytes(range(32)), nonce=0x0102030405060708)
OTHER_QUERY = evolve(QUERY, digest=bytes(32), nonce=1)

T = TypeVar("T")
Change = Callable[[bytes], bytes]


# -------------------------------------------------------------------------------------------------- changes
def changes() -> st.SearchStrategy[Change]:
    """Ways to change bytes: flip, cut, insert, repeat, put in the middle of itself."""
    place = st.integers(0, 1 << 16)
    flip = st.builds(
        lambda at, bit: (
            lambda data: (
                data[: at % len(data)] + bytes([data[at % len(data)] ^ 1 << bit]) + data[at % len(data) + 1 :]
            )
        ),
        place,
        st.integers(0, 7),
    )
    cut = st.builds(
        lambda at, size: lambda data: data[: at % len(data)] + data[at % len(data) + size :],
        place,
        st.integers(1, 40),
    )
    insert = st.builds(
        lambda at, more: lambda data: data[: at % len(data)] + more + data[at % len(data) :],
        place,
        st.binary(min_size=1, max_size=40),
    )
    nest = st.builds(
        lambda at: lambda data: data[: at % len(data)] + data + data[at % len(data) :],
        place,
    )
    return st.one_of(flip, flip, cut, insert, nest)


def changed(data: bytes, steps: list[Change]) -> bytes:
    """Bytes after some changes, one after another."""
    for step in steps:
        data = step(data) if data else b""
    return data


def attempt(call: Callable[[], T]) -> T | CustodyError:
    """What a call returns, or the error of ours that it ends with; any other error fails the test."""
    try:
        return call()
    except CustodyError as error:
        return error


several = st.lists(changes(), min_size=1, max_size=3)


# --------------------------------------------------------------------------------------------------- decoding
def trees() -> st.SearchStrategy[bytes]:
    """Values of DER and BER, nested in each other."""
    tags = st.sampled_from(
        [0x02, 0x03, 0x04, 0x05, 0x06, 0x0C, 0x18, 0x30, 0x31, 0xA0, 0xA1, 0x80, 0x24, 0x1F]
    )
    leaves = st.builds(der.encode_tlv, tags, st.binary(max_size=8))

    def around(inner: st.SearchStrategy[bytes]) -> st.SearchStrategy[bytes]:
        contents = st.lists(inner, max_size=4).map(b"".join)
        constructed = st.sampled_from([0x30, 0x31, 0xA0, 0x24])
        whole = st.builds(der.encode_tlv, constructed, contents)
        open_ended = st.builds(lambda tag, body: bytes([tag, 0x80]) + body + b"\0\0", constructed, contents)
        return whole | open_ended

    return st.recursive(leaves, around, max_leaves=12)


@given(st.binary(max_size=200) | trees())
def test_any_bytes_are_a_reply_or_a_named_error(data: bytes) -> None:
    """A reply's token stands in it as it came; anything else is REPLY_MALFORMED."""
    found = attempt(lambda: decode_response(data))
    if isinstance(found, CustodyError):
        assert found.code == "REPLY_MALFORMED"
    else:
        assert found.token is None or found.token in data


@given(several)
def test_a_changed_query_is_never_read_as_the_same(steps: list[Change]) -> None:
    """Only its own bytes are a query."""
    data = changed(encode_query(QUERY), steps)
    found = attempt(lambda: decode_query(data))
    if isinstance(found, CustodyError):
        assert found.code in {"DER", "QUERY"}
    else:
        assert encode_query(found) == data


@pytest.mark.parametrize("opening", [b"\x30\x80", b"\x30\x84\x00\x00\xff\xff", b"\x24\x80", b"\xa0\x80"])
def test_endless_nesting_ends(opening: bytes) -> None:
    """Sixty-four kilobytes of opened values are refused at once."""
    begun = time.monotonic()
    with pytest.raises(CustodyError):
        decode_response((opening * REPLY_BYTES)[:REPLY_BYTES])
    assert time.monotonic() - begun < 1


# ------------------------------------------------------------------------------------------------------- HTTP
def answers() -> st.SearchStrategy[bytes]:
    """Answers that are HTTP in part."""
    rubbish = st.binary(max_size=60)
    versions = st.sampled_from([b"HTTP/1.1", b"HTTP/1.0", b"HTTP/0.9", b"HTTP/2", b"HTTP/"])
    statuses = st.sampled_from(
        [b"200 OK", b"200", b"100 Continue", b"101", b"429", b"503 \xff", b"99", b"1000"]
    )
    first = st.builds(b"%b %b".__mod__, st.tuples(versions, statuses)) | rubbish
    headers = st.sampled_from(
        [
            b"Content-Type: application/timestamp-reply",
            b"Content-Type: \x00",
            b"Content-Length: 5",
            b"Content-Length: -1",
            b"Content-Length: 99999999999999999999999",
            b"Content-Length: 5, 5",
            b"Content-Length: \xb2",
            b"Transfer-Encoding: chunked",
            b"Transfer-Encoding: gzip, chunked",
            b"Content-Encoding: \xff",
            b"Retry-After: 99999999999999999999",
            b"Retry-After: Fri, 99 Dec 9999 99:99:99 GMT",
            b"Date: \xff",
            b"Connection: keep-alive",
            b" folded",
            b": nameless",
            b"no colon",
            b"X: =?utf-8?q?=00?=",
        ]
    )
    chunks = st.sampled_from(
        [
            b"5\r\n12345\r\n",
            b"-1\r\n",
            b"-5\r\n",
            b"0\r\n\r\n",
            b"ffffffffffff\r\n",
            b"_1\r\n1\r\n",
            b"1;" * 99,
        ]
    )
    bodies = st.lists(chunks | rubbish, max_size=4).map(b"".join)
    ends = st.sampled_from([b"\r\n", b"\n", b"\r"])
    return st.builds(
        lambda line, listed, end, body: end.join([line, *listed, b"", body]),
        first,
        st.lists(headers | rubbish, max_size=5),
        ends,
        bodies,
    )


@pytest.mark.allow_hosts(["127.0.0.1"])
@given(answer=answers(), post=st.booleans(), page=st.booleans())
def test_any_answer_is_bytes_or_a_named_error(*, answer: bytes, post: bool, page: bool) -> None:
    """Whatever a server sends, it is within the limit or one of the named faults, and in time."""
    with answering(answer) as server:
        question = Question(
            url=server.url,
            body=b"query" if post else None,
            accepted=("application/timestamp-reply",) if page else (),
            limit_bytes=LIMIT_BYTES,
            timeout_seconds=PATIENCE_SECONDS,
        )
        begun = time.monotonic()
        found = attempt(lambda: exchange(question))
        assert time.monotonic() - begun < PATIENCE_SECONDS
    if isinstance(found, CustodyError):
        assert isinstance(found, ExchangeError)
        assert found.retry_after_seconds is None or found.retry_after_seconds >= 0
    else:
        assert len(found) <= LIMIT_BYTES


@given(st.text(max_size=40) | st.none(), st.text(max_size=40) | st.none())
def test_any_wish_to_wait_is_seconds_or_nothing(value: str | None, date: str | None) -> None:
    """Retry-After never raises."""
    seconds = retry_after_seconds(value, date)
    assert seconds is None or seconds >= 0


# --------------------------------------------------------------------------------------- what would be stored
@frozen(kw_only=True)
class Hostile:
    """A carrier that brings back what the test says."""

    reply: bytes = b""
    revocation: bytes = b""

    def ask(self, authority: Authority, query: bytes) -> bytes:
        """Answer a query."""
        assert authority.name
        assert query == encode_query(QUERY)
        return self.reply

    def fetch(self, url: str, limit_bytes: int) -> bytes:
        """Give a list."""
        assert url.startswith("http://")
        assert limit_bytes
        return self.revocation

    def ask_status(self, url: str, query: bytes) -> bytes:
        """Give an OCSP response."""
        assert url.startswith("http://")
        assert query
        return self.revocation


def asked(carrier: Hostile, authority: TestAuthority = AUTHORITY) -> tuple[Desk, Authority, Token]:
    """Put the query, and the token that is taken."""
    desk = Desk(trust=trust_of(authority), now=lambda: NOW, randomness=bytes, carrier=carrier)
    named = evolve(authority.authority(), url="http://tsa.example/")
    return desk, named, ask(desk, named, QUERY)


SOUND = AUTHORITY.reply(encode_query(QUERY), at=AT)
STATUS, TOKEN = der.members_of(der.decode_tlv(SOUND))
OTHERS = {
    "of a stranger": STRANGER.reply(encode_query(QUERY), at=AT),
    "to another query": AUTHORITY.reply(encode_query(OTHER_QUERY), at=AT),
    "with two tokens": der.encode_sequence(STATUS.raw, TOKEN.raw, TOKEN.raw),
    "that is a bare token": TOKEN.raw,
    "that is our query": encode_query(QUERY),
}


def test_a_sound_reply_is_taken() -> None:
    """So that the tests below mean something."""
    _, _, token = asked(Hostile(reply=SOUND))
    assert token.data in SOUND


@pytest.mark.parametrize("name", OTHERS)
def test_a_reply_that_is_no_answer_is_refused(name: str) -> None:
    """By a named error."""
    with pytest.raises(NetworkError):
        asked(Hostile(reply=OTHERS[name]))


@given(several)
def test_a_changed_reply_is_refused_or_says_the_same(steps: list[Change]) -> None:
    """Only custody's errors leave; what is taken all the same says the same."""
    _, _, sound = asked(Hostile(reply=SOUND))
    found = attempt(lambda: asked(Hostile(reply=changed(SOUND, steps))))
    if isinstance(found, CustodyError):
        assert isinstance(found, NetworkError)
        return
    _, _, token = found
    assert not token.verdict.faults
    for fact in ("generated_at", "accuracy_ms", "imprint", "imprint_algorithm", "serial", "policy", "chain"):
        assert getattr(token.verdict, fact) == getattr(sound.verdict, fact)


@given(st.binary(max_size=200) | trees())
def test_any_bytes_as_a_reply_are_refused(data: bytes) -> None:
    """By a named error, and no other."""
    with pytest.raises(NetworkError):
        asked(Hostile(reply=data))


@given(st.integers(0, 8), trees())
def test_any_value_in_the_place_of_a_token_is_refused(status: int, value: bytes) -> None:
    """A reply may grant anything; a token is what verifies."""
    with pytest.raises(NetworkError):
        asked(Hostile(reply=der.encode_sequence(der.encode_sequence(der.encode_integer(status)), value)))


# ---------------------------------------------------------------------------------------- revocation material
def web(*urls: str) -> list[x509.GeneralName]:
    """Addresses as certificates have them."""
    return [x509.UniformResourceIdentifier(url) for url in urls]


PUBLISHED = evolve(
    AUTHORITY.unit_says,
    extra=(
        (
            x509.CRLDistributionPoints(
                [x509.DistributionPoint(web("http://crl.example/ca.crl"), None, None, None)]
            ),
            False,
        ),
        (
            x509.AuthorityInformationAccess(
                [x509.AccessDescription(AuthorityInformationAccessOID.OCSP, web("http://ocsp.example")[0])]
            ),
            False,
        ),
    ),
)
UNIT = AUTHORITY.other_unit(PUBLISHED)
PUBLISHED_REPLY = der.encode_sequence(
    STATUS.raw, AUTHORITY.stamp(digest=QUERY.digest, at=AT, nonce=QUERY.nonce, unit=UNIT)
)
LIST = AUTHORITY.crl(at=AT, until=NOW)


def kept(revocation: bytes) -> tuple[set[bytes], tuple[str, ...]]:
    """The revocation data that is kept beside a token, and the codes of what failed."""
    desk, _, token = asked(Hostile(reply=PUBLISHED_REPLY, revocation=revocation))
    found = gather_companions(desk, token, QUERY)
    files = {data for name, data in found.files.items() if not name.endswith(".cer")}
    return files, tuple(error.code for error in found.failed)


def test_a_sound_list_is_kept() -> None:
    """So that the tests below mean something."""
    assert kept(LIST) == ({LIST}, ())


@given(st.binary(max_size=200) | trees())
def test_any_bytes_as_revocation_data_are_not_kept(data: bytes) -> None:
    """The stamp stays without them, and the reason is said."""
    files, failed = kept(data)
    assert not files
    assert failed


@given(several)
def test_a_changed_list_is_not_kept(steps: list[Change]) -> None:
    """A list whose signature does not hold says nothing, or the token is refused with a named error."""
    data = changed(LIST, steps)
    found = attempt(lambda: kept(data))
    if isinstance(found, CustodyError):
        assert isinstance(found, NetworkError)
        return
    files, failed = found
    assert (not files and failed) or data == LIST


def flips(data: bytes) -> list[bytes]:
    """The same bytes with one bit changed, for each bit."""
    return [
        data[:place] + bytes([data[place] ^ 1 << bit]) + data[place + 1 :]
        for place in range(len(data))
        for bit in range(8)
    ]


def test_a_list_with_any_bit_changed_is_read_or_refused() -> None:
    """Also where the bit makes it a list of a version that does not exist."""
    for data in flips(LIST):
        found = attempt(partial(decode_revocation_list, data))
        assert not isinstance(found, CustodyError) or found.code == "REVOCATION"


def test_an_ocsp_response_with_any_bit_changed_is_read_or_refused() -> None:
    """So is a response, with the certificates inside it."""
    response = AUTHORITY.ocsp(UNIT.certificate, at=AT, until=NOW)
    for data in flips(response):
        found = attempt(partial(decode_ocsp_response, data))
        assert not isinstance(found, CustodyError) or found.code == "REVOCATION"


def test_an_entry_whose_reason_stands_twice_is_a_revocation_without_a_reason() -> None:
    """What an authority signs may be malformed too; without a reason the worst one counts."""
    revoked = (UNIT.certificate, AT, x509.ReasonFlags.superseded)
    signed, algorithm, _ = der.members_of(der.decode_tlv(AUTHORITY.crl((revoked,), at=AT, until=NOW)))
    parts = der.members_of(signed)
    (entry,) = der.members_of(parts[5])
    serial, date, (reason,) = (
        *(one for one in der.members_of(entry)[:2]),
        der.members_of(der.members_of(entry)[2]),
    )
    twice = der.encode_sequence(serial.raw, date.raw, der.encode_sequence(reason.raw, reason.raw))
    content = der.encode_sequence(
        *(der.encode_sequence(twice) if part is parts[5] else part.raw for part in parts)
    )
    key = AUTHORITY.issuer.key
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    signature = der.encode_tlv(der.BIT_STRING, b"\0" + key.sign(content, ec.ECDSA(SHA256())))
    found = decode_revocation_list(der.encode_sequence(content, algorithm.raw, signature))
    assert found.signed_by(decode_certificate(der_of(AUTHORITY.issuer.certificate)))
    said = found.statement_on(decode_certificate(der_of(UNIT.certificate)))
    assert said is not None
    assert (said.revoked_at, said.reason) == (AT.moment.replace(microsecond=0), None)
