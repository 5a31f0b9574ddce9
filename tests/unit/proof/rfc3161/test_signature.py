"""Tests of the signatures of tokens: every scheme that is accepted, and what each of the others is called."""

from __future__ import annotations

from typing import Any

import pytest
from attrs import evolve
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, padding, rsa

from custody.format.algorithm_name import rsa_names
from custody.format.der import (
    decode_tlv,
    encode_integer,
    encode_null,
    encode_oid,
    encode_sequence,
    encode_tlv,
)
from custody.proof.rfc3161.algorithm_id import AlgorithmId
from custody.proof.rfc3161.signature import scheme_of, signature_codes, token_algorithms
from custody.proof.rfc3161.token import SignerInfo
from custody.report.stamp_code import StampCode
from tests.tools.authority import make_key
from tests.tools.token_shape import HASH_OIDS, PrivateKey, encode_algorithm, encode_hash

DATA = b"1signed attributes"
RSA = make_key("rsa-2048", b"signatures")
P256 = make_key("p256", b"signatures")
ED25519 = make_key("ed25519", b"signatures")
PKCS1 = "1.2.840.113549.1.1"
PSS = f"{PKCS1}.10"
MGF1 = f"{PKCS1}.8"
HASHES: dict[str, hashes.HashAlgorithm] = {
    "sha1": hashes.SHA1(),  # noqa: S303 - a weakness that must be named
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
    "sha3_256": hashes.SHA3_256(),
    "sha3_384": hashes.SHA3_384(),
    "sha3_512": hashes.SHA3_512(),
}


def signer(
    oid: str, signature: bytes, *, digest: str = "sha256", parameters: bytes | None = None
) -> SignerInfo:
    """A signer over DATA."""
    return SignerInfo(
        digest_algorithm=AlgorithmId(oid=HASH_OIDS.get(digest, digest)),
        to_verify=DATA,
        signature_algorithm=AlgorithmId(
            oid=oid, parameters=None if parameters is None else decode_tlv(parameters)
        ),
        signature=signature,
    )


def codes(key: object, info: SignerInfo) -> tuple[StampCode, ...]:
    """What is said of a signature."""
    return signature_codes(key, info, scheme_of(info.digest_algorithm, info.signature_algorithm))


def signed(key: PrivateKey, name: str) -> bytes:
    """A signature over DATA under a hash."""
    if isinstance(key, ec.EllipticCurvePrivateKey):
        return key.sign(DATA, ec.ECDSA(HASHES[name]))
    if isinstance(key, rsa.RSAPrivateKey):
        return key.sign(DATA, padding.PKCS1v15(), HASHES[name])
    return key.sign(DATA)


SOUND = [
    (RSA, f"{PKCS1}.1", "sha256", "sha256"),
    (RSA, f"{PKCS1}.1", "sha512", "sha512"),
    (RSA, f"{PKCS1}.11", "sha256", "sha256"),
    (RSA, f"{PKCS1}.12", "sha384", "sha384"),
    (RSA, f"{PKCS1}.13", "sha512", "sha256"),
    (RSA, "2.16.840.1.101.3.4.3.14", "sha3_256", "sha3_256"),
    (RSA, "2.16.840.1.101.3.4.3.15", "sha3_384", "sha3_384"),
    (RSA, "2.16.840.1.101.3.4.3.16", "sha3_512", "sha3_512"),
    (P256, "1.2.840.10045.2.1", "sha384", "sha384"),
    (P256, "1.2.840.10045.4.3.2", "sha256", "sha256"),
    (P256, "1.2.840.10045.4.3.3", "sha384", "sha384"),
    (P256, "1.2.840.10045.4.3.4", "sha512", "sha256"),
    (P256, "2.16.840.1.101.3.4.3.10", "sha3_256", "sha3_256"),
    (P256, "2.16.840.1.101.3.4.3.11", "sha3_384", "sha3_384"),
    (P256, "2.16.840.1.101.3.4.3.12", "sha3_512", "sha3_512"),
    (ED25519, "1.3.101.112", "sha512", "sha512"),
]


@pytest.mark.parametrize(("key", "oid", "name", "digest"), SOUND)
def test_every_accepted_scheme_verifies(key: PrivateKey, oid: str, name: str, digest: str) -> None:
    """Of RSA, ECDSA and Ed25519, under each hash; and not over other bytes."""
    info = signer(oid, signed(key, name), digest=digest)
    assert codes(key.public_key(), info) == ()
    assert codes(key.public_key(), evolve(info, to_verify=b"other")) == (StampCode.SIGNATURE_WRONG,)


