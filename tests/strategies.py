"""Generators of everything that the format can hold: values, items, lines, statements, bodies, openings.

Properties and unit tests draw from here, so that a new member of the format is generated as soon as its shape
names it. Texts are Arabic, mixed in direction, composed and decomposed as often as they are plain.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from datetime import date
from functools import cache
from typing import Any

from hypothesis import strategies as st

from custody.format.event import BODY_SHAPES
from custody.format.event_fields import EVENT_FIELDS, EVENT_SHAPES, EVENT_TYPES, FIELD_OWNERS
from custody.format.item_fields import ITEM_FIELDS, ITEM_SHAPES
from custody.format.shape import (
    Base64Text,
    Boolean,
    Choice,
    DateText,
    DecimalText,
    Hex,
    IdentityName,
    InstantText,
    Integer,
    LanguageTag,
    Nullable,
    OneOf,
    Record,
    Row,
    Sequence,
    Shape,
    Text,
    TextMap,
    UrlText,
)
from custody.model.event import Statement

Value = Any
"""A JSON value as `custody.format.canonical` reads it."""

LISTED = 4
"""Lists grow to this length beyond their minimum: more says nothing new."""

TELLING_TEXTS = (
    "شاهد ١.txt",
    "\u202egpj.exe",  # right-to-left override
    "\u2066name\u2069",
    "caf\u00e9",
    "cafe\u0301",
    "لا\ufefb",
    "👩\u200d🚒",
    "می\u200cخواهم",
    "line\nbreak\ttab",
    '"quoted" \\ back',
    "\ufeffmark",
    "\U0001f600\ufb33",
    "=1+1",
    "\x1b[31mred",
    "\x7f\x80\u2028",
)


def hex_digits(count: int) -> st.SearchStrategy[str]:
    """Exactly so many lower-case hex digits."""
    return st.integers(0, 16**count - 1).map(lambda number: f"{number:0{count}x}")


def _patterned(shape: Shape) -> st.SearchStrategy[str]:
    schema = shape.schema()
    pattern = schema["pattern"].removeprefix("^").removesuffix("$")
    longest = schema.get("maxLength", len(pattern))
    return st.from_regex(pattern, fullmatch=True).filter(lambda text: len(text) <= longest)


def _text(shape: Text) -> st.SearchStrategy[str]:
    minimum, maximum = shape.min_characters, shape.max_characters
    if shape.pattern is not None:
        return _patterned(shape).filter(lambda text: minimum <= len(text) <= maximum)
    alphabet = st.characters(exclude_categories=["Cs"], exclude_characters="\x00")
    free = st.text(alphabet, min_size=minimum, max_size=min(maximum, minimum + 20))
    telling = [text for text in TELLING_TEXTS if minimum <= len(text) <= maximum]
    return st.one_of(free, st.sampled_from(telling)) if telling else free


def _instants() -> st.SearchStrategy[str]:
    clock = st.tuples(st.integers(0, 23), st.integers(0, 59), st.integers(0, 59), st.integers(0, 999))
    day = st.dates(min_value=date(1970, 1, 1))

    def spell(day: date, clock: tuple[int, int, int, int]) -> str:
        hour, minute, second, millis = clock
        fraction = f".{millis:03d}" if millis else ""
        return f"{day.isoformat()}T{hour:02d}:{minute:02d}:{second:02d}{fraction}Z"

    return st.builds(spell, day, clock)


def _base64(shape: Base64Text) -> st.SearchStrategy[str]:
    size = min(shape.max_bytes, shape.min_bytes + 40)
    return st.binary(min_size=shape.min_bytes, max_size=size).map(
        lambda data: base64.b64encode(data).decode("ascii")
    )


def _sequence(shape: Sequence) -> st.SearchStrategy[list[Value]]:
    unique = shape.unique or shape.sorted_unique
    lists = st.lists(
        values_of(shape.item),
        min_size=shape.minimum,
        max_size=min(shape.maximum, shape.minimum + LISTED),
        unique=unique,
    )
    return lists.map(sorted) if shape.sorted_unique else lists


def _record(shape: Record) -> st.SearchStrategy[dict[str, Value]]:
    found = st.fixed_dictionaries(
        {name: values_of(member) for name, member in shape.required.items()},
        optional={name: values_of(member) for name, member in shape.optional.items()},
    )
    return found if shape.required or shape.may_be_empty else found.filter(bool)


def _text_map(shape: TextMap) -> st.SearchStrategy[dict[str, Value]]:
    keys = st.from_regex(shape.key_pattern, fullmatch=True)
    return st.dictionaries(keys, values_of(shape.value), min_size=1, max_size=min(shape.max_members, LISTED))


_STRATEGIES: Mapping[type[Shape], Callable[[Any], st.SearchStrategy[Value]]] = {
    Text: _text,
    Hex: lambda shape: hex_digits(shape.digits),
    Integer: lambda shape: st.integers(shape.minimum, shape.maximum),
    Boolean: lambda _shape: st.booleans(),
    Choice: lambda shape: st.sampled_from(sorted(shape.options)),
    InstantText: lambda _shape: _instants(),
    DateText: lambda _shape: st.dates(min_value=date(1000, 1, 1)).map(date.isoformat),
    DecimalText: _patterned,
    LanguageTag: _patterned,
    UrlText: _patterned,
    Base64Text: _base64,
    IdentityName: _patterned,
    Nullable: lambda shape: st.none() | values_of(shape.shape),
    OneOf: lambda shape: st.one_of(*(values_of(each) for each in shape.shapes)),
    Sequence: _sequence,
    Row: lambda shape: st.tuples(*(values_of(each) for each in shape.items)).map(list),
    Record: _record,
    TextMap: _text_map,
}


@cache
def _cached(identity: int) -> st.SearchStrategy[Value]:
    shape = _SHAPES[identity]
    return st.deferred(lambda: _STRATEGIES[type(shape)](shape))


_SHAPES: dict[int, Shape] = {}


def values_of(shape: Shape) -> st.SearchStrategy[Value]:
    """Values that have a shape; those with a frozen set of members are cached by the shape's identity."""
    _SHAPES[id(shape)] = shape
    return _cached(id(shape))


