"""A spool of small private files."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from custody.errors import ExistsError, LimitError, StorageError, UsageError
from custody.storage.spool import opened_spool

A, B = f"{'a' * 64}.request", f"{'b' * 64}.token"


def test_what_is_written_is_there_next_time(tmp_path: Path) -> None:
    """Private, whole, and never over something else."""
    with opened_spool(str(tmp_path / "spool")) as spool:
        spool.write(A, b"one")
        with pytest.raises(ExistsError):
            spool.write(A, b"two")
    assert (tmp_path / "spool").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "spool" / A).stat().st_mode & 0o777 == 0o600
    with opened_spool(str(tmp_path / "spool")) as spool:
        assert (spool.names(), spool.read(A, 3)) == ((A,), b"one")
        with pytest.raises(LimitError):
            spool.read(A, 2)


def test_an_empty_one_goes(tmp_path: Path) -> None:
    """Removing what is not there is no error."""
    with opened_spool(str(tmp_path / "spool")) as spool:
        spool.write(A, b"one")
        spool.remove(A)
        spool.remove(A)
    assert not (tmp_path / "spool").exists()


def test_what_killed_writers_left_is_removed(tmp_path: Path) -> None:
    """Other files are neither listed nor touched."""
    (tmp_path / "spool").mkdir()
    for name in (A, B, f".{A}.tmp-{'0' * 16}", "mine.txt"):
        (tmp_path / "spool" / name).write_bytes(b"")
    with opened_spool(str(tmp_path / "spool")) as spool:
        assert spool.names() == (A, B)
    assert sorted(path.name for path in (tmp_path / "spool").iterdir()) == [A, B, "mine.txt"]


@pytest.mark.parametrize("kind", ["file", "link"])
def test_something_else_in_its_place_is_refused(tmp_path: Path, kind: str) -> None:
    """Nothing is written through it."""
    place = tmp_path / "spool"
    if kind == "file":
        place.write_bytes(b"")
    else:
        (tmp_path / "elsewhere").mkdir()
        place.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(StorageError) as refused, opened_spool(str(place)):
        pytest.fail("it was opened")
    assert refused.value.code == "NOT_A_FOLDER"


def test_it_is_never_made_inside_a_bundle(tmp_path: Path) -> None:
    """A stranger's folder in it would refute it."""
    (tmp_path / "custody/log").mkdir(parents=True)
    (tmp_path / "bagit.txt").write_bytes(b"")
    with pytest.raises(UsageError), opened_spool(str(tmp_path / "spool")):
        pytest.fail("it was opened")


def test_what_the_machine_refuses_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the words of custody."""

    def refuse(*_: object, **__: object) -> None:
        raise OSError(errno.EIO, "made to fail")

    with opened_spool(str(tmp_path / "spool")) as spool:
        for name, call in (("unlink", lambda: spool.remove(A)), ("scandir", spool.names)):
            with monkeypatch.context() as patched:
                patched.setattr(os, name, refuse)
                with pytest.raises(StorageError, match="EIO"):
                    call()
    with monkeypatch.context() as patched:
        patched.setattr(os, "mkdir", refuse)
        with pytest.raises(StorageError, match="EIO"), opened_spool(str(tmp_path / "other")):
            pytest.fail("it was opened")
