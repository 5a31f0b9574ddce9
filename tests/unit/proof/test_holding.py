"""The state machine of one holding: who may write what after what."""

from __future__ import annotations

from typing import Any

import pytest

from custody.proof.holding import (
    HIDDEN,
    ChainEvent,
    Held,
    Party,
    Past,
    State,
    holding_id_of,
    refuse,
    same_party,
    state_after,
    succession_doubt,
)
from custody.report.reason import Reason

HELD = State(held=Held.HELD)
TRANSIT = State(held=Held.IN_TRANSIT, release="r")
CLOSED = State(held=Held.CLOSED)


def event(type_: str | None, actor: str = "archive", **more: Any) -> ChainEvent:  # noqa: ANN401
    """An event of the first holding."""
    return ChainEvent(
        event_id=more.pop("event_id", "e"),
        holding="h",
        seq=1,
        prev=("p",),
        fields=(),
        type=type_,
        actor=actor,
        **more,
    )


def past(state: State = HELD, **more: Any) -> Past:  # noqa: ANN401
    """What an event of the archive's holding builds on."""
    return Past(**{"before": None, "writer": "archive", "state": state, **more})


@pytest.mark.parametrize(
    ("found", "before", "reason"),
    [
        (event("closed"), past(), None),
        (event("closed", "court"), past(), Reason.NOT_THE_HOLDER),
        (event("closed", "court"), past(writer=None), None),
        (event("closed"), past(CLOSED), Reason.HOLDING_CLOSED),
        (event("closed"), past(TRANSIT), Reason.HOLDING_IN_TRANSIT),
        (event("withdrawn", answers="r"), past(TRANSIT), None),
        (event("withdrawn", answers="other"), past(TRANSIT), Reason.HOLDING_IN_TRANSIT),
        (event("closed"), past(HIDDEN), None),
        (event("erased"), past(), Reason.EVENT_THRESHOLD),
        (event("erased", approvers=frozenset({"approver"})), past(), None),
        (event("sealed", "anybody"), past(writer=None), None),
    ],
)
def test_an_act_is_the_holders_in_a_holding_that_is_open(
    found: ChainEvent, before: Past, reason: Reason | None
) -> None:
    """H1, H3, H4, S5; where a stub hides what was, nothing is refused."""
    assert refuse(found, before) is reason


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        (None, None),
        (event(None), None),
        (event("released", to=Party(identity="lawyer")), None),
        (event("released", to=Party(identity="court")), Reason.NOT_THE_RECIPIENT),
        (event("released", to=Party(identity=None)), Reason.NOT_THE_RECIPIENT),
        (event("released"), Reason.NOT_THE_RECIPIENT),
        (event("copied", to=Party(identity="lawyer")), Reason.HOLDING_WRONG),
    ],
)
def test_only_the_one_who_is_named_receives(given: ChainEvent | None, reason: Reason | None) -> None:
    """H2; what a stub or an absent event gave away is unknown."""
    assert refuse(event("received", "lawyer"), past(before=given)) is reason


@pytest.mark.parametrize(
    ("opener", "reason", "doubt"),
    [
        (None, None, Reason.SUCCESSOR_UNKNOWN),
        (event(None), None, Reason.SUCCESSOR_UNKNOWN),
        (event("sealed", people_closed=True), None, Reason.SUCCESSOR_UNKNOWN),
        (event("sealed"), Reason.NOT_THE_SUCCESSOR, Reason.SUCCESSION_UNAPPROVED),
        (
            event("sealed", successor=Party(identity="court")),
            Reason.NOT_THE_SUCCESSOR,
            Reason.SUCCESSION_UNAPPROVED,
        ),
        (event("sealed", successor=Party(identity="heir")), None, Reason.SUCCESSION_UNAPPROVED),
    ],
)
def test_only_the_one_who_was_named_succeeds(
    opener: ChainEvent | None, reason: Reason | None, doubt: Reason
) -> None:
    """H5: named in the event that opened the holding; without an approver custody is in doubt."""
    found, before = event("succeeded", "heir"), past(opener=opener)
    assert refuse(found, before) is reason
    assert succession_doubt(found, before) is doubt


def test_a_third_persons_approval_ends_the_doubt_and_the_holders_does_not() -> None:
    """The approver is other than the two."""
    before = past(opener=event("sealed", successor=Party(identity="heir")))
    third = event("succeeded", "heir", approvers=frozenset({"approver"}))
    holder = event("succeeded", "heir", approvers=frozenset({"archive"}))
    assert succession_doubt(third, before) is None
    assert succession_doubt(holder, before) is Reason.SUCCESSION_UNAPPROVED
    assert third.cosigned_succession


def test_the_holder_is_always_his_own_successor() -> None:
    """A restored key, a second machine."""
    assert refuse(event("succeeded", "archive"), past(opener=event("sealed"))) is None
    assert succession_doubt(event("closed"), past()) is None


@pytest.mark.parametrize(
    ("found", "before", "after"),
    [
        (event("sealed"), HIDDEN, HELD),
        (event("received"), HIDDEN, HELD),
        (event(None), HELD, HIDDEN),
        (event("closed"), HIDDEN, HIDDEN),
        (event("released", event_id="r"), HELD, TRANSIT),
        (event("withdrawn"), TRANSIT, HELD),
        (event("withdrawn"), HELD, HELD),
        (event("closed"), HELD, CLOSED),
        (event("annotated"), HELD, HELD),
    ],
)
def test_states_follow_the_events(found: ChainEvent, before: State, after: State) -> None:
    """Held, in transit, held again, closed; hidden by a stub until the next opening."""
    assert state_after(found, before) == after


def test_a_party_is_known_by_its_identity_alone() -> None:
    """Keys that nobody knows name nobody."""
    assert same_party(Party(identity="archive"), event("closed"))
    assert not same_party(Party(identity=None), event("closed", ""))


def test_the_id_of_a_holding_follows_from_what_opens_it() -> None:
    """First 32 hex of SHA-256 over canonical [prev, fields]; another commitment, another holding."""
    assert holding_id_of(("a",), ("b",)) == "d6549855f2baeea9c663f2b30a9bc20b"
    assert holding_id_of(("a",), ("b",)) != holding_id_of(("a",), ("c",))
