"""Makers of timestamp tokens with one thing changed: what `token_faults` and `token_variants` list."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any, Final

from attrs import evolve, field, frozen
from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID

from custody.format.der import (
    context_tag,
    decode_tlv,
    encode_integer,
    encode_null,
    encode_octet_string,
    encode_sequence,
    encode_set_of,
    encode_tlv,
    members_of,
)
from custody.format.hashes import digests_of
from custody.model.instant import Instant, decode_instant
from custody.proof.stamp import Material, StampQuestion
from custody.report.stamp_code import StampCode
from custody.trust.trust import AlgorithmEnd, Trust
from tests.tools.authority import (
    Issuer,
    TestAuthority,
    Unit,
    der_of,
    make_key,
    make_name,
    trust_of,
)
from tests.tools.token_shape import (
    SIGNING_CERTIFICATE_V2,
    Pieces,
    Shape,
    drop,
    encode_algorithm_protect,
    encode_attribute,
    encode_certificate_id_of,
    encode_hash,
    put,
    sign,
    signature_algorithm,
)

DATA: Final = b"stamped bytes\n"
AT: Final = decode_instant("2026-01-02T03:04:05.120Z")
NOW: Final = decode_instant("2026-11-24T00:00:00Z")
LATER: Final = decode_instant("2026-06-01T00:00:00Z")
NONCE: Final = 0x6E6F6E63652D3137
AUTHORITY: Final = TestAuthority("first", operator="First operator")
STRANGER: Final = TestAuthority("stranger", operator="Nobody")
UNKNOWN_OID: Final = "2.999.1234"

Make = Callable[[TestAuthority], bytes]


def question_of(authority: TestAuthority, **changes: Any) -> StampQuestion:  # noqa: ANN401 - as the class
    """Ask about DATA, with the authority trusted for POLICY alone."""
    trust = trust_of(authority.authority(policy=authority.policy))
    return evolve(StampQuestion(trust=trust, now=NOW, digest_of=digests_of(DATA)), **changes)


def no_material(_authority: TestAuthority) -> Material:
    """Return nothing."""
    return Material()


def trust_in(authority: TestAuthority) -> Trust:
    """Trust the authority for its own policy alone."""
    return trust_of(authority.authority(policy=authority.policy))


@frozen
class Case:
    """One token and what it is to come to.

    Attributes:
        code: the fault that must be named; a note, or None, for what is sound.
        make: makes it.
        material: what lies beside it.
        trust: whom the verifier accepts.
    """

    code: StampCode | None
    make: Make
    material: Callable[[TestAuthority], Material] = field(kw_only=True, default=no_material)
    trust: Callable[[TestAuthority], Trust] = field(kw_only=True, default=trust_in)

    def question(self, authority: TestAuthority, **changes: Any) -> StampQuestion:  # noqa: ANN401 - as the class
        """What is asked about the token."""
        return question_of(
            authority, trust=self.trust(authority), material=self.material(authority), **changes
        )


def stamp(authority: TestAuthority, **changes: Any) -> bytes:  # noqa: ANN401 - as TestAuthority.stamp
    """Make a sound token over DATA, save for what is changed."""
    return authority.stamp(changes.pop("data", DATA), **{"at": AT, "nonce": NONCE, **changes})


def shaped(**edits: Any) -> Make:  # noqa: ANN401 - as Shape
    """Make a token of a changed shape."""
    return lambda authority: stamp(authority, shape=Shape(**edits))


def stamped(**changes: Any) -> Make:  # noqa: ANN401 - as stamp
    """Make a token that says something else."""
    return lambda authority: stamp(authority, **changes)


def certified(**said: Any) -> Make:  # noqa: ANN401 - as Certified
    """A unit whose certificate says something else."""
    return lambda authority: stamp(authority, unit=authority.other_unit(evolve(authority.unit_says, **said)))


def under(issuer: Issuer, authority: TestAuthority, *between: Issuer) -> bytes:
    """Make a token of a unit under another issuer, whose chain is embedded."""
    """Make a token that says something else."""
    """Make a token of a changed shape."""
    key = authority.key("unit", authority.unit_key)
    unit = Unit(key=key, certificate=issuer.issue(authority.unit_says, key))
    chain = (unit.certificate, issuer.certificate, *(one.certificate for one in between))
    return stamp(authority, unit=unit, certificates=tuple(der_of(one) for one in chain))


def issued(**said: Any) -> Make:  # noqa: ANN401 - as Certified
    """A unit under an authority whose certificate says something else."""
    return lambda authority: under(authority.other_issuer(evolve(authority.issuer_says, **said)), authority)


def gen_time(text: str) -> Make:
    """Make a token with another text as its genTime."""
    return shaped(tst_members=put(genTime=encode_tlv(0x18, text.encode("ascii"))))


def moved(old: bytes, new: bytes) -> Make:
    """The whole token with bytes exchanged after it was signed."""
    return shaped(whole=lambda token: token.replace(old, new, 1))


def long_length(data: bytes) -> bytes:
    """Write the length of a value with a needless octet: BER, not DER."""
    value = decode_tlv(data)
    return bytes([value.tag, 0x84]) + len(value.content).to_bytes(4, "big") + value.content


def indefinite(tag: int, *members: bytes) -> bytes:
    """Write a constructed value of indefinite length."""
    return bytes([tag, 0x80]) + b"".join(members) + b"\0\0"


def in_indefinite_lengths(token: bytes) -> bytes:
    """Write a token's framing anew in indefinite lengths, its content as two chunks; what is signed stays."""
    kind, content = members_of(decode_tlv(token, 0x30))
    members = members_of(members_of(content)[0])
    type_of, wrapped = members_of(members[2])
    info = members_of(wrapped)[0].content
    chunks = indefinite(0x24, encode_octet_string(info[:20]), encode_octet_string(info[20:]))
    body = [members[0].raw, members[1].raw, indefinite(0x30, type_of.raw, indefinite(0xA0, chunks))]
    for member in members[3:]:
        inner = [
            indefinite(0x30, *(one.raw for one in members_of(signer))) if member.tag == 0x31 else signer.raw
            for signer in members_of(member)
        ]
        body.append(indefinite(member.tag, *inner))
    return indefinite(0x30, kind.raw, indefinite(0xA0, indefinite(0x30, *body)))


