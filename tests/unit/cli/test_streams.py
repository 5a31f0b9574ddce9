"""Closed and full streams: a command works or ends with 4, never with 1 and never with a traceback."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

VERIFY = "verify b --trust w-01.pub"
SEAL = "seal src --out new --key k --passphrase-file p"


def shelled(words: str, redirection: str) -> subprocess.CompletedProcess[str]:
    """Run custody in a shell that closes or redirects its streams."""
    line = f"exec {sys.executable} -m custody.cli {words} {redirection}"
    return subprocess.run(["sh", "-c", line], capture_output=True, text=True, check=False, timeout=120)


@pytest.mark.parametrize("words", [VERIFY, SEAL, "--help", "verify"])
def test_a_closed_standard_output_stops_a_command_before_it_begins(place: Path, words: str) -> None:
    """Its result would be lost; nothing is sealed either."""
    done = shelled(words, ">&-")
    assert (done.returncode, len(done.stderr.splitlines())) == (4, 2)
    assert "standard output: expected it open" in done.stderr
    assert not (place / "new").exists()


@pytest.mark.parametrize(
    ("words", "code"), [(VERIFY, 0), (SEAL, 0), ("verify nowhere --trust none", 4), ("verify", 2)]
)
@pytest.mark.parametrize("redirection", ["2>&-", "2>/dev/full", "2>&- <&-"])
def test_a_broken_standard_error_changes_no_exit_code(
    place: Path, words: str, code: int, redirection: str
) -> None:
    """Talk that nobody can hear is no result."""
    if "full" in redirection and not Path("/dev/full").exists():
        pytest.skip("this system has no /dev/full")
    assert place == Path.cwd()
    assert shelled(words, redirection).returncode == code


def test_all_streams_closed(place: Path) -> None:
    """Still an exit code of ours."""
    assert place == Path.cwd()
    assert shelled(VERIFY, ">&- 2>&- <&-").returncode == 4


def test_a_closed_standard_input_is_no_terminal(place: Path) -> None:
    """Asking for a passphrase is refused in words."""
    assert place == Path.cwd()
    done = shelled("seal src --out new --key k", "<&-")
    assert (done.returncode, "KEY_LOCKED" in done.stderr) == (4, True)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
@pytest.mark.parametrize("more", ["", " --json"])
def test_a_full_standard_output_after_a_seal_keeps_the_seal_id(place: Path, more: str) -> None:
    """The bundle is there, so its id must not be lost."""
    done = shelled(SEAL + more, ">/dev/full")
    assert done.returncode == 4
    (folder,) = (place / "new" / "custody" / "log").iterdir()
    assert (folder / "00000000" / "proof.sha256").is_file()
    assert "sealed, but the result could not be printed; seal: " in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
@pytest.mark.parametrize("words", [VERIFY, f"{VERIFY} --json", "list b", "--help"])
def test_a_full_standard_output_is_exit_code_4(place: Path, words: str) -> None:
    """In words, and without a traceback."""
    assert place == Path.cwd()
    done = shelled(words, ">/dev/full")
    assert (done.returncode, "Traceback" in done.stderr) == (4, False)
    assert "no space left (ENOSPC)" in done.stderr


def test_a_reader_that_leaves_is_told_the_seal_on_stderr(place: Path) -> None:
    """A pipe that is closed already is no different from a full disk."""
    assert place == Path.cwd()
    reader, writer = os.pipe()
    os.close(reader)
    command = [sys.executable, "-m", "custody.cli", *SEAL.split()]
    done = subprocess.run(command, stdout=writer, stderr=subprocess.PIPE, check=False)
    os.close(writer)
    assert (done.returncode, b"seal: " in done.stderr) == (4, True)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
@pytest.mark.parametrize("more", ["", " --json"])
def test_a_full_standard_output_after_an_event_keeps_its_id(crowd: Path, more: str) -> None:
    """It stands in the log, so its id must not be lost."""
    done = shelled(f"release b7 --to ngo --key k --passphrase-file p --trust t{more}", ">/dev/full")
    assert done.returncode == 4
    assert "written, but the result could not be printed; event: " in done.stderr
    assert len(list((crowd / "b7/custody/log").glob("*/00000001"))) == 1
    assert "Traceback" not in done.stderr
