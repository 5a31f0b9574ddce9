"""What a path of certificates must fulfil whatever the time."""

from __future__ import annotations

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.x509.oid import ExtendedKeyUsageOID

from custody.format.algorithm_name import rsa_names
from custody.proof.rfc3161.certificate import Certificate, decode_certificate
from custody.proof.rfc3161.constraints import path_algorithms, path_faults
from custody.report.stamp_code import StampCode
from tests.tools.path_makers import (
    AUTHORITY,
    SIGNER,
    Holder,
    Said,
    authority_says,
    key_usage,
    make_holder,
    name_of,
    signed_again,
    without_version,
)

REFUSED = (StampCode.PATH_REFUSED,)
UNKNOWN = x509.UnrecognizedExtension(x509.ObjectIdentifier("2.999.1"), b"\x05\x00")
BASIC = (x509.BasicConstraints(ca=True, path_length=None), True)


def purposes(*oids: x509.ObjectIdentifier) -> tuple[x509.ExtendedKeyUsage, bool]:
    """Say an extended key usage."""
    return x509.ExtendedKeyUsage(oids), False


def line(*says: Said) -> tuple[Certificate, ...]:
    """Make a path from what each certificate says, signer first."""
    made: list[Holder] = []
    for place, said in enumerate(reversed(says)):
        made.append(make_holder(f"Holder {place}", made[-1] if made else None, says=said))
    return tuple(one.read for one in reversed(made))


def test_a_plain_path_breaks_nothing() -> None:
    """A unit, an authority, a root."""
    assert path_faults(line(SIGNER, AUTHORITY, AUTHORITY)) == ()


def test_a_pinned_signer_breaks_nothing() -> None:
    """Nobody certifies it."""
    assert path_faults(line(SIGNER)) == ()


@pytest.mark.parametrize(
    ("says", "codes"),
    [
        pytest.param(authority_says(ca=False), REFUSED, id="not a CA"),
        pytest.param((), REFUSED, id="says nothing"),
        pytest.param(
            (BASIC, (key_usage("digital_signature"), True)), REFUSED, id="may not sign certificates"
        ),
        pytest.param((BASIC,), (), id="no key usage"),
        pytest.param(authority_says((UNKNOWN, True)), REFUSED, id="unknown critical extension"),
        pytest.param(authority_says((UNKNOWN, False)), (), id="unknown extension"),
        pytest.param(
            authority_says((x509.PolicyConstraints(0, None), True)), REFUSED, id="restricts policies"
        ),
        pytest.param(
            authority_says(purposes(ExtendedKeyUsageOID.SERVER_AUTH)), REFUSED, id="for other purposes"
        ),
        pytest.param(authority_says(purposes(ExtendedKeyUsageOID.TIME_STAMPING)), (), id="for time stamping"),
        pytest.param(
            authority_says(purposes(ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE)), (), id="for any purpose"
        ),
        pytest.param(authority_says(path_length=0), (), id="room for the signer"),
    ],
)
def test_an_authority_between_must_be_one(says: Said, codes: tuple[StampCode, ...]) -> None:
    """TS-13: CA flag, key usage, purposes, nothing critical that is not understood."""
    assert path_faults(line(SIGNER, says, AUTHORITY)) == codes


@pytest.mark.parametrize(
    ("says", "codes"),
    [
        pytest.param(authority_says(ca=False), REFUSED, id="not a CA"),
        pytest.param((), REFUSED, id="says nothing"),
        pytest.param((BASIC, (key_usage("crl_sign"), True)), REFUSED, id="may not sign certificates"),
        pytest.param(authority_says((UNKNOWN, True)), (), id="unknown critical extension"),
        pytest.param(authority_says(purposes(ExtendedKeyUsageOID.SERVER_AUTH)), (), id="for other purposes"),
        pytest.param(authority_says(path_length=1), (), id="room for one authority"),
        pytest.param(authority_says(path_length=0), REFUSED, id="room for none"),
    ],
)
def test_a_pinned_certificate_limits_what_it_certifies(says: Said, codes: tuple[StampCode, ...]) -> None:
    """Pinning decides about what it is for; that it is no authority still counts."""
    assert path_faults(line(SIGNER, AUTHORITY, says)) == codes


def test_an_unknown_critical_extension_of_the_signer_is_refused() -> None:
    """What must be understood and is not may say anything."""
    assert path_faults(line((*SIGNER, (UNKNOWN, True)), AUTHORITY)) == REFUSED


def test_a_pinned_root_of_version_1_is_an_authority() -> None:
    """It has no way to say so."""
    root = make_holder("Root")
    old = decode_certificate(signed_again(root.der, root.key, edit=without_version))
    assert path_faults((make_holder("Unit", root, says=SIGNER).read, old)) == ()


