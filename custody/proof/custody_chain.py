"""The custody log as a graph: order, what counts, heads, and what keeps a head from being proven.

Events arrive with their signatures judged. Everything here is iterative and linear in the log (for each head
once), so that a log of 100,000 events needs no recursion. Rules: DESIGN, "One writer per holding" and "What
excludes what";
codes of the rules L1 to L7, H1 to H7, I1, I3 in the bundle spec.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial

from attrs import define, field, frozen

from custody.format.event_fields import EVENT_TYPES
from custody.proof.dispute import Dispute, endings, find_disputes, open_releases, stands_against
from custody.proof.holding import (
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


@frozen(kw_only=True)
class Head:
    """A counted event that is in no other counted event's past.

    Attributes:
        event_id: the event.
        reasons: what leaves custody up to it undetermined, each with the event it is about; empty when
            unbroken.
        outlived: rivals of events in its past that are proven to be later than these; they are only printed.
    """

    event_id: str
    reasons: tuple[tuple[Reason, str], ...]
    outlived: tuple[str, ...] = ()


@frozen(kw_only=True)
class Chain:
    """What the log says, all told.

    Attributes:
        counted: ids of the events that count, in an order in which every event follows its past.
        set_aside: id to reason, of events that change nobody's custody.
        receipts: id to reason (LATER_EVENT_EXISTS, NOT_MERGED), of signed events whose past is not all here.
        stubs: stubs in the past of a counted event.
        loose_stubs: stubs that no counted event follows; nobody vouches for them.
        heads: in the order of `counted`.
        unacknowledged: copies that nobody acknowledged.
        states: of each counted event, its holding after it; along its own past, never the reading order.
    """

    counted: tuple[str, ...]
    set_aside: Mapping[str, Reason]
    receipts: Mapping[str, Reason]
    stubs: tuple[str, ...]
    loose_stubs: tuple[str, ...]
    heads: tuple[Head, ...]
    unacknowledged: tuple[str, ...]
    states: Mapping[str, State]


@define
class _Work:
    """What the pass over the log has found so far."""

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
    void: set[str] = field(factory=set)  # holdings that nobody had the right to open


def judge_chain(
    events: Iterable[ChainEvent],
    *,
    bundle_id: str,
    item_count: int,
    unsound: Mapping[str, Reason] | None = None,
    links: Mapping[str, tuple[str, ...]] | None = None,
) -> Chain:
    """Judge a log.

    Args:
        events: every stub, and every event that all listed keys of known identities signed.
        bundle_id: the bundle's id, also the id of its first holding.
        item_count: N; leaf indices must be smaller.
        unsound: events that are set aside for their form or signatures, id to reason; links through them
            count as present, and a head with one in its past is undetermined.
        links: what those of them follow whose id fixes it; a past goes on through them.
    """
    known = {event.event_id: event for event in events}
    aside = dict(unsound or {})
    work = _Work(events=known, bundle_id=bundle_id, item_count=item_count, set_aside=aside, links=links or {})
    ordered = _in_order(known, aside)
    for event in ordered:
        _place(work, event)
    placed = {event.event_id for event in ordered}
    holdings = {event.holding for event in work.counted.values()} | {
        event.holding for event in ordered if event.stub
    }
    for event in known.values():
        if event.event_id in placed or event.stub:
            continue
        opener = work.openers.get(event.holding)
        if event.seq and opener is not None and not opener.stub and opener.actor != event.actor:
            work.set_aside[event.event_id] = Reason.NOT_THE_HOLDER  # whatever its past may be
        else:
            here = event.holding in holdings
            work.receipts[event.event_id] = Reason.LATER_EVENT_EXISTS if here else Reason.NOT_MERGED
    return _conclude(work)


def _in_order(known: Mapping[str, ChainEvent], aside: Mapping[str, Reason]) -> list[ChainEvent]:
    """Order events after their past; a hole anywhere in it leaves an event out (Kahn)."""
    waiting = {
        event_id: sum(1 for prev in event.prev if prev not in aside) for event_id, event in known.items()
    }
    followers: dict[str, list[str]] = {}
    for event in known.values():
        for prev in event.prev:
            followers.setdefault(prev, []).append(event.event_id)
    ready = deque(
        sorted(
            (event_id for event_id, count in waiting.items() if not count), key=lambda one: _key(known[one])
        )
    )
    ordered: list[ChainEvent] = []
    while ready:
        event = known[ready.popleft()]
        ordered.append(event)
        for follower in followers.get(event.event_id, ()):
            waiting[follower] -= 1
            if not waiting[follower]:
                ready.append(follower)
    return ordered


def _key(event: ChainEvent) -> tuple[str, int, str]:
    return event.holding, event.seq, event.event_id


def _place(work: _Work, event: ChainEvent) -> None:
    past = _past_of(work, event)
    reason = _misplaced(work, event, past)
    if reason is None and not event.stub:
        reason = refuse(event, past)
    if reason is not None:
        if event.seq == 0:
            work.void.add(event.holding)
        work.set_aside[event.event_id] = reason
        work.states[event.event_id] = HIDDEN
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


def _past_of(work: _Work, event: ChainEvent) -> Past:
    same = [prev for prev in event.prev if prev in work.events and work.events[prev].holding == event.holding]
    before_id = same[0] if same else next((prev for prev in event.prev if prev in work.events), None)
    before = work.events[before_id] if before_id is not None else None
    holding = before.holding if event.seq == 0 and before is not None else event.holding
    opener = work.openers.get(holding)
    writer = opener.actor if opener is not None and not opener.stub else None
    state = work.states.get(before_id, HIDDEN) if before_id is not None else HIDDEN
    return Past(before=before, state=state, writer=writer, opener=opener)


def _misplaced(work: _Work, event: ChainEvent, past: Past) -> Reason | None:  # noqa: PLR0911 - one return a rule
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


def _follows(work: _Work, event: ChainEvent, past: Past) -> bool:
    """Check rule L4: the predecessor of the same holding, and other heads in a reconciliation alone."""
    if past.before is None:
        return len(event.prev) == 1 and event.prev[0] in work.set_aside
    follows = past.before.holding == event.holding and past.before.seq == event.seq - 1
    return follows and (len(event.prev) == 1 or event.type in {"reconciled", None})


def _repeats(work: _Work, event: ChainEvent) -> bool:
    """Check rule L1 against the event's own past: what others repeat of it, beside it, is not its fault."""
    owners = {owner for commitment in event.fields for owner in work.commitments.get(commitment, ())}
    return bool(owners) and not owners.isdisjoint(_walk(work, event.prev))


