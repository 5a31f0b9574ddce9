"""Documents as PDF: what can be told from the bytes alone. Stock tools judge them in tests/interop."""

from __future__ import annotations

import pytest
from attrs import evolve

from custody.errors import UsageError
from custody.filing.document import (
    Attachment,
    Blank,
    Block,
    Bullets,
    Commands,
    Document,
    Heading,
    Pairs,
    Paragraph,
    Picture,
    Table,
    words,
)
from custody.filing.pdf_file import render_pdf
from tests.tools import documents
from tests.tools.documents import MARKUP, PIXEL, document, untrusted

both = pytest.mark.parametrize("made", [documents.english(), documents.arabic()], ids=["en", "ar"])


@both
def test_the_same_document_gives_the_same_bytes(made: Document) -> None:
    """Nothing of the moment or the machine is in it."""
    assert render_pdf(made) == render_pdf(made)


@both
def test_the_file_ends_in_a_line_feed(made: Document) -> None:
    """What is added to it, a signature, begins on a line of its own (ISO 19005-3, 6.1.9)."""
    assert render_pdf(made).endswith(b"\n%%EOF\n")


@both
def test_the_file_says_what_it_conforms_to(made: Document) -> None:
    """PDF/A-3, level A, and PDF/UA-1, in its metadata."""
    data = render_pdf(made)
    assert b"<pdfaid:part>3</pdfaid:part>" in data
    assert b"<pdfaid:conformance>A</pdfaid:conformance>" in data
    assert b"<pdfuaid:part>1</pdfuaid:part>" in data


def test_the_file_bears_the_moment_of_the_document() -> None:
    """And no other."""
    data = render_pdf(documents.english())
    assert b"CreationDate(D:20260314092653Z)" in data


@pytest.mark.parametrize(
    "block",
    [
        Paragraph(text=()),
        Paragraph(text=words("")),
        Bullets(items=()),
        Bullets(items=((),), numbered=True),
        Pairs(rows=()),
        Pairs(rows=(("a", ()),)),
        Table(caption="x", columns=(), rows=()),
        documents.item_table(0),
        Commands(lines=()),
        Commands(lines=("", "  x")),
        Blank(label=""),
        Heading(text="x", level=3),
    ],
    ids=repr,
)
def test_nothing_is_set_as_nothing(block: Block) -> None:
    """Empty contents are no error."""
    assert render_pdf(document(block))


@pytest.mark.parametrize(
    "text", [MARKUP, '#import "x"', "\\", "]", "*", "`", "{", "\0", "👩\u200d🚒", "a\u0651" * 9]
)
def test_no_text_is_taken_for_the_template(text: str) -> None:
    """Wherever it stands, a document of it can be set."""
    blocks = (Heading(text=text), Paragraph(text=untrusted(text)), Commands(lines=(text,)), Blank(label=text))
    assert render_pdf(evolve(document(*blocks), title=text, running=untrusted(text)))


def test_a_picture_that_is_none_is_an_error() -> None:
    """It names what is wrong, without contents."""
    broken = Picture(data=PIXEL[:20], media_type="image/png", alt="x", caption=words("x"))
    with pytest.raises(UsageError, match="PDF/A-3a") as caught:
        render_pdf(document(broken))
    assert caught.value.code == "NOT_SET"


def test_two_files_of_one_name_are_an_error() -> None:
    """A reader could open only one of them."""
    file = Attachment(name="a", media_type="text/csv", relationship="data", description="d", data=b"x")
    with pytest.raises(UsageError, match="PDF/A-3a"):
        render_pdf(document(attachments=(file, file)))
