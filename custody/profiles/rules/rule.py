"""What a rule is, and what most rules need: selecting things, and asking each of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from enum import Enum
from typing import Any, Final, TypeAlias

from attrs import frozen

from custody.format.limits import INTEGER, TEXT_CHARACTERS
from custody.format.shape import Boolean, Choice, Integer, OneOf, Record, Sequence, Shape, Text
from custody.profiles.answer import Answer, State, Where, gathered
from custody.profiles.subject import OBJECTS, Missing, Subject, Thing

Parameters: TypeAlias = Mapping[str, Any]
"""What a check tells its rule; its shape was checked when the profile was read."""


class RuleKind(Enum):
    """Who answers: a program, or a named person."""

    COMPUTED = "computed"
    DECLARED = "declared"


@frozen(kw_only=True)
class Rule:
    """A question that profiles can ask.

    Attributes:
        name: as checks name it.
        ask: the answer about a subject; pure but for `Subject.digest_of`.
        parameters: what a check has to tell it; None: nothing.
        kind: who answers.
    """

    name: str
    ask: Callable[[Subject, Parameters], Answer]
    parameters: Shape | None = None
    kind: RuleKind = RuleKind.COMPUTED


PATH: Final = Text(max_characters=200, pattern=r"[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)*")
"""The way to a member: names with dots between them."""

PATHS: Final = Sequence(PATH, minimum=1, maximum=50, unique=True)
OBJECT: Final = Choice(OBJECTS)
_VALUE: Final = OneOf((Text(max_characters=TEXT_CHARACTERS), Boolean(), Integer(-INTEGER, INTEGER)))
VALUES: Final = Sequence(_VALUE, minimum=1, maximum=100)
CONDITIONS: Final = Sequence(
    Record(required={"member": PATH}, optional={"in": VALUES, "not_in": VALUES, "absent": Boolean()}),
    minimum=1,
    maximum=20,
)
"""All of them must hold. A member alone must be there; `in` and `not_in` ask about its value (of a list:
about any of its entries), `absent` that it is not there."""

SELECTION: Final[dict[str, Shape]] = {"object": OBJECT, "of": CONDITIONS}
"""Which things are meant: one kind of them, items unless told, all or those under conditions."""


def selected(subject: Subject, parameters: Parameters) -> Iterator[tuple[Thing, bool]]:
    """Yield the things that are meant, and whether that is certain: a closed member leaves it open."""
    conditions = parameters.get("of", ())
    for thing in subject.things(parameters.get("object", "item")):
        meant = _all_hold(thing, conditions)
        if meant is not False:
            yield thing, meant is True


def _all_hold(thing: Thing, conditions: list[Parameters]) -> bool | None:
    """Tell whether all hold; None when a closed member decides."""
    held = [_holds(thing, condition) for condition in conditions]
    if False in held:
        return False
    return None if None in held else True


def _holds(thing: Thing, condition: Parameters) -> bool | None:
    compared = "in" in condition or "not_in" in condition
    value = thing.given(condition["member"]) if compared else thing.value(condition["member"])
    if value is Missing.CLOSED:
        return None
    if value is Missing.ABSENT:
        return bool(condition.get("absent")) or "not_in" in condition
    if condition.get("absent"):
        return False
    values = value if isinstance(value, list) else [value]
    if "in" in condition:
        return any(is_among(one, condition["in"]) for one in values)
    return not any(is_among(one, condition.get("not_in", ())) for one in values)


def is_among(value: object, options: list[object]) -> bool:
    """Tell whether a value is one of some; true and 1 differ."""
    return any(type(value) is type(option) and value == option for option in options)


def ask_each(
    subject: Subject,
    parameters: Parameters,
    test: Callable[[Thing], tuple[State, tuple[str, ...]]],
    *,
    nothing: State = State.NOT_APPLICABLE,
    shown: State = State.MET,
) -> Answer:
    """Ask every selected thing, and add up.

    Args:
        subject: what is checked.
        parameters: with the selection.
        test: the state of one thing, and the members that stand in the way.
        nothing: the state when nothing is selected.
        shown: the state when nothing stands in the way.
    """

    def found() -> Iterator[tuple[Where | None, State]]:
        for thing, certain in selected(subject, parameters):
            state, members = test(thing)
            if state is State.NOT_APPLICABLE:
                continue
            if not certain and state in {State.NOT_MET, State.NOT_DECLARED}:
                state = State.UNDETERMINED
            clear = state in {State.MET, State.DECLARED}
            yield None if clear else Where(place=thing.place, members=members, state=state), state

    kind = parameters.get("object", "item")
    return gathered(found(), complete=subject.complete(kind), nothing=nothing, shown=shown)


def missing(thing: Thing, paths: list[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the paths at which nothing stands, and those that are closed."""
    values = {path: thing.value(path) for path in paths}
    absent = tuple(path for path, value in values.items() if value is Missing.ABSENT)
    return absent, tuple(path for path, value in values.items() if value is Missing.CLOSED)
