"""The report about facts that few bundles have: windows, copies, records, labels as holders."""

from __future__ import annotations

import re

import pytest
from attrs import evolve

from custody.filing.document import Document, SpanKind
from custody.filing.findings import argument_value, details_of
from custody.filing.language import language_of
from custody.filing.report_document import report_document
from custody.model.instant import Instant
from custody.present.catalogue import LANGUAGES
from custody.report.finding import Finding
from custody.report.holding_fact import HoldingStart, HoldingState
from custody.report.reason import Reason
from custody.report.timeline import EventStatus
from tests.tools.bundles import make_bundle
from tests.unit.filing.filings import (
    LAWYER,
    TRUST,
    commands_of,
    facts,
    moment,
    report,
    shown,
    story,
    tables_of,
    text_of,
)

STORY = story()
FACTS = facts(STORY)
each_language = pytest.mark.parametrize("lang", LANGUAGES)


def with_seal_window(not_before: Instant | None, not_after: Instant | None) -> Document:
    """Report the story as if its seal had other proven bounds."""
    events = [
        evolve(event, not_before=not_before, not_after=not_after)
        if event.event_id == STORY.seal_id
        else event
        for event in FACTS.report.events
    ]
    return report(evolve(FACTS, report=evolve(FACTS.report, events=tuple(events))))


def test_the_window_of_the_seal_has_the_bounds_that_are_proven() -> None:
    """Both, one, or none."""
    assert f"between {moment(1)} and {moment(3)}" in text_of(with_seal_window(moment(1), moment(3)))
    assert f"not before {moment(1)}" in text_of(with_seal_window(moment(1), None))
    assert "not shown" in text_of(with_seal_window(None, None))


def test_a_holder_is_told_with_what_limits_it() -> None:
    """A copy, a receipt that shows another, a name that is withheld, a recipient whom nobody knows."""
    held = FACTS.report.holdings[-1]
    copy = evolve(held, opened=HoldingStart.COPY_RECEIVED)
    shown_by = evolve(held, shown_by="ab" * 32, to="court")
    transit = evolve(held, holder=None, state=HoldingState.IN_TRANSIT)
    many = evolve(FACTS.report, holdings=(copy, shown_by, transit))
    text = text_of(report(evolve(FACTS, report=many)))
    assert "lawyer-7 (a copy), as far as this log shows; lawyer-7, up to the last event here" in text
    assert "IN TRANSIT: handed over by somebody whose name is withheld to somebody whom the trust" in text
    ended = evolve(FACTS.report, holdings=())
    assert "nobody is shown to hold it" in text_of(report(evolve(FACTS, report=ended)))


def test_a_sealer_without_a_second_key_has_one_signature_to_check() -> None:
    """No line for OpenSSL or Node.js."""
    bundle = make_bundle(signers=[LAWYER], at=moment(2))
    assert not [line for line in commands_of(report(bundle)) if "pkeyutl" in line or line.startswith("node")]


def test_stamps_are_checked_as_of_their_own_time() -> None:
    """In seconds since 1970, over the event that they are about; fifty of them, and then how many more."""
    lines = [line for line in commands_of(report(FACTS)) if "-attime" in line]
    assert sorted(re.findall(r"-attime (\d+)", "".join(lines))) == ["1767441600", "1767445200", "1767787200"]
    many = evolve(FACTS.report, stamps=FACTS.report.stamps * 20)
    text = text_of(report(evolve(FACTS, report=many)))
    assert "And 10 more; step 11" in text


def test_stamps_that_openssl_cannot_read_are_left_to_another_tool() -> None:
    """Evidence records; a stamp over a renewal names what it is over."""
    first, second, third = FACTS.report.stamps
    record = evolve(first, kind="ers")
    renewal = evolve(second, over=f"custody/renewals/{'0' * 128}")
    document = report(evolve(FACTS, report=evolve(FACTS.report, stamps=(record, renewal, third))))
    text = text_of(document)
    assert "an evidence record (RFC 4998), one time stamp that several events share" in text
    assert text.count("Expected: Verification: OK") == 2  # each with a command
    assert sum("-attime" in line for line in commands_of(document)) == 2
    assert "The attached" not in text
    assert [line for line in commands_of(document) if f"custody/renewals/{'0' * 128}/renewal.txt" in line]


