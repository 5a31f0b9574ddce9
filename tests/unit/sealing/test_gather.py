"""Gathering: files and folders become a draft, and their kinds are guessed from their first bytes."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from custody.errors import StorageError, UsageError
from custody.sealing.draft import Draft
from custody.sealing.gather import count_kinds, detect_kinds, gather


def make(folder: Path, **files: bytes) -> Path:
    """A folder with these files; `__` in a name stands for a dot."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name.replace("__", ".")).write_bytes(content)
    return folder


def names(draft: Draft) -> list[object]:
    """The names of the items."""
    return [item.name for item in draft.items()]


def test_a_single_folder_gives_relative_names(tmp_path: Path) -> None:
    """Bytewise by path."""
    make(tmp_path / "a/sub", x__txt=b"1")
    make(tmp_path / "a", b__txt=b"2", __DS_Store=b"")
    draft = gather(Draft(), [tmp_path / "a"])
    assert (names(draft), draft.left_out) == (["b.txt", "sub/x.txt"], (".DS_Store",))


def test_several_sources_are_told_apart(tmp_path: Path) -> None:
    """Each folder's own name comes first."""
    first, second = make(tmp_path / "one", x=b"1"), make(tmp_path / "two", x=b"2")
    assert names(gather(Draft(), [first, second])) == ["one/x", "two/x"]


def test_gathering_adds_to_a_draft(tmp_path: Path) -> None:
    """What was there stays, also in the draft that it came from."""
    draft = Draft().add(io.BytesIO(), name="first")
    more = gather(draft, [make(tmp_path / "a", x=b"1")])
    assert (names(draft), names(more)) == (["first"], ["first", "x"])


def test_no_file_is_refused(tmp_path: Path) -> None:
    """An empty folder is nobody's evidence."""
    with pytest.raises(UsageError, match="at least one file"):
        gather(Draft(), [make(tmp_path / "a")])


def test_too_many_files_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A bundle has a limit, and it is noticed before anything is read."""
    monkeypatch.setattr("custody.sealing.gather.ITEMS", 1)
    with pytest.raises(UsageError, match="at most 1 files"):
        gather(Draft(), [make(tmp_path / "a", x=b"1", y=b"2")])


def test_a_draft_has_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    """Adding one by one ends as well."""
    monkeypatch.setattr("custody.sealing.draft.ITEMS", 1)
    with pytest.raises(UsageError, match="at most 1 items"):
        Draft().add(io.BytesIO()).add(io.BytesIO())


def test_kinds_come_from_words_bytes_and_names(tmp_path: Path) -> None:
    """What was said wins; streams are not touched."""
    first = make(tmp_path / "one", a__jpg=b"\xff\xd8\xff", b__pdf=b"%PDF-1.4")
    second = make(tmp_path / "two", c__bin=b"\0\1\2")
    draft = gather(Draft(), [first, second])
    draft = draft.add(io.BytesIO(b"\xff\xd8\xff"), name="d.jpg").add(io.BytesIO(), kind="testimony")
    kinds = detect_kinds(draft)
    assert kinds == ["media", "record", "other", "other", "testimony"]
    assert count_kinds(kinds) == {"other": 2, "media": 1, "record": 1, "testimony": 1}


def test_a_file_that_is_gone_is_named(tmp_path: Path) -> None:
    """Without the path on this machine."""
    draft = gather(Draft(), [make(tmp_path / "a", x=b"1")])
    (tmp_path / "a/x").unlink()
    with pytest.raises(StorageError, match="x: expected") as caught:
        detect_kinds(draft)
    assert str(tmp_path) not in str(caught.value)


@pytest.mark.parametrize(
    ("paths", "found"),
    [
        (("s", "s"), r"source 1 \(s\), which is the same as 2 \(s\)"),
        (("s", "other/../s"), r"source 1 \(s\), which is the same as 2 \(s\)"),
        (("s/deep", "other", "s"), r"source 1 \(deep\), which lies in 3 \(s\)"),
        (("s", "s/deep/f"), r"source 2 \(f\), which lies in 1 \(s\)"),
        (("s", "link/deep"), r"source 2 \(deep\), which lies in 1 \(s\)"),
    ],
)
def test_sources_that_overlap_are_refused(tmp_path: Path, paths: tuple[str, ...], found: str) -> None:
    """Their files would be sealed twice; both are named."""
    (tmp_path / "s" / "deep").mkdir(parents=True)
    (tmp_path / "other").mkdir()
    (tmp_path / "s" / "deep" / "f").write_bytes(b"x")
    (tmp_path / "other" / "f").write_bytes(b"x")
    (tmp_path / "link").symlink_to(tmp_path / "s")
    with pytest.raises(UsageError, match=found):
        gather(Draft(), [tmp_path / path for path in paths])


def test_neighbours_do_not_overlap(tmp_path: Path) -> None:
    """A name that begins like another is another place."""
    for name in ("s", "s2"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "f").write_bytes(b"x")
    assert gather(Draft(), [tmp_path / "s", tmp_path / "s2"]).count == 2
