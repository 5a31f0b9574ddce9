"""Signers: what sealing and later events sign with, whoever holds the secrets.

A signer is unlocked once and used as often as wanted. Its representation shows no secret, and it can be
neither copied nor pickled.
"""

from __future__ import annotations

from typing import NoReturn, Protocol, SupportsIndex, final

from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA65PrivateKey
from nacl.bindings import crypto_sign, crypto_sign_seed_keypair

from custody.errors import UsageError
from custody.model.identity import Identity, KeyAlgorithm, KeySet, PublicKey
from custody.proof.ed25519 import ED25519_SIGNATURE_BYTES
from custody.proof.signature import SignatureFile
from custody.proof.sshsig import SshSignature, encode_signed_data, encode_sshsig

SEED_BYTES = 32


class Signer(Protocol):
    """One identity with the ability to sign; an adapter to a hardware token can be one."""

    @property
    def identity(self) -> Identity:
        """The name and the whole key set."""

    def sign(self, message: bytes, namespace: str) -> tuple[SignatureFile, ...]:
        """Sign with every key of the set.

        Args:
            message: the exact bytes of `event.json`.
            namespace: `custody.proof.signature.EVENT_NAMESPACE` or `ATTESTATION_NAMESPACE`.

        Returns:
            One signature file for each key, the Ed25519 one first.

        Raises:
            SignerError: the keys are locked, absent or refused.
        """


@final
class SeedSigner:
    """A signer that holds its secret seeds in memory.

    Ed25519 signatures are deterministic; ML-DSA-65 ones are randomised (FIPS 204, hedged), so two signatures
    of one message differ.
    """

    __slots__ = ("_ed25519", "_identity", "_mldsa65", "memory")

    def __init__(
        self,
        name: str,
        ed25519_seed: bytes,
        mldsa65_seed: bytes | None = None,
        *,
        memory: str | None = None,
    ) -> None:
        """Derive the keys of an identity from its seeds of 32 bytes each.

        Args:
            name: of the identity.
            ed25519_seed: 32 bytes.
            mldsa65_seed: 32 bytes, or None for a set of one.
            memory: the folder in which it is remembered what these keys have published; None for nowhere.

        Raises:
            UsageError: a seed of another length, or a name that is none.
        """
        if any(len(seed) != SEED_BYTES for seed in (ed25519_seed, mldsa65_seed) if seed is not None):
            raise UsageError("seed: expected 32 bytes, found another length")
        self.memory = memory
        public, self._ed25519 = crypto_sign_seed_keypair(ed25519_seed)
        keys = [PublicKey.from_raw(KeyAlgorithm.ED25519, public)]
        self._mldsa65: MLDSA65PrivateKey | None = None
        if mldsa65_seed is not None:
            self._mldsa65 = MLDSA65PrivateKey.from_seed_bytes(mldsa65_seed)
            raw = self._mldsa65.public_key().public_bytes_raw()
            keys.append(PublicKey.from_raw(KeyAlgorithm.MLDSA65, raw))
        self._identity = Identity(name=name, key_set=KeySet(keys=tuple(keys)))

    @property
    def identity(self) -> Identity:
        """The name and the whole key set."""
        return self._identity

    def sign(self, message: bytes, namespace: str) -> tuple[SignatureFile, ...]:
        """Sign with every key of the set; see `Signer.sign`.

        Raises:
            UsageError: an impossible namespace.
        """
        data = encode_signed_data(message, namespace)
        raw = crypto_sign(data, self._ed25519)[:ED25519_SIGNATURE_BYTES]
        public = self._ed25519[SEED_BYTES:]
        armour = encode_sshsig(SshSignature(public_key=public, namespace=namespace, signature=raw))
        files = [SignatureFile(algorithm=KeyAlgorithm.ED25519, data=armour)]
        if self._mldsa65 is not None:
            lattice = self._mldsa65.sign(message, namespace.encode("ascii"))
            files.append(SignatureFile(algorithm=KeyAlgorithm.MLDSA65, data=lattice))
        return tuple(files)

    def __repr__(self) -> str:
        return f"SeedSigner({self._identity.name!r})"

    def __reduce_ex__(self, protocol: SupportsIndex, /) -> NoReturn:
        raise TypeError("a signer cannot be copied or pickled: its secrets stay where they are")
