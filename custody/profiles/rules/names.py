"""The rule about original names: none hides or reorders letters, no two are the same to another system."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from typing import Final

from custody.profiles.answer import Answer, State, Where, gathered
from custody.profiles.rules.rule import Parameters, Rule
from custody.profiles.subject import Missing, Subject

_TRICKS: Final = re.compile("[\u0000-\u001f\u007f-\u009f\u200b\u2028-\u202e\u2060-\u2069\ufeff]")
# Not among them: U+200C and U+200D, which Persian and Kurdish are written with.


def ask_names(subject: Subject, _parameters: Parameters) -> Answer:
    """No original name has marks that hide or reorder, or differs from another only in case or form."""
    names = {thing.place: thing.value("name") for thing in subject.items}
    same = Counter(_folded(name) for name in names.values() if isinstance(name, str))

    def state(name: object) -> State:
        if name is Missing.CLOSED:
            return State.UNDETERMINED
        if isinstance(name, str) and (_TRICKS.search(name) or same[_folded(name)] > 1):
            return State.NOT_MET
        return State.MET

    found = ((place, state(name)) for place, name in names.items())
    return gathered(
        (
            (None if one is State.MET else Where(place=place, members=("name",), state=one), one)
            for place, one in found
        ),
        complete=subject.complete("item"),
    )


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


NAME_RULES: Final = (Rule(name="names", ask=ask_names),)
