"""ML-DSA-65 verification (FIPS 204, pure, with a context string)."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA65PublicKey

from custody.model.identity import MLDSA65_PUBLIC_BYTES

MLDSA65_SIGNATURE_BYTES: Final = 3309
_MAX_CONTEXT_BYTES: Final = 255


def verify_mldsa65(public_key: bytes, message: bytes, signature: bytes, context: bytes) -> bool:
    """Tell whether a signature of 3,309 bytes verifies under a raw public key of 1,952 bytes.

    Args:
        public_key: the raw key; another length verifies nothing.
        message: the signed bytes.
        signature: another length verifies nothing.
        context: at most 255 bytes (FIPS 204 section 5.3); a longer one verifies nothing.
    """
    if len(signature) != MLDSA65_SIGNATURE_BYTES or len(public_key) != MLDSA65_PUBLIC_BYTES:
        return False
    if len(context) > _MAX_CONTEXT_BYTES:
        return False
    try:
        _load(public_key).verify(signature, message, context)
    except InvalidSignature:
        return False
    return True


@lru_cache(maxsize=64)
def _load(public_key: bytes) -> MLDSA65PublicKey:
    """Expand a key once: the events of a log are signed with the same few keys."""
    return MLDSA65PublicKey.from_public_bytes(public_key)
