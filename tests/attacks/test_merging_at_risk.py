"""A merge that is killed, or whose machine fails, at any call: a shorter log, sound, and finished next."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = Path(__file__).with_name("merging_at_risk.py")
DEEP = os.environ.get("HYPOTHESIS_PROFILE") == "deep"

pytestmark = pytest.mark.skipif(
    not hasattr(os, "fork"), reason="fork: expected for attempts that die, found none"
)


@pytest.mark.parametrize(
    ("mode", "how", "step"),
    [
        ("grow", "kill", 397),
        ("grow", "ENOSPC", 601),
        ("grow", "EIO", 607),
        ("to", "kill", 1201),
        ("to", "EIO", 1301),
    ],
)
def test_no_failure_leaves_a_log_that_is_not_sound(tmp_path: Path, mode: str, how: str, step: int) -> None:
    """At one point after another; the deep profile takes every point."""
    command = [sys.executable, str(PROGRAM), str(tmp_path), mode, how, "5", "1" if DEEP else str(step)]
    root = str(PROGRAM.parents[2])
    done = subprocess.run(command, capture_output=True, check=False, env={**os.environ, "PYTHONPATH": root})
    assert done.returncode == 0, done.stderr.decode()
    result = json.loads(done.stdout)
    assert result["wrong"] == [], done.stderr.decode()
    assert result["points"] >= 3
