"""SSHSIG signatures of OpenSSH (PROTOCOL.sshsig) in the one form that bundles hold.

Version 1, ssh-ed25519, hash sha512, empty reserved field, armour in lines of 70. The file is what a stamp
covers, so it must not be malleable: the reader decodes, armours again and compares bytes. So it is stricter
than `ssh-keygen`, which accepts other line widths and text after the end.
"""

from __future__ import annotations

import hashlib
import re
from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from datetime import timedelta
from typing import Final

from attrs import field, frozen

from custody.errors import FormatError, UsageError
from custody.format.limits import SIGNATURE_BYTES
from custody.format.spki import encode_openssh_line
from custody.model.identity import ED25519_PUBLIC_BYTES, PublicKey, is_identity
from custody.model.instant import Instant

SIGNATURE_FORM: Final = "SIGNATURE_FORM"
_ARMOUR: Final = re.compile(
    rb"-----BEGIN SSH SIGNATURE-----\n([A-Za-z0-9+/=\n]+)\n-----END SSH SIGNATURE-----\n"
)
_BEGIN: Final = b"-----BEGIN SSH SIGNATURE-----\n"
_END: Final = b"\n-----END SSH SIGNATURE-----\n"
_LINE_DIGITS: Final = 70
_MAGIC: Final = b"SSHSIG"
_VERSION: Final = (1).to_bytes(4, "big")
_NAMESPACE: Final = re.compile(
    r"[a-z0-9][a-z0-9.@-]{0,63}"
)  # nothing that allowed_signers reads as a pattern
_KEY_AT: Final = 33  # magic 6, version 4, length 4, type 15, length 4
_NAMESPACE_AT: Final = _KEY_AT + ED25519_PUBLIC_BYTES + 4
_BYTES_BESIDE_NAMESPACE: Final = 170
_RAW_BYTES: Final = 64
_SECOND: Final = timedelta(seconds=1)


@frozen(kw_only=True)
class SshSignature:
    """What a signature file says; nothing of it is verified.

    Attributes:
        public_key: the key that it claims to be made with, raw, 32 bytes; material, never trust.
        namespace: what the signature is for.
        signature: R and S, 64 bytes.
    """

    public_key: bytes = field(repr=False)
    namespace: str
    signature: bytes = field(repr=False)


def _string(data: bytes) -> bytes:
    """Spell an SSH string (RFC 4251 section 5)."""
    return len(data).to_bytes(4, "big") + data


def _namespace_bytes(namespace: str) -> bytes:
    if not _NAMESPACE.fullmatch(namespace):
        raise UsageError("namespace: expected 1 to 64 of a-z, 0-9 and . @ -, found another text")
    return namespace.encode("ascii")


def encode_signed_data(message: bytes, namespace: str) -> bytes:
    """Spell what the key signs for a message (PROTOCOL.sshsig section 3).

    Raises:
        UsageError: the namespace has other characters than a-z, 0-9, dot, at sign and hyphen.
    """
    digest = hashlib.sha512(message).digest()
    parts = (_namespace_bytes(namespace), b"", b"sha512", digest)
    return _MAGIC + b"".join(_string(part) for part in parts)


def encode_sshsig(signature: SshSignature) -> bytes:
    """Spell the armoured signature file; the only spelling that `decode_sshsig` accepts.

    Raises:
        UsageError: an impossible namespace, or lengths other than 32 and 64 bytes.
    """
    if len(signature.public_key) != ED25519_PUBLIC_BYTES or len(signature.signature) != _RAW_BYTES:
        raise UsageError("ssh signature: expected a key of 32 and a signature of 64 bytes, found others")
    parts = (
        _string(b"ssh-ed25519") + _string(signature.public_key),
        _namespace_bytes(signature.namespace),
        b"",
        b"sha512",
        _string(b"ssh-ed25519") + _string(signature.signature),
    )
    digits = b64encode(_MAGIC + _VERSION + b"".join(_string(part) for part in parts))
    lines = (digits[start : start + _LINE_DIGITS] for start in range(0, len(digits), _LINE_DIGITS))
    return _BEGIN + b"\n".join(lines) + _END


def decode_sshsig(data: bytes, *, member: str) -> SshSignature:
    """Read an armoured signature file that is exactly in the canonical form.

    Args:
        data: the bytes of the file.
        member: the file that is meant, for messages.

    Raises:
        FormatError: any other bytes, with the code SIGNATURE_FORM.
    """
    signature = _read_blob(data)
    if signature is None or not _NAMESPACE.fullmatch(signature.namespace) or encode_sshsig(signature) != data:
        raise FormatError(
            member,
            expected="an SSH signature (ssh-ed25519, sha512) in its canonical armour",
            found="other bytes",
            code=SIGNATURE_FORM,
        )
    return signature


def _read_blob(data: bytes) -> SshSignature | None:
    """Take the variable parts out of the armour; the caller spells it again and compares."""
    armour = _ARMOUR.fullmatch(data) if len(data) <= SIGNATURE_BYTES else None
    if armour is None:
        return None
    try:
        blob = b64decode(armour[1].replace(b"\n", b""), validate=True)
    except Base64Error:
        return None
    namespace = blob[_NAMESPACE_AT : _NAMESPACE_AT + len(blob) - _BYTES_BESIDE_NAMESPACE]
    if len(blob) <= _BYTES_BESIDE_NAMESPACE or not namespace.isascii():
        return None
    return SshSignature(
        public_key=blob[_KEY_AT : _KEY_AT + ED25519_PUBLIC_BYTES],
        namespace=namespace.decode("ascii"),
        signature=blob[-_RAW_BYTES:],
    )


def allowed_signers_line(
    identity: str,
    key: PublicKey,
    namespace: str,
    *,
    valid_from: Instant | None = None,
    valid_until: Instant | None = None,
) -> str:
    """Spell the line of an `allowed_signers` file with which `ssh-keygen -Y verify` checks a signature.

    Args:
        identity: the principal, as for `-I`.
        key: its Ed25519 key.
        namespace: as for `-n`.
        valid_from: the first moment at which the key counts, or None.
        valid_until: the first moment at which it no longer counts, or None. OpenSSH counts its own bound in,
            so the last whole second before this moment is written.

    Returns:
        The line with its line feed. Times end in Z: without it `ssh-keygen` reads them as local.

    Raises:
        UsageError: the identity or namespace is none, or the key is not Ed25519.
    """
    if not is_identity(identity):
        raise UsageError("identity: expected 1 to 64 of a-z, 0-9 and . _ @ -, found another text")
    options = [f'namespaces="{_namespace_bytes(namespace).decode("ascii")}"']
    if valid_until is not None:
        last = valid_until.moment - timedelta(microseconds=1)
        options.insert(0, f'valid-before="{last.strftime("%Y%m%d%H%M%SZ")}"')
    if valid_from is not None:
        first = valid_from.moment
        if first.microsecond:
            first = first.replace(microsecond=0) + _SECOND
        options.insert(0, f'valid-after="{first.strftime("%Y%m%d%H%M%SZ")}"')
    return f"{identity} {','.join(options)} {encode_openssh_line(key).decode('ascii')}"
