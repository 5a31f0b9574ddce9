"""Queries sent to time authorities over HTTP (RFC 3161, section 3.4; rule QU-4)."""

from __future__ import annotations

from typing import Final

from custody.format.timestamp_query import REPLY_BYTES
from custody.network.exchange import Question, exchange

TIMEOUT_SECONDS: Final = 10.0


def request_token(
    url: str,
    query: bytes,
    *,
    name: str | None = None,
    proxy: str | None = None,
    timeout_seconds: float = TIMEOUT_SECONDS,
) -> bytes:
    """Send a query to a time authority and return its reply as it came; nothing about it is verified.

    The authority, and whoever watches the way to it, sees the sender's address and the moment.

    Args:
        url: the authority's address.
        query: a TimeStampReq, as `custody.format.timestamp_query.encode_query` writes it.
        name: what errors call the authority; None: its address.
        proxy: URL of an HTTP proxy; None: straight.
        timeout_seconds: for the whole exchange.

    Returns:
        The bytes of a TimeStampResp, if it is one, at most 64 KiB.

    Raises:
        ExchangeError: one of `NetworkFault`.
    """
    question = Question(
        url=url,
        name=name,
        body=query,
        content_type="application/timestamp-query",
        accepted=("application/timestamp-reply",),
        limit_bytes=REPLY_BYTES,
        timeout_seconds=timeout_seconds,
        proxy=proxy,
    )
    return exchange(question)
