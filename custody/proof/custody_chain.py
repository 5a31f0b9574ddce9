"""The custody log as a graph: order, what counts, heads, and what keeps a head from being proven.

Events arrive with their signatures judged. Everything here is iterative and linear in the log (for each head
once), so that a log of 100,000 events needs no recursion. Rules: DESIGN, "One writer per holding" and "What
excludes what";
codes of the rules L1 to L7, H1 to H7, I1, I3 in the bundle spec.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial

from attrs import frozen

from custody.proof.dispute import Dispute, endings, find_disputes, open_releases, stands_against
from custody.proof.holding import ChainEvent, State
from custody.proof.log_graph import Work, in_order, place, walk
from custody.proof.witness import Shown, Witness, reasons_against, show, verdicts
from custody.report.reason import Reason

RIVALS_NAMED = 64
"""How many rivals a head names of each outcome: of thousands of receipts of one release these are enough."""


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
        witnesses: id to verdict, of the events that receipts alone show.
    """

    counted: tuple[str, ...]
    set_aside: Mapping[str, Reason]
    receipts: Mapping[str, Reason]
    stubs: tuple[str, ...]
    loose_stubs: tuple[str, ...]
    heads: tuple[Head, ...]
    unacknowledged: tuple[str, ...]
    states: Mapping[str, State]
    witnesses: Mapping[str, Witness]


def judge_chain(
    events: Iterable[ChainEvent],
    *,
    bundle_id: str,
    item_count: int,
    unsound: Mapping[str, Reason] | None = None,
    links: Mapping[str, tuple[str, ...]] | None = None,
    witnesses: frozenset[str] = frozenset(),
) -> Chain:
    """Judge a log, and what receipts show beside it.

    Args:
        events: every stub, and every event that all listed keys of known identities signed.
        bundle_id: the bundle's id, also the id of its first holding.
        item_count: N; leaf indices must be smaller.
        unsound: events that are set aside for their form or signatures, id to reason; links through them
            count as present, and a head with one in its past is undetermined.
        links: what those of them follow whose id fixes it; a past goes on through them.
        witnesses: those of the events that this copy of the log does not hold. They never count, are no heads
            and hide none; they can only take from what a head has.
    """
    every = {event.event_id: event for event in events}
    known = {event_id: event for event_id, event in every.items() if event_id not in witnesses}
    aside = dict(unsound or {})
    work = Work(events=known, bundle_id=bundle_id, item_count=item_count, set_aside=aside, links=links or {})
    ordered = in_order(known, aside, work.links)
    for event in ordered:
        place(work, event)
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
    beside = show(work, [every[event_id] for event_id in sorted(witnesses)])
    return _conclude(work, beside)


def _conclude(work: Work, beside: Shown) -> Chain:
    covered = set(walk(work, (prev for event in work.counted.values() for prev in event.prev)))
    heads = [event for event in work.counted.values() if event.event_id not in covered]
    stubs = sorted(one for one, event in work.events.items() if event.stub and one not in work.set_aside)
    disputes = find_disputes(beside.work.counted, beside.work.events)
    receivers = {
        prev for event in work.counted.values() if event.type == "copy-received" for prev in event.prev
    }
    concluded = tuple(_head(work, event, disputes, beside) for event in heads)
    return Chain(
        counted=tuple(work.counted),
        set_aside=dict(sorted(work.set_aside.items())),
        receipts=dict(sorted(work.receipts.items())),
        stubs=tuple(one for one in stubs if one in covered),
        loose_stubs=tuple(one for one in stubs if one not in covered),
        heads=concluded,
        unacknowledged=tuple(
            event.event_id
            for event in work.counted.values()
            if event.type == "copied" and event.event_id not in receivers
        ),
        states={event_id: work.states[event_id] for event_id in work.counted},
        witnesses=verdicts(beside, ((head.reasons, head.outlived) for head in concluded)),
    )


def _head(work: Work, head: ChainEvent, disputes: Sequence[Dispute], beside: Shown) -> Head:
    past = set(walk(work, [head.event_id]))
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
    ended = endings(past, work.counted, partial(walk, work))
    rivals = [pair for dispute in disputes for pair in dispute.rivals_in(past, ended)]
    decided, outlived = _decide(rivals)
    reasons |= decided
    contested = frozenset(rival.event_id for _mine, rival in rivals)
    reasons |= reasons_against(beside, head, past, contested)
    later = {one for one, reason in work.receipts.items() if reason is Reason.LATER_EVENT_EXISTS}
    later |= {one for one, event in work.counted.items() if event.seq > head.seq and one not in past}
    reasons |= {(Reason.LATER_EVENT_EXISTS, one) for one in later if work.events[one].holding == head.holding}
    return Head(
        event_id=head.event_id,
        reasons=tuple(sorted(reasons, key=lambda one: (one[0].name, one[1]))),
        outlived=tuple(sorted(outlived)),
    )


def _decide(rivals: Iterable[tuple[ChainEvent, ChainEvent]]) -> tuple[set[tuple[Reason, str]], set[str]]:
    """Let windows decide between events of a past and their rivals (rule L6); name the first few of each."""
    reasons: set[tuple[Reason, str]] = set()
    outlived: set[str] = set()
    named: dict[Reason, int] = {}
    for mine, rival in rivals:
        if stands_against(mine, rival):
            reason = Reason.DISPUTE_WON
        else:
            reason = Reason.DISPUTE_LOST if stands_against(rival, mine) else Reason.DISPUTED
        named[reason] = named.get(reason, 0) + 1
        if named[reason] > RIVALS_NAMED:
            continue
        if reason is Reason.DISPUTE_WON:
            outlived.add(rival.event_id)
        else:
            reasons.add((reason, rival.event_id))
            reasons |= {(reason, mine.event_id)} if reason is Reason.DISPUTED else set()
    return reasons, outlived