def nested(levels: int) -> bytes:
    """Write NULL in so many sequences."""
    data = encode_null()
    for _ in range(levels):
        data = encode_sequence(data)
    return data


def unsigned(*values: bytes) -> Callable[[Pieces], Pieces]:
    """Make an edit that adds an unsigned attribute."""
    return put(unsignedAttrs=encode_tlv(context_tag(1), encode_attribute(UNKNOWN_OID, *values)))


def twice(name: str) -> Callable[[Pieces], Pieces]:
    """Make an edit that writes an attribute twice."""
    return lambda pieces: {**pieces, "again": pieces[name]}


def signed_directly(authority: TestAuthority) -> bytes:
    """Without signed attributes: the signature is over the content itself (RFC 5652, 5.4)."""
    info = tst_info(authority)
    signature = sign(authority.unit, info, authority.unit.hash)

    def edit(pieces: Pieces) -> Pieces:
        return {**drop("signedAttrs")(pieces), "signature": encode_octet_string(signature)}

    return stamp(authority, shape=Shape(signer_members=edit))


def tst_info(authority: TestAuthority) -> bytes:
    """Return the TSTInfo of a sound token."""
    taken: list[bytes] = []

    def take(info: bytes) -> bytes:
        taken.append(info)
        return info

    stamp(authority, shape=Shape(tst=take))
    return taken[0]


def resorted(authority: TestAuthority) -> bytes:
    """Attributes written out of order and signed in order."""
    return stamp(
        authority,
        shape=Shape(
            attributes=lambda pieces: dict(sorted(pieces.items(), key=lambda one: one[1], reverse=True)),
            sort_attributes=False,
            to_sign=lambda data: encode_set_of(one.raw for one in members_of(decode_tlv(data))),
        ),
    )


def by_another_key(authority: TestAuthority) -> bytes:
    """Sign with a key that is not the certificate's."""
    other = make_key(authority.unit_key, b"another")
    return stamp(authority, unit=evolve(authority.unit, key=other))


def weak_digest(authority: TestAuthority) -> bytes:
    """Sign a SHA-1 digest."""
    return stamp(authority, shape=Shape(digest="sha1"))


def with_unit(kind: str, **said: Any) -> Make:  # noqa: ANN401 - as Certified
    """A unit with a key of another kind."""
    return lambda authority: stamp(
        authority, unit=authority.other_unit(evolve(authority.unit_says, **said), kind=kind, role=kind)
    )


def signer_algorithm(data: bytes) -> Make:
    """Name another signature algorithm."""
    return shaped(signer_members=put(signatureAlgorithm=data))


def protected(digest: str, signature: str) -> Make:
    """Make a token that protects the names of two algorithms (RFC 6211)."""

    def make(authority: TestAuthority) -> bytes:
        attribute = encode_algorithm_protect(
            encode_hash(digest), signature_algorithm(authority.unit, signature)
        )
        return stamp(authority, shape=Shape(attributes=put(algorithmProtect=attribute)))

    return make


def certificate_id(attribute: Callable[[TestAuthority], bytes]) -> Make:
    """Make a token with another certificate id."""
    return lambda authority: stamp(authority, shape=Shape(attributes=put(certificateId=attribute(authority))))


def unit_hash(authority: TestAuthority, name: str = "sha256") -> bytes:
    """Hash the unit's certificate."""
    return hashlib.new(name, authority.chain[0]).digest()


def two_ids(*, right_first: bool) -> Make:
    """Make a token with the ids of the unit and of its issuer."""

    def attribute(authority: TestAuthority) -> bytes:
        digests = [hashlib.sha256(one).digest() for one in authority.chain[:2]]
        ids = [encode_sequence(encode_octet_string(one)) for one in digests]
        listed = encode_sequence(*(ids if right_first else reversed(ids)))
        return encode_attribute(SIGNING_CERTIFICATE_V2, encode_sequence(listed))

    return certificate_id(attribute)


