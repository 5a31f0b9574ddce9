"""Finding 9: whole and part, and by whose signature anything is closed (DESIGN, "Whole and part")."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence

from attrs import frozen

from custody.proof.event_record import EventRecord
from custody.report.claim import Claim
from custody.report.reason import Reason
from custody.verification.items import ItemFacts
from custody.verification.run import CONTENT, Run

_COMPLETE = (Claim.COMPLETE,)
_INTACT = (Claim.INTACT,)
_CONTENT_BIT = 1


@frozen(kw_only=True)
class Counted:
    """The log as finding 9 looks at it: counted events and stubs, by event id.

    Attributes:
        records: record of every counted event and of every stub that one follows.
        heads: ids of the heads.
        attributable: ids of the events that the whole key set of a trusted sealer or holder signed, or, under
            an expected seal, of the sealer.
        doubtful: ids of the counted events with a doubt about a key; what rests on them is undetermined.
    """

    records: Mapping[str, EventRecord]
    heads: tuple[str, ...]
    attributable: frozenset[str]
    doubtful: frozenset[str] = frozenset()

    def past_of(self, event_id: str) -> set[str]:
        """Return the ids in an event's past, itself left out."""
        seen: set[str] = set()
        stack = [event_id]
        while stack:
            record = self.records.get(stack.pop())
            if record is not None and record.statement is not None:
                new = [prev for prev in record.statement.prev if prev not in seen]
                seen.update(new)
                stack.extend(new)
        return seen


def erased_leaves(counted: Counted) -> list[int]:
    """Return the leaf indices, ascending, that counted, open `erased` events name.

    An erasure whose signatures are in doubt takes nothing away: what rests on it would be undetermined.
    """
    leaves: set[int] = set()
    for event_id, record in counted.records.items():
        if record.body is not None and record.body.type == "erased" and event_id not in counted.doubtful:
            leaves.update(record.body.data["leaves"])
    return sorted(leaves)


def erased_among(closed: Sequence[int], leaves: Sequence[int]) -> int:
    """Count the closed lines that an erasure names; both ascending."""

    def named(index: int) -> bool:
        place = bisect_left(leaves, index)
        return place < len(leaves) and leaves[place] == index

    return sum(1 for index in closed if named(index))


def conclude_withheld(run: Run, facts: ItemFacts, counted: Counted, seal: EventRecord) -> int:
    """Add what finding 9 comes to; returns the number of erased items."""
    leaves = erased_leaves(counted)
    erased = erased_among(facts.closed, leaves)
    _list_closed_fields(run, counted)
    if facts.contents == 0 and not facts.malformed:
        run.findings.add(Reason.NO_OPEN_CONTENT, "", _INTACT)
    if facts.malformed:
        return erased
    if erased:
        run.findings.add(Reason.ITEMS_ERASED, "", _COMPLETE, items=erased)
    if len(facts.closed) == erased:
        reason = Reason.ERASURE_ATTRIBUTED if erased else Reason.NOTHING_WITHHELD
        run.findings.add(reason, "", CONTENT, items=erased)
        return erased
    disclosed = [event_id for event_id in counted.heads if _attributes(counted, event_id, facts, seal)]
    if len(disclosed) == 1:
        body = counted.records[disclosed[0]].body
        actor, recipient = (body.actor, body.data["to"]["identity"]) if body is not None else ("", "")
        withheld = len(facts.closed) - erased
        run.findings.add(
            Reason.PART_ATTRIBUTED,
            disclosed[0],
            _INTACT,
            basis=(disclosed[0],),
            actor=actor,
            recipient=recipient,
        )
        run.findings.add(Reason.PART_INCOMPLETE, disclosed[0], _COMPLETE, items=withheld)
    else:
        run.findings.add(Reason.WITHHELD_UNATTRIBUTED, "", CONTENT, items=len(facts.closed) - erased)
    return erased


def _list_closed_fields(run: Run, counted: Counted) -> None:
    for event_id, record in sorted(counted.records.items()):
        if record.body is None:
            run.findings.add(Reason.EVENT_STUBBED, record.path, _COMPLETE, basis=(event_id,))
        for name in record.closed:
            run.findings.add(Reason.EVENT_FIELD_CLOSED, f"{record.path}/{name}.json", _COMPLETE)


def _attributes(counted: Counted, event_id: str, facts: ItemFacts, seal: EventRecord) -> bool:
    """Tell whether a head is a disclosure that accounts for exactly what is open (the four conditions)."""
    record = counted.records[event_id]
    opening = record.openings.get("opened")
    if record.body is None or record.body.type != "disclosed" or opening is None:
        return False
    past = counted.past_of(event_id)
    others = [counted.records[one] for one in past if one in counted.records]
    if any("opened" in other.openings or "manifest" in other.openings for other in others):
        return False
    if seal.event_id not in past or seal.body is None or event_id not in counted.attributable:
        return False
    opened = opening.value
    events = [
        [other.event_id, other.mask] for other in sorted(others, key=lambda one: one.event_id) if other.mask
    ]
    return bool(
        opened["items"] == [list(run) for run in facts.runs]
        and opened["events"] == [*events, ["self", record.mask]]
        and opened["manifest"] == facts.manifest_sha256
    )


def opened_value(facts: ItemFacts, past: Iterable[EventRecord], self_mask: int) -> dict[str, object]:
    """Return the value of `opened` that accounts for a part, as `disclosed` must state it."""
    events: list[list[object]] = [
        [record.event_id, record.mask] for record in sorted(past, key=lambda one: one.event_id) if record.mask
    ]
    return {
        "manifest": facts.manifest_sha256,
        "items": [list(run) for run in facts.runs],
        "events": [*events, ["self", self_mask]],
    }


def gone_with_erasure(facts: ItemFacts, counted: Counted) -> bool:
    """Tell whether an erasure took an item, so that the seal's manifest no longer describes this copy."""
    leaves = erased_leaves(counted)
    return erased_among(facts.closed, leaves) > 0


def has_closed_content(facts: ItemFacts) -> bool:
    """Tell whether the content of any item is closed here."""
    opened = sum(last - first + 1 for first, last, mask in facts.runs if mask & _CONTENT_BIT)
    return opened < facts.lines
