"""Bundles in folders: what is listed, read, hashed and refused, and what is noticed when it changes."""

from __future__ import annotations

import errno
import os
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from custody.errors import FormatError, LimitError, SourceChangedError, StorageError, UsageError
from custody.format import limits
from custody.storage import tree
from custody.storage.folder import FolderSource, open_folder
from custody.storage.source import EntryKind, FaultKind, PayloadFault, PayloadJob
from tests.unit.storage.bundles import Files, job_of, unprivileged, write_files

Open = Callable[[Path], FolderSource]


def faults_of(source: FolderSource, *jobs: PayloadJob) -> list[tuple[str, FaultKind]]:
    """Path and kind of each fault."""
    return [(fault.path, fault.kind) for fault in source.hash_payload(jobs)]


def only_fault(source: FolderSource, job: PayloadJob) -> PayloadFault:
    """The one fault of one job."""
    (fault,) = source.hash_payload([job])
    return fault


def test_entries_are_sorted_by_whole_path(tmp_path: Path, files: Files, opened: Open) -> None:
    """A folder comes before what is in it, `log.txt` between `log` and `log/a`; the payload is left out."""
    source = opened(write_files(tmp_path, files))
    assert [entry.path for entry in source.entries()] == [
        "bag-info.txt",
        "bagit.txt",
        "custody",
        "custody/items.jsonl",
        "custody/log",
        "custody/log.txt",
        "custody/log/a",
        "custody/log/a/event.json",
        "data",
    ]


def test_payload_entries_are_those_below_data(tmp_path: Path, files: Files, opened: Open) -> None:
    """Kinds and sizes are those of the files, at any depth."""
    write_files(tmp_path, {**files, "data/deep/er": b"12345"})
    found = {entry.path: (entry.kind, entry.size_bytes) for entry in opened(tmp_path).payload_entries()}
    assert found == {
        "data/000001.txt": (EntryKind.FILE, 3),
        "data/000002": (EntryKind.FILE, 0),
        "data/000003.bin": (EntryKind.FILE, 300_000),
        "data/deep": (EntryKind.FOLDER, 0),
        "data/deep/er": (EntryKind.FILE, 5),
    }


@pytest.mark.parametrize("target", ["000001.txt", "/etc/passwd", "nowhere", "link", ".", ".."])
def test_a_link_is_listed_and_never_followed(tmp_path: Path, files: Files, opened: Open, target: str) -> None:
    """Inside, outside, dangling, to itself, to folders: always a link, and never a payload file."""
    write_files(tmp_path, files)
    (tmp_path / "data/link").symlink_to(target)
    (tmp_path / "custody/link").symlink_to(target)
    source = opened(tmp_path)
    kinds = {entry.path: entry.kind for entry in (*source.entries(), *source.payload_entries())}
    assert kinds["data/link"] is kinds["custody/link"] is EntryKind.LINK
    assert faults_of(source, job_of("data/link", b"abc")) == [("data/link", FaultKind.NOT_A_FILE)]
    with pytest.raises(StorageError) as caught:
        source.read("custody/link", 100)
    assert caught.value.code == "NOT_A_FILE"


def test_a_linked_data_folder_is_not_entered(tmp_path: Path, files: Files, opened: Open) -> None:
    """Files reached through a link are missing, not verified."""
    write_files(tmp_path / "bundle", {"bagit.txt": b""})
    write_files(tmp_path / "elsewhere", files)
    (tmp_path / "bundle/data").symlink_to(tmp_path / "elsewhere/data")
    source = opened(tmp_path / "bundle")
    assert [entry.kind for entry in source.entries() if entry.path == "data"] == [EntryKind.LINK]
    assert list(source.payload_entries()) == []
    job = job_of("data/000001.txt", b"abc")
    assert faults_of(source, job) in ([(job.path, FaultKind.MISSING)], [(job.path, FaultKind.NOT_A_FILE)])
    assert not source.changed()


def test_a_pipe_does_not_block(tmp_path: Path, files: Files, opened: Open) -> None:
    """A pipe is another thing and no file, for listing and for reading."""
    write_files(tmp_path, files)
    os.mkfifo(tmp_path / "data/pipe")
    source = opened(tmp_path)
    assert {entry.kind for entry in source.payload_entries() if entry.path == "data/pipe"} == {
        EntryKind.OTHER
    }
    assert only_fault(source, job_of("data/pipe", b"")).kind is FaultKind.NOT_A_FILE
    with pytest.raises(StorageError) as caught:
        source.read("data/pipe", 100)
    assert caught.value.code == "NOT_A_FILE"


