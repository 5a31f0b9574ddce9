"""Everything that stands in a folder, listed twice: once to read it, once to see that it did not change."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator

from custody.errors import LimitError
from custody.format import limits
from custody.storage.os_errors import storage_error
from custody.storage.source import Entry, EntryKind
from custody.storage.tree import Tree, entry_kind, fingerprint

_GONE = (FileNotFoundError, NotADirectoryError)
_MODULUS = 2**64
_FIRST_DEPTH = 2  # of data/x


class Census:
    """What one walk saw, kept in three numbers however much there is.

    The sum does not depend on the order of the walk. It notices change, it does not resist forgery: who can
    alter a bundle while it is read can also put it back before the second walk, and no reader notices that.

    Attributes:
        count: how many names were seen.
        total: sum of the hashes of each name and of what `fingerprint` says of it.
        disturbed: a name vanished, or became another thing, during the walk itself.
    """

    def __init__(self) -> None:
        """Begin with nothing seen."""
        self.count = 0
        self.total = 0
        self.disturbed = False

    def see(self, path: str, status: os.stat_result) -> None:
        """Add one name."""
        self.count += 1
        self.total = (self.total + hash((path, fingerprint(status)))) % _MODULUS

    def agrees(self, other: Census) -> bool:
        """Say whether two walks, neither disturbed, saw the same."""
        calm = not self.disturbed and not other.disturbed
        return calm and (self.count, self.total) == (other.count, other.total)


def _entry(path: str, status: os.stat_result, depth: int) -> Entry:
    kind = entry_kind(status)
    if kind is EntryKind.FILE:
        return Entry(path=path, kind=kind, size_bytes=status.st_size)
    if kind is EntryKind.FOLDER and depth >= limits.PATH_DEPTH:
        kind = EntryKind.OTHER  # not entered, hence never passed over as an empty folder
    return Entry(path=path, kind=kind, size_bytes=0)


def _names(tree: Tree, folder: str) -> list[bytes]:
    """List a folder so that the paths below it sort: a folder stands twice, as `name` and as `name/`."""
    keys: list[bytes] = []
    for name, is_folder in tree.scan(folder):
        keys.append(os.fsencode(name))
        if is_folder:
            keys.append(os.fsencode(name) + b"/")
        if len(keys) > 2 * limits.FOLDER_NAMES:
            raise LimitError(
                folder or "bundle", limit="FOLDER_NAMES", maximum=limits.FOLDER_NAMES, value=len(keys) // 2
            )
    keys.sort()
    return keys


Unreadable = Callable[[str, OSError], None]
"""Told of a folder that cannot be read."""


def _raise(folder: str, error: OSError) -> None:
    raise storage_error(error, folder or "bundle", "list") from error


def walk_sorted(
    tree: Tree,
    census: Census,
    *,
    closed: str = "",
    unreadable: Unreadable = _raise,
    folder: str = "",
    depth: int = 1,
) -> Iterator[Entry]:
    """List everything below `folder`, bytewise by path.

    Args:
        tree: where.
        census: told what is seen.
        closed: a folder that is listed and not entered.
        unreadable: called with a folder or name that cannot be read, which is passed over; else it raises.
        folder: where to begin, "" for the root.
        depth: number of components of the paths in `folder`.

    Raises:
        LimitError: a folder holds more than `limits.FOLDER_NAMES` names.
        StorageError: a folder cannot be read.
    """
    levels = [(folder, depth, _listed(tree, folder, census, unreadable))]
    while levels:
        above, depth, keys = levels[-1]
        for key in keys:
            name = os.fsdecode(key)
            path = f"{above}/{name}" if above else name
            if name[-1] == "/":
                below = path[:-1]
                if below != closed and depth < limits.PATH_DEPTH:
                    levels.append((below, depth + 1, _listed(tree, below, census, unreadable)))
                    break
                continue
            status = _status(tree, path, census, unreadable)
            if status is not None:
                yield _entry(path, status, depth)
        else:
            levels.pop()


def _listed(tree: Tree, folder: str, census: Census, unreadable: Unreadable) -> Iterator[bytes]:
    """Return what `_names` does, or nothing of a folder that is gone or cannot be read."""
    try:
        return iter(_names(tree, folder))
    except _GONE:
        census.disturbed = True
    except OSError as error:
        unreadable(folder, error)
    return iter(())


def _status(tree: Tree, path: str, census: Census, unreadable: Unreadable) -> os.stat_result | None:
    """Look at one name and tell the census, or say why there is nothing to see."""
    try:
        status = tree.status(path)
    except _GONE:
        census.disturbed = True
        return None
    except OSError as error:
        unreadable(path, error)
        return None
    census.see(path, status)
    return status


def walk_streamed(tree: Tree, census: Census, folder: str) -> Iterator[Entry]:
    """List everything below `folder` as the system gives it; memory does not depend on the number of files.

    Args:
        tree: where.
        census: told what is seen.
        folder: where to begin, one component; nothing is listed when it is no folder.

    Raises:
        StorageError: a folder cannot be read.
    """
    for path, status, depth in _survey(tree, census, folder, _FIRST_DEPTH):
        yield _entry(path, status, depth)


def count_streamed(tree: Tree, census: Census, folder: str) -> None:
    """Walk as `walk_streamed` does, for the census alone.

    Raises:
        StorageError: a folder cannot be read.
    """
    for _ in _survey(tree, census, folder, _FIRST_DEPTH):
        pass


def _survey(tree: Tree, census: Census, folder: str, depth: int) -> Iterator[tuple[str, os.stat_result, int]]:
    """Yield path, status and depth of everything below a folder; a folder is yielded before it is entered."""
    try:
        for name, status in tree.scan_status(folder):
            path = f"{folder}/{name}"
            if status is None:
                census.disturbed = True
                continue
            census.see(path, status)
            yield path, status, depth
            if not stat.S_ISREG(status.st_mode) and _entry(path, status, depth).kind is EntryKind.FOLDER:
                yield from _survey(tree, census, path, depth + 1)
    except _GONE:
        # Where the walk begins there may be no folder; what stands there instead the other walk sees.
        census.disturbed = census.disturbed or depth > _FIRST_DEPTH
    except OSError as error:
        raise storage_error(error, folder, "list") from error
