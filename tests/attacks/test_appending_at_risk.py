"""Appends to a log while writers are killed and the machine fails: one chain, nothing lost, nothing twice."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from tests.tools.at_risk import DEEP, found_by, needs_fork

pytestmark = needs_fork
PROGRAM = "appending_at_risk.py"


def test_killed_writers_append_one_chain(tmp_path: Path) -> None:
    """Four writers, one killed after another: each event is there once, and none acknowledged is lost."""
    assert found_by(PROGRAM, "storm", tmp_path, 4, 20, 0.08)["kills"] >= 3


def test_two_copies_of_a_bundle_are_never_both_continued(tmp_path: Path) -> None:
    """One key, two processes at the same moment: one appends, the other learns that its copy is old."""
    assert found_by(PROGRAM, "copies", tmp_path, 200 if DEEP else 20)["rounds"] >= 20


@pytest.mark.deep
@pytest.mark.skipif(not DEEP, reason="takes minutes: make appends, or HYPOTHESIS_PROFILE=deep")
def test_eight_writers_append_two_thousand_events(tmp_path: Path) -> None:
    """Eight writers with 250 events each, one killed every second: 2,000 events, one chain."""
    result = found_by(PROGRAM, "storm", tmp_path, 8, 250, 1)
    sys.stdout.write(json.dumps(result))
    assert result["events"] == 2000
    assert result["kills"] >= 5


HOWS = ("kill", "ENOSPC", "EACCES", "EIO", "EROFS")
STEPS = {"plain": 23, "junk": 71, "leftover": 67, "opener": 97}
SHORT = [
    *(("plain", "kill"), ("plain", "ENOSPC"), ("junk", "kill"), ("junk", "EIO")),
    *(("leftover", "kill"), ("leftover", "EACCES"), ("opener", "kill"), ("opener", "EROFS")),
]
EVERY = [(scene, how) for scene in STEPS for how in HOWS]


@pytest.mark.parametrize(("scene", "how"), EVERY if DEEP else SHORT)
def test_no_failure_loses_doubles_or_forks_an_event(tmp_path: Path, scene: str, how: str) -> None:
    """At one call of the system after another; the deep profile takes every call."""
    first, step = 1 + HOWS.index(how), 1 if DEEP else STEPS[scene]
    assert found_by(PROGRAM, "points", tmp_path, scene, how, first, step)["points"] >= 4
