"""Signed attributes of a token: what ties the signature to content and certificate (rules TS-8, TS-9)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from attrs import field, frozen

from custody.errors import FormatError
from custody.format.der import (
    OCTET_STRING,
    SEQUENCE,
    Tlv,
    context_tag,
    decode_oid,
    decode_tlv,
    der_error,
    encode_null,
    members_of,
)
from custody.proof.rfc3161.algorithm_id import AlgorithmId, decode_algorithm
from custody.proof.rfc3161.certificate import Certificate, issuer_serial_matches
from custody.proof.rfc3161.signature import SHA1, digest_under, hash_name
from custody.proof.rfc3161.token import TST_INFO, SignerInfo
from custody.report.stamp_code import StampCode

_PKCS9: Final = "1.2.840.113549.1.9"
CONTENT_TYPE: Final = f"{_PKCS9}.3"
MESSAGE_DIGEST: Final = f"{_PKCS9}.4"
ALGORITHM_PROTECTION: Final = f"{_PKCS9}.52"
SIGNING_CERTIFICATE: Final = f"{_PKCS9}.16.2.12"
SIGNING_CERTIFICATE_V2: Final = f"{_PKCS9}.16.2.47"

_READ_HERE: Final = {
    CONTENT_TYPE,
    MESSAGE_DIGEST,
    ALGORITHM_PROTECTION,
    SIGNING_CERTIFICATE,
    SIGNING_CERTIFICATE_V2,
}
_DEFAULT_HASH: Final = "sha256"
_SIGNATURE_ALGORITHM: Final = context_tag(1)
_NULL: Final = encode_null()


@frozen(kw_only=True)
class CertificateId:
    """The certificate that a token says signed it: the first ESSCertID or ESSCertIDv2 (RFC 5035).

    Attributes:
        hash: name of the hash; None for one that is not known.
        digest: of the certificate.
        issuer_serial: IssuerSerial, DER, or None.
    """

    hash: str | None
    digest: bytes = field(repr=False)
    issuer_serial: bytes | None = field(default=None, repr=False)

    def names(self, der: bytes) -> bool:
        """Tell whether it is the digest of a certificate."""
        return self.hash is not None and digest_under(self.hash, der) == self.digest


def values_of(signer: SignerInfo) -> dict[str, Tlv]:
    """Return the attributes that have exactly one value, by OID; of one that stands twice, the last."""
    return {oid: values[0] for oid, values in signer.attributes if len(values) == 1}


def attribute_codes(signer: SignerInfo, content: bytes) -> tuple[StampCode, ...]:
    """Judge what binds the signature to its content (rule TS-8; RFC 5652, 5.3, 5.4, 11; RFC 6211).

    Args:
        signer: of the token.
        content: eContent.

    Returns:
        SIGNED_ATTRIBUTES: none, one missing, one twice, or one with another number of values than one.
        CONTENT_TYPE_ATTRIBUTE, MESSAGE_DIGEST, ALGORITHM_PROTECTION: one says something else than the token.
    """
    return tuple(_attribute_codes(signer, content))


def _attribute_codes(signer: SignerInfo, content: bytes) -> Iterator[StampCode]:
    found = values_of(signer)
    repeated = len({oid for oid, _ in signer.attributes}) != len(signer.attributes)
    several = {oid for oid, values in signer.attributes if len(values) != 1} & _READ_HERE
    if not {CONTENT_TYPE, MESSAGE_DIGEST} <= found.keys() or several or repeated:
        yield StampCode.SIGNED_ATTRIBUTES
    if CONTENT_TYPE in found and not _is_oid(found[CONTENT_TYPE], TST_INFO):
        yield StampCode.CONTENT_TYPE_ATTRIBUTE
    if MESSAGE_DIGEST in found and not _is_digest(found[MESSAGE_DIGEST], signer, content):
        yield StampCode.MESSAGE_DIGEST
    if ALGORITHM_PROTECTION in found and not _protects(found[ALGORITHM_PROTECTION], signer):
        yield StampCode.ALGORITHM_PROTECTION


def _is_oid(value: Tlv, wanted: str) -> bool:
    try:
        return decode_oid(value) == wanted
    except FormatError:
        return False


def _is_digest(value: Tlv, signer: SignerInfo, content: bytes) -> bool:
    """Tell whether a messageDigest fits; under a hash that is not known, rule TS-10 says so."""
    name = hash_name(signer.digest_algorithm.oid)
    if value.tag != OCTET_STRING:
        return False
    return name is None or value.content == digest_under(name, content)


def _protects(value: Tlv, signer: SignerInfo) -> bool:
    """Tell whether a CMSAlgorithmProtection names the algorithms that the signer names (RFC 6211)."""
    try:
        digest, *others = members_of(decode_tlv(value.raw, SEQUENCE))
        signed = [one for one in others if one.tag == _SIGNATURE_ALGORITHM]
        named = (decode_algorithm(digest), *(decode_algorithm(one) for one in signed))
    except (FormatError, ValueError):
        return False
    wanted = (signer.digest_algorithm, signer.signature_algorithm)
    return [_comparable(one) for one in named] == [_comparable(one) for one in wanted]


def _comparable(algorithm: AlgorithmId) -> tuple[str, bytes]:
    """Make absent parameters and NULL the same: the algorithms at hand mean the same by both."""
    parameters = _NULL if algorithm.parameters is None else algorithm.parameters.raw
    return algorithm.oid, parameters


def certificate_ids(signer: SignerInfo) -> tuple[CertificateId, ...]:
    """Read the first entry of signingCertificateV2, then that of signingCertificate, of those that are there.

    Raises:
        FormatError: code DER: it is not what RFC 5035 makes it.
    """
    found = values_of(signer)
    order = (SIGNING_CERTIFICATE_V2, SIGNING_CERTIFICATE)
    read = (_decode_id(found[oid], newer=oid == SIGNING_CERTIFICATE_V2) for oid in order if oid in found)
    return tuple(one for one in read if one is not None)


def _decode_id(value: Tlv, *, newer: bool) -> CertificateId | None:
    """Read the first of the ids in an attribute; None where the list is empty."""
    listed = members_of(decode_tlv(value.raw, SEQUENCE))
    entries = members_of(listed[0]) if listed else ()
    if not entries:
        return None
    members = list(members_of(entries[0]))
    name: str | None = _DEFAULT_HASH if newer else SHA1
    if newer and members and members[0].tag == SEQUENCE:
        name = hash_name(decode_algorithm(members.pop(0)).oid)
    if not members or members[0].tag != OCTET_STRING or len(members) > 2:  # noqa: PLR2004 - digest, issuerSerial
        raise der_error("a certificate's digest", "another value")
    return CertificateId(
        hash=name, digest=members[0].content, issuer_serial=members[1].raw if members[1:] else None
    )


def certificate_id_codes(
    ids: tuple[CertificateId, ...], certificate: Certificate | None
) -> tuple[StampCode, ...]:
    """Judge whether the signer's certificate is the one that he signed for (rule TS-9; RFC 5816).

    Args:
        ids: as read.
        certificate: the one that his name selects; None where there is none.

    Returns:
        CERTIFICATE_ID_MISSING; CERTIFICATE_ID_DIFFERS; SIGNATURE_ALGORITHM: under a hash that is not known;
        the note CERTIFICATE_ID_SHA1: under SHA-1 alone.
    """
    if not ids:
        return (StampCode.CERTIFICATE_ID_MISSING,)
    codes = [StampCode.SIGNATURE_ALGORITHM] if any(one.hash is None for one in ids) else []
    if certificate is not None and not all(_fits(one, certificate) for one in ids):
        codes.append(StampCode.CERTIFICATE_ID_DIFFERS)
    if all(one.hash == SHA1 for one in ids):
        codes.append(StampCode.CERTIFICATE_ID_SHA1)
    return tuple(codes)


def _fits(one: CertificateId, certificate: Certificate) -> bool:
    if one.issuer_serial is not None and not issuer_serial_matches(one.issuer_serial, certificate):
        return False
    return one.hash is None or one.names(certificate.der)
