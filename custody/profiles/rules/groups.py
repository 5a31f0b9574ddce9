"""The rule about items that belong together, such as the parts of one capture."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from custody.format.item_fields import LINE
from custody.format.shape import Record, Sequence
from custody.profiles.answer import Answer, State, Where, gathered
from custody.profiles.rules.rule import CONDITIONS, PATH, Parameters, Rule, selected
from custody.profiles.subject import Missing, Subject, Thing


def ask_parts(subject: Subject, parameters: Parameters) -> Answer:
    """Items with one value at `group` have among them every part that is asked for.

    An item says at `part_member` which part it is. What belongs to a group is looked for among all items;
    `of` says which items make it necessary. The first of them stands for the group.
    """
    by, part_member, wanted = parameters["group"], parameters["part_member"], parameters["parts"]
    groups: dict[str | Missing, Thing] = {}
    hidden: list[Thing] = []
    for thing, certain in selected(subject, parameters):
        value = _single(thing, by)
        if value is Missing.CLOSED or not certain:
            hidden.append(thing)
        elif value is not Missing.ABSENT:
            groups.setdefault(value, thing)
    here: dict[str | Missing, set[str | Missing]] = {}
    closed = False
    for thing in subject.items:
        value, part = _single(thing, by), _single(thing, part_member)
        closed = closed or Missing.CLOSED in (value, part)
        here.setdefault(value, set()).add(part)

    def found() -> Iterator[tuple[Where | None, State]]:
        for value, first in groups.items():
            lacking = [part for part in wanted if part not in here[value]]
            state = State.MET if not lacking else State.UNDETERMINED if closed else State.NOT_MET
            members = (by, part_member)
            yield None if not lacking else Where(place=first.place, members=members, state=state), state
        for thing in hidden:
            where = Where(place=thing.place, members=(by,), state=State.UNDETERMINED)
            yield where, State.UNDETERMINED

    return gathered(found(), complete=subject.complete("item"))


def _single(thing: Thing, path: str) -> str | Missing:
    value = thing.value(path)
    return value if isinstance(value, str | Missing) else Missing.ABSENT


GROUP_RULES: Final = (
    Rule(
        name="parts",
        ask=ask_parts,
        parameters=Record(
            required={
                "group": PATH,
                "part_member": PATH,
                "parts": Sequence(LINE, minimum=1, maximum=20, unique=True),
            },
            optional={"of": CONDITIONS},
        ),
    ),
)
