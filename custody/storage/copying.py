"""Originals copied into a new folder and hashed in the same pass; the originals are only ever read."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Generator, Iterable
from typing import Any

from attrs import frozen

from custody.errors import SourceChangedError, StorageError
from custody.storage.commit import SEALED_MODE, StagedFolder
from custody.storage.digests import HEAD_BYTES, SMALL_BYTES, Buffer, Digests, Pulse, file_reader
from custody.storage.new_tree import NewTree
from custody.storage.ordered import run_ordered
from custody.storage.os_errors import storage_error
from custody.storage.source import Progress
from custody.storage.tree import Tree, close_reader, fingerprint, open_tree
from custody.storage.writer import FileWriter

Inspect = Callable[[str, bytes], str]
"""Takes the path of an original and its first bytes and says what it seems to be, in a few characters."""

_ROOTS_KEPT_OPEN = 16


@frozen(kw_only=True)
class CopyJob:
    """One original and where its copy goes.

    Attributes:
        root: a folder on this machine.
        path: of the original in it.
        destination: path of the copy in the new folder.
        size_bytes: about how long it is; it decides who reads it.
        chunks: also hash each MiB.
    """

    root: str
    path: str
    destination: str
    size_bytes: int
    chunks: bool = False


@frozen(kw_only=True)
class CopiedFile:
    """What was written, as hashed while it was read.

    Attributes:
        size_bytes: its length.
        sha256: 64 hex digits.
        sha512: 128 hex digits, when asked for.
        sha3_256: 64 hex digits, when asked for.
        chunks: SHA-256 of each MiB, 32 bytes each, when asked for.
        seems: what `inspect` said.
    """

    size_bytes: int
    sha256: str
    sha512: str | None = None
    sha3_256: str | None = None
    chunks: bytes = b""
    seems: str = ""


def copy_originals(
    jobs: Iterable[CopyJob],
    staged: StagedFolder,
    *,
    algorithms: tuple[str, ...] = ("sha256",),
    inspect: Inspect | None = None,
    expected_files: int = 0,
    progress: Progress | None = None,
) -> Generator[CopiedFile, None, None]:
    """Copy files, each read once, and yield what was written, in the order of the jobs.

    Args:
        jobs: what to copy; taken as needed. Folders of the destinations exist.
        staged: where to.
        algorithms: sha256 and, if wanted, sha512 and sha3_256.
        inspect: looks at the first bytes; it may run in another process and must not depend on state.
        expected_files: about how many jobs will come.
        progress: told what is done.

    Raises:
        SourceChangedError: an original changed while it was read, or is no file any more.
        StorageError: the machine refused to read or to write.
    """
    task = _Copy(staged.new_tree(), _Plan(algorithms, inspect, staged.sync_each))
    try:
        for _, result in run_ordered(jobs, task, _encode, _size, expected_files):
            copied = _decode(result or [], algorithms)
            if progress is not None:
                progress(1, copied.size_bytes)
            yield copied
    finally:
        task.close()


def copy_stream(
    read: Callable[[int], bytes],
    writer: FileWriter,
    *,
    algorithms: tuple[str, ...] = ("sha256",),
    chunks: bool = False,
    inspect: Inspect | None = None,
) -> CopiedFile:
    """Copy what a stream gives until it ends; the caller closes the writer.

    Args:
        read: gives at most so many bytes, none at the end; fewer does not mean the end.
        writer: where to.
        algorithms: as in `copy_originals`.
        chunks: also hash each MiB.
        inspect: as in `copy_originals`, called with "" for the path.

    Raises:
        StorageError: the machine refused to write. What `read` raises passes through.
    """

    def fill(view: memoryview) -> int:
        block = read(len(view))
        view[: len(block)] = block
        return len(block)

    digests = Digests(algorithms, chunks=chunks)
    buffer = Buffer()
    seems = ""
    first = True
    while True:
        block = buffer.fill(fill, Buffer.SIZE_BYTES)
        if first and inspect is not None:
            seems = inspect("", bytes(block[:HEAD_BYTES]))
        first = False
        if not block:
            break
        digests.update(block)
        writer.write(block)
    return _copied(writer.size_bytes, algorithms, digests.hex(), digests.chunks(), seems)


@frozen
class _Plan:
    """What is the same for every file."""

    algorithms: tuple[str, ...]
    inspect: Inspect | None
    sync: bool


class _Copy:
    """The task of `custody.storage.ordered`: one original to one new file."""

    repeatable = False

    def __init__(self, target: NewTree, plan: _Plan) -> None:
        self._target = target
        self._plan = plan
        self._roots: dict[str, Tree] = {}
        self._buffer: Buffer | None = None

    def clone(self) -> _Copy:
        return _Copy(self._target.clone(), self._plan)

    def close(self) -> None:
        while self._roots:
            self._roots.popitem()[1].close()
        self._target.close()

    def remake(self) -> tuple[str, int] | None:
        return None  # `inspect` is a function of the caller's

    def run(self, job: list[Any], pulse: Pulse) -> list[Any]:
        """Copy one file. Errors are results, because they may have to travel."""
        _, path, destination, _ = job
        try:
            return self._copy(job, pulse)
        except SourceChangedError:
            return ["changed", path]
        except StorageError as error:
            return ["refused", str(error), error.code, error.hint]
        except OSError as error:
            refused = storage_error(error, destination, "write")
            return ["refused", str(refused), refused.code, refused.hint]

    def _root(self, root: str) -> Tree:
        tree = self._roots.get(root)
        if tree is None:
            if len(self._roots) >= _ROOTS_KEPT_OPEN:
                self._roots.pop(next(iter(self._roots))).close()
            tree = self._roots[root] = open_tree(root)
        return tree

    def _copy(self, job: list[Any], pulse: Pulse) -> list[Any]:
        root, path, destination, _ = job
        tree = self._root(root)
        try:
            source = tree.open_file(path)
        except OSError as error:
            raise storage_error(error, path, "open") from error
        try:
            before = os.fstat(source)
            if not stat.S_ISREG(before.st_mode):
                raise SourceChangedError(path)
            target = self._target.create_file(destination, SEALED_MODE)
            with FileWriter(target, destination, sync=self._plan.sync) as writer:
                result = self._pour(job, source, before.st_size, writer, pulse)
            if result[1] != before.st_size or fingerprint(os.fstat(source)) != fingerprint(before):
                raise SourceChangedError(path)
            return result
        finally:
            close_reader(source)

    def _pour(
        self, job: list[Any], source: int, size_bytes: int, writer: FileWriter, pulse: Pulse
    ) -> list[Any]:
        digests = Digests(self._plan.algorithms, chunks=job[3])
        head = b""
        try:
            if size_bytes < SMALL_BYTES:
                content = _read_small(source, size_bytes)
                pulse(0)
                head = content[:HEAD_BYTES]
                digests.update(content)
                writer.write(content)
            else:
                head = self._pour_large(source, size_bytes, digests, writer, pulse)
        except OSError as error:
            raise storage_error(error, job[1], "read") from error
        seems = "" if self._plan.inspect is None else self._plan.inspect(job[1], head)
        return ["copied", writer.size_bytes, digests.hex(), digests.chunks().hex(), seems]

    def _pour_large(
        self, source: int, size_bytes: int, digests: Digests, writer: FileWriter, pulse: Pulse
    ) -> bytes:
        if self._buffer is None:
            self._buffer = Buffer()
        read = file_reader(source)
        head = b""
        # One byte more than the length is asked for at the end, to notice a file that grew.
        while block := self._buffer.fill(read, size_bytes - writer.size_bytes or 1):
            pulse(writer.size_bytes)
            if writer.size_bytes == 0:
                head = bytes(block[:HEAD_BYTES])
            if writer.size_bytes + len(block) > size_bytes:
                raise SourceChangedError(writer.name)
            digests.update(block)
            writer.write(block)
        return head


def _read_small(descriptor: int, size_bytes: int) -> bytes:
    content = os.read(descriptor, size_bytes + 1)
    while 0 < len(content) < size_bytes and (more := os.read(descriptor, size_bytes + 1 - len(content))):
        content += more
    return content


def _encode(job: CopyJob) -> list[Any]:
    return [job.root, job.path, job.destination, job.chunks]


def _size(job: CopyJob) -> int:
    return job.size_bytes


def _decode(result: list[Any], algorithms: tuple[str, ...]) -> CopiedFile:
    outcome, *values = result
    if outcome == "changed":
        raise SourceChangedError(
            f"{values[0]}: expected a file at rest, found it changed while it was read",
            hint="close what is writing to it and run the command again",
        )
    if outcome == "refused":
        message, code, hint = values
        raise StorageError(message, code=code, hint=hint)
    size, digests, chunks, seems = values
    return _copied(size, algorithms, digests, bytes.fromhex(chunks), seems)


def _copied(
    size_bytes: int, algorithms: tuple[str, ...], digests: list[str], chunks: bytes, seems: str
) -> CopiedFile:
    named = dict(zip(algorithms, digests, strict=True))
    return CopiedFile(
        size_bytes=size_bytes,
        sha256=named["sha256"],
        sha512=named.get("sha512"),
        sha3_256=named.get("sha3_256"),
        chunks=chunks,
        seems=seems,
    )
