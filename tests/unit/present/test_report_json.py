"""Reports as JSON."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
from attrs import evolve

from custody.errors import StorageError
from custody.format.canonical import decode_json
from custody.present.report_json import encode_report, encode_report_line
from custody.present.report_schema import report_schema
from custody.report.claim import DEFAULT_CLAIMS
from custody.report.report import Report
from tests.unit.present.reports import HOSTILE, PREVIOUS, changed_report, report_of, unreadable_report

ROOT = Path(__file__).resolve().parents[3]
REPORTS = {
    "sound": report_of(),
    "changed": changed_report(),
    "unreadable": unreadable_report(),
    "later": evolve(report_of(), previous=PREVIOUS),
}


@pytest.mark.parametrize("report", REPORTS.values(), ids=REPORTS)
def test_a_report_follows_its_schema(report: Report) -> None:
    """The published schema describes what is written."""
    value = json.loads(encode_report(report, DEFAULT_CLAIMS))
    assert list(jsonschema.Draft202012Validator(report_schema()).iter_errors(value)) == []


def test_the_published_schema_is_made_from_the_enumerations() -> None:
    """schemas/report-1.json is what the code says."""
    assert report_schema() == json.loads((ROOT / "schemas" / "report-1.json").read_text("utf-8"))


def test_the_schema_is_a_schema() -> None:
    """Draft 2020-12 accepts it."""
    draft = jsonschema.Draft202012Validator
    assert list(draft(draft.META_SCHEMA).iter_errors(report_schema())) == []


@pytest.mark.parametrize("report", REPORTS.values(), ids=REPORTS)
def test_a_report_is_canonical(report: Report) -> None:
    """One line, one spelling."""
    line = encode_report(report, DEFAULT_CLAIMS)
    assert decode_json(line[:-1], member="report", limit=1 << 20) == json.loads(line)


def test_untrusted_text_does_not_act_on_a_terminal() -> None:
    """No control, escape or bidi character of the bundle reaches the output."""
    text = encode_report(changed_report(), DEFAULT_CLAIMS).decode("utf-8")
    assert HOSTILE not in json.dumps(json.loads(text), ensure_ascii=False)
    assert not {"\x1b", "\u202e"} & set(text)


def test_a_name_that_is_no_text_is_written_out() -> None:
    """A surrogate escape becomes visible instead of breaking the JSON."""
    finding = evolve(changed_report().findings[0], subject="data/\udcff")
    assert b"data/\\\\u{DCFF}" in encode_report(report_of(finding), DEFAULT_CLAIMS)


def test_a_line_names_the_bundle_as_it_was_given() -> None:
    """One line a bundle: the path that was given, and its report."""
    value = json.loads(encode_report_line("cases/a", report_of(), DEFAULT_CLAIMS))
    assert (value["given"], value["report"]["exit_code"]) == ("cases/a", 0)


def test_a_line_can_hold_an_error() -> None:
    """A bundle that could not be opened has a code and a message."""
    value = json.loads(
        encode_report_line("a", StorageError("a: found EIO", code="INPUT_OUTPUT"), DEFAULT_CLAIMS)
    )
    assert value == {"given": "a", "error": {"code": "INPUT_OUTPUT", "message": "a: found EIO"}}
