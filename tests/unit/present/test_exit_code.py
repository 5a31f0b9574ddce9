"""Exit codes."""

from __future__ import annotations

import itertools

import pytest

from custody.errors import CustodyError, LogError, SignerError, StorageError, UsageError
from custody.present.exit_code import PRECEDENCE, exit_code_for, exit_code_of, first_of
from custody.report.claim import DEFAULT_CLAIMS, Claim
from custody.report.finding import Finding
from custody.report.reason import Reason
from custody.report.report import NotProvenError, Report
from tests.unit.present.reports import changed_report, report_of, unreadable_report

MOVING = Finding(reason=Reason.FILE_CHANGED_WHILE_READ, claims=tuple(Claim))
EIO = Finding(reason=Reason.FILE_UNREADABLE, claims=tuple(Claim))


@pytest.mark.parametrize(
    ("report", "code"),
    [
        (report_of(), 0),
        (changed_report(), 1),
        (report_of(MOVING), 3),
        (unreadable_report(), 4),
        (report_of(EIO, MOVING), 4),
        (report_of(EIO, Finding(reason=Reason.FILE_MISSING, claims=tuple(Claim))), 1),
    ],
)
def test_the_code_of_one_report(report: Report, code: int) -> None:
    """A refutation outweighs an unreadable file, and an unreadable file outweighs silence."""
    assert code == exit_code_of(report, DEFAULT_CLAIMS)


def test_a_claim_that_is_not_required_changes_nothing() -> None:
    """Without a proof of time the default claims still stand."""
    assert (
        exit_code_of(report_of(), DEFAULT_CLAIMS),
        exit_code_of(report_of(), [Claim.EXISTED_BEFORE]),
    ) == (0, 3)


def test_no_claim_is_a_wrong_call() -> None:
    """An empty list would be met by anything."""
    with pytest.raises(UsageError):
        exit_code_of(report_of(), [])


@pytest.mark.parametrize(("first", "second"), list(itertools.combinations(PRECEDENCE, 2)))
def test_precedence(first: int, second: int) -> None:
    """130, 2, 1, 4, 3, 0."""
    assert first == first_of([second, first, second])


def require_all(report: Report) -> NotProvenError:
    """The error that relying on a report raises."""
    with pytest.raises(NotProvenError) as caught:
        report.require(*Claim)
    return caught.value


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (UsageError("x"), 2),
        (StorageError("x"), 4),
        (SignerError("x"), 4),
        (CustodyError("x"), 4),
        (require_all(changed_report()), 1),
        (require_all(report_of()), 3),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else str(value),
)
def test_the_code_of_an_error(error: CustodyError, code: int) -> None:
    """A wrong call is 2, a machine problem 4, and what require() raises has the code of its outcome."""
    assert code == exit_code_for(error)


@pytest.mark.parametrize(
    "error",
    [
        LogError("x"),
        LogError("x", code="HOLDING_IN_TRANSIT"),
        *(SignerError("x", code=code) for code in ("LOG_BEHIND", "LOG_DIFFERS", "HOLDING_ELSEWHERE")),
    ],
)
def test_what_a_log_does_not_let_happen_is_undetermined(error: CustodyError) -> None:
    """As far as it shows: with more of it, the same command may be done."""
    assert exit_code_for(error) == 3
