"""Witnesses: events that a receipt shows and that this copy of the log does not hold (rules R1, L5, I2).

A witness can only take something from a head: it never counts for the bundle, is no head and hides none. So
the log is judged without it first, and what was found there is never changed here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from attrs import frozen

from custody.proof.dispute import open_releases
from custody.proof.holding import ChainEvent
from custody.proof.log_graph import Work, copy_with, in_order, place, seat_key, walk
from custody.report.reason import Reason

Reasons = Iterable[tuple[Reason, str]]


@frozen(kw_only=True)
class Witness:
    """What one event of a receipt comes to.

    Attributes:
        reason: why a head is not proven, where it concerns one; else FORK (it contradicts another event that
            no head rests on), NOT_MERGED or RECEIPT_SET_ASIDE.
        cause: of RECEIPT_SET_ASIDE, the rule that it breaks.
    """

    reason: Reason
    cause: Reason | None = None


@frozen(kw_only=True)
class Shown:
    """A log with the witnesses beside it.

    Attributes:
        work: the log and every witness that can be placed in it.
        witnesses: all of them, by their places.
        rivals: each with the counted event whose place it claims, both by one actor.
        aside: id to reason, of those that do not count.
        ends: holding to the last seq that this copy shows of it.
        forks: ids of those that contradict another event that no head rests on.
    """

    work: Work
    witnesses: tuple[ChainEvent, ...]
    rivals: tuple[tuple[ChainEvent, ChainEvent], ...]
    aside: Mapping[str, Reason]
    ends: Mapping[str, int]
    forks: frozenset[str]


def show(log: Work, witnesses: Sequence[ChainEvent]) -> Shown:
    """Place witnesses beside a log that has been judged; nothing of the log changes."""
    seats = {(event.holding, event.seq): event for event in log.counted.values()}
    ordered = tuple(sorted(witnesses, key=seat_key))
    aside: dict[str, Reason] = {}
    rivals: list[tuple[ChainEvent, ChainEvent]] = []
    fresh: dict[str, ChainEvent] = {}
    for event in ordered:
        seated = seats.get((event.holding, event.seq))
        if seated is None:
            fresh[event.event_id] = event
        elif seated.actor == event.actor:
            rivals.append((event, seated))
        else:
            aside[event.event_id] = Reason.NOT_THE_HOLDER
    work = copy_with(log, fresh) if fresh else log
    aside |= _place_all(work, fresh)
    unseated = [event for event_id, event in fresh.items() if event_id not in aside]
    loose = [log.events[event_id] for event_id in log.receipts]
    return Shown(
        work=work,
        witnesses=ordered,
        rivals=tuple(rivals),
        aside=aside,
        ends=_ends(log) if ordered else {},
        forks=_contradictions(unseated, loose),
    )


def _place_all(work: Work, fresh: Mapping[str, ChainEvent]) -> dict[str, Reason]:
    """Place what can be placed; return what is set aside."""
    for event in in_order(fresh, work.states.keys() | work.set_aside.keys(), {}):
        place(work, event)
    aside = {event_id: work.set_aside[event_id] for event_id in fresh if event_id in work.set_aside}
    for event_id, event in fresh.items():
        opener = work.openers.get(event.holding)
        known = event.seq > 0 and opener is not None and not opener.stub
        if event_id not in work.states and known and opener is not None and opener.actor != event.actor:
            aside[event_id] = Reason.NOT_THE_HOLDER  # whatever its past may be
    return aside


def _ends(log: Work) -> dict[str, int]:
    """Return the last seq of each holding; not of stubs that nobody follows, for anybody can add one."""
    followed = set(walk(log, (prev for event in log.counted.values() for prev in event.prev)))
    ends: dict[str, int] = {}
    for event_id, event in log.events.items():
        if event_id in log.counted or (event.stub and event_id in followed):
            ends[event.holding] = max(event.seq, ends.get(event.holding, -1))
    return ends


def _same_statement(one: ChainEvent, other: ChainEvent) -> bool:
    """Tell whether two events of one place state the same: within a bundle nothing else is in a statement."""
    return (one.prev, one.fields) == (other.prev, other.fields)


def _contradictions(witnesses: Sequence[ChainEvent], loose: Sequence[ChainEvent]) -> frozenset[str]:
    """Find witnesses that state something else than another event of the same place by the same actor."""
    by_seat: dict[tuple[str, int, str], list[ChainEvent]] = {}
    for event in (*witnesses, *loose):
        if event.key_doubt is None:
            by_seat.setdefault((event.holding, event.seq, event.actor), []).append(event)
    contradicting = {
        event.event_id
        for events in by_seat.values()
        if not all(_same_statement(event, events[0]) for event in events)
        for event in events
    }
    return frozenset(event.event_id for event in witnesses if event.event_id in contradicting)


def reasons_against(
    shown: Shown, head: ChainEvent, past: Collection[str], contested: Collection[str]
) -> set[tuple[Reason, str]]:
    """Return what witnesses take from a head, each reason with its witness.

    Args:
        shown: the log and the witnesses.
        head: the head.
        past: the ids in its past, itself included.
        contested: events whose dispute with the past of this head is decided elsewhere.
    """
    found: set[tuple[Reason, str]] = set()
    if not shown.witnesses:
        return found
    for event, seated in shown.rivals:
        if seated.event_id in past:
            found.add((_contradiction(event, seated), event.event_id))
    unseated = {event.event_id for event, _seated in shown.rivals} | shown.aside.keys() | set(contested)
    line = _line(shown.work, head, past)
    released = frozenset(open_releases(past, shown.work.counted))
    for event in shown.witnesses:
        if event.event_id not in unseated and _is_later(shown, event, past, line, released):
            found.add((Reason.LATER_EVENT_EXISTS, event.event_id))
    return found


def _contradiction(event: ChainEvent, seated: ChainEvent) -> Reason:
    """Say what two signed events of one place come to.

    A cosigner alone can sign the same statement once more. A key that may have been in other hands
    contradicts nobody.
    """
    if _same_statement(event, seated):
        return Reason.SIGNATURES_DIFFER
    return event.key_doubt or seated.key_doubt or Reason.FORK


def _line(work: Work, head: ChainEvent, past: Collection[str]) -> frozenset[str]:
    """Return the head's holding and those that it succeeded: what is later there was not handed over.

    A holding that a reconciliation of its writer has ended in this past is left out: he has signed that
    nothing of it follows.
    """
    merged = (work.counted[one] for one in past if one in work.counted)
    ended = {
        work.events[prev].holding
        for event in merged
        if event.type == "reconciled"
        for prev in event.prev
        if prev in work.events and work.events[prev].holding != event.holding
    }
    line: set[str] = set()
    holding = head.holding
    while holding not in line:
        line.add(holding)
        opener = work.openers.get(holding)
        if opener is not None and opener.type == "succeeded" and opener.prev[0] in work.events:
            holding = work.events[opener.prev[0]].holding
    return frozenset(line - ended)


def _is_later(
    shown: Shown,
    event: ChainEvent,
    past: Collection[str],
    line: frozenset[str],
    released: frozenset[str],
) -> bool:
    """Tell whether a witness shows that the log went on after a head (rule R1)."""
    if event.type == "received" and not released.isdisjoint(event.prev):
        return True
    if event.type == "succeeded":
        followed = [shown.work.events[one] for one in event.prev if one in past and one in shown.work.events]
        return any(one.holding in line and one.seq == shown.ends.get(one.holding) for one in followed)
    return event.holding in line and event.seq > shown.ends.get(event.holding, -1)


def verdicts(shown: Shown, heads: Iterable[tuple[Reasons, Iterable[str]]]) -> dict[str, Witness]:
    """Say what each witness comes to.

    Args:
        shown: the log and the witnesses.
        heads: of each head, its reasons and the rivals that it outlived.
    """
    concerned: dict[str, Reason] = {}
    for reasons, outlived in heads:
        for reason, event_id in (*reasons, *((Reason.DISPUTE_WON, one) for one in outlived)):
            concerned.setdefault(event_id, reason)
    found: dict[str, Witness] = {}
    for event in shown.witnesses:
        event_id = event.event_id
        if event_id in shown.aside:
            found[event_id] = Witness(reason=Reason.RECEIPT_SET_ASIDE, cause=shown.aside[event_id])
        elif event_id in shown.forks:
            found[event_id] = Witness(reason=Reason.FORK)
        else:
            found[event_id] = Witness(reason=concerned.get(event_id, Reason.NOT_MERGED))
    return found
