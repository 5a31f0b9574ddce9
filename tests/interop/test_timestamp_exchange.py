"""Queries of ours, sent by our own exchange to `openssl ts` behind a server: both understand each other."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from hashlib import sha3_256
from pathlib import Path

import pytest
from attrs import evolve

from custody.format.hashes import HASHES
from custody.format.timestamp_query import Query, Response, decode_response, encode_query
from custody.network.timestamp import request_token
from tests.tools.openssl_authority import POLICY, OpensslAuthority, make_openssl_authority
from tests.tools.timestamp_server import serving, sound

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

DATA = b"what is stamped"
QUERY = Query(imprint_algorithm="sha256", digest=HASHES["sha256"].digest(DATA), nonce=0xFEDCBA9876543210)


@pytest.fixture(scope="module")
def authority(
    require_tool: Callable[[str], str], tmp_path_factory: pytest.TempPathFactory
) -> OpensslAuthority:
    """An authority run by the stock tool."""
    folder = tmp_path_factory.mktemp("authority") / "first"
    return make_openssl_authority(folder, "first", openssl=require_tool("openssl"))


def answer(authority: OpensslAuthority, query: Query) -> tuple[bytes, Response]:
    """What the authority replies, as it came and read."""
    with serving(sound(authority.reply)) as server:
        data = request_token(server.url, encode_query(query))
    return data, decode_response(data)


@pytest.mark.parametrize("name", ["sha256", "sha384", "sha512"])
@pytest.mark.parametrize("policy", [None, POLICY, f"{POLICY}.1"])
def test_a_token_is_granted_and_verifies(
    name: str, policy: str | None, authority: OpensslAuthority, tmp_path: Path
) -> None:
    """The stock tool finds imprint, nonce, policy and certificate in the token that we cut out."""
    query = evolve(QUERY, imprint_algorithm=name, digest=HASHES[name].digest(DATA), policy=policy)
    data, response = answer(authority, query)
    assert (response.status, response.faults) == (0, ())
    assert response.token
    assert data.endswith(response.token)
    (tmp_path / "q.tsq").write_bytes(encode_query(query))
    (tmp_path / "t.tst").write_bytes(response.token)
    (tmp_path / "root.pem").write_bytes(authority.root_pem)
    done = subprocess.run(
        [
            *(authority.openssl, "ts", "-verify", "-token_in", "-in", "t.tst"),
            *("-queryfile", "q.tsq", "-CAfile", "root.pem"),
        ],
        cwd=tmp_path,
        check=False,
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stdout) == (0, "Verification: OK\n"), done.stderr


@pytest.mark.parametrize(
    ("query", "fail_info"),
    [
        (evolve(QUERY, imprint_algorithm="sha3_256", digest=sha3_256(DATA).digest()), ("badAlg",)),
        (evolve(QUERY, policy="1.2.3.4"), ("unacceptedPolicy",)),
    ],
)
def test_a_rejection_is_read(query: Query, fail_info: tuple[str, ...], authority: OpensslAuthority) -> None:
    """What the stock tool refuses comes as a status, a text and a name of RFC 3161."""
    _, response = answer(authority, query)
    assert [fault.name for fault in response.faults] == ["REPLY_REJECTED"]
    assert (response.status, response.fail_info, response.token) == (2, fail_info, None)
    assert response.text
