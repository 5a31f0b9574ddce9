"""HTTP exchanges with real servers on the loopback interface: each way to fail has its name."""

from __future__ import annotations

import socket
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from threading import Event

import pytest
from attrs import evolve

from custody.errors import NetworkError
from custody.network import exchange as exchange_module
from custody.network.exchange import Question, exchange
from custody.network.fault import ExchangeError, NetworkFault
from custody.network.revocation import ask_ocsp, fetch
from custody.network.timestamp import request_token
from tests.tools import timestamp_server as servers
from tests.tools.raw_server import RawServer, answering, drips, resets_after, says, silent

pytestmark = pytest.mark.allow_hosts(["127.0.0.1", "::1"])

REPLY = b"\x30\x03\x02\x01\x00"
QUERY = b"the query"
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/timestamp-reply\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
SECRET = "words-of-the-server"
QUICK = 0.4


def asked(
    url: str, *, proxy: str | None = None, timeout_seconds: float = 5.0, name: str | None = None
) -> bytes:
    """Ask for a token."""
    return request_token(url, QUERY, name=name, proxy=proxy, timeout_seconds=timeout_seconds)


def fault_of(url: str, *, timeout_seconds: float = 5.0) -> ExchangeError:
    """The error with which a request ends."""
    with pytest.raises(ExchangeError) as caught:
        asked(url, timeout_seconds=timeout_seconds)
    assert caught.value.hint
    return caught.value


def code_of(answer: bytes) -> str:
    """The code of the error that a raw answer leads to."""
    with answering(answer) as server:
        return fault_of(server.url).code


# --------------------------------------------------------------------------------------------- what is asked
def test_a_query_is_posted_with_its_type() -> None:
    """Method, types, length and no more headers than needed (rule QU-4)."""
    with servers.serving(servers.sound(lambda _query: REPLY)) as server:
        assert asked(server.url) == REPLY
        (request,) = server.asked
    assert (request.method, request.path, request.body) == ("POST", "/stamp", QUERY)
    assert request.headers == {
        "host": server.url.split("/")[2],
        "user-agent": "timestamp-client/1",
        "accept": "application/timestamp-reply",
        "accept-encoding": "identity",
        "connection": "close",
        "content-type": "application/timestamp-query",
        "content-length": str(len(QUERY)),
    }


def test_a_list_is_got() -> None:
    """Revocation lists come by GET, whatever type their server names."""
    with servers.serving(servers.says(200, b"crl", kind="text/plain")) as server:
        assert fetch(server.url) == b"crl"
        assert [(each.method, each.body) for each in server.asked] == [("GET", b"")]
        assert server.asked[0].headers["accept"] == "*/*"


def test_a_list_without_a_type_is_taken() -> None:
    """So is one of a server that names none."""
    with answering(b"HTTP/1.0 200 OK\r\n\r\ncrl") as server:
        assert fetch(server.url) == b"crl"


def test_a_page_is_no_list() -> None:
    """A network that wants a sign-in answers everything with a page."""
    page = servers.says(200, servers.HTML, kind="text/html; charset=utf-8")
    with servers.serving(page) as server, pytest.raises(ExchangeError) as caught:
        fetch(server.url)
    assert caught.value.code == "CONTENT_TYPE"


def test_a_list_has_the_limit_that_the_caller_gives() -> None:
    """One byte more is REPLY_TOO_LARGE."""
    with servers.serving(servers.says(200, b"12345")) as server:
        assert fetch(server.url, 5) == b"12345"
        with pytest.raises(ExchangeError) as caught:
            fetch(server.url, 4)
    assert caught.value.code == "REPLY_TOO_LARGE"


def test_ocsp_is_posted() -> None:
    """With the media types of RFC 6960, appendix A."""
    with servers.serving(servers.says(200, b"answer", kind="application/ocsp-response")) as server:
        assert ask_ocsp(server.url, b"question") == b"answer"
        (request,) = server.asked
    assert (request.method, request.body) == ("POST", b"question")
    assert request.headers["content-type"] == "application/ocsp-request"


