"""Arabic in the product is written without vowel signs, in every table of words and in every profile."""

from __future__ import annotations

import re
from pathlib import Path

import custody

_VOWEL_SIGNS = re.compile("[\u064b-\u0652\u0670]")
PACKAGE = Path(custody.__file__).parent
SCHEMAS = PACKAGE.parent / "schemas"
FILES = sorted([*PACKAGE.rglob("*.py"), *PACKAGE.rglob("*.typ"), *SCHEMAS.rglob("*.json")])


def test_no_file_has_vowel_signs() -> None:
    """Consoles set them differently, and a word would be found in one of its spellings only."""
    names = {file.name for file in FILES}
    assert {"gaps_ar.py", "words_ar.py", "backup.py", "testimony-do-no-harm.json"} <= names
    assert [file.name for file in FILES if _VOWEL_SIGNS.search(file.read_text("utf-8"))] == []
