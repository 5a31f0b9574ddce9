"""Certificates found by what they claim."""

from __future__ import annotations

from cryptography import x509

from custody.proof.rfc3161.pool import pool_of
from tests.tools.path_makers import make_holder
from tests.tools.token_makers import AUTHORITY

UNIT, ISSUER, ROOT = AUTHORITY.chain
BROKEN = UNIT[:-1]
POOL = pool_of((ISSUER, b"rubbish", UNIT, ISSUER, BROKEN, ROOT, b"", b"rubbish"))


def test_each_is_there_once_and_in_order() -> None:
    """Rubbish stands by itself."""
    assert list(POOL.claims) == [ISSUER, UNIT, BROKEN, ROOT]
    assert POOL.rubbish == (b"rubbish", b"")


def test_they_are_found_by_what_they_claim() -> None:
    """Readable or not."""
    claims = POOL.claims[UNIT]
    for found in (
        POOL.by_subject[claims.subject],
        POOL.by_serial[claims.serial],
        POOL.by_key[claims.key_info],
    ):
        assert [one.der for one in found] == [UNIT, BROKEN]
    assert claims.serial == AUTHORITY.unit.certificate.serial_number


def test_a_key_identifier_names_what_can_be_read() -> None:
    """It stands in an extension, which not every certificate has."""
    identifier = x509.SubjectKeyIdentifier.from_public_key(AUTHORITY.unit.certificate.public_key()).digest
    assert [one.der for one in POOL.by_key_identifier(identifier)] == [UNIT]
    assert POOL.by_key_identifier(b"another") == ()
    bare = make_holder("Bare", says=())
    assert [one.der for one in pool_of((bare.der, BROKEN)).by_key_identifier(b"")] == [bare.der, BROKEN]