@pytest.mark.parametrize(
    ("key", "oid"),
    [(RSA, "1.2.840.10045.4.3.2"), (P256, f"{PKCS1}.11"), (ED25519, PSS), (P256, "1.3.101.112")],
)
def test_a_key_of_another_kind_signed_nothing(key: PrivateKey, oid: str) -> None:
    """Whatever the signature is."""
    parameters = pss_parameters() if oid == PSS else None
    info = signer(oid, signed(key, "sha256"), parameters=parameters)
    assert codes(key.public_key(), info) == (StampCode.SIGNATURE_WRONG,)


@pytest.mark.parametrize(
    ("key", "oid", "digest"),
    [
        (RSA, f"{PKCS1}.5", "sha256"),
        (RSA, f"{PKCS1}.1", "sha1"),
        (P256, "1.2.840.10045.4.1", "sha256"),
        (P256, "1.2.840.10045.2.1", "sha1"),
    ],
)
def test_sha1_is_weak_and_still_checked(key: PrivateKey, oid: str, digest: str) -> None:
    """A sound signature is weak, and a wrong one is wrong."""
    info = signer(oid, signed(key, "sha1"), digest=digest)
    weak, wrong = StampCode.SIGNATURE_WEAK, StampCode.SIGNATURE_WRONG
    assert codes(key.public_key(), info) == (weak,)
    assert codes(key.public_key(), evolve(info, signature=b"")) == (wrong, weak)


def test_a_sha1_digest_makes_a_sound_signature_weak() -> None:
    """The signature rests on both."""
    info = signer(f"{PKCS1}.11", signed(RSA, "sha256"), digest="sha1")
    assert codes(RSA.public_key(), info) == (StampCode.SIGNATURE_WEAK,)


@pytest.mark.parametrize(
    ("oid", "digest"),
    [
        ("1.2.3", "sha256"),
        (f"{PKCS1}.4", "sha256"),
        (f"{PKCS1}.1", "md5"),
        (f"{PKCS1}.11", "1.2.3"),
        (PSS, "sha256"),
    ],
)
def test_what_is_not_known_is_not_checked(oid: str, digest: str) -> None:
    """Unknown OIDs, MD5, RSASSA-PSS without parameters."""
    assert codes(RSA.public_key(), signer(oid, b"", digest=digest)) == (StampCode.SIGNATURE_ALGORITHM,)


def test_keys_have_a_least_length() -> None:
    """The signature is checked all the same."""
    key = make_key("rsa-1024", b"short")
    info = signer(f"{PKCS1}.11", signed(key, "sha256"))
    assert codes(key.public_key(), info) == (StampCode.KEY_TOO_SHORT,)
    assert codes(key.public_key(), evolve(info, signature=b"")) == (
        StampCode.SIGNATURE_WRONG,
        StampCode.KEY_TOO_SHORT,
    )


def test_a_key_too_short_for_its_padding_signed_nothing() -> None:
    """512 bits hold no salt and SHA-512."""
    key = rsa.RSAPublicNumbers(65537, 2**511 + 1).public_key()
    info = signer(PSS, bytes(64), parameters=pss_parameters("sha512", salt=64))
    assert codes(key, info) == (StampCode.SIGNATURE_WRONG, StampCode.KEY_TOO_SHORT)


def test_keys_of_other_kinds_are_not_known() -> None:
    """Ed448, for example."""
    key = ed448.Ed448PrivateKey.generate().public_key()
    assert codes(key, signer(f"{PKCS1}.11", b"")) == (StampCode.SIGNATURE_ALGORITHM,)


def test_without_signed_attributes_there_is_nothing_to_verify() -> None:
    """Rule TS-8 says so."""
    info = evolve(signer(f"{PKCS1}.11", b""), to_verify=None)
    assert codes(RSA.public_key(), info) == ()


class LackingKey(ed25519.Ed25519PublicKey):
    """A key whose algorithm was left out when the cryptographic library was built."""

    def verify(self, signature: Any, data: Any) -> None:  # noqa: ANN401 - as the library has it
        """Refuse, as such a library does."""
        raise UnsupportedAlgorithm(f"{len(signature)} of {len(data)}")

    def public_bytes(self, *_args: object) -> bytes:
        """Return nothing."""
        return b""

    def public_bytes_raw(self) -> bytes:
        """Return nothing."""
        return b""

    def __eq__(self, other: object) -> bool:
        return self is other

    def __copy__(self) -> LackingKey:
        return self

    def __deepcopy__(self, _memo: dict[Any, Any]) -> LackingKey:
        return self

    def __hash__(self) -> int:
        return 0


