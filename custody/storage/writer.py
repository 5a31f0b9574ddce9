"""One new file, written once."""

from __future__ import annotations

import os
from typing import Self

from custody.storage.durability import sync_file
from custody.storage.os_errors import storage_error


class FileWriter:
    """Writes a new file from beginning to end; leaving it by an exception closes it without syncing.

    Attributes:
        name: the path, for messages.
        size_bytes: how much has been written.
    """

    def __init__(self, descriptor: int, name: str, *, sync: bool) -> None:
        """Take over the descriptor of an empty file.

        Args:
            descriptor: opened for writing.
            name: the path, for messages.
            sync: make the bytes durable before closing.
        """
        self.name = name
        self.size_bytes = 0
        self._descriptor = descriptor
        self._sync = sync

    def write(self, block: bytes | memoryview) -> None:
        """Write all of a block.

        Raises:
            StorageError: the machine refused, or wrote nothing.
        """
        rest = memoryview(block)
        try:
            while rest:
                written = os.write(self._descriptor, rest)
                rest = rest[written:]
                self.size_bytes += written
        except OSError as error:
            raise storage_error(error, self.name, "write") from error

    def write_at(self, offset: int, block: bytes) -> None:
        """Write over bytes that were written before, and go on at the end.

        Raises:
            StorageError: the machine refused.
        """
        end = self.size_bytes
        try:
            os.lseek(self._descriptor, offset, os.SEEK_SET)
            self.write(block)
            os.lseek(self._descriptor, end, os.SEEK_SET)
        except OSError as error:
            raise storage_error(error, self.name, "write") from error
        self.size_bytes = end

    def close(self) -> None:
        """Make the bytes durable, if asked for, and close; only then is the file written.

        Raises:
            StorageError: the bytes may be lost.
        """
        descriptor, self._descriptor = self._descriptor, -1
        try:
            try:
                if self._sync:
                    sync_file(descriptor)
            finally:
                os.close(descriptor)
        except OSError as error:
            raise storage_error(error, self.name, "write") from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None:
            self.close()
        elif self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1
