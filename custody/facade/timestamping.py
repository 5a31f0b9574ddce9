"""Timestamps for what is no bundle, such as a signed PDF: one question, one token that holds."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Final, TypeAlias

from custody.errors import BundleError, NetworkError
from custody.facade.moment import now
from custody.facade.stamping import Service
from custody.format.timestamp_query import Query, decode_response, encode_query
from custody.network.timestamp import request_token
from custody.proof.rfc3161.verify import verify_token
from custody.proof.stamp import StampQuestion
from custody.report.stamp_code import StampCode
from custody.stamping.desk import Contact, authorities_named
from custody.stamping.exchange import NONCE_BYTES, ask, digest_under, make_query
from custody.trust.trust import Trust

Timestamp: TypeAlias = Callable[[str, bytes], bytes]
"""Takes the name of a hash and a digest, and returns a token over it (RFC 3161), DER."""

# What is missing where nobody is trusted: the way to a root. Whatever else is wrong is a fault.
_WITHOUT_TRUST: Final = frozenset({StampCode.PATH_MISSING})


def timestamp_of_authority(
    name: str, *, trust: Trust | str | os.PathLike[str], service: Service | None = None
) -> Timestamp:
    """Return what asks an authority of a trust; a token counts only when it leads to a root of that one.

    Args:
        name: of the authority in the trust.
        trust: a Trust, or the path of a trust.json.
        service: how it is reached.

    Raises:
        UsageError: the trust does not name it, or knows no address of it. What is returned raises
            NetworkError where no token came, or one that does not hold.
    """
    desk = (service or Service()).desk(trust)
    (authority,) = authorities_named(desk.trust, (name,))

    def timestamp(algorithm: str, digest: bytes) -> bytes:
        return ask(desk, authority, make_query(desk, authority, algorithm, digest)).data

    return timestamp


def timestamp_of_address(url: str, *, service: Service | None = None) -> Timestamp:
    """Return what asks a server that no trust names: that its token fits is checked, not who it is.

    Args:
        url: where it answers.
        service: how it is reached.

    Raises:
        NetworkError: not from here but from what is returned: it was not reached, or the token does not fit.
    """
    reach = service or Service()

    def timestamp(algorithm: str, digest: bytes) -> bytes:
        nonce = int.from_bytes(os.urandom(NONCE_BYTES), "big")
        query = Query(imprint_algorithm=algorithm, digest=digest, nonce=nonce)
        reach.announce(Contact(url=url, purpose="stamp", authority=url))
        reply = request_token(
            url, encode_query(query), proxy=reach.proxy, timeout_seconds=reach.timeout_seconds
        )
        return _token_in(reply, query)

    return timestamp


def _token_in(reply: bytes, query: Query) -> bytes:
    """Return the token of a reply once it fits the question.

    Raises:
        NetworkError: it is none, or does not fit; the code is that of the first fault.
    """
    try:
        response = decode_response(reply)
    except BundleError as error:
        raise _refusal((StampCode.REPLY_MALFORMED,)) from error
    if response.token is None or response.faults:
        raise _refusal(response.faults)
    question = StampQuestion(
        trust=Trust.none(), now=now(), digest_of=digest_under(query.imprint_algorithm, query.digest)
    )
    verdict = verify_token(response.token, question, nonce=query.nonce)
    faults = tuple(code for code in verdict.faults if code not in _WITHOUT_TRUST)
    if faults:
        raise _refusal(faults)
    return response.token


def _refusal(faults: tuple[StampCode, ...]) -> NetworkError:
    names = ", ".join(code.name for code in faults)
    return NetworkError(
        f"timestamp: expected a token over what was asked, found {names}",
        code=faults[0].name,
        hint="nothing was written; ask another server",
    )
