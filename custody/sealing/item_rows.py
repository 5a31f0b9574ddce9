"""The items of a draft as columns: a million of them must fit into little memory.

Rows are only ever appended. A draft is a view of the first `n` rows, so that adding to a draft leaves the
draft it came from as it was, and costs no copy as long as nobody branches.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from attrs import define, field, frozen

from custody.errors import UsageError
from custody.sealing.item_values import NOTHING_GIVEN
from custody.storage.name_table import NameTable
from custody.storage.os_errors import storage_error

_SOURCE, _SIZE = 0, 1  # columns
_SHARED_VALUES: Final = 65_536  # distinct values that are shared; beyond, each row keeps its own


@frozen(eq=False)
class Folder:
    """Where many files lie.

    Attributes:
        path: the folder on this machine; never written into a bundle, a message or a log.
        prefix_bytes: how many bytes of each item's name stand before its path inside the folder.
        whole: the folder itself was named as a source, not only files in it.
    """

    path: str = field(repr=False)
    prefix_bytes: int = 0
    whole: bool = False


@define(eq=False)
class Stream:
    """Bytes that come from an open binary stream, read when the draft is sealed.

    Attributes:
        source: as the caller's stream gives them: at most so many bytes, none at the end.
        rewind: brings the stream back to where it stood when it was added, or None when it cannot.
        used: it has been read and stands elsewhere.
    """

    source: Callable[[int], object] = field(repr=False)
    rewind: Callable[[], object] | None = field(default=None, repr=False)
    used: bool = False

    def begin(self) -> None:
        """Get ready to read from the start.

        Raises:
            UsageError: the stream was read before and cannot be read again; it would seal an empty file. Or
                it is closed.
            StorageError: it does not go back.
        """
        if self.used:
            if self.rewind is None:
                raise UsageError(
                    "stream: expected one that was not read yet, found one at its end",
                    hint="add the stream to a new draft, or use one that can seek",
                )
            with stream_errors():
                self.rewind()
        self.used = True

    def read(self, size_bytes: int) -> bytes:
        """Return at most so many bytes, none at the end.

        Raises:
            UsageError: the stream is closed, or gives something else than bytes.
            StorageError: it fails.
        """
        with stream_errors():
            block = self.source(size_bytes)
        if not isinstance(block, bytes | bytearray | memoryview) or len(block) > size_bytes:
            raise UsageError(f"stream: expected at most {size_bytes} bytes, found something else")
        return bytes(block)


@contextmanager
def stream_errors() -> Iterator[None]:
    """Turn what a caller's stream raises into errors of ours; the original is kept as the cause.

    Raises:
        UsageError: it is closed, or takes no such call.
        StorageError: it fails: a broken connection, a disk.
    """
    try:
        yield
    except OSError as error:
        raise storage_error(error, "stream", "read") from error
    except ValueError as error:
        raise UsageError("stream: expected an open one, found it closed or of another kind") from error


Source = Folder | Stream | str
"""Where an item's bytes are: a folder (and the name), a stream, or the path of one file."""


class ItemRows:
    """Append-only columns, one entry an item.

    Attributes:
        given: the packed fields (`custody.sealing.item_values.pack_given`).
    """

    __slots__ = ("_names", "_shared", "_sources", "given")

    def __init__(self) -> None:
        """Begin with no rows."""
        self.given: list[bytes] = []
        self._names = NameTable(2)  # _SOURCE: number of the source; _SIZE: in bytes, as far as it is known
        self._sources: list[Source] = []
        self._shared: dict[bytes, bytes] = {NOTHING_GIVEN: NOTHING_GIVEN}

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self._names)

    def append(
        self, count: int, name: bytes, source: Source, given: bytes = NOTHING_GIVEN, size_bytes: int = 0
    ) -> ItemRows:
        """Add a row after the first `count` ones; when others stand there already, on a copy."""
        rows = self if count == len(self) else self.copy(count)
        rows.put(name, source, given, size_bytes)
        return rows

    def put(self, name: bytes, source: Source, given: bytes, size_bytes: int) -> None:
        """Add a row at the end."""
        if not self._sources or self._sources[-1] is not source:
            self._sources.append(source)
        self._names.append(name, len(self._sources) - 1, size_bytes)
        self.given.append(self.share(given))

    def name(self, place: int) -> bytes:
        """Return the bytes of an original name; empty when there is none."""
        return self._names.name(place)

    def source(self, place: int) -> Source:
        """Return where an item's bytes are."""
        return self._sources[self._names.number(place, _SOURCE)]

    def folders(self) -> list[str]:
        """Return the folders that are sources as a whole."""
        return [source.path for source in self._sources if isinstance(source, Folder) and source.whole]

    def size_bytes(self, place: int) -> int:
        """Return how long an item was when it was found; 0 when nobody has looked."""
        return self._names.number(place, _SIZE)

    def copy(self, count: int) -> ItemRows:
        """Return the first `count` rows as a table of its own."""
        rows = ItemRows()
        for place in range(count):
            rows.put(self.name(place), self.source(place), self.given[place], self.size_bytes(place))
        return rows

    def redescribed(self, count: int) -> ItemRows:
        """Return the first `count` rows with fields of their own, so that these may be replaced."""
        if count != len(self):
            return self.copy(count)
        rows = copy.copy(self)
        rows.given = list(self.given)
        return rows

    def share(self, given: bytes) -> bytes:
        """Return an equal object that is kept already, if there is one."""
        if len(self._shared) < _SHARED_VALUES:
            return self._shared.setdefault(given, given)
        return self._shared.get(given, given)

    def rows(self, count: int) -> Iterator[tuple[bytes, bytes]]:
        """Yield name and packed fields of the first `count` rows."""
        for place in range(count):
            yield self.name(place), self.given[place]
