"""Keys of several people in the folder of a test."""

from __future__ import annotations

import os
from pathlib import Path

from custody.format.key_file import encode_public_key_file
from custody.keys.key_file import create_key
from custody.keys.secret_file import write_secret_file
from tests.unit.cli.conftest import CHEAP, PASSPHRASE


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


BY = signed_by
