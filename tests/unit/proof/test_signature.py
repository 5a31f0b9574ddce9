"""Signatures of both algorithms over event bytes, and everything that must not verify."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA65PrivateKey
from nacl.bindings import crypto_sign, crypto_sign_seed_keypair

from custody.errors import FormatError
from custody.model.identity import MLDSA65_PUBLIC_BYTES, KeyAlgorithm, PublicKey
from custody.proof.ed25519 import verify_ed25519
from custody.proof.mldsa import MLDSA65_SIGNATURE_BYTES, verify_mldsa65
from custody.proof.signature import (
    ATTESTATION_NAMESPACE,
    EVENT_NAMESPACE,
    SignatureFile,
    decode_public_key,
    encode_public_key,
    verify_signature,
)
from custody.proof.sshsig import SshSignature, encode_signed_data, encode_sshsig

MESSAGE = b'{"bundle":"00"}'
RAW, SECRET = crypto_sign_seed_keypair(bytes(range(32)))
OTHER_RAW, OTHER_SECRET = crypto_sign_seed_keypair(bytes(32))
ED25519 = PublicKey.from_raw(KeyAlgorithm.ED25519, RAW)
OTHER_ED25519 = PublicKey.from_raw(KeyAlgorithm.ED25519, OTHER_RAW)
MLDSA_SECRET = MLDSA65PrivateKey.from_seed_bytes(bytes(range(32)))
MLDSA65 = PublicKey.from_raw(KeyAlgorithm.MLDSA65, MLDSA_SECRET.public_key().public_bytes_raw())
GROUP_ORDER = 2**252 + 27742317777372353535851937790883648493
LATTICE = MLDSA_SECRET.sign(MESSAGE, EVENT_NAMESPACE.encode())


def sshsig(message: bytes = MESSAGE, namespace: str = EVENT_NAMESPACE, *, secret: bytes = SECRET) -> bytes:
    """A signature file of a key that signs for itself."""
    raw = crypto_sign(encode_signed_data(message, namespace), secret)[:64]
    return encode_sshsig(SshSignature(public_key=secret[32:], namespace=namespace, signature=raw))


def test_an_ed25519_signature_verifies() -> None:
    """The key's signature over these bytes for this namespace verifies."""
    assert verify_signature(ED25519, MESSAGE, sshsig(), EVENT_NAMESPACE)


def test_an_mldsa_signature_verifies() -> None:
    """The key's signature over these bytes in this context verifies."""
    assert verify_signature(MLDSA65, MESSAGE, LATTICE, EVENT_NAMESPACE)


@pytest.mark.parametrize(
    "file",
    [
        pytest.param(sshsig(b"another"), id="another message"),
        pytest.param(sshsig(namespace=ATTESTATION_NAMESPACE), id="another namespace"),
        pytest.param(sshsig(secret=OTHER_SECRET), id="another key"),
        pytest.param(sshsig(secret=SECRET[:32] + OTHER_RAW), id="another key named"),
    ],
)
def test_a_wellformed_foreign_ed25519_signature_does_not_verify(file: bytes) -> None:
    """A signature about something else is no signature here, and no malformed file either."""
    assert not verify_signature(ED25519, MESSAGE, file, EVENT_NAMESPACE)


def test_the_namespace_inside_counts() -> None:
    """Renaming the namespace in the file does not move a signature from attestations to events."""
    raw = crypto_sign(encode_signed_data(MESSAGE, ATTESTATION_NAMESPACE), SECRET)[:64]
    file = encode_sshsig(SshSignature(public_key=RAW, namespace=EVENT_NAMESPACE, signature=raw))
    assert not verify_signature(ED25519, MESSAGE, file, EVENT_NAMESPACE)


@pytest.mark.parametrize("context", [b"", b"attestation@custody"])
def test_another_mldsa_context_does_not_verify(context: bytes) -> None:
    """A signature in another context, or in none, is no signature here."""
    assert not verify_signature(MLDSA65, MESSAGE, MLDSA_SECRET.sign(MESSAGE, context), EVENT_NAMESPACE)


def test_a_changed_mldsa_signature_does_not_verify() -> None:
    """One flipped bit is enough."""
    changed = LATTICE[:-1] + bytes([LATTICE[-1] ^ 1])
    assert not verify_signature(MLDSA65, MESSAGE, changed, EVENT_NAMESPACE)


@pytest.mark.parametrize("length", [0, 64, MLDSA65_SIGNATURE_BYTES - 1, MLDSA65_SIGNATURE_BYTES + 1])
def test_an_mldsa_file_of_another_length_is_malformed(length: int) -> None:
    """The length is looked at before any lattice."""
    with pytest.raises(FormatError) as caught:
        verify_signature(MLDSA65, MESSAGE, bytes(length), EVENT_NAMESPACE)
    assert caught.value.code == "SIGNATURE_FORM"


