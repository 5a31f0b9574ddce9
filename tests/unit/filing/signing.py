"""Certificates, keys and a small PDF made when they are needed, for the tests of signatures on documents."""

from __future__ import annotations

import datetime as dt
from functools import cache
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)
from cryptography.x509.oid import NameOID

from custody.filing.signing_key import PdfKey, SigningKey
from custody.model.instant import Instant, decode_instant

AT: Final = decode_instant("2026-02-03T04:05:06Z")
PASSPHRASE: Final = b"correct horse"


def make_key(kind: str) -> PdfKey:
    """Return a new key: "rsa-BITS", or the name of a curve."""
    if kind.startswith("rsa-"):
        return rsa.generate_private_key(public_exponent=65537, key_size=int(kind[4:]))
    curves: dict[str, ec.EllipticCurve] = {"p256": ec.SECP256R1(), "k256": ec.SECP256K1()}
    return ec.generate_private_key(curves[kind])


def _name(text: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Test office"),
            x509.NameAttribute(NameOID.COMMON_NAME, text),
        ]
    )


def _certify(
    subject: str, key: PdfKey, issuer: str, by: PdfKey, *, until: dt.datetime | None = None
) -> x509.Certificate:
    authority = subject == issuer
    usage = dict.fromkeys(
        (
            "digital_signature", "content_commitment", "key_encipherment", "data_encipherment",
            "key_agreement", "key_cert_sign", "crl_sign", "encipher_only", "decipher_only",
        ),
        False,
    )  # fmt: skip
    usage |= (
        {"key_cert_sign": True, "crl_sign": True}
        if authority
        else {"digital_signature": True, "content_commitment": True}
    )
    start = dt.datetime(2025, 1, 1, tzinfo=dt.UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(_name(subject))
        .issuer_name(_name(issuer))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(until or start.replace(year=2045))
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        .add_extension(x509.KeyUsage(**usage), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(by.public_key()), critical=False)
        .sign(by, hashes.SHA256())
    )


@cache
def signing_key(kind: str = "p256") -> SigningKey:
    """Return a key that a test authority has certified; made once for each kind."""
    root_key, key = make_key(kind), make_key(kind)
    root = _certify("Test root", root_key, "Test root", root_key)
    return SigningKey(key=key, certificate=_certify("Clerk", key, "Test root", root_key), chain=(root,))


def expired_key() -> SigningKey:
    """Return a key whose certificate has expired."""
    root_key, key = make_key("p256"), make_key("p256")
    ended = dt.datetime(2025, 6, 1, tzinfo=dt.UTC)
    return SigningKey(key=key, certificate=_certify("Clerk", key, "Test root", root_key, until=ended))


def as_pkcs12(signer: SigningKey, passphrase: bytes | None = PASSPHRASE) -> bytes:
    """Return a key and its certificates as PKCS#12."""
    protection = NoEncryption() if passphrase is None else BestAvailableEncryption(passphrase)
    return pkcs12.serialize_key_and_certificates(
        b"clerk", signer.key, signer.certificate, signer.chain, protection
    )


def as_pem(signer: SigningKey, passphrase: bytes | None = None) -> tuple[bytes, bytes]:
    """Return a key, and its certificates, as PEM."""
    protection = NoEncryption() if passphrase is None else BestAvailableEncryption(passphrase)
    key = signer.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, protection)
    certificates = (signer.certificate, *signer.chain)
    return key, b"".join(one.public_bytes(Encoding.PEM) for one in certificates)


def small_pdf(*, line_end: bytes = b"", field: bytes | None = None) -> bytes:
    """Return a PDF of one empty page, its cross-reference table right.

    Args:
        line_end: what stands behind its last line.
        field: a form field.
    """
    form = b"" if field is None else b" /AcroForm << /Fields [4 0 R] /SigFlags 3 >>"
    page = b"" if field is None else b" /Annots [4 0 R]"
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R" + form + b" >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] /Resources << >>" + page + b" >>",
        *([] if field is None else [field]),
    )
    made = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
    places = []
    for number, body in enumerate(objects, start=1):
        places.append(len(made))
        made += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    start = len(made)
    size = len(objects) + 1
    made += b"xref\n0 %d\n0000000000 65535 f \n" % size + table
    made += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % (size, start)
    return made + line_end


def later(moment: Instant, days: int) -> Instant:
    """Return a moment some days later."""
    return Instant.from_datetime(moment.moment + dt.timedelta(days=days))
