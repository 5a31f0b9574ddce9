"""Precautions of a process that holds secrets, tried in a process of their own."""

from __future__ import annotations

import subprocess
import sys

import pytest

SCRIPT = """
import sys
{hide}
from custody.keys.process import forbid_core_dumps
print(forbid_core_dumps())
{then}
"""
SHOW = """
import resource
print(resource.getrlimit(resource.RLIMIT_CORE)[0])
print(open("/proc/self/status").read().count("Name:"))
import ctypes
print(ctypes.CDLL(None).prctl(3, 0, 0, 0, 0))
"""


def said(hide: str, then: str) -> list[str]:
    """What the script prints."""
    script = SCRIPT.format(hide=hide, then=then)
    return subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    ).stdout.split()


@pytest.mark.skipif(sys.platform != "linux", reason="the dumpable flag is Linux's")
def test_no_core_and_not_dumpable() -> None:
    """The core limit is 0 and the dumpable flag is off."""
    assert said("", SHOW) == ["True", "0", "1", "0"]


def test_a_system_without_such_calls_goes_on() -> None:
    """Where neither call exists nothing is done and nothing is raised."""
    hide = 'sys.modules["resource"] = None\nsys.platform = "other"'
    assert said(hide, "") == ["False"]
