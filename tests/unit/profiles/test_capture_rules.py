"""Captures: how soon they were hashed, which copy stays as it was, and what stays closed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from custody.profiles.answer import Place, State
from custody.profiles.rules.captures import ask_closed_in_parts, ask_evidence_copies, ask_hashed_soon
from custody.profiles.subject import Stage, Subject, Thing
from tests.unit.profiles.subjects import NOW

SOON = {"from": "origin.ended", "any": ["origin.original_digest.at"], "at_most_s": 600}
COPIES = {"in": ["original", "copy"]}
MADE = {"of": [{"item": 1}], "how": "cropped"}

Fields = Mapping[str, Any]


def subject(
    *items: Fields | Thing,
    sealed_at: str | None = None,
    stage: Stage = Stage.BUNDLE,
    events: tuple[Thing, ...] = (),
    whole: bool = True,
) -> Subject:
    """Return items, sealed then."""
    things = tuple(
        one if isinstance(one, Thing) else Thing(place=Place(object="item", number=number), members=one)
        for number, one in enumerate(items, 1)
    )
    case = Thing(place=Place(object="case"))
    members = {} if sealed_at is None else {"claimed_at": sealed_at}
    seal = Thing(place=Place(object="seal"), members=members) if stage is Stage.BUNDLE else None
    return Subject(stage=stage, moment=NOW, items=things, case=case, seal=seal, events=events, whole=whole)


def closed(name: str, **members: Any) -> Thing:  # noqa: ANN401 - JSON values
    """Return an item of which one field is withheld."""
    return Thing(place=Place(object="item", number=1), members=members, closed=frozenset({name}))


def ended(at: str | None = None) -> Fields:
    """Return an item that was collected at eleven, with a digest of some moment."""
    digest = {} if at is None else {"original_digest": {"at": at}}
    return {"origin": {"ended": "2026-03-01T11:00:00Z", **digest}}


@pytest.mark.parametrize(
    ("item", "sealed_at", "state"),
    [
        (ended("2026-03-01T11:10:00Z"), "2026-03-01T12:00:00Z", State.MET),
        (ended("2026-03-01T11:10:01Z"), "2026-03-01T12:00:00Z", State.NOT_MET),
        (ended("2026-03-01T10:59:59Z"), "2026-03-01T12:00:00Z", State.NOT_MET),
        (ended(), "2026-03-01T11:09:00Z", State.MET),
        (ended(), "2026-03-01T11:11:00Z", State.NOT_MET),
        (ended(), None, State.UNDETERMINED),
        ({"origin": {}}, "2026-03-01T11:00:00Z", State.NOT_MET),
        (closed("origin"), "2026-03-01T11:00:00Z", State.UNDETERMINED),
    ],
)
def test_a_digest_is_taken_soon_after_collecting(
    item: Fields | Thing, sealed_at: str | None, state: State
) -> None:
    """By the tool, else by the seal; never before collecting ended."""
    assert ask_hashed_soon(subject(item, sealed_at=sealed_at), SOON).state is state


def test_before_sealing_the_seal_is_no_earlier_than_now() -> None:
    """An hour has passed."""
    assert ask_hashed_soon(subject(ended(), stage=Stage.SOURCE), SOON).state is State.NOT_MET


def test_a_bundle_without_a_readable_seal_tells_no_time() -> None:
    """Undetermined, unless the item has a digest of its own."""
    bare = Subject(
        stage=Stage.BUNDLE,
        moment=NOW,
        items=(Thing(place=Place(object="item", number=1), members=ended()),),
        case=Thing(place=Place(object="case")),
    )
    assert ask_hashed_soon(bare, SOON).state is State.UNDETERMINED


@pytest.mark.parametrize(
    ("item", "state"),
    [
        ({"origin": {"role": "original"}}, State.MET),
        ({"origin": {"role": "copy"}, "derivation": MADE}, State.NOT_MET),
        ({"origin": {"role": "working"}, "derivation": MADE}, State.MET),
        ({"origin": {"role": "working"}}, State.NOT_MET),
        ({"origin": {}}, State.NOT_MET),
        (closed("origin"), State.UNDETERMINED),
        (closed("derivation", origin={"role": "original"}), State.UNDETERMINED),
        (closed("derivation", origin={"role": "working"}), State.UNDETERMINED),
    ],
)
def test_evidence_was_made_of_nothing_and_the_rest_of_something(item: Fields | Thing, state: State) -> None:
    """As the item says."""
    assert ask_evidence_copies(subject(item), COPIES).state is state


@pytest.mark.parametrize(
    ("data", "state"),
    [
        ({"inputs": [0], "outputs": [0]}, State.NOT_MET),
        ({"inputs": [0], "outputs": [1]}, State.MET),
        ({"inputs": [0], "outputs": [0], "bundle": "0" * 32}, State.MET),
    ],
)
def test_evidence_came_out_of_no_change_in_the_log(data: Fields, state: State) -> None:
    """What came out in another bundle is another item."""
    event = Thing(place=Place(object="event"), members={"type": "redacted", "data": data})
    answer = ask_evidence_copies(subject({"origin": {"role": "original"}}, events=(event,)), COPIES)
    assert answer.state is state


@pytest.mark.parametrize(
    ("item", "whole", "state"),
    [
        ({"extra": {"machine_ip": "192.0.2.7"}}, True, State.NOT_APPLICABLE),
        ({"extra": {"machine_ip": "192.0.2.7"}}, False, State.NOT_MET),
        ({"extra": {}}, False, State.MET),
        (closed("extra"), False, State.MET),
    ],
)
def test_what_was_recorded_stays_closed_in_parts(item: Fields | Thing, whole: bool, state: State) -> None:  # noqa: FBT001 - a parameter of the test
    """In the whole it may be open."""
    answer = ask_closed_in_parts(subject(item, whole=whole), {"members": ["extra.machine_ip"]})
    assert answer.state is state
