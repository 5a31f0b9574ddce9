"""Series of runs, ratios against goals, and the tables that show them, losses included."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

from attrs import define, field, frozen

from benchmarks.process import Run


@define
class Series:
    """The runs of one command.

    Attributes:
        name: of the command.
        runs: in the order in which they were made.
        peak_bytes: most memory at one moment, from a run of its own.
    """

    name: str
    runs: list[Run] = field(factory=list)
    peak_bytes: int | None = None

    def wall(self) -> tuple[float, float]:
        """Return median and minimum in seconds."""
        return _pair([run.wall_s for run in self.runs])

    def cpu(self) -> tuple[float, float]:
        """Return median and minimum in processor seconds."""
        return _pair([run.cpu_s for run in self.runs])

    def disturbed(self) -> int:
        """Return how many runs others disturbed."""
        return sum(run.disturbed for run in self.runs)

    def spread(self) -> float:
        """Return how much longer the slowest run took than the quickest, as a share of the quickest."""
        times = [run.wall_s for run in self.runs]
        return max(times) / min(times) - 1


def _pair(values: Sequence[float]) -> tuple[float, float]:
    return median(values), min(values)


@frozen(kw_only=True)
class Goal:
    """One goal: a figure that must not be exceeded.

    Attributes:
        what: in words.
        limit: at most this.
        found: what was measured; for ratios, minimum over minimum.
        median: the same ratio of medians, where it is a ratio.
        unit: put after the figures.
    """

    what: str
    limit: float
    found: float
    median: float | None = None
    unit: str = "×"

    @property
    def met(self) -> bool:
        """Whether the figure is within the limit."""
        return self.found <= self.limit


def ratio_goal(what: str, limit: float, ours: Series, theirs: Series) -> Goal:
    """Compare the time that a user waits: minimum over minimum, and median over median beside it."""
    (our_median, our_least), (their_median, their_least) = ours.wall(), theirs.wall()
    found = our_least / their_least
    return Goal(what=what, limit=limit, found=found, median=our_median / their_median)


def aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """Lay out rows as a Markdown table: first column to the left, the others to the right."""
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
    lines = []
    for number, row in enumerate(rows):
        cells = [
            row[0].ljust(widths[0]),
            *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True)),
        ]
        lines.append(f"| {' | '.join(cells)} |")
        if number == 0:
            rule = ["-" * widths[0], *(f"{'-' * (width - 1)}:" for width in widths[1:])]
            lines.append(f"| {' | '.join(rule)} |")
    return lines


def series_table(title: str, series: Sequence[Series], reference: Series) -> list[str]:
    """Show commands beside each other; the last column but two says how each compares with the reference."""
    rows: list[tuple[str, ...]] = [
        (
            title,
            *("wall median s", "min s", "CPU median s", "min s", "peak MiB"),
            *(f"× {reference.name}", "spread", "disturbed"),
        )
    ]
    for one in series:
        wall, cpu = one.wall(), one.cpu()
        rows.append(
            (
                one.name,
                *(f"{value:.2f}" for value in (*wall, *cpu)),
                "?" if one.peak_bytes is None else f"{one.peak_bytes / (1 << 20):.0f}",
                f"{wall[1] / reference.wall()[1]:.2f}",
                f"{one.spread():.0%}",
                f"{one.disturbed()} of {len(one.runs)}",
            )
        )
    return aligned(rows)


def goals_table(goals: Sequence[Goal]) -> list[str]:
    """Show every goal, the missed ones as LOSS."""
    rows = [("goal", "at most", "found", "by medians", "result")]
    for goal in goals:
        beside = "" if goal.median is None else f"{goal.median:.2f} {goal.unit}"
        rows.append(
            (
                goal.what,
                f"{goal.limit:g} {goal.unit}",
                f"{goal.found:.2f} {goal.unit}",
                beside,
                "met" if goal.met else "LOSS",
            )
        )
    return aligned(rows)
