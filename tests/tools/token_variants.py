"""Timestamp tokens that look odd and are sound: what real authorities do. Judged as in `token_faults`."""

from __future__ import annotations

from typing import Final

from attrs import evolve
from cryptography import x509

from custody.format.der import (
    context_tag,
    decode_tlv,
    encode_integer,
    encode_null,
    encode_sequence,
    encode_set_of,
    encode_tlv,
    members_of,
)
from custody.model.instant import decode_instant
from custody.proof.stamp import Material
from custody.report.stamp_code import StampCode
from tests.tools.authority import TestAuthority, make_name
from tests.tools.token_makers import (
    DIGEST,
    LATER,
    NOW,
    STRANGER,
    UNKNOWN_OID,
    Case,
    by_key_identifier,
    certificate_id,
    certified,
    gen_time,
    impostor,
    in_indefinite_lengths,
    protected,
    revoked,
    shaped,
    stamp,
    stamped,
    three_levels,
    two_ids,
    unit_hash,
    unsigned,
    with_root,
    with_unit,
)
from tests.tools.token_shape import (
    Shape,
    drop,
    encode_attribute,
    encode_certificate_id,
    encode_certificate_id_of,
    encode_extensions,
    encode_hash,
    encode_imprint,
    encode_tsa,
    map_piece,
    put,
)


def with_crl(authority: TestAuthority) -> bytes:
    """Carry a revocation list inside."""
    listed = encode_tlv(context_tag(1), authority.crl(at=LATER, until=NOW))
    return stamp(
        authority,
        shape=Shape(
            signed_members=lambda pieces: {
                **drop("signerInfos")(pieces),
                "crls": listed,
                "signerInfos": pieces["signerInfos"],
            }
        ),
    )


def unsorted_attributes(authority: TestAuthority) -> bytes:
    """Attributes written out of order, and signed as they stand."""
    return stamp(
        authority,
        shape=Shape(
            attributes=lambda pieces: dict(sorted(pieces.items(), key=lambda one: one[1], reverse=True)),
            sort_attributes=False,
        ),
    )


def descending(data: bytes) -> bytes:
    """Write the members of a set the other way round."""
    value = decode_tlv(data)
    return encode_tlv(value.tag, b"".join(sorted((one.raw for one in members_of(value)), reverse=True)))


def good_ocsp(authority: TestAuthority) -> Material:
    """The unit is good, says OCSP."""
    return authority.material(ocsps=(authority.ocsp(at=LATER, until=NOW),))


def good_crls(authority: TestAuthority) -> Material:
    """Nobody is revoked, say both authorities."""
    upper = authority.crl(at=LATER, until=NOW, issuer=authority.root)
    return authority.material(crls=(authority.crl(at=LATER, until=NOW), upper))


def beside(authority: TestAuthority) -> Material:
    """The chain lies beside the token."""
    return authority.material()


def alternative_name(authority: TestAuthority) -> bytes:
    """The tsa is an alternative name of the certificate."""
    name = make_name("First operator", "Clock room")
    said = evolve(authority.unit_says, names=(x509.DirectoryName(name),))
    return stamp(
        authority, unit=authority.other_unit(said), shape=Shape(tst_members=put(tsa=encode_tsa(name)))
    )


def impostor_material(authority: TestAuthority) -> Material:
    """A stranger's certificates lie beside the token."""
    return Material(certificates=(*impostor(authority).chain, *STRANGER.chain))


