"""Revocation lists and OCSP answers, fetched when a stamp is made: later they cannot be had (rule QU-6).

Addresses come from certificates. Callers give those of certificates whose path to a pinned root holds, and no
others: a stranger's certificate would make this computer visit any address.
"""

from __future__ import annotations

from typing import Final

from custody.format.limits import MIB
from custody.format.timestamp_query import REPLY_BYTES
from custody.network.exchange import Question, exchange

FETCH_BYTES: Final = 10 * MIB
TIMEOUT_SECONDS: Final = 60.0


def fetch(
    url: str,
    limit_bytes: int = FETCH_BYTES,
    *,
    name: str | None = None,
    proxy: str | None = None,
    timeout_seconds: float = TIMEOUT_SECONDS,
) -> bytes:
    """Get a revocation list or a certificate as it comes; nothing about it is verified.

    The type is not looked at, for many servers name a wrong one; a page (text/html) is refused.

    Args:
        url: from a CRL distribution point or an authority information access (RFC 5280, 4.2.1.13, 4.2.2.1).
        limit_bytes: the largest answer.
        name: what errors call the service; None: its address.
        proxy: URL of an HTTP proxy; None: straight.
        timeout_seconds: for the whole exchange.

    Raises:
        ExchangeError: one of `NetworkFault`.
    """
    question = Question(
        url=url, name=name, limit_bytes=limit_bytes, timeout_seconds=timeout_seconds, proxy=proxy
    )
    return exchange(question)


def ask_ocsp(
    url: str,
    request: bytes,
    *,
    name: str | None = None,
    proxy: str | None = None,
    timeout_seconds: float = TIMEOUT_SECONDS,
) -> bytes:
    """Send an OCSP request and return the answer as it comes (RFC 6960, appendix A.1).

    Args:
        url: from an authority information access.
        request: DER of an OCSPRequest.
        name: what errors call the service; None: its address.
        proxy: URL of an HTTP proxy; None: straight.
        timeout_seconds: for the whole exchange.

    Raises:
        ExchangeError: one of `NetworkFault`.
    """
    question = Question(
        url=url,
        name=name,
        body=request,
        content_type="application/ocsp-request",
        accepted=("application/ocsp-response",),
        limit_bytes=REPLY_BYTES,
        timeout_seconds=timeout_seconds,
        proxy=proxy,
    )
    return exchange(question)
