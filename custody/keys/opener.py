"""Opening a signer from a file on disk, whichever kind of key file it is."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Final

from custody.errors import FormatError, SignerError, UsageError
from custody.format.limits import KEY_FILE_BYTES, PUBLIC_KEY_BYTES
from custody.format.spki import decode_openssh_file
from custody.keys.key_file import Passphrase, encode_passphrase, unlock_key
from custody.keys.openssh import BEGIN, unlock_openssh_key
from custody.keys.secret_file import read_secret_file
from custody.keys.signer import SeedSigner
from custody.model.identity import PublicKey

MEMORY_SUFFIX: Final = ".published"
"""Of the folder beside a key file in which it is remembered what its keys have published."""

_STDIN: Final = "-"


def open_signer(
    path: str | os.PathLike[str],
    passphrase: Callable[[], bytes | str] | None = None,
    *,
    name: str | None = None,
) -> SeedSigner:
    """Open a key file for signing: ours, or an OpenSSH private key of type ssh-ed25519.

    Args:
        path: the file; it must be yours alone (mode 0600), else it is refused.
        passphrase: a function that is asked once, and only when the file is protected; None when there is
            nobody to ask. Text that it returns is spelt as `encode_passphrase` spells it; bytes are taken as
            they are.
        name: the identity of an OpenSSH key; files of ours name their own. Without it the comment of the
            `.pub` file beside the key serves, if that file is of the same key and the comment can be a name.

    Returns:
        A signer, unlocked once for any number of signatures. It remembers in `<path>.published` what it has
        written in the logs of bundles, so that an older copy of one is never continued.

    Raises:
        SignerError: absent, unsafe, locked, another passphrase, another type, or without a name
            (IDENTITY_MISSING).
        FormatError, VersionError, LimitError: no key file.
        StorageError: the machine refused to read it.
        UsageError: `name` cannot name an identity, or `passphrase` is no function or returns no passphrase.
    """
    signer = _open(Path(path), _asked(passphrase), name)
    if os.fspath(path) != _STDIN:
        # One memory for one key, by whichever path and from whichever folder it is opened.
        signer.memory = f"{os.path.realpath(path)}{MEMORY_SUFFIX}"
    return signer


def _open(place: Path, ask: Passphrase | None, name: str | None) -> SeedSigner:
    data = read_secret_file(os.fspath(place), limit_bytes=KEY_FILE_BYTES)
    if not data.startswith(BEGIN):
        return unlock_key(data, ask)
    beside = _public_key_beside(place)
    label = name if name is not None else beside[1] if beside else None
    if label is None:
        raise SignerError(
            "key file: expected a name for this OpenSSH key, found none",
            code="IDENTITY_MISSING",
            hint="say which identity signs, such as w-01",
        )
    signer = unlock_openssh_key(data, ask, label)
    if name is None and beside and beside[0] not in signer.identity.key_set.keys:
        raise SignerError(
            "key file: expected the .pub file of this key beside it, found another key's",
            code="IDENTITY_MISSING",
        )
    return signer


def _asked(passphrase: Callable[[], bytes | str] | None) -> Passphrase | None:
    if passphrase is None:
        return None
    if not callable(passphrase):
        raise UsageError(
            "passphrase: expected a function that is asked for it, found another object",
            hint="a passphrase that nobody holds longer than needed: passphrase=lambda: …",
        )

    def ask() -> bytes:
        given: object = passphrase()
        if isinstance(given, str):
            return encode_passphrase(given)
        if not isinstance(given, bytes):
            raise UsageError("passphrase: expected bytes or text, found another object")
        return given

    return ask


def _public_key_beside(path: Path) -> tuple[PublicKey, str | None] | None:
    """Read `<path>.pub`; whatever is wrong with it, it only means that it names nobody."""
    try:
        with path.with_name(f"{path.name}.pub").open("rb") as file:
            return decode_openssh_file(file.read(PUBLIC_KEY_BYTES + 1), member="public key file")
    except (OSError, FormatError):
        return None
