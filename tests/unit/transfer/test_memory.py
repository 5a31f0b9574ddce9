"""What a key remembers against what lies on the disk, rule by rule."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from attrs import evolve

from custody.errors import CustodyError, StorageError
from custody.facade.sealing import seal
from custody.sealing.draft import Draft
from custody.storage.memory import memory_locked, read_all_published, read_published, write_published
from custody.transfer.act import write_act
from custody.transfer.desk import Desk, stand
from custody.transfer.memory import (
    awaited,
    check_memory,
    is_remembered,
    overtaken,
    recall,
    remember,
    remember_seal,
    remembering,
)
from custody.transfer.place import Place, place_taken_by
from custody.transfer.written import Act, Written, described
from tests.tools.bundles import seed_signer
from tests.tools.desks import (
    APPROVER,
    hand_over,
    incident,
    log_of,
    release_to,
    signed_event,
    without_memory,
)


def signed(desk: Desk) -> Written:
    """Return a signed event for the next place, written nowhere."""
    return described(signed_event(desk, incident("x")), attestation=False)


def test_what_is_recalled_is_what_judging_finds(desk: Desk) -> None:
    """After the seal, and after an event."""
    for seq in (1, 2):
        place = recall(desk, incident("x"))
        assert place is not None
        last = stand(desk).last_of(stand(desk).bundle_id)
        assert last is not None
        assert (place.seq, place.prev, place.opens) == (seq, (last.event_id,), False)
        write_act(desk, incident("x"))


@pytest.mark.parametrize(
    "act",
    [
        Act(type="received", data={}, follows=("0" * 64,)),
        Act(type="erased", data={"leaves": [0]}),
        Act(type="withdrawn", data={"event": "0" * 64}),
        Act(type="reconciled"),
        Act(type="accessed", data={"leaves": [0]}),
        incident("x", holding="f" * 32),
        evolve(incident("x"), attestation=True),
    ],
    ids=["opener", "erased", "withdrawn", "reconciled", "items", "another holding", "attestation"],
)
def test_what_needs_more_of_the_log_is_not_recalled(desk: Desk, act: Act) -> None:
    """The whole log is read for it."""
    assert recall(desk, act) is None


def test_nothing_is_recalled_where_more_than_the_key_decides(desk: Desk) -> None:
    """Cosigners, another seal, and keys that remember nothing."""
    assert recall(evolve(desk, cosigners=(APPROVER,)), incident("x")) is None
    assert recall(evolve(desk, expect_seal="0" * 64), incident("x")) is None
    assert recall(evolve(desk, expect_seal=stand(desk).seal_id), incident("x")) is not None
    assert recall(without_memory(desk), incident("x")) is None


def test_nothing_is_recalled_while_in_transit(desk: Desk) -> None:
    """The log says what happened then."""
    write_act(desk, release_to(desk))
    assert recall(desk, incident("x")) is None


@pytest.mark.parametrize(
    "change",
    ["taken", "gap", "elsewhere", "another id", "no id", "seal gone"],
)
def test_nothing_is_recalled_from_a_log_that_others_have_changed(desk: Desk, change: str) -> None:
    """Whatever they did to it."""
    write_act(desk, incident("1"))
    write_act(desk, incident("2"))
    log = log_of(desk)
    if change == "taken":
        (log / "00000003").mkdir()
    elif change == "gap":
        shutil.rmtree(log / "00000001")
    elif change == "elsewhere":
        (log.parent / ("cd" * 16)).mkdir()
    elif change == "seal gone":
        log.rename(log.parent / ("cd" * 16))
    else:
        proof = log / "00000002/proof.sha256"
        proof.unlink()
        if change == "another id":
            shutil.copy(log / "00000001/proof.sha256", proof)
    assert recall(desk, incident("x")) is None


def test_a_recipient_is_recalled_too(desk: Desk) -> None:
    """In the holding that he opened."""
    other, received = hand_over(desk)
    place = recall(other, incident("x"))
    assert place is not None
    assert (place.holding, place.bundle_id) == (received.holding, received.bundle_id)


def test_what_is_signed_is_awaited_after_the_last_event(desk: Desk) -> None:
    """And not once its place is taken, or before its key knows anything."""
    written = signed(desk)
    assert awaited(desk, written)
    assert not awaited(without_memory(desk), written)
    assert not awaited(desk, evolve(written, prev=("0" * 64,)))
    assert not awaited(desk, evolve(written, seq=0))
    (log_of(desk) / "00000001").mkdir()
    assert not awaited(desk, written)


def test_what_is_remembered_is_awaited(desk: Desk) -> None:
    """Until it stands, whatever it does to the holding."""
    written = described(signed_event(desk, release_to(desk)), attestation=False)
    with remembering(desk, written):
        remember(desk, written)
    assert awaited(desk, written)
    assert is_remembered(desk, written)
    assert not is_remembered(without_memory(desk), written)
    assert not awaited(desk, evolve(written, prev=("0" * 64,)))


def test_a_later_or_another_event_overtakes(desk: Desk) -> None:
    """An earlier one, and itself, do not."""
    written = signed(desk)
    assert overtaken(desk, written) is None
    assert overtaken(without_memory(desk), written) is None
    other = write_act(desk, incident("other"))
    known = overtaken(desk, written)
    assert known is not None
    assert (known.seq, overtaken(desk, other)) == (1, None)


def test_without_memory_nothing_is_checked_or_kept(desk: Desk) -> None:
    """A token has no place for one."""
    bare = without_memory(desk)
    written = signed(bare)
    check_memory(bare, place_taken_by(written))
    with remembering(bare, written):
        remember(bare, written)
    known = read_published(desk.memory or "", written.holding)
    assert known is not None
    assert known.seq == 0


def test_an_attestation_is_never_checked(desk: Desk) -> None:
    """It stands beside the log."""
    place = Place(bundle_id="0" * 32, holding="", seq=0, prev=("0" * 64,))
    before = read_all_published(desk.memory or "")
    check_memory(desk, place)
    assert read_all_published(desk.memory or "") == before


def test_two_copies_share_the_lock_of_the_memory(desk: Desk) -> None:
    """What one of them is about to publish, the other one waits for."""
    written = signed(desk)
    with remembering(desk, written):
        lock = Path(desk.memory or "", f".{written.holding}.json.lock")
        assert lock.is_file()
    opener = evolve(written, seq=0, holding="f" * 32)
    with remembering(desk, opener):
        pass
    assert not Path(desk.memory or "", f".{'f' * 32}.json.lock").exists()


def test_a_seal_is_remembered_once(desk: Desk) -> None:
    """Sealing the same things again finds the seal, and forgets nothing that came after it."""
    written = write_act(desk, incident("x"))
    remember_seal(desk.memory or "", written.bundle_id, "0" * 64)
    known = read_published(desk.memory or "", written.bundle_id)
    assert known is not None
    assert known.event_id == written.event_id


def test_sealing_remembers_and_does_not_depend_on_it(tmp_path: Path) -> None:
    """A key whose folder cannot be written seals; the first event afterwards asks for a word."""
    (tmp_path / "a.txt").write_bytes(b"x")
    (tmp_path / "out").mkdir()
    signer = seed_signer("w-01")
    signer.memory = str(tmp_path / "key.published")
    sealed = seal(Draft(case="c").add(tmp_path / "a.txt"), to=tmp_path / "out", signer=signer)
    known = read_published(signer.memory, sealed.bundle_id)
    assert known is not None
    assert (known.seq, known.event_id) == (0, sealed.seal_id)
    (tmp_path / "file").write_bytes(b"")
    signer.memory = str(tmp_path / "file/key.published")
    again = seal(Draft(case="c").add(tmp_path / "a.txt"), to=tmp_path / "out", signer=signer)
    assert again.seal_id != sealed.seal_id


def test_a_memory_that_fails_while_it_is_asked_counts_as_knowing(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Then nothing is thrown away."""

    def refuse(*_arguments: object) -> None:
        raise StorageError("no")

    monkeypatch.setattr("custody.transfer.memory.read_published", refuse)
    written = described(signed_event(desk, incident("x"), _place(desk)), attestation=False)
    assert is_remembered(desk, written)


def _place(desk: Desk) -> Place:
    standing = stand(desk)
    return Place(bundle_id=standing.bundle_id, holding=standing.bundle_id, seq=1, prev=(standing.seal_id,))


def test_a_memory_of_another_place_is_compared_with_the_disk(desk: Desk) -> None:
    """The key remembers less than stands here: what it does remember must stand here too."""
    first = write_act(desk, incident("1"))
    write_act(without_memory(desk), incident("2"))
    moved = evolve(desk, moved=True)
    check_memory(moved, evolve(_place(desk), seq=3, prev=("0" * 64,)))
    known = read_published(desk.memory or "", first.holding)
    assert known is not None
    with memory_locked(desk.memory or "", first.holding):
        write_published(desk.memory or "", evolve(known, event_id="f" * 64))
    with pytest.raises(CustodyError) as caught:
        check_memory(moved, evolve(_place(desk), seq=3, prev=("0" * 64,)))
    assert caught.value.code == "LOG_DIFFERS"
