"""A document as the JSON that the template of the PDF reads: every decision made, every character drawable.

The template knows no rule: which pieces of a line are kept together, which way they run, where a long name
may be broken and how wide the columns are is decided here. Texts are values of JSON and never template.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby
from typing import TypeAlias, assert_never

from custody.filing.barcode import qr_if_possible
from custody.filing.column_widths import CONTENT_PT, INSET_PT, column_widths
from custody.filing.document import (
    Answer,
    Attachment,
    Blank,
    Block,
    Bullets,
    Code,
    Commands,
    Document,
    Figure,
    Heading,
    Inline,
    PageBreak,
    Pairs,
    Paragraph,
    Part,
    Picture,
    Span,
    SpanKind,
    Table,
)
from custody.filing.glyphs import drawable, wide_characters
from custody.filing.setting import (
    COLOURS,
    WORDS,
    draft_notice,
    is_identifier,
    number_slots,
    stepped,
    text_direction,
)

Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | float | bool | None"

ROWS_AT_ONCE = 250
"""A longer table is cut into tables of so many rows: typst's memory grows faster than their number."""

_LINE = 70  # signs of text that fit into one line of the page in every face
_IDENTIFIER_LINE = 88
_COMMAND_PT = (7.6, 6.0)
_COMMAND_INSET_PT = 8
_COMMAND_INDENT = 4  # signs, where a line goes on
_MONO_EM = 0.6021
_POINTS_OF_PIXEL = 0.75
_ESCAPE = r"\\u\{[0-9A-F]+\}"
_SEPARATED = re.compile(rf"(?:{_ESCAPE}|[^_\-./\\,;:+=&@ ])*(?:(?!{_ESCAPE})[_\-./\\,;:+=&@ ])*")
_UNIT = re.compile(rf"{_ESCAPE}|.", re.DOTALL)  # an escape is not cut: its halves would be read as a text
_LETTER_EM = 0.6  # what one sign of a line takes
_BROAD = re.compile(r"[A-Zmw@%]|[^\x00-\x7f\u0600-\u06ff]")  # these take up to half as much again
_DIGITS_MEET = re.compile(r"[0-9٠-٩][-./\\,;:+=&@]\Z")


def pdf_data(document: Document) -> Json:
    """Return the document as the template `typst/document.typ` reads it."""
    document = stepped(document)
    notice = draft_notice(document)
    return {
        "lang": document.lang,
        "dir": document.direction,
        "title": drawable(document.title),
        "colours": {tone: list(pair) for tone, pair in COLOURS.items()},
        "width": CONTENT_PT,
        "inset": INSET_PT,
        "draft": _inline(notice.text, document.direction) if notice else None,
        "running": _inline(document.running, document.direction),
        "pages": [drawable(each) for each in number_slots(document.page_words)],
        "blocks": _blocks(document.blocks, document.lang, document.direction),
        "attachments": [_attachment(each) for each in document.attachments],
    }


def _blocks(blocks: tuple[Block, ...], lang: str, direction: str) -> list[Json]:
    made: list[Json] = []
    for pictures, run in groupby(blocks, lambda block: isinstance(block, Picture)):
        members = [_block(block, lang, direction) for block in run]
        made += [{"is": "pictures", "members": members}] if pictures else members
    return made


def _block(block: Block, lang: str, direction: str) -> Json:  # noqa: C901, PLR0911, PLR0912 - a case a kind
    match block:
        case Heading():
            return {"is": "heading", "level": block.level, "text": drawable(block.text)}
        case Paragraph():
            return {"is": "paragraph", "tone": block.tone.value, "text": _inline(block.text, direction)}
        case Answer():
            return {
                "is": "answer", "tone": block.tone.value, "mark": drawable(block.mark),
                "word": drawable(block.word), "code": drawable(block.code), "title": drawable(block.title),
                "sentence": _inline(block.sentence, direction),
            }  # fmt: skip
        case Bullets():
            return {
                "is": "bullets", "numbered": block.numbered,
                "items": [_inline(item, direction) for item in block.items],
            }  # fmt: skip
        case Pairs():
            rows: list[Json] = [
                [drawable(name), _inline(value, direction, line=46, identifier_line=71)]
                for name, value in block.rows
            ]
            return {"is": "pairs", "rows": rows}
        case Table():
            return _table(block, lang, direction)
        case Figure():
            return {
                "is": "figure", "svg": block.svg, "alt": drawable(block.alt),
                "width": min(CONTENT_PT, block.width_px * _POINTS_OF_PIXEL),
            }  # fmt: skip
        case Picture():
            return _picture(block, direction)
        case Commands():
            return _commands(block)
        case Code():
            return _code(block)
        case Blank():
            return {"is": "blank", "label": drawable(block.label), "filled": _inline(block.filled, direction)}
        case PageBreak():
            return {"is": "break"}
        case Part():
            blocks = _blocks(block.blocks, block.lang, block.direction)
            return {"is": "part", "lang": block.lang, "dir": block.direction, "blocks": blocks}
        case _:
            assert_never(block)


