"""Root certificates as files."""

from __future__ import annotations

import hashlib
import warnings
from pathlib import Path

import pytest
from attrs import evolve
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st

from custody.errors import FormatError, UsageError
from custody.format.root_file import MAX_CERTIFICATE_BYTES, decode_root_certificate, decode_root_file
from custody.model.instant import decode_instant
from tests.tools.authority import Certified, TestAuthority, certify, der_of

FIRST, SECOND = TestAuthority("first"), TestAuthority("second")
ROOT, OTHER = der_of(FIRST.root.certificate), der_of(SECOND.root.certificate)
KEY = FIRST.root.key
SOUND = Certified(
    subject=FIRST.subject("Root"),
    valid=FIRST.root_valid,
    ca=True,
    key_usage=("key_cert_sign",),
    purposes=(),
)


def pem(*certificates: bytes) -> bytes:
    """Certificates as people are given them, with words between them."""
    loaded = [x509.load_der_x509_certificate(one) for one in certificates]
    return b"subject: somebody\n".join(one.public_bytes(serialization.Encoding.PEM) for one in loaded)


def self_signed(said: Certified) -> bytes:
    """A certificate that says something else."""
    return der_of(certify(said, KEY, said.subject, KEY))


def test_a_root_says_who_and_when() -> None:
    """Fingerprint, dates, names; it names itself as issuer."""
    root = decode_root_certificate(ROOT)
    assert root.fingerprint == hashlib.sha256(ROOT).hexdigest()
    assert root.claimed_subject == "CN=first Root, O=Operator of tests"
    assert (root.not_before, root.not_after) == FIRST.root_valid
    assert root.self_issued


def test_an_intermediate_certificate_is_not_issued_by_itself() -> None:
    """It may be pinned, and it is said."""
    assert not decode_root_certificate(der_of(FIRST.issuer.certificate)).self_issued


def test_an_address_of_a_person_is_not_repeated() -> None:
    """Some roots have one in their subject."""
    address = x509.NameAttribute(NameOID.EMAIL_ADDRESS, "w-01@example.org")
    name = x509.Name([*FIRST.subject("Root"), address])
    assert "w-01" not in decode_root_certificate(self_signed(evolve(SOUND, subject=name))).claimed_subject


def test_a_root_without_key_usage_is_one() -> None:
    """The extension is optional; where it is, it counts."""
    assert decode_root_certificate(self_signed(evolve(SOUND, key_usage=()))).self_issued


@pytest.mark.parametrize(
    ("said", "found"),
    [
        (evolve(SOUND, ca=False), "may not issue others"),
        (evolve(SOUND, key_usage=("digital_signature",)), "key usage forbids it"),
        (
            evolve(
                SOUND, valid=(decode_instant("1970-01-01T00:00:00Z"), decode_instant("9999-12-31T23:59:59Z"))
            ),
            None,
        ),
    ],
    ids=["no CA", "signs no certificates", "the longest life"],
)
def test_what_cannot_issue_is_no_root(said: Certified, found: str | None) -> None:
    """The certificate of an authority's own signing key is not pinned: it changes every few years."""
    data = self_signed(said)
    if found is None:
        assert decode_root_certificate(data).not_after == said.valid[1]
        return
    with pytest.raises(FormatError, match=found) as refused:
        decode_root_certificate(data)
    assert refused.value.code == "ROOT_CERTIFICATE"


def test_a_unit_is_no_root() -> None:
    """Its certificate signs tokens."""
    with pytest.raises(FormatError, match="may not issue others"):
        decode_root_certificate(der_of(FIRST.unit.certificate))


def test_a_certificate_without_constraints_is_no_root() -> None:
    """Version 1 certificates and careless ones do not say that they may issue."""
    named = FIRST.subject("Root")
    builder = x509.CertificateBuilder().subject_name(named).issuer_name(named).public_key(KEY.public_key())
    dated = builder.serial_number(1).not_valid_before(FIRST.root_valid[0].moment)
    made = dated.not_valid_after(FIRST.root_valid[1].moment).sign(KEY, hashes.SHA256())
    with pytest.raises(FormatError, match="may not issue others"):
        decode_root_certificate(der_of(made))


