"""The part of a certificate about where the data come from: a copy (902(14)), or a system (902(13))."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from custody.filing.certificate import Kind
from custody.filing.certificate_language import Writer
from custody.filing.document import Block, Bullets, Column, Inline, Table, exact, words
from custody.filing.exhibit import Exhibit, OriginalDigest
from custody.filing.language import claimed
from custody.model.item_numbers import runs_of

_SOURCES: Final = ("source", "device", "url", "account", "medium.type")


def system_part(writer: Writer) -> Iterator[Block]:
    """Yield the six points about a system that generates records (902(13))."""
    yield writer.heading("system_heading")
    name = writer.said("system.name", "what_system")
    points = [writer.inline("system_name", name=name, version=writer.said("system.version"))]
    points += [
        writer.inline(key, **{member: writer.said(f"system.{member}")})
        for key, member in (
            ("system_records", "records"),
            ("system_accuracy", "accuracy"),
            ("system_exhibit", "exhibit"),
            ("system_configuration", "configuration"),
            ("system_test", "last_test"),
        )
    ]
    yield Bullets(items=tuple(points), numbered=True)
    yield from _recorded(writer)


def copy_part(writer: Writer) -> Iterator[Block]:
    """Yield how the data were copied, and whether the copies equal the originals (902(14))."""
    yield writer.heading("copy_heading")
    yield writer.sentence("copy", acquisition=writer.said("acquisition"))
    yield from _recorded(writer)
    yield from _originals(writer)


def _originals(writer: Writer) -> Iterator[Block]:
    """Yield how many originals are known to have the digest of the file, and what is said of the others."""
    exhibits = writer.facts.exhibits
    denied = [one.original is not None and one.original.claimed_match is False for one in exhibits]
    if count := sum(denied):
        yield writer.sentence("originals_denied", count=count, exhibits=len(exhibits))
    compared = [
        None if one.original is None else one.original.equal
        for one, no in zip(exhibits, denied, strict=True)
        if not no
    ]
    for key, wanted in (("originals_equal", True), ("originals_differ", False)):
        if count := compared.count(wanted):
            yield writer.sentence(key, count=count, exhibits=len(exhibits))
    if count := compared.count(None):
        # A statement for free assessment says the same without asking for a comparison.
        asked = writer.kind is Kind.FRE_902_14 or writer.facts.declaration.get("comparison") is not None
        yield writer.sentence(
            "originals_missing" if asked else "originals_unknown",
            count=count,
            exhibits=len(exhibits),
            comparison=writer.said("comparison"),
        )


def _recorded(writer: Writer) -> Iterator[Block]:
    """Yield what was sealed about how each file was acquired."""
    exhibits = writer.facts.exhibits
    if not any(one.claimed_origin or one.original for one in exhibits):
        yield writer.sentence("copy_silent")
        return
    yield writer.sentence("copy_recorded")
    if writer.aid:
        yield writer.sentence("table_elsewhere")
        return
    yield Table(
        caption=writer.text("copy_table"),
        columns=(
            Column(title=writer.text("column_items"), weight=3),
            Column(title=writer.text("column_method"), weight=4),
            Column(title=writer.text("column_tool"), weight=3),
            Column(title=writer.text("column_source"), weight=4),
            Column(title=writer.text("column_when"), weight=4),
            Column(title=writer.text("column_original"), weight=4),
        ),
        rows=tuple(_rows(writer)),
    )


def _rows(writer: Writer) -> Iterator[tuple[Inline, ...]]:
    """Yield one row for all files that were acquired alike: a hundred from one telephone fill no page."""
    alike: dict[tuple[Inline, ...], list[int]] = {}
    for exhibit in writer.facts.exhibits:
        alike.setdefault(_cells(writer, exhibit), []).append(exhibit.number)
    for cells, numbers in alike.items():
        yield (exact(str(runs_of(sorted(numbers)))), *cells)


def _cells(writer: Writer, exhibit: Exhibit) -> tuple[Inline, ...]:
    origin = exhibit.claimed_origin
    tool = " ".join(filter(None, (origin.get("tool.name"), origin.get("tool.version"))))
    source = next((origin[name] for name in _SOURCES if name in origin), "")
    return (
        _cell(origin.get("method", "")),
        _cell(tool),
        _cell(source),
        _when(origin),
        _compared(writer, exhibit.original),
    )


def _cell(text: str) -> Inline:
    return (claimed(text),) if text else ()


def _when(origin: Mapping[str, str]) -> Inline:
    return exact(origin.get("ended") or origin.get("started") or "")


def _compared(writer: Writer, original: OriginalDigest | None) -> Inline:
    if original is None:
        return words(writer.text("original_unknown"))
    if original.claimed_match is False:
        return words(writer.text("original_denied"))
    if original.equal is None:
        return writer.inline("original_other", algorithm=original.algorithm)
    return words(writer.text("original_equal" if original.equal else "original_differs"))
