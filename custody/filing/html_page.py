"""A document as one page for a browser: no script, nothing loaded from anywhere, readable without colour.

What the page may do is in its own policy: its one style sheet, by digest, and pictures that it carries in
itself. Every text is escaped; text of a bundle stands in a `bdi` of its own, so that it turns nobody's line.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator
from html import escape as escape_markup
from itertools import groupby
from typing import assert_never

from custody.filing.barcode import qr_if_possible
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
    Tone,
)
from custody.filing.given import check_given
from custody.filing.html_style import STYLE
from custody.filing.setting import WORDS, is_identifier, stepped, visible

_INSTANT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9:.]{8,12}Z")
_ROLE = re.compile(r"""\s+(?:role|aria-label)\s*=\s*(?:"[^"]*"|'[^']*')""")


def render_html(document: Document) -> bytes:
    """Return a document as one HTML file in UTF-8. The same document gives the same bytes.

    It needs no extra: without segno its QR codes are left out, which repeat what is printed.
    """
    check_given(document, Document, "document")
    return "".join(_page(stepped(document))).encode()


def _page(document: Document) -> Iterator[str]:
    style = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
    policy = (
        f"default-src 'none'; style-src 'sha256-{style}'; img-src data:; base-uri 'none'; form-action 'none'"
    )
    yield (
        f'<!DOCTYPE html>\n<html lang="{_text(document.lang)}" dir="{document.direction}">\n<head>\n'
        f'<meta charset="utf-8">\n<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n'
        f"<title>{_text(document.title)}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n"
        f"<header><h1>{_text(document.title)}</h1></header>\n<main>\n"
    )
    yield from _blocks(document.blocks)
    if document.attachments:
        yield from _attached(document)
    yield f"</main>\n<footer><p>{_inline(document.running)}</p></footer>\n</body>\n</html>\n"


def _blocks(blocks: tuple[Block, ...]) -> Iterator[str]:
    for pictures, run in groupby(blocks, lambda block: isinstance(block, Picture)):
        set_ = "".join(map(_block, run))
        yield f'<div class="pictures">{set_}</div>\n' if pictures else set_


def _block(block: Block) -> str:  # noqa: C901, PLR0911, PLR0912 - one case for each kind of block
    match block:
        case Heading():
            return f"<h{block.level + 1}>{_text(block.text)}</h{block.level + 1}>\n"
        case Paragraph():
            css = "" if block.tone is Tone.PLAIN else f' class="{block.tone.value}"'
            return f"<p{css}>{_inline(block.text)}</p>\n"
        case Answer():
            return _answer(block)
        case Bullets():
            name = "ol" if block.numbered else "ul"
            items = "".join(f"<li>{_inline(item)}</li>" for item in block.items)
            return f"<{name}>{items}</{name}>\n" if items else ""
        case Pairs():
            rows = (f"<dt>{_text(name)}</dt><dd>{_inline(value)}</dd>" for name, value in block.rows)
            return f"<dl><div>{'</div><div>'.join(rows)}</div></dl>\n" if block.rows else ""
        case Table():
            return _table(block)
        case Figure():
            return f"<figure>{_drawing(block.svg, block.alt)}</figure>\n"
        case Picture():
            data = base64.b64encode(block.data).decode()
            source = f"data:{_text(block.media_type)};base64,{data}"
            caption = f"<figcaption>{_inline(block.caption)}</figcaption>"
            return f'<figure><img src="{source}" alt="{_text(block.alt)}">{caption}</figure>\n'
        case Commands():
            lines = "\n".join(map(_text, block.lines))
            return f'<pre dir="ltr" lang="en" tabindex="0"><code>{lines}</code></pre>\n'
        case Code():
            return _code(block)
        case Blank():
            filled = f'<span class="filled">{_inline(block.filled)}</span>' if block.filled else ""
            return f'<p class="blank">{_text(block.label)} <span class="line">{filled}</span></p>\n'
        case PageBreak():
            return '<div class="page-break"></div>\n'
        case Part():
            start = f'<section lang="{_text(block.lang)}" dir="{block.direction}">\n'
            return start + "".join(_blocks(block.blocks)) + "</section>\n"
        case _:
            assert_never(block)


