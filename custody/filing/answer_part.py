"""The first part of a report: what is proven, what is not, and why (one page where the bundle lets it)."""

from __future__ import annotations

from collections.abc import Iterator

from custody.filing.document import (
    Answer,
    Block,
    Bullets,
    Code,
    Heading,
    Inline,
    Pairs,
    Paragraph,
    Span,
    SpanKind,
    Tone,
    exact,
)
from custody.filing.facts import FilingFacts
from custody.filing.findings import INDICATIONS, MARKS, TONES, meaning_of, next_step_of
from custody.filing.language import Language, Value, as_sentence, capital, claimed, named
from custody.present.text import claim_words
from custody.report.claim import Claim, Outcome
from custody.report.finding import Finding
from custody.report.holding_fact import HoldingFact, HoldingStart, HoldingState
from custody.report.reason import Reason
from custody.report.report import Counts, EventFact, Report

_GROUP = 8
_LISTED = 20


def answer_part(facts: FilingFacts, language: Language) -> Iterator[Block]:
    """Yield the answers, what stands in the way, the facts on one look, and the two lists."""
    report = facts.report
    yield Heading(text=language.text("answer_heading"))
    yield Paragraph(text=language.inline("draft"), tone=Tone.DRAFT)
    yield Pairs(rows=tuple(_identified(facts, language)))
    for claim in Claim:
        yield answer_of(report, claim, language)
    unmet = _unmet(report)
    if unmet:
        yield Heading(text=language.text("reasons_heading"), level=2)
        yield Bullets(items=tuple(_reason(finding, report, language) for finding in unmet[:_LISTED]))
        if len(unmet) > _LISTED:
            yield Paragraph(text=language.inline("reasons_more", count=len(unmet) - _LISTED))
    yield Heading(text=language.text("glance_heading"), level=2)
    yield Pairs(rows=tuple(_at_a_glance(report, language)))
    if report.seal_id is not None:
        yield Code(payload=seal_payload(report.seal_id), alt=language.text("code_alt", seal=report.seal_id))
    yield Heading(text=language.text("proven_heading"), level=2)
    yield Bullets(items=tuple(_proven(report, language)))
    yield Heading(text=language.text("not_proven_heading"), level=2)
    yield Bullets(items=tuple(_not_proven(report, language)))


def seal_payload(seal_id: str) -> str:
    """Return what the QR code of a seal holds: `CUSTODY1:` and the id in capitals (alphanumeric mode)."""
    return f"CUSTODY1:{seal_id.upper()}"


def grouped(digits: str) -> str:
    """Return hex digits in groups of eight, to be compared by eye."""
    return " ".join(digits[start : start + _GROUP] for start in range(0, len(digits), _GROUP))


def answer_of(report: Report, claim: Claim, language: Language) -> Answer:
    """Return what came out of one claim."""
    outcome = report.outcome(claim)
    sentence = as_sentence(claim_inline(report, claim, language))
    codes = () if outcome is Outcome.PROVEN else report.reasons(claim)
    if codes:
        listed = language.listed(exact(code.name) for code in codes)
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
    values: dict[str, Value] = dict(arguments)
    values["identities"] = language.listed((name,) for name in known) or language.shared("nobody")
    values["heads"] = language.told(str(arguments["heads"]))
    return language.filled(sentence, values)


def _identified(facts: FilingFacts, language: Language) -> Iterator[tuple[str, Inline]]:
    report = facts.report
    words = language.words
    missing = language.shared("no_seal")
    yield words["bundle_id"], missing if report.bundle_id is None else exact(report.bundle_id)
    yield words["seal_id"], missing if report.seal_id is None else exact(grouped(report.seal_id))
    yield words["root"], missing if report.root is None else exact(grouped(report.root))
    yield words["verified_at"], exact(str(report.verified_at))
    yield words["tool"], exact(facts.tool)
    if report.claimed_case is not None:
        yield words["claimed_case"], (claimed(report.claimed_case),)


