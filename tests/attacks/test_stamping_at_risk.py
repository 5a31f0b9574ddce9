"""A stamping that is killed, or whose machine fails, at any call: nothing is lost, nothing is there twice."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.tools.at_risk import DEEP, needs_fork, tried_by

pytestmark = needs_fork


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
    tried = tried_by("stamping_at_risk.py", tmp_path, mode, how, step=step)
    assert tried >= (300 if DEEP else 3)
