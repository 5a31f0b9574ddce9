"""The report for a court as a document: a function of facts, files that go with it, and a language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from custody.filing.anchors_part import anchors_part, limits_part
from custody.filing.answer_part import answer_part
from custody.filing.by_hand_part import by_hand_part
from custody.filing.checks_part import checks_part
from custody.filing.custody_part import custody_part
from custody.filing.document import Attachment, Block, Document, Inline, Span
from custody.filing.facts import FilingFacts
from custody.filing.given import check_given
from custody.filing.item_list import encode_item_list
from custody.filing.items_part import items_part
from custody.filing.language import Language, language_of
from custody.filing.reference import AUDITOR, SPECIFICATION
from custody.present.report_json import encode_report

_SHORT = 16


def report_document(
    facts: FilingFacts,
    *,
    lang: str,
    references: Mapping[str, bytes] | None = None,
    all_items: bool = False,
) -> Document:
    """Return the report about a bundle; the same facts give the same document.

    Args:
        facts: see `custody.filing.reading.read_facts`.
        lang: "en" or "ar".
        references: the specification and the auditor by their names, where they are at hand.
        all_items: print every item, also where there are thousands; they are attached in any case.

    Raises:
        UsageError: there is no such language, or the facts are something else.
    """
    check_given(facts, FilingFacts, "facts")
    language = language_of(lang)
    return Document(
        lang=lang,
        title=language.text("title"),
        running=_running(facts, language),
        made_at=facts.report.verified_at,
        blocks=tuple(_blocks(facts, language, all_items=all_items, attached=frozenset(references or {}))),
        attachments=tuple(_attachments(facts, language, references or {})),
        page_words=language.words["page"],
    )


def _blocks(
    facts: FilingFacts, language: Language, *, all_items: bool, attached: frozenset[str]
) -> Iterator[Block]:
    yield from answer_part(facts, language)
    yield from custody_part(facts, language)
    yield from checks_part(facts, language)
    yield from items_part(facts, language, all_items=all_items)
    yield from by_hand_part(facts, language, attached)
    yield from limits_part(facts, language)
    yield from anchors_part(facts, language)


def _running(facts: FilingFacts, language: Language) -> Inline:
    seal = facts.report.seal_id
    if seal is None:
        return (
            *language.shared("no_seal"),
            Span(" "),
            *language.inline("running", time=str(facts.report.verified_at)),
        )
    return language.inline("running_seal", seal=seal[:_SHORT], time=str(facts.report.verified_at))


def _attachments(
    facts: FilingFacts, language: Language, references: Mapping[str, bytes]
) -> Iterator[Attachment]:
    yield Attachment(
        name="exhibits.csv",
        media_type="text/csv",
        relationship="alternative",
        description=language.text("attached_items"),
        data=encode_item_list(facts.items, facts.report.seal_id),
    )
    yield Attachment(
        name="report.json",
        media_type="application/json",
        relationship="data",
        description=language.text("attached_report"),
        data=encode_report(facts.report, facts.required),
    )
    for name, media_type in ((SPECIFICATION, "text/markdown"), (AUDITOR, "text/x-python")):
        if name in references:
            yield Attachment(
                name=name,
                media_type=media_type,
                relationship="supplement",
                description=language.text("attached_spec" if name == SPECIFICATION else "attached_auditor"),
                data=references[name],
            )
