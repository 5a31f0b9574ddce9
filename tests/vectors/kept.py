"""Signers whose ML-DSA-65 signatures are kept: being randomised, they could not be remade."""

from __future__ import annotations

import base64
import hashlib
import json
from pathlib import Path

from custody.keys.signer import SeedSigner
from custody.model.identity import Identity, KeyAlgorithm
from custody.proof.signature import SignatureFile, verify_signature
from tests.tools.bundles import seed_signer

KEPT_PATH = Path(__file__).parent / "kept-mldsa65.json"


class Kept:
    """The kept signatures; what is new is added, what is not asked for any more is dropped."""

    def __init__(self) -> None:
        """Read what is kept."""
        self.old: dict[str, str] = json.loads(KEPT_PATH.read_text()) if KEPT_PATH.exists() else {}
        self.used: dict[str, str] = {}

    def signature(self, signer: SeedSigner, message: bytes, namespace: str, fresh: SignatureFile) -> bytes:
        """Return the kept signature of a message, verified, or the fresh one."""
        key = signer.identity.key_set.key(KeyAlgorithm.MLDSA65)
        if key is None:
            raise ValueError(namespace)
        name = hashlib.sha256(f"{key.key_id} {namespace} ".encode() + message).hexdigest()
        data = base64.b64decode(self.old[name]) if name in self.old else fresh.data
        if not verify_signature(key, message, data, namespace):
            raise ValueError(name)
        self.used[name] = base64.b64encode(data).decode()
        return data

    def encode(self) -> str:
        """Return the text of the file."""
        return json.dumps(self.used, indent=0, sort_keys=True) + "\n"


class KeptSigner:
    """A test signer with remakeable signatures. TEST KEYS."""

    def __init__(self, name: str, kept: Kept, *, hybrid: bool = False) -> None:
        """Derive the keys from the name."""
        self._signer = seed_signer(name, hybrid=hybrid)
        self._kept = kept

    @property
    def identity(self) -> Identity:
        """The identity and its public keys."""
        return self._signer.identity

    def sign(self, message: bytes, namespace: str) -> tuple[SignatureFile, ...]:
        """Sign with every key; lattice signatures come from the kept ones."""
        return tuple(
            one
            if one.algorithm is KeyAlgorithm.ED25519
            else SignatureFile(
                algorithm=one.algorithm, data=self._kept.signature(self._signer, message, namespace, one)
            )
            for one in self._signer.sign(message, namespace)
        )
