"""One file of the payload against what its item says: length first, then every digest in one pass.

Jobs and verdicts are lists of plain values, because they also travel to worker processes and back:

    job      [path, size, sha256, sha512 | None, sha3_256 | None, chunks in hex | None, offset, crc]
    verdict  None, or [kind, algorithms, found bytes | None, errno name, offset, damaged chunks]

`offset` and `crc` are of a member of a zip and 0 in a folder.
"""

from __future__ import annotations

import hashlib
import os
import stat
import threading
import zlib
from collections.abc import Callable
from typing import Any

from custody.format.limits import CHUNK_BYTES
from custody.storage.digests import SMALL_BYTES, Buffer, Digests, Fill, Pulse, file_reader
from custody.storage.os_errors import errno_name, storage_error
from custody.storage.source import FaultKind, PayloadFault, PayloadJob
from custody.storage.tree import PosixTree, Tree, close_reader, fingerprint

DAMAGED_CHUNKS_LISTED = 100
_CHUNK_DIGEST_BYTES = 32

Job = list[Any]
Verdict = list[Any] | None


def encode_job(job: PayloadJob, offset: int = 0, crc: int = 0) -> Job:
    """Write a job as plain values."""
    chunks = None if job.chunks is None else job.chunks.hex()
    return [job.path, job.size_bytes, job.sha256, job.sha512, job.sha3_256, chunks, offset, crc]


def decode_verdict(path: str, verdict: list[Any]) -> PayloadFault:
    """Read a verdict that names a fault."""
    kind, algorithms, found, error, offset, damaged = verdict
    return PayloadFault(
        path=path,
        kind=FaultKind(kind),
        algorithms=tuple(algorithms),
        found_bytes=found,
        error=error,
        offset=offset,
        damaged_chunks=tuple(damaged),
    )


def encode_fault(
    kind: FaultKind, *, found_bytes: int | None = None, error: str = "", offset: int = 0
) -> list[Any]:
    """Write a fault of another kind than DIGEST as plain values."""
    return [kind.value, [], found_bytes, error, offset, []]


_OPEN_FAULTS = {"MISSING": FaultKind.MISSING, "NOT_A_FILE": FaultKind.NOT_A_FILE}


def _open_fault(error: OSError) -> list[Any]:
    kind = _OPEN_FAULTS.get(storage_error(error, "", "open").code)
    return encode_fault(FaultKind.UNREADABLE, error=errno_name(error)) if kind is None else encode_fault(kind)


def _damaged(found: bytes, sealed: bytes) -> list[int]:
    step = _CHUNK_DIGEST_BYTES
    count = max(len(found), len(sealed)) // step
    differing = (
        n for n in range(count) if found[n * step : n * step + step] != sealed[n * step : n * step + step]
    )
    return [n for n, _ in zip(differing, range(DAMAGED_CHUNKS_LISTED), strict=False)]


class _Pass:
    """One pass over one stream."""

    def __init__(self, job: Job, *, crc: bool) -> None:
        named = zip(("sha256", "sha512", "sha3_256"), job[2:5], strict=True)
        self.expected = [(name, value) for name, value in named if value is not None]
        self.sealed_chunks = None if job[5] is None else bytes.fromhex(job[5])
        self.digests = Digests(
            tuple(name for name, _ in self.expected), chunks=self.sealed_chunks is not None
        )
        self.crc: int | None = 0 if crc else None
        self.done = 0

    def run(self, read: Fill, size_bytes: int, buffer: Buffer, pulse: Pulse) -> None:
        while True:
            # One byte more than sealed is asked for at the end, to notice a file that grew.
            block = buffer.fill(read, min(size_bytes - self.done, CHUNK_BYTES) or 1)
            pulse(self.done)
            if not block:
                return
            self.done += len(block)
            if self.done > size_bytes:
                return
            self.digests.update(block)
            if self.crc is not None:
                self.crc = zlib.crc32(block, self.crc)

    def verdict(self, expected_crc: int) -> Verdict:
        found = self.digests.hex()
        wrong = [name for (name, value), digest in zip(self.expected, found, strict=True) if value != digest]
        damaged: list[int] = []
        if self.sealed_chunks is not None and (chunks := self.digests.chunks()) != self.sealed_chunks:
            wrong.append("chunks")
            damaged = _damaged(chunks, self.sealed_chunks)
        if wrong:
            return [FaultKind.DIGEST.value, wrong, None, "", 0, damaged]
        return None if self.crc is None or self.crc == expected_crc else encode_fault(FaultKind.CRC)


class _Buffers(threading.local):
    """One buffer for each thread, made when it is first used."""

    def __init__(self) -> None:
        self.buffer = Buffer()


_BUFFERS = _Buffers()


