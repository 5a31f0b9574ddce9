"""The catalogues are complete, agree with each other, and never say more than was shown."""

from __future__ import annotations

import re

import pytest

from custody.errors import UsageError
from custody.present.catalogue import LANGUAGES, Catalogue, arguments_of, catalogue_for, fill, passages_of
from custody.present.exit_code import PRECEDENCE
from custody.report.claim import Claim, Outcome
from custody.report.reason import Reason
from custody.report.report import Limit
from custody.report.stamp_code import StampCode

ENGLISH = catalogue_for("en")
ARABIC = catalogue_for("ar")
BANNED = {
    "en": re.compile(r"\b(authentic|genuine|true|valid|invalid|truth|real)", re.IGNORECASE),
    "ar": re.compile(r"أصيل|أصلي|حقيقي|صادق|صحيح|(?<![\u0621-\u064a])(?:ال)?سليم"),
}
VOWEL_MARKS = re.compile(r"[\u064b-\u0652\u0670]")

each_language = pytest.mark.parametrize("language", LANGUAGES)


def sentences(catalogue: Catalogue) -> dict[str, str]:
    """Every text of a catalogue by a name that is the same in every language."""
    found = {f"outcome {key.name}": text for key, text in catalogue.outcomes.items()}
    found |= {f"claim {key.name}": text for key, text in catalogue.claims.items()}
    found |= {f"{key[0].name} {key[1].name}": text for key, text in catalogue.claim_sentences.items()}
    found |= {f"question {key}": text for key, text in catalogue.questions.items()}
    found |= {f"limit {key.name}": text for key, text in catalogue.limits.items()}
    found |= {f"exit {key}": text for key, text in catalogue.exits.items()}
    found |= {f"word {key}": text for key, text in catalogue.words.items()}
    found |= {f"stamp {key.name}": text for key, text in catalogue.stamp_codes.items()}
    for reason, (sentence, following) in catalogue.reasons.items():
        found |= {f"{reason.name} sentence": sentence, f"{reason.name} next": following}
    return found


@each_language
def test_every_reason_has_a_sentence_and_a_next_step(language: str) -> None:
    """No code is without words."""
    assert set(catalogue_for(language).stamp_codes) == set(StampCode)
    reasons = catalogue_for(language).reasons
    assert set(Reason) == {reason for reason, texts in reasons.items() if all(texts)}


@each_language
def test_everything_else_is_complete(language: str) -> None:
    """Claims, outcomes, limits, questions and exit codes have words."""
    catalogue = catalogue_for(language)
    assert (set(Outcome), set(Claim), set(Limit)) == (
        set(catalogue.outcomes),
        set(catalogue.claims),
        set(catalogue.limits),
    )
    assert {(claim, outcome) for claim in Claim for outcome in Outcome} == set(catalogue.claim_sentences)
    assert set(range(1, 10)) == set(catalogue.questions)
    assert set(PRECEDENCE) == set(catalogue.exits)


def test_the_languages_have_the_same_texts() -> None:
    """What one language can say, the other can say."""
    assert sentences(ENGLISH).keys() == sentences(ARABIC).keys()


@pytest.mark.parametrize("name", sentences(ENGLISH))
def test_the_languages_take_the_same_arguments(name: str) -> None:
    """A sentence names the same arguments, and the same optional passages, in every language."""
    english, arabic = sentences(ENGLISH)[name], sentences(ARABIC)[name]
    assert (arguments_of(english), passages_of(english)) == (arguments_of(arabic), passages_of(arabic))


@each_language
def test_no_text_says_more_than_was_shown(language: str) -> None:
    """None of the words that a court could take for a verdict on the content."""
    assert not [text for text in sentences(catalogue_for(language)).values() if BANNED[language].search(text)]


def test_english_needs_no_wide_console() -> None:
    """All English words are ASCII."""
    assert all(text.isascii() for text in sentences(ENGLISH).values())


def test_arabic_has_no_vowel_marks() -> None:
    """Vowel marks break search and extraction."""
    assert not [text for text in sentences(ARABIC).values() if VOWEL_MARKS.search(text)]


def test_arabic_is_written_in_arabic() -> None:
    """Every text has Arabic letters, or is the Arabic comma."""
    arabic = re.compile(r"[\u0621-\u064a\u060c]")
    assert not [name for name, text in sentences(ARABIC).items() if not arabic.search(text)]


def test_a_passage_without_its_arguments_is_left_out() -> None:
    """No sentence shows a gap."""
    assert fill("a[: {b}]", {}) == "a"


def test_a_passage_with_its_arguments_is_printed() -> None:
    """What is known is said."""
    assert fill("a[: {b}]", {"b": 1}) == "a: 1"


def test_a_missing_argument_is_a_question_mark() -> None:
    """A required argument that nobody gave does not raise."""
    assert fill("a {b}", {}) == "a ?"


def test_an_argument_cannot_bring_a_line_or_a_passage() -> None:
    """Arguments are displayed and never read as sentences."""
    assert fill("a {b}", {"b": "\n{c}[d]", "c": "no"}) == "a \\u{A}{c}[d]"


def test_an_unknown_language_is_refused() -> None:
    """There is no fallback that nobody asked for."""
    with pytest.raises(UsageError, match="language"):
        catalogue_for("tlh")
