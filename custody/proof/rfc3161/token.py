"""Timestamp tokens read: what RFC 3161 (2.4.2) and RFC 5652 (5.1, 5.3) put into them, nothing of it believed.

The frame may be BER (`custody.format.ber`); TSTInfo and the signed attributes must be DER, in which alone the
order of the attributes is free: authorities exist that sign another one, and what is hashed is the order that
was signed. What is signed is kept as it stood.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Final

from attrs import field, frozen

from custody.errors import FormatError, LimitError
from custody.format.ber import rewrite_framing
from custody.format.der import (
    INTEGER,
    OCTET_STRING,
    OID,
    SEQUENCE,
    SET,
    Tlv,
    context_tag,
    decode_integer,
    decode_oid,
    decode_tlv,
    encode_oid,
    members_of,
)
from custody.format.der_members import DerMembers
from custody.format.limits import STAMP_BYTES, TOKEN_CERTIFICATES, TOKEN_RAW_DEPTH
from custody.proof.rfc3161.algorithm_id import AlgorithmId, decode_algorithm
from custody.proof.rfc3161.tst_info import TstInfo, decode_tst_info

SIGNED_DATA: Final = "1.2.840.113549.1.7.2"
TST_INFO: Final = "1.2.840.113549.1.9.16.1.4"

_CONTEXT_0: Final = context_tag(0)
_CONTEXT_1: Final = context_tag(1)
_KEY_ID: Final = context_tag(0, constructed=False)
_SIGNED_DATA: Final = encode_oid(SIGNED_DATA)
_TST_INFO: Final = encode_oid(TST_INFO)


@frozen(kw_only=True)
class SignerInfo:
    """Who signed a token, and how (RFC 5652, 5.3).

    Attributes:
        issuer: Name of the certificate's issuer, DER; None where the signer is named by his key.
        serial: serial number of his certificate; None as above.
        key_id: subject key identifier of his certificate; None where he is named by issuer and serial.
        digest_algorithm: hash of the messageDigest.
        attributes: values by OID, in their order; an attribute may stand there twice.
        to_verify: the signed attributes as they were signed: their bytes, tagged as a SET; None if absent.
        signature_algorithm: of the signature.
        signature: its value.
    """

    issuer: bytes | None = field(default=None, repr=False)
    serial: int | None = None
    key_id: bytes | None = field(default=None, repr=False)
    digest_algorithm: AlgorithmId
    attributes: tuple[tuple[str, tuple[Tlv, ...]], ...] = field(default=(), repr=False)
    to_verify: bytes | None = field(default=None, repr=False)
    signature_algorithm: AlgorithmId
    signature: bytes = field(repr=False)


@frozen(kw_only=True)
class Token:
    """A timestamp token.

    Attributes:
        content: eContent, the bytes of the TSTInfo; messageDigest is over them.
        info: what they say.
        certificates: embedded, each DER as it stands; kinds other than X.509 are left out.
        crls: embedded, each DER as it stands; other revocation data is left out.
        signers: how many signed.
        signer: the signer; None where there is not exactly one.
    """

    content: bytes = field(repr=False)
    info: TstInfo
    certificates: tuple[bytes, ...] = field(default=(), repr=False)
    crls: tuple[bytes, ...] = field(default=(), repr=False)
    signers: int
    signer: SignerInfo | None


def _decode_attributes(value: Tlv) -> tuple[tuple[str, tuple[Tlv, ...]], ...]:
    found: list[tuple[str, tuple[Tlv, ...]]] = []
    for attribute in members_of(value):
        members = DerMembers(attribute)
        oid = decode_oid(members.take(OID))
        found.append((oid, members_of(members.take(SET))))
        members.end()
    return tuple(found)


def _check_depth(value: Tlv, depth: int = 0) -> None:
    """Refuse what is nested too deep for other readers; what is not even DER has no depth."""
    if depth > TOKEN_RAW_DEPTH:
        raise LimitError("token", limit="TOKEN_RAW_DEPTH", maximum=TOKEN_RAW_DEPTH, value=depth)
    if value.constructed:
        with suppress(FormatError):
            for member in members_of(value):
                _check_depth(member, depth + 1)


def _decode_signer(value: Tlv) -> SignerInfo:
    """Read a SignerInfo (RFC 5652, 5.3); its unsigned attributes are passed over."""
    members = DerMembers(value)
    decode_integer(members.take(INTEGER))
    key_id = members.optional(_KEY_ID)
    issuer, serial = None, None
    if key_id is None:
        sid = DerMembers(members.take(SEQUENCE))
        issuer, serial = sid.take(SEQUENCE).raw, decode_integer(sid.take(INTEGER))
        sid.end()
    digest_algorithm = decode_algorithm(members.take(SEQUENCE))
    attributes = members.optional(_CONTEXT_0)
    signature_algorithm = decode_algorithm(members.take(SEQUENCE))
    signature = members.take(OCTET_STRING).content
    unsigned = members.optional(_CONTEXT_1)
    members.end()
    if unsigned is not None:
        _check_depth(unsigned)
    return SignerInfo(
        issuer=issuer,
        serial=serial,
        key_id=None if key_id is None else key_id.content,
        digest_algorithm=digest_algorithm,
        attributes=() if attributes is None else _decode_attributes(attributes),
        # RFC 5652, 5.4: signed is the SET, although [0] stands here. Its own bytes, never written anew.
        to_verify=None if attributes is None else bytes((SET,)) + attributes.raw[1:],
        signature_algorithm=signature_algorithm,
        signature=signature,
    )


def _certificates(value: Tlv | None) -> tuple[bytes, ...]:
    """Return the members of a certificates or crls that have the ordinary type."""
    found = () if value is None else members_of(value)
    if len(found) > TOKEN_CERTIFICATES:
        raise LimitError("token", limit="TOKEN_CERTIFICATES", maximum=TOKEN_CERTIFICATES, value=len(found))
    return tuple(one.raw for one in found if one.tag == SEQUENCE)


def _content_error() -> FormatError:
    return FormatError(
        "token", expected="SignedData with a TSTInfo", found="another content", code="CONTENT_TYPE"
    )


def _decode_strict(data: bytes) -> Token:
    """Read a token whose frame is DER; the order of sets that nothing signs is not looked at."""
    outer = DerMembers(decode_tlv(data, SEQUENCE))
    if outer.take(OID).raw != _SIGNED_DATA:
        raise _content_error()
    signed = DerMembers(decode_tlv(outer.take(_CONTEXT_0).content, SEQUENCE))
    outer.end()
    decode_integer(signed.take(INTEGER))
    signed.take(SET)
    encapsulated = DerMembers(signed.take(SEQUENCE))
    certificates, crls = signed.optional(_CONTEXT_0), signed.optional(_CONTEXT_1)
    signers = members_of(signed.take(SET))
    signed.end()
    content_type = encapsulated.take(OID).raw
    content = decode_tlv(encapsulated.take(_CONTEXT_0).content, OCTET_STRING).content
    encapsulated.end()
    if content_type != _TST_INFO:
        raise _content_error()
    return Token(
        content=content,
        info=decode_tst_info(content),
        certificates=_certificates(certificates),
        crls=_certificates(crls),
        signers=len(signers),
        signer=_decode_signer(signers[0]) if len(signers) == 1 else None,
    )


def decode_token(data: bytes) -> Token:
    """Read a timestamp token (rules TS-1 and TS-3).

    Args:
        data: a ContentInfo; up to 256 KiB; DER, or BER where nothing is signed.

    Raises:
        FormatError: code TOKEN_MALFORMED, TOKEN_TRAILING (bytes behind it), or CONTENT_TYPE: another message
            than signed data about a time.
        LimitError: larger, deeper or with more certificates than accepted.
    """
    if len(data) > STAMP_BYTES:
        raise LimitError("token", limit="STAMP_BYTES", maximum=STAMP_BYTES, value=len(data))
    try:
        return _decode_strict(data)
    except FormatError as error:
        if error.code != "DER":
            raise
    try:
        return _decode_strict(rewrite_framing(data))
    except FormatError as error:
        code = {"DER": "TOKEN_MALFORMED", "BER": "TOKEN_MALFORMED", "BER_TRAILING": "TOKEN_TRAILING"}
        raise FormatError(
            "token",
            expected=error.expected,
            found=error.found,
            code=code.get(error.code, error.code),
        ) from None
