"""How wide columns are."""

from __future__ import annotations

import pytest

from custody.filing.column_widths import CONTENT_PT, INSET_PT, column_widths
from custody.filing.document import Column, Inline, Table, exact, words
from tests.tools.documents import DIGEST, item_table


def table(*weights: int, row: tuple[Inline, ...] | None = None) -> Table:
    """A table of one row with columns of these weights."""
    cells = row or tuple(words("x") for _ in weights)
    return Table(caption="x", columns=tuple(Column(title="x", weight=w) for w in weights), rows=(cells,))


@pytest.mark.parametrize("weights", [(1,), (1, 1), (1, 4, 2), (1, 100)])
def test_columns_share_the_page_by_weight(weights: tuple[int, ...]) -> None:
    """Nothing asks for more."""
    total = sum(weights)
    assert column_widths(table(*weights)).columns == pytest.approx(
        [CONTENT_PT * w / total for w in weights], 1e-3
    )


def test_a_digest_fits_on_one_line() -> None:
    """Its column is as wide as 64 signs in the size that it is given."""
    widths = column_widths(table(30, 1, row=(words("x"), exact(DIGEST))))
    room = widths.columns[1] - 2 * INSET_PT
    assert widths.identifier_sizes[1] * 0.602 * 64 <= room
    assert widths.identifier_characters[1] >= 64


def test_the_other_columns_share_what_is_left() -> None:
    """All columns together are as wide as the page."""
    assert sum(column_widths(item_table(3)).columns) == pytest.approx(CONTENT_PT, abs=0.1)


def test_a_wide_column_sets_its_digests_larger() -> None:
    """Up to the size of the text beside them, and no larger."""
    small, large = (
        column_widths(table(weight, 1, row=(exact(DIGEST), words("x")))).identifier_sizes[0]
        for weight in (1, 20)
    )
    assert small < large <= 8


def test_digests_that_cannot_all_fit_are_broken() -> None:
    """Three of them on one line would leave nothing of the page."""
    widths = column_widths(table(1, 1, 1, row=(exact(DIGEST), exact(DIGEST), exact(DIGEST))))
    assert widths.columns == pytest.approx((CONTENT_PT / 3,) * 3, 1e-3)
    assert max(widths.identifier_characters) < 64


def test_a_table_without_columns_has_no_widths() -> None:
    """It is nothing, and no error."""
    assert column_widths(Table(caption="x", columns=(), rows=())).columns == ()
