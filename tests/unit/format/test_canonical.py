"""Canonical JSON: what is refused, where the fault is said to be, and that nothing is guessed."""

from __future__ import annotations

import pytest

from custody.errors import FormatError, LimitError, UsageError
from custody.format import limits
from custody.format.canonical import (
    decode_canonical_line,
    decode_json,
    encode_checked_json,
    encode_json,
)

BIGGEST = 2**53 - 1


def decode(data: bytes, *, canonical: bool = True) -> object:
    """Decode with a limit that no test meets by accident."""
    return decode_json(data, member="m.json", limit=1 << 20, canonical=canonical)


@pytest.mark.parametrize(
    ("value", "spelling"),
    [
        ({"b": 1, "a": [True, False, None]}, b'{"a":[true,false,null],"b":1}'),
        ("é\u2028\x7f/", '"é\u2028\x7f/"'.encode()),
        ('\b\t\n\f\r"\\\x1f', rb'"\b\t\n\f\r\"\\\u001f"'),
        (("a", -BIGGEST, BIGGEST), b'["a",-9007199254740991,9007199254740991]'),
        ("صورة", '"صورة"'.encode()),
    ],
)
def test_a_value_has_the_spelling_of_rfc_8785(value: object, spelling: bytes) -> None:
    """Keys ascend, nothing is spaced, only what must be escaped is."""
    assert encode_json(value) == spelling  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("value", "pointer"),
    [
        (1.0, ""),
        (BIGGEST + 1, ""),
        ({"a": [0, -BIGGEST - 1]}, "/a/1"),
        ({"é": 1}, ""),
        ({1: 1}, ""),
        ({"a\x00": 1}, ""),
        (["\x00"], "/0"),
        ({"a": {"b": "\ud800"}}, "/a/b"),
        ({"Somebody": b""}, "/*"),
        ({"a": {1, 2}}, "/a"),
    ],
)
def test_a_value_outside_the_restricted_form_is_not_encoded(value: object, pointer: str) -> None:
    """The caller hears where the fault is, but not which words stand in a key that people choose."""
    with pytest.raises(UsageError, match="expected") as caught:
        encode_json(value)  # type: ignore[arg-type]
    assert str(caught.value).startswith(f"json value#{pointer}: ")


def test_a_value_that_holds_itself_is_not_encoded() -> None:
    """The depth is limited, so a cycle ends."""
    cycle: list[object] = []
    cycle.append(cycle)
    with pytest.raises(UsageError, match="at most 32 levels"):
        encode_json(cycle)  # type: ignore[arg-type]


def test_a_checked_value_is_spelled_as_any_other() -> None:
    """The quick encoder differs in its checks only."""
    value = {"b": "صورة", "a": [1, None]}
    assert encode_checked_json(value) == encode_json(value)


@pytest.mark.parametrize("value", ["\ud800", BIGGEST + 1, {1, 2}])
def test_the_quick_encoder_refuses_what_it_cannot_spell(value: object) -> None:
    """What JSON cannot hold never becomes bytes."""
    with pytest.raises(UsageError, match="expected one that a shape accepts"):
        encode_checked_json(value)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("data", "pointer", "expected"),
    [
        (b'{"a":1,"a":1}', "", "each key once"),
        (b'{"a":1,"\\u0061":1}', "", "each key once"),
        (b'{"b":{"x":[1,{"a":1,"a":2}]}}', "/b/x/1", "each key once"),
        (b'{"a":[1.0]}', "/a/0", "an integer"),
        (b"[1e2]", "/0", "an integer"),
        (b'{"a":-0}', "/a", "an integer"),
        (b"[NaN]", "/0", "JSON"),
        (b"[-Infinity]", "/0", "JSON"),
        (b"9007199254740992", "", "an integer within ±(2^53−1)"),
        (b"-" + b"9" * 5000, "", "an integer within ±(2^53−1)"),
        (b'["\\ud800"]', "/0", "Unicode text"),
        (b'{"a":"\\u0000"}', "/a", "text without U+0000"),
        (b'{"\\u0000":1}', "", "text without U+0000"),
        ('{"é":1}'.encode(), "", "ASCII keys"),
        (b"\xff", "", "UTF-8"),
        (b'"\xed\xa0\x80"', "", "UTF-8"),
        (b"\xef\xbb\xbf{}", "", "JSON without a byte order mark"),
        ("{}".encode("utf-16-le"), "", "JSON"),
        (b"", "", "JSON"),
        (b"{} 1", "", "JSON"),
        (b'{"a":1,}', "", "JSON"),
        (b"'a'", "", "JSON"),
        (b'"\n"', "", "JSON"),
    ],
)
@pytest.mark.parametrize("canonical", [True, False])
def test_bytes_outside_the_restricted_form_are_refused(
    data: bytes,
    pointer: str,
    expected: str,
    canonical: bool,  # noqa: FBT001 - a parameter of the table
) -> None:
    """Each breach is named with its place, whoever wrote the file."""
    with pytest.raises(FormatError) as caught:
        decode(data, canonical=canonical)
    assert (caught.value.member, caught.value.pointer, caught.value.expected) == ("m.json", pointer, expected)


