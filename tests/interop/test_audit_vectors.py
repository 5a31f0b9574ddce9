"""Test vectors with the tag `audit`: the second opinion ends as the library is expected to."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
EXIT = {"proven": 0, "refuted": 1, "undetermined": 3}
RequireTool = Callable[[str], str]


def header_of(path: Path) -> list[tuple[str, str]]:
    """The header of a vector: key and value of each line, read without the library's help."""
    lines = path.read_bytes().partition(b"\n\n")[0].decode().splitlines()
    return [(key, value) for key, _, value in (line.partition(": ") for line in lines)]


VECTORS = [
    path
    for path in sorted((ROOT / "tests" / "vectors" / "data").glob("*.vector"))
    if "audit" in dict(header_of(path)).get("tags", "").split()
]


@pytest.mark.parametrize("vector", VECTORS, ids=lambda path: path.stem)
def test_the_second_opinion_agrees_with_the_library(
    vector: Path, tmp_path: Path, require_tool: RequireTool
) -> None:
    """Proven ends with 0, refuted with 1, undetermined with 3; what only trust decides, it cannot see."""
    require_tool("ssh-keygen")
    header = header_of(vector)
    with zipfile.ZipFile(io.BytesIO(vector.read_bytes().partition(b"\n\n")[2])) as archive:
        archive.extractall(tmp_path)
    (bundle,) = tmp_path.iterdir()
    for key, value in header:
        if key == "link":
            name, target = value.split()
            (bundle / name).symlink_to(target)
        elif key == "folder":
            (bundle / value).mkdir(parents=True)
    done = subprocess.run(
        [sys.executable, "-I", str(ROOT / "examples" / "audit.py"), str(bundle)],
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        check=False,
        text=True,
    )
    outcome, reason = dict(header)["expect"].split()
    expected = EXIT["proven"] if reason.startswith("SEALER_") else EXIT[outcome]
    assert done.returncode == expected, done.stdout
