"""The words of the filing: the same keys and arguments in every language, and nothing that says too much."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from custody.errors import UsageError
from custody.filing.document import Span, SpanKind
from custody.filing.facts import ItemState
from custody.filing.language import as_sentence, capital, claimed, language_of, named
from custody.filing.words_ar import WORDS as ARABIC
from custody.filing.words_en import WORDS as ENGLISH
from custody.present.catalogue import LANGUAGES, arguments_of, passages_of
from custody.report.holding_fact import HoldingState
from custody.report.timeline import EventStatus
from custody.trust.trust import Role

PACKAGE = Path(__file__).parents[3] / "custody" / "filing"
SAYS_TOO_MUCH = {
    "en": re.compile(r"\b(authentic|genuine|true|valid|invalid|truth|real)\b", re.IGNORECASE),
    "ar": re.compile(r"أصيل|حقيقي|صادق|صحيح"),
}


def test_both_languages_have_the_same_words() -> None:
    """In the same order, too."""
    assert list(ENGLISH) == list(ARABIC)


@pytest.mark.parametrize("key", ENGLISH)
def test_both_languages_take_the_same_arguments(key: str) -> None:
    """And the same optional passages."""
    assert arguments_of(ENGLISH[key]) == arguments_of(ARABIC[key])
    assert passages_of(ENGLISH[key]) == passages_of(ARABIC[key])


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_word_says_more_than_was_shown(lang: str) -> None:
    """None that a court could take for a verdict on the content."""
    words = {"en": ENGLISH, "ar": ARABIC}[lang]
    assert not [text for text in words.values() if SAYS_TOO_MUCH[lang].search(text)]


def test_arabic_has_no_vowel_marks() -> None:
    """They break search and extraction."""
    assert not [text for text in ARABIC.values() if re.search(r"[\u064b-\u0652\u0670]", text)]


def test_arabic_is_written_in_arabic() -> None:
    """All but the name of a hash."""
    latin = [key for key, text in ARABIC.items() if not re.search(r"[\u0621-\u064a]", text)]
    assert latin == ["column_sha256"]


def test_every_state_has_words() -> None:
    """Of items, events, holdings and roles."""
    keys = [f"item_{one.value}" for one in ItemState] + [f"event_{one.value}" for one in EventStatus]
    keys += [f"lane_{one.value}" for one in HoldingState] + [f"role_{one.value}" for one in Role]
    assert set(keys) <= ENGLISH.keys()


def test_every_word_is_used() -> None:
    """By its key, or by the state whose words it has."""
    code = "".join(
        path.read_text("utf-8") for path in PACKAGE.glob("*.py") if not path.name.startswith("words_")
    )
    made = ("item_", "event_", "lane_", "role_")
    assert not [
        key for key in ENGLISH if not re.search(f"[\"']{key}[\"']", code) and not key.startswith(made)
    ]


def test_an_argument_keeps_its_kind() -> None:
    """Ours is exact, the bundle's is untrusted, and a line may stand where a text may."""
    told = language_of("en").inline("by_hand_compare_key", label=claimed("w\n"), fingerprint="12345")
    assert [span.kind for span in told] == [
        SpanKind.WORDS,
        SpanKind.UNTRUSTED,
        SpanKind.WORDS,
        SpanKind.EXACT,
    ]
    assert told[1].text == "w\\u{A}"


def test_a_passage_without_its_argument_is_left_out_and_a_gap_is_a_question_mark() -> None:
    """As in every report."""
    assert language_of("en").filled("a[ {b}]", {}) == (Span("a"),)
    assert language_of("en").filled("a[ {b}]", {"b": ()}) == (Span("a"),)
    assert language_of("en").filled("a {b}", {}) == (Span("a "), Span("?", SpanKind.EXACT))


def test_latin_in_arabic_is_exact() -> None:
    """Names of programs, options and numbers with their units, without the full stop behind."""
    told = language_of("ar").told("اصنع نسخة بالأمر custody pack --to NEW. ثم")
    assert [span.text for span in told] == ["اصنع نسخة بالأمر ", "custody pack --to NEW", ". ثم"]


def test_names_of_the_trust_are_exact_and_labels_are_not() -> None:
    """A label says behind it what it is."""
    assert named("w-01").kind is SpanKind.EXACT
    assert named("w-01 (expected seal)").kind is SpanKind.UNTRUSTED


def test_sentences_begin_and_end_as_sentences_do() -> None:
    """Unless they begin with a fact, or end in a question."""
    assert as_sentence((Span("one"),)) == (Span("One."),)
    assert as_sentence((Span("1", SpanKind.EXACT), Span(" of 2"))) == (
        Span("1", SpanKind.EXACT),
        Span(" of 2."),
    )
    assert as_sentence((Span("why?"),)) == (Span("Why?"),)
    assert as_sentence(()) == ()
    assert capital("one two") == "One two"


def test_another_language_is_refused() -> None:
    """There is no fallback."""
    with pytest.raises(UsageError):
        language_of("tlh")
