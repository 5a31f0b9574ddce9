"""A certification authority and a time authority (RFC 3161) in this process: any clock, any key, any fault.

    authority = TestAuthority("first", operator="First operator")
    token = authority.stamp(b"stamped bytes", at=decode_instant("2026-01-02T03:04:05Z"), nonce=7)
    trust = trust_of(authority)

About 1 ms a token. Equal seeds (made from the name unless given) and arguments give equal bytes, ECDSA
included (RFC 6979); RSA keys are new in every process. What tokens can get wrong: `tests.tools.token_faults`.
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from functools import cache, cached_property
from typing import ClassVar, Final

from attrs import field, frozen
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from custody.format.der import (
    decode_integer,
    decode_oid,
    decode_tlv,
    encode_integer,
    encode_sequence,
    encode_tlv,
    members_of,
)
from custody.model.instant import Instant, decode_instant
from custody.proof.stamp import Material
from custody.trust.trust import AlgorithmEnd, Authority, Trust, TrustedRoot
from tests.tools.token_shape import HASH_OIDS, HASHES, SOUND, PrivateKey, Request, Shape, Unit, encode_token

POLICY: Final = "2.999.3161.1"
"""Of test authorities; 2.999 is the arc for examples (ITU-T X.660)."""
DIGITAL_SIGNATURE: Final = ("digital_signature",)
SIGNS_CERTIFICATES: Final = ("key_cert_sign", "crl_sign")
_KEY_USAGES: Final = (
    "digital_signature",
    "content_commitment",
    "key_encipherment",
    "data_encipherment",
    "key_agreement",
    "key_cert_sign",
    "crl_sign",
    "encipher_only",
    "decipher_only",
)
_CURVES: Final[dict[str, ec.EllipticCurve]] = {
    "p256": ec.SECP256R1(),
    "p384": ec.SECP384R1(),
    "p521": ec.SECP521R1(),
}
_NAMES_OF_HASHES: Final = {oid: name for name, oid in HASH_OIDS.items()}

Validity = tuple[Instant, Instant]


def _years(first: int, last: int) -> Validity:
    return decode_instant(f"{first}-01-01T00:00:00Z"), decode_instant(f"{last}-01-01T00:00:00Z")


@cache
def _rsa_key(seed: bytes, bits: int) -> rsa.RSAPrivateKey:
    del seed  # only tells keys apart
    return rsa.generate_private_key(public_exponent=65537, key_size=bits)


def make_key(kind: str, seed: bytes) -> PrivateKey:
    """Make a key: "p256", "p384", "p521", "ed25519" from the seed; "rsa-BITS" and "pss-BITS" at random."""
    if kind in _CURVES:
        wide = hashlib.shake_256(b"custody test key\n" + kind.encode() + seed).digest(40)
        # The upper bits stay zero on larger curves: a test key needs no more.
        return ec.derive_private_key(int.from_bytes(wide[:31], "big") + 1, _CURVES[kind])
    if kind == "ed25519":
        return ed25519.Ed25519PrivateKey.from_private_bytes(hashlib.sha256(b"custody test\n" + seed).digest())
    return _rsa_key(seed, int(kind.partition("-")[2]))


def make_name(operator: str, common_name: str) -> x509.Name:
    """Make a distinguished name."""
    return x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, operator),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
        ]
    )


def der_of(certificate: x509.Certificate) -> bytes:
    """Return a certificate's bytes."""
    return certificate.public_bytes(serialization.Encoding.DER)


def _hash_for(key: PrivateKey) -> hashes.SHA256 | hashes.SHA384 | hashes.SHA512 | None:
    if isinstance(key, ed25519.Ed25519PrivateKey):
        return None
    size = key.curve.key_size if isinstance(key, ec.EllipticCurvePrivateKey) else 0
    if size > hashes.SHA384.digest_size * 8:
        return hashes.SHA512()
    return hashes.SHA384() if size > hashes.SHA256.digest_size * 8 else hashes.SHA256()


def _deterministic(key: PrivateKey) -> bool | None:
    return True if isinstance(key, ec.EllipticCurvePrivateKey) else None


@frozen(kw_only=True)
class Certified:
    """What a certificate says; every default is that of a sound time-stamping unit.

    Attributes:
        subject: its name.
        valid: notBefore and notAfter.
        ca: basicConstraints.
        path_length: of a CA, or None.
        key_usage: names as in `x509.KeyUsage`; empty for no such extension.
        purposes: extended key usages; empty for no such extension.
        purposes_critical: whether that extension is critical.
        names: alternative names of the subject.
        extra: further extensions, and whether they are critical.
    """

    subject: x509.Name
    valid: Validity
    ca: bool = False
    path_length: int | None = None
    key_usage: tuple[str, ...] = DIGITAL_SIGNATURE
    purposes: tuple[x509.ObjectIdentifier, ...] = (ExtendedKeyUsageOID.TIME_STAMPING,)
    purposes_critical: bool = True
    names: tuple[x509.GeneralName, ...] = ()
    extra: tuple[tuple[x509.ExtensionType, bool], ...] = ()


