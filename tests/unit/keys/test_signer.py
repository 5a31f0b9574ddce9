"""Signers: what they sign verifies, and they show and lend no secret."""

from __future__ import annotations

import copy
import pickle

import pytest

from custody.errors import UsageError
from custody.keys.signer import SeedSigner
from custody.model.identity import KeyAlgorithm
from custody.proof.signature import ATTESTATION_NAMESPACE, EVENT_NAMESPACE, verify_signature

SEEDS = bytes(range(32)), bytes(range(32, 64))
SIGNER = SeedSigner("w-01", *SEEDS)
MESSAGE = b'{"v":1}'


@pytest.mark.parametrize("namespace", [EVENT_NAMESPACE, ATTESTATION_NAMESPACE])
def test_every_key_of_the_set_signs(namespace: str) -> None:
    """One file for each key, the Ed25519 one first, and each verifies."""
    files = SIGNER.sign(MESSAGE, namespace)
    assert [file.suffix for file in files] == ["sshsig", "mldsa65"]
    for file in files:
        key = SIGNER.identity.key_set.key(file.algorithm)
        assert key is not None
        assert verify_signature(key, MESSAGE, file.data, namespace)


def test_a_set_of_one_signs_once() -> None:
    """Without a second seed there is one key and one signature."""
    signer = SeedSigner("w-01", SEEDS[0])
    assert [file.algorithm for file in signer.sign(MESSAGE, EVENT_NAMESPACE)] == [KeyAlgorithm.ED25519]
    assert len(signer.identity.key_set.keys) == 1


def test_seeds_make_the_same_keys_each_time() -> None:
    """The identity is a function of name and seeds."""
    assert SeedSigner("w-01", *SEEDS).identity == SIGNER.identity


@pytest.mark.parametrize("seeds", [(b"short",), (SEEDS[0], b"short")])
def test_a_seed_of_another_length_is_refused(seeds: tuple[bytes, ...]) -> None:
    """A seed has 32 bytes."""
    with pytest.raises(UsageError):
        SeedSigner("w-01", *seeds)


def test_the_representation_shows_the_name_alone() -> None:
    """No key, no seed in what a debugger or a log would print."""
    assert repr(SIGNER) == "SeedSigner('w-01')"
    assert not hasattr(SIGNER, "__dict__")


def test_a_signer_cannot_leave_the_process() -> None:
    """It is neither pickled nor copied."""
    with pytest.raises(TypeError, match="stay where they are"):
        pickle.dumps(SIGNER)
    with pytest.raises(TypeError, match="stay where they are"):
        copy.copy(SIGNER)
