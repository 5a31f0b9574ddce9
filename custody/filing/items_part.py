"""The fourth part of a report: the items, by their numbers."""

from __future__ import annotations

from collections.abc import Iterator

from custody.filing.document import (
    Block,
    Column,
    Heading,
    Inline,
    Paragraph,
    Span,
    Table,
    exact,
)
from custody.filing.facts import FilingFacts, ItemState, ListedItem, citation_of
from custody.filing.language import Language, claimed

PRINTED = 2_000
"""So many items are printed whole; of more, the first and the last ones."""
_ENDS = 100
_CHARACTERS = 200  # of a name; the list of items that is attached has all of it
_PROVEN_CHANGES = {
    "FILE_MISSING": "item_missing",
    "FILE_DIGEST": "item_changed",
    "FILE_SIZE": "item_changed",
    "FILE_NOT_REGULAR": "item_changed",
}
_NOTHING: Inline = (Span("–"),)


def items_part(facts: FilingFacts, language: Language, *, all_items: bool = False) -> Iterator[Block]:
    """Yield the table of the items.

    Args:
        facts: the bundle.
        language: its words.
        all_items: print every item, however many there are.
    """
    items, seal_id = facts.items, facts.report.seal_id
    yield Heading(text=language.text("items_heading"))
    yield Paragraph(text=language.inline("items_explained", citation=citation_of(seal_id, 17)))
    if facts.unread_items:
        yield Paragraph(text=language.inline("items_unread"))
    if not items:
        yield Paragraph(text=language.inline("items_none"))
        return
    if all_items or len(items) <= PRINTED:
        yield _table(items, facts, language)
        return
    yield Paragraph(text=language.inline("items_cut", count=len(items), ends=_ENDS))
    yield _table(items[:_ENDS], facts, language)
    yield Paragraph(text=language.inline("items_between", count=len(items) - 2 * _ENDS))
    yield _table(items[-_ENDS:], facts, language)


def _table(items: tuple[ListedItem, ...], facts: FilingFacts, language: Language) -> Table:
    first, last = items[0].number, items[-1].number
    return Table(
        caption=language.text("items_caption", first=first, last=last),
        columns=tuple(
            Column(title=language.words[key], weight=weight)
            for key, weight in (
                ("column_item", 3),
                ("column_name", 4),
                ("column_type", 3),
                ("column_size", 2),
                ("column_sha256", 6),
                ("column_status", 3),
            )
        ),
        rows=tuple(_row(item, facts.report.seal_id, language) for item in items),
    )


def _row(item: ListedItem, seal_id: str | None, language: Language) -> tuple[Inline, ...]:
    return (
        exact(citation_of(seal_id, item.number)),
        _NOTHING if item.claimed_name is None else (claimed(item.claimed_name, most=_CHARACTERS),),
        _NOTHING if item.claimed_type is None else (claimed(item.claimed_type, most=_CHARACTERS),),
        _NOTHING if item.size_bytes is None else exact(str(item.size_bytes)),
        _NOTHING if item.sha256 is None else exact(item.sha256),
        _status(item, language),
    )


def _status(item: ListedItem, language: Language) -> Inline:
    state = language.told(language.words[f"item_{item.state.value}"])
    if item.codes:
        codes = language.listed(exact(code) for code in item.codes)
        told = next((word for code, word in _PROVEN_CHANGES.items() if code in item.codes), "item_differs")
        return (*language.strong(told), Span(" "), *codes, Span("; "), *state)
    if not item.as_sealed:
        return (*state, Span(": "), *language.inline("item_not_shown"))
    if item.state is ItemState.OPEN:
        return language.inline("item_as_sealed")
    return state
