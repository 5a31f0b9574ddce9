"""Keys and certificates for PDFs, as they lie in files."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, pkcs12

from custody.errors import FormatError, SignerError
from custody.filing.signing_key import SigningKey, decode_pem, decode_pkcs12
from tests.unit.filing.signing import PASSPHRASE, as_pem, as_pkcs12, make_key, signing_key


def refusal_of(data: bytes, passphrase: bytes | None = PASSPHRASE) -> str:
    """Return the code by which a PKCS#12 file is refused."""
    with pytest.raises(SignerError) as refusal:
        decode_pkcs12(data, passphrase)
    return refusal.value.code


@pytest.mark.parametrize("passphrase", [PASSPHRASE, None])
def test_a_pkcs12_file_gives_key_certificate_and_chain(passphrase: bytes | None) -> None:
    """As they were put in."""
    made = signing_key()
    read = decode_pkcs12(as_pkcs12(made, passphrase), passphrase)
    assert (read.certificate, read.chain) == (made.certificate, made.chain)


@pytest.mark.parametrize("passphrase", [PASSPHRASE, None])
def test_pem_files_give_key_certificate_and_chain(passphrase: bytes | None) -> None:
    """The first certificate is that of the key."""
    made = signing_key("rsa-2048")
    read = decode_pem(*as_pem(made, passphrase), passphrase)
    assert (read.certificate, read.chain) == (made.certificate, made.chain)


@pytest.mark.parametrize("passphrase", [b"wrong", b"", None])
def test_another_passphrase_is_refused(passphrase: bytes | None) -> None:
    """And so is none."""
    assert refusal_of(as_pkcs12(signing_key()), passphrase) == "KEY_LOCKED"


def test_another_passphrase_of_a_pem_key_is_refused() -> None:
    """Alike."""
    key, certificates = as_pem(signing_key(), PASSPHRASE)
    with pytest.raises(SignerError) as refusal:
        decode_pem(key, certificates, b"wrong")
    assert refusal.value.code == "KEY_LOCKED"


@pytest.mark.parametrize("data", [b"", b"hello", b"\x30\x00"])
def test_what_is_no_pkcs12_is_refused(data: bytes) -> None:
    """Without a word of what stands in it."""
    assert refusal_of(data) == "KEY_LOCKED"


@pytest.mark.parametrize(
    "certificates", [b"", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"]
)
def test_a_file_without_certificates_is_refused(certificates: bytes) -> None:
    """There is nobody to name as signer."""
    key, _ = as_pem(signing_key())
    with pytest.raises(FormatError):
        decode_pem(key, certificates, None)


def test_a_file_without_a_key_is_refused() -> None:
    """A certificate alone signs nothing."""
    made = signing_key()
    data = pkcs12.serialize_key_and_certificates(b"clerk", None, made.certificate, None, NoEncryption())
    assert refusal_of(data, None) == "KEY_MISSING"


def test_a_certificate_of_another_key_is_refused() -> None:
    """The signature would fail everywhere."""
    with pytest.raises(SignerError) as refusal:
        SigningKey(key=make_key("p256"), certificate=signing_key().certificate)
    assert refusal.value.code == "KEY_OTHER"


def test_a_short_rsa_key_is_refused() -> None:
    """1024 bits are no longer enough."""
    short = rsa.generate_private_key(public_exponent=65537, key_size=1024)  # noqa: S505 - that is the point
    with pytest.raises(SignerError) as refusal:
        SigningKey(key=short, certificate=signing_key().certificate)
    assert refusal.value.code == "KEY_TOO_SHORT"


def test_another_curve_is_refused() -> None:
    """Readers of PDFs know those of NIST."""
    with pytest.raises(SignerError) as refusal:
        SigningKey(key=make_key("k256"), certificate=signing_key().certificate)
    assert refusal.value.code == "KEY_ALGORITHM"


def test_another_algorithm_is_refused() -> None:
    """Ed25519 signs the log, and is not accepted by readers of PDFs in general."""
    key = ed25519.Ed25519PrivateKey.generate()
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    with pytest.raises(SignerError) as refusal:
        decode_pem(pem, as_pem(signing_key())[1], None)
    assert refusal.value.code == "KEY_ALGORITHM"
