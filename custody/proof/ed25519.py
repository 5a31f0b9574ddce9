"""Ed25519 verification: one code path, the strict one.

libsodium's verification (RFC 8032, with refusal of small-order points and of scalars beyond the group
order), and the key must be a point of prime order: libsodium alone takes keys with a component of small
order, so that two correct verifiers could give two verdicts.
"""

from __future__ import annotations

from typing import Final

from nacl.bindings import crypto_sign_open
from nacl.exceptions import BadSignatureError

from custody.format.spki import is_prime_order_point

ED25519_SIGNATURE_BYTES: Final = 64


def verify_ed25519(public_key: bytes, message: bytes, signature: bytes) -> bool:
    """Tell whether a signature of 64 bytes over a message verifies under a raw public key of 32 bytes.

    Bytes of another length, and a key that is no point of prime order, verify nothing.
    """
    if len(signature) != ED25519_SIGNATURE_BYTES or not is_prime_order_point(public_key):
        return False
    try:
        crypto_sign_open(signature + message, public_key)
    except BadSignatureError:
        return False
    return True
