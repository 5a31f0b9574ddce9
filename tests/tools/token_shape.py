"""Timestamp tokens put together piece by piece (RFC 3161, 5816, 5652), so that each piece can be made wrong.

Every edit receives the pieces by name, in their order, and returns the pieces that are written. Without edits
the token is sound.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Final

from attrs import frozen
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa

from custody.format.der import (
    context_tag,
    encode_boolean,
    encode_integer,
    encode_null,
    encode_octet_string,
    encode_oid,
    encode_sequence,
    encode_set_of,
    encode_tlv,
)
from custody.model.instant import Instant

PrivateKey = ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey | rsa.RSAPrivateKey
Pieces = dict[str, bytes]
Edit = Callable[[Pieces], Pieces]
Change = Callable[[bytes], bytes]

SIGNED_DATA: Final = "1.2.840.113549.1.7.2"
DATA_TYPE: Final = "1.2.840.113549.1.7.1"
TST_INFO: Final = "1.2.840.113549.1.9.16.1.4"
CONTENT_TYPE: Final = "1.2.840.113549.1.9.3"
MESSAGE_DIGEST: Final = "1.2.840.113549.1.9.4"
SIGNING_TIME: Final = "1.2.840.113549.1.9.5"
SIGNING_CERTIFICATE: Final = "1.2.840.113549.1.9.16.2.12"
SIGNING_CERTIFICATE_V2: Final = "1.2.840.113549.1.9.16.2.47"
ALGORITHM_PROTECT: Final = "1.2.840.113549.1.9.52"

HASH_OIDS: Final = {
    "md5": "1.2.840.113549.2.5",
    "sha1": "1.3.14.3.2.26",
    "sha256": "2.16.840.1.101.3.4.2.1",
    "sha384": "2.16.840.1.101.3.4.2.2",
    "sha512": "2.16.840.1.101.3.4.2.3",
    "sha3_256": "2.16.840.1.101.3.4.2.8",
    "sha3_384": "2.16.840.1.101.3.4.2.9",
    "sha3_512": "2.16.840.1.101.3.4.2.10",
}
HASHES: Final[dict[str, hashes.HashAlgorithm]] = {
    "sha1": hashes.SHA1(),  # noqa: S303 - a fault that verifiers must notice
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
}
_ECDSA: Final = {
    "sha1": "1.2.840.10045.4.1",
    "sha256": "1.2.840.10045.4.3.2",
    "sha384": "1.2.840.10045.4.3.3",
    "sha512": "1.2.840.10045.4.3.4",
}
_RSA_ENCRYPTION: Final = "1.2.840.113549.1.1.1"
_RSA_PSS: Final = "1.2.840.113549.1.1.10"
_MGF1: Final = "1.2.840.113549.1.1.8"
_ED25519: Final = "1.3.101.112"
_FIRST_GENERALIZED_YEAR: Final = 2050


@frozen(kw_only=True)
class Unit:
    """What signs tokens.

    Attributes:
        key: its private key.
        certificate: its certificate.
        pss: whether its RSA key signs with RSASSA-PSS.
    """

    key: PrivateKey
    certificate: x509.Certificate
    pss: bool = False

    @property
    def hash(self) -> str:
        """The hash that suits the key; Ed25519 wants SHA-512 (RFC 8419, 3.1)."""
        if isinstance(self.key, ec.EllipticCurvePrivateKey):
            return {256: "sha256", 384: "sha384"}.get(self.key.curve.key_size, "sha512")
        return "sha512" if isinstance(self.key, ed25519.Ed25519PrivateKey) else "sha256"


@frozen(kw_only=True)
class Request:
    """What a token says when nothing is wrong with it.

    Attributes:
        hash: name of the imprint's hash.
        digest: the imprint.
        at: genTime.
        policy: OID.
        serial: of the token.
        accuracy_ms: None for none.
        nonce: None for none.
        ordering: as the token claims.
    """

    hash: str
    digest: bytes
    at: Instant
    policy: str
    serial: int
    accuracy_ms: int | None = None
    nonce: int | None = None
    ordering: bool = False


def _same(pieces: Pieces) -> Pieces:
    return pieces


def _unchanged(data: bytes) -> bytes:
    return data


@frozen(kw_only=True)
class Shape:
    """Where a token differs from a sound one.

    Attributes:
        tst_members: version, policy, imprint, serial, genTime, accuracy, ordering, nonce, tsa, extensions.
        tst: the whole TSTInfo, encoded.
        content_type: eContentType.
        digest: the signer's digest algorithm; None for the one that suits the key.
        attributes: contentType, signingTime, messageDigest, certificateId.
        sort_attributes: whether the attributes are written ascending.
        to_sign: the SET of signed attributes, before it is signed.
        signature: the signature value.
        signer_members: version, sid, digestAlgorithm, signedAttrs, signatureAlgorithm, signature.
        signed_members: version, digestAlgorithms, content, certificates, signerInfos.
        content_info: type, content.
        whole: the whole token.
    """

    tst_members: Edit = _same
    tst: Change = _unchanged
    content_type: str = TST_INFO
    digest: str | None = None
    attributes: Edit = _same
    sort_attributes: bool = True
    to_sign: Change = _unchanged
    signature: Change = _unchanged
    signer_members: Edit = _same
    signed_members: Edit = _same
    content_info: Edit = _same
    whole: Change = _unchanged


SOUND: Final = Shape()


def put(**changed: bytes) -> Edit:
    """Make an edit that writes pieces: in their old place, or at the end."""
    return lambda pieces: {**pieces, **changed}


def drop(*names: str) -> Edit:
    """Make an edit that leaves pieces out."""
    return lambda pieces: {name: piece for name, piece in pieces.items() if name not in names}


def map_piece(name: str, change: Change) -> Edit:
    """Make an edit that changes one piece."""
    return lambda pieces: {**pieces, name: change(pieces[name])}


def encode_algorithm(oid: str, *parameters: bytes) -> bytes:
    """Write an AlgorithmIdentifier."""
    return encode_sequence(encode_oid(oid), *parameters)


def encode_hash(name: str, *, null: bool = False) -> bytes:
    """Write the AlgorithmIdentifier of a hash."""
    return encode_algorithm(HASH_OIDS[name], *((encode_null(),) if null else ()))


def encode_imprint(name: str, digest: bytes, *, null: bool = True) -> bytes:
    """Write a MessageImprint."""
    return encode_sequence(encode_hash(name, null=null), encode_octet_string(digest))


def encode_gen_time(at: Instant) -> bytes:
    """Write a genTime: GeneralizedTime, milliseconds where there are any, no trailing zeros."""
    text = at.moment.strftime("%Y%m%d%H%M%S")
    fraction = f".{at.moment.microsecond:06d}".rstrip("0") if at.moment.microsecond else ""
    return encode_tlv(0x18, f"{text}{fraction}Z".encode("ascii"))


def encode_accuracy(milliseconds: int) -> bytes:
    """Write an Accuracy in seconds and milliseconds."""
    seconds, rest = divmod(milliseconds, 1000)
    members = [encode_integer(seconds)] if seconds else []
    if rest:
        members.append(context_tag(0, constructed=False).to_bytes(1, "big") + encode_integer(rest)[1:])
    return encode_sequence(*members)


def encode_tsa(name: x509.Name) -> bytes:
    """Write TSTInfo.tsa: a directory name."""
    return encode_tlv(context_tag(0), encode_tlv(context_tag(4), name.public_bytes()))


def encode_extensions(*extensions: tuple[str, bool, bytes]) -> bytes:
    """Write TSTInfo.extensions from OIDs, criticalities and values."""
    return encode_tlv(
        context_tag(1),
        b"".join(
            encode_sequence(
                encode_oid(oid),
                *((encode_boolean(value=True),) if critical else ()),
                encode_octet_string(value),
            )
            for oid, critical, value in extensions
        ),
    )


def encode_attribute(oid: str, *values: bytes) -> bytes:
    """Write an Attribute."""
    return encode_sequence(encode_oid(oid), encode_set_of(values))


def encode_certificate_id(certificate: x509.Certificate, *, hash_name: str | None = "sha256") -> bytes:
    """Write the attribute signingCertificateV2 (RFC 5816), or version 1 (RFC 2634) where no hash is named."""
    name = hash_name or "sha1"
    digest = hashlib.new(name, certificate.public_bytes(serialization.Encoding.DER)).digest()
    return encode_certificate_id_of(digest, encode_issuer_serial(certificate), hash_name=hash_name)


def encode_certificate_id_of(digest: bytes, *issuer_serial: bytes, hash_name: str | None = "sha256") -> bytes:
    """Write the attribute from its parts."""
    algorithm = () if hash_name in {None, "sha256"} else (encode_hash(str(hash_name)),)
    one = encode_sequence(*algorithm, encode_octet_string(digest), *issuer_serial)
    oid = SIGNING_CERTIFICATE_V2 if hash_name else SIGNING_CERTIFICATE
    return encode_attribute(oid, encode_sequence(encode_sequence(one)))


def encode_issuer_serial(certificate: x509.Certificate, *, serial: int | None = None) -> bytes:
    """Write an IssuerSerial: GeneralNames and a serial number."""
    issuer = encode_tlv(context_tag(4), certificate.issuer.public_bytes())
    number = certificate.serial_number if serial is None else serial
    return encode_sequence(encode_sequence(issuer), encode_integer(number))


def encode_signer_id(certificate: x509.Certificate) -> bytes:
    """Write an IssuerAndSerialNumber."""
    return encode_sequence(certificate.issuer.public_bytes(), encode_integer(certificate.serial_number))


def encode_signing_time(at: Instant) -> bytes:
    """Write the attribute signingTime: UTCTime until 2049 (RFC 5652, 11.3)."""
    generalized = at.moment.year >= _FIRST_GENERALIZED_YEAR
    text = at.moment.strftime("%Y%m%d%H%M%SZ" if generalized else "%y%m%d%H%M%SZ")
    return encode_attribute(SIGNING_TIME, encode_tlv(0x18 if generalized else 0x17, text.encode("ascii")))


def encode_algorithm_protect(digest: bytes, signature: bytes) -> bytes:
    """Write the attribute cmsAlgorithmProtect (RFC 6211) from two AlgorithmIdentifiers."""
    return encode_attribute(
        ALGORITHM_PROTECT, encode_sequence(digest, encode_tlv(context_tag(1), signature[2:]))
    )


def signature_algorithm(unit: Unit, digest: str) -> bytes:
    """Write the AlgorithmIdentifier of a unit's signatures."""
    if isinstance(unit.key, ec.EllipticCurvePrivateKey):
        return encode_algorithm(_ECDSA[digest])
    if isinstance(unit.key, ed25519.Ed25519PrivateKey):
        return encode_algorithm(_ED25519)
    if not unit.pss:
        return encode_algorithm(_RSA_ENCRYPTION, encode_null())
    hashed = encode_hash(digest, null=True)
    parameters = encode_sequence(
        encode_tlv(context_tag(0), hashed),
        encode_tlv(context_tag(1), encode_algorithm(_MGF1, hashed)),
        encode_tlv(context_tag(2), encode_integer(HASHES[digest].digest_size)),
    )
    return encode_algorithm(_RSA_PSS, parameters)


