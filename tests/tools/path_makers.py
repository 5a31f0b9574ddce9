"""Certificates of any kind, sound and unsound, for tests of paths; nothing is checked when they are made.

root = make_holder("Root")
signer = make_holder("Unit", root, says=SIGNER)
result = find_for(signer, pins=(root,))
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Final

from attrs import frozen
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from custody.format.der import (
    SEQUENCE,
    decode_tlv,
    encode_null,
    encode_oid,
    encode_sequence,
    encode_tlv,
    members_of,
)
from custody.model.instant import Instant
from custody.proof.rfc3161.best_path import PathResult, TokenClaims, find_path
from custody.proof.rfc3161.certificate import Certificate, decode_certificate
from custody.proof.rfc3161.path import PathCache
from custody.proof.stamp import Material, StampQuestion
from custody.trust.trust import AlgorithmEnd, Authority, Trust, TrustedRoot
from tests.tools.authority import der_of, make_key
from tests.tools.token_shape import PrivateKey

Said = tuple[tuple[x509.ExtensionType, bool], ...]
"""Extensions, and whether each is critical."""

GENERATED_AT: Final = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
NOW: Final = Instant(datetime(2026, 6, 1, tzinfo=UTC))


def key_usage(*names: str) -> x509.KeyUsage:
    """Make a key usage of the named bits."""
    bits = {
        "digital_signature",
        "content_commitment",
        "key_encipherment",
        "data_encipherment",
        "key_agreement",
        "key_cert_sign",
        "crl_sign",
        "encipher_only",
        "decipher_only",
    }
    return x509.KeyUsage(**{name: name in names for name in bits})


def authority_says(
    *more: tuple[x509.ExtensionType, bool], ca: bool = True, path_length: int | None = None
) -> Said:
    """Say what certification authorities say."""
    limits = x509.BasicConstraints(ca=ca, path_length=path_length)
    return ((limits, True), (key_usage("key_cert_sign", "crl_sign"), True), *more)


AUTHORITY: Final = authority_says()
SIGNER: Final[Said] = (
    (x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), True),
    (key_usage("digital_signature"), True),
)


@frozen(eq=False)
class Holder:
    """Somebody with a key and a certificate."""

    certificate: x509.Certificate
    key: PrivateKey

    @property
    def der(self) -> bytes:
        """The certificate's bytes."""
        return der_of(self.certificate)

    @property
    def read(self) -> Certificate:
        """The certificate as the verifier reads it."""
        return decode_certificate(self.der)


def name_of(*texts: str) -> x509.Name:
    """Make a name: an organisation, then common names; one text is a common name alone."""
    if len(texts) == 1:
        return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, texts[0])])
    kinds = [NameOID.ORGANIZATION_NAME] + [NameOID.COMMON_NAME] * (len(texts) - 1)
    return x509.Name([x509.NameAttribute(kind, text) for kind, text in zip(kinds, texts, strict=True)])


def make_holder(
    name: str | x509.Name,
    by: Holder | None = None,
    *,
    says: Said = AUTHORITY,
    key: str = "p256",
    seed: str | None = None,
    years: tuple[int, int] = (2020, 2040),
    hashed: hashes.SHA224 | hashes.SHA256 | hashes.SHA3_256 | None = None,
) -> Holder:
    """Make a key and a certificate for it.

    Args:
        name: of the subject.
        by: who signs; None: self-signed.
        says: extensions.
        key: kind of the key, as in `tests.tools.authority.make_key`.
        seed: of the key; the name unless given.
        years: validity, from the first of January to the first of January.
        hashed: the hash of the signature; SHA-256 unless given.
    """
    subject = name_of(name) if isinstance(name, str) else name
    made = make_key(key, (seed or subject.rfc4514_string()).encode())
    signer, issuer = (made, subject) if by is None else (by.key, by.certificate.subject)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(made.public_key())
        .serial_number(int.from_bytes(subject.public_bytes()[-6:], "big") + 1)
        .not_valid_before(datetime(years[0], 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(years[1], 1, 1, tzinfo=UTC))
    )
    for extension, critical in says:
        builder = builder.add_extension(extension, critical=critical)
    signs_itself = not isinstance(signer, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey)
    algorithm = None if signs_itself else (hashed or hashes.SHA256())
    return Holder(builder.sign(signer, algorithm), made)


def signed_again(
    der: bytes,
    key: PrivateKey,
    *,
    edit: Callable[[list[bytes]], list[bytes]] = lambda members: members,
    weak: hashes.SHA1 | hashes.MD5 | None = None,
    place: int = 2,
) -> bytes:
    """Change a certificate's or list's inner members and sign it again.

    Args:
        der: the certificate or list.
        key: who signs it.
        edit: gets and returns the encoded members of what is signed.
        weak: a hash to sign with that `cryptography` signs nothing with; else SHA-256.
        place: where the signature's algorithm stands among the members, before the edit.
    """
    assert isinstance(key, ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey)
    hashed: hashes.HashAlgorithm = weak or hashes.SHA256()
    plain = isinstance(key, rsa.RSAPrivateKey)
    oids = {
        ("sha1", True): "1.2.840.113549.1.1.5",
        ("md5", True): "1.2.840.113549.1.1.4",
        ("sha1", False): "1.2.840.10045.4.1",
        ("sha256", True): "1.2.840.113549.1.1.11",
        ("sha256", False): "1.2.840.10045.4.3.2",
    }
    algorithm = encode_sequence(encode_oid(oids[hashed.name, plain]), *((encode_null(),) if plain else ()))
    members = [one.raw for one in members_of(members_of(decode_tlv(der, SEQUENCE))[0])]
    members[place] = algorithm
    signed = encode_sequence(*edit(members))
    if isinstance(key, rsa.RSAPrivateKey):
        signature = key.sign(signed, padding.PKCS1v15(), hashed)
    else:
        signature = key.sign(signed, ec.ECDSA(hashed))
    return encode_sequence(signed, algorithm, encode_tlv(0x03, b"\0" + signature))


def without_version(members: list[bytes]) -> list[bytes]:
    """Make a certificate of version 1: no version, no extensions."""
    return members[1:7]


def trust_in(*pins: Holder | bytes, ends: tuple[AlgorithmEnd, ...] = ()) -> Trust:
    """Trust an authority for each of these certificates, always: "first", "second", "third", "fourth"."""
    names = ("first", "second", "third", "fourth")
    roots = [TrustedRoot(certificate=one.der if isinstance(one, Holder) else one) for one in pins]
    return Trust(
        authorities=tuple(
            Authority(name=name, operator=f"operator of {root.certificate[-4:].hex()}", roots=(root,))
            for name, root in zip(names, roots, strict=False)
        ),
        algorithm_ends=ends,
    )


def find_for(
    signer: Holder,
    *pool: Holder | bytes,
    pins: Sequence[Holder | bytes] = (),
    trust: Trust | None = None,
    generated_at: datetime = GENERATED_AT,
    judged_at: Instant = NOW,
    renewed_at: Instant | None = None,
    policy: str | None = None,
    cache: PathCache | None = None,
) -> PathResult:
    """Look for a path as `find_path` does, the pool beside the token, to pins or to what a trust pins."""
    beside = tuple(one.der if isinstance(one, Holder) else one for one in pool)
    question = StampQuestion(
        trust=trust_in(*pins) if trust is None else trust,
        now=judged_at,
        material=Material(certificates=beside),
        renewed_at=renewed_at,
    )
    claims = TokenClaims(generated_at=generated_at, policy=policy)
    return find_path(signer.read, (), question, claims, cache=cache)
