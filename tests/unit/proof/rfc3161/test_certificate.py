"""Certificates of time authorities: reading, purposes, names."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

import pytest
from attrs import evolve
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, ExtensionOID, NameOID

from custody.errors import FormatError
from custody.format.algorithm_name import rsa_names
from custody.format.der import decode_tlv, encode_integer, encode_sequence, encode_tlv, members_of
from custody.proof.rfc3161.certificate import (
    algorithm_names,
    claims_of,
    decode_certificate,
    issuer_serial_matches,
    key_codes,
    tsa_name_matches,
)
from custody.report.stamp_code import StampCode
from tests.tools.authority import TestAuthority, der_of, make_key
from tests.tools.path_makers import (
    AUTHORITY,
    SIGNER,
    Said,
    authority_says,
    key_usage,
    make_holder,
    name_of,
    signed_again,
    without_version,
)

STAMPING = ExtendedKeyUsageOID.TIME_STAMPING
ROOT = make_holder("Root")
UNIT = make_holder("Unit", ROOT, says=SIGNER)


def purpose(*oids: x509.ObjectIdentifier, critical: bool = True) -> tuple[x509.ExtendedKeyUsage, bool]:
    """Say an extended key usage."""
    return x509.ExtendedKeyUsage(oids), critical


def test_a_certificate_is_read_as_it_stands() -> None:
    """Names, validity, digest and serial number are those of the bytes."""
    read = decode_certificate(UNIT.der)
    assert read.subject == UNIT.certificate.subject.public_bytes()
    assert read.issuer == ROOT.certificate.subject.public_bytes()
    assert read.key_info in read.der
    assert read.sha256 == hashlib.sha256(UNIT.der).hexdigest()
    assert read.serial == UNIT.certificate.serial_number
    assert read.not_before == datetime(2020, 1, 1, tzinfo=UTC)
    assert read.not_after == datetime(2040, 1, 1, tzinfo=UTC)


def test_two_are_equal_when_their_bytes_are() -> None:
    """Reading twice makes no difference."""
    assert decode_certificate(UNIT.der) == decode_certificate(UNIT.der)
    assert decode_certificate(UNIT.der) != decode_certificate(ROOT.der)


@pytest.mark.parametrize(
    "der",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"\x30\x00", id="an empty sequence"),
        pytest.param(UNIT.der[:-1], id="cut short"),
        pytest.param(UNIT.der + b"\0", id="a byte too many"),
        pytest.param(
            make_holder(
                "Odd",
                ROOT,
                says=((x509.UnrecognizedExtension(ExtensionOID.BASIC_CONSTRAINTS, b"\x05\x00"), True),),
            ).der,
            id="a broken extension",
        ),
    ],
)
def test_what_cannot_be_read_whole_is_not_read(der: bytes) -> None:
    """Nothing is left that could fail later."""
    with pytest.raises(FormatError) as caught:
        decode_certificate(der)
    assert caught.value.code == "CERTIFICATE"


def test_a_compressed_point_is_not_read() -> None:
    """One key under two forms would escape what is said of the other: an end of trust, a revocation."""
    authority = TestAuthority("compressed")
    whole = decode_tlv(der_of(authority.unit.certificate))
    signed, *rest = members_of(whole)
    members = [one.raw for one in members_of(signed)]
    algorithm, key = members_of(decode_tlv(members[6]))
    point = bytes((2 + key.content[-1] % 2,)) + key.content[2:34]
    members[6] = encode_sequence(algorithm.raw, encode_tlv(key.tag, b"\0" + point))
    changed = encode_sequence(encode_sequence(*members), *(one.raw for one in rest))
    x509.load_der_x509_certificate(changed).public_key()  # others read it
    with pytest.raises(FormatError):
        decode_certificate(changed)


def test_an_odd_name_is_read_in_silence() -> None:
    """`cryptography` warns of a country code of three letters; warnings are errors in these tests."""
    plain = make_holder(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "ABC")]), says=SIGNER)
    oid = bytes.fromhex("0603550403")
    odd = plain.der.replace(oid, bytes.fromhex("0603550406"))
    assert decode_certificate(odd).subject == plain.certificate.subject.public_bytes().replace(
        oid, bytes.fromhex("0603550406")
    )


def test_claims_are_found_in_what_cannot_be_read() -> None:
    """Whether an unreadable certificate matters is told by the subject that it claims."""
    broken = UNIT.der[:-1]
    assert claims_of(broken).subject == UNIT.certificate.subject.public_bytes()


def test_claims_are_found_in_version_1() -> None:
    """Version 1 states no version."""
    old = signed_again(ROOT.der, ROOT.key, edit=without_version)
    assert evolve(claims_of(old), der=ROOT.der) == claims_of(ROOT.der)
    assert decode_certificate(old).parsed.version is x509.Version.v1


@pytest.mark.parametrize("size", [0, 1, 4, 8, 30, 60])
def test_claims_are_missed_where_there_are_none(size: int) -> None:
    """Cut off early, it claims nothing."""
    with pytest.raises(FormatError) as caught:
        claims_of(UNIT.der[:size])
    assert caught.value.code == "DER"


@pytest.mark.parametrize(
    ("says", "codes"),
    [
        pytest.param(SIGNER, (), id="sound"),
        pytest.param((purpose(STAMPING),), (), id="no key usage"),
        pytest.param((purpose(STAMPING), (key_usage("content_commitment"), True)), (), id="commitment"),
        pytest.param((), (StampCode.PURPOSE,), id="no purpose"),
        pytest.param((purpose(STAMPING, critical=False),), (StampCode.PURPOSE,), id="not critical"),
        pytest.param(
            (purpose(STAMPING, ExtendedKeyUsageOID.CODE_SIGNING),), (StampCode.PURPOSE,), id="two purposes"
        ),
        pytest.param((purpose(STAMPING, STAMPING),), (StampCode.PURPOSE,), id="twice"),
        pytest.param((purpose(ExtendedKeyUsageOID.SERVER_AUTH),), (StampCode.PURPOSE,), id="another"),
        pytest.param(
            (purpose(ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE),), (StampCode.PURPOSE,), id="any purpose"
        ),
        pytest.param(
            (purpose(STAMPING), (key_usage("key_encipherment"), True)),
            (StampCode.KEY_USAGE,),
            id="no signing",
        ),
        pytest.param(
            (purpose(STAMPING), (key_usage("digital_signature", "key_cert_sign"), True)),
            (StampCode.KEY_USAGE,),
            id="signs certificates",
        ),
        pytest.param(
            (purpose(STAMPING), (key_usage("digital_signature", "crl_sign"), True)),
            (StampCode.KEY_USAGE,),
            id="signs lists",
        ),
        pytest.param(
            (*SIGNER, (x509.BasicConstraints(ca=False, path_length=None), True)), (), id="explicitly no CA"
        ),
        pytest.param(
            (*SIGNER, (x509.BasicConstraints(ca=True, path_length=None), True)),
            (StampCode.SIGNER_IS_AUTHORITY,),
            id="a CA",
        ),
        pytest.param(
            AUTHORITY,
            (StampCode.PURPOSE, StampCode.KEY_USAGE, StampCode.SIGNER_IS_AUTHORITY),
            id="an ordinary CA",
        ),
    ],
)
def test_only_time_stamping_makes_a_signer(says: Said, codes: tuple[StampCode, ...]) -> None:
    """TS-11: the extended key usage is critical and time stamping alone, and it certifies nobody."""
    assert make_holder("Unit", ROOT, says=says).read.purpose_codes == codes


@pytest.mark.parametrize(
    ("key", "codes", "names"),
    [
        pytest.param(make_key("p256", b"k").public_key(), (), ("ecdsa", "ecdsa-p256"), id="p256"),
        pytest.param(make_key("p384", b"k").public_key(), (), ("ecdsa", "ecdsa-p384"), id="p384"),
        pytest.param(make_key("p521", b"k").public_key(), (), ("ecdsa", "ecdsa-p521"), id="p521"),
        pytest.param(make_key("ed25519", b"k").public_key(), (), ("ed25519",), id="ed25519"),
        pytest.param(make_key("rsa-2048", b"k").public_key(), (), rsa_names(2048), id="rsa"),
        pytest.param(
            rsa.generate_private_key(65537, 1024).public_key(),  # noqa: S505 - short on purpose
            (StampCode.KEY_TOO_SHORT,),
            rsa_names(1024),
            id="short rsa",
        ),
        pytest.param(
            ec.derive_private_key(5, ec.SECP192R1()).public_key(),
            (StampCode.KEY_TOO_SHORT,),
            ("ecdsa",),
            id="short curve",
        ),
        pytest.param(
            ec.derive_private_key(5, ec.BrainpoolP256R1()).public_key(),
            (),
            ("ecdsa", "ecdsa-brainpoolp256r1"),
            id="brainpool",
        ),
        pytest.param(
            ed448.Ed448PrivateKey.generate().public_key(), (StampCode.SIGNATURE_ALGORITHM,), (), id="ed448"
        ),
    ],
)
def test_keys_are_judged_and_named(key: object, codes: tuple[StampCode, ...], names: tuple[str, ...]) -> None:
    """RSA from 2,048 bits, curves from 256, Ed25519; the names are those of a trust's algorithms."""
    assert key_codes(key) == codes
    assert algorithm_names(key) == names


