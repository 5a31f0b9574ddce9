"""What a timestamp token says: TSTInfo (RFC 3161, 2.4.2), in DER alone (rule TS-1)."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from attrs import field, frozen

from custody.errors import LimitError
from custody.format.der import (
    BOOLEAN,
    GENERALIZED_TIME,
    INTEGER,
    OCTET_STRING,
    OID,
    SEQUENCE,
    Tlv,
    context_tag,
    decode_generalized_time,
    decode_integer,
    decode_oid,
    decode_tlv,
    der_error,
    members_of,
)
from custody.format.der_members import DerMembers
from custody.format.limits import TOKEN_INTEGER_BYTES
from custody.proof.rfc3161.algorithm_id import AlgorithmId, decode_algorithm

_TSA: Final = context_tag(0)
_EXTENSIONS: Final = context_tag(1)
_MILLIS: Final = context_tag(0, constructed=False)
_MICROS: Final = context_tag(1, constructed=False)
_BOOLEANS: Final = {b"\x00": False, b"\xff": True}
_PER_SECOND: Final = 1_000_000
_PER_MILLISECOND: Final = 1000
# 0 is outside of RFC 3161's range, means nothing else, and is written by some.
_THOUSAND: Final = 1000
_FIRST_YEAR: Final = 1970  # of an Instant


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


def _integer(value: Tlv) -> int:
    """Read an INTEGER that will be written out in digits."""
    if len(value.content) > TOKEN_INTEGER_BYTES:
        raise LimitError(
            "token", limit="TOKEN_INTEGER_BYTES", maximum=TOKEN_INTEGER_BYTES, value=len(value.content)
        )
    return decode_integer(value)


def _decode_accuracy(value: Tlv) -> int:
    """Read an Accuracy as microseconds."""
    members = DerMembers(value)
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
        members = DerMembers(decode_tlv(extension.raw, SEQUENCE))
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
    members = DerMembers(decode_tlv(content, SEQUENCE))
    version = decode_integer(members.take(INTEGER))
    policy = decode_oid(members.take(OID))
    imprint = DerMembers(members.take(SEQUENCE))
    imprint_algorithm = decode_algorithm(imprint.take(SEQUENCE))
    digest = imprint.take(OCTET_STRING).content
    imprint.end()
    serial = _integer(members.take(INTEGER))
    generated_at, fraction = decode_generalized_time(members.take(GENERALIZED_TIME))
    if generated_at.year < _FIRST_YEAR:
        raise der_error("a year from 1970 on", "an earlier one")
    accuracy, ordering = members.optional(SEQUENCE), members.optional(BOOLEAN)
    nonce, tsa = members.optional(INTEGER), members.optional(_TSA)
    extensions = members.optional(_EXTENSIONS)
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
