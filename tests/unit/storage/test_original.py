"""The files to be sealed: found, named, refused all at once, copied and hashed in one pass."""

from __future__ import annotations

import errno
import hashlib
import io
import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from custody.errors import SourceChangedError, SourceRefusedError, StorageError
from custody.storage import copying, ordered, original, worker_pool
from custody.storage.commit import StagedFolder, staged_folder
from custody.storage.copying import CopiedFile, CopyJob, copy_originals, copy_stream
from custody.storage.name_table import NameTable
from custody.storage.original import Originals, find_originals
from custody.storage.tree import Tree, open_tree
from tests.unit.storage.bundles import unprivileged, write_files


@pytest.fixture(params=["descriptors", "paths"], autouse=True)
def system(request: pytest.FixtureRequest, hide_descriptors: Callable[[], None]) -> str:
    """POSIX, and a system without its calls."""
    if request.param == "paths":
        hide_descriptors()
    return str(request.param)


def names(*paths: Path) -> list[str]:
    """The names that the files of these sources get."""
    return [each.name for each in find_originals([str(path) for path in paths])]


def test_a_single_folder_gives_names_inside_it(tmp_path: Path) -> None:
    """Sorted bytewise, empty folders left out, sizes as found."""
    write_files(tmp_path, {"b/y": b"12", "b.txt": b"1", "a": b"", "ملف.pdf": b"123"})
    (tmp_path / "empty").mkdir()
    found = find_originals([str(tmp_path)])
    assert [(each.name, each.size_bytes) for each in found] == [
        ("a", 0),
        ("b.txt", 1),
        ("b/y", 2),
        ("ملف.pdf", 3),
    ]
    assert (len(found), found.size_bytes, found[-1].path) == (4, 6, "ملف.pdf")
    assert {each.root for each in found} == {str(tmp_path)}
    for position in (4, -5):
        with pytest.raises(IndexError):
            found[position]


def test_several_sources_keep_their_names_apart(tmp_path: Path) -> None:
    """Each folder's name comes first; what came before is told apart by its number."""
    for folder in ("a/photos", "b/photos", "c"):
        write_files(tmp_path / folder, {"x.jpg": b""})
    assert names(
        *(tmp_path / each for each in ("a/photos", "b/photos", "c/x.jpg", "a/photos/x.jpg", "c"))
    ) == [
        "photos/x.jpg",
        "2/photos/x.jpg",
        "x.jpg",
        "3/x.jpg",
        "c/x.jpg",
    ]


def test_a_folder_named_like_a_number_does_not_collide(tmp_path: Path) -> None:
    """The prefix of a repeated source is looked for until it is free."""
    for folder in ("2", "a/p", "b/p"):
        write_files(tmp_path / folder, {"x": b"", "p/x": b""})
    found = names(tmp_path / "2", tmp_path / "a/p", tmp_path / "b/p")
    assert len(set(found)) == 6


def test_a_single_file_is_a_source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its name is its last component, whatever path leads to it, also through a link above."""
    write_files(tmp_path / "real", {"x.jpg": b"abc"})
    (tmp_path / "way").symlink_to("real")
    monkeypatch.chdir(tmp_path)
    (found,) = find_originals(["way/x.jpg"])
    assert (found.name, found.root, found.path) == ("x.jpg", str(tmp_path / "real"), "x.jpg")


def test_litter_is_listed_apart(tmp_path: Path) -> None:
    """What operating systems leave; a folder by such a name is no litter."""
    write_files(
        tmp_path, {".DS_Store": b"", "a/Thumbs.db": b"", "a/x": b"", "._x": b"", "desktop.ini/y": b""}
    )
    found = find_originals([str(tmp_path)])
    assert found.litter == (".DS_Store", "._x", "a/Thumbs.db")
    assert [each.name for each in found] == ["a/x", "desktop.ini/y"]


def test_everything_that_cannot_be_sealed_is_named_at_once(
    public_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Links, pipes, unreadable files and folders, missing sources, nesting without end."""
    write_files(public_folder / "s", {"ok": b"", "secret": b"", "closed/x": b"", "z/y": b""})
    (public_folder / "s/link").symlink_to("ok")
    os.mkfifo(public_folder / "s/pipe")
    (public_folder / "s/secret").chmod(0)
    (public_folder / "s/closed").chmod(0)
    (public_folder / "file-link").symlink_to("s/ok")
    os.mkfifo(public_folder / "other")
    monkeypatch.setattr("custody.format.limits.PATH_DEPTH", 1)
    sources = [str(public_folder / name) for name in ("s", "no", "file-link", "other")]
    with unprivileged(), pytest.raises(SourceRefusedError) as caught:
        find_originals(sources)
    (public_folder / "s/closed").chmod(0o755)
    assert [name for name, _ in caught.value.refused if name not in {"s/z", "s/closed"}] == [
        "s/link",
        "s/pipe",
        "s/secret",
        "no",
        "file-link",
        "other",
    ]
    assert {name for name, why in caught.value.refused if "nested" in why} == {"s/closed", "s/z"}
    assert str(public_folder) not in str(caught.value)


