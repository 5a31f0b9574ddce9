"""What killed writers had signed: finished by themselves, once; what others put in its place harms nobody."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from attrs import evolve

from custody.errors import StorageError
from custody.storage.append import Appender, appending
from custody.storage.memory import read_published
from custody.transfer import leftovers as leftovers_module
from custody.transfer.act import write_act
from custody.transfer.desk import Desk, stand
from custody.transfer.leftovers import finish_leftovers, states_the_same
from custody.transfer.memory import remember, remembering
from custody.transfer.place import Place
from custody.transfer.written import Act, Written, described
from custody.trust.trust import DatedKeySet, Trust
from tests.tools.bundles import seed_signer
from tests.tools.desks import (
    APPROVER,
    HOLDER,
    RECIPIENT,
    STRANGER,
    begin,
    desk_at,
    incident,
    labels_in,
    leave,
    left_beside,
    log_of,
    receipt_of,
    release_to,
    set_aside,
    signed_event,
    trust_in,
    unbroken,
    without_memory,
)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """The holder's desk at a bundle with one event after the seal."""
    desk = begin(tmp_path)
    write_act(desk, incident("first"))
    return desk


def finish(desk: Desk) -> tuple[Written, ...]:
    """Finish what is there, as the next command does first."""
    with appending(desk.bundle) as log:
        return finish_leftovers(desk, log)


def known_seq(desk: Desk) -> int:
    """Return the place that the key remembers last."""
    known = read_published(desk.memory or "", stand(desk).bundle_id)
    assert known is not None
    return known.seq


def next_place(desk: Desk, seq: int = 2) -> Place:
    """Return a place of the first holding after its last event."""
    standing = stand(desk)
    last = standing.last_of(standing.bundle_id)
    assert last is not None
    prev = (last.event_id,)
    return Place(bundle_id=standing.bundle_id, holding=standing.bundle_id, seq=seq, prev=prev)


def left_folder(desk: Desk) -> Path:
    """Return the folder of the only event that was left."""
    (name,) = left_beside(desk)
    return next((Path(desk.bundle).parent / name).iterdir())


