"""A worker process: batches of jobs in, the results that are not None out, one JSON line each.

Run as `python -m custody.storage.worker KIND DESCRIPTOR` where forking is not safe. JSON, because a pickle
that is read runs code, and because a name that is not UTF-8 survives it (lone surrogates are escaped).
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable
from typing import Any, Protocol, Self

from custody.storage.digests import Pulse
from custody.storage.payload_check import FolderCheck, ZipCheck, reader_at
from custody.storage.tree import PosixTree

Results = dict[int, list[Any]]


class Task(Protocol):
    """What is done with each job; jobs and results are lists of plain values (JSON).

    Attributes:
        repeatable: a job that a lost worker may have begun can be done again.
    """

    repeatable: bool

    def run(self, job: list[Any], pulse: Pulse) -> list[Any] | None:
        """Do one job and return its result; None is the usual one, which costs nothing to send."""
        ...

    def clone(self) -> Self:
        """Return an equal task for another thread."""
        ...

    def close(self) -> None:
        """Give back what the task holds."""
        ...

    def remake(self) -> tuple[str, int] | None:
        """Return the kind and the descriptor from which a new process makes this task; None if it cannot."""
        ...


_KINDS: dict[str, Callable[[int], Task]] = {
    "folder": lambda descriptor: FolderCheck(PosixTree(descriptor)),
    "zip": lambda descriptor: ZipCheck(reader_at(descriptor), descriptor),
}


class OrphanedError(Exception):
    """The process that gave the work is gone; nobody waits for the result."""


def run_batch(task: Task, plain: list[list[Any]], pulse: Pulse) -> Results:
    """Run the task on a batch and return the results that are not None, by position."""
    results: Results = {}
    for number, job in enumerate(plain):
        result = task.run(job, pulse)
        if result is not None:
            results[number] = result
    return results


def serve(task: Task, source: int, sink: int, parent: int) -> None:
    """Work until the source ends.

    Args:
        task: what to do.
        source: descriptor of the batches.
        sink: descriptor for the results.
        parent: the process that must stay alive; asked between two reads of a large file.
    """

    def pulse(_offset: int) -> None:
        if os.getppid() != parent:
            raise OrphanedError

    with os.fdopen(source, "rb", closefd=False) as batches, os.fdopen(sink, "wb", closefd=False) as results:
        for line in batches:
            answer = run_batch(task, json.loads(line), pulse)
            results.write(json.dumps(list(answer.items())).encode() + b"\n")
            results.flush()


def main(arguments: list[str]) -> None:
    """Serve on standard input and output; an interrupt is the parent's to handle, who then ends the input."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    kind, descriptor = arguments
    serve(_KINDS[kind](int(descriptor)), 0, 1, os.getppid())


if __name__ == "__main__":
    main(sys.argv[1:])
