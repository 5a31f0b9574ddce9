"""Who held it: the holdings of a log, each with its holder and what became of it."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import define, evolve, field

from custody.proof.custody_chain import Chain
from custody.proof.holding import HIDDEN, ChainEvent, Held
from custody.proof.window import OPEN
from custody.report.holding_fact import HoldingFact, HoldingMoment, HoldingNote, HoldingStart, HoldingState
from custody.report.reason import Reason
from custody.verification.custody_findings import Judged
from custody.verification.times import Times

_STARTS = {start.value: start for start in HoldingStart}
_DISPUTES = frozenset({Reason.DISPUTED, Reason.FORK})


@define
class _Log:
    """A judged log, by holding.

    Attributes:
        judged: the log.
        times: what is proven about time.
        events: holding to its counted events and followed stubs, by seq.
        openers: event to the counted events that open a holding after it.
        reconciled: event to the counted reconciliations that follow it.
        shown: event to the ids of events of receipts that open a holding after it and are not set aside.
        disputed: holdings in which an event is disputed or contradicted.
        lost: holding of a head that lost a dispute to the event that stands.
    """

    judged: Judged
    times: Times | None
    events: dict[str, list[ChainEvent]] = field(factory=dict)
    openers: dict[str, list[ChainEvent]] = field(factory=dict)
    reconciled: dict[str, list[ChainEvent]] = field(factory=dict)
    shown: dict[str, list[str]] = field(factory=dict)
    disputed: set[str] = field(factory=set)
    lost: dict[str, ChainEvent] = field(factory=dict)


def holding_facts(judged: Judged, times: Times | None) -> tuple[HoldingFact, ...]:
    """Return the holdings of a log in the order in which they were opened; of siblings, by id.

    Args:
        judged: the log; without a chain there is no holding.
        times: what is proven about time.
    """
    chain = judged.chain
    if chain is None:
        return ()
    log = _Log(judged=judged, times=times)
    for event in _present(judged, chain):
        log.events.setdefault(event.holding, []).append(event)
        if event.seq == 0:
            for prev in event.prev:
                log.openers.setdefault(prev, []).append(event)
        if event.type == "reconciled":
            for prev in event.prev:
                log.reconciled.setdefault(prev, []).append(event)
    for event_id, event in sorted(judged.witnesses.events.items()):
        if event.seq == 0 and chain.witnesses[event_id].cause is None:
            for prev in event.prev:
                log.shown.setdefault(prev, []).append(event_id)
    _note_disputes(log, chain)
    return tuple(_fact(log, chain, holding) for holding in log.events)


def _present(judged: Judged, chain: Chain) -> Iterator[ChainEvent]:
    """Yield the counted events in their order, with the stubs that they follow where their holding begins."""
    yield from (judged.events[event_id] for event_id in chain.counted)
    yield from sorted(
        (judged.events[event_id] for event_id in chain.stubs), key=lambda one: (one.holding, one.seq)
    )


def _note_disputes(log: _Log, chain: Chain) -> None:
    """Note the holdings, of this log or of a receipt, that a dispute or a contradiction touches."""
    for head in chain.heads:
        for reason, event_id in head.reasons:
            event = log.judged.events.get(event_id) or log.judged.witnesses.events.get(event_id)
            if event is None:
                continue
            if reason is Reason.DISPUTE_LOST:  # the event named is the one that stands
                log.lost[log.judged.events[head.event_id].holding] = event
            elif reason in _DISPUTES:
                log.disputed.add(event.holding)


def _fact(log: _Log, chain: Chain, holding: str) -> HoldingFact:
    events = sorted(log.events[holding], key=lambda one: one.seq)
    first, last = events[0], events[-1]
    opener = first if first.seq == 0 else None
    counted = [event for event in events if not event.stub]
    opened = opener is not None and not opener.stub
    fact = HoldingFact(
        holding_id=holding,
        holder=first.actor if opened else None,
        opened=_STARTS[first.type or "unknown"] if opened else HoldingStart.UNKNOWN,
        opened_by=None if opener is None else opener.event_id,
        state=HoldingState.HELD,
        last_event=counted[-1].event_id if counted else None,
        start=HoldingMoment() if opener is None else _moment(log, opener),
        refused_by=tuple(dict.fromkeys(_refused_by(log, events))),
        notes=tuple(_notes(log, chain, events)),
    )
    lost_to = log.lost.get(holding)
    if lost_to is not None and lost_to.seq == 0 and _follows_in(log, lost_to, holding):
        # What stands ended this holding, whatever was written in it afterwards.
        heir = lost_to.type == "succeeded"
        return _until(log, fact, HoldingState.SUCCEEDED if heir else HoldingState.HANDED_OVER, lost_to)
    if holding in log.disputed or lost_to is not None:
        return evolve(fact, state=HoldingState.DISPUTED)
    if opened and first.type == "succeeded" and first.event_id in chain.tainted:
        return evolve(fact, state=HoldingState.UNKNOWN)  # he says so, and nobody who may has agreed
    return _ended(log, chain, fact, last)


def _notes(log: _Log, chain: Chain, events: list[ChainEvent]) -> Iterator[HoldingNote]:
    first, body = events[0], log.judged.by_id[events[0].event_id].body
    if first.seq == 0 and first.type == "succeeded" and first.event_id in chain.tainted:
        if not first.cosigned_succession:
            yield HoldingNote.UNAPPROVED
    elif first.seq == 0 and body is not None and body.data.get("result") == "fail":
        yield HoldingNote.NOT_AS_SEALED
    if any(event.type == "withdrawn" for event in events):
        yield HoldingNote.RELEASE_WITHDRAWN


def _refused_by(log: _Log, events: list[ChainEvent]) -> Iterator[str]:
    """Yield the recipients of releases who refused them; what anybody else says of one is no refusal."""
    for event in events:
        to = None if event.type != "released" or event.to is None else event.to.identity
        if to is not None and (event.event_id, to) in log.judged.refusals:
            yield to


def _taken_over(log: _Log, chain: Chain, last: ChainEvent) -> ChainEvent | None:
    """Return the event of a receipt that received or carried on after events that this copy lacks."""
    shown = log.judged.witnesses.events
    reached, found = {last.event_id}, None
    for event_id in sorted(shown, key=lambda one: (shown[one].seq == 0, shown[one].seq, one)):
        event = shown[event_id]
        if chain.witnesses[event_id].cause is not None or not reached & set(event.prev):
            continue
        if event.holding == last.holding:
            reached.add(event_id)
        elif event.type == "received" or event.cosigned_succession:
            found = found or event
    return found


def _follows_in(log: _Log, opener: ChainEvent, holding: str) -> bool:
    return any(event.event_id in opener.prev for event in log.events[holding])


def _ended(log: _Log, chain: Chain, fact: HoldingFact, last: ChainEvent) -> HoldingFact:
    """Say what became of a holding that nobody disputes."""
    state = chain.states.get(last.event_id, HIDDEN)
    followers = log.openers.get(last.event_id, [])
    heirs = (one for one in followers if one.type == "succeeded" and one.event_id not in chain.tainted)
    heir = next(heirs, None)
    received = next((one for one in followers if one.type == "received"), None)
    if state.held is Held.IN_TRANSIT and received is not None:
        return _until(log, fact, HoldingState.HANDED_OVER, received)
    if heir is not None:
        return _until(log, fact, HoldingState.SUCCEEDED, heir)
    if state.held is Held.IN_TRANSIT and not any(one.stub for one in followers):
        named = None if last.to is None else last.to.identity
        shown_by = next(iter(log.shown.get(last.event_id, ())), None)
        return evolve(
            fact, state=HoldingState.IN_TRANSIT, end=_moment(log, last), to=named, shown_by=shown_by
        )
    if state.held is Held.CLOSED:
        return evolve(fact, state=HoldingState.CLOSED, ended_by=last.event_id, end=_moment(log, last))
    after = log.reconciled.get(last.event_id, ())
    ending = next((one for one in after if _ends(one, fact)), None)
    if ending is not None:
        return evolve(fact, state=HoldingState.RECONCILED, ended_by=ending.event_id, end=_moment(log, ending))
    hidden = state.held in {Held.HIDDEN, Held.IN_TRANSIT}
    return evolve(fact, state=HoldingState.UNKNOWN) if hidden else _still_held(log, chain, fact, last)


def _still_held(log: _Log, chain: Chain, fact: HoldingFact, last: ChainEvent) -> HoldingFact:
    taken = _taken_over(log, chain, last)
    return fact if taken is None else evolve(fact, shown_by=taken.event_id, to=taken.actor)


def _until(log: _Log, fact: HoldingFact, state: HoldingState, by: ChainEvent) -> HoldingFact:
    return evolve(fact, state=state, ended_by=by.event_id, end=_moment(log, by), to=by.actor)


def _ends(reconciled: ChainEvent, fact: HoldingFact) -> bool:
    """Tell whether a reconciliation in another holding ended this one: its holder signed it too."""
    return reconciled.holding != fact.holding_id and fact.holder in reconciled.identities


def _moment(log: _Log, event: ChainEvent) -> HoldingMoment:
    window = OPEN if log.times is None else log.times.window(event.event_id)
    body = log.judged.by_id[event.event_id].body
    return HoldingMoment(
        not_before=None if window.not_before is None else window.not_before.at,
        not_after=None if window.not_after is None else window.not_after.at,
        claimed_at=None if body is None else str(body.claimed_at),
    )
