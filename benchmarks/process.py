"""What one command costs: time, processor time and memory of it and of all processes that it starts."""

from __future__ import annotations

import os
import resource
import subprocess
import threading
import time
from collections.abc import Sequence
from pathlib import Path

from attrs import frozen

_SAMPLE_SECONDS = 0.02
_OTHERS_TOLERATED = 0.1
_TICKS = os.sysconf("SC_CLK_TCK")


@frozen(kw_only=True)
class Run:
    """One run.

    Attributes:
        wall_s: seconds from start to end, as a user waits.
        cpu_s: processor seconds of the command and its descendants, in user and system mode.
        others: the share of the machine's processors that others used meanwhile, 0 to 1, with stolen time;
            None where the system does not tell.
    """

    wall_s: float
    cpu_s: float
    others: float | None

    @property
    def disturbed(self) -> bool:
        """Whether others took more than a tenth of the machine."""
        return self.others is not None and self.others > _OTHERS_TOLERATED


class FailedError(Exception):
    """A command did not end as it must; its figures mean nothing."""


def _busy_seconds() -> float | None:
    """Return the seconds that all processors have worked or been stolen, since the system started."""
    try:
        first = Path("/proc/stat").read_text(encoding="ascii").partition("\n")[0].split()[1:]
    except OSError:
        return None
    values = [int(value) for value in first[:8]]  # user nice system idle iowait irq softirq steal
    return (sum(values) - values[3] - values[4]) / _TICKS


def _children_seconds() -> float:
    """Return the processor seconds of all descendants that have ended and were waited for."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _start(command: Sequence[str], folder: Path, output: int) -> subprocess.Popen[bytes]:
    plain = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "COVERAGE"))}
    return subprocess.Popen(
        command, cwd=folder, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.PIPE, env=plain
    )


def _refuse_failure(command: Sequence[str], code: int, errors: bytes) -> None:
    if code != 0:
        tail = errors.decode("utf-8", "replace").strip().splitlines()[-3:]
        raise FailedError(f"{command[0]}: expected exit code 0, found {code}: {' / '.join(tail)}")


def measure(command: Sequence[str], folder: Path) -> Run:
    """Run a command once and say what it took; its output is thrown away.

    Raises:
        FailedError: its exit code is not 0.
    """
    busy = _busy_seconds()
    spent = _children_seconds()
    begun = time.perf_counter()
    process = _start(command, folder, subprocess.DEVNULL)
    _, errors = process.communicate()
    wall = time.perf_counter() - begun
    cpu = _children_seconds() - spent
    ended = _busy_seconds()
    _refuse_failure(command, process.returncode, errors)
    others = None
    if busy is not None and ended is not None:
        others = max(0.0, ended - busy - cpu) / (wall * (os.cpu_count() or 1))
    return Run(wall_s=wall, cpu_s=cpu, others=others)


def output_of(command: Sequence[str], folder: Path) -> bytes:
    """Run a command and return what it prints.

    Raises:
        FailedError: its exit code is not 0.
    """
    process = _start(command, folder, subprocess.PIPE)
    printed, errors = process.communicate()
    _refuse_failure(command, process.returncode, errors)
    return printed


def peak_memory(command: Sequence[str], folder: Path) -> int | None:
    """Return the most memory that a command and its descendants held at one moment, in bytes.

    Counted is each process's proportional share (PSS), so that what a fork shares is counted once. Looking at
    it costs time: the run is for this alone. None where the system does not tell.

    Raises:
        FailedError: its exit code is not 0.
    """
    if not Path("/proc/self/smaps_rollup").exists():
        return None
    process = _start(command, folder, subprocess.DEVNULL)
    ended = threading.Event()
    peaks = [0]

    def watch() -> None:
        while not ended.wait(_SAMPLE_SECONDS):
            peaks.append(sum(map(_share_bytes, _family(process.pid))))

    watcher = threading.Thread(target=watch)
    watcher.start()
    _, errors = process.communicate()
    ended.set()
    watcher.join()
    _refuse_failure(command, process.returncode, errors)
    return max(peaks)


def _family(process: int) -> list[int]:
    """Return a process and its descendants, as far as they still run."""
    found = [process]
    for one in found:
        try:
            for task in Path(f"/proc/{one}/task").iterdir():
                found += [int(child) for child in (task / "children").read_text(encoding="ascii").split()]
        except OSError:
            continue
    return found


def _share_bytes(process: int) -> int:
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:")), 0)
