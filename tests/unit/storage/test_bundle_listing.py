"""Finding the bundles below a folder."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from custody.errors import StorageError
from custody.storage.bundle_listing import find_bundles, list_bundles


def make(folder: Path, *names: str) -> None:
    """Make what looks like a bundle."""
    for name in names:
        (folder / name / "custody").mkdir(parents=True, exist_ok=True)


def found(folder: Path) -> tuple[list[str], list[str]]:
    """Bundles and zips, relative to the folder."""
    bundles, zips = find_bundles(str(folder))
    return [os.path.relpath(one, folder) for one in bundles], [os.path.relpath(one, folder) for one in zips]


def test_bundles_are_found_at_any_depth(tmp_path: Path) -> None:
    """Sorted; zips beside them, other files not."""
    make(tmp_path, "b", "x/y/c", "a")
    (tmp_path / "x/d.ZIP").write_bytes(b"")
    (tmp_path / "x/e.txt").write_bytes(b"")
    assert found(tmp_path) == (["a", "b", "x/y/c"], ["x/d.ZIP"])


def test_a_bundle_is_not_entered(tmp_path: Path) -> None:
    """What lies in it is its own."""
    make(tmp_path, "b", "b/data/inner", "old")
    (tmp_path / "old/custody").rmdir()
    (tmp_path / "old/bagit.txt").write_bytes(b"")
    assert found(tmp_path) == (["b", "old"], [])


def test_names_with_a_dot_are_left_out(tmp_path: Path) -> None:
    """They are the tool's own."""
    make(tmp_path, ".b.tmp-0", ".hidden/b")
    assert found(tmp_path) == ([], [])


def test_links_are_listed_and_not_entered(tmp_path: Path) -> None:
    """Whoever opens one refuses it; a circle ends nowhere."""
    make(tmp_path, "real/b")
    (tmp_path / "link").symlink_to(tmp_path / "real/b")
    (tmp_path / "circle").symlink_to(tmp_path)
    (tmp_path / "dangling").symlink_to(tmp_path / "nowhere")
    assert found(tmp_path) == (["link", "real/b"], [])


@pytest.mark.parametrize("call", ["lstat", "scandir"])
def test_what_cannot_be_looked_at_is_not_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    """A bundle that is not found would not be missed."""
    make(tmp_path, "b")

    def refuse(*_: object) -> None:
        raise OSError(errno.EIO, "made to fail")

    monkeypatch.setattr(os, call, refuse)
    with pytest.raises(StorageError, match="EIO"):
        find_bundles(str(tmp_path))


def test_what_was_moved_out_of_a_log_is_no_bundle(tmp_path: Path) -> None:
    """Whatever others had put into that log; a bundle of such a name alone is one."""
    make(tmp_path, "b", "b.set-aside/00000003-0", "b.set-aside", "c.set-aside")
    assert found(tmp_path) == (["b", "c.set-aside"], [])
    bundles, others = list_bundles(str(tmp_path))
    assert [Path(one).name for one in bundles] == ["b", "c.set-aside"]
    assert [Path(one).name for one in others] == ["b.set-aside"]