# ------------------------------------------------------------------------------------------ how servers fail
FAULTS = {
    "never answers": "TIMEOUT",
    "drips": "TIMEOUT",
    "429 for 7 seconds": "TOO_MANY_REQUESTS",
    "429 until a date": "TOO_MANY_REQUESTS",
    "429": "TOO_MANY_REQUESTS",
    "503": "UNAVAILABLE",
    "503 for 7 seconds": "UNAVAILABLE",
    "500": "UNAVAILABLE",
    "404": "HTTP_STATUS",
    "403": "HTTP_STATUS",
    "401": "HTTP_STATUS",
    "HTML": "CONTENT_TYPE",
    "wrong type": "CONTENT_TYPE",
    "no type": "CONTENT_TYPE",
    "truncated": "REPLY_TRUNCATED",
    "endless": "REPLY_TOO_LARGE",
    "endless chunks": "REPLY_TOO_LARGE",
    "endless headers": "HTTP_MALFORMED",
    "a gigabyte": "REPLY_TOO_LARGE",
    "redirect": "REDIRECT",
    "redirect that keeps the method": "REDIRECT",
    "redirect to a file": "REDIRECT",
    "reset": "REPLY_TRUNCATED",
}
PASSED_ON = {"HTML as a reply", "nothing", "cut short"}  # whoever decodes the reply names these


def long_reply(_query: bytes) -> bytes:
    """A reply that takes seconds when it drips."""
    return REPLY * 100


def test_every_fault_of_the_servers_is_looked_at() -> None:
    """No behaviour is left out here."""
    assert FAULTS.keys() | PASSED_ON == servers.http_faults(long_reply).keys()


@pytest.mark.parametrize("name", FAULTS)
def test_a_broken_server_has_its_code(name: str) -> None:
    """Each is named, in time, and nothing that the server said is repeated."""
    with servers.serving(servers.http_faults(long_reply)[name]) as server:
        begun = time.monotonic()
        error = fault_of(server.url, timeout_seconds=1.0)
        assert time.monotonic() - begun < 3
    assert error.code == FAULTS[name]
    assert str(error).startswith(f"{server.url}: expected ")
    assert "elsewhere" not in str(error)
    assert isinstance(error, NetworkError)


def test_a_redirect_is_not_followed() -> None:
    """The other address is never visited."""
    with servers.serving(servers.sound(lambda _query: REPLY)) as other:
        with servers.serving(servers.says(307, Location=other.url)) as server:
            fault_of(server.url)
        assert not other.asked


@pytest.mark.parametrize("name", ["429 for 7 seconds", "503 for 7 seconds"])
def test_a_wish_to_be_left_alone_is_kept(name: str) -> None:
    """The error says for how long."""
    with servers.serving(servers.http_faults(long_reply)[name]) as server:
        assert fault_of(server.url).retry_after_seconds == 7


