"""Writing one event where others have put junk: it is moved out of the way, and stops nobody."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from attrs import evolve

from custody.errors import ExistsError
from custody.transfer.act import write_act
from custody.transfer.desk import Desk, stand
from custody.transfer.place import Place
from custody.transfer.written import Act
from tests.tools.desks import (
    STRANGER,
    begin,
    desk_at,
    incident,
    labels_in,
    log_of,
    refusal_code,
    set_aside,
    signed_event,
    unbroken,
    without_memory,
)


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
    assert refusal_code(moved, incident("x")) == "LATER_EVENT_EXISTS"
