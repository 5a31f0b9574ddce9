"""Writing a canonical zip."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from custody.errors import SourceChangedError
from custody.storage.zip_source import open_zip
from custody.storage.zip_writer import new_zip


def test_what_is_written_is_canonical(tmp_path: Path) -> None:
    """Our reader makes the directory again and finds it equal; another reader finds the same files."""
    path = tmp_path / "z.zip"
    with new_zip(str(path)) as made:
        made.add("b/data/000001.txt", 4, [b"ab", b"cd"])
        made.add("b/empty", 0, [])
    source = open_zip(str(path))
    assert b"".join(source.blocks("data/000001.txt")) == b"abcd"
    source.close()
    with zipfile.ZipFile(path) as found:
        assert (found.testzip(), found.namelist()) == (None, ["b/data/000001.txt", "b/empty"])


@pytest.mark.parametrize("blocks", [[b"abc"], [b"abcde"]])
def test_a_file_that_grew_or_shrank_is_refused(tmp_path: Path, blocks: list[bytes]) -> None:
    """Nothing is left."""
    with pytest.raises(SourceChangedError), new_zip(str(tmp_path / "z.zip")) as made:
        made.add("b/f", 4, blocks)
    assert not list(tmp_path.iterdir())
