"""The view of a bundle: read once more after verification, and checked once more while it is read."""

from __future__ import annotations

import hashlib
import heapq
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from attrs import frozen

from custody.errors import BundleError
from custody.exporting.flatten import facts_of
from custody.exporting.open_items import OpenItems
from custody.exporting.view import ClaimView, EventView, ExportView, Fact, HoldingView
from custody.format.event import (
    TAG_ATTESTATION,
    TAG_EVENT,
    decode_body,
    decode_opening,
    decode_proof,
    decode_statement,
)
from custody.format.event_fields import EVENT_FIELDS
from custody.format.limits import EVENT_BYTES, PROOF_BYTES
from custody.model.event import Body, Opening, Statement, event_id_of
from custody.report.claim import DEFAULT_CLAIMS, Claim, Outcome
from custody.report.finding import Finding
from custody.report.holding_fact import HoldingState
from custody.report.reason import Reason
from custody.report.report import EventFact, NotProvenError, Report
from custody.storage.source import BundleSource
from custody.trust.trust import Trust

_EXPORTED = frozenset({"counted", "attestation"})
# Of the body's data: what people say. Left out are digests, keys, sizes, and what has a place of its own.
_TOLD = frozenset(
    {
        "authority", "class", "condition", "effective", "event", "events", "expires", "from", "ground",
        "heads", "holdings", "inconsistencies", "kind", "medium", "method", "over", "parameters", "previous",
        "reason", "reproducible", "scheme", "scopes", "since", "statement", "tool", "until",
    }
)  # fmt: skip
# Never exported: both let files be guessed at that are not here.
_GUESSES = frozenset({"body", "manifest", "opened"})
_ABOUT_EVENTS = frozenset({6, 8})
_USED = ("inputs", "leaves", "failed")


@frozen(kw_only=True)
class _Event:
    """One event as it is read again."""

    fact: EventFact
    statement: Statement
    body: Body
    openings: Mapping[str, Opening]


def read_view(
    source: BundleSource, report: Report, trust: Trust, *, expect_seal: str | None = None
) -> ExportView:
    """Read what is open in a verified bundle.

    Items are read when the view's `items` are iterated, and the root is compared at their end.

    Args:
        source: the bundle, still open.
        report: what verification found about it.
        trust: the one that it was verified with; it gives the names.
        expect_seal: the seal that verification was told to expect; its signers are called by their own
            labels, with that said, where the trust does not know them.

    Raises:
        NotProvenError: INTACT or SEALED_BY is refuted, or there is no seal that could be named.
        BundleError: code CHANGED_WHILE_READ: an event is no longer the one that was verified.
        StorageError: the machine refused to read.
    """
    _refuse_refuted(report)
    present = {entry.path for entry in source.entries()}
    exported = [fact for fact in report.events if fact.status in _EXPORTED]
    read = {fact.event_id: _read_event(source, fact, present) for fact in exported}
    names = _Names(trust=trust, report=report, expected=expect_seal == report.seal_id)
    doubts = _doubts(report)
    stubs = {fact.event_id: _read_links(source, fact) for fact in report.events if fact.status == "stub"}
    events = _in_order(
        {
            event_id: _event_view(event, names, doubts.get(event.fact.path, ()))
            for event_id, event in read.items()
        },
        stubs,
    )
    counts = report.counts
    return ExportView(
        bundle_id=report.bundle_id or "",
        seal_id=report.seal_id or "",
        root=report.root or "",
        verified_at=report.verified_at,
        claims=tuple(_claim(report, claim) for claim in Claim),
        events=events,
        holdings=tuple(_holdings(report, events)),
        sealed_items=report.sealed_items or 0,
        withheld=counts.withheld + counts.erased,
        padding=counts.padding,
        hidden=tuple(sorted(stubs)),
        set_aside=len(report.events) - len(exported) - len(stubs),
        items=OpenItems(source, bundle_id=report.bundle_id or "", root=report.root or ""),
    )


def _refuse_refuted(report: Report) -> None:
    """Give no view of what is refuted: other vocabularies have no word for that."""
    refuted = any(report.outcome(claim) is Outcome.REFUTED for claim in DEFAULT_CLAIMS)
    if refuted or report.seal_id is None or report.root is None:
        raise not_proven(report)