def test_a_wish_until_a_date_is_kept() -> None:
    """By the Date of the same answer."""
    dates = b"Date: Tue, 24 Nov 2026 12:00:00 GMT\r\nRetry-After: Tue, 24 Nov 2026 12:02:00 GMT\r\n\r\n"
    with answering(b"HTTP/1.1 503 Busy\r\n" + dates) as server:
        assert fault_of(server.url).retry_after_seconds == 120


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (b"", "REPLY_TRUNCATED"),
        (b"\x30\x03\x02\x01\x00", "HTTP_MALFORMED"),
        (b"SSH-2.0-OpenSSH_9.9\r\n", "HTTP_MALFORMED"),
        (b"HTTP/1.1 abc\r\n\r\n", "HTTP_MALFORMED"),
        (b"HTTP/1.1 200" + b" " * 70000, "HTTP_MALFORMED"),
        (HEAD + b"X: " + b"y" * 70000 + b"\r\n\r\n", "HTTP_MALFORMED"),
        (HEAD + b"Content-Encoding: gzip\r\n\r\n", "CONTENT_TYPE"),
        (HEAD + b"Content-Length: 65537\r\n\r\n", "REPLY_TOO_LARGE"),
        (HEAD + b"\r\n" + bytes(65537), "REPLY_TOO_LARGE"),
        (HEAD + b"Content-Length: 9\r\n\r\n12345678", "REPLY_TRUNCATED"),
        (CHUNKED + b"5\r\n1234", "REPLY_TRUNCATED"),
        (CHUNKED + b"5\r\n12345\r\n", "REPLY_TRUNCATED"),
        (CHUNKED + b"five\r\n12345\r\n", "REPLY_TRUNCATED"),
        (CHUNKED + b"-5\r\n12345\r\n0\r\n\r\n", "HTTP_MALFORMED"),
        (
            CHUNKED + b"11000\r\n" + bytes(0x11000) + b"\r\n0\r\n\r\n",
            "REPLY_TOO_LARGE",
        ),
        (b"HTTP/1.1 204 No Content\r\n\r\n", "HTTP_STATUS"),
        (b"HTTP/1.1 407 Sign in\r\n\r\n", "PROXY"),
        (b"HTTP/1.1 302 Found\r\nLocation: http://" + SECRET.encode() + b".example/\r\n\r\n", "REDIRECT"),
    ],
)
def test_a_raw_answer_has_its_code(answer: bytes, code: str) -> None:
    """What no sound server sends is named all the same."""
    assert code_of(answer) == code


def test_a_chunk_of_negative_size_is_not_read_for_ever() -> None:
    """-1 makes http.client read to the end; the budget of the connection ends it."""
    first = CHUNKED + b"-1\r\n"
    with answering(drips(first, bytes(256 * 1024), beat_seconds=0.0)) as server:
        assert fault_of(server.url).code == "REPLY_TOO_LARGE"


@pytest.mark.parametrize(
    "body",
    [
        b"Content-Length: 5\r\n\r\n" + REPLY,
        b"Content-Length: 5\r\n\r\n" + REPLY + b"more",
        b"Content-Length: many\r\n\r\n" + REPLY,
        b"\r\n" + REPLY,
        b"Transfer-Encoding: chunked\r\n\r\n2\r\n\x30\x03\r\n3;x=y\r\n\x02\x01\x00\r\n0\r\nT: x\r\n\r\n",
    ],
)
def test_every_framing_of_a_body_reads(body: bytes) -> None:
    """A length, chunks, or the end of the connection."""
    with answering(HEAD + body) as server:
        assert asked(server.url) == REPLY


def test_a_reply_in_pieces_reads() -> None:
    """Wherever the network cuts it."""
    whole = b"HTTP/1.1 100 Continue\r\n\r\n" + HEAD + b"Content-Length: 5\r\n\r\n" + REPLY
    with answering(says(*(bytes([octet]) for octet in whole))) as server:
        assert asked(server.url) == REPLY


def test_a_media_type_is_compared_without_case_and_parameters() -> None:
    """As RFC 9110, 8.3.1 says."""
    head = b"HTTP/1.1 200 OK\r\nContent-Type: Application/Timestamp-Reply ; charset=binary\r\n\r\n"
    with answering(head + REPLY) as server:
        assert asked(server.url) == REPLY


def test_a_connection_that_is_reset_within_the_body_is_named() -> None:
    """REPLY_TRUNCATED."""
    with answering(resets_after(HEAD + b"Content-Length: 5\r\n\r\n\x30")) as server:
        assert fault_of(server.url).code == "REPLY_TRUNCATED"


# ---------------------------------------------------------------------------------------------- the deadline
def ending_of(server: RawServer) -> tuple[str, bool]:
    """With which code a request ends, and whether that is soon after its deadline."""
    begun = time.monotonic()
    code = fault_of(server.url, timeout_seconds=QUICK).code
    return code, QUICK <= time.monotonic() - begun < QUICK + 1