def sign(unit: Unit, data: bytes, digest: str) -> bytes:
    """Sign bytes; ECDSA deterministically (RFC 6979), so that equal tokens are equal bytes."""
    algorithm = HASHES[digest]
    if isinstance(unit.key, ec.EllipticCurvePrivateKey):
        return unit.key.sign(data, ec.ECDSA(algorithm, deterministic_signing=True))
    if isinstance(unit.key, ed25519.Ed25519PrivateKey):
        return unit.key.sign(data)
    scheme = padding.PSS(padding.MGF1(algorithm), algorithm.digest_size) if unit.pss else padding.PKCS1v15()
    return unit.key.sign(data, scheme, algorithm)


def encode_tst_info(request: Request, unit: Unit, shape: Shape = SOUND) -> bytes:
    """Write a TSTInfo (RFC 3161, 2.4.2)."""
    members = {
        "version": encode_integer(1),
        "policy": encode_oid(request.policy),
        "imprint": encode_imprint(request.hash, request.digest),
        "serial": encode_integer(request.serial),
        "genTime": encode_gen_time(request.at),
        "accuracy": b"" if request.accuracy_ms is None else encode_accuracy(request.accuracy_ms),
        "ordering": encode_boolean(value=True) if request.ordering else b"",
        "nonce": b"" if request.nonce is None else encode_integer(request.nonce),
        "tsa": encode_tsa(unit.certificate.subject),
        "extensions": b"",
    }
    return shape.tst(encode_sequence(*shape.tst_members(members).values()))


