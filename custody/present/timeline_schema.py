"""The JSON Schema of a timeline (draft 2020-12), made from the same enumerations as the timeline itself."""

from __future__ import annotations

from custody.format.canonical import JSONValue
from custody.format.event_fields import EVENT_FIELDS, EVENT_TYPES
from custody.present.report_schema import holding_schema
from custody.present.schema_parts import BOUNDS, COUNT, HEX32, HEX64, INSTANT, TEXT, choice, list_of, record
from custody.present.timeline_json import LOG_FORMAT
from custody.report.reason import Reason
from custody.report.timeline import EventStatus


def timeline_schema() -> dict[str, JSONValue]:
    """Return the schema of what `encode_timeline` writes."""
    code = choice(reason.name for reason in Reason)
    required: dict[str, JSONValue] = {
        "format": {"const": LOG_FORMAT},
        "bundle": HEX32,
        "seal": HEX64,
        "judged_at": INSTANT,
        "events": list_of(_event_schema(code)),
        "holdings": list_of(holding_schema()),
        "receipts_held": COUNT,
        "unread": list_of(record({"subject": TEXT, "code": code})),
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": LOG_FORMAT,
        "description": "The log of a bundle, told: written by custody log --json. No file was looked at.",
        **record(required),
    }


def _event_schema(code: JSONValue) -> JSONValue:
    named = record({"claimed_label": TEXT}, {"identity": TEXT})
    flag: JSONValue = {"type": "boolean"}
    fields: JSONValue = choice(EVENT_FIELDS[1:])
    required: dict[str, JSONValue] = {
        "path": TEXT,
        "status": choice(status.value for status in EventStatus),
        "follows": list_of(HEX64),
        "head": flag,
        "in_transit": flag,
        "unacknowledged": flag,
        "cosigners": list_of(named),
        "closed": list_of(fields),
        "claimed_data": {"type": "object"},
        "claimed_fields": {"type": "object", "propertyNames": fields},
    }
    optional: dict[str, JSONValue] = {
        "event": HEX64,
        "holding": HEX32,
        "seq": COUNT,
        "against": list_of(code),
        "actor": named,
        "to": named,
        "claimed_type": choice(EVENT_TYPES),
        "claimed_at": INSTANT,
        "reason": code,
        **BOUNDS,
    }
    return record(required, optional)
