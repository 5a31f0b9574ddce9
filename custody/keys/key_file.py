r"""Secret key files, `custody/key/1` (bundle spec, "Key files").

Canonical JSON and one line feed: the public keys in the clear, and under `protection` either a box (argon2id
and secretbox) or, when asked for, the secrets unprotected. The plaintext is

    "custody/key-secret/1\n" || SHA-256(canonical JSON of the object without protection)
    || Ed25519 seed (32 bytes) || ML-DSA-65 seed (32 bytes)

so that the public part cannot be exchanged. After opening, the public keys are computed again and compared.
"""

from __future__ import annotations

import hashlib
import unicodedata
from base64 import b64decode, b64encode
from collections.abc import Callable
from typing import Any, Final

from attrs import frozen
from nacl.bindings import crypto_secretbox, crypto_secretbox_open
from nacl.exceptions import CryptoError
from nacl.exceptions import RuntimeError as KdfError
from nacl.pwhash import argon2id

from custody.errors import FormatError, SignerError, UsageError
from custody.format.canonical import JSONInput, encode_json
from custody.format.key_file import KEY_ENTRY, decode_json_file, decode_key_set, encode_key_set
from custody.format.limits import KEY_FILE_BYTES, MIB
from custody.format.shape import Base64Text, Choice, IdentityName, Integer, OneOf, Record, Sequence
from custody.keys.signer import SEED_BYTES, SeedSigner
from custody.model.identity import Identity

Passphrase = Callable[[], bytes]
"""Asks for the passphrase, once and only when one is needed; see `encode_passphrase`."""

KEY_FORMAT: Final = "custody/key/1"
MEMBER: Final = "key file"
SALT_BYTES: Final = 16
NONCE_BYTES: Final = 24
_KDF: Final = "argon2id"
_MAGIC: Final = b"custody/key-secret/1\n"
_MAC_BYTES: Final = 16
_DIGEST_BYTES: Final = 32
SECRET_BYTES: Final = len(_MAGIC) + _DIGEST_BYTES + 2 * SEED_BYTES
BOX_BYTES: Final = SECRET_BYTES + _MAC_BYTES
# A file must not be able to demand minutes or 64 GiB.
MIN_OPSLIMIT: Final = 1
MAX_OPSLIMIT: Final = 10
MIN_MEMLIMIT: Final = 8 * MIB
MAX_MEMLIMIT: Final = 1024 * MIB
_KEYS: Final = Sequence(KEY_ENTRY, minimum=2, maximum=2)
_BOX: Final = Record(
    required={
        "kdf": Choice([_KDF]),
        "opslimit": Integer(MIN_OPSLIMIT, MAX_OPSLIMIT),
        "memlimit": Integer(MIN_MEMLIMIT, MAX_MEMLIMIT),
        "salt": Base64Text(min_bytes=SALT_BYTES, max_bytes=SALT_BYTES),
        "nonce": Base64Text(min_bytes=NONCE_BYTES, max_bytes=NONCE_BYTES),
        "box": Base64Text(min_bytes=BOX_BYTES, max_bytes=BOX_BYTES),
    }
)
_OPEN: Final = Record(required={"unprotected": Base64Text(min_bytes=SECRET_BYTES, max_bytes=SECRET_BYTES)})
KEY_SHAPE: Final = Record(
    required={
        "format": Choice([KEY_FORMAT]),
        "identity": IdentityName(),
        "keys": _KEYS,
        "protection": OneOf((_BOX, _OPEN)),
    }
)


@frozen
class KdfCost:
    """What one try of a passphrase costs (argon2id, RFC 9106).

    Attributes:
        opslimit: passes, 1 to 10.
        memlimit: memory in bytes, 8 MiB to 1 GiB.
    """

    opslimit: int
    memlimit: int

    def __attrs_post_init__(self) -> None:
        """Refuse a cost that no reader accepts."""
        if not (
            MIN_OPSLIMIT <= self.opslimit <= MAX_OPSLIMIT and MIN_MEMLIMIT <= self.memlimit <= MAX_MEMLIMIT
        ):
            raise UsageError("kdf cost: expected 1 to 10 passes and 8 MiB to 1 GiB, found others")


