"""Shapes in words, for the tables of the specification."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from custody.format import limits
from custody.format.event_fields import EVENT_IDS, EVENT_TYPES, KEY_IDS, LEAF_INDICES, PARTY
from custody.format.item_fields import CLOCK, DIGEST, PERSON, PLACE, TOOL
from custody.format.key_file import KEY_ENTRY
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

NAMED: dict[int, str] = {
    id(CLOCK): "*clock*",
    id(DIGEST): "*digest*",
    id(TOOL): "*tool*",
    id(PERSON): "*person*",
    id(PLACE): "*place*",
    id(PARTY): "*party*",
    id(KEY_ENTRY): "*key*",
    id(KEY_IDS): "*key ids*",
    id(EVENT_IDS): "*event ids*",
    id(LEAF_INDICES): "*indices*",
}
_MANY = 14


def _choice(shape: Choice) -> str:
    options = sorted(shape.options)
    if options[:1] == [""] and len(options) > _MANY:
        return 'an extension of the list, or `""`'
    if set(options) == set(EVENT_TYPES):
        return "an event type"
    return " \\| ".join(f"`{option}`" for option in options)


def _text(shape: Text) -> str:
    span = f"{shape.min_characters}–{shape.max_characters}"
    pattern = "" if shape.pattern is None else ", `" + shape.pattern.replace("|", "\\|") + "`"
    return f"text, {span} characters{pattern}"


def _decimal(shape: DecimalText) -> str:
    return "decimal" if shape.magnitude is None else f"decimal, −{shape.magnitude} to {shape.magnitude}"


def _base64(shape: Base64Text) -> str:
    same = shape.min_bytes == shape.max_bytes
    span = f"{shape.max_bytes}" if same else f"{shape.min_bytes}–{shape.max_bytes}"
    return f"base64 of {span} bytes"


def _integer(shape: Integer) -> str:
    named = {limits.INTEGER: "2^53−1", -limits.INTEGER: "−(2^53−1)"}
    first, last = (named.get(end, f"{end}") for end in (shape.minimum, shape.maximum))
    return f"`{first}`" if first == last else f"integer, {first} to {last}"


def list_words(shape: Sequence) -> str:
    """Say what a list holds."""
    order = ", ascending, each once" if shape.sorted_unique else ", each once" if shape.unique else ""
    return f"list of {shape.minimum}–{shape.maximum}: {words(shape.item)}{order}"


_WORDS: dict[type[Shape], Callable[..., str]] = {
    Text: _text,
    Hex: lambda shape: f"{shape.digits} hex",
    Integer: _integer,
    Boolean: lambda _shape: "`true` \\| `false`",
    Choice: _choice,
    InstantText: lambda _shape: "instant",
    DateText: lambda _shape: "date",
    DecimalText: _decimal,
    LanguageTag: lambda _shape: "language tag",
    UrlText: lambda shape: f"IRI, at most {shape.max_characters} characters",
    Base64Text: _base64,
    IdentityName: lambda _shape: "identity",
    Nullable: lambda shape: f"null or {words(shape.shape)}",
    OneOf: lambda shape: " or ".join(words(each) for each in shape.shapes),
    Sequence: list_words,
    Row: lambda shape: f"row ({'; '.join(words(each) for each in shape.items)})",
    Record: lambda shape: "{" + ", ".join(inline_members(shape)) + "}",
    TextMap: lambda shape: (
        f"object of 1–{shape.max_members} members, keys `{shape.key_pattern}`, values: {words(shape.value)}"
    ),
}


def words(shape: Shape) -> str:
    """Say what a shape is."""
    return NAMED.get(id(shape)) or _WORDS[type(shape)](shape)


def inline_members(record: Record) -> Iterator[str]:
    """The members of a record in one line, a question mark after what may be absent."""
    for name, shape in record.required.items():
        yield f"`{name}`: {words(shape)}"
    for name, shape in record.optional.items():
        yield f"`{name}`?: {words(shape)}"


def _rows(record: Record, prefix: str = "") -> Iterator[str]:
    """A row for each member, members of nested records below their own."""
    named = [*((name, shape, "yes") for name, shape in record.required.items())]
    named += [*((name, shape, "") for name, shape in record.optional.items())]
    for name, shape, needed in named:
        row = f"| `{prefix}{name}` | {needed} |"
        inner = shape.item if isinstance(shape, Sequence) else None
        if isinstance(shape, Record) and id(shape) not in NAMED:
            yield f"{row} object |"
            yield from _rows(shape, f"{prefix}{name}.")
        elif isinstance(shape, Sequence) and isinstance(inner, Record) and id(inner) not in NAMED:
            yield f"{row} list of {shape.minimum}–{shape.maximum} objects |"
            yield from _rows(inner, f"{prefix}{name}[].")
        else:
            yield f"{row} {words(shape)} |"


def table_of(record: Record) -> Iterator[str]:
    """A table of the members of a record, those of nested ones below their own."""
    yield from ("| member | required | value |", "|---|---|---|")
    yield from _rows(record)


def members_of(shape: Shape) -> Iterator[str]:
    """A table of a record, or one sentence for anything else."""
    if isinstance(shape, Record):
        yield from table_of(shape)
    else:
        yield f"Value: {words(shape)}."
