"""A time authority for demonstrations alone: it says whatever this machine's clock says, and nobody vouches.

    python -m examples.demo_authority FOLDER

Its root is written to FOLDER, which is made where it is missing, and it answers on this machine until it is
stopped. Every name in it says UNTRUSTED DEMONSTRATION, and every token carries the policy 2.999.1, of the arc
that is kept for examples (ITU-T X.660), so its stamps can be told from others for ever. custody asks it only
where a trust names it.
"""

from __future__ import annotations

import argparse
import hashlib
import secrets
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

from attrs import frozen
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from custody.errors import FormatError
from custody.format.der import (
    context_tag,
    decode_tlv,
    encode_integer,
    encode_octet_string,
    encode_oid,
    encode_sequence,
    encode_set_of,
    encode_tlv,
    members_of,
)

WARNING = "UNTRUSTED DEMONSTRATION"
POLICY = "2.999.1"
SHA256 = encode_sequence(encode_oid("2.16.840.1.101.3.4.2.1"))
ECDSA_SHA256 = encode_sequence(encode_oid("1.2.840.10045.4.3.2"))
SIGNED_DATA, TST_INFO = "1.2.840.113549.1.7.2", "1.2.840.113549.1.9.16.1.4"
CONTENT_TYPE, MESSAGE_DIGEST = "1.2.840.113549.1.9.3", "1.2.840.113549.1.9.4"
SIGNING_CERTIFICATE = "1.2.840.113549.1.9.16.2.47"
REPLY = "application/timestamp-reply"
MAX_QUERY = 4096


def certify(
    name: str, key: ec.EllipticCurvePrivateKey, issuer: tuple[x509.Name, ec.EllipticCurvePrivateKey] | None
) -> x509.Certificate:
    """Make a root, or under an issuer a certificate for time stamping (RFC 3161, 2.3)."""
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, WARNING),
            x509.NameAttribute(NameOID.COMMON_NAME, name),
        ]
    )
    issuer_name, issuer_key = issuer or (subject, key)
    usage = dict.fromkeys(
        ("content_commitment", "key_encipherment", "data_encipherment", "key_agreement", "encipher_only",
         "decipher_only"), False,
    )  # fmt: skip
    signs_certificates = issuer is None
    usage |= {"key_cert_sign": signs_certificates, "crl_sign": signs_certificates}
    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer_name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=3650))
        .add_extension(x509.BasicConstraints(ca=signs_certificates, path_length=None), critical=True)
        .add_extension(x509.KeyUsage(digital_signature=not signs_certificates, **usage), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False
        )
    )
    if not signs_certificates:
        purpose = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
        builder = builder.add_extension(purpose, critical=True)
    return builder.sign(issuer_key, hashes.SHA256())


def attribute(oid: str, value: bytes) -> bytes:
    """Write a signed attribute with one value."""
    return encode_sequence(encode_oid(oid), encode_set_of([value]))


@frozen
class DemoAuthority:
    """A root, and a key that stamps."""

    root: x509.Certificate
    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    def reply(self, query: bytes) -> bytes:
        """Stamp what a query asks for (RFC 3161, 2.4): the clock of this machine, accurate to a second."""
        _version, imprint, *rest = members_of(decode_tlv(query))
        nonce = b"".join(member.raw for member in rest if member.tag == 0x02)
        accuracy = encode_sequence(encode_integer(1))
        moment = encode_tlv(0x18, datetime.now(UTC).strftime("%Y%m%d%H%M%SZ").encode("ascii"))
        serial = encode_integer(secrets.randbits(63) + 1)
        info = encode_sequence(
            encode_integer(1), encode_oid(POLICY), imprint.raw, serial, moment, accuracy, nonce
        )
        return encode_sequence(encode_sequence(encode_integer(0)), self.sign(info))

    def sign(self, info: bytes) -> bytes:
        """Wrap what is said as CMS SignedData (RFC 5652, RFC 5816)."""
        certificate = self.certificate.public_bytes(Encoding.DER)
        its_digest = encode_octet_string(hashlib.sha256(certificate).digest())
        attributes = sorted(
            (
                attribute(CONTENT_TYPE, encode_oid(TST_INFO)),
                attribute(MESSAGE_DIGEST, encode_octet_string(hashlib.sha256(info).digest())),
                attribute(SIGNING_CERTIFICATE, encode_sequence(encode_sequence(encode_sequence(its_digest)))),
            )
        )
        issuer = self.certificate.issuer.public_bytes()
        signer = encode_sequence(
            encode_integer(1),
            encode_sequence(issuer, encode_integer(self.certificate.serial_number)),
            SHA256,
            encode_tlv(context_tag(0), b"".join(attributes)),
            ECDSA_SHA256,
            encode_octet_string(self.key.sign(encode_set_of(attributes), ec.ECDSA(hashes.SHA256()))),
        )
        content = encode_tlv(context_tag(0), encode_octet_string(info))
        signed = encode_sequence(
            encode_integer(3),
            encode_set_of([SHA256]),
            encode_sequence(encode_oid(TST_INFO), content),
            encode_tlv(context_tag(0), certificate),
            encode_set_of([signer]),
        )
        return encode_sequence(encode_oid(SIGNED_DATA), encode_tlv(context_tag(0), signed))


def make_demo_authority(name: str) -> DemoAuthority:
    """Make an authority; its keys are gone when the program ends."""
    root_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    root = certify(f"{WARNING} root {name}", root_key, None)
    certificate = certify(f"{WARNING} {name}", key, (root.subject, root_key))
    return DemoAuthority(root, certificate, key)


class Handler(BaseHTTPRequestHandler):
    """Answers queries (RFC 3161, 3.4)."""

    def __init__(self, authority: DemoAuthority, *arguments: Any) -> None:  # noqa: ANN401 - as http.server
        """Take the authority that answers."""
        self.authority = authority
        super().__init__(*arguments)

    def do_POST(self) -> None:
        """Stamp, or say that this is no query."""
        length = self.headers.get("Content-Length", "")
        size = int(length) if length.isascii() and length.isdigit() else MAX_QUERY + 1
        try:
            body = self.authority.reply(self.rfile.read(size)) if size <= MAX_QUERY else b""
        except (FormatError, ValueError):
            body = b""
        self.send_response(200 if body else 400)
        self.send_header("Content-Type", REPLY)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_arguments: object) -> None:
        """Say nothing: a program that uses this has its own story to tell."""


@contextmanager
def serving(authority: DemoAuthority) -> Iterator[str]:
    """Answer on this machine alone until the block ends; give the URL."""
    server = HTTPServer(("127.0.0.1", 0), partial(Handler, authority))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def folder_named(words: Sequence[str] | None = None) -> Path:
    """Read the command line; the words are those of this process unless given."""
    parser = argparse.ArgumentParser(
        prog="python -m examples.demo_authority",
        description=f"{WARNING}: a time authority on this machine; nobody vouches for what it says.",
    )
    parser.add_argument(
        "folder", type=Path, metavar="FOLDER", help="its root is written there; made where it is missing"
    )
    named: Path = parser.parse_args(words).folder
    return named


def main(folder: Path) -> None:
    """Write the root, say where it answers, and wait."""
    authority = make_demo_authority("1")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "demo-root.pem").write_bytes(authority.root.public_bytes(Encoding.PEM))
    with serving(authority) as url:
        print(
            f"{WARNING}: {url} answers until it is stopped; its root is {folder / 'demo-root.pem'}",
            flush=True,
        )
        threading.Event().wait()


if __name__ == "__main__":
    try:
        main(folder_named())
    except KeyboardInterrupt:
        print("stopped")
