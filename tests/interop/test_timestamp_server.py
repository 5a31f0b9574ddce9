"""The time authorities that tests start: what they say stands up to `openssl ts`, and they stop in time."""

from __future__ import annotations

import http.client
import subprocess
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from tests.tools.authority import TestAuthority
from tests.tools.openssl_authority import OpensslAuthority, make_openssl_authority
from tests.tools.timestamp_server import (
    QUERY_TYPE,
    REPLY_TYPE,
    Behaviour,
    authority_reply,
    http_faults,
    reply_faults,
    serving,
    sound,
)
from tests.tools.token_makers import AT

RequireTool = Callable[[str], str]

AUTHORITY = TestAuthority("served")
REPLY = authority_reply(AUTHORITY, lambda: AT)
FAULTS = {**http_faults(REPLY), **reply_faults(AUTHORITY, lambda: AT)}
# Those that would keep a patient client for ever.
PATIENT = {"never answers", "drips", "endless", "endless chunks", "endless headers", "a gigabyte"}

loopback = pytest.mark.allow_hosts(["127.0.0.1"])


@pytest.fixture
def query(require_tool: RequireTool, tmp_path: Path) -> bytes:
    """A query by openssl, over the file data."""
    (tmp_path / "data").write_bytes(b"stamped bytes\n")
    ask = [require_tool("openssl"), "ts", "-query", "-data", "data", "-sha512", "-cert", "-out", "q.tsq"]
    subprocess.run(ask, cwd=tmp_path, check=True, capture_output=True)
    return (tmp_path / "q.tsq").read_bytes()


@pytest.fixture(scope="module")
def authorities(
    require_tool: RequireTool, tmp_path_factory: pytest.TempPathFactory
) -> tuple[OpensslAuthority, OpensslAuthority]:
    """Two authorities of two operators, with different keys."""
    folder, openssl = tmp_path_factory.mktemp("authorities"), require_tool("openssl")
    first = make_openssl_authority(folder / "1", "first", operator="First operator", openssl=openssl)
    second = make_openssl_authority(
        folder / "2", "second", operator="Second operator", openssl=openssl, unit_key="rsa-2048"
    )
    return first, second


def post(url: str, query: bytes) -> tuple[str, bytes]:
    """Ask a server as RFC 3161 says; return the type and the bytes of its answer."""
    connection = http.client.HTTPConnection(url.split("/")[2], timeout=10)
    try:
        connection.request("POST", "/stamp", query, {"Content-Type": QUERY_TYPE})
        answer = connection.getresponse()
        return answer.headers["Content-Type"], answer.read()
    finally:
        connection.close()


def verify(folder: Path, reply: bytes, root: bytes) -> str:
    """Let openssl compare a reply with its query and the pinned root."""
    (folder / "r.tsr").write_bytes(reply)
    (folder / "root.pem").write_bytes(root)
    command = ["openssl", "ts", "-verify", "-queryfile", "q.tsq", "-in", "r.tsr", "-CAfile", "root.pem"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False).stdout


@loopback
def test_replies_of_this_process_satisfy_openssl(query: bytes, tmp_path: Path) -> None:
    """A reply made here, over HTTP, verifies with its query under the pinned root."""
    with serving(sound(REPLY)) as server:
        kind, reply = post(server.url, query)
    root = AUTHORITY.root.certificate.public_bytes(Encoding.PEM)
    assert (kind, verify(tmp_path, reply, root)) == (REPLY_TYPE, "Verification: OK\n")


@loopback
@pytest.mark.parametrize(("own", "other"), [(0, 1), (1, 0)])
def test_openssl_authorities_are_independent(
    query: bytes, authorities: tuple[OpensslAuthority, OpensslAuthority], tmp_path: Path, own: int, other: int
) -> None:
    """A reply of `openssl ts` verifies under its own root, and not under the other's."""
    with serving(sound(authorities[own].reply)) as server:
        _, reply = post(server.url, query)
    verdicts = [verify(tmp_path, reply, authorities[place].root_pem) for place in (own, other)]
    assert verdicts == ["Verification: OK\n", "Verification: FAILED\n"]


@loopback
def test_requests_are_kept(query: bytes) -> None:
    """Every request is listed with its method, its type and its bytes."""
    with serving(sound(REPLY)) as server:
        post(server.url, query)
        post(server.url, query)
    asked = [(one.method, one.headers["content-type"], one.body) for one in server.asked]
    assert asked == [("POST", QUERY_TYPE, query)] * 2


@loopback
@pytest.mark.parametrize("name", FAULTS)
def test_broken_servers_stop(query: bytes, name: str) -> None:
    """A broken server ends with its block, also while a client still waits for it."""
    behaviour: Behaviour = FAULTS[name]
    threads = threading.active_count()
    with serving(behaviour) as server:
        host = server.url.split("/")[2]
        connection = http.client.HTTPConnection(host, timeout=0.2)
        connection.request("POST", "/stamp", query, {"Content-Type": QUERY_TYPE})
        if name not in PATIENT | {"reset"}:
            connection.getresponse()
        stopped = time.monotonic()
    elapsed = time.monotonic() - stopped
    connection.close()
    assert (elapsed < 2, threading.active_count()) == (True, threads)
