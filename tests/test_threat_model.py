"""docs/threat-model.md names only tests and vectors that exist, and a row without one is no row."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PAGE = (ROOT / "docs" / "threat-model.md").read_text("utf-8")
NAMED = sorted(set(re.findall(r"`((?:tests/[a-z0-9_/]+\.py::)?[a-z0-9_-]+)`", PAGE)))
ROWS = [line for line in PAGE.splitlines() if line.startswith("|") and "`" in line]
WORDS = {"incident"}
"""What stands in the same type and is no test: types of events."""


@pytest.mark.parametrize("name", [name for name in NAMED if "::" in name])
def test_a_test_that_is_named_exists(name: str) -> None:
    """The file has a function of that name."""
    path, _, function = name.partition("::")
    assert f"def {function}(" in (ROOT / path).read_text("utf-8")


@pytest.mark.parametrize("name", [name for name in NAMED if "::" not in name and name not in WORDS])
def test_a_vector_that_is_named_exists(name: str) -> None:
    """Its file is there."""
    assert (ROOT / "tests" / "vectors" / "data" / f"{name}.vector").exists()


def test_every_row_is_shown_by_something() -> None:
    """Eighteen adversaries and eleven attacks, each with a name in its last column."""
    last = [row.rstrip(" |").rpartition("|")[2] for row in ROWS]
    assert len(last) == 18 + 11
    assert [cell for cell in last if "`" not in cell] == []
