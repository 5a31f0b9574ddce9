"""Numbers of items as people read them."""

from __future__ import annotations

import pytest

from custody.model.item_numbers import ItemNumbers, runs_of


@pytest.mark.parametrize(
    ("numbers", "text"), [([], ""), ([4], "4"), ([1, 2, 3, 7], "1-3, 7"), ([1, 3, 4], "1, 3-4")]
)
def test_ascending_numbers_are_joined_to_runs(numbers: list[int], text: str) -> None:
    """A number alone stands alone."""
    assert str(runs_of(numbers)) == text


def test_only_so_many_runs_are_told() -> None:
    """And that there are more."""
    assert runs_of([1, 3, 5]).told(2) == "1, 3…"
    assert runs_of([1, 3]).told(2) == "1, 3"


def test_no_runs_stand_for_every_item() -> None:
    """As nothing was named."""
    assert (9 in ItemNumbers(), ItemNumbers().last) == (True, 0)
    named = ItemNumbers(((2, 3), (7, 7)))
    assert [number for number in range(9) if number in named] == [2, 3, 7]
    assert named.last == 7
