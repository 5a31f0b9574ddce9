"""Files and folders created below a folder of our own, never through a link and never over something else."""

from __future__ import annotations

import os
from typing import Protocol, Self

from custody.storage.durability import sync_folder
from custody.storage.tree import PathTree, PosixTree, has_descriptors, host_path


class NewTree(Protocol):
    """A folder in which only new things are made."""

    def create_file(self, path: str, mode: int) -> int:
        """Create a file and return its descriptor, open for writing.

        Raises:
            OSError: EEXIST when the name is taken.
        """
        ...

    def create_folder(self, path: str) -> None:
        """Create a folder; the one above it exists.

        Raises:
            OSError: EEXIST when the name is taken.
        """
        ...

    def clone(self) -> Self:
        """Return another handle on the same root, for another thread; each is closed by itself."""
        ...

    def close(self) -> None:
        """Give back every descriptor."""
        ...


_FLAGS = os.O_WRONLY | os.O_CREAT | os.O_EXCL


class PosixNewTree(PosixTree):
    """As `NewTree`, by descriptors."""

    def create_file(self, path: str, mode: int) -> int:
        """Do as `NewTree.create_file` says."""
        folder, _, name = path.rpartition("/")
        flags = _FLAGS | os.O_NOFOLLOW | os.O_CLOEXEC
        return os.open(name, flags, mode, dir_fd=self.folder(folder))

    def create_folder(self, path: str) -> None:
        """Do as `NewTree.create_folder` says."""
        folder, _, name = path.rpartition("/")
        os.mkdir(name, dir_fd=self.folder(folder))


class PathNewTree(PathTree):
    """As `NewTree`, by paths."""

    def create_file(self, path: str, mode: int) -> int:
        """Do as `NewTree.create_file` says."""
        folder, _, name = path.rpartition("/")
        flags = _FLAGS | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOINHERIT", 0)
        return os.open(os.path.join(self.folder(folder), name), flags, mode)

    def create_folder(self, path: str) -> None:
        """Do as `NewTree.create_folder` says."""
        folder, _, name = path.rpartition("/")
        os.mkdir(os.path.join(self.folder(folder), name))


def open_new_tree(path: str) -> PosixNewTree | PathNewTree:
    """Open a folder that this process has just created.

    Raises:
        OSError: it cannot be opened.
    """
    if has_descriptors() and os.mkdir in os.supports_dir_fd:
        return PosixNewTree(os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC))
    return PathNewTree(path)


def sync_folders(root: str, folders: tuple[str, ...]) -> None:
    """Make the names in folders durable, the deepest first and the root last.

    Raises:
        OSError: they may be lost.
    """
    for folder in sorted(folders, key=lambda path: path.count("/"), reverse=True):
        sync_folder(host_path(os.path.join(root, *folder.split("/"))))
    sync_folder(host_path(root))