VARIANTS: Final[dict[str, Case]] = {
    "plain": Case(None, stamp),
    # framing
    "indefinite lengths": Case(None, shaped(whole=in_indefinite_lengths)),
    "certificates out of order": Case(None, shaped(signed_members=map_piece("certificates", descending))),
    "digest algorithms out of order": Case(
        None,
        shaped(
            signed_members=put(
                digestAlgorithms=descending(encode_set_of([encode_hash("sha256"), encode_hash("sha512")]))
            )
        ),
    ),
    "unsigned attribute": Case(None, shaped(signer_members=unsigned(encode_null()))),
    "revocation list inside": Case(None, with_crl),
    "root embedded": Case(None, with_root),
    "stranger's certificates embedded": Case(
        None, lambda authority: stamp(authority, certificates=(*authority.embedded, *STRANGER.chain))
    ),
    "certificates beside": Case(None, stamped(certificates=False), material=beside),
    "stranger's certificates beside": Case(None, stamp, material=impostor_material),
    "signer by key identifier": Case(None, by_key_identifier),
    # what is signed
    "SHA-384 imprint": Case(None, stamped(hash="sha384")),
    "SHA-512 imprint": Case(None, stamped(hash="sha512")),
    "SHA3-256 imprint": Case(None, stamped(hash="sha3_256")),
    "SHA3-512 imprint": Case(None, stamped(hash="sha3_512")),
    "imprint algorithm without parameters": Case(
        None, shaped(tst_members=put(imprint=encode_imprint("sha256", DIGEST, null=False)))
    ),
    "no accuracy": Case(StampCode.ACCURACY_UNKNOWN, stamped(accuracy_ms=None)),
    "accuracy in milliseconds": Case(None, stamped(accuracy_ms=250)),
    "accuracy in microseconds": Case(
        None, shaped(tst_members=put(accuracy=encode_sequence(b"\x81" + encode_integer(500)[1:])))
    ),
    "whole seconds": Case(None, stamped(at=decode_instant("2026-01-02T03:04:05Z"))),
    "microseconds": Case(None, gen_time("20260102030405.123456Z")),
    "nanoseconds": Case(None, gen_time("20260102030405.123456789Z")),
    "ordering": Case(None, stamped(ordering=True)),
    "no tsa": Case(None, shaped(tst_members=drop("tsa"))),
    "tsa by an alternative name": Case(None, alternative_name),
    "extension that is not critical": Case(
        None, shaped(tst_members=put(extensions=encode_extensions((UNKNOWN_OID, False, encode_null()))))
    ),
    "long serial number": Case(None, stamped(serial=(1 << 159) - 1)),
    "no signingTime": Case(None, shaped(attributes=drop("signingTime"))),
    "another signed attribute": Case(
        None, shaped(attributes=put(more=encode_attribute(UNKNOWN_OID, encode_null())))
    ),
    "protected algorithms": Case(None, protected("sha256", "sha256")),
    "certificate id of version 1": Case(
        StampCode.CERTIFICATE_ID_SHA1,
        certificate_id(lambda authority: encode_certificate_id(authority.unit.certificate, hash_name=None)),
    ),
    "certificate id with SHA-512": Case(
        None,
        certificate_id(
            lambda authority: encode_certificate_id(authority.unit.certificate, hash_name="sha512")
        ),
    ),
    "certificate id without an issuer": Case(
        None, certificate_id(lambda authority: encode_certificate_id_of(unit_hash(authority)))
    ),
    "certificate ids of the chain": Case(None, two_ids(right_first=True)),
    # keys and certificates
    "SHA-512 signer digest": Case(None, shaped(digest="sha512")),
    "P-384": Case(None, with_unit("p384")),
    "P-521": Case(None, with_unit("p521")),
    "RSA of 2048 bits": Case(None, with_unit("rsa-2048")),
    "RSASSA-PSS": Case(None, with_unit("pss-2048")),
    "Ed25519": Case(None, with_unit("ed25519")),
    "no key usage": Case(None, certified(key_usage=())),
    "non-repudiation": Case(None, certified(key_usage=("content_commitment",))),
    "two intermediate authorities": Case(None, three_levels(path_length=1)),
    "no intermediate authority": Case(
        None,
        lambda authority: stamp(evolve(authority, intermediate=False)),
    ),
    # seen later
    "certificate expired since": Case(
        StampCode.CERTIFICATE_EXPIRED_SINCE,
        certified(valid=(decode_instant("2024-01-01T00:00:00Z"), decode_instant("2026-02-01T00:00:00Z"))),
    ),
    "no revocation data": Case(StampCode.REVOCATION_NOT_CHECKED, stamp),
    "good says OCSP": Case(None, stamp, material=good_ocsp),
    "nobody revoked": Case(None, stamp, material=good_crls),
    "superseded afterwards": Case(None, stamp, material=revoked(LATER, x509.ReasonFlags.superseded)),
}
"""Sound tokens; the code is the note that must be said, if any."""