def _code(code: Code) -> str:
    svg = qr_if_possible(code.payload)
    if svg is None:
        return ""
    caption = f"<figcaption>{_text(code.caption)}</figcaption>" if code.caption else ""
    return f'<figure class="qr">{_drawing(svg, code.alt)}{caption}</figure>\n'


def _answer(answer: Answer) -> str:
    return (
        f'<div class="answer {answer.tone.value}"><p>'
        f'<span class="mark" aria-hidden="true">{_text(answer.mark)}</span> '
        f'<strong class="word">{_text(answer.word)}</strong> '
        f'<span class="title">{_text(answer.title)}</span> '
        f'<bdi dir="ltr" class="code">{_text(answer.code)}</bdi></p>'
        f"<p>{_inline(answer.sentence)}</p></div>\n"
    )


def _table(table: Table) -> str:
    heads = "".join(f'<th scope="col">{_text(column.title)}</th>' for column in table.columns)
    rows = "".join(
        f'<tr><th scope="row">{_inline(row[0])}</th>'
        + "".join(f"<td>{_inline(cell)}</td>" for cell in row[1:])
        + "</tr>\n"
        for row in table.rows
        if row
    )
    return (
        f'<div class="wide" role="group" tabindex="0" aria-label="{_text(table.caption)}">'
        f"<table>\n<caption>{_text(table.caption)}</caption>\n<thead><tr>{heads}</tr></thead>\n"
        f"<tbody>\n{rows}</tbody>\n</table></div>\n"
    )


def _drawing(svg: str, alt: str) -> str:
    """Return a drawing as an element of the page, under the name that its description gives it."""
    start = svg.index("<svg") + len("<svg")
    end = svg.index(">", start)
    rest = svg[end + 1 :]
    titled = rest.lstrip().startswith("<title")
    return (
        f'<svg{_ROLE.sub("", svg[start:end])} role="img" aria-label="{_text(alt)}">'
        + ("" if titled else f"<title>{_text(alt)}</title>")
        + rest.strip()
    )


def _attached(document: Document) -> Iterator[str]:
    words = WORDS[document.lang]
    yield f'<h2>{_text(words["attached"])}</h2>\n<ul class="attached">'
    yield from (_attachment(each, words["bytes"]) for each in document.attachments)
    yield "</ul>\n"


def _attachment(attachment: Attachment, bytes_: str) -> str:
    digest = hashlib.sha256(attachment.data).hexdigest()
    return (
        f'<li><bdi dir="ltr" class="exact">{_text(attachment.name)}</bdi>: {_text(attachment.description)}; '
        f'<bdi dir="ltr" class="exact">{len(attachment.data)}</bdi> {bytes_}; '
        f'SHA-256 <bdi dir="ltr" class="exact id">{digest}</bdi></li>'
    )


def _text(text: str) -> str:
    """Return text that is nothing but text, in an element as in an attribute."""
    return escape_markup(visible(text), quote=True)


def _inline(spans: Inline) -> str:
    return "".join(map(_span, spans))


def _span(span: Span) -> str:
    text = _text(span.text)
    match span.kind:
        case SpanKind.WORDS:
            return text
        case SpanKind.STRONG:
            return f"<strong>{text}</strong>"
        case SpanKind.EXACT:
            css = "exact id" if is_identifier(span.text) else "exact"
            css = "exact time" if _INSTANT.fullmatch(span.text) else css
            return f'<bdi dir="ltr" class="{css}">{text}</bdi>'
        case SpanKind.UNTRUSTED:
            css = "untrusted time" if _INSTANT.fullmatch(span.text) else "untrusted"
            return f'<bdi dir="auto" class="{css}">{text}</bdi>'
        case _:
            assert_never(span.kind)
