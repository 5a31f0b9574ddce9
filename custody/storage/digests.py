"""Several digests of one stream in one pass, and the reused buffer that it is read into."""

from __future__ import annotations

import hashlib
import io
import mmap
from collections.abc import Callable

from custody.format.limits import CHUNK_BYTES

Pulse = Callable[[int], None]
"""Called between two reads of one file with the offset; it stops the reading by raising."""

Fill = Callable[[memoryview], int]
"""Reads into the view and returns the number of bytes read, 0 at the end."""

SMALL_BYTES = 256 * 1024
"""Below this, one read and no thread: handing such a file to a thread costs more than hashing it."""


HEAD_BYTES = 8192
"""How many of a file's first bytes are shown to whoever guesses its media type."""


def _pages(size_bytes: int) -> mmap.mmap | bytearray:
    """Allocate whole pages: the system copies a file into them some hundredths faster than into a bytearray.

    They must be private. Python's anonymous maps are shared unless told, and a worker that is forked would
    read its files into the buffer of its parent.
    """
    if hasattr(mmap, "MAP_PRIVATE") and hasattr(mmap, "MAP_ANONYMOUS"):
        return mmap.mmap(-1, size_bytes, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    return bytearray(size_bytes)


class Buffer:
    """A buffer of one chunk, allocated once for each thread."""

    SIZE_BYTES = CHUNK_BYTES

    def __init__(self) -> None:
        """Allocate the buffer."""
        self._view = memoryview(_pages(CHUNK_BYTES))

    def fill(self, read: Fill, limit_bytes: int) -> memoryview:
        """Read until the buffer or the limit is full, or the stream ends; blocks stay aligned to chunks."""
        wanted = min(limit_bytes, CHUNK_BYTES)
        have = 0
        while have < wanted:
            got = read(self._view[have:wanted])
            if got == 0:
                break
            have += got
        return self._view[:have]


def file_reader(descriptor: int) -> Fill:
    """Return a reader of the descriptor's own position; it does not close it."""
    raw = io.FileIO(descriptor, closefd=False)

    def read(view: memoryview) -> int:
        return raw.readinto(view) or 0

    return read


class Digests:
    """Running digests. Each block given is one chunk: of full length, but for the last."""

    def __init__(self, algorithms: tuple[str, ...], *, chunks: bool) -> None:
        """Start one digest for each algorithm name of hashlib."""
        self._running = [hashlib.new(name, usedforsecurity=True) for name in algorithms]
        self._chunks: list[bytes] | None = [] if chunks else None

    def update(self, block: bytes | memoryview) -> None:
        """Take the next chunk."""
        for digest in self._running:
            digest.update(block)
        if self._chunks is not None and block:  # an empty file has no chunks
            self._chunks.append(hashlib.sha256(block).digest())

    def hex(self) -> list[str]:
        """Return the digests in the order of the algorithms."""
        return [digest.hexdigest() for digest in self._running]

    def chunks(self) -> bytes:
        """Return the digests of the chunks, 32 bytes each; empty when they were not asked for."""
        return b"".join(self._chunks or ())
