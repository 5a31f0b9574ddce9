"""The second part of a report: who held the bundle, and the events that say so, with their gaps."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from custody.filing.document import (
    Block,
    Bullets,
    Column,
    Heading,
    Inline,
    Paragraph,
    Span,
    SpanKind,
    Table,
    exact,
)
from custody.filing.event_details import event_details
from custody.filing.facts import FilingFacts
from custody.filing.findings import meaning_of
from custody.filing.lane_scale import scale_of
from custody.filing.lanes import draw_lanes
from custody.filing.language import Language, claimed, named
from custody.model.instant import Instant
from custody.present.holdings import holding_lines
from custody.report.claim import Claim, Outcome
from custody.report.finding import Finding
from custody.report.report import EventFact, Report
from custody.report.timeline import EventStatus, Named, TimelineEvent

_LOG = 6  # the number of the findings about the log
_DIGITS = 16
_NOTHING: Inline = (Span("–"),)


def custody_part(facts: FilingFacts, language: Language) -> Iterator[Block]:
    """Yield the drawing, who held it in words, and the table of the events."""
    report = facts.report
    yield Heading(text=language.text("custody_heading"))
    if report.holdings:
        scale = scale_of(report.holdings, report.verified_at)
        yield draw_lanes(report.holdings, scale, language)
    yield Heading(text=language.text("holdings_heading"), level=2)
    yield Bullets(items=tuple(_holding_lines(report, language)))
    yield Heading(text=language.text("events_heading"), level=2)
    yield Paragraph(text=language.inline("events_explained"))
    yield Table(
        caption=language.text("events_caption"),
        columns=tuple(
            Column(title=language.words[key], weight=weight)
            for key, weight in (
                ("column_number", 2),
                ("column_event", 8),
                ("column_by", 7),
                ("column_claimed", 6),
                ("column_earliest", 6),
                ("column_latest", 6),
                ("column_status", 7),
            )
        ),
        rows=tuple(_rows(facts, language)),
    )
    stated = tuple(_statements(facts, language))
    if stated:
        yield Heading(text=language.text("statements_heading"), level=2)
        yield Paragraph(text=language.inline("statements_explained"))
        yield Table(
            caption=language.text("statements_caption"),
            columns=(
                Column(title=language.words["column_number"], weight=2),
                Column(title=language.words["column_by"], weight=8),
                Column(title=language.words["column_stated"], weight=14),
                Column(title=language.words["column_claimed"], weight=6),
                Column(title=language.words["column_latest"], weight=6),
            ),
            rows=stated,
        )


def _holding_lines(report: Report, language: Language) -> Iterator[Inline]:
    """Yield the lines of the catalogue; under an expected seal they hold labels of it, which are marked."""
    strange = {
        name
        for fact in report.holdings
        for name in (fact.holder, fact.to, *fact.refused_by)
        if name is not None and named(name).kind is SpanKind.UNTRUSTED
    }
    for line in holding_lines(report.holdings, language.catalogue):
        yield tuple(_marked(line, sorted(strange, key=len, reverse=True), language))


def _marked(line: str, strange: Sequence[str], language: Language) -> Iterator[Span]:
    """Cut a line where a label of the bundle stands in it."""
    if not strange:
        yield from language.told(line)
        return
    first, *others = strange
    for place, part in enumerate(line.split(first)):
        if place:
            yield claimed(first)
        if part:
            yield from _marked(part, others, language)


def _rows(facts: FilingFacts, language: Language) -> Iterator[tuple[Inline, ...]]:
    gaps = [
        finding
        for finding in facts.report.findings
        if finding.number == _LOG
        and Claim.CUSTODY_UNBROKEN in finding.claims
        and finding.outcome is not Outcome.PROVEN
    ]
    events = _events(facts)
    for number, event in enumerate(events, start=1):
        if event.status is EventStatus.ATTESTATION:
            continue
        yield _row(number, event, language)
        here = [gap for gap in gaps if _is_about(gap, event)]
        gaps = [gap for gap in gaps if gap not in here]
        yield from (_gap(gap, language) for gap in here)
    yield from (_gap(gap, language) for gap in gaps)


def _statements(facts: FilingFacts, language: Language) -> Iterator[tuple[Inline, ...]]:
    """Yield who states what: statements change no custody and stand apart from what happened."""
    for number, event in enumerate(_events(facts), start=1):
        if event.status is EventStatus.ATTESTATION:
            yield (
                exact(str(number)),
                _who(event, language),
                _what(event, language),
                _NOTHING if event.claimed_at is None else (claimed(_spaced(event.claimed_at)),),
                _moment(event.not_after),
            )


def _events(facts: FilingFacts) -> Sequence[TimelineEvent]:
    if facts.timeline is not None:
        return facts.timeline.events
    return [_untold(event) for event in facts.report.events]


def _untold(event: EventFact) -> TimelineEvent:
    """Return an event of a log that no sound seal lets be judged: nobody in it has a name of the trust."""
    return TimelineEvent(
        event_id=event.event_id,
        path=event.path,
        status=EventStatus(event.status),
        type=event.claimed_type,
        actor=None if event.claimed_actor is None else Named(claimed_label=event.claimed_actor),
        claimed_at=event.claimed_at,
        not_before=event.not_before,
        not_after=event.not_after,
        head=event.head,
    )


def _is_about(gap: Finding, event: TimelineEvent) -> bool:
    """Tell whether a finding names an event: as its cause where it has one, else as what it is about."""
    cause = str(gap.arguments.get("event", "")) or gap.subject
    return cause != "" and cause in {event.path, event.event_id}


def _row(number: int, event: TimelineEvent, language: Language) -> tuple[Inline, ...]:
    return (
        exact(str(number)),
        _what(event, language),
        _who(event, language),
        _NOTHING if event.claimed_at is None else (claimed(_spaced(event.claimed_at)),),
        _moment(event.not_before),
        _moment(event.not_after),
        _status(event, language),
    )


def _moment(moment: Instant | None) -> Inline:
    return _NOTHING if moment is None else exact(_spaced(str(moment)))


def _spaced(instant: str) -> str:
    """Return an instant with a place where a narrow cell may break it."""
    return instant.replace("T", " ")


def _what(event: TimelineEvent, language: Language) -> Inline:
    key = f"type_{event.type}"
    if event.type is None:
        key = "type_hidden" if event.status is EventStatus.STUB else "type_unreadable"
    told = language.told(language.catalogue.words.get(key, language.catalogue.words["type_unreadable"]))
    spans: list[Span] = [*told]
    if event.to is not None:
        spans += [Span(" "), *language.inline("event_to", name=_named(event.to, language))]
    if event.event_id:
        spans += [Span(" "), *language.inline("event_id", event=event.event_id[:_DIGITS])]
    for detail in event_details(event, language):
        spans += [Span("; " if language.tag == "en" else "؛ "), *detail]
    return tuple(spans)


def _named(one: Named, language: Language) -> Inline:
    if one.identity is not None:
        return (named(one.identity),)
    return (claimed(one.claimed_label), Span(" "), *language.inline("label_only"))


def _who(event: TimelineEvent, language: Language) -> Inline:
    if event.actor is None:
        return _NOTHING
    signers = (event.actor, *event.cosigners)
    return language.listed(_named(one, language) for one in signers)


def _status(event: TimelineEvent, language: Language) -> Inline:
    words = language.catalogue.words
    told: list[Inline] = [language.told(language.words[f"event_{event.status.value}"])]
    marks = (
        ("log_head", event.head),
        ("log_in_transit", event.in_transit),
        ("log_unacknowledged", event.unacknowledged),
    )
    told += [(Span(words[key], SpanKind.STRONG),) for key, holds in marks if holds]
    if event.reason is not None:
        told.append(exact(event.reason.name))
    return language.listed(told)


def _gap(gap: Finding, language: Language) -> tuple[Inline, ...]:
    """Return a gap as a row of its own: it has a place among the events, and no times."""
    told = (*language.strong("gap"), Span(" "), *meaning_of(gap, language))
    return (_NOTHING, told, _NOTHING, _NOTHING, _NOTHING, _NOTHING, exact(gap.reason.name))
