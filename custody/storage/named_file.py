"""Small files that a person named: a trust file, a sheet. Links are followed: the person chose them."""

from __future__ import annotations

import os
import stat
import sys

from custody.errors import LimitError, StorageError
from custody.storage.atomic_file import write_new_file
from custody.storage.os_errors import storage_error
from custody.storage.targets import check_target
from custody.storage.tree import base_name, host_path

STDIN = "-"


def read_named_file(path: str, limit_bytes: int) -> bytes:
    """Return the bytes of a file of limited length; "-" is standard input.

    Raises:
        LimitError: it is longer.
        StorageError: code MISSING, NOT_A_FILE (a folder or device), or what the machine said.
    """
    if path == STDIN:
        return _limited("standard input", sys.stdin.buffer.read(limit_bytes + 1), limit_bytes)
    name = base_name(path)
    try:
        if not stat.S_ISREG(os.stat(host_path(path)).st_mode):
            raise StorageError(f"{name}: expected a file, found something else", code="NOT_A_FILE")
        with open(host_path(path), "rb") as file:
            return _limited(name, file.read(limit_bytes + 1), limit_bytes)
    except OSError as error:
        raise storage_error(error, name, "read") from error


def _limited(name: str, data: bytes, limit_bytes: int) -> bytes:
    if len(data) > limit_bytes:
        raise LimitError(name, limit="bytes", maximum=limit_bytes, value=len(data))
    return data


def write_named_file(path: str, data: bytes) -> None:
    """Create a file, complete or not at all, and never over another; "-" is standard output.

    Raises:
        UsageError: code TARGET_INSIDE: it would lie inside a bundle.
        ExistsError: the name is taken.
        StorageError: the machine refused; nothing is left behind.
    """
    if path == STDIN:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
        return
    check_target(path)
    write_new_file(path, data)
