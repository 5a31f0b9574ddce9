"""Opening signers from files: ours and OpenSSH's, protected or not."""

from __future__ import annotations

import os
from base64 import b64decode, b64encode
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
)

from custody.errors import FormatError, SignerError, UsageError
from custody.format.spki import encode_openssh_line
from custody.keys.key_file import KdfCost, create_key
from custody.keys.opener import open_signer
from custody.keys.openssh import unlock_openssh_key
from custody.keys.secret_file import write_secret_file
from custody.keys.signer import SeedSigner

SEED = bytes(range(32))
SIGNER = SeedSigner("w-01", SEED)
SECRET = Ed25519PrivateKey.from_private_bytes(SEED)
COST = KdfCost(1, 8 * 1024 * 1024)


def openssh(encryption: KeySerializationEncryption | None = None) -> bytes:
    """The seed's key as an OpenSSH private key file."""
    return SECRET.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, encryption or NoEncryption())


# Four rounds of bcrypt: quick enough for tests.
ENCRYPTED = openssh(PrivateFormat.OpenSSH.encryption_builder().kdf_rounds(4).build(b"secret words"))


def written(folder: Path, data: bytes, comment: bytes | None = None, *, line: bytes | None = None) -> Path:
    """A key file of mode 0600, and its `.pub` file when a comment is given."""
    path = folder / "id_ed25519"
    write_secret_file(str(path), data)
    if comment is not None:
        public = line or encode_openssh_line(SIGNER.identity.key_set.keys[0])
        (folder / "id_ed25519.pub").write_bytes(public[:-1] + b" " + comment + b"\n")
    return path


def test_our_key_file_opens(tmp_path: Path) -> None:
    """A protected key file is opened with one question."""
    data, signer = create_key("w-01", random=os.urandom, passphrase=b"x", cost=COST)
    asked = []

    def passphrase() -> bytes:
        asked.append(1)
        return b"x"

    assert open_signer(written(tmp_path, data), passphrase).identity == signer.identity
    assert asked == [1]


def test_a_file_that_others_can_read_is_not_opened(tmp_path: Path) -> None:
    """The mode is looked at whatever kind of key it is."""
    path = written(tmp_path, openssh())
    path.chmod(0o644)
    with pytest.raises(SignerError) as caught:
        open_signer(path, name="w-01")
    assert caught.value.code == "KEY_UNSAFE"


def test_an_openssh_key_is_a_set_of_one(tmp_path: Path) -> None:
    """The name comes from the caller."""
    assert open_signer(written(tmp_path, openssh()), name="w-01").identity == SIGNER.identity


def test_the_comment_beside_the_key_names_it(tmp_path: Path) -> None:
    """Without a name, the comment of the `.pub` file of the same key serves."""
    assert open_signer(written(tmp_path, openssh(), b"w-01")).identity == SIGNER.identity


@pytest.mark.parametrize("comment", [None, b"Two Words"])
def test_a_key_without_a_name_asks_for_one(tmp_path: Path, comment: bytes | None) -> None:
    """Nothing is guessed."""
    with pytest.raises(SignerError) as caught:
        open_signer(written(tmp_path, openssh(), comment))
    assert caught.value.code == "IDENTITY_MISSING"


def test_the_comment_of_another_key_names_nobody(tmp_path: Path) -> None:
    """A `.pub` file of another key is no name for this one."""
    other = encode_openssh_line(SeedSigner("w-02", bytes(32)).identity.key_set.keys[0])
    with pytest.raises(SignerError, match="another key's"):
        open_signer(written(tmp_path, openssh(), b"w-02", line=other))


def test_a_broken_file_beside_the_key_is_passed_over(tmp_path: Path) -> None:
    """What lies beside the key cannot keep it from being used under a given name."""
    path = written(tmp_path, openssh(), b"w-01", line=b"rubbish\n")
    assert open_signer(path, name="w-01").identity == SIGNER.identity


