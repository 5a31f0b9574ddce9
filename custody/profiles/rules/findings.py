"""Rules about what verification found: claims, findings, proofs of time, what is sealed and yet open."""

from __future__ import annotations

from typing import Any, Final

from custody.format.limits import INTEGER
from custody.format.shape import Choice, Integer, Record, Sequence
from custody.profiles.answer import Answer, State, Where, gathered
from custody.profiles.rules.rule import Parameters, Rule, ask_each
from custody.profiles.subject import Missing, Subject, Thing
from custody.report.claim import Claim, Outcome
from custody.report.finding import Finding
from custody.report.reason import Reason
from custody.report.report import Report

_STATES: Final = {
    Outcome.PROVEN: State.MET,
    Outcome.REFUTED: State.NOT_MET,
    Outcome.UNDETERMINED: State.UNDETERMINED,
}
_UNDETERMINED: Final = Answer(state=State.UNDETERMINED)


def ask_claim(subject: Subject, parameters: Parameters) -> Answer:
    """A claim is proven; refuted is not met."""
    report = subject.report
    if report is None:
        return _UNDETERMINED
    claim = Claim(parameters["claim"])
    codes = tuple(reason.name for reason in report.reasons(claim))
    return Answer(state=_STATES[report.outcome(claim)], codes=codes)


def ask_findings(subject: Subject, parameters: Parameters) -> Answer:
    """None of the findings `fails` is there, none of `doubts`, and one of `proven` is.

    `fails` may name findings that leave a claim undetermined: a check can ask for more than a claim does.
    """
    report = subject.report
    if report is None:
        return _UNDETERMINED
    fails = _those(report, parameters.get("fails", ()))
    if fails:
        return _about(fails, State.NOT_MET)
    doubts = _those(report, parameters.get("doubts", ()))
    shown = {finding.reason.name for finding in report.findings}.intersection(parameters["proven"])
    if doubts or not shown:
        return _about(doubts, State.UNDETERMINED)
    return Answer(state=State.MET, codes=tuple(sorted(shown)))


def _those(report: Report, names: list[str] | tuple[str, ...]) -> list[Finding]:
    return [finding for finding in report.findings if finding.reason.name in names]


def _about(findings: list[Finding], state: State) -> Answer:
    codes = tuple(dict.fromkeys(finding.reason.name for finding in findings))
    return Answer(state=state, codes=codes)


def ask_stamped(subject: Subject, _parameters: Parameters) -> Answer:
    """The seal is proven to have existed before a moment, and so is every head of the log."""
    report = subject.report
    if report is None:
        return _UNDETERMINED
    outcome = report.outcome(Claim.EXISTED_BEFORE)
    codes = tuple(reason.name for reason in report.reasons(Claim.EXISTED_BEFORE))
    if Reason.NOT_STAMPED.name in codes:
        return Answer(state=State.NOT_MET, codes=codes)
    if outcome is not Outcome.PROVEN:
        return Answer(state=_STATES[outcome], codes=codes)
    heads = [thing for thing in subject.events if thing.value("head") is True]
    found = (
        (None, State.MET)
        if thing.has("not_after")
        else (Where(place=thing.place, members=("not_after",)), State.NOT_MET)
        for thing in heads
    )
    return gathered(found, nothing=State.UNDETERMINED)


def ask_operators(subject: Subject, parameters: Parameters) -> Answer:
    """Stamps that hold come from authorities of so many different operators."""
    stamps = [thing for thing in subject.stamps if not thing.members["anchor"]]
    operators = {
        one for thing in stamps if thing.members["holds"] for one in thing.members["operators"] if one
    }
    if len(operators) >= parameters["at_least"]:
        return Answer(state=State.MET)
    doubtful = tuple(
        Where(place=thing.place, state=State.UNDETERMINED)
        for thing in stamps
        if thing.members["outcome"] == "undetermined"
    )
    return Answer(state=State.UNDETERMINED if doubtful else State.NOT_MET, where=doubtful)


def ask_sealed_is_closed(subject: Subject, parameters: Parameters) -> Answer:
    """In a part, no item that is marked as sealed has an open content or open persons."""
    if subject.whole:
        return Answer(state=State.NOT_APPLICABLE)

    def test(thing: Thing) -> tuple[State, tuple[str, ...]]:
        bare = tuple(name for name in ("content", "people") if thing.has(name))
        level = thing.value("terms.confidentiality")
        if not bare or level not in {"sealed", Missing.CLOSED}:
            return State.MET, ()
        return (State.UNDETERMINED if level is Missing.CLOSED else State.NOT_MET), bare

    return ask_each(subject, parameters, test)


_NAMES: Final[dict[str, Any]] = {
    "maximum": len(Reason),
    "minimum": 1,
    "unique": True,
}
_REASONS: Final = Sequence(Choice(tuple(reason.name for reason in Reason)), **_NAMES)

FINDING_RULES: Final = (
    Rule(
        name="claim",
        ask=ask_claim,
        parameters=Record(required={"claim": Choice(tuple(claim.value for claim in Claim))}),
    ),
    Rule(
        name="findings",
        ask=ask_findings,
        parameters=Record(required={"proven": _REASONS}, optional={"fails": _REASONS, "doubts": _REASONS}),
    ),
    Rule(name="stamped", ask=ask_stamped),
    Rule(
        name="operators",
        ask=ask_operators,
        parameters=Record(required={"at_least": Integer(1, INTEGER)}),
    ),
    Rule(name="sealed-is-closed", ask=ask_sealed_is_closed),
)
