"""New folders and files: whole or not at all, never over something else, nothing left behind."""

from __future__ import annotations

import errno
import os
import shutil
import signal
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from custody.errors import ExistsError, LimitError, StorageError, UsageError
from custody.storage import commit, durability, publishing
from custody.storage.atomic_file import PRIVATE_MODE, new_file, replace_file, write_new_file
from custody.storage.commit import check_free_space, staged_folder
from custody.storage.durability import (
    can_sync_everything,
    optional_module,
    sync_everything,
    sync_file,
    sync_folder,
)
from custody.storage.publishing import publish_file, publish_folder
from custody.storage.writer import FileWriter

Refuse = Callable[..., None]


def refusing(number: int) -> Refuse:
    """A system call that fails."""

    def refuse(*_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number))

    return refuse


def without(name: str) -> Callable[[str], object]:
    """The C library without one of its functions."""
    real = durability.system_call
    return lambda asked: None if asked == name else real(asked)


@pytest.fixture(params=["renameat2", "no renameat2", "paths"])
def system(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, hide_descriptors: Callable[[], None]
) -> str:
    """A system that renames without replacing, one that cannot, one without any POSIX call."""
    if request.param != "renameat2":
        monkeypatch.setattr(publishing, "system_call", without("renameat2"))
    if request.param == "paths":
        hide_descriptors()
    return str(request.param)


def write_small(final: Path, *, files: int = 0) -> None:
    """Stage and publish a small folder."""
    with staged_folder(str(final), expected_files=files) as staged:
        staged.create_folder("data")
        staged.create_folder("custody/log/x")
        staged.create_folder("custody/log")
        staged.write("data/000001", b"abc")
        with staged.create("custody/items", 0o640) as writer:
            writer.write(b"1")
            writer.write(memoryview(b"2"))
        staged.publish()


def names(folder: Path) -> list[str]:
    """What a folder holds."""
    return sorted(entry.name for entry in folder.iterdir())


@pytest.mark.usefixtures("system")
@pytest.mark.parametrize("files", [0, 1000], ids=["sync each", "sync once"])
def test_a_published_folder_is_whole(tmp_path: Path, files: int) -> None:
    """Content, modes, no temporary folder; only the lock stays."""
    write_small(tmp_path / "b", files=files)
    assert names(tmp_path) == [".b.lock", "b"]
    assert (tmp_path / "b/data/000001").read_bytes() == b"abc"
    assert (tmp_path / "b/custody/items").read_bytes() == b"12"
    assert stat.S_IMODE((tmp_path / "b/data/000001").stat().st_mode) == 0o444
    assert (tmp_path / "b/custody/log/x").is_dir()
    assert names(tmp_path / "b") == ["custody", "data"]


def test_the_folder_is_private_until_it_is_published(tmp_path: Path) -> None:
    """Afterwards it has the mode that the user's folders get."""
    (tmp_path / "usual").mkdir()
    with staged_folder(str(tmp_path / "b")) as staged:
        assert stat.S_IMODE(Path(staged.path).stat().st_mode) == 0o700
        staged.publish()
    assert (tmp_path / "b").stat().st_mode == (tmp_path / "usual").stat().st_mode


@pytest.mark.usefixtures("system")
@pytest.mark.parametrize("error", [KeyboardInterrupt, StorageError, None])
def test_what_is_given_up_leaves_nothing(tmp_path: Path, error: type[BaseException] | None) -> None:
    """Interrupted, failed, or simply not published."""

    def give_up() -> None:
        with staged_folder(str(tmp_path / "b")) as staged:
            staged.create_folder("data")
            staged.write("data/x", b"abc")
            if error is not None:
                raise error("")

    if error is None:
        give_up()
    else:
        with pytest.raises(error):
            give_up()
    assert names(tmp_path) == [".b.lock"]


