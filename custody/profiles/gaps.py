"""The gap report as values: every check of a profile with its answer."""

from __future__ import annotations

from collections.abc import Iterable

from attrs import frozen

from custody.profiles.answer import GAPS, Answer, State
from custody.profiles.profile import Check, Phase, Profile, Severity
from custody.profiles.subject import Stage, Subject
from custody.report.claim import Claim, Outcome
from custody.report.reason import Reason


@frozen(kw_only=True)
class Checked:
    """One check and its answer.

    Attributes:
        check: the question, with its texts, remedy and citation.
        answer: the state, and where.
    """

    check: Check
    answer: Answer

    @property
    def is_gap(self) -> bool:
        """Whether something is missing."""
        return self.answer.state in GAPS


@frozen(kw_only=True)
class Claimed:
    """What the verification says of one claim.

    Attributes:
        claim: which.
        outcome: what its findings add up to.
        reasons: what keeps it from being proven.
    """

    claim: Claim
    outcome: Outcome
    reasons: tuple[Reason, ...] = ()


@frozen(kw_only=True)
class Gaps:
    """What one profile says of one subject.

    Attributes:
        profile: what was asked.
        stage: whether it is sealed already.
        checked: every check in the profile's order.
        claims: what the verification says of every claim; none before sealing.
    """

    profile: Profile
    stage: Stage
    checked: tuple[Checked, ...]
    claims: tuple[Claimed, ...] = ()

    def outcome(self, claim: Claim) -> Outcome | None:
        """Return what the verification says of a claim, or None before sealing."""
        return next((one.outcome for one in self.claims if one.claim is claim), None)

    def of(self, severity: Severity) -> tuple[Checked, ...]:
        """Return the gaps of one severity."""
        return tuple(one for one in self.checked if one.is_gap and one.check.severity is severity)

    @property
    def errors(self) -> tuple[Checked, ...]:
        """The gaps that keep from submitting."""
        return self.of(Severity.ERROR)

    @property
    def open_errors(self) -> tuple[Checked, ...]:
        """The checks whose gap would be an error and that are undetermined."""
        return tuple(
            one
            for one in self.checked
            if one.answer.state is State.UNDETERMINED and one.check.severity is Severity.ERROR
        )

    @property
    def sealing_errors(self) -> tuple[Checked, ...]:
        """The errors that have to be mended before sealing, for a seal is never opened again."""
        return tuple(one for one in self.errors if one.check.phase is Phase.SOURCE)


def check(subject: Subject, profile: Profile) -> Gaps:
    """Ask every check of a profile.

    A check whose phase has not come yet is answered LATER; a check of the source phase is asked of bundles
    too.
    """
    return Gaps(
        profile=profile,
        stage=subject.stage,
        checked=tuple(Checked(check=one, answer=_answer(subject, one)) for one in profile.checks),
        claims=_claims(subject),
    )


def _claims(subject: Subject) -> tuple[Claimed, ...]:
    report = subject.report
    if report is None:
        return ()
    return tuple(
        Claimed(claim=claim, outcome=report.outcome(claim), reasons=report.reasons(claim)) for claim in Claim
    )


def _answer(subject: Subject, asked: Check) -> Answer:
    too_early = asked.phase is not Phase.SOURCE and subject.stage is Stage.SOURCE
    if too_early or (asked.phase is Phase.FILING and subject.filing is None):
        return Answer(state=State.LATER)
    return asked.rule.ask(subject, asked.parameters)


def check_all(subject: Subject, profiles: Iterable[Profile]) -> tuple[Gaps, ...]:
    """Ask several profiles, in their order."""
    return tuple(check(subject, profile) for profile in profiles)
