"""Public key files that a person named: ours, or one-line OpenSSH ones."""

from __future__ import annotations

import os

from custody.format.key_file import decode_public_key_file
from custody.format.limits import KEY_FILE_BYTES
from custody.model.identity import Identity
from custody.storage.named_file import read_named_file


def read_public_key(path: str | os.PathLike[str], *, name: str | None = None) -> Identity:
    """Read a public key file.

    Args:
        path: the file.
        name: the label to give the identity instead of the file's own; needed when an OpenSSH line has no
            comment that can serve as one.

    Raises:
        FormatError: it is no public key file, or names nobody.
        StorageError: it cannot be read.
        UsageError: `name` cannot name an identity.
    """
    return decode_public_key_file(read_named_file(os.fspath(path), KEY_FILE_BYTES), name=name)
