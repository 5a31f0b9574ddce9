"""Writing one event in a copy or with a key that was restored, and may be older than what was signed."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from attrs import evolve

from custody.errors import SignerError
from custody.storage.memory import read_published
from custody.transfer.act import write_act
from custody.transfer.desk import Desk, stand
from custody.transfer.written import Act
from tests.tools.desks import (
    RECIPIENT,
    begin,
    copy_of,
    desk_at,
    hand_over,
    incident,
    labels_in,
    left_beside,
    log_of,
    receipt_of,
    refusal_code,
    release_to,
    set_aside,
    unbroken,
    without_memory,
)


def test_a_restored_backup_is_not_continued(desk: Desk) -> None:
    """Not even on the word that the key has moved; the newest copy is."""
    write_act(desk, incident("1"))
    backup = copy_of(desk)
    write_act(desk, incident("2"))
    assert refusal_code(backup, incident("x")) == "LOG_BEHIND"
    assert refusal_code(evolve(backup, moved=True), incident("x")) == "LOG_BEHIND"
    assert (labels_in(backup.bundle), left_beside(backup)) == (["1"], [])
    write_act(desk, incident("3"))


def test_a_backup_that_was_brought_up_to_date_goes_on(desk: Desk) -> None:
    """By copying the newer events into it."""
    backup = copy_of(desk)
    written = write_act(desk, incident("1"))
    shutil.copytree(Path(desk.bundle, written.path), Path(backup.bundle, written.path))
    write_act(backup, incident("2"))
    assert refusal_code(desk, incident("3")) == "LOG_BEHIND"


def test_a_copy_with_another_event_is_not_continued(desk: Desk) -> None:
    """It is forked already; nothing is made worse."""
    fork = copy_of(desk)
    write_act(desk, incident("mine"))
    write_act(without_memory(fork), incident("other"))
    assert refusal_code(fork, incident("x")) == "LOG_DIFFERS"
    write_act(without_memory(fork), incident("other still"))
    assert refusal_code(evolve(fork, moved=True), incident("x")) == "LOG_DIFFERS"


def test_a_key_without_memory_says_that_it_moved(desk: Desk) -> None:
    """Once; afterwards it remembers."""
    write_act(desk, incident("1"))
    shutil.rmtree(desk.memory or "")
    with pytest.raises(SignerError) as caught:
        write_act(desk, incident("2"))
    assert (caught.value.code, "--key-moved" in (caught.value.hint or "")) == ("HOLDING_ELSEWHERE", True)
    write_act(evolve(desk, moved=True), incident("2"))
    write_act(desk, incident("3"))
    assert unbroken(desk)


def test_a_memory_that_is_short_of_events_says_so(desk: Desk) -> None:
    """The same key has written somewhere else: on a second machine both would go on."""
    write_act(desk, incident("1"))
    write_act(without_memory(desk), incident("2"))
    assert refusal_code(desk, incident("3")) == "HOLDING_ELSEWHERE"
    write_act(evolve(desk, moved=True), incident("3"))
    write_act(desk, incident("4"))


def test_a_damaged_memory_stops_the_writer(desk: Desk) -> None:
    """It is never guessed at."""
    Path(desk.memory or "", f"{stand(desk).bundle_id}.json").write_bytes(b"")
    assert refusal_code(desk, incident("x")) == "FORMAT"


def test_a_last_event_that_was_damaged_is_not_replaced(desk: Desk) -> None:
    """The key has published one at that place, whatever stands there now."""
    written = write_act(desk, incident("1"))
    Path(desk.bundle, written.path, "proof.sha256").unlink()
    assert refusal_code(desk, incident("x")) == "LOG_BEHIND"
    assert set_aside(desk) == []


def test_two_bundles_have_two_memories(desk: Desk, tmp_path: Path) -> None:
    """One key, two logs; one of them inside the other's confuses nobody."""
    other, seal_id = begin(tmp_path, "other"), stand(desk).seal_id
    write_act(desk, incident("1"))
    write_act(other, incident("2"))
    shutil.copytree(log_of(other), Path(desk.bundle, "custody/log", log_of(other).name))
    assert refusal_code(desk, incident("3")) == "SEAL_AMBIGUOUS"
    desk = evolve(desk, expect_seal=seal_id)
    assert [write_act(desk, incident(label)).seq for label in "34"] == [2, 3]


def test_nothing_is_received_twice(desk: Desk) -> None:
    """Neither here nor in a copy that lacks the first receipt; who says that it is lost may go on."""
    release = write_act(desk, release_to(desk))
    other = desk_at(Path(desk.bundle), RECIPIENT)
    backup = copy_of(other)
    receipt = receipt_of(other, release)
    write_act(other, receipt)
    assert refusal_code(other, receipt) == "ALREADY_RECEIVED"
    assert refusal_code(backup, receipt) == "LOG_BEHIND"
    write_act(evolve(backup, moved=True), receipt)


def test_a_receipt_that_was_damaged_is_not_signed_again(desk: Desk) -> None:
    """The key knows that there is one, whatever this copy shows."""
    other, received = hand_over(desk)
    Path(desk.bundle, received.path, "body.json").unlink()
    receipt = Act(type="received", data={"root": stand(desk).root, "result": "pass"}, follows=received.prev)
    assert refusal_code(other, receipt) == "LOG_BEHIND"


def test_a_memory_keeps_what_its_holding_followed(desk: Desk) -> None:
    """Also after further events."""
    other, received = hand_over(desk)
    write_act(other, incident("x"))
    known = read_published(other.memory or "", received.holding)
    assert known is not None
    assert (known.seq, known.follows) == (1, received.prev)
