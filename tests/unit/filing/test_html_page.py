"""Documents as pages for a browser."""

from __future__ import annotations

import base64
import hashlib
import itertools
import re
import sys
from collections.abc import Sequence
from html.parser import HTMLParser

import pytest

from custody.filing.document import (
    Attachment,
    Block,
    Bullets,
    Code,
    Document,
    Figure,
    Heading,
    Pairs,
    Paragraph,
    Part,
    Picture,
    Span,
    SpanKind,
    Table,
    Tone,
    exact,
    words,
)
from custody.filing.html_page import render_html
from custody.filing.html_style import STYLE
from tests.tools import documents
from tests.tools.documents import DIGEST, MARKUP, PIXEL, SVG, document, untrusted

VOID = {"meta", "img", "rect", "path"}
ATTRIBUTES_THAT_LOAD = {"src", "href", "srcset", "action", "data", "poster", "xlink:href", "formaction"}


class Reader(HTMLParser):
    """Collects what a page holds, and what is open where."""

    def __init__(self) -> None:
        """Begin with nothing."""
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[tuple[tuple[str, ...], str]] = []

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        """Note an element."""
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        """Note an element without contents."""
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        """Close the element that is open, and no other."""
        if tag not in VOID:
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        """Note text and where it stands."""
        self.texts.append((tuple(self.open), data))


def read(made: Document) -> Reader:
    """Read the page of a document; every element is closed where it was opened."""
    reader = Reader()
    reader.feed(render_html(made).decode())
    reader.close()
    assert not reader.open
    return reader


def body(*blocks: Block) -> str:
    """What stands between <main> and </main>."""
    page = render_html(document(*blocks)).decode()
    return page.partition("<main>\n")[2].partition("</main>")[0]


both = pytest.mark.parametrize("made", [documents.english(), documents.arabic()], ids=["en", "ar"])


@both
def test_elements_are_closed_where_they_were_opened(made: Document) -> None:
    """The page of every kind of block is read to its end."""
    assert read(made).tags[0] == ("html", {"lang": made.lang, "dir": made.direction})


@both
def test_a_page_holds_no_script_and_loads_nothing(made: Document) -> None:
    """No script, handler, link or address outside the page."""
    for tag, attributes in read(made).tags:
        assert tag not in {"script", "link", "iframe", "object", "embed", "form", "a", "base"}
        assert not [name for name in attributes if name.startswith("on") or name == "style"]
        loaded = [value for name, value in attributes.items() if name in ATTRIBUTES_THAT_LOAD]
        assert all(value and value.startswith("data:image/") for value in loaded)


@both
def test_the_policy_admits_the_style_sheet_by_its_digest(made: Document) -> None:
    """The digest is that of the bytes between the tags."""
    page = render_html(made).decode()
    style = page.partition("<style>")[2].partition("</style>")[0]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = re.findall(r'Content-Security-Policy" content="([^"]*)"', page)
    assert policy == [
        f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; base-uri 'none'; form-action 'none'"
    ]


@both
def test_the_same_document_gives_the_same_page(made: Document) -> None:
    """Nothing of the moment or the machine is in it."""
    assert render_html(made) == render_html(made)


@both
def test_headings_climb_without_missing_steps(made: Document) -> None:
    """One h1, then never more than one level down."""
    levels = [int(tag[1]) for tag, _ in read(made).tags if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))


@both
def test_every_table_has_a_caption_and_headings_with_scope(made: Document) -> None:
    """What a cell is about can be told without seeing it."""
    tags = read(made).tags
    assert [tag for tag, _ in tags if tag == "caption"]
    assert all(attributes.get("scope") in {"col", "row"} for tag, attributes in tags if tag == "th")


@both
def test_every_drawing_has_a_role_and_a_name(made: Document) -> None:
    """Also the QR code."""
    tags = read(made).tags
    drawings = [attributes for tag, attributes in tags if tag == "svg"]
    assert len(drawings) == 2
    assert all(each["role"] == "img" and each["aria-label"] for each in drawings)
    assert [tag for tag, _ in tags].count("title") == 3  # that of the page, and one in each drawing


@pytest.mark.parametrize(
    "block",
    [
        Heading(text=MARKUP),
        Paragraph(text=untrusted(MARKUP)),
        Paragraph(text=words(MARKUP), tone=Tone.DRAFT),
        Bullets(items=(untrusted(MARKUP),)),
        Pairs(rows=((MARKUP, exact(MARKUP)),)),
        Table(caption=MARKUP, columns=(), rows=((untrusted(MARKUP),),)),
        Figure(svg=SVG, alt=MARKUP, width_px=1, height_px=1),
        Picture(data=PIXEL, media_type="image/png", alt=MARKUP, caption=untrusted(MARKUP)),
        Code(payload="A", alt=MARKUP),
    ],
    ids=["heading", "paragraph", "draft", "bullets", "pairs", "table", "figure", "picture", "code"],
)
def test_markup_is_text_wherever_it_stands(block: Block) -> None:
    """Neither an element nor an attribute can be opened from within a text."""
    plain = read(document(block, attachments=()))
    assert "script" not in {tag for tag, _ in plain.tags}
    seen = "".join(text for _, text in plain.texts) + "".join(
        value or "" for _, attributes in plain.tags for value in attributes.values()
    )
    assert MARKUP in seen


