"""Certificates and statements as documents: drafts for a person who checked the files and will sign by hand.

The FRE forms are sworn in English: an Arabic document of that kind is the English one with a translation that
helps to read it. The neutral statement is whole in each language. Nothing is signed, dated or made up: what
nobody has said stays a visible blank.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Final

from custody.filing.certificate import CertificateFacts, Kind
from custody.filing.certificate_language import CERTIFICATE_WORDS, Writer
from custody.filing.certificate_parts import (
    custody_part,
    data_part,
    done_part,
    repeat_part,
    tool_part,
    values_part,
    who_part,
)
from custody.filing.certificate_source_part import copy_part, system_part
from custody.filing.document import (
    Blank,
    Block,
    Bullets,
    Document,
    Heading,
    Inline,
    PageBreak,
    Pairs,
    Paragraph,
    Part,
    Span,
    SpanKind,
    Tone,
    exact,
    words,
)
from custody.filing.given import check_given
from custody.filing.language import language_of

SWORN_LANGUAGE: Final = "en"
_SEAL_SHOWN: Final = 16


def certificate_document(facts: CertificateFacts, lang: str) -> Document:
    """Write a certificate or statement.

    Args:
        facts: gathered for the kind that it will be.
        lang: "en" or "ar". The FRE forms are English in any case, and "ar" adds a translation behind them.

    Raises:
        UsageError: there is no such language, or the facts are something else.
    """
    check_given(facts, CertificateFacts, "facts")
    kind = facts.kind
    asked = Writer(facts=facts, kind=kind, language=language_of(lang, CERTIFICATE_WORDS))
    if kind is Kind.STATEMENT or lang == SWORN_LANGUAGE:
        return _document(asked, tuple(_whole(asked)))
    sworn = Writer(facts=facts, kind=kind, language=language_of(SWORN_LANGUAGE, CERTIFICATE_WORDS))
    aid = Writer(facts=facts, kind=kind, language=asked.language, aid=True)
    notice = Paragraph(text=asked.strong("aid"))
    draft, *rest = _whole(sworn)
    translated = Part(lang=lang, blocks=(Heading(text=asked.text("aid_heading")), notice, *_whole(aid)))
    return _document(sworn, (draft, Part(lang=lang, blocks=(notice,)), *rest, PageBreak(), translated))


def _document(writer: Writer, blocks: tuple[Block, ...]) -> Document:
    facts = writer.facts
    seal = Span(f"{facts.timeline.seal_id[:_SEAL_SHOWN]}…", SpanKind.EXACT)
    draft = Span(writer.text("draft"))
    return Document(
        lang=writer.language.tag,
        title=writer.text(f"title_{writer.kind.value}"),
        running=writer.inline("running", draft=draft, seal=seal),
        made_at=facts.made_at,
        blocks=blocks,
        page_words=writer.language.words["page"],
    )


def _whole(writer: Writer) -> Iterator[Block]:
    """Yield all parts in their order; a reading aid lacks what is only printed once."""
    yield from _head(writer)
    yield from who_part(writer)
    yield from data_part(writer)
    yield from system_part(writer) if writer.kind is Kind.FRE_902_13 else copy_part(writer)
    yield from tool_part(writer)
    yield from done_part(writer)
    yield from values_part(writer)
    yield from custody_part(writer)
    if writer.kind is not Kind.STATEMENT:
        yield writer.heading("notice_heading")
        yield writer.sentence(
            "notice",
            to=writer.said("notice.to"),
            on=writer.said("notice.on"),
            how=writer.said("notice.how"),
        )
    yield from _limits(writer)
    yield from repeat_part(writer)
    remarks = writer.facts.declaration.get("remarks")
    if remarks is not None:
        yield writer.heading("remarks_heading")
        yield Paragraph(text=writer.given(remarks))
    yield from _statement_end(writer) if writer.kind is Kind.STATEMENT else _sworn_end(writer)


def _head(writer: Writer) -> Iterator[Block]:
    yield Paragraph(text=writer.strong("draft"), tone=Tone.DRAFT)
    yield Paragraph(text=writer.inline("draft_note"), tone=Tone.DRAFT)
    yield Pairs(
        rows=(
            (writer.text("court"), writer.said("case.court")),
            (writer.text("case"), writer.said("case.title", "what_case")),
            (writer.text("docket"), writer.said("case.docket")),
        )
    )
    if writer.kind is Kind.STATEMENT:
        yield writer.sentence("free")
    yield writer.sentence("opening", name=writer.said("declarant.name"))


def _limits(writer: Writer) -> Iterator[Block]:
    yield writer.heading("limits_heading")
    yield writer.sentence("limits")
    limits = writer.language.catalogue.limits
    told = (writer.language.told(limits[one]) for one in writer.facts.report.limits)
    yield Bullets(items=(*told, writer.inline("limit_scope")))


def _sworn_end(writer: Writer) -> Iterator[Block]:
    """Yield the declaration of 28 U.S.C. 1746 in the form for where it will be executed, or in both."""
    yield writer.heading("sworn_heading")
    inside = writer.facts.declaration.inside_united_states
    forms = [name for name, fits in (("outside", inside is False), ("inside", inside is True)) if fits]
    if not forms:
        yield Paragraph(text=writer.missing("sworn_choose"))
    for form in forms or ("outside", "inside"):
        if not forms:
            yield writer.sentence(f"sworn_where_{form}")
        yield writer.sentence(f"sworn_{form}")
    yield from _blanks(writer)


def _statement_end(writer: Writer) -> Iterator[Block]:
    yield writer.heading("own_heading")
    yield writer.sentence("own")
    yield from _blanks(writer)


def _blanks(writer: Writer) -> Iterator[Block]:
    """Yield what is filled in by hand; nothing is signed or dated by a program."""
    if writer.aid:
        return
    declaration = writer.facts.declaration
    name, place = declaration.get("declarant.name"), declaration.get("execution.place")
    country = () if declaration.country is None else exact(declaration.country)
    where = tuple(chain(() if place is None else writer.given(place), words(" ") if place else (), country))
    filled: tuple[tuple[str, Inline], ...] = (
        ("blank_date", ()),
        ("blank_place", where),
        ("blank_signature", ()),
        ("blank_name", () if name is None else writer.given(name)),
    )
    for label, known in filled:
        yield Blank(label=writer.text(label), filled=known)
