"""One writer at a time: an advisory lock on a file beside the thing that is written.

The system lets go of the lock when the process ends, however it ends, so a lock is never stale and its file
is never removed. On network disks locks may be local or emulated: what decides in the end is always the
rename that does not replace.
"""

from __future__ import annotations

import contextlib
import errno
import os
import time
from collections.abc import Callable, Iterator

from custody.errors import StorageError
from custody.storage.durability import optional_module
from custody.storage.os_errors import storage_error
from custody.storage.tree import base_name, close_reader, host_path

_FCNTL = optional_module("fcntl")
_MSVCRT = optional_module("msvcrt")
_BUSY = {errno.EAGAIN, errno.EACCES, errno.EDEADLK}
_PAUSE_SECONDS = 0.1


def lock_path(path: str) -> str:
    """Return the lock file of a path: `.<name>.lock` in the same folder."""
    return os.path.join(os.path.dirname(os.path.abspath(path)), f".{base_name(path)}.lock")


@contextlib.contextmanager
def locked(path: str, *, wait: bool = True, waiting: Callable[[], None] | None = None) -> Iterator[None]:
    """Hold the lock of a path.

    Args:
        path: what is to be written; it need not exist.
        wait: until another process lets go; else give up at once.
        waiting: told once, where another process holds it, before that is waited for.

    Raises:
        StorageError: code BUSY: another process holds it; NOT_A_FILE: the lock file is a link, which somebody
            else put there; otherwise the machine refused.
    """
    name = os.path.basename(lock_path(path))
    try:
        descriptor = _acquire(host_path(lock_path(path)), wait=wait, waiting=waiting)
    except OSError as error:
        if error.errno in _BUSY and not isinstance(error, PermissionError):
            raise StorageError(
                f"{name}: expected no other writer, found one", code="BUSY", hint="wait until it has finished"
            ) from error
        raise storage_error(error, name, "lock") from error
    try:
        yield
    finally:
        close_reader(descriptor)  # lets go of the lock


def _acquire(path: str, *, wait: bool, waiting: Callable[[], None] | None) -> int:
    while True:
        descriptor = _open(path)
        with contextlib.ExitStack() as undo:
            undo.callback(close_reader, descriptor)
            if waiting is not None and wait and not _lock_now(descriptor):
                waiting()
                waiting = None
            _lock(descriptor, wait=wait)
            if _same_file(descriptor, path):
                undo.pop_all()
                return descriptor


def _open(path: str) -> int:
    flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NOINHERIT", 0)
    if not hasattr(os, "O_NOFOLLOW") and os.path.islink(path):
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))
    return os.open(path, flags | getattr(os, "O_NOFOLLOW", 0), 0o600)


def _same_file(descriptor: int, path: str) -> bool:
    """Somebody may have removed the file between opening and locking; then the lock protects nothing."""
    try:
        return os.path.samestat(os.fstat(descriptor), os.lstat(path))
    except FileNotFoundError:
        return False


def _lock_now(descriptor: int) -> bool:
    """Lock a file unless that means waiting; one's own lock may be taken once more."""
    try:
        _lock(descriptor, wait=False)
    except OSError as error:
        if error.errno not in _BUSY:
            raise
        return False
    return True


def _lock(descriptor: int, *, wait: bool) -> None:
    if _FCNTL is not None:
        _FCNTL.flock(descriptor, _FCNTL.LOCK_EX | (0 if wait else _FCNTL.LOCK_NB))
        return
    while True:
        try:
            _MSVCRT.locking(descriptor, _MSVCRT.LK_NBLCK, 1)
        except OSError as error:
            if not wait:
                raise OSError(errno.EAGAIN, os.strerror(errno.EAGAIN)) from error
            time.sleep(_PAUSE_SECONDS)
        else:
            return
