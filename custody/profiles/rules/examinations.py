"""Rules about what people have examined with other means, and state in an `examined` about the seal.

A statement has a method, by which it is found, and a result. Its tool is what was consulted: a program with
its version, or a published list with its sequence number and date (`snapshot`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from custody.format.item_fields import LINE
from custody.format.shape import Boolean, Record, Sequence, Shape
from custody.model.instant import Instant
from custody.profiles.answer import Answer, State, Where, gathered
from custody.profiles.rules.members import instant_at
from custody.profiles.rules.rule import PATHS, Parameters, Rule, RuleKind, missing
from custody.profiles.rules.stamps import KINDS, folders_over_seal, relied_on
from custody.profiles.subject import Missing, Subject, Thing

_SNAPSHOT: Final = re.compile(r"[1-9][0-9]{0,8} ([0-9]{4}-[0-9]{2}-[0-9]{2})")
"""Sequence number and date of a published list, such as `57 2026-11-01`."""


def ask_examined(subject: Subject, parameters: Parameters) -> Answer:
    """A named person states a result about the seal and its stamps, and nobody's last word differs.

    Only what was stated after the first of the stamps that hold can be about them. `needs` are other members
    that must be there; with `snapshot`, the tool is a list with its number and date.
    """
    last = _last_words(subject, parameters)
    fit = [thing for thing in last if _fits(thing, parameters)]
    others = [thing for thing in last if thing not in fit]
    if fit and not others:
        return Answer(state=State.DECLARED, declared_by=tuple(str(thing.value("actor")) for thing in fit))
    hidden = bool(fit) or not subject.complete("event")
    state = State.UNDETERMINED if hidden else State.NOT_DECLARED
    where = tuple(Where(place=one.place, members=_lacking(one, parameters), state=state) for one in others)
    return Answer(state=state, where=where)


def ask_sourced(subject: Subject, parameters: Parameters) -> Answer:
    """Whoever states one of the `results` by a method says from which list, with its number and date."""

    def found() -> Iterator[tuple[Where | None, State]]:
        for thing in _examinations(subject, parameters):
            if thing.value("data.result") in parameters["results"]:
                sourced = _is_snapshot(thing)
                where = None if sourced else Where(place=thing.place, members=("data.tool.version",))
                yield where, State.MET if sourced else State.NOT_MET

    return gathered(found(), complete=subject.complete("event"))


def _examinations(subject: Subject, parameters: Parameters) -> Iterator[Thing]:
    """Yield the statements by a method about the seal, or about what follows it."""
    about = folders_over_seal(subject)
    for thing in subject.events:
        named = isinstance(thing.value("actor"), str)
        by_method = thing.value("type") == "examined" and thing.value("data.method") == parameters["method"]
        if named and by_method and thing.place.path in about:
            yield thing


def _last_words(subject: Subject, parameters: Parameters) -> list[Thing]:
    """Return each person's last statement, of those that can be about the stamps."""
    stamps = [thing for thing in relied_on(subject, parameters) if thing.members["holds"]]
    made = [moment for thing in stamps if isinstance(moment := instant_at(thing, "generated_at"), Instant)]
    last: dict[str, tuple[Instant, Thing]] = {}
    for thing in _examinations(subject, parameters):
        stated = instant_at(thing, "claimed_at")
        if isinstance(stated, Missing) or not made or stated < min(made):
            continue
        actor = str(thing.value("actor"))
        if actor not in last or last[actor][0] <= stated:
            last[actor] = (stated, thing)
    return [thing for _, thing in last.values()]


def _fits(thing: Thing, parameters: Parameters) -> bool:
    return not _lacking(thing, parameters)


def _lacking(thing: Thing, parameters: Parameters) -> tuple[str, ...]:
    absent, closed = missing(thing, parameters.get("needs", []))
    lacking = [*absent, *closed]
    if thing.value("data.result") not in parameters["results"]:
        lacking.append("data.result")
    if parameters.get("snapshot") and not _is_snapshot(thing):
        lacking.append("data.tool.version")
    return tuple(dict.fromkeys(lacking))


def _is_snapshot(thing: Thing) -> bool:
    """Tell whether the tool is a list with its number and a date that is not after the statement."""
    version = thing.value("data.tool.version")
    found = _SNAPSHOT.fullmatch(version) if isinstance(version, str) else None
    if found is None:
        return False
    stated = thing.value("claimed_at")
    listed = instant_at(Thing(place=thing.place, members={"date": found[1]}), "date")
    return isinstance(listed, Instant) and isinstance(stated, str) and found[1] <= stated[: len(found[1])]


_METHOD: Final[dict[str, Shape]] = {
    "method": LINE,
    "results": Sequence(LINE, minimum=1, maximum=20, unique=True),
}

EXAMINATION_RULES: Final = (
    Rule(
        name="examined",
        ask=ask_examined,
        kind=RuleKind.DECLARED,
        parameters=Record(
            required=_METHOD,
            optional={"kinds": KINDS["kinds"], "needs": PATHS, "snapshot": Boolean()},
        ),
    ),
    Rule(name="sourced", ask=ask_sourced, parameters=Record(required=_METHOD)),
)
