"""A folder of small private files that survive this process: what was asked for and has not been put away."""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Callable, Iterator

from custody.errors import StorageError
from custody.storage.atomic_file import PRIVATE_MODE, write_new_file
from custody.storage.lock import locked
from custody.storage.named_file import read_named_file
from custody.storage.os_errors import storage_error
from custody.storage.targets import check_target
from custody.storage.tree import base_name, host_path

_NAME = re.compile(r"[0-9a-f]{64}\.[a-z]+")
_TEMPORARY = re.compile(r"\.[0-9a-f]{64}\.[a-z]+\.tmp-[0-9a-f]{16}")
_FOLDER_MODE = 0o700


class Spool:
    """Files by name, each written whole or not at all; `opened_spool` is the way to get one."""

    def __init__(self, folder: str) -> None:
        """Keep the path of a folder whose lock is held."""
        self._folder = folder

    def names(self) -> tuple[str, ...]:
        """List what is there, sorted; what killed writers left is removed.

        Raises:
            StorageError: the folder cannot be listed.
        """
        try:
            with os.scandir(host_path(self._folder)) as listing:
                found = sorted(entry.name for entry in listing)
        except OSError as error:
            raise storage_error(error, base_name(self._folder), "list") from error
        for name in found:
            if _TEMPORARY.fullmatch(name):
                self.remove(name)
        return tuple(name for name in found if _NAME.fullmatch(name))

    def write(self, name: str, data: bytes) -> None:
        """Keep bytes under a new name; when this returns, they stay.

        Raises:
            ExistsError: the name is taken.
            StorageError: the machine refused; nothing is left.
        """
        write_new_file(os.path.join(self._folder, name), data, PRIVATE_MODE)

    def read(self, name: str, limit_bytes: int) -> bytes:
        """Return the bytes that are kept under a name.

        Raises:
            LimitError: they are more.
            StorageError: code MISSING, or what the machine said.
        """
        return read_named_file(os.path.join(self._folder, name), limit_bytes)

    def remove(self, name: str) -> None:
        """Remove a file, if it is there.

        Raises:
            StorageError: the machine refused.
        """
        try:
            os.unlink(host_path(os.path.join(self._folder, name)))
        except FileNotFoundError:
            return
        except OSError as error:
            raise storage_error(error, name, "remove") from error


@contextlib.contextmanager
def opened_spool(folder: str, *, waiting: Callable[[], None] | None = None) -> Iterator[Spool]:
    """Hold the lock of a spool, whose folder is made where it is missing; an empty one is removed again.

    Args:
        folder: path of the spool; the folder above it exists.
        waiting: told once, where another process has it open, before that is waited for.

    Raises:
        UsageError: code TARGET_INSIDE: it would lie inside a bundle.
        StorageError: code NOT_A_FOLDER: something else stands there; otherwise the machine refused.
    """
    check_target(folder)
    with locked(folder, waiting=waiting):
        try:
            with contextlib.suppress(FileExistsError):
                os.mkdir(host_path(folder), _FOLDER_MODE)
            if os.path.islink(host_path(folder)) or not os.path.isdir(host_path(folder)):
                raise StorageError(
                    f"{base_name(folder)}: expected a folder, found something else", code="NOT_A_FOLDER"
                )
        except OSError as error:
            raise storage_error(error, base_name(folder), "create") from error
        try:
            yield Spool(folder)
        finally:
            with contextlib.suppress(OSError):
                os.rmdir(host_path(folder))  # not when something is left in it
