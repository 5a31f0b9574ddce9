"""Nothing new is created inside a bundle or inside what it is made from."""

from __future__ import annotations

from pathlib import Path

import pytest

from custody.errors import ExistsError, UsageError
from custody.storage.commit import staged_folder
from custody.storage.named_file import write_named_file
from custody.storage.targets import check_target


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    """A folder that looks like a bundle."""
    made = tmp_path / "b"
    (made / "custody" / "log").mkdir(parents=True)
    (made / "data").mkdir()
    (made / "bagit.txt").write_bytes(b"")
    return made


@pytest.mark.parametrize("inside", ["x", "data/x", "custody/log/x", "absent/deep/x"])
def test_a_target_inside_a_bundle_is_refused(bundle: Path, inside: str) -> None:
    """At any depth."""
    with pytest.raises(UsageError, match="inside a bundle") as caught:
        check_target(str(bundle / inside))
    assert caught.value.code == "TARGET_INSIDE"


def test_the_present_folder_counts(bundle: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name without a folder lies where the process stands."""
    monkeypatch.chdir(bundle)
    with pytest.raises(UsageError):
        check_target("x.zip")


def test_a_link_into_a_bundle_is_followed(bundle: Path, tmp_path: Path) -> None:
    """Where it leads is what counts."""
    (tmp_path / "link").symlink_to(bundle / "data")
    with pytest.raises(UsageError):
        check_target(str(tmp_path / "link" / "x"))


def test_beside_a_bundle_is_free(bundle: Path, tmp_path: Path) -> None:
    """Also under the name of one that is there: that is for the writer to refuse."""
    write_named_file(str(tmp_path / "x"), b"free")
    assert (tmp_path / "x").read_bytes() == b"free"
    with pytest.raises(ExistsError):
        write_named_file(str(bundle), b"taken")


def test_a_bag_of_others_is_no_bundle(tmp_path: Path) -> None:
    """It has no log."""
    (tmp_path / "bagit.txt").write_bytes(b"")
    write_named_file(str(tmp_path / "x"), b"free")
    assert (tmp_path / "x").read_bytes() == b"free"


def test_a_target_inside_a_source_is_refused(tmp_path: Path) -> None:
    """The folder itself and everything below."""
    for target in ("s/x", "s/deep/x"):
        with pytest.raises(UsageError, match="inside one of the sources"):
            check_target(str(tmp_path / target), outside=[str(tmp_path / "s")])
    check_target(str(tmp_path / "s2"), outside=[str(tmp_path / "s")])


def test_writers_ask_first(bundle: Path) -> None:
    """New folders and named files; not even a lock is left."""
    before = sorted(bundle.rglob("*"))
    with pytest.raises(UsageError), staged_folder(str(bundle / "new")):
        pass
    with pytest.raises(UsageError):
        write_named_file(str(bundle / "out.json"), b"x")
    assert sorted(bundle.rglob("*")) == before
