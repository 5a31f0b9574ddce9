"""Folders opened so that nothing in them can lead outside: POSIX by descriptors, elsewhere by checked paths.

Each folder on the way is opened relative to the one above it and never through a link, so no path is ever
long and none can be exchanged for a link between two looks. Where a system has no `dir_fd` (Windows), every
component is looked at before it is used and the opened file is compared with what was seen; that leaves
moments in which a folder may be exchanged, which the second walk (`BundleSource.changed`) notices.
"""

from __future__ import annotations

import contextlib
import errno
import ntpath
import os
import stat
from collections.abc import Iterator
from types import TracebackType
from typing import Protocol, Self

from custody.errors import StorageError, UsageError
from custody.storage.os_errors import storage_error
from custody.storage.source import EntryKind

_FOLDERS_KEPT_OPEN = 96  # more than the deepest walk needs (limits.PATH_DEPTH)
_WINDOWS = os.name == "nt"
_LINK_TAGS = frozenset({0xA000000C, 0xA0000003})  # IO_REPARSE_TAG_SYMLINK, IO_REPARSE_TAG_MOUNT_POINT


def entry_kind(status: os.stat_result) -> EntryKind:
    """Say what an `lstat` result describes; a Windows junction is a link."""
    mode = status.st_mode
    if stat.S_ISREG(mode):  # asked first, for most are; no link is one, also on Windows
        return EntryKind.FILE
    if stat.S_ISLNK(mode) or getattr(status, "st_reparse_tag", 0) in _LINK_TAGS:
        return EntryKind.LINK
    return EntryKind.FOLDER if stat.S_ISDIR(mode) else EntryKind.OTHER


def fingerprint(status: os.stat_result) -> tuple[int, ...]:
    """Return what must not differ between two looks at one file ."""
    found = status
    return found.st_dev, found.st_ino, found.st_mode, found.st_size, found.st_mtime_ns, found.st_ctime_ns


def close_reader(descriptor: int) -> None:
    """Give back a descriptor that nothing was written through: whatever the system says, nothing is lost."""
    try:  # noqa: SIM105 - it costs a third of `suppress`, and every file of a log is closed
        os.close(descriptor)
    except OSError:
        pass


def base_name(path: str) -> str:
    """Return the last component of a path that a user chose, for messages."""
    return os.path.basename(os.path.abspath(path)) or path


def host_path(path: str) -> str:
    r"""Return the path in the form that has no length limit: on Windows `\\?\` and the absolute path."""
    if _WINDOWS and not path.startswith("\\\\?\\"):
        absolute = ntpath.abspath(path)
        return "\\\\?\\UNC" + absolute[1:] if absolute.startswith("\\\\") else "\\\\?\\" + absolute
    return path


def _split(path: str) -> tuple[str, str]:
    """Split a relative path into folder and name; a bad one is a bug of the caller."""
    folder, _, name = path.rpartition("/")
    if name in {"", ".", ".."}:
        raise UsageError("path: expected plain names between slashes, found another form")
    return folder, name


class Tree(Protocol):
    """One folder and everything in it."""

    def open_file(self, path: str) -> int:
        """Open whatever stands there read-only, without blocking and without following a link.

        Returns a descriptor, of a regular file or not: the caller looks with `fstat`.

        Raises:
            OSError: as the system says; ELOOP for a link.
        """
        ...

    def scan(self, folder: str) -> Iterator[tuple[str, bool]]:
        """Yield each name in a folder ("" is the root) and whether it is itself a folder; links are none.

        Raises:
            OSError: the folder cannot be opened or read, or is a link.
        """
        ...

    def scan_status(self, folder: str) -> Iterator[tuple[str, os.stat_result | None]]:
        """Yield each name in a folder and what `status` says of it, None when it has just vanished.

        Raises:
            OSError: as `scan`.
        """
        ...

    def status(self, path: str) -> os.stat_result:
        """Look at one name without following a link.

        Raises:
            OSError: it is gone, or the folder above it is.
        """
        ...

    def readable(self, path: str) -> bool:
        """Say whether this process may read the file, by asking, not by opening."""
        ...

    def clone(self) -> Self:
        """Return another handle on the same root, for another thread; each is closed by itself."""
        ...

    def close(self) -> None:
        """Give back every descriptor."""
        ...


