r"""Servers on the loopback interface that say exactly these bytes, for what no HTTP library would send.

with answering(b"HTTP/1.1 200 OK\r\n\r\n") as server:
...  # connect to 127.0.0.1 and server.port; server.heads lists the requests
"""

from __future__ import annotations

import re
import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from itertools import takewhile
from typing import Final

from attrs import define, field

_LAST_RESORT_SECONDS: Final = 60.0

Conversation = Callable[[socket.socket, "RawServer"], None]
"""Speaks with one client; the connection is closed behind it."""


@define
class RawServer:
    """A running server.

    Attributes:
        port: where it listens.
        heads: the head of each request that `read_request` took, without its empty line.
        stopping: set when the `with` block ends.
        open_connections: those that a conversation has not left yet.
    """

    port: int
    heads: list[str] = field(factory=list)
    stopping: threading.Event = field(factory=threading.Event)
    open_connections: list[socket.socket] = field(factory=list)

    @property
    def url(self) -> str:
        """Its address in plain http."""
        return f"http://127.0.0.1:{self.port}/stamp"

    def read_request(self, connection: socket.socket) -> None:
        """Take a request with its body, and keep its head."""
        with connection.makefile("rb", buffering=0) as incoming:
            head = "".join(takewhile(str.strip, (line.decode("ascii") for line in incoming)))
            self.heads.append(head)
            length = re.search(r"Content-Length: ([0-9]+)", head)
            incoming.read(int(length[1]) if length else 0)


def says(*answers: bytes) -> Conversation:
    """Take a request, send these bytes, one piece after another, and close."""

    def speak(connection: socket.socket, server: RawServer) -> None:
        server.read_request(connection)
        for answer in answers:
            connection.sendall(answer)

    return speak


def resets_after(answer: bytes) -> Conversation:
    """Take a request, send these bytes, and reset the connection."""

    def speak(connection: socket.socket, server: RawServer) -> None:
        says(answer)(connection, server)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    return speak


def drips(first: bytes, then: bytes, beat_seconds: float = 0.02) -> Conversation:
    """Send some bytes, then the same ones again and again, slowly, until nobody listens."""

    def speak(connection: socket.socket, server: RawServer) -> None:
        server.read_request(connection)
        connection.sendall(first)
        while not server.stopping.wait(beat_seconds):
            connection.sendall(then)

    return speak


def silent(_connection: socket.socket, server: RawServer) -> None:
    """Say nothing and keep the connection."""
    server.stopping.wait(_LAST_RESORT_SECONDS)


def in_tls(context: ssl.SSLContext, conversation: Conversation) -> Conversation:
    """Speak inside TLS."""

    def speak(connection: socket.socket, server: RawServer) -> None:
        with context.wrap_socket(connection, server_side=True) as secure:
            conversation(secure, server)

    return speak


def in_tunnel(conversation: Conversation) -> Conversation:
    """Play a proxy that accepts a tunnel, and speak at its end."""

    def speak(connection: socket.socket, server: RawServer) -> None:
        says(b"HTTP/1.1 200 Connection established\r\n\r\n")(connection, server)
        conversation(connection, server)

    return speak


def _serve(listener: socket.socket, server: RawServer, conversation: Conversation) -> None:
    while not server.stopping.is_set():
        try:
            connection, _ = listener.accept()
        except OSError:  # closed: the block has ended
            return
        connection.settimeout(_LAST_RESORT_SECONDS)
        server.open_connections.append(connection)
        with connection, suppress(OSError):  # whoever asked has had enough
            conversation(connection, server)
        server.open_connections.remove(connection)


@contextmanager
def answering(conversation: Conversation | bytes, host: str = "127.0.0.1") -> Iterator[RawServer]:
    """Run a server on a loopback address, one connection after another, until the block ends."""
    speak = says(conversation) if isinstance(conversation, bytes) else conversation
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as listener:
        listener.bind((host, 0))
        listener.listen()
        server = RawServer(listener.getsockname()[1])
        thread = threading.Thread(target=_serve, args=(listener, server, speak), daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.stopping.set()
            for each in (listener, *server.open_connections):
                with suppress(OSError):  # closed already
                    each.shutdown(socket.SHUT_RDWR)
            thread.join(_LAST_RESORT_SECONDS)
