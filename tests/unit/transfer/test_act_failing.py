"""Writing one event on a machine that fails: nothing is lost, doubled or forked."""

from __future__ import annotations

from pathlib import Path

import pytest
from attrs import evolve

from custody.errors import CustodyError, StorageError
from custody.model.event import event_id_of
from custody.report.claim import Claim, Outcome
from custody.storage.append import Appender
from custody.storage.memory import Published, read_published, write_published
from custody.transfer import memory as memory_module
from custody.transfer.act import write_act
from custody.transfer.desk import Desk, stand
from custody.transfer.written import Act
from tests.tools.desks import (
    APPROVER,
    incident,
    labels_in,
    leave,
    left_beside,
    log_of,
    refusal_code,
    unbroken,
    verified,
    without_memory,
)


def test_a_memory_that_cannot_be_written_stops_the_event(desk: Desk) -> None:
    """Before anything is published; nothing of it turns up when something else is written."""
    memory = Path(desk.memory or "")
    memory.rename(memory.with_suffix(".kept"))
    memory.write_bytes(b"")
    with pytest.raises(CustodyError):
        write_act(desk, incident("refused"))
    assert (labels_in(desk.bundle), left_beside(desk)) == ([], [])
    memory.unlink()
    memory.with_suffix(".kept").rename(memory)
    write_act(desk, incident("x"))
    assert labels_in(desk.bundle) == ["x"]


def refuse(*_arguments: object) -> None:
    """Fail as a full disk does."""
    raise StorageError("full", code="NO_SPACE")


def test_an_event_that_could_not_be_remembered_is_gone(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The disk of the key is full."""
    with monkeypatch.context() as patch:
        patch.setattr(memory_module, "write_published", refuse)
        assert refusal_code(desk, incident("refused")) == "NO_SPACE"
    assert left_beside(desk) == []
    write_act(desk, incident("x"))
    assert labels_in(desk.bundle) == ["x"]


@pytest.mark.parametrize("readable", [True, False])
def test_an_event_that_may_be_remembered_is_kept_and_finished(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, *, readable: bool
) -> None:
    """The memory failed after it was written."""
    usual = write_published

    def write(folder: str, published: Published) -> None:
        usual(folder, published)
        if not readable:
            patch.setattr(memory_module, "read_published", refuse)
        refuse()

    with monkeypatch.context() as patch:
        patch.setattr(memory_module, "write_published", write)
        assert refusal_code(desk, incident("1")) == "NO_SPACE"
    assert len(left_beside(desk)) == 1
    write_act(desk, incident("2"))
    assert (labels_in(desk.bundle), left_beside(desk), unbroken(desk)) == (["1", "2"], [], True)


def test_an_event_that_could_only_not_be_published_is_finished(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the same command, which signs nothing again."""
    with monkeypatch.context() as patch:
        patch.setattr(Appender, "publish", refuse)
        assert refusal_code(desk, incident("1")) == "NO_SPACE"
    known = read_published(desk.memory or "", stand(desk).bundle_id)
    written = write_act(desk, incident("1"))
    assert known is not None
    assert (written.finished, written.event_id) == (True, known.event_id)
    proof = Path(desk.bundle, written.path, "proof.sha256").read_bytes()
    assert event_id_of(proof) == known.event_id


def test_a_place_that_is_taken_at_the_last_moment_forks_nothing(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody without the lock was quicker; the signed event finds its place the next time."""
    usual = Appender.publish

    def publish(log: Appender, signed: object, parent: str) -> None:
        (log_of(desk) / "00000001").mkdir()
        usual(log, signed, parent)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(Appender, "publish", publish)
        assert refusal_code(desk, incident("1")) == "EXISTS"
    write_act(desk, incident("2"))
    assert (labels_in(desk.bundle), unbroken(desk)) == (["1", "2"], True)


def test_a_key_that_remembers_nothing_still_forks_nothing(desk: Desk) -> None:
    """What was left is finished by what stands in the log."""
    bare = without_memory(desk)
    leave(bare, incident("1"))
    write_act(bare, incident("2"))
    assert (labels_in(desk.bundle), unbroken(desk)) == (["1", "2"], True)


def test_a_successor_goes_on(desk: Desk) -> None:
    """The holder opens a holding of his own on a second machine; the old one may not be meant any more."""
    act = Act(type="succeeded", follows=(stand(desk).seal_id,))
    written = write_act(evolve(desk, memory=None, cosigners=(APPROVER,)), act)
    assert written.seq == 0
    assert verified(desk).outcome(Claim.INTACT) is Outcome.PROVEN