def foreign_issuer(authority: TestAuthority) -> bytes:
    """Name the unit's certificate with another issuer."""
    issuer = encode_tlv(context_tag(4), make_name("Nobody", "Nobody").public_bytes())
    serial = encode_integer(authority.unit.certificate.serial_number)
    return encode_certificate_id_of(unit_hash(authority), encode_sequence(encode_sequence(issuer), serial))


def impostor(authority: TestAuthority) -> TestAuthority:
    """Every name as the authority's own, every key another."""
    return evolve(authority, seed=b"impostor")


def with_root(authority: TestAuthority) -> bytes:
    """Embed the root too."""
    return stamp(authority, certificates=authority.chain)


def three_levels(**said: Any) -> Make:  # noqa: ANN401 - as Certified
    """A second intermediate authority; `said` is of the first."""

    def make(authority: TestAuthority) -> bytes:
        upper = authority.other_issuer(evolve(authority.issuer_says, **said))
        key = make_key("p256", b"lower")
        lower = evolve(authority.issuer_says, subject=authority.subject("Lower CA"))
        return under(Issuer(certificate=upper.issue(lower, key), key=key), authority, upper)

    return make


def certificate_signed_by_stranger(authority: TestAuthority) -> bytes:
    """The unit's certificate bears its issuer's name and a stranger's signature."""
    issuer = evolve(authority.issuer, key=make_key("p256", b"stranger"))
    return under(issuer, authority)


def unreadable(authority: TestAuthority) -> bytes:
    """The signer's certificate is of a version that X.509 does not have."""
    changed = authority.chain[0].replace(bytes.fromhex("a003020102"), bytes.fromhex("a003020109"), 1)
    attribute = encode_certificate_id_of(hashlib.sha256(changed).digest())
    return stamp(
        authority,
        certificates=(changed, authority.chain[1]),
        shape=Shape(attributes=put(certificateId=attribute)),
    )


def key_identifier(unit: Unit) -> bytes:
    """Write a SignerIdentifier by subject key."""
    extension = unit.certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier)
    return encode_tlv(context_tag(0, constructed=False), extension.value.digest)


def by_key_identifier(authority: TestAuthority) -> bytes:
    """Name the signer by his subject key."""
    named = put(version=encode_integer(3), sid=key_identifier(authority.unit))
    return stamp(authority, shape=Shape(signer_members=named))


def by_foreign_key_identifier(authority: TestAuthority) -> bytes:
    """Name a stranger's subject key."""
    named = put(version=encode_integer(3), sid=key_identifier(STRANGER.unit))
    return stamp(authority, shape=Shape(signer_members=named))


def revoked(since: Instant, reason: x509.ReasonFlags | None) -> Callable[[TestAuthority], Material]:
    """Make material with a list that revokes the unit."""

    def material(authority: TestAuthority) -> Material:
        listed = ((authority.unit.certificate, since, reason),)
        return authority.material(crls=(authority.crl(listed, at=LATER, until=NOW),))

    return material


def issuer_revoked(authority: TestAuthority) -> Material:
    """The issuer was revoked when the token was made."""
    listed = ((authority.issuer.certificate, AT, x509.ReasonFlags.ca_compromise),)
    return authority.material(crls=(authority.crl(listed, at=LATER, until=NOW, issuer=authority.root),))


def revoked_by_ocsp(authority: TestAuthority) -> Material:
    """The key was compromised after the token was made, says OCSP."""
    answer = authority.ocsp(at=LATER, until=NOW, revoked=(LATER, x509.ReasonFlags.key_compromise))
    return authority.material(ocsps=(answer,))


def trusted(valid_from: Instant | None = None, valid_until: Instant | None = None) -> Callable[..., Trust]:
    """Trust the root in an interval."""
    return lambda authority: trust_of(
        authority.authority(valid_from=valid_from, valid_until=valid_until, policy=authority.policy)
    )


def ended(algorithm: str) -> Callable[[TestAuthority], Trust]:
    """Trust the authority, and an algorithm until LATER."""
    ends = (AlgorithmEnd(algorithm=algorithm, until=LATER),)
    return lambda authority: evolve(trust_in(authority), algorithm_ends=ends)


EMPTY_ID: Final = encode_attribute(SIGNING_CERTIFICATE_V2, encode_sequence(encode_sequence()))
OTHER_DIGEST: Final = hashlib.sha256(b"other bytes").digest()
DIGEST: Final = hashlib.sha256(DATA).digest()
STAMPING: Final = ExtendedKeyUsageOID.TIME_STAMPING
CONSTRAINT: Final = x509.NameConstraints(
    permitted_subtrees=[x509.DirectoryName(make_name("Somebody else", "Nobody"))], excluded_subtrees=None
)
UNKNOWN_EXTENSION: Final = x509.UnrecognizedExtension(x509.ObjectIdentifier(UNKNOWN_OID), encode_null())
