"""A stamping that is killed, or whose machine fails, at any call: nothing is lost, nothing is there twice."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = Path(__file__).with_name("stamping_at_risk.py")
DEEP = os.environ.get("HYPOTHESIS_PROFILE") == "deep"

pytestmark = pytest.mark.skipif(
    not hasattr(os, "fork"), reason="fork: expected for attempts that die, found none"
)


@pytest.mark.parametrize(
    ("mode", "how", "step"),
    [
        ("batch", "kill", 29),
        ("single", "kill", 31),
        ("renew", "kill", 89),
        ("batch", "ENOSPC", 43),
        ("batch", "EIO", 41),
        ("renew", "EACCES", 331),
    ],
)
def test_no_failure_loses_a_token_or_stores_one_twice(tmp_path: Path, mode: str, how: str, step: int) -> None:
    """At one point after another; the deep profile takes every point, more than two thousand kills."""
    command = [sys.executable, str(PROGRAM), str(tmp_path), mode, how, "5", "1" if DEEP else str(step)]
    root = str(PROGRAM.parents[2])
    done = subprocess.run(command, capture_output=True, check=False, env={**os.environ, "PYTHONPATH": root})
    assert done.returncode == 0, done.stderr.decode()
    result = json.loads(done.stdout)
    assert result["wrong"] == [], done.stderr.decode()
    assert result["points"] >= (300 if DEEP else 3)
