"""Rules about the log: both sides of a transfer, gaps and their explanation, what an expert has repeated."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from custody.format.shape import Integer, Record
from custody.profiles.answer import Answer, State, Where, gathered
from custody.profiles.rules.findings import ask_claim
from custody.profiles.rules.members import instant_at
from custody.profiles.rules.rule import SELECTION, Parameters, Rule, RuleKind, selected
from custody.profiles.subject import Missing, Subject, Thing

GIVEN: Final = ("released", "copied")
TAKEN: Final = ("received", "copy-received")
_INCIDENTS: Final = ("gap", "seizure", "loss")

_Pair = tuple[Thing, Thing | None]


def transfers(subject: Subject) -> Iterator[_Pair]:
    """Yield each event that hands something over with the one that takes it, or None where none is here."""
    taken = {
        before: thing
        for thing in subject.events
        if thing.value("type") in TAKEN
        for before in thing.members["follows"]
    }
    for thing in subject.events:
        if thing.value("type") in GIVEN:
            yield thing, taken.get(thing.members["event"])


def _lacking(thing: Thing, *members: str, state: State = State.NOT_MET) -> tuple[Where, State]:
    return Where(place=thing.place, members=members, state=state), state


def ask_two_signers(subject: Subject, _parameters: Parameters) -> Answer:
    """Each transfer is signed by who gives and by who takes, and these are two whom the trust knows."""

    def found() -> Iterator[tuple[Where | None, State]]:
        for given, taken in transfers(subject):
            if taken is None:
                yield _lacking(given, "to", state=State.UNDETERMINED)
                continue
            giver, taker = given.value("actor"), taken.value("actor")
            if Missing.CLOSED in (giver, taker) or Missing.ABSENT in (giver, taker):
                yield _lacking(taken, "actor", state=State.UNDETERMINED)
            else:
                yield _lacking(taken, "actor") if giver == taker else (None, State.MET)

    return gathered(found(), complete=subject.complete("event"))


def ask_same_root(subject: Subject, _parameters: Parameters) -> Answer:
    """Who takes something has compared it, with success, and names the root that was given."""
    sealed = None if subject.report is None else subject.report.root

    def found() -> Iterator[tuple[Where | None, State]]:
        for given, taken in transfers(subject):
            if taken is None:
                yield _lacking(given, "to", state=State.UNDETERMINED)
                continue
            roots = {given.value("data.root"), taken.value("data.root"), sealed} - {Missing.ABSENT}
            same = len(roots) == 1 and taken.value("data.result") == "pass"
            yield (None, State.MET) if same else _lacking(taken, "data.root", "data.result")

    return gathered(found(), complete=subject.complete("event"))


def ask_intervals(subject: Subject, parameters: Parameters) -> Answer:
    """Between giving and taking there are at most so many hours, and never less than none.

    The times are claimed; where they contradict proven ones verification says so.
    """
    limit = timedelta(hours=parameters["hours"])

    def found() -> Iterator[tuple[Where | None, State]]:
        for given, taken in transfers(subject):
            left = instant_at(given, "claimed_at")
            came = Missing.CLOSED if taken is None else instant_at(taken, "claimed_at")
            if isinstance(left, Missing) or isinstance(came, Missing):
                yield _lacking(given, "claimed_at", state=State.UNDETERMINED)
            elif timedelta() <= came.moment - left.moment <= limit:
                yield None, State.MET
            else:
                yield _lacking(taken or given, "claimed_at")

    return gathered(found(), complete=subject.complete("event"))


def ask_gaps_explained(subject: Subject, _parameters: Parameters) -> Answer:
    """Custody is proven up to each head, and each recorded gap, seizure or loss says how it came about."""
    bare = tuple(
        Where(place=thing.place, members=("note.text",))
        for thing in subject.events
        if thing.value("data.kind") in _INCIDENTS and not (thing.has("note.text") or "note" in thing.closed)
    )
    custody = ask_claim(subject, {"claim": "custody-unbroken"})
    if bare:
        return Answer(state=State.NOT_MET, where=bare, codes=custody.codes)
    return custody


def ask_repeated(subject: Subject, parameters: Parameters) -> Answer:
    """Somebody other than the sealer has stated in an `examined` that he repeated each item that is meant."""
    sealer = None if subject.seal is None else subject.seal.value("actor")
    by_item: dict[int, str] = {}
    for thing in subject.events:
        actor, leaves = thing.value("actor"), thing.value("data.leaves")
        independent = isinstance(actor, str) and actor != sealer
        if thing.value("type") == "examined" and independent and isinstance(leaves, list):
            by_item |= {leaf + 1: str(actor) for leaf in leaves}
    names = set()
    found: list[tuple[Where | None, State]] = []
    for thing, certain in selected(subject, parameters):
        if thing.place.number in by_item:
            names.add(by_item[thing.place.number])
            found.append((None, State.DECLARED))
        else:
            state = State.NOT_DECLARED if certain else State.UNDETERMINED
            found.append(_lacking(thing, "derivation.reproducible", state=state))
    complete = subject.complete("item") and subject.complete("event")
    answer = gathered(found, complete=complete, shown=State.DECLARED)
    return Answer(state=answer.state, where=answer.where, declared_by=tuple(names))


EVENT_RULES: Final = (
    Rule(name="two-signers", ask=ask_two_signers),
    Rule(name="same-root", ask=ask_same_root),
    Rule(name="intervals", ask=ask_intervals, parameters=Record(required={"hours": Integer(1, 24 * 366)})),
    Rule(name="gaps-explained", ask=ask_gaps_explained),
    Rule(
        name="repeated",
        ask=ask_repeated,
        kind=RuleKind.DECLARED,
        parameters=Record(required={"of": SELECTION["of"]}),
    ),
)
