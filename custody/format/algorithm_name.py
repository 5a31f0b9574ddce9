"""The names that a trust's `algorithms` may give to hashes and signatures: a closed list.

Verification asks for the ends of these and no others, so a name that is not among them would end nothing, and
whoever wrote it would never know.
"""

from __future__ import annotations

from typing import Final

from custody.format.hashes import HASHES

SHA1: Final = "sha1"
RSA: Final = "rsa"
ECDSA: Final = "ecdsa"
ED25519: Final = "ed25519"
MLDSA65: Final = "mldsa65"

_RSA_BITS: Final = (2048, 3072, 4096, 8192)
_EXACT_CURVES: Final = {
    "secp256r1": "ecdsa-p256",
    "secp384r1": "ecdsa-p384",
    "secp521r1": "ecdsa-p521",
    "secp256k1": "ecdsa-secp256k1",
    "brainpoolp256r1": "ecdsa-brainpoolp256r1",
    "brainpoolp384r1": "ecdsa-brainpoolp384r1",
    "brainpoolp512r1": "ecdsa-brainpoolp512r1",
}

ALGORITHM_NAMES: Final = (
    SHA1,
    *HASHES,
    ED25519,
    MLDSA65,
    RSA,
    *(f"{RSA}-{bits}" for bits in _RSA_BITS),
    ECDSA,
    *_EXACT_CURVES.values(),
)
"""Hashes, then signatures; a general name stands before the exact ones."""


def rsa_names(key_bits: int) -> tuple[str, ...]:
    """Name RSA with a key of so many bits: the general name, and each `rsa-N` that speaks of it.

    `rsa-N` means keys of at most N bits, so that no key lies between two names: the end of `rsa-3072` is the
    end of 2,049 bits as well.
    """
    return (RSA, *(f"{RSA}-{bits}" for bits in _RSA_BITS if key_bits <= bits))


def ecdsa_names(curve: str) -> tuple[str, ...]:
    """Name ECDSA on a curve: the general name, and the exact one where the curve has one.

    Args:
        curve: as SEC 2 and RFC 5639 name it, such as `secp256r1` or `brainpoolP256r1`, in any case.
    """
    exact = _EXACT_CURVES.get(curve.lower())
    return (ECDSA,) if exact is None else (ECDSA, exact)
