"""What both renderers agree about."""

from __future__ import annotations

import string

import pytest

from custody.filing.document import Document, Heading, Paragraph, Part, Tone, words
from custody.filing.setting import (
    COLOURS,
    WORDS,
    draft_notice,
    is_identifier,
    number_slots,
    stepped,
    text_direction,
    visible,
)
from tests.tools.documents import DIGEST, document


@pytest.mark.parametrize(
    "character", ["\u202e", "\u2066", "\u200b", "\0", "\n", "\x1b", "\u2028", "\ud800", "\ue000", "\u200f"]
)
def test_what_hides_or_moves_is_written_as_its_number(character: str) -> None:
    """Controls, isolates, separators and halves of pairs reach no page."""
    assert visible(f"photo_{character}gpj.exe") == f"photo_\\u{{{ord(character):X}}}gpj.exe"


@pytest.mark.parametrize("text", ["", "plain", "شهادة", "عائلة ١", "中文", "\\u{202E}", "é"])
def test_what_is_seen_stays(text: str) -> None:
    """Every script, and what is written as a number already."""
    assert visible(text) == text


@pytest.mark.parametrize(
    ("text", "direction"),
    [
        ("abc", "ltr"),
        ("شهادة_0001.pdf", "rtl"),
        ("0001_شهادة", "rtl"),
        ("שלום", "rtl"),
        ("12 / 3", "neither"),
    ],
)
def test_a_text_runs_as_its_first_letter(text: str, direction: str) -> None:
    """Digits and signs have no direction of their own."""
    assert text_direction(text, "neither") == direction


@pytest.mark.parametrize(
    ("text", "identifier"),
    [
        (DIGEST, True), ("5f70 bf18a0860070", True), ("custody/log/0000/00000000/x", True),
        ("2025-06-20T14:02:11.177Z", False), ("41", False), ("28 U.S.C. 1746 and more words here", False),
    ],
)  # fmt: skip
def test_what_is_compared_sign_by_sign_is_an_identifier(text: str, identifier: bool) -> None:  # noqa: FBT001
    """Digests, ids, paths; not times, numbers and Latin words of an Arabic sentence."""
    assert is_identifier(text) is identifier


def levels(made: Document) -> list[int]:
    """The levels of all headings, those of parts too."""
    flat = [each for block in made.blocks for each in (block.blocks if isinstance(block, Part) else (block,))]
    return [block.level for block in flat if isinstance(block, Heading)]


@pytest.mark.parametrize(
    ("given", "expected"),
    [((1, 3, 3, 2), [1, 2, 3, 2]), ((2, 2), [1, 2]), ((0, 9, 9, 9), [1, 2, 3, 4]), ((3, 1, 3), [1, 1, 2])],
)
def test_headings_step_down_one_level_at_a_time(given: tuple[int, ...], expected: list[int]) -> None:
    """A reader by ear climbs a stair without missing steps."""
    assert levels(stepped(document(*(Heading(text="x", level=level) for level in given)))) == expected


def test_headings_step_on_into_a_part() -> None:
    """A part in another language is no new document."""
    inner = Part(lang="ar", blocks=(Heading(text="x", level=3),))
    assert levels(stepped(document(Heading(text="x"), inner))) == [1, 2]


def test_a_draft_says_so_wherever_it_stands() -> None:
    """Also where the notice stands in a part."""
    notice = Paragraph(text=words("draft"), tone=Tone.DRAFT)
    assert draft_notice(document(Heading(text="x"), Part(lang="ar", blocks=(notice,)))) is notice


def test_what_is_no_draft_has_no_notice() -> None:
    """A paragraph of another tone is none."""
    assert draft_notice(document(Paragraph(text=words("x"), tone=Tone.PROVEN))) is None


def test_a_sentence_is_split_at_its_numbers() -> None:
    """Texts and names take turns."""
    assert number_slots("page {page} of {pages}") == ("page ", "page", " of ", "pages", "")


def test_both_languages_have_the_same_words_and_numbers() -> None:
    """None is forgotten."""
    fields = {
        lang: {key: {f for _, f, _, _ in string.Formatter().parse(text) if f} for key, text in table.items()}
        for lang, table in WORDS.items()
    }
    assert fields["en"] == fields["ar"]


def luminance(colour: str) -> float:
    """The relative luminance of WCAG 2.2."""
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("tone", COLOURS)
@pytest.mark.parametrize("ink", [0, None], ids=["tone", "plain"])
def test_every_tone_can_be_read(tone: str, ink: int | None) -> None:
    """The contrast of the tone's own word, and of plain text, on its ground is 4.5 or more."""
    ground = COLOURS[tone][1]
    text = COLOURS[tone][ink] if ink is not None else COLOURS["plain"][0]
    light, dark = sorted((luminance(text), luminance(ground)), reverse=True)
    assert (light + 0.05) / (dark + 0.05) >= 4.5


def test_every_tone_has_colours() -> None:
    """None is left to chance."""
    assert set(COLOURS) == {tone.value for tone in Tone}
