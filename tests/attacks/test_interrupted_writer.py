"""A writer killed, or refused by the system, at each call that changes the disk (strace injects it)."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

pytestmark = [
    pytest.mark.deep,
    pytest.mark.skipif(
        os.environ.get("HYPOTHESIS_PROFILE") != "deep",
        reason="takes minutes: HYPOTHESIS_PROFILE=deep runs it",
    ),
]

CALLS = (
    "openat,write,fsync,syncfs,rename,renameat2,link,linkat,unlink,unlinkat,mkdir,mkdirat,chmod,fchmod,close"
)
ERRORS = {
    "openat": ("EACCES", "EMFILE", "EROFS", "EIO"),
    "write": ("ENOSPC", "EIO", "EDQUOT"),
    "fsync": ("EIO", "ENOSPC"),
    "syncfs": ("EIO",),
    "renameat2": ("EIO", "ENOSYS", "ENOSPC", "EXDEV"),
    "mkdir": ("ENOSPC", "EROFS"),
    "mkdirat": ("ENOSPC", "EROFS"),
    "close": ("EIO",),
}
WRITER = """
import sys
from custody.errors import StorageError
from custody.storage.commit import staged_folder
try:
    with staged_folder(sys.argv[1], expected_files=int(sys.argv[2])) as staged:
        staged.create_folder("data")
        staged.write("data/000001", b"abc")
        staged.write("bagit.txt", b"x" * 100)
        staged.publish()
except StorageError as error:
    print(error)
    sys.exit(4)
print("published")
"""
WHOLE = {"bagit.txt": b"x" * 100, "data/000001": b"abc"}


def run(strace: str, final: Path, files: int, *options: str) -> subprocess.CompletedProcess[str]:
    """Run the writer under strace."""
    command = [strace, "-f", "-qq", "-y", "-o", str(final.parent / "trace"), *options]
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONHASHSEED": "0"}
    writer = [sys.executable, "-c", WRITER, str(final), str(files)]
    return subprocess.run(
        [*command, *writer], check=False, capture_output=True, text=True, env=environment, timeout=60
    )


def points(strace: str, folder: Path, files: int) -> Iterator[tuple[str, int]]:
    """Each call on the folder: its name and its ordinal among all calls of this name."""
    folder.mkdir()
    assert run(strace, folder / "b", files, "-e", f"trace={CALLS}").returncode == 0
    counted: Counter[str] = Counter()
    for line in (folder / "trace").read_text().splitlines():
        found = re.match(r"\d+ +(\w+)\(", line)
        if found:
            counted[found[1]] += 1
            if str(folder) in line:
                yield found[1], counted[found[1]]


def content_of(final: Path) -> dict[str, bytes]:
    """The files of a folder."""
    return {str(path.relative_to(final)): path.read_bytes() for path in final.rglob("*") if path.is_file()}


@pytest.mark.parametrize("files", [0, 1000], ids=["sync each", "sync once"])
def test_a_kill_at_each_call(tmp_path: Path, require_tool: Callable[[str], str], files: int) -> None:
    """Nothing or everything is there, and the next run succeeds without clean-up."""
    strace = require_tool("strace")
    for name, ordinal in points(strace, tmp_path / "base", files):
        final = tmp_path / f"{name}-{ordinal}/b"
        final.parent.mkdir()
        killed = run(
            strace, final, files, "-e", f"trace={name}", "-e", f"inject={name}:signal=KILL:when={ordinal}"
        )
        assert killed.returncode != 0
        assert not final.exists() or content_of(final) == WHOLE
        if not final.exists():
            assert run(strace, final, files, "-e", "trace=none").stdout == "published\n"
        assert {path.name for path in final.parent.iterdir()} == {"b", ".b.lock", "trace"}


@pytest.mark.parametrize("files", [0, 1000], ids=["sync each", "sync once"])
def test_an_error_at_each_call(tmp_path: Path, require_tool: Callable[[str], str], files: int) -> None:
    """Success is claimed only of a whole folder; else the message names an errno and no host path."""
    strace = require_tool("strace")
    for name, ordinal in list(points(strace, tmp_path / "base", files)):
        for error in ERRORS.get(name, ()):
            final = tmp_path / f"{name}-{ordinal}-{error}/b"
            final.parent.mkdir()
            inject = f"inject={name}:error={error}:when={ordinal}"
            done = run(strace, final, files, "-e", f"trace={name}", "-e", inject)
            assert done.returncode in {0, 4}, done.stderr
            if done.returncode == 0 or final.exists():
                assert content_of(final) == WHOLE
            if done.returncode == 4:
                assert re.search(r"found [a-z ]*\(?E[A-Z]+", done.stdout)
                assert str(tmp_path) not in done.stdout