def test_algorithms_are_not_confused() -> None:
    """A file of one algorithm under a key of the other is malformed: the key decides."""
    with pytest.raises(FormatError):
        verify_signature(ED25519, MESSAGE, LATTICE, EVENT_NAMESPACE)
    with pytest.raises(FormatError):
        verify_signature(MLDSA65, MESSAGE, sshsig(), EVENT_NAMESPACE)


def test_lengths_that_fit_nothing_verify_nothing() -> None:
    """The verifiers themselves answer False to impossible lengths and contexts."""
    assert not verify_ed25519(RAW, MESSAGE, bytes(63))
    assert not verify_ed25519(RAW[:31], MESSAGE, bytes(64))
    assert not verify_mldsa65(bytes(MLDSA65_PUBLIC_BYTES - 1), MESSAGE, LATTICE, b"")
    assert not verify_mldsa65(MLDSA65.raw, MESSAGE, LATTICE[:-1], b"")
    assert not verify_mldsa65(MLDSA65.raw, MESSAGE, LATTICE, bytes(256))


def test_s_plus_the_group_order_does_not_verify() -> None:
    """The second spelling of a valid scalar is refused."""
    signature = crypto_sign(MESSAGE, SECRET)[:64]
    second = int.from_bytes(signature[32:], "little") + GROUP_ORDER
    assert verify_ed25519(RAW, MESSAGE, signature)
    assert not verify_ed25519(RAW, MESSAGE, signature[:32] + second.to_bytes(32, "little"))


def test_the_signature_that_fits_any_message_does_not_verify() -> None:
    """Under the identity point, R = identity and S = 0 fit any message; the key is refused."""
    identity = b"\x01" + bytes(31)
    assert not verify_ed25519(identity, MESSAGE, identity + bytes(32))


@pytest.mark.parametrize("key", [ED25519, MLDSA65])
def test_key_material_round_trip(key: PublicKey) -> None:
    """The key file beside a signature is read as the same key."""
    assert decode_public_key(encode_public_key(key), key.algorithm, member="1.key") == key


def test_signature_files_end_by_algorithm_and_print_no_bytes() -> None:
    """The suffix follows from the algorithm; the representation shows no signature."""
    file = SignatureFile(algorithm=KeyAlgorithm.MLDSA65, data=b"secretive")
    assert file.suffix == "mldsa65"
    assert "secretive" not in repr(file)


def test_cctv_vectors(corpora: Path) -> None:
    """Of the 914 edge cases exactly number 305, the honest one, is accepted."""
    cases = json.loads((corpora / "cctv-ed25519/ed25519vectors.json").read_bytes())
    accepted = [
        case["number"]
        for case in cases
        if verify_ed25519(bytes.fromhex(case["key"]), case["msg"].encode(), bytes.fromhex(case["sig"]))
    ]
    assert (len(cases), accepted) == (914, [305])


def _wycheproof(corpora: Path, name: str) -> list[tuple[bytes, dict[str, str]]]:
    """(raw key, test) of a file of Wycheproof vectors."""
    groups = json.loads((corpora / "wycheproof/testvectors_v1" / name).read_bytes())["testGroups"]
    pairs: list[tuple[bytes, dict[str, str]]] = []
    for group in groups:
        key = group["publicKey"]
        raw = bytes.fromhex(key["pk"] if isinstance(key, dict) else key)
        pairs.extend((raw, test) for test in group["tests"])
    return pairs


def test_wycheproof_ed25519(corpora: Path) -> None:
    """All 151 Wycheproof verdicts on Ed25519 are ours."""
    pairs = _wycheproof(corpora, "ed25519_test.json")
    wrong = [
        test
        for raw, test in pairs
        if verify_ed25519(raw, bytes.fromhex(test["msg"]), bytes.fromhex(test["sig"]))
        != (test["result"] == "valid")
    ]
    assert (len(pairs), wrong) == (151, [])


def test_wycheproof_mldsa65(corpora: Path) -> None:
    """All 210 Wycheproof verdicts on ML-DSA-65 are ours."""
    pairs = _wycheproof(corpora, "mldsa_65_verify_test.json")
    wrong = [
        test
        for raw, test in pairs
        if verify_mldsa65(
            raw, bytes.fromhex(test["msg"]), bytes.fromhex(test["sig"]), bytes.fromhex(test.get("ctx", ""))
        )
        != (test["result"] == "valid")
    ]
    assert (len(pairs), wrong) == (210, [])