def test_the_issuer_s_signature_verifies() -> None:
    """What it signed, it signed."""
    assert UNIT.read.signed_by(ROOT.read)


def test_another_key_of_the_issuer_s_name_does_not_verify() -> None:
    """A name is no key."""
    assert not UNIT.read.signed_by(make_holder("Root", seed="another").read)


def test_another_name_of_the_issuer_s_key_does_not_verify() -> None:
    """A key under another name is another issuer."""
    assert not UNIT.read.signed_by(
        make_holder("Another", seed=ROOT.certificate.subject.rfc4514_string()).read
    )


@pytest.mark.parametrize("kind", ["p256", "rsa-2048"])
def test_a_weak_signature_is_told_from_a_wrong_one(kind: str) -> None:
    """SHA-1 verifies, so that it can be called weak."""
    root = make_holder("Root", key=kind)
    unit = make_holder("Unit", root, says=SIGNER)
    weak = decode_certificate(signed_again(unit.der, root.key, weak=hashes.SHA1()))  # noqa: S303
    assert weak.signed_by(root.read)
    assert not weak.signed_by(make_holder("Root", key=kind, seed="another").read)
    assert not weak.signed_by(make_holder("Other", key=kind, seed="CN=Root").read)


def test_md5_is_weak_as_well() -> None:
    """Roots of the nineties certified with it."""
    root = make_holder("Root", key="rsa-2048")
    unit = make_holder("Unit", root, says=SIGNER)
    weak = decode_certificate(signed_again(unit.der, root.key, weak=hashes.MD5()))  # noqa: S303
    assert weak.signed_by(root.read)


