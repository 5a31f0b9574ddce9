"""Signatures over events and attestations, and the files that hold them.

Each signer n signs the exact bytes of `event.json` with every key of one key set: `n.sshsig` (SSHSIG,
Ed25519) and `n.mldsa65` (raw, FIPS 204 with the namespace as context). The algorithm comes from the key that
the verifier holds, never from the file; file form, lengths and namespace are checked before any curve or
lattice.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from attrs import field, frozen

from custody.errors import FormatError
from custody.format.spki import decode_openssh_line, decode_spki, encode_openssh_line
from custody.model.identity import KeyAlgorithm, PublicKey
from custody.proof.ed25519 import verify_ed25519
from custody.proof.mldsa import MLDSA65_SIGNATURE_BYTES, verify_mldsa65
from custody.proof.sshsig import SIGNATURE_FORM, decode_sshsig, encode_signed_data

EVENT_NAMESPACE: Final = "event@custody"
ATTESTATION_NAMESPACE: Final = "attestation@custody"
SIGNATURE_SUFFIXES: Final = {KeyAlgorithm.ED25519: "sshsig", KeyAlgorithm.MLDSA65: "mldsa65"}
PUBLIC_KEY_SUFFIXES: Final = {KeyAlgorithm.ED25519: "ed25519.pub", KeyAlgorithm.MLDSA65: "mldsa65.der"}


@frozen(kw_only=True)
class SignatureFile:
    """One signature as the bytes of its file.

    Attributes:
        algorithm: the algorithm of the key that signed.
        data: the bytes: canonical SSHSIG armour, or 3,309 raw bytes.
    """

    algorithm: KeyAlgorithm
    data: bytes = field(repr=False)

    @property
    def suffix(self) -> str:
        """The end of the file's name, after `<signer>.`."""
        return SIGNATURE_SUFFIXES[self.algorithm]


def verify_signature(
    key: PublicKey, message: bytes, signature_file: bytes, namespace: str, *, member: str = "signature"
) -> bool:
    """Tell whether a signature file holds a signature of this key over this message for this namespace.

    Args:
        key: a key that the verifier holds or a candidate that he computed the id of; it fixes the algorithm.
        message: the exact signed bytes.
        signature_file: the bytes of `n.sshsig` or `n.mldsa65`.
        namespace: `EVENT_NAMESPACE` or `ATTESTATION_NAMESPACE`; of ML-DSA-65, the context.
        member: the file that is meant, for messages.

    Returns:
        False also when a well-formed file names another key or namespace, or the key is no acceptable point.

    Raises:
        FormatError: the file is no signature of the key's algorithm in its one form; code SIGNATURE_FORM.
    """
    if key.algorithm is KeyAlgorithm.ED25519:
        stated = decode_sshsig(signature_file, member=member)
        if stated.public_key != key.raw or stated.namespace != namespace:
            return False
        return verify_ed25519(key.raw, encode_signed_data(message, namespace), stated.signature)
    if len(signature_file) != MLDSA65_SIGNATURE_BYTES:
        raise FormatError(
            member,
            expected=f"an ML-DSA-65 signature of {MLDSA65_SIGNATURE_BYTES} bytes",
            found=f"{len(signature_file)} bytes",
            code=SIGNATURE_FORM,
        )
    return verify_mldsa65(key.raw, message, signature_file, namespace.encode())


def encode_public_key(key: PublicKey) -> bytes:
    """Spell a key as the file that lies beside its signatures: an OpenSSH line, or DER."""
    return encode_openssh_line(key) if key.algorithm is KeyAlgorithm.ED25519 else key.spki


def decode_public_key(data: bytes, algorithm: KeyAlgorithm, *, member: str) -> PublicKey:
    """Read `n.ed25519.pub` (exactly one line without comment) or `n.mldsa65.der`; material, never trust.

    Raises:
        FormatError: other bytes, or an Ed25519 key that is no point of prime order.
    """
    try:
        return _decode_known(data, algorithm)
    except FormatError:
        return _decode_key(data, algorithm, member)  # the same error, with the file that is meant


@lru_cache(maxsize=64)
def _decode_known(data: bytes, algorithm: KeyAlgorithm) -> PublicKey:
    """Decode a key once: the events of a log bring the same few keys thousands of times."""
    return _decode_key(data, algorithm, "key")


def _decode_key(data: bytes, algorithm: KeyAlgorithm, member: str) -> PublicKey:
    if algorithm is KeyAlgorithm.ED25519:
        return decode_openssh_line(data, member=member)
    return decode_spki(algorithm, data, member=member)
