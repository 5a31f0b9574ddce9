"""The rule about what no program can know: somebody with a name has stated it."""

from __future__ import annotations

from typing import Final

from custody.format.item_fields import LINE
from custody.format.shape import Boolean, Record, Sequence
from custody.model.instant import Instant
from custody.profiles.answer import Answer, State, Where
from custody.profiles.rules.members import instant_at
from custody.profiles.rules.rule import PATH, PATHS, SELECTION, Parameters, Rule, RuleKind, selected
from custody.profiles.subject import Missing, Subject, Thing
from custody.profiles.texts import folded, names_somebody, visible


def ask_declared(subject: Subject, parameters: Parameters) -> Answer:
    """A statement stands at a member, and at one of some others the name of who stated it.

    Of every selected thing, or with `every` false of at least one. With `yes`, the statement must be true, or
    a text that is not no. With `results`, it must be one of these; then each person's last statement counts,
    and none of them may say something else.
    """
    every = parameters.get("every", True) or "results" in parameters
    names: set[str] = set()
    where: list[Where] = []
    for thing, certain in _counted(subject, parameters):
        state, members = _stated(thing, parameters, names)
        if state is State.NOT_DECLARED and not certain:
            state = State.UNDETERMINED
        if state is not State.DECLARED:
            where.append(Where(place=thing.place, members=members, state=state))
        elif not every:
            return Answer(state=State.DECLARED, declared_by=tuple(names))
    return _added_up(subject, parameters, where, names)


def _counted(subject: Subject, parameters: Parameters) -> list[tuple[Thing, bool]]:
    """Return the things that are meant; with `results` each person's last one, and what cannot be seen."""
    things = list(selected(subject, parameters))
    if "results" not in parameters:
        return things
    return [
        (thing, certain)
        for thing, certain in things
        if not any(_is_later(other, thing, parameters) for other, known in things if known)
    ]


def _is_later(other: Thing, thing: Thing, parameters: Parameters) -> bool:
    """Tell whether the same person stated something afterwards."""
    path = parameters["by"][0]
    who = thing.value(path)
    if not isinstance(who, str) or who != other.value(path):
        return False
    first, second = (instant_at(one, "claimed_at") for one in (thing, other))
    return isinstance(first, Instant) and isinstance(second, Instant) and first < second


def _added_up(subject: Subject, parameters: Parameters, where: list[Where], names: set[str]) -> Answer:
    states = {one.state for one in where}
    complete = subject.complete(parameters.get("object", "item"))
    ordered = tuple(sorted(where, key=lambda one: one.state is State.UNDETERMINED))
    if not parameters.get("every", True) and "results" not in parameters:
        hidden = State.UNDETERMINED in states or not complete
        return Answer(state=State.UNDETERMINED if hidden else State.NOT_DECLARED, where=ordered)
    if State.NOT_DECLARED in states:
        return Answer(state=State.NOT_DECLARED, where=ordered, declared_by=tuple(names))
    if State.UNDETERMINED in states or not complete:
        return Answer(state=State.UNDETERMINED, where=ordered, declared_by=tuple(names))
    if names:
        return Answer(state=State.DECLARED, declared_by=tuple(names))
    # Nothing selected: no item that it asks about; but an event that should state it is simply not there.
    nothing = parameters.get("object", "item") in {"item", "stamp"}
    return Answer(state=State.NOT_APPLICABLE if nothing else State.NOT_DECLARED)


def _stated(thing: Thing, parameters: Parameters, names: set[str]) -> tuple[State, tuple[str, ...]]:
    path = parameters["member"]
    value = thing.value(path)
    by = [thing.value(name) for name in parameters["by"]]
    who = [name for name in by if isinstance(name, str) and _is_person(thing, name)]
    if isinstance(value, Missing) or not who:
        lacking = (path,) if isinstance(value, Missing) else tuple(parameters["by"])
        hidden = value is Missing.CLOSED or (not isinstance(value, Missing) and Missing.CLOSED in by)
        return (State.UNDETERMINED if hidden else State.NOT_DECLARED), lacking
    other = "results" in parameters and not _is_result(value, parameters["results"])
    if other or (parameters.get("yes") and _is_no(value)):
        return State.NOT_DECLARED, (path,)
    names.add(who[0])
    return State.DECLARED, ()


def _is_person(thing: Thing, name: str) -> bool:
    """Tell whether a name can be somebody's; the trust has said so of who signed an event."""
    return name == thing.members.get("actor") or names_somebody(name)


def _is_result(value: object, results: list[str]) -> bool:
    """Tell whether a result is one of some, however it is spelt; whatever is added may take it back."""
    return isinstance(value, str) and _plain(value) in map(_plain, results)


def _plain(text: str) -> str:
    return folded(visible(text)).strip(" .")


_NO: Final = frozenset({"no", "false", "0", "لا"})


def _is_no(value: object) -> bool:
    return value is False or (isinstance(value, str) and value.strip().casefold() in _NO)


DECLARED_RULES: Final = (
    Rule(
        name="declared",
        ask=ask_declared,
        kind=RuleKind.DECLARED,
        parameters=Record(
            required={"member": PATH, "by": PATHS},
            optional={
                **SELECTION,
                "every": Boolean(),
                "yes": Boolean(),
                "results": Sequence(LINE, minimum=1, maximum=20, unique=True),
            },
        ),
    ),
)