class PosixTree:
    """A folder held by its descriptor."""

    def __init__(self, root: int) -> None:
        """Take over the descriptor of the root folder."""
        self.root = root
        self._folders: dict[str, int] = {}
        self._flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
        self._folder_flags = self._flags | os.O_DIRECTORY
        self._quiet = getattr(os, "O_NOATIME", 0)  # reading leaves no trace where the system allows it

    def folder(self, path: str) -> int:
        """Return the descriptor of a folder on the way, which this tree keeps and closes."""
        if path == "":
            return self.root
        found = self._folders.get(path)
        if found is None:
            above, name = _split(path)
            found = os.open(name, self._folder_flags, dir_fd=self.folder(above))
            if len(self._folders) >= _FOLDERS_KEPT_OPEN:
                close_reader(self._folders.pop(next(iter(self._folders))))
            self._folders[path] = found
        return found

    def open_file(self, path: str) -> int:
        """Do as `Tree.open_file` says."""
        folder, name = _split(path)
        above = self.folder(folder)
        try:
            return os.open(name, self._flags | self._quiet, dir_fd=above)
        except PermissionError as error:
            if not self._quiet or error.errno != errno.EPERM:
                raise
            self._quiet = 0  # only the owner may ask for it
            return os.open(name, self._flags, dir_fd=above)

    @contextlib.contextmanager
    def _listing(self, folder: str) -> Iterator[Iterator[os.DirEntry[str]]]:
        # A descriptor of its own: two scans of one descriptor would share their position.
        above, name = _split(folder) if folder else ("", ".")
        descriptor = os.open(name, self._folder_flags, dir_fd=self.folder(above))
        try:
            with os.scandir(descriptor) as listing:
                yield listing
        finally:
            close_reader(descriptor)

    def scan(self, folder: str) -> Iterator[tuple[str, bool]]:
        """Do as `Tree.scan` says."""
        with self._listing(folder) as listing:
            for entry in listing:
                yield entry.name, entry.is_dir(follow_symlinks=False)

    def scan_status(self, folder: str) -> Iterator[tuple[str, os.stat_result | None]]:
        """Do as `Tree.scan_status` says."""
        with self._listing(folder) as listing:
            for entry in listing:
                try:
                    status = entry.stat(follow_symlinks=False)
                except FileNotFoundError:
                    yield entry.name, None
                else:
                    yield entry.name, status

    def status(self, path: str) -> os.stat_result:
        """Do as `Tree.status` says."""
        folder, name = _split(path)
        return os.stat(name, dir_fd=self.folder(folder), follow_symlinks=False)

    def readable(self, path: str) -> bool:
        """Do as `Tree.readable` says."""
        folder, name = _split(path)
        effective = os.access in os.supports_effective_ids
        return os.access(name, os.R_OK, dir_fd=self.folder(folder), effective_ids=effective)

    def clone(self) -> Self:
        """Do as `Tree.clone` says."""
        return type(self)(os.dup(self.root))

    def close(self) -> None:
        """Do as `Tree.close` says."""
        while self._folders:
            close_reader(self._folders.popitem()[1])
        close_reader(self.root)


