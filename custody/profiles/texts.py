"""Texts that people fill in: whether one says anything, and whether it can name somebody.

A dash, `N/A`, `unknown` or a blank that nobody sees is no answer, whoever typed it. A form that takes it for
one is met by whoever fills every box with it.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_SPELLINGS: Final = str.maketrans("\u0671\u0649\u0629", "\u0627\u064a\u0647")
# Alef wasla, alef maksura and ta marbuta; the hamzas are combining marks after NFKD.
_UNSEEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zs", "Zl", "Zp"})
_FILLERS: Final = frozenset("\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
"""Letters and signs without a glyph."""
_PSEUDONYM: Final = re.compile(r"[^\W\d_]{1,4}[ ._-]?[0-9]{1,6}[a-z]?", re.IGNORECASE)
_LONGEST: Final = 60
"""Characters; no placeholder is longer."""
_LETTERS_OF_A_NAME: Final = 2


def folded(text: str) -> str:
    """Return a text in which spellings of the same name are the same: case, marks, forms of Arabic letters.

    Digits of every script become those of ASCII.
    """
    plain = unicodedata.normalize("NFKD", text).casefold()
    kept = (one for one in plain if not unicodedata.combining(one) and one != "\u0640")
    return "".join(_digit(one) for one in kept).translate(_SPELLINGS)


def _digit(letter: str) -> str:
    number = unicodedata.digit(letter, None)
    return letter if number is None else str(number)


def is_pseudonym(name: str) -> bool:
    """Tell whether a name is a few letters and a number, such as W-01."""
    return _PSEUDONYM.fullmatch(folded(name.strip())) is not None


def visible(text: str) -> str:
    """Return what of a text can be seen: nothing without a glyph, every gap between words one blank."""
    seen = "".join(
        one if unicodedata.category(one) not in _UNSEEN and one not in _FILLERS else _gap(one) for one in text
    )
    return " ".join(seen.split())


def _gap(character: str) -> str:
    return " " if character.isspace() else ""


def _bare(text: str) -> str:
    """Return the letters and digits of a text, folded, without anything between them."""
    return "".join(one for one in folded(text) if one.isalnum())


_PLACEHOLDERS: Final = frozenset(
    map(
        _bare,
        (
            "n/a", "none", "null", "nil", "unknown", "not known", "unspecified", "not specified", "undefined",
            "not applicable", "not available", "not stated", "not given", "no data", "nobody", "nothing",
            "tba", "tbc", "tbd", "todo", "to do", "to be determined", "to be completed", "fill in",
            "غير معروف", "غير معروفة", "مجهول", "مجهولة", "لا يوجد", "لا توجد", "لا شيء", "لا شئ", "لا أحد",
            "غير محدد", "غير محددة", "غير متوفر", "غير متوفرة", "غير متاح", "غير متاحة", "غير مذكور",
            "غير مذكورة", "لا ينطبق", "لا تنطبق", "غير منطبق", "لا أعلم", "لا أعرف", "لا نعلم", "لا نعرف",
            "بلا", "بدون", "دون", "يحدد لاحقا",
        ),
    )
)  # fmt: skip
_REPEATED: Final = re.compile(r"x{3,}")


def says_something(text: str) -> bool:
    """Tell whether a text is more than a placeholder: it has a letter or digit that can be seen."""
    if len(text) > _LONGEST:
        text = visible(text)
        if len(text) > _LONGEST:
            return any(map(str.isalnum, text))
    bare = _bare(visible(text))
    return bool(bare) and bare not in _PLACEHOLDERS and _REPEATED.fullmatch(bare) is None


def names_somebody(text: str) -> bool:
    """Tell whether a text can name a person: two letters, or a pseudonym such as W-7, and no placeholder."""
    if not says_something(text):
        return False
    seen = visible(text)
    return sum(map(str.isalpha, seen)) >= _LETTERS_OF_A_NAME or is_pseudonym(seen)


_AS_GIVEN: Final = frozenset({"name", "actor", "cosigners", "to", "identity", "event", "holding", "path"})
"""Members that no one fills in as an answer: a file's own name, and the names that a trust gives."""
_NONE_ANSWERS: Final = frozenset(
    {"origin.write_blocker", "origin.changes", "derivation.parameters", "data.result"}
)
"""Members of which `none` is an answer: no write blocker was used, nothing was changed, set or found."""
_NONE: Final = frozenset(map(_bare, ("none", "nothing", "لا يوجد", "لا توجد", "لا شيء", "بلا", "بدون")))
_CODES: Final = frozenset({"country", "language"})
"""Last names of members that hold codes: NA is Namibia."""
_PEOPLE: Final = frozenset(
    {
        "acquired_by", "acquired_from", "attested_by", "by", "custodian", "guardian", "interpreter",
        "operator", "reviewed_by", "witnessed_by",
    }
)  # fmt: skip
"""Last names of members that name somebody."""
_PERSONS: Final = frozenset({"declarant.name", "notice.to", "people.persons.id"})


def is_answer(path: str, text: str) -> bool:
    """Tell whether a text at a member, a path with dots, counts as a value there."""
    last = path.rpartition(".")[2]
    if path in _AS_GIVEN:
        return bool(text.strip())
    if last in _CODES:
        return bool(visible(text))
    if path in _NONE_ANSWERS and _bare(visible(text)) in _NONE:
        return True
    if last in _PEOPLE or path in _PERSONS:
        return names_somebody(text)
    return says_something(text)
