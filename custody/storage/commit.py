"""A new folder, published whole or not at all (docs/adr/0003-durability.md).

It is written under a temporary name beside the bundle, made durable, and renamed once. Before the rename
there is nothing; after it there is everything; whatever stops this process leaves at most a temporary folder,
which the next writer removes under the lock.
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
import shutil
import stat
import sys
from collections.abc import Iterator
from typing import Any

from custody.errors import StorageError, UsageError
from custody.storage.durability import can_sync_everything, sync_everything, sync_folder
from custody.storage.lock import locked
from custody.storage.new_tree import NewTree, PosixNewTree, open_new_tree, sync_folders
from custody.storage.os_errors import storage_error
from custody.storage.publishing import exists_error, publish_folder
from custody.storage.source import EntryKind
from custody.storage.targets import check_target
from custody.storage.tree import base_name, entry_kind, host_path
from custody.storage.writer import FileWriter

SEALED_MODE = 0o444
_TEMPORARY_BYTES = 8
_MANY_FILES = 64
_MARGIN_BYTES = 1024 * 1024
_MARGIN_SHARE = 100  # one part of so many of what is written
_FILE_OVERHEAD_BYTES = 4096  # a file takes whole blocks
_REMOVABLE = 0o700


class StagedFolder:
    """A folder that nobody sees yet.

    Attributes:
        path: where it lies now; readers may open it, to check it before it is published.
        published: whether it has its name.
    """

    def __init__(self, path: str, final: str | None, *, expected_files: int) -> None:
        """Create the folder; `staged_folder` is the way to get one. Without a name yet, `final` is None.

        Raises:
            OSError: it cannot be created.
        """
        self.path = path
        self.published = False
        self._final = final
        self._folders: list[str] = []
        os.mkdir(path, 0o700)
        self._mode = self._usual_mode()
        self._tree = open_new_tree(path)
        # Opened before anything is written, so that syncing it reports every error of writing back.
        many = expected_files > _MANY_FILES and isinstance(self._tree, PosixNewTree)
        self._sync_once = many and can_sync_everything(int(self._tree.root))

    def _usual_mode(self) -> int:
        """Return the mode that this user's folders get, without touching the mask of the whole process."""
        probe = os.path.join(self.path, "mode")
        os.mkdir(probe)
        mode = stat.S_IMODE(os.stat(probe).st_mode)
        os.rmdir(probe)
        return mode

    @property
    def sync_each(self) -> bool:
        """Whether each file must be made durable by itself; otherwise all are, once, before publishing."""
        return not self._sync_once

    def new_tree(self) -> NewTree:
        """Return a handle for writers in other threads or processes; the caller closes it."""
        return self._tree.clone()

    def create_folder(self, path: str) -> None:
        """Create a folder and those above it, as far as they are missing.

        Raises:
            StorageError: the machine refused.
        """
        above = path.rpartition("/")[0]
        if path in self._folders:
            return
        if above:
            self.create_folder(above)
        try:
            self._tree.create_folder(path)
        except OSError as error:
            raise storage_error(error, path, "create") from error
        self._folders.append(path)

    def create(self, path: str, mode: int = SEALED_MODE) -> FileWriter:
        """Create a file in a folder that exists and return its writer.

        Raises:
            StorageError: the machine refused; code EXISTS when the name is taken.
        """
        try:
            descriptor = self._tree.create_file(path, mode)
        except OSError as error:
            raise storage_error(error, path, "create") from error
        return FileWriter(descriptor, path, sync=self.sync_each)

    def write(self, path: str, content: bytes, mode: int = SEALED_MODE) -> None:
        """Create a file with this content.

        Raises:
            StorageError: the machine refused.
        """
        with self.create(path, mode) as writer:
            writer.write(content)

    def publish(self) -> None:
        """Make everything durable and give the folder its name; when this returns, it stays.

        Raises:
            ExistsError: the name is taken.
            StorageError: the machine refused; nothing is published.
        """
        if self._final is None:
            raise UsageError("staged folder: expected a name from the beginning, found none")
        try:
            self._sync()
        except OSError as error:
            raise storage_error(error, base_name(self._final), "write") from error
        publish_folder(self.path, self._final)
        self.published = True

    def publish_below(self, bundle: str, parent: str, folder: str, name: str) -> None:
        """Publish a folder in it, the only one, inside a bundle, under a name that is known only now.

        Where the folder above it does not exist, it is made in the same step, so that it never stands empty.

        Args:
            bundle: path of the bundle.
            parent: the folder that it is to stand in, relative to the bundle; at most this one is missing.
            folder: its present name in here.
            name: the name that it gets.

        Raises:
            ExistsError: the name is taken.
            StorageError: the machine refused, or the folder above is a link; nothing is published.
        """
        named = os.path.join(self.path, name)
        try:
            self._sync()
            os.rename(os.path.join(self.path, folder), named)
            sync_folder(self.path)
        except OSError as error:
            raise storage_error(error, name, "write") from error
        place_below(self.path, bundle, parent, name)
        self.published = True

    def keep_as(self, path: str) -> None:
        """Make everything durable and give the folder a name beside the bundle, under which it outlives us.

        Args:
            path: a free name; `discard` no longer removes what has it.

        Raises:
            StorageError: the machine refused.
        """
        try:
            self._sync()
        except OSError as error:
            raise storage_error(error, base_name(path), "write") from error
        publish_folder(self.path, host_path(path))
        self.published = True

    def _sync(self) -> None:
        os.chmod(self.path, self._mode)
        if self._sync_once:
            sync_everything(int(self._tree.root))
        else:
            sync_folders(self.path, tuple(self._folders))
        self._tree.close()

    def discard(self) -> None:
        """Remove what was not published, as far as the machine lets us."""
        if not self.published:
            with contextlib.suppress(OSError):
                self._tree.close()
            remove_tree(self.path)


