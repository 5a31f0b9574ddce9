"""Certificate revocation lists (RFC 5280, 5): of an authority over its own certificates.

Whom a partial list names is revoked as by a full one; whom it does not name is not cleared by that.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from attrs import evolve, field, frozen
from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.hashes import HashAlgorithm
from cryptography.x509.oid import ExtensionOID

from custody.errors import FormatError
from custody.format.der import decode_octets, decode_tlv, members_of
from custody.proof.rfc3161.certificate import UNREADABLE, WEAK_HASHES, Certificate
from custody.proof.rfc3161.names import same_name
from custody.proof.rfc3161.plain_signature import plainly_signed
from custody.proof.rfc3161.revocation_statement import Statement
from custody.proof.rfc3161.unwarned import unwarned

_UNDERSTOOD: Final = frozenset(
    {
        ExtensionOID.AUTHORITY_KEY_IDENTIFIER,
        ExtensionOID.CRL_NUMBER,
        ExtensionOID.ISSUING_DISTRIBUTION_POINT,
    }
)


@frozen(kw_only=True)
class RevocationList:
    """One list, read; whose it is was not looked at.

    Attributes:
        parsed: as `cryptography` reads it.
        issuer: Name (DER) of whoever signed it.
        hashed: the hash of its signature; None for Ed25519.
        extensions: all of them.
        statement: what it says of a certificate that it does not name.
        scope: of which certificates it speaks, where it does not speak of all.
    """

    parsed: x509.CertificateRevocationList = field(repr=False)
    issuer: bytes = field(repr=False)
    hashed: HashAlgorithm | None = field(repr=False)
    extensions: x509.Extensions = field(repr=False)
    statement: Statement
    scope: x509.IssuingDistributionPoint | None = field(repr=False)

    def signed_by(self, issuer: Certificate) -> bool:
        """Tell whether an authority signed it, and may sign lists."""
        usage = issuer.extension(x509.KeyUsage)
        if not same_name(self.issuer, issuer.subject) or (usage is not None and not usage.value.crl_sign):
            return False
        one = self.parsed
        if self.hashed is not None and self.hashed.name in WEAK_HASHES:
            return plainly_signed(issuer.key, self.hashed, one.signature, one.tbs_certlist_bytes)
        try:
            return one.is_signature_valid(issuer.parsed.public_key())  # type: ignore[arg-type]
        except (TypeError, ValueError, UnsupportedAlgorithm):
            return False

    @property
    def hash_name(self) -> str | None:
        """The hash of its signature, as a trust names it; None for Ed25519."""
        return self.statement.hash_name

    @property
    def judged(self) -> bool:
        """Whether its form is judged here: not one over certificates of other issuers, or of another kind."""
        scope = self.scope
        return scope is None or not (scope.indirect_crl or scope.only_contains_attribute_certs)

    @property
    def partial(self) -> bool:
        """Whether it says in ways that are not judged here of whom it speaks: only whom it names counts."""
        return any(
            one.oid == ExtensionOID.DELTA_CRL_INDICATOR or (one.critical and one.oid not in _UNDERSTOOD)
            for one in self.extensions
        )

    def lists(self, serial: int) -> bool:
        """Tell whether it has an entry for a serial number."""
        return self.parsed.get_revoked_certificate_by_serial_number(serial) is not None

    def statement_on(self, certificate: Certificate) -> Statement | None:
        """Return what it says of a certificate of its issuer; None where it is not known what it says."""
        entry = self.parsed.get_revoked_certificate_by_serial_number(certificate.serial)
        if entry is None:
            return None if self.partial else evolve(self.statement, covers=self._covers(certificate))
        reason, invalid_since = _details(entry)
        if reason is x509.ReasonFlags.remove_from_crl:
            return evolve(self.statement, covers=False)
        return evolve(
            self.statement,
            revoked_at=entry.revocation_date_utc,
            reason=reason,
            invalid_since=invalid_since,
        )

    def _covers(self, certificate: Certificate) -> bool:
        """Tell whether a certificate would stand in it, were it revoked (RFC 5280, 6.3.3 (b))."""
        scope = self.scope
        if scope is None:
            return True
        limits = certificate.extension(x509.BasicConstraints)
        authority = limits is not None and limits.value.ca
        if scope.only_some_reasons or scope.relative_name:
            return False
        if scope.only_contains_user_certs if authority else scope.only_contains_ca_certs:
            return False
        return not scope.full_name or not _points(certificate).isdisjoint(scope.full_name)


def _points(certificate: Certificate) -> set[x509.GeneralName]:
    found = certificate.extension(x509.CRLDistributionPoints)
    points = () if found is None else found.value
    return {name for point in points for name in (point.full_name or ())}


def _details(entry: x509.RevokedCertificate) -> tuple[x509.ReasonFlags | None, datetime | None]:
    """Read why and since when; what cannot be read is as if it were not given, which is the worst case."""
    try:
        with unwarned():
            values = [one.value for one in entry.extensions]
    except UNREADABLE:
        return None, None
    reasons = [one.reason for one in values if isinstance(one, x509.CRLReason)]
    dates = [one.invalidity_date_utc for one in values if isinstance(one, x509.InvalidityDate)]
    return (reasons[0] if reasons else None), (dates[0] if dates else None)


def decode_revocation_list(der: bytes) -> RevocationList:
    """Read a list, but for its entries.

    Raises:
        FormatError: code REVOCATION: it cannot be read.
    """
    try:
        with unwarned():
            return _decode(der)
    except UNREADABLE:
        raise FormatError(
            "revocation list", expected="a list as in RFC 5280", found="another form", code="REVOCATION"
        ) from None


def _decode(der: bytes) -> RevocationList:
    parsed = x509.load_der_x509_crl(der)
    decode_octets(members_of(decode_tlv(der))[-1])
    hashed, extensions = parsed.signature_hash_algorithm, parsed.extensions
    scopes = [one.value for one in extensions if isinstance(one.value, x509.IssuingDistributionPoint)]
    return RevocationList(
        parsed=parsed,
        issuer=parsed.issuer.public_bytes(),
        hashed=hashed,
        extensions=extensions,
        statement=Statement(
            this_update=parsed.last_update_utc,
            next_update=parsed.next_update_utc,
            hash_name=None if hashed is None else hashed.name.replace("-", "_"),
        ),
        scope=scopes[0] if scopes else None,
    )
