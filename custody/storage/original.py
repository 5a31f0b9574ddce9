"""The files that a user wants to seal: found, named, and refused all at once when one cannot be sealed."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from typing import Self

from attrs import frozen

from custody.errors import SourceRefusedError, StorageError
from custody.format.layout import is_litter
from custody.storage.name_table import NameTable
from custody.storage.os_errors import storage_error
from custody.storage.source import Entry, EntryKind
from custody.storage.tree import Tree, base_name, entry_kind, host_path, open_tree
from custody.storage.walk import Census, walk_sorted

_LINK, _OTHER = "a link", "a device, pipe or socket"
_DEEP = "a folder nested too deep"
_HINT = "move or copy what is meant into the folder as ordinary files, and leave the rest out"


@frozen(kw_only=True)
class Original:
    """One file to be sealed. Its name is `prefix + path`; no two originals share one.

    Attributes:
        root: a folder on this machine; never written into a bundle.
        path: of the file in that folder.
        prefix: which of several sources it comes from; "" for a single folder.
        size_bytes: as found; it may change until it is read.
    """

    root: str
    path: str
    prefix: str
    size_bytes: int

    @property
    def name(self) -> str:
        """The original name; what is not UTF-8 carries surrogate escapes."""
        return self.prefix + self.path


class Originals(Sequence[Original]):
    """All files of all sources, source after source, each bytewise by path; a million fit in some fifty MiB.

    Attributes:
        litter: names of what operating systems leave behind (`custody.format.layout.is_litter`); not among
            the files.
        folders: the roots that were named as sources themselves, not only files in them.
        size_bytes: of all files.
    """

    def __init__(
        self,
        litter: tuple[str, ...],
        sources: tuple[tuple[str, str], ...],
        table: NameTable,
        folders: frozenset[str] = frozenset(),
    ) -> None:
        """Keep the rows; `find_originals` is the way to get one.

        Args:
            litter: names left out.
            sources: root and prefix of each source.
            table: path, number of the source and size of each file.
            folders: as the attribute.
        """
        self.folders = folders
        self.litter = litter
        self._sources = sources
        self._table = table
        self.size_bytes = sum(table.row(position)[1] for position in range(len(table)))

    def __len__(self) -> int:
        return len(self._table)

    def __getitem__(self, position: int) -> Original:  # type: ignore[override]  # no slices
        if not -len(self) <= position < len(self):
            raise IndexError(position)
        position %= len(self)
        number, size = self._table.row(position)
        root, prefix = self._sources[number]
        path = os.fsdecode(self._table.name(position))
        return Original(root=root, path=path, prefix=prefix, size_bytes=size)

    def __iter__(self) -> Iterator[Original]:
        return map(self.__getitem__, range(len(self)))


class _Finder:
    """Walks the sources and collects files, litter and refusals."""

    def __init__(self) -> None:
        self.sources: list[tuple[str, str]] = []
        self.table = NameTable(2)
        self.folders: set[str] = set()
        self.litter: list[str] = []
        self.refused: list[tuple[str, str]] = []

    @classmethod
    def over(cls, paths: Sequence[str]) -> Self:
        finder = cls()
        taken: set[str] = set()
        for path in paths:
            name = base_name(path).strip(os.sep) or "root"
            prefix, number = "", 1
            while (first := prefix.rstrip("/") or name) in taken:
                number += 1
                prefix = f"{number}/"
            taken.add(first)
            finder.add(path, name, prefix, alone=len(paths) == 1)
        return finder

    def add(self, path: str, name: str, prefix: str, *, alone: bool) -> None:
        try:
            kind = entry_kind(os.lstat(host_path(path)))
        except OSError as error:
            self.refused.append((prefix + name, _unreadable(error)))
            return
        if kind is EntryKind.FOLDER:
            self._add_folder(path, name, "" if alone else f"{prefix}{name}/")
        elif kind is EntryKind.FILE:
            self._add_file(path, prefix)
        else:
            self.refused.append((prefix + name, _LINK if kind is EntryKind.LINK else _OTHER))

    def _open(self, root: str, name: str) -> Tree | None:
        try:
            return open_tree(root)
        except StorageError as error:
            self.refused.append((name, f"unreadable, {error.code}"))
            return None

    def _add_folder(self, root: str, name: str, prefix: str) -> None:
        tree = self._open(root, name)
        if tree is None:
            return
        self.sources.append((os.path.abspath(root), prefix))
        self.folders.add(os.path.abspath(root))

        def unreadable(folder: str, error: OSError) -> None:
            self.refused.append((prefix + folder if folder else name, _unreadable(error)))

        try:
            for entry in walk_sorted(tree, Census(), unreadable=unreadable):
                self._take(tree, entry, prefix)
        finally:
            tree.close()

    def _add_file(self, path: str, prefix: str) -> None:
        # The way to a file that the user named may lead through links; only the file itself must not be one.
        root = os.path.realpath(os.path.dirname(os.path.abspath(path)))
        name = os.path.basename(os.path.abspath(path))
        tree = self._open(root, prefix + name)
        if tree is None:
            return
        self.sources.append((root, prefix))
        try:
            status = tree.status(name)
            self._take(tree, Entry(path=name, kind=entry_kind(status), size_bytes=status.st_size), prefix)
        except OSError as error:
            self.refused.append((prefix + name, _unreadable(error)))
        finally:
            tree.close()

    def _take(self, tree: Tree, entry: Entry, prefix: str) -> None:
        name = prefix + entry.path
        if entry.kind is EntryKind.FOLDER:
            return
        if entry.kind is EntryKind.FILE and is_litter(entry.path):
            self.litter.append(name)
        elif entry.kind is EntryKind.LINK:
            self.refused.append((name, _LINK))
        elif entry.kind is EntryKind.OTHER:
            is_folder = entry_kind(tree.status(entry.path)) is EntryKind.FOLDER
            self.refused.append((name, _DEEP if is_folder else _OTHER))
        elif not tree.readable(entry.path):
            self.refused.append((name, "unreadable, PERMISSION"))
        else:
            self.table.append(os.fsencode(entry.path), len(self.sources) - 1, entry.size_bytes)


def _unreadable(error: OSError) -> str:
    return f"unreadable, {storage_error(error, '', 'read').code}"


def find_originals(paths: Sequence[str]) -> Originals:
    """List the files of sources, each a file or a folder; nothing is read yet, and no link is followed.

    A single folder gives names relative to it; of several sources each folder's own name comes first, and a
    name that came before is told apart by the number of its source.

    Raises:
        SourceRefusedError: links, devices, pipes, sockets, unreadable files or folders; all are named.
        LimitError: a folder holds more than `limits.FOLDER_NAMES` names.
    """
    finder = _Finder.over(paths)
    if finder.refused:
        refused = tuple(
            (name.encode("utf-8", "backslashreplace").decode(), why) for name, why in finder.refused
        )
        raise SourceRefusedError(refused, hint=_HINT)
    return Originals(tuple(finder.litter), tuple(finder.sources), finder.table, frozenset(finder.folders))
