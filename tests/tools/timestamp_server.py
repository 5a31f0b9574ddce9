"""Time authorities on the loopback interface, sound and broken; every server stops with its `with` block.

    with serving(sound(authority_reply(TestAuthority("first"), lambda: AT))) as server:
        ...  # POST to server.url; server.asked lists what came

Tests that use one bear `@pytest.mark.allow_hosts(["127.0.0.1"])` and start it themselves: a fixture of a
wider scope would run while sockets are forbidden.
"""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final

from attrs import define, field, frozen

from custody.format.der import decode_tlv, members_of
from custody.model.instant import Instant
from tests.tools.authority import TestAuthority, encode_rejection
from tests.tools.token_shape import Shape

REPLY_TYPE: Final = "application/timestamp-reply"
QUERY_TYPE: Final = "application/timestamp-query"
_BEAT_SECONDS: Final = 0.02
_LAST_RESORT_SECONDS: Final = 60.0
_BLOCK: Final = bytes(64 * 1024)


@frozen(kw_only=True)
class Asked:
    """One request as it came.

    Attributes:
        method: such as "POST".
        path: as in the request line.
        headers: by name in lower case.
        body: its content.
    """

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@define
class Server:
    """A running server.

    Attributes:
        url: where it answers.
        asked: every request, in the order of arrival.
        stopping: set when the `with` block ends.
    """

    url: str
    asked: list[Asked] = field(factory=list)
    stopping: threading.Event = field(factory=threading.Event)


Reply = Callable[[bytes], bytes]
"""Makes the bytes of a TimeStampResp from those of a TimeStampReq."""


