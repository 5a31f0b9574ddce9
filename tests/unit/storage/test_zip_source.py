"""Bundles in zips: the same answers as from the folder, straight from the zip."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from custody.errors import FormatError, LimitError, SourceChangedError, StorageError
from custody.storage import ordered, worker_pool, zip_source
from custody.storage.digests import SMALL_BYTES
from custody.storage.folder import FolderSource
from custody.storage.opening import open_bundle
from custody.storage.source import EntryKind, FaultKind
from custody.storage.zip_source import ZipSource, open_zip
from tests.unit.storage.bundles import TOP, Files, job_of, write_files, zip_bytes

OpenZip = Callable[[bytes], ZipSource]


@pytest.fixture(params=["preadv", "in turn"])
def opened(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[OpenZip]:
    """A function that opens a zip of these bytes, also where nothing can be read at an offset."""
    if request.param == "in turn":
        monkeypatch.delattr(os, "preadv", raising=False)
    with ExitStack() as sources:

        def open_it(content: bytes) -> ZipSource:
            (tmp_path / "b.zip").write_bytes(content)
            source = open_zip(str(tmp_path / "b.zip"))
            sources.callback(source.close)
            return source

        yield open_it


def test_a_zip_lists_what_the_folder_lists(tmp_path: Path, files: Files, opened: OpenZip) -> None:
    """The same entries in the same order; the top folder is left out."""
    folder = open_bundle(str(write_files(tmp_path / "b", files)))
    source = opened(zip_bytes(files))
    assert source.top == TOP
    assert list(source.entries()) == list(folder.entries())
    key = lambda entry: entry.path  # noqa: E731
    assert sorted(source.payload_entries(), key=key) == sorted(folder.payload_entries(), key=key)
    folder.close()


def test_a_zip_without_payload_still_has_its_folder(opened: OpenZip) -> None:
    """A zip cannot hold an empty folder; `data` always exists."""
    assert [(entry.path, entry.kind) for entry in opened(zip_bytes({"e": b"", "a/b/c": b""})).entries()] == [
        ("a", EntryKind.FOLDER),
        ("a/b", EntryKind.FOLDER),
        ("a/b/c", EntryKind.FILE),
        ("data", EntryKind.FOLDER),
        ("e", EntryKind.FILE),
    ]


def test_an_empty_zip_is_an_empty_bundle(opened: OpenZip) -> None:
    """No member, no top folder."""
    source = opened(zip_bytes({}))
    assert [entry.path for entry in source.entries()] == ["data"]
    assert not list(source.payload_entries())


@pytest.mark.parametrize("every", [False, True])
def test_intact_members_have_no_faults(files: Files, opened: OpenZip, *, every: bool) -> None:
    """Small and large, in ascending order and in none."""
    files = {**files, "data/000004": os.urandom(2**21 + 1)}
    jobs = [job_of(path, content, every=every) for path, content in files.items() if path.startswith("data/")]
    source = opened(zip_bytes(files))
    done: list[int] = []
    assert not list(source.hash_payload(jobs + jobs[::-1], progress=lambda count, _: done.append(count)))
    assert sum(done) == 2 * len(jobs)


def test_faults_of_members(files: Files, opened: OpenZip) -> None:
    """Missing, of another length, of other bytes."""
    source = opened(zip_bytes(files))
    jobs = [job_of("data/9", b""), job_of("data/000001.txt", b"abcd"), job_of("data/000001.txt", b"abd")]
    faults = list(source.hash_payload(jobs))
    assert [fault.kind for fault in faults] == [FaultKind.MISSING, FaultKind.SIZE, FaultKind.DIGEST]
    assert faults[1].found_bytes == 3


def test_another_crc_is_a_contradiction(files: Files, opened: OpenZip) -> None:
    """Stock tools would call the member damaged although its digest holds."""
    wrong = {"data/000001.txt": 1, "custody/items.jsonl": 1, "data/000003.bin": 1}
    source = opened(zip_bytes(files, crc=wrong))
    jobs = [job_of(path, files[path]) for path in ("data/000001.txt", "data/000003.bin")]
    assert [fault.kind for fault in source.hash_payload(jobs)] == [FaultKind.CRC, FaultKind.CRC]
    for use in (
        lambda: source.read("custody/items.jsonl", 100),
        lambda: list(source.lines("custody/items.jsonl", 9)),
    ):
        with pytest.raises(FormatError) as caught:
            use()
        assert caught.value.code == "ZIP_CONTRADICTION"


def test_reading_members(files: Files, opened: OpenZip) -> None:
    """Whole and by lines, also longer than one block."""
    long = b"".join(b"%07d\n" % number for number in range(200_000))
    source = opened(zip_bytes({**files, "long": long}))
    assert source.read("custody/items.jsonl", 8) == b"one\ntwo\n"
    assert source.read("long", len(long)) == long
    assert list(source.lines("long", 7)) == long.split()
    with pytest.raises(LimitError):
        source.read("custody/items.jsonl", 7)
    with pytest.raises(LimitError):
        list(source.lines("custody/items.jsonl", 2))
    with pytest.raises(StorageError) as caught:
        source.read("nothing", 7)
    assert caught.value.code == "MISSING"


@pytest.mark.parametrize(
    "content", [zip_bytes({"a": b"", "b/c": b""}, ""), zip_bytes({"a/b": b"", "c/d": b""}, "")]
)
def test_two_top_folders_are_refused(content: bytes, opened: OpenZip) -> None:
    """Or a file beside the top folder."""
    with pytest.raises(FormatError) as caught:
        opened(content)
    assert caught.value.code == "ZIP_CONTRADICTION"


def test_another_form_is_refused(opened: OpenZip) -> None:
    """As the container says."""
    with pytest.raises(FormatError) as caught:
        opened(b"PK\x03\x04 and no more")
    assert caught.value.code == "ZIP_FORM"


def test_a_zip_cut_while_read_is_noticed(tmp_path: Path, files: Files, opened: OpenZip) -> None:
    """Members beyond the cut changed; the zip as a whole did, too."""
    source = opened(zip_bytes(files))
    assert not source.changed()
    os.truncate(tmp_path / "b.zip", 50)
    assert source.changed()
    (fault,) = source.hash_payload([job_of("data/000003.bin", files["data/000003.bin"])])
    assert fault.kind is FaultKind.CHANGED_WHILE_READ
    with pytest.raises(SourceChangedError):
        source.read("data/000001.txt", 10)


def test_a_zip_that_is_gone_has_changed(tmp_path: Path, files: Files, opened: OpenZip) -> None:
    """Its bytes can still be read, but nobody else finds them."""
    source = opened(zip_bytes(files))
    (tmp_path / "b.zip").unlink()
    assert source.changed()


def test_a_zip_exchanged_has_changed(tmp_path: Path, files: Files, opened: OpenZip) -> None:
    """Another file by the same name."""
    source = opened(zip_bytes(files))
    (tmp_path / "c.zip").write_bytes(zip_bytes(files))
    (tmp_path / "c.zip").replace(tmp_path / "b.zip")
    assert source.changed()


def test_a_read_error_names_errno(files: Files, opened: OpenZip, monkeypatch: pytest.MonkeyPatch) -> None:
    """A broken disk says nothing about the evidence."""
    source = opened(zip_bytes(files))

    def broken(*_: object) -> int:
        raise OSError(errno.EIO, "broken")

    monkeypatch.setattr(source, "_read_at", broken)
    (fault,) = source.hash_payload([job_of("data/000001.txt", b"abc")])
    assert (fault.kind, fault.error) == (FaultKind.UNREADABLE, "EIO")
    with pytest.raises(StorageError) as caught:
        source.read("bagit.txt", 100)
    assert caught.value.code == "INPUT_OUTPUT"


def test_a_directory_that_cannot_be_read_is_an_error(
    tmp_path: Path, files: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The descriptor is given back."""
    (tmp_path / "b.zip").write_bytes(zip_bytes(files))

    def broken(*_: object) -> int:
        raise OSError(errno.EIO, "broken")

    monkeypatch.setattr(zip_source, "reader_at", lambda _: broken)
    with pytest.raises(StorageError) as caught:
        open_zip(str(tmp_path / "b.zip"))
    assert caught.value.code == "INPUT_OUTPUT"


