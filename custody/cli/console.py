"""What the command line says, and where: results to stdout, talk to stderr, questions to the terminal.

Results are plain lines of text, or bytes of JSON that no console setting may change.
"""

from __future__ import annotations

import io
import os
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Literal, Self, TextIO

import click

from custody.errors import CustodyError
from custody.present.display import NARROW, can_show, display
from custody.present.text import Look
from custody.report.claim import Outcome

_COLOURS = {Outcome.PROVEN: "green", Outcome.REFUTED: "red", Outcome.UNDETERMINED: "yellow"}
_REDRAW_SECONDS = 0.1


def prepare_streams() -> bool:
    """Make sure that no character and no closed stream stops the output.

    What a console lacks is written out as an escape. A closed standard input is empty, and a closed standard
    error swallows the talk.

    Returns:
        Whether there is a standard output. Without one a command must not begin: its result would be lost.
    """
    there = sys.stdout is not None
    if None in (sys.stdin, sys.stdout, sys.stderr):
        _fill_descriptors()
        sys.stdin = sys.stdin or _nowhere("r")
        sys.stdout = sys.stdout or _nowhere("w")
        sys.stderr = sys.stderr or _nowhere("w")
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=NARROW)
    return there


def _fill_descriptors() -> None:
    """Take the numbers 0 to 2, else the next file to be opened gets one, and is written into by accident."""
    while (number := os.open(os.devnull, os.O_RDWR)) <= 2:  # noqa: PLR2004 - standard error
        pass
    os.close(number)


def _nowhere(mode: Literal["r", "w"]) -> TextIO:
    return Path(os.devnull).open(mode, encoding="utf-8")


def silence(stream: TextIO) -> None:
    """Let what a broken stream still holds go nowhere, so that it cannot fail once more when Python ends."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def answer(text: str) -> None:
    """Print a part of the result; ends the line unless the text does."""
    # Not click.echo: on a console that says ASCII it would write UTF-8 all the same.
    sys.stdout.write(text if text.endswith("\n") else f"{text}\n")


def answer_bytes(data: bytes) -> None:
    """Print bytes, JSON for instance, exactly as they are."""
    sys.stdout.flush()
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()


def tell(text: str) -> None:
    """Say something that is no result."""
    sys.stdout.flush()  # so that both read in order on one console
    _to_stderr(text)


def tell_error(message: str, hint: str | None = None) -> None:
    """Say in one line why a command ended, and in another what to do; even when standard output is broken."""
    with suppress(OSError, ValueError):
        sys.stdout.flush()
    _to_stderr(f"custody: {message}")
    if hint:
        _to_stderr(f"hint: {hint}")


def _to_stderr(text: str) -> None:
    """Talk is no result: when nobody can hear it, the command goes on."""
    try:
        sys.stderr.write(f"{text}\n")
        sys.stderr.flush()
    except (OSError, ValueError):
        silence(sys.stderr)


def error_lines(error: CustodyError) -> tuple[str, str | None]:
    """Return message, with its code, and hint of an error."""
    return f"{display(str(error))} [{error.code}]", error.hint


def stdout_encoding() -> str:
    """Return the encoding of the console that results go to."""
    return getattr(sys.stdout, "encoding", None) or "ascii"


def look() -> Look:
    """Return marks and colours that this console can show; NO_COLOR and dumb terminals get no colour."""
    encoding = stdout_encoding()
    plain = "NO_COLOR" in os.environ or os.environ.get("TERM", "" if os.name == "nt" else "dumb") == "dumb"
    if plain or not sys.stdout.isatty():
        return Look(encoding=encoding)
    return Look(encoding=encoding, paint=lambda text, outcome: click.style(text, fg=_COLOURS[outcome]))


def warn_if_narrow(texts: Iterable[str]) -> None:
    """Say so when the console cannot show the words of the chosen language."""
    if not all(can_show(text, stdout_encoding()) for text in texts):
        tell("custody: this console cannot show these letters; set PYTHONUTF8=1 or use --language en")


class Progress:
    """Counts files and bytes on a bar on stderr, where that is a terminal."""

    def __init__(self, title: str, files: int | None) -> None:
        """Start the bar; rich is loaded only here."""
        from rich.console import Console  # noqa: PLC0415 - costs 60 ms, needed on terminals only
        from rich.progress import Progress as Bar  # noqa: PLC0415 - as above

        # A thread that redraws would keep storage from forking its workers; so the bar is redrawn from here.
        self._bar = Bar(console=Console(stderr=True), transient=True, auto_refresh=False)
        self._drawn_at = time.monotonic()
        self._task = self._bar.add_task(title, total=files)

    def __enter__(self) -> Self:
        """Show the bar."""
        self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Take the bar away."""
        self._bar.stop()

    def __call__(self, files: int, _size_bytes: int) -> None:
        """Count what is done."""
        self._bar.advance(self._task, files)
        if time.monotonic() - self._drawn_at >= _REDRAW_SECONDS:
            self._bar.refresh()
            self._drawn_at = time.monotonic()


@contextmanager
def progress(title: str, *, files: int | None = None) -> Iterator[Progress | None]:
    """Give a progress bar for the time of a task, or None where stderr is no terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    with Progress(title, files) as bar:
        yield bar