def _picture(picture: Picture, direction: str) -> Json:
    return {
        "is": "picture",
        "data": list(picture.data),
        "format": "png" if picture.media_type == "image/png" else "jpg",
        "alt": drawable(picture.alt),
        "caption": _inline(picture.caption, direction, line=24),
    }


def _code(code: Code) -> Json:
    svg = qr_if_possible(code.payload)
    return {"is": "code", "svg": svg, "alt": drawable(code.alt), "caption": drawable(code.caption)}


def _inline(
    spans: Inline, direction: str, *, line: int = _LINE, identifier_line: int = _IDENTIFIER_LINE
) -> list[Json]:
    """Return the pieces of a line; a piece that does not run as its line does stands in a box of its own."""
    alone = len(spans) == 1
    return [_span(span, direction, alone, line, identifier_line) for span in spans]


def _span(span: Span, direction: str, alone: bool, line: int, identifier_line: int) -> Json:  # noqa: FBT001
    text = drawable(span.text)
    match span.kind:
        case SpanKind.WORDS:
            return ["words", text]
        case SpanKind.STRONG:
            return ["strong", text]
        case SpanKind.EXACT:
            identifier = is_identifier(span.text)
            kind = "identifier" if identifier else "exact"
            boxed = "" if alone and direction == "ltr" else "-box"
            return [kind + boxed, _breakable(text, identifier_line if identifier else line)]
        case SpanKind.UNTRUSTED:
            own = text_direction(text, direction)
            kind = "foreign-inline" if not alone else "foreign" if own == direction else "foreign-box"
            return [kind, _breakable(text, line), own]
        case _:
            assert_never(span.kind)


def _breakable(text: str, line: int) -> Json:
    """Return a text whose words fit into a line as it is, another as the pieces between which it may break.

    A break between two numbers of a text with Arabic letters could change their order, and is not offered.
    """
    if all(_breadth(word) <= line for word in text.split(" ")):
        return text
    pieces: list[str] = []
    for part in _SEPARATED.findall(text):
        if pieces and part[:1].isdigit() and _DIGITS_MEET.search(pieces[-1]):
            pieces[-1] += part
        elif part:
            pieces.append(part)
    made = [""]
    room = float(line)
    for piece in (cut for whole in pieces for cut in _cut(whole, line)):
        breadth = _breadth(piece)
        if breadth <= room:  # it fits into the line with what is there: fewer pieces are set faster
            made[-1] += piece
        else:
            made.append(piece)
            room = line
        room -= breadth
    return [*filter(None, made)]


def _breadth(text: str) -> float:
    """Return how broad a text is at most, in ordinary letters."""
    broad = len(text) + 0.5 * len(_BROAD.findall(text))
    if text.isascii():
        return broad
    wide = wide_characters()
    return broad + sum(max(0.0, wide[each] / _LETTER_EM - 1.5) for each in text if each in wide)


def _cut(text: str, line: int) -> Iterator[str]:
    """Cut what has no place to break where the line ends."""
    held, breadth = "", 0.0
    for found in _UNIT.finditer(text):
        unit = _breadth(found[0])
        if held and breadth + unit > line:
            yield held
            held, breadth = "", 0.0
        held += found[0]
        breadth += unit
    if held:
        yield held


def _table(table: Table, lang: str, direction: str) -> Json:
    widths = column_widths(table)
    limits = tuple(zip(widths.characters, widths.identifier_characters, strict=True))
    starts = range(0, len(table.rows), ROWS_AT_ONCE) or (0,)
    chunks: list[Json] = []
    for start in starts:
        rows = table.rows[start : start + ROWS_AT_ONCE]
        cells: list[Json] = [
            _inline(cell, direction, line=line, identifier_line=identifier_line)
            for row in rows
            for cell, (line, identifier_line) in zip(row, limits, strict=True)
        ]
        chunks.append({"range": [start + 1, start + len(rows), len(table.rows)], "cells": cells})
    return {
        "is": "table",
        "caption": drawable(table.caption),
        "range": [*number_slots(WORDS[lang]["rows"])] if len(chunks) > 1 else None,
        "heads": [drawable(column.title) for column in table.columns],
        "widths": list(widths.columns),
        "sizes": list(widths.identifier_sizes),
        "chunks": chunks,
    }


def _commands(commands: Commands) -> Json:
    lines = [drawable(line) for line in commands.lines]
    largest, smallest = _COMMAND_PT
    room = (CONTENT_PT - 2 * _COMMAND_INSET_PT) / _MONO_EM
    fitting = room / max([1, *map(len, lines)])
    size = round(min(largest, max(smallest, fitting)) - 0.005, 2)
    return {"is": "commands", "lines": [*lines], "size": size, "line": int(room / size) - _COMMAND_INDENT}


def _attachment(attachment: Attachment) -> Json:
    """Return an attached file; text as text, which typst takes faster than numbers."""
    data: Json
    try:
        data = attachment.data.decode()
    except UnicodeDecodeError:
        data = list(attachment.data)
    return {
        "name": attachment.name,
        "type": attachment.media_type,
        "relationship": attachment.relationship,
        "description": drawable(attachment.description),
        "data": data,
    }