@pytest.mark.parametrize(
    "data", [b'{"a": 1}', b'{"b":1,"a":1}', b'"\\u0061"', b'"\\/"', b"1\n", b'"\\u001F"']
)
def test_another_spelling_of_the_same_value_is_refused(data: bytes) -> None:
    """One value has one spelling; a file that people edit may have any."""
    with pytest.raises(FormatError, match="the canonical spelling"):
        decode(data)
    assert decode(data, canonical=False) is not None


def test_size_is_looked_at_before_anything_else() -> None:
    """Bytes beyond the limit are not even decoded."""
    with pytest.raises(LimitError) as caught:
        decode_json(b"\xff" * 11, member="m.json", limit=10)
    assert (caught.value.limit, caught.value.maximum, caught.value.value) == ("size_bytes", 10, 11)


@pytest.mark.parametrize("opening", [b"[", b'{"a":', b'[{"]}\\"}":'])
def test_deep_nesting_is_refused_before_parsing(opening: bytes) -> None:
    """A hundred thousand brackets cost a scan, not a stack."""
    with pytest.raises(LimitError, match="JSON_DEPTH"):
        decode(opening * 100_000)


def test_the_greatest_depth_is_accepted() -> None:
    """The limit itself is inside."""
    depth = limits.JSON_DEPTH
    data = b"[" * depth + b"]" * depth
    assert encode_json(decode(data)) == data  # type: ignore[arg-type]


def test_brackets_in_text_are_no_depth() -> None:
    """Only structure counts."""
    data = b'["' + b'[{\\"' * 1000 + b'",[[],[]]]'
    assert decode(data) == ['[{"' * 1000, [[], []]]


def test_an_endless_string_is_scanned_once() -> None:
    """Half a million escaped quotation marks take no quadratic time."""
    with pytest.raises(FormatError, match="expected JSON"):
        decode(b"[]" * 33 + b'\\"' * 500_000)


@pytest.mark.parametrize("line", [b'{"a":1,"b":["x"]}', '"صورة"'.encode(), rb'"\\u0000"'])
def test_a_canonical_line_is_read(line: bytes) -> None:
    """An object or a text; a backslash followed by u0000 is plain text."""
    assert decode_canonical_line(line) == decode(line)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (b'{"a":1,"a":1}', "each key once"),
        (b'{"a": 1}', "the canonical spelling (RFC 8785)"),
        (b'{"a":-0}', "an integer"),
        (b'{"a":9007199254740992}', "an integer within ±(2^53−1)"),
        (b'{"a":18446744073709551616}', "an integer within ±(2^53−1)"),
        (rb'"\u0000"', "text without U+0000"),
        (b'"\xff"', "UTF-8"),
        (b'{"a":1}\n', "the canonical spelling (RFC 8785)"),
        (b"", "JSON"),
        (b"[]", "an object or a text"),
        (b"null", "an object or a text"),
    ],
)
def test_another_line_is_refused(line: bytes, expected: str) -> None:
    """The quick reader refuses what the strict one refuses, and in its words."""
    with pytest.raises(FormatError) as caught:
        decode_canonical_line(line, member="line 7")
    assert (caught.value.member, caught.value.expected) == ("line 7", expected)


def test_a_line_beyond_the_limit_is_not_parsed() -> None:
    """Its size decides alone."""
    with pytest.raises(LimitError, match="size_bytes"):
        decode_canonical_line(b'"' + b"a" * limits.ITEM_LINE_BYTES + b'"')


def test_a_line_deeper_than_the_parser_goes_is_refused() -> None:
    """The quick parser gives up and the strict one says why."""
    with pytest.raises(LimitError, match="JSON_DEPTH"):
        decode_canonical_line(b"[" * 2000 + b"]" * 2000)
