"""Closed shapes: what each lets through, what it refuses, and where it says the fault is."""

from __future__ import annotations

import pytest

from custody.errors import FormatError
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
    check_shape,
)

NAMED = Record(required={"size": Integer(0, 9)}, optional={"note": Text(max_characters=3)})
PATH = OneOf((Text(max_characters=5), Record(required={"base64": Base64Text(max_bytes=4)})))
NESTED = Record(required={"list": Sequence(NAMED, maximum=3)}, optional={"row": Row((Hex(2), Integer(1, 3)))})

ACCEPTED: list[tuple[Shape, object]] = [
    (Text(max_characters=3), "صور"),
    (Text(max_characters=3), "\n\x1b\u202e"),
    (Text(max_characters=3, min_characters=0), ""),
    (Text(max_characters=6, pattern="[+-][0-9]{2}:[0-9]{2}"), "+03:00"),
    (Hex(4), "00af"),
    (Integer(-1, 1), -1),
    (Integer(-1, 1), 1),
    (Boolean(), False),
    (Choice(("a", "b")), "b"),
    (InstantText(), "2024-02-29T23:59:59Z"),
    (InstantText(), "1970-01-01T00:00:00.001Z"),
    (DateText(), "2023-12-31"),
    (DateText(), "1948-11-30"),
    (DecimalText(), "-35.1000"),
    (DecimalText(magnitude=90), "90.000"),
    (DecimalText(magnitude=90), "-89.999999999"),
    (DecimalText(magnitude=180), "100"),
    (DecimalText(magnitude=1), "0.5"),
    (LanguageTag(), "ar"),
    (LanguageTag(), "ku-Arab-SY"),
    (LanguageTag(), "ar-001"),
    (UrlText(), "https://example.org/a?b=c#d"),
    (UrlText(), "https://مثال.example/صورة"),
    (UrlText(max_characters=9), "urn:a:bcd"),
    (Base64Text(max_bytes=4), "QUJDRA=="),
    (Base64Text(max_bytes=4, min_bytes=0), ""),
    (IdentityName(), "archive.damascus@w-01_x"),
    (Nullable(Integer(0, 1)), None),
    (Nullable(Integer(0, 1)), 1),
    (PATH, "a.mp4"),
    (PATH, {"base64": "QQ=="}),
    (Sequence(Integer(0, 9), maximum=2), []),
    (Sequence(Integer(0, 9), maximum=2), [5, 5]),
    (Sequence(Integer(0, 9), maximum=2, unique=True), [5, 1]),
    (Sequence(Hex(2), maximum=2, sorted_unique=True), ["aa", "ab"]),
    (Row((Hex(2), Integer(1, 3))), ["aa", 1]),
    (NAMED, {"size": 3}),
    (NAMED, {"note": "x", "size": 3}),
    (Record(optional={"a": Boolean()}), {"a": True}),
    (Record(may_be_empty=True), {}),
    (NESTED, {"list": [{"size": 1}], "row": ["00", 2]}),
    (TextMap(max_members=2, value=Text(max_characters=9)), {"machine_ip": "192.0.2.1"}),
]

