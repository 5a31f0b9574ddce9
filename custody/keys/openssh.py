"""Existing OpenSSH Ed25519 private keys as signers: a key set of one."""

from __future__ import annotations

import re
from base64 import b64decode
from binascii import Error as Base64Error
from typing import Final

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_ssh_private_key

from custody.errors import FormatError, SignerError
from custody.keys.key_file import Passphrase
from custody.keys.signer import SeedSigner
from custody.model.identity import KeyAlgorithm, PublicKey

BEGIN: Final = b"-----BEGIN OPENSSH PRIVATE KEY-----"
MEMBER: Final = "key file"
_ARMOUR: Final = re.compile(BEGIN + rb"\s+([A-Za-z0-9+/=\s]+)-----END OPENSSH PRIVATE KEY-----\s*")
_UNENCRYPTED: Final = b"openssh-key-v1\0\0\0\0\x04none"

_PUBLIC: Final = b"\0\0\0\x0bssh-ed25519\0\0\0\x20"
_PUBLIC_BYTES: Final = 32


def _no_key() -> FormatError:
    return FormatError(MEMBER, expected="one OpenSSH private key", found="other bytes")


def _blob_of(data: bytes) -> bytes:
    armour = _ARMOUR.fullmatch(data)
    if armour is None:
        raise _no_key()
    try:
        return b64decode(armour[1])
    except Base64Error:
        raise _no_key() from None


def public_key_in(data: bytes) -> PublicKey:
    """Return the public key in an OpenSSH private key file; it is readable without the passphrase.

    Raises:
        SignerError: a key of another type (KEY_TYPE).
        FormatError: no OpenSSH private key.
    """
    before, found, after = _blob_of(data).partition(_PUBLIC)
    if not before or not found:
        raise SignerError("key file: expected an ssh-ed25519 key, found another type", code="KEY_TYPE")
    return PublicKey.from_raw(KeyAlgorithm.ED25519, after[:_PUBLIC_BYTES])


def unlock_openssh_key(data: bytes, passphrase: Passphrase | None, name: str) -> SeedSigner:
    """Open an OpenSSH private key file of type ssh-ed25519.

    Args:
        data: the bytes of the file.
        passphrase: asked once, and only for an encrypted key; None when there is nobody to ask.
        name: the identity; the file's own comment is encrypted with the key and not relied on.

    Raises:
        SignerError: encrypted and nobody to ask (KEY_LOCKED), another passphrase (PASSPHRASE_WRONG), or a key
            of another type (KEY_TYPE).
        FormatError: no OpenSSH private key.
        UsageError: a name that is none.
    """
    secret: bytes | None = None
    if not _blob_of(data).startswith(_UNENCRYPTED):
        if passphrase is None:
            raise SignerError("key file: expected a passphrase, found none", code="KEY_LOCKED")
        secret = passphrase()
    try:
        key = load_ssh_private_key(data, secret)
    except UnsupportedAlgorithm:
        raise SignerError(
            "key file: expected an ssh-ed25519 key, found another type", code="KEY_TYPE"
        ) from None
    except ValueError:
        if secret is None:
            raise _no_key() from None
        raise SignerError(
            "key file: expected its own passphrase, found another (or a damaged file)",
            code="PASSPHRASE_WRONG",
        ) from None
    if not isinstance(key, Ed25519PrivateKey):
        raise SignerError("key file: expected an ssh-ed25519 key, found another type", code="KEY_TYPE")
    return SeedSigner(name, key.private_bytes_raw())
