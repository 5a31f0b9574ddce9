"""Canonical JSON: RFC 8785 restricted to what evidence needs, so that one value has exactly one spelling.

The restrictions (bundle spec, "JSON"): no floats, integers within ±(2^53−1), ASCII keys, no duplicate keys,
no lone surrogates, no U+0000, at most `limits.JSON_DEPTH` levels. Where keys are ASCII, the order of RFC 8785
section 3.2.3 (UTF-16 code units) is the bytewise one.

`encode_json` and `decode_json` are the authority. `decode_canonical_line` and `encode_checked_json` serve the
millions of lines of items.jsonl: they leave a named rest of the checks to the caller's closed shapes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Final, NoReturn, TypeAlias

import orjson
from attrs import frozen

from custody.errors import FormatError, LimitError, UsageError
from custody.format import limits

JSONValue: TypeAlias = "dict[str, JSONValue] | list[JSONValue] | str | int | bool | None"
"""What `decode_json` returns."""

JSONInput: TypeAlias = "Mapping[str, JSONInput] | Sequence[JSONInput] | str | int | bool | None"
"""What `encode_json` takes: `dict`, `list`, `tuple`, `str`, `int`, `bool` and `None`, never a subclass."""

_OPTIONS: Final = (
    orjson.OPT_SORT_KEYS
    | orjson.OPT_STRICT_INTEGER  # refuses integers beyond ±(2^53−1)
    | orjson.OPT_PASSTHROUGH_DATACLASS
    | orjson.OPT_PASSTHROUGH_DATETIME
    | orjson.OPT_PASSTHROUGH_SUBCLASS
)
_INTEGER_DIGITS: Final = 16  # of 2^53−1; longer ones are refused before int() spends time on them
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_PRINTABLE_KEY: Final = re.compile(r"[a-z][a-z0-9_]{0,31}")
_CHOSEN_BELOW: Final = "extra"
# A whole string, or one that never ends. Possessive, and the closing mark is optional: linear on any input.
_STRING: Final = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"?', re.DOTALL)
_NO_BRACKET: Final = re.compile(r"[^\[\]{}]+")

_Path: TypeAlias = "tuple[str | int, ...]"


@frozen
class _Refused:
    """Stands where a parser hook met something refused, so that the walk can say where that is."""

    expected: str
    found: str


class _NotRestrictedError(Exception):
    """A value is outside the restricted form; turned into the caller's error."""

    def __init__(self, path: _Path, expected: str, found: str) -> None:
        super().__init__(expected, found)
        self.pointer = _pointer(path)
        self.expected = expected
        self.found = found


def encode_json(value: JSONInput) -> bytes:
    """Encode a value as restricted RFC 8785: the only spelling that `decode_json` accepts.

    Raises:
        UsageError: the value holds a float, an integer beyond ±(2^53−1), a key that is not ASCII text, a lone
            surrogate, U+0000, another type, or is nested deeper than `limits.JSON_DEPTH`.
    """
    try:
        _check_restricted(value, ())
    except _NotRestrictedError as fault:
        raise UsageError(
            f"json value#{fault.pointer}: expected {fault.expected}, found {fault.found}"
        ) from None
    return orjson.dumps(value, option=_OPTIONS)


def encode_checked_json(value: JSONInput) -> bytes:
    """Encode a value that has passed a closed shape (`custody.format.shape`): `encode_json` without its walk.

    For the hot paths of sealing and verifying; a value that no shape has checked must take `encode_json`.

    Raises:
        UsageError: an integer beyond ±(2^53−1), a lone surrogate, or a value that JSON cannot spell.
    """
    try:
        return orjson.dumps(value, option=_OPTIONS)
    except orjson.JSONEncodeError:
        raise UsageError("json value: expected one that a shape accepts, found another") from None


def decode_json(data: bytes, *, member: str, limit: int, canonical: bool = True) -> JSONValue:
    """Read restricted JSON strictly; nothing is guessed, repaired or dropped.

    Args:
        data: the bytes, nothing before or after the value.
        member: the file that is meant, for messages.
        limit: the greatest size accepted, in bytes; checked before anything else.
        canonical: also demand the canonical spelling, byte for byte. False is for files that people edit.

    Raises:
        LimitError: larger than `limit`, or deeper than `limits.JSON_DEPTH`.
        FormatError: any other breach, with the pointer of the first fault where there is one.
    """
    if len(data) > limit:
        raise LimitError(member, limit="size_bytes", maximum=limit, value=len(data))
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise FormatError(member, expected="UTF-8", found=f"another byte at {error.start}") from None
    if text.startswith("\ufeff"):
        raise FormatError(member, expected="JSON without a byte order mark", found="one")
    depth = _depth(text)
    if depth > limits.JSON_DEPTH:
        raise LimitError(member, limit="JSON_DEPTH", maximum=limits.JSON_DEPTH, value=depth)
    value = _parse(text, member)
    try:
        _check_restricted(value, ())
    except _NotRestrictedError as fault:
        raise FormatError(member, pointer=fault.pointer, expected=fault.expected, found=fault.found) from None
    if canonical and orjson.dumps(value, option=_OPTIONS) != data:
        raise FormatError(
            member, expected="the canonical spelling (RFC 8785)", found="other spaces, order or escapes"
        )
    return value


