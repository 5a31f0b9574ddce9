"""A bundle as a subject: what is open in it, and what verification found."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any, Final

from attrs import define, evolve

from custody.errors import BundleError, StorageError
from custody.format.bag import ITEMS_PATH
from custody.format.extension import payload_path
from custody.format.item_fields import ITEM_FIELDS
from custody.format.item_line import ItemLine, decode_item_line
from custody.format.limits import FAILURES_LISTED, ITEM_LINE_BYTES
from custody.profiles.answer import Place
from custody.profiles.subject import Stage, Subject, Thing
from custody.report.claim import Outcome
from custody.report.reason import Reason
from custody.report.report import Report
from custody.report.stamp_fact import StampFact
from custody.report.timeline import EventStatus, Named, Timeline, TimelineEvent
from custody.storage.source import BundleSource

EVENT_MEMBERS: Final = frozenset(
    {
        "event", "status", "holding", "seq", "follows", "head", "not_before", "not_after",
        "type", "actor", "cosigners", "to", "claimed_at", "data",
    }
)  # fmt: skip
"""What an event has besides its open fields."""
STAMP_MEMBERS: Final = frozenset(
    {
        "path", "over", "kind", "outcome", "holds", "anchor", "operators", "authorities", "codes", "root",
        "generated_at", "not_before", "not_after", "weakens_at",
    }
)  # fmt: skip
_SEEN: Final = frozenset({EventStatus.COUNTED, EventStatus.STUB, EventStatus.ATTESTATION})
_UNKNOWN: Final = frozenset({Reason.EVENT_SIGNER_UNKNOWN, Reason.ATTESTATION_SIGNER_UNKNOWN})
_OF_THE_BODY: Final = frozenset({"type", "actor", "cosigners", "to", "claimed_at", "data"})
_IN_CONTENT: Final = frozenset({"sha256", "sha512", "sha3_256"})


def subject_of_bundle(
    source: BundleSource,
    report: Report,
    timeline: Timeline | None,
    *,
    declaration: Mapping[str, Any] | None = None,
) -> Subject:
    """Return a bundle as a subject.

    Args:
        source: the bundle; it stays open as long as the subject is asked.
        report: what verification found about it.
        timeline: its log, told with the same trust and moment; None where no seal could be judged.
        declaration: what the person who files says, as in the schema declaration-1, and as `identity` the
            name that the trust gives him.

    Raises:
        StorageError: the machine refused to read.
    """
    told = () if timeline is None else timeline.events
    events = tuple(_event(event) for event in told if event.status in _SEEN)
    erased = _erased(told)
    items, read = _items(source, erased, sealed=_as_sealed(report))
    against, told_all = _against(report), report.failures <= FAILURES_LISTED
    items = tuple(_as_found(item, against, told_all=told_all) for item in items)
    unseen = set() if read else {"item"}
    if timeline is None or any(map(_is_hidden, told)):
        unseen.add("event")
    seal = next((one for one in events if one.value("event") == report.seal_id), None)
    counts = report.counts
    return Subject(
        stage=Stage.BUNDLE,
        moment=report.verified_at,
        items=items,
        case=_case(seal),
        seal=seal,
        events=events,
        stamps=tuple(_stamp(stamp) for stamp in report.stamps),
        filing=None if declaration is None else Thing(place=Place(object="filing"), members=declaration),
        report=report,
        timeline=timeline,
        unseen=frozenset(unseen),
        whole=not (counts.withheld or counts.partly_open),
        digest_of=_Digests(source=source, items={item.place.number: item for item in items}).of,
    )


def _as_sealed(report: Report) -> bool:
    """Tell whether the items are shown to be those of the seal; else anybody may have written them."""
    return any(finding.reason is Reason.ITEMS_MATCH for finding in report.findings)


def _is_hidden(event: TimelineEvent) -> bool:
    """Tell whether an event may say something and cannot be heard, be it that nobody known signed it."""
    return event.unheard or event.reason in _UNKNOWN


def _items(source: BundleSource, erased: frozenset[int], *, sealed: bool) -> tuple[tuple[Thing, ...], bool]:
    """Read the items; also tell whether every line could be read.

    What is not shown to be sealed is as good as withheld: nothing that it says counts.
    """
    things: list[Thing] = []
    try:
        for index, data in enumerate(source.lines(ITEMS_PATH, ITEM_LINE_BYTES)):
            line = decode_item_line(data, index + 1)
            padding = line.kind is not None and line.kind["kind"] == "padding"
            if not padding and index not in erased:
                things.append(_item(line, index + 1) if sealed else _hidden(index + 1))
    except BundleError:
        return tuple(things), False
    return tuple(things), True


def _hidden(number: int) -> Thing:
    return Thing(place=Place(object="item", number=number), closed=frozenset(ITEM_FIELDS))


def _item(line: ItemLine, number: int) -> Thing:
    if line.values:
        pairs: Iterator[tuple[str, Any]] = zip(ITEM_FIELDS, line.values, strict=True)
        members = {name: value for name, value in pairs if value is not None}
        return Thing(place=_place(number, members), members=members)
    opened = {name: pair[1] for name, pair in (line.openings or {}).items() if pair[1] is not None}
    closed = frozenset(line.closed) if line.closed is not None else frozenset(ITEM_FIELDS)
    return Thing(place=_place(number, opened), members=opened, closed=closed)


def _place(number: int, members: Mapping[str, Any]) -> Place:
    name = members.get("name")
    return Place(object="item", number=number, claimed_name=name if isinstance(name, str) else "")


def _against(report: Report) -> Mapping[str, Outcome]:
    """Return the worst that was found of each thing that something was found against."""
    worst: dict[str, Outcome] = {}
    for finding in report.findings:
        if finding.subject and finding.outcome is not Outcome.PROVEN:
            refuted = Outcome.REFUTED in {finding.outcome, worst.get(finding.subject)}
            worst[finding.subject] = Outcome.REFUTED if refuted else Outcome.UNDETERMINED
    return worst


def _as_found(item: Thing, against: Mapping[str, Outcome], *, told_all: bool) -> Thing:
    """Return an item without the content that is not the file's: what the seal says of it is not here.

    A file that is not the sealed one leaves the content absent; one that could not be read leaves it closed,
    and so does one of which nothing is told in a report that does not tell all.
    """
    content = item.members.get("content")
    if content is None:
        return item
    names = (payload_path(item.place.number, content["ext"]), str(item.place.number))
    outcomes = {against[name] for name in names if name in against}
    if not outcomes and told_all:
        return item
    members = {name: value for name, value in item.members.items() if name != "content"}
    hidden = frozenset() if Outcome.REFUTED in outcomes else frozenset({"content"})
    return evolve(item, members=members, closed=item.closed | hidden)


def _erased(events: tuple[TimelineEvent, ...]) -> frozenset[int]:
    return frozenset(
        leaf
        for event in events
        if event.type == "erased" and event.status is EventStatus.COUNTED
        for leaf in event.claimed_data.get("leaves", ())
    )


def _event(event: TimelineEvent) -> Thing:
    members: dict[str, Any] = {
        "event": event.event_id,
        "status": event.status.value,
        "holding": event.holding,
        "seq": event.seq,
        "follows": list(event.follows),
        "head": event.head,
    }
    bounds = {"not_before": event.not_before, "not_after": event.not_after}
    members |= {name: str(bound) for name, bound in bounds.items() if bound is not None}
    place = Place(object="event", event_id=event.event_id, path=event.path)
    if event.type is None:
        return Thing(place=place, members=members, closed=frozenset(event.closed) | _OF_THE_BODY)
    actor = None if event.actor is None else event.actor.identity
    members |= {
        "type": event.type,
        "actor": actor,
        "cosigners": [one.identity for one in event.cosigners if one.identity is not None],
        "to": None if event.to is None else event.to.identity,
        "claimed_at": event.claimed_at,
        "data": event.claimed_data if event.to is None else {**event.claimed_data, "to": _called(event.to)},
        **event.claimed_fields,
    }
    return Thing(place=place, members=members, closed=frozenset(event.closed))


def _called(to: Named) -> dict[str, str]:
    """Return a recipient as the event calls him, who may have no keys that anybody knows."""
    return {"identity": to.claimed_label}


def _case(seal: Thing | None) -> Thing:
    """Return what the seal says of the case; every member is closed when the seal or its field is."""
    if seal is None or "case" in seal.closed or "type" in seal.closed:
        members = frozenset({"title", "title_ar", "reference", "description"})
        return Thing(place=Place(object="case"), closed=members)
    return Thing(place=Place(object="case"), members=seal.members.get("case") or {})


def _stamp(stamp: StampFact) -> Thing:
    members: dict[str, Any] = {
        "path": stamp.path,
        "over": stamp.over,
        "kind": stamp.kind,
        "outcome": stamp.outcome.value,
        "holds": stamp.holds,
        "anchor": stamp.path.endswith(".tst") and "/anchors/" in stamp.path,
        "operators": list(stamp.operators),
        "authorities": list(stamp.authorities),
        "codes": [code.name for code in stamp.codes],
        "root": stamp.root,
    }
    members |= stamp.moments
    return Thing(place=Place(object="stamp", path=stamp.path), members=members)


@define(kw_only=True)
class _Digests:
    """Digests of the files of a bundle: those that it lists, others from the bytes."""

    source: BundleSource
    items: Mapping[int, Thing]

    def of(self, number: int, algorithm: str) -> str | None:
        """Return one in hex, or None where the content is closed or its file cannot be read."""
        content = self.items[number].members.get("content")
        if content is None:
            return None
        if algorithm in _IN_CONTENT and algorithm in content:
            return str(content[algorithm])
        running = hashlib.new(algorithm, usedforsecurity=False)
        try:
            for block in self.source.blocks(payload_path(number, content["ext"])):
                running.update(block)
        except (BundleError, StorageError):
            return None
        return running.hexdigest()
