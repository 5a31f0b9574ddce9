"""Worker processes: forked where that is safe, started anew where not, done without where neither works.

Each worker has one batch at a time. So it always reads when it is written to, and what it writes is always
read: no pipe can fill up on both sides. A worker that dies only costs time: the parent does its batch.
"""

from __future__ import annotations

import contextlib
import json
import os
import selectors
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any, Self

from attrs import define

from custody.storage.worker import Results, Task, serve


def fork_is_safe() -> bool:
    """Say whether this process may be forked: one thread, and no system frameworks that forbid it (macOS)."""
    if not hasattr(os, "fork") or sys.platform == "darwin" or threading.active_count() > 1:
        return False
    with contextlib.suppress(OSError):
        return len(os.listdir("/proc/self/task")) == 1  # threads that Python does not know of
    return True


@define
class _Worker:
    """One process with the two pipes to it."""

    process: int  # its number, or 0 when `child` holds it
    child: subprocess.Popen[bytes] | None
    source: int
    sink: int
    busy: bool = False
    answer: bytes = b""


class WorkerPool:
    """Some workers that hold the same task."""

    def __init__(self) -> None:
        """Hold no worker yet; see `start`."""
        self._workers: dict[int, _Worker] = {}
        self._selector = selectors.DefaultSelector()

    @classmethod
    def start(cls, task: Task, count: int) -> Self | None:
        """Start workers, or return None where no process can be started."""
        remake = task.remake()
        forked = fork_is_safe()
        if not forked and (remake is None or os.name != "posix" or not sys.executable):
            return None
        pool = cls()
        try:
            for number in range(count):
                worker = pool._fork(task) if forked or remake is None else _spawn(*remake)
                os.set_blocking(worker.source, False)
                pool._workers[number] = worker
                pool._selector.register(worker.source, selectors.EVENT_READ, number)
        except OSError:  # no process or descriptor left: what was started works, the rest is done here
            pass
        return pool

    def _fork(self, task: Task) -> _Worker:
        batches_out, batches_in = os.pipe()
        results_out, results_in = os.pipe()
        parent = os.getpid()
        process = os.fork()
        if process == 0:  # pragma: no cover - the child is not measured; `serve` is tested by itself
            try:
                signal.signal(signal.SIGINT, signal.SIG_IGN)
                signal.signal(signal.SIGTERM, signal.SIG_DFL)
                # The ends of the others must close with the parent, or no worker would see it end.
                for other in self._workers.values():
                    os.close(other.source)
                    os.close(other.sink)
                os.close(batches_in)
                os.close(results_out)
                serve(task, batches_out, results_in, parent)
            finally:
                os._exit(0)
        os.close(batches_out)
        os.close(results_in)
        return _Worker(process=process, child=None, source=results_out, sink=batches_in)

    def idle(self) -> int | None:
        """Return a worker without work, or None."""
        return next((number for number, worker in self._workers.items() if not worker.busy), None)

    def alive(self) -> bool:
        """Say whether any worker is left."""
        return bool(self._workers)

    def send(self, number: int, plain: list[list[Any]]) -> bool:
        """Give a batch to an idle worker; False when the worker is gone."""
        worker = self._workers[number]
        rest = memoryview(json.dumps(plain).encode() + b"\n")
        try:
            while rest:
                rest = rest[os.write(worker.sink, rest) :]
        except BrokenPipeError:
            self._bury(number)
            return False
        worker.busy = True
        return True

    def finished(self, *, wait: bool) -> list[tuple[int, Results | None]]:
        """Return the workers that answered and what; None for one that died over its batch.

        Args:
            wait: block until at least one answered or died.
        """
        done: list[tuple[int, Results | None]] = []
        while True:
            for key, _ in self._selector.select(None if wait and not done else 0):
                number: int = key.data
                worker = self._workers[number]
                block = os.read(worker.source, 1 << 20)
                worker.answer += block
                if block.endswith(b"\n"):
                    done.append((number, dict(json.loads(worker.answer))))
                    worker.answer = b""
                    worker.busy = False
                elif not block:
                    if worker.busy:
                        done.append((number, None))
                    self._bury(number)
            if done or not wait or not self._workers:
                return done

    def _bury(self, number: int) -> None:
        worker = self._workers.pop(number)
        self._selector.unregister(worker.source)
        # Killed before its input ends, so that it never stands between two steps of ending by itself.
        if worker.child is not None:
            worker.child.kill()
            worker.child.wait()
        else:
            # A program that ignores SIGCHLD has its children reaped by the system.
            with contextlib.suppress(ProcessLookupError, ChildProcessError):
                os.kill(worker.process, signal.SIGKILL)
                os.waitpid(worker.process, 0)
        os.close(worker.source)
        os.close(worker.sink)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for number in list(self._workers):
            self._bury(number)
        self._selector.close()


def _code_path() -> str:
    """Return where a worker finds its code: where this process found it, and never in the working folder.

    A bundle has a folder named `custody`, and people work inside it: nothing there may ever be run.
    """
    own = str(Path(__file__).resolve().parents[2])
    present = {os.getcwd(), os.path.realpath(os.getcwd())}
    others = [entry for entry in sys.path if os.path.isabs(entry) and entry != own and entry not in present]
    return os.pathsep.join([own, *others])


def _spawn(kind: str, descriptor: int) -> _Worker:
    command = [sys.executable, "-P", "-m", "custody.storage.worker", kind, str(descriptor)]
    batches_out, batches_in = os.pipe()
    results_out, results_in = os.pipe()
    try:
        child = subprocess.Popen(  # noqa: S603 - this interpreter, this package, a number
            command,
            stdin=batches_out,
            stdout=results_in,
            stderr=subprocess.DEVNULL,
            pass_fds=(descriptor,),
            cwd=os.path.abspath(os.sep),
            env={**os.environ, "PYTHONPATH": _code_path()},
        )
    finally:
        os.close(batches_out)
        os.close(results_in)
    return _Worker(process=0, child=child, source=results_out, sink=batches_in)
