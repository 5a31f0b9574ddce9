"""A machine that fails at one call of the system, whichever that is, and runs that meet it at each call."""

from __future__ import annotations

import ctypes
import errno
import itertools
import os
import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from custody.errors import CustodyError
from custody.storage import commit, publishing
from custody.storage.durability import sync_everything, system_call

CALLS = (
    *("open", "write", "read", "fsync", "mkdir", "rmdir", "chmod", "rename", "replace", "unlink"),
    *("scandir", "lstat", "stat", "fstat", "link"),
)
DONE, REFUSED, OTHER, FINISHED = 0, 10, 20, 30


class Failing:
    """Lets calls through until the one that fails; counts those of the process that arms it."""

    def __init__(self, how: str, point: int) -> None:
        self.how = how
        self.left = point

    def wrap(self, call: Callable[..., Any]) -> Callable[..., Any]:
        """Return a call that counts, and fails when it is its turn."""

        def counted(*arguments: Any, **named: Any) -> Any:  # noqa: ANN401 - whatever the system call takes
            self.left -= 1
            if self.left == 0:
                if self.how == "kill":
                    os.kill(os.getpid(), signal.SIGKILL)
                raise OSError(getattr(errno, self.how), "made to fail")
            return call(*arguments, **named)

        return counted

    def arm(self) -> None:
        """Stand between custody and the system from now on."""
        for name in CALLS:
            setattr(os, name, self.wrap(getattr(os, name)))
        vars(commit)["sync_everything"] = self.wrap(sync_everything)
        usual = system_call("renameat2")
        if usual is not None:
            vars(publishing)["system_call"] = lambda _name: self._rename(usual)

    def _rename(self, usual: Any) -> Callable[..., int]:  # noqa: ANN401 - a function of the C library
        wrapped = self.wrap(usual)

        def rename(*arguments: Any) -> int:  # noqa: ANN401
            try:
                return int(wrapped(*arguments))
            except OSError as error:
                ctypes.set_errno(error.errno or 0)
                return -1

        return rename


def attempt_failing(how: str, point: int, prepare: Callable[[Failing], Callable[[], object]]) -> int:
    """Run a task in another process, which fails at a point.

    Args:
        how: `kill`, or the name of an errno.
        point: which call of the system fails.
        prepare: makes the task, in that process and before anything can fail there.

    Returns:
        how it ended: DONE, FINISHED (it was through before the point), REFUSED, OTHER, or minus a signal.
    """
    child = os.fork()
    if child == 0:
        code = OTHER
        try:
            failing = Failing(how, point)
            task = prepare(failing)
            failing.arm()
            task()
            code = FINISHED if failing.left > 0 else DONE
        except CustodyError:
            code = REFUSED
        except BaseException as error:  # noqa: BLE001 - the child says what nobody foresaw, and ends
            sys.stderr.write(f"{how} {point}: {error!r}\n")
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def try_points(
    how: str, first: int, step: int, attempt: Callable[[int], int], breaches: Callable[[int], list[str]]
) -> dict[str, Any]:
    """Let an attempt fail at point after point, until one runs through untouched.

    Args:
        how: `kill`, or the name of an errno.
        first: the first point.
        step: from one point to the next.
        attempt: makes everything as it was, runs an attempt that fails at a point, and returns how it ended.
        breaches: says what is wrong with what an attempt left that ended so.

    Returns:
        how many points there were, the last one, and every breach.
    """
    wrong: list[str] = []
    for tried in itertools.count():
        point = first + tried * step
        ended = attempt(point)
        wrong += [f"{how} {point}: {breach}" for breach in breaches(ended)]
        if ended == FINISHED:
            return {"points": tried, "last": point, "wrong": wrong}
        if how == "kill" and ended != -signal.SIGKILL:
            wrong.append(f"{how} {point}: ended with {ended}")
    raise AssertionError


def begin_again(start: Path, work: Path) -> Path:
    """Make a folder as the start was, whatever an attempt left in it."""
    shutil.rmtree(work, ignore_errors=True)
    return Path(shutil.copytree(start, work))
