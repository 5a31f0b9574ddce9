"""The custody log as a graph: the order of its events, and the place of each.

Everything here is iterative and linear in the log. Rules L1, L2, L4, I3 and, through
`custody.proof.holding`, H1 to H6.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterable, Iterator, Mapping

from attrs import define, field

from custody.format.event_fields import EVENT_TYPES
from custody.proof.holding import (
    CLOSED,
    HIDDEN,
    ChainEvent,
    Past,
    State,
    holding_id_of,
    refuse,
    state_after,
    succession_doubt,
)
from custody.report.reason import Reason

_UNRELIABLE = frozenset({Reason.SUCCESSION_UNAPPROVED, Reason.SUCCESSOR_UNKNOWN})

STEPS_BEHIND_JUNK = 1_000_000
"""Enough for ten times the longest log; what rests on junk is undetermined in any case."""


@define
class Work:
    """What the pass over the log has found so far.

    Attributes:
        events: every event by id, placed or not.
        bundle_id: also the id of the first holding.
        item_count: leaf indices must be smaller.
        links: what events set aside for their form follow, where their id fixes it.
        counted: the events that count, each after its past.
        set_aside: id to reason.
        receipts: id to reason, of events whose past is not all here.
        states: of each placed event, its holding after it.
        openers: holding to the event that opened it.
        doubts: counted events that leave what rests on them undetermined.
        commitments: commitment to the counted events that have it.
        void: holdings that nobody had the right to open.
        steps: how many links behind junk may still be followed; a flood of it leaves states unknown.
    """

    events: Mapping[str, ChainEvent]
    bundle_id: str
    item_count: int
    links: Mapping[str, tuple[str, ...]]
    counted: dict[str, ChainEvent] = field(factory=dict)
    set_aside: dict[str, Reason] = field(factory=dict)
    receipts: dict[str, Reason] = field(factory=dict)
    states: dict[str, State] = field(factory=dict)
    openers: dict[str, ChainEvent] = field(factory=dict)
    doubts: dict[str, Reason] = field(factory=dict)
    commitments: dict[str, list[str]] = field(factory=dict)
    void: set[str] = field(factory=set)
    steps: int = STEPS_BEHIND_JUNK


def copy_with(work: Work, more: Mapping[str, ChainEvent]) -> Work:
    """Return a copy in which further events can be placed, also such as were set aside under their ids."""
    return Work(
        events={**work.events, **more},
        bundle_id=work.bundle_id,
        item_count=work.item_count,
        links=work.links,
        counted=dict(work.counted),
        set_aside={one: reason for one, reason in work.set_aside.items() if one not in more},
        states=dict(work.states),
        openers=dict(work.openers),
        doubts=dict(work.doubts),
        commitments={one: list(owners) for one, owners in work.commitments.items()},
        void=set(work.void),
    )


def in_order(
    known: Mapping[str, ChainEvent], present: Collection[str], links: Mapping[str, tuple[str, ...]]
) -> list[ChainEvent]:
    """Order events after their past (Kahn); a hole anywhere in it that is not present leaves an event out.

    The opener of a holding comes before everything in it, also where links through junk do not show it.

    Args:
        known: the events.
        present: what is not among them and is no hole.
        links: what some of these follow; a hole behind them is a hole too.
    """
    behind = {one: prev for one, prev in links.items() if one in present and one not in known}
    openers = {event.holding: (event_id,) for event_id, event in known.items() if event.seq == 0}
    follows = {
        event_id: {*event.prev, *(openers.get(event.holding, ()) if event.seq else ())}
        for event_id, event in known.items()
    } | {event_id: set(prev) for event_id, prev in behind.items()}
    waiting = {
        event_id: sum(1 for one in prev if one in follows or one not in present)
        for event_id, prev in follows.items()
    }
    followers: dict[str, list[str]] = {}
    for event_id, prev in follows.items():
        for one in prev:
            followers.setdefault(one, []).append(event_id)
    seats = {event_id: seat_key(event) for event_id, event in known.items()}
    first = (event_id for event_id, count in waiting.items() if not count)
    ready = deque(sorted(first, key=lambda one: seats.get(one, ("", 0, one))))
    ordered: list[ChainEvent] = []
    while ready:
        event_id = ready.popleft()
        if event_id in known:
            ordered.append(known[event_id])
        for follower in followers.get(event_id, ()):
            waiting[follower] -= 1
            if not waiting[follower]:
                ready.append(follower)
    return ordered


def seat_key(event: ChainEvent) -> tuple[str, int, str]:
    """Order events by their place: holding, seq, and id where two claim one place."""
    return event.holding, event.seq, event.event_id


def place(work: Work, event: ChainEvent) -> None:
    """Let an event count, or set it aside; everything in its past that is here has been placed before."""
    past = _past_of(work, event)
    reason = _misplaced(work, event, past)
    ended = _after_end(work, event, past)
    if reason is None and not event.stub:
        reason = refuse(event, past) or (Reason.HOLDING_CLOSED if ended else None)
        reason = reason or _refuse_merging(work, event)
    if reason is not None:
        if event.seq == 0:
            work.void.add(event.holding)
        work.set_aside[event.event_id] = reason
        # What is set aside changes nobody's custody; what it would have opened nobody holds.
        state = CLOSED if ended else past.state
        work.states[event.event_id] = state if event.seq else HIDDEN
        return
    work.states[event.event_id] = state_after(event, past.state)
    if event.seq == 0:
        work.openers[event.holding] = event
    if event.stub:
        return
    work.counted[event.event_id] = event
    for commitment in event.fields:
        work.commitments.setdefault(commitment, []).append(event.event_id)
    doubt = succession_doubt(event, past) or event.doubt
    if doubt is not None:
        work.doubts[event.event_id] = doubt


def _past_of(work: Work, event: ChainEvent) -> Past:
    same = [prev for prev in event.prev if prev in work.events and work.events[prev].holding == event.holding]
    last = max(same, key=lambda one: work.events[one].seq, default=None)
    before_id = last or next((prev for prev in event.prev if prev in work.events), None)
    before = work.events[before_id] if before_id is not None else None
    holding = before.holding if event.seq == 0 and before is not None else event.holding
    opener = work.openers.get(holding)
    writer = opener.actor if opener is not None and not opener.stub else None
    state = _state_before(work, event, before_id)
    return Past(before=before, state=state, writer=writer, opener=opener)


def _state_before(work: Work, event: ChainEvent, before_id: str | None) -> State:
    """Return the state of its holding before an event; unknown where nothing fixes what stood before.

    What was set aside for its form changes no state: behind it, as far as its links are known, the last event
    of the same holding left the state.
    """
    if event.seq == 0:
        return HIDDEN if before_id is None else work.states.get(before_id, HIDDEN)
    stack, seen, found = list(event.prev), set[str](), list[tuple[int, str]]()
    while stack and work.steps:
        one = stack.pop()
        work.steps -= 1
        known = work.events.get(one)
        if known is not None and known.holding == event.holding:
            found.append((known.seq, one))
        elif known is None and one not in seen:
            seen.add(one)
            stack.extend(work.links.get(one, ()))
    return work.states.get(max(found)[1], HIDDEN) if found else HIDDEN


def _misplaced(work: Work, event: ChainEvent, past: Past) -> Reason | None:  # noqa: PLR0911 - one return a rule
    """Check the event's place: rules L1 (commitments), L2, L4 (holdings), I3 (leaves)."""
    opens = event.seq == 0
    if opens:
        first = not event.prev and event.holding == work.bundle_id
        derived = len(event.prev) == 1 and event.holding == holding_id_of(event.prev, event.fields)
        if not (first or derived) or (first and event.type not in {"sealed", None}):
            return Reason.HOLDING_WRONG
    if not event.stub and EVENT_TYPES[event.type or ""].opens is not opens:
        return Reason.HOLDING_WRONG
    if event.type == "sealed" and event.prev:
        return Reason.HOLDING_WRONG
    if not opens and (event.holding in work.void or not _follows(work, event, past)):
        return Reason.HOLDING_WRONG
    if _repeats(work, event):
        return Reason.COMMITMENT_REPEATED
    if event.leaves and max(event.leaves) >= work.item_count:
        return Reason.ITEM_UNKNOWN
    return None


