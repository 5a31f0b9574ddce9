"""The one step that makes something visible under its name, and never in the place of something else."""

from __future__ import annotations

import ctypes
import errno
import os

from custody.errors import ExistsError, StorageError
from custody.storage.durability import sync_folder, system_call
from custody.storage.os_errors import storage_error
from custody.storage.tree import base_name

_AT_FDCWD = -100
_RENAME_NOREPLACE = 1
_TAKEN = {errno.EEXIST, errno.ENOTEMPTY}
_NOT_OFFERED = {errno.ENOSYS, errno.EINVAL, errno.ENOTSUP}
_NO_HARD_LINKS = {errno.EPERM, errno.ENOTSUP, errno.ENOSYS, errno.EMLINK, errno.EACCES}


def exists_error(final: str) -> ExistsError:
    """Make the error for a name that is taken."""
    return ExistsError(
        f"{base_name(final)}: expected a free name, found something there", hint="choose another name"
    )


def publish_folder(temporary: str, final: str) -> None:
    """Rename a complete folder to its name, if the name is free, and make the rename durable.

    Linux does both in one step. Elsewhere the caller must hold the lock (`custody.storage.lock`) of what both
    lie in, for looking and renaming are two steps there, and a rename replaces an empty folder silently.

    Raises:
        ExistsError: the name is taken; nothing was changed.
        StorageError: the machine refused.
    """
    try:
        if not _rename_exclusive(temporary, final):
            if os.path.lexists(final):
                raise exists_error(final)
            os.rename(temporary, final)
        sync_folder(os.path.dirname(os.path.abspath(final)))
    except OSError as error:
        raise _refusal(error, final) from error


def publish_file(temporary: str, final: str) -> None:
    """Give a complete file its name, if the name is free, and make that durable; `temporary` is gone then.

    Without hard links (FAT), as `publish_folder`.

    Raises:
        ExistsError: the name is taken; nothing was changed.
        StorageError: the machine refused.
    """
    try:
        if _link(temporary, final):
            os.unlink(temporary)
            sync_folder(os.path.dirname(os.path.abspath(final)))
            return
    except OSError as error:
        raise _refusal(error, final) from error
    publish_folder(temporary, final)


def _refusal(error: OSError, final: str) -> StorageError:
    if error.errno in _TAKEN:
        return exists_error(final)
    return storage_error(error, base_name(final), "publish")


def _rename_exclusive(old: str, new: str) -> bool:
    """Rename without replacing; False where the system or the file system does not offer it."""
    renameat2 = system_call("renameat2")
    if renameat2 is None:
        return False
    if renameat2(_AT_FDCWD, os.fsencode(old), _AT_FDCWD, os.fsencode(new), _RENAME_NOREPLACE) == 0:
        return True
    number = ctypes.get_errno()
    if number in _NOT_OFFERED:
        return False
    raise OSError(number, os.strerror(number))


def _link(old: str, new: str) -> bool:
    try:
        os.link(old, new)
    except OSError as error:
        if error.errno in _NO_HARD_LINKS:
            return False
        raise
    return True
