"""A bundle read straight from its canonical zip; nothing is ever extracted.

`custody.format.container` reads the directory by making it again and comparing; what it yields is sorted, and
no two members overlap. The directory is kept as flat arrays, so a million members fit in some fifty MiB.
"""

from __future__ import annotations

import contextlib
import heapq
import os
import zlib
from collections.abc import Generator, Iterable, Iterator
from typing import Any, Literal

from custody.errors import FormatError, LimitError, SourceChangedError, StorageError
from custody.format.container import ZIP_CONTRADICTION, read_directory
from custody.storage.folder import split_lines
from custody.storage.name_table import NameTable
from custody.storage.ordered import run_ordered
from custody.storage.os_errors import storage_error
from custody.storage.payload_check import (
    ReadAt,
    ZipCheck,
    decode_verdict,
    encode_fault,
    encode_job,
    reader_at,
)
from custody.storage.source import (
    PAYLOAD_FOLDER,
    Entry,
    EntryKind,
    FaultKind,
    PayloadFault,
    PayloadJob,
    Progress,
)
from custody.storage.tree import base_name, close_reader, entry_kind, fingerprint, host_path

_BLOCK_BYTES = 1024 * 1024
_PAYLOAD = PAYLOAD_FOLDER.encode() + b"/"
_AFTER_PAYLOAD = PAYLOAD_FOLDER.encode() + b"0"  # "0" follows "/"


