"""Closed JSON shapes: lists, rows, objects and choices between them, built from single values.

From each shape come a strict checker (`shape.check(value)`, compiled once, about a microsecond for a small
object) and a JSON Schema (`shape.schema()`). Both come from the same attributes, so they agree, but for what
JSON Schema cannot state: the order of a sorted list, and the rules that `custody.format.text_shape` names.

This module also offers the shapes of single values, so that users import all of them from here.

Objects are closed: a member that the shape does not name is refused. An absent member is left out, not null.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property
from itertools import pairwise
from types import MappingProxyType

from attrs import field, frozen

from custody.errors import FormatError
from custody.format.scalar import (
    Boolean,
    Check,
    Choice,
    Hex,
    Integer,
    Schema,
    Shape,
    ShapeError,
    Text,
    describe,
)
from custody.format.text_shape import (
    Base64Text,
    DateText,
    DecimalText,
    IdentityName,
    InstantText,
    LanguageTag,
    UrlText,
)

__all__ = [
    "Base64Text",
    "Boolean",
    "Check",
    "Choice",
    "DateText",
    "DecimalText",
    "Hex",
    "IdentityName",
    "InstantText",
    "Integer",
    "LanguageTag",
    "Nullable",
    "OneOf",
    "Record",
    "Row",
    "Schema",
    "Sequence",
    "Shape",
    "ShapeError",
    "Text",
    "TextMap",
    "UrlText",
    "check_shape",
]


def check_shape(shape: Shape, value: object, member: str, pointer: str = "") -> None:
    """Check a value that was read from a file.

    Args:
        shape: what the value may be.
        value: decoded JSON.
        member: the file, for messages.
        pointer: where in the file the value stands (RFC 6901).

    Raises:
        FormatError: the value has another shape; the error names the member and the first fault's pointer.
    """
    try:
        shape.check(value, pointer)
    except ShapeError as fault:
        raise FormatError(member, pointer=fault.pointer, expected=fault.expected, found=fault.found) from None


@frozen
class Nullable:
    """Null, or the other shape."""

    shape: Shape

    @cached_property
    def check(self) -> Check:
        """The compiled checker."""
        check_other = self.shape.check

        def check(value: object, pointer: str = "", /) -> None:
            if value is not None:
                check_other(value, pointer)

        return check

    def schema(self) -> Schema:
        """Return a schema that allows null beside the other shape."""
        return {"anyOf": [{"type": "null"}, self.shape.schema()]}


@frozen
class OneOf:
    """Any of several shapes; put the frequent one first."""

    shapes: tuple[Shape, ...]

    @cached_property
    def check(self) -> Check:
        """The compiled checker."""
        first, *others = (shape.check for shape in self.shapes)

        def check(value: object, pointer: str = "", /) -> None:
            try:
                first(value, pointer)
            except ShapeError as fault:
                _check_others(others, value, pointer, fault)

        return check

    def schema(self) -> Schema:
        """Return a schema with one branch for each shape."""
        return {"anyOf": [shape.schema() for shape in self.shapes]}


def _check_others(others: list[Check], value: object, pointer: str, first: ShapeError) -> None:
    """Try the other shapes; if none fits, raise the fault that was found deepest inside the value."""
    faults = [first]
    for check in others:
        try:
            check(value, pointer)
        except ShapeError as fault:
            faults.append(fault)
        else:
            return
    deepest = max(faults, key=lambda fault: len(fault.pointer))
    if deepest.pointer != pointer:
        raise deepest
    raise ShapeError(pointer, ", or ".join(fault.expected for fault in faults), first.found)


@frozen
class Sequence:
    """A list of entries of one shape.

    Attributes:
        item: the shape of each entry.
        minimum, maximum: how many entries, both included.
        unique: no entry twice; for lists of texts or integers.
        sorted_unique: ascending (texts by code point, which is the bytewise order of UTF-8), no entry twice.
            The order is beyond the schema.
    """

    item: Shape
    minimum: int = field(default=0, kw_only=True)
    maximum: int = field(kw_only=True)
    unique: bool = field(default=False, kw_only=True)
    sorted_unique: bool = field(default=False, kw_only=True)

    @cached_property
    def check(self) -> Check:
        """The compiled checker."""
        check_item, minimum, maximum = self.item.check, self.minimum, self.maximum
        unique, ascending = self.unique, self.sorted_unique
        length = f"a list of {minimum} to {maximum}"

        def check(value: object, pointer: str = "", /) -> None:
            if type(value) is not list or not minimum <= len(value) <= maximum:
                raise ShapeError(pointer, length, describe(value))
            done = 0
            try:
                for entry in value:
                    check_item(entry)
                    done += 1
            except ShapeError as fault:
                raise fault.under(f"{pointer}/{done}") from None
            if ascending and any(first >= second for first, second in pairwise(value)):
                raise ShapeError(pointer, "ascending entries, each once", "another order")
            if unique and len(set(value)) != len(value):
                raise ShapeError(pointer, "each entry once", "one twice")

        return check

    def schema(self) -> Schema:
        """Return a schema of type array with its entries and their number."""
        schema: Schema = {"type": "array", "items": self.item.schema(), "maxItems": self.maximum}
        if self.minimum:
            schema["minItems"] = self.minimum
        if self.unique or self.sorted_unique:
            schema["uniqueItems"] = True
        return schema


@frozen
class Row:
    """A list of fixed length whose entries have their own shapes, such as `[first, last, mask]`."""

    items: tuple[Shape, ...]

    @cached_property
    def check(self) -> Check:
        """The compiled checker."""
        checks = tuple(shape.check for shape in self.items)
        count = len(checks)

        def check(value: object, pointer: str = "", /) -> None:
            if type(value) is not list or len(value) != count:
                raise ShapeError(pointer, f"a list of {count}", describe(value))
            index = 0
            try:
                for index, check_item in enumerate(checks):
                    check_item(value[index])
            except ShapeError as fault:
                raise fault.under(f"{pointer}/{index}") from None

        return check

    def schema(self) -> Schema:
        """Return a schema of type array with a schema for each place."""
        places = [shape.schema() for shape in self.items]
        return {"type": "array", "prefixItems": places, "items": False, "minItems": len(places)}


def _read_only(members: Mapping[str, Shape]) -> Mapping[str, Shape]:
    return MappingProxyType(dict(members))


_NO_MEMBERS: Mapping[str, Shape] = MappingProxyType({})


@frozen(kw_only=True)
class Record:
    """A closed object.

    Attributes:
        required: members that must be there, with their shapes.
        optional: members that may be there.
        may_be_empty: whether `{}` is allowed when nothing is required.
    """

    required: Mapping[str, Shape] = field(default=_NO_MEMBERS, converter=_read_only)
    optional: Mapping[str, Shape] = field(default=_NO_MEMBERS, converter=_read_only)
    may_be_empty: bool = False

    @cached_property
    def check(self) -> Check:
        """The compiled checker."""
        members = {name: shape.check for name, shape in {**self.required, **self.optional}.items()}
        known, required = members.keys(), frozenset(self.required)
        minimum = self._minimum()

        def check(value: object, pointer: str = "", /) -> None:
            if type(value) is not dict or len(value) < minimum:
                raise ShapeError(pointer, f"an object of at least {minimum} members", describe(value))
            if not value.keys() <= known:
                raise ShapeError(pointer, "only members that the format names", "another one")
            if not required <= value.keys():
                raise ShapeError(pointer, f"the member {min(required - value.keys())}", "none")
            name = ""
            try:
                for name, entry in value.items():
                    members[name](entry)
            except ShapeError as fault:
                raise fault.under(f"{pointer}/{name}") from None

        return check

    def _minimum(self) -> int:
        return max(len(self.required), 0 if self.may_be_empty else 1)

    def schema(self) -> Schema:
        """Return a closed schema of type object, its members in ascending order."""
        members = sorted({**self.required, **self.optional}.items())
        schema: Schema = {
            "type": "object",
            "properties": {name: shape.schema() for name, shape in members},
            "additionalProperties": False,
        }
        if self.required:
            schema["required"] = sorted(self.required)
        elif not self.may_be_empty:
            schema["minProperties"] = 1
        return schema


@frozen(kw_only=True)
class TextMap:
    """An object whose keys the format does not name, for facts that only one forum asks for.

    Attributes:
        max_members: at most so many, at least one.
        key_pattern: what each whole key must match; ASCII, linear.
        value: the shape of each value.
    """

    max_members: int
    key_pattern: str = r"[a-z][a-z0-9_]{0,63}"
    value: Shape = field(factory=Text)

    @cached_property
    def check(self) -> Check:
        """The compiled checker."""
        maximum, check_value = self.max_members, self.value.check
        matches = re.compile(self.key_pattern).fullmatch

        def check(value: object, pointer: str = "", /) -> None:
            if type(value) is not dict or not 1 <= len(value) <= maximum:
                raise ShapeError(pointer, f"an object of 1 to {maximum} members", describe(value))
            for key, entry in value.items():
                if type(key) is not str or matches(key) is None:
                    raise ShapeError(pointer, "keys of the pattern that the format names", "another key")
                check_value(entry, pointer)  # without the key: people choose these, and may put a name there

        return check

    def schema(self) -> Schema:
        """Return a schema of type object with a pattern for its keys."""
        return {
            "type": "object",
            "propertyNames": {"pattern": f"^(?:{self.key_pattern})$"},
            "additionalProperties": self.value.schema(),
            "minProperties": 1,
            "maxProperties": self.max_members,
        }
