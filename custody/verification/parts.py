"""Finding 9: whole and part, and by whose signature anything is closed (DESIGN, "Whole and part")."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from attrs import field, frozen

from custody.proof.event_record import EventRecord
from custody.report.claim import Claim
from custody.report.reason import Reason
from custody.verification.items import ItemFacts, count_among
from custody.verification.run import CONTENT, LISTED, Run

_COMPLETE = (Claim.COMPLETE,)
_INTACT = (Claim.INTACT,)


@frozen(kw_only=True)
class Counted:
    """The log as finding 9 looks at it: counted events and stubs, by event id.

    Attributes:
        records: record of every counted event and of every stub that one follows.
        links: what each event follows whose id fixes it, set aside or not.
        heads: ids of the heads.
        doubtful: ids of the counted events with a doubt about a key; what rests on them is undetermined.
        actors: who acted in each counted event, by the name that the trust gives the keys.
        name_of: the name that the trust gives keys, or None.
        attributable: ids of the events without such a doubt that a trusted sealer or holder signed as actor
            or, under an expected seal, the sealer.
    """

    records: Mapping[str, EventRecord] = field(factory=dict)
    links: Mapping[str, tuple[str, ...]] = field(factory=dict)
    heads: tuple[str, ...] = ()
    doubtful: frozenset[str] = frozenset()
    actors: Mapping[str, str] = field(factory=dict)
    name_of: Callable[[tuple[str, ...]], str | None] = field(default=lambda _keys: None)
    attributable: frozenset[str] = frozenset()

    def past_of(self, event_id: str) -> set[str]:
        """Return the ids in an event's past, itself left out."""
        seen: set[str] = set()
        stack = [event_id]
        while stack:
            new = [prev for prev in self.links.get(stack.pop(), ()) if prev not in seen]
            seen.update(new)
            stack.extend(new)
        return seen


def erased_leaves(counted: Counted, *, doubtful: bool = False) -> list[int]:
    """Return the leaf indices, ascending, that counted, open `erased` events name.

    An erasure whose signatures are in doubt takes nothing away, for what rests on it would be undetermined;
    only when `doubtful` is set its leaves are named too.
    """
    leaves: set[int] = set()
    for event_id, record in counted.records.items():
        sound = doubtful or event_id in counted.attributable
        if sound and record.body is not None and record.body.type == "erased":
            leaves.update(record.body.data["leaves"])
    return sorted(leaves)


def conclude_withheld(run: Run, facts: ItemFacts, counted: Counted, seal: EventRecord) -> None:
    """Add what finding 9 comes to."""
    _list_closed_fields(run, counted)
    if facts.malformed:
        return
    if facts.contents == 0:
        run.findings.add(Reason.NO_OPEN_CONTENT, "", _INTACT)
    _list_pending(run, facts, counted)
    erased = facts.closed_among(erased_leaves(counted))
    if erased:
        run.findings.add(Reason.ITEMS_ERASED, "", _COMPLETE, items=erased)
    withheld = facts.closed - erased
    if not withheld:
        reason = Reason.ERASURE_ATTRIBUTED if erased else Reason.NOTHING_WITHHELD
        run.findings.add(reason, "", CONTENT, items=erased)
        return
    disclosed = [event_id for event_id in counted.heads if _attributes(counted, event_id, facts, seal)]
    if len(disclosed) != 1:
        run.findings.add(Reason.WITHHELD_UNATTRIBUTED, "", CONTENT, items=withheld)
        return
    (event_id,) = disclosed
    body: Any = counted.records[event_id].body
    run.findings.add(
        Reason.PART_ATTRIBUTED,
        event_id,
        _INTACT,
        basis=(event_id, *body.acting.key_ids),
        actor=counted.actors[event_id],
        **_recipient(counted, body.data["to"]),
    )
    run.findings.add(Reason.PART_INCOMPLETE, event_id, _COMPLETE, items=withheld)


def _list_pending(run: Run, facts: ItemFacts, counted: Counted) -> None:
    """List erasures that were signed and not carried out in this copy; they bear on no claim."""
    for event_id, record in sorted(counted.records.items()):
        if event_id in counted.attributable and record.body is not None and record.body.type == "erased":
            leaves = record.body.data["leaves"]
            here = len(leaves) - count_among(facts.withheld, leaves)
            if here:
                run.findings.add(
                    Reason.ERASURE_PENDING, record.path, LISTED, basis=(event_id,), event=event_id, items=here
                )


def _recipient(counted: Counted, to: Mapping[str, Any]) -> dict[str, str]:
    """Name a recipient by what the trust knows of his keys; a mere label is called claimed."""
    name = counted.name_of(tuple(to.get("keys", ())))
    return {"claimed_recipient": to["identity"]} if name is None else {"recipient": name}


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
        not facts.scattered
        and opened["items"] == [list(run) for run in facts.runs]
        and opened["events"] == [*events, ["self", record.mask]]
        and opened["manifest"] == facts.manifest_sha256
    )


def gone_with_erasure(facts: ItemFacts, counted: Counted) -> bool:
    """Tell whether an erasure took an item, so that the seal's manifest no longer describes this copy."""
    return facts.closed_among(erased_leaves(counted, doubtful=True)) > 0