def test_unreadable_folders_are_named(public_folder: Path) -> None:
    """A folder inside, and the source itself."""
    write_files(public_folder, {"s/closed/x": b"", "t/x": b"", "u/x": b""})
    for name in ("s/closed", "t"):
        (public_folder / name).chmod(0)
    with unprivileged(), pytest.raises(SourceRefusedError) as caught:
        find_originals([str(public_folder / name) for name in ("s", "t", "u")])
    for name in ("s/closed", "t"):
        (public_folder / name).chmod(0o755)
    assert [name for name, _ in caught.value.refused] == ["s/closed", "t"]
    assert {why for _, why in caught.value.refused} == {"unreadable, PERMISSION"}


def test_a_name_that_is_not_utf8_can_be_refused(tmp_path: Path) -> None:
    """The message can be printed."""
    (tmp_path / os.fsdecode(b"\xff")).symlink_to("x")
    with pytest.raises(SourceRefusedError) as caught:
        find_originals([str(tmp_path)])
    assert caught.value.refused == (("\\udcff", "a link"),)


@pytest.mark.parametrize("name", ["f", "d"])
def test_a_source_that_vanishes_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Between the first look and the opening."""
    write_files(tmp_path, {"f": b"", "d/x": b""})

    def refuse(_: str) -> None:
        raise StorageError("gone", code="MISSING")

    monkeypatch.setattr(original, "open_tree", refuse)
    with pytest.raises(SourceRefusedError) as caught:
        find_originals([str(tmp_path / name)])
    assert caught.value.refused == ((name, "unreadable, MISSING"),)


def test_a_file_that_vanishes_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its folder is open and it is gone."""
    write_files(tmp_path, {"f": b""})

    def open_and_remove(path: str) -> Tree:
        (tmp_path / "f").unlink()
        return open_tree(path)

    monkeypatch.setattr(original, "open_tree", open_and_remove)
    with pytest.raises(SourceRefusedError) as caught:
        find_originals([str(tmp_path / "f")])
    assert caught.value.refused == (("f", "unreadable, MISSING"),)


def test_names_of_many_files_take_little_memory() -> None:
    """Found again by bisection, in and out of order."""
    table = NameTable(1)
    for number in range(1000):
        table.append(b"%06d" % number, number)
    assert [table.find(b"%06d" % number) for number in (0, 1, 999, 5, 6)] == [0, 1, 999, 5, 6]
    assert [table.find(name) for name in (b"", b"000001x", b"9")] == [None, None, None]
    assert table.first_at_or_after(b"000010") == 10
    assert table.row(7) == (7,)


# ---------------------------------------------------------------------------------------------------- copying


@pytest.fixture
def staged(tmp_path: Path) -> Iterator[StagedFolder]:
    """A new folder with `data` in it; what lies in it can be read before it is published."""
    with staged_folder(str(tmp_path / "bundle")) as folder:
        folder.create_folder("data")
        yield folder


def jobs_for(found: Originals, *, chunks: bool = False) -> list[CopyJob]:
    """Copies numbered in order."""
    return [
        CopyJob(
            root=each.root,
            path=each.path,
            destination=f"data/{number:06d}",
            size_bytes=each.size_bytes,
            chunks=chunks,
        )
        for number, each in enumerate(found, 1)
    ]


CONTENTS = [b"", b"abc", os.urandom(300_000), os.urandom(2**20), os.urandom(2 * 2**20 + 7)]


def expected(content: bytes, *, every: bool) -> CopiedFile:
    """What a copy of this content reports."""
    chunks = [content[start : start + 2**20] for start in range(0, len(content), 2**20)] if every else []
    return CopiedFile(
        size_bytes=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        sha512=hashlib.sha512(content).hexdigest() if every else None,
        sha3_256=hashlib.sha3_256(content).hexdigest() if every else None,
        chunks=b"".join(hashlib.sha256(chunk).digest() for chunk in chunks),
        seems=head_of("", content) if every else "",
    )


