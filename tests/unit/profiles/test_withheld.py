"""A check about a withheld field is undetermined: closing one field of an item never makes a gap."""

from __future__ import annotations

import functools

import pytest
from attrs import evolve

from custody.format.item_fields import ITEM_FIELDS
from custody.profiles.answer import GAPS, State
from custody.profiles.subject import Subject, Thing
from tests.unit.profiles.test_cases import IDS, cases_of, state_of


def without(thing: Thing, field: str) -> Thing:
    """Return an item with one field closed."""
    members = {name: value for name, value in thing.members.items() if name != field}
    return evolve(thing, members=members, closed=thing.closed | {field})


@functools.cache
def subject_of(name: str, check_id: str) -> Subject:
    """Return an example that holds."""
    return cases_of(name)[check_id].holds()


@pytest.mark.parametrize(("name", "check_id"), IDS, ids=map("/".join, IDS))
def test_withholding_a_field_makes_no_gap(name: str, check_id: str) -> None:
    """Whichever item, and whichever field."""
    subject = subject_of(name, check_id)
    made: list[tuple[int, str]] = []
    for place, item in enumerate(subject.items):
        for field in ITEM_FIELDS:
            items = (*subject.items[:place], without(item, field), *subject.items[place + 1 :])
            if state_of(evolve(subject, items=items), name, check_id) in GAPS:
                made.append((place, field))
    assert made == []


@pytest.mark.parametrize(("name", "check_id"), IDS, ids=map("/".join, IDS))
def test_withholding_everything_shows_nothing(name: str, check_id: str) -> None:
    """No gap; and what still holds rests on something else, or asks that something be withheld."""
    subject = subject_of(name, check_id)
    items = tuple(functools.reduce(without, ITEM_FIELDS, item) for item in subject.items)
    state = state_of(evolve(subject, items=items), name, check_id)
    assert state not in GAPS
    if state in {State.MET, State.DECLARED}:
        # It holds without any item too, or has nothing to ask.
        assert state_of(evolve(subject, items=()), name, check_id) in {state, State.NOT_APPLICABLE}
