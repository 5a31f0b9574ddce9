"""One writer at a time, on POSIX and on Windows."""

from __future__ import annotations

import errno
import fcntl
import os
import subprocess
import sys
import threading
from pathlib import Path
from types import SimpleNamespace

import pytest

from custody.errors import StorageError
from custody.storage import lock
from custody.storage.lock import lock_path, locked


class WindowsLocks:
    """Stands in for the module that exists on Windows only: one byte of a file, exclusive, never waiting."""

    LK_NBLCK = 2

    def locking(self, descriptor: int, mode: int, size: int) -> None:
        """Lock the byte or refuse at once, with the errno that Windows gives."""
        assert (mode, size) == (self.LK_NBLCK, 1)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise OSError(errno.EACCES, "locked") from error


@pytest.fixture(params=["flock", "msvcrt"])
def system(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Both kinds of locks."""
    if request.param == "msvcrt":
        monkeypatch.setattr(lock, "_FCNTL", None)
        monkeypatch.setattr(lock, "_MSVCRT", WindowsLocks())
        monkeypatch.delattr(os, "O_NOFOLLOW", raising=False)
    return str(request.param)


@pytest.mark.usefixtures("system")
def test_a_held_lock_is_busy(tmp_path: Path) -> None:
    """Who does not wait is told; afterwards it is free again, and the file stays, for its owner alone."""
    with (
        locked(str(tmp_path / "b")),
        pytest.raises(StorageError) as caught,
        locked(str(tmp_path / "b"), wait=False),
    ):
        pass
    assert caught.value.code == "BUSY"
    with locked(str(tmp_path / "b"), wait=False):
        pass
    assert (tmp_path / ".b.lock").stat().st_mode & 0o777 == 0o600


@pytest.mark.usefixtures("system")
def test_a_waiting_writer_gets_its_turn(tmp_path: Path) -> None:
    """It enters when the other one leaves."""
    order: list[str] = []

    def wait() -> None:
        with locked(str(tmp_path / "b")):
            order.append("second")

    thread = threading.Thread(target=wait)
    with locked(str(tmp_path / "b")):
        thread.start()
        thread.join(0.05)
        order.append("first")
    thread.join(10)
    assert order == ["first", "second"]


@pytest.mark.usefixtures("system")
def test_who_waits_is_told_once(tmp_path: Path) -> None:
    """And not where nobody holds it."""
    told: list[str] = []

    def wait() -> None:
        with locked(str(tmp_path / "b"), waiting=lambda: told.append("waiting")):
            told.append("entered")

    thread = threading.Thread(target=wait)
    with locked(str(tmp_path / "b"), waiting=lambda: told.append("never")):
        thread.start()
        thread.join(0.05)
        assert told == ["waiting"]
    thread.join(10)
    assert told == ["waiting", "entered"]


@pytest.mark.usefixtures("system")
def test_a_lock_file_that_is_a_link_is_refused(tmp_path: Path) -> None:
    """Somebody else put it there; its target is not created."""
    (tmp_path / ".b.lock").symlink_to(tmp_path / "target")
    with pytest.raises(StorageError) as caught, locked(str(tmp_path / "b")):
        pass
    assert caught.value.code == "NOT_A_FILE"
    assert not (tmp_path / "target").exists()


@pytest.mark.parametrize("act", ["remove", "replace"])
def test_a_lock_file_exchanged_meanwhile_is_locked_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, act: str
) -> None:
    """A lock on a file that nobody else can find protects nothing."""
    path = tmp_path / ".b.lock"
    real = lock._lock
    calls: list[int] = []

    def lock_and_lose(descriptor: int, *, wait: bool) -> None:
        real(descriptor, wait=wait)
        calls.append(descriptor)
        if len(calls) == 1:
            path.unlink()
            if act == "replace":
                path.touch()

    monkeypatch.setattr(lock, "_lock", lock_and_lose)
    with locked(str(tmp_path / "b")):
        assert len(calls) == 2


def test_a_killed_holder_leaves_no_lock(tmp_path: Path) -> None:
    """The system lets go of it."""
    code = (
        "import os, signal, sys\n"
        "from custody.storage.lock import locked\n"
        "with locked(sys.argv[1]): os.kill(os.getpid(), signal.SIGKILL)"
    )
    environment = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE")}
    ended = subprocess.run([sys.executable, "-c", code, str(tmp_path / "b")], check=False, env=environment)
    assert ended.returncode == -9
    with locked(str(tmp_path / "b"), wait=False):
        pass


def test_a_folder_without_permission_is_an_error(tmp_path: Path) -> None:
    """The machine refuses; nobody else is writing."""
    with pytest.raises(StorageError) as caught, locked(str(tmp_path / "nowhere/b")):
        pass
    assert caught.value.code == "MISSING"


def test_a_disk_without_locks_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Some network disks cannot lock."""

    def refuse(*_: object) -> None:
        raise OSError(errno.ENOLCK, "no locks")

    monkeypatch.setattr(lock, "_FCNTL", SimpleNamespace(flock=refuse, LOCK_EX=2, LOCK_NB=4))
    for waiting in (None, lambda: None):
        with pytest.raises(StorageError) as caught, locked(str(tmp_path / "b"), waiting=waiting):
            pass
        assert "ENOLCK" in str(caught.value)


def test_the_lock_lies_beside_its_bundle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also for a relative path, and a path that ends in a slash."""
    monkeypatch.chdir(tmp_path)
    assert lock_path("b/") == lock_path(str(tmp_path / "b")) == str(tmp_path / ".b.lock")


def test_concurrent_writers_lose_nothing(tmp_path: Path) -> None:
    """Four processes count to the sum of what each counted."""
    code = (
        "import sys\n"
        "from pathlib import Path\n"
        "from custody.storage.lock import locked\n"
        "path = Path(sys.argv[1])\n"
        "for _ in range(25):\n"
        "    with locked(str(path)): path.write_text(str(int(path.read_text()) + 1))\n"
    )
    (tmp_path / "count").write_text("0")
    command = [sys.executable, "-c", code, str(tmp_path / "count")]
    children = [subprocess.Popen(command) for _ in range(4)]
    assert [child.wait(30) for child in children] == [0] * 4
    assert (tmp_path / "count").read_text() == "100"