def decode_canonical_line(data: bytes, *, member: str = "line") -> dict[str, JSONValue] | str:
    """Read one line of items.jsonl, without its line feed, in a few microseconds.

    Checked here: size, UTF-8, canonical spelling (so no duplicate key, no other order, space, escape, `-0`),
    integers within ±(2^53−1), no lone surrogates, no U+0000, an object or a text at the top.

    Left to the caller, who must check the whole value against closed shapes: no floats, ASCII keys, depth.
    A shape that names its members and their types settles all three.

    Args:
        data: the bytes of the line.
        member: the line that is meant, for messages.

    Raises:
        LimitError: longer than `limits.ITEM_LINE_BYTES`, or too deep to be read at all.
        FormatError: any other breach.
    """
    value: JSONValue = None
    suspect = True
    if len(data) <= limits.ITEM_LINE_BYTES:
        try:
            value = orjson.loads(data)
            # The escape may also be a backslash followed by plain text: the strict decoder tells.
            suspect = orjson.dumps(value, option=_OPTIONS) != data or rb"\u0000" in data
        except (orjson.JSONDecodeError, orjson.JSONEncodeError):
            pass
    if suspect:
        value = decode_json(data, member=member, limit=limits.ITEM_LINE_BYTES)
    if isinstance(value, (dict, str)):
        return value
    raise FormatError(member, expected="an object or a text", found="another value")


def _parse(text: str, member: str) -> JSONValue:
    """Parse text whose depth is known to be small."""
    try:
        value: JSONValue = json.loads(
            text,
            object_pairs_hook=_object,
            parse_int=_integer,
            parse_float=_no_float,
            parse_constant=_no_constant,
        )
    except json.JSONDecodeError as error:
        raise FormatError(member, expected="JSON", found=f"another text at character {error.pos}") from None
    return value


def _object(pairs: list[tuple[str, object]]) -> object:
    members = dict(pairs)
    if len(members) != len(pairs):
        return _Refused("each key once", "a duplicate key")
    return members


def _integer(digits: str) -> object:
    if len(digits.lstrip("-")) > _INTEGER_DIGITS:
        return _Refused("an integer within ±(2^53−1)", "a larger one")
    if digits == "-0":
        return _Refused("an integer", "minus zero")
    return int(digits)


def _no_float(_digits: str) -> object:
    return _Refused("an integer", "a number with a fraction or an exponent")


def _no_constant(_name: str) -> object:
    return _Refused("JSON", "NaN or Infinity")


def _depth(text: str) -> int:
    """Find the deepest nesting of brackets outside strings, in time linear in the text."""
    if text.count("[") + text.count("{") <= limits.JSON_DEPTH:
        return 0
    depth = deepest = 0
    for bracket in _NO_BRACKET.sub("", _STRING.sub("", text)):
        depth += 1 if bracket in "[{" else -1
        deepest = max(deepest, depth)
    return deepest


def _check_restricted(value: object, path: _Path) -> None:
    """Walk a value depth first.

    Raises:
        _NotRestrictedError: the first thing outside the restricted form.
    """
    if type(value) is str:
        _check_text(value, path)
    elif type(value) is int:
        if not -limits.INTEGER <= value <= limits.INTEGER:
            raise _NotRestrictedError(path, "an integer within ±(2^53−1)", "a larger one")
    elif type(value) is dict:
        _check_depth(path)
        for key, item in value.items():
            if type(key) is not str or not key.isascii():
                raise _NotRestrictedError(path, "ASCII keys", "another key")
            _check_text(key, path)
            _check_restricted(item, (*path, key))
    elif type(value) is list or type(value) is tuple:
        _check_depth(path)
        for index, item in enumerate(value):
            _check_restricted(item, (*path, index))
    elif value is not None and type(value) is not bool:
        _refuse(value, path)


def _check_text(text: str, path: _Path) -> None:
    if "\x00" in text:
        raise _NotRestrictedError(path, "text without U+0000", "one")
    if not text.isascii() and _SURROGATE.search(text):
        raise _NotRestrictedError(path, "Unicode text", "a lone surrogate")


def _check_depth(path: _Path) -> None:
    if len(path) >= limits.JSON_DEPTH:
        raise _NotRestrictedError(path, f"at most {limits.JSON_DEPTH} levels", "more")


def _refuse(value: object, path: _Path) -> NoReturn:
    if isinstance(value, _Refused):
        raise _NotRestrictedError(path, value.expected, value.found)
    raise _NotRestrictedError(path, "text, integers, booleans, null, lists and objects", "another type")


def _pointer(path: _Path) -> str:
    """Spell a path as an RFC 6901 pointer; a key that may be somebody's words is shown as `*`.

    The keys of `extra` are chosen by people, whatever they look like.
    """
    spelt = [str(key) if isinstance(key, int) or _PRINTABLE_KEY.fullmatch(key) else "*" for key in path]
    chosen = spelt.index(_CHOSEN_BELOW) + 1 if _CHOSEN_BELOW in spelt else len(spelt)
    return "".join(f"/{key}" for key in (*spelt[:chosen], *("*" for _ in spelt[chosen:])))