def test_what_the_library_lacks_is_not_known() -> None:
    """A policy of the machine may forbid an algorithm: undetermined, not wrong."""
    found = codes(LackingKey(), signer("1.3.101.112", b"", digest="sha512"))
    assert found == (StampCode.SIGNATURE_ALGORITHM,)


# --- RSASSA-PSS


def pss_parameters(
    name: str | None = "sha256",
    *,
    mask: str | None = "sha256",
    salt: int | None = 32,
    trailer: bytes = b"",
    mgf: str = MGF1,
) -> bytes:
    """RSASSA-PSS-params; None leaves a member out."""
    members = b""
    if name is not None:
        members += encode_tlv(0xA0, encode_hash(name, null=True))
    if mask is not None:
        members += encode_tlv(0xA1, encode_algorithm(mgf, encode_hash(mask)))
    if salt is not None:
        members += encode_tlv(0xA2, encode_integer(salt))
    return encode_sequence(members, trailer)


def pss_signature(name: str, mask: str, salt: int) -> bytes:
    """An RSASSA-PSS signature over DATA."""
    assert isinstance(RSA, rsa.RSAPrivateKey)
    return RSA.sign(DATA, padding.PSS(padding.MGF1(HASHES[mask]), salt), HASHES[name])


@pytest.mark.parametrize(
    ("name", "mask", "salt"),
    [
        ("sha256", "sha256", 32),
        ("sha512", "sha512", 64),
        ("sha384", "sha256", 0),
        ("sha3_256", "sha3_256", 32),
    ],
)
def test_pss_is_verified_under_its_own_parameters(name: str, mask: str, salt: int) -> None:
    """Hash, hash of the mask, length of the salt; and under no others."""
    trailer = encode_tlv(0xA3, encode_integer(1))
    info = signer(
        PSS,
        pss_signature(name, mask, salt),
        parameters=pss_parameters(name, mask=mask, salt=salt, trailer=trailer),
    )
    assert codes(RSA.public_key(), info) == ()
    other = decode_tlv(pss_parameters(name, mask=mask, salt=salt + 1))
    changed = evolve(info, signature_algorithm=AlgorithmId(oid=PSS, parameters=other))
    assert codes(RSA.public_key(), changed) == (StampCode.SIGNATURE_WRONG,)


@pytest.mark.parametrize(
    ("name", "mask", "salt"), [(None, None, None), ("sha256", None, 32), (None, "sha256", 20)]
)
def test_what_pss_parameters_leave_out_is_sha1(name: str | None, mask: str | None, salt: int | None) -> None:
    """Which is weak, and checked."""
    signature = pss_signature(name or "sha1", mask or "sha1", 20 if salt is None else salt)
    info = signer(PSS, signature, parameters=pss_parameters(name, mask=mask, salt=salt))
    assert codes(RSA.public_key(), info) == (StampCode.SIGNATURE_WEAK,)


@pytest.mark.parametrize(
    "parameters",
    [
        encode_null(),
        encode_sequence(encode_null()),
        pss_parameters(trailer=encode_tlv(0xA3, encode_integer(2))),
        pss_parameters(trailer=encode_tlv(0xA4, encode_integer(1))),
        pss_parameters("md5"),
        pss_parameters(mask="md5"),
        pss_parameters(mgf="1.2.3"),
        pss_parameters(salt=-1),
        pss_parameters(salt=2000),
        encode_sequence(encode_tlv(0xA1, encode_sequence(encode_oid(MGF1)))),
        encode_sequence(encode_tlv(0xA0, b"")),
    ],
)
def test_other_pss_parameters_are_not_known(parameters: bytes) -> None:
    """Each member has its values."""
    assert codes(RSA.public_key(), signer(PSS, b"", parameters=parameters)) == (
        StampCode.SIGNATURE_ALGORITHM,
    )


def test_what_a_signature_rests_on_is_named() -> None:
    """Hashes once each, then the kind of key in general and exactly."""
    info = signer(PSS, b"", digest="sha512", parameters=pss_parameters("sha256", mask="sha384"))
    scheme = scheme_of(info.digest_algorithm, info.signature_algorithm)
    assert token_algorithms(RSA.public_key(), scheme) == ("sha512", "sha256", "sha384", *rsa_names(2048))
