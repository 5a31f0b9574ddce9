"""The third part of a report: what was checked, question by question."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from custody.filing.document import (
    Block,
    Column,
    Heading,
    Inline,
    Paragraph,
    Span,
    SpanKind,
    Table,
    exact,
)
from custody.filing.facts import FilingFacts
from custody.filing.findings import MARKS, details_of, meaning_of
from custody.filing.language import Language
from custody.report.claim import Outcome
from custody.report.finding import Finding


def checks_part(facts: FilingFacts, language: Language) -> Iterator[Block]:
    """Yield one table of all findings; the first of each number asks its question."""
    report = facts.report
    yield Heading(text=language.text("checks_heading"))
    yield Paragraph(text=language.inline("checks_explained"))
    yield Table(
        caption=language.text("checks_heading"),
        columns=(
            Column(title=language.words["column_result"], weight=3),
            Column(title=language.words["column_code"], weight=4),
            Column(title=language.words["column_meaning"], weight=10),
        ),
        rows=tuple(_rows(facts, language)),
    )
    listed = sum(1 for one in report.findings if one.claims and one.outcome is not Outcome.PROVEN)
    if report.failures > listed:
        yield Paragraph(text=language.shared("more", count=report.failures - listed))


def _rows(facts: FilingFacts, language: Language) -> Iterator[tuple[Inline, ...]]:
    for number, group in groupby(facts.report.findings, key=lambda finding: finding.number):
        question = Span(f"{number}. {language.catalogue.questions[number]}", SpanKind.STRONG)
        for place, finding in enumerate(group):
            result, code, meaning = _row(finding, facts, language)
            yield result, code, meaning if place else (question, Span(" "), *meaning)


def _row(finding: Finding, facts: FilingFacts, language: Language) -> tuple[Inline, ...]:
    outcome = finding.outcome
    result: Inline = (Span(f"{MARKS[outcome]} {language.catalogue.outcomes[outcome]}", SpanKind.STRONG),)
    if not finding.claims and outcome is not Outcome.PROVEN:
        result = language.inline("listed")  # an outcome here would read like that of a claim
    code = exact(finding.reason.name)
    if finding.reason.sub_indication:
        code = (*code, Span(" "), Span(finding.reason.sub_indication, SpanKind.EXACT))
    meaning: list[Span] = [*meaning_of(finding, language)]
    if not finding.claims and outcome is not Outcome.PROVEN:
        meaning += [Span(" "), *language.inline("listed_only")]
    for detail in details_of(finding, language, facts.trust):
        meaning += [Span(" – "), *detail]
    return result, code, tuple(meaning)