@pytest.mark.parametrize(
    "data",
    [b"", b"\x30\x00", ROOT[:-1], ROOT + b"\x00", b"0" * (MAX_CERTIFICATE_BYTES + 1)],
    ids=["empty", "an empty sequence", "cut", "longer", "huge"],
)
def test_other_bytes_are_no_certificate(data: bytes) -> None:
    """Refused with one code and no bytes in the message."""
    with pytest.raises(FormatError) as refused:
        decode_root_certificate(data)
    assert refused.value.code == "ROOT_CERTIFICATE"


def test_dates_before_1970_are_refused() -> None:
    """An instant cannot say them, and no time authority is that old."""
    early = self_signed(SOUND).replace(b"200101000000Z", b"600101000000Z")
    with pytest.raises(FormatError, match="strict reader"):
        decode_root_certificate(early)


@given(place=st.integers(0, len(ROOT) - 1), bit=st.integers(0, 7))
def test_a_flipped_bit_gives_another_root_or_none(place: int, bit: int) -> None:
    """Nothing but the two answers, whatever the bytes are."""
    changed = bytearray(ROOT)
    changed[place] ^= 1 << bit
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # negative serial numbers and the like
        try:
            root = decode_root_certificate(bytes(changed))
        except FormatError:
            return
    assert root.fingerprint != hashlib.sha256(ROOT).hexdigest()


@pytest.mark.parametrize("data", [ROOT, pem(ROOT), b"words\n" + pem(ROOT), pem(ROOT, ROOT)])
def test_a_file_holds_one_root(data: bytes) -> None:
    """DER, PEM, with words around it, or the same one twice."""
    assert [root.certificate for root in decode_root_file(data)] == [ROOT]


def test_a_certificate_that_openssl_calls_trusted_is_refused() -> None:
    """What OpenSSL appends to it is no part of a certificate."""
    data = pem(ROOT).replace(b"CERTIFICATE", b"TRUSTED CERTIFICATE")
    with pytest.raises(FormatError, match="found 0"):
        decode_root_file(data)


@pytest.mark.parametrize(("data", "count"), [(b"", 0), (b"hello\n", 0), (pem(ROOT, OTHER), 2)])
def test_a_file_without_one_root_is_refused(data: bytes, count: int) -> None:
    """Several are pinned only when each is meant."""
    with pytest.raises(FormatError, match=f"one certificate in a file, found {count}"):
        decode_root_file(data)


def test_a_block_that_is_no_base64_is_refused() -> None:
    """PEM around something else."""
    with pytest.raises(FormatError, match="no base64"):
        decode_root_file(b"-----BEGIN CERTIFICATE-----\n****\n-----END CERTIFICATE-----\n")


@pytest.mark.parametrize("kind", [b"", b"ENCRYPTED ", b"EC ", b"OPENSSH "])
def test_a_private_key_beside_the_root_is_refused(kind: bytes) -> None:
    """Whoever has it can make any time; nothing of it is in the message."""
    with pytest.raises(UsageError) as refused:
        decode_root_file(pem(ROOT) + b"-----BEGIN " + kind + b"PRIVATE KEY-----\nc2VjcmV0\n")
    assert refused.value.code == "PRIVATE_KEY"
    assert "c2VjcmV0" not in str(refused.value)


def test_only_the_wanted_roots_are_taken() -> None:
    """From a file with all roots of a system, whatever else is in it."""
    wanted = [hashlib.sha256(ROOT).hexdigest()]
    unit = der_of(FIRST.unit.certificate)
    assert [one.certificate for one in decode_root_file(pem(OTHER, unit, ROOT), fingerprints=wanted)] == [
        ROOT
    ]


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (pem(OTHER), hashlib.sha256(OTHER).hexdigest()),
        (pem(OTHER, der_of(FIRST.issuer.certificate)), "2 certificates"),
        (b"", "0 certificates"),
    ],
)
def test_another_fingerprint_is_named(data: bytes, found: str) -> None:
    """With both values, so that a person can compare them."""
    wanted = hashlib.sha256(ROOT).hexdigest()
    with pytest.raises(UsageError, match=f"expected {wanted}, found {found}") as refused:
        decode_root_file(data, fingerprints=[wanted])
    assert refused.value.code == "FINGERPRINT"


def test_every_root_of_the_corpus_is_read(corpora: Path) -> None:
    """Real roots, also those of test services."""
    files = sorted((corpora / "tsa").glob("*/root.pem"))
    assert files
    for file in files:
        (root,) = decode_root_file(file.read_bytes())
        assert root.self_issued, file.parent.name