def _unmet(report: Report) -> list[Finding]:
    """Return what keeps a claim from being proven: the first finding of each reason, refutations first."""
    found: dict[Reason, Finding] = {}
    for finding in report.unmet(Claim):
        found.setdefault(finding.reason, finding)
    return sorted(found.values(), key=lambda finding: finding.outcome is not Outcome.REFUTED)


def _reason(finding: Finding, report: Report, language: Language) -> Inline:
    claims = [
        language.told(language.catalogue.claims[claim])
        for claim in Claim
        if finding.reason in report.reasons(claim)
    ]
    return (
        Span(finding.reason.name, SpanKind.EXACT),
        Span(": "),
        *meaning_of(finding, language),
        Span(" "),
        *language.inline("reason_claims", claims=language.listed(claims)),
        Span(" "),
        *language.strong("next_step"),
        Span(" "),
        *next_step_of(finding.reason, language),
    )


def _at_a_glance(report: Report, language: Language) -> Iterator[tuple[str, Inline]]:
    words, missing = language.words, language.inline("not_shown")
    seal = next((event for event in report.events if event.event_id == report.seal_id), None)
    if report.claimed_sealed_at is not None:
        yield words["claimed_sealed_at"], (claimed(report.claimed_sealed_at),)
    yield words["proven_window"], _window(seal, language) or missing
    if report.renew_by is not None:
        yield words["renew_by"], exact(str(report.renew_by))
    yield words["holder_now"], _holders_now(report, language)
    yield words["items"], _counts(report.counts, language)


def _window(seal: EventFact | None, language: Language) -> Inline:
    if seal is None or (seal.not_before is None and seal.not_after is None):
        return ()
    earliest = "" if seal.not_before is None else str(seal.not_before)
    latest = "" if seal.not_after is None else str(seal.not_after)
    if earliest and latest:
        return language.inline("window_both", earliest=earliest, latest=latest)
    return (
        language.shared("not_after", time=latest) if latest else language.shared("not_before", time=earliest)
    )


def _holders_now(report: Report, language: Language) -> Inline:
    held = [_holder(fact, language) for fact in report.holdings if fact.state in _PRESENT]
    if not held:
        return language.inline("holder_none")
    spans: list[Span] = []
    for place, part in enumerate(held[:_LISTED]):
        spans += ([Span("; " if language.tag == "en" else "؛ ")] if place else []) + list(part)
    return tuple(spans)


_PRESENT = frozenset({HoldingState.HELD, HoldingState.IN_TRANSIT})


def _holder(fact: HoldingFact, language: Language) -> Inline:
    holder = language.shared("holder_hidden") if fact.holder is None else (named(fact.holder),)
    to = language.shared("unnamed") if fact.to is None else (named(fact.to),)
    if fact.state is HoldingState.IN_TRANSIT:
        return (
            *language.strong("in_transit"),
            Span(": "),
            *language.inline("holder_transit", holder=holder, to=to),
        )
    copy = fact.opened is HoldingStart.COPY_RECEIVED
    if fact.shown_by is not None:
        return language.inline("holder_superseded", holder=holder, to=to)
    return language.inline("holder_copy" if copy else "holder_held", holder=holder)


def _counts(counts: Counts, language: Language) -> Inline:
    return language.inline(
        "counts",
        open=counts.open,
        items=counts.items,
        partly_open=counts.partly_open,
        withheld=counts.withheld,
        erased=counts.erased,
        padding=counts.padding,
        files=counts.files,
        payload_bytes=counts.payload_bytes,
    )


def _proven(report: Report, language: Language) -> Iterator[Inline]:
    proven = [claim for claim in Claim if report.outcome(claim) is Outcome.PROVEN]
    for claim in proven:
        yield language.told(capital(language.catalogue.claims[claim]))
    if not proven:
        yield language.inline("nothing_proven")


def _not_proven(report: Report, language: Language) -> Iterator[Inline]:
    for claim in Claim:
        outcome = report.outcome(claim)
        if outcome is not Outcome.PROVEN:
            word = Span(language.catalogue.outcomes[outcome], SpanKind.STRONG)
            yield (*language.told(capital(language.catalogue.claims[claim])), Span(": "), word)
    for limit in report.limits:
        yield as_sentence(language.told(language.catalogue.limits[limit]))