@pytest.mark.parametrize("way", ["fork", "spawn"])
def test_workers_read_members(opened: OpenZip, monkeypatch: pytest.MonkeyPatch, way: str) -> None:
    """Processes share the descriptor and not its position; without preadv nothing is shared."""
    monkeypatch.setattr(worker_pool, "fork_is_safe", lambda: way == "fork" and hasattr(os, "preadv"))
    monkeypatch.setattr(ordered, "MANY_FILES", 1)
    monkeypatch.setattr(ordered, "usable_cores", lambda: 2)
    files = {f"data/{number:06d}": b"%d" % number for number in range(500)}
    source = opened(zip_bytes(files))
    jobs = [job_of(path, b"%d" % (number + (number == 400))) for number, path in enumerate(files)]
    assert [fault.path for fault in source.hash_payload(jobs)] == ["data/000400"]


def test_a_bundle_is_opened_in_its_form(tmp_path: Path, files: Files) -> None:
    """A folder, a zip, nothing, a link, a pipe."""
    (tmp_path / "b.zip").write_bytes(zip_bytes(files))
    write_files(tmp_path / "b", files)
    for name, kind, form in (("b", FolderSource, "folder"), ("b.zip", ZipSource, "zip")):
        source = open_bundle(str(tmp_path / name))
        assert isinstance(source, kind)
        assert source.form == form
        source.close()
    (tmp_path / "link").symlink_to("b.zip")
    os.mkfifo(tmp_path / "pipe")
    for name, code in (("link", "NOT_A_FILE"), ("pipe", "NOT_A_FILE"), ("nothing", "MISSING")):
        with pytest.raises(StorageError) as caught:
            open_bundle(str(tmp_path / name))
        assert caught.value.code == code


@pytest.mark.parametrize("name", ["nothing", "folder"])
def test_only_a_file_is_opened_as_a_zip(tmp_path: Path, name: str) -> None:
    """What vanishes, or becomes a folder, after it was looked at."""
    (tmp_path / "folder").mkdir()
    with pytest.raises(StorageError):
        open_zip(str(tmp_path / name))


def test_members_of_threads_are_read_at_once(files: Files, opened: OpenZip) -> None:
    """Large members read by two threads do not disturb each other's position."""
    large = {f"data/{number:06d}": os.urandom(SMALL_BYTES * 3) for number in range(12)}
    source = opened(zip_bytes({**files, **large}))
    assert not list(source.hash_payload([job_of(path, content) for path, content in large.items()]))
