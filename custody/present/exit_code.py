"""Exit codes: one number for what a program does next (DESIGN, "Verification")."""

from __future__ import annotations

from collections.abc import Iterable

from custody.errors import CustodyError, LogError, UsageError
from custody.report.claim import Claim, Outcome
from custody.report.reason import Reason
from custody.report.report import NotProvenError, Report

PROVEN = 0
REFUTED = 1
USAGE = 2
UNDETERMINED = 3
UNREADABLE = 4
INTERRUPTED = 130

PRECEDENCE = (INTERRUPTED, USAGE, REFUTED, UNREADABLE, UNDETERMINED, PROVEN)
"""Which code stands when several apply: the first in this order."""

UNREADABLE_REASONS = frozenset({Reason.UNREADABLE, Reason.FILE_UNREADABLE})
"""Reasons that tell about the machine, not about the evidence."""


BEHIND_THE_KEY = frozenset({"LOG_BEHIND", "LOG_DIFFERS", "HOLDING_ELSEWHERE"})
"""Codes of a signer who knows more of a log than the copy that he was to continue."""


def exit_code_of(report: Report, claims: Iterable[Claim]) -> int:
    """Return the exit code of one report for the claims that are required.

    0 all are proven; 1 at least one is refuted; 4 none is, and something could not be read; 3 otherwise.

    Raises:
        UsageError: no claim was named.
    """
    required = tuple(claims)
    if not required:
        raise UsageError("required claims: expected at least one, found none")
    outcomes = {report.outcome(claim) for claim in required}
    if Outcome.REFUTED in outcomes:
        return REFUTED
    if outcomes == {Outcome.PROVEN}:
        return PROVEN
    reasons = {finding.reason for finding in report.unmet(required)}
    return UNREADABLE if reasons & UNREADABLE_REASONS else UNDETERMINED


def first_of(codes: Iterable[int]) -> int:
    """Return the code that stands for several; 0 for none."""
    found = set(codes)
    return next((code for code in PRECEDENCE if code in found), PROVEN)


def exit_code_for(error: CustodyError) -> int:
    """Return the exit code for an error that ended a command.

    A wrong call is 2; an event that the log does not let happen, as far as it shows, is 3; what the machine,
    the network, a key or unreadable bytes refused is 4, never 1.
    """
    if isinstance(error, UsageError):
        return USAGE
    if isinstance(error, LogError) or error.code in BEHIND_THE_KEY:
        return UNDETERMINED
    if isinstance(error, NotProvenError):
        return REFUTED if Outcome.REFUTED in error.outcomes.values() else UNDETERMINED
    return UNREADABLE
