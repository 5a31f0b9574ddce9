"""The words of the contact sheet: the same things in both languages."""

from __future__ import annotations

import pytest

from custody.filing.sheet_words_ar import WORDS as ARABIC
from custody.filing.sheet_words_en import WORDS as ENGLISH
from custody.present.catalogue import arguments_of


def test_both_languages_say_the_same_things() -> None:
    """One key each, in the same order."""
    assert list(ARABIC) == list(ENGLISH)


@pytest.mark.parametrize("key", list(ENGLISH))
def test_both_languages_fill_in_the_same(key: str) -> None:
    """No sentence shows less in one of them."""
    assert arguments_of(ARABIC[key]) == arguments_of(ENGLISH[key])


@pytest.mark.parametrize("text", ARABIC.values())
def test_arabic_has_no_harakat(text: str) -> None:
    """As everywhere in custody."""
    assert not any("\u064b" <= letter <= "\u0652" for letter in text)