def _follows(work: Work, event: ChainEvent, past: Past) -> bool:
    """Check rule L4: the predecessor of the same holding, and heads of others in a reconciliation alone."""
    if past.before is None:
        return len(event.prev) == 1 and event.prev[0] in work.set_aside
    follows = past.before.holding == event.holding and past.before.seq == event.seq - 1
    holdings = [work.events[prev].holding for prev in event.prev if prev in work.events]
    merges = event.type in {"reconciled", None} and len(set(holdings)) == len(holdings)
    return follows and (len(event.prev) == 1 or merges) and set(event.heads) <= set(event.prev)


def _refuse_merging(work: Work, event: ChainEvent) -> Reason | None:
    """Refuse a reconciliation that ends a holding whose writer has not signed it: nobody ends another's."""
    for prev in event.prev if event.type == "reconciled" else ():
        ended = work.events.get(prev)
        writer = None if ended is None else writer_of(work, ended.holding)
        if writer is not None and writer not in event.identities:
            return Reason.EVENT_THRESHOLD
    return None


def writer_of(work: Work, holding: str) -> str | None:
    """Return who opened a holding, or None where a stub hides him."""
    opener = work.openers.get(holding)
    return None if opener is None or opener.stub else opener.actor


def _after_end(work: Work, event: ChainEvent, past: Past) -> bool:
    """Find what its writer adds to a holding after he signed a reconciliation written in another (rule H4).

    Between it and what he adds stands no event of his holding that counts, so that nothing is looked at
    but his reconciliations and what follows a stub or junk.
    """
    alone = len(event.prev) == 1
    if event.seq == 0 or event.actor != past.writer or (alone and event.prev[0] in work.counted):
        return False
    for event_id in walk(work, event.prev):
        if alone and not work.steps:
            return False
        work.steps -= alone
        one = work.counted.get(event_id)
        if one is None or one.type != "reconciled" or one.holding == event.holding:
            continue
        ended = {work.events[prev].holding for prev in one.prev if prev in work.events}
        if event.holding in ended and event.actor in one.identities:
            return True
    return False


