"""Reading and writing the lines of items.jsonl: open, partly open, withheld (bundle spec, "Items").

This is the hot path of verification: one call an item, no value objects beyond one small record.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from attrs import field, frozen

from custody.errors import FormatError
from custody.format.canonical import JSONValue, decode_canonical_line, encode_json
from custody.format.item_fields import HEX64, ITEM_FIELDS, ITEM_SHAPES
from custody.format.shape import ShapeError

FIELD_COUNT = len(ITEM_FIELDS)
ALL_FIELDS = (1 << FIELD_COUNT) - 1
_OPEN_MEMBERS = frozenset({"key", *ITEM_FIELDS})
_INDEX = {name: place for place, name in enumerate(ITEM_FIELDS)}
_CHECKS = tuple(zip(ITEM_FIELDS, (shape.check for shape in ITEM_SHAPES), strict=True))
_CONTENT_AND_KIND = 1 << _INDEX["content"] | 1 << _INDEX["kind"]
_ITEM_TAG = "item"


@frozen(slots=True)
class ItemLine:
    """One line, checked; the leaf is computed by `custody.proof.commitment`.

    Attributes:
        mask: bit i is set when field i is open; 1023 for an open line, 0 for a withheld one.
        key: the item key of an open line, else None.
        values: the ten values of an open line in field order, else ().
        openings: of a partly open line: field name to (salt, value).
        closed: of a partly open line: field name to commitment, 64 hex digits.
        leaf: of a withheld line: its leaf, 64 hex digits, else None.
    """

    mask: int
    # What a line holds never reaches a traceback or a log: keys, salts and values have no repr.
    key: bytes | None = field(default=None, repr=False)
    values: Sequence[Any] = field(default=(), repr=False)
    openings: Mapping[str, tuple[str, Any]] | None = field(default=None, repr=False)
    closed: Mapping[str, str] | None = field(default=None, repr=False)
    leaf: str | None = None

    @property
    def content(self) -> Any:  # noqa: ANN401 - a JSON value whose shape was checked
        """The content when it is open, else None (also for padding)."""
        if self.values:
            return self.values[0]
        return self.openings["content"][1] if self.openings and "content" in self.openings else None

    @property
    def kind(self) -> Any:  # noqa: ANN401 - a JSON value whose shape was checked
        """The kind when it is open, else None."""
        if self.values:
            return self.values[2]
        return self.openings["kind"][1] if self.openings and "kind" in self.openings else None


def _fault(number: int, fault: ShapeError) -> FormatError:
    return FormatError(
        f"custody/items.jsonl line {number}",
        pointer=fault.pointer,
        expected=fault.expected,
        found=fault.found,
    )


def _other(number: int, pointer: str, expected: str) -> FormatError:
    return FormatError(
        f"custody/items.jsonl line {number}", pointer=pointer, expected=expected, found="another value"
    )


def decode_item_line(data: bytes, number: int) -> ItemLine:
    """Read one line without its line feed.

    Args:
        data: the bytes of the line.
        number: the item's number, from 1; used in messages only.

    Raises:
        LimitError: the line is longer than 64 KiB.
        FormatError: not canonical, or members that the format does not have.
    """
    value: Any = decode_canonical_line(data, member=f"custody/items.jsonl line {number}")
    try:
        if type(value) is str:
            HEX64.check(value, "")
            return ItemLine(mask=0, leaf=value)
        if type(value) is dict and value.keys() == _OPEN_MEMBERS:
            return _open_line(value, number)
        if type(value) is dict and value.keys() == {"open", "closed"}:
            return _partly_open_line(value, number)
    except ShapeError as fault:
        raise _fault(number, fault) from None
    raise _other(number, "", "an open, a partly open or a withheld item")


def _open_line(value: dict[str, Any], number: int) -> ItemLine:
    HEX64.check(value["key"], "/key")
    values = []
    for name, check in _CHECKS:
        entry = value[name]
        if entry is not None:
            check(entry, f"/{name}")
        values.append(entry)
    _check_padding(values[0], values[2], ALL_FIELDS, values[1:2] + values[3:], number)
    return ItemLine(mask=ALL_FIELDS, key=bytes.fromhex(value["key"]), values=values)


def _partly_open_line(value: dict[str, Any], number: int) -> ItemLine:
    opened, closed = value["open"], value["closed"]
    if type(opened) is not dict or type(closed) is not dict or not opened or not closed:
        raise _other(number, "", "open and closed fields, both not empty")
    if opened.keys() & closed.keys() or opened.keys() | closed.keys() != set(ITEM_FIELDS):
        raise _other(number, "", "each of the ten fields once, open or closed")
    for name, commitment in closed.items():
        HEX64.check(commitment, f"/closed/{name}")
    mask = 0
    salts = set()
    for name, pair in opened.items():
        if type(pair) is not list or len(pair) != 2:  # noqa: PLR2004 - a pair
            raise _other(number, f"/open/{name}", "a list of salt and value")
        HEX64.check(pair[0], f"/open/{name}/0")
        salts.add(pair[0])
        place = _INDEX[name]
        mask |= 1 << place
        if pair[1] is not None:
            _CHECKS[place][1](pair[1], f"/open/{name}/1")
    if len(salts) != len(opened):
        raise _other(number, "/open", "salts that differ")
    openings = {name: (pair[0], pair[1]) for name, pair in opened.items()}
    content = openings["content"][1] if "content" in openings else None
    kind = openings["kind"][1] if "kind" in openings else None
    others = [pair[1] for name, pair in openings.items() if name not in {"content", "kind"}]
    _check_padding(content, kind, mask, others, number)
    return ItemLine(mask=mask, openings=openings, closed=closed)


def _check_padding(content: Any, kind: Any, mask: int, others: Sequence[Any], number: int) -> None:  # noqa: ANN401
    """An open content is null in padding only, and padding has nothing but its kind."""
    place = "/{}" if mask == ALL_FIELDS else "/open/{}/1"
    padding = kind is not None and kind["kind"] == "padding"
    if padding and (content is not None or len(kind) > 1 or any(value is not None for value in others)):
        raise _other(number, place.format("kind"), "padding without any other value")
    if content is None and mask & _CONTENT_AND_KIND == _CONTENT_AND_KIND and not padding:
        raise _other(number, place.format("content"), "a content, for this is no padding")


def encode_open_line(key: bytes, values: Mapping[str, JSONValue]) -> bytes:
    """Encode an open line without its line feed; fields that are not given are null."""
    return encode_json({"key": key.hex(), **{name: values.get(name) for name in ITEM_FIELDS}})


def encode_partly_open_line(
    openings: Mapping[str, tuple[str, JSONValue]], closed: Mapping[str, str]
) -> bytes:
    """Encode a partly open line without its line feed."""
    return encode_json(
        {"open": {name: list(pair) for name, pair in openings.items()}, "closed": dict(closed)}
    )


def encode_withheld_line(leaf: str) -> bytes:
    """Encode a withheld line without its line feed."""
    return f'"{leaf}"'.encode("ascii")


def encode_item_opening(name: str, salt: str, value: JSONValue) -> bytes:
    """Encode what an item field's commitment hashes: canonical `[salt, "item", field, value]`."""
    return encode_json([salt, _ITEM_TAG, name, value])