def test_a_signature_of_an_unknown_algorithm_is_readable_and_verifies_nowhere() -> None:
    """The own signature of a pinned root may be of any kind."""
    odd = UNIT.der.replace(bytes.fromhex("06082a8648ce3d040302"), bytes.fromhex("06082a8648ce3d04037f"))
    read = decode_certificate(odd)
    assert read.signature_hash is None
    assert not read.signed_by(ROOT.read)


def test_dsa_keys_are_not_accepted() -> None:
    """No authority signs with them any more."""
    key = dsa.generate_private_key(1024).public_key()  # noqa: S505 - quick to make
    assert key_codes(key) == (StampCode.SIGNATURE_ALGORITHM,)


def general_names(*names: x509.GeneralName) -> bytes:
    """Encode GeneralNames."""
    return x509.SubjectAlternativeName(names).public_bytes()


ISSUER = general_names(x509.DirectoryName(ROOT.certificate.subject))
SERIAL = encode_integer(UNIT.certificate.serial_number)


def test_issuer_and_serial_name_the_certificate() -> None:
    """TS-9: both are as in the certificate."""
    assert issuer_serial_matches(encode_sequence(ISSUER, SERIAL), UNIT.read)


@pytest.mark.parametrize(
    "issuer_serial",
    [
        pytest.param(encode_sequence(ISSUER, encode_integer(7)), id="another serial number"),
        pytest.param(
            encode_sequence(general_names(x509.DirectoryName(name_of("Other"))), SERIAL), id="another issuer"
        ),
        pytest.param(encode_sequence(general_names(x509.DNSName("root.example")), SERIAL), id="another kind"),
        pytest.param(encode_sequence(encode_sequence(encode_tlv(0xA4, b"")), SERIAL), id="an empty name"),
        pytest.param(encode_sequence(ISSUER), id="no serial number"),
        pytest.param(encode_sequence(ISSUER, ISSUER), id="a serial number that is none"),
        pytest.param(b"\x05\x00", id="something else"),
    ],
)
def test_another_issuer_or_serial_does_not_match(issuer_serial: bytes) -> None:
    """TS-9: whatever differs or is malformed names another certificate."""
    assert not issuer_serial_matches(issuer_serial, UNIT.read)


