"""Misuse that the type checker must refuse, before anything runs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

RELIES_ON_TRUTH = """
from custody.report.report import Report


def submit(report: Report) -> str:
    if report:
        return "proven"
    return "not proven"
"""


def complaints(folder: Path, text: str) -> str:
    """What mypy says of a program, with the settings of this project."""
    program = folder / "misuse.py"
    program.write_text(text, "utf-8")
    command = [sys.executable, "-m", "mypy", "--no-pretty", "--no-color-output", str(program)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, check=False, text=True, timeout=300).stdout


def test_a_report_has_no_truth_value(tmp_path: Path) -> None:
    """`if report:` would hide the third outcome: what follows is unreachable, and mypy says so."""
    assert "misuse.py:7: error: Statement is unreachable" in complaints(tmp_path, RELIES_ON_TRUTH)
