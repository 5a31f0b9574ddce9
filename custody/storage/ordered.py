"""The same work on many files: in this thread, two threads or two processes; results in order of the jobs.

Measured on two cores: small files are fastest read one after another, for a thread costs more than hashing
4 KiB; above some ten thousand of them two processes win; large ones fill both cores from two threads, because
hashing and reading give up the interpreter's lock. Jobs are taken as they are needed, so any number fits.
"""

from __future__ import annotations

import os
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, Generic, TypeVar

from custody.errors import StorageError
from custody.storage.digests import SMALL_BYTES
from custody.storage.worker import Results, Task, run_batch
from custody.storage.worker_pool import WorkerPool

THREADS = 2
PROCESSES = 2
MANY_FILES = 10_000
_WAITING_JOBS = 256
_UNSENT_BATCHES = 4
_WAITING_BATCHES = 128
_BATCH_JOBS = 128
_BATCH_BYTES = 8 * 1024 * 1024

JobT = TypeVar("JobT")
Encode = Callable[[JobT], list[Any]]


def _go_on(_offset: int) -> None:
    """Stop nothing: what runs in the caller's own thread is interrupted by its signals."""


class _StoppedError(Exception):
    """The caller gave up; a thread leaves its file in the middle."""


def usable_cores() -> int:
    """Return the number of cores that this process may use."""
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1


def run_ordered(
    jobs: Iterable[JobT], task: Task, encode: Encode[JobT], size_of: Callable[[JobT], int], expected_jobs: int
) -> Generator[tuple[JobT, list[Any] | None], None, None]:
    """Run the task on every job and yield each job with its result, in order.

    Args:
        jobs: what to do, taken as needed.
        task: how to do it.
        encode: writes a job as plain values.
        size_of: the number of bytes that a job reads.
        expected_jobs: about how many there are; it decides between threads and processes.

    Raises:
        OSError: whatever the task lets through.
    """
    if expected_jobs >= MANY_FILES and usable_cores() > 1:
        pool = WorkerPool.start(task, PROCESSES)
        if pool is not None:
            with pool:
                yield from _Batches(task, encode, size_of).run(jobs, pool)
            return
    yield from _in_threads(jobs, task, encode, size_of)


def _in_threads(
    jobs: Iterable[JobT], task: Task, encode: Encode[JobT], size_of: Callable[[JobT], int]
) -> Generator[tuple[JobT, list[Any] | None], None, None]:
    stop = threading.Event()
    threads = _Threads(task, stop)
    waiting: deque[tuple[JobT, Future[list[Any] | None] | None, list[Any] | None]] = deque()
    try:
        for job in jobs:
            plain = encode(job)
            if size_of(job) < SMALL_BYTES:
                waiting.append((job, None, task.run(plain, threads.pulse)))
            else:
                waiting.append((job, threads.submit(plain), None))
            while waiting and (len(waiting) > _WAITING_JOBS or waiting[0][1] is None or waiting[0][1].done()):
                done, future, result = waiting.popleft()
                yield done, future.result() if future else result
        while waiting:
            done, future, result = waiting.popleft()
            yield done, future.result() if future else result
    finally:
        stop.set()
        threads.close()


class _Threads:
    """Two threads, started with the first large file, each with its own clone of the task."""

    def __init__(self, task: Task, stop: threading.Event) -> None:
        self._task = task
        self._stop = stop
        self._executor: ThreadPoolExecutor | None = None
        self._local = threading.local()
        self._clones: list[Task] = []

    def pulse(self, _offset: int) -> None:
        if self._stop.is_set():
            raise _StoppedError

    def _run(self, plain: list[Any]) -> list[Any] | None:
        clone: Task | None = getattr(self._local, "task", None)
        if clone is None:
            clone = self._task.clone()
            self._local.task = clone
            self._clones.append(clone)
        return clone.run(plain, self.pulse)

    def submit(self, plain: list[Any]) -> Future[list[Any] | None]:
        if self._executor is None:
            self._executor = ThreadPoolExecutor(min(THREADS, usable_cores()))
        return self._executor.submit(self._run, plain)

    def close(self) -> None:
        if self._executor is not None:
            self._executor.shutdown(cancel_futures=True)
        for clone in self._clones:
            clone.close()


class _Batch(Generic[JobT]):
    """Jobs that travel together."""

    def __init__(self) -> None:
        self.jobs: list[JobT] = []
        self.plain: list[list[Any]] = []
        self.size_bytes = 0
        self.results: Results | None = None

    def full(self) -> bool:
        return len(self.jobs) >= _BATCH_JOBS or self.size_bytes >= _BATCH_BYTES


class _Batches(Generic[JobT]):
    """Cuts jobs into batches and feeds the workers, one batch each."""

    def __init__(self, task: Task, encode: Encode[JobT], size_of: Callable[[JobT], int]) -> None:
        self._task = task
        self._encode = encode
        self._size_of = size_of
        self._order: deque[_Batch[JobT]] = deque()
        self._unsent: deque[_Batch[JobT]] = deque()
        self._away: dict[int, _Batch[JobT]] = {}

    def _cut(self, jobs: Iterable[JobT]) -> Generator[_Batch[JobT], None, None]:
        batch = _Batch[JobT]()
        for job in jobs:
            batch.jobs.append(job)
            batch.plain.append(self._encode(job))
            batch.size_bytes += self._size_of(job)
            if batch.full():
                yield batch
                batch = _Batch[JobT]()
        if batch.jobs:
            yield batch

    def _exchange(self, pool: WorkerPool, *, wait: bool) -> None:
        """Take finished results, hand out batches; a batch whose worker died is done here."""
        for worker, results in pool.finished(wait=wait and bool(self._away)):
            batch = self._away.pop(worker)
            batch.results = results if results is not None else self._do_again(batch)
        while self._unsent and (worker_free := pool.idle()) is not None:
            batch = self._unsent.popleft()
            if pool.send(worker_free, batch.plain):
                self._away[worker_free] = batch
            else:
                batch.results = self._do_here(batch)
        if not pool.alive():
            while self._unsent:
                batch = self._unsent.popleft()
                batch.results = self._do_here(batch)

    def _do_again(self, batch: _Batch[JobT]) -> Results:
        if not self._task.repeatable:
            raise StorageError(
                "worker: expected to finish its work, found it ended", code="WORKER_LOST", hint="run it again"
            )
        return self._do_here(batch)

    def _do_here(self, batch: _Batch[JobT]) -> Results:
        return run_batch(self._task, batch.plain, _go_on)

    def _ready(self) -> Generator[tuple[JobT, list[Any] | None], None, None]:
        while self._order and self._order[0].results is not None:
            batch = self._order.popleft()
            results = batch.results or {}
            for number, job in enumerate(batch.jobs):
                yield job, results.get(number)

    def run(
        self, jobs: Iterable[JobT], pool: WorkerPool
    ) -> Generator[tuple[JobT, list[Any] | None], None, None]:
        for batch in self._cut(jobs):
            self._order.append(batch)
            self._unsent.append(batch)
            self._exchange(pool, wait=False)
            while len(self._unsent) > _UNSENT_BATCHES or len(self._order) > _WAITING_BATCHES:
                self._exchange(pool, wait=True)
                yield from self._ready()
            yield from self._ready()
        while self._order:
            self._exchange(pool, wait=True)
            yield from self._ready()
