"""Zips for tests: canonical ones, and pieces to put together wrongly."""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterable

from typing_extensions import Buffer, override

from custody.format.container import Member, central_header, end_of_directory, local_header, read_directory

FILES = (("top/a.txt", b"first"), ("top/b/c.bin", b""), ("top/d.txt", b"the third file"))


def join(entries: bytes, *headers: bytes, count: int | None = None) -> bytes:
    """Put a directory and its end records after entries."""
    directory = b"".join(headers)
    counted = len(headers) if count is None else count
    return entries + directory + end_of_directory(counted, len(directory), len(entries))


def local(name: str, data: bytes) -> bytes:
    """A whole entry: local header and data."""
    return local_header(name, zlib.crc32(data), len(data)) + data


def central(name: str, data: bytes, offset: int) -> bytes:
    """The directory's header of an entry at an offset."""
    return central_header(name, zlib.crc32(data), len(data), offset)


def canonical_zip(files: Iterable[tuple[str, bytes]] = FILES) -> bytes:
    """The canonical zip of files, in the order in which they are given."""
    entries = bytearray()
    headers: list[bytes] = []
    for name, data in files:
        headers.append(central(name, data, len(entries)))
        entries += local(name, data)
    return join(bytes(entries), *headers)


def members(content: bytes) -> list[Member]:
    """Read a zip that is held in memory, to its end."""
    return list(read_directory(lambda offset, size: content[offset : offset + size], len(content)))


class Sparse(io.RawIOBase):
    """A file of any size that is zeros but for some pieces."""

    def __init__(self, size: int, pieces: dict[int, bytes]) -> None:
        """Keep the pieces by their offsets."""
        super().__init__()
        self.size, self.pieces, self.place, self.asked = size, pieces, 0, 0

    @override
    def readable(self) -> bool:
        """It can be read."""
        return True

    @override
    def seekable(self) -> bool:
        """It can be read anywhere."""
        return True

    @override
    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        """Go to an offset."""
        self.place = offset + {io.SEEK_SET: 0, io.SEEK_CUR: self.place, io.SEEK_END: self.size}[whence]
        return self.place

    @override
    def readinto(self, buffer: Buffer, /) -> int:
        """Read at the place where it stands."""
        view = memoryview(buffer).cast("B")
        found = self.read_at(self.place, len(view))
        view[: len(found)] = found
        self.place += len(found)
        return len(found)

    def read_at(self, offset: int, size: int) -> bytes:
        """Read as `ReadAt` does."""
        self.asked += size
        found = bytearray(max(0, min(size, self.size - offset)))
        for start, piece in self.pieces.items():
            first, last = max(start, offset), min(start + len(piece), offset + len(found))
            if first < last:
                found[first - offset : last - offset] = piece[first - start : last - start]
        return bytes(found)


def sparse_zip(sizes: dict[str, int]) -> tuple[Sparse, list[Member]]:
    """A canonical zip of files of zeros that exist nowhere, and what its reader should find."""
    pieces: dict[int, bytes] = {}
    position, directory, wanted = 0, b"", []
    for name, size in sizes.items():
        header = local_header(name, 7, size)
        pieces[position] = header
        directory += central_header(name, 7, size, position)
        wanted.append(Member(name, position + len(header), size, 7))
        position += len(header) + size
    tail = directory + end_of_directory(len(sizes), len(directory), position)
    pieces[position] = tail
    return Sparse(position + len(tail), pieces), wanted
