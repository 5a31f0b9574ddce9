"""The JSON Schema of a report (draft 2020-12), made from the same enumerations as the report itself."""

from __future__ import annotations

from attrs import fields

from custody.format.canonical import JSONValue
from custody.present.exit_code import PRECEDENCE
from custody.present.report_json import FORMAT
from custody.present.schema_parts import BOUNDS, COUNT, HEX32, HEX64, INSTANT, TEXT, choice, list_of, record
from custody.report.claim import Claim, Outcome
from custody.report.holding_fact import HoldingNote, HoldingStart, HoldingState
from custody.report.reason import FAILED, INDETERMINATE, PASSED, Reason
from custody.report.report import Counts, Limit
from custody.report.stamp_code import StampCode, StampOutcome


def report_schema() -> dict[str, JSONValue]:
    """Return the schema of what `encode_report` writes."""
    claim = choice(claim.value for claim in Claim)
    outcome = choice(outcome.value for outcome in Outcome)
    code = choice(reason.name for reason in Reason)
    answer = record({"outcome": outcome, "reasons": list_of(code)})
    signed = {"claimed_identity": TEXT, "keys": list_of(HEX64), "signed": list_of(HEX64)}
    event: dict[str, JSONValue] = {
        "path": TEXT,
        "event": TEXT,
        "status": TEXT,
        "head": {"type": "boolean"},
    }
    claimed_of_event = dict.fromkeys(("claimed_type", "claimed_actor", "claimed_at"), TEXT)
    required: dict[str, JSONValue] = {
        "format": {"const": FORMAT},
        "form": {"enum": ["folder", "zip"]},
        "verified_at": INSTANT,
        "outcomes": record({claim.value: answer for claim in Claim}),
        "required": list_of(claim),
        "exit_code": {"enum": [*sorted(PRECEDENCE)]},
        "failures": COUNT,
        "findings": list_of(_finding_schema(claim, outcome, code)),
        "signers": list_of(record(signed, {"identity": TEXT})),
        "events": list_of(record(event, {**claimed_of_event, **BOUNDS, "custody": answer})),
        "holdings": list_of(holding_schema()),
        "stamps": list_of(_stamp_schema()),
        "counts": record({each.name: COUNT for each in fields(Counts)}),
        "claimed": record({}, {"sealed_at": TEXT, "case": TEXT}),
        "limits": list_of(choice(limit.value for limit in Limit)),
    }
    previous = record({"bundle": HEX32, "seal": HEX64, "root": HEX64, "items": COUNT})
    optional: dict[str, JSONValue] = {
        "bundle": HEX32,
        "seal": HEX64,
        "root": HEX64,
        "previous": previous,
        "renew_by": INSTANT,
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": FORMAT,
        "description": "What a verification found: written by custody verify --json.",
        **record(required, optional),
    }


def holding_schema() -> JSONValue:
    """Return the schema of a holding."""
    moment = record({}, {**BOUNDS, "claimed_at": TEXT})
    required: dict[str, JSONValue] = {
        "holding": HEX32,
        "opened": choice(start.value for start in HoldingStart),
        "state": choice(state.value for state in HoldingState),
        "start": moment,
    }
    events = dict.fromkeys(("opened_by", "ended_by", "last_event", "shown_by"), HEX64)
    notes = list_of(choice(note.value for note in HoldingNote))
    names = {"holder": TEXT, "to": TEXT, "refused_by": list_of(TEXT)}
    return record(required, {**events, **names, "end": moment, "notes": notes})


def _stamp_schema() -> JSONValue:
    required: dict[str, JSONValue] = {
        "path": TEXT,
        "over": TEXT,
        "kind": {"enum": ["ers", "tst"]},
        "outcome": choice(outcome.value for outcome in StampOutcome),
        "codes": list_of(choice(code.name for code in StampCode)),
        "operators": list_of(TEXT),
        "authorities": list_of(TEXT),
    }
    moments = dict.fromkeys(("generated_at", "not_before", "not_after", "weakens_at"), INSTANT)
    return record(required, {**moments, "accuracy_ms": COUNT, "root": HEX64, "token": HEX64})


def _finding_schema(claim: JSONValue, outcome: JSONValue, code: JSONValue) -> JSONValue:
    required: dict[str, JSONValue] = {
        "number": {"type": "integer", "minimum": 1, "maximum": 9},
        "code": code,
        "outcome": outcome,
        "indication": choice((PASSED, FAILED, INDETERMINATE)),
        "subject": TEXT,
        "claims": list_of(claim),
        "arguments": {"type": "object", "additionalProperties": {"type": ["string", "integer"]}},
        "basis": list_of(TEXT),
    }
    sub_indications = {reason.sub_indication for reason in Reason if reason.sub_indication}
    return record(required, {"sub_indication": choice(sub_indications)})