def _walk(work: _Work, start: Iterable[str]) -> Iterator[str]:
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


def _conclude(work: _Work) -> Chain:
    covered = set(_walk(work, (prev for event in work.counted.values() for prev in event.prev)))
    heads = [event for event in work.counted.values() if event.event_id not in covered]
    stubs = sorted(one for one, event in work.events.items() if event.stub and one not in work.set_aside)
    disputes = find_disputes(work.counted, work.events)
    receivers = {
        prev for event in work.counted.values() if event.type == "copy-received" for prev in event.prev
    }
    return Chain(
        counted=tuple(work.counted),
        set_aside=dict(sorted(work.set_aside.items())),
        receipts=dict(sorted(work.receipts.items())),
        stubs=tuple(one for one in stubs if one in covered),
        loose_stubs=tuple(one for one in stubs if one not in covered),
        heads=tuple(_head(work, event, disputes) for event in heads),
        unacknowledged=tuple(
            event.event_id
            for event in work.counted.values()
            if event.type == "copied" and event.event_id not in receivers
        ),
        states={event_id: work.states[event_id] for event_id in work.counted},
    )


def _head(work: _Work, head: ChainEvent, disputes: Sequence[Dispute]) -> Head:
    past = set(_walk(work, [head.event_id]))
    reasons: set[tuple[Reason, str]] = set()
    for event_id in past:
        event = work.events.get(event_id)
        if event_id in work.set_aside:
            reasons.add((Reason.SET_ASIDE_IN_PAST, event_id))
        elif event is not None and event.stub:
            reasons.add((Reason.STUB_IN_PAST, event_id))
        elif event_id in work.doubts:
            reasons.add((work.doubts[event_id], event_id))
    reasons |= {(Reason.IN_TRANSIT, event_id) for event_id in open_releases(past, work.counted)}
    ended = endings(past, work.counted, partial(_walk, work))
    decided, outlived = _decide(pair for dispute in disputes for pair in dispute.rivals_in(past, ended))
    reasons |= decided
    for event_id, reason in work.receipts.items():
        if reason is Reason.LATER_EVENT_EXISTS and work.events[event_id].holding == head.holding:
            reasons.add((reason, event_id))
    return Head(
        event_id=head.event_id,
        reasons=tuple(sorted(reasons, key=lambda one: (one[0].name, one[1]))),
        outlived=tuple(sorted(outlived)),
    )


def _decide(rivals: Iterable[tuple[ChainEvent, ChainEvent]]) -> tuple[set[tuple[Reason, str]], set[str]]:
    """Let windows decide between events of a past and their rivals (rule L6)."""
    reasons: set[tuple[Reason, str]] = set()
    outlived: set[str] = set()
    for mine, rival in rivals:
        if stands_against(mine, rival):
            outlived.add(rival.event_id)
        elif stands_against(rival, mine):
            reasons.add((Reason.DISPUTE_LOST, rival.event_id))
        else:
            reasons |= {(Reason.DISPUTED, mine.event_id), (Reason.DISPUTED, rival.event_id)}
    return reasons, outlived