def head_of(_: str, head: bytes) -> str:
    """An inspection that shows what it was shown."""
    return hashlib.sha256(head[:8192]).hexdigest()


@pytest.mark.parametrize("every", [False, True])
def test_copies_are_hashed_while_they_are_read(tmp_path: Path, staged: StagedFolder, *, every: bool) -> None:
    """Bytes, digests, chunks, first bytes, modes; progress; the originals keep their times."""
    files = {f"{number}": content for number, content in enumerate(CONTENTS)}
    found = find_originals([str(write_files(tmp_path / "s", files))])
    before = [(tmp_path / "s" / name).stat().st_mtime_ns for name in files]
    done: list[int] = []
    copies = copy_originals(
        jobs_for(found, chunks=every),
        staged,
        algorithms=("sha256", "sha512", "sha3_256") if every else ("sha256",),
        inspect=head_of if every else None,
        progress=lambda _, size: done.append(size),
    )
    assert list(copies) == [expected(content, every=every) for content in CONTENTS]
    assert done == [len(content) for content in CONTENTS]
    written = sorted((Path(staged.path) / "data").iterdir())
    assert [path.read_bytes() for path in written] == CONTENTS
    assert {stat.S_IMODE(path.stat().st_mode) for path in written} == {0o444}
    assert [(tmp_path / "s" / name).stat().st_mtime_ns for name in files] == before