def test_an_authority_of_version_1_below_a_root_is_refused() -> None:
    """Nobody pinned it."""
    root = make_holder("Root")
    middle = make_holder("CA", root)
    old = decode_certificate(signed_again(middle.der, root.key, edit=without_version))
    assert path_faults((make_holder("Unit", middle, says=SIGNER).read, old, root.read)) == REFUSED


def test_each_authority_counts_against_the_path_length() -> None:
    """Two authorities below one that allows one."""
    assert path_faults(line(SIGNER, AUTHORITY, authority_says(path_length=1), AUTHORITY)) == ()
    assert path_faults(line(SIGNER, AUTHORITY, AUTHORITY, authority_says(path_length=1))) == REFUSED


def test_self_issued_authorities_do_not_count_against_the_path_length() -> None:
    """RFC 5280, 6.1.4 (l): a change of keys is no further authority."""
    root = make_holder("Root", says=authority_says(path_length=0))
    rolled = make_holder("Root", root, seed="new key")
    assert path_faults((make_holder("Unit", rolled, says=SIGNER).read, rolled.read, root.read)) == ()


def constrained(*permitted: str) -> Said:
    """Say that only names below some common names are certified."""
    return authority_says((x509.NameConstraints([x509.DirectoryName(name_of(*permitted))], None), True))


def test_name_constraints_reach_the_signer() -> None:
    """They hold for all that lies below, not only for the next."""
    root = make_holder("Root", says=constrained("Operator"))
    inside = make_holder(name_of("Operator"), root)
    assert path_faults((make_holder("Unit", inside, says=SIGNER).read, inside.read, root.read)) == REFUSED


def test_self_issued_authorities_are_exempt_from_name_constraints() -> None:
    """RFC 5280, 6.1.3 (b); the signer's own certificate is not."""
    root = make_holder("Root", says=constrained("Unit"))
    rolled = make_holder("Root", root, seed="new key")
    unit = make_holder("Unit", rolled, says=SIGNER)
    assert path_faults((unit.read, rolled.read, root.read)) == ()
    itself = make_holder("Root", rolled, says=SIGNER, seed="unit key")
    assert path_faults((itself.read, rolled.read, root.read)) == REFUSED


def test_a_sha1_signature_is_weak() -> None:
    """TS-10 for certificates: never accepted, yet not called wrong."""
    root = make_holder("Root")
    unit = make_holder("Unit", root, says=SIGNER)
    weak = decode_certificate(signed_again(unit.der, root.key, weak=hashes.SHA1()))  # noqa: S303
    assert path_faults((weak, root.read)) == (StampCode.SIGNATURE_WEAK,)
    assert path_algorithms((weak, root.read)) == ("ecdsa", "ecdsa-p256", "sha1")


def test_the_own_signature_of_a_pinned_certificate_says_nothing() -> None:
    """Old roots are signed with SHA-1, by themselves."""
    root = make_holder("Root")
    unit = make_holder("Unit", root, says=SIGNER).read
    weak = decode_certificate(signed_again(root.der, root.key, weak=hashes.SHA1()))  # noqa: S303
    assert path_faults((unit, weak)) == ()
    assert path_algorithms((unit, weak)) == ("ecdsa", "ecdsa-p256", "sha256")


def test_a_hash_off_the_list_is_named() -> None:
    """SHA-224 is neither weak nor accepted."""
    root = make_holder("Root")
    unit = make_holder("Unit", root, says=SIGNER, hashed=hashes.SHA224())
    assert path_faults((unit.read, root.read)) == (StampCode.SIGNATURE_ALGORITHM,)


def test_sha3_is_on_the_list() -> None:
    """It is named as in a trust."""
    root = make_holder("Root")
    path = (make_holder("Unit", root, says=SIGNER, hashed=hashes.SHA3_256()).read, root.read)
    assert path_faults(path) == ()
    assert "sha3_256" in path_algorithms(path)


def test_a_short_key_of_an_authority_is_named() -> None:
    """RSA below 2,048 bits vouches for nothing."""
    root = make_holder("Root", key="rsa-1024")
    path = (make_holder("Unit", root, says=SIGNER).read, root.read)
    assert path_faults(path) == (StampCode.KEY_TOO_SHORT,)
    assert path_algorithms(path) == (*rsa_names(1024), "sha256")


def test_ed25519_brings_its_own_hash() -> None:
    """Nothing but the algorithm is named."""
    root = make_holder("Root", key="ed25519")
    path = (make_holder("Unit", root, says=SIGNER).read, root.read)
    assert path_faults(path) == ()
    assert path_algorithms(path) == ("ed25519",)