@pytest.mark.usefixtures("system")
@pytest.mark.parametrize("kind", ["empty folder", "file", "dangling link"])
def test_a_taken_name_is_refused_at_once(tmp_path: Path, kind: str) -> None:
    """Whatever stands there; it stays as it is."""
    put(tmp_path / "b", kind)
    with pytest.raises(ExistsError), staged_folder(str(tmp_path / "b")):
        pass
    assert names(tmp_path) == [".b.lock", "b"]


def put(path: Path, kind: str) -> None:
    """Put something in the way."""
    if kind == "empty folder":
        path.mkdir()
    elif kind == "file":
        path.write_bytes(b"x")
    else:
        path.symlink_to("nowhere")


@pytest.mark.usefixtures("system")
@pytest.mark.parametrize("kind", ["empty folder", "file", "dangling link"])
def test_a_name_taken_meanwhile_is_not_replaced(tmp_path: Path, kind: str) -> None:
    """A rename alone would replace an empty folder silently."""

    def publish_late() -> None:
        with staged_folder(str(tmp_path / "b")) as staged:
            put(tmp_path / "b", kind)
            staged.publish()

    with pytest.raises(ExistsError):
        publish_late()
    put(tmp_path / "same", kind)
    assert (tmp_path / "b").lstat().st_mode == (tmp_path / "same").lstat().st_mode
    (tmp_path / "same").rmdir() if kind == "empty folder" else (tmp_path / "same").unlink()
    assert names(tmp_path) == [".b.lock", "b"]


def test_stale_temporaries_are_removed(tmp_path: Path) -> None:
    """Folders and files of killed writers of this name; nothing else, and no target of a link."""
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept/x").touch()
    stale = tmp_path / f".b.tmp-{'0' * 16}"
    (stale / "data").mkdir(parents=True)
    (stale / "data/x").touch(mode=0o444)
    (tmp_path / f".b.tmp-{'1' * 16}").touch()
    (tmp_path / f".b.tmp-{'2' * 16}").symlink_to(tmp_path / "kept")
    (tmp_path / ".b.tmp-notes").touch()
    (tmp_path / f".c.tmp-{'0' * 16}").touch()
    write_small(tmp_path / "b")
    assert names(tmp_path) == [".b.lock", ".b.tmp-notes", f".c.tmp-{'0' * 16}", "b", "kept"]
    assert names(tmp_path / "kept") == ["x"]


def test_a_read_only_file_is_removed_at_the_second_try(tmp_path: Path) -> None:
    """Windows wants it writable first; what still fails, or was no removal, is left."""
    path = tmp_path / "x"
    path.touch(mode=0o444)
    commit._allow_and_retry(os.lstat, str(path), None)
    assert path.exists()
    commit._allow_and_retry(os.unlink, str(path), None)
    assert not path.exists()
    commit._allow_and_retry(os.unlink, str(path), None)
    commit.remove_tree(str(path))


