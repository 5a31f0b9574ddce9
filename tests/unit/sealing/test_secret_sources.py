"""Secrets among the sources are refused before anything is written."""

from __future__ import annotations

import io
import os
from pathlib import Path

import pytest

from custody.errors import SourceRefusedError
from custody.keys.key_file import create_key
from custody.sealing.draft import Draft
from custody.sealing.gather import gather
from custody.sealing.seal import SealOptions
from custody.sealing.secret_sources import is_secret_key
from tests.unit.sealing.conftest import Seal

KEY_FILE, _SIGNER = create_key("w-01", random=os.urandom, passphrase=None)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A folder with one photo in it."""
    folder = tmp_path / "source"
    folder.mkdir()
    (folder / "photo.jpg").write_bytes(b"\xff\xd8\xff")
    return folder


@pytest.mark.parametrize(
    "head",
    [
        KEY_FILE,
        b"\xef\xbb\xbf" + KEY_FILE,
        b"-----BEGIN OPENSSH PRIVATE KEY-----\n",
        b"-----BEGIN PRIVATE KEY-----\n",
        b"-----BEGIN ENCRYPTED PRIVATE KEY-----\r\n",
        b"-----BEGIN PGP PRIVATE KEY BLOCK-----\n",
        b"Bag Attributes\n    friendlyName: x\n-----BEGIN RSA PRIVATE KEY-----\n",
    ],
)
def test_a_secret_key_is_known_by_its_beginning(head: bytes) -> None:
    """Ours and the armours that other tools write."""
    assert is_secret_key(head)


@pytest.mark.parametrize(
    "head",
    [
        b"",
        b'{"format":"custody/public-key/1","identity":"w-01"}',
        b"-----BEGIN PUBLIC KEY-----\n",
        b"-----BEGIN CERTIFICATE-----\n",
        b"he wrote -----BEGIN PRIVATE KEY----- in a letter",
        b"x" * 1024 + b"\n-----BEGIN PRIVATE KEY-----\n",
    ],
)
def test_what_is_no_secret_key_is_sealed(head: bytes) -> None:
    """Public keys are no secret, and evidence may speak of keys."""
    assert not is_secret_key(head)


@pytest.mark.parametrize("secret", [KEY_FILE, b"-----BEGIN OPENSSH PRIVATE KEY-----\nAA\n"])
def test_a_key_among_the_sources_is_refused(seal: Seal, source: Path, out: Path, secret: bytes) -> None:
    """Every one is named, and nothing is written."""
    (source / "deep").mkdir()
    (source / "deep" / "w-01.key").write_bytes(secret)
    (source / "copy").write_bytes(secret)
    with pytest.raises(SourceRefusedError) as caught:
        seal(gather(Draft(), [source]))
    assert caught.value.refused == (("copy", "a secret key"), ("deep/w-01.key", "a secret key"))
    assert "move it out" in (caught.value.hint or "")
    assert list(out.iterdir()) == []


def test_a_key_added_by_its_path_is_refused(seal: Seal, source: Path, out: Path) -> None:
    """Also under another name."""
    (source / "k").write_bytes(KEY_FILE)
    with pytest.raises(SourceRefusedError):
        seal(Draft().add(source / "k", name="letter.txt"))
    assert list(out.iterdir()) == []


def test_a_key_in_a_stream_is_refused(seal: Seal, out: Path) -> None:
    """It is known when its first bytes come; nothing is left."""
    with pytest.raises(SourceRefusedError, match="stream"):
        seal(Draft().add(io.BytesIO(KEY_FILE)))
    assert [path.name for path in out.iterdir() if not path.name.endswith(".lock")] == []


def test_the_passphrase_in_use_is_refused(seal: Seal, source: Path, tmp_path: Path, out: Path) -> None:
    """It looks like any text; where it lies tells, whichever name leads there."""
    (source / "note.txt").write_bytes(b"correct horse")
    (tmp_path / "pass").hardlink_to(source / "note.txt")
    (source / "large").write_bytes(bytes(100_000))
    never = (str(tmp_path / "pass"), str(source / "large"), str(tmp_path / "absent"), "-")
    with pytest.raises(SourceRefusedError) as caught:
        seal(gather(Draft(), [source]), options=SealOptions(never=never))
    assert [name for name, _reason in caught.value.refused] == ["large", "note.txt"]
    assert list(out.iterdir()) == []


def test_files_that_are_not_sealed_may_be_named(seal: Seal, source: Path, tmp_path: Path) -> None:
    """A key that lies elsewhere disturbs nobody."""
    (tmp_path / "pass").write_bytes(b"x")
    assert seal(gather(Draft(), [source]), options=SealOptions(never=(str(tmp_path / "pass"),))).seal_id
