"""The facts on one look: ids, what was asked, when, who holds it now; texts of the bundle last, and cut."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import asdict

from custody.filing.barcode import seal_payload
from custody.filing.document import Block, Bullets, Code, Heading, Inline, Pairs, Paragraph, Span, exact
from custody.filing.facts import FilingFacts
from custody.filing.language import Language, claimed, named
from custody.report.claim import Outcome
from custody.report.holding_fact import HoldingFact, HoldingStart, HoldingState
from custody.report.report import EventFact, Report

_GROUP = 8
_HOLDERS = 8
_HEADS = 5
_TITLE = 120  # drawn characters of the title of the case
_LABEL = 80
# What a reader must not miss stands first; a cut never hides it behind what is in order.
_ORDER = (HoldingState.IN_TRANSIT, HoldingState.DISPUTED, HoldingState.HELD)
_GRAVITY = (Outcome.REFUTED, Outcome.UNDETERMINED, Outcome.PROVEN)


def glance_part(facts: FilingFacts, language: Language) -> Iterator[Block]:
    """Yield ids and facts, the heads where there are several, and the code of the seal."""
    report = facts.report
    yield Heading(text=language.text("glance_heading"), level=2)
    yield Pairs(rows=tuple(_rows(facts, language)))
    heads = [event for event in report.events if event.head]
    if len(heads) > 1:
        yield Paragraph(text=language.inline("heads_told"))
        yield Bullets(items=tuple(_heads(heads, facts.asked.head, language)))
    if report.seal_id is not None:
        yield Code(
            payload=seal_payload(report.seal_id),
            alt=language.text("code_alt", seal=report.seal_id),
            caption=language.text("code_caption"),
        )


def grouped(digits: str) -> str:
    """Return hex digits in groups of eight, to be compared by eye."""
    return " ".join(digits[start : start + _GROUP] for start in range(0, len(digits), _GROUP))


def _rows(facts: FilingFacts, language: Language) -> Iterator[tuple[str, Inline]]:
    report, asked = facts.report, facts.asked
    words = language.words
    missing = language.shared("no_seal")
    yield words["seal_id"], missing if report.seal_id is None else exact(grouped(report.seal_id))
    yield words["bundle_id"], missing if report.bundle_id is None else exact(report.bundle_id)
    yield words["root"], missing if report.root is None else exact(grouped(report.root))
    moment = "as_of_chosen" if asked.moment_chosen else "as_of"
    yield words["verified_at"], language.inline(moment, time=str(report.verified_at), tool=facts.tool)
    asked_for = tuple(_asked(facts, language))
    if asked_for:
        yield words["asked"], asked_for
    yield words["holder_now"], _holders_now(report, language)
    yield words["proven_window"], _window(report, language) or language.inline("not_shown")
    if report.renew_by is not None:
        yield words["renew_by"], exact(str(report.renew_by))
    yield words["items"], language.inline("counts", **asdict(report.counts))
    if report.claimed_sealed_at is not None:
        yield words["claimed_sealed_at"], (claimed(report.claimed_sealed_at, most=_LABEL),)
    if report.claimed_case is not None:
        yield words["claimed_case"], (claimed(report.claimed_case, most=_TITLE),)


def _asked(facts: FilingFacts, language: Language) -> Iterator[Span]:
    """Yield what whoever ran the verification gave besides the trust: it bounds what the answers say."""
    asked = facts.asked
    told = []
    if asked.head is not None:
        told.append(language.inline("asked_head", head=asked.head))
    if asked.expected_seal:
        told.append(language.inline("asked_seal"))
    if asked.receipts:
        told.append(language.inline("asked_receipts", count=asked.receipts))
    for place, sentence in enumerate(told):
        yield from ((Span(" "),) if place else ())
        yield from sentence


def _heads(heads: list[EventFact], asked: str | None, language: Language) -> Iterator[Inline]:
    """Yield what came out for each head: the one that was asked about, then the gravest."""
    ordered = sorted(heads, key=lambda event: (event.event_id != asked, _GRAVITY.index(event.custody)))
    for event in ordered[:_HEADS]:
        codes = language.listed(exact(reason.name) for reason in event.against)
        yield language.shared(f"head_{event.custody.value}", event=event.event_id, codes=codes)
    if len(heads) > _HEADS:
        yield language.shared("heads_more", count=len(heads) - _HEADS)


def _window(report: Report, language: Language) -> Inline:
    seal = next((event for event in report.events if event.event_id == report.seal_id), None)
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
    held = sorted((fact for fact in report.holdings if fact.state in _ORDER), key=_place)
    if not held:
        return language.inline("holder_none")
    told = [_holder(fact, language) for fact in held[:_HOLDERS]]
    if len(held) > _HOLDERS:
        told.append(language.inline("holders_more", count=len(held) - _HOLDERS))
    spans: list[Span] = []
    for place, part in enumerate(told):
        spans += ([Span("; " if language.tag == "en" else "؛ ")] if place else []) + list(part)
    return tuple(spans)


def _place(fact: HoldingFact) -> tuple[int, bool]:
    return _ORDER.index(fact.state), fact.shown_by is not None


def _holder(fact: HoldingFact, language: Language) -> Inline:
    holder = language.shared("holder_hidden") if fact.holder is None else (named(fact.holder),)
    to = language.shared("unnamed") if fact.to is None else (named(fact.to),)
    if fact.state is HoldingState.DISPUTED:
        return (
            *language.strong("disputed"), Span(": "), *language.inline("holder_disputed", holder=holder),
        )  # fmt: skip
    if fact.state is HoldingState.IN_TRANSIT:
        shown = "holder_transit" if fact.shown_by is None else "holder_transit_shown"
        return (
            *language.strong("in_transit"), Span(": "), *language.inline(shown, holder=holder, to=to),
        )  # fmt: skip
    copy = fact.opened is HoldingStart.COPY_RECEIVED
    if fact.shown_by is not None:
        return language.inline("holder_superseded", holder=holder, to=to)
    return language.inline("holder_copy" if copy else "holder_held", holder=holder)
