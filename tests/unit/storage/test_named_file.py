"""Files that a person named."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

from custody.errors import ExistsError, LimitError, StorageError
from custody.storage.named_file import read_named_file, write_named_file


class Stream:
    """A standard stream with its bytes."""

    def __init__(self, data: bytes = b"") -> None:
        """Hold bytes."""
        self.buffer = io.BytesIO(data)


@pytest.mark.parametrize(("limit", "fits"), [(3, True), (2, False)])
def test_a_file_is_read_up_to_its_limit(tmp_path: Path, limit: int, *, fits: bool) -> None:
    """N bytes are accepted, n + 1 are not."""
    path = tmp_path / "f"
    path.write_bytes(b"abc")
    if fits:
        assert read_named_file(str(path), limit) == b"abc"
    else:
        with pytest.raises(LimitError):
            read_named_file(str(path), limit)


def test_a_link_is_followed(tmp_path: Path) -> None:
    """The person chose it."""
    (tmp_path / "f").write_bytes(b"abc")
    (tmp_path / "l").symlink_to("f")
    assert read_named_file(str(tmp_path / "l"), 3) == b"abc"


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    """Nor is a device."""
    with pytest.raises(StorageError) as caught:
        read_named_file(str(tmp_path), 3)
    assert caught.value.code == "NOT_A_FILE"


def test_a_message_names_no_host_path(tmp_path: Path) -> None:
    """The last component alone."""
    with pytest.raises(StorageError) as caught:
        read_named_file(str(tmp_path / "absent"), 3)
    assert (caught.value.code, str(tmp_path) in str(caught.value)) == ("MISSING", False)


def test_standard_streams(monkeypatch: pytest.MonkeyPatch) -> None:
    """A hyphen names them, with the same limit."""
    out = Stream()
    monkeypatch.setattr(sys, "stdin", Stream(b"abc"))
    monkeypatch.setattr(sys, "stdout", out)
    assert read_named_file("-", 3) == b"abc"
    write_named_file("-", b"xyz")
    assert out.buffer.getvalue() == b"xyz"


def test_a_new_file_is_never_over_another(tmp_path: Path) -> None:
    """It is created, or what is there stays."""
    path = tmp_path / "f"
    write_named_file(str(path), b"one")
    with pytest.raises(ExistsError):
        write_named_file(str(path), b"two")
    assert path.read_bytes() == b"one"