def _repeats(work: Work, event: ChainEvent) -> bool:
    """Check rule L1 against the event's own past: what others repeat of it, beside it, is not its fault.

    Stubs are not asked: they count for nothing, and anybody can lay down thousands of them.
    """
    if event.stub:
        return False
    owners = {owner for commitment in event.fields for owner in work.commitments.get(commitment, ())}
    return bool(owners) and not owners.isdisjoint(walk(work, event.prev))


def tainted(work: Work) -> frozenset[str]:
    """Return the counted events that rest on what nobody may rely on.

    That is a succession that no approver cosigned or that nobody shows to be the named one, or a key that may
    have been in other hands. They hide no head that is free of it.
    """
    seeds = (
        one for one, event in work.counted.items() if event.suspect or work.doubts.get(one) in _UNRELIABLE
    )
    return _resting_on(work, seeds)


def built_on_junk(work: Work) -> frozenset[str]:
    """Return the counted events that reach the log through what is set aside, and those that rest on them.

    That is a holding that was opened on it, and a reconciliation with it. They hide no head
    either: whoever has a known key can write them. Who goes on in his own holding hides his own.
    """
    return _resting_on(
        work,
        (
            one
            for one, event in work.counted.items()
            if (event.seq == 0 or len(event.prev) > 1) and any(prev in work.set_aside for prev in event.prev)
        ),
    )


def _resting_on(work: Work, seeds: Iterable[str]) -> frozenset[str]:
    """Return those of some events that count, and the counted events that have one in their past."""
    followers: dict[str, list[str]] = {}
    for one, prev in {**work.links, **{one: event.prev for one, event in work.events.items()}}.items():
        for each in prev:
            followers.setdefault(each, []).append(one)
    stack, found = list(seeds), set[str]()
    while stack:  # also through what is set aside
        one = stack.pop()
        if one not in found:
            found.add(one)
            stack.extend(followers.get(one, ()))
    return frozenset(found & work.counted.keys())


def covered(work: Work, weak: Collection[str]) -> set[str]:
    """Return what lies in the past of counted events that are free of taint, and of tainted ones in theirs.

    What is tainted covers only what is tainted. A reconciliation covers no holding whose writer is hidden.
    """
    strong: set[str] = set()
    stack = [
        prev for one, event in work.counted.items() if one not in weak for prev in _covering(work, event)
    ]
    while stack:
        event_id = stack.pop()
        if event_id not in strong:
            strong.add(event_id)
            event = work.events.get(event_id)
            stack.extend(work.links.get(event_id, ()) if event is None else _covering(work, event))
    faint = walk(work, (prev for one in weak for prev in work.counted[one].prev))
    return strong | {one for one in faint if one in weak or one not in work.counted}


def _covering(work: Work, event: ChainEvent) -> tuple[str, ...]:
    if event.type != "reconciled":
        return event.prev
    others = {prev: work.events[prev].holding for prev in event.prev if prev in work.events}
    return tuple(
        prev
        for prev in event.prev
        if others.get(prev, event.holding) == event.holding or writer_of(work, others[prev]) is not None
    )


def walk(work: Work, start: Iterable[str]) -> Iterator[str]:
    """Yield the events reachable through `prev` from the given ids, these included, each once."""
    stack, seen = list(start), set[str]()
    while stack:
        event_id = stack.pop()
        if event_id in seen:
            continue
        seen.add(event_id)
        yield event_id
        event = work.events.get(event_id)
        stack.extend(work.links.get(event_id, ()) if event is None else event.prev)
