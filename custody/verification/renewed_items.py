"""Items and payload under the hashes that renewals use: their digests, and what all of them come to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from attrs import define, field, frozen

from custody.format.bag import ITEMS_PATH
from custody.format.extension import payload_path
from custody.format.hashes import Hash
from custody.format.item_line import ItemLine, decode_item_line
from custody.format.limits import ITEM_LINE_BYTES
from custody.storage.source import BundleSource


@frozen(slots=True)
class HashedItem:
    """One item and its file.

    Attributes:
        index: from 0.
        data: the line, without its line feed.
        line: the same, read.
        file_digests: of the item's file, one for each hash that was asked for; empty where there is no file.
        size_bytes: of the file, as it was read.
    """

    index: int
    data: bytes = field(repr=False)
    line: ItemLine
    file_digests: tuple[bytes, ...] = ()
    size_bytes: int = 0


@frozen(kw_only=True)
class ItemsDigests:
    """What the new digests of all items come to, in order.

    Attributes:
        kept: the hash over those of the items that no erasure may have taken.
        taken: the hash over those of the others.
    """

    kept: bytes
    taken: bytes


@define
class ItemsHash:
    """The same while the items come; of no item a digest is kept."""

    hash: Hash
    _kept: Any = field(init=False)
    _taken: Any = field(init=False)

    def __attrs_post_init__(self) -> None:
        """Start with no item."""
        self._kept, self._taken = self.hash.new(), self.hash.new()

    def add(self, digest: bytes, *, taken: bool) -> None:
        """Take the new digest of the next item, and whether an erasure may have taken the item."""
        (self._taken if taken else self._kept).update(digest)

    def conclude(self) -> ItemsDigests:
        """Return what they come to."""
        return ItemsDigests(kept=self._kept.digest(), taken=self._taken.digest())


def hash_items(source: BundleSource, hashes: Sequence[Hash]) -> Iterator[HashedItem]:
    """Read every item and its file once more, each file once for all hashes.

    Raises:
        BundleError: a line is not in the form of the format, or longer than accepted.
        SourceChangedError: code CHANGED_WHILE_READ.
        StorageError: a file is missing, is no regular file, or the machine refused.
    """
    for index, data in enumerate(source.lines(ITEMS_PATH, ITEM_LINE_BYTES)):
        line = decode_item_line(data, index + 1)
        content = line.content
        if content is None:
            yield HashedItem(index, data, line)
        else:
            digests, size = _hash_file(source, payload_path(index + 1, content["ext"]), hashes)
            yield HashedItem(index, data, line, digests, size)


def _hash_file(source: BundleSource, path: str, hashes: Sequence[Hash]) -> tuple[tuple[bytes, ...], int]:
    running = [one.new() for one in hashes]
    size = 0
    for block in source.blocks(path):
        size += len(block)
        for digest in running:
            digest.update(block)
    return tuple(digest.digest() for digest in running), size
