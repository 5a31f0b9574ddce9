"""A canonical zip, written in one pass: each header is completed when its data are through."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from custody.errors import SourceChangedError
from custody.format.container import central_header, end_of_directory, local_header
from custody.storage.atomic_file import new_file
from custody.storage.writer import FileWriter


class ZipWriter:
    """Writes members in ascending order of their names; `new_zip` is the way to get one."""

    def __init__(self, file: FileWriter) -> None:
        """Write to an empty file."""
        self._file = file
        self._directory: list[tuple[str, int, int, int]] = []

    def add(self, name: str, size_bytes: int, blocks: Iterable[bytes]) -> None:
        """Write one member.

        Args:
            name: its path, after all that were added before, bytewise.
            size_bytes: its length.
            blocks: its bytes.

        Raises:
            SourceChangedError: the bytes are more or fewer than was said.
            StorageError: the machine refused.
        """
        offset = self._file.size_bytes
        self._file.write(local_header(name, 0, size_bytes))
        start = self._file.size_bytes
        crc = 0
        for block in blocks:
            crc = zlib.crc32(block, crc)
            self._file.write(block)
        if self._file.size_bytes - start != size_bytes:
            raise SourceChangedError(
                f"{name}: expected {size_bytes} bytes, found others", code="CHANGED_WHILE_READ"
            )
        self._file.write_at(offset, local_header(name, crc, size_bytes))
        self._directory.append((name, crc, size_bytes, offset))

    def finish(self) -> None:
        """Write the directory; nothing can be added afterwards."""
        start = self._file.size_bytes
        for name, crc, size_bytes, offset in self._directory:
            self._file.write(central_header(name, crc, size_bytes, offset))
        length = self._file.size_bytes - start
        self._file.write(end_of_directory(len(self._directory), length, start))


@contextmanager
def new_zip(path: str) -> Iterator[ZipWriter]:
    """Write a zip that does not exist yet; it appears, complete and durable, when the block ends.

    Raises:
        ExistsError: the name is taken.
        StorageError: the machine refused; nothing is left.
    """
    with new_file(path) as file:
        writer = ZipWriter(file)
        yield writer
        writer.finish()
