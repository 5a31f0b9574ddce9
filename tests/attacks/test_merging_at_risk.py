"""A merge that is killed, or whose machine fails, at any call: a shorter log, sound, and finished next."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.tools.at_risk import needs_fork, tried_by

pytestmark = needs_fork


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
    assert tried_by("merging_at_risk.py", tmp_path, mode, how, step=step) >= 3
