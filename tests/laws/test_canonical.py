"""Laws of canonical JSON: one value, one spelling; two readers, one answer; another library agrees."""

from __future__ import annotations

import json

import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from custody.errors import BundleError
from custody.format.canonical import (
    JSONValue,
    decode_canonical_line,
    decode_json,
    encode_checked_json,
    encode_json,
)

BIGGEST = 2**53 - 1
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"))
KEYS = st.text(st.characters(max_codepoint=127, exclude_characters="\x00"), max_size=8)
SCALARS = st.none() | st.booleans() | st.integers(-BIGGEST, BIGGEST) | TEXTS
VALUES: st.SearchStrategy[JSONValue] = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=20,
)
# Bytes that look like JSON: pieces in any order.
PIECES = [
    b"{",
    b"}",
    b"[",
    b"]",
    b",",
    b":",
    b'"a"',
    b'"b"',
    b'"',
    b"\\",
    b"\\u00",
    b"61",
    b"1",
    b"-0",
    b"1.5",
    b" ",
    b"null",
]
TEXTS_LIKE_JSON = st.lists(st.sampled_from(PIECES), max_size=12).map(b"".join)


def strict(data: bytes) -> JSONValue | BundleError:
    """The strict reader's answer, or its refusal."""
    try:
        return decode_json(data, member="m", limit=1 << 16)
    except BundleError as error:
        return error


@given(VALUES)
def test_the_spelling_is_that_of_another_implementation(value: JSONValue) -> None:
    """The rfc8785 package writes the same bytes."""
    assert encode_json(value) == rfc8785.dumps(value)


@given(VALUES)
def test_decoding_gives_back_what_was_encoded(value: JSONValue) -> None:
    """Nothing is lost and nothing changes its type."""
    decoded = strict(encode_json(value))
    assert decoded == value
    assert json.dumps(decoded) == json.dumps(value, sort_keys=True)


@given(TEXTS_LIKE_JSON)
def test_canonical_bytes_are_a_fixpoint(data: bytes) -> None:
    """Whatever is accepted is the only spelling of its value."""
    decoded = strict(data)
    if not isinstance(decoded, BundleError):
        assert encode_json(decoded) == data


@given(VALUES)
def test_the_quick_encoder_agrees_with_the_strict_one(value: JSONValue) -> None:
    """It differs in what it checks, not in what it writes."""
    assert encode_checked_json(value) == encode_json(value)


@given(TEXTS_LIKE_JSON | st.binary(max_size=40) | VALUES.map(encode_json))
def test_the_quick_reader_agrees_with_the_strict_one(data: bytes) -> None:
    """But for floats, which it leaves to the shapes, and for lists and single values, which are no lines."""
    wanted = strict(data)
    try:
        found: object = decode_canonical_line(data)
    except BundleError:
        assert isinstance(wanted, BundleError) or not isinstance(wanted, dict | str)
    else:
        assert found == wanted or b"1.5" in data


@given(VALUES)
def test_a_spaced_spelling_is_accepted_only_from_people(value: JSONValue) -> None:
    """People may edit their own files; bundles are exact."""
    data = b" " + encode_json(value)
    assert decode_json(data, member="m", limit=1 << 16, canonical=False) == value
    assert isinstance(strict(data), BundleError)
