"""Readers and published schemas agree, but for the rules that are listed here.

For each kind of JSON: what the reader accepts, the schema accepts; and what the schema accepts, the reader
accepts when the listed rules hold as well. The rules are written here once more, apart from the readers.
"""

from __future__ import annotations

import base64
import contextlib
from collections.abc import Callable, Iterator
from datetime import date
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custody.errors import BundleError
from custody.format.canonical import encode_json
from custody.format.event import decode_body, decode_opening, decode_statement, encode_statement
from custody.format.event_fields import EVENT_FIELDS, EVENT_TYPES
from custody.format.item_fields import ITEM_FIELDS
from custody.format.item_line import decode_item_line
from custody.format.schema import compile_schema
from tests import strategies
from tools.make_schemas import attestation_schema, event_schema, item_line_schema, opening_schema

Value = Any
Check = Callable[[Value], bool]

CHECKS = {
    "line": compile_schema(item_line_schema()),
    "event": compile_schema(event_schema()),
    "attestation": compile_schema(attestation_schema()),
    "opening": compile_schema(opening_schema()),
}
# Members whose lists ascend, wherever they stand.
ASCENDING = {
    "referrals",
    "scope",
    "scopes",
    "states",
    "keys",
    "leaves",
    "inputs",
    "outputs",
    "failed",
    "over",
} | {
    "events",
    "heads",
    "holdings",
    "old",
    "prev",
}
# Members that hold a date or an instant.
CALENDAR = {"date", "document_date", "review"} | {
    *("at", "captured", "captured_end", "collected", "published", "started", "ended"),
    *("expires", "effective", "from", "until", "since"),
}


def accepted(read: Callable[[], object]) -> bool:
    """Whether a reader takes its bytes; only errors about the bundle may leave it."""
    with contextlib.suppress(BundleError):
        read()
        return True
    return False


def reads_line(value: Value) -> bool:
    """Whether the reader of lines takes a value."""
    return accepted(lambda: decode_item_line(encode_json(value), 1))


def reads_statement(value: Value, *, attestation: bool) -> bool:
    """Whether the reader of event.json takes a value."""
    return accepted(
        lambda: decode_statement(encode_json(value), member="event.json", attestation=attestation)
    )


def reads_opening(value: Value) -> bool:
    """Whether the reader of openings, and of bodies, takes a value under the name and tag that it bears."""
    name = value[2] if isinstance(value, list) and len(value) == 4 and value[2] in EVENT_FIELDS else "body"
    attestation = isinstance(value, list) and len(value) == 4 and value[1] == "attestation"

    def read() -> None:
        tag = "attestation" if attestation else "event"
        opening = decode_opening(encode_json(value), name, member=f"{name}.json", tag=tag)
        if name == "body":
            decode_body(opening, member="body.json", attestation=attestation)

    return accepted(read)


# ---------------------------------------------------------------------------- the rules that no schema states
def members(value: Value, name: str = "") -> Iterator[tuple[str, Value]]:
    """Every value inside a value, with the name of the member that it stands in."""
    yield name, value
    if isinstance(value, dict):
        for key, entry in value.items():
            yield from members(entry, key)
    elif isinstance(value, list):
        for entry in value:
            yield from members(entry)


def is_day(text: str) -> bool:
    """Whether the first ten characters are a day of the calendar."""
    with contextlib.suppress(ValueError):
        date.fromisoformat(text[:10])
        return True
    return False


def general_rules(value: Value) -> bool:
    """Days exist, lists that ascend do, base64 holds no more bytes than it may."""
    for name, entry in members(value):
        if name in CALENDAR and isinstance(entry, str) and not is_day(entry):
            return False
        if name in ASCENDING and isinstance(entry, list) and not ascends(entry):
            return False
        if name == "base64" and isinstance(entry, str) and not 1 <= len(base64.b64decode(entry)) <= 4096:
            return False
    return True


def ascends(entries: list[Value]) -> bool:
    """Whether texts or integers ascend; lists of objects and rows have rules of their own."""
    if not all(isinstance(entry, str | int) for entry in entries):
        return True
    return all(first < second for first, second in pairwise(entries))


def line_rules(value: Value) -> bool:
    """Salts of a partly open line differ, and its padding has nothing but its kind."""
    if not isinstance(value, dict) or "open" not in value:
        return True
    opened = value["open"]
    if len({salt for salt, _ in opened.values()}) != len(opened):
        return False
    values = {name: entry for name, (_, entry) in opened.items()}
    padding = isinstance(values.get("kind"), dict) and values["kind"]["kind"] == "padding"
    if padding:
        return len(values["kind"]) == 1 and all(
            entry is None for name, entry in values.items() if name != "kind"
        )
    return not ("content" in values and "kind" in values and values["content"] is None)


def body_rules(body: Value) -> bool:
    """Signers, anchors and names of fields are in their order, no key is listed twice, the actor signs."""
    names = [signer["identity"] for signer in body["signers"]]
    keys = [key for signer in body["signers"] for key in signer["keys"]]
    anchors = [anchor["sha256"] for anchor in body["anchors"]]
    order = [EVENT_FIELDS.index(name) for name in body["fields"]]
    owners = {"manifest": "sealed", "opened": "disclosed"}
    return (
        ascends(names)
        and len(keys) == len(set(keys))
        and body["actor"] in names
        and ascends(anchors)
        and order == sorted(order)
        and all(owners.get(name, body["type"]) == body["type"] for name in body["fields"])
    )


