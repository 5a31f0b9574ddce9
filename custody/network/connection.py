"""Connections: names resolved, sockets opened, tunnels through a proxy, TLS with the system's trust store."""

from __future__ import annotations

import errno
import http.client
import queue
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any, Final, TypeAlias, cast

from custody.network.address import Address
from custody.network.deadline import Deadline
from custody.network.fault import ExchangeError, NetworkFault
from custody.network.wire import TooMuchError, Wire

_Resolved: TypeAlias = tuple[Any, ...]  # as socket.getaddrinfo gives them

_TUNNEL_BYTES: Final = 64 * 1024
_OK: Final = 200
_GATEWAY: Final = {502, 503, 504}
_WORDS: Final = {
    errno.ECONNREFUSED: "a refused connection",
    errno.ECONNRESET: "a connection that was reset",
    errno.EHOSTUNREACH: "no way there",
    errno.ENETUNREACH: "no network",
}


@contextmanager
def connected(
    address: Address, proxy: Address | None, deadline: Deadline, subject: str
) -> Iterator[socket.socket]:
    """Open a connection over which HTTP can be spoken, and close it in the end.

    Args:
        address: the service.
        proxy: the way to it, if there is one: https goes through a tunnel (CONNECT).
        deadline: of the whole exchange.
        subject: what errors call the service.

    Raises:
        ExchangeError: UNREACHABLE, TIMEOUT, TLS, PROXY, UNAVAILABLE.
    """
    with ExitStack() as stack:
        where = "it" if proxy is None else "the proxy"
        try:
            opened = stack.enter_context(_open(proxy or address, deadline))
            if address.secure:
                if proxy:
                    _open_tunnel(opened, address, deadline, subject)
                where = "it"
                opened.settimeout(deadline.remaining_seconds())
                context = ssl.create_default_context()
                opened = stack.enter_context(context.wrap_socket(opened, server_hostname=address.host))
        except OSError as error:
            raise _connecting_fault(error, subject, where) from None
        yield opened


def _resolve(host: str, port: int, deadline: Deadline) -> list[_Resolved]:
    """Ask the system for addresses; it knows no deadline, so another thread waits for it."""
    answers: queue.SimpleQueue[list[_Resolved] | OSError] = queue.SimpleQueue()

    def ask() -> None:
        try:
            answers.put(list(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)))
        except OSError as error:
            answers.put(error)

    threading.Thread(target=ask, name="custody resolver", daemon=True).start()
    try:
        answer = answers.get(timeout=deadline.remaining_seconds())
    except queue.Empty:
        raise TimeoutError from None
    if isinstance(answer, OSError):
        raise answer
    return answer


def _open(address: Address, deadline: Deadline) -> socket.socket:
    """Connect to the first address that accepts; each gets its share of the time that is left."""
    found = _resolve(address.host, address.port, deadline)
    last: OSError = socket.gaierror(socket.EAI_NONAME, "no address")
    for place, (family, kind, protocol, _, where) in enumerate(found):
        share = deadline.remaining_seconds() / (len(found) - place)
        tried: socket.socket | None = None
        try:
            tried = socket.socket(family, kind, protocol)
            tried.settimeout(share)
            tried.connect(where)
        except OSError as error:
            last = error
            if tried:
                tried.close()
        else:
            return tried
    raise last


def _open_tunnel(opened: socket.socket, address: Address, deadline: Deadline, subject: str) -> None:
    """Ask a proxy for a tunnel (RFC 9110, 9.3.6)."""
    wire = Wire(opened, deadline, _TUNNEL_BYTES)
    try:
        wire.send(f"CONNECT {address.place} HTTP/1.1\r\nHost: {address.place}\r\n\r\n".encode("ascii"))
        with http.client.HTTPResponse(cast("socket.socket", wire), method="CONNECT") as response:
            response.begin()
            found = f"status {response.status}"
            if response.status == _OK:
                return
            fault = NetworkFault.UNAVAILABLE if response.status in _GATEWAY else NetworkFault.PROXY
    except (ConnectionError, TooMuchError, http.client.HTTPException):
        fault, found = NetworkFault.PROXY, "no answer in HTTP"
    raise ExchangeError(fault, subject, expected="a tunnel through the proxy", found=found)


def _connecting_fault(error: OSError, subject: str, where: str) -> ExchangeError:
    """Name what kept a connection from being made."""
    fault = NetworkFault.UNREACHABLE
    if isinstance(error, TimeoutError):
        fault, found = NetworkFault.TIMEOUT, "none in time"
    elif isinstance(error, ssl.SSLCertVerificationError):
        fault, found = NetworkFault.TLS, f"a certificate not accepted: {error.verify_message.rstrip('.')}"
    elif isinstance(error, ssl.SSLError):
        fault, found = NetworkFault.TLS, f"a TLS fault ({error.reason or 'unknown'})"
    elif isinstance(error, socket.gaierror):
        found = "no address for its name"
    else:
        number = error.errno or 0
        found = _WORDS.get(number, errno.errorcode.get(number, "a fault of the network"))
    return ExchangeError(fault, subject, expected=f"a connection to {where}", found=found)
