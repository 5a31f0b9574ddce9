"""What is remembered beside a key: whole, private, never backwards, never guessed at."""

from __future__ import annotations

import errno
import json
import os
import stat
from pathlib import Path

import pytest
from attrs import evolve

from custody.errors import FormatError, StorageError
from custody.storage.memory import (
    Published,
    memory_locked,
    read_all_published,
    read_published,
    write_published,
)

HOLDING = "ab" * 16
KNOWN = Published(
    bundle_id="cd" * 16,
    holding=HOLDING,
    seq=3,
    event_id="01" * 32,
    held="held",
    log="02" * 32,
    follows=("03" * 32,),
)


@pytest.fixture
def folder(tmp_path: Path) -> str:
    """A memory with one event."""
    path = str(tmp_path / "key.published")
    with memory_locked(path, HOLDING):
        write_published(path, KNOWN)
    return path


def test_what_was_written_is_read(folder: str) -> None:
    """With everything that it says."""
    assert read_published(folder, HOLDING) == KNOWN


def test_nothing_is_known_of_another_holding(folder: str) -> None:
    """Nor of what is no holding at all, wherever it leads."""
    assert read_published(folder, "ff" * 16) is None
    assert read_published(folder, "../key") is None


def test_nothing_is_known_without_a_memory(tmp_path: Path) -> None:
    """A new key has published nothing."""
    assert read_published(str(tmp_path / "none"), HOLDING) is None
    assert read_all_published(str(tmp_path / "none")) == ()


@pytest.mark.skipif(os.name != "posix", reason="modes: expected those of POSIX, found others")
def test_the_memory_is_its_owners_alone(tmp_path: Path) -> None:
    """It names bundles, and times of use; whatever the mask of the process."""
    before = os.umask(0)
    try:
        path = str(tmp_path / "key.published")
        with memory_locked(path, HOLDING):
            write_published(path, KNOWN)
    finally:
        os.umask(before)
    assert stat.S_IMODE(Path(path).stat().st_mode) == 0o700
    assert {stat.S_IMODE(one.stat().st_mode) for one in Path(path).iterdir()} == {0o600}


def test_what_is_remembered_never_goes_back(folder: str) -> None:
    """An earlier event changes nothing, a later one does."""
    write_published(folder, evolve(KNOWN, seq=2, event_id="04" * 32))
    assert read_published(folder, HOLDING) == KNOWN
    write_published(folder, evolve(KNOWN, seq=4))
    assert read_published(folder, HOLDING) == evolve(KNOWN, seq=4)


@pytest.mark.parametrize(
    "change",
    [{"seq": -1}, {"seq": True}, {"held": "lost"}, {"holding": "ff" * 16}, {"more": 1}, {"event": "AB" * 32}],
    ids=str,
)
def test_a_damaged_memory_is_refused(folder: str, change: dict[str, object]) -> None:
    """It is never guessed at; what to do is said."""
    path = Path(folder, f"{HOLDING}.json")
    value = json.loads(path.read_bytes()) | change
    path.write_bytes(json.dumps(value, separators=(",", ":"), sort_keys=True).encode())
    with pytest.raises(FormatError) as caught:
        read_published(folder, HOLDING)
    assert "--key-moved" in (caught.value.hint or "")
    with pytest.raises(FormatError):
        write_published(folder, KNOWN)


@pytest.mark.parametrize("data", [b"", b"\0" * 300, b"{}", b"[]"])
def test_an_empty_memory_is_damaged(folder: str, data: bytes) -> None:
    """A power cut on a bad disk may leave one; it is not the same as none."""
    Path(folder, f"{HOLDING}.json").write_bytes(data)
    with pytest.raises(FormatError):
        read_published(folder, HOLDING)


def test_everything_remembered_is_listed_but_what_is_damaged(folder: str) -> None:
    """Other files are left out."""
    Path(folder, f"{'ee' * 16}.json").write_bytes(b"damaged")
    Path(folder, "note.txt").write_bytes(b"")
    Path(folder, "folder").mkdir()
    assert read_all_published(folder) == (KNOWN,)


def test_a_memory_that_vanishes_while_it_is_listed_is_none(
    folder: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its name was there, and it is not."""
    monkeypatch.setattr(os, "listdir", lambda _path: [f"{'ee' * 16}.json"])
    assert read_all_published(folder) == ()


def test_a_writer_that_was_killed_leaves_nothing_for_long(folder: str) -> None:
    """Temporary files go when the memory of that holding is locked again."""
    stale = Path(folder, f".{HOLDING}.json.tmp-{'0' * 16}")
    stale.write_bytes(b"x")
    with memory_locked(folder, "ff" * 16):
        assert stale.exists()
    with memory_locked(folder, HOLDING):
        assert not stale.exists()


def test_a_file_where_the_memory_belongs_is_refused(tmp_path: Path) -> None:
    """Nothing is remembered then, so nothing is published."""
    (tmp_path / "key.published").write_bytes(b"")
    with pytest.raises(StorageError), memory_locked(str(tmp_path / "key.published"), HOLDING):
        pass


def test_a_memory_that_cannot_be_made_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The folder of the key is read-only."""

    def refuse(*_arguments: object) -> None:
        raise OSError(errno.EROFS, "no")

    monkeypatch.setattr(os, "mkdir", refuse)
    with pytest.raises(StorageError) as caught, memory_locked(str(tmp_path / "key.published"), HOLDING):
        pass
    assert caught.value.code == "READ_ONLY"


def test_a_memory_that_somebody_else_makes_meanwhile_is_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two processes of one key begin at once."""
    folder = tmp_path / "key.published"
    folder.mkdir()
    monkeypatch.setattr(os.path, "isdir", lambda _path: False)
    with memory_locked(str(folder), HOLDING):
        write_published(str(folder), KNOWN)
    assert read_published(str(folder), HOLDING) == KNOWN


@pytest.mark.parametrize("call", ["open", "listdir"])
def test_a_memory_that_cannot_be_read_is_an_error(
    folder: str, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    """It may know of a later event."""

    def refuse(*_arguments: object, **_named: object) -> None:
        raise OSError(errno.EIO, "no")

    if call == "listdir":
        monkeypatch.setattr(os, call, refuse)
    else:
        monkeypatch.setattr("builtins.open", refuse)
    with pytest.raises(StorageError) as caught:
        read_all_published(folder)
    assert caught.value.code == "INPUT_OUTPUT"