MODERATE: Final = KdfCost(3, 256 * MIB)


@frozen(kw_only=True)
class ProtectedSecret:
    """A box with all that opens it but the passphrase.

    Attributes:
        cost: the cost of one try.
        salt: 16 bytes.
        nonce: 24 bytes.
        box: secretbox of the plaintext, 133 bytes.
    """

    cost: KdfCost
    salt: bytes
    nonce: bytes
    box: bytes


@frozen(kw_only=True)
class KeyFile:
    """A secret key file as read; nothing of it is opened.

    Attributes:
        claimed_identity: the public part; compared with the secrets once these are open.
        protected: the box, or None when the file is unprotected.
    """

    claimed_identity: Identity
    protected: ProtectedSecret | None


def encode_passphrase(text: str) -> bytes:
    """Spell a typed passphrase as bytes, the same on every keyboard: NFC, UTF-8.

    Raises:
        UsageError: it is empty or is no Unicode text.
    """
    if not text:
        raise UsageError("passphrase: expected one, found none")
    try:
        return unicodedata.normalize("NFC", text).encode("utf-8")
    except UnicodeEncodeError:
        raise UsageError("passphrase: expected Unicode text, found a lone surrogate") from None


def _public_part(identity: Identity) -> dict[str, JSONInput]:
    return {"format": KEY_FORMAT, "identity": identity.name, "keys": encode_key_set(identity.key_set)}


def _header_digest(identity: Identity) -> bytes:
    return hashlib.sha256(encode_json(_public_part(identity))).digest()


def _box_key(passphrase: bytes, cost: KdfCost, salt: bytes) -> bytes:
    try:
        return argon2id.kdf(SEED_BYTES, passphrase, salt, opslimit=cost.opslimit, memlimit=cost.memlimit)
    except KdfError:
        raise SignerError(
            f"key file: expected {cost.memlimit // MIB} MiB of free memory, found less", code="KEY_MEMORY"
        ) from None


def create_key(
    name: str,
    *,
    random: Callable[[int], bytes],
    passphrase: bytes | None,
    cost: KdfCost = MODERATE,
) -> tuple[bytes, SeedSigner]:
    """Make a new hybrid key set.

    Args:
        name: the identity, 1 to 64 of a-z, 0-9 and . _ @ -.
        random: the operating system's random source, such as `os.urandom`.
        passphrase: its bytes (`encode_passphrase`), or None for an unprotected file.
        cost: what one try of the passphrase shall cost.

    Returns:
        The bytes of the key file, for `custody.keys.secret_file.write_secret_file`, and the signer.

    Raises:
        UsageError: a name that is none, or an empty passphrase.
        SignerError: not enough memory for the key derivation.
    """
    seeds = random(SEED_BYTES), random(SEED_BYTES)
    signer = SeedSigner(name, *seeds)
    secret = _MAGIC + _header_digest(signer.identity) + b"".join(seeds)
    if passphrase is None:
        protection: dict[str, JSONInput] = {"unprotected": b64encode(secret).decode("ascii")}
        return encode_json({**_public_part(signer.identity), "protection": protection}) + b"\n", signer
    if not passphrase:
        raise UsageError("passphrase: expected one, found none")
    salt, nonce = random(SALT_BYTES), random(NONCE_BYTES)
    box = crypto_secretbox(secret, nonce, _box_key(passphrase, cost, salt))
    protected = ProtectedSecret(cost=cost, salt=salt, nonce=nonce, box=box)
    return encode_protected_key(signer.identity, protected), signer


def encode_protected_key(identity: Identity, protected: ProtectedSecret) -> bytes:
    """Spell a protected key file: canonical JSON and one line feed."""
    protection: dict[str, JSONInput] = {
        "kdf": _KDF,
        "opslimit": protected.cost.opslimit,
        "memlimit": protected.cost.memlimit,
        "salt": b64encode(protected.salt).decode("ascii"),
        "nonce": b64encode(protected.nonce).decode("ascii"),
        "box": b64encode(protected.box).decode("ascii"),
    }
    return encode_json({**_public_part(identity), "protection": protection}) + b"\n"


