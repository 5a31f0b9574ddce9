"""Rules about members of any things: there, not there, one of some values, long enough, in order."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Final

from custody.errors import CustodyError
from custody.format.limits import INTEGER, TEXT_CHARACTERS
from custody.format.shape import Integer, OneOf, Record
from custody.model.instant import Instant, decode_instant
from custody.profiles.answer import Answer, State
from custody.profiles.rules.rule import (
    CONDITIONS,
    OBJECT,
    PATH,
    PATHS,
    SELECTION,
    VALUES,
    Parameters,
    Rule,
    ask_each,
    is_among,
    missing,
    selected,
)
from custody.profiles.subject import Missing, Subject, Thing
from custody.profiles.texts import visible

_Tested = tuple[State, tuple[str, ...]]


def ask_members(subject: Subject, parameters: Parameters) -> Answer:
    """Every selected thing has all of some members, and one of some others."""

    def test(thing: Thing) -> _Tested:
        absent, closed = missing(thing, parameters.get("all", []))
        others = parameters.get("any", [])
        if others:
            none, hidden = missing(thing, others)
            if len(none) == len(others):
                absent += none
            elif len(none) + len(hidden) == len(others):
                closed += hidden
        if absent:
            return State.NOT_MET, absent
        return (State.UNDETERMINED, closed) if closed else (State.MET, ())

    return ask_each(subject, parameters, test)


def ask_absent(subject: Subject, parameters: Parameters) -> Answer:
    """No selected thing has any of some members."""

    def test(thing: Thing) -> _Tested:
        there = tuple(path for path in parameters["members"] if thing.has(path))
        if there:
            return State.NOT_MET, there
        closed = missing(thing, parameters["members"])[1]
        return (State.UNDETERMINED, closed) if closed else (State.MET, ())

    return ask_each(subject, parameters, test)


def ask_values(subject: Subject, parameters: Parameters) -> Answer:
    """A member, where it is there, has one of some values (`in`), and none of some others (`not_in`)."""
    path = parameters["member"]

    def test(thing: Thing) -> _Tested:
        value = thing.given(path)
        if value is Missing.ABSENT:
            return State.NOT_APPLICABLE, ()
        if value is Missing.CLOSED:
            return State.UNDETERMINED, (path,)
        values = value if isinstance(value, list) else [value]
        wrong = any(
            ("in" in parameters and not is_among(one, parameters["in"]))
            or is_among(one, parameters.get("not_in", []))
            for one in values
        )
        return (State.NOT_MET, (path,)) if wrong else (State.MET, ())

    return ask_each(subject, parameters, test)


def ask_magnitude(subject: Subject, parameters: Parameters) -> Answer:
    """An integer, where it is there, is at most so far from zero."""
    path = parameters["member"]

    def test(thing: Thing) -> _Tested:
        value = thing.value(path)
        if value is Missing.ABSENT:
            return State.NOT_APPLICABLE, ()
        if value is Missing.CLOSED:
            return State.UNDETERMINED, (path,)
        small = type(value) is int and abs(value) <= parameters["at_most"]
        return (State.MET, ()) if small else (State.NOT_MET, (path,))

    return ask_each(subject, parameters, test)


_TEMPLATE: Final = re.compile(
    r"\[[^\]]*\]|<[^>]*>|\{[^}]*\}|_{3,}|(?:\.\s?){4,}|…{2,}|\blorem\b|\btodo\b|\btbd\b|\bxxx+\b|\bn/?a\b",
    re.IGNORECASE,
)
_WORD: Final = re.compile(r"[^\W\d_]+")
_WORDS: Final = 3
_CHARACTERS_FOR_A_WORD: Final = 16
"""A text of 80 characters has five different words at least."""


def ask_text(subject: Subject, parameters: Parameters) -> Answer:
    """A text is at least so long, and no template: no brackets to fill in, no dots, enough words and letters.

    What cannot be seen does not count.
    """
    path, minimum = parameters["member"], parameters["at_least"]

    def test(thing: Thing) -> _Tested:
        value = thing.value(path)
        if value is Missing.CLOSED:
            return State.UNDETERMINED, (path,)
        if not isinstance(value, str) or _is_short(visible(value), minimum) or _is_template(visible(value)):
            return State.NOT_MET, (path,)
        return State.MET, ()

    return ask_each(subject, parameters, test)


def _is_template(text: str) -> bool:
    return _TEMPLATE.search(text) is not None


def _is_short(text: str, minimum: int) -> bool:
    """Tell whether a text is too short, or filled up: half of what is asked must be letters of words."""
    words = [word for word in _WORD.findall(text) if len(word) > 1]
    letters = sum(map(len, words))
    wanted = max(_WORDS, minimum // _CHARACTERS_FOR_A_WORD)
    return len(text) < minimum or letters < minimum / 2 or len({one.casefold() for one in words}) < wanted


def instant_at(thing: Thing, path: str) -> Instant | Missing:
    """Return the moment at a path; of a date alone, the end of that day in UTC. Another text is absent."""
    value = thing.value(path)
    if not isinstance(value, str):
        return value if isinstance(value, Missing) else Missing.ABSENT
    try:
        return decode_instant(value if "T" in value else f"{value}T23:59:59Z")
    except CustodyError:
        return Missing.ABSENT


def ask_interval(subject: Subject, parameters: Parameters) -> Answer:
    """Of two moments the second is not before the first, and at most so many seconds after it."""
    paths = (parameters["from"], parameters["until"])

    def test(thing: Thing) -> _Tested:
        first, second = (instant_at(thing, path) for path in paths)
        if Missing.ABSENT in {first, second}:
            return State.NOT_APPLICABLE, ()
        if isinstance(first, Missing) or isinstance(second, Missing):
            return State.UNDETERMINED, paths
        between = second.moment - first.moment
        limit = timedelta(seconds=parameters.get("at_most_s", _SECONDS.maximum))
        return (State.MET, ()) if timedelta() <= between <= limit else (State.NOT_MET, paths)

    return ask_each(subject, parameters, test)


def ask_current(subject: Subject, parameters: Parameters) -> Answer:
    """A date or moment, where it is there, has not passed."""
    path = parameters["member"]

    def test(thing: Thing) -> _Tested:
        moment = instant_at(thing, path)
        if moment is Missing.ABSENT:
            return State.NOT_APPLICABLE, ()
        if isinstance(moment, Missing):
            return State.UNDETERMINED, (path,)
        return (State.MET, ()) if moment >= subject.moment else (State.NOT_MET, (path,))

    return ask_each(subject, parameters, test)


def ask_exists(subject: Subject, parameters: Parameters) -> Answer:
    """At least so many of the selected things are there."""
    certain = [known for _thing, known in selected(subject, parameters)]
    wanted = parameters.get("at_least", 1)
    if certain.count(True) >= wanted:
        return Answer(state=State.MET)
    hidden = len(certain) >= wanted or not subject.complete(parameters.get("object", "item"))
    return Answer(state=State.UNDETERMINED if hidden else State.NOT_MET)


_SECONDS: Final = Integer(0, 10**9)

MEMBER_RULES: Final = (
    Rule(
        name="members",
        ask=ask_members,
        parameters=OneOf(
            (
                Record(required={"all": PATHS}, optional={**SELECTION, "any": PATHS}),
                Record(required={"any": PATHS}, optional=SELECTION),
            )
        ),
    ),
    Rule(
        name="absent",
        ask=ask_absent,
        parameters=Record(required={"members": PATHS}, optional=SELECTION),
    ),
    Rule(
        name="values",
        ask=ask_values,
        parameters=OneOf(
            (
                Record(required={"member": PATH, "in": VALUES}, optional={**SELECTION, "not_in": VALUES}),
                Record(required={"member": PATH, "not_in": VALUES}, optional=SELECTION),
            )
        ),
    ),
    Rule(
        name="magnitude",
        ask=ask_magnitude,
        parameters=Record(required={"member": PATH, "at_most": Integer(0, INTEGER)}, optional=SELECTION),
    ),
    Rule(
        name="text",
        ask=ask_text,
        parameters=Record(
            required={"member": PATH, "at_least": Integer(1, TEXT_CHARACTERS)}, optional=SELECTION
        ),
    ),
    Rule(
        name="interval",
        ask=ask_interval,
        parameters=Record(
            required={"from": PATH, "until": PATH}, optional={**SELECTION, "at_most_s": _SECONDS}
        ),
    ),
    Rule(
        name="current",
        ask=ask_current,
        parameters=Record(required={"member": PATH}, optional=SELECTION),
    ),
    Rule(
        name="exists",
        ask=ask_exists,
        parameters=Record(
            required={"object": OBJECT}, optional={"of": CONDITIONS, "at_least": Integer(1, INTEGER)}
        ),
    ),
)
