"""One file, written whole or not at all: new, or in the place of an old one."""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Callable, Iterator

from custody.errors import LimitError
from custody.storage.durability import sync_folder
from custody.storage.lock import locked
from custody.storage.os_errors import storage_error
from custody.storage.publishing import exists_error, publish_file
from custody.storage.tree import base_name, host_path
from custody.storage.writer import FileWriter

PUBLIC_MODE = 0o644
PRIVATE_MODE = 0o600
_TEMPORARY_BYTES = 8


@contextlib.contextmanager
def new_file(path: str, mode: int = PUBLIC_MODE) -> Iterator[FileWriter]:
    """Write a file that does not exist yet; it appears, complete and durable, when the block ends.

    Args:
        path: where; the folder above it exists.
        mode: permissions, less the mask of the process.

    Raises:
        ExistsError: the name is taken, at the beginning or at the end; it was left as it is.
        StorageError: the machine refused; nothing is left.
    """
    if os.path.lexists(host_path(path)):
        raise exists_error(path)
    with _temporary(path, mode, publish_file) as writer:
        yield writer


def write_new_file(path: str, content: bytes, mode: int = PUBLIC_MODE) -> None:
    """Write a file that does not exist yet; see `new_file`.

    Raises:
        ExistsError: the name is taken; it was left as it is.
        StorageError: the machine refused; nothing is left.
    """
    with new_file(path, mode) as writer:
        writer.write(content)


def replace_file(path: str, change: Callable[[bytes], bytes], limit_bytes: int) -> None:
    """Replace a file by what `change` makes of it; readers see the old bytes or the new ones, never both.

    The lock of the path is held meanwhile, so no change of another process is lost.

    Args:
        path: an existing file; it keeps its permissions.
        change: called with the present content; what it raises leaves the file as it is.
        limit_bytes: how much is read at most.

    Raises:
        LimitError: the file is longer than the limit.
        StorageError: the machine refused.
    """
    with locked(path):
        try:
            with open(host_path(path), "rb") as old:
                mode = stat.S_IMODE(os.fstat(old.fileno()).st_mode)
                content = old.read(limit_bytes + 1)
        except OSError as error:
            raise storage_error(error, base_name(path), "read") from error
        if len(content) > limit_bytes:
            raise LimitError(base_name(path), limit="bytes", maximum=limit_bytes, value=len(content))
        with _temporary(path, mode, _replace) as writer:
            writer.write(change(content))


def put_file(path: str, content: bytes, mode: int = PUBLIC_MODE) -> None:
    """Write a file whole and durably, in the place of an older one when there is one.

    Raises:
        StorageError: the machine refused; the old file is as it was.
    """
    with _temporary(path, mode, _replace) as writer:
        writer.write(content)


def _replace(temporary: str, final: str) -> None:
    try:
        os.replace(temporary, final)
        sync_folder(os.path.dirname(os.path.abspath(final)))
    except OSError as error:
        raise storage_error(error, base_name(final), "replace") from error


@contextlib.contextmanager
def _temporary(path: str, mode: int, publish: Callable[[str, str], None]) -> Iterator[FileWriter]:
    final = host_path(os.path.abspath(path))
    folder, name = os.path.split(final)
    temporary = os.path.join(folder, f".{name}.tmp-{os.urandom(_TEMPORARY_BYTES).hex()}")
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
    for flag in ("O_NOFOLLOW", "O_CLOEXEC", "O_BINARY", "O_NOINHERIT"):
        flags |= getattr(os, flag, 0)
    try:
        descriptor = os.open(temporary, flags, mode)
    except OSError as error:
        raise storage_error(error, name, "create") from error
    try:
        with FileWriter(descriptor, name, sync=True) as writer:
            yield writer
        publish(temporary, final)
    finally:
        with contextlib.suppress(OSError):
            os.unlink(temporary)  # gone already when it was published
