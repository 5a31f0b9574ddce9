"""Many files in worker processes: the same verdicts in the same order, whatever happens to a worker."""

from __future__ import annotations

import errno
import json
import os
import select
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from custody.errors import StorageError
from custody.storage import ordered, worker, worker_pool
from custody.storage.folder import open_folder
from custody.storage.ordered import run_ordered, usable_cores
from custody.storage.payload_check import FolderCheck, encode_job
from custody.storage.source import FaultKind, PayloadJob
from custody.storage.tree import open_tree
from custody.storage.worker import OrphanedError, run_batch, serve
from custody.storage.worker_pool import WorkerPool, fork_is_safe
from tests.unit.storage.bundles import job_of, write_files

COUNT = 700  # several batches
BAD = {0, 1, 127, 128, 400, COUNT - 1}


@pytest.fixture
def jobs(tmp_path: Path) -> list[PayloadJob]:
    """Jobs of many small files, some of which do not hold what they should."""
    files = {f"data/{number:06d}": b"%d" % number for number in range(COUNT)}
    write_files(tmp_path, files)
    return [
        job_of(path, b"x" if number in BAD else content)
        for number, (path, content) in enumerate(files.items())
    ]


@pytest.fixture
def many(monkeypatch: pytest.MonkeyPatch) -> None:
    """Worker processes pay from one file on."""
    monkeypatch.setattr(ordered, "MANY_FILES", 1)
    monkeypatch.setattr(ordered, "usable_cores", lambda: 2)


