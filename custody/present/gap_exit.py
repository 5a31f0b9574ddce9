"""The exit code of a gap report."""

from __future__ import annotations

from collections.abc import Iterable

from custody.present.exit_code import PROVEN, REFUTED, UNDETERMINED
from custody.profiles.gaps import Gaps
from custody.report.claim import DEFAULT_CLAIMS, Outcome


def exit_code_of_gaps(gaps: Iterable[Gaps]) -> int:
    """Return 1 when an error is not met or not declared, else 3 when one is undetermined, else 0.

    Of a bundle the claims that a verification requires by default count as errors: whatever a profile asks,
    nobody submits what is not shown to be sealed and unchanged. Warnings and information change nothing;
    neither does what can be asked only later.
    """
    every = tuple(gaps)
    outcomes = {one.outcome(claim) for one in every for claim in DEFAULT_CLAIMS}
    if Outcome.REFUTED in outcomes or any(one.errors for one in every):
        return REFUTED
    doubtful = Outcome.UNDETERMINED in outcomes or any(one.open_errors for one in every)
    return UNDETERMINED if doubtful else PROVEN
