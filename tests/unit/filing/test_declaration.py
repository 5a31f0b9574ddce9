"""What a declarant says of himself: read strictly, and taken for nothing else."""

from __future__ import annotations

import contextlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custody.errors import FormatError, LimitError, UsageError
from custody.filing.declaration import (
    Declaration,
    ExhibitRequest,
    decode_declaration,
    refuse_future_dates,
)
from custody.format.declaration import DECLARATION_BYTES, DECLARATION_FORMAT
from custody.format.schema import compile_schema, load_schema
from custody.model.instant import decode_instant


def encoded(**members: Any) -> bytes:  # noqa: ANN401 - members of JSON
    """Return a declaration file with these members."""
    return json.dumps({"format": DECLARATION_FORMAT, **members}).encode()


def test_an_empty_declaration_says_nothing() -> None:
    """Every blank stays a blank."""
    read = decode_declaration(encoded())
    assert (read.said, read.exhibits, read.country, read.inside_united_states) == ({}, (), None, None)


def test_texts_are_found_by_their_paths() -> None:
    """Those at the top by their names."""
    read = decode_declaration(encoded(declarant={"name": "Person Seven"}, gaps="none"))
    assert read.get("declarant.name") == "Person Seven"
    assert read.get("gaps") == "none"
    assert read.get("declarant.position") is None


def test_exhibits_keep_their_order_and_labels() -> None:
    """As the court will call them."""
    read = decode_declaration(encoded(exhibits=[{"item": 9, "label": "Exhibit 1"}, {"item": 2}]))
    assert read.exhibits == (ExhibitRequest(number=9, label="Exhibit 1"), ExhibitRequest(number=2))


@pytest.mark.parametrize(("country", "inside"), [("US", True), ("GU", True), ("DE", False), ("GB", False)])
def test_the_country_decides_on_the_form_of_section_1746(country: str, *, inside: bool) -> None:
    """Territories, possessions and commonwealths count as inside."""
    assert decode_declaration(encoded(execution={"country": country})).inside_united_states is inside


@pytest.mark.parametrize(
    "members",
    [
        {"unknown": "x"},
        {"declarant": {}},
        {"declarant": {"name": ""}},
        {"declarant": {"name": 7}},
        {"execution": {"place": "Oslo"}},
        {"execution": {"country": "usa"}},
        {"exhibits": []},
        {"exhibits": [{"item": 0}]},
        {"exhibits": [{"item": 1}, {"item": 1}]},
        {"notice": {"on": "2026-02-30"}},
        {"format": "custody/declaration/2"},
    ],
)
def test_another_form_is_refused(members: dict[str, Any]) -> None:
    """A slip must not become a blank in a document that is sworn."""
    with pytest.raises(FormatError):
        decode_declaration(encoded(**members))


def test_what_is_no_json_or_too_large_is_refused() -> None:
    """Before anything is read of it."""
    with pytest.raises(FormatError):
        decode_declaration(b"declarant = 'Person Seven'")
    with pytest.raises(LimitError):
        decode_declaration(b" " * (DECLARATION_BYTES + 1))


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    """Nothing else comes of them."""
    read: Declaration | None = None
    with contextlib.suppress(FormatError, LimitError):
        read = decode_declaration(data)
    assert read is None or read.said is not None


def test_the_published_schema_is_that_of_the_reader() -> None:
    """It takes and refuses the same, apart from what it says of itself."""
    check = compile_schema(load_schema("declaration-1"))
    assert check(json.loads(encoded(declarant={"name": "Person Seven"}))) == ()
    assert check(json.loads(encoded(declarant={"age": 7}))) != ()


def test_at_the_end_of_the_calendar_nothing_lies_in_the_future() -> None:
    """No day can be added there."""
    last = decode_instant("9999-12-31T12:00:00Z")
    refuse_future_dates(Declaration(said={"notice.on": "9999-12-31"}), last)
    with pytest.raises(UsageError, match="found 9999-12-31"):
        refuse_future_dates(
            Declaration(said={"notice.on": "9999-12-31"}), decode_instant("9999-12-29T00:00:00Z")
        )
