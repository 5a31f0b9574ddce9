"""Adding a folder to a bundle."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from custody.errors import ExistsError, StorageError
from custody.storage import addition
from custody.storage.addition import add_folder, open_for_adding

EVENT = "custody/log/a/00000000"
FILES = {"stamp.tst": b"token", "x.cer": b"certificate"}


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    """A folder with one event."""
    folder = tmp_path / "b"
    (folder / EVENT).mkdir(parents=True)
    (folder / "bagit.txt").write_bytes(b"")
    return folder


def add(bundle: Path, name: str = "1", files: dict[str, bytes] | None = None) -> bool:
    """Add a stamp."""
    return add_folder(str(bundle), f"{EVENT}/stamps/{name}", files or FILES, inside=EVENT)


def test_the_first_one_brings_the_folder_above_with_it(bundle: Path) -> None:
    """Whole, read-only, with nothing left beside the bundle but its lock."""
    assert add(bundle)
    made = bundle / EVENT / "stamps/1"
    assert {path.name: path.read_bytes() for path in made.iterdir()} == FILES
    assert {path.stat().st_mode & 0o777 for path in made.iterdir()} == {0o444}
    assert sorted(path.name for path in bundle.parent.iterdir()) == [".b.lock", "b"]


def test_the_next_one_stands_beside_it(bundle: Path) -> None:
    """Each by itself."""
    assert add(bundle, "1")
    assert add(bundle, "2")
    assert sorted(path.name for path in (bundle / EVENT / "stamps").iterdir()) == ["1", "2"]


def test_one_that_is_there_is_left_as_it_is(bundle: Path) -> None:
    """Nothing is ever replaced."""
    assert add(bundle)
    assert not add(bundle, files={"stamp.tst": b"other"})
    assert (bundle / EVENT / "stamps/1/stamp.tst").read_bytes() == b"token"


def test_an_empty_folder_above_is_used(bundle: Path) -> None:
    """Somebody has left it."""
    (bundle / EVENT / "stamps").mkdir()
    assert add(bundle)


def test_what_must_be_there_is_not_made(bundle: Path) -> None:
    """A stamp without its event would be a stranger's file."""
    with pytest.raises(StorageError) as refused:
        add_folder(str(bundle), "custody/log/b/00000000/stamps/1", FILES, inside="custody/log/b/00000000")
    assert refused.value.code == "MISSING"
    assert not (bundle / "custody/log/b").exists()


@pytest.mark.parametrize("place", [EVENT, f"{EVENT}/stamps", f"{EVENT}/stamps/1"])
def test_a_link_on_the_way_is_not_followed(bundle: Path, tmp_path: Path, place: str) -> None:
    """It may lead anywhere."""
    (tmp_path / "elsewhere").mkdir()
    if place == EVENT:
        (bundle / EVENT).rmdir()
    (bundle / place).parent.mkdir(exist_ok=True)
    (bundle / place).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(StorageError) as refused:
        add(bundle)
    assert refused.value.code in {"NOT_A_FOLDER", "MISSING"}
    assert not list((tmp_path / "elsewhere").iterdir())


def test_a_file_in_the_place_of_a_folder_is_refused(bundle: Path) -> None:
    """It is left as it is."""
    (bundle / EVENT / "stamps").write_bytes(b"")
    with pytest.raises(StorageError, match="found a file"):
        add(bundle)


@pytest.mark.parametrize(("there", "code"), [(True, "NOT_A_FOLDER"), (False, "MISSING")])
def test_a_zip_is_never_written_to(tmp_path: Path, there: bool, code: str) -> None:  # noqa: FBT001
    """The next step is named."""
    if there:
        (tmp_path / "b.zip").write_bytes(b"PK")
    with pytest.raises(StorageError) as refused:
        open_for_adding(str(tmp_path / "b.zip"))
    assert refused.value.code == code
    assert ("custody unpack" in (refused.value.hint or "")) is there


def test_many_at_once_all_arrive(bundle: Path) -> None:
    """Whoever makes the folder above, the others go into it."""
    workers = [threading.Thread(target=add, args=(bundle, str(number))) for number in range(8)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len(list((bundle / EVENT / "stamps").iterdir())) == 8
    assert sorted(path.name for path in bundle.parent.iterdir()) == [".b.lock", "b"]


def test_one_who_is_always_too_late_gives_up(bundle: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rather than trying for ever."""

    def taken(*_: object, **__: object) -> object:
        raise ExistsError("stamps: expected a free name, found something there")

    monkeypatch.setattr(addition, "staged_folder", taken)
    with pytest.raises(ExistsError):
        add(bundle)
