"""People who hand a bundle on, in the folder of a test; `tests/unit/cli/conftest.py` has them as `crowd`."""

from __future__ import annotations

import contextlib
import os
import shutil
from pathlib import Path

from custody.cli.__main__ import main
from custody.format.key_file import encode_public_key_file
from custody.keys.key_file import KdfCost, create_key
from custody.keys.secret_file import write_secret_file

CHEAP = KdfCost(1, 8 * 1024 * 1024)
PASSPHRASE = "canary passphrase فجر"


def people(place: Path, *names: str) -> None:
    """Make a key file and a public key file for each, all under the one passphrase."""
    for name in names:
        data, signer = create_key(name, random=os.urandom, passphrase=PASSPHRASE.encode(), cost=CHEAP)
        write_secret_file(str(place / f"{name}.key"), data)
        (place / f"{name}.pub").write_bytes(encode_public_key_file(signer.identity))


def signed_by(name: str, *, trust: str = "t") -> tuple[str, ...]:
    """Return the options by which somebody writes; w-02's key is `k`."""
    key = "k" if name == "w-02" else f"{name}.key"
    return ("--trust", trust, "--key", key, "--passphrase-file", "p")


def gather_crowd(folder: Path) -> None:
    """Make keys of w-02, ngo, law, heir and app; `t` trusts them; w-02 has sealed `b7` and named heir."""
    with contextlib.chdir(folder):
        people(folder, "w-02", "ngo", "law", "heir", "app")
        shutil.move("w-02.key", "k")
        Path("p").write_text(f"{PASSPHRASE}\n", "utf-8")
        Path("src").mkdir()
        Path("src/شهادة.txt").write_text("ما رأيت\n", "utf-8")
        Path("src/photo.jpg").write_bytes(b"\xff\xd8\xff" + bytes(range(250)))
        calls: list[tuple[str, ...]] = [("trust", "new", "t")]
        calls += [
            ("trust", "add", "t", f"{name}.pub", "--unconfirmed") for name in ("w-02", "ngo", "law", "heir")
        ]
        calls += [("trust", "add", "t", "app.pub", "--role", "approver", "--unconfirmed")]
        calls += [("seal", "src", "--out", "b7", "--successor", "heir.pub", *signed_by("w-02")[2:])]
        for words in calls:
            if main(words) != 0:
                raise AssertionError(words)


BY = signed_by