def opened_rules(opened: Value) -> bool:
    """Runs ascend and are joined where they can be; ids of events ascend, and the event itself is last."""
    if any(last < first for first, last, _ in opened["items"]):
        return False
    for (_, end, mask), (start, _, next_mask) in pairwise(opened["items"]):
        if start <= end or (start == end + 1 and mask == next_mask):
            return False
    names = [name for name, _ in opened["events"]]
    return names[-1] == "self" and "self" not in names[:-1] and ascends(names[:-1])


def opening_rules(value: Value) -> bool:
    """The rules of the field that is opened."""
    special = {"body": body_rules, "opened": opened_rules}.get(value[2])
    return general_rules(value[3]) and (special is None or special(value[3]))


def by_schema(name: str, value: Value, rules: Check) -> bool:
    """Whether a schema, and the rules that only the reader knows, accept a value."""
    return CHECKS[name](value) == () and rules(value)


# ------------------------------------------------------------------------------------------------------ laws
@given(strategies.lines())
def test_every_generated_line_is_read(value: Value) -> None:
    """The generators make what the reader takes."""
    assert reads_line(value)


@given(strategies.lines() | strategies.harmed(strategies.lines()))
def test_reader_and_schema_of_lines_agree(value: Value) -> None:
    """Also on lines that were changed anywhere."""
    assert reads_line(value) == by_schema(
        "line", value, lambda line: general_rules(line) and line_rules(line)
    )


def as_json(*, attestation: bool) -> st.SearchStrategy[Value]:
    """Statements as JSON values."""
    made = strategies.attestation_statements() if attestation else strategies.statements()
    names = ["v", "bundle", "prev", "fields"] + ([] if attestation else ["holding", "seq"])

    def spell(statement: Value) -> Value:
        found = {
            "v": 1,
            "bundle": statement.bundle_id,
            "holding": statement.holding,
            "seq": statement.seq,
            "prev": list(statement.prev),
            "fields": list(statement.fields),
        }
        return {name: found[name] for name in names}

    return made.map(spell)


@pytest.mark.parametrize("attestation", [False, True])
@given(data=st.data())
def test_reader_and_schema_of_statements_agree(data: st.DataObject, *, attestation: bool) -> None:
    """In the log and among attestations, also on statements that were changed anywhere."""
    made = as_json(attestation=attestation)
    value = data.draw(made | strategies.harmed(made))
    name = "attestation" if attestation else "event"
    assert reads_statement(value, attestation=attestation) == by_schema(name, value, general_rules)


@pytest.mark.parametrize("attestation", [False, True])
@given(data=st.data())
def test_a_statement_survives_writing_and_reading(data: st.DataObject, *, attestation: bool) -> None:
    """What was encoded comes back."""
    made = strategies.attestation_statements() if attestation else strategies.statements()
    statement = data.draw(made)
    encoded = encode_statement(statement, attestation=attestation)
    assert decode_statement(encoded, member="event.json", attestation=attestation) == statement


def openings(name: str) -> st.SearchStrategy[Value]:
    """Openings of a field as JSON values, under the tag of events."""
    values = strategies.any_body() if name == "body" else strategies.event_values(name)
    return st.tuples(strategies.hex_digits(64), st.just("event"), st.just(name), values).map(list)


def attestation_bodies() -> st.SearchStrategy[Value]:
    """Openings of bodies under the tag of attestations."""
    types = [kind.name for kind in EVENT_TYPES.values() if kind.attestation]
    bodies = st.sampled_from(types).flatmap(strategies.bodies)
    return st.tuples(strategies.hex_digits(64), st.just("attestation"), st.just("body"), bodies).map(list)


# A body has rules of its own, and so has `opened`; of the other fields any will do.
OPENINGS = {
    "body": openings("body"),
    "opened": openings("opened"),
    "other": st.one_of(*(openings(name) for name in EVENT_FIELDS if name not in {"body", "opened"})),
}


@pytest.mark.parametrize("kind", OPENINGS)
@given(data=st.data())
def test_every_generated_opening_is_read(data: st.DataObject, kind: str) -> None:
    """The generators make what the reader takes, for each field and every type."""
    assert reads_opening(data.draw(OPENINGS[kind]))


@pytest.mark.parametrize("kind", OPENINGS)
@given(data=st.data())
def test_reader_and_schema_of_openings_agree(data: st.DataObject, kind: str) -> None:
    """Also on openings that were changed anywhere."""
    value = data.draw(strategies.harmed(OPENINGS[kind]))
    assert reads_opening(value) == by_schema("opening", value, opening_rules)


@given(value=attestation_bodies() | strategies.harmed(attestation_bodies()))
def test_reader_and_schema_of_attestations_agree(value: Value) -> None:
    """An attestation has a type of its own list."""
    assert reads_opening(value) == by_schema("opening", value, opening_rules)


def test_the_generators_know_every_field() -> None:
    """Ten fields of an item are generated."""
    assert tuple(strategies.ITEM_VALUES) == ITEM_FIELDS
