"""What every test may rely on: fixed locale and zone, no network, profiles of hypothesis, corpora, tools."""

from __future__ import annotations

import os
import shutil
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# A zone that no server uses and no library defaults to: a naive time shows at once.
os.environ.update(LANG="C", TZ="<+0545>-05:45")
for _name in ("LANGUAGE", "LC_ALL", "LC_CTYPE", "LC_MESSAGES"):
    os.environ.pop(_name, None)
if hasattr(time, "tzset"):
    time.tzset()

# A background job ignores SIGINT and hands that on; tests that interrupt need the usual answer.
_MAIN = threading.current_thread() is threading.main_thread()
if _MAIN and signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

_SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large]
settings.register_profile("dev", max_examples=50, deadline=None)
settings.register_profile(
    "ci", max_examples=300, deadline=None, derandomize=True, database=None, suppress_health_check=_SLOW
)
settings.register_profile("deep", max_examples=10_000, deadline=None, suppress_health_check=_SLOW)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci" if os.environ.get("CI") else "dev"))


@pytest.fixture(scope="session")
def corpora() -> Path:
    """The folder of real vectors that CUSTODY_CORPORA names, else a skip."""
    named = os.environ.get("CUSTODY_CORPORA")
    if not named:
        pytest.skip("CUSTODY_CORPORA names no folder of real vectors")
    folder = Path(named)
    if not folder.is_dir():
        pytest.fail("CUSTODY_CORPORA: expected a folder, found none")
    return folder


@pytest.fixture(scope="session")
def require_tool() -> Callable[[str], str]:
    """A function that gives the path of a stock tool; without it the test is skipped, and fails in CI."""

    def find(name: str) -> str:
        path = shutil.which(name)
        if path is None:
            reason = f"{name}: expected on PATH, found none"
            if os.environ.get("CI"):
                pytest.fail(reason)
            pytest.skip(reason)
        return path

    return find