def test_processes_copy_many_files(
    tmp_path: Path, staged: StagedFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the order of the jobs, with what the caller's inspection says."""
    monkeypatch.setattr(ordered, "MANY_FILES", 1)
    monkeypatch.setattr(ordered, "usable_cores", lambda: 2)
    monkeypatch.setattr(worker_pool, "fork_is_safe", lambda: True)
    files = {f"{number:03d}": b"%d" % number for number in range(300)}
    found = find_originals([str(write_files(tmp_path / "s", files))])
    copies = list(copy_originals(jobs_for(found), staged, inspect=lambda path, _: path, expected_files=300))
    assert [copy.seems for copy in copies] == list(files)
    assert [copy.size_bytes for copy in copies] == [len(content) for content in files.values()]


@pytest.mark.parametrize("forked", [False, True])
def test_errors_travel_from_workers(
    tmp_path: Path, staged: StagedFolder, monkeypatch: pytest.MonkeyPatch, *, forked: bool
) -> None:
    """The same error with the same code, wherever it happened."""
    monkeypatch.setattr(ordered, "MANY_FILES", 1)
    monkeypatch.setattr(ordered, "usable_cores", lambda: 2)
    monkeypatch.setattr(worker_pool, "fork_is_safe", lambda: forked)
    found = find_originals([str(write_files(tmp_path / "s", {"a": b"", "b": b""}))])
    (tmp_path / "s/b").unlink()
    with pytest.raises(StorageError) as caught:
        list(copy_originals(jobs_for(found), staged, expected_files=2))
    assert (caught.value.code, str(caught.value)) == (
        "MISSING",
        "b: expected to open it, found nothing there (ENOENT)",
    )


@pytest.mark.parametrize("size", [100, 300_000])
@pytest.mark.parametrize("act", ["grow", "cut", "rewrite"])
def test_an_original_that_changes_while_read_is_refused(
    tmp_path: Path, staged: StagedFolder, monkeypatch: pytest.MonkeyPatch, act: str, size: int
) -> None:
    """Grown, cut, or rewritten between the first look and the last."""
    path = write_files(tmp_path / "s", {"a": bytes(size)}) / "a"
    os.utime(path, ns=(0, 0))
    found = find_originals([str(tmp_path / "s")])
    real = copying._Copy._pour
    changes: dict[str, Callable[[], object]] = {
        "grow": lambda: path.write_bytes(bytes(size + 1)),
        "cut": lambda: os.truncate(path, 10),
        "rewrite": lambda: path.write_bytes(bytes(size)),
    }

    def pour(*arguments: object) -> object:
        changes[act]()
        return real(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(copying._Copy, "_pour", pour)
    with pytest.raises(SourceChangedError) as caught:
        list(copy_originals(jobs_for(found), staged))
    assert str(caught.value).startswith("a: ")


@pytest.mark.parametrize("kind", ["link", "pipe", "folder"])
def test_an_original_that_became_something_else_is_refused(
    tmp_path: Path, staged: StagedFolder, kind: str
) -> None:
    """It was a file when it was found; links are still not followed."""
    path = write_files(tmp_path / "s", {"a": b"abc"}) / "a"
    found = find_originals([str(tmp_path / "s")])
    path.unlink()
    makers: dict[str, Callable[[], object]] = {
        "link": lambda: path.symlink_to("/etc/passwd"),
        "pipe": lambda: os.mkfifo(path),
        "folder": path.mkdir,
    }
    makers[kind]()
    with pytest.raises((SourceChangedError, StorageError)):
        list(copy_originals(jobs_for(found), staged))
    assert list((Path(staged.path) / "data").iterdir()) == []


def test_a_root_that_is_gone_is_an_error(tmp_path: Path, staged: StagedFolder) -> None:
    """The folder of the originals was moved away."""
    found = find_originals([str(write_files(tmp_path / "s", {"a": b"abc"}))])
    (tmp_path / "s").rename(tmp_path / "t")
    with pytest.raises(StorageError) as caught:
        list(copy_originals(jobs_for(found), staged))
    assert caught.value.code == "MISSING"


def test_many_roots_do_not_exhaust_descriptors(tmp_path: Path, staged: StagedFolder) -> None:
    """Files added one by one from many folders."""
    sources = [
        str(write_files(tmp_path / f"s{number}", {f"f{number}": b"abc"}) / f"f{number}")
        for number in range(40)
    ]
    assert len(list(copy_originals(jobs_for(find_originals(sources)), staged))) == 40


@pytest.mark.parametrize("size", [3, 300_000])
def test_a_full_disk_is_told(
    tmp_path: Path, staged: StagedFolder, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    """ENOSPC while writing, with the path in the bundle."""
    found = find_originals([str(write_files(tmp_path / "s", {"a": bytes(size)}))])

    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, "full")

    with monkeypatch.context() as patch:
        patch.setattr(os, "write", full)
        with pytest.raises(StorageError) as caught:
            list(copy_originals(jobs_for(found), staged))
    assert (caught.value.code, str(caught.value)) == (
        "NO_SPACE",
        "data/000001: expected to write it, found no space left (ENOSPC)",
    )
    with pytest.raises(StorageError) as caught:  # the same name again
        list(copy_originals(jobs_for(found), staged))
    assert "EEXIST" in str(caught.value)


def test_a_broken_disk_is_told(tmp_path: Path, staged: StagedFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    """EIO while reading, with the name of the original."""
    found = find_originals([str(write_files(tmp_path / "s", {"a": b"abc"}))])

    def broken(*_: object) -> bytes:
        raise OSError(errno.EIO, "broken")

    with monkeypatch.context() as patch:
        patch.setattr(os, "read", broken)
        with pytest.raises(StorageError) as caught:
            list(copy_originals(jobs_for(found), staged))
    assert (caught.value.code, str(caught.value)) == (
        "INPUT_OUTPUT",
        "a: expected to read it, found a fault of the disk (EIO)",
    )


def test_short_reads_are_continued(
    tmp_path: Path, staged: StagedFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A system that gives one byte at a time is read to the end."""
    found = find_originals([str(write_files(tmp_path / "s", {"a": b"abc"}))])
    real = os.read
    with monkeypatch.context() as patch:
        patch.setattr(os, "read", lambda descriptor, size: real(descriptor, min(size, 1)))
        assert list(copy_originals(jobs_for(found), staged)) == [expected(b"abc", every=False)]


@pytest.mark.parametrize("every", [False, True])
@pytest.mark.parametrize("content", CONTENTS, ids=len)
def test_a_stream_is_copied_like_a_file(staged: StagedFolder, content: bytes, *, every: bool) -> None:
    """Streams give less than was asked for; the chunks stay whole."""
    stream = io.BytesIO(content)
    with staged.create("data/stream") as writer:
        copied = copy_stream(
            lambda size: stream.read(min(size, 100_003)),
            writer,
            algorithms=("sha256", "sha512", "sha3_256") if every else ("sha256",),
            chunks=every,
            inspect=head_of if every else None,
        )
    assert copied == expected(content, every=every)
    assert (Path(staged.path) / "data/stream").read_bytes() == content
