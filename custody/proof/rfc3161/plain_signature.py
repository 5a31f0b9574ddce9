"""Signatures in the plain scheme of a key's kind, where `cryptography` does not check them by itself.

It refuses SHA-1 and MD5 in certificates and lists, so that weak and wrong look alike; and it leaves the
signature of an OCSP response to its caller.
"""

from __future__ import annotations

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import HashAlgorithm


def plainly_signed(key: object, hashed: HashAlgorithm | None, signature: bytes, signed: bytes) -> bool:
    """Tell whether a signature verifies as RSA PKCS#1 v1.5, ECDSA or Ed25519, as the key is.

    Args:
        key: a public key; of another kind, nothing verifies.
        hashed: its hash; None for Ed25519, and only there.
        signature: as it stands.
        signed: what it is over.
    """
    try:
        match key, hashed:
            case RSAPublicKey(), HashAlgorithm():
                key.verify(signature, signed, PKCS1v15(), hashed)
            case EllipticCurvePublicKey(), HashAlgorithm():
                key.verify(signature, signed, ECDSA(hashed))
            case Ed25519PublicKey(), None:
                key.verify(signature, signed)
            case _:
                return False
    except (InvalidSignature, UnsupportedAlgorithm, ValueError):  # ValueError: too short a key
        return False
    return True
