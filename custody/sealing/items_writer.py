"""The lines of items.jsonl and of the manifest, and the root over them: one pass, little memory.

One call an item, tens of microseconds: fields arrive as canonical JSON already, and a line is put together
from them in the order that RFC 8785 gives its members.
"""

from __future__ import annotations

import hashlib
from array import array
from collections.abc import Callable
from typing import Any, Final

import orjson
from attrs import frozen

from custody.errors import LimitError
from custody.format.bag import encode_manifest_line
from custody.format.canonical import encode_checked_json
from custody.format.extension import payload_path
from custody.format.limits import CHUNK_BYTES, ITEM_LINE_BYTES
from custody.proof.commitment import KEY_BYTES, leaf_of_open_item
from custody.proof.merkle import RootBuilder
from custody.sealing.item_rows import ItemRows
from custody.sealing.item_values import NULL, encode_name
from custody.sealing.media import default_kind

_KEYS_AT_ONCE: Final = 256
_KINDS_KEPT: Final = 4096
_KIND, _TERMS, _DERIVATION = 0, 5, 6  # places among the given fields
_PADDING: Final = (NULL, NULL, b'{"kind":"padding"}', *[NULL] * 7)
_LINE: Final = (
    b'{"content":%b,"derivation":%b,"extra":%b,"key":"%b","kind":%b,"name":%b,"origin":%b,"people":%b,'
    b'"place":%b,"terms":%b,"time":%b}'
)
PADDING: Final = 0xFFFFFFFF
"""Stands in the order of items where a padding item goes."""

Write = Callable[[bytes], object]


@frozen
class Content:
    """What reading a file gave.

    Attributes:
        size_bytes: its length.
        extension: from the published list, or "".
        sha256: 64 hex digits.
        media_type: the hint, or "".
        sha512: 128 hex digits, on request.
        sha3_256: 64 hex digits, on request.
        chunks_root: 64 hex digits, root over the chunks' digests, on request.
    """

    size_bytes: int
    extension: str
    sha256: str
    media_type: str = ""
    sha512: str | None = None
    sha3_256: str | None = None
    chunks_root: str | None = None


def encode_content(content: Content) -> bytes:
    """Return the canonical JSON of the `content` field."""
    members: dict[str, Any] = {
        "size": content.size_bytes,
        "ext": content.extension,
        "sha256": content.sha256,
    }
    if content.sha512 is not None:
        members["sha512"] = content.sha512
    if content.sha3_256 is not None:
        members["sha3_256"] = content.sha3_256
    if content.chunks_root is not None:
        members["chunks"] = {"size": CHUNK_BYTES, "root": content.chunks_root}
    return encode_checked_json(members)


class KindCache:
    """The `kind` field from what people said and what the file seems to be; few differ, so they are kept."""

    def __init__(self) -> None:
        """Begin with none."""
        self._kept: dict[tuple[bytes, str], bytes] = {}

    def encode(self, given: bytes, media_type: str) -> bytes:
        """Return the canonical JSON of the field: what was given wins over every guess."""
        found = self._kept.get((given, media_type))
        if found is None:
            members: dict[str, Any] = {"kind": default_kind(media_type)}
            if media_type:
                members["media_type"] = media_type
            found = encode_checked_json(members | (orjson.loads(given) or {}))
            if len(self._kept) >= _KINDS_KEPT:
                self._kept.clear()
            self._kept[given, media_type] = found
        return found


def other_items(given: bytes) -> bool:
    """Tell whether packed fields may speak of other items by their place in the draft."""
    return b'"form_item":' in given or b'"item":' in given


def with_numbers(packed: list[bytes], number_of: Callable[[int], int]) -> list[bytes]:
    """Replace places in the draft (from 1) by the numbers that the items get, in `terms` and `derivation`.

    Args:
        packed: the given fields, in field order.
        number_of: takes a place, from 1; what it raises passes through.
    """
    parts = list(packed)
    if b'"form_item":' in parts[_TERMS]:
        terms = orjson.loads(parts[_TERMS])
        if "form_item" in terms.get("consent", {}):
            terms["consent"]["form_item"] = number_of(terms["consent"]["form_item"])
            parts[_TERMS] = encode_checked_json(terms)
    if parts[_DERIVATION] != NULL:
        derivation = orjson.loads(parts[_DERIVATION])
        for original in derivation["of"]:
            if "bundle" not in original:
                original["item"] = number_of(original["item"])
        parts[_DERIVATION] = encode_checked_json(derivation)
    return parts