@pytest.mark.parametrize(
    "first",
    [b"", b"HTTP/1.1 200 OK\r\nX: ", HEAD + b"\r\n", HEAD + b"Content-Length: 60000\r\n\r\n"],
    ids=["status", "headers", "body", "body of a length"],
)
def test_a_drip_ends_at_the_deadline(first: bytes) -> None:
    """Whatever a server sends slowly, the whole exchange has one deadline."""
    with answering(drips(first, b"1")) as server:
        assert ending_of(server) == ("TIMEOUT", True)


def test_continue_without_end_ends_at_the_deadline() -> None:
    """Interim answers do not win time."""
    with answering(drips(b"", b"HTTP/1.1 100 Continue\r\n\r\n")) as server:
        assert ending_of(server) == ("TIMEOUT", True)


def test_silence_ends_at_the_deadline() -> None:
    """A server that takes the connection and says nothing."""
    with answering(silent) as server:
        assert ending_of(server) == ("TIMEOUT", True)


def test_no_time_is_no_exchange() -> None:
    """A deadline that has passed already is a TIMEOUT."""
    with answering(silent) as server:
        assert fault_of(server.url, timeout_seconds=0.0).code == "TIMEOUT"


def test_a_name_that_resolves_slowly_ends_at_the_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    """The system's resolver knows no deadline; the exchange keeps its own."""
    done = Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_arguments, **_named: done.wait(10) and [])
    try:
        begun = time.monotonic()
        assert fault_of("http://slow.example/", timeout_seconds=0.2).code == "TIMEOUT"
        assert time.monotonic() - begun < 2
    finally:
        done.set()


@contextmanager
def full_listener() -> Iterator[int]:
    """The port of a server that does not accept any more connections, and does not refuse them."""
    with ExitStack() as stack:
        listener = stack.enter_context(socket.socket())
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        for _ in range(4):
            waiting = stack.enter_context(socket.socket())
            waiting.settimeout(0)
            waiting.connect_ex(listener.getsockname())
        yield listener.getsockname()[1]


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a full backlog is handled in another way")
def test_a_connection_that_is_not_accepted_ends_at_the_deadline() -> None:
    """TIMEOUT also before anything is sent."""
    with full_listener() as port:
        assert fault_of(f"http://127.0.0.1:{port}/", timeout_seconds=QUICK).code == "TIMEOUT"


# ----------------------------------------------------------------------------------------------- unreachable
def free_port() -> int:
    """A port on which nobody listens."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def test_a_port_where_nobody_listens_is_unreachable() -> None:
    """With the reason in words."""
    error = fault_of(f"http://127.0.0.1:{free_port()}/")
    assert error.code == "UNREACHABLE"
    assert str(error).endswith("found a refused connection")


@pytest.mark.parametrize(
    ("raised", "words"),
    [
        (socket.gaierror(socket.EAI_NONAME, "unknown"), "no address for its name"),
        (OSError(113, "no route"), "no way there"),
        (OSError(24, "too many"), "EMFILE"),
        (OSError("nothing known"), "a fault of the network"),
    ],
)
def test_what_the_system_says_is_put_in_words(
    monkeypatch: pytest.MonkeyPatch, raised: OSError, words: str
) -> None:
    """UNREACHABLE, and a code of the system where there are no words."""

    def refuse(*_arguments: object, **_named: object) -> list[object]:
        raise raised

    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    error = fault_of("http://tsa.example/")
    assert error.code == "UNREACHABLE"
    assert str(error) == f"http://tsa.example/: expected a connection to it, found {words}"


def test_a_name_without_addresses_is_unreachable(monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty answer of the resolver is no address."""
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_arguments, **_named: [])
    assert fault_of("http://tsa.example/").code == "UNREACHABLE"