class ZipSource:
    """A bundle in a zip; see `BundleSource` for what its methods promise.

    Attributes:
        top: the one folder at the top of the zip, which paths leave out.
    """

    form: Literal["folder", "zip"] = "zip"

    def __init__(self, descriptor: int, path: str) -> None:
        """Take over the descriptor and read the directory.

        Raises:
            FormatError: as `read_directory`, or code ZIP_CONTRADICTION: not one folder at the top.
            LimitError: as `read_directory`.
            OSError: it cannot be read.
        """
        self._descriptor = descriptor
        self._path = path
        self._read_at: ReadAt = reader_at(descriptor)
        self._opened = os.fstat(descriptor)
        self._members = NameTable(3)
        self.top = self._read_directory()
        self._payload = range(
            self._members.first_at_or_after(_PAYLOAD), self._members.first_at_or_after(_AFTER_PAYLOAD)
        )

    def _read_directory(self) -> str:
        top = ""
        for member in read_directory(self._bytes_at, self._opened.st_size):
            first, slash, rest = member.name.partition("/")
            if not slash or first != (top or first):
                raise FormatError(
                    "zip", expected="one folder at the top", found="another name", code=ZIP_CONTRADICTION
                )
            top = first
            self._members.append(rest.encode("ascii"), member.data_offset, member.size_bytes, member.crc32)
        return top

    def _bytes_at(self, offset: int, size_bytes: int) -> bytes:
        """Return bytes of the zip, fewer at its end."""
        content = bytearray(size_bytes)
        view = memoryview(content)
        done = 0
        while done < size_bytes and (got := self._read_at(view[done:], offset + done)):
            done += got
        return bytes(view[:done])

    def entries(self) -> Iterator[Entry]:
        """List everything but the payload, with the folders that the names imply."""
        rest = [range(self._payload.start), range(self._payload.stop, len(self._members))]
        folders = {PAYLOAD_FOLDER.encode()}
        for name in (self._members.name(position) for positions in rest for position in positions):
            above = name.rpartition(b"/")[0]
            while above and above not in folders:
                folders.add(above)
                above = above.rpartition(b"/")[0]
        files = ((self._members.name(position), position) for positions in rest for position in positions)
        for name, position in heapq.merge(files, ((name, -1) for name in sorted(folders))):
            if position < 0:
                yield Entry(path=name.decode(), kind=EntryKind.FOLDER, size_bytes=0)
            else:
                size = self._members.row(position)[1]
                yield Entry(path=name.decode(), kind=EntryKind.FILE, size_bytes=size)

    def payload_entries(self) -> Iterator[Entry]:
        """List the payload; a zip holds no empty folders, so only files."""
        for position in self._payload:
            size = self._members.row(position)[1]
            yield Entry(path=self._members.name(position).decode(), kind=EntryKind.FILE, size_bytes=size)

    def _find(self, path: str) -> tuple[int, ...]:
        position = self._members.find(path.encode("utf-8", "surrogateescape"))
        if position is None:
            raise StorageError(f"{path}: expected a file, found none", code="MISSING")
        return self._members.row(position)

    def read(self, path: str, limit_bytes: int) -> bytes:
        """Read one small member."""
        size = self._find(path)[1]
        if size > limit_bytes:
            raise LimitError(path, limit="bytes", maximum=limit_bytes, value=size)
        return b"".join(self.blocks(path))

    def lines(self, path: str, limit_bytes: int) -> Iterator[bytes]:
        """Read one member line by line."""
        yield from split_lines(path, self.blocks(path), limit_bytes)

    def blocks(self, path: str) -> Iterator[bytes]:
        """Read one member block by block."""
        offset, size, expected = self._find(path)
        crc = 0
        for start in range(0, size, _BLOCK_BYTES):
            wanted = min(_BLOCK_BYTES, size - start)
            try:
                block = self._bytes_at(offset + start, wanted)
            except OSError as error:
                raise storage_error(error, path, "read") from error
            if len(block) != wanted:
                raise SourceChangedError(
                    f"{path}: expected a zip at rest, found it cut while it was read",
                    code="CHANGED_WHILE_READ",
                )
            crc = zlib.crc32(block, crc)
            yield block
        if crc != expected:
            raise FormatError(path, expected="the CRC of the zip", found="another", code=ZIP_CONTRADICTION)

    def hash_payload(
        self,
        jobs: Iterable[PayloadJob],
        *,
        expected_files: int | None = None,
        progress: Progress | None = None,
    ) -> Generator[PayloadFault, None, None]:
        """Check the payload, the zip's own checksums in the same pass."""
        expected = len(self._payload) if expected_files is None else expected_files
        check = ZipCheck(self._read_at, self._descriptor)
        for job, verdict in run_ordered(jobs, check, self._place, _size, expected):
            if progress is not None:
                progress(1, job.size_bytes)
            if verdict is not None:
                yield decode_verdict(job.path, verdict)

    def _place(self, job: PayloadJob) -> list[Any]:
        """Add to the job where its member lies; a job that needs no reading carries its verdict instead."""
        position = self._members.find(job.path.encode("utf-8", "surrogateescape"))
        if position is None:
            return [encode_fault(FaultKind.MISSING)]
        offset, size, crc = self._members.row(position)
        if size != job.size_bytes:
            return [encode_fault(FaultKind.SIZE, found_bytes=size)]
        return encode_job(job, offset, crc)

    def changed(self) -> bool:
        """Look at the zip again, by its descriptor and by its path."""
        try:
            again = os.fstat(self._descriptor), os.lstat(self._path)
        except OSError:
            return True
        return any(fingerprint(status) != fingerprint(self._opened) for status in again)

    def close(self) -> None:
        """Close the zip."""
        close_reader(self._descriptor)


def _size(job: PayloadJob) -> int:
    return job.size_bytes


def open_zip(path: str) -> ZipSource:
    """Open the zip of a bundle; a link is followed to no file.

    Raises:
        FormatError: as `ZipSource`.
        LimitError: as `ZipSource`.
        StorageError: code NOT_A_FILE, or what the machine said.
    """
    name = base_name(path)
    path = host_path(path)
    flags = os.O_RDONLY
    for flag in ("O_NOFOLLOW", "O_NONBLOCK", "O_CLOEXEC", "O_BINARY", "O_NOINHERIT"):
        flags |= getattr(os, flag, 0)
    try:
        with contextlib.ExitStack() as undo:
            _refuse_other(os.lstat(path), name)
            descriptor = os.open(path, flags)
            undo.callback(close_reader, descriptor)
            _refuse_other(os.fstat(descriptor), name)
            source = ZipSource(descriptor, path)
            undo.pop_all()
            return source
    except OSError as error:
        raise storage_error(error, name, "read") from error


def _refuse_other(status: os.stat_result, name: str) -> None:
    if entry_kind(status) is not EntryKind.FILE:
        raise StorageError(f"{name}: expected a file, found something else", code="NOT_A_FILE")