class ItemsWriter:
    """Writes items in the order of their numbers.

    Attributes:
        files: how many items have a file.
        payload_bytes: their sizes added up.
    """

    def __init__(
        self,
        bundle_id: str,
        rows: ItemRows,
        order: array[int],
        randomness: Callable[[int], bytes],
        write_item: Write,
        write_manifest: Write,
    ) -> None:
        """Prepare to write.

        Args:
            bundle_id: 32 hex digits.
            rows: the draft's items.
            order: the place in the draft of each number, from number 1 on; `PADDING` for a padding item.
            randomness: gives item keys.
            write_item: takes the bytes of items.jsonl.
            write_manifest: takes the bytes of manifest-sha256.txt.
        """
        self.files = 0
        self.payload_bytes = 0
        self._bundle = bytes.fromhex(bundle_id)
        self._rows = rows
        self._order = order
        self._numbers: array[int] | None = None
        self._randomness = randomness
        self._keys = b""
        self._write_item = write_item
        self._write_manifest = write_manifest
        self._kinds = KindCache()
        self._tree = RootBuilder()
        self._next = 0

    def add(self, content: Content) -> None:
        """Write the item that the order names next.

        Raises:
            LimitError: its line would be longer than a reader accepts.
            StorageError: the machine refused.
        """
        place = self._order[self._next]
        given = self._rows.given[place]
        parts = given.split(b"\0")
        if other_items(given):
            parts = with_numbers(parts, self._number_of)
        kind = self._kinds.encode(parts[_KIND], content.media_type)
        name = encode_name(self._rows.name(place))
        self._write((encode_content(content), name, kind, *parts[1:]))
        path = payload_path(self._next, content.extension)
        self._write_manifest(encode_manifest_line(content.sha256, path))
        self.files += 1
        self.payload_bytes += content.size_bytes

    def add_padding(self) -> None:
        """Write a padding item; the order must say `PADDING` here."""
        self._write(_PADDING)

    def root(self) -> str:
        """Return the root over the items written so far, 64 hex digits."""
        return self._tree.root().hex()

    def _write(self, fields: tuple[bytes, ...]) -> None:
        if not self._keys:
            self._keys = self._randomness(KEY_BYTES * _KEYS_AT_ONCE)
        key, self._keys = self._keys[:KEY_BYTES], self._keys[KEY_BYTES:]
        content, name, kind, origin, time, place, people, terms, derivation, extra = fields
        line = _LINE % (
            *(content, derivation, extra, key.hex().encode("ascii")),
            *(kind, name, origin, people, place, terms, time),
        )
        if len(line) > ITEM_LINE_BYTES:
            member = f"custody/items.jsonl line {self._next + 1}"
            raise LimitError(member, limit="ITEM_LINE_BYTES", maximum=ITEM_LINE_BYTES, value=len(line))
        self._tree.add(leaf_of_open_item(key, fields, self._bundle, self._next))
        self._write_item(line + b"\n")
        self._next += 1

    def _number_of(self, place: int) -> int:
        """Return the number of the item at a place of the draft, both from 1; places were checked before."""
        if self._numbers is None:
            self._numbers = numbers_of(self._order)
        return self._numbers[place - 1]


def numbers_of(order: array[int]) -> array[int]:
    """Invert an order: the number, from 1, of each place of the draft."""
    numbers = array("I", bytes(array("I").itemsize * len(order)))
    for number, place in enumerate(order, start=1):
        if place != PADDING:
            numbers[place] = number
    return numbers


class HashedWrites:
    """Passes small writes on in large ones, and keeps their SHA-256."""

    def __init__(self, write: Write) -> None:
        """Pass on to `write`."""
        self._write = write
        self._waiting: list[bytes] = []
        self._size = 0
        self._digest = hashlib.sha256()

    def write(self, data: bytes) -> None:
        """Take some bytes."""
        self._waiting.append(data)
        self._size += len(data)
        if self._size >= CHUNK_BYTES:
            self.flush()

    def flush(self) -> str:
        """Pass on what waits, and return the digest of everything so far, 64 hex digits."""
        block = b"".join(self._waiting)
        self._waiting.clear()
        self._size = 0
        self._digest.update(block)
        if block:
            self._write(block)
        return self._digest.hexdigest()
