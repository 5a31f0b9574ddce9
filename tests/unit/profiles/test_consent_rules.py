"""Consent as it was sealed and as the log changed it, and who got what: what the examples do not show."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from custody.model.instant import decode_instant
from custody.profiles.answer import Answer, Place, State
from custody.profiles.rules.consent import ask_consent
from custody.profiles.rules.handovers import (
    ask_in_scope,
    ask_not_after_withdrawal,
    ask_recipients_told,
)
from custody.profiles.subject import Stage, Subject, Thing

TESTIMONY = {"of": [{"member": "kind.kind", "in": ["testimony"]}]}
FOR_ICC = {**TESTIMONY, "scopes": ["icc-otp"]}
NOW = decode_instant("2026-03-01T12:00:00Z")
EARLY, LATE = "2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z"
AGREED = {"consent": {"given": True}, "scopes": {"icc-otp": True, "media": False}}
ALL, BARE = 1023, 1023 & ~1 & ~64

Fields = Mapping[str, Any]


def item(number: int, closed: frozenset[str] = frozenset(), **fields: Any) -> Thing:  # noqa: ANN401 - JSON values
    """Return a testimony with these fields."""
    members = {"kind": {"kind": "testimony"}, "terms": AGREED, **fields}
    given = {name: value for name, value in members.items() if value is not None and name not in closed}
    return Thing(place=Place(object="item", number=number), members=given, closed=closed)


def made_of(number: int, *above: Fields, **fields: Any) -> Thing:  # noqa: ANN401 - JSON values
    """Return an item that was made of others."""
    derivation = {"of": list(above), "how": "transcribed"}
    return item(number, **{"kind": {"kind": "derived"}, "derivation": derivation, "terms": None, **fields})


def event(type_: str, at: str = EARLY, closed: frozenset[str] = frozenset(), **members: Any) -> Thing:  # noqa: ANN401 - JSON values
    """Return an event with these data and, beside them, open fields."""
    names = ("purpose", "opened")
    fields = {name: members.pop(name) for name in names if name in members}
    given = {"type": type_, "event": f"{type_}/{at}", "claimed_at": at, "data": members, **fields}
    return Thing(place=Place(object="event", event_id=type_), members=given, closed=closed)


def changed(type_: str, effective: str, **data: Any) -> Thing:  # noqa: ANN401 - JSON values
    """Return a change of the consent to the first item."""
    return event(type_, leaves=[0], effective=effective, **data)


def went(type_: str = "submitted", at: str = EARLY, purpose: str | None = "icc-otp", **data: Any) -> Thing:  # noqa: ANN401 - JSON values
    """Return an event by which somebody got items."""
    fields: dict[str, Any] = {} if purpose is None else {"purpose": {"text": purpose}}
    return event(type_, at, to={"identity": "office"}, **fields, **data)


def subject(*things: Thing, unseen: frozenset[str] = frozenset()) -> Subject:
    """Return a bundle of these items and events."""
    return Subject(
        stage=Stage.BUNDLE,
        moment=NOW,
        items=tuple(thing for thing in things if thing.place.object == "item"),
        events=tuple(thing for thing in things if thing.place.object == "event"),
        case=Thing(place=Place(object="case")),
        unseen=unseen,
    )


def agreed(*things: Thing, unseen: frozenset[str] = frozenset()) -> Answer:
    """Ask whether the consent to testimonies covers the Court."""
    return ask_consent(subject(*things, unseen=unseen), FOR_ICC)


@pytest.mark.parametrize(
    ("things", "state"),
    [
        ([item(1, terms=None)], State.NOT_MET),
        ([item(1, terms={"consent": {"given": False}, "scopes": {"icc-otp": True}})], State.NOT_MET),
        ([item(1, terms={**AGREED, "withdrawn": {"at": LATE}})], State.NOT_MET),
        ([item(1, terms={**AGREED, "withdrawn": {"at": LATE, "scope": ["media"]}})], State.MET),
        ([item(1, terms={**AGREED, "withdrawn": {"at": "2027-01-01T00:00:00Z"}})], State.MET),
        ([item(1), changed("consent-withdrawn", LATE)], State.NOT_MET),
        ([item(1), changed("consent-withdrawn", LATE, scopes=["media"])], State.MET),
        ([item(1), changed("consent-withdrawn", LATE, scope_commitment="0" * 64)], State.UNDETERMINED),
        ([item(1), changed("consent-withdrawn", EARLY), changed("consent-recorded", LATE)], State.MET),
        ([item(1), changed("consent-recorded", LATE), changed("consent-withdrawn", LATE)], State.NOT_MET),
        ([item(1, terms=None), changed("consent-recorded", EARLY, scopes=["icc-otp"])], State.MET),
        ([item(2), changed("consent-withdrawn", LATE)], State.MET),
        ([item(1, frozenset({"terms"}))], State.UNDETERMINED),
        ([item(1, frozenset({"kind"}), terms=None)], State.UNDETERMINED),
        ([item(1, kind={"kind": "record"}, terms=None)], State.NOT_APPLICABLE),
    ],
)
def test_consent_stands_as_it_was_last_changed(things: list[Thing], state: State) -> None:
    """A withdrawal of the same moment wins; one for another use changes nothing."""
    assert agreed(*things).state is state


def test_consent_in_a_log_that_cannot_be_seen_whole_is_undetermined() -> None:
    """It may have been withdrawn there."""
    assert agreed(item(1), unseen=frozenset({"event"})).state is State.UNDETERMINED


def test_consent_to_no_use_at_all_is_none() -> None:
    """That somebody agreed, without saying to what, is not enough."""
    assert ask_consent(subject(item(1, terms={"consent": {"given": True}})), TESTIMONY).state is State.NOT_MET


@pytest.mark.parametrize(
    ("things", "state"),
    [
        ([item(1), made_of(2, {"item": 1})], State.MET),
        ([item(1), item(2, terms=None), made_of(3, {"item": 1}, {"item": 2})], State.NOT_MET),
        ([item(1), made_of(3, {"item": 2}), made_of(2, {"item": 1})], State.MET),
        ([item(1), made_of(2, {"item": 1}, terms={"consent": {"given": False}})], State.NOT_MET),
        ([item(1), made_of(2, {"item": 3}, {"item": 1}), made_of(3, {"item": 2})], State.MET),
        ([made_of(2, {"item": 1, "bundle": "0" * 32})], State.NOT_APPLICABLE),
        ([item(1, frozenset({"kind"})), made_of(2, {"item": 1}, terms={})], State.MET),
        ([item(1, frozenset({"terms"})), made_of(2, {"item": 1})], State.UNDETERMINED),
    ],
)
def test_what_was_made_of_a_testimony_needs_the_same_consent(things: list[Thing], state: State) -> None:
    """Its own terms hold if it has some, else those of everything that it was made of here."""
    assert agreed(*things).state is state


@pytest.mark.parametrize(
    ("purpose", "terms", "state"),
    [
        ("icc-otp", AGREED, State.MET),
        ("ICC-OTP: situation 7", AGREED, State.MET),
        ("icc-otp-like", AGREED, State.NOT_MET),
        ("for the press", AGREED, State.NOT_MET),
        (None, AGREED, State.NOT_MET),
        ("media: film", AGREED, State.NOT_MET),
        (None, {**AGREED, "scopes": {"partner-organisation": True}, "partners": ["office"]}, State.MET),
        (None, {**AGREED, "partners": ["office"]}, State.NOT_MET),
        (None, {**AGREED, "partners": ["another office"]}, State.NOT_MET),
    ],
)
def test_a_handover_says_what_it_is_for(purpose: str | None, terms: Fields, state: State) -> None:
    """By a scope at the beginning of its purpose, or because the recipient is named as a partner."""
    assert ask_in_scope(subject(item(1, terms=terms), went(purpose=purpose)), TESTIMONY).state is state


def test_each_of_those_who_speak_is_asked_by_his_own_terms() -> None:
    """One knows the recipient as a partner, the other agreed to the use that the event names."""
    partner = {**AGREED, "scopes": {"partner-organisation": True}, "partners": ["office"]}
    both = made_of(3, {"item": 1}, {"item": 2})
    things = (item(1, terms=partner), item(2), both)
    part = went("disclosed", opened={"items": [[2, 2, ALL]]})
    answer = ask_in_scope(subject(*things, part), TESTIMONY)
    assert answer.state is State.MET


def test_a_purpose_that_is_withheld_is_undetermined() -> None:
    """It may name the right use."""
    hidden = event("submitted", closed=frozenset({"purpose"}), to={"identity": "office"})
    assert ask_in_scope(subject(item(1), hidden), TESTIMONY).state is State.UNDETERMINED


@pytest.mark.parametrize(
    ("opened", "state"),
    [
        ({"opened": {"items": [[0, 0, ALL]]}}, State.NOT_MET),
        ({"opened": {"items": [[0, 0, BARE]]}}, State.NOT_APPLICABLE),
        ({"opened": {"items": [[1, 5, ALL]]}}, State.NOT_APPLICABLE),
        ({}, State.NOT_APPLICABLE),
        ({"closed": frozenset({"opened"})}, State.UNDETERMINED),
    ],
)
def test_a_part_concerns_what_is_open_in_it(opened: Fields, state: State) -> None:
    """Contents and persons count; other open fields say nothing about somebody."""
    handover = went("disclosed", purpose="media", **opened)
    assert ask_in_scope(subject(item(1), handover), TESTIMONY).state is state


def test_a_handover_without_a_time_is_passed_over() -> None:
    """It is a stub: the log is not seen whole then, which says so."""
    stub = Thing(place=Place(object="event"), closed=frozenset({"type", "claimed_at"}))
    answer = ask_in_scope(subject(item(1), stub, unseen=frozenset({"event"})), TESTIMONY)
    assert answer.state is State.UNDETERMINED


@pytest.mark.parametrize(
    ("changes", "purpose", "state"),
    [
        ([], "icc-otp", State.MET),
        ([changed("consent-withdrawn", EARLY)], "icc-otp", State.NOT_MET),
        ([changed("consent-withdrawn", EARLY, scopes=["media"])], "icc-otp", State.MET),
        ([changed("consent-withdrawn", EARLY, scopes=["media"])], "to somebody", State.UNDETERMINED),
        ([changed("consent-withdrawn", EARLY, scope_commitment="0" * 64)], "icc-otp", State.UNDETERMINED),
        ([changed("consent-withdrawn", EARLY), changed("consent-recorded", LATE)], "icc-otp", State.MET),
        ([changed("consent-withdrawn", "2026-02-03T00:00:00Z")], "icc-otp", State.MET),
        ([changed("consent-recorded", EARLY, scopes=["media"])], "to somebody", State.MET),
        (
            [changed("consent-withdrawn", EARLY), changed("consent-recorded", LATE, scopes=["media"])],
            "to somebody",
            State.UNDETERMINED,
        ),
    ],
)
def test_nobody_gets_what_was_withdrawn(changes: list[Thing], purpose: str, state: State) -> None:
    """Neither altogether nor for the use that it was withdrawn for."""
    handover = went(at="2026-02-02T00:00:00Z", purpose=purpose)
    answer = ask_not_after_withdrawal(subject(item(1), *changes, handover), TESTIMONY)
    assert answer.state is state


def test_withdrawal_that_cannot_be_seen_is_undetermined() -> None:
    """The terms are withheld."""
    hidden = item(1, frozenset({"terms"}))
    for ask in (ask_not_after_withdrawal, ask_recipients_told):
        assert ask(subject(hidden, went()), TESTIMONY).state is State.UNDETERMINED


@pytest.mark.parametrize(
    ("changes", "notices", "state"),
    [
        ([], [], State.NOT_APPLICABLE),
        ([changed("consent-recorded", LATE)], [], State.NOT_APPLICABLE),
        ([changed("consent-withdrawn", LATE)], [], State.NOT_MET),
        ([changed("consent-withdrawn", LATE, scopes=["media"])], [], State.NOT_APPLICABLE),
        ([changed("consent-withdrawn", LATE, scope_commitment="0" * 64)], [], State.NOT_MET),
        ([changed("consent-withdrawn", LATE)], [LATE], State.MET),
        ([changed("consent-withdrawn", LATE)], [EARLY], State.NOT_MET),
    ],
)
def test_who_had_got_it_is_told(changes: list[Thing], notices: list[str], state: State) -> None:
    """A note about the handover, not earlier than the withdrawal; of those whom it concerns."""
    handover = went()
    noted = [event("annotated", at, event=handover.value("event")) for at in notices]
    answer = ask_recipients_told(subject(item(1), handover, *changes, *noted), TESTIMONY)
    assert answer.state is state


def test_a_gap_names_the_handover_once() -> None:
    """However many testimonies went with it."""
    answer = ask_in_scope(subject(item(1), item(2), went(purpose="media")), TESTIMONY)
    assert [(where.place.event_id, where.members) for where in answer.where] == [("submitted", ("to",))]
