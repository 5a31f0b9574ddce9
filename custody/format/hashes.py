"""The hashes that proofs of time may use, by the names that trust files and renewals give them."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha3_256, sha3_384, sha3_512, sha256, sha384, sha512
from typing import Any, Final

from attrs import frozen


@frozen
class Hash:
    """One hash.

    Attributes:
        name: as in a trust's `algorithms`.
        oid: dotted (NIST, computer security objects register).
        size_bytes: length of a digest.
        new: makes the hashlib object.
    """

    name: str
    oid: str
    size_bytes: int
    new: Callable[..., Any]

    def digest(self, data: bytes) -> bytes:
        """Hash bytes."""
        digest: bytes = self.new(data).digest()
        return digest


_NIST: Final = "2.16.840.1.101.3.4.2"
_LISTED: Final = (
    Hash("sha256", f"{_NIST}.1", 32, sha256),
    Hash("sha384", f"{_NIST}.2", 48, sha384),
    Hash("sha512", f"{_NIST}.3", 64, sha512),
    Hash("sha3_256", f"{_NIST}.8", 32, sha3_256),
    Hash("sha3_384", f"{_NIST}.9", 48, sha3_384),
    Hash("sha3_512", f"{_NIST}.10", 64, sha3_512),
)
HASHES: Final = {one.name: one for one in _LISTED}
HASH_OF_OID: Final = {one.oid: one for one in _LISTED}
SHA1_OID: Final = "1.3.14.3.2.26"


def digests_of(data: bytes) -> Callable[[str], bytes]:
    """Return a function that hashes these bytes under a hash by its name."""
    return lambda name: HASHES[name].digest(data)