def addresses(*ports: int) -> Callable[..., list[tuple[object, ...]]]:
    """A resolver that gives these ports of 127.0.0.1."""
    return lambda *_arguments, **_named: [
        (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port)) for port in ports
    ]


def test_the_next_address_is_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name has several addresses; one that works is enough."""
    with answering(HEAD + b"\r\n" + REPLY) as server:
        monkeypatch.setattr(socket, "getaddrinfo", addresses(free_port(), server.port))
        assert asked("http://tsa.example/") == REPLY
        assert "Host: tsa.example\r\n" in server.heads[0]


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a full backlog is handled in another way")
def test_an_address_that_does_not_answer_leaves_time_for_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each address gets its share of the time."""
    with answering(HEAD + b"\r\n" + REPLY) as server, full_listener() as full:
        monkeypatch.setattr(socket, "getaddrinfo", addresses(full, server.port))
        assert asked("http://tsa.example/", timeout_seconds=2 * QUICK) == REPLY


def test_a_family_that_the_machine_lacks_is_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    """A socket that cannot be made is like one that does not connect."""
    lacking = [(9999, socket.SOCK_STREAM, 6, "", ("::1", 80))]
    with answering(HEAD + b"\r\n" + REPLY) as server:
        found = lacking + addresses(server.port)()
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_arguments, **_named: found)
        assert asked("http://tsa.example/") == REPLY


def test_an_ipv6_literal_is_reached() -> None:
    """With brackets in the address and in the Host header."""
    try:
        with answering(HEAD + b"\r\n" + REPLY, host="::1") as server:
            assert asked(f"http://[::1]:{server.port}/") == REPLY
            assert f"Host: [::1]:{server.port}\r\n" in server.heads[0]
    except OSError:
        pytest.skip("this machine has no IPv6 loopback")


# ------------------------------------------------------------------------------------------- what errors say
def test_an_error_names_the_service_as_the_caller_does() -> None:
    """The name of the authority stands in front, and no address."""
    with servers.serving(servers.says(500)) as server, pytest.raises(ExchangeError) as caught:
        asked(server.url, name="freetsa")
    assert str(caught.value) == "freetsa: expected status 200, found status 500"


def test_nothing_that_a_server_says_shows() -> None:
    """Neither reason phrase, type, page nor other address."""
    head = f"HTTP/1.1 200 {SECRET}\r\nContent-Type: {SECRET}\r\n\r\n{SECRET}".encode()
    for answer in (head, head.replace(b"200", b"403"), head.replace(b"200", b"302"), SECRET.encode() * 99):
        with answering(answer) as server:
            assert SECRET not in str(fault_of(server.url))


def test_a_wrong_address_is_named_before_anything_is_asked() -> None:
    """URL."""
    assert fault_of("gopher://tsa.example/").code == "URL"


def test_every_code_has_a_hint() -> None:
    """And only what passes is worth another try."""
    for fault in NetworkFault:
        assert ExchangeError(fault, "x", expected="y", found="z").hint
    assert {fault.name for fault in NetworkFault if fault.retryable} == {
        "UNREACHABLE",
        "TIMEOUT",
        "TOO_MANY_REQUESTS",
        "UNAVAILABLE",
        "REPLY_TRUNCATED",
    }


def test_a_question_does_not_show_its_body() -> None:
    """A query in a traceback would tell what is stamped."""
    question = Question(url="http://tsa.example", limit_bytes=1, timeout_seconds=1.0, body=SECRET.encode())
    assert SECRET not in repr(question)
    assert SECRET not in repr(evolve(question, name="x"))


def test_the_clock_is_an_argument() -> None:
    """The deadline is on the clock that is given."""
    ticks = iter([0.0, 100.0])
    question = Question(url="http://tsa.example", limit_bytes=1, timeout_seconds=50.0)
    with pytest.raises(ExchangeError) as caught:
        exchange(question, clock=lambda: next(ticks))
    assert caught.value.code == "TIMEOUT"
    assert exchange_module.USER_AGENT == "timestamp-client/1"
