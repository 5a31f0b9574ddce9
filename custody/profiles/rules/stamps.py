"""Rules about proofs of time over the seal: what is wrong with them, their order, who runs the authorities.

What is asked about is what carries the proof: the stamps that hold, and where none does, all that are here.
So no stamp that somebody adds makes a sound one look worse, and what a check says of several faults is said
of one and the same stamp.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from attrs import evolve

from custody.format.limits import INTEGER
from custody.format.shape import Boolean, Choice, Integer, Record, Sequence, Shape
from custody.profiles.answer import Answer, State, Where, gathered
from custody.profiles.rules.findings import ask_claim
from custody.profiles.rules.rule import Parameters, Rule
from custody.profiles.subject import Subject, Thing
from custody.report.claim import Claim
from custody.report.reason import Reason
from custody.report.stamp_code import StampCode
from custody.report.stamp_fact import StampFact

_UNDETERMINED: Final = Answer(state=State.UNDETERMINED)


def stamps_over_seal(subject: Subject, parameters: Parameters) -> tuple[Thing, ...]:
    """Return the stamps that date the seal: over it, over what links to it, over a renewal that holds.

    Args:
        subject: what is checked.
        parameters: `kinds`: of the proofs, tst and ers unless told.
    """
    folders = folders_over_seal(subject)
    kinds = parameters.get("kinds", ("tst", "ers"))
    return tuple(
        thing
        for thing in subject.stamps
        if thing.members["over"] in folders and thing.members["kind"] in kinds and not thing.members["anchor"]
    )


def relied_on(subject: Subject, parameters: Parameters) -> tuple[Thing, ...]:
    """Return those of them that hold; all of them where none does."""
    stamps = stamps_over_seal(subject, parameters)
    return tuple(thing for thing in stamps if thing.members["holds"]) or stamps


def folders_over_seal(subject: Subject) -> set[str]:
    """Return the folders of the seal, of what links to it, and of the renewals that cover it."""
    report = subject.report
    if report is None or report.seal_id is None:
        return set()
    seal = report.seal_id
    followers: dict[str, list[Thing]] = {}
    for thing in subject.events:
        for before in thing.members["follows"]:
            followers.setdefault(before, []).append(thing)
    folders = {event.path for event in report.events if event.event_id == seal}
    waiting, seen = [seal], {seal}
    while waiting:
        for thing in followers.get(waiting.pop(), ()):
            folders.add(thing.place.path)
            event_id = thing.members["event"]
            if event_id not in seen:
                seen.add(event_id)
                waiting.append(event_id)
    # A renewal that does not cover the seal is void, so one that holds does.
    folders |= {one.subject for one in report.findings if one.reason is Reason.RENEWAL_HOLDS}
    return folders


def none_here(subject: Subject, parameters: Parameters) -> Answer:
    """Say what it means that no stamp dates the seal: there should be one, unless events cannot be seen."""
    if subject.report is None or not subject.complete("event"):
        return _UNDETERMINED
    return Answer(state=State.NOT_APPLICABLE if parameters.get("if_any") else State.NOT_MET)


def ask_stamps(subject: Subject, parameters: Parameters) -> Answer:
    """No stamp that is relied on has one of the codes `fails`; another fault leaves it undetermined.

    Faults in `despite` have nothing to do with what is asked. Besides, the `claims` must be proven.
    """
    stamps = relied_on(subject, parameters)
    if not stamps:
        return none_here(subject, parameters)
    found = [_judged(thing, parameters) for thing in stamps]
    answer = gathered((where, state) for where, state, _ in found)
    codes = {code for _, state, names in found if state is answer.state for code in names}
    return _with_claims(subject, parameters, evolve(answer, codes=tuple(sorted(codes))))


def _judged(thing: Thing, parameters: Parameters) -> tuple[Where | None, State, tuple[str, ...]]:
    codes: list[str] = thing.members["codes"]
    fails = tuple(code for code in codes if code in parameters["fails"])
    others = tuple(
        code for code in codes if not StampCode[code].note and code not in parameters.get("despite", ())
    )
    state = State.NOT_MET if fails else State.UNDETERMINED if others else State.MET
    if state is State.MET:
        return None, state, ()
    return Where(place=thing.place, members=("codes",), state=state), state, fails or others


def _with_claims(subject: Subject, parameters: Parameters, answer: Answer) -> Answer:
    """Return the worst of an answer and what became of some claims."""
    answers = [answer, *(ask_claim(subject, {"claim": claim}) for claim in parameters.get("claims", ()))]
    for state in (State.NOT_MET, State.UNDETERMINED):
        if worse := [one for one in answers if one.state is state]:
            return worse[0]
    return answer


def ask_order(subject: Subject, parameters: Parameters) -> Answer:
    """The signatures of the seal came first, then its stamps, then the stamps that renew these.

    The stamp is over the signatures, so it cannot be older; what is refuted or contradictory besides is one
    of the findings `fails` about the seal, or one of the `codes` of a stamp.
    """
    report = subject.report
    if report is None:
        return _UNDETERMINED
    seals = {event.path for event in report.events if event.event_id == report.seal_id}
    wrong = [
        one.reason.name
        for one in report.findings
        if one.subject in seals and one.reason.name in parameters["fails"]
    ]
    stamps = relied_on(subject, parameters)
    if wrong:
        where = tuple(Where(place=thing.place) for thing in stamps)
        return Answer(state=State.NOT_MET, where=where, codes=tuple(sorted(set(wrong))))
    answer = ask_stamps(subject, {"fails": parameters["codes"], "kinds": ("tst", "ers")})
    if answer.state is not State.MET:
        return answer
    return ask_claim(subject, {"claim": Claim.EXISTED_BEFORE.value})


def ask_chain_operators(subject: Subject, parameters: Parameters) -> Answer:
    """The tokens of the stamps that hold come from so many operators that share no root and no key."""
    if subject.report is None:
        return _UNDETERMINED
    paths = {thing.place.path for thing in stamps_over_seal(subject, parameters)}
    stamps = [stamp for stamp in subject.report.stamps if stamp.path in paths]
    if not stamps:
        return none_here(subject, parameters)
    if _independent(stamp for stamp in stamps if stamp.holds) >= parameters["at_least"]:
        return Answer(state=State.MET)
    doubtful = tuple(
        Where(place=thing.place, state=State.UNDETERMINED)
        for thing in stamps_over_seal(subject, parameters)
        if thing.members["outcome"] == "undetermined"
    )
    return Answer(state=State.UNDETERMINED if doubtful else State.NOT_MET, where=doubtful)


def _independent(stamps: Iterable[StampFact]) -> int:
    """Count tokens without a common operator, root or key; of later ones the operator alone is known."""
    groups: list[set[str]] = []
    for marks in (one for stamp in stamps for one in _marks(stamp)):
        joined = [group for group in groups if not group.isdisjoint(marks)]
        groups = [group for group in groups if group.isdisjoint(marks)]
        groups.append(marks.union(*joined))
    return len(groups)


def _marks(stamp: StampFact) -> Iterator[set[str]]:
    for place, operator in enumerate(stamp.operators):
        marks = {f"operator {operator}"}
        if place == 0:
            keys = (stamp.signer_key, stamp.issuer_key)
            marks |= {f"root {stamp.root}", *(f"key {key}" for key in keys if key)}
        yield marks


CODES: Final = Sequence(
    Choice(tuple(code.name for code in StampCode)), minimum=1, maximum=len(StampCode), unique=True
)
KINDS: Final[dict[str, Shape]] = {
    "kinds": Sequence(Choice(("tst", "ers")), minimum=1, maximum=2, unique=True),
    "if_any": Boolean(),
}
"""Which proofs are meant; with `if_any` it is no gap that none is here."""
_CLAIMS: Final = Sequence(
    Choice(tuple(claim.value for claim in Claim)), minimum=1, maximum=len(Claim), unique=True
)
_ABOUT_SEAL: Final = Sequence(
    Choice(tuple(reason.name for reason in Reason)), minimum=1, maximum=len(Reason), unique=True
)

STAMP_RULES: Final = (
    Rule(
        name="stamps",
        ask=ask_stamps,
        parameters=Record(required={"fails": CODES}, optional={**KINDS, "despite": CODES, "claims": _CLAIMS}),
    ),
    Rule(
        name="order",
        ask=ask_order,
        parameters=Record(required={"fails": _ABOUT_SEAL, "codes": CODES}),
    ),
    Rule(
        name="chain-operators",
        ask=ask_chain_operators,
        parameters=Record(required={"at_least": Integer(1, INTEGER)}, optional=KINDS),
    ),
)
