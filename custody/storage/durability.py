"""Making written bytes survive a power cut (docs/adr/0003-durability.md)."""

from __future__ import annotations

import ctypes
import errno
import importlib
import os
import re
from typing import Any

_NEW_ENOUGH = (5, 8)  # since this version of Linux, syncfs reports errors of writing back
# File systems whose sync reaches the device; network and user-space ones may not pass it on.
_LOCAL = frozenset(
    {
        0xEF53,  # ext2, ext3, ext4
        0x58465342,  # XFS
        0x9123683E,  # Btrfs
        0xF2F52010,  # F2FS
        0xCA451A4E,  # bcachefs
        0x2FC12FC1,  # ZFS
        0x01021994,  # tmpfs
        0x794C7630,  # overlayfs
    }
)
_STATFS_BYTES = 256  # more than any struct statfs; the type is its first word
_NOT_APPLICABLE = {errno.EINVAL, errno.ENOTSUP}


def system_call(name: str) -> Any:  # noqa: ANN401 - a function of the C library has no Python type
    """Return a function of the C library that sets errno, or None where there is none of this name."""
    if os.name != "posix":
        return None
    return getattr(ctypes.CDLL(None, use_errno=True), name, None)


def optional_module(name: str) -> Any:  # noqa: ANN401 - a module that exists on some systems only
    """Return a module of the standard library, or None where this system lacks it."""
    try:
        return importlib.import_module(name)
    except ImportError:
        return None


_FCNTL = optional_module("fcntl")


def sync_file(descriptor: int) -> None:
    """Return once the bytes of a file are on the device.

    Raises:
        OSError: they may be lost; never try again, for the system may have dropped them.
    """
    full = getattr(_FCNTL, "F_FULLFSYNC", None)
    if full is not None:  # macOS: fsync stops at the drive's own cache
        try:
            _FCNTL.fcntl(descriptor, full)
        except OSError as error:
            if error.errno not in _NOT_APPLICABLE:
                raise
        else:
            return
    os.fsync(descriptor)


def sync_folder(path: str) -> None:
    """Return once the names in a folder are on the device; nothing is done where none is offered (Windows).

    Raises:
        OSError: they may be lost.
    """
    if not hasattr(os, "O_DIRECTORY"):
        return
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        sync_file(descriptor)
    except OSError as error:
        if error.errno not in _NOT_APPLICABLE:
            raise
    finally:
        os.close(descriptor)


def can_sync_everything(descriptor: int) -> bool:
    """Say whether `sync_everything` is as good as syncing each file of this file system."""
    statfs = system_call("fstatfs")
    if statfs is None or system_call("syncfs") is None:
        return False
    version = re.match(r"(\d+)\.(\d+)", os.uname().release)
    if version is None or tuple(map(int, version.groups())) < _NEW_ENOUGH:
        return False
    buffer = ctypes.create_string_buffer(_STATFS_BYTES)
    if statfs(descriptor, buffer) != 0:
        return False
    return ctypes.c_long.from_buffer(buffer).value & 0xFFFFFFFF in _LOCAL


def sync_everything(descriptor: int) -> None:
    """Return once every byte and name of the file system is on the device, with one call.

    Args:
        descriptor: of the file system; errors since it was opened are reported, so open it before writing.

    Raises:
        OSError: something written since may be lost.
    """
    if system_call("syncfs")(descriptor) != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