def test_only_what_is_attached_is_spoken_of() -> None:
    """Its reader has the report, what goes with it, and the bundle."""
    record = evolve(FACTS.report.stamps[0], kind="ers")
    told = evolve(FACTS, report=evolve(FACTS.report, stamps=(record,)))
    whole = report_document(told, lang="en", references={"bundle-1.md": b"s", "audit.py": b"a"})
    assert "The attached bundle-1.md states how it is checked." in text_of(whole)
    assert "python3 audit.py ." in commands_of(whole)
    assert "python3 audit.py ." not in commands_of(report(told))
    assert "audit.py" not in text_of(report(told))
    assert "docs/" not in text_of(whole)


def test_an_event_says_what_happened() -> None:
    """Its purpose, items and result, where they are open; as texts of the bundle."""
    assert FACTS.timeline is not None
    first, *others = FACTS.timeline.events
    said = {"leaves": [0, 1, 2, 5], "result": "pass"}
    fields = {"purpose": {"text": "to court"}, "note": {f"n{n}": "x" for n in range(9)}}
    statement = evolve(first, status=EventStatus.ATTESTATION, claimed_data={"text": "it is so"})
    told = evolve(first, claimed_data=said, claimed_fields=fields)
    timeline = evolve(FACTS.timeline, events=(told, *others, statement))
    tables = tables_of(report(evolve(FACTS, timeline=timeline)))
    (events,) = (one for one in tables if one.caption.startswith("Events"))
    texts = [span.text for span in events.rows[0][1] if span.kind is SpanKind.UNTRUSTED]
    assert texts[:3] == ["1-3, 6", "result: pass", "purpose: to court"]
    assert shown(events.rows[0][1]).endswith("; and 5 more")
    assert len(events.rows) == len(FACTS.timeline.events)
    (statements,) = (one for one in tables if one.caption == "Who states what")
    assert "it is so" in shown(statements.rows[0][2])


def test_what_bears_on_no_claim_has_no_outcome() -> None:
    """It would read like that of a claim."""
    listed = Finding(reason=Reason.ATTESTATION_LISTED)
    told = evolve(FACTS.report, findings=(*FACTS.report.findings, listed))
    rows = [row for one in tables_of(report(evolve(FACTS, report=told))) for row in one.rows]
    (row,) = (row for row in rows if "somebody states" in shown(row[-1]).lower())
    assert shown(row[0]) == "listed"
    assert "bears on no claim" in shown(row[2])


def test_an_event_without_an_id_has_none() -> None:
    """Its files are not whole."""
    assert FACTS.timeline is not None
    first, *others = FACTS.timeline.events
    timeline = evolve(FACTS.timeline, events=(evolve(first, event_id="", type=None), *others))
    (events,) = (
        one for one in tables_of(report(evolve(FACTS, timeline=timeline))) if one.caption.startswith("Events")
    )
    assert shown(events.rows[0][1]) == "cannot be read as an event"


@pytest.mark.parametrize(
    ("name", "value", "kind"),
    [
        ("identity", "w-01", SpanKind.EXACT),
        ("identity", "w-01 (expected seal)", SpanKind.UNTRUSTED),
        ("signer", "w-01", SpanKind.UNTRUSTED),
        ("expected", "ab" * 32, SpanKind.EXACT),
        ("since", "2026-01-02T03:04:05Z", SpanKind.EXACT),
        ("detail", "PROVEN", SpanKind.UNTRUSTED),
        ("codes", "PATH_MISSING", SpanKind.EXACT),
        ("count", 7, SpanKind.EXACT),
    ],
)
def test_an_argument_is_ours_only_when_it_cannot_be_the_bundles(
    name: str, value: str | int, kind: SpanKind
) -> None:
    """Numbers, digests, instants, and what comes from the trust or from closed lists."""
    (span,) = language_of("en").filled("{value}", {"value": argument_value(name, value)})
    assert span.kind is kind


def test_what_a_finding_rests_on_is_ours_or_marked() -> None:
    """Key ids and the trust's names as they are, whatever else as the bundle's."""
    finding = Finding(reason=Reason.SEAL_SIGNED, basis=("ab" * 32, "Operator one", "somebody"))
    ((_, *rest),) = details_of(finding, language_of("en"), TRUST)
    kinds = [span.kind for span in rest if span.kind is not SpanKind.WORDS]
    assert kinds == [SpanKind.EXACT, SpanKind.EXACT, SpanKind.UNTRUSTED]
