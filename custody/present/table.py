"""Many bundles at once: one row each, what they add up to, and the earlier bundles that are missing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from attrs import frozen

from custody.errors import CustodyError
from custody.present.catalogue import Catalogue, fill
from custody.present.display import display, quote
from custody.present.exit_code import PROVEN, REFUTED, UNDETERMINED, exit_code_for, exit_code_of, first_of
from custody.present.text import Look
from custody.report.claim import Claim, Outcome
from custody.report.report import Predecessor, Report


@frozen(kw_only=True)
class Verified:
    """One bundle of many.

    Attributes:
        given: the path as it was given; untrusted.
        result: its report, or why there is none.
    """

    given: str
    result: Report | CustodyError

    def exit_code(self, claims: Sequence[Claim]) -> int:
        """Return the exit code of this bundle alone."""
        return (
            exit_code_of(self.result, claims)
            if isinstance(self.result, Report)
            else exit_code_for(self.result)
        )


def exit_code_of_all(verified: Iterable[Verified], claims: Sequence[Claim]) -> int:
    """Return the exit code that stands for all bundles."""
    return first_of(one.exit_code(claims) for one in verified)


def missing_predecessors(verified: Sequence[Verified]) -> tuple[tuple[Predecessor, str], ...]:
    """Return the earlier bundles that a seal names and that are not here, each with the bundle naming it."""
    reports = [one.result for one in verified if isinstance(one.result, Report)]
    present = {(report.bundle_id, report.seal_id) for report in reports}
    found = {
        (report.previous, report.bundle_id or "")
        for report in reports
        if report.previous is not None and (report.previous.bundle_id, report.previous.seal_id) not in present
    }
    return tuple(sorted(found, key=lambda pair: (pair[0].bundle_id, pair[0].seal_id, pair[1])))


def table_text(
    verified: Sequence[Verified], claims: Sequence[Claim], catalogue: Catalogue, look: Look | None = None
) -> str:
    """Return the rows with their failures, the missing predecessors, the limits and the summary as text."""
    chosen = look or Look()
    lines = [f"{catalogue.words['table_title']}:"]
    for one in verified:
        lines.extend(f"  {line}" for line in _row(one, claims, catalogue, chosen))
    missing = missing_predecessors(verified)
    if missing:
        lines.extend(("", f"{catalogue.words['predecessors']}:"))
        for previous, by in missing:
            arguments = {"bundle": previous.bundle_id, "seal": previous.seal_id, "by": by}
            lines.append(f"  {fill(catalogue.words['predecessor'], arguments)}")
    lines.extend(("", f"{catalogue.words['limits']}:"))
    lines.extend(f"  - {text}" for text in catalogue.limits.values())
    lines.extend(("", f"{catalogue.words['summary']}:", *_total(verified, claims, catalogue)))
    return "".join(f"{line}\n" for line in lines)


def _row(one: Verified, claims: Sequence[Claim], catalogue: Catalogue, look: Look) -> Iterator[str]:
    """Yield the verdicts of one bundle, its name on a line of its own, then what is not proven."""
    if not isinstance(one.result, Report):
        yield look.paint(f"! {catalogue.words['unreadable']}", Outcome.UNDETERMINED)
        yield f"    {quote(one.given)}"
        yield f"    {one.result.code}: {display(str(one.result))}"
        return
    report = one.result
    verdicts = (
        f"{look.verdict(report.outcome(claim), catalogue)} {catalogue.claims[claim]}" for claim in claims
    )
    yield f"{', '.join(verdicts)}; {catalogue.words['seal']} {report.seal_id or catalogue.words['no_seal']}"
    yield f"    {quote(one.given)}"
    counted: dict[str, int] = {}
    for finding in report.unmet(claims):
        counted[finding.reason.name] = counted.get(finding.reason.name, 0) + 1
    if counted:
        told = ", ".join(f"{name} ({count})" for name, count in counted.items())
        yield f"    {catalogue.words['because']}: {told}"


def _total(verified: Sequence[Verified], claims: Sequence[Claim], catalogue: Catalogue) -> Iterator[str]:
    codes = [one.exit_code(claims) for one in verified]
    known = {"proven": PROVEN, "refuted": REFUTED, "undetermined": UNDETERMINED}
    counts = {name: codes.count(code) for name, code in known.items()}
    counts |= {"bundles": len(codes), "unreadable": len(codes) - sum(counts.values())}
    yield f"  {fill(catalogue.words['total'], counts)}"
    code = first_of(codes)
    yield f"  {fill(catalogue.words['exit'], {'code': code, 'meaning': catalogue.exits[code]})}"
