"""What VERIFY.txt depends on, and the form of its commands (bundle spec, "VERIFY.txt")."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import frozen

from custody.format.spki import encode_openssh_line
from custody.model.identity import KeyAlgorithm, KeySet, PublicKey
from custody.model.instant import Instant

POSIX = "$"
MACOS = "mac$"
POWERSHELL = "PS>"
OPENSSL = "ssl$"
NODE = "node$"
NAMESPACE = "event@custody"
ATTESTATION_NAMESPACE = "attestation@custody"


@frozen(kw_only=True)
class SealSigner:
    """One signer of a seal, as VERIFY.txt presents him.

    Attributes:
        claimed_identity: the label that the seal's body gives.
        key_set: the keys that the seal's body lists for him, from the key files beside it.
    """

    claimed_identity: str
    key_set: KeySet


@frozen(kw_only=True)
class SealFacts:
    """All that VERIFY.txt depends on; the same in a whole and in each of its parts.

    Attributes:
        bundle_id: 32 hex digits.
        seal_id: SHA-256 of the seal's `proof.sha256`, 64 hex digits.
        claimed_at: `at` of the seal's body.
        signers: in the order of the seal's body; signer n is at position n - 1.
    """

    bundle_id: str
    seal_id: str
    claimed_at: Instant
    signers: tuple[SealSigner, ...]

    def numbered(self) -> Iterator[tuple[int, SealSigner, PublicKey, PublicKey | None]]:
        """Give each signer with number, Ed25519 key and ML-DSA-65 key (None where the set has none)."""
        for number, signer in enumerate(self.signers, 1):
            ed25519 = next(key for key in signer.key_set.keys if key.algorithm is KeyAlgorithm.ED25519)
            yield number, signer, ed25519, signer.key_set.key(KeyAlgorithm.MLDSA65)


@frozen
class Command:
    """One line to type.

    Attributes:
        shell: the mark that tells where: `POSIX`, `MACOS`, `POWERSHELL`, `OPENSSL` or `NODE`.
        line: what to type.
    """

    shell: str
    line: str


def openssh_key(key: PublicKey) -> str:
    """Return an Ed25519 key as OpenSSH writes it, without a line feed: `ssh-ed25519 <base64>`."""
    return encode_openssh_line(key).decode("ascii").rstrip("\n")


def allowed_signer(number: int, key: PublicKey) -> str:
    """Return the allowed_signers line for a signer of the seal (ssh-keygen(1), "ALLOWED SIGNERS")."""
    return f'signer-{number} namespaces="{NAMESPACE}" {openssh_key(key)}'
