"""The custody log as a graph: order, what counts, heads, and what keeps a head from being proven.

Events arrive with their signatures judged. Everything here is iterative and linear in the log (for each head
once), so that a log of 100,000 events needs no recursion. Rules: DESIGN, "One writer per holding" and "What
excludes what";
codes of the rules L1 to L7, H1 to H7, I1, I3 in the bundle spec.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from itertools import islice

from attrs import frozen

from custody.proof.dispute import Contested, Rivals, find_disputes, not_ended, open_releases, stands_against
from custody.proof.holding import ChainEvent, State
from custody.proof.log_graph import Work, built_on_junk, covered, in_order, place, tainted, walk
from custody.proof.witness import Shown, Witness, reasons_against, show, verdicts
from custody.report.reason import Reason

_LATER_REASONS = frozenset({Reason.IN_TRANSIT, Reason.LATER_EVENT_EXISTS})
_RIVALRY = {True: Reason.DISPUTE_WON, False: Reason.DISPUTE_LOST, None: Reason.DISPUTED}
RIVALS_JUDGED = 1_000
"""How many rivals of its past are judged for a head; one that has more is disputed."""
RIVALS_NAMED = 64
"""How many events a head names of each outcome: of thousands of receipts of one release these are enough."""


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
        tainted: the counted events that rest on what nobody may rely on; see `log_graph.tainted`.
        erasures: each counted `erased`, with what leaves it undetermined whether its holder could write it.
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
    tainted: frozenset[str]
    erasures: Mapping[str, tuple[Reason, ...]]


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
    holdings = {event.holding for event in ordered if event.event_id not in work.set_aside}
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
    weak = tainted(work)
    hidden = covered(work, weak | built_on_junk(work))
    heads = [event for event in work.counted.values() if event.event_id not in hidden]
    stubs = sorted(one for one, event in work.events.items() if event.stub and one not in work.set_aside)
    followed = set(walk(work, (prev for event in work.counted.values() for prev in event.prev)))
    view = _View(
        work=work,
        beside=beside,
        contested=Contested.of(find_disputes(beside.work.counted, beside.work.events)),
        weak=weak,
    )
    receivers = {
        prev for event in work.counted.values() if event.type == "copy-received" for prev in event.prev
    }
    concluded = tuple(_head(view, event) for event in heads)
    return Chain(
        counted=tuple(work.counted),
        set_aside=dict(sorted(work.set_aside.items())),
        receipts=dict(sorted(work.receipts.items())),
        stubs=tuple(one for one in stubs if one in followed),
        loose_stubs=tuple(one for one in stubs if one not in followed),
        heads=concluded,
        unacknowledged=tuple(
            event.event_id
            for event in work.counted.values()
            if event.type == "copied" and event.event_id not in receivers
        ),
        states={event_id: work.states[event_id] for event_id in work.counted},
        witnesses=verdicts(beside, ((head.reasons, head.outlived) for head in concluded)),
        tainted=weak,
        erasures={
            event.event_id: tuple(
                reason for reason, _ in _head(view, event).reasons if reason not in _LATER_REASONS
            )
            for event in work.counted.values()
            if event.type == "erased"
        },
    )


@frozen(kw_only=True)
class _View:
    """What every head is judged by.

    Attributes:
        work: the log.
        beside: the witnesses.
        contested: the disputes of the log and the witnesses.
        weak: the tainted events of the log.
    """

    work: Work
    beside: Shown
    contested: Contested
    weak: frozenset[str]


def _head(view: _View, head: ChainEvent) -> Head:
    work = view.work
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
    judged = list(islice(view.contested.rivals_in(past), RIVALS_JUDGED + 1))
    rivals = not_ended(judged, past, work.counted, partial(walk, work))
    decided, outlived = _decide(rivals)
    reasons |= decided
    if len(judged) > RIVALS_JUDGED:
        reasons.add((Reason.DISPUTED, judged[-1].rival.event_id))
    contested = frozenset(one.rival.event_id for one in rivals)
    reasons |= reasons_against(view.beside, head, past, contested)
    later = {one for one, reason in work.receipts.items() if reason is Reason.LATER_EVENT_EXISTS}
    later |= {
        one
        for one, event in work.counted.items()
        if event.seq > head.seq and one not in past and (one not in view.weak or head.event_id in view.weak)
    }
    reasons |= {(Reason.LATER_EVENT_EXISTS, one) for one in later if work.events[one].holding == head.holding}
    return Head(
        event_id=head.event_id,
        reasons=tuple(sorted(reasons, key=lambda one: (one[0].name, one[1]))),
        outlived=tuple(sorted(outlived)),
    )


def _decide(rivals: Iterable[Rivals]) -> tuple[set[tuple[Reason, str]], set[str]]:
    """Let windows decide between events of a past and their rivals (rule L6); name the first few of each.

    A rival whose keys or past are in doubt is counted all the same: it may be the honest one, so that between
    the two nothing is shown.
    """
    named: dict[Reason, set[str]] = {reason: set() for reason in _RIVALRY.values()}
    for one in rivals:
        reason = _RIVALRY[_stands(one)]
        told = (one.mine, one.rival) if reason is Reason.DISPUTED else (one.rival,)
        for event in told:
            if len(named[reason]) < RIVALS_NAMED:
                named[reason].add(event.event_id)
    outlived = named.pop(Reason.DISPUTE_WON)
    return {(reason, event_id) for reason, ids in named.items() for event_id in ids}, outlived


def _stands(one: Rivals) -> bool | None:
    """Tell whether an event stands against its rival, falls, or neither."""
    if one.stands is not None or stands_against(one.mine, one.rival):
        return one.stands is not False
    return False if stands_against(one.rival, one.mine) else None
