"""The log told event by event, for people who read it from its beginning to its end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from attrs import evolve

from custody.proof.event_record import EventRecord
from custody.proof.window import OPEN
from custody.report.reason import Reason
from custody.report.timeline import EventStatus, Named, Timeline, TimelineEvent
from custody.verification.holdings import holding_facts
from custody.verification.run import UNREAD
from custody.verification.signers import Resolved
from custody.verification.standing import Standing
from custody.verification.witnesses import divide, place_in_bundle

_STATUSES: Final = {status: place for place, status in enumerate(EventStatus)}
_UNREAD: Final = UNREAD | {Reason.ZIP_FORM, Reason.RECEIPT_SET_ASIDE}


def timeline_of(standing: Standing) -> Timeline:
    """Return the timeline of a log that was judged; the same log, trust and moment give the same one."""
    lacking, held = divide(standing.receipts, _held(standing))
    told = [*_of_log(standing), *_of_attestations(standing), *_of_receipts(standing, lacking)]
    counted = {event_id: place for place, event_id in enumerate(standing.chain.counted)}

    def place(event: TimelineEvent) -> tuple[int, int, str, str]:
        order = counted[event.event_id] if event.status is EventStatus.COUNTED else 0
        return (_STATUSES[event.status], order, event.path, event.event_id)

    named = {event.path for event in told}
    return Timeline(
        bundle_id=standing.bundle_id,
        seal_id=standing.seal_id,
        judged_at=standing.resolver.question.verified_at,
        events=tuple(sorted(told, key=place)),
        holdings=holding_facts(standing.judged, standing.resolver.times),
        receipts_held=len(held),
        unread=tuple(
            (finding.subject, finding.reason)
            for finding in standing.findings
            if finding.reason in _UNREAD and finding.subject not in named
        ),
    )


def _held(standing: Standing) -> dict[str, EventRecord]:
    """Return what the log of this copy holds, by id."""
    held = {event_id: standing.record(event_id) for event_id in standing.events}
    attested = (standing.log.attestations[path] for path in standing.judged.attested)
    return held | {record.event_id: record for record in attested}


def _of_log(standing: Standing) -> Iterator[TimelineEvent]:
    statuses = standing.judged.statuses()
    chain = standing.chain
    heads = {head.event_id: head.reasons for head in chain.heads}
    in_transit = {
        event_id for reasons in heads.values() for why, event_id in reasons if why is Reason.IN_TRANSIT
    }
    unacknowledged = frozenset(chain.unacknowledged)
    for path, record in standing.log.events.items():
        event = _event(standing, record, path, EventStatus(statuses.get(path, "set-aside")))
        if event.status is EventStatus.COUNTED:
            yield evolve(
                event,
                head=event.event_id in heads,
                against=tuple(dict.fromkeys(why for why, _event_id in heads.get(event.event_id, ()))),
                in_transit=event.event_id in in_transit,
                unacknowledged=event.event_id in unacknowledged,
            )
        elif event.status is EventStatus.SET_ASIDE:
            yield evolve(event, reason=_why(record, chain.set_aside.get(event.event_id)))
        else:
            yield evolve(event, reason=chain.receipts.get(event.event_id))


def _why(record: EventRecord, reason: Reason | None) -> Reason:
    """Say why an event is set aside; of a copy of another event's files, what is wrong with the copy."""
    if reason is not None:
        return reason
    return record.faults[0].reason if record.faults else Reason.EVENT_MALFORMED


def _of_attestations(standing: Standing) -> Iterator[TimelineEvent]:
    for path, record in standing.log.attestations.items():
        if path in standing.judged.attested:
            yield _event(standing, record, path, EventStatus.ATTESTATION)
        else:
            event = _event(standing, record, path, EventStatus.SET_ASIDE)
            yield evolve(event, reason=standing.refusal_of_attestation(record))


def _of_receipts(standing: Standing, lacking: Iterable[EventRecord]) -> Iterator[TimelineEvent]:
    witnesses, chain = standing.judged.witnesses, standing.chain
    for record in lacking:
        event = _event(standing, record, place_in_bundle(record), EventStatus.WITNESS)
        if witnesses.records.get(record.event_id) is record:
            yield evolve(event, reason=chain.witnesses[record.event_id].reason)
        elif record.attestation:
            yield evolve(event, reason=standing.refusal_of_attestation(record))
        else:
            yield evolve(event, reason=Reason.RECEIPT_SET_ASIDE)


def _event(standing: Standing, record: EventRecord, path: str, status: EventStatus) -> TimelineEvent:
    times = standing.resolver.times
    window = times.window(record.event_id) if times is not None and record.bound else OPEN
    statement, body = record.statement, record.body
    event = TimelineEvent(
        event_id=record.event_id,
        path=path,
        status=status,
        holding="" if statement is None else statement.holding,
        seq=0 if statement is None else statement.seq,
        follows=() if statement is None else statement.prev,
        not_before=None if window.not_before is None else window.not_before.at,
        not_after=None if window.not_after is None else window.not_after.at,
        closed=record.closed,
    )
    if body is None:
        return event
    signers = [
        _signer(signer.claimed_identity, resolved, signed=record.signed)
        for signer, resolved in standing.resolver.resolve_all(record)
    ]
    return evolve(
        event,
        type=body.type,
        actor=next(one for one in signers if one.claimed_label == body.actor),
        cosigners=tuple(one for one in signers if one.claimed_label != body.actor),
        to=_recipient(standing, body.data.get("to")),
        claimed_at=str(body.claimed_at),
        claimed_data={name: value for name, value in body.data.items() if name != "to"},
        claimed_fields={name: one.value for name, one in record.openings.items() if name != "body"},
    )


def _signer(claimed_label: str, resolved: Resolved, *, signed: bool) -> Named:
    if not signed:
        return Named(claimed_label=claimed_label)
    return Named(
        claimed_label=claimed_label,
        identity=resolved.identity,
        roles=frozenset(role.value for role in resolved.roles),
        doubt=resolved.doubt,
    )


def _recipient(standing: Standing, to: dict[str, object] | None) -> Named | None:
    if to is None:
        return None
    keys = to.get("keys")
    known = standing.identity_of(tuple(map(str, keys))) if isinstance(keys, list) else None
    return Named(claimed_label=str(to["identity"]), identity=known)
