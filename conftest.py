"""The README and the documentation are tests: their Python runs, their consoles show what programs say.

A `python` block runs as it stands, or as a doctest where it has prompts. In a `console` block every line
after `$ ` is run by the shell, in one new folder for the whole page and with custody on PATH; what follows
must be what it prints to standard output and error (`...` stands for anything), and a last line `[exit 1]`
its exit code, if that is not 0. A comment `<!-- skip: next -->` above a block leaves it out.
"""

from __future__ import annotations

import doctest
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from sybil import Example, Sybil
from sybil.parsers.markdown import CodeBlockParser, PythonCodeBlockParser, SkipParser

FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
PAGES = [
    "README.md",
    "docs/*.md",
    "docs/howto/*.md",
    "docs/lawyers/*.md",
    "docs/reference/*.md",
    "docs/tutorial/*.md",
]


def enter_folder(namespace: dict[str, Any]) -> None:
    """Give a page a folder of its own to work in."""
    namespace["_home"] = Path.cwd()
    namespace["_folder"] = tempfile.mkdtemp()
    os.chdir(namespace["_folder"])


def leave_folder(namespace: dict[str, Any]) -> None:
    """Take the page's folder away, also what sealing made read-only."""
    os.chdir(namespace["_home"])
    shutil.rmtree(namespace["_folder"], ignore_errors=True)


def run_console(example: Example) -> str | None:
    """Run the commands of a block; the answer is empty, or says which of them printed something else."""
    commands: list[tuple[str, str]] = []
    for line in str(example.parsed).splitlines():
        if line.startswith("$ "):
            commands.append((line[2:], ""))
        elif commands:
            command, shown = commands[-1]
            commands[-1] = (command, f"{shown}{line}\n")
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    for command, shown in commands:
        done = subprocess.run(  # noqa: S602 - pages of this repository, meant for a shell
            command,
            shell=True,
            check=False,
            env=os.environ | {"PATH": path, "PYTHONUTF8": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            timeout=120,
        )
        printed = done.stdout + (f"[exit {done.returncode}]\n" if done.returncode else "")
        if not doctest.OutputChecker().check_output(shown, printed, FLAGS):
            return f"$ {command}\nexpected:\n{shown}\nfound:\n{printed}"
    return None


pytest_collect_file = Sybil(
    parsers=[
        SkipParser(),
        PythonCodeBlockParser(doctest_optionflags=FLAGS),
        CodeBlockParser(language="console", evaluator=run_console),
    ],
    patterns=PAGES,
    setup=enter_folder,
    teardown=leave_folder,
).pytest()
