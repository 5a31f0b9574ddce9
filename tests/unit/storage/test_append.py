"""Staging, publishing and moving aside: what stands beside a bundle, and what gets into it."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from custody.errors import ExistsError, StorageError
from custody.storage import publishing
from custody.storage.append import Appender, appending, log_places
from custody.storage.commit import remove_stale

HOLDING = "ab" * 16
LOG = f"custody/log/{HOLDING}"
FILES = {"event.json": b"{}", "proof.sha256": b"x"}


@pytest.fixture(params=["renameat2", "no renameat2", "paths"])
def bundle(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    hide_descriptors: Callable[[], None],
) -> Path:
    """A bundle with one event, on systems with and without the calls of POSIX."""
    if request.param != "renameat2":
        monkeypatch.setattr(publishing, "system_call", lambda _name: None)
    if request.param == "paths":
        hide_descriptors()
    (tmp_path / "b" / LOG / "00000000").mkdir(parents=True)
    (tmp_path / "b" / LOG / "00000000/event.json").write_bytes(b"{}")
    return tmp_path / "b"


def beside(bundle: Path) -> list[str]:
    """What stands beside the bundle, without locks."""
    return sorted(path.name for path in bundle.parent.iterdir() if not path.name.endswith(".lock"))


def test_a_staged_event_is_no_part_of_the_bundle(bundle: Path) -> None:
    """It waits beside it, whole, under a name that is left out of listings."""
    with appending(str(bundle)) as log:
        signed = log.stage("00000001", FILES | {"anchors/" + "a" * 64 + ".tst": b"y"})
        assert [one.files for one in log.leftovers()] == [signed.files]
    assert log_places(str(bundle)) == {HOLDING: (0,)}
    assert beside(bundle) == [Path(signed.path).name, "b"]


def test_an_event_is_published_by_one_rename(bundle: Path) -> None:
    """Nothing is left beside the bundle then."""
    with appending(str(bundle)) as log:
        log.publish(log.stage("00000001", FILES), LOG)
    assert {path.name: path.read_bytes() for path in (bundle / LOG / "00000001").iterdir()} == FILES
    assert beside(bundle) == ["b"]


def test_a_new_holding_is_published_with_its_first_event(bundle: Path) -> None:
    """The folder of a holding never stands empty."""
    with appending(str(bundle)) as log:
        log.publish(log.stage("00000000", FILES), f"custody/log/{'cd' * 16}")
    assert log_places(str(bundle)) == {HOLDING: (0,), "cd" * 16: (0,)}
    assert beside(bundle) == ["b"]


def test_a_taken_place_is_left_as_it_is(bundle: Path) -> None:
    """The signed event stays where it was."""
    with appending(str(bundle)) as log:
        signed = log.stage("00000000", FILES)
        with pytest.raises(ExistsError):
            log.publish(signed, LOG)
        assert len(log.leftovers()) == 1
    assert [path.name for path in (bundle / LOG / "00000000").iterdir()] == ["event.json"]


@pytest.mark.parametrize("link", [LOG, "custody/log", "custody"])
def test_nothing_is_published_through_a_link(bundle: Path, link: str) -> None:
    """Somebody has put a link in the place of a folder on the way."""
    elsewhere = bundle.parent / "elsewhere"
    (bundle / link).rename(elsewhere)
    (bundle / link).symlink_to(elsewhere)
    before = sorted(elsewhere.rglob("*"))
    with appending(str(bundle)) as log, pytest.raises(StorageError) as caught:
        log.publish(log.stage("00000001", FILES), LOG)
    assert caught.value.code in {"NOT_A_FOLDER", "MISSING", "NOT_A_FILE"}
    assert sorted(elsewhere.rglob("*")) == before


def test_a_file_in_the_place_of_the_log_is_named(bundle: Path) -> None:
    """By its path in the bundle."""
    (bundle / "custody/log").rename(bundle.parent / "log")
    (bundle / "custody/log").write_bytes(b"")
    with appending(str(bundle)) as log, pytest.raises(StorageError, match=r"custody/log: .* found a file"):
        log.publish(log.stage("00000001", FILES), LOG)


def test_an_unsigned_leftover_is_removed_and_a_signed_one_is_not(bundle: Path) -> None:
    """The names of the two can never be taken for each other."""
    with appending(str(bundle)) as log:
        log.stage("00000001", FILES)
    (bundle.parent / f".b.tmp-{'0' * 16}").mkdir()
    remove_stale(str(bundle))
    with appending(str(bundle)) as log:
        assert len(log.leftovers()) == 1
    assert len(beside(bundle)) == 2


def test_an_empty_leftover_is_removed(bundle: Path) -> None:
    """Its event was published, and its writer killed before he removed the folder around it."""
    (bundle.parent / f".b.signed-{'0' * 16}").mkdir()
    with appending(str(bundle)) as log:
        assert log.leftovers() == ()
    assert beside(bundle) == ["b"]


def plant(bundle: Path, kind: str) -> None:
    """Put something under the name of a signed event."""
    place = bundle.parent / f".b.signed-{'0' * 16}"
    if kind == "file":
        place.write_bytes(b"x")
    elif kind == "link":
        place.symlink_to(bundle)
    else:
        place.mkdir()
        inside = place / ("strange" if kind == "name" else "00000001")
        if kind == "file inside":
            inside.write_bytes(b"x")
            return
        inside.mkdir()
        if kind == "two":
            (place / "00000002").mkdir()
        if kind == "long":
            with (inside / "event.json").open("wb") as file:
                file.truncate(2**20 + 1)
        if kind == "link to file":
            (inside / "event.json").symlink_to("/etc/hostname")
        if kind == "pipe":
            os.mkfifo(inside / "event.json")


@pytest.mark.parametrize(
    "kind", ["file", "link", "name", "file inside", "two", "long", "link to file", "pipe"]
)
def test_what_nobody_signed_is_told_from_an_event_and_kept_aside(bundle: Path, kind: str) -> None:
    """Whatever somebody puts under the name of a signed event stops nobody."""
    plant(bundle, kind)
    with appending(str(bundle)) as log:
        (found,) = log.leftovers()
        assert (found.name, dict(found.files)) == ("", {})
        log.keep_aside(found)
        assert log.leftovers() == ()
    assert beside(bundle) == ["b", "b.set-aside"]
    assert len(list((bundle.parent / "b.set-aside").iterdir())) == 1


def test_files_that_no_event_has_are_left_out_of_a_leftover(bundle: Path) -> None:
    """They were put there afterwards."""
    with appending(str(bundle)) as log:
        signed = log.stage("00000001", FILES)
        (Path(signed.path) / "00000001/virus.exe").write_bytes(b"x")
        (Path(signed.path) / "00000001/anchors").write_bytes(b"x")
        assert [dict(one.files) for one in log.leftovers()] == [FILES]


def fail(call: str, error: int, monkeypatch: pytest.MonkeyPatch, suffix: str) -> None:
    """Let a call fail for paths that end so."""
    usual: Callable[..., object] = getattr(os, call)

    def failing(path: object, *arguments: object, **named: object) -> object:
        if isinstance(path, str) and path.endswith(suffix):
            raise OSError(error, os.strerror(error))
        return usual(path, *arguments, **named)

    monkeypatch.setattr(os, call, failing)


@pytest.mark.parametrize(("user", "found"), [(1, []), (0, ["PERMISSION"])])
def test_an_unreadable_leftover_stops_its_owner_alone(
    bundle: Path, monkeypatch: pytest.MonkeyPatch, user: int, found: list[str]
) -> None:
    """What we cannot read of our own may be signed; what another user keeps to himself is none of ours."""
    with appending(str(bundle)) as log:
        log.stage("00000001", FILES)
        fail("open", errno.EACCES, monkeypatch, "event.json")
        monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + user)
        codes = []
        try:
            assert log.leftovers() == ()
        except StorageError as error:
            codes.append(error.code)
    assert codes == found


def test_a_leftover_that_vanishes_is_passed_over(bundle: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody removed it between two looks."""
    with appending(str(bundle)) as log:
        log.stage("00000001", FILES)
        fail("open", errno.ENOENT, monkeypatch, "event.json")
        assert log.leftovers() == ()


