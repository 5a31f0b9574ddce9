"""Certificates of time authorities as rules TS-9, TS-11 and TS-12 look at them; read whole, or not at all.

`cryptography` reads most of a certificate only when it is asked for it, so a broken extension would show in
the middle of a judgement. Here everything is read at once: what comes out of `decode_certificate` cannot fail
later.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import datetime
from functools import cached_property
from typing import Final, TypeVar

from attrs import field, frozen
from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import HashAlgorithm
from cryptography.x509.oid import ExtendedKeyUsageOID

from custody.errors import FormatError
from custody.format.algorithm_name import ED25519, ecdsa_names, rsa_names
from custody.format.der import (
    SEQUENCE,
    Tlv,
    context_tag,
    decode_integer,
    decode_octets,
    decode_oid,
    decode_tlv,
    der_error,
    encode_integer,
    encode_sequence,
    encode_tlv,
    members_of,
)
from custody.proof.rfc3161.names import same_name
from custody.proof.rfc3161.plain_signature import plainly_signed
from custody.proof.rfc3161.unwarned import unwarned
from custody.report.stamp_code import StampCode

WEAK_HASHES: Final = frozenset({"md5", "sha1"})
MIN_RSA_BITS: Final = 2048
MIN_CURVE_BITS: Final = 256
_VERSION: Final = context_tag(0)
_DIRECTORY_NAME: Final = context_tag(4)
_LONG_LENGTH: Final = 0x80
_EC_KEY: Final = "1.2.840.10045.2.1"
_UNCOMPRESSED: Final = b"\x04"
_E = TypeVar("_E", bound=x509.ExtensionType)

# What `cryptography` raises on bytes that it cannot read; some of it is no ValueError.
UNREADABLE: Final = (
    ValueError,
    TypeError,
    UnsupportedAlgorithm,
    x509.DuplicateExtension,
    x509.InvalidVersion,
    x509.UnsupportedGeneralNameType,
    FormatError,
)


@frozen(kw_only=True)
class Certificate:
    """One certificate (RFC 5280), read whole. It is material: nothing is trusted because of it.

    Two are equal when their bytes are.

    Attributes:
        der: its bytes as they were given.
        parsed: as `cryptography` reads it.
        issuer: the issuer's Name, DER as it stands in the certificate.
        subject: the subject's Name, DER as it stands in the certificate.
        serial: serial number; old ones may be negative.
        key_info: the SubjectPublicKeyInfo, DER as it stands in the certificate.
        not_before: first moment of its validity, UTC.
        not_after: last moment of its validity, UTC; it belongs to the validity.
        key: its public key, of any kind.
        signature_hash: the hash that it is signed with; None for Ed25519, and for what is not known.
        extensions: all of them.
    """

    der: bytes = field(repr=False)
    parsed: x509.Certificate = field(repr=False, eq=False)
    issuer: bytes = field(repr=False, eq=False)
    subject: bytes = field(repr=False, eq=False)
    serial: int = field(eq=False)
    key_info: bytes = field(repr=False, eq=False)
    not_before: datetime = field(eq=False)
    not_after: datetime = field(eq=False)
    key: object = field(repr=False, eq=False)
    signature_hash: HashAlgorithm | None = field(repr=False, eq=False)
    extensions: x509.Extensions = field(repr=False, eq=False)

    @cached_property
    def sha256(self) -> str:
        """Digest of its bytes, 64 hex digits: the name of a companion that holds it."""
        return hashlib.sha256(self.der).hexdigest()

    @property
    def hash_name(self) -> str | None:
        """The hash that it is signed with, as a trust names it; None for Ed25519."""
        return None if self.signature_hash is None else self.signature_hash.name.replace("-", "_")

    @cached_property
    def issuer_serial(self) -> bytes:
        """IssuerSerial (RFC 5035, section 5) as it names this certificate; DER."""
        names = encode_sequence(encode_tlv(_DIRECTORY_NAME, self.issuer))
        return encode_sequence(names, encode_integer(self.serial))

    def extension(self, kind: type[_E]) -> x509.Extension[_E] | None:
        """Return its extension of a kind, or None."""
        try:
            return self.extensions.get_extension_for_class(kind)
        except x509.ExtensionNotFound:
            return None

    def signed_by(self, issuer: Certificate) -> bool:
        """Tell whether its signature verifies under an issuer's key, and it names that issuer.

        Nothing else of the issuer is looked at.
        """
        one = self.parsed
        if self.signature_hash is not None and self.signature_hash.name in WEAK_HASHES:
            signed = plainly_signed(issuer.key, self.signature_hash, one.signature, one.tbs_certificate_bytes)
            return signed and self.issuer == issuer.subject
        try:
            one.verify_directly_issued_by(issuer.parsed)
        except (InvalidSignature, UnsupportedAlgorithm, ValueError, TypeError):
            return False
        return True

    @cached_property
    def purpose_codes(self) -> tuple[StampCode, ...]:
        """What rule TS-11 finds wrong with it as the certificate of a token's signer; empty when nothing.

        PURPOSE: the extended key usage is absent, not critical, or not time stamping alone (RFC 3161, 2.3).
        KEY_USAGE: the key usage, where present, allows no signatures over data, or allows to sign
        certificates or CRLs. SIGNER_IS_AUTHORITY: it belongs to a certification authority.
        """
        return tuple(_purpose_codes(self))


def decode_certificate(der: bytes) -> Certificate:
    """Read a certificate and all that this package will ever ask of it.

    Raises:
        FormatError: code CERTIFICATE: something in it cannot be read, an extension for example.
    """
    try:
        with unwarned():
            return _decode(der)
    except UNREADABLE:
        raise FormatError(
            "certificate", expected="an X.509 certificate", found="another form", code="CERTIFICATE"
        ) from None


def _decode(der: bytes) -> Certificate:
    read = x509.load_der_x509_certificate(der)
    decode_octets(members_of(decode_tlv(der))[-1])
    claims = claims_of(der)
    _check_point(claims.key_info)
    return Certificate(
        der=der,
        parsed=read,
        issuer=claims.issuer,
        subject=claims.subject,
        serial=read.serial_number,
        key_info=claims.key_info,
        not_before=read.not_valid_before_utc,
        not_after=read.not_valid_after_utc,
        key=read.public_key(),
        signature_hash=_signature_hash(read),
        extensions=read.extensions,
    )


def _check_point(key_info: bytes) -> None:
    """Refuse a key on a curve in a compressed form (RFC 5480, 2.2).

    Keys are told apart by their bytes: under two forms, one key would escape what was said of the other.

    Raises:
        FormatError: code DER.
    """
    algorithm, key = members_of(decode_tlv(key_info))
    if decode_oid(members_of(algorithm)[0]) == _EC_KEY and key.content[1:2] != _UNCOMPRESSED:
        raise der_error("an uncompressed point", "another form")


def _signature_hash(read: x509.Certificate) -> HashAlgorithm | None:
    try:
        return read.signature_hash_algorithm
    except UnsupportedAlgorithm:  # a pinned certificate's own signature may be of any kind
        return None


@frozen(kw_only=True)
class Claims:
    """What a certificate claims, whatever else is in it.

    Attributes:
        der: its bytes.
        serial: serial number.
        issuer: the issuer's Name, DER.
        subject: the subject's Name, DER.
        key_info: the SubjectPublicKeyInfo, DER.
    """

    der: bytes = field(repr=False)
    serial: int
    issuer: bytes = field(repr=False)
    subject: bytes = field(repr=False)
    key_info: bytes = field(repr=False)


def claims_of(der: bytes) -> Claims:
    """Read what a certificate claims.

    Only as strict as it takes to find it: where a certificate can be read at all, its form was checked.

    Raises:
        FormatError: code DER: there is nothing where RFC 5280, 4.1 has it.
    """
    try:
        serial = _inside(der, _inside(der, 0))
        if der[serial] == _VERSION:
            serial = _behind(der, serial)
        algorithm = _behind(der, serial)
        issuer = _behind(der, algorithm)
        validity = _behind(der, issuer)
        subject = _behind(der, validity)
        key_info = _behind(der, subject)
        end = _behind(der, key_info)
        number = int.from_bytes(der[_inside(der, serial) : algorithm], "big", signed=True)
    except IndexError:
        raise FormatError("certificate", expected="six members", found="fewer", code="DER") from None
    return Claims(
        der=der,
        serial=number,
        issuer=der[issuer:validity],
        subject=der[subject:key_info],
        key_info=der[key_info:end],
    )


def _inside(der: bytes, start: int) -> int:
    """Return where the contents of a value begin; every certificate is walked through, so no more is done."""
    length = der[start + 1]
    return start + 2 if length < _LONG_LENGTH else start + 2 + length - _LONG_LENGTH


def _behind(der: bytes, start: int) -> int:
    """Return where a value ends."""
    length = der[start + 1]
    if length < _LONG_LENGTH:
        return start + 2 + length
    inside = start + 2 + length - _LONG_LENGTH
    return inside + int.from_bytes(der[start + 2 : inside], "big")


def _purpose_codes(certificate: Certificate) -> Iterator[StampCode]:
    purpose = certificate.extension(x509.ExtendedKeyUsage)
    if purpose is None or not purpose.critical or list(purpose.value) != [ExtendedKeyUsageOID.TIME_STAMPING]:
        yield StampCode.PURPOSE
    usage = certificate.extension(x509.KeyUsage)
    if usage is not None:
        allowed = usage.value
        signs = allowed.digital_signature or allowed.content_commitment
        if not signs or allowed.key_cert_sign or allowed.crl_sign:
            yield StampCode.KEY_USAGE
    limits = certificate.extension(x509.BasicConstraints)
    if limits is not None and limits.value.ca:
        yield StampCode.SIGNER_IS_AUTHORITY


def key_codes(key: object) -> tuple[StampCode, ...]:
    """Return what is wrong with a public key as one that vouches for something (rule TS-10), or nothing.

    KEY_TOO_SHORT: RSA below 2,048 bits or a curve below 256. SIGNATURE_ALGORITHM: a kind other than RSA,
    ECDSA and Ed25519.
    """
    match key:
        case RSAPublicKey():
            return () if key.key_size >= MIN_RSA_BITS else (StampCode.KEY_TOO_SHORT,)
        case EllipticCurvePublicKey():
            return () if key.key_size >= MIN_CURVE_BITS else (StampCode.KEY_TOO_SHORT,)
        case Ed25519PublicKey():
            return ()
        case _:
            return (StampCode.SIGNATURE_ALGORITHM,)


def algorithm_names(key: object) -> tuple[str, ...]:
    """Name a key's signature algorithm as a trust's `algorithms` does: the general name, then the exact ones.

    Such as ("rsa", "rsa-4096", "rsa-8192") for 4,096 bits, ("ecdsa", "ecdsa-p256"), ("ed25519",); nothing for
    other kinds of keys.
    """
    match key:
        case RSAPublicKey():
            return rsa_names(key.key_size)
        case EllipticCurvePublicKey():
            return ecdsa_names(key.curve.name)
        case Ed25519PublicKey():
            return (ED25519,)
        case _:
            return ()


def issuer_serial_matches(issuer_serial: bytes, certificate: Certificate) -> bool:
    """Tell whether an IssuerSerial of an ESSCertID names a certificate (rule TS-9; RFC 5035, section 5).

    Args:
        issuer_serial: DER: SEQUENCE of GeneralNames, in which one directoryName must be the issuer, and a
            serial number.
        certificate: what it should name.
    """
    if issuer_serial == certificate.issuer_serial:  # as nearly all write it
        return True
    try:
        names, serial = members_of(decode_tlv(issuer_serial, SEQUENCE))
        issuers = [members_of(name) for name in members_of(names) if name.tag == _DIRECTORY_NAME]
        number = decode_integer(serial)
    except (FormatError, ValueError):
        return False
    named = any(len(issuer) == 1 and same_name(issuer[0].raw, certificate.issuer) for issuer in issuers)
    return named and number == certificate.serial


def tsa_name_matches(name: bytes, certificate: Certificate) -> bool:
    """Tell whether `tsa` of a token is a name of a certificate (rule TS-12; RFC 3161, 2.4.2).

    Args:
        name: DER of the GeneralName inside the explicit [0]: a directoryName is compared with the subject and
            with the alternative names, any other kind with the alternative names, byte for byte.
        certificate: the signer's.
    """
    try:
        claimed = decode_tlv(name)
        if claimed.tag == _DIRECTORY_NAME and claimed.content == certificate.subject:  # as nearly all are
            return True
        known = _alternative_names(certificate)
        if claimed.tag != _DIRECTORY_NAME:
            return claimed.raw in {one.raw for one in known}
        directories = [members_of(one) for one in (claimed, *known) if one.tag == _DIRECTORY_NAME]
    except FormatError:
        return False
    if any(len(one) != 1 for one in directories):
        return False
    wanted, *others = (one[0].raw for one in directories)
    return any(same_name(wanted, other) for other in (certificate.subject, *others))


def _alternative_names(certificate: Certificate) -> tuple[Tlv, ...]:
    found = certificate.extension(x509.SubjectAlternativeName)
    return () if found is None else members_of(decode_tlv(found.value.public_bytes(), SEQUENCE))
