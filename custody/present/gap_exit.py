"""The exit code of a gap report."""

from __future__ import annotations

from collections.abc import Iterable

from custody.present.exit_code import PROVEN, REFUTED, UNDETERMINED
from custody.profiles.gaps import Gaps


def exit_code_of_gaps(gaps: Iterable[Gaps]) -> int:
    """Return 1 when an error is not met or not declared, else 3 when one is undetermined, else 0.

    Warnings and information change nothing; neither does what can be asked only later.
    """
    every = tuple(gaps)
    if any(one.errors for one in every):
        return REFUTED
    return UNDETERMINED if any(one.open_errors for one in every) else PROVEN
