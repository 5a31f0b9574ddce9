r"""Shapes of single JSON values: texts, integers, booleans, choices.

A shape says in one place what a value may be. Its strict checker and its JSON Schema (2020-12) both come from
that, so they agree, but for the rules that JSON Schema cannot state; each is named in its class.

Patterns are matched against the whole text, in time linear in it, and name their digits: Python's `\d` takes
the digits of every script.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import cached_property
from typing import Any, Final, Protocol, TypeAlias

from attrs import field, frozen

from custody.format.limits import TEXT_CHARACTERS

Schema: TypeAlias = dict[str, Any]
"""A JSON Schema (2020-12) as parsed JSON."""

_LISTED_OPTIONS: Final = 12  # longer lists are not put into messages


class ShapeError(Exception):
    """A value has another shape; callers turn it into a `FormatError` that names the member.

    Attributes:
        pointer: RFC 6901 pointer of the fault, relative to the value that was checked.
        expected: what the shape wants there.
        found: what stands there, described and never quoted.
    """

    def __init__(self, pointer: str, expected: str, found: str) -> None:
        super().__init__(expected, found)
        self.pointer = pointer
        self.expected = expected
        self.found = found

    def under(self, pointer: str) -> ShapeError:
        """Return itself, with the pointer of the value that holds the checked one put before its own."""
        self.pointer = pointer + self.pointer
        return self


class Check(Protocol):
    """A compiled checker: returns when the value has the shape, else raises `ShapeError`."""

    def __call__(self, value: object, pointer: str = "", /) -> None:
        """Check a value; `pointer` goes before the pointer of the fault."""


def describe(value: object) -> str:
    """Say what kind of JSON value this is, never what it holds."""
    if type(value) is str:
        return f"a text of {len(value)} characters"
    if type(value) is list:
        return f"a list of {len(value)}"
    kinds = {bool: "a boolean", int: "another integer", dict: "an object", type(None): "null"}
    return kinds.get(type(value), "another type")


class Shape(Protocol):
    """What a JSON value may be; immutable."""

    @property
    def check(self) -> Check:
        """The compiled checker, `check(value, pointer="")`; made once, for it runs for every item."""

    def schema(self) -> Schema:
        """Return the JSON Schema (2020-12) of this shape."""


def pattern_check(
    pattern: str, expected: str, maximum: int, also: Callable[[str], bool] | None = None
) -> Check:
    """Compile a checker of texts.

    Args:
        pattern: what the whole text must match; linear.
        expected: the rule in words, for messages.
        maximum: at most so many code points; looked at before the pattern.
        also: one further rule.
    """
    matches = re.compile(pattern).fullmatch

    def check(value: object, pointer: str = "", /) -> None:
        if type(value) is not str or len(value) > maximum or matches(value) is None:
            raise ShapeError(pointer, expected, describe(value))
        if also is not None and not also(value):
            raise ShapeError(pointer, expected, describe(value))

    return check


def pattern_schema(pattern: str, maximum: int) -> Schema:
    """Return the schema of texts that match a pattern as a whole and have at most so many code points."""
    return {"type": "string", "pattern": f"^(?:{pattern})$", "maxLength": maximum}


@frozen
class Text:
    """A text without U+0000, its length counted in code points.

    Attributes:
        max_characters: at most so many.
        min_characters: at least so many; 1 unless told.
        pattern: if given, the whole text must match; it must be linear and must not match a line feed.
    """

    max_characters: int = TEXT_CHARACTERS
    min_characters: int = 1
    pattern: str | None = None

    @cached_property
    def check(self) -> Check:
        """The compiled checker."""
        minimum, maximum = self.min_characters, self.max_characters
        if self.pattern is not None:
            expected = "a text of the pattern that the format names"
            return pattern_check(self.pattern, expected, maximum, lambda text: len(text) >= minimum)
        expected = f"a text of {minimum} to {maximum} characters without U+0000"

        def check(value: object, pointer: str = "", /) -> None:
            if type(value) is not str or not minimum <= len(value) <= maximum or "\x00" in value:
                raise ShapeError(pointer, expected, describe(value))

        return check

    def schema(self) -> Schema:
        """Return a schema of type string with its lengths and its pattern."""
        pattern = r"[^\x00]*" if self.pattern is None else self.pattern
        return {**pattern_schema(pattern, self.max_characters), "minLength": self.min_characters}


@frozen
class Hex:
    """Lower-case hex digits, exactly so many."""

    digits: int

    @cached_property
    def check(self) -> Check:
        """The compiled checker."""
        return pattern_check(
            f"[0-9a-f]{{{self.digits}}}", f"{self.digits} lower-case hex digits", self.digits
        )

    def schema(self) -> Schema:
        """Return a schema of type string with the number of digits in its pattern."""
        return {"type": "string", "pattern": f"^[0-9a-f]{{{self.digits}}}$"}


@frozen
class Integer:
    """An integer from `minimum` to `maximum`, both included; `true` is none."""

    minimum: int
    maximum: int

    @cached_property
    def check(self) -> Check:
        """The compiled checker."""
        minimum, maximum = self.minimum, self.maximum
        expected = f"an integer from {minimum} to {maximum}"

        def check(value: object, pointer: str = "", /) -> None:
            if type(value) is not int or not minimum <= value <= maximum:
                raise ShapeError(pointer, expected, describe(value))

        return check

    def schema(self) -> Schema:
        """Return a schema of type integer with both ends."""
        return {"type": "integer", "minimum": self.minimum, "maximum": self.maximum}


@frozen
class Boolean:
    """`true` or `false`."""

    @cached_property
    def check(self) -> Check:
        """The compiled checker."""

        def check(value: object, pointer: str = "", /) -> None:
            if type(value) is not bool:
                raise ShapeError(pointer, "true or false", describe(value))

        return check

    def schema(self) -> Schema:
        """Return a schema of type boolean."""
        return {"type": "boolean"}


def _frozen_texts(options: Iterable[str]) -> frozenset[str]:
    return frozenset(options)


@frozen
class Choice:
    """One of a closed set of texts."""

    options: frozenset[str] = field(converter=_frozen_texts)

    @cached_property
    def check(self) -> Check:
        """The compiled checker."""
        options = self.options
        expected = (
            f"one of {', '.join(sorted(options))}"
            if len(options) <= _LISTED_OPTIONS
            else "a word of the published list"
        )

        def check(value: object, pointer: str = "", /) -> None:
            if type(value) is not str or value not in options:
                raise ShapeError(pointer, expected, describe(value))

        return check

    def schema(self) -> Schema:
        """Return a schema that lists the options in ascending order."""
        return {"enum": sorted(self.options)}