# ----------------------------------------------------------------------------------------------------- items
ITEM_VALUES = {name: values_of(shape) for name, shape in zip(ITEM_FIELDS, ITEM_SHAPES, strict=True)}
"""A strategy for the value of each field, null apart."""

PADDING: Mapping[str, Value] = dict.fromkeys(ITEM_FIELDS) | {"kind": {"kind": "padding"}}
"""The ten values of a padding item."""


def _not_padding(fields: dict[str, Value]) -> bool:
    return fields["kind"] is None or fields["kind"]["kind"] != "padding"


def real_items() -> st.SearchStrategy[dict[str, Value]]:
    """The ten values of an item that is no padding: content, and any of the other nine."""
    others = {name: st.none() | ITEM_VALUES[name] for name in ITEM_FIELDS[1:]}
    return st.fixed_dictionaries({"content": ITEM_VALUES["content"], **others}).filter(_not_padding)


def items() -> st.SearchStrategy[dict[str, Value]]:
    """The ten values of an item, padding among them."""
    return st.one_of(real_items(), st.just(dict(PADDING)))


def open_lines() -> st.SearchStrategy[dict[str, Value]]:
    """Open lines as JSON values."""
    return st.builds(lambda key, fields: {"key": key, **fields}, hex_digits(64), items())


@st.composite
def partly_open_lines(draw: st.DrawFn) -> dict[str, Value]:
    """Partly open lines as JSON values: one to nine fields open, each with a salt of its own."""
    fields = draw(items())
    opened = draw(st.sets(st.sampled_from(ITEM_FIELDS), min_size=1, max_size=9))
    salts = draw(st.lists(hex_digits(64), min_size=10, max_size=10, unique=True))
    by_field = dict(zip(ITEM_FIELDS, salts, strict=True))
    return {
        "open": {name: [by_field[name], fields[name]] for name in opened},
        "closed": {name: by_field[name] for name in ITEM_FIELDS if name not in opened},
    }


def lines() -> st.SearchStrategy[Value]:
    """Lines of all three forms as JSON values."""
    return st.one_of(open_lines(), partly_open_lines(), hex_digits(64))


# ---------------------------------------------------------------------------------------------------- events
def _ids(minimum: int) -> st.SearchStrategy[tuple[str, ...]]:
    ids = st.lists(hex_digits(64), min_size=minimum, max_size=minimum + LISTED, unique=True)
    return ids.map(sorted).map(tuple)


_COMMITMENTS = st.lists(
    hex_digits(64), min_size=len(EVENT_FIELDS), max_size=len(EVENT_FIELDS), unique=True
).map(tuple)


def statements() -> st.SearchStrategy[Statement]:
    """Statements of events."""
    return st.builds(
        Statement,
        bundle_id=hex_digits(32),
        holding=hex_digits(32),
        seq=st.integers(0, 100_000),
        prev=_ids(0),
        fields=_COMMITMENTS,
    )


def attestation_statements() -> st.SearchStrategy[Statement]:
    """Statements of attestations: neither holding nor seq, and at least one event that they speak of."""
    return st.builds(
        Statement,
        bundle_id=hex_digits(32),
        holding=st.just(""),
        seq=st.just(0),
        prev=_ids(1),
        fields=_COMMITMENTS,
    )


