"""Timestamps for what is no bundle: a token that does not fit is never handed out."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

import pytest

from custody.errors import NetworkError, UsageError
from custody.facade.moment import now
from custody.facade.stamping import Service
from custody.facade.timestamping import timestamp_of_address, timestamp_of_authority
from tests.tools.authority import TestAuthority, encode_rejection, trust_of
from tests.tools.stamping import Answers
from tests.tools.timestamp_server import authority_reply, serving, sound

AUTHORITY = TestAuthority("first")
DIGEST = hashlib.sha256(b"a document").digest()


def code_of(reply: Callable[[bytes], bytes]) -> str:
    """Return the code by which a reply of an address is refused."""
    with serving(sound(reply)) as server, pytest.raises(NetworkError) as refusal:
        timestamp_of_address(server.url)("sha256", DIGEST)
    return refusal.value.code


@pytest.mark.allow_hosts(["127.0.0.1"])
def test_a_token_over_something_else_is_refused() -> None:
    """The imprint is compared."""
    other = hashlib.sha256(b"another document").digest()
    reply = authority_reply(AUTHORITY, now)
    assert code_of(lambda query: reply(query.replace(DIGEST, other))) == "IMPRINT_DIFFERS"


@pytest.mark.allow_hosts(["127.0.0.1"])
def test_a_token_with_another_nonce_is_refused() -> None:
    """It may be an old one."""
    assert code_of(authority_reply(AUTHORITY, now, nonce=1)) == "NONCE_DIFFERS"


@pytest.mark.allow_hosts(["127.0.0.1"])
def test_a_refusal_and_nonsense_are_told_apart() -> None:
    """By their codes."""
    assert code_of(lambda _query: encode_rejection()) == "REPLY_REJECTED"
    assert code_of(lambda _query: b"nonsense") == "REPLY_MALFORMED"


def test_an_authority_of_the_trust_gives_a_token_that_holds() -> None:
    """Over the digest that was asked for."""
    carrier = Answers({"first": lambda query: AUTHORITY.reply(query, at=now())})
    trust = trust_of(AUTHORITY.authority(url="http://first.example/"))
    stamp = timestamp_of_authority("first", trust=trust, service=Service(carrier=carrier))
    assert DIGEST in stamp("sha256", DIGEST)
    assert carrier.asked == ["first"]


def test_an_authority_whose_token_leads_to_no_pinned_root_is_refused() -> None:
    """A name in the trust stands for its root alone."""
    other = TestAuthority("second")
    carrier = Answers({"first": lambda query: other.reply(query, at=now())})
    trust = trust_of(AUTHORITY.authority(url="http://first.example/"))
    stamp = timestamp_of_authority("first", trust=trust, service=Service(carrier=carrier))
    with pytest.raises(NetworkError) as refusal:
        stamp("sha256", DIGEST)
    assert refusal.value.code == "PATH_MISSING"


def test_an_authority_that_the_trust_does_not_name_is_refused() -> None:
    """Before anything is signed."""
    with pytest.raises(UsageError) as refusal:
        timestamp_of_authority("second", trust=trust_of(AUTHORITY.authority(url="http://first.example/")))
    assert refusal.value.code == "AUTHORITY_UNKNOWN"
