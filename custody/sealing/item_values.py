"""What people give as an item's fields, checked against the format and kept as canonical JSON.

The content, and of the kind the media type and the default, come later, from the file itself.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final, TypeAlias

from custody.errors import UsageError
from custody.format.canonical import encode_json
from custody.format.item_fields import ITEM_FIELDS, ITEM_SHAPES, KIND, KINDS
from custody.format.limits import ITEM_LINE_BYTES
from custody.format.shape import Choice, Record, Shape, ShapeError
from custody.model.instant import Instant

GIVEN_FIELDS: Final = ITEM_FIELDS[2:]
"""The fields that people give, in field order: all but `content` and `name`."""

NULL: Final = b"null"
NOTHING_GIVEN: Final = b"\0".join([NULL] * len(GIVEN_FIELDS))

Given: TypeAlias = Mapping[str, Any]
"""Field name to value; mappings, sequences, `Instant` and aware `datetime` are welcome inside."""

GIVEN_KINDS: Final = Choice(tuple(kind for kind in KINDS if kind != "padding"))
"""What people may call an item; padding is made by sealing alone."""

_SHAPES: Final[dict[str, Shape]] = {
    **dict(zip(ITEM_FIELDS, ITEM_SHAPES, strict=True)),
    "kind": Record(required={"kind": GIVEN_KINDS}, optional=KIND.optional),
}
_LINE_RESERVE_BYTES: Final = 2048  # of an item's line: key, content, media type, names of fields
_NAME_BYTES: Final = 6 * 4096  # a name at its longest, escaped
_GIVEN_BYTES: Final = ITEM_LINE_BYTES - _LINE_RESERVE_BYTES - _NAME_BYTES
_ANY_KIND: Final = "other"


def plain(value: object) -> Any:  # noqa: ANN401 - a JSON value, checked by a shape next
    """Turn mappings, sequences and instants into the exact types that shapes and JSON take."""
    if isinstance(value, Mapping):
        return {key: plain(entry) for key, entry in value.items()}
    if isinstance(value, Instant):
        return str(value)
    if isinstance(value, datetime):
        return str(Instant.from_datetime(value))
    if isinstance(value, Sequence) and not isinstance(value, str | bytes | bytearray):
        return [plain(entry) for entry in value]
    return value


def pack_given(given: Given) -> bytes:
    """Check the fields that people give and keep them as canonical JSON, separated by NUL, in field order.

    Raises:
        UsageError: an unknown field, or a value that its shape refuses; names the member, never the value.
    """
    if not given.keys() <= set(GIVEN_FIELDS):
        raise UsageError(
            "item: expected only the fields of an item, found another one",
            hint=f"the fields are {', '.join(GIVEN_FIELDS)}",
        )
    packed = b"\0".join(_encode_given(name, given.get(name)) for name in GIVEN_FIELDS)
    if len(packed) > _GIVEN_BYTES:
        raise UsageError(
            f"item: expected fields of at most {_GIVEN_BYTES} bytes together, found more",
            hint="put long texts into a file of their own",
        )
    return packed


def _encode_given(name: str, value: object) -> bytes:
    if value is None:
        return NULL
    members = plain(value)
    checked = members
    if name == "kind" and type(members) is dict:
        checked = {"kind": _ANY_KIND, **members}
    try:
        _SHAPES[name].check(checked, "")
    except ShapeError as fault:
        where = f"{name}{fault.pointer}"
        raise UsageError(f"item {where}: expected {fault.expected}, found {fault.found}") from None
    return encode_json(members)


def name_bytes(name: str | bytes) -> bytes:
    """Return a name as bytes: UTF-8, or whatever the file system had (PEP 383).

    Raises:
        UsageError: an empty name, one with NUL, or a longer one than the format holds.
    """
    raw = name if isinstance(name, bytes) else _encode_name(name)
    if not raw or b"\0" in raw:
        raise UsageError("item name: expected a text without U+0000, found another")
    value = name_value(raw)
    try:
        _SHAPES["name"].check(value, "")
    except ShapeError as fault:
        raise UsageError(
            f"item name{fault.pointer}: expected {fault.expected}, found {fault.found}"
        ) from None
    return raw


def _encode_name(name: str) -> bytes:
    try:
        return name.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:  # a lone surrogate that Windows allows in names
        return name.encode("utf-8", "surrogatepass")


def name_value(raw: bytes) -> str | dict[str, str]:
    """Return the value of the `name` field: the text, or its base64 when the bytes are not UTF-8."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(raw).decode("ascii")}


def encode_name(raw: bytes) -> bytes:
    """Return the canonical JSON of the `name` field; an empty name is null."""
    return encode_json(name_value(raw)) if raw else NULL


def decode_name(value: object) -> bytes:
    """Return the bytes that a `name` value stands for; null is the empty name.

    Raises:
        UsageError: it is no value of that field.
    """
    if value is None:
        return b""
    try:
        if isinstance(value, str):
            return value.encode("utf-8")
        if isinstance(value, dict):
            return base64.b64decode(value["base64"], validate=True)
    except (KeyError, TypeError, ValueError, binascii.Error):
        pass
    raise UsageError("item name: expected a text or base64, found another value")
