"""Disputes: counted events that exclude each other (rule L6), and who ended them.

Proven windows decide where they can; otherwise a dispute leaves every head that rests on one of the rivals
undetermined, until a `reconciled` that both parties signed.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

from attrs import define, field, frozen

from custody.proof.holding import ChainEvent

Walk = Callable[[Iterable[str]], Iterator[str]]
"""Yields the ids reachable through `prev`, the given ones included, each once."""


@frozen(kw_only=True)
class Rivals:
    """An event of a past and one that excludes it.

    Attributes:
        mine: the event of the past.
        rival: the other.
        stands: whether the first stands, where that is settled without their times.
    """

    mine: ChainEvent
    rival: ChainEvent
    stands: bool | None = None


@frozen(kw_only=True)
class Dispute:
    """Two groups of events; each of one excludes every other of the other.

    Attributes:
        one: some events; the same as `other` when all of them exclude each other.
        other: what they exclude.
        settled: whether what stands in `one` stands whatever is proven of their times.
    """

    one: Sequence[ChainEvent]
    other: Sequence[ChainEvent]
    settled: bool = False


@define
class Contested:
    """Which events exclude which, by event; made once for all heads of a log."""

    _sides: dict[str, list[tuple[tuple[ChainEvent, ...], bool | None]]] = field(factory=dict)
    _events: dict[str, ChainEvent] = field(factory=dict)

    @classmethod
    def of(cls, disputes: Iterable[Dispute]) -> Contested:
        """Sort disputes by the events that are in them."""
        found = cls()
        for dispute in disputes:
            one, other = (tuple(sorted(side, key=_by_id)) for side in (dispute.one, dispute.other))
            for mine, rivals, first in ((one, other, True), (other, one, False)):
                stands = first if dispute.settled else None
                for event in mine:
                    found._events[event.event_id] = event
                    found._sides.setdefault(event.event_id, []).append((rivals, stands))
        return found

    def rivals_in(self, past: Collection[str]) -> Iterator[Rivals]:
        """Yield each event of a past with each of its rivals once, both in the order of their ids."""
        for event_id in sorted(one for one in past if one in self._sides):
            mine, seen = self._events[event_id], {event_id}
            for rivals, stands in self._sides[event_id]:
                for rival in rivals:
                    if rival.event_id not in seen:
                        seen.add(rival.event_id)
                        yield Rivals(mine=mine, rival=rival, stands=stands)


def _by_id(event: ChainEvent) -> str:
    return event.event_id


def stands_against(one: ChainEvent, rival: ChainEvent) -> bool:
    """Tell whether an event stands against a rival by what is proven of their times (rule L6).

    Its window lies wholly before the rival's; or it is a receipt, or the holder's own act beside somebody
    else's succession, and is proven to have existed before the rival was: a late or secret withdrawal must
    not hurt who honestly received.
    Authorities that contradict each other about one of the two decide nothing, and neither do proofs of time
    that nobody judged.
    """
    not_after = one.window.not_after
    if not_after is None or rival.undated or one.window.contradicted or rival.window.contradicted:
        return False
    lower, upper = rival.window.not_before, rival.window.not_after
    if lower is not None and not_after.at < lower.at:
        return True
    himself = rival.cosigned_succession and not one.cosigned_succession and rival.actor != one.actor
    favoured = one.type == "received" or himself
    return favoured and (upper is None or not_after.at < upper.at)


def find_disputes(counted: Mapping[str, ChainEvent], events: Mapping[str, ChainEvent]) -> tuple[Dispute, ...]:
    """Find the disputes of a log: withdrawn beside received, two received, successions beside anything."""
    received: dict[str, list[ChainEvent]] = {}
    withdrawn: dict[str, list[ChainEvent]] = {}
    by_holding: dict[str, list[ChainEvent]] = {}
    heirs: dict[str, list[ChainEvent]] = {}
    for event in counted.values():
        by_holding.setdefault(event.holding, []).append(event)
        if event.type == "received":
            received.setdefault(event.prev[0], []).append(event)
        elif event.type == "withdrawn" and _own_release(event, events):
            withdrawn.setdefault(str(event.answers), []).append(event)
        elif event.cosigned_succession and event.prev[0] in events:
            heirs.setdefault(events[event.prev[0]].holding, []).append(event)
    found = [
        Dispute(one=tuple(receipts), other=(*receipts, *withdrawn.get(release, ())))
        for release, receipts in received.items()
    ]
    found += [Dispute(one=tuple(rivals), other=tuple(rivals)) for rivals in heirs.values()]
    for holding, successions in heirs.items():
        for heir in successions:
            followed = events[heir.prev[0]]
            receipts = received.get(followed.event_id, [])
            later = [one for one in by_holding.get(holding, ()) if one.seq > followed.seq]
            if receipts or later:
                found.append(Dispute(one=(heir,), other=(*receipts, *later)))
    return (*found, *_ended_twice(counted, by_holding))


def _ended_twice(
    counted: Mapping[str, ChainEvent], by_holding: Mapping[str, Sequence[ChainEvent]]
) -> Iterator[Dispute]:
    """Find reconciliations that end a holding whose writer, who signed them, goes on in it all the same.

    Where somebody else relied on what he did there, one of the two was false, and times must decide. Where
    nobody did, he only contradicts what he has signed.
    """
    writers = {event.holding: event.actor for event in counted.values() if event.seq == 0}
    relied = {
        prev
        for event in counted.values()
        for prev in event.prev
        if prev in counted and event.holding != counted[prev].holding and event.actor != counted[prev].actor
    }
    for peace in counted.values():
        for prev in peace.prev if peace.type == "reconciled" else ():
            ended = counted.get(prev)
            if ended is None or ended.holding == peace.holding:
                continue
            later = [one for one in by_holding[ended.holding] if one.seq > ended.seq]
            if later and writers.get(ended.holding) in peace.identities:
                # Two reconciliations that each end the holding of the other contradict each other.
                used = any(one.event_id in relied or one.type == "reconciled" for one in later)
                yield Dispute(one=(peace,), other=later, settled=not used)


def _own_release(event: ChainEvent, events: Mapping[str, ChainEvent]) -> bool:
    """Tell whether a withdrawal answers what was given away in its own holding; others cannot dispute it."""
    answered = None if event.answers is None else events.get(event.answers)
    return answered is not None and answered.holding == event.holding


@frozen(kw_only=True)
class _Peace:
    """A `reconciled` and what it lies after.

    Attributes:
        identities: who signed it.
        before: the ids in its past.
        reached: of its own holding and of those that it ends, to the last seq there that it follows.
    """

    identities: frozenset[str]
    before: frozenset[str]
    reached: Mapping[str, int]

    def ends(self, one: ChainEvent, other: ChainEvent, events: Mapping[str, ChainEvent]) -> bool:
        """Tell whether the dispute of two events ended here: both signed, and it covers both."""
        return {one.actor, other.actor} <= self.identities and (
            (one.event_id in self.before and self._covers(other, one, events))
            or (other.event_id in self.before and self._covers(one, other, events))
        )

    def _covers(self, event: ChainEvent, settled: ChainEvent, events: Mapping[str, ChainEvent]) -> bool:
        """Tell whether an event is settled too: itself, or what its holder did before it with that quarrel.

        From there on he goes on by agreement where he wrote this; where the other did, his holding has ended.
        """
        if event.event_id in self.before:
            return True
        if settled.seq and settled.type != "reconciled":
            return False
        # An opener stands beside what goes on after it, and so does the end of another holding.
        ends = (events[prev].seq for prev in settled.prev if _holding(events, prev) == event.holding)
        followed = next(ends, None) if settled.holding != event.holding else None
        return followed is not None and self.reached.get(event.holding, -1) > followed


def _holding(events: Mapping[str, ChainEvent], event_id: str) -> str | None:
    return events[event_id].holding if event_id in events else None


def not_ended(
    rivals: Iterable[Rivals], past: Iterable[str], counted: Mapping[str, ChainEvent], walk: Walk
) -> list[Rivals]:
    """Return the rivals whose dispute no `reconciled` of both in a past has ended.

    What a reconciliation lies after is looked at once, and not kept: a log can hold thousands of them.
    """
    left = list(rivals)
    for event_id in past if left else ():
        event = counted.get(event_id)
        if event is None or event.type != "reconciled":
            continue
        meant = [{one.mine.actor, one.rival.actor} <= event.identities for one in left]
        if any(meant):
            peace = _peace_of(event, counted, walk)
            left = [
                one
                for one, both in zip(left, meant, strict=True)
                if not (both and peace.ends(one.mine, one.rival, counted))
            ]
    return left


def _peace_of(event: ChainEvent, counted: Mapping[str, ChainEvent], walk: Walk) -> _Peace:
    # What it reaches through somebody else's holding alone it does not end: its writer goes on there.
    reached = {counted[one].holding: counted[one].seq for one in event.prev if one in counted}
    reached[event.holding] = event.seq
    return _Peace(identities=event.identities, before=frozenset(walk(event.prev)), reached=reached)


def open_releases(past: Collection[str], counted: Mapping[str, ChainEvent]) -> tuple[str, ...]:
    """Return the releases of a past that nobody received, withdrew or succeeded to in it (rule H7)."""
    present = [counted[event_id] for event_id in past if event_id in counted]
    answered = {
        event.answers for event in present if event.type == "withdrawn" and _own_release(event, counted)
    }
    answered |= {event.prev[0] for event in present if event.type in {"received", "succeeded"}}
    return tuple(
        sorted(
            event.event_id for event in present if event.type == "released" and event.event_id not in answered
        )
    )
