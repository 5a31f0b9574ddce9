"""A sealing that is killed, or whose machine fails, at any call: unsealed, or sealed and verifiable."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.tools.at_risk import DEEP, ROOT, environment, needs_fork, tried_by

pytestmark = needs_fork


@pytest.mark.parametrize(("how", "step"), [("kill", 23), ("ENOSPC", 37), ("EIO", 41), ("EACCES", 43)])
def test_no_failure_leaves_what_looks_sealed(tmp_path: Path, how: str, step: int) -> None:
    """At one point after another; the deep profile takes every point."""
    assert tried_by("sealing_at_risk.py", tmp_path, how, step=step) >= 5


@pytest.mark.skipif(not DEEP, reason="the deep profile alone kills at system calls")
@pytest.mark.parametrize("call", ["openat", "write", "fsync", "mkdir", "chmod", "renameat2", "close"])
def test_no_killed_system_call_leaves_what_looks_sealed(
    tmp_path: Path, call: str, require_tool: Callable[[str], str]
) -> None:
    """The kernel's own view: strace kills at every tenth call of a kind, whoever made it."""
    strace = require_tool("strace")
    script = (
        "import sys; sys.path.insert(0, sys.argv[2])\n"
        "from pathlib import Path\nimport sealing_at_risk as risk\nrisk.seal(Path(sys.argv[1]))\n"
    )
    (tmp_path / "evidence").mkdir()
    (tmp_path / "evidence/a.txt").write_bytes(b"x")
    program = [sys.executable, "-c", script, str(tmp_path), str(ROOT / "tests/attacks")]
    around = {**environment(), "PYTHONDONTWRITEBYTECODE": "1"}
    for number in range(1, 2000, 10 if call in {"openat", "close"} else 3):
        shutil.rmtree(tmp_path / "out", ignore_errors=True)
        (tmp_path / "out").mkdir()
        inject = f"inject={call}:signal=SIGKILL:when={number}"
        command = [strace, "-f", "-qq", "-o", "/dev/null", "-e", f"trace={call}", "-e", inject, *program]
        ended = subprocess.run(command, env=around, check=False, capture_output=True).returncode
        sealed = [path for path in (tmp_path / "out").iterdir() if not path.name.startswith(".")]
        again = subprocess.run(program, env=around, check=False, capture_output=True)
        assert again.returncode == 0, (call, number, sealed, again.stderr.decode())
        if ended == 0:
            return
    pytest.fail("the sealing never ran through")