REFUSED: list[tuple[Shape, object, str]] = [
    (Text(max_characters=3), "", ""),
    (Text(max_characters=3), "abcd", ""),
    (Text(max_characters=3), "a\x00", ""),
    (Text(max_characters=3), 1, ""),
    (Text(max_characters=9, pattern="[a-z]+"), "ab\n", ""),
    (Text(max_characters=2, pattern="[a-z]+"), "abc", ""),
    (Text(max_characters=9, min_characters=3, pattern="[a-z]+"), "ab", ""),
    (Hex(4), "00AF", ""),
    (Hex(4), "00a", ""),
    (Hex(4), "00af\n", ""),
    (Hex(4), None, ""),
    (Integer(0, 1), True, ""),
    (Integer(0, 1), 2, ""),
    (Integer(0, 1), -1, ""),
    (Integer(0, 1), "1", ""),
    (Integer(0, 1), 1.0, ""),
    (Boolean(), 1, ""),
    (Boolean(), None, ""),
    (Choice(("a", "b")), "c", ""),
    (Choice(("a", "b")), ["a"], ""),
    (Choice([f"{n}" for n in range(99)]), "x", ""),
    (InstantText(), "2023-02-29T00:00:00Z", ""),
    (InstantText(), "2023-04-31T00:00:00Z", ""),
    (InstantText(), "2023-01-01T00:00:00.000Z", ""),
    (InstantText(), "2023-01-01T24:00:00Z", ""),
    (InstantText(), "2023-01-01T00:00:60Z", ""),
    (InstantText(), "2023-01-01T00:00:00+00:00", ""),
    (InstantText(), "1969-12-31T23:59:59Z", ""),
    (InstantText(), "٢٠٢٣-01-01T00:00:00Z", ""),
    (DateText(), "2023-02-29", ""),
    (DateText(), "2023-13-01", ""),
    (DateText(), "01.02.2023", ""),
    (DecimalText(), "35.", ""),
    (DecimalText(), "035.1", ""),
    (DecimalText(), "1e3", ""),
    (DecimalText(), "٣٥.١", ""),
    (DecimalText(magnitude=90), "90.1", ""),
    (DecimalText(magnitude=90), "91", ""),
    (DecimalText(magnitude=180, fraction_digits=2), "1.234", ""),
    (LanguageTag(), "AR", ""),
    (LanguageTag(), "Arabic", ""),
    (UrlText(), "example.org", ""),
    (UrlText(), "https://a b", ""),
    (UrlText(), "https://a\u202eb", ""),
    (UrlText(), "https://a\n", ""),
    (UrlText(max_characters=9), "urn:a:bcde", ""),
    (Base64Text(max_bytes=4), "QUJDRB==", ""),
    (Base64Text(max_bytes=4), "QUJDRA", ""),
    (Base64Text(max_bytes=4), "QUJDREU=", ""),
    (Base64Text(max_bytes=4), "QU_D", ""),
    (Base64Text(max_bytes=4), "", ""),
    (IdentityName(), "W-01", ""),
    (IdentityName(), "a" * 65, ""),
    (Nullable(Integer(0, 1)), 2, ""),
    (PATH, "abcdef", ""),
    (PATH, 5, ""),
    (PATH, {"base64": "!"}, "/base64"),
    (Sequence(Integer(0, 9), maximum=2), [1, 2, 3], ""),
    (Sequence(Integer(0, 9), minimum=1, maximum=2), [], ""),
    (Sequence(Integer(0, 9), maximum=2), (1,), ""),
    (Sequence(Integer(0, 9), maximum=2), [1, True], "/1"),
    (Sequence(Integer(0, 9), maximum=2, unique=True), [5, 5], ""),
    (Sequence(Hex(2), maximum=2, sorted_unique=True), ["ab", "aa"], ""),
    (Sequence(Hex(2), maximum=2, sorted_unique=True), ["aa", "aa"], ""),
    (Row((Hex(2), Integer(1, 3))), ["aa"], ""),
    (Row((Hex(2), Integer(1, 3))), "aa", ""),
    (Row((Hex(2), Integer(1, 3))), ["aa", 4], "/1"),
    (NAMED, {"note": "x"}, ""),
    (NAMED, {"size": 1, "other": 1}, ""),
    (NAMED, {"size": None}, "/size"),
    (NAMED, {"size": 1, "note": None}, "/note"),
    (NAMED, [], ""),
    (Record(optional={"a": Boolean()}), {}, ""),
    (Record(may_be_empty=True), {"a": 1}, ""),
    (NESTED, {"list": [{"size": 1}, {"size": 1, "note": "long"}]}, "/list/1/note"),
    (NESTED, {"list": [], "row": ["00", 9]}, "/row/1"),
    (TextMap(max_members=1), {}, ""),
    (TextMap(max_members=1), {"a": "b", "c": "d"}, ""),
    (TextMap(max_members=1), {"Somebody": "b"}, ""),
    (TextMap(max_members=1), {1: "b"}, ""),
    (TextMap(max_members=1), {"somebody": 1}, ""),
    (TextMap(max_members=1), ["a"], ""),
]


