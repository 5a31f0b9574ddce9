"""What was made from what, and that whatever must not be shown is not shown in a copy of it either."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Final

from custody.filing.sheet_terms import Fields
from custody.report.report import Report

_UNKNOWN: Final = 0


class Descent:
    """Items and what they were made from, gathered in one pass and followed once at its end.

    Number 0 stands for whatever nothing can be told about here: an item of another bundle, or none. An event
    of the log stands between its inputs and its outputs, so that many of both cost no more than they are.
    """

    def __init__(self, report: Report) -> None:
        """Begin with nothing made from anything.

        Args:
            report: what verification found about the bundle.
        """
        self._report = report
        self._next = report.counts.items + 1
        self._made: defaultdict[int, list[int]] = defaultdict(list)

    def add_derivation(self, number: int, fields: Fields | None) -> None:
        """Note what an item says that it was made from.

        Args:
            number: of the item, from 1.
            fields: of the item; None where they are closed here.
        """
        if fields is None or fields.derivation is None:
            return
        bundle, seal = self._report.bundle_id, self._report.seal_id
        for original in fields.derivation["of"]:
            here = original.get("bundle", bundle) == bundle and original.get("seal", seal) == seal
            self._made[self._known(original["item"]) if here else _UNKNOWN].append(number)

    def add_event(self, inputs: Iterable[int], outputs: Iterable[int]) -> None:
        """Note what an event of the log says, by indices from 0."""
        self._next += 1
        for index in inputs:
            self._made[self._known(index + 1)].append(self._next)
        self._made[self._next] += [index + 1 for index in outputs]

    def made_from(self, forbidden: Iterable[int]) -> frozenset[int]:
        """Return the numbers of what was made, at any distance, from items that must not be shown.

        Args:
            forbidden: numbers of items that must not be shown.
        """
        left = [_UNKNOWN, *(number for number in forbidden if number in self._made)]
        found: set[int] = set()
        while left:
            new = [number for number in self._made.get(left.pop(), ()) if number not in found]
            found.update(new)
            left += new
        return frozenset(found)

    def _known(self, number: int) -> int:
        return number if number <= self._report.counts.items else _UNKNOWN
