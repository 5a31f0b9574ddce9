"""The first part of a report: what is proven, what is not, and why (one page where the bundle lets it).

The answers come before any text of a bundle: nothing that its makers wrote can push them off the first page.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from custody.filing.document import (
    Answer,
    Block,
    Bullets,
    Heading,
    Inline,
    Paragraph,
    Span,
    SpanKind,
    Tone,
    exact,
)
from custody.filing.facts import FilingFacts
from custody.filing.findings import INDICATIONS, MARKS, TONES, meaning_of, next_step_of
from custody.filing.glance_part import glance_part
from custody.filing.language import Language, Value, as_sentence, capital, claimed, named
from custody.format.bag import chunks_path
from custody.present.holdings import heads_asked
from custody.present.text import claim_words
from custody.report.claim import Claim, Outcome
from custody.report.finding import Finding
from custody.report.reason import Reason
from custody.report.report import Report

_LISTED = 20
_NAMED = 5  # items of one reason
_IN_AN_ANSWER = 4  # names, heads or codes: the answers stay on one page
_NAME = 40  # drawn characters of an item's name


def answer_part(facts: FilingFacts, language: Language) -> Iterator[Block]:
    """Yield the answers, what stands in the way, the facts on one look, and what is not proven."""
    report = facts.report
    yield Heading(text=language.text("answer_heading"))
    yield Paragraph(text=language.inline("draft"), tone=Tone.DRAFT)
    for claim in Claim:
        yield answer_of(report, claim, language)
    unmet = _unmet(report)
    if unmet:
        yield Heading(text=language.text("reasons_heading"), level=2)
        yield Bullets(items=tuple(_reason(group, facts, language) for group in unmet[:_LISTED]))
        if len(unmet) > _LISTED:
            yield Paragraph(text=language.inline("reasons_more", count=len(unmet) - _LISTED))
    yield from glance_part(facts, language)
    yield Heading(text=language.text("not_proven_heading"), level=2)
    yield Bullets(items=tuple(_not_proven(report, language)))


def answer_of(report: Report, claim: Claim, language: Language) -> Answer:
    """Return what came out of one claim."""
    outcome = report.outcome(claim)
    sentence = as_sentence(claim_inline(report, claim, language))
    codes = () if outcome is Outcome.PROVEN else report.reasons(claim)
    if codes:
        listed = _few((exact(code.name) for code in codes), len(codes), language)
        sentence = (*sentence, Span(" "), *language.inline("answer_because", codes=listed))
    return Answer(
        mark=MARKS[outcome],
        word=language.catalogue.outcomes[outcome],
        code=INDICATIONS[outcome],
        title=capital(language.catalogue.claims[claim]),
        sentence=sentence,
        tone=TONES[outcome],
    )


def claim_inline(report: Report, claim: Claim, language: Language) -> Inline:
    """Return what the outcome of a claim says."""
    sentence, arguments = claim_words(report, claim, language.catalogue)
    known = [named(signer.identity) for signer in report.signers if signer.identity]
    heads = heads_asked(report)
    values: dict[str, Value] = dict(arguments)
    values["identities"] = _few(((name,) for name in known), len(known), language) or language.shared(
        "nobody"
    )
    values["heads"] = (
        language.shared("heads", heads=_few((exact(head) for head in heads), len(heads), language))
        if heads
        else language.shared("no_heads")
    )
    return language.filled(sentence, values)


def _few(parts: Iterable[Inline], count: int, language: Language) -> Inline:
    """Join the first parts, and say how many more there are: a bundle may hold any number."""
    shown = list(islice(parts, _IN_AN_ANSWER))
    if count > _IN_AN_ANSWER:
        shown.append(language.inline("and_more", count=count - _IN_AN_ANSWER))
    return language.listed(shown)


def _unmet(report: Report) -> list[list[Finding]]:
    """Return what keeps a claim from being proven: the findings of each reason, refutations first."""
    found: dict[Reason, list[Finding]] = {}
    for finding in report.unmet(Claim):
        found.setdefault(finding.reason, []).append(finding)
    return sorted(found.values(), key=lambda group: group[0].outcome is not Outcome.REFUTED)


def _reason(group: list[Finding], facts: FilingFacts, language: Language) -> Inline:
    finding = group[0]
    claims = [
        language.told(language.catalogue.claims[claim])
        for claim in Claim
        if finding.reason in facts.report.reasons(claim)
    ]
    return (
        Span(finding.reason.name, SpanKind.STRONG),
        Span(": "),
        *meaning_of(finding, language),
        *_concerned(group, facts, language),
        Span(" "),
        *language.inline("reason_claims", claims=language.listed(claims)),
        Span(" "),
        *language.strong("next_step"),
        Span(" "),
        *next_step_of(finding.reason, language),
    )


def _concerned(group: list[Finding], facts: FilingFacts, language: Language) -> Inline:
    """Name the first items, or other places, that findings of one reason are about."""
    subjects = list(dict.fromkeys(finding.subject for finding in group if finding.subject))
    if not subjects:
        return ()
    known: dict[str, int] = {}
    for place, item in enumerate(facts.items):
        known |= dict.fromkeys(filter(None, (str(item.number), item.path, chunks_path(item.number))), place)
    told = [_subject(subject, known, facts, language) for subject in subjects[:_NAMED]]
    unlisted = facts.report.failures > len(facts.report.unmet(Claim))
    if len(subjects) > _NAMED or unlisted:
        more = max(0, len(subjects) - _NAMED)
        told.append(language.inline("and_at_least" if unlisted else "and_more", count=more))
    return (Span(" "), *language.inline("concerned", items=language.listed(told)))


def _subject(subject: str, known: dict[str, int], facts: FilingFacts, language: Language) -> Inline:
    if subject in known:
        item = facts.items[known[subject]]
        number = language.inline("item_number", number=f"{item.number:06d}")
        if item.claimed_name is None:
            return number
        return (*number, Span(" "), claimed(item.claimed_name, most=_NAME))
    if subject.isdecimal():
        return language.inline("item_number", number=subject.zfill(6))
    return (claimed(subject, most=2 * _NAME),)


def _not_proven(report: Report, language: Language) -> Iterator[Inline]:
    for claim in Claim:
        outcome = report.outcome(claim)
        if outcome is not Outcome.PROVEN:
            word = Span(language.catalogue.outcomes[outcome], SpanKind.STRONG)
            yield (*language.told(capital(language.catalogue.claims[claim])), Span(": "), word)
    for limit in report.limits:
        yield as_sentence(language.told(language.catalogue.limits[limit]))