def not_proven(report: Report) -> NotProvenError:
    """Return why there is no view: what is refuted, else what is undetermined."""
    outcomes = {claim: report.outcome(claim) for claim in DEFAULT_CLAIMS}
    refuted = {claim: outcome for claim, outcome in outcomes.items() if outcome is Outcome.REFUTED}
    return NotProvenError(refuted or outcomes, report.unmet(refuted or outcomes))


def _claim(report: Report, claim: Claim) -> ClaimView:
    reasons = tuple(reason.name for reason in report.reasons(claim))
    return ClaimView(claim=claim.value, outcome=report.outcome(claim).value, reasons=reasons)


def _read_statement(source: BundleSource, fact: EventFact) -> Statement:
    """Read the signed bytes of an event, bound to the id that verification gave it."""
    proof_path, event_path = f"{fact.path}/proof.sha256", f"{fact.path}/event.json"
    proof = source.read(proof_path, PROOF_BYTES)
    data = source.read(event_path, EVENT_BYTES)
    listed = decode_proof(proof, member=proof_path)["event.json"]
    if event_id_of(proof) != fact.event_id or hashlib.sha256(data).hexdigest() != listed:
        raise _changed(fact.path)
    return decode_statement(data, member=event_path, attestation=fact.status == "attestation")


def _read_links(source: BundleSource, fact: EventFact) -> tuple[str, ...]:
    return _read_statement(source, fact).prev


def _read_event(source: BundleSource, fact: EventFact, present: set[str]) -> _Event:
    """Read an event and its openings, each compared with what the signed bytes commit to."""
    attestation = fact.status == "attestation"
    statement = _read_statement(source, fact)
    tag = TAG_ATTESTATION if attestation else TAG_EVENT
    openings = {}
    for name, commitment in zip(EVENT_FIELDS, statement.fields, strict=True):
        path = f"{fact.path}/{name}.json"
        if path in present:
            opening = decode_opening(source.read(path, EVENT_BYTES), name, member=path, tag=tag)
            if opening.commitment != commitment:
                raise _changed(path)
            openings[name] = opening
    if "body" not in openings:
        raise _changed(fact.path)
    body = decode_body(openings["body"], member=f"{fact.path}/body.json", attestation=attestation)
    return _Event(fact=fact, statement=statement, body=body, openings=openings)


def _changed(path: str) -> BundleError:
    return BundleError(f"{path}: expected what was verified, found other bytes", code="CHANGED_WHILE_READ")


@frozen(kw_only=True)
class _Names:
    """The names of parties by their keys; a label of the bundle is never one."""

    trust: Trust
    report: Report
    expected: bool

    def of(self, key_ids: tuple[str, ...]) -> str | None:
        known = self.trust.match(key_ids).identity
        if known is not None:
            return known.name
        if self.expected:
            for signer in self.report.signers:
                if set(signer.key_ids) == set(key_ids):
                    return f"{signer.claimed_identity} (expected seal)"
        return None


def _event_view(event: _Event, names: _Names, doubts: tuple[str, ...]) -> EventView:
    body, data = event.body, event.body.data
    signers = {signer.claimed_identity: names.of(signer.key_ids) for signer in body.signers}
    actor = signers[body.actor]
    if actor is None or None in signers.values():
        raise _changed(event.fact.path)  # verification knew every signer
    cosigners = tuple(sorted({name for name in signers.values() if name is not None and name != actor}))
    to: Mapping[str, Any] = data.get("to", {})
    recipient = names.of(tuple(to.get("keys", ())))
    result = data.get("result", "")
    return EventView(
        event_id=event.fact.event_id,
        type=body.type,
        actor=actor,
        claimed_at=body.claimed_at,
        holding=event.statement.holding,
        seq=event.statement.seq,
        attestation=event.fact.status == "attestation",
        cosigners=cosigners,
        not_before=event.fact.not_before,
        not_after=event.fact.not_after,
        follows=event.statement.prev,
        recipient=recipient,
        claimed_recipient=to.get("identity") if recipient is None else None,
        used=_numbers(leaf for member in _USED for leaf in data.get(member, ())),
        # With "bundle" they are items of that one.
        made=() if "bundle" in data else _numbers(data.get("outputs", ())),
        result=str(result),
        facts=tuple(_event_facts(event, names)),
        doubts=doubts,
    )


