"""Everything that a time authority, or the way to it, can get wrong: a named error, and nothing is stored."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

import custody
from custody.facade.moment import now
from custody.format.der import encode_sequence
from custody.format.timestamp_query import decode_query, encode_query
from custody.network.pace import Pace
from custody.stamping.stamp import StampOutcome
from custody.trust.trust import Trust
from tests.tools.authority import TestAuthority, encode_status
from tests.tools.stamping import FIRST, SECOND, sealed_bundle, tree_of
from tests.tools.timestamp_server import Behaviour, authority_reply, http_faults, reply_faults, serving, sound

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])
ONCE = custody.Service(pace=Pace(tries=1), timeout_seconds=0.4)
SOUND = authority_reply(FIRST, now)

ON_THE_WAY = {
    "never answers": "TIMEOUT",
    "drips": "TIMEOUT",
    "429 for 7 seconds": "TOO_MANY_REQUESTS",
    "429 until a date": "TOO_MANY_REQUESTS",
    "429": "TOO_MANY_REQUESTS",
    "503": "UNAVAILABLE",
    "503 for 7 seconds": "UNAVAILABLE",
    "500": "UNAVAILABLE",
    "404": "HTTP_STATUS",
    "403": "HTTP_STATUS",
    "401": "HTTP_STATUS",
    "HTML": "CONTENT_TYPE",
    "HTML as a reply": "REPLY_MALFORMED",
    "nothing": "REPLY_MALFORMED",
    "wrong type": "CONTENT_TYPE",
    "no type": "CONTENT_TYPE",
    "truncated": "REPLY_TRUNCATED",
    "cut short": "REPLY_MALFORMED",
    "endless": "REPLY_TOO_LARGE",
    "endless chunks": "REPLY_TOO_LARGE",
    "endless headers": "HTTP_MALFORMED",
    "a gigabyte": "REPLY_TOO_LARGE",
    "redirect": "REDIRECT",
    "redirect that keeps the method": "REDIRECT",
    "redirect to a file": "REDIRECT",
    "reset": "REPLY_TRUNCATED",
}
IN_THE_REPLY = {
    "wrong nonce": "NONCE_DIFFERS",
    "granted with modifications of the nonce": "NONCE_DIFFERS",
    "imprint changed": "IMPRINT_DIFFERS",
    "granted with modifications of the imprint": "IMPRINT_DIFFERS",
    "signature wrong": "SIGNATURE_WRONG",
    "rejection": "REPLY_REJECTED",
    "rejection without a reason": "REPLY_REJECTED",
    "waiting": "REPLY_REJECTED",
    "granted without a token": "REPLY_WITHOUT_TOKEN",
}


def run(folder: Path, behaviour: Behaviour, authority: TestAuthority = FIRST) -> tuple[StampOutcome, bool]:
    """Stamp a bundle by a server; tell also whether anything has changed on the disk."""
    bundle = sealed_bundle(folder / "b")
    before = tree_of(folder)
    with serving(behaviour) as server:
        trust = Trust(authorities=(authority.authority(url=server.url),))
        outcome = custody.stamp(bundle, authorities=authority.name, trust=trust, service=ONCE)
    return outcome, tree_of(folder) != before


def test_every_fault_is_named_here() -> None:
    """A fault that the servers learn later is missed by none of the tests below."""
    assert http_faults(SOUND).keys() == ON_THE_WAY.keys()
    assert reply_faults(FIRST, now).keys() == IN_THE_REPLY.keys()


@pytest.mark.parametrize("fault", ON_THE_WAY)
def test_a_fault_on_the_way_stores_nothing(tmp_path: Path, fault: str) -> None:
    """It has its code."""
    outcome, changed = run(tmp_path, http_faults(SOUND)[fault])
    assert [error.code for error in outcome.refused] == [ON_THE_WAY[fault]]
    assert (outcome.added, changed) == ((), False)


@pytest.mark.parametrize("fault", IN_THE_REPLY)
def test_a_fault_in_the_reply_stores_nothing(tmp_path: Path, fault: str) -> None:
    """It has the code of the rule that it breaks."""
    outcome, changed = run(tmp_path, reply_faults(FIRST, now)[fault])
    assert [error.code for error in outcome.refused] == [IN_THE_REPLY[fault]]
    assert (outcome.added, changed) == ((), False)


def test_another_authority_cannot_answer_in_its_place(tmp_path: Path) -> None:
    """Not even one that is trusted as well: a second witness must be a second one."""
    bundle = sealed_bundle(tmp_path / "b")
    with serving(sound(authority_reply(SECOND, now))) as server:
        trust = Trust(authorities=(FIRST.authority(url=server.url), SECOND.authority(url=server.url)))
        outcome = custody.stamp(bundle, authorities=["first"], trust=trust, service=ONCE)
    assert [error.code for error in outcome.refused] == ["PATH_MISSING"]
    assert not list(bundle.rglob("stamps"))


def test_a_token_for_another_question_is_refused(tmp_path: Path) -> None:
    """A replayed reply answers an older question."""
    kept: list[bytes] = []

    def replay(query: bytes) -> bytes:
        kept.append(SOUND(query))
        return kept[0]

    for name in ("x", "y"):
        (tmp_path / name).mkdir()
    assert run(tmp_path / "x", sound(replay))[0].added
    outcome, changed = run(tmp_path / "y", sound(replay))
    assert [error.code for error in outcome.refused] == ["NONCE_DIFFERS"]
    assert not changed


def test_a_clock_that_runs_ahead_is_refused(tmp_path: Path) -> None:
    """A token of tomorrow would not verify today."""
    late = custody.Instant.from_datetime(now().moment.replace(year=now().moment.year + 1))
    outcome, changed = run(tmp_path, sound(authority_reply(FIRST, lambda: late)))
    assert [error.code for error in outcome.refused] == ["TIME_IN_FUTURE"]
    assert (outcome.refused[0].hint or "").startswith("compare the clock")
    assert not changed


def test_another_policy_than_the_one_asked_for_is_refused(tmp_path: Path) -> None:
    """The policy of the trust is asked for, and must be granted."""

    def stubborn(query: bytes) -> bytes:
        asked = decode_query(query)
        token = FIRST.stamp(digest=asked.digest, at=now(), nonce=asked.nonce, policy="2.999.2")
        return encode_sequence(encode_status(0, None), token)

    bundle = sealed_bundle(tmp_path / "b")
    with serving(sound(stubborn)) as server:
        trust = Trust(authorities=(FIRST.authority(url=server.url, policy="2.999.1"),))
        outcome = custody.stamp(bundle, authorities="first", trust=trust, service=ONCE)
    assert [error.code for error in outcome.refused] == ["POLICY_DIFFERS"]
    assert not list(bundle.rglob("stamps"))


def test_a_policy_of_the_trust_is_asked_for(tmp_path: Path) -> None:
    """So that an authority with several can grant the right one."""
    bundle = sealed_bundle(tmp_path / "b")
    with serving(sound(SOUND)) as server:
        trust = Trust(authorities=(FIRST.authority(url=server.url, policy="2.999.1"),))
        outcome = custody.stamp(bundle, authorities="first", trust=trust, operators=1, service=ONCE)
    assert (len(outcome.added), outcome.short) == (1, ())
    assert decode_query(server.asked[0].body).policy == "2.999.1"


def test_nothing_but_a_digest_leaves_the_machine(tmp_path: Path) -> None:
    """The query holds the digest of proof.sha256, a nonce and nothing of the bundle."""
    bundle = sealed_bundle(tmp_path / "b")
    with serving(sound(SOUND)) as server:
        trust = Trust(authorities=(FIRST.authority(url=server.url),))
        custody.stamp(bundle, authorities="first", trust=trust, service=ONCE)
    proof = next(bundle.rglob("proof.sha256")).read_bytes()
    query = decode_query(server.asked[0].body)
    assert query.digest == hashlib.sha256(proof).digest()
    assert encode_query(query) == server.asked[0].body
    assert set(server.asked[0].headers) == {
        *("host", "user-agent", "accept", "accept-encoding", "connection", "content-type", "content-length")
    }
    assert "custody" not in str(server.asked[0].headers).lower()
