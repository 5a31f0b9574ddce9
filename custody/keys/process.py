"""What a process does before it holds secrets."""

from __future__ import annotations

import ctypes
import sys

_PR_SET_DUMPABLE = 4


def forbid_core_dumps() -> bool:
    """Keep this process's memory out of core files and away from other processes of the same user.

    For programs that own their process, such as the command line; a library leaves its host as it is. Nothing
    is raised where the system has no such call: it is a precaution, and keys are used without it too.

    Returns:
        Whether at least one of the two precautions was taken.
    """
    done = False
    try:
        import resource  # noqa: PLC0415 - absent on Windows
    except ImportError:
        pass
    else:
        _, hard = resource.getrlimit(resource.RLIMIT_CORE)
        resource.setrlimit(resource.RLIMIT_CORE, (0, hard))
        done = True
    if sys.platform == "linux":
        done = ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0) == 0 or done
    return done
