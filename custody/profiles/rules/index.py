"""Rules about the index of a submission: numbers without a gap, and translations that lead to originals."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from typing import Final, TypeAlias

from custody.format.shape import Record
from custody.profiles.answer import Answer, State
from custody.profiles.rules.consent import originals
from custody.profiles.rules.rule import PATH, SELECTION, Parameters, Rule, ask_each, selected
from custody.profiles.subject import Missing, Subject, Thing

_NUMBERED: Final = re.compile(r"(.*?)([0-9]{1,15})", re.DOTALL)
_TRANSLATION: Final = re.compile(r"translat|traduc|traduit|ترجم", re.IGNORECASE)
_Number: TypeAlias = tuple[str, int, int]
"""What stands before the digits, how many digits, and the number."""


def ask_contiguous(subject: Subject, parameters: Parameters) -> Answer:
    """The selected items are numbered, each number once, none left out, with one prefix and one width.

    The numbers stand at `member`; where no item has one, they are those that the bundle gives.
    """
    path = parameters["member"]
    values = {thing.place: thing.value(path) for thing, _ in selected(subject, parameters)}
    if all(value is Missing.ABSENT for value in values.values()):
        values = {place: f"{place.number:06d}" for place in values}
    told = {place: _numbered(value) for place, value in values.items()}
    often = Counter(told.values())
    series, gaps = _series(often)
    hidden = Missing.CLOSED in values.values()
    last = max((number for number in often if number is not None), default=None)

    def test(thing: Thing) -> tuple[State, tuple[str, ...]]:
        number = told[thing.place]
        if values[thing.place] is Missing.CLOSED:
            return State.UNDETERMINED, (path,)
        alone = number is not None and often[number] == 1 and number[:2] == series
        if not alone or (gaps and not hidden and number == last):
            return State.NOT_MET, (path,)
        return State.MET, ()

    return ask_each(subject, parameters, test)


def _numbered(value: object) -> _Number | None:
    found = _NUMBERED.fullmatch(value) if isinstance(value, str) else None
    return None if found is None else (found.group(1), len(found.group(2)), int(found.group(2)))


def _series(often: Mapping[_Number | None, int]) -> tuple[tuple[str, int], bool]:
    """Return the prefix and width that most have, and whether a number of that series is left out."""
    counted = Counter(number[:2] for number in often if number is not None)
    if not counted:
        return ("", 0), False
    series = min(counted, key=lambda one: (-counted[one], one))
    numbers = sorted(number[2] for number in often if number is not None and number[:2] == series)
    return series, numbers[-1] - numbers[0] + 1 != len(numbers)


def is_translation(thing: Thing, by_number: Mapping[int, Thing]) -> bool | None:
    """Tell whether an item is a translation: it says so, or it is in another language than its originals.

    None where what would tell is withheld.
    """
    marks = [thing.value("derivation.how"), thing.value("kind.document_type")]
    if any(isinstance(mark, str) and _TRANSLATION.search(mark) for mark in marks):
        return True
    spoken = {_language(by_number[number]) for number in originals(thing) if number in by_number}
    own = _language(thing)
    if isinstance(own, str) and any(isinstance(one, str) and one != own for one in spoken):
        return True
    return None if Missing.CLOSED in {*marks, own, *spoken} else False


def _language(thing: Thing) -> str | Missing:
    value = thing.value("kind.language")
    return value.split("-")[0].casefold() if isinstance(value, str) else value


def ask_translations(subject: Subject, parameters: Parameters) -> Answer:
    """Every translation names the translator and leads to its originals, and these are here.

    An original in another bundle is named with its bundle; whether it is there is not looked into.
    """
    by_number = {thing.place.number: thing for thing in subject.items}

    def test(thing: Thing) -> tuple[State, tuple[str, ...]]:
        meant = is_translation(thing, by_number)
        if meant is False:
            return State.NOT_APPLICABLE, ()
        if "derivation" in thing.closed:
            return State.UNDETERMINED, ("derivation",)
        gone = any(number not in by_number or number == thing.place.number for number in originals(thing))
        linked = thing.has("derivation.of") and not gone
        needed = {"derivation.of": linked, "derivation.operator": thing.has("derivation.operator")}
        lacking = tuple(path for path, there in needed.items() if not there)
        if meant is None:
            return State.UNDETERMINED, ("kind",)
        return (State.NOT_MET if lacking else State.MET), lacking

    return ask_each(subject, parameters, test)


INDEX_RULES: Final = (
    Rule(
        name="contiguous",
        ask=ask_contiguous,
        parameters=Record(required={"member": PATH}, optional=SELECTION),
    ),
    Rule(
        name="translations",
        ask=ask_translations,
        parameters=Record(optional=SELECTION, may_be_empty=True),
    ),
)
