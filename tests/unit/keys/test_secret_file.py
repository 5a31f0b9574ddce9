"""Files of secrets on disk: created once, mode 0600, refused when others could read them."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from custody.errors import ExistsError, SignerError, StorageError
from custody.keys import secret_file
from custody.keys.secret_file import read_secret_file, write_secret_file

posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no owner and mode of this kind")


@pytest.fixture
def path(tmp_path: Path) -> str:
    """A key file of mode 0600."""
    where = str(tmp_path / "w-01.key")
    write_secret_file(where, b"secret")
    return where


def refused(path: str, limit_bytes: int = 100) -> str:
    """The code with which a file is refused."""
    with pytest.raises(SignerError) as caught:
        read_secret_file(path, limit_bytes=limit_bytes)
    return caught.value.code


def test_round_trip(path: str) -> None:
    """What is written is read."""
    assert read_secret_file(path, limit_bytes=6) == b"secret"


@posix
@pytest.mark.parametrize("umask", [0o000, 0o022, 0o777])
def test_the_mode_is_0600_whatever_the_umask(tmp_path: Path, umask: int) -> None:
    """Neither a careless nor an overcareful umask changes the mode."""
    where = tmp_path / "k"
    before = os.umask(umask)
    try:
        write_secret_file(str(where), b"x")
    finally:
        os.umask(before)
    assert where.stat().st_mode & 0o7777 == 0o600


def test_an_existing_file_is_left_as_it_is(path: str) -> None:
    """A key is never overwritten."""
    with pytest.raises(ExistsError):
        write_secret_file(path, b"another")
    assert Path(path).read_bytes() == b"secret"


@posix
def test_a_dangling_link_is_not_followed(tmp_path: Path) -> None:
    """A prepared link does not take the key elsewhere."""
    (tmp_path / "k").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(ExistsError):
        write_secret_file(str(tmp_path / "k"), b"x")
    assert not (tmp_path / "elsewhere").exists()


@posix
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o601])
def test_a_file_that_others_can_use_is_refused(path: str, mode: int) -> None:
    """Any right of group or others is too much, and the hint says what to do."""
    Path(path).chmod(mode)
    with pytest.raises(SignerError, match=f"found {mode:04o}") as caught:
        read_secret_file(path, limit_bytes=100)
    assert caught.value.code == "KEY_UNSAFE"
    assert caught.value.hint is not None


@posix
def test_a_link_and_a_folder_are_refused(path: str, tmp_path: Path) -> None:
    """Only a regular file is a key file."""
    link = tmp_path / "link"
    link.symlink_to(path)
    assert refused(str(link)) == "KEY_UNSAFE"
    assert refused(str(tmp_path)) == "KEY_UNSAFE"


def test_an_absent_file_is_named_absent(tmp_path: Path) -> None:
    """A mistyped path is told apart from a refused file."""
    assert refused(str(tmp_path / "none")) == "KEY_ABSENT"


def test_a_large_file_is_refused_unread(path: str) -> None:
    """The size is looked at first."""
    assert refused(path, limit_bytes=5) == "KEY_UNSAFE"


@posix
def test_anothers_file_is_refused(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A key that somebody else owns may be exchanged by him at any time."""
    monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 1)
    assert refused(path) == "KEY_UNSAFE"


def test_a_file_exchanged_between_look_and_open_is_noticed(
    path: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was looked at and what was opened must be the same file."""
    other = tmp_path / "other"
    other.write_bytes(b"other")
    genuine = os.lstat
    monkeypatch.setattr(os, "lstat", lambda _path: genuine(other))
    assert refused(path) == "KEY_UNSAFE"


def test_a_failed_write_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk leaves no half key behind."""

    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StorageError):
        write_secret_file(str(tmp_path / "k"), b"x")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there_is_the_machines_fault(tmp_path: Path) -> None:
    """No folder is made for a key."""
    with pytest.raises(StorageError):
        write_secret_file(str(tmp_path / "none/k"), b"x")


def test_a_file_that_cannot_be_read_is_the_machines_fault(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """An I/O error says nothing about the key."""

    def broken(_handle: int, _size: int) -> bytes:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, "read", broken)
    with pytest.raises(StorageError):
        read_secret_file(path, limit_bytes=100)


def test_a_system_without_posix_calls_reads_and_writes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where neither modes nor folders can be handled, the rest still holds."""
    monkeypatch.setattr(secret_file, "_POSIX", False)
    monkeypatch.setattr(secret_file, "_NO_FOLLOW", 0)
    monkeypatch.delattr(os, "fchmod", raising=False)
    where = str(tmp_path / "k")
    write_secret_file(where, b"x")
    Path(where).chmod(0o644)
    assert read_secret_file(where, limit_bytes=10) == b"x"