NAMED = make_holder(
    name_of("Operator", "Unit 1"),
    ROOT,
    says=(
        *SIGNER,
        (
            x509.SubjectAlternativeName(
                [
                    x509.DirectoryName(name_of("Other name")),
                    x509.DNSName("tsa.example"),
                    x509.UniformResourceIdentifier("https://tsa.example/"),
                ]
            ),
            False,
        ),
    ),
).read


def general_name(name: x509.GeneralName) -> bytes:
    """Encode one GeneralName."""
    return general_names(name)[2:]


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(x509.DirectoryName(name_of("Operator", "Unit 1")), id="subject"),
        pytest.param(x509.DirectoryName(name_of("OPERATOR", "unit  1")), id="subject in capitals"),
        pytest.param(x509.DirectoryName(name_of("Other name")), id="alternative directory name"),
        pytest.param(x509.DNSName("tsa.example"), id="host"),
        pytest.param(x509.UniformResourceIdentifier("https://tsa.example/"), id="address"),
    ],
)
def test_a_name_of_the_certificate_is_the_authority_s(name: x509.GeneralName) -> None:
    """TS-12: the subject, or an alternative name."""
    assert tsa_name_matches(general_name(name), NAMED)


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(general_name(x509.DirectoryName(name_of("Operator"))), id="half the subject"),
        pytest.param(general_name(x509.DNSName("tsa2.example")), id="another host"),
        pytest.param(general_name(x509.RFC822Name("tsa.example")), id="another kind"),
        pytest.param(encode_tlv(0xA4, b""), id="an empty name"),
        pytest.param(encode_tlv(0xA4, b"\x30\x00\x30\x00"), id="two names in one"),
        pytest.param(b"\x84\x00", id="a primitive directory name"),
        pytest.param(b"", id="nothing"),
        pytest.param(b"\xa4\x05\x30", id="cut short"),
    ],
)
def test_another_name_is_not_the_authority_s(name: bytes) -> None:
    """TS-12: whatever differs or is malformed is another name."""
    assert not tsa_name_matches(name, NAMED)


def test_without_alternative_names_the_subject_counts() -> None:
    """TS-12: most units have a subject alone."""
    assert tsa_name_matches(general_name(x509.DirectoryName(name_of("Unit"))), UNIT.read)
    assert not tsa_name_matches(general_name(x509.DNSName("unit")), UNIT.read)


def test_an_authority_is_no_signer_whatever_its_purpose() -> None:
    """TS-11: a certificate that certifies others is not a time-stamping unit's."""
    says = authority_says((x509.ExtendedKeyUsage([STAMPING]), True))
    codes = make_holder(
        x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "CA")]), says=says
    ).read.purpose_codes
    assert codes == (StampCode.KEY_USAGE, StampCode.SIGNER_IS_AUTHORITY)