def place_of_fault(shape: Shape, value: object) -> str | None:
    """Return where in a file a shape finds a fault, None where there is none."""
    try:
        check_shape(shape, value, "body.json")
    except FormatError as fault:
        return fault.pointer
    return None


@pytest.mark.parametrize(("shape", "value"), ACCEPTED)
def test_a_value_of_the_shape_is_accepted(shape: Shape, value: object) -> None:
    """Nothing is raised."""
    assert place_of_fault(shape, value) is None


@pytest.mark.parametrize(("shape", "value", "pointer"), REFUSED)
def test_a_value_of_another_shape_is_refused_at_its_place(shape: Shape, value: object, pointer: str) -> None:
    """The pointer leads from the value that was checked to the fault, after the one that was given."""
    with pytest.raises(ShapeError) as caught:
        shape.check(value)
    assert caught.value.pointer == pointer
    with pytest.raises(ShapeError) as caught:
        shape.check(value, "/3/data")
    assert caught.value.pointer == f"/3/data{pointer}"


def test_a_fault_of_a_file_names_member_place_and_rule() -> None:
    """What callers raise says everything, but not what stands there."""
    with pytest.raises(FormatError, match=r"^body\.json#/3/size: expected an integer from 0 to 9, found "):
        check_shape(NAMED, {"size": "secret"}, "body.json", "/3")


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("abcd", "a text of 4 characters"),
        ([1, 2], "a list of 2"),
        ({"a": 1}, "an object"),
        (None, "null"),
        (True, "a boolean"),
        (7, "another integer"),
        (1.5, "another type"),
    ],
)
def test_what_stands_there_is_described_and_never_quoted(value: object, found: str) -> None:
    """Kinds and lengths may be said; contents may not."""
    with pytest.raises(ShapeError) as caught:
        Hex(2).check(value)
    assert caught.value.found == found


def test_alternatives_that_all_fail_are_all_named() -> None:
    """The reader learns every form that would have done."""
    with pytest.raises(ShapeError) as caught:
        OneOf((Hex(2), Choice(("self",)))).check("other")
    assert caught.value.expected == "2 lower-case hex digits, or one of self"


def test_a_missing_member_is_named() -> None:
    """The first one in ascending order."""
    with pytest.raises(ShapeError) as caught:
        Record(required={"b": Boolean(), "a": Boolean(), "c": Boolean()}, optional={"d": Boolean()}).check(
            {"c": True, "d": True, "b": True}
        )
    assert caught.value.expected == "the member a"


def test_shapes_cannot_be_changed() -> None:
    """They are shared by every thread and every bundle."""
    with pytest.raises(AttributeError):
        NAMED.required = {}  # type: ignore[misc]
    with pytest.raises(TypeError):
        NAMED.required["x"] = Boolean()  # type: ignore[index]


def test_a_schema_states_what_the_shape_states() -> None:
    """Closed objects, members in ascending order, bounds only where there are some."""
    shape = Record(
        required={"b": Sequence(Integer(0, 9), maximum=2)},
        optional={"a": Sequence(Boolean(), minimum=1, maximum=2, unique=True)},
    )
    assert shape.schema() == {
        "type": "object",
        "properties": {
            "a": {
                "type": "array",
                "items": {"type": "boolean"},
                "minItems": 1,
                "maxItems": 2,
                "uniqueItems": True,
            },
            "b": {"type": "array", "items": {"type": "integer", "minimum": 0, "maximum": 9}, "maxItems": 2},
        },
        "additionalProperties": False,
        "required": ["b"],
    }


def test_a_schema_says_what_may_be_null_and_what_stands_at_each_place() -> None:
    """As JSON Schema 2020-12 says it."""
    digit = Integer(0, 9)
    assert Nullable(digit).schema() == {"anyOf": [{"type": "null"}, digit.schema()]}
    assert Row((Hex(2), digit)).schema() == {
        "type": "array",
        "prefixItems": [Hex(2).schema(), digit.schema()],
        "items": False,
        "minItems": 2,
    }