def certify(
    said: Certified,
    key: PrivateKey,
    issuer_name: x509.Name,
    issuer_key: PrivateKey,
    serial: int | None = None,
) -> x509.Certificate:
    """Make a certificate; nothing is checked."""
    public = key.public_key()
    identifier = x509.SubjectKeyIdentifier.from_public_key(public)
    number = hashlib.sha256(identifier.digest + repr(said).encode() + issuer_name.public_bytes()).digest()[:8]
    builder = (
        x509.CertificateBuilder()
        .subject_name(said.subject)
        .issuer_name(issuer_name)
        .public_key(public)
        .serial_number(int.from_bytes(number, "big") >> 1 | 1 if serial is None else serial)
        .not_valid_before(said.valid[0].moment)
        .not_valid_after(said.valid[1].moment)
        .add_extension(x509.BasicConstraints(ca=said.ca, path_length=said.path_length), critical=True)
        .add_extension(identifier, critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False
        )
    )
    if said.key_usage:
        usage = x509.KeyUsage(**{name: name in said.key_usage for name in _KEY_USAGES})
        builder = builder.add_extension(usage, critical=True)
    if said.purposes:
        builder = builder.add_extension(x509.ExtendedKeyUsage(said.purposes), critical=said.purposes_critical)
    if said.names:
        builder = builder.add_extension(x509.SubjectAlternativeName(said.names), critical=False)
    for extension, critical in said.extra:
        builder = builder.add_extension(extension, critical=critical)
    return builder.sign(issuer_key, _hash_for(issuer_key), ecdsa_deterministic=_deterministic(issuer_key))


@frozen(kw_only=True)
class Issuer:
    """A certification authority: its certificate and its key."""

    certificate: x509.Certificate
    key: PrivateKey

    def issue(self, said: Certified, key: PrivateKey, serial: int | None = None) -> x509.Certificate:
        """Make a certificate; nothing is checked."""
        return certify(said, key, self.certificate.subject, self.key, serial)


