"""A timeline as canonical JSON (schemas/log-1.json): same bytes, trust and moment, same JSON.

Text that comes from the bundle is displayed (`custody.present.display`), as in a report; absent members are
omitted, never null.
"""

from __future__ import annotations

from typing import Any, Final

from custody.format.canonical import JSONValue, encode_json
from custody.present.display import display
from custody.present.report_json import holding_value
from custody.report.timeline import Named, Timeline, TimelineEvent

LOG_FORMAT: Final = "custody/log/1"


def encode_timeline(timeline: Timeline) -> bytes:
    """Encode a timeline as one line of canonical JSON with its line feed."""
    value: dict[str, JSONValue] = {
        "format": LOG_FORMAT,
        "bundle": timeline.bundle_id,
        "seal": timeline.seal_id,
        "judged_at": str(timeline.judged_at),
        "events": [_event(event) for event in timeline.events],
        "holdings": [holding_value(holding) for holding in timeline.holdings],
        "receipts_held": timeline.receipts_held,
        "unread": [{"subject": display(subject), "code": reason.name} for subject, reason in timeline.unread],
    }
    return encode_json(value) + b"\n"


def _event(event: TimelineEvent) -> JSONValue:
    value: dict[str, JSONValue] = {
        "path": display(event.path),
        "status": event.status.value,
        "follows": list(event.follows),
        "head": event.head,
        "in_transit": event.in_transit,
        "unacknowledged": event.unacknowledged,
        "cosigners": [_named(one) for one in event.cosigners],
        "closed": list(event.closed),
        "claimed_data": displayed(event.claimed_data),
        "claimed_fields": displayed(event.claimed_fields),
    }
    if event.event_id:
        value["event"] = event.event_id
    if event.holding:
        value |= {"holding": event.holding, "seq": event.seq}
    if event.head:
        value["against"] = [reason.name for reason in event.against]
    people = {"actor": event.actor, "to": event.to}
    value |= {name: _named(one) for name, one in people.items() if one is not None}
    bounds = {"not_before": event.not_before, "not_after": event.not_after}
    value |= {name: str(bound) for name, bound in bounds.items() if bound is not None}
    if event.type is not None:
        value["claimed_type"] = event.type
    if event.claimed_at is not None:
        value["claimed_at"] = event.claimed_at
    return value if event.reason is None else value | {"reason": event.reason.name}


def _named(one: Named) -> JSONValue:
    value: dict[str, JSONValue] = {"claimed_label": display(one.claimed_label)}
    return value if one.identity is None else value | {"identity": one.identity}


def displayed(value: Any) -> JSONValue:  # noqa: ANN401 - a JSON value of the bundle
    """Return a JSON value in which every text is displayed."""
    if isinstance(value, str):
        return display(value)
    if isinstance(value, list):
        return [displayed(one) for one in value]
    if isinstance(value, int | None):
        return value
    return {name: displayed(one) for name, one in value.items()}