def test_the_title_and_the_files_are_escaped_too() -> None:
    """Names of files stand in a list, with their size and digest."""
    data = b"1,2\n"
    file = Attachment(
        name="<b>.csv", media_type="text/csv", relationship="data", description="<i>x</i>", data=data
    )
    page = render_html(document(attachments=(file,))).decode()
    assert "&lt;b&gt;.csv" in page
    assert "&lt;i&gt;x" in page
    assert f">{len(data)}</bdi> bytes" in page
    assert hashlib.sha256(data).hexdigest() in page


def test_changes_of_direction_are_written_as_numbers() -> None:
    """Even where the contents forgot to."""
    assert body(Paragraph(text=untrusted("photo_\u202egpj.exe"))) == (
        '<p><bdi dir="auto" class="untrusted">photo_\\u{202E}gpj.exe</bdi></p>\n'
    )


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (SpanKind.WORDS, "x"),
        (SpanKind.STRONG, "<strong>x</strong>"),
        (SpanKind.EXACT, '<bdi dir="ltr" class="exact">x</bdi>'),
        (SpanKind.UNTRUSTED, '<bdi dir="auto" class="untrusted">x</bdi>'),
    ],
)
def test_each_kind_of_text_is_set_apart_as_it_needs(kind: SpanKind, expected: str) -> None:
    """Exact text runs from left to right, untrusted text turns only itself."""
    assert body(Paragraph(text=(Span("x", kind),))) == f"<p>{expected}</p>\n"


def test_a_code_is_left_out_without_the_library_that_draws_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """It repeats what is printed: a page needs no extra."""
    monkeypatch.setitem(sys.modules, "segno", None)
    assert body(Code(payload="A", alt="x", caption="y")) == ""


def test_texts_of_a_bundle_are_set_apart_in_tables_too() -> None:
    """A cell that holds nothing else is not taken for our words."""
    assert "bdi.untrusted{background:#" in STYLE
    assert "background:none" not in STYLE


def test_a_moment_is_not_broken() -> None:
    """Also one that somebody claims."""
    made = body(Paragraph(text=(*exact("2026-01-02T03:04:05Z"), *untrusted("2026-01-02 03:04:05Z"))))
    assert made.count(' time">') == 2
    assert "bdi.time{white-space:nowrap}" in STYLE


def test_identifiers_are_set_in_letters_of_one_width() -> None:
    """A digest is compared sign by sign."""
    assert f'<bdi dir="ltr" class="exact id">{DIGEST}</bdi>' in body(Paragraph(text=exact(DIGEST)))


def test_a_part_says_its_language_and_direction() -> None:
    """A screen reader changes its voice there."""
    part = Part(lang="ar", blocks=(Paragraph(text=words("نص")),))
    assert body(part) == '<section lang="ar" dir="rtl">\n<p>نص</p>\n</section>\n'


def test_an_outcome_is_a_mark_a_word_and_a_code() -> None:
    """The mark is for the eye alone, since the word says the same."""
    made = read(documents.english())
    assert [text for place, text in made.texts if place[-1:] == ("strong",)][:3] == [
        "PROVEN", "REFUTED", "UNDETERMINED",
    ]  # fmt: skip
    hidden = [attributes for _, attributes in made.tags if attributes.get("aria-hidden")]
    assert len(hidden) == 3


def test_a_drawing_keeps_its_own_title() -> None:
    """It is not given a second one; its declaration and its own role make way."""
    svg = '<?xml version="1.0"?>\n<svg role="img" aria-label="b" width="1"><title>own</title></svg>\n'
    made = body(Figure(svg=svg, alt="alt", width_px=1, height_px=1))
    assert made == ('<figure><svg width="1" role="img" aria-label="alt"><title>own</title></svg></figure>\n')


def test_lists_without_entries_are_left_out() -> None:
    """An empty list would be announced as one."""
    assert body(Bullets(items=()), Pairs(rows=()), Bullets(items=(), numbered=True)) == ""


def test_pictures_in_a_row_stand_together() -> None:
    """One set for those that follow one another."""
    picture = Picture(data=PIXEL, media_type="image/png", alt="a", caption=words("b"))
    made = body(picture, picture, Paragraph(text=words("x")), picture)
    assert made.count('<div class="pictures">') == 2