@frozen
class TestAuthority:
    """A root, an intermediate authority and a time-stamping unit.

    Attributes:
        name: also the label in the trust.
        operator: who runs it; the O of every name.
        seed: keys are derived from it; the name alone unless given.
        unit_key: kind of the unit's key, as in `make_key`; "pss-BITS" signs with RSASSA-PSS.
        issuer_key: kind of the key of the authority that certifies the unit.
        root_key: kind of the root's key.
        intermediate: whether an authority stands between root and unit; else the root certifies the unit.
        root_valid: notBefore and notAfter of the root.
        issuer_valid: of the intermediate authority.
        unit_valid: of the unit.
        policy: OID in tokens where no other was asked for.
    """

    __test__: ClassVar[bool] = False  # no test for pytest

    name: str
    operator: str = field(kw_only=True, default="Operator of tests")
    seed: bytes | None = field(kw_only=True, default=None)
    unit_key: str = field(kw_only=True, default="p256")
    issuer_key: str = field(kw_only=True, default="p256")
    root_key: str = field(kw_only=True, default="p256")
    intermediate: bool = field(kw_only=True, default=True)
    root_valid: Validity = field(kw_only=True, default=_years(2020, 2049))
    issuer_valid: Validity = field(kw_only=True, default=_years(2020, 2045))
    unit_valid: Validity = field(kw_only=True, default=_years(2024, 2036))
    policy: str = field(kw_only=True, default=POLICY)

    def key(self, role: str, kind: str) -> PrivateKey:
        """Make the key of a role from the seed."""
        return make_key(kind, (self.name.encode() if self.seed is None else self.seed) + role.encode())

    def subject(self, role: str) -> x509.Name:
        """Return the name of a role: "Root", "CA", "Unit" or another."""
        return make_name(self.operator, f"{self.name} {role}")

    @cached_property
    def root(self) -> Issuer:
        """The root: self-signed."""
        said = Certified(
            subject=self.subject("Root"),
            valid=self.root_valid,
            ca=True,
            key_usage=SIGNS_CERTIFICATES,
            purposes=(),
        )
        key = self.key("root", self.root_key)
        return Issuer(certificate=certify(said, key, said.subject, key), key=key)

    @cached_property
    def issuer_says(self) -> Certified:
        """What the intermediate authority's certificate says."""
        return Certified(
            subject=self.subject("CA"),
            valid=self.issuer_valid,
            ca=True,
            key_usage=SIGNS_CERTIFICATES,
            purposes=(),
        )

    @cached_property
    def issuer(self) -> Issuer:
        """What certifies the unit: the intermediate authority, or the root."""
        return self.other_issuer(self.issuer_says) if self.intermediate else self.root

    def other_issuer(self, said: Certified, *, role: str = "issuer") -> Issuer:
        """Make another authority under the root, with a certificate that says something else."""
        key = self.key(role, self.issuer_key)
        return Issuer(certificate=self.root.issue(said, key), key=key)

    @cached_property
    def unit_says(self) -> Certified:
        """What the unit's certificate says; to be changed by `attrs.evolve`, see `other_unit`."""
        return Certified(subject=self.subject("Unit"), valid=self.unit_valid)

    @cached_property
    def unit(self) -> Unit:
        """What signs tokens."""
        return self.other_unit(self.unit_says)

    def other_unit(self, said: Certified, *, kind: str | None = None, role: str = "unit") -> Unit:
        """Make another unit under the same issuer, with a certificate that says something else."""
        chosen = kind or self.unit_key
        key = self.key(role, chosen)
        return Unit(key=key, certificate=self.issuer.issue(said, key), pss=chosen.startswith("pss"))

    @property
    def chain(self) -> tuple[bytes, ...]:
        """Unit, intermediate if there is one, root; DER."""
        listed = [self.unit.certificate, self.issuer.certificate, self.root.certificate]
        return tuple(dict.fromkeys(der_of(one) for one in listed))

    @property
    def embedded(self) -> tuple[bytes, ...]:
        """What tokens carry: the chain without its root."""
        return self.chain[:-1]

    def stamp(  # noqa: PLR0913 - each is one member of a token
        self,
        data: bytes | None = None,
        *,
        at: Instant,
        digest: bytes | None = None,
        hash: str = "sha256",  # noqa: A002 - the word of RFC 3161
        accuracy_ms: int | None = 1000,
        nonce: int | None = None,
        policy: str | None = None,
        serial: int | None = None,
        ordering: bool = False,
        certificates: bool | tuple[bytes, ...] = True,
        unit: Unit | None = None,
        shape: Shape = SOUND,
    ) -> bytes:
        """Make a token.

        Args:
            data: what is stamped, or
            digest: its digest.
            at: genTime; milliseconds are written.
            hash: of the imprint, such as "sha256", "sha384", "sha512", "sha3_256", "sha1".
            accuracy_ms: None for none.
            nonce: as asked for, or None.
            policy: OID, or None for the authority's own.
            serial: or None for one made from the rest.
            ordering: as the token claims.
            certificates: whether the chain without its root is embedded; or what is.
            unit: another one than the authority's.
            shape: where the token is unsound.
        """
        if digest is None:
            digest = hashlib.new(hash, data or b"").digest()
        chosen = unit or self.unit
        if serial is None:
            seed = repr((digest, at, nonce, policy, self.name)).encode()
            serial = int.from_bytes(hashlib.sha256(seed).digest()[:7], "big") + 1
        request = Request(
            hash=hash,
            digest=digest,
            at=at,
            policy=policy or self.policy,
            serial=serial,
            accuracy_ms=accuracy_ms,
            nonce=nonce,
            ordering=ordering,
        )
        if certificates is True:
            issuers = [self.issuer.certificate] if self.intermediate else []
            certificates = tuple(der_of(one) for one in (chosen.certificate, *issuers))
        return encode_token(request, chosen, certificates or (), shape)

    def reply(
        self,
        query: bytes,
        *,
        at: Instant,
        accuracy_ms: int | None = 1000,
        status: int = 0,
        text: str | None = None,
        nonce: int | None = None,
        shape: Shape = SOUND,
    ) -> bytes:
        """Answer a TimeStampReq with a TimeStampResp as asked: imprint, policy, nonce, certReq.

        Args:
            query: the request, DER.
            at: genTime.
            accuracy_ms: None for none.
            status: 0 granted, 1 granted with modifications.
            text: a status string.
            nonce: another one than was asked for.
            shape: where the token is unsound.
        """
        members = members_of(decode_tlv(query, 0x30))
        algorithm, digest = members_of(members[1])
        rest = {member.tag: member for member in members[2:]}
        asked = decode_integer(rest[0x02]) if 0x02 in rest else None
        token = self.stamp(
            digest=digest.content,
            hash=_NAMES_OF_HASHES[decode_oid(members_of(algorithm)[0])],
            at=at,
            accuracy_ms=accuracy_ms,
            nonce=asked if nonce is None else nonce,
            policy=decode_oid(rest[0x06]) if 0x06 in rest else None,
            certificates=0x01 in rest and rest[0x01].content != b"\0",
            shape=shape,
        )
        return encode_sequence(encode_status(status, text), token)

    def authority(
        self,
        *,
        valid_from: Instant | None = None,
        valid_until: Instant | None = None,
        policy: str | None = None,
        url: str | None = None,
    ) -> Authority:
        """Return the authority for a trust: its root, pinned."""
        root = TrustedRoot(
            certificate=der_of(self.root.certificate), valid_from=valid_from, valid_until=valid_until
        )
        return Authority(name=self.name, operator=self.operator, roots=(root,), url=url, policy=policy)

    def material(
        self, *, crls: tuple[bytes, ...] = (), ocsps: tuple[bytes, ...] = (), certificates: bool = True
    ) -> Material:
        """Return what would lie beside a token: the whole chain, and revocation data."""
        return Material(certificates=self.chain if certificates else (), crls=crls, ocsps=ocsps)

    def crl(
        self,
        revoked: tuple[tuple[x509.Certificate, Instant, x509.ReasonFlags | None], ...] = (),
        *,
        at: Instant,
        until: Instant,
        issuer: Issuer | None = None,
    ) -> bytes:
        """Make a revocation list.

        Args:
            revoked: certificates, since when, and why (None: no reason stated).
            at: thisUpdate.
            until: nextUpdate.
            issuer: who signs; what certified the unit unless given.
        """
        signer = issuer or self.issuer
        builder = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(signer.certificate.subject)
            .last_update(at.moment)
            .next_update(until.moment)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.key.public_key()), critical=False
            )
        )
        for certificate, since, reason in revoked:
            entry = (
                x509.RevokedCertificateBuilder()
                .serial_number(certificate.serial_number)
                .revocation_date(since.moment)
            )
            if reason is not None:
                entry = entry.add_extension(x509.CRLReason(reason), critical=False)
            builder = builder.add_revoked_certificate(entry.build())
        made = builder.sign(signer.key, _hash_for(signer.key), ecdsa_deterministic=_deterministic(signer.key))
        return made.public_bytes(serialization.Encoding.DER)

    def ocsp(
        self,
        certificate: x509.Certificate | None = None,
        *,
        at: Instant,
        until: Instant | None = None,
        revoked: tuple[Instant, x509.ReasonFlags | None] | None = None,
        unknown: bool = False,
        issuer: Issuer | None = None,
        responder: Issuer | None = None,
    ) -> bytes:
        """Make an OCSPResponse about one certificate (the unit's unless given).

        Args:
            certificate: about which.
            at: producedAt cannot be set and is the clock's; this is thisUpdate.
            until: nextUpdate.
            revoked: since when, and why; None for good.
            unknown: the responder does not know it.
            issuer: who issued the certificate; also who answers, unless
            responder: a delegated responder, whose certificate is embedded.
        """
        asked = certificate or self.unit.certificate
        by = issuer or self.issuer
        good = ocsp.OCSPCertStatus.UNKNOWN if unknown else ocsp.OCSPCertStatus.GOOD
        since: datetime | None = None if revoked is None else revoked[0].moment
        builder = ocsp.OCSPResponseBuilder().add_response(
            cert=asked,
            issuer=by.certificate,
            algorithm=hashes.SHA256(),
            cert_status=good if revoked is None else ocsp.OCSPCertStatus.REVOKED,
            this_update=at.moment,
            next_update=None if until is None else until.moment,
            revocation_time=since,
            revocation_reason=None if revoked is None else revoked[1],
        )
        signer = responder or by
        builder = builder.responder_id(ocsp.OCSPResponderEncoding.HASH, signer.certificate)
        if responder is not None:
            builder = builder.certificates([responder.certificate])
        return builder.sign(signer.key, _hash_for(signer.key)).public_bytes(serialization.Encoding.DER)


def encode_status(status: int, text: str | None = None, failure: int | None = None) -> bytes:
    """Write a PKIStatusInfo; `failure` is the number of a failInfo bit."""
    members = [encode_integer(status)]
    if text is not None:
        members.append(encode_sequence(encode_tlv(0x0C, text.encode())))
    if failure is not None:
        octets = bytearray(failure // 8 + 1)
        octets[-1] = 0x80 >> failure % 8
        members.append(encode_tlv(0x03, bytes([7 - failure % 8]) + bytes(octets)))
    return encode_sequence(*members)


def encode_rejection(status: int = 2, text: str | None = "refused", failure: int | None = 0) -> bytes:
    """Write a TimeStampResp without a token."""
    return encode_sequence(encode_status(status, text, failure))


def trust_of(*authorities: TestAuthority | Authority, ends: tuple[AlgorithmEnd, ...] = ()) -> Trust:
    """Trust these authorities, always."""
    listed = tuple(one.authority() if isinstance(one, TestAuthority) else one for one in authorities)
    return Trust(authorities=listed, algorithm_ends=ends)


__all__ = ["HASHES", "POLICY", "Certified", "Issuer", "TestAuthority", "Unit", "trust_of"]
