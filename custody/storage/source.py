"""What a bundle looks like to its readers, whether it lies in a folder or in a zip.

Paths are relative to the bundle and separated by "/"; a name that is not UTF-8 carries surrogate escapes
(PEP 383), so that it can still be named. Links are never followed. What may stand where is for the verifier
to say; a source only says what does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from enum import Enum
from typing import Literal, Protocol

from attrs import frozen

PAYLOAD_FOLDER = "data"

Progress = Callable[[int, int], None]
"""Called with the number of files and of bytes that are done since the last call."""


class EntryKind(Enum):
    """What stands at a path."""

    FILE = "file"
    FOLDER = "folder"
    LINK = "link"  # symbolic links and, on Windows, junctions
    OTHER = "other"  # devices, pipes, sockets, and folders nested deeper than `limits.PATH_DEPTH`


@frozen(kw_only=True)
class Entry:
    """One name in a bundle.

    Attributes:
        path: relative to the bundle.
        kind: what stands there.
        size_bytes: of a file; 0 of anything else.
    """

    path: str
    kind: EntryKind
    size_bytes: int


@frozen(kw_only=True)
class PayloadJob:
    """One file of the payload and what its item says of it.

    Attributes:
        path: relative to the bundle.
        size_bytes: the length that was sealed.
        sha256: 64 lower-case hex digits.
        sha512: 128 lower-case hex digits, when sealed.
        sha3_256: 64 lower-case hex digits, when sealed.
        chunks: the bytes of the item's `custody/chunks/` file, when it has one: the SHA-256 of each MiB,
            32 bytes each. That they give the sealed root is for the verifier to check.
    """

    path: str
    size_bytes: int
    sha256: str
    sha512: str | None = None
    sha3_256: str | None = None
    chunks: bytes | None = None


class FaultKind(Enum):
    """Why a file of the payload is not what was sealed, or could not be shown to be."""

    MISSING = "missing"
    NOT_A_FILE = "not-a-file"  # a link, folder, pipe, socket or device
    SIZE = "size"  # found without reading the file
    DIGEST = "digest"
    CRC = "crc"  # the digests hold and the zip's own checksum does not: the container contradicts itself
    CHANGED_WHILE_READ = "changed-while-read"
    UNREADABLE = "unreadable"  # permission, I/O: it says nothing about the evidence


@frozen(kw_only=True)
class PayloadFault:
    """What is wrong with one file of the payload; a file has at most one fault, the first that was met.

    Attributes:
        path: as in its job.
        kind: what is wrong.
        algorithms: of DIGEST: those of sha256, sha512, sha3_256 and chunks that differ.
        found_bytes: of SIZE: the length that was found.
        error: of UNREADABLE: the name of the errno, such as "EIO".
        offset: of UNREADABLE: the byte at which reading failed.
        damaged_chunks: of DIGEST with chunks: positions, from 0, of the first hundred MiB that differ.
    """

    path: str
    kind: FaultKind
    algorithms: tuple[str, ...] = ()
    found_bytes: int | None = None
    error: str = ""
    offset: int = 0
    damaged_chunks: tuple[int, ...] = ()


class BundleSource(Protocol):
    """A bundle that can be read; made by `custody.storage.opening.open_bundle`.

    Attributes:
        form: how the bundle is kept.
    """

    form: Literal["folder", "zip"]

    def entries(self) -> Iterator[Entry]:
        """List everything except what lies below `data/`, bytewise by path; `data` itself is listed.

        Raises:
            LimitError: a folder holds more than `limits.FOLDER_NAMES` names.
            StorageError: a folder cannot be read.
        """
        ...

    def payload_entries(self) -> Iterator[Entry]:
        """List everything below `data/`, at any depth, in no fixed order and within little memory.

        Raises:
            StorageError: a folder cannot be read.
        """
        ...

    def read(self, path: str, limit_bytes: int) -> bytes:
        """Return the bytes of one small file (FR-2 to FR-5).

        Raises:
            LimitError: the file is longer than `limit_bytes`; nothing was read.
            SourceChangedError: code CHANGED_WHILE_READ: the file changed while it was read.
            FormatError: code ZIP_CONTRADICTION: the zip's own checksum of the file does not hold.
            StorageError: code MISSING: nothing stands there; NOT_A_FILE: a link, folder, pipe or device does;
                otherwise the machine refused.
        """
        ...

    def lines(self, path: str, limit_bytes: int) -> Iterator[bytes]:
        """Yield the lines of one file of any length, without their line feeds.

        Raises:
            LimitError: a line is longer than `limit_bytes`.
            FormatError: code LINE_FEED: the last line has no line feed (it is not yielded);
                ZIP_CONTRADICTION: as in `read`.
            SourceChangedError: as in `read`, after the last line.
            StorageError: as in `read`.
        """
        ...

    def blocks(self, path: str) -> Iterator[bytes]:
        """Yield the bytes of one file of any length, in blocks of at most 1 MiB.

        Raises:
            SourceChangedError: as in `read`, after the last block.
            FormatError: as in `read`, after the last block.
            StorageError: as in `read`.
        """
        ...

    def hash_payload(
        self,
        jobs: Iterable[PayloadJob],
        *,
        expected_files: int | None = None,
        progress: Progress | None = None,
    ) -> Iterator[PayloadFault]:
        """Read and hash files of the payload; yield what is wrong, in the order of the jobs.

        The jobs are taken as they are needed and never collected. Every job gives one fault or none.

        Args:
            jobs: what to read.
            expected_files: about how many jobs will come, so that workers are started when they pay; without
                it, what `payload_entries` has counted.
            progress: told what is done.
        """
        ...

    def changed(self) -> bool:
        """Walk once more and say whether anything differs from what `entries` and `payload_entries` saw."""
        ...

    def close(self) -> None:
        """Give back every descriptor; the source cannot be used afterwards."""
        ...
