"""Timestamp tokens read: what RFC 3161 (2.4.2) and RFC 5652 (5.1, 5.3) put into them, nothing of it believed.

The frame may be BER (`custody.format.ber`); TSTInfo and the signed attributes must be DER, in which alone the
order of the attributes is free: authorities exist that sign another one, and what is hashed is the order that
was signed. What is signed is kept as it stood.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from typing import Final

from attrs import field, frozen

from custody.errors import FormatError, LimitError
from custody.format.ber import rewrite_framing
from custody.format.der import (
    BOOLEAN,
    GENERALIZED_TIME,
    INTEGER,
    OCTET_STRING,
    OID,
    SEQUENCE,
    SET,
    Tlv,
    context_tag,
    decode_generalized_time,
    decode_integer,
    decode_oid,
    decode_tlv,
    der_error,
    encode_oid,
    members_of,
)
from custody.format.limits import STAMP_BYTES, TOKEN_CERTIFICATES, TOKEN_INTEGER_BYTES, TOKEN_RAW_DEPTH

SIGNED_DATA: Final = "1.2.840.113549.1.7.2"
TST_INFO: Final = "1.2.840.113549.1.9.16.1.4"

_CONTEXT_0: Final = context_tag(0)
_CONTEXT_1: Final = context_tag(1)
_MILLIS: Final = context_tag(0, constructed=False)
_MICROS: Final = context_tag(1, constructed=False)
_KEY_ID: Final = context_tag(0, constructed=False)
_BOOLEANS: Final = {b"\x00": False, b"\xff": True}
_PER_SECOND: Final = 1_000_000
_PER_MILLISECOND: Final = 1000
# 0 is outside of RFC 3161's range, means nothing else, and is written by some.
_THOUSAND: Final = 1000
_FIRST_YEAR: Final = 1970  # of an Instant
# Read so often that decoding them each time would cost as much as all the rest.
_SIGNED_DATA: Final = encode_oid(SIGNED_DATA)
_TST_INFO: Final = encode_oid(TST_INFO)


@frozen(kw_only=True)
class AlgorithmId:
    """An AlgorithmIdentifier (RFC 5280, 4.1.1.2).

    Attributes:
        oid: dotted.
        parameters: None where there are none.
    """

    oid: str
    parameters: Tlv | None = field(default=None, repr=False)


@frozen(kw_only=True)
class TstInfo:
    """What a token says (RFC 3161, 2.4.2).

    Attributes:
        version: 1, or the token is not one that this program knows.
        policy: OID, dotted.
        imprint_algorithm: hash of what was stamped.
        imprint: its digest.
        serial: of the token.
        generated_at: genTime in whole seconds, UTC.
        fraction: digits behind its point; "" where it has none.
        accuracy_us: microseconds; None where it states none.
        ordering: whether the authority's tokens are ordered by genTime whatever the accuracy.
        nonce: None where there is none.
        tsa: the GeneralName of the authority; None where there is none.
        critical: OIDs of critical extensions.
    """

    version: int
    policy: str
    imprint_algorithm: AlgorithmId
    imprint: bytes = field(repr=False)
    serial: int
    generated_at: datetime
    fraction: str = ""
    accuracy_us: int | None = None
    ordering: bool = False
    nonce: int | None = None
    tsa: Tlv | None = field(default=None, repr=False)
    critical: tuple[str, ...] = ()


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


class _Members:
    """The members of a constructed value, taken in their order."""

    __slots__ = ("_members", "_place")

    def __init__(self, value: Tlv) -> None:
        self._members = members_of(value)
        self._place = 0

    def optional(self, tag: int) -> Tlv | None:
        """Take the next member if it has a tag."""
        if self._place < len(self._members) and self._members[self._place].tag == tag:
            self._place += 1
            return self._members[self._place - 1]
        return None

    def take(self, tag: int) -> Tlv:
        """Take the next member, which must have a tag."""
        found = self.optional(tag)
        if found is None:
            raise der_error(f"tag {tag:#04x}", "another, or the end")
        return found

    def rest(self) -> tuple[Tlv, ...]:
        """Take all that is left."""
        left = self._members[self._place :]
        self._place = len(self._members)
        return left

    def end(self) -> None:
        """Refuse a member that nothing took."""
        if self._place != len(self._members):
            raise der_error("the end", "another member")


def decode_algorithm(value: Tlv) -> AlgorithmId:
    """Read an AlgorithmIdentifier.

    Raises:
        FormatError: code DER.
    """
    members = _Members(value)
    oid = decode_oid(members.take(OID))
    rest = members.rest()
    if len(rest) > 1:
        raise der_error("one value of parameters", "more")
    return AlgorithmId(oid=oid, parameters=rest[0] if rest else None)


def _integer(value: Tlv) -> int:
    """Read an INTEGER that will be written out in digits."""
    if len(value.content) > TOKEN_INTEGER_BYTES:
        raise LimitError(
            "token", limit="TOKEN_INTEGER_BYTES", maximum=TOKEN_INTEGER_BYTES, value=len(value.content)
        )
    return decode_integer(value)


def _decode_accuracy(value: Tlv) -> int:
    """Read an Accuracy as microseconds."""
    members = _Members(value)
    total = 0
    seconds = members.optional(INTEGER)
    if seconds is not None:
        whole = _integer(seconds)
        if whole < 0:
            raise der_error("an accuracy of no less than nothing", "a negative one")
        total = whole * _PER_SECOND
    for tag, unit in ((_MILLIS, _PER_MILLISECOND), (_MICROS, 1)):
        part = members.optional(tag)
        if part is not None:
            count = decode_integer(Tlv(INTEGER, part.content, part.raw))
            if not 0 <= count < _THOUSAND:
                raise der_error("1 to 999", "another number")
            total += count * unit
    members.end()
    return total


def _decode_boolean(value: Tlv) -> bool:
    found = _BOOLEANS.get(value.content)
    if found is None:
        raise der_error("a BOOLEAN", "another value")
    return found


def _critical_extensions(value: Tlv) -> tuple[str, ...]:
    """Read Extensions; return the OIDs of the critical ones."""
    found: list[str] = []
    for extension in members_of(value):
        members = _Members(decode_tlv(extension.raw, SEQUENCE))
        oid = decode_oid(members.take(OID))
        critical = members.optional(BOOLEAN)
        members.take(OCTET_STRING)
        members.end()
        if critical is not None and _decode_boolean(critical):
            found.append(oid)
    return tuple(found)


def decode_tst_info(content: bytes) -> TstInfo:
    """Read a TSTInfo (RFC 3161, 2.4.2).

    Args:
        content: all of it; DER.

    Raises:
        FormatError: code DER.
    """
    members = _Members(decode_tlv(content, SEQUENCE))
    version = decode_integer(members.take(INTEGER))
    policy = decode_oid(members.take(OID))
    imprint = _Members(members.take(SEQUENCE))
    imprint_algorithm = decode_algorithm(imprint.take(SEQUENCE))
    digest = imprint.take(OCTET_STRING).content
    imprint.end()
    serial = _integer(members.take(INTEGER))
    generated_at, fraction = decode_generalized_time(members.take(GENERALIZED_TIME))
    if generated_at.year < _FIRST_YEAR:
        raise der_error("a year from 1970 on", "an earlier one")
    accuracy, ordering = members.optional(SEQUENCE), members.optional(BOOLEAN)
    nonce, tsa = members.optional(INTEGER), members.optional(_CONTEXT_0)
    extensions = members.optional(_CONTEXT_1)
    members.end()
    return TstInfo(
        version=version,
        policy=policy,
        imprint_algorithm=imprint_algorithm,
        imprint=digest,
        serial=serial,
        generated_at=generated_at,
        fraction=fraction,
        accuracy_us=None if accuracy is None else _decode_accuracy(accuracy),
        ordering=ordering is not None and _decode_boolean(ordering),
        nonce=None if nonce is None else _integer(nonce),
        tsa=None if tsa is None else decode_tlv(tsa.content),
        critical=() if extensions is None else _critical_extensions(extensions),
    )


def _decode_attributes(value: Tlv) -> tuple[tuple[str, tuple[Tlv, ...]], ...]:
    found: list[tuple[str, tuple[Tlv, ...]]] = []
    for attribute in members_of(value):
        members = _Members(attribute)
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
    members = _Members(value)
    decode_integer(members.take(INTEGER))
    key_id = members.optional(_KEY_ID)
    issuer, serial = None, None
    if key_id is None:
        sid = _Members(members.take(SEQUENCE))
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
    outer = _Members(decode_tlv(data, SEQUENCE))
    if outer.take(OID).raw != _SIGNED_DATA:
        raise _content_error()
    signed = _Members(decode_tlv(outer.take(_CONTEXT_0).content, SEQUENCE))
    outer.end()
    decode_integer(signed.take(INTEGER))
    signed.take(SET)
    encapsulated = _Members(signed.take(SEQUENCE))
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
