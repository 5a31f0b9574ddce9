"""Bundles that add to earlier ones: is the earlier one here, and is it what the seal names (rule I5)?"""

from __future__ import annotations

from collections.abc import Sequence

from attrs import evolve

from custody.report.claim import Claim, Outcome
from custody.report.finding import Finding
from custody.report.reason import Reason
from custody.report.report import Report

_ABOUT = frozenset({Reason.PREDECESSOR_NOT_PRESENTED, Reason.PREDECESSOR_MISMATCH})


def with_predecessors(reports: Sequence[Report]) -> tuple[Report, ...]:
    """Return the reports with what can be said of their predecessors when all of them are looked at together.

    A predecessor that is not among them is listed. One with the bundle id that a seal names, itself proven to
    be sealed by somebody trusted, and with another seal, root or number of items, refutes the custody that
    reaches back to it; it says nothing of this bundle's own content. Anything that merely bears the id is no
    predecessor: anybody can make it.
    """
    by_id: dict[str, list[Report]] = {}
    for report in reports:
        if report.bundle_id is not None and report.outcome(Claim.SEALED_BY) is Outcome.PROVEN:
            by_id.setdefault(report.bundle_id, []).append(report)
    return tuple(_with_predecessor(report, by_id, reports) for report in reports)


def _with_predecessor(report: Report, by_id: dict[str, list[Report]], present: Sequence[Report]) -> Report:
    previous = report.previous
    if previous is None:
        return report
    kept = tuple(finding for finding in report.findings if finding.reason not in _ABOUT)
    gone = sum(1 for finding in report.findings if finding.reason in _ABOUT and finding.claims)
    failures = report.failures - gone
    candidates = by_id.get(previous.bundle_id, [])
    named = (previous.seal_id, previous.root, previous.items)
    signed = [one for one in present if any(found.reason is Reason.SEAL_SIGNED for found in one.findings)]
    if any(named == (other.seal_id, other.root, other.sealed_items) for other in signed):
        return evolve(report, findings=kept, failures=failures)
    about = {"bundle": previous.bundle_id, "seal": previous.seal_id}
    if candidates:
        found = Finding(reason=Reason.PREDECESSOR_MISMATCH, claims=(Claim.CUSTODY_UNBROKEN,), arguments=about)
    else:
        found = Finding(reason=Reason.PREDECESSOR_NOT_PRESENTED, arguments=about)
    return evolve(report, findings=(*kept, found), failures=failures + bool(found.claims))
