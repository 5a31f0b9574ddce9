"""A machine that fails at one call of the system, whichever that is."""

from __future__ import annotations

import ctypes
import errno
import os
import signal
from collections.abc import Callable
from typing import Any

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