def test_a_fault_of_the_disk_is_no_junk(bundle: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The event may be signed: nothing is signed in its place."""
    with appending(str(bundle)) as log:
        log.stage("00000001", FILES)
        fail("open", errno.EIO, monkeypatch, "event.json")
        with pytest.raises(StorageError) as caught:
            log.leftovers()
    assert caught.value.code == "INPUT_OUTPUT"


def test_a_folder_that_cannot_be_listed_is_an_error(bundle: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """There may be signed events in it."""
    with appending(str(bundle)) as log:
        fail("scandir", errno.EACCES, monkeypatch, str(bundle.parent))
        with pytest.raises(StorageError):
            log.leftovers()


@pytest.mark.parametrize("kind", ["folder", "file", "link", "dangling", "empty"])
def test_junk_is_moved_aside_whatever_it_is(bundle: Path, kind: str) -> None:
    """Nothing of it is lost, and the holding stays."""
    place = bundle / LOG / "00000001"
    if kind in {"folder", "empty"}:
        place.mkdir()
    if kind == "folder":
        (place / "x").write_bytes(b"junk")
    if kind == "file":
        place.write_bytes(b"junk")
    if kind in {"link", "dangling"}:
        place.symlink_to("00000000" if kind == "link" else "nowhere")
    log = Appender(str(bundle))
    assert log.stands(f"{LOG}/00000001")
    kept = log.move_aside(f"{LOG}/00000001")
    assert not log.stands(f"{LOG}/00000001")
    assert os.path.lexists(bundle.parent / kept)
    assert kept.startswith(f"b.set-aside/{HOLDING}-00000001-")


def test_a_holding_of_junk_alone_leaves_no_empty_folder(bundle: Path) -> None:
    """A reader would notice one."""
    Appender(str(bundle)).move_aside(f"{LOG}/00000000")
    assert log_places(str(bundle)) == {}


@pytest.mark.parametrize("kind", ["file", "link"])
def test_nothing_is_moved_into_what_is_no_folder(bundle: Path, kind: str) -> None:
    """A link would lead the holder's files elsewhere."""
    aside = bundle.parent / "b.set-aside"
    if kind == "file":
        aside.write_bytes(b"")
    else:
        (bundle.parent / "elsewhere").mkdir()
        aside.symlink_to("elsewhere")
    with pytest.raises(StorageError) as caught:
        Appender(str(bundle)).move_aside(f"{LOG}/00000000")
    assert caught.value.code == "NOT_A_FOLDER"
    assert (bundle / LOG / "00000000").is_dir()


def test_a_folder_that_cannot_be_made_is_named(bundle: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The machine refused; nothing was moved."""
    fail("mkdir", errno.ENOSPC, monkeypatch, ".set-aside")
    with pytest.raises(StorageError) as caught:
        Appender(str(bundle)).move_aside(f"{LOG}/00000000")
    assert caught.value.code == "NO_SPACE"
    assert (bundle / LOG / "00000000").is_dir()


def test_a_discarded_event_is_gone_even_if_it_keeps_its_name(
    bundle: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It loses its name first, where the machine lets it."""
    log = Appender(str(bundle))
    log.discard(log.stage("00000001", FILES))
    signed = log.stage("00000001", FILES)
    usual = os.rename

    def rename(old: str, new: str) -> None:
        if ".signed-" in old:
            raise OSError(errno.EACCES, "no")
        usual(old, new)

    monkeypatch.setattr(os, "rename", rename)
    log.discard(signed)
    assert beside(bundle) == ["b"]


def test_a_lock_that_is_a_link_is_refused(bundle: Path) -> None:
    """Somebody else put it there."""
    (bundle.parent / ".b.lock").symlink_to("target")
    with pytest.raises(StorageError) as caught, appending(str(bundle)):
        pass
    assert caught.value.code == "NOT_A_FILE"
    assert not (bundle.parent / "target").exists()


def test_places_are_listed_whatever_others_add_to_a_log(bundle: Path) -> None:
    """Files, links and folders under names of holdings and events; other names are left out."""
    log = bundle / "custody/log"
    (log / ("cd" * 16)).write_bytes(b"")
    (log / ("ef" * 16)).symlink_to(log / HOLDING)
    (log / "strange").mkdir()
    (log / HOLDING / "00000099").write_bytes(b"")
    (log / HOLDING / "99").mkdir()
    (log / HOLDING / "٠٠٠٠٠٠٠١").mkdir()
    assert log_places(str(bundle)) == {HOLDING: (0, 99), "cd" * 16: (), "ef" * 16: ()}


def test_a_bundle_without_a_log_has_no_places(tmp_path: Path) -> None:
    """Whatever stands in its place."""
    assert log_places(str(tmp_path)) == {}
    (tmp_path / "custody").mkdir()
    (tmp_path / "custody/log").write_bytes(b"")
    assert log_places(str(tmp_path)) == {}


@pytest.mark.parametrize(
    ("error", "expected"),
    [(errno.EACCES, {HOLDING: ()}), (errno.EIO, "INPUT_OUTPUT")],
    ids=["closed", "disk"],
)
def test_a_holding_that_cannot_be_looked_into_counts_as_empty(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: int, expected: object
) -> None:
    """A fault of the disk is an error."""
    (tmp_path / LOG / "00000000").mkdir(parents=True)
    fail("open", error, monkeypatch, HOLDING)
    fail("scandir", error, monkeypatch, HOLDING)
    try:
        found: object = log_places(str(tmp_path))
    except StorageError as caught:
        found = caught.code
    assert found == expected
