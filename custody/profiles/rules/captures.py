"""Rules about what was captured: how soon it was hashed, which copy stays as it was, what stays closed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from custody.format.shape import Integer, Record
from custody.profiles.answer import Answer, State
from custody.profiles.rules.members import instant_at
from custody.profiles.rules.rule import (
    PATH,
    PATHS,
    SELECTION,
    VALUES,
    Parameters,
    Rule,
    ask_each,
)
from custody.profiles.subject import Missing, Stage, Subject, Thing


def ask_hashed_soon(subject: Subject, parameters: Parameters) -> Answer:
    """Every selected item was hashed soon after a moment: at one of some members, else by the seal.

    Before sealing the seal is no earlier than now.
    """
    start, limit = parameters["from"], timedelta(seconds=parameters["at_most_s"])
    seal = None if subject.seal is None else instant_at(subject.seal, "claimed_at")
    sealed = subject.moment if subject.stage is Stage.SOURCE else seal

    def test(thing: Thing) -> tuple[State, tuple[str, ...]]:
        moments = [instant_at(thing, path) for path in parameters["any"]]
        known = [moment for moment in (*moments, sealed) if moment and not isinstance(moment, Missing)]
        begun = instant_at(thing, start)
        if begun is Missing.ABSENT:
            return State.NOT_MET, (start,)
        if isinstance(begun, Missing) or not known:
            return State.UNDETERMINED, (start,)
        in_time = any(timedelta() <= moment.moment - begun.moment <= limit for moment in known)
        return (State.MET, ()) if in_time else (State.NOT_MET, (start, *parameters["any"]))

    return ask_each(subject, parameters, test)


_ROLE: Final = "origin.role"
_USES: Final = ("derived", "redacted")


def ask_evidence_copies(subject: Subject, parameters: Parameters) -> Answer:
    """Every selected item has a role; what is kept as evidence came out of no change, the rest is linked.

    `in` names the roles of what is kept as evidence. Changes are told by the item and by the log.
    """
    made = frozenset(_outputs(subject))

    def test(thing: Thing) -> tuple[State, tuple[str, ...]]:
        role = thing.value(_ROLE)
        if isinstance(role, Missing):
            return (State.NOT_MET if role is Missing.ABSENT else State.UNDETERMINED), (_ROLE,)
        if role not in parameters["in"]:
            value = thing.value("derivation.of")
            closed = value is Missing.CLOSED
            if isinstance(value, Missing):
                return (State.UNDETERMINED if closed else State.NOT_MET), ("derivation.of",)
            return State.MET, ()
        if thing.has("derivation") or thing.place.number - 1 in made:
            return State.NOT_MET, ("derivation",)
        return (State.UNDETERMINED, ("derivation",)) if "derivation" in thing.closed else (State.MET, ())

    return ask_each(subject, parameters, test)


def _outputs(subject: Subject) -> Iterator[int]:
    """Yield the leaves of this bundle that came out of a change, as the log says."""
    here = None if subject.report is None else subject.report.bundle_id
    for event in subject.events:
        if event.value("type") in _USES and event.value("data.bundle") in {Missing.ABSENT, here}:
            yield from event.value("data.outputs")


def ask_closed_in_parts(subject: Subject, parameters: Parameters) -> Answer:
    """In a part that is handed out none of some members is open."""
    if subject.whole:
        return Answer(state=State.NOT_APPLICABLE)

    def test(thing: Thing) -> tuple[State, tuple[str, ...]]:
        bare = tuple(path for path in parameters["members"] if thing.has(path))
        return (State.NOT_MET, bare) if bare else (State.MET, ())

    return ask_each(subject, parameters, test)


CAPTURE_RULES: Final = (
    Rule(
        name="hashed-soon",
        ask=ask_hashed_soon,
        parameters=Record(
            required={"from": PATH, "any": PATHS, "at_most_s": Integer(0, 10**9)}, optional=SELECTION
        ),
    ),
    Rule(
        name="evidence-copies",
        ask=ask_evidence_copies,
        parameters=Record(required={"in": VALUES}, optional=SELECTION),
    ),
    Rule(
        name="closed-in-parts",
        ask=ask_closed_in_parts,
        parameters=Record(required={"members": PATHS}, optional=SELECTION),
    ),
)
