"""Every check of every profile has an example that holds and one that does not: `cases/<profile>.py`."""

from __future__ import annotations

import importlib
import importlib.util

import pytest

from custody.profiles.answer import State
from custody.profiles.gaps import check
from custody.profiles.profile import load_profile, profile_names
from custody.profiles.subject import Subject
from tests.unit.profiles.case import Case


def cases_of(profile: str) -> dict[str, Case]:
    """Return the examples of a profile by the ids of its checks; none where nobody has written them."""
    name = f"tests.unit.profiles.cases.{profile.replace('-', '_')}"
    if importlib.util.find_spec(name) is None:
        return {}
    cases: dict[str, Case] = importlib.import_module(name).CASES
    return cases


PROFILES = {name: load_profile(name) for name in profile_names()}
IDS = [(name, check_id) for name in PROFILES for check_id in cases_of(name)]
UNCLEAR = [(name, check_id) for name, check_id in IDS if cases_of(name)[check_id].unclear is not None]


def state_of(subject: Subject, name: str, check_id: str) -> State:
    """Return what one check of a profile says of a subject."""
    gaps = check(subject, PROFILES[name])
    return next(one.answer.state for one in gaps.checked if one.check.id == check_id)


@pytest.mark.parametrize("name", PROFILES)
def test_every_check_has_its_examples(name: str) -> None:
    """No more, no less."""
    assert set(cases_of(name)) == {one.id for one in PROFILES[name].checks}


@pytest.mark.parametrize(("name", "check_id"), IDS, ids=map("/".join, IDS))
def test_an_example_that_holds_is_met_or_declared(name: str, check_id: str) -> None:
    """By a program, or by a named person: the two words are never exchanged."""
    asked = next(one for one in PROFILES[name].checks if one.id == check_id)
    expected = State.DECLARED if asked.kind.value == "declared" else State.MET
    assert state_of(cases_of(name)[check_id].holds(), name, check_id) is expected


@pytest.mark.parametrize(("name", "check_id"), IDS, ids=map("/".join, IDS))
def test_an_example_that_fails_is_a_gap(name: str, check_id: str) -> None:
    """Not met, or not declared."""
    asked = next(one for one in PROFILES[name].checks if one.id == check_id)
    expected = State.NOT_DECLARED if asked.kind.value == "declared" else State.NOT_MET
    assert state_of(cases_of(name)[check_id].fails(), name, check_id) is expected


@pytest.mark.parametrize(("name", "check_id"), UNCLEAR, ids=map("/".join, UNCLEAR))
def test_what_cannot_be_seen_is_undetermined(name: str, check_id: str) -> None:
    """Withheld, unreadable or not trusted is no failure."""
    unclear = cases_of(name)[check_id].unclear
    assert unclear is not None
    assert state_of(unclear(), name, check_id) is State.UNDETERMINED
