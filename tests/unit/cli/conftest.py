"""A command line in its own folder, with a sealed bundle and keys in it."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from custody.cli.__main__ import main
from custody.format.key_file import encode_public_key_file
from custody.keys.key_file import create_key
from custody.keys.secret_file import write_secret_file
from custody.model.identity import Identity
from tests.interop.sample_bundle import Sample, make_sample
from tests.unit.cli import people

PASSPHRASE = people.PASSPHRASE


class Ran(NamedTuple):
    """What a command did."""

    code: int
    out: str
    err: str


Shell = Callable[..., Ran]


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Sample]:
    """A folder: bundle `b`, its public key `w-01.pub`, a key `k`, its passphrase `p`, files in `src`."""
    folder = tmp_path_factory.mktemp("made")
    sample = make_sample()
    sample.write_whole(folder / "b")
    sealer = sample.sealers[0]
    public = encode_public_key_file(Identity(name=sealer.identity, key_set=sealer.key_set))
    (folder / "w-01.pub").write_bytes(public)
    data, signer = create_key("w-02", random=os.urandom, passphrase=PASSPHRASE.encode(), cost=people.CHEAP)
    (folder / "k").write_bytes(data)
    (folder / "p").write_text(f"{PASSPHRASE}\nsecond line\n", "utf-8")
    (folder / "w-02.pub").write_bytes(encode_public_key_file(signer.identity))
    (folder / "src" / "ملفات").mkdir(parents=True)
    (folder / "src" / "ملفات" / "شهادة.txt").write_text("ما رأيت\n", "utf-8")
    (folder / "src" / "photo.jpg").write_bytes(b"\xff\xd8\xff" + hashlib.sha256(b"photo").digest() * 9)
    (folder / "src" / ".DS_Store").write_bytes(b"litter")
    return folder, sample


@pytest.fixture
def place(made: tuple[Path, Sample], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the folder that the test may change; it is the present one."""
    folder = tmp_path / "place"
    shutil.copytree(made[0], folder, ignore=shutil.ignore_patterns("k"))
    write_secret_file(str(folder / "k"), (made[0] / "k").read_bytes())
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def sample(made: tuple[Path, Sample]) -> Sample:
    """What the bundle was made from."""
    return made[1]


@pytest.fixture
def shell(place: Path, capsys: pytest.CaptureFixture[str]) -> Shell:
    """Run a command in the folder."""
    assert place == Path.cwd()

    def run(*words: str) -> Ran:
        capsys.readouterr()
        code = main(words)
        done = capsys.readouterr()
        return Ran(code, done.out, done.err)

    return run


@pytest.fixture(scope="session")
def gathered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with what `gather_crowd` makes."""
    folder = tmp_path_factory.mktemp("crowd")
    people.gather_crowd(folder)
    return folder


@pytest.fixture
def crowd(gathered: Path, place: Path) -> Path:
    """The present folder, with the people who hand a bundle on."""
    for name in ("k", "p"):
        (place / name).unlink()
    shutil.rmtree(place / "src")
    shutil.copytree(gathered, place, dirs_exist_ok=True)
    return place


def described(place: Path, items: Mapping[str, Mapping[str, Any]]) -> Path:
    """Write small files into a folder `poor`, and beside it `poor.json` that tells their fields."""
    folder = place / "poor"
    folder.mkdir()
    for name in items:
        (folder / name).write_text("x", "utf-8")
    listed = [{"path": name, **fields} for name, fields in items.items()]
    (place / "poor.json").write_text(json.dumps({"format": "custody/metadata/1", "items": listed}), "utf-8")
    return folder
