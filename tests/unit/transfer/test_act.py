"""Writing one event: where it goes, what refuses it, and what junk, restored copies and faults do to it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from attrs import evolve

from custody.errors import CustodyError, ExistsError, SignerError, StorageError, UsageError
from custody.model.event import event_id_of
from custody.report.claim import Claim, Outcome
from custody.storage.append import Appender
from custody.storage.memory import Published, read_published, write_published
from custody.transfer import act as act_module
from custody.transfer import memory as memory_module
from custody.transfer.act import commit, write_act
from custody.transfer.desk import Desk, stand
from custody.transfer.place import Place
from custody.transfer.written import Act
from custody.trust.trust import Threshold
from tests.tools.desks import (
    APPROVER,
    HOLDER,
    RECIPIENT,
    STRANGER,
    begin,
    desk_at,
    hand_over,
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
    verified,
    without_memory,
)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """The holder's desk at a bundle just sealed."""
    return begin(tmp_path)


@pytest.fixture
def judged(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Notes each time that a whole log is judged."""
    noted: list[str] = []

    def noting(desk: Desk) -> object:
        noted.append(desk.bundle)
        return stand(desk)

    monkeypatch.setattr(act_module, "stand", noting)
    return noted


def code_of(desk: Desk, act: Act) -> str:
    """Return the code of the refusal of an act."""
    with pytest.raises(CustodyError) as caught:
        write_act(desk, act)
    return caught.value.code


def copy_of(desk: Desk, name: str = "copy") -> Desk:
    """Return the same desk at a copy of the bundle in another folder."""
    target = Path(desk.bundle).parent / name / "bundle"
    shutil.copytree(desk.bundle, target)
    return evolve(desk, bundle=str(target))


# ---------------------------------------------------------------------------------------------- where it goes
def test_events_follow_each_other(desk: Desk) -> None:
    """Each names the one before; all count."""
    first, second = write_act(desk, incident("1")), write_act(desk, incident("2"))
    assert (first.seq, second.seq, second.prev) == (1, 2, (first.event_id,))
    assert unbroken(desk)
    assert left_beside(desk) == []


def test_only_the_first_append_reads_the_log(desk: Desk, judged: list[str]) -> None:
    """Not even that one, after sealing here: the seal is remembered."""
    for label in "123":
        write_act(desk, incident(label))
    assert judged == []
    assert labels_in(desk.bundle) == ["1", "2", "3"]


def test_judging_and_recalling_find_one_place(desk: Desk, judged: list[str]) -> None:
    """A key without memory reads the whole log each time, and writes the same chain."""
    for one in (desk, without_memory(desk)):
        write_act(one, incident("x"))
    assert len(judged) == 1
    assert stand(desk).last_of(stand(desk).bundle_id) is not None
    assert unbroken(desk)


def test_what_names_items_is_judged(desk: Desk, judged: list[str]) -> None:
    """The memory does not know how many there are."""
    assert code_of(desk, Act(type="accessed", data={"leaves": [99]})) == "ITEM_UNKNOWN"
    write_act(desk, Act(type="accessed", data={"leaves": [0]}))
    assert len(judged) == 2
    assert unbroken(desk)


def test_an_attestation_stands_beside_the_log(desk: Desk) -> None:
    """It is remembered nowhere and changes no holding."""
    data = {"root": stand(desk).root, "result": "pass"}
    act = Act(type="fixity-checked", data=data, attestation=True, follows=(stand(desk).seal_id,))
    written = write_act(desk, act)
    assert written.path == f"custody/attestations/{written.event_id}"
    assert (written.holding, unbroken(desk)) == ("", True)


def test_a_stranger_may_attest_and_nothing_else(desk: Desk) -> None:
    """An expert has no holding."""
    other = desk_at(Path(desk.bundle), STRANGER)
    assert code_of(other, incident("x")) == "NOT_THE_HOLDER"
    seal_id = stand(desk).seal_id
    write_act(other, Act(type="examined", data={"result": "x"}, attestation=True, follows=(seal_id,)))
    assert unbroken(desk)


def test_a_bundle_changes_hands(desk: Desk) -> None:
    """While in transit nobody writes; then the recipient does, and no longer the releaser."""
    release = write_act(desk, release_to(desk))
    other = desk_at(Path(desk.bundle), RECIPIENT)
    assert code_of(desk, incident("x")) == "HOLDING_IN_TRANSIT"
    assert code_of(other, incident("x")) == "NOT_THE_HOLDER"
    received = write_act(other, receipt_of(other, release))
    assert (received.seq, received.prev) == (0, (release.event_id,))
    write_act(other, incident("y"))
    assert code_of(desk, incident("x")) == "HOLDING_IN_TRANSIT"
    assert unbroken(desk)


def test_nothing_follows_a_closed_holding(desk: Desk) -> None:
    """Whoever asks."""
    write_act(desk, Act(type="closed"))
    assert code_of(desk, incident("x")) == "HOLDING_CLOSED"
    assert code_of(desk, Act(type="withdrawn", data={"event": "0" * 64})) == "NOT_RELEASED"


def test_a_release_is_withdrawn(desk: Desk) -> None:
    """In the holding that is in transit."""
    release = write_act(desk, release_to(desk))
    write_act(desk, Act(type="withdrawn", data={"event": release.event_id}))
    write_act(desk, incident("x"))
    assert unbroken(desk)


def test_a_holder_of_two_holdings_names_one(desk: Desk) -> None:
    """His own copy comes back to him beside what he kept."""
    copied = write_act(desk, evolve(release_to(desk, HOLDER), type="copied", data={"to": _party()}))
    root = {"root": stand(desk).root, "result": "pass"}
    second = write_act(desk, Act(type="copy-received", data=root, follows=(copied.event_id,)))
    with pytest.raises(UsageError, match="found 2"):
        write_act(desk, incident("x"))
    written = write_act(desk, incident("x", holding=second.holding))
    assert (written.holding, written.seq) == (second.holding, 1)
    assert code_of(desk, incident("x", holding="f" * 32)) == "NOT_THE_HOLDER"


def _party() -> dict[str, object]:
    return {"identity": "w-01", "keys": list(HOLDER.identity.key_set.key_ids)}


# -------------------------------------------------------------------------------------------- what refuses it
def test_cosigners_without_their_keys_want_a_draft(desk: Desk) -> None:
    """Nothing is written without their signatures."""
    with pytest.raises(UsageError):
        write_act(desk, incident("x", cosigners=(APPROVER.identity,)))


def test_too_few_signers_are_refused_before_anything_is_written(desk: Desk) -> None:
    """The trust asks for two; a memory does not hide that."""
    strict = evolve(desk, trust=trust_in(), cosigners=())
    strict = evolve(
        strict, trust=evolve(strict.trust, thresholds=(Threshold(event_type="incident", identities=2),))
    )
    assert code_of(strict, incident("x")) == "EVENT_THRESHOLD"
    assert (labels_in(desk.bundle), left_beside(desk)) == ([], [])
    write_act(evolve(strict, cosigners=(APPROVER,)), incident("x"))
    assert unbroken(strict)


def test_an_unknown_cosigner_is_refused(desk: Desk) -> None:
    """An event with him would count for nothing."""
    assert code_of(evolve(desk, cosigners=(STRANGER,)), incident("x")) == "EVENT_SIGNER_UNKNOWN"
    assert left_beside(desk) == []


def test_a_zip_is_never_written_to(desk: Desk) -> None:
    """In words that say what to do."""
    path = Path(desk.bundle).parent / "b.zip"
    path.write_bytes(b"PK")
    with pytest.raises(StorageError) as caught:
        write_act(evolve(desk, bundle=str(path)), incident("x"))
    assert (caught.value.code, "custody unpack" in (caught.value.hint or "")) == ("NOT_A_FOLDER", True)


def test_a_link_to_a_bundle_is_refused(desk: Desk) -> None:
    """Its lock and leftovers would lie in another folder."""
    link = Path(desk.bundle).parent / "link"
    link.symlink_to(desk.bundle)
    assert code_of(evolve(desk, bundle=str(link)), incident("x")) == "NOT_A_FOLDER"


def test_another_seal_than_the_expected_one_is_refused(desk: Desk, judged: list[str]) -> None:
    """Also where the memory would have spared the reading."""
    assert code_of(evolve(desk, expect_seal="0" * 64), incident("x")) == "SEAL_NOT_EXPECTED"
    judged.clear()
    write_act(evolve(desk, expect_seal=stand(desk).seal_id), incident("x"))
    assert judged == []


def test_an_unsigned_event_is_never_published(desk: Desk) -> None:
    """What a caller brings is looked at once more, also where the log is not read."""
    place = Place(bundle_id=stand(desk).bundle_id, holding=stand(desk).bundle_id, seq=1, prev=("0" * 64,))
    event = signed_event(desk, incident("x"), place)
    broken = evolve(event, files=dict(event.files) | {"1.sshsig": b"x"})
    with pytest.raises(CustodyError) as caught:
        commit(desk, Appender(desk.bundle), None, broken, attestation=False)
    assert caught.value.code == "EVENT_MALFORMED"
    bodiless = {name: event.files[name] for name in ("event.json", "body.json", "proof.sha256")}
    with pytest.raises(CustodyError):
        commit(desk, Appender(desk.bundle), None, evolve(event, files=bodiless), attestation=False)
    assert left_beside(desk) == []


# ----------------------------------------------------------------------------------------------- what is junk
@pytest.mark.parametrize("kind", ["folder", "file", "link", "empty"])
def test_junk_at_the_next_place_is_moved_aside(desk: Desk, kind: str) -> None:
    """Whatever it is; nothing of it is lost, and the report stays as it was."""
    place = log_of(desk) / "00000001"
    if kind in {"folder", "empty"}:
        place.mkdir()
    if kind == "folder":
        (place / "event.json").write_bytes(b"junk")
    if kind == "file":
        place.write_bytes(b"junk")
    if kind == "link":
        place.symlink_to("00000000")
    written = write_act(desk, incident("x"))
    assert [name.partition("/")[0] for name in written.aside] == ["bundle.set-aside"]
    assert set_aside(desk) == [f"{stand(desk).bundle_id}-00000001"]
    assert unbroken(desk)


def test_a_strangers_event_at_the_next_place_is_moved_aside(desk: Desk) -> None:
    """It is well signed, by nobody who matters."""
    standing = stand(desk)
    place = Place(bundle_id=standing.bundle_id, holding=standing.bundle_id, seq=1, prev=(standing.seal_id,))
    event = signed_event(desk_at(Path(desk.bundle), STRANGER), incident("bad"), place)
    _put(log_of(desk) / "00000001", event.files)
    write_act(desk, incident("x"))
    assert (labels_in(desk.bundle), unbroken(desk)) == (["x"], True)


def test_an_own_event_of_another_bundle_is_moved_aside(desk: Desk, tmp_path: Path) -> None:
    """Somebody has copied it here: it blocks nobody."""
    other = begin(tmp_path, "other")
    written = write_act(other, incident("elsewhere"))
    _put(log_of(desk) / "00000001", written.files)
    write_act(desk, incident("x"))
    assert (labels_in(desk.bundle), unbroken(desk)) == (["x"], True)


def test_an_own_event_that_does_not_count_is_not_replaced(desk: Desk) -> None:
    """A second statement at its place would be a fork wherever the first one counts."""
    standing = stand(desk)
    place = Place(bundle_id=standing.bundle_id, holding=standing.bundle_id, seq=1, prev=(standing.seal_id,))
    data = {"leaves": [99]}
    event = signed_event(desk, Act(type="accessed", data=data), place)
    _put(log_of(desk) / "00000001", event.files)
    with pytest.raises(ExistsError) as caught:
        write_act(desk, incident("x"))
    assert (caught.value.code, set_aside(desk)) == ("PLACE_TAKEN", [])


def _put(folder: Path, files: object) -> None:
    folder.mkdir(parents=True)
    assert isinstance(files, dict)
    for name, data in files.items():
        (folder / name).write_bytes(data)


def test_junk_far_ahead_costs_one_reading(desk: Desk, judged: list[str]) -> None:
    """It stays where it is, as long as it is in nobody's way."""
    (log_of(desk) / "00000099").mkdir()
    (log_of(desk) / "00000099/event.json").write_bytes(b"junk")
    for label in "123":
        write_act(desk, incident(label))
    assert len(judged) == 1
    assert (set_aside(desk), unbroken(desk)) == ([], True)


@pytest.mark.parametrize("kind", ["folder", "file", "link", "event"])
def test_junk_holdings_stop_nobody(desk: Desk, judged: list[str], kind: str) -> None:
    """They cost one reading of the log."""
    place = log_of(desk).parent / ("cd" * 16)
    if kind == "file":
        place.write_bytes(b"")
    elif kind == "link":
        place.symlink_to(log_of(desk))
    else:
        (place / "00000000").mkdir(parents=True)
    if kind == "event":
        shutil.copytree(log_of(desk) / "00000000", place / "00000000", dirs_exist_ok=True)
    write_act(desk, incident("1"))
    write_act(desk, incident("2"))
    assert (labels_in(desk.bundle), len(judged)) == (["1", "2"], 1)
    place.unlink() if kind in {"file", "link"} else shutil.rmtree(place)
    assert unbroken(desk)


def test_an_own_event_of_the_future_shows_an_old_copy(desk: Desk) -> None:
    """A receipt was merged whose past is not here; without it the memory would have said so."""
    for label in "123":
        write_act(desk, incident(label))
    kept = log_of(desk) / "00000003"
    shutil.rmtree(log_of(desk) / "00000002")
    assert kept.is_dir()
    moved = evolve(without_memory(desk), moved=True)
    assert code_of(moved, incident("x")) == "LATER_EVENT_EXISTS"


# ------------------------------------------------------------------------------------------- what is restored
def test_a_restored_backup_is_not_continued(desk: Desk) -> None:
    """Not even on the word that the key has moved; the newest copy is."""
    write_act(desk, incident("1"))
    backup = copy_of(desk)
    write_act(desk, incident("2"))
    assert code_of(backup, incident("x")) == "LOG_BEHIND"
    assert code_of(evolve(backup, moved=True), incident("x")) == "LOG_BEHIND"
    assert (labels_in(backup.bundle), left_beside(backup)) == (["1"], [])
    write_act(desk, incident("3"))


def test_a_backup_that_was_brought_up_to_date_goes_on(desk: Desk) -> None:
    """By copying the newer events into it."""
    backup = copy_of(desk)
    written = write_act(desk, incident("1"))
    shutil.copytree(Path(desk.bundle, written.path), Path(backup.bundle, written.path))
    write_act(backup, incident("2"))
    assert code_of(desk, incident("3")) == "LOG_BEHIND"


def test_a_copy_with_another_event_is_not_continued(desk: Desk) -> None:
    """It is forked already; nothing is made worse."""
    fork = copy_of(desk)
    write_act(desk, incident("mine"))
    write_act(without_memory(fork), incident("other"))
    assert code_of(fork, incident("x")) == "LOG_DIFFERS"
    write_act(without_memory(fork), incident("other still"))
    assert code_of(evolve(fork, moved=True), incident("x")) == "LOG_DIFFERS"


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
    assert code_of(desk, incident("3")) == "HOLDING_ELSEWHERE"
    write_act(evolve(desk, moved=True), incident("3"))
    write_act(desk, incident("4"))


def test_a_damaged_memory_stops_the_writer(desk: Desk) -> None:
    """It is never guessed at."""
    Path(desk.memory or "", f"{stand(desk).bundle_id}.json").write_bytes(b"")
    assert code_of(desk, incident("x")) == "FORMAT"


def test_a_last_event_that_was_damaged_is_not_replaced(desk: Desk) -> None:
    """The key has published one at that place, whatever stands there now."""
    written = write_act(desk, incident("1"))
    Path(desk.bundle, written.path, "proof.sha256").unlink()
    assert code_of(desk, incident("x")) == "LOG_BEHIND"
    assert set_aside(desk) == []


def test_two_bundles_have_two_memories(desk: Desk, tmp_path: Path) -> None:
    """One key, two logs; one of them inside the other's confuses nobody."""
    other, seal_id = begin(tmp_path, "other"), stand(desk).seal_id
    write_act(desk, incident("1"))
    write_act(other, incident("2"))
    shutil.copytree(log_of(other), Path(desk.bundle, "custody/log", log_of(other).name))
    assert code_of(desk, incident("3")) == "SEAL_AMBIGUOUS"
    desk = evolve(desk, expect_seal=seal_id)
    assert [write_act(desk, incident(label)).seq for label in "34"] == [2, 3]


def test_nothing_is_received_twice(desk: Desk) -> None:
    """Neither here nor in a copy that lacks the first receipt; who says that it is lost may go on."""
    release = write_act(desk, release_to(desk))
    other = desk_at(Path(desk.bundle), RECIPIENT)
    backup = copy_of(other)
    receipt = receipt_of(other, release)
    write_act(other, receipt)
    assert code_of(other, receipt) == "ALREADY_RECEIVED"
    assert code_of(backup, receipt) == "LOG_BEHIND"
    write_act(evolve(backup, moved=True), receipt)


def test_a_receipt_that_was_damaged_is_not_signed_again(desk: Desk) -> None:
    """The key knows that there is one, whatever this copy shows."""
    other, received = hand_over(desk)
    Path(desk.bundle, received.path, "body.json").unlink()
    receipt = Act(type="received", data={"root": stand(desk).root, "result": "pass"}, follows=received.prev)
    assert code_of(other, receipt) == "LOG_BEHIND"


def test_a_memory_keeps_what_its_holding_followed(desk: Desk) -> None:
    """Also after further events."""
    other, received = hand_over(desk)
    write_act(other, incident("x"))
    known = read_published(other.memory or "", received.holding)
    assert known is not None
    assert (known.seq, known.follows) == (1, received.prev)


# ---------------------------------------------------------------------------------------------- what fails
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
        assert code_of(desk, incident("refused")) == "NO_SPACE"
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
        assert code_of(desk, incident("1")) == "NO_SPACE"
    assert len(left_beside(desk)) == 1
    write_act(desk, incident("2"))
    assert (labels_in(desk.bundle), left_beside(desk), unbroken(desk)) == (["1", "2"], [], True)


def test_an_event_that_could_only_not_be_published_is_finished(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the same command, which signs nothing again."""
    with monkeypatch.context() as patch:
        patch.setattr(Appender, "publish", refuse)
        assert code_of(desk, incident("1")) == "NO_SPACE"
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
        assert code_of(desk, incident("1")) == "EXISTS"
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
