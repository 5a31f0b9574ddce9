"""How wide the columns of a printed table are, and how large what must not be broken stands in them.

A digest stays on one line: its column gets at least what it needs in the smallest size that is still read,
and the others share the rest by their weights. All lengths are in points.
"""

from __future__ import annotations

import math
import re

from attrs import frozen

from custody.filing.document import Inline, SpanKind, Table
from custody.filing.setting import is_identifier

CONTENT_PT = 481.88
"""The width of A4 without margins of 20 mm."""

INSET_PT = 3.5
"""The blank at either side of a cell."""

_LARGEST_PT = 7.2
_SMALLEST_PT = 5.6
_MONO_EM = 0.6021  # the width of every sign of DejaVu Sans Mono
_SANS_EM = 0.6  # what signs of Noto Sans take, on the safe side
_TEXT_PT = 8.0
_SLACK_PT = 0.5  # for rounding
_MOST = 0.75  # of the page, for columns that ask for a width of their own
_TOKEN = re.compile(r"[^\s\u00a0]+")


@frozen(kw_only=True)
class Widths:
    """The layout of one table.

    Attributes:
        columns: the width of each column.
        identifier_sizes: the size of identifiers in each column.
        characters: how many signs of ordinary text fit into one line of each column, at least.
        identifier_characters: the same for identifiers, at their size.
    """

    columns: tuple[float, ...]
    identifier_sizes: tuple[float, ...]
    characters: tuple[int, ...]
    identifier_characters: tuple[int, ...]


def column_widths(table: Table) -> Widths:
    """Return the layout of a table over the whole width of the page."""
    longest = tuple(
        _longest_identifier(tuple(row[n] for row in table.rows)) for n in range(len(table.columns))
    )
    needed = tuple(
        2 * INSET_PT + length * _MONO_EM * _SMALLEST_PT + _SLACK_PT if length else 0.0 for length in longest
    )
    if sum(needed) > _MOST * CONTENT_PT:
        needed = (0.0,) * len(needed)
    columns = _shared(tuple(column.weight for column in table.columns), needed)
    sizes = tuple(
        _size(column - 2 * INSET_PT, length) for column, length in zip(columns, longest, strict=True)
    )
    return Widths(
        columns=columns,
        identifier_sizes=sizes,
        characters=tuple(max(1, int((column - 2 * INSET_PT) / (_SANS_EM * _TEXT_PT))) for column in columns),
        identifier_characters=tuple(
            max(1, int((column - 2 * INSET_PT) / (_MONO_EM * size) + 1e-6))
            for column, size in zip(columns, sizes, strict=True)
        ),
    )


def _longest_identifier(cells: tuple[Inline, ...]) -> int:
    spans = (
        span for cell in cells for span in cell if span.kind is SpanKind.EXACT and is_identifier(span.text)
    )
    return max((len(token) for span in spans for token in _TOKEN.findall(span.text)), default=0)


def _shared(weights: tuple[int, ...], needed: tuple[float, ...]) -> tuple[float, ...]:
    """Share the page by weights; who would get less than it needs gets that, and the rest share again."""
    fixed: set[int] = set()
    while True:
        left = CONTENT_PT - sum(needed[n] for n in fixed)
        total = sum(weight for n, weight in enumerate(weights) if n not in fixed)
        short = {
            n for n, weight in enumerate(weights) if n not in fixed and left * weight / total < needed[n]
        }
        if not short:
            return tuple(
                round(needed[n] if n in fixed else left * weight / total, 2)
                for n, weight in enumerate(weights)
            )
        fixed |= short


def _size(room: float, length: int) -> float:
    """Return the size in which so many signs fill no more than the room, cut to hundredths."""
    if not length:
        return _LARGEST_PT
    fitting = math.floor(room / (length * _MONO_EM) * 100) / 100
    return min(_LARGEST_PT, max(_SMALLEST_PT, fitting))
