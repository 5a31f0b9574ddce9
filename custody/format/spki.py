"""Public keys as DER SubjectPublicKeyInfo and as OpenSSH lines: the two spellings in bundles.

Whoever enrols an Ed25519 key of small or mixed order can later disown what was signed with it: one signature
fits any message. So every Ed25519 key is checked to be a point of prime order whenever it is decoded, and
again by `custody.proof.ed25519` whenever it verifies.
"""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from functools import lru_cache
from typing import Final

from nacl.bindings import crypto_core_ed25519_is_valid_point

from custody.errors import FormatError, UsageError
from custody.format.limits import PUBLIC_KEY_BYTES
from custody.model.identity import ED25519_PUBLIC_BYTES, KeyAlgorithm, PublicKey, is_identity

_OPENSSH_LINE: Final = re.compile(rb"ssh-ed25519 ([A-Za-z0-9+/]{68})(?: ([^\r\n]*))?\r?\n?")
_BLOB_PREFIX: Final = b"\x00\x00\x00\x0bssh-ed25519\x00\x00\x00\x20"


@lru_cache(maxsize=1024)  # one key signs thousands of events, and the check costs half a verification
def is_prime_order_point(raw: bytes) -> bool:
    """Tell whether 32 bytes are the canonical encoding of an Ed25519 point of prime order.

    Refused are the fourteen encodings of the eight points of small order, points of mixed order, other
    non-canonical encodings, and what is no point at all.
    """
    return len(raw) == ED25519_PUBLIC_BYTES and crypto_core_ed25519_is_valid_point(raw)


def decode_spki(algorithm: KeyAlgorithm, spki: bytes, *, member: str, pointer: str = "") -> PublicKey:
    """Read a DER SubjectPublicKeyInfo (RFC 8410; RFC 9881) as a key of the algorithm.

    Args:
        algorithm: what the key must be; never taken from the bytes alone.
        spki: 44 bytes for Ed25519, 1,974 bytes for ML-DSA-65.
        member: the file that is meant, for messages.
        pointer: the place inside a JSON file, for messages.

    Raises:
        FormatError: other bytes, or an Ed25519 key that is no point of prime order.
    """
    try:
        key = PublicKey(algorithm=algorithm, spki=spki)
    except UsageError:
        expected = f"the DER SubjectPublicKeyInfo of {algorithm.value}"
        raise FormatError(member, pointer=pointer, expected=expected, found="other bytes") from None
    _check_point(key, member, pointer)
    return key


def _check_point(key: PublicKey, member: str, pointer: str = "") -> None:
    if key.algorithm is KeyAlgorithm.ED25519 and not is_prime_order_point(key.raw):
        raise FormatError(
            member, pointer=pointer, expected="an Ed25519 point of prime order", found="another point"
        )


def encode_openssh_blob(key: PublicKey) -> bytes:
    """Encode an Ed25519 key as OpenSSH's wire form, 51 bytes (RFC 8709 section 4).

    Raises:
        UsageError: another algorithm; OpenSSH has no form for ML-DSA-65.
    """
    if key.algorithm is not KeyAlgorithm.ED25519:
        raise UsageError("openssh form: expected an ed25519 key, found another algorithm")
    return _BLOB_PREFIX + key.raw


def encode_openssh_line(key: PublicKey) -> bytes:
    """Encode an Ed25519 key as the one line `ssh-ed25519 <base64>` with its line feed and no comment.

    Raises:
        UsageError: another algorithm.
    """
    return b"ssh-ed25519 " + b64encode(encode_openssh_blob(key)) + b"\n"


def decode_openssh_line(data: bytes, *, member: str) -> PublicKey:
    """Read exactly what `encode_openssh_line` writes: one spelling, no comment, one line feed.

    Raises:
        FormatError: any other bytes, or a key that is no point of prime order.
    """
    key, _ = decode_openssh_file(data, member=member)
    if encode_openssh_line(key) != data:
        raise FormatError(member, expected="`ssh-ed25519 <base64>` and a line feed", found="another spelling")
    return key


def decode_openssh_file(data: bytes, *, member: str) -> tuple[PublicKey, str | None]:
    """Read a one-line OpenSSH public key file, as `ssh-keygen` writes it, with its comment.

    Returns:
        The key, and the comment when it can serve as the name of an identity, else None.

    Raises:
        FormatError: not one line of the type ssh-ed25519, or a key that is no point of prime order.
    """
    found = _OPENSSH_LINE.fullmatch(data) if len(data) <= PUBLIC_KEY_BYTES else None
    # 68 digits spell exactly 51 bytes: no padding, no spare bits, one spelling.
    blob = b64decode(found[1]) if found else b""
    if found is None or not blob.startswith(_BLOB_PREFIX):
        raise FormatError(member, expected="one OpenSSH line of type ssh-ed25519", found="other bytes")
    key = PublicKey.from_raw(KeyAlgorithm.ED25519, blob[len(_BLOB_PREFIX) :])
    _check_point(key, member)
    comment = (found[2] or b"").decode("ascii", errors="replace").strip()
    return key, comment if is_identity(comment) else None
