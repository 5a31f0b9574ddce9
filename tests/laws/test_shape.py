"""Laws of shapes: the checker and the schema that come from one shape give one answer."""

from __future__ import annotations

import base64
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custody.errors import FormatError
from custody.format.schema import compile_schema
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
    ShapeError,
    Text,
    TextMap,
    UrlText,
)
from custody.model.instant import decode_instant

SHAPES: dict[str, Shape] = {
    "text": Text(max_characters=3),
    "pattern": Text(max_characters=6, min_characters=2, pattern=r"[+-][0-9]*"),
    "hex": Hex(2),
    "integer": Integer(-2, 3),
    "boolean": Boolean(),
    "choice": Choice(("a", "b")),
    "instant": InstantText(),
    "date": DateText(),
    "latitude": DecimalText(magnitude=90),
    "decimal": DecimalText(),
    "language": LanguageTag(),
    "url": UrlText(max_characters=12),
    "base64": Base64Text(max_bytes=3),
    "identity": IdentityName(),
    "null": Nullable(Integer(0, 1)),
    "either": OneOf((Text(max_characters=2), Record(required={"a": Hex(2)}))),
    "list": Sequence(Integer(0, 2), minimum=1, maximum=3, unique=True),
    "row": Row((Hex(2), Integer(0, 1))),
    "record": Record(required={"a": Hex(2)}, optional={"b": Text(max_characters=2)}),
    "options": Record(optional={"a": Hex(2)}),
    "empty": Record(may_be_empty=True),
    "map": TextMap(max_members=2, key_pattern="[a-z]+", value=Text(max_characters=2)),
}
# Rules beyond JSON Schema: the calendar, the order, the last two bytes.
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-4, 4)
    | st.text(st.sampled_from("ab01.-:+/=TZ \n\x00é\u202e"), max_size=6)
    | st.sampled_from(
        ["ab", "00\n", "2020-01-02", "2020-01-02T03:04:05Z", "90.0", "ar-SY", "urn:a", "QQ==", "QUJD"]
    )
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(["a", "b", "c", "A", "a\n"]), inner)
    ),
    max_leaves=5,
)


def accepts(shape: Shape, value: object) -> bool:
    """Tell whether the checker takes a value."""
    try:
        shape.check(value)
    except ShapeError:
        return False
    return True


@pytest.mark.parametrize("name", SHAPES)
def test_checker_and_schema_agree(name: str) -> None:
    """On any value of JSON, also on texts that end with a line feed."""
    shape = SHAPES[name]
    faults = compile_schema(shape.schema())

    @given(VALUES)
    def agree(value: object) -> None:
        assert accepts(shape, value) == (not faults(value))

    agree()


@given(st.from_regex(re.compile(r"[0-9a-f]{1,3}", re.ASCII)))
def test_hex_digits_are_counted_alike(text: str) -> None:
    """Generated from the pattern of the other side, line feed at the end included."""
    assert accepts(Hex(2), text) == (not compile_schema(Hex(2).schema())(text))


DAYS = st.dates().map(str) | st.sampled_from(
    ["2023-02-29", "2024-02-29", "1900-02-29", "2023-04-31", "2023-01-32"]
)
TIMES = st.times().map(lambda time: time.isoformat("milliseconds")) | st.sampled_from(
    ["00:00:00", "24:00:00", "00:00:60", "12:34:56.7", "12:34:56.789", "12:34:56.000"]
)


@given(DAYS, TIMES, st.sampled_from(["Z", "z", "", "+00:00", "Z\n"]))
def test_instants_have_the_form_that_the_model_reads(day: str, time: str, zone: str) -> None:
    """A time passes the shape exactly when it can become an `Instant`."""
    text = f"{day}T{time}{zone}"
    try:
        decode_instant(text)
    except FormatError:
        assert not accepts(InstantText(), text)
    else:
        assert accepts(InstantText(), text)


@given(st.integers(1, 2000), st.integers(0, 2100))
def test_decimals_are_bounded_by_their_magnitude(magnitude: int, number: int) -> None:
    """The pattern counts as arithmetic does, with and without a fraction."""
    shape = DecimalText(magnitude=magnitude)
    assert accepts(shape, str(number)) == (number <= magnitude)
    assert accepts(shape, f"-{number}.5") == (number < magnitude)
    assert accepts(shape, f"{number}.00") == (number <= magnitude)


@given(st.binary(max_size=8))
def test_base64_is_accepted_in_its_canonical_spelling_only(data: bytes) -> None:
    """Of the texts with the same bytes one passes."""
    text = base64.b64encode(data).decode("ascii")
    shape = Base64Text(max_bytes=5, min_bytes=0)
    assert accepts(shape, text) == (len(data) <= 5)
    assert not accepts(shape, text.rstrip("=") + "!")
    if text.endswith("="):
        assert not accepts(shape, text.rstrip("="))
