"""Public keys, key sets and identities: what a signer is, without any secret."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from enum import Enum
from functools import cached_property

from attrs import field, frozen

from custody.errors import UsageError

IDENTITY_PATTERN = r"[a-z0-9._@-]{1,64}"
_IDENTITY = re.compile(IDENTITY_PATTERN)
ED25519_SPKI_PREFIX = bytes.fromhex("302a300506032b6570032100")
MLDSA65_SPKI_PREFIX = bytes.fromhex("308207b2300b0609608648016503040312038207a100")
ED25519_PUBLIC_BYTES = 32
MLDSA65_PUBLIC_BYTES = 1952
FINGERPRINT_TAG = "custody/fingerprint/1\n"
_FINGERPRINT_GROUPS = 12


class KeyAlgorithm(Enum):
    """The two algorithms that sign events in version 1."""

    ED25519 = "ed25519"
    MLDSA65 = "mldsa65"


def is_identity(text: str) -> bool:
    """Tell whether a text may name an identity: 1 to 64 of a-z, 0-9, dot, underscore, at sign, hyphen."""
    return _IDENTITY.fullmatch(text) is not None


def _check_identity(_instance: object, _attribute: object, value: str) -> None:
    if not is_identity(value):
        message = "identity: expected 1 to 64 of a-z, 0-9 and . _ @ -, found another text"
        raise UsageError(message, hint="a pseudonym such as w-01 or archive.damascus will do")


_PREFIXES = {
    KeyAlgorithm.ED25519: (ED25519_SPKI_PREFIX, ED25519_PUBLIC_BYTES),
    KeyAlgorithm.MLDSA65: (MLDSA65_SPKI_PREFIX, MLDSA65_PUBLIC_BYTES),
}


@frozen(kw_only=True)
class PublicKey:
    """One public key.

    The constructor checks prefix and length only; that an Ed25519 key is a point of prime order is checked by
    `custody.format.spki` when a key is read and by `custody.proof.ed25519` when it verifies.

    Attributes:
        algorithm: Ed25519 or ML-DSA-65.
        spki: DER SubjectPublicKeyInfo (RFC 8410; RFC 9881), 44 or 1,974 bytes.
    """

    algorithm: KeyAlgorithm
    spki: bytes = field(repr=False)

    def __attrs_post_init__(self) -> None:
        """Refuse bytes that are not the one DER form of the algorithm."""
        prefix, size = _PREFIXES[self.algorithm]
        if len(self.spki) != len(prefix) + size or not self.spki.startswith(prefix):
            message = f"public key: expected the DER form of {self.algorithm.value}, found other bytes"
            raise UsageError(message)

    @classmethod
    def from_raw(cls, algorithm: KeyAlgorithm, raw: bytes) -> PublicKey:
        """Wrap the raw public key (32 or 1,952 bytes) in its SubjectPublicKeyInfo."""
        return cls(algorithm=algorithm, spki=_PREFIXES[algorithm][0] + raw)

    @property
    def raw(self) -> bytes:
        """The public key without its DER prefix."""
        return self.spki[len(_PREFIXES[self.algorithm][0]) :]

    @cached_property
    def key_id(self) -> str:
        """Lower-case hex SHA-256 of the SubjectPublicKeyInfo, 64 digits; computed, never believed."""
        return hashlib.sha256(self.spki).hexdigest()


def _ascending(keys: Iterable[PublicKey]) -> tuple[PublicKey, ...]:
    return tuple(sorted(keys, key=lambda key: key.key_id))


def is_key_set(keys: Iterable[PublicKey]) -> bool:
    """Tell whether keys are one Ed25519 key and at most one ML-DSA-65 key."""
    algorithms = [key.algorithm for key in keys]
    return algorithms.count(KeyAlgorithm.ED25519) == 1 and len(algorithms) == len(set(algorithms))


@frozen(kw_only=True)
class KeySet:
    """The keys that sign together for one identity: one Ed25519 key and at most one ML-DSA-65 key.

    Attributes:
        keys: ascending by key id.
    """

    keys: tuple[PublicKey, ...] = field(converter=_ascending)

    def __attrs_post_init__(self) -> None:
        """Refuse a set without Ed25519 or with two keys of one algorithm."""
        if not is_key_set(self.keys):
            message = "key set: expected one ed25519 key and at most one mldsa65 key, found another set"
            raise UsageError(message)

    @property
    def key_ids(self) -> tuple[str, ...]:
        """The key ids, ascending."""
        return tuple(key.key_id for key in self.keys)

    def key(self, algorithm: KeyAlgorithm) -> PublicKey | None:
        """Return the key of an algorithm, or None."""
        return next((key for key in self.keys if key.algorithm is algorithm), None)

    @property
    def fingerprint(self) -> str:
        """Sixty digits in twelve groups, to be read out and compared (bundle spec, "Fingerprints")."""
        return fingerprint_of(self.key_ids)


def fingerprint_of(key_ids: tuple[str, ...]) -> str:
    """Compute the fingerprint of a key set from its key ids (64 hex digits each, in any order)."""
    text = FINGERPRINT_TAG + "".join(f"{key_id}\n" for key_id in sorted(key_ids))
    digest = hashlib.sha256(text.encode("ascii")).digest()
    words = (int.from_bytes(digest[2 * n : 2 * n + 2], "big") for n in range(_FINGERPRINT_GROUPS))
    return " ".join(f"{word:05d}" for word in words)


@frozen(kw_only=True)
class Identity:
    """A name and the key set that speaks for it; the name is a label, matching is by keys.

    Attributes:
        name: 1 to 64 of a-z, 0-9, `.`, `_`, `@`, `-`; a pseudonym is welcome.
        key_set: the keys that must all sign.
    """

    name: str = field(validator=_check_identity)
    key_set: KeySet
