"""One HTTP exchange: one question, one answer, no state (RFC 9110, RFC 9112).

No cookies, no redirects, no compression, nothing stored, and no setting of the environment is followed. Plain
http will do: what is fetched is signed by whoever made it and verified by others. What a service sends is
never part of an error.
"""

from __future__ import annotations

import http.client
import socket
import ssl
import time
from collections.abc import Callable
from typing import Final, cast

from attrs import field, frozen

from custody.network.address import Address, decode_address, decode_proxy
from custody.network.connection import connected
from custody.network.deadline import Deadline
from custody.network.fault import ExchangeError, NetworkFault
from custody.network.retry_after import retry_after_seconds
from custody.network.wire import TooMuchError, Wire

# Names no product: who asks is to be seen as little as possible, where connections are watched.
USER_AGENT: Final = "timestamp-client/1"

_PIECE_BYTES: Final = 64 * 1024
_OVERHEAD_BYTES: Final = 256 * 1024  # headers and the framing of chunks
_OK: Final = 200
_REDIRECTS: Final = range(300, 400)
_PROXY_REFUSES: Final = 407
_FAULTS: Final = {
    429: NetworkFault.TOO_MANY_REQUESTS,
    500: NetworkFault.UNAVAILABLE,
    502: NetworkFault.UNAVAILABLE,
    503: NetworkFault.UNAVAILABLE,
    504: NetworkFault.UNAVAILABLE,
}


@frozen(kw_only=True)
class Question:
    """What is asked of a service.

    Attributes:
        url: where.
        name: what errors call the service; None: its address without the query.
        body: sent by POST; None: GET.
        content_type: of the body.
        accepted: media types of an answer; empty: anything but a page (text/html).
        limit_bytes: the largest answer.
        timeout_seconds: for all of it, from the name to the last byte.
        proxy: URL of an HTTP proxy; None: straight. The environment is not asked.
    """

    url: str
    name: str | None = None
    body: bytes | None = field(default=None, repr=False)
    content_type: str = "application/octet-stream"
    accepted: tuple[str, ...] = ()
    limit_bytes: int
    timeout_seconds: float
    proxy: str | None = None


def exchange(question: Question, *, clock: Callable[[], float] = time.monotonic) -> bytes:
    """Ask a service and return the body of its answer.

    Args:
        question: what, where, and within which limits.
        clock: monotonic, in seconds.

    Raises:
        ExchangeError: one of `NetworkFault`.
    """
    address = decode_address(question.url, subject=question.name or "address")
    proxy = None if question.proxy is None else decode_proxy(question.proxy)
    subject = question.name or address.shown
    deadline = Deadline.after(question.timeout_seconds, clock)
    with connected(address, proxy, deadline, subject) as opened:
        wire = Wire(opened, deadline, question.limit_bytes * 2 + _OVERHEAD_BYTES)
        try:
            wire.send(_encode_request(question, address, absolute=proxy is not None))
            with http.client.HTTPResponse(cast("socket.socket", wire), method=_method(question)) as response:
                response.begin()
                _check_status(response, subject)
                _check_content(response, question, subject)
                return _read_body(response, question.limit_bytes, subject)
        except (OSError, TooMuchError, http.client.HTTPException, ValueError) as error:
            raise _answering_fault(error, subject) from None


def _method(question: Question) -> str:
    return "GET" if question.body is None else "POST"


def _encode_request(question: Question, address: Address, *, absolute: bool) -> bytes:
    """Write a request; a proxy that passes on plain http wants the whole address (RFC 9112, 3.2.2)."""
    whole = absolute and not address.secure
    target = f"http://{address.host_header}{address.target}" if whole else address.target
    lines = [
        f"{_method(question)} {target} HTTP/1.1",
        f"Host: {address.host_header}",
        f"User-Agent: {USER_AGENT}",
        f"Accept: {', '.join(question.accepted) or '*/*'}",
        "Accept-Encoding: identity",
        "Connection: close",
    ]
    if question.body is not None:
        lines += [f"Content-Type: {question.content_type}", f"Content-Length: {len(question.body)}"]
    return "\r\n".join([*lines, "", ""]).encode("ascii") + (question.body or b"")


def _check_status(response: http.client.HTTPResponse, subject: str) -> None:
    status = response.status
    if status == _OK:
        return
    fault = _FAULTS.get(status, NetworkFault.HTTP_STATUS)
    found = f"status {status}"
    if status in _REDIRECTS:
        fault, found = NetworkFault.REDIRECT, f"a redirect to another address (status {status})"
    if status == _PROXY_REFUSES:
        fault = NetworkFault.PROXY
    wait = retry_after_seconds(response.headers.get("Retry-After"), response.headers.get("Date"))
    raise ExchangeError(fault, subject, expected="status 200", found=found, retry_after_seconds=wait)


def _check_content(response: http.client.HTTPResponse, question: Question, subject: str) -> None:
    """Compare kind, encoding and announced size with what was asked for."""
    kind = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    wrong = kind not in question.accepted if question.accepted else kind == "text/html"
    if wrong:
        wanted = " or ".join(question.accepted) or "data"
        found = "a page (text/html)" if kind == "text/html" else "another type" if kind else "no type"
        raise ExchangeError(NetworkFault.CONTENT_TYPE, subject, expected=wanted, found=found)
    if response.headers.get("Content-Encoding", "identity").strip().lower() != "identity":
        raise ExchangeError(NetworkFault.CONTENT_TYPE, subject, expected="plain content", found="encoded one")
    if response.length is not None and response.length > question.limit_bytes:
        raise _too_large(question.limit_bytes, subject)


def _read_body(response: http.client.HTTPResponse, limit_bytes: int, subject: str) -> bytes:
    """Read a body to its end; where no length was given that is the end of the connection."""
    body = bytearray()
    while piece := response.read(min(_PIECE_BYTES, limit_bytes + 1 - len(body))):
        body += piece
        if len(body) > limit_bytes:
            raise _too_large(limit_bytes, subject)
    if response.length:
        raise http.client.IncompleteRead(b"", response.length)
    return bytes(body)


def _too_large(limit_bytes: int, subject: str) -> ExchangeError:
    expected = f"at most {limit_bytes} bytes"
    return ExchangeError(NetworkFault.REPLY_TOO_LARGE, subject, expected=expected, found="more")


def _answering_fault(error: Exception, subject: str) -> ExchangeError:
    """Name what broke an exchange off after the connection was made."""
    expected = "a whole answer"
    if isinstance(error, TimeoutError):
        return ExchangeError(NetworkFault.TIMEOUT, subject, expected=expected, found="none in time")
    if isinstance(error, TooMuchError):
        found = "one that does not end"
        return ExchangeError(NetworkFault.REPLY_TOO_LARGE, subject, expected=expected, found=found)
    if isinstance(error, ssl.SSLError):
        return ExchangeError(NetworkFault.TLS, subject, expected=expected, found="a TLS fault")
    if isinstance(error, OSError | http.client.IncompleteRead):
        found = "a connection that ended"
        return ExchangeError(NetworkFault.REPLY_TRUNCATED, subject, expected=expected, found=found)
    found = "something that is not HTTP"
    return ExchangeError(NetworkFault.HTTP_MALFORMED, subject, expected=expected, found=found)