def encode_signer(info: bytes, at: Instant, unit: Unit, shape: Shape = SOUND) -> bytes:
    """Write a SignerInfo (RFC 5652, 5.3) over an encoded TSTInfo."""
    digest = shape.digest or unit.hash
    attributes = shape.attributes(
        {
            "contentType": encode_attribute(CONTENT_TYPE, encode_oid(TST_INFO)),
            "signingTime": encode_signing_time(at),
            "messageDigest": encode_attribute(
                MESSAGE_DIGEST, encode_octet_string(hashlib.new(digest, info).digest())
            ),
            "certificateId": encode_certificate_id(unit.certificate),
        }
    ).values()
    joined = b"".join(sorted(attributes) if shape.sort_attributes else attributes)
    signature = shape.signature(sign(unit, shape.to_sign(encode_tlv(0x31, joined)), digest))
    members = {
        "version": encode_integer(1),
        "sid": encode_signer_id(unit.certificate),
        "digestAlgorithm": encode_hash(digest),
        "signedAttrs": encode_tlv(context_tag(0), joined),
        "signatureAlgorithm": signature_algorithm(unit, digest),
        "signature": encode_octet_string(signature),
    }
    return encode_sequence(*shape.signer_members(members).values())


def encode_token(
    request: Request, unit: Unit, certificates: tuple[bytes, ...], shape: Shape = SOUND
) -> bytes:
    """Write a timestamp token: a ContentInfo with SignedData (RFC 5652, 5.1).

    Args:
        request: what it says.
        unit: what signs it.
        certificates: embedded, DER; none leaves the field out.
        shape: where it differs from a sound one.
    """
    info = encode_tst_info(request, unit, shape)
    content = encode_tlv(context_tag(0), encode_octet_string(info))
    members = {
        "version": encode_integer(3),
        "digestAlgorithms": encode_set_of([encode_hash(shape.digest or unit.hash)]),
        "content": encode_sequence(encode_oid(shape.content_type), content),
        "certificates": encode_certificates(certificates),
        "signerInfos": encode_set_of([encode_signer(info, request.at, unit, shape)]),
    }
    signed = encode_sequence(*shape.signed_members(members).values())
    pieces = {"type": encode_oid(SIGNED_DATA), "content": encode_tlv(context_tag(0), signed)}
    return shape.whole(encode_sequence(*shape.content_info(pieces).values()))


def encode_certificates(certificates: tuple[bytes, ...]) -> bytes:
    """Write SignedData.certificates, ascending; nothing where there are none."""
    return encode_tlv(context_tag(0), b"".join(sorted(certificates))) if certificates else b""
