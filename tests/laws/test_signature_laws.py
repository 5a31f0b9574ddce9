"""Laws of signatures: no changed bit of key, message, file or namespace verifies."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from custody.errors import BundleError
from custody.format.key_file import decode_public_key_file, encode_public_key_file
from custody.keys.signer import SeedSigner
from custody.model.identity import Identity, PublicKey
from custody.proof.signature import EVENT_NAMESPACE, verify_signature
from custody.proof.sshsig import decode_sshsig, encode_sshsig
from custody.trust.trust import Trust
from custody.trust.trust_file import decode_trust_file

SIGNER = SeedSigner("w-01", bytes(range(32)), bytes(range(32, 64)))
MESSAGE = b'{"bundle":"00112233445566778899aabbccddeeff","v":1}'
FILES = {file.algorithm: file.data for file in SIGNER.sign(MESSAGE, EVENT_NAMESPACE)}
KEYS = SIGNER.identity.key_set.keys

keys = st.sampled_from(KEYS)


def flipped(data: bytes, bit: int) -> bytes:
    """The same bytes with one bit changed."""
    changed = bytearray(data)
    changed[bit // 8 % len(data)] ^= 1 << bit % 8
    return bytes(changed)


def verifies(key: PublicKey, message: bytes, file: bytes, namespace: str = EVENT_NAMESPACE) -> bool:
    """Whether a file verifies; a malformed one does not."""
    try:
        return verify_signature(key, message, file, namespace)
    except BundleError:
        return False


@given(keys, st.integers(0, 8 * 3309))
def test_a_changed_bit_of_a_signature_file_never_verifies(key: PublicKey, bit: int) -> None:
    """Any bit of either file."""
    file = FILES[key.algorithm]
    assert verifies(key, MESSAGE, file)
    assert not verifies(key, MESSAGE, flipped(file, bit))


@given(keys, st.integers(0, 8 * len(MESSAGE)))
def test_a_changed_bit_of_the_message_never_verifies(key: PublicKey, bit: int) -> None:
    """Any bit of the signed bytes."""
    assert not verifies(key, flipped(MESSAGE, bit), FILES[key.algorithm])


@given(keys, st.integers(0, 8 * 1952))
def test_a_changed_bit_of_the_key_never_verifies(key: PublicKey, bit: int) -> None:
    """Any bit of the public key."""
    other = PublicKey.from_raw(key.algorithm, flipped(key.raw, bit))
    assert not verifies(other, MESSAGE, FILES[key.algorithm])


@given(st.from_regex(r"[a-z][a-z0-9.@-]{0,20}", fullmatch=True))
def test_another_namespace_never_verifies(namespace: str) -> None:
    """Only the namespace that was signed for."""
    for key in KEYS:
        assert verifies(key, MESSAGE, FILES[key.algorithm], namespace) == (namespace == EVENT_NAMESPACE)


@given(st.binary(max_size=64), st.from_regex(r"[a-z][a-z0-9.@-]{0,63}", fullmatch=True))
def test_armour_round_trip(message: bytes, namespace: str) -> None:
    """What is signed for any namespace is read and written again as the same bytes."""
    file = SIGNER.sign(message, namespace)[0].data
    assert encode_sshsig(decode_sshsig(file, member="1.sshsig")) == file


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    """Any bytes give a value or an error of ours, from every reader of keys and trust."""
    for read, kind in ((decode_trust_file, Trust), (decode_public_key_file, Identity)):
        try:
            found: object = read(data)
        except BundleError as error:
            found = error
        assert isinstance(found, kind | BundleError)


@given(st.integers(0, 8 * 2900))
def test_a_changed_bit_of_a_public_key_file_is_noticed(bit: int) -> None:
    """The file is refused, or it is another identity: never the same one in another spelling."""
    data = encode_public_key_file(SIGNER.identity)
    try:
        read = decode_public_key_file(flipped(data, bit))
    except BundleError:
        return
    assert read != SIGNER.identity
