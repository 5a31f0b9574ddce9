"""Runs the programs of `tests/attacks` whose machine fails, and reads what they found."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

import pytest

ROOT: Final = Path(__file__).resolve().parents[2]
DEEP: Final = os.environ.get("HYPOTHESIS_PROFILE") == "deep"
"""Whether every point is taken, and not only one in so many."""

needs_fork = pytest.mark.skipif(
    not hasattr(os, "fork"), reason="fork: expected for attempts that die, found none"
)


def environment() -> dict[str, str]:
    """Return the environment in which a program finds the tests' tools.

    Nothing is measured there: what is killed leaves half a file of measurements, and thousands of attempts
    that each write one take minutes.
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE")}
    return {**kept, "PYTHONPATH": str(ROOT)}


def found_by(program: str, *arguments: object) -> dict[str, Any]:
    """Run a program and return its one line, once it has found nothing wrong."""
    command = [sys.executable, str(ROOT / "tests/attacks" / program), *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, check=False, env=environment())
    assert done.returncode == 0, done.stderr.decode()
    result: dict[str, Any] = json.loads(done.stdout)
    assert result["wrong"] == [], done.stderr.decode()
    return result


def tried_by(program: str, *arguments: object, step: int) -> int:
    """Run a program from its fifth point on, by steps (the deep profile: every one); return how many."""
    points: int = found_by(program, *arguments, 5, 1 if DEEP else step)["points"]
    return points