def test_an_encrypted_openssh_key_opens_with_its_passphrase() -> None:
    """Bcrypt and AES as OpenSSH has them."""
    assert unlock_openssh_key(ENCRYPTED, lambda: b"secret words", "w-01").identity == SIGNER.identity


def test_an_encrypted_openssh_key_refuses_another_passphrase() -> None:
    """A wrong passphrase is told apart from a broken file."""
    with pytest.raises(SignerError) as caught:
        unlock_openssh_key(ENCRYPTED, lambda: b"other words", "w-01")
    assert caught.value.code == "PASSPHRASE_WRONG"


def test_an_encrypted_openssh_key_needs_somebody_to_ask() -> None:
    """Without a passphrase nothing is tried."""
    with pytest.raises(SignerError) as caught:
        unlock_openssh_key(ENCRYPTED, None, "w-01")
    assert caught.value.code == "KEY_LOCKED"


def test_another_type_of_key_is_refused() -> None:
    """Events are signed with Ed25519 and ML-DSA-65 only."""
    data = generate_private_key(SECP256R1()).private_bytes(
        Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption()
    )
    with pytest.raises(SignerError) as caught:
        unlock_openssh_key(data, None, "w-01")
    assert caught.value.code == "KEY_TYPE"


def test_a_cipher_that_nobody_knows_is_refused() -> None:
    """A key under an unknown cipher is none that can sign here."""
    begin, *lines, end, _ = ENCRYPTED.split(b"\n")
    blob = b64decode(b"".join(lines)).replace(b"aes256-ctr", b"aes256-xyz")
    data = b"\n".join([begin, b64encode(blob), end, b""])
    with pytest.raises(SignerError) as caught:
        unlock_openssh_key(data, lambda: b"x", "w-01")
    assert caught.value.code == "KEY_TYPE"


BODY = openssh().split(b"\n")


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"", id="empty"),
        pytest.param(openssh()[:200], id="torn"),
        pytest.param(b"\n".join([BODY[0], *BODY[1:-3], *BODY[-2:]]), id="a line lost"),
        pytest.param(b"\n".join([BODY[0], b"AAA", *BODY[-2:]]), id="no base64"),
    ],
)
def test_a_broken_openssh_key_is_malformed(data: bytes) -> None:
    """Anything else is no key, in one line."""
    with pytest.raises(FormatError):
        unlock_openssh_key(data, None, "w-01")


def test_a_name_that_is_none_is_refused() -> None:
    """An identity has the letters of an identity."""
    with pytest.raises(UsageError):
        unlock_openssh_key(openssh(), None, "W 01")


def test_encryption_by_default_opens_too() -> None:
    """What cryptography writes by default is read."""
    data = openssh(BestAvailableEncryption(b"x"))
    assert unlock_openssh_key(data, lambda: b"x", "w-01").identity == SIGNER.identity


def test_a_passphrase_as_text_is_spelt_the_same_everywhere(tmp_path: Path) -> None:
    """Composed or not, as `custody key new` spells it."""
    data, signer = create_key("w-01", random=os.urandom, passphrase="é".encode(), cost=COST)
    path = written(tmp_path, data)
    assert open_signer(path, lambda: "e\u0301").identity == signer.identity


@pytest.mark.parametrize(
    "passphrase",
    ["text", b"bytes", lambda: None, lambda: ""],
    ids=["text", "bytes", "gives nothing", "gives an empty one"],
)
def test_a_passphrase_of_another_kind_is_the_caller_s_fault(tmp_path: Path, passphrase: object) -> None:
    """It is asked for, and then it is bytes or text."""
    data, _signer = create_key("w-01", random=os.urandom, passphrase=b"x", cost=COST)
    with pytest.raises(UsageError, match="passphrase"):
        open_signer(written(tmp_path, data), passphrase)  # type: ignore[arg-type]