@st.composite
def bodies(draw: st.DrawFn, event_type: str) -> dict[str, Value]:
    """Bodies of a type as JSON values: shape, and the rules that no shape can state."""
    body: dict[str, Value] = draw(values_of(BODY_SHAPES[event_type]))
    body["type"] = event_type
    names = draw(st.lists(values_of(IdentityName()), min_size=1, max_size=3, unique=True))
    keys = draw(st.lists(hex_digits(64), min_size=2 * len(names), max_size=2 * len(names), unique=True))
    counts = draw(st.lists(st.integers(1, 2), min_size=len(names), max_size=len(names)))
    body["signers"] = [
        {"identity": name, "keys": sorted(keys[2 * place : 2 * place + count])}
        for place, (name, count) in enumerate(zip(sorted(names), counts, strict=True))
    ]
    body["actor"] = draw(st.sampled_from(names))
    digests = draw(st.lists(hex_digits(64), max_size=3, unique=True))
    body["anchors"] = [{"kind": "rfc3161", "sha256": digest} for digest in sorted(digests)]
    allowed = [name for name in EVENT_FIELDS[1:] if FIELD_OWNERS.get(name, event_type) == event_type]
    chosen = draw(st.sets(st.sampled_from(allowed)))
    body["fields"] = [name for name in EVENT_FIELDS if name in chosen]
    return body


def any_body() -> st.SearchStrategy[dict[str, Value]]:
    """Bodies of every type that may stand in the log."""
    return st.sampled_from([kind.name for kind in EVENT_TYPES.values() if kind.chain]).flatmap(bodies)


@st.composite
def opened_values(draw: st.DrawFn) -> dict[str, Value]:
    """Values of the field `opened`: ascending runs that cannot be joined, ascending events, itself last."""
    position, runs, last_mask = 0, [], 0
    for gap, length, mask in draw(
        st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3), st.integers(1, 1023)), max_size=LISTED)
    ):
        first = position + gap + (1 if gap == 0 and mask == last_mask else 0)
        runs.append([first, first + length, mask])
        position, last_mask = first + length + 1, mask
    ids = sorted(draw(st.sets(hex_digits(64), max_size=3)))
    masks = draw(st.lists(st.integers(1, 1023), min_size=len(ids) + 1, max_size=len(ids) + 1))
    events = [[name, mask] for name, mask in zip([*ids, "self"], masks, strict=True)]
    return {"manifest": draw(hex_digits(64)), "items": runs, "events": events}


def event_values(name: str) -> st.SearchStrategy[Value]:
    """Values of an event's field other than the body."""
    return opened_values() if name == "opened" else values_of(EVENT_SHAPES[name])


# ----------------------------------------------------------------------------------------------------- harm
_STRANGE: st.SearchStrategy[Value] = st.one_of(
    st.none(),
    st.booleans(),
    st.sampled_from([0, 1, -1, 2**53 - 1, 1024]),
    st.sampled_from(
        ["", "0", "f" * 32, "F" * 64, "f" * 64, "f" * 65, "self", "sealed", "\n", *TELLING_TEXTS]
    ),
    st.just([]),
    st.just({}),
)


_TOSS: st.SearchStrategy[Value] = st.booleans()
_OFTEN: st.SearchStrategy[Value] = st.integers(0, 7).map(bool)


@st.composite
def harmed(draw: st.DrawFn, values: st.SearchStrategy[Value]) -> Value:
    """Values of a strategy with one change anywhere: replaced, removed, added, doubled, reordered.

    Some changes are slight (another day, two entries exchanged), so that about one value in ten stays good.
    """
    return _harm(draw, draw(values))


def _harm(draw: st.DrawFn, value: Value) -> Value:
    if isinstance(value, dict) and value and draw(_OFTEN):
        name = draw(st.sampled_from(sorted(value)))
        return {**value, name: _harm(draw, value[name])}
    if isinstance(value, list) and value and draw(_OFTEN):
        place = draw(st.integers(0, len(value) - 1))
        return [*value[:place], _harm(draw, value[place]), *value[place + 1 :]]
    if isinstance(value, dict):
        return _harm_members(draw, value)
    if isinstance(value, list):
        return draw(st.sampled_from([value[1:], value[::-1], value + value[:1], [*value, None], {}]))
    return draw(st.one_of(_slight(value), _slight(value), _STRANGE))


def _slight(value: Value) -> st.SearchStrategy[Value]:
    """Values of the same type that differ little: another day, another digit, one more, the other truth."""
    if isinstance(value, bool):
        return st.just(not value)
    if isinstance(value, int):
        return st.sampled_from([value + 1, value - 1, -value, 0])
    if isinstance(value, str):
        days = value[:8] + "31" + value[10:]
        return st.sampled_from(
            [days, value[::-1], value.swapcase(), value + "\n", value[:-1], "0" * len(value)]
        )
    return _STRANGE


def _harm_members(draw: st.DrawFn, value: dict[str, Value]) -> Value:
    if value and draw(_TOSS):
        gone = draw(st.sampled_from(sorted(value)))
        return {name: entry for name, entry in value.items() if name != gone}
    name = draw(st.sampled_from(["unknown", "extra", "sha512", "note", "key", "data", "keys"]))
    return {**value, name: draw(_STRANGE)}
