"""Keys, key sets, identities and their fingerprints."""

from __future__ import annotations

import subprocess
from collections.abc import Callable

import pytest

from custody.errors import UsageError
from custody.model.identity import (
    Identity,
    KeyAlgorithm,
    KeySet,
    PublicKey,
    fingerprint_of,
    is_identity,
)

ED25519 = PublicKey.from_raw(KeyAlgorithm.ED25519, bytes.fromhex("d75a980182b10ab7" * 4))
MLDSA65 = PublicKey.from_raw(KeyAlgorithm.MLDSA65, bytes(range(244)) * 8)
OTHER_ED25519 = PublicKey.from_raw(KeyAlgorithm.ED25519, bytes(31) + b"\x09")


@pytest.mark.parametrize("name", ["w-01", "archive.damascus", "a", "x@example.org", "0", "_", "a" * 64])
def test_a_pseudonym_may_name_an_identity(name: str) -> None:
    """Small letters, digits and four marks, up to 64."""
    assert is_identity(name)


@pytest.mark.parametrize("name", ["", "W-01", "a b", "a\n", "شاهد", "a/b", "a*", "a" * 65, "١"])
def test_other_texts_name_no_identity(name: str) -> None:
    """Capitals, spaces, patterns, line feeds and other scripts are refused."""
    assert not is_identity(name)


@pytest.mark.parametrize(("key", "raw_bytes", "der_bytes"), [(ED25519, 32, 44), (MLDSA65, 1952, 1974)])
def test_raw_and_der_form_have_the_lengths_of_the_algorithm(
    key: PublicKey, raw_bytes: int, der_bytes: int
) -> None:
    """The DER form is a fixed prefix and the raw key."""
    assert (len(key.raw), len(key.spki)) == (raw_bytes, der_bytes)


def test_a_raw_key_comes_back() -> None:
    """Wrapping and unwrapping a raw key gives it back."""
    assert MLDSA65.raw == bytes(range(244)) * 8


@pytest.mark.parametrize(
    ("algorithm", "spki"),
    [
        (KeyAlgorithm.ED25519, b""),
        (KeyAlgorithm.ED25519, MLDSA65.spki),
        (KeyAlgorithm.MLDSA65, ED25519.spki),
        (KeyAlgorithm.ED25519, ED25519.spki + b"\x00"),
        (KeyAlgorithm.ED25519, ED25519.spki[:-1]),
        (KeyAlgorithm.ED25519, b"\x31" + ED25519.spki[1:]),
    ],
)
def test_other_bytes_are_no_key_of_the_algorithm(algorithm: KeyAlgorithm, spki: bytes) -> None:
    """Length and prefix must be those of the algorithm."""
    with pytest.raises(UsageError, match=algorithm.value):
        PublicKey(algorithm=algorithm, spki=spki)


def test_the_key_id_is_the_digest_of_the_der_form() -> None:
    """A known answer, to be repeated with sha256sum."""
    key = PublicKey.from_raw(
        KeyAlgorithm.ED25519,
        bytes.fromhex("03a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b8"),
    )
    assert key.key_id == "a050837d85070582ccf7394b0988847cc312cb88259b894899f6f239cf1791a5"


def test_a_key_shows_no_bytes_when_printed() -> None:
    """The repr of a key has its algorithm only."""
    assert repr(ED25519) == "PublicKey(algorithm=<KeyAlgorithm.ED25519: 'ed25519'>)"


def test_a_set_is_the_same_in_any_order() -> None:
    """Keys of a set are kept ascending by id."""
    assert KeySet(keys=(MLDSA65, ED25519)) == KeySet(keys=(ED25519, MLDSA65))


def test_the_ids_of_a_set_ascend() -> None:
    """Key ids come in the order in which a body lists them."""
    ids = KeySet(keys=(ED25519, MLDSA65)).key_ids
    assert ids == tuple(sorted(ids))


@pytest.mark.parametrize(
    "keys",
    [
        (),
        (MLDSA65,),
        (ED25519, ED25519),
        (ED25519, OTHER_ED25519),
        (ED25519, MLDSA65, MLDSA65),
    ],
)
def test_a_set_has_one_ed25519_key_and_at_most_one_mldsa65_key(keys: tuple[PublicKey, ...]) -> None:
    """Anything else is refused."""
    with pytest.raises(UsageError, match="key set"):
        KeySet(keys=keys)


def test_a_set_finds_its_key_of_an_algorithm() -> None:
    """A hybrid set has both."""
    assert KeySet(keys=(ED25519, MLDSA65)).key(KeyAlgorithm.MLDSA65) is MLDSA65


def test_a_set_of_one_has_no_post_quantum_key() -> None:
    """An OpenSSH key is a set of one."""
    assert KeySet(keys=(ED25519,)).key(KeyAlgorithm.MLDSA65) is None


def test_a_fingerprint_has_twelve_groups_of_five_digits() -> None:
    """Sixty digits that can be read out."""
    groups = KeySet(keys=(ED25519, MLDSA65)).fingerprint.split(" ")
    assert [len(group) for group in groups if group.isdecimal()] == [5] * 12


def test_a_fingerprint_does_not_depend_on_the_order_of_the_ids() -> None:
    """The ids are sorted before they are hashed."""
    ids = KeySet(keys=(ED25519, MLDSA65)).key_ids
    assert fingerprint_of(ids) == fingerprint_of(ids[::-1])


def test_a_shortened_set_has_another_fingerprint() -> None:
    """Leaving out the post-quantum key shows on the telephone."""
    assert KeySet(keys=(ED25519,)).fingerprint != KeySet(keys=(ED25519, MLDSA65)).fingerprint


def test_sha256sum_gives_the_fingerprint(require_tool: Callable[[str], str]) -> None:
    """Stock tools make the same digits out of the key ids."""
    key_set = KeySet(keys=(ED25519, MLDSA65))
    text = "custody/fingerprint/1\n" + "".join(f"{key_id}\n" for key_id in key_set.key_ids)
    answer = subprocess.run(
        [require_tool("sha256sum")], input=text.encode("ascii"), capture_output=True, check=True
    )
    digest = answer.stdout.decode("ascii")[:48]
    assert key_set.fingerprint == " ".join(f"{int(digest[n : n + 4], 16):05d}" for n in range(0, 48, 4))


def test_an_identity_is_a_name_and_a_set() -> None:
    """A pseudonym will do."""
    assert Identity(name="w-01", key_set=KeySet(keys=(ED25519,))).name == "w-01"


def test_an_identity_with_another_name_is_refused() -> None:
    """The hint says what would do; the message does not repeat the name."""
    with pytest.raises(UsageError, match="identity") as caught:
        Identity(name="Layla H.", key_set=KeySet(keys=(ED25519,)))
    assert caught.value.hint is not None
    assert "Layla" not in str(caught.value)
