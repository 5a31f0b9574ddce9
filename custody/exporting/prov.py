"""W3C PROV as PROV-JSON (member submission of 24 April 2013): entities, activities, agents.

The bundle is a collection with the items as members; a holding is a specialization of the bundle in the hands
of one agent; an event is an activity, informed by the events that it builds on.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator
from typing import Any, TypeAlias

from custody.exporting.flatten import attributes_of
from custody.exporting.identifier import (
    EVENT_TYPES,
    TERMS,
    agent_name,
    bundle_namespace,
    event_name,
    holding_name,
    item_name,
    notice,
)
from custody.exporting.json_text import encode_records, encode_text
from custody.exporting.view import EventView, ExportView, ItemView

_Record: TypeAlias = dict[str, Any]
_Named: TypeAlias = tuple[str, _Record]
_BUNDLE = "bundle:whole"
_VIEW = "bundle:view"


def encode_prov(view: ExportView) -> Iterator[bytes]:
    """Yield a PROV-JSON document, one record a line.

    Raises:
        BundleError, StorageError: what the view's items raise when they are read.
    """
    prefixes = {
        "custody": TERMS,
        "event-type": EVENT_TYPES,
        "bundle": bundle_namespace(view.bundle_id),
        "xsd": "http://www.w3.org/2001/XMLSchema#",
    }
    yield f'{{"prefix":{encode_text(prefixes)}'.encode()
    numbers = array("I")
    derived: list[tuple[int, int]] = []
    yield from _section("entity", _entities(view, numbers, derived))
    yield from _section("agent", ((_agent(name), _labelled("Identity", name)) for name in view.agents))
    yield from _section("activity", (_activity(event) for event in view.events))
    yield from _section("hadMember", _members(numbers))
    for name, records in _relations(view, derived).items():
        yield from _section(name, _numbered(name, records))
    yield b"\n}\n"


def _section(name: str, records: Iterable[_Named]) -> Iterator[bytes]:
    lines = encode_records(records)
    first = next(lines, None)
    if first is not None:
        yield f',\n"{name}":{{'.encode()
        yield first
        yield from lines
        yield b"\n}"


def _numbered(name: str, records: Iterable[_Record]) -> Iterator[_Named]:
    for place, record in enumerate(records, start=1):
        yield f"_:{name}{place}", record


def _name(local: str) -> _Record:
    return {"$": local, "type": "prov:QUALIFIED_NAME"}


def _agent(identity: str) -> str:
    return f"bundle:{agent_name(identity)}"


def _event(event_id: str) -> str:
    return f"bundle:{event_name(event_id)}"


def _holding(holding: str) -> str:
    return f"bundle:{holding_name(holding)}"


def _item(number: int) -> str:
    return f"bundle:{item_name(number)}"


def _labelled(kind: str, label: str) -> _Record:
    return {"prov:type": _name(f"custody:{kind}"), "prov:label": label}


def _entities(view: ExportView, numbers: array[int], derived: list[tuple[int, int]]) -> Iterator[_Named]:
    """Yield every entity, and note the numbers of the items and what they were derived from."""
    yield _VIEW, _view_record(view)
    yield (
        _BUNDLE,
        {
            "prov:type": [_name("prov:Collection"), _name("custody:Bundle")],
            "prov:label": f"bundle {view.bundle_id}",
            "custody:bundle": view.bundle_id,
            "custody:root": view.root,
            "custody:sealedItems": view.sealed_items,
        },
    )
    for holding in view.holdings:
        yield (
            _holding(holding.holding),
            _labelled("Holding", holding.label)
            | {"custody:holding": holding.holding, "custody:state": holding.state}
            | ({} if holding.ended_by is None else {"custody:endedBy": holding.ended_by}),
        )
    for item in view.items:
        numbers.append(item.number)
        derived.extend((item.number, original) for original in item.originals)
        yield _item(item.number), _item_record(item)


def _view_record(view: ExportView) -> _Record:
    record = _labelled("UnsignedView", notice(view)) | {
        "custody:signed": False,
        "custody:seal": view.seal_id,
        "custody:verifiedAt": str(view.verified_at),
        "custody:madeFrom": [event.event_id for event in view.events],
        "custody:withheldItems": view.withheld,
        "custody:setAside": view.set_aside,
    }
    if view.hidden:
        record["custody:hiddenEvents"] = list(view.hidden)
    for claim in view.claims:
        record[f"custody:claim.{claim.claim}"] = claim.told
    return record


def _item_record(item: ItemView) -> _Record:
    label = item.title or item.name or f"item {item.number}"
    record = _labelled("Item", label) | {"custody:number": item.number, "custody:leaf": item.leaf}
    if item.content is not None:
        record["custody:size"] = item.content["size"]
        record |= {f"custody:{algorithm}": digest for algorithm, digest in item.digests}
    if item.name is not None:
        record["custody:name"] = item.name
    if item.closed:
        record["custody:closed"] = list(item.closed)
    return record | attributes_of(item.facts)


def _activity(event: EventView) -> _Named:
    record: _Record = {
        "prov:type": _name(f"event-type:{event.type}"),
        "prov:label": f"{event.type} by {event.actor}",
        # PROV knows no claimed time: that these are claims is said beside them.
        "prov:startTime": str(event.claimed_at),
        "prov:endTime": str(event.claimed_at),
        "custody:timeIsClaimedBy": event.actor,
        "custody:provenWindow": event.window,
        "custody:event": event.event_id,
        "custody:attestation": event.attestation,
    }
    bounds = (("custody:notBefore", event.not_before), ("custody:notAfter", event.not_after))
    record |= {name: str(bound) for name, bound in bounds if bound is not None}
    if event.follows:
        record["custody:follows"] = list(event.follows)
    if event.recipient is not None:
        record["custody:recipient"] = _name(_agent(event.recipient))
    if event.claimed_recipient is not None:
        record["custody:claimedRecipient"] = event.claimed_recipient
    if event.result:
        record["custody:result"] = event.result
    if event.doubts:
        record["custody:undetermined"] = list(event.doubts)
    return _event(event.event_id), record | attributes_of(event.facts)


def _members(numbers: array[int]) -> Iterator[_Named]:
    for place, number in enumerate(numbers, start=1):
        yield f"_:member{place}", {"prov:collection": _BUNDLE, "prov:entity": _item(number)}


def _relations(view: ExportView, derived: list[tuple[int, int]]) -> dict[str, list[_Record]]:
    exported = {event.event_id for event in view.events}
    copies = {holding.opened_by: holding.taken_from for holding in view.holdings}
    known = {holding.holding for holding in view.holdings}
    found: dict[str, list[_Record]] = {
        "wasGeneratedBy": [],
        "used": [],
        "wasInformedBy": [],
        "wasAssociatedWith": [],
        "wasAttributedTo": [],
        "specializationOf": [],
        "wasDerivedFrom": [
            {"prov:generatedEntity": _item(number), "prov:usedEntity": _item(original)}
            for number, original in derived
        ],
    }
    for event in view.events:
        activity = _event(event.event_id)
        for number in event.used:
            found["used"].append({"prov:activity": activity, "prov:entity": _item(number)})
        for number in event.made:
            found["wasGeneratedBy"].append({"prov:entity": _item(number), "prov:activity": activity})
        copy = copies.get(event.event_id, event.holding)
        if event.event_id != view.seal_id:
            used = _holding(copy) if copy in known else _BUNDLE
            found["used"].append({"prov:activity": activity, "prov:entity": used})
        found["wasInformedBy"].extend(
            {"prov:informed": activity, "prov:informant": _event(prev)}
            for prev in event.follows
            if prev in exported
        )
        found["wasAssociatedWith"].extend(
            {"prov:activity": activity, "prov:agent": _agent(name), "prov:role": _name(f"custody:{role}")}
            for role, names in (("actor", (event.actor,)), ("cosigner", event.cosigners))
            for name in names
        )
    for holding in view.holdings:
        entity = _holding(holding.holding)
        if holding.opened_by is not None and holding.holder is not None:
            activity = _event(holding.opened_by)
            found["wasGeneratedBy"].append({"prov:entity": entity, "prov:activity": activity})
            found["wasAttributedTo"].append({"prov:entity": entity, "prov:agent": _agent(holding.holder)})
        found["specializationOf"].append({"prov:specificEntity": entity, "prov:generalEntity": _BUNDLE})
        if holding.taken_from is not None:
            taken_from = _holding(holding.taken_from)
            found["wasDerivedFrom"].append({"prov:generatedEntity": entity, "prov:usedEntity": taken_from})
    return found