@pytest.fixture(params=["fork", "spawn"])
def started(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Both ways to start a worker."""
    monkeypatch.setattr(worker_pool, "fork_is_safe", lambda: request.param == "fork")
    return str(request.param)


def bad_paths(folder: Path, jobs: list[PayloadJob]) -> list[str]:
    """The paths with a fault, as the source yields them, after listing."""
    source = open_folder(str(folder))
    try:
        assert len(list(source.payload_entries())) == COUNT
        return [fault.path for fault in source.hash_payload(iter(jobs))]
    finally:
        source.close()


@pytest.mark.usefixtures("many", "started")
def test_workers_give_the_verdicts_in_order(tmp_path: Path, jobs: list[PayloadJob]) -> None:
    """Forked and started anew."""
    assert bad_paths(tmp_path, jobs) == [jobs[number].path for number in sorted(BAD)]


@pytest.mark.usefixtures("many")
def test_without_processes_the_work_is_done_here(
    tmp_path: Path, jobs: list[PayloadJob], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither forking nor starting is possible."""
    monkeypatch.setattr(worker_pool, "fork_is_safe", lambda: False)
    monkeypatch.setattr(sys, "executable", "")
    assert len(bad_paths(tmp_path, jobs)) == len(BAD)


@pytest.mark.usefixtures("many", "started")
def test_without_room_for_a_process_the_work_is_done_here(
    tmp_path: Path, jobs: list[PayloadJob], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The system refuses another process."""

    def refuse(*_: object, **__: object) -> int:
        raise BlockingIOError(errno.EAGAIN, "no process")

    monkeypatch.setattr(os, "fork", refuse)
    monkeypatch.setattr(subprocess, "Popen", refuse)
    assert len(bad_paths(tmp_path, jobs)) == len(BAD)


def kill_all(pool: WorkerPool) -> None:
    """Kill every worker and wait until it is dead."""
    for each in pool._workers.values():
        number = each.process or (each.child.pid if each.child else 0)
        os.kill(number, signal.SIGKILL)
        os.waitid(os.P_PID, number, os.WEXITED | os.WNOWAIT)


@pytest.mark.usefixtures("many", "started")
@pytest.mark.parametrize("moment", ["idle", "busy"])
def test_a_killed_worker_only_costs_time(
    tmp_path: Path, jobs: list[PayloadJob], monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    """Its batch is done by the parent, whether it was taken or not."""
    real = WorkerPool.send

    def send(pool: WorkerPool, number: int, plain: list[list[object]]) -> bool:
        if moment == "idle":
            kill_all(pool)
            return real(pool, number, plain)
        sent = real(pool, number, plain)
        kill_all(pool)
        return sent

    monkeypatch.setattr(WorkerPool, "send", send)
    assert len(bad_paths(tmp_path, jobs)) == len(BAD)


@pytest.mark.usefixtures("many")
def test_work_that_cannot_be_repeated_is_given_up(
    tmp_path: Path, jobs: list[PayloadJob], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody knows how far a killed worker came."""
    monkeypatch.setattr(worker_pool, "fork_is_safe", lambda: True)
    real = WorkerPool.send

    def send(pool: WorkerPool, number: int, plain: list[list[object]]) -> bool:
        for each in pool._workers.values():
            os.kill(each.process, signal.SIGSTOP)
        sent = real(pool, number, plain)
        kill_all(pool)
        return sent

    monkeypatch.setattr(WorkerPool, "send", send)
    monkeypatch.setattr(FolderCheck, "repeatable", False)
    tree = open_tree(str(tmp_path))
    with pytest.raises(StorageError) as caught:
        list(run_ordered(iter(jobs), FolderCheck(tree), encode_job, lambda job: job.size_bytes, COUNT))
    assert caught.value.code == "WORKER_LOST"
    tree.close()


@pytest.mark.usefixtures("many", "started")
def test_giving_up_ends_the_workers(tmp_path: Path, jobs: list[PayloadJob]) -> None:
    """Nothing is left behind when the caller stops early."""
    source = open_folder(str(tmp_path))
    faults = source.hash_payload(iter(jobs), expected_files=COUNT)
    next(faults)
    faults.close()
    source.close()
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


@pytest.mark.usefixtures("many", "started")
def test_one_large_file_does_not_hold_up_the_rest(tmp_path: Path, jobs: list[PayloadJob]) -> None:
    """More small batches than may wait, behind a file that takes long."""
    (tmp_path / "data/large").write_bytes(bytes(64 * 2**20))
    large = job_of("data/large", b"x" * (64 * 2**20))
    source = open_folder(str(tmp_path))
    faults = [fault.path for fault in source.hash_payload([large, *jobs * 30], expected_files=COUNT)]
    source.close()
    assert faults[0] == "data/large"
    assert len(faults) == 1 + 30 * len(BAD)


@pytest.mark.usefixtures("many", "started")
def test_a_verdict_larger_than_a_pipe_arrives(tmp_path: Path) -> None:
    """Every file of a batch at fault, with long names: the answer comes in several pieces."""
    files = {f"data/{number:0240d}": b"" for number in range(300)}
    source = open_folder(str(write_files(tmp_path, files)))
    faults = list(source.hash_payload([job_of(path, b"x") for path in files], expected_files=300))
    source.close()
    assert {fault.kind for fault in faults} == {FaultKind.SIZE}
    assert [fault.path for fault in faults] == list(files)


def test_forking_is_refused_beside_other_threads() -> None:
    """A forked child would inherit their locks and not their owners."""
    ended = threading.Event()
    thread = threading.Thread(target=ended.wait)
    thread.start()
    assert not fork_is_safe()
    ended.set()
    thread.join()


def test_forking_is_refused_on_macos(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its frameworks do not survive it."""
    monkeypatch.setattr(sys, "platform", "darwin")
    assert not fork_is_safe()


@pytest.mark.parametrize("tasks", [["1"], ["1", "2"], None])
def test_threads_that_python_does_not_know_count(
    monkeypatch: pytest.MonkeyPatch, tasks: list[str] | None
) -> None:
    """Where the system lists threads it is asked; where it does not, Python's own count decides."""

    def listing(_: object) -> list[str]:
        if tasks is None:
            raise FileNotFoundError
        return tasks

    monkeypatch.setattr(threading, "active_count", lambda: 1)
    monkeypatch.setattr(os, "listdir", listing)
    assert fork_is_safe() is (tasks != ["1", "2"])


def test_cores_are_counted_without_affinity(monkeypatch: pytest.MonkeyPatch) -> None:
    """Systems that cannot say which cores are usable say how many there are."""
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)
    assert usable_cores() == os.cpu_count()


def test_a_worker_serves_until_its_input_ends(tmp_path: Path) -> None:
    """One line in, one line out, only what is at fault."""
    write_files(tmp_path, {"data/1": b"a", "data/2": b"b"})
    batches_out, batches_in = os.pipe()
    results_out, results_in = os.pipe()
    batch = [encode_job(job_of("data/1", b"a")), encode_job(job_of("data/2", b"a"))]
    os.write(batches_in, json.dumps(batch).encode() + b"\n")
    os.close(batches_in)
    tree = open_tree(str(tmp_path))
    serve(FolderCheck(tree), batches_out, results_in, os.getppid())
    tree.close()
    os.close(results_in)
    with os.fdopen(results_out, "rb") as results:
        (answer,) = [json.loads(line) for line in results]
    assert answer == [[1, ["digest", ["sha256"], None, "", 0, []]]]
    os.close(batches_out)


def test_an_orphaned_worker_stops(tmp_path: Path) -> None:
    """Between two reads it notices that its parent is gone."""
    write_files(tmp_path, {"data/1": b"a"})
    batches_out, batches_in = os.pipe()
    os.write(batches_in, json.dumps([encode_job(job_of("data/1", b"a"))]).encode() + b"\n")
    os.close(batches_in)
    tree = open_tree(str(tmp_path))
    with pytest.raises(OrphanedError), open(os.devnull, "wb") as nothing:  # noqa: PTH123
        serve(FolderCheck(tree), batches_out, nothing.fileno(), -1)
    tree.close()
    os.close(batches_out)


@pytest.mark.parametrize("kind", ["folder", "zip"])
def test_a_worker_is_started_by_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    """The command line of a worker makes the task again from a descriptor."""
    served: list[tuple[str, int, int]] = []
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    monkeypatch.setattr(
        worker, "serve", lambda task, source, sink, _: served.append((type(task).__name__, source, sink))
    )
    descriptor = os.open(tmp_path, os.O_RDONLY)
    worker.main([kind, str(descriptor)])
    os.close(descriptor)
    assert served == [({"folder": "FolderCheck", "zip": "ZipCheck"}[kind], 0, 1)]


def test_a_batch_without_faults_has_no_results(tmp_path: Path) -> None:
    """The usual result costs nothing to send."""
    write_files(tmp_path, {"data/1": b"a"})
    tree = open_tree(str(tmp_path))
    assert run_batch(FolderCheck(tree), [encode_job(job_of("data/1", b"a"))], lambda _: None) == {}
    tree.close()


def test_an_interrupt_ends_parent_and_workers(tmp_path: Path) -> None:
    """Ctrl-C during a long verification: one KeyboardInterrupt, no traceback of a worker, no process left."""
    large = tmp_path / "data/large"
    write_files(tmp_path, {"data/large": b""})
    os.truncate(large, 64 * 2**30)
    code = f"""
import sys
from custody.storage import ordered
from custody.storage.folder import open_folder
from custody.storage.source import PayloadJob
ordered.usable_cores = lambda: 2
job = PayloadJob(path="data/large", size_bytes={64 * 2**30}, sha256="0" * 64)
print("begun", flush=True)
try:
    list(open_folder(sys.argv[1]).hash_payload([job, job], expected_files=ordered.MANY_FILES))
except KeyboardInterrupt:
    print("interrupted", flush=True)
"""
    command = [sys.executable, "-c", code, str(tmp_path)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
    ) as child:
        assert child.stdout
        assert child.stdout.readline() == b"begun\n"
        select.select([], [], [], 0.3)
        os.killpg(child.pid, signal.SIGINT)
        out, err = child.communicate(timeout=20)
    assert (out, err, child.returncode) == (b"interrupted\n", b"", 0)
    with pytest.raises(ProcessLookupError):
        os.killpg(child.pid, 0)


def test_an_interrupt_ends_the_threads(tmp_path: Path) -> None:
    """The same for a single large file, which a thread reads."""
    write_files(tmp_path, {"data/large": b""})
    os.truncate(tmp_path / "data/large", 64 * 2**30)
    job = PayloadJob(path="data/large", size_bytes=64 * 2**30, sha256="0" * 64)
    source = open_folder(str(tmp_path))

    def interrupted() -> Iterator[PayloadJob]:
        yield job
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        list(source.hash_payload(interrupted()))
    source.close()