@frozen
class Exchange:
    """What a behaviour has at hand."""

    handler: BaseHTTPRequestHandler
    asked: Asked
    server: Server

    def send(self, status: int, headers: dict[str, str], body: bytes) -> None:
        """Answer, with the headers as they are given."""
        self.handler.send_response(status)
        for name, value in headers.items():
            self.handler.send_header(name, value)
        self.handler.end_headers()
        self.handler.wfile.write(body)

    def send_whole(self, body: bytes, *, status: int = 200, kind: str = REPLY_TYPE, **headers: str) -> None:
        """Answer with a length."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.send(status, {"Content-Type": kind, "Content-Length": str(len(body)), **named}, body)


Behaviour = Callable[[Exchange], None]


def sound(reply: Reply) -> Behaviour:
    """Answer as RFC 3161, 3.4 says."""
    return lambda exchange: exchange.send_whole(reply(exchange.asked.body))


def authority_reply(
    authority: TestAuthority,
    now: Callable[[], Instant],
    *,
    status: int = 0,
    nonce: int | None = None,
) -> Reply:
    """Let an authority of this process reply, by a clock."""
    return lambda query: authority.reply(query, at=now(), status=status, nonce=nonce)


def never(exchange: Exchange) -> None:
    """Take the request and say nothing."""
    exchange.server.stopping.wait(_LAST_RESORT_SECONDS)


def dripping(reply: Reply) -> Behaviour:
    """Send one byte at a time, without end in sight."""

    def behave(exchange: Exchange) -> None:
        body = reply(exchange.asked.body)
        exchange.send(200, {"Content-Type": REPLY_TYPE, "Content-Length": str(len(body))}, b"")
        for octet in body:
            if exchange.server.stopping.wait(_BEAT_SECONDS):
                return
            exchange.handler.wfile.write(bytes([octet]))
            exchange.handler.wfile.flush()

    return behave


def endless(exchange: Exchange) -> None:
    """Send without a length, for ever."""
    exchange.send(200, {"Content-Type": REPLY_TYPE}, b"")
    while not exchange.server.stopping.is_set():
        exchange.handler.wfile.write(_BLOCK)


def endless_chunks(exchange: Exchange) -> None:
    """Send chunks for ever."""
    exchange.handler.protocol_version = "HTTP/1.1"
    exchange.send(200, {"Content-Type": REPLY_TYPE, "Transfer-Encoding": "chunked"}, b"")
    while not exchange.server.stopping.is_set():
        exchange.handler.wfile.write(b"%x\r\n%b\r\n" % (len(_BLOCK), _BLOCK))


def endless_headers(exchange: Exchange) -> None:
    """Send headers for ever."""
    exchange.handler.wfile.write(b"HTTP/1.0 200 OK\r\n")
    while not exchange.server.stopping.is_set():
        exchange.handler.wfile.write(b"X-More: and more\r\n" * 1000)


def huge(exchange: Exchange) -> None:
    """Announce a gigabyte."""
    exchange.send(200, {"Content-Type": REPLY_TYPE, "Content-Length": str(1 << 30)}, _BLOCK)
    while not exchange.server.stopping.is_set():
        exchange.handler.wfile.write(_BLOCK)


def reset(exchange: Exchange) -> None:
    """Reset the connection instead of an answer."""
    linger = struct.pack("ii", 1, 0)
    exchange.handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
    exchange.handler.connection.close()


def truncated(reply: Reply) -> Behaviour:
    """End the connection within the body."""

    def behave(exchange: Exchange) -> None:
        body = reply(exchange.asked.body)
        headers = {"Content-Type": REPLY_TYPE, "Content-Length": str(len(body))}
        exchange.send(200, headers, body[: len(body) // 2])

    return behave


def says(status: int, body: bytes = b"", *, kind: str = "text/plain", **headers: str) -> Behaviour:
    """Answer the same to everybody; `Retry_After="7"` is the header Retry-After."""
    return lambda exchange: exchange.send_whole(body, status=status, kind=kind, **headers)


def after(number: int, first: Behaviour, then: Behaviour) -> Behaviour:
    """Behave one way for so many requests, and another way from then on."""
    return lambda exchange: (first if len(exchange.server.asked) <= number else then)(exchange)


HTML: Final = b"<!doctype html><title>Busy</title><p>Please come back later.\n"


def http_faults(reply: Reply) -> dict[str, Behaviour]:
    """Return every way in which a server fails on the way, by name; what it would have said is sound."""
    return {
        "never answers": never,
        "drips": dripping(reply),
        "429 for 7 seconds": says(429, Retry_After="7"),
        "429 until a date": says(429, Retry_After="Fri, 31 Dec 2027 23:59:59 GMT"),
        "429": says(429),
        "503": says(503, HTML, kind="text/html"),
        "503 for 7 seconds": says(503, Retry_After="7"),
        "500": says(500),
        "404": says(404),
        "403": says(403),
        "401": says(401, WWW_Authenticate='Basic realm="stamps"'),
        "HTML": says(200, HTML, kind="text/html"),
        "HTML as a reply": says(200, HTML, kind=REPLY_TYPE),
        "nothing": says(200, kind=REPLY_TYPE),
        "wrong type": lambda exchange: exchange.send_whole(reply(exchange.asked.body), kind="text/plain"),
        "no type": lambda exchange: exchange.send(200, {}, reply(exchange.asked.body)),
        "truncated": truncated(reply),
        "cut short": lambda exchange: exchange.send_whole(reply(exchange.asked.body)[:-1]),
        "endless": endless,
        "endless chunks": endless_chunks,
        "endless headers": endless_headers,
        "a gigabyte": huge,
        "redirect": says(302, Location="http://127.0.0.1:9/elsewhere"),
        "redirect that keeps the method": says(308, Location="http://127.0.0.1:9/elsewhere"),
        "redirect to a file": says(302, Location="file:///etc/hostname"),
        "reset": reset,
    }


def reply_faults(authority: TestAuthority, now: Callable[[], Instant]) -> dict[str, Behaviour]:
    """Return every way in which a reply is not what was asked for, by name; the way is sound."""
    answer = partial(authority_reply, authority, now)

    def of_other_bytes(status: int) -> Reply:
        def reply(query: bytes) -> bytes:
            imprint = members_of(members_of(decode_tlv(query))[1])[1].content
            return authority.reply(query.replace(imprint, imprint[::-1]), at=now(), status=status)

        return reply

    flipped = Shape(signature=lambda data: data[:-1] + bytes([data[-1] ^ 1]))
    return {
        "wrong nonce": sound(answer(nonce=4711)),
        "granted with modifications of the nonce": sound(answer(status=1, nonce=4711)),
        "imprint changed": sound(of_other_bytes(0)),
        "granted with modifications of the imprint": sound(of_other_bytes(1)),
        "signature wrong": sound(lambda query: authority.reply(query, at=now(), shape=flipped)),
        "rejection": sound(lambda _query: encode_rejection()),
        "rejection without a reason": sound(lambda _query: encode_rejection(text=None, failure=None)),
        "waiting": sound(lambda _query: encode_rejection(status=3, text=None, failure=None)),
        "granted without a token": sound(lambda _query: encode_rejection(status=0, failure=None)),
    }


class _Listener(ThreadingHTTPServer):
    """Knows its connections, so that no thread outlives the server."""

    daemon_threads = False

    def __init__(self, *arguments: Any) -> None:  # noqa: ANN401 - as http.server
        super().__init__(*arguments)
        self.connections: list[socket.socket] = []

    def process_request(self, request: Any, client_address: Any) -> None:  # noqa: ANN401 - as http.server
        """Note a connection and serve it in a thread."""
        self.connections.append(request)
        super().process_request(request, client_address)

    def hang_up(self) -> None:
        """Wake every thread that waits for the other side."""
        for connection in self.connections:
            with suppress(OSError):  # closed already
                connection.shutdown(socket.SHUT_RDWR)


@contextmanager
def serving(behaviour: Behaviour) -> Iterator[Server]:
    """Run a server on 127.0.0.1 and a port of the system's choice, until the block ends."""
    server = Server("")

    class Handler(BaseHTTPRequestHandler):
        """Logs a request and behaves."""

        protocol_version = "HTTP/1.0"
        timeout = _LAST_RESORT_SECONDS

        def answer(self) -> None:
            """Take one request."""
            size = int(self.headers.get("Content-Length") or 0)
            asked = Asked(
                method=self.command,
                path=self.path,
                headers={name.lower(): value for name, value in self.headers.items()},
                body=self.rfile.read(size),
            )
            server.asked.append(asked)
            try:
                behaviour(Exchange(self, asked, server))
            except (BrokenPipeError, ConnectionResetError):
                self.close_connection = True  # whoever asked has had enough

        do_POST = do_GET = answer  # noqa: N815 - names of http.server

        def finish(self) -> None:
            """Close, also where the other side or a behaviour has closed already."""
            try:
                super().finish()
            except (OSError, ValueError):
                self.close_connection = True

        def log_message(self, *_arguments: object) -> None:
            """Keep standard error clean."""

    httpd = _Listener(("127.0.0.1", 0), Handler)
    server.url = f"http://127.0.0.1:{httpd.server_address[1]}/stamp"
    thread = threading.Thread(target=partial(httpd.serve_forever, poll_interval=_BEAT_SECONDS), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.stopping.set()
        httpd.shutdown()
        thread.join()
        httpd.hang_up()
        httpd.server_close()