def test_a_socket_is_no_file(
    tmp_path: Path, files: Files, opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A socket cannot be opened at all and is refused like a pipe."""
    write_files(tmp_path, files)
    monkeypatch.chdir(tmp_path / "data")  # the path of a socket is short
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("socket")
        assert only_fault(opened(tmp_path), job_of("data/socket", b"")).kind is FaultKind.NOT_A_FILE


def test_a_folder_in_place_of_a_file_is_no_file(tmp_path: Path, files: Files, opened: Open) -> None:
    """A folder by the name of a payload file is refused."""
    write_files(tmp_path, files)
    (tmp_path / "data/000009").mkdir()
    assert only_fault(opened(tmp_path), job_of("data/000009", b"")).kind is FaultKind.NOT_A_FILE


@pytest.mark.parametrize("every", [False, True], ids=["sha256", "every digest"])
def test_intact_files_have_no_faults(tmp_path: Path, files: Files, opened: Open, *, every: bool) -> None:
    """Empty, small and large files pass; progress counts each and its bytes."""
    files = {**files, "data/000004": os.urandom(2**20), "data/000005": os.urandom(2**20 + 1)}
    source = opened(write_files(tmp_path, files))
    jobs = [job_of(path, content, every=every) for path, content in files.items() if path.startswith("data/")]
    done: list[tuple[int, int]] = []
    assert not list(source.hash_payload(jobs, progress=lambda count, size: done.append((count, size))))
    assert sum(count for count, _ in done) == len(jobs)
    assert sum(size for _, size in done) == sum(job.size_bytes for job in jobs)


@pytest.mark.parametrize("size", [10, 300_000, 3 * 2**20 + 5])
def test_one_flipped_bit_is_found(tmp_path: Path, opened: Open, size: int) -> None:
    """Every digest differs, and the damage is located by its chunk."""
    content = bytearray(os.urandom(size))
    job = job_of("data/000001", bytes(content), every=True)
    content[-1] ^= 1
    fault = only_fault(opened(write_files(tmp_path, {"data/000001": bytes(content)})), job)
    assert (fault.kind, fault.algorithms) == (FaultKind.DIGEST, ("sha256", "sha512", "sha3_256", "chunks"))
    assert fault.damaged_chunks == ((size - 1) // 2**20,)


def test_a_small_file_with_one_digest_is_checked(tmp_path: Path, opened: Open) -> None:
    """The short way for small files finds a flipped bit too."""
    source = opened(write_files(tmp_path, {"data/000001": b"abd"}))
    fault = only_fault(source, job_of("data/000001", b"abc"))
    assert (fault.kind, fault.algorithms) == (FaultKind.DIGEST, ("sha256",))


def test_a_chunk_list_of_another_length_differs(tmp_path: Path, opened: Open) -> None:
    """A list with one digest too many names the chunk that is not there."""
    content = b"abc"
    job = job_of("data/000001", content, every=True)
    longer = PayloadJob(
        path=job.path, size_bytes=job.size_bytes, sha256=job.sha256, chunks=(job.chunks or b"") + bytes(32)
    )
    fault = only_fault(opened(write_files(tmp_path, {"data/000001": content})), longer)
    assert (fault.algorithms, fault.damaged_chunks) == (("chunks",), (1,))


def test_a_missing_file_is_missing(tmp_path: Path, files: Files, opened: Open) -> None:
    """No file, and no folder above it."""
    source = opened(write_files(tmp_path, files))
    jobs = [job_of("data/000009", b""), job_of("nowhere/000001", b""), job_of("bagit.txt/x", b"")]
    assert {kind for _, kind in faults_of(source, *jobs)} == {FaultKind.MISSING}


def test_a_sparse_giant_is_refused_unread(
    tmp_path: Path, opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Eight GiB of nothing in place of three bytes are refused by their length."""
    write_files(tmp_path, {"data/000001": b""})
    os.truncate(tmp_path / "data/000001", 8 * 2**30)
    monkeypatch.setattr(os, "read", lambda *_: pytest.fail("read"))
    fault = only_fault(opened(tmp_path), job_of("data/000001", b"abc"))
    assert (fault.kind, fault.found_bytes) == (FaultKind.SIZE, 8 * 2**30)


def test_faults_come_in_the_order_of_the_jobs(tmp_path: Path, opened: Open) -> None:
    """Large files are read by threads and small ones meanwhile; the order stays."""
    large, small = os.urandom(2**20), b"abc"
    names = [f"data/{number:06d}" for number in range(40)]
    write_files(tmp_path, {name: (small, large)[number % 3 == 0] for number, name in enumerate(names)})
    jobs = [job_of(name, (b"abd", large[::-1])[number % 3 == 0]) for number, name in enumerate(names)]
    assert [path for path, _ in faults_of(opened(tmp_path), *jobs)] == names


def test_jobs_are_taken_as_needed(tmp_path: Path, opened: Open) -> None:
    """The first fault of an endless stream of jobs comes at once, and giving up stops the threads."""
    write_files(tmp_path, {"data/000001": os.urandom(2**20)})

    def endless() -> Iterator[PayloadJob]:
        while True:
            yield job_of("data/000001", bytes(2**20))

    faults = opened(tmp_path).hash_payload(endless())
    assert next(faults).kind is FaultKind.DIGEST
    faults.close()


@pytest.mark.parametrize("size", [100, 300_000])
def test_a_file_that_grows_while_read_is_noticed(
    tmp_path: Path, opened: Open, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    """One byte appended between looking and reading makes it undetermined, not refuted."""
    path = write_files(tmp_path, {"data/000001": bytes(size)}) / "data/000001"
    source = opened(tmp_path)
    fault = during_reading(source, job_of("data/000001", bytes(size)), monkeypatch, lambda: append(path))
    assert fault.kind is FaultKind.CHANGED_WHILE_READ


@pytest.mark.parametrize("size", [100, 300_000])
def test_a_file_that_is_cut_while_read_is_noticed(
    tmp_path: Path, opened: Open, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    """A file that ends early makes it undetermined."""
    path = write_files(tmp_path, {"data/000001": bytes(size)}) / "data/000001"
    source = opened(tmp_path)
    job = job_of("data/000001", bytes(size))
    fault = during_reading(source, job, monkeypatch, lambda: os.truncate(path, 10))
    assert fault.kind is FaultKind.CHANGED_WHILE_READ


def test_a_file_rewritten_while_read_is_noticed(
    tmp_path: Path, opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same length and other bytes: the times of the file tell."""
    path = write_files(tmp_path, {"data/000001": b"abc"}) / "data/000001"
    os.utime(path, ns=(0, 0))
    source = opened(tmp_path)
    fault = during_reading(
        source, job_of("data/000001", b"abc"), monkeypatch, lambda: path.write_bytes(b"abd")
    )
    assert fault.kind is FaultKind.CHANGED_WHILE_READ


def append(path: Path) -> None:
    """Add one byte to a file."""
    with path.open("ab") as file:
        file.write(b"x")


def during_reading(
    source: FolderSource, job: PayloadJob, monkeypatch: pytest.MonkeyPatch, act: Callable[[], object]
) -> PayloadFault:
    """Hash one file and act once, after the first look at it and before the second."""
    real = os.fstat
    looked: list[int] = []

    def look(descriptor: int) -> os.stat_result:
        status = real(descriptor)
        looked.append(descriptor)
        if len(looked) == looks:
            act()
        return status

    looks = 1 if hasattr(os, "O_NOFOLLOW") else 2  # without it, opening looks once itself
    with monkeypatch.context() as patch:
        patch.setattr(os, "fstat", look)
        return only_fault(source, job)


def test_short_reads_are_continued(tmp_path: Path, opened: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    """A system that gives one byte at a time is read to the end."""
    write_files(tmp_path, {"data/000001": b"abcdef", "small": b"123"})
    real = os.read
    monkeypatch.setattr(os, "read", lambda descriptor, size: real(descriptor, min(size, 1)))
    source = opened(tmp_path)
    assert not list(source.hash_payload([job_of("data/000001", b"abcdef")]))
    assert source.read("small", 3) == b"123"


@pytest.mark.parametrize("every", [False, True])
def test_a_read_error_names_errno(
    tmp_path: Path, opened: Open, monkeypatch: pytest.MonkeyPatch, *, every: bool
) -> None:
    """A broken disk says nothing about the evidence."""

    def broken(*_: object) -> int:
        raise OSError(errno.EIO, "broken")

    write_files(tmp_path, {"data/000001": b"abc"})
    source = opened(tmp_path)
    monkeypatch.setattr(os, "read", broken)
    monkeypatch.setattr("custody.storage.payload_check.file_reader", lambda _: broken)
    fault = only_fault(source, job_of("data/000001", b"abc", every=every))
    assert (fault.kind, fault.error, fault.offset) == (FaultKind.UNREADABLE, "EIO", 0)
    with pytest.raises(StorageError) as caught:
        source.read("data/000001", 10)
    assert caught.value.code == "INPUT_OUTPUT"


def test_an_unreadable_file_is_unreadable_not_refuted(public_folder: Path, opened: Open) -> None:
    """Permission denied names the errno, and the other files are still checked."""
    write_files(public_folder, {"data/000001": b"abc", "data/000002": b"abd"})
    (public_folder / "data/000001").chmod(0)
    source = opened(public_folder)
    with unprivileged():
        faults = list(source.hash_payload([job_of("data/000001", b"abc"), job_of("data/000002", b"abc")]))
    assert [(fault.kind, fault.error) for fault in faults] == [
        (FaultKind.UNREADABLE, "EACCES"),
        (FaultKind.DIGEST, ""),
    ]


@pytest.mark.parametrize("folder", ["data", "custody"])
def test_an_unreadable_folder_is_an_error(
    public_folder: Path, files: Files, opened: Open, folder: str
) -> None:
    """A world that cannot be listed cannot be closed."""
    write_files(public_folder, files)
    (public_folder / folder).chmod(0)
    source = opened(public_folder)
    with unprivileged(), pytest.raises(StorageError) as caught:
        list(source.payload_entries() if folder == "data" else source.entries())
    assert caught.value.code == "PERMISSION"
    (public_folder / folder).chmod(0o755)


def test_reading_leaves_no_trace_for_owners_and_works_for_others(public_folder: Path, files: Files) -> None:
    """O_NOATIME is for the owner alone; another user reads without it."""
    write_files(public_folder, files)
    with unprivileged():
        source = open_folder(str(public_folder))
        assert source.read("bagit.txt", 100) == files["bagit.txt"]
        assert source.read("bag-info.txt", 100) == files["bag-info.txt"]
        source.close()


def test_read_gives_the_bytes(tmp_path: Path, files: Files, opened: Open) -> None:
    """A small file, read whole."""
    assert opened(write_files(tmp_path, files)).read("custody/items.jsonl", 8) == b"one\ntwo\n"


def test_read_refuses_a_longer_file(tmp_path: Path, files: Files, opened: Open) -> None:
    """One byte more than the limit is refused before reading."""
    with pytest.raises(LimitError):
        opened(write_files(tmp_path, files)).read("custody/items.jsonl", 7)


def test_read_of_nothing_is_missing(tmp_path: Path, files: Files, opened: Open) -> None:
    """The code tells absence from a fault of the machine."""
    with pytest.raises(StorageError) as caught:
        opened(write_files(tmp_path, files)).read("custody/nothing", 7)
    assert caught.value.code == "MISSING"


@pytest.mark.parametrize("path", ["", ".", "..", "custody/..", "/", "a//"])
def test_a_path_that_leads_elsewhere_is_a_bug(tmp_path: Path, opened: Open, path: str) -> None:
    """Our own code never asks for such a path."""
    with pytest.raises(UsageError):
        opened(tmp_path).read(path, 7)


@pytest.mark.parametrize("use", ["read", "lines"])
def test_a_tag_file_that_changes_while_read_is_noticed(
    tmp_path: Path, files: Files, opened: Open, monkeypatch: pytest.MonkeyPatch, use: str
) -> None:
    """Growth during reading raises its own error, neither refuted nor unreadable."""
    path = write_files(tmp_path, files) / "custody/items.jsonl"
    real = os.read

    def read_and_grow(descriptor: int, size: int) -> bytes:
        append(path)
        return real(descriptor, size)

    source = opened(tmp_path)
    monkeypatch.setattr(os, "read", read_and_grow)
    with pytest.raises(SourceChangedError) as caught:
        source.read("custody/items.jsonl", 8) if use == "read" else list(
            source.lines("custody/items.jsonl", 8)
        )
    assert caught.value.code == "CHANGED_WHILE_READ"


def test_lines_come_without_their_line_feeds(tmp_path: Path, opened: Open) -> None:
    """Empty lines are lines, and blocks do not cut them."""
    lines = [b"", b"x" * 10, b"y" * 700_000, b"z" * 700_000, b""]
    source = opened(write_files(tmp_path, {"f": b"".join(line + b"\n" for line in lines), "empty": b""}))
    assert list(source.lines("f", 700_000)) == lines
    assert list(source.lines("empty", 1)) == []


@pytest.mark.parametrize("content", [b"1234\n", b"1234", b"1\n1234\n"])
def test_a_line_above_the_limit_is_refused(tmp_path: Path, opened: Open, content: bytes) -> None:
    """With its line feed or still without."""
    source = opened(write_files(tmp_path, {"f": content}))
    with pytest.raises(LimitError):
        list(source.lines("f", 3))


def test_a_last_line_without_line_feed_is_refused(tmp_path: Path, opened: Open) -> None:
    """The lines before it are given, then the error says what is missing."""
    lines = opened(write_files(tmp_path, {"f": b"1\n2"})).lines("f", 3)
    assert next(lines) == b"1"
    with pytest.raises(FormatError) as caught:
        next(lines)
    assert caught.value.code == "LINE_FEED"


def seen_whole(source: FolderSource) -> FolderSource:
    """The source after both listings."""
    assert list(source.entries())
    assert list(source.payload_entries())
    return source


def test_a_bundle_at_rest_is_unchanged(tmp_path: Path, files: Files, opened: Open) -> None:
    """Reading is not change, and a second listing does not replace the first."""
    source = seen_whole(opened(write_files(tmp_path, files)))
    assert source.read("bagit.txt", 100)
    seen_whole(source)
    assert not source.changed()


@pytest.mark.parametrize(
    "path", ["bagit.txt", "custody/log/a/event.json", "data/000001.txt", "data/new", "new"]
)
def test_a_change_between_the_walks_is_noticed(tmp_path: Path, files: Files, opened: Open, path: str) -> None:
    """A file written anew or added."""
    source = seen_whole(opened(write_files(tmp_path, files)))
    (tmp_path / path).write_bytes(b"other")
    assert source.changed()


@pytest.mark.parametrize("path", ["bagit.txt", "data/000001.txt"])
def test_a_removal_between_the_walks_is_noticed(
    tmp_path: Path, files: Files, opened: Open, path: str
) -> None:
    """A file that is gone."""
    source = seen_whole(opened(write_files(tmp_path, files)))
    (tmp_path / path).unlink()
    assert source.changed()


def test_a_change_of_what_was_not_listed_is_not_looked_for(
    tmp_path: Path, files: Files, opened: Open
) -> None:
    """Only what was seen can be compared."""
    source = opened(write_files(tmp_path, files))
    list(source.entries())
    (tmp_path / "data/new").write_bytes(b"")
    os.utime(tmp_path / "data", ns=(0, 0))
    assert source.changed()  # the folder itself was listed
    other = opened(tmp_path)
    list(other.payload_entries())
    (tmp_path / "bagit.txt").write_bytes(b"")
    assert not other.changed()


@pytest.mark.parametrize("where", ["data", "custody"])
def test_a_name_that_vanishes_during_the_walk_is_noticed(
    tmp_path: Path, files: Files, opened: Open, where: str
) -> None:
    """What was listed and is gone when looked at makes the bundle changed."""
    folder = (
        write_files(tmp_path, {**files, f"{where}/a1": b"", f"{where}/a2": b"", f"{where}/d/x": b""}) / where
    )
    source = opened(tmp_path)
    walk = source.payload_entries() if where == "data" else source.entries()
    for entry in walk:
        if entry.path.startswith(f"{where}/") and (folder / "d").exists():
            for name in ("a1", "a2"):
                (folder / name).unlink(missing_ok=True)
            (folder / "d/x").unlink()
            (folder / "d").rmdir()
    assert source.changed()


def test_a_folder_exchanged_for_a_link_during_the_walk_is_noticed(
    tmp_path: Path, files: Files, opened: Open
) -> None:
    """It was a folder when listed; it is not followed when it is a link."""
    write_files(tmp_path, {**files, "data/d/x": b""})
    source = opened(tmp_path)
    for entry in source.payload_entries():
        assert entry.path != "data/d/passwd"
        if entry.path == "data/d":
            (tmp_path / "data/d/x").unlink()
            (tmp_path / "data/d").rmdir()
            (tmp_path / "data/d").symlink_to("/etc")
    assert source.changed()


def test_a_path_longer_than_any_string_is_listed(tmp_path: Path) -> None:
    """Nested folders beyond PATH_MAX are reached by descriptors and not passed over in silence."""
    (tmp_path / "data").mkdir()
    above = os.open(tmp_path / "data", os.O_RDONLY)
    for _ in range(20):
        os.mkdir("n" * 250, dir_fd=above)
        below = os.open("n" * 250, os.O_RDONLY, dir_fd=above)
        os.close(above)
        above = below
    os.close(os.open("hidden", os.O_CREAT | os.O_WRONLY, dir_fd=above))
    os.close(above)
    source = open_folder(str(tmp_path))
    last = list(source.payload_entries())[-1]
    assert last.path.endswith("n/hidden")
    assert len(last.path) > 4096
    assert only_fault(source, job_of(last.path, b"x")).kind is FaultKind.SIZE
    source.close()


def test_a_folder_nested_too_deep_is_listed_as_another_thing(tmp_path: Path, opened: Open) -> None:
    """It is not entered, and it does not look like an empty folder either."""
    for top in ("data", "x"):
        (tmp_path / top).joinpath(*["d"] * limits.PATH_DEPTH).mkdir(parents=True)
    source = opened(tmp_path)
    for walk in (source.payload_entries(), source.entries()):
        deepest = max(walk, key=lambda entry: entry.path.count("/"))
        assert deepest.path.count("/") == limits.PATH_DEPTH - 1
        assert deepest.kind is EntryKind.OTHER


def test_a_folder_with_too_many_names_is_refused(
    tmp_path: Path, files: Files, opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Names that have to be sorted are limited; the payload's are not."""
    monkeypatch.setattr(limits, "FOLDER_NAMES", 2)
    write_files(tmp_path, {**files, **{f"custody/{number}": b"" for number in range(9)}})
    source = opened(tmp_path)
    with pytest.raises(LimitError):
        list(source.entries())
    assert len(list(source.payload_entries())) == 3


def test_a_name_that_is_not_utf8_is_listed(tmp_path: Path, files: Files, opened: Open) -> None:
    """Its bytes are kept as surrogate escapes, also on the way to a fault."""
    write_files(tmp_path, files)
    (tmp_path / os.fsdecode(b"data/\xff")).write_bytes(b"abc")
    source = opened(tmp_path)
    assert "data/\udcff" in {entry.path for entry in source.payload_entries()}
    assert faults_of(source, job_of("data/\udcff", b"abd")) == [("data/\udcff", FaultKind.DIGEST)]


@pytest.mark.parametrize(
    ("name", "code"), [("link", "NOT_A_FOLDER"), ("file", "NOT_A_FOLDER"), ("no", "MISSING")]
)
def test_only_a_folder_is_opened(tmp_path: Path, opened: Open, name: str, code: str) -> None:
    """A link to a folder is refused too, and the message names no more than the last component."""
    (tmp_path / "file").write_bytes(b"")
    (tmp_path / "link").symlink_to(tmp_path)
    with pytest.raises(StorageError) as caught:
        opened(tmp_path / name)
    assert caught.value.code == code
    assert str(tmp_path) not in str(caught.value)


def test_a_file_exchanged_while_it_is_opened_is_refused(
    tmp_path: Path, files: Files, hide_descriptors: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where links cannot be refused by the call itself, the opened file is compared with what was seen."""
    hide_descriptors()
    source = open_folder(str(write_files(tmp_path, files)))
    real = os.open

    def open_other(path: str, flags: int) -> int:
        del path
        return real(tmp_path / "bagit.txt", flags)

    monkeypatch.setattr(os, "open", open_other)
    assert only_fault(source, job_of("data/000001.txt", b"abc")).kind is FaultKind.NOT_A_FILE


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("C:\\a\\b", "\\\\?\\C:\\a\\b"),
        ("\\\\host\\share\\a", "\\\\?\\UNC\\host\\share\\a"),
        ("\\\\?\\C:\\a", "\\\\?\\C:\\a"),
    ],
)
def test_windows_paths_have_no_length_limit(
    monkeypatch: pytest.MonkeyPatch, path: str, expected: str
) -> None:
    """The form that Windows takes unchanged; elsewhere a path stays as it is."""
    assert tree.host_path(path) == path
    monkeypatch.setattr(tree, "_WINDOWS", True)
    assert tree.host_path(path) == expected


def test_many_folders_do_not_exhaust_descriptors(tmp_path: Path) -> None:
    """Folders are kept open for their files, but not all of them."""
    files = {f"data/{number}/x": b"abc" for number in range(300)}
    source = open_folder(str(write_files(tmp_path, files)))
    before = len(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else 0  # noqa: PTH112, PTH208
    assert not list(source.hash_payload(job_of(path, content) for path, content in files.items()))
    after = len(os.listdir("/proc/self/fd")) if before else 0  # noqa: PTH208
    assert after - before < 100
    source.close()
