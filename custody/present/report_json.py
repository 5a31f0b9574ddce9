"""A report as canonical JSON (schemas/report-1.json): same bytes, trust and time give the same JSON anywhere.

Text that comes from the bundle is displayed (`custody.present.display`): JSON is often printed on a terminal,
and what cannot be seen there must not act there. Absent members are omitted, never null.
"""

from __future__ import annotations

from collections.abc import Iterable

from attrs import asdict

from custody.errors import CustodyError
from custody.format.canonical import JSONValue, encode_json
from custody.present.display import display
from custody.present.exit_code import exit_code_of
from custody.report.claim import Claim
from custody.report.finding import Finding
from custody.report.holding_fact import HoldingFact, HoldingMoment
from custody.report.report import EventFact, Report, SignerFact
from custody.report.stamp_fact import StampFact

FORMAT = "custody/report/1"


def encode_report(report: Report, claims: Iterable[Claim]) -> bytes:
    """Encode one report as one line of canonical JSON with its line feed."""
    return encode_json(report_value(report, claims)) + b"\n"


def encode_report_line(given: str, result: Report | CustodyError, claims: Iterable[Claim]) -> bytes:
    """Encode one line of a JSON-lines file: the path as it was given, and the report or the error."""
    line: dict[str, JSONValue] = {"given": display(given)}
    if isinstance(result, Report):
        line["report"] = report_value(result, claims)
    else:
        line["error"] = {"code": result.code, "message": display(str(result))}
    return encode_json(line) + b"\n"


def report_value(report: Report, claims: Iterable[Claim]) -> dict[str, JSONValue]:
    """Return the JSON value of a report.

    Args:
        report: what verification found.
        claims: the required ones, with the exit code that follows from them.
    """
    required = tuple(dict.fromkeys(claims))
    value: dict[str, JSONValue] = {
        "format": FORMAT,
        "form": report.form,
        "verified_at": str(report.verified_at),
        "outcomes": {claim.value: _outcome(report, claim) for claim in Claim},
        "required": [claim.value for claim in required],
        "exit_code": exit_code_of(report, required),
        "failures": report.failures,
        "findings": [_finding(finding) for finding in report.findings],
        "signers": [_signer(signer) for signer in report.signers],
        "events": [_event(event) for event in report.events],
        "holdings": [holding_value(holding) for holding in report.holdings],
        "counts": dict(asdict(report.counts)),
        "limits": [limit.value for limit in report.limits],
    }
    known = {"bundle": report.bundle_id, "seal": report.seal_id, "root": report.root}
    value |= {name: known_value for name, known_value in known.items() if known_value is not None}
    value["stamps"] = [_stamp(stamp) for stamp in report.stamps]
    if report.renew_by is not None:
        value["renew_by"] = str(report.renew_by)
    claimed = {"sealed_at": report.claimed_sealed_at, "case": report.claimed_case}
    value["claimed"] = {name: display(text) for name, text in claimed.items() if text is not None}
    if report.previous is not None:
        previous = report.previous
        value["previous"] = {
            "bundle": previous.bundle_id,
            "seal": previous.seal_id,
            "root": previous.root,
            "items": previous.items,
        }
    return value


def _outcome(report: Report, claim: Claim) -> JSONValue:
    return {
        "outcome": report.outcome(claim).value,
        "reasons": [reason.name for reason in report.reasons(claim)],
    }


def _finding(finding: Finding) -> JSONValue:
    value: dict[str, JSONValue] = {
        "number": finding.number,
        "code": finding.reason.name,
        "outcome": finding.outcome.value,
        "indication": finding.reason.indication,
        "subject": display(finding.subject),
        "claims": [claim.value for claim in finding.claims],
        "arguments": {
            name: display(argument) if isinstance(argument, str) else argument
            for name, argument in finding.arguments.items()
        },
        "basis": [display(each) for each in finding.basis],
    }
    if finding.reason.sub_indication:
        value["sub_indication"] = finding.reason.sub_indication
    return value


def _signer(signer: SignerFact) -> JSONValue:
    value: dict[str, JSONValue] = {
        "claimed_identity": display(signer.claimed_identity),
        "keys": list(signer.key_ids),
        "signed": list(signer.signed),
    }
    if signer.identity is not None:
        value["identity"] = signer.identity
    return value


def _event(event: EventFact) -> JSONValue:
    value: dict[str, JSONValue] = {
        "path": display(event.path),
        "event": event.event_id,
        "status": event.status,
        "head": event.head,
    }
    claimed = {
        "claimed_type": event.claimed_type,
        "claimed_actor": event.claimed_actor,
        "claimed_at": event.claimed_at,
    }
    if event.head:
        value["custody"] = {
            "outcome": event.custody.value,
            "reasons": [reason.name for reason in event.against],
        }
    value |= _bounds(event)
    return value | {name: display(text) for name, text in claimed.items() if text is not None}


def _bounds(signed: EventFact | HoldingMoment) -> dict[str, JSONValue]:
    bounds = {"not_before": signed.not_before, "not_after": signed.not_after}
    return {name: str(bound) for name, bound in bounds.items() if bound is not None}


def _moment(moment: HoldingMoment) -> JSONValue:
    claimed: dict[str, JSONValue] = {}
    if moment.claimed_at is not None:
        claimed["claimed_at"] = display(moment.claimed_at)
    return _bounds(moment) | claimed


def holding_value(holding: HoldingFact) -> JSONValue:
    """Return the JSON value of a holding."""
    value: dict[str, JSONValue] = {
        "holding": holding.holding_id,
        "opened": holding.opened.value,
        "state": holding.state.value,
        "start": _moment(holding.start),
    }
    known = {
        "holder": holding.holder,
        "opened_by": holding.opened_by,
        "ended_by": holding.ended_by,
        "last_event": holding.last_event,
        "to": holding.to,
        "shown_by": holding.shown_by,
    }
    value |= {name: text for name, text in known.items() if text is not None}
    if holding.refused_by:
        value["refused_by"] = list(holding.refused_by)
    if holding.notes:
        value["notes"] = [note.value for note in holding.notes]
    return value if holding.end is None else value | {"end": _moment(holding.end)}


def _stamp(stamp: StampFact) -> JSONValue:
    value: dict[str, JSONValue] = {
        "path": display(stamp.path),
        "over": display(stamp.over),
        "kind": stamp.kind,
        "outcome": stamp.outcome.value,
        "codes": [code.name for code in stamp.codes],
        "operators": [display(one) for one in stamp.operators],
        "authorities": [display(one) for one in stamp.authorities],
    }
    value |= stamp.moments
    if stamp.accuracy_ms is not None:
        value["accuracy_ms"] = stamp.accuracy_ms
    digests = {"root": stamp.root, "token": stamp.token}
    return value | {name: digest for name, digest in digests.items() if digest}
