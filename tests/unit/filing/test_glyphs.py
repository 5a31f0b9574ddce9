"""What the fonts can draw."""

from __future__ import annotations

import pytest

from custody.filing import glyphs
from custody.filing.document import Heading, Paragraph, Tone
from custody.filing.glyphs import drawable
from custody.filing.pdf_file import render_pdf
from tests.tools.documents import document, untrusted


@pytest.mark.parametrize(
    "text", ["plain", "Größe", "Привет", "الخلاصة لا", "١٢٣", "✓ ✗ → ⟨⟩", "e\u0301", "مُ"]
)
def test_what_has_a_glyph_stays(text: str) -> None:
    """Latin, Greek, Cyrillic, Arabic, and some signs."""
    assert drawable(text) == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [("a中b", "a\\u{4E2D}b"), ("👩", "\\u{1F469}"), ("שלום"[:1], "\\u{5E9}"), ("a\u202eb", "a\\u{202E}b")],
)
def test_what_has_none_is_written_as_its_number(text: str, expected: str) -> None:
    """It is shown as something that was there, and not left out."""
    assert drawable(text) == expected


@pytest.mark.parametrize("character", ["\ufdfd", "\u2e3b"])
def test_what_is_wider_than_a_word_is_written_as_its_number(character: str) -> None:
    """It would be drawn over what stands beside it."""
    assert drawable(character) == f"\\u{{{ord(character):X}}}"


def test_a_mark_of_another_font_than_its_letter_is_written_as_its_number() -> None:
    """An Arabic mark on a Latin letter has a glyph in no font that has the letter."""
    assert drawable("a\u0651b") == "a\\u{651}b"


def test_a_mark_without_a_letter_is_drawn_or_written() -> None:
    """It stands alone, at the beginning."""
    assert drawable("\u0301") in {"\u0301", "\\u{301}"}


@pytest.mark.parametrize("number", range(3))
def test_every_character_that_counts_as_drawable_can_be_drawn(number: int) -> None:
    """Typst sets all of them, regular and bold, in both languages; it would refuse one without a glyph."""
    text = drawable(" ".join(map(chr, sorted(glyphs._fonts()[number]))))
    for lang in ("en", "ar"):
        made = document(Heading(text=text), Paragraph(text=untrusted(text), tone=Tone.DRAFT), lang=lang)
        assert render_pdf(made).startswith(b"%PDF")