# -------------------------------------------------------------------------------------------------- finishing
def test_what_was_left_is_finished_and_remembered(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without reading the log: it follows what this key published last."""
    monkeypatch.setattr(leftovers_module, "stand", None)
    event = leave(desk, incident("left"))
    (written,) = finish(desk)
    assert (written.event_id, written.finished, known_seq(desk)) == (event.event_id, True, 2)
    assert (labels_in(desk.bundle), left_beside(desk), unbroken(desk)) == (["first", "left"], [], True)


def test_a_backup_is_not_continued_after_a_leftover_was_finished(desk: Desk) -> None:
    """The memory knows of it, though its first writer never told it."""
    backup = Path(desk.bundle).parent / "copy/bundle"
    shutil.copytree(desk.bundle, backup)
    leave(desk, incident("left"))
    finish(desk)
    with pytest.raises(Exception, match="older copy"):
        write_act(evolve(desk, bundle=str(backup)), incident("x"))


def test_what_was_remembered_is_finished(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its writer was killed just before the rename."""
    written = described(leave(desk, incident("left")), attestation=False)
    with remembering(desk, written):
        remember(desk, written)
    monkeypatch.setattr(leftovers_module, "stand", None)
    assert [one.event_id for one in finish(desk)] == [written.event_id]
    assert unbroken(desk)


def test_an_opener_that_was_left_is_judged_and_finished(desk: Desk) -> None:
    """Its holding begins with it."""
    release = write_act(desk, release_to(desk))
    other = desk_at(Path(desk.bundle), RECIPIENT)
    event = leave(other, receipt_of(other, release))
    assert [one.event_id for one in finish(other)] == [event.event_id]
    write_act(other, incident("x"))
    assert unbroken(desk)


def test_an_attestation_that_was_left_is_finished(desk: Desk) -> None:
    """Its place is its own id."""
    act = Act(type="examined", data={"result": "x"}, attestation=True, follows=(stand(desk).seal_id,))
    event = leave(desk, act)
    assert [one.path for one in finish(desk)] == [f"custody/attestations/{event.event_id}"]
    assert unbroken(desk)


def test_two_of_one_event_are_one(desk: Desk) -> None:
    """A writer was killed while he finished what another had left."""
    event = leave(desk, incident("left"))
    with appending(desk.bundle) as log:
        log.stage("00000002", event.files)
    assert len(finish(desk)) == 2
    assert (labels_in(desk.bundle), left_beside(desk)) == (["first", "left"], [])


def test_an_attestation_that_stands_already_is_finished(desk: Desk) -> None:
    """Nothing is remembered of it."""
    act = Act(type="examined", data={"result": "x"}, attestation=True, follows=(stand(desk).seal_id,))
    event = leave(desk, act)
    finish(desk)
    with appending(desk.bundle) as log:
        log.stage(event.event_id, event.files)
    assert len(finish(desk)) == 1
    assert left_beside(desk) == []


def test_a_key_finishes_what_its_earlier_set_had_signed(desk: Desk) -> None:
    """One identity, two dated key sets."""
    newer = seed_signer("w-01", hybrid=True)
    leave(desk, incident("left"))
    trust = trust_in()
    sets = (*trust.identities[0].sets, DatedKeySet(key_set=seed_signer("w-01b").identity.key_set))
    assert newer.identity.key_set != HOLDER.identity.key_set
    both = Trust(identities=(evolve(trust.identities[0], sets=sets), *trust.identities[1:]))
    again = evolve(desk, signer=seed_signer("w-01b"), trust=both)
    assert len(finish(again)) == 1


def test_junk_in_its_place_is_moved_aside(desk: Desk) -> None:
    """The event is as good as before."""
    leave(desk, incident("left"))
    (log_of(desk) / "00000002").mkdir()
    (log_of(desk) / "00000002/x").write_bytes(b"")
    assert len(finish(desk)) == 1
    assert (len(set_aside(desk)), labels_in(desk.bundle), unbroken(desk)) == (1, ["first", "left"], True)


def test_a_fault_while_finishing_loses_nothing(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both copies of it are one again afterwards."""
    leave(desk, incident("left"))

    def refuse(*_arguments: object) -> None:
        raise StorageError("no")

    with monkeypatch.context() as patch:
        patch.setattr(Appender, "publish", refuse)
        with pytest.raises(StorageError):
            finish(desk)
    finish(desk)
    assert (labels_in(desk.bundle), left_beside(desk), unbroken(desk)) == (["first", "left"], [], True)


# ------------------------------------------------------------------------------------------ what others plant
@pytest.mark.parametrize("name", ["event.json", "body.json", "note.json", "1.sshsig", "proof.sha256"])
def test_a_changed_leftover_is_kept_aside(desk: Desk, name: str) -> None:
    """It is no signed event any more; nothing was published, so the place is free."""
    leave(desk, incident("left"))
    file = left_folder(desk) / name
    file.chmod(0o600)
    file.write_bytes(b"changed")
    write_act(desk, incident("next"))
    assert (labels_in(desk.bundle), set_aside(desk), unbroken(desk)) == (
        ["first", "next"],
        ["00000002"],
        True,
    )


def test_a_changed_leftover_that_was_remembered_is_not_signed_again(desk: Desk) -> None:
    """Its signature may be in somebody's hands."""
    written = described(leave(desk, incident("left")), attestation=False)
    with remembering(desk, written):
        remember(desk, written)
    (left_folder(desk) / "1.sshsig").unlink()
    with pytest.raises(Exception, match="older copy") as caught:
        write_act(desk, incident("next"))
    assert "custody succeed" in (getattr(caught.value, "hint", None) or "")


def test_strange_files_in_a_leftover_are_not_published(desk: Desk) -> None:
    """What is published is what was examined."""
    leave(desk, incident("left"))
    folder = left_folder(desk)
    (folder / "virus.exe").write_bytes(b"x")
    (folder / "stamps").mkdir()
    (folder.parent / "more").symlink_to("/etc")
    (folder.parent / "more").unlink()
    finish(desk)
    names = {path.name for path in (log_of(desk) / "00000002").iterdir()}
    assert "event.json" in names
    assert names.isdisjoint({"virus.exe", "stamps"})


def test_a_strangers_event_is_left_alone(desk: Desk) -> None:
    """It is well signed, in the holder's place; it gets neither that nor any other."""
    leave(desk_at(Path(desk.bundle), STRANGER), incident("bad"), next_place(desk))
    write_act(desk, incident("good"))
    assert (labels_in(desk.bundle), unbroken(desk)) == (["first", "good"], True)
    assert (len(left_beside(desk)), set_aside(desk)) == (1, [])


def test_another_holders_event_is_left_to_him(desk: Desk) -> None:
    """He finishes it himself; what this writer's trust thinks of him is no matter."""
    release = write_act(desk, release_to(desk))
    other = desk_at(Path(desk.bundle), RECIPIENT)
    leave(other, receipt_of(other, release))
    data = {"result": "x"}
    narrow = evolve(desk, trust=trust_in(HOLDER))
    write_act(narrow, Act(type="examined", data=data, attestation=True, follows=(stand(desk).seal_id,)))
    assert len(left_beside(desk)) == 1
    assert len(finish(other)) == 1


@pytest.mark.parametrize("attestation", [False, True])
def test_an_own_event_of_another_bundle_is_kept_aside(
    desk: Desk, tmp_path: Path, *, attestation: bool
) -> None:
    """Somebody has brought it here."""
    other = begin(tmp_path, "other")
    act = incident("elsewhere")
    if attestation:
        act = Act(type="examined", data={"result": "x"}, attestation=True, follows=(stand(other).seal_id,))
    event = leave(other, act)
    name = event.event_id if attestation else "00000001"
    with appending(desk.bundle) as log:
        log.stage(name, event.files)
    write_act(desk, incident("good"))
    assert (labels_in(desk.bundle), set_aside(desk), left_beside(desk)) == (["first", "good"], [name], [])


def test_an_own_event_whose_place_is_taken_is_kept_aside(desk: Desk) -> None:
    """An old one that somebody kept; the key without memory sees that an event counts there."""
    old = signed_event(desk, incident("old"), next_place(desk))
    write_act(desk, incident("good"))
    with appending(desk.bundle) as log:
        log.stage("00000002", old.files)
    assert finish(without_memory(desk)) == ()
    assert (labels_in(desk.bundle), len(set_aside(desk)), unbroken(desk)) == (["first", "good"], 1, True)


def test_an_own_event_with_a_rival_is_removed(desk: Desk) -> None:
    """It was left beside one copy while another went on: kept, it would be a fork that waits to be shown."""
    copy = Path(desk.bundle).parent / "copy/bundle"
    shutil.copytree(desk.bundle, copy)
    leave(desk, incident("left"))
    write_act(evolve(desk, bundle=str(copy)), incident("published"))
    assert finish(desk) == ()
    assert (labels_in(desk.bundle), set_aside(desk), left_beside(desk)) == (["first"], [], [])


def test_an_own_event_before_what_is_remembered_is_kept_aside(desk: Desk) -> None:
    """It may be the one that was published there: the newest copy tells."""
    copy = Path(desk.bundle).parent / "copy/bundle"
    shutil.copytree(desk.bundle, copy)
    leave(desk, incident("left"))
    newest = evolve(desk, bundle=str(copy))
    write_act(newest, incident("a"))
    write_act(newest, incident("b"))
    assert finish(desk) == ()
    assert (labels_in(desk.bundle), set_aside(desk), left_beside(desk)) == (["first"], ["00000002"], [])


def test_an_event_that_no_longer_fits_is_kept_aside(desk: Desk) -> None:
    """It names another predecessor than the last event is."""
    place = evolve(next_place(desk), prev=("0" * 64,))
    leave(desk, incident("left"), place)
    assert finish(desk) == ()
    assert len(set_aside(desk)) == 1


def test_an_own_event_that_does_not_count_is_not_replaced_by_another(desk: Desk) -> None:
    """Both are signed: neither is moved."""
    bad = signed_event(desk, Act(type="accessed", data={"leaves": [99]}), next_place(desk))
    place = log_of(desk) / "00000002"
    place.mkdir()
    for name, data in bad.files.items():
        (place / name).write_bytes(data)
    leave(desk, incident("left"), next_place(desk))
    assert finish(desk) == ()
    assert place.is_dir()


def test_what_cannot_be_moved_aside_stays(desk: Desk) -> None:
    """Somebody has put a file where it belongs; the writer goes on."""
    Path(f"{desk.bundle}.set-aside").write_bytes(b"")
    (Path(desk.bundle).parent / f".bundle.signed-{'0' * 16}").write_bytes(b"junk")
    write_act(desk, incident("good"))
    assert labels_in(desk.bundle) == ["first", "good"]
    assert len(left_beside(desk)) == 1


# ------------------------------------------------------------------------------------------- stating the same
def test_a_command_that_runs_again_signs_nothing_again(desk: Desk) -> None:
    """It finds what it had signed."""
    event = leave(desk, incident("left"))
    written = write_act(desk, incident("left"))
    assert (written.event_id, written.finished) == (event.event_id, True)
    assert labels_in(desk.bundle) == ["first", "left"]


@pytest.mark.parametrize(
    "act",
    [
        incident("other"),
        incident("left", holding="f" * 32),
        incident("left", follows=("0" * 64,)),
        incident("left", cosigners=(APPROVER.identity,)),
        evolve(incident("left"), data={"kind": "loss"}),
        evolve(incident("left"), type="closed", data={}),
        evolve(incident("left"), attestation=True),
    ],
    ids=["note", "holding", "past", "cosigner", "data", "type", "attestation"],
)
def test_another_statement_is_not_taken_for_it(desk: Desk, act: Act) -> None:
    """Whatever differs."""
    leave(desk, incident("left"))
    (written,) = finish(desk)
    assert states_the_same(written, incident("left", holding=written.holding), desk)
    assert not states_the_same(written, act, desk)
    assert not states_the_same(written, incident("left"), evolve(desk, signer=RECIPIENT))


def test_fields_that_are_none_are_absent(desk: Desk) -> None:
    """Callers may name every field."""
    leave(desk, incident("left"))
    (written,) = finish(desk)
    act = incident("left")
    assert states_the_same(written, evolve(act, fields={**act.fields, "place": None}), desk)
    assert json.loads(written.files["event.json"])["seq"] == 2
