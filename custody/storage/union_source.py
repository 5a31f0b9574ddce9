"""One bundle seen through several copies: sealed parts from one of them, what grows from any of them.

What grows is the log, the attestations and the renewals. Nothing is written or copied to look at it so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Final, Literal

from custody.errors import StorageError
from custody.format.bag import ITEMS_PATH
from custody.storage.source import BundleSource, Entry, EntryKind, PayloadFault, PayloadJob, Progress

_NOTHING: Final[Mapping[int, bytes]] = MappingProxyType({})
_GROWING: Final = ("custody/log", "custody/attestations", "custody/renewals")


def grows(path: str) -> bool:
    """Tell whether a path is one of the folders to which is added after the seal, or lies in one."""
    return any(path == folder or path.startswith(f"{folder}/") for folder in _GROWING)


class UnionSource:
    """A bundle of which each file that was added after the seal may come from another copy.

    See `BundleSource` for what its methods promise; the sizes of what grows are not told. Whoever opened the
    copies closes them.
    """

    form: Literal["folder", "zip"] = "folder"

    def __init__(
        self,
        base: BundleSource,
        grown: Mapping[str, BundleSource],
        withheld: Mapping[int, bytes] = _NOTHING,
    ) -> None:
        """Look at copies as one.

        Args:
            base: the copy that gives items, payload and wrapping.
            grown: by path of each file that was added after the seal: a copy that has it.
            withheld: by index the lines, without line feeds, that stand for items which are closed here.
        """
        self._base = base
        self._grown = grown
        self._withheld = withheld

    def entries(self) -> Iterator[Entry]:
        """List everything but the payload."""
        found = [entry for entry in self._base.entries() if not grows(entry.path)]
        folders: set[str] = set()
        for path in self._grown:
            found.append(Entry(path=path, kind=EntryKind.FILE, size_bytes=0))
            above = path.rpartition("/")[0]
            while above != "custody" and above not in folders:
                folders.add(above)
                above = above.rpartition("/")[0]
        found.extend(Entry(path=path, kind=EntryKind.FOLDER, size_bytes=0) for path in folders)
        yield from sorted(found, key=lambda entry: entry.path.encode("utf-8", "surrogateescape"))

    def payload_entries(self) -> Iterator[Entry]:
        """List the payload."""
        return self._base.payload_entries()

    def _of(self, path: str) -> BundleSource:
        if not grows(path):
            return self._base
        if path not in self._grown:
            raise StorageError(f"{path}: expected a file, found none", code="MISSING")
        return self._grown[path]

    def read(self, path: str, limit_bytes: int) -> bytes:
        """Read one small file."""
        return self._of(path).read(path, limit_bytes)

    def lines(self, path: str, limit_bytes: int) -> Iterator[bytes]:
        """Read one file line by line."""
        lines = self._of(path).lines(path, limit_bytes)
        if path != ITEMS_PATH or not self._withheld:
            return lines
        return (self._withheld.get(index, line) for index, line in enumerate(lines))

    def blocks(self, path: str) -> Iterator[bytes]:
        """Read one file block by block."""
        return self._of(path).blocks(path)

    def hash_payload(
        self,
        jobs: Iterable[PayloadJob],
        *,
        expected_files: int | None = None,
        progress: Progress | None = None,
    ) -> Iterator[PayloadFault]:
        """Check the payload."""
        return self._base.hash_payload(jobs, expected_files=expected_files, progress=progress)

    def changed(self) -> bool:
        """Look at every copy again."""
        return any(source.changed() for source in {self._base, *self._grown.values()})

    def close(self) -> None:
        """Leave the copies open."""
