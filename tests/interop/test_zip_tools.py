"""Stock tools read the canonical zip: it is strict, and still a zip for everybody."""

from __future__ import annotations

import io
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import IO, cast

import pytest

from tests.zips import FILES, canonical_zip, sparse_zip

MANY = [(f"top/data/{number:06d}.txt", b"%d" % number) for number in range(70_000)]


@pytest.mark.parametrize("files", [FILES, MANY], ids=["three", "seventy thousand"])
def test_python_reads_names_data_and_checksums(files: list[tuple[str, bytes]]) -> None:
    """It finds no bad member and the same contents."""
    with zipfile.ZipFile(io.BytesIO(canonical_zip(files))) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == [name for name, _ in files]
        assert archive.read(files[-1][0]) == files[-1][1]


@pytest.mark.parametrize("files", [FILES, MANY], ids=["three", "seventy thousand"])
def test_unzip_tests_the_zip_without_complaint(
    files: list[tuple[str, bytes]], tmp_path: Path, require_tool: Callable[[str], str]
) -> None:
    """Info-ZIP warns of every byte that it does not expect; there is none."""
    (tmp_path / "bundle.zip").write_bytes(canonical_zip(files))
    run = subprocess.run(
        [require_tool("unzip"), "-tq", "bundle.zip"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (run.returncode, run.stderr) == (0, "")
    assert "No errors detected" in run.stdout


@pytest.mark.parametrize("command", [["bsdtar", "-tf"], ["7z", "t"]], ids=["bsdtar", "7z"])
def test_other_tools_read_the_zip_where_they_are_installed(command: list[str], tmp_path: Path) -> None:
    """Two more implementations; their absence proves nothing and breaks nothing."""
    if shutil.which(command[0]) is None:
        pytest.skip(f"{command[0]}: expected on PATH, found none")
    (tmp_path / "bundle.zip").write_bytes(canonical_zip())
    run = subprocess.run([*command, "bundle.zip"], cwd=tmp_path, check=False, capture_output=True)
    assert run.returncode == 0, run.stderr


def test_python_finds_members_beyond_four_gib() -> None:
    """With zip64 in all its places, in a file that exists nowhere."""
    virtual, wanted = sparse_zip({"top/a": 5 << 30, "top/b": 0, "top/c": 1 << 40})
    with zipfile.ZipFile(cast("IO[bytes]", virtual)) as archive:
        assert [(info.filename, info.file_size) for info in archive.infolist()] == [
            (member.name, member.size_bytes) for member in wanted
        ]
