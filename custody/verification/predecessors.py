"""Bundles that belong together: is an earlier one what the seal names (I5), and are outputs there (I4)?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from attrs import evolve

from custody.format.layout import seal_path
from custody.report.claim import Claim, Outcome
from custody.report.finding import Finding
from custody.report.reason import Reason
from custody.report.report import EventFact, Report

_ABOUT = frozenset({Reason.PREDECESSOR_NOT_PRESENTED, Reason.PREDECESSOR_MISMATCH, Reason.OUTPUTS_NOT_THERE})
_LATER = "predecessor"  # an argument that only the comparison of two seals' times has


def with_predecessors(reports: Sequence[Report]) -> tuple[Report, ...]:
    """Return the reports with what can be said of their predecessors when all of them are looked at together.

    A predecessor that is not among them is listed. One with the bundle id that a seal names, itself proven to
    be sealed by somebody trusted, and with another seal, root or number of items, refutes the custody that
    reaches back to it; it says nothing of this bundle's own content. Anything that merely bears the id is no
    predecessor: anybody can make it.
    A predecessor's seal that is proven to be later than one that names it shows that a clock is wrong, for
    the name is a digest of it: neither time is used. Outputs that the bundle named for them does not bear out
    are listed.
    """
    by_id: dict[str, list[Report]] = {}
    for report in reports:
        if report.bundle_id is not None and report.outcome(Claim.SEALED_BY) is Outcome.PROVEN:
            by_id.setdefault(report.bundle_id, []).append(report)
    return tuple(_with_predecessor(report, by_id, reports) for report in reports)


def _with_predecessor(report: Report, by_id: dict[str, list[Report]], present: Sequence[Report]) -> Report:
    kept = tuple(one for one in report.findings if one.reason not in _ABOUT and _LATER not in one.arguments)
    gone = sum(1 for one in report.findings if one not in kept and one.claims)
    found = (*_about_predecessor(report, by_id, present), *_about_outputs(report, present))
    failures = report.failures - gone + sum(1 for finding in found if finding.claims)
    return evolve(report, findings=(*kept, *found), failures=failures)


def _signed(present: Sequence[Report]) -> list[Report]:
    return [one for one in present if any(found.reason is Reason.SEAL_SIGNED for found in one.findings)]


def _about_predecessor(
    report: Report, by_id: dict[str, list[Report]], present: Sequence[Report]
) -> Iterator[Finding]:
    previous = report.previous
    if previous is None:
        return
    candidates = by_id.get(previous.bundle_id, [])
    named = (previous.seal_id, previous.root, previous.items)
    same = [one for one in _signed(present) if named == (one.seal_id, one.root, one.sealed_items)]
    about = {"bundle": previous.bundle_id, "seal": previous.seal_id}
    if same:
        yield from _about_times(report, same[0])
    elif candidates:
        yield Finding(reason=Reason.PREDECESSOR_MISMATCH, claims=(Claim.CUSTODY_UNBROKEN,), arguments=about)
    else:
        yield Finding(reason=Reason.PREDECESSOR_NOT_PRESENTED, arguments=about)


def _about_times(report: Report, earlier: Report) -> Iterator[Finding]:
    """Compare the windows of two seals, the earlier of which the later one names (rules I5, T2)."""
    mine, theirs = _seal_of(report), _seal_of(earlier)
    lower = None if theirs is None else theirs.not_before
    upper = None if mine is None else mine.not_after
    if mine is not None and lower is not None and upper is not None and lower > upper:
        about = {"not_before": str(lower), "not_after": str(upper), _LATER: str(earlier.bundle_id)}
        claims = (Claim.EXISTED_BEFORE,)
        yield Finding(reason=Reason.AUTHORITIES_DISAGREE, subject=mine.path, claims=claims, arguments=about)


def _seal_of(report: Report) -> EventFact | None:
    path = seal_path(report.bundle_id or "")
    return next((event for event in report.events if event.path == path), None)


def _about_outputs(report: Report, present: Sequence[Report]) -> Iterator[Finding]:
    """Compare what events say was made with the bundle that they name for it, where it is here (rule I4)."""
    for event in report.events:
        outputs = event.outputs
        if outputs is None:
            continue
        for other in _signed(present):
            if other.seal_id != outputs.seal_id:
                continue
            adds = other.previous is not None and other.previous.seal_id == report.seal_id
            there = outputs.last < (other.sealed_items or 0) and other.bundle_id == outputs.bundle_id
            if not (adds and there):
                about = {"bundle": outputs.bundle_id, "seal": outputs.seal_id}
                yield Finding(reason=Reason.OUTPUTS_NOT_THERE, subject=event.path, arguments=about)
            break