def _decode(data: bytes) -> tuple[KeyFile, bytes | None]:
    """Read a key file; the second value is the plaintext of an unprotected one."""
    value: dict[str, Any] = decode_json_file(
        data, KEY_SHAPE, member=MEMBER, limit=KEY_FILE_BYTES, file_format=KEY_FORMAT
    )
    key_set = decode_key_set(value["keys"], member=MEMBER, pointer="/keys")
    identity = Identity(name=value["identity"], key_set=key_set)
    protection = value["protection"]
    if encode_json({**_public_part(identity), "protection": protection}) + b"\n" != data:
        raise FormatError(MEMBER, expected="canonical JSON and one line feed", found="another spelling")
    if "unprotected" in protection:
        return KeyFile(claimed_identity=identity, protected=None), b64decode(protection["unprotected"])
    protected = ProtectedSecret(
        cost=KdfCost(protection["opslimit"], protection["memlimit"]),
        salt=b64decode(protection["salt"]),
        nonce=b64decode(protection["nonce"]),
        box=b64decode(protection["box"]),
    )
    return KeyFile(claimed_identity=identity, protected=protected), None


def decode_key_file(data: bytes) -> KeyFile:
    """Read a secret key file without opening it: its public part and its box.

    Raises:
        FormatError: not exactly the format, or a cost beyond what is accepted.
        VersionError: a later version of the format.
        LimitError: larger than 64 KiB.
    """
    return _decode(data)[0]


def unlock_key(data: bytes, passphrase: Passphrase | None) -> SeedSigner:
    """Open a secret key file.

    Args:
        data: the bytes of the file.
        passphrase: asked once, and only for a protected file; None when there is nobody to ask.

    Raises:
        SignerError: protected and nobody to ask (KEY_LOCKED), another passphrase or a damaged box
            (PASSPHRASE_WRONG), secrets that do not belong to the public keys (KEY_MISMATCH), too little
            memory (KEY_MEMORY).
        FormatError, VersionError, LimitError: as `decode_key_file`.
    """
    found, secret = _decode(data)
    if secret is None and found.protected is not None:
        secret = _open_box(found.protected, _ask(passphrase))
    return signer_of_secret(secret or b"", found.claimed_identity.name, found.claimed_identity)


def _ask(passphrase: Passphrase | None) -> bytes:
    if passphrase is None:
        raise SignerError(
            "key file: expected a passphrase, found none",
            code="KEY_LOCKED",
            hint="this file is protected",
        )
    return passphrase()


def _open_box(protected: ProtectedSecret, passphrase: bytes) -> bytes:
    try:
        return crypto_secretbox_open(
            protected.box, protected.nonce, _box_key(passphrase, protected.cost, protected.salt)
        )
    except CryptoError:
        raise SignerError(
            "key file: expected its own passphrase, found another (or a damaged file)",
            code="PASSPHRASE_WRONG",
        ) from None


def open_protected(protected: ProtectedSecret, name: str, passphrase: Passphrase | None) -> SeedSigner:
    """Open a box that comes without its public part, as from a backup page.

    Raises:
        SignerError: as `unlock_key`.
    """
    return signer_of_secret(_open_box(protected, _ask(passphrase)), name, None)


def signer_of_secret(secret: bytes, name: str, claimed: Identity | None) -> SeedSigner:
    """Make the signer of an opened plaintext and check that it belongs to the public part.

    Raises:
        SignerError: other public keys or another name than when the file was made; code KEY_MISMATCH.
    """
    digest_at = len(_MAGIC)
    seeds_at = digest_at + _DIGEST_BYTES
    if len(secret) == SECRET_BYTES and secret.startswith(_MAGIC):
        signer = SeedSigner(name, secret[seeds_at : seeds_at + SEED_BYTES], secret[seeds_at + SEED_BYTES :])
        bound = secret[digest_at:seeds_at] == _header_digest(signer.identity)
        if bound and claimed in (None, signer.identity):
            return signer
    raise SignerError("key file: expected secrets of these public keys, found others", code="KEY_MISMATCH")
