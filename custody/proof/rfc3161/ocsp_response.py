"""OCSP responses (RFC 6960), signed by the authority itself or by whom it appointed for that."""

from __future__ import annotations

from datetime import datetime
from itertools import islice
from typing import Final

from attrs import evolve, field, frozen
from cryptography import x509
from cryptography.hazmat.primitives.hashes import Hash, HashAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID

from custody.errors import FormatError
from custody.format.der import SEQUENCE, Tlv, decode_octets, decode_tlv, members_of
from custody.proof.rfc3161.certificate import UNREADABLE, Certificate, decode_certificate
from custody.proof.rfc3161.plain_signature import plainly_signed
from custody.proof.rfc3161.revocation_statement import Statement
from custody.proof.rfc3161.unwarned import unwarned

_RESPONDERS: Final = 8  # certificates in a response that are looked at
_ANSWERS: Final = 64  # answers in a response that are looked at


@frozen(kw_only=True)
class OcspResponse:
    """One response, read; whose it is was not looked at.

    Attributes:
        parsed: as `cryptography` reads it.
        hashed: the hash of its signature; None for Ed25519.
        produced_at: when it was signed.
        responders: certificates that it brings along.
        answers: on one certificate each.
    """

    parsed: ocsp.OCSPResponse = field(repr=False)
    hashed: HashAlgorithm | None = field(repr=False)
    produced_at: datetime
    responders: tuple[Certificate, ...] = field(repr=False)
    answers: tuple[OcspAnswer, ...] = field(repr=False)

    @property
    def hash_name(self) -> str | None:
        """The hash of its signature, as a trust names it; None for Ed25519."""
        return None if self.hashed is None else self.hashed.name.replace("-", "_")

    def signer_for(self, issuer: Certificate) -> Certificate | None:
        """Return who answers here: an authority, or whom it appointed (RFC 6960, 4.2.2.2); else None."""
        appointed = (one for one in self.responders if _appointed(one, issuer, self.produced_at))
        signature, signed = self.parsed.signature, self.parsed.tbs_response_bytes
        return next(
            (one for one in (issuer, *appointed) if plainly_signed(one.key, self.hashed, signature, signed)),
            None,
        )

    def statements_on(self, certificate: Certificate, issuer: Certificate) -> tuple[Statement, ...]:
        """Return what it says of a certificate of an issuer; nothing where it does not know it."""
        return tuple(one.statement for one in self.answers if one.names(certificate, issuer))


@frozen(kw_only=True)
class OcspAnswer:
    """One answer.

    Attributes:
        serial: of the certificate that is meant.
        hashed: the hash by which its issuer is meant.
        issuer_name_hash: of the issuer's Name.
        issuer_key_hash: of the issuer's key.
        statement: what it says.
    """

    serial: int
    hashed: HashAlgorithm
    issuer_name_hash: bytes
    issuer_key_hash: bytes
    statement: Statement

    def names(self, certificate: Certificate, issuer: Certificate) -> bool:
        """Tell whether it is about a certificate of an issuer (RFC 6960, 4.1.1)."""
        return (
            self.serial == certificate.serial
            and self.issuer_name_hash == _digest(self.hashed, issuer.subject)
            and self.issuer_key_hash == _digest(self.hashed, _key_bits(issuer))
        )


def _digest(algorithm: HashAlgorithm, data: bytes) -> bytes:
    state = Hash(algorithm)
    state.update(data)
    return state.finalize()


def _key_bits(certificate: Certificate) -> bytes:
    """Return the contents of the BIT STRING of its key, without the count of unused bits."""
    return members_of(decode_tlv(certificate.key_info, SEQUENCE))[1].content[1:]


def _appointed(responder: Certificate, issuer: Certificate, at: datetime) -> bool:
    purpose = responder.extension(x509.ExtendedKeyUsage)
    if purpose is None or ExtendedKeyUsageOID.OCSP_SIGNING not in purpose.value:
        return False
    return responder.not_before <= at <= responder.not_after and responder.signed_by(issuer)


def decode_ocsp_response(der: bytes) -> OcspResponse:
    """Read a response.

    Raises:
        FormatError: code REVOCATION: it cannot be read, or is the message that there is no answer.
    """
    try:
        with unwarned():
            parsed = ocsp.load_der_ocsp_response(der)
            if parsed.response_status is ocsp.OCSPResponseStatus.SUCCESSFUL:
                decode_octets(_signature(der))
                return _read(parsed)
    except UNREADABLE:
        pass
    raise FormatError("OCSP response", expected="an answer", found="another form", code="REVOCATION")


def _signature(der: bytes) -> Tlv:
    """Return the signature of a BasicOCSPResponse (RFC 6960, 4.2.1)."""
    tagged = members_of(decode_tlv(der, SEQUENCE))[1]
    basic = members_of(members_of(tagged)[0])[1]
    return members_of(decode_tlv(basic.content, SEQUENCE))[2]


def _read(parsed: ocsp.OCSPResponse) -> OcspResponse:
    hashed = parsed.signature_hash_algorithm
    blank = Statement(
        this_update=parsed.produced_at_utc,
        hash_name=None if hashed is None else hashed.name.replace("-", "_"),
    )
    return OcspResponse(
        parsed=parsed,
        hashed=hashed,
        produced_at=parsed.produced_at_utc,
        responders=_responders(parsed),
        answers=tuple(
            _read_answer(one, blank)
            for one in islice(parsed.responses, _ANSWERS)
            if one.certificate_status is not ocsp.OCSPCertStatus.UNKNOWN
        ),
    )


def _responders(parsed: ocsp.OCSPResponse) -> tuple[Certificate, ...]:
    found: list[Certificate] = []
    for one in parsed.certificates[:_RESPONDERS]:
        try:
            found.append(decode_certificate(one.public_bytes(Encoding.DER)))
        except FormatError:
            continue
    return tuple(found)


def _read_answer(one: ocsp.OCSPSingleResponse, blank: Statement) -> OcspAnswer:
    return OcspAnswer(
        serial=one.serial_number,
        hashed=one.hash_algorithm,
        issuer_name_hash=one.issuer_name_hash,
        issuer_key_hash=one.issuer_key_hash,
        statement=evolve(
            blank,
            this_update=one.this_update_utc,
            next_update=one.next_update_utc,
            revoked_at=one.revocation_time_utc,
            reason=one.revocation_reason,
        ),
    )