def _check_small(descriptor: int, job: Job, pulse: Pulse) -> tuple[int, Verdict]:
    size = job[1]
    content = os.read(descriptor, size + 1)
    while 0 < len(content) < size:
        more = os.read(descriptor, size + 1 - len(content))
        if not more:
            break
        content += more
    pulse(0)
    if hashlib.sha256(content).hexdigest() == job[2]:
        return len(content), None
    return len(content), [FaultKind.DIGEST.value, ["sha256"], None, "", 0, []]


class FolderCheck:
    """Checks files of a folder; one object for each thread or process."""

    repeatable = True

    def __init__(self, tree: Tree) -> None:
        """Use the tree, which the caller closes."""
        self._tree = tree

    def clone(self) -> FolderCheck:
        """Return a check with a tree of its own."""
        return FolderCheck(self._tree.clone())

    def close(self) -> None:
        """Close the tree."""
        self._tree.close()

    def remake(self) -> tuple[str, int] | None:
        """Name the descriptor of the folder, where it is held by one."""
        return ("folder", self._tree.root) if isinstance(self._tree, PosixTree) else None

    def run(self, job: Job, pulse: Pulse) -> Verdict:
        """Check one file; every fault is a verdict, nothing of the system's errors is raised."""
        try:
            descriptor = self._tree.open_file(job[0])
        except OSError as error:
            return _open_fault(error)
        try:
            return self._check(descriptor, job, pulse)
        except OSError as error:  # looking at an open file can fail as well, on a disk that dies
            return encode_fault(FaultKind.UNREADABLE, error=errno_name(error))
        finally:
            close_reader(descriptor)

    @staticmethod
    def _check(descriptor: int, job: Job, pulse: Pulse) -> Verdict:
        before = os.fstat(descriptor)
        size = job[1]
        if not stat.S_ISREG(before.st_mode):
            return encode_fault(FaultKind.NOT_A_FILE)
        if before.st_size != size:
            return encode_fault(FaultKind.SIZE, found_bytes=before.st_size)
        done = 0
        whole: _Pass | None = None
        try:
            if size < SMALL_BYTES and job[3:6] == [None, None, None]:
                done, verdict = _check_small(descriptor, job, pulse)
            else:
                whole = _Pass(job, crc=False)
                whole.run(file_reader(descriptor), size, _BUFFERS.buffer, pulse)
                done, verdict = whole.done, whole.verdict(0)
        except OSError as error:
            return encode_fault(
                FaultKind.UNREADABLE, error=errno_name(error), offset=whole.done if whole else 0
            )
        if done != size or fingerprint(os.fstat(descriptor)) != fingerprint(before):
            return encode_fault(FaultKind.CHANGED_WHILE_READ)
        return verdict


ReadAt = Callable[[memoryview, int], int]
"""Fills a view from an offset and returns the number of bytes, 0 at the end."""


def reader_at(descriptor: int) -> ReadAt:
    """Return a reader that shares no position with others; where there is no `preadv`, they take turns."""
    if hasattr(os, "preadv"):
        return lambda view, offset: os.preadv(descriptor, [view], offset)
    turn = threading.Lock()
    read = file_reader(descriptor)

    def read_in_turn(view: memoryview, offset: int) -> int:
        with turn:
            os.lseek(descriptor, offset, os.SEEK_SET)
            return read(view)

    return read_in_turn


class ZipCheck:
    """Checks members of a zip by their place in it; one object serves all threads."""

    repeatable = True

    def __init__(self, read_at: ReadAt, descriptor: int) -> None:
        """Use a reader of the zip with this descriptor."""
        self._read_at = read_at
        self._descriptor = descriptor

    def remake(self) -> tuple[str, int] | None:
        """Name the descriptor, if another process can read from it without sharing its position."""
        return ("zip", self._descriptor) if hasattr(os, "preadv") else None

    def clone(self) -> ZipCheck:
        """Return itself: reading at an offset shares nothing."""
        return self

    def close(self) -> None:
        """Close nothing: the zip belongs to its source."""

    def run(self, job: Job, pulse: Pulse) -> Verdict:
        """Check one member; every fault is a verdict. A job of one value carries its verdict already."""
        if len(job) == 1:
            return list(job[0])
        position = job[6]
        end = position + job[1]

        def read(view: memoryview) -> int:
            nonlocal position
            got = self._read_at(view[: end - position], position) if position < end else 0
            position += got
            return got

        whole = _Pass(job, crc=True)
        try:
            whole.run(read, job[1], _BUFFERS.buffer, pulse)
        except OSError as error:
            return encode_fault(FaultKind.UNREADABLE, error=errno_name(error), offset=whole.done)
        if whole.done != job[1]:
            return encode_fault(FaultKind.CHANGED_WHILE_READ)
        return whole.verdict(job[7])
