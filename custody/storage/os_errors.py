"""Errors of the operating system in the words of custody: a code, an errno name, and no host path."""

from __future__ import annotations

import errno

from custody.errors import StorageError

_CODES = {
    errno.ENOENT: "MISSING",
    errno.ENOTDIR: "MISSING",
    errno.ELOOP: "NOT_A_FILE",
    errno.EMLINK: "NOT_A_FILE",  # FreeBSD's answer to O_NOFOLLOW
    errno.ENXIO: "NOT_A_FILE",  # a socket
    errno.EISDIR: "NOT_A_FILE",
    errno.EACCES: "PERMISSION",
    errno.EPERM: "PERMISSION",
    errno.ENOSPC: "NO_SPACE",
    errno.EDQUOT: "NO_SPACE",
    errno.EROFS: "READ_ONLY",
    errno.EXDEV: "OTHER_DEVICE",
    errno.EIO: "INPUT_OUTPUT",
    errno.EMFILE: "TOO_MANY_OPEN",
    errno.ENFILE: "TOO_MANY_OPEN",
}
_WORDS = {
    errno.ENOENT: "nothing there",
    errno.ENOTDIR: "a file where a folder should be",
    errno.ELOOP: "a link",
    errno.EMLINK: "a link",
    errno.EISDIR: "a folder",
    errno.EACCES: "no permission",
    errno.EPERM: "no permission",
    errno.ENOSPC: "no space left",
    errno.EDQUOT: "no space left",
    errno.EROFS: "a read-only place",
    errno.EIO: "a fault of the disk",
    errno.EMFILE: "too many open files",
    errno.ENFILE: "too many open files",
    errno.ENAMETOOLONG: "a name that is too long",
    errno.EEXIST: "the name taken",
    errno.ENOTEMPTY: "the name taken",
}
_HINTS = {
    "NO_SPACE": "free some space or choose another disk, and run the command again",
    "READ_ONLY": "choose a folder that can be written",
    "PERMISSION": "check who owns the file and its permissions",
    "INPUT_OUTPUT": "the disk reports a fault: copy what can be read to another disk before anything else",
}


def errno_name(error: OSError) -> str:
    """Return the symbolic name of the error, such as "EIO"; "E<number>" where this machine has no name."""
    number = error.errno or 0
    return errno.errorcode.get(number, f"E{number}")


def errno_words(error: OSError) -> str:
    """Return what the system said, such as "no space left (ENOSPC)"; the bare name without words."""
    words = _WORDS.get(error.errno or 0)
    name = errno_name(error)
    return f"{words} ({name})" if words else name


def storage_error(error: OSError, thing: str, doing: str) -> StorageError:
    """Make the StorageError that says what could not be done to what.

    Args:
        error: what the system said.
        thing: bundle-relative path, or the last component of a path that the user chose.
        doing: the verb, as in "expected to create it".
    """
    code = _CODES.get(error.errno or 0, StorageError.default_code)
    return StorageError(
        f"{thing}: expected to {doing} it, found {errno_words(error)}", code=code, hint=_HINTS.get(code)
    )
