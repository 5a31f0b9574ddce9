"""Tests of which certificate a signer names."""

from __future__ import annotations

import hashlib

from attrs import evolve
from cryptography import x509
from cryptography.hazmat.primitives import hashes

from custody.proof.rfc3161.algorithm_id import AlgorithmId
from custody.proof.rfc3161.certificate import Certificate, decode_certificate
from custody.proof.rfc3161.path import PathCache
from custody.proof.rfc3161.pool import pool_of
from custody.proof.rfc3161.signed_attributes import CertificateId
from custody.proof.rfc3161.signer_certificate import find_signer_certificate, is_named
from custody.proof.rfc3161.token import SignerInfo
from custody.report.stamp_code import StampCode
from tests.tools.authority import Certified, certify, der_of
from tests.tools.token_makers import AUTHORITY

UNIT, ISSUER, ROOT = (decode_certificate(der) for der in AUTHORITY.chain)
BY_SERIAL = SignerInfo(
    issuer=UNIT.issuer,
    serial=UNIT.serial,
    digest_algorithm=AlgorithmId(oid="1.2.3"),
    signature_algorithm=AlgorithmId(oid="1.2.3"),
    signature=b"",
)
BROKEN = UNIT.der[:-3]


def key_id_of(certificate: Certificate) -> bytes:
    """Its subject key identifier."""
    found = certificate.extension(x509.SubjectKeyIdentifier)
    assert found is not None
    return found.value.digest


def id_of(der: bytes) -> tuple[CertificateId, ...]:
    """The id of a certificate."""
    return (CertificateId(hash="sha256", digest=hashlib.sha256(der).digest()),)


def twin(said: Certified) -> bytes:
    """Another certificate with the unit's issuer and serial number."""
    key = AUTHORITY.key("twin", "p256")
    return der_of(AUTHORITY.issuer.issue(said, key, UNIT.serial))


TWIN = twin(AUTHORITY.unit_says)


def find(signer: SignerInfo, ids: tuple[CertificateId, ...], *pool: bytes) -> Certificate | StampCode:
    """What is found."""
    return find_signer_certificate(signer, ids, [pool_of(pool)], PathCache())


def test_issuer_and_serial_number_name_a_certificate() -> None:
    """Both of them."""
    assert is_named(BY_SERIAL, UNIT)
    assert not is_named(BY_SERIAL, ISSUER)
    assert not is_named(evolve(BY_SERIAL, serial=1), UNIT)
    assert not is_named(evolve(BY_SERIAL, issuer=ROOT.issuer), UNIT)
    assert not is_named(evolve(BY_SERIAL, issuer=None), UNIT)


def test_a_key_identifier_names_a_certificate() -> None:
    """Where it has one."""
    named = evolve(BY_SERIAL, issuer=None, serial=None, key_id=key_id_of(UNIT))
    assert is_named(named, UNIT)
    assert not is_named(named, ISSUER)


def test_a_certificate_without_a_key_identifier_is_not_named_by_it() -> None:
    """Only a certificate's own extension counts."""
    key = AUTHORITY.key("bare", "p256")
    whole = certify(AUTHORITY.unit_says, key, AUTHORITY.issuer.certificate.subject, key)
    builder = (
        x509.CertificateBuilder()
        .subject_name(whole.subject)
        .issuer_name(whole.issuer)
        .public_key(whole.public_key())
        .serial_number(5)
        .not_valid_before(whole.not_valid_before_utc)
        .not_valid_after(whole.not_valid_after_utc)
    )
    bare = decode_certificate(der_of(builder.sign(key, hashes.SHA256())))
    assert not is_named(evolve(BY_SERIAL, key_id=b"\0" * 20), bare)


def test_the_named_certificate_is_found_wherever_it_lies() -> None:
    """Among others, twice, or behind what cannot be read."""
    assert find(BY_SERIAL, id_of(UNIT.der), *AUTHORITY.chain) == UNIT
    assert find(BY_SERIAL, (), ROOT.der, ISSUER.der, UNIT.der, UNIT.der) == UNIT
    assert find(BY_SERIAL, id_of(UNIT.der), BROKEN, b"", UNIT.der) == UNIT


def test_of_two_with_one_name_the_one_signed_for_counts() -> None:
    """In either order; without a match the first."""
    for pool in ((TWIN, UNIT.der), (UNIT.der, TWIN)):
        assert find(BY_SERIAL, id_of(UNIT.der), *pool) == UNIT
    assert find(BY_SERIAL, id_of(b"neither"), TWIN, UNIT.der) == decode_certificate(TWIN)


def test_a_certificate_signed_for_under_another_name_is_not_his() -> None:
    """The name counts."""
    assert find(BY_SERIAL, id_of(ROOT.der), ROOT.der) is StampCode.SIGNER_CERTIFICATE_MISSING


def test_none_at_hand_is_missing() -> None:
    """Also where there are others."""
    assert find(BY_SERIAL, id_of(UNIT.der)) is StampCode.SIGNER_CERTIFICATE_MISSING
    assert find(BY_SERIAL, id_of(UNIT.der), ROOT.der) is StampCode.SIGNER_CERTIFICATE_MISSING


def test_one_that_cannot_be_read_may_be_his() -> None:
    """Undetermined: what is in it is not known."""
    assert find(BY_SERIAL, (), ROOT.der, BROKEN) is StampCode.CERTIFICATE_UNREADABLE
    assert find(BY_SERIAL, id_of(BROKEN), UNIT.der, BROKEN) is StampCode.CERTIFICATE_UNREADABLE