class PathTree:
    """A folder held by its path, for systems without `dir_fd`."""

    def __init__(self, root: str) -> None:
        """Keep the path of the root folder."""
        self.root = host_path(root)
        self._checked: set[str] = set()
        self._flags = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOINHERIT", 0)

    def _path(self, path: str) -> str:
        return os.path.join(self.root, *path.split("/")) if path else self.root

    def folder(self, path: str) -> str:
        """Return the path of a folder on the way, none of whose components is a link."""
        if path and path not in self._checked:
            self.folder(_split(path)[0])
            full = self._path(path)
            if entry_kind(os.lstat(full)) is not EntryKind.FOLDER:
                raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR))
            self._checked.add(path)
        return self._path(path)

    def open_file(self, path: str) -> int:
        """Do as `Tree.open_file` says."""
        folder, name = _split(path)
        full = os.path.join(self.folder(folder), name)
        seen = os.lstat(full)
        if entry_kind(seen) is not EntryKind.FILE:  # opening a pipe would block; there is no O_NONBLOCK here
            raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))
        descriptor = os.open(full, self._flags)
        if not os.path.samestat(seen, os.fstat(descriptor)):
            close_reader(descriptor)
            raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))
        return descriptor

    def scan(self, folder: str) -> Iterator[tuple[str, bool]]:
        """Do as `Tree.scan` says."""
        for name, status in self.scan_status(folder):
            yield name, status is not None and entry_kind(status) is EntryKind.FOLDER

    def scan_status(self, folder: str) -> Iterator[tuple[str, os.stat_result | None]]:
        """Do as `Tree.scan_status` says."""
        with os.scandir(self.folder(folder)) as listing:
            for entry in listing:
                try:
                    status = os.lstat(entry.path)  # a Windows listing has a stale status without numbers
                except FileNotFoundError:
                    yield entry.name, None
                else:
                    yield entry.name, status

    def status(self, path: str) -> os.stat_result:
        """Do as `Tree.status` says."""
        folder, name = _split(path)
        return os.lstat(os.path.join(self.folder(folder), name))

    def readable(self, path: str) -> bool:
        """Do as `Tree.readable` says."""
        effective = os.access in os.supports_effective_ids
        return os.access(self._path(path), os.R_OK, effective_ids=effective)

    def clone(self) -> Self:
        """Do as `Tree.clone` says."""
        return type(self)(self.root)

    def close(self) -> None:
        """Do as `Tree.close` says."""
        self._checked.clear()


def has_descriptors() -> bool:
    """Say whether this system can hold folders by descriptor."""
    flags = ("O_NOFOLLOW", "O_NONBLOCK", "O_CLOEXEC", "O_DIRECTORY")
    relative = {os.open, os.stat, os.access} <= os.supports_dir_fd and os.scandir in os.supports_fd
    return relative and all(hasattr(os, flag) for flag in flags)


def open_tree(path: str) -> Tree:
    """Open a folder that a user named.

    Raises:
        StorageError: code MISSING, NOT_A_FOLDER (also for a link to a folder), or what the machine said.
    """
    name = base_name(path)
    try:
        kind = entry_kind(os.lstat(path))
        if kind is not EntryKind.FOLDER:
            raise StorageError(
                f"{name}: expected a folder, found a {kind.value}",
                code="NOT_A_FOLDER",
                hint="give the folder itself",
            )
        if not has_descriptors():
            return PathTree(path)
        return PosixTree(os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC))
    except OSError as error:
        raise storage_error(error, name, "open") from error


class _OpenedFile:
    """One regular file while it is open; a class, for a log of 10,000 events opens 70,000 files."""

    __slots__ = ("_descriptor", "_path")

    def __init__(self, descriptor: int, path: str) -> None:
        self._descriptor = descriptor
        self._path = path

    def __enter__(self) -> int:
        return self._descriptor

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        close_reader(self._descriptor)
        if isinstance(error, OSError):
            raise storage_error(error, self._path, "read") from error


def opened_file(tree: Tree, path: str) -> contextlib.AbstractContextManager[int]:
    """Open one regular file; at the end of the context it is closed.

    Raises:
        StorageError: code MISSING, NOT_A_FILE, or what the machine said, also while the file is used.
    """
    try:
        descriptor = tree.open_file(path)
    except OSError as error:
        raise storage_error(error, path, "open") from error
    try:
        regular = stat.S_ISREG(os.fstat(descriptor).st_mode)
    except OSError as error:
        close_reader(descriptor)
        raise storage_error(error, path, "read") from error
    if not regular:
        close_reader(descriptor)
        raise StorageError(f"{path}: expected a file, found something else", code="NOT_A_FILE")
    return _OpenedFile(descriptor, path)
