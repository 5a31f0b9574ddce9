"""A check of the files against the seal, whose result becomes an event."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from attrs import field, frozen

from custody.errors import LogError
from custody.report.claim import Claim, Outcome
from custody.report.report import Report
from custody.storage.folder import open_folder
from custody.storage.source import BundleSource
from custody.transfer.desk import Desk
from custody.transfer.receive import root_of
from custody.verification.standing import take_standing
from custody.verification.verify import verify_source

_ITEMS_AND_FILES: Final = frozenset({2, 3})
_PAYLOAD: Final = "data/"


@frozen(kw_only=True)
class Fixity:
    """What a check found.

    Attributes:
        data: of the event: root, result, and the leaves that failed.
        report: of the whole verification.
    """

    data: dict[str, Any]
    report: Report = field(repr=False)


def check_fixity(
    desk: Desk, *, watched: Callable[[BundleSource], BundleSource] = lambda source: source
) -> Fixity:
    """Verify a bundle, and return what an event is to say of its items and files.

    Args:
        desk: who checks which bundle.
        watched: wraps the bundle before it is read, so that somebody can follow.

    Raises:
        LogError: FIXITY_UNDETERMINED: something could not be read, so neither "pass" nor "fail" is shown;
            ROOT_UNKNOWN.
        BundleError, StorageError: it cannot be read as a bundle.
    """
    source = open_folder(desk.bundle)
    try:
        now = desk.now()
        standing = take_standing(source, desk.trust, verified_at=now, expect_seal=desk.expect_seal)
        report = verify_source(watched(source), desk.trust, verified_at=now, expect_seal=desk.expect_seal)
    finally:
        source.close()
    root = root_of(standing, report)
    about = [
        finding
        for finding in report.findings
        if finding.number in _ITEMS_AND_FILES and Claim.INTACT in finding.claims
    ]
    outcomes = {finding.outcome for finding in about}
    if Outcome.REFUTED not in outcomes and Outcome.UNDETERMINED in outcomes:
        raise LogError(
            "files: expected all of them to be readable, found some that are not",
            code="FIXITY_UNDETERMINED",
            hint="custody verify names them; check the disk, and check again",
        )
    if Outcome.REFUTED not in outcomes:
        return Fixity(data={"root": root, "result": "pass"}, report=report)
    data: dict[str, Any] = {"root": root, "result": "fail"}
    refuted = {finding.subject for finding in about if finding.outcome is Outcome.REFUTED}
    failed = {number for subject in refuted if (number := _number(subject)) in range(1, standing.items + 1)}
    listed = sum(1 for one in report.findings if one.claims and one.outcome is not Outcome.PROVEN)
    if failed and report.failures <= listed:  # a list that was cut would name some and hide others
        data["failed"] = sorted(number - 1 for number in failed)
    return Fixity(data=data, report=report)


def _number(subject: str) -> int:
    """Return the item that a finding is about, or 0."""
    digits = subject.removeprefix(_PAYLOAD).partition(".")[0] if subject.startswith(_PAYLOAD) else subject
    return int(digits) if digits.isascii() and digits.isdecimal() else 0
