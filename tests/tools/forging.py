"""What an attacker with keys of his own can do to bundles: signed bytes that no writer of ours would make."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable
from typing import Any

from attrs import evolve
from nacl.bindings import (
    crypto_core_ed25519_scalar_add,
    crypto_core_ed25519_scalar_mul,
    crypto_core_ed25519_scalar_reduce,
    crypto_scalarmult_ed25519_base_noclamp,
    crypto_sign_seed_keypair,
)

from custody.format.canonical import encode_json
from custody.format.event import decode_proof, encode_proof
from custody.keys.signer import Signer
from custody.model.identity import KeyAlgorithm
from custody.proof.signature import EVENT_NAMESPACE, PUBLIC_KEY_SUFFIXES, encode_public_key
from custody.proof.sshsig import SshSignature, encode_signed_data, encode_sshsig
from tests.tools.bundles import Bundle, Files

BOTH = frozenset(KeyAlgorithm)
Signing = tuple[int, Signer, frozenset[KeyAlgorithm]]
"""Place of the signer in the body, who signs, and with which of the keys."""


def forge_event(
    files: Files,
    folder: str,
    change: Callable[[dict[str, Any]], None],
    signing: Iterable[Signing],
    *,
    statement: Callable[[dict[str, Any]], None] = lambda _: None,
) -> Files:
    """Return the files with one event's body and statement changed and signed anew; nothing is checked."""
    opening = json.loads(files[f"{folder}/body.json"])
    change(opening[3])
    body = encode_json(opening)
    members = json.loads(files[f"{folder}/event.json"])
    members["fields"][0] = hashlib.sha256(body).hexdigest()
    statement(members)
    event = encode_json(members)
    signed: Files = {}
    keys: Files = {}
    for place, signer, algorithms in signing:
        for signature in signer.sign(event, EVENT_NAMESPACE):
            if signature.algorithm in algorithms:
                signed[f"{place}.{signature.suffix}"] = signature.data
        for key in signer.identity.key_set.keys:
            if key.algorithm in algorithms:
                keys[f"{place}.{PUBLIC_KEY_SUFFIXES[key.algorithm]}"] = encode_public_key(key)
    listed = {"event.json": event, **signed}
    proof = encode_proof({name: hashlib.sha256(data).hexdigest() for name, data in listed.items()})
    made = {**listed, **keys, "body.json": body, "proof.sha256": proof}
    kept = {path: data for path, data in files.items() if not _is_proof(path, folder)}
    return {**kept, **{f"{folder}/{name}": data for name, data in made.items()}}


def forge_seal(
    bundle: Bundle, change: Callable[[dict[str, Any]], None], signing: Iterable[Signing]
) -> Bundle:
    """Return the bundle with the body of its seal changed and signed anew; the wrapping stays as it was."""
    folder = bundle.path("").rstrip("/")
    files = forge_event(bundle.files, folder, change, signing)
    seal_id = hashlib.sha256(files[bundle.path("proof.sha256")]).hexdigest()
    return evolve(bundle, files=files, seal_id=seal_id, head=seal_id)


def _is_proof(path: str, folder: str) -> bool:
    name = path.removeprefix(f"{folder}/")
    return path.startswith(f"{folder}/") and name[0].isdigit()


def sign_ed25519_again(files: Files, folder: str, name: str, *, place: int = 1) -> Files:
    """Return the files with the Ed25519 signature of a test signer made anew under another nonce.

    Nothing in Ed25519 keeps a signer from that: it verifies, and the event has another id.
    """
    seed = hashlib.sha256(f"test key, {name}, ed25519".encode()).digest()
    public, _secret = crypto_sign_seed_keypair(seed)
    low = bytearray(hashlib.sha512(seed).digest()[:32])
    low[0] &= 248
    low[31] = (low[31] & 127) | 64
    data = encode_signed_data(files[f"{folder}/event.json"], EVENT_NAMESPACE)
    nonce = crypto_core_ed25519_scalar_reduce(hashlib.sha512(b"another nonce" + data).digest())
    commitment = crypto_scalarmult_ed25519_base_noclamp(nonce)
    challenge = crypto_core_ed25519_scalar_reduce(hashlib.sha512(commitment + public + data).digest())
    secret = crypto_core_ed25519_scalar_reduce(bytes(low) + bytes(32))
    answer = crypto_core_ed25519_scalar_add(nonce, crypto_core_ed25519_scalar_mul(challenge, secret))
    signature = SshSignature(public_key=public, namespace=EVENT_NAMESPACE, signature=commitment + answer)
    changed = {**files, f"{folder}/{place}.sshsig": encode_sshsig(signature)}
    listed = decode_proof(files[f"{folder}/proof.sha256"], member="proof.sha256")
    digests = {each: hashlib.sha256(changed[f"{folder}/{each}"]).hexdigest() for each in listed}
    return {**changed, f"{folder}/proof.sha256": encode_proof(digests)}
