"""The certificate that a token's signer names (rule TS-7), among those at hand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from cryptography import x509

from custody.errors import FormatError
from custody.proof.rfc3161.certificate import Certificate, Claims
from custody.proof.rfc3161.names import same_name
from custody.proof.rfc3161.path import PathCache
from custody.proof.rfc3161.pool import Pool
from custody.proof.rfc3161.signed_attributes import CertificateId
from custody.proof.rfc3161.token import SignerInfo
from custody.report.stamp_code import StampCode

_NAMESAKES: Final = 16  # of one origin that are looked at


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
    signer: SignerInfo, ids: tuple[CertificateId, ...], pools: Sequence[Pool], cache: PathCache
) -> Certificate | StampCode:
    """Find the certificate of a token's signer.

    Of several with his name the one that he signed for counts: a stranger may add others to a token.

    Args:
        signer: of the token.
        ids: which certificate he signed for.
        pools: certificates, those in the token first.
        cache: reads them.

    Returns:
        The certificate, or SIGNER_CERTIFICATE_MISSING, or CERTIFICATE_UNREADABLE: none is his, and one that
        may be cannot be read.
    """
    meant = [one for pool in pools for one in _meant(ids, pool, cache)]
    missing = StampCode.SIGNER_CERTIFICATE_MISSING
    for claims in (*meant, *(one for pool in pools for one in _named(signer, pool))):
        try:
            certificate = cache.certificate(claims.der)
        except FormatError:
            if claims in meant:
                return StampCode.CERTIFICATE_UNREADABLE
            missing = StampCode.CERTIFICATE_UNREADABLE
            continue
        if is_named(signer, certificate):
            return certificate
    return missing


def _meant(ids: tuple[CertificateId, ...], pool: Pool, cache: PathCache) -> Iterator[Claims]:
    """Give the certificates that were signed for."""
    for one in ids:
        claims = None if one.hash is None else cache.digests(pool, one.hash).get(one.digest)
        if claims is not None:
            yield claims


def _named(signer: SignerInfo, pool: Pool) -> tuple[Claims, ...]:
    """Return some that may have his name; what he did not sign for is of use to name a fault only."""
    if signer.serial is None:
        return pool.by_key_identifier(signer.key_id or b"")[:_NAMESAKES]
    return pool.by_serial.get(signer.serial, ())[:_NAMESAKES]