def test_removal_with_newer_pythons(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """From 3.12 on the callback has another name."""
    calls: list[dict[str, object]] = []
    monkeypatch.setattr(commit, "sys", SimpleNamespace(version_info=(3, 12)))
    monkeypatch.setattr(shutil, "rmtree", lambda _, **named: calls.append(named))
    commit.remove_tree(str(tmp_path))
    assert [*calls[0]] == ["onexc"]


def test_temporary_and_lock_lie_beside_the_bundle(tmp_path: Path) -> None:
    """An event is published into its bundle, which never holds anything else meanwhile."""
    write_small(tmp_path / "b")
    with staged_folder(str(tmp_path / "b/custody/log/e"), beside=str(tmp_path / "b")) as staged:
        assert Path(staged.path).parent == tmp_path
        staged.write("event.json", b"{}")
        staged.publish()
    assert names(tmp_path / "b/custody/log/e") == ["event.json"]
    assert names(tmp_path) == [".b.lock", "b"]


def test_without_a_folder_above_nothing_is_created(tmp_path: Path) -> None:
    """The machine refuses, and the message names no path of it."""
    with pytest.raises(StorageError) as caught, staged_folder(str(tmp_path / "no/b")):
        pass
    assert caught.value.code == "MISSING"
    assert str(tmp_path) not in str(caught.value)


def test_the_temporary_folder_may_be_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk, for instance."""
    monkeypatch.setattr(os, "mkdir", refusing(errno.ENOSPC))
    with pytest.raises(StorageError) as caught, staged_folder(str(tmp_path / "b")):
        pass
    assert caught.value.code == "NO_SPACE"


@pytest.mark.usefixtures("system")
def test_creating_twice_is_refused(tmp_path: Path) -> None:
    """Also where nothing, or a file, stands above; the message names the path inside the bundle."""
    with staged_folder(str(tmp_path / "b")) as staged:
        staged.write("x", b"")
        acts: list[Callable[[], None]] = [
            lambda: staged.write("x", b""),
            lambda: staged.create_folder("x"),
            lambda: staged.write("n/x", b""),
        ]
        for act in acts:
            with pytest.raises(StorageError) as caught:
                act()
            assert "x: expected to create it" in str(caught.value)


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (errno.ENOSPC, "NO_SPACE"),
        (errno.EDQUOT, "NO_SPACE"),
        (errno.EIO, "INPUT_OUTPUT"),
        (errno.EROFS, "READ_ONLY"),
    ],
)
@pytest.mark.parametrize("call", ["write", "fsync", "close", "mkdir", "chmod"])
def test_each_refused_call_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, code: str, call: str
) -> None:
    """Every step before the rename may fail: the code and the errno are told, and nothing is published."""
    real = getattr(os, call)
    failed: list[str] = []

    def fail_inside(*arguments: object, **named: object) -> object:
        if started and not failed:
            failed.append(call)
            if call == "close":
                real(*arguments)
            refusing(number)()
        return real(*arguments, **named)

    started: list[bool] = []
    monkeypatch.setattr(os, call, fail_inside)

    def write_and_fail() -> None:
        with staged_folder(str(tmp_path / "b")) as staged:
            started.append(True)
            staged.create_folder("data")
            staged.write("data/x", b"abc")
            staged.publish()

    with pytest.raises(StorageError) as caught:
        write_and_fail()
    assert caught.value.code == code
    assert errno.errorcode[number] in str(caught.value)
    monkeypatch.undo()
    assert names(tmp_path) == [".b.lock"]


def test_a_refused_rename_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another device, for instance."""
    monkeypatch.setattr(publishing, "system_call", without("renameat2"))
    monkeypatch.setattr(os, "rename", refusing(errno.EXDEV))
    with pytest.raises(StorageError) as caught:
        write_small(tmp_path / "b")
    assert caught.value.code == "OTHER_DEVICE"
    assert names(tmp_path) == [".b.lock"]


@pytest.mark.parametrize("number", [errno.ENOSYS, errno.EINVAL])
def test_a_file_system_without_exclusive_rename_falls_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    """The call exists and the file system does not offer it."""
    monkeypatch.setattr(publishing, "system_call", lambda _: lambda *_: -1)
    monkeypatch.setattr(publishing, "ctypes", SimpleNamespace(get_errno=lambda: number))
    (tmp_path / "t").mkdir()
    publish_folder(str(tmp_path / "t"), str(tmp_path / "b"))
    assert names(tmp_path) == ["b"]


def test_an_exclusive_rename_may_be_refused(tmp_path: Path) -> None:
    """Nothing to rename."""
    with pytest.raises(StorageError) as caught:
        publish_folder(str(tmp_path / "t"), str(tmp_path / "b"))
    assert caught.value.code == "MISSING"


def test_sync_once_reports_errors(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A failing sync of the file system publishes nothing."""
    monkeypatch.setattr(commit, "sync_everything", refusing(errno.EIO))
    with pytest.raises(StorageError) as caught:
        write_small(tmp_path / "b", files=1000)
    assert caught.value.code == "INPUT_OUTPUT"
    assert names(tmp_path) == [".b.lock"]


def test_many_files_are_not_synced_one_by_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the whole file system can be synced at once, no file is synced by itself."""
    with staged_folder(str(tmp_path / "b"), expected_files=1000) as staged:
        if staged.sync_each:
            pytest.skip("this file system is synced file by file")
        monkeypatch.setattr(os, "fsync", lambda _: pytest.fail("synced by itself"))
        staged.write("x", b"abc")
        monkeypatch.undo()
        staged.publish()


@pytest.mark.parametrize("missing", ["syncfs", "fstatfs", "statfs fails", "old", "odd", "other disk"])
def test_file_systems_that_cannot_be_synced_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, missing: str
) -> None:
    """No call, no type, an old system that hides errors, a disk that may not pass the sync on."""
    if missing in {"syncfs", "fstatfs"}:
        monkeypatch.setattr(durability, "system_call", without(missing))
    elif missing in {"statfs fails", "other disk"}:
        monkeypatch.setattr(
            durability, "system_call", lambda _: lambda *_: -1 if missing == "statfs fails" else 0
        )
    else:
        release = {"old": "5.7.19", "odd": "unknown"}[missing]
        monkeypatch.setattr(os, "uname", lambda: SimpleNamespace(release=release))
    descriptor = os.open(tmp_path, os.O_RDONLY)
    assert not can_sync_everything(descriptor)
    os.close(descriptor)


def test_a_failing_syncfs_raises() -> None:
    """No such descriptor."""
    with pytest.raises(OSError, match="Bad file descriptor"):
        sync_everything(-1)


def test_windows_has_no_c_library_to_ask(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is loaded there."""
    monkeypatch.setattr(durability, "os", SimpleNamespace(name="nt"))
    assert durability.system_call("renameat2") is None


def test_a_missing_module_is_none() -> None:
    """Such as msvcrt on POSIX."""
    assert optional_module("custody_has_no_such_module") is None


@pytest.mark.parametrize("number", [0, errno.ENOTSUP, errno.EIO])
def test_macos_syncs_through_the_drive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    """F_FULLFSYNC first; fsync only where the disk does not offer it; errors are told."""
    asked: list[int] = []

    def fcntl(_: int, command: int) -> None:
        asked.append(command)
        if number:
            refusing(number)()

    synced: list[int] = []
    monkeypatch.setattr(durability, "_FCNTL", SimpleNamespace(F_FULLFSYNC=51, fcntl=fcntl))
    monkeypatch.setattr(os, "fsync", synced.append)
    descriptor = os.open(tmp_path, os.O_RDONLY)
    if number == errno.EIO:
        with pytest.raises(OSError, match="Input/output"):
            sync_file(descriptor)
    else:
        sync_file(descriptor)
    os.close(descriptor)
    assert asked == [51]
    assert len(synced) == (number == errno.ENOTSUP)


@pytest.mark.parametrize("number", [errno.EINVAL, errno.EIO])
def test_folders_that_cannot_be_synced_are_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    """Some network disks say so; every other error counts."""
    monkeypatch.setattr(os, "fsync", refusing(number))
    if number == errno.EINVAL:
        sync_folder(str(tmp_path))
    else:
        with pytest.raises(OSError, match="Input/output"):
            sync_folder(str(tmp_path))


def test_free_space_is_checked_with_a_margin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Content, whole blocks for each file, and some room to spare; the numbers are told."""
    room = {"f_bavail": 202 * 256, "f_blocks": 1 << 30, "f_bfree": 1 << 30, "f_frsize": 4096}  # 202 MiB
    blocks = SimpleNamespace(**room, f_flag=0)
    monkeypatch.setattr(os, "statvfs", lambda _: blocks)
    mib = 2**20
    check_free_space(str(tmp_path), 200 * mib)
    check_free_space(str(tmp_path), 199 * mib, files=256)
    for needed, files in ((200 * mib + 100, 0), (199 * mib, 257)):
        with pytest.raises(StorageError) as caught:
            check_free_space(str(tmp_path), needed, files)
        assert caught.value.code == "NO_SPACE"
    blocks.f_bavail = 256 + 1  # a small disk for a small bundle
    check_free_space(str(tmp_path), 4096)


def test_space_of_nothing_cannot_be_checked(tmp_path: Path) -> None:
    """The folder does not exist."""
    with pytest.raises(StorageError) as caught:
        check_free_space(str(tmp_path / "no"), 1)
    assert caught.value.code == "MISSING"


def test_short_writes_are_continued(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A system that takes one byte at a time gets them all."""
    real = os.write
    descriptor = os.open(tmp_path / "x", os.O_WRONLY | os.O_CREAT)
    with FileWriter(descriptor, "x", sync=False) as writer:
        monkeypatch.setattr(os, "write", lambda to, block: real(to, block[:1]))
        writer.write(b"abc")
        assert writer.size_bytes == 3
    assert (tmp_path / "x").read_bytes() == b"abc"


def test_bytes_are_written_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """At their place, and writing goes on at the end."""
    with new_file(str(tmp_path / "x")) as writer:
        writer.write(b"abcdef")
        writer.write_at(1, b"XY")
        writer.write(b"g")
        assert writer.size_bytes == 7
        monkeypatch.setattr(os, "lseek", refusing(errno.EIO))
        with pytest.raises(StorageError):
            writer.write_at(1, b"XY")
    assert (tmp_path / "x").read_bytes() == b"aXYdefg"


def test_a_writer_that_failed_to_close_is_not_closed_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Closing by hand, with an error, inside the block."""
    descriptor = os.open(tmp_path / "x", os.O_WRONLY | os.O_CREAT)
    monkeypatch.setattr(os, "fsync", refusing(errno.EIO))
    with pytest.raises(StorageError), FileWriter(descriptor, "x", sync=True) as writer:
        writer.close()
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(descriptor)


@pytest.mark.parametrize("links", [True, False], ids=["links", "no links"])
def test_a_new_file_appears_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, links: bool) -> None:
    """With its content and mode, and not before the end; also on disks without hard links."""
    if not links:
        monkeypatch.setattr(os, "link", refusing(errno.EPERM))
    with new_file(str(tmp_path / "x"), PRIVATE_MODE) as writer:
        writer.write(b"abc")
        assert not (tmp_path / "x").exists()
    assert (tmp_path / "x").read_bytes() == b"abc"
    assert stat.S_IMODE((tmp_path / "x").stat().st_mode) == PRIVATE_MODE
    assert names(tmp_path) == ["x"]


@pytest.mark.parametrize("links", [True, False], ids=["links", "no links"])
@pytest.mark.parametrize("moment", ["before", "meanwhile"])
def test_a_new_file_replaces_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moment: str, *, links: bool
) -> None:
    """Taken at the beginning or at the end."""
    if not links:
        monkeypatch.setattr(os, "link", refusing(errno.EPERM))
    path = tmp_path / "x"
    if moment == "before":
        path.write_bytes(b"old")

    def write_late() -> None:
        with new_file(str(path)) as writer:
            writer.write(b"new")
            path.write_bytes(b"old")

    with pytest.raises(ExistsError):
        write_late()
    assert path.read_bytes() == b"old"
    assert names(tmp_path) == ["x"]


def test_a_new_file_given_up_leaves_nothing(tmp_path: Path) -> None:
    """An interrupt in the middle."""

    def give_up() -> None:
        with new_file(str(tmp_path / "x")) as writer:
            writer.write(b"abc")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        give_up()
    assert names(tmp_path) == []


def test_a_new_file_without_a_folder_is_refused(tmp_path: Path) -> None:
    """The folder above is not made."""
    with pytest.raises(StorageError) as caught:
        write_new_file(str(tmp_path / "no/x"), b"")
    assert caught.value.code == "MISSING"


def test_a_link_that_fails_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full folder, for instance."""
    monkeypatch.setattr(os, "link", refusing(errno.ENOSPC))
    with pytest.raises(StorageError) as caught:
        write_new_file(str(tmp_path / "x"), b"")
    assert caught.value.code == "NO_SPACE"
    (tmp_path / "t").touch()
    monkeypatch.undo()
    publish_file(str(tmp_path / "t"), str(tmp_path / "y"))
    assert names(tmp_path) == ["y"]


def test_a_file_is_replaced_in_one_step(tmp_path: Path) -> None:
    """New content, old mode."""
    (tmp_path / "x").write_bytes(b"old")
    (tmp_path / "x").chmod(0o640)
    replace_file(str(tmp_path / "x"), lambda old: old + b"new", 3)
    assert (tmp_path / "x").read_bytes() == b"oldnew"
    assert stat.S_IMODE((tmp_path / "x").stat().st_mode) == 0o640
    assert names(tmp_path) == [".x.lock", "x"]


def test_a_change_that_fails_leaves_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Too long, refused by the caller, refused by the machine, not there."""
    path = tmp_path / "x"
    path.write_bytes(b"old")
    with pytest.raises(LimitError):
        replace_file(str(path), lambda old: old, 2)

    def refuse(_: bytes) -> bytes:
        raise ValueError("refused")

    with pytest.raises(ValueError, match="refused"):
        replace_file(str(path), refuse, 3)
    with pytest.raises(StorageError):
        replace_file(str(tmp_path / "y"), lambda old: old, 3)
    monkeypatch.setattr(os, "replace", refusing(errno.EIO))
    with pytest.raises(StorageError):
        replace_file(str(path), lambda old: old + b"x", 3)
    assert path.read_bytes() == b"old"
    assert names(tmp_path) == [".x.lock", ".y.lock", "x"]


KILLED = """
import os, signal, sys
kill_at, count = int(sys.argv[2]), 0
MUTATING = {"os.mkdir", "os.rename", "os.link", "os.remove", "os.rmdir", "os.chmod", "shutil.rmtree"}
def kill(event, arguments):
    global count
    if armed and (event in MUTATING or (event == "open" and arguments[2] & os.O_CREAT)):
        count += 1
        if count == kill_at:
            os.kill(os.getpid(), signal.SIGKILL)
armed = False
sys.addaudithook(kill)
from custody.storage import publishing
from custody.storage.commit import staged_folder
if sys.argv[3] == "rename":
    publishing.system_call = lambda _: None
armed = True
BODY
print(count)
"""
WHOLE = """
with staged_folder(sys.argv[1]) as staged:
    staged.create_folder("data")
    staged.write("data/000001", b"abc")
    staged.write("bagit.txt", b"x" * 100)
    staged.publish()
"""
BELOW = """
with staged_folder(None, beside=sys.argv[1]) as staged:
    staged.create_folder("new")
    staged.write("new/text", b"abc")
    staged.publish_below(sys.argv[1], "custody/more", "new", "named")
"""


@pytest.mark.parametrize("way", ["renameat2", "rename"])
def test_a_kill_at_any_step_leaves_nothing_or_everything(tmp_path: Path, way: str) -> None:
    """Killed before each step that changes the disk; the next run needs no clean-up and succeeds."""
    kill_at = 0
    code = -signal.SIGKILL
    while code == -signal.SIGKILL:
        kill_at += 1
        final = tmp_path / str(kill_at) / "b"
        final.parent.mkdir()
        code = run_killed(final, kill_at, way)
        if not final.exists():
            assert run_killed(final, 0, way) == 0
        assert sorted(str(path.relative_to(final)) for path in final.rglob("*")) == [
            "bagit.txt",
            "data",
            "data/000001",
        ]
        assert names(final.parent) == [".b.lock", "b"]
    assert code == 0
    assert kill_at > 6


@pytest.mark.parametrize("way", ["renameat2", "rename"])
@pytest.mark.parametrize("there", [["custody/more/old"], []], ids=["beside others", "the first"])
def test_a_kill_while_publishing_below_leaves_no_empty_folder(
    tmp_path: Path, way: str, there: list[str]
) -> None:
    """In the bundle stands what stood there before, or that and the whole new folder."""
    kill_at = 0
    code = -signal.SIGKILL
    while code == -signal.SIGKILL:
        kill_at += 1
        bundle = tmp_path / str(kill_at) / "b"
        for path in ["custody", *there]:
            (bundle / path).mkdir(parents=True)
        code = run_killed(bundle, kill_at, way, BELOW)
        more = bundle / "custody/more"
        if not (more / "named").exists():
            assert [str(path.relative_to(bundle)) for path in bundle.rglob("old")] == there
            assert more.exists() == bool(there)
            assert run_killed(bundle, 0, way, BELOW) == 0
        assert (more / "named/text").read_bytes() == b"abc"
        assert set(names(bundle.parent)) - {".b.lock", "b"} == leftovers(bundle)
        with staged_folder(None, beside=str(bundle)):
            pass
        assert names(bundle.parent) == [".b.lock", "b"]
    assert code == 0
    assert kill_at > 6


def leftovers(bundle: Path) -> set[str]:
    """Return what a killed writer left beside a bundle: empty, for the new folder has its name by then."""
    left = [path for path in bundle.parent.iterdir() if path.name.startswith(".b.tmp-")]
    assert [list(path.iterdir()) for path in left] in ([], [[]])
    return {path.name for path in left}


def publish_named(bundle: Path) -> None:
    """Publish an empty folder inside a bundle."""
    with staged_folder(None, beside=str(bundle)) as staged:
        staged.create_folder("new")
        staged.publish_below(str(bundle), "custody/more", "new", "named")


def test_a_name_below_is_not_replaced(tmp_path: Path) -> None:
    """Somebody else was quicker."""
    (tmp_path / "b/custody/more/named").mkdir(parents=True)
    with pytest.raises(ExistsError):
        publish_named(tmp_path / "b")
    assert names(tmp_path) == [".b.lock", "b"]


def test_a_link_above_is_not_followed(tmp_path: Path) -> None:
    """Nothing is published where somebody else points to."""
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "b/custody").mkdir(parents=True)
    (tmp_path / "b/custody/more").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(StorageError) as caught:
        publish_named(tmp_path / "b")
    assert caught.value.code == "NOT_A_FOLDER"
    assert names(tmp_path / "elsewhere") == []


def test_a_refused_rename_inside_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The name is given before anything is published."""
    (tmp_path / "b/custody").mkdir(parents=True)
    monkeypatch.setattr(os, "rename", refusing(errno.EIO))
    with pytest.raises(StorageError):
        publish_named(tmp_path / "b")
    assert names(tmp_path / "b/custody") == []


def test_what_has_no_name_is_published_below_alone(tmp_path: Path) -> None:
    """A caller who gave no name has to give one."""
    (tmp_path / "b").mkdir()
    with pytest.raises(UsageError), staged_folder(None, beside=str(tmp_path / "b")) as staged:
        staged.publish()


def run_killed(final: Path, kill_at: int, way: str, body: str = WHOLE) -> int:
    """Run the writer in a process of its own and return how it ended."""
    command = [sys.executable, "-c", KILLED.replace("BODY", body), str(final), str(kill_at), way]
    # A killed process would leave half a file of measurements.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE")}
    return subprocess.run(command, check=False, stdout=subprocess.DEVNULL, env=environment).returncode