def place_below(outer: str, bundle: str, parent: str, name: str) -> None:
    """Publish the only folder in a durable one inside a bundle; hold its lock.

    Where the folder above it does not exist, the outer one becomes it, so that it never stands empty.

    Args:
        outer: path of the folder around it, beside the bundle; it is gone afterwards.
        bundle: path of the bundle.
        parent: the folder that it is to stand in, relative to the bundle; at most this one is missing.
        name: of the folder in `outer`, and in `parent`.

    Raises:
        ExistsError: the name is taken.
        StorageError: the machine refused, or the folder above is a link; nothing is published.
    """
    above = host_path(os.path.join(bundle, *parent.split("/")))
    try:
        kind = entry_kind(os.lstat(above)) if os.path.lexists(above) else None
    except OSError as error:
        raise storage_error(error, name, "write") from error
    if kind is None:
        publish_folder(outer, above)
    elif kind is EntryKind.FOLDER:
        publish_folder(os.path.join(outer, name), os.path.join(above, name))
        remove_tree(outer)
    else:
        raise StorageError(f"{parent}: expected a folder, found a {kind.value}", code="NOT_A_FOLDER")


def new_staged(bundle: str, *, expected_files: int) -> StagedFolder:
    """Create a temporary folder beside a bundle, for something that has no name yet; hold its lock.

    Raises:
        StorageError: the machine refused.
    """
    folder, name = os.path.split(os.path.abspath(bundle))
    temporary = f".{name}.tmp-{os.urandom(_TEMPORARY_BYTES).hex()}"
    try:
        return StagedFolder(host_path(os.path.join(folder, temporary)), None, expected_files=expected_files)
    except OSError as error:
        raise storage_error(error, temporary, "create") from error


@contextlib.contextmanager
def staged_folder(
    final: str | None, *, beside: str | None = None, expected_files: int = 0
) -> Iterator[StagedFolder]:
    """Hold the lock and a new temporary folder; what is not published in the end is removed.

    Args:
        final: the path that the folder gets; None when only `publish_below` will be told.
        beside: the bundle that it belongs to, when that is not `final` itself: lock and temporary folder lie
            beside the bundle, never in it.
        expected_files: about how many files will be written; it decides how they are made durable.

    Raises:
        UsageError: code TARGET_INSIDE: `final` lies inside another bundle.
        ExistsError: `final` is taken.
        StorageError: the machine refused.
    """
    bundle = os.path.abspath(beside or final or "")
    folder, name = os.path.split(bundle)
    if beside is None:
        check_target(bundle)
    with locked(bundle):
        if final is not None and os.path.lexists(host_path(final)):
            raise exists_error(final)
        remove_stale(bundle)
        temporary = f".{name}.tmp-{os.urandom(_TEMPORARY_BYTES).hex()}"
        try:
            path = host_path(os.path.join(folder, temporary))
            named = None if final is None else host_path(final)
            staged = StagedFolder(path, named, expected_files=expected_files)
        except OSError as error:
            raise storage_error(error, temporary, "create") from error
        try:
            yield staged
        finally:
            staged.discard()


def remove_stale(bundle: str) -> None:
    """Remove temporary folders and files that killed writers left beside a bundle; hold its lock."""
    folder, name = os.path.split(os.path.abspath(bundle))
    pattern = re.compile(re.escape(f".{name}.tmp-") + r"[0-9a-f]{16}")
    with contextlib.suppress(OSError), os.scandir(host_path(folder)) as listing:
        for stale in [entry for entry in listing if pattern.fullmatch(entry.name)]:
            if stale.is_dir(follow_symlinks=False):
                remove_tree(stale.path)
            else:
                os.unlink(stale.path)


def remove_tree(path: str) -> None:
    """Remove a folder of our own and everything in it, as far as the machine lets us."""
    with contextlib.suppress(OSError):  # not every call in there asks the handler
        if sys.version_info >= (3, 12):
            shutil.rmtree(path, onexc=_allow_and_retry)
        else:
            shutil.rmtree(path, onerror=_allow_and_retry)


def _allow_and_retry(function: Any, path: str, _: Any) -> None:  # noqa: ANN401 - as shutil calls it
    """Windows removes no file that is read-only, and sealed files are."""
    if function in {os.unlink, os.remove, os.rmdir}:
        with contextlib.suppress(OSError):
            os.chmod(path, _REMOVABLE)
            function(path)


def _is_read_only(folder: str) -> bool:
    if sys.platform == "win32":
        return False  # nothing there tells; the first folder to be created will
    return bool(os.statvfs(folder).f_flag & os.ST_RDONLY)


def check_free_space(folder: str, needed_bytes: int, files: int = 0) -> None:
    """Refuse to begin what the disk cannot hold with some room to spare: 1 %, and at least 1 MiB.

    Args:
        folder: an existing folder on the disk.
        needed_bytes: the content to be written.
        files: into how many files.

    Raises:
        StorageError: code READ_ONLY, whatever room there is; NO_SPACE; or the disk cannot be asked.
    """
    needed = needed_bytes + files * _FILE_OVERHEAD_BYTES
    needed += max(_MARGIN_BYTES, needed // _MARGIN_SHARE)
    try:
        read_only = _is_read_only(folder)
        free = shutil.disk_usage(folder).free
    except OSError as error:
        raise storage_error(error, base_name(folder), "look at") from error
    if read_only:
        raise storage_error(OSError(errno.EROFS, ""), base_name(folder), "write to")
    if free < needed:
        raise StorageError(
            f"{base_name(folder)}: expected {needed} bytes of free space, found {free}",
            code="NO_SPACE",
            hint="free some space or choose another disk, and run the command again",
        )
