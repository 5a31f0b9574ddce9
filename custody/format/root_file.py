"""Root certificates of time authorities, as files that people are given: PEM (RFC 7468) or DER.

A root that is pinned by mistake lets somebody else make time, so a file must be what it is meant to be: a
certificate of a certification authority, alone unless one of several is asked for by its fingerprint, and no
private key beside it.
"""

from __future__ import annotations

import hashlib
import re
from base64 import b64decode
from binascii import Error as Base64Error
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

from attrs import field, frozen
from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.x509.oid import ExtensionOID, NameOID

from custody.errors import FormatError, UsageError
from custody.model.instant import Instant

MEMBER: Final = "root certificate"
MAX_CERTIFICATE_BYTES: Final = 64 * 1024
# [^-]: so that no file makes the search slow. OpenSSL's TRUSTED CERTIFICATE holds more than a certificate.
_BLOCK: Final = re.compile(
    rb"-----BEGIN (?:X509 )?CERTIFICATE-----\s([^-]*)-----END (?:X509 )?CERTIFICATE-----"
)
_PRIVATE: Final = b"PRIVATE KEY-----"
_DER_SEQUENCE: Final = b"\x30"
# Who answers for a root; an address of a person in it is not repeated.
_NAMES: Final = {
    NameOID.COMMON_NAME: "CN",
    NameOID.ORGANIZATION_NAME: "O",
    NameOID.ORGANIZATIONAL_UNIT_NAME: "OU",
    NameOID.COUNTRY_NAME: "C",
}


@frozen(kw_only=True)
class RootCertificate:
    """What a root certificate says; whether anybody should believe it, it cannot say.

    Attributes:
        certificate: DER.
        fingerprint: SHA-256 of it, 64 hex digits.
        claimed_subject: common name, organisation, unit and country, as `CN=…, O=…`; untrusted text.
        not_before: from when on it claims to be valid.
        not_after: until when.
        self_issued: whether it names itself as its issuer; else it is an intermediate one.
    """

    certificate: bytes = field(repr=False)
    fingerprint: str
    claimed_subject: str
    not_before: Instant
    not_after: Instant
    self_issued: bool


def decode_root_certificate(der: bytes, *, member: str = MEMBER, pointer: str = "") -> RootCertificate:
    """Read the certificate of a certification authority (RFC 5280).

    Args:
        der: the certificate.
        member: the file that is meant, for messages.
        pointer: the place inside a JSON file, for messages.

    Raises:
        FormatError: not one DER certificate; or one that cannot issue others: without CA in its basic
            constraints (RFC 5280 section 4.2.1.9) or without keyCertSign in its key usage (section 4.2.1.3).
            The certificate of an authority's own signing key is of this kind; it changes every few years.
    """

    def refuse(expected: str, found: str) -> FormatError:
        return FormatError(member, pointer=pointer, expected=expected, found=found, code="ROOT_CERTIFICATE")

    if len(der) > MAX_CERTIFICATE_BYTES:
        raise refuse(f"at most {MAX_CERTIFICATE_BYTES} bytes", "more")
    try:
        parsed = x509.load_der_x509_certificate(der)
        constraints = _extension(parsed, ExtensionOID.BASIC_CONSTRAINTS)
        usage = _extension(parsed, ExtensionOID.KEY_USAGE)
        subject = ", ".join(_name_parts(parsed.subject))
        interval = _interval(parsed.not_valid_before_utc, parsed.not_valid_after_utc)
        self_issued = parsed.issuer == parsed.subject
    except (ValueError, UsageError, UnsupportedAlgorithm, x509.DuplicateExtension, x509.InvalidVersion):
        raise refuse("one certificate in DER", "bytes that a strict reader refuses") from None
    if not isinstance(constraints, x509.BasicConstraints) or not constraints.ca:
        raise refuse("the certificate of a certification authority", "one that may not issue others")
    if isinstance(usage, x509.KeyUsage) and not usage.key_cert_sign:
        raise refuse("a certificate whose key may sign others", "one whose key usage forbids it")
    return RootCertificate(
        certificate=der,
        fingerprint=hashlib.sha256(der).hexdigest(),
        claimed_subject=subject,
        not_before=interval[0],
        not_after=interval[1],
        self_issued=self_issued,
    )


def _extension(parsed: x509.Certificate, oid: x509.ObjectIdentifier) -> x509.ExtensionType | None:
    try:
        return parsed.extensions.get_extension_for_oid(oid).value
    except x509.ExtensionNotFound:
        return None


def _name_parts(name: x509.Name) -> list[str]:
    return [
        f"{short}={attribute.value!s}"
        for oid, short in _NAMES.items()
        for attribute in name.get_attributes_for_oid(oid)
    ]


def _interval(start: datetime, end: datetime) -> tuple[Instant, Instant]:
    return Instant.from_datetime(start), Instant.from_datetime(end)


def decode_root_file(
    data: bytes, *, fingerprints: Iterable[str] | None = None
) -> tuple[RootCertificate, ...]:
    """Read the one root of a PEM or DER file, or those among several that have a wanted fingerprint.

    Args:
        data: the file.
        fingerprints: SHA-256 of the certificates wanted, 64 hex digits each. With them a file may hold many
            certificates, such as all that a system trusts: only these are taken.

    Returns:
        At least one; exactly one where no fingerprints are given.

    Raises:
        UsageError: PRIVATE_KEY: there is a private key in the file. FINGERPRINT: it holds no certificate of a
            wanted fingerprint.
        FormatError: no certificate, several of them where none is asked for by its fingerprint, or see
            `decode_root_certificate`.
    """
    if _PRIVATE in data:
        raise UsageError(
            "root file: expected certificates alone, found a private key beside them",
            code="PRIVATE_KEY",
            hint="take the certificate alone; who gave you this key by mistake should know",
        )
    found = tuple(dict.fromkeys(_certificates(data)))
    if fingerprints is not None:
        return _wanted(found, tuple(fingerprints))
    if len(found) != 1:
        raise FormatError(
            MEMBER,
            expected="one certificate in a file",
            found=f"{len(found)}",
            code="ROOT_CERTIFICATE",
            hint="put each root that you mean into a file of its own, and name each with --root",
        )
    return (decode_root_certificate(found[0]),)


def _wanted(found: Sequence[bytes], fingerprints: Sequence[str]) -> tuple[RootCertificate, ...]:
    matching = [der for der in found if hashlib.sha256(der).hexdigest() in fingerprints]
    if not matching:
        actual = hashlib.sha256(found[0]).hexdigest() if len(found) == 1 else f"{len(found)} certificates"
        raise UsageError(
            f"fingerprint: expected {' or '.join(fingerprints)}, found {actual}; nothing was changed",
            code="FINGERPRINT",
            hint="take the root from the operator himself; a certificate with its name is not yet the root",
        )
    return tuple(decode_root_certificate(der) for der in matching)


def _certificates(data: bytes) -> list[bytes]:
    if data.startswith(_DER_SEQUENCE):
        return [data]
    try:
        return [b64decode(b"".join(block.split()), validate=True) for block in _BLOCK.findall(data)]
    except Base64Error:
        raise FormatError(
            MEMBER, expected="certificates in PEM", found="a block that is no base64", code="ROOT_CERTIFICATE"
        ) from None
