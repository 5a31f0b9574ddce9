"""Files that hold secrets: created once and readable by their owner alone, refused otherwise."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path
from typing import Final

from custody.errors import ExistsError, SignerError, StorageError

# Absent on some systems: then the comparison of lstat and fstat below is what notices a link.
_NO_FOLLOW: Final = getattr(os, "O_NOFOLLOW", 0)
_OTHER_FLAGS: Final = getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0)
_POSIX: Final = os.name == "posix"
_OTHERS: Final = 0o077
_HINT: Final = "make it yours alone: chmod 600"


def read_secret_file(path: str, *, limit_bytes: int) -> bytes:
    """Read a key file after checking that nobody else can.

    Args:
        path: the file; a symbolic link is refused.
        limit_bytes: the greatest size accepted.

    Raises:
        SignerError: absent (KEY_ABSENT); too large, not a regular file, not this user's, or readable or
            writable by others (KEY_UNSAFE). On Windows owner and mode are not looked at.
        StorageError: the machine refused to read it.
    """
    try:
        listed = os.lstat(path)
        if not stat.S_ISREG(listed.st_mode):
            raise SignerError("key file: expected a regular file, found another kind", code="KEY_UNSAFE")
        handle = os.open(path, os.O_RDONLY | _NO_FOLLOW | _OTHER_FLAGS)
        try:
            _check_opened(os.fstat(handle), listed, limit_bytes)
            return _read_all(handle, limit_bytes)
        finally:
            os.close(handle)
    except FileNotFoundError:
        raise SignerError("key file: expected one, found none", code="KEY_ABSENT") from None
    except OSError as error:
        raise StorageError(f"key file: expected to read it, found {os.strerror(error.errno or 0)}") from None


def _check_opened(opened: os.stat_result, listed: os.stat_result, limit_bytes: int) -> None:
    if (opened.st_dev, opened.st_ino) != (listed.st_dev, listed.st_ino):
        raise SignerError("key file: expected one file, found it exchanged", code="KEY_UNSAFE")
    if opened.st_size > limit_bytes:
        raise SignerError(f"key file: expected at most {limit_bytes} bytes, found more", code="KEY_UNSAFE")
    if not _POSIX:
        return
    if opened.st_uid != os.geteuid():
        raise SignerError("key file: expected your own, found another user's", code="KEY_UNSAFE")
    if opened.st_mode & _OTHERS:
        mode = stat.S_IMODE(opened.st_mode)
        message = f"key file: expected mode 0600, found {mode:04o}"
        raise SignerError(message, code="KEY_UNSAFE", hint=_HINT)


def _read_all(handle: int, limit_bytes: int) -> bytes:
    parts = []
    while part := os.read(handle, limit_bytes + 1):
        parts.append(part)
    return b"".join(parts)


def write_secret_file(path: str, data: bytes) -> None:
    """Create a file of mode 0600 whatever the umask, and make it durable before returning.

    Raises:
        ExistsError: the name is taken; what stands there is left as it is.
        StorageError: the machine refused; nothing is left behind.
    """
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _NO_FOLLOW | _OTHER_FLAGS, 0o600)
    except FileExistsError:
        raise ExistsError("key file: expected a new name, found it taken") from None
    except OSError as error:
        raise StorageError(
            f"key file: expected to create it, found {os.strerror(error.errno or 0)}"
        ) from None
    try:
        try:
            if hasattr(os, "fchmod"):
                os.fchmod(handle, 0o600)
            view = memoryview(data)
            while view:
                view = view[os.write(handle, view) :]
            os.fsync(handle)
        finally:
            os.close(handle)
        _sync_folder(str(Path(path).parent))
    except OSError as error:
        with suppress(OSError):
            Path(path).unlink()
        raise StorageError(f"key file: expected to write it, found {os.strerror(error.errno or 0)}") from None


def _sync_folder(path: str) -> None:
    if not _POSIX:
        return  # folders cannot be opened there; the file itself is flushed
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
