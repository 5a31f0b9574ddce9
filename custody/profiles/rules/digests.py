"""Rules about digests that people took before sealing."""

from __future__ import annotations

from typing import Final

from custody.format.shape import Record
from custody.profiles.answer import Answer, State
from custody.profiles.rules.rule import PATH, SELECTION, Parameters, Rule, ask_each, missing
from custody.profiles.subject import Subject, Thing


def ask_same_digest(subject: Subject, parameters: Parameters) -> Answer:
    """The digest at a member (algorithm, digest, perhaps match) is there, and the file's own.

    Files are read only here. One that says of itself that it did not match is not met.
    """
    path = parameters["member"]
    parts = [f"{path}.algorithm", f"{path}.digest"]

    def test(thing: Thing) -> tuple[State, tuple[str, ...]]:
        absent, closed = missing(thing, parts)
        if absent or closed:
            return (State.NOT_MET, absent) if absent else (State.UNDETERMINED, closed)
        if thing.value(f"{path}.match") is False:
            return State.NOT_MET, (f"{path}.match",)
        algorithm, stated = (thing.value(part) for part in parts)
        own = subject.digest_of(thing.place.number, algorithm)
        if own is None:
            return State.UNDETERMINED, (path,)
        return (State.MET, ()) if own == stated else (State.NOT_MET, (path,))

    return ask_each(subject, parameters, test)


DIGEST_RULES: Final = (
    Rule(
        name="same-digest",
        ask=ask_same_digest,
        parameters=Record(required={"member": PATH}, optional=SELECTION),
    ),
)
