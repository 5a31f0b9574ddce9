"""The entry: exit codes, one line, never a traceback, whatever the console."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import click
import pytest

from custody.cli import __main__ as entry
from custody.cli.console import Progress, look, progress, warn_if_narrow
from custody.cli.options import CLAIMS, TIME
from custody.cli.program import PROGRAM
from custody.errors import SignerError, StorageError, UsageError
from custody.model.instant import decode_instant
from custody.report.claim import Claim, Outcome
from tests.unit.cli.conftest import Shell


class Raiser:
    """A program that ends in an exception."""

    def __init__(self, error: BaseException) -> None:
        """Keep the exception."""
        self.error = error

    def main(self, **_: object) -> int:
        """Raise it."""
        raise self.error


def ran(*words: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """Run custody as a process."""
    command = [sys.executable, "-m", "custody.cli", *words]
    return subprocess.run(command, capture_output=True, check=False, env=os.environ | environment)


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (KeyboardInterrupt(), 130, "interrupted"),
        (click.Abort(), 130, "interrupted"),
        (UsageError("x: expected y, found z"), 2, "x: expected y, found z [USAGE]"),
        (SignerError("x", hint="h"), 4, "hint: h"),
        (StorageError("x", code="NO_SPACE"), 4, "[NO_SPACE]"),
        (click.ClickException("Some Thing."), 4, "custody: some Thing"),
        (PermissionError(13, "no", "/home/witness"), 4, "no permission (EACCES)"),
        (MemoryError(), 4, "no memory"),
        (ZeroDivisionError("secret"), 4, "internal fault: ZeroDivisionError"),
    ],
)
def test_every_ending_has_a_code_and_a_line(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    error: BaseException,
    code: int,
    said: str,
) -> None:
    """At most two lines, without a traceback, a host path or the text of an error that nobody foresaw."""
    monkeypatch.setattr(entry, "PROGRAM", Raiser(error))
    assert entry.main(["x"]) == code
    err = capsys.readouterr().err
    assert said in err
    assert len(err.splitlines()) <= 2
    assert "Traceback" not in err
    assert "/home/witness" not in err
    assert "secret" not in err


def test_a_reader_that_goes_away_is_no_success(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was not read is no result."""
    monkeypatch.setattr(entry, "PROGRAM", Raiser(BrokenPipeError()))
    monkeypatch.setattr(sys, "stdout", io.StringIO())
    assert entry.main(["x"]) == 4


def test_a_closed_pipe_is_quiet(place: Path) -> None:
    """No traceback when the reader is gone before anything is printed."""
    reader, writer = os.pipe()
    os.close(reader)
    command = [sys.executable, "-m", "custody.cli", "list", "b"]
    done = subprocess.run(command, stdout=writer, stderr=subprocess.PIPE, check=False, cwd=place)
    os.close(writer)
    assert (done.returncode, done.stderr) == (4, b"")


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "utf-8"])
@pytest.mark.parametrize("language", ["en", "ar"])
def test_a_narrow_console_never_crashes(place: Path, encoding: str, language: str) -> None:
    """Arabic names and Arabic reports on any console: escapes where letters are lacking."""
    assert place == Path.cwd()
    for words in (("list", "b"), ("show", "b"), ("verify", "b", "--trust", "w-01.pub")):
        done = ran(*words, "--language", language, PYTHONIOENCODING=encoding, PYTHONUTF8="0")
        assert done.returncode == 0
        done.stdout.decode(encoding)
        assert b"Traceback" not in done.stderr
        if encoding != "utf-8":
            assert b"\\u{" in done.stdout


def test_a_narrow_console_is_told_in_plain_letters(place: Path) -> None:
    """Arabic that cannot be shown is said so on stderr."""
    assert place == Path.cwd()
    words = ("verify", "b", "--trust", "w-01.pub", "--language", "ar")
    assert b"cannot show these letters" in ran(*words, PYTHONIOENCODING="ascii").stderr


def test_interrupting_is_130(place: Path) -> None:
    """Waiting for standard input, then SIGINT."""
    command = [sys.executable, "-m", "custody.cli", "key", "show", "-"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stderr=subprocess.PIPE, stdout=subprocess.PIPE, cwd=place
    ) as running:
        time.sleep(1.5)
        running.send_signal(signal.SIGINT)
        _, err = running.communicate(timeout=30)
    assert (running.returncode, err.strip()) == (130, b"custody: interrupted")


def test_the_help_of_every_verb(shell: Shell) -> None:
    """Each one can be asked; groups list theirs."""
    for verb in ("", *PROGRAM.list_commands(click.Context(PROGRAM))):
        ran_help = shell(*([verb] if verb else []), "--help")
        assert (ran_help.code, "Usage: custody" in ran_help.out) == (0, True)


def test_the_version(shell: Shell) -> None:
    """One line."""
    assert shell("--version").out.startswith("custody ")


@pytest.mark.parametrize("environment", [{"NO_COLOR": ""}, {"TERM": "dumb"}, {"TERM": "xterm"}])
def test_colour_only_where_it_is_wanted(monkeypatch: pytest.MonkeyPatch, environment: dict[str, str]) -> None:
    """NO_COLOR and dumb terminals get no escape sequence."""
    monkeypatch.delenv("NO_COLOR", raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    stream = io.TextIOWrapper(io.BytesIO(), "utf-8")
    monkeypatch.setattr(stream, "isatty", lambda: True, raising=False)
    monkeypatch.setattr(sys, "stdout", stream)
    painted = "\x1b" in look().paint("x", Outcome.PROVEN)
    assert painted is (environment == {"TERM": "xterm"})


def test_progress_shows_on_terminals_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Otherwise there is no bar, and rich is not loaded for it."""
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    with progress("x") as bar:
        assert bar is None


def test_progress_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a terminal it is drawn on stderr and taken away again."""
    stream = io.StringIO()
    monkeypatch.setattr(stream, "isatty", lambda: True, raising=False)
    monkeypatch.setattr(sys, "stderr", stream)
    with progress("sealing", files=2) as bar:
        assert isinstance(bar, Progress)
        bar(2, 100)
    assert "sealing" in stream.getvalue()


def test_a_wide_console_is_not_warned(capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing is said where everything can be shown."""
    warn_if_narrow(["مثبت"])
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(
    ("kind", "value"), [(TIME, decode_instant("2026-01-01T00:00:00Z")), (CLAIMS, (Claim.INTACT,))]
)
def test_values_pass_through_their_types(kind: click.ParamType[Any], value: object) -> None:
    """Click converts defaults once more."""
    assert kind.convert(value, None, None) == value


def test_a_verb_module_is_loaded_only_when_called() -> None:
    """The help of the program costs no cryptography."""
    code = "import sys, custody.cli.program; print('nacl' in sys.modules, 'rich' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert done.stdout.split() == [b"False", b"False"]
