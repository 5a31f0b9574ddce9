"""Adding to a bundle whose lock is held."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from custody.errors import ExistsError
from custody.storage.growing import grow_file, grow_folder


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    """A folder with one event in it."""
    (tmp_path / "b/custody/log/h/00000000").mkdir(parents=True)
    (tmp_path / "b/custody/log/h/00000000/event.json").write_bytes(b"{}")
    return tmp_path / "b"


def test_a_folder_stands_where_it_belongs(bundle: Path) -> None:
    """With the one above it, where that was missing, and folders inside."""
    files = {"event.json": [b"{", b"}"], "stamps/x/stamp.tst": [b"y"]}
    grow_folder(str(bundle), "custody/log/i/00000000", files)
    placed = bundle / "custody/log/i/00000000"
    assert (placed / "event.json").read_bytes() == b"{}"
    assert (placed / "stamps/x/stamp.tst").read_bytes() == b"y"
    assert [path.name for path in bundle.parent.iterdir()] == ["b"]


def test_a_folder_replaces_nothing(bundle: Path) -> None:
    """What is there stays."""
    with pytest.raises(ExistsError):
        grow_folder(str(bundle), "custody/log/h/00000000", {"event.json": [b"x"]})
    assert (bundle / "custody/log/h/00000000/event.json").read_bytes() == b"{}"
    assert [path.name for path in bundle.parent.iterdir()] == ["b"]


def test_a_block_that_cannot_be_read_publishes_nothing(bundle: Path) -> None:
    """Half a folder never stands anywhere."""

    def broken() -> Iterator[bytes]:
        yield b"half"
        raise LookupError

    with pytest.raises(LookupError):
        grow_folder(str(bundle), "custody/log/i/00000000", {"event.json": broken()})
    assert not (bundle / "custody/log/i").exists()
    assert [path.name for path in bundle.parent.iterdir()] == ["b"]


def test_a_file_joins_those_that_are_there(bundle: Path) -> None:
    """Read-only, as every file of a bundle."""
    grow_file(str(bundle), "custody/log/h/00000000/place.json", b"[]")
    placed = bundle / "custody/log/h/00000000/place.json"
    assert placed.read_bytes() == b"[]"
    assert placed.stat().st_mode & 0o777 == 0o444
    assert [path.name for path in bundle.parent.iterdir()] == ["b"]


def test_a_file_replaces_nothing(bundle: Path) -> None:
    """What is there stays."""
    with pytest.raises(ExistsError):
        grow_file(str(bundle), "custody/log/h/00000000/event.json", b"x")
    assert (bundle / "custody/log/h/00000000/event.json").read_bytes() == b"{}"
