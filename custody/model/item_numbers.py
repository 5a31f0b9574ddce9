"""Numbers of items as people read them: from 1, runs joined."""

from __future__ import annotations

from collections.abc import Iterable

from attrs import frozen


@frozen
class ItemNumbers:
    """Numbers of items.

    Attributes:
        runs: first and last number of each run, both from 1; () stands for every item.
    """

    runs: tuple[tuple[int, int], ...] = ()

    def __contains__(self, number: int) -> bool:
        return not self.runs or any(first <= number <= last for first, last in self.runs)

    def __str__(self) -> str:
        return self.told(len(self.runs))

    def told(self, most: int) -> str:
        """Return the first so many runs as text, such as `1-3, 7`; "…" where there are more."""
        shown = (str(first) if first == last else f"{first}-{last}" for first, last in self.runs[:most])
        return ", ".join(shown) + ("…" if len(self.runs) > most else "")

    @property
    def last(self) -> int:
        """The greatest number that was named, or 0."""
        return max((last for _, last in self.runs), default=0)


def runs_of(numbers: Iterable[int]) -> ItemNumbers:
    """Return ascending numbers as runs."""
    runs: list[tuple[int, int]] = []
    for number in numbers:
        if runs and runs[-1][1] == number - 1:
            runs[-1] = (runs[-1][0], number)
        else:
            runs.append((number, number))
    return ItemNumbers(tuple(runs))
