"""The key and certificate that a PDF is signed with: PKCS#12, or PEM files.

They are no keys of a custody log: a court's reader knows certificates, and those of a certification authority
at that. Who signs a document shows who issued it, and nothing about the evidence.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final, TypeAlias

from attrs import field, frozen
from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.types import CertificatePublicKeyTypes
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key, pkcs12

from custody.errors import FormatError, SignerError
from custody.model.instant import Instant

PdfKey: TypeAlias = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
SIGNING_FILE_BYTES: Final = 1024 * 1024
RSA_BITS: Final = 2048
_CURVES: Final = frozenset({"secp256r1", "secp384r1", "secp521r1"})
_PEM_CERTIFICATE: Final = re.compile(rb"-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----", re.ASCII)
_WRONG: Final = "is the passphrase that of this file? it is read from the first line of --passphrase-file"


@frozen(kw_only=True)
class SigningKey:
    """What signs a PDF.

    Attributes:
        key: RSA of at least 2048 bits, or a key on a curve of NIST.
        certificate: that of the key.
        chain: certificates above it, as they lay in the file.
    """

    key: PdfKey = field(repr=False)
    certificate: x509.Certificate
    chain: tuple[x509.Certificate, ...] = ()

    def __attrs_post_init__(self) -> None:
        """Refuse what readers of PDFs do not accept, before anything is signed.

        Raises:
            SignerError: KEY_ALGORITHM, KEY_TOO_SHORT; KEY_OTHER: the certificate is of another key.
        """
        key = self.key
        if isinstance(key, rsa.RSAPrivateKey) and key.key_size < RSA_BITS:
            raise SignerError(
                f"signing key: expected RSA of at least {RSA_BITS} bits, found {key.key_size}",
                code="KEY_TOO_SHORT",
            )
        if isinstance(key, ec.EllipticCurvePrivateKey) and key.curve.name not in _CURVES:
            raise SignerError(
                "signing key: expected P-256, P-384 or P-521, found another curve", code="KEY_ALGORITHM"
            )
        if _spki(key.public_key()) != _spki(self.certificate.public_key()):
            raise SignerError("certificate: expected that of the key, found another", code="KEY_OTHER")

    def check_valid(self, at: Instant) -> None:
        """Refuse a certificate that is not valid at a moment.

        Raises:
            SignerError: code CERTIFICATE_NOT_VALID.
        """
        first, last = self.certificate.not_valid_before_utc, self.certificate.not_valid_after_utc
        if not first <= at.moment <= last:
            found = f"one from {first:%Y-%m-%d} to {last:%Y-%m-%d}"
            raise SignerError(
                f"certificate: expected one that is valid at {at}, found {found}",
                code="CERTIFICATE_NOT_VALID",
            )


def _spki(key: CertificatePublicKeyTypes) -> bytes:
    return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def decode_pkcs12(data: bytes, passphrase: bytes | None) -> SigningKey:
    """Read a PKCS#12 file (.p12, .pfx; RFC 7292).

    Args:
        data: its bytes.
        passphrase: None where it has none.

    Raises:
        SignerError: KEY_LOCKED: another passphrase, or no PKCS#12; KEY_MISSING; and as `SigningKey`.
    """
    try:
        key, certificate, others = pkcs12.load_key_and_certificates(data, passphrase)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise SignerError(
            "PKCS#12 file: expected one that this passphrase opens, found another",
            code="KEY_LOCKED",
            hint=_WRONG,
        ) from None
    if key is None or certificate is None:
        raise SignerError("PKCS#12 file: expected a key with its certificate, found none", code="KEY_MISSING")
    return _signing_key(key, certificate, others)


def decode_pem(key: bytes, certificates: bytes, passphrase: bytes | None) -> SigningKey:
    """Read a private key and certificates, PEM; the first certificate is that of the key.

    Args:
        key: the text of the key file.
        certificates: the text of the certificate file.
        passphrase: of the key; None where it has none.

    Raises:
        FormatError: no certificate that can be read.
        SignerError: KEY_LOCKED: another passphrase, or no key; and as `SigningKey`.
    """
    try:
        found = [x509.load_pem_x509_certificate(one) for one in _PEM_CERTIFICATE.findall(certificates)]
    except ValueError:
        found = []
    if not found:
        raise FormatError("certificate file", expected="certificates in PEM", found="none that can be read")
    try:
        private = load_pem_private_key(key, passphrase)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise SignerError(
            "key file: expected a PEM key that this passphrase opens, found another",
            code="KEY_LOCKED",
            hint=_WRONG,
        ) from None
    return _signing_key(private, found[0], found[1:])


def _signing_key(key: object, certificate: x509.Certificate, chain: Iterable[x509.Certificate]) -> SigningKey:
    if not isinstance(key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey):
        raise SignerError(
            "signing key: expected RSA or a curve of NIST, found another algorithm",
            code="KEY_ALGORITHM",
            hint="readers of PDFs accept no others in general",
        )
    return SigningKey(key=key, certificate=certificate, chain=tuple(chain))
