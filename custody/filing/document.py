"""A document as values: what it says, in one language, before anybody decides how it looks.

The writers of contents (`report_document`, `certificate_document`) make it; the renderers (`html_page`,
`pdf_file`) set it and decide nothing. Untrusted text is marked as such by its kind, and no renderer takes it
for its own language.
"""

from __future__ import annotations

from enum import Enum
from typing import TypeAlias

from attrs import field, frozen

from custody.model.instant import Instant


class SpanKind(Enum):
    """What a piece of text is, and so how it is set.

    WORDS: our own words, in the language and direction of the document.
    STRONG: the same, emphasised.
    EXACT: digests, ids, instants, numbers with units, commands: left to right, their order kept.
    UNTRUSTED: text of a bundle, made harmless by `custody.present.display`: set apart from our own words, in
        a direction of its own.
    """

    WORDS = "words"
    STRONG = "strong"
    EXACT = "exact"
    UNTRUSTED = "untrusted"


@frozen
class Span:
    """A piece of text of one kind.

    Attributes:
        text: no markup of any kind; it is escaped where it is set.
        kind: what it is.
    """

    text: str
    kind: SpanKind = SpanKind.WORDS


Inline: TypeAlias = tuple[Span, ...]
"""Text within one line or cell."""


class Tone(Enum):
    """How something is marked; the word beside it always says the same, for colour alone says nothing."""

    PLAIN = "plain"
    PROVEN = "proven"
    REFUTED = "refuted"
    UNDETERMINED = "undetermined"
    DRAFT = "draft"


@frozen(kw_only=True)
class Heading:
    """A heading; level 1 begins a part of the document, 2 and 3 lie below it."""

    text: str
    level: int = 1


@frozen(kw_only=True)
class Paragraph:
    """A paragraph."""

    text: Inline
    tone: Tone = Tone.PLAIN


@frozen(kw_only=True)
class Answer:
    """One claim and what came out of it.

    Attributes:
        mark: a sign, such as "✓".
        word: the outcome in the language of the document, such as PROVEN.
        code: the outcome as ETSI EN 319 102-1 names it, such as TOTAL-PASSED.
        title: what was asked.
        sentence: what it means here.
        tone: PROVEN, REFUTED or UNDETERMINED.
    """

    mark: str
    word: str
    code: str
    title: str
    sentence: Inline
    tone: Tone


@frozen(kw_only=True)
class Bullets:
    """A list; numbered where the order matters."""

    items: tuple[Inline, ...]
    numbered: bool = False


@frozen(kw_only=True)
class Pairs:
    """Names and values, one below the other."""

    rows: tuple[tuple[str, Inline], ...]


@frozen(kw_only=True)
class Column:
    """A column of a table.

    Attributes:
        title: its heading.
        weight: its share of the width.
    """

    title: str
    weight: int = 1


@frozen(kw_only=True)
class Table:
    """A table; long ones are cut by the renderer, with the headings repeated.

    Attributes:
        caption: what it shows, also for those who cannot see it.
        columns: from the beginning of the line, which is the right in Arabic.
        rows: as many cells as columns.
    """

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Inline, ...], ...]


@frozen(kw_only=True)
class Figure:
    """A drawing.

    Attributes:
        svg: a whole SVG file without script, style sheet, link or anything remote; our own work.
        alt: what it shows, in words.
        width_px: of the drawing.
        height_px: of the drawing.
    """

    svg: str = field(repr=False)
    alt: str
    width_px: int
    height_px: int


@frozen(kw_only=True)
class Picture:
    """A picture made from an item; never the item itself.

    Attributes:
        data: JPEG or PNG.
        media_type: image/jpeg or image/png.
        alt: what it is, in words.
        caption: the item's number, and that the picture is derived.
    """

    data: bytes = field(repr=False)
    media_type: str
    alt: str
    caption: Inline


@frozen(kw_only=True)
class Commands:
    """Lines to type, left to right in every language, never broken where that would change them."""

    lines: tuple[str, ...]


@frozen(kw_only=True)
class Code:
    """A QR code.

    Attributes:
        payload: upper-case letters, digits and colons alone.
        alt: what it holds, in words.
        caption: one line that stands beside it, or "".
    """

    payload: str
    alt: str
    caption: str = ""


@frozen(kw_only=True)
class Blank:
    """Something that a person fills in by hand.

    Attributes:
        label: what belongs there.
        filled: what is known already, such as a name; empty where a person has to write.
    """

    label: str
    filled: Inline = ()


@frozen(kw_only=True)
class PageBreak:
    """What follows begins on a new page."""


@frozen(kw_only=True)
class Part:
    """Blocks in another language than that of the document; they run as that language does.

    Attributes:
        lang: "en" or "ar".
        blocks: its contents; no Part stands in another.
    """

    lang: str
    blocks: tuple[Block, ...]

    @property
    def direction(self) -> str:
        """How its lines run: "rtl" or "ltr"."""
        return direction_of(self.lang)


Block: TypeAlias = (
    "Heading | Paragraph | Answer | Bullets | Pairs | Table | Figure | Picture | Commands | Code | Blank"
    " | PageBreak | Part"
)


@frozen(kw_only=True)
class Attachment:
    """A file that travels inside a PDF, and beside a page.

    Attributes:
        name: its name, ASCII.
        media_type: such as text/csv.
        relationship: as PDF names it: source, data, alternative or supplement.
        description: what it is, in the language of the document.
        data: its bytes.
    """

    name: str
    media_type: str
    relationship: str
    description: str
    data: bytes = field(repr=False)


@frozen(kw_only=True)
class Document:
    """A whole document.

    Attributes:
        lang: "en" or "ar"; Arabic runs from right to left.
        title: its title.
        running: what stands at the foot of every page, before the number of the page.
        made_at: the moment that it bears; the same input and moment give the same bytes.
        blocks: its contents.
        attachments: files that go with it.
        page_words: "page {page} of {pages}", in the language of the document.
    """

    lang: str
    title: str
    running: Inline
    made_at: Instant
    blocks: tuple[Block, ...]
    attachments: tuple[Attachment, ...] = ()
    page_words: str = "{page} / {pages}"

    @property
    def direction(self) -> str:
        """How its lines run: "rtl" or "ltr"."""
        return direction_of(self.lang)


def direction_of(lang: str) -> str:
    """Return how the lines of a language run: "rtl" or "ltr"."""
    return "rtl" if lang == "ar" else "ltr"


def words(text: str) -> Inline:
    """Return our own words as the whole of a line."""
    return (Span(text),)


def exact(text: str) -> Inline:
    """Return what must keep its order as the whole of a line."""
    return (Span(text, SpanKind.EXACT),)
