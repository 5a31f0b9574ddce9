"""No text keeps a document from being set, whoever wrote it, and none is taken for markup."""

from __future__ import annotations

import re
from html import unescape

from hypothesis import given
from hypothesis import strategies as st

from custody.filing.document import Bullets, Commands, Heading, Paragraph, Span, SpanKind, Table, words
from custody.filing.document import Column as TableColumn
from custody.filing.glyphs import drawable
from custody.filing.html_page import render_html
from custody.filing.pdf_file import render_pdf
from custody.filing.setting import visible
from tests.strategies import TELLING_TEXTS
from tests.tools.documents import document

# Letters, marks and signs of the fonts, of other scripts, and what no font draws, in any order.
MARKS = "\u0300\u0301\u0327\u0483\u05b0\u064b\u064d\u0651\u0670\u093c\u0e31\u20dd\u3099\ufe20"
texts = st.one_of(
    st.sampled_from(TELLING_TEXTS),
    st.text(max_size=60),
    st.text(st.sampled_from("ab1_-./ لاشهةעש中ก\u0e01å#$@*`\\[]{}<>&\"'" + MARKS), max_size=60),
)
spans = st.builds(Span, texts, st.sampled_from(SpanKind))
lines = st.lists(spans, max_size=4).map(tuple)
languages = st.sampled_from(["en", "ar"])


@given(lines, texts, languages)
def test_every_text_can_be_set_as_pdf(line: tuple[Span, ...], text: str, lang: str) -> None:
    """Typst refuses none: every character has a glyph, wherever it stands and beside whatever."""
    blocks = (
        Heading(text=f"§ {text}"),
        Paragraph(text=line),
        Bullets(items=(line,)),
        Commands(lines=(text,)),
        Table(
            caption=text,
            columns=(TableColumn(title=text), TableColumn(title="x")),
            rows=((line, words(text)),),
        ),
    )
    assert render_pdf(document(*blocks, lang=lang)).endswith(b"%%EOF\n")


@given(lines)
def test_every_text_is_text_of_the_page(line: tuple[Span, ...]) -> None:
    """What stands between the tags is the text, and no tag but ours is there."""
    page = render_html(document(Paragraph(text=line))).decode()
    inner = page.partition("<main>\n<p>")[2].partition("</p>\n</main>")[0]
    plain = re.sub(r"</?(?:strong|bdi)(?: [^<>]*)?>", "", inner)
    assert not set("<>") & set(plain)
    assert unescape(plain) == "".join(visible(span.text) for span in line)


@given(texts)
def test_what_is_drawable_is_visible(text: str) -> None:
    """A second look changes nothing: what is written as a number stays so."""
    assert drawable(drawable(text)) == drawable(text)
    assert visible(drawable(text)) == drawable(text)
