"""Columns named by the path of a member: whatever a profile asks for can be said in a sheet."""

from __future__ import annotations

from typing import Any

import pytest

from custody.sealing.sheet_columns import column_of
from tests.unit.sealing.test_metadata import described, draft, faults, sheet

CELLS: dict[str, tuple[str, Any]] = {
    "origin.tool.build": ("b1", "b1"),
    "origin.started": ("2025-04-03T12:00:00Z", "2025-04-03T12:00:00Z"),
    "origin.original_digest.algorithm": ("SHA256", "sha256"),
    "time.clock.offset_ms": ("-250", -250),
    "time.clock.uncertainty_ms": ("40", 40),
    "derivation.reproducible": ("yes", True),
    "terms.withdrawn.scope": ("media | coi", ["coi", "media"]),
    "kind.graphic": ("لا", False),
}


@pytest.mark.parametrize("path", CELLS)
def test_a_path_is_a_column_whose_cells_are_read_by_its_shape(path: str) -> None:
    """Words without regard to capitals, whole numbers, yes and no, moments, lists."""
    column = column_of(path.upper())
    assert column is not None
    text, value = CELLS[path]
    assert column.name == path
    if column.kind.value == "value":
        assert column.read(text) == value


def test_members_under_paths_are_put_together() -> None:
    """Several columns fill one object."""
    rows = ("path", "origin.medium.make", "origin.medium.serial"), ("b.jpg", "ACME", "77")
    assert described(sheet(*rows))[1] == {"origin": {"medium": {"make": "ACME", "serial": "77"}}}


def test_a_day_alone_says_nothing_about_the_precision_of_other_times() -> None:
    """Only the field time has that member."""
    rows = ("path", "origin.started", "offset"), ("b.jpg", "2025-04-03", "UTC+00:00")
    assert described(sheet(*rows))[1]["origin"] == {"started": "2025-04-03T00:00:00Z"}


@pytest.mark.parametrize(("one", "other"), [("origin.method", "origin_method"), ("extra.box", "extra_box")])
def test_a_path_and_the_name_of_its_column_are_one_heading(one: str, other: str) -> None:
    """No sheet says one thing in two ways."""
    assert column_of(one) == column_of(other)
    rows = ("path", one, other), ("b.jpg", "a", "b")
    assert faults(sheet(*rows)) == [(1, "column 3", "one twice")]


@pytest.mark.parametrize(
    "path",
    [
        "origin.nothing",
        "origin.tool",
        "place.",
        ".",
        "content.sha256",
        "name.base64",
        "kind.kind.more",
        "people.persons.id",
    ],
)
def test_a_path_that_no_cell_can_hold_is_an_unknown_heading(path: str) -> None:
    """An object, a member that is not there, and what is computed."""
    assert column_of(path) is None
    assert faults(sheet(("path", path), ("b.jpg", "x"))) == [(1, "column 2", "another")]


@pytest.mark.parametrize("text", ["1.5", "١", "ten", "1e3", "--1"])
def test_a_number_that_is_none_is_refused(text: str) -> None:
    """Digits 0 to 9, and perhaps a minus before them."""
    found = faults(sheet(("path", "time.clock.offset_ms"), ("b.jpg", text)))
    assert found == [(2, "time.clock.offset_ms", "another text")]


def test_a_number_out_of_range_is_refused_by_its_shape() -> None:
    """As everywhere."""
    found = faults(sheet(("path", "time.clock.uncertainty_ms"), ("b.jpg", "-1")), draft())
    assert found == [(2, "time.clock.uncertainty_ms", "another integer")]
