"""The JSON Schema of a report (draft 2020-12), made from the same enumerations as the report itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from attrs import fields

from custody.format.canonical import JSONValue
from custody.present.exit_code import PRECEDENCE
from custody.present.report_json import FORMAT
from custody.report.claim import Claim, Outcome
from custody.report.holding_fact import HoldingStart, HoldingState
from custody.report.reason import FAILED, INDETERMINATE, PASSED, Reason
from custody.report.report import Counts, Limit
from custody.report.stamp_code import StampCode, StampOutcome

_TEXT: JSONValue = {"type": "string"}
_COUNT: JSONValue = {"type": "integer", "minimum": 0}
_HEX32: JSONValue = {"type": "string", "pattern": "^[0-9a-f]{32}$"}
_HEX64: JSONValue = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
_INSTANT: JSONValue = {
    "type": "string",
    "pattern": r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{3})?Z$",
}

_BOUNDS: dict[str, JSONValue] = {"not_before": _INSTANT, "not_after": _INSTANT}


def _choice(values: Iterable[str]) -> JSONValue:
    names: list[JSONValue] = [*sorted(values)]
    return {"enum": names}


def _list(items: JSONValue) -> JSONValue:
    return {"type": "array", "items": items}


def _record(
    required: Mapping[str, JSONValue], optional: Mapping[str, JSONValue] | None = None
) -> dict[str, JSONValue]:
    return {
        "type": "object",
        "properties": {**required, **(optional or {})},
        "required": [*sorted(required)],
        "additionalProperties": False,
    }


def report_schema() -> dict[str, JSONValue]:
    """Return the schema of what `encode_report` writes."""
    claim = _choice(claim.value for claim in Claim)
    outcome = _choice(outcome.value for outcome in Outcome)
    code = _choice(reason.name for reason in Reason)
    answer = _record({"outcome": outcome, "reasons": _list(code)})
    signed = {"claimed_identity": _TEXT, "keys": _list(_HEX64), "signed": _list(_HEX64)}
    event: dict[str, JSONValue] = {
        "path": _TEXT,
        "event": _TEXT,
        "status": _TEXT,
        "head": {"type": "boolean"},
    }
    claimed_of_event = dict.fromkeys(("claimed_type", "claimed_actor", "claimed_at"), _TEXT)
    required: dict[str, JSONValue] = {
        "format": {"const": FORMAT},
        "form": {"enum": ["folder", "zip"]},
        "verified_at": _INSTANT,
        "outcomes": _record({claim.value: answer for claim in Claim}),
        "required": _list(claim),
        "exit_code": {"enum": [*sorted(PRECEDENCE)]},
        "failures": _COUNT,
        "findings": _list(_finding_schema(claim, outcome, code)),
        "signers": _list(_record(signed, {"identity": _TEXT})),
        "events": _list(_record(event, {**claimed_of_event, **_BOUNDS, "custody": answer})),
        "holdings": _list(_holding_schema()),
        "stamps": _list(_stamp_schema()),
        "counts": _record({each.name: _COUNT for each in fields(Counts)}),
        "claimed": _record({}, {"sealed_at": _TEXT, "case": _TEXT}),
        "limits": _list(_choice(limit.value for limit in Limit)),
    }
    previous = _record({"bundle": _HEX32, "seal": _HEX64, "root": _HEX64, "items": _COUNT})
    optional: dict[str, JSONValue] = {
        "bundle": _HEX32,
        "seal": _HEX64,
        "root": _HEX64,
        "previous": previous,
        "renew_by": _INSTANT,
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": FORMAT,
        "description": "What a verification found: written by custody verify --json.",
        **_record(required, optional),
    }


def _holding_schema() -> JSONValue:
    moment = _record({}, {**_BOUNDS, "claimed_at": _TEXT})
    required: dict[str, JSONValue] = {
        "holding": _HEX32,
        "opened": _choice(start.value for start in HoldingStart),
        "state": _choice(state.value for state in HoldingState),
        "start": moment,
    }
    events = dict.fromkeys(("opened_by", "ended_by", "last_event", "shown_by"), _HEX64)
    return _record(required, {**events, "holder": _TEXT, "to": _TEXT, "end": moment})


def _stamp_schema() -> JSONValue:
    required: dict[str, JSONValue] = {
        "path": _TEXT,
        "over": _TEXT,
        "kind": {"enum": ["ers", "tst"]},
        "outcome": _choice(outcome.value for outcome in StampOutcome),
        "codes": _list(_choice(code.name for code in StampCode)),
        "operators": _list(_TEXT),
        "authorities": _list(_TEXT),
    }
    moments = dict.fromkeys(("generated_at", "not_before", "not_after", "weakens_at"), _INSTANT)
    return _record(required, {**moments, "accuracy_ms": _COUNT, "root": _HEX64, "token": _HEX64})


def _finding_schema(claim: JSONValue, outcome: JSONValue, code: JSONValue) -> JSONValue:
    required: dict[str, JSONValue] = {
        "number": {"type": "integer", "minimum": 1, "maximum": 9},
        "code": code,
        "outcome": outcome,
        "indication": _choice((PASSED, FAILED, INDETERMINATE)),
        "subject": _TEXT,
        "claims": _list(claim),
        "arguments": {"type": "object", "additionalProperties": {"type": ["string", "integer"]}},
        "basis": _list(_TEXT),
    }
    sub_indications = {reason.sub_indication for reason in Reason if reason.sub_indication}
    return _record(required, {"sub_indication": _choice(sub_indications)})