def _numbers(leaves: Iterable[int]) -> tuple[int, ...]:
    return tuple(sorted({leaf + 1 for leaf in leaves}))


def _event_facts(event: _Event, names: _Names) -> Iterator[Fact]:
    for member, value in event.body.data.items():
        if member in _TOLD:
            yield from facts_of(f"data.{member}", value)
        elif member == "accessor":
            yield _party_fact("data", "accessor", value, names)
    for name, opening in event.openings.items():
        if name in _GUESSES:
            continue
        value = dict(opening.value)
        value.pop("package", None)
        successor = value.pop("successor", None)
        yield from facts_of(name, value)
        if successor is not None:
            yield _party_fact(name, "successor", successor, names)


def _party_fact(path: str, role: str, party: Mapping[str, Any], names: _Names) -> Fact:
    """Name a party by what the trust knows of its keys; a mere label is called claimed."""
    known = names.of(tuple(party["keys"]))
    return (f"{path}.claimed_{role}", party["identity"]) if known is None else (f"{path}.{role}", known)


def _doubts(report: Report) -> dict[str, tuple[str, ...]]:
    """Return the folder of an event to the codes of what leaves it, or what rests on it, undetermined."""
    found: dict[str, set[str]] = {}
    for finding in report.findings:
        bears = bool(finding.claims) or finding.reason is Reason.DISPUTE_LOST
        if bears and finding.outcome is not Outcome.PROVEN and finding.number in _ABOUT_EVENTS:
            for path in _about(finding):
                found.setdefault(path, set()).add(finding.reason.name)
    return {path: tuple(sorted(codes)) for path, codes in found.items()}


def _about(finding: Finding) -> set[str]:
    """Return whom a finding concerns: the head that it keeps from being proven, and the event that is why."""
    if finding.reason is Reason.DISPUTE_LOST:  # the event named is the rival that stands
        return {finding.subject}
    return {finding.subject, str(finding.arguments.get("event", finding.subject))}


def _in_order(events: Mapping[str, EventView], stubs: Mapping[str, tuple[str, ...]]) -> tuple[EventView, ...]:
    """Order events after what they build on; what is free to stand anywhere goes by its claimed time."""
    links = {**stubs, **{one: event.follows for one, event in events.items()}}
    waiting = {one: sum(1 for prev in follows if prev in links) for one, follows in links.items()}
    followers: dict[str, list[str]] = {}
    for one, follows in links.items():
        for prev in follows:
            followers.setdefault(prev, []).append(one)
    ready = [(_time_of(events, one), one) for one in links if not waiting[one]]
    heapq.heapify(ready)
    ordered = []
    while ready:
        _, one = heapq.heappop(ready)
        if one in events:
            ordered.append(events[one])
        for follower in followers.get(one, ()):
            waiting[follower] -= 1
            if not waiting[follower]:
                heapq.heappush(ready, (_time_of(events, follower), follower))
    return tuple(ordered)


def _time_of(events: Mapping[str, EventView], event_id: str) -> str:
    """Return what sorts by claimed time; a stub keeps nothing waiting."""
    return str(events[event_id].claimed_at) if event_id in events else ""


def _holdings(report: Report, events: tuple[EventView, ...]) -> Iterator[HoldingView]:
    """Yield each holding once, in the order of its first event here."""
    facts = {fact.holding_id: fact for fact in report.holdings}
    by_id = {event.event_id: event for event in events}
    seen: set[str] = set()
    for event in events:
        if event.attestation or event.holding in seen:
            continue
        seen.add(event.holding)
        fact = facts.get(event.holding)
        before = [by_id[prev].holding for prev in event.follows if prev in by_id and event.seq == 0]
        yield HoldingView(
            holding=event.holding,
            holder=None if event.seq else event.actor,
            opened_by=None if event.seq else event.event_id,
            taken_from=before[0] if before else None,
            state=HoldingState.UNKNOWN.value if fact is None else fact.state.value,
            ended_by=None if fact is None else fact.ended_by,
        )
