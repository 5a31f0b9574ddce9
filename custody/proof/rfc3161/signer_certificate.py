"""The certificate that a token's signer names (rule TS-7), among those at hand."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeAlias

from cryptography import x509

from custody.errors import FormatError
from custody.proof.rfc3161.certificate import Certificate
from custody.proof.rfc3161.names import same_name
from custody.proof.rfc3161.signed_attributes import CertificateId
from custody.proof.rfc3161.token import SignerInfo
from custody.report.stamp_code import StampCode

ReadCertificate: TypeAlias = Callable[[bytes], Certificate]
"""Reads a certificate; raises FormatError."""


def is_named(signer: SignerInfo, certificate: Certificate) -> bool:
    """Tell whether a signer's name (issuer and serial number, or key identifier) is that of a certificate."""
    if signer.key_id is not None:
        identifier = certificate.extension(x509.SubjectKeyIdentifier)
        return identifier is not None and identifier.value.digest == signer.key_id
    return (
        signer.serial == certificate.serial
        and signer.issuer is not None
        and same_name(signer.issuer, certificate.issuer)
    )


def find_signer_certificate(
    signer: SignerInfo,
    ids: tuple[CertificateId, ...],
    pool: Iterable[bytes],
    read: ReadCertificate,
) -> Certificate | StampCode:
    """Find the certificate of a token's signer.

    Of several with his name the one that he signed for counts: a stranger may add others to a token.

    Args:
        signer: of the token.
        ids: which certificate he signed for.
        pool: DER; those in the token first.
        read: reads one.

    Returns:
        The certificate, or SIGNER_CERTIFICATE_MISSING, or CERTIFICATE_UNREADABLE: none is his, and one that
        may be cannot be read.
    """
    ordered = sorted(dict.fromkeys(pool), key=lambda der: not any(one.names(der) for one in ids))
    missing = StampCode.SIGNER_CERTIFICATE_MISSING
    for der in ordered:
        try:
            certificate = read(der)
        except FormatError:
            if any(one.names(der) for one in ids):
                return StampCode.CERTIFICATE_UNREADABLE
            missing = StampCode.CERTIFICATE_UNREADABLE
            continue
        if is_named(signer, certificate):
            return certificate
    return missing
