"""DER, as much of it as timestamps need (X.690, sections 8 and 10): strict reading, and writing.

A reader that accepts one encoding of a value cannot be made to see two different values in the same bytes.
Real timestamp tokens are often BER; `custody.format.ber` rewrites their framing first.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import lru_cache
from typing import Final

from attrs import field, frozen

from custody.errors import FormatError

BOOLEAN: Final = 0x01
INTEGER: Final = 0x02
BIT_STRING: Final = 0x03
OCTET_STRING: Final = 0x04
NULL: Final = 0x05
OID: Final = 0x06
UTF8_STRING: Final = 0x0C
SEQUENCE: Final = 0x30
SET: Final = 0x31
GENERALIZED_TIME: Final = 0x18

_CONSTRUCTED: Final = 0x20
_CONTEXT: Final = 0x80
_HIGH_TAG: Final = 0x1F
_LONG_LENGTH: Final = 0x80
_MAX_LENGTH_OCTETS: Final = 4
_MAX_OID_OCTETS: Final = 128
_SEVEN_BITS: Final = 0x7F
_ARCS: Final = 40
_LAST_ROOT_ARC: Final = 2
# X.690, 11.7: seconds always, a fraction without trailing zeros, "Z".
_TIME: Final = re.compile(
    rb"([0-9]{4})([0-9]{2})([0-9]{2})([0-9]{2})([0-9]{2})([0-9]{2})(?:\.([0-9]*[1-9]))?Z"
)
_MICROSECOND_DIGITS: Final = 6


@frozen
class Tlv:
    """One encoded value.

    Attributes:
        tag: the identifier octet, class and constructed bit included.
        content: the contents octets.
        raw: identifier, length and contents octets as they stood.
    """

    tag: int
    content: bytes = field(repr=False)
    raw: bytes = field(repr=False)

    @property
    def constructed(self) -> bool:
        """Whether the contents are values themselves."""
        return bool(self.tag & _CONSTRUCTED)


def der_error(expected: str, found: str, member: str = "DER") -> FormatError:
    """Make the error of this module's readers."""
    return FormatError(member, expected=expected, found=found, code="DER")


def read_tlv(data: bytes, start: int = 0) -> tuple[Tlv, int]:
    """Read the value that begins at an offset; return it and the offset behind it.

    Raises:
        FormatError: code DER: cut short, a tag number above 30, an indefinite or not minimal length.
    """
    if start + 2 > len(data):
        raise der_error("a tag and a length", "the end")
    tag, length, body = data[start], data[start + 1], start + 2
    if tag & _HIGH_TAG == _HIGH_TAG:
        raise der_error("a tag number up to 30", "a larger one")
    if length >= _LONG_LENGTH:
        octets = length - _LONG_LENGTH
        if not 0 < octets <= _MAX_LENGTH_OCTETS or body + octets > len(data):
            raise der_error("a definite length", "another")
        length = int.from_bytes(data[body : body + octets], "big")
        if length < _LONG_LENGTH or length.bit_length() <= 8 * (octets - 1):
            raise der_error("the shortest form of a length", "a longer one")
        body += octets
    end = body + length
    if end > len(data):
        raise der_error(f"{length} contents octets", "fewer")
    return Tlv(tag, data[body:end], data[start:end]), end


def decode_tlv(data: bytes, tag: int | None = None) -> Tlv:
    """Read bytes that are exactly one value, of a given tag if one is given.

    Raises:
        FormatError: code DER.
    """
    found, end = read_tlv(data)
    if end != len(data):
        raise der_error("one value", "more bytes behind it")
    if tag is not None and found.tag != tag:
        raise der_error(f"tag {tag:#04x}", f"tag {found.tag:#04x}")
    return found


def members_of(value: Tlv) -> tuple[Tlv, ...]:
    """Read the values that a constructed value holds.

    Raises:
        FormatError: code DER; also where the value is primitive.
    """
    if not value.constructed:
        raise der_error("a constructed value", "a primitive one")
    found: list[Tlv] = []
    content, place, end = value.content, 0, len(value.content)
    while place < end:
        tag, stop = content[place], place + 2
        # Nearly all are short. Read here they cost half of what a call does, and a token has seventy.
        if stop <= end and tag & _HIGH_TAG != _HIGH_TAG and (length := content[place + 1]) < _LONG_LENGTH:
            stop += length
            if stop > end:
                raise der_error(f"{length} contents octets", "fewer")
            found.append(Tlv(tag, content[place + 2 : stop], content[place:stop]))
            place = stop
        else:
            member, place = read_tlv(content, place)
            found.append(member)
    return tuple(found)


def decode_integer(value: Tlv) -> int:
    """Read an INTEGER, which may be negative.

    Raises:
        FormatError: code DER: another type, empty, or not minimal.
    """
    content = value.content
    if value.tag != INTEGER or not content:
        raise der_error("an INTEGER", f"tag {value.tag:#04x}")
    if len(content) > 1 and (content[0], content[1] >> 7) in {(0, 0), (0xFF, 1)}:
        raise der_error("the shortest INTEGER", "a longer one")
    return int.from_bytes(content, "big", signed=True)


def decode_octets(value: Tlv) -> bytes:
    """Read a BIT STRING that is whole octets, as signatures are (X.690, 8.6; RFC 5280, 4.1.1.3).

    A count of unused bits beside zero would be a second encoding of the same signature.

    Raises:
        FormatError: code DER.
    """
    if value.tag != BIT_STRING or value.content[:1] != b"\0":
        raise der_error("a BIT STRING of whole octets", "another value")
    return value.content[1:]


def decode_oid(value: Tlv) -> str:
    """Read an OBJECT IDENTIFIER as dotted digits.

    Raises:
        FormatError: code DER: another type, cut short, too long, or an arc that is not minimal.
    """
    if value.tag != OID:
        raise der_error("an OBJECT IDENTIFIER", f"tag {value.tag:#04x}")
    return _dotted(value.content)


@lru_cache(maxsize=256)  # all tokens name the same few, and each costs as much as five other values
def _dotted(content: bytes) -> str:
    if len(content) > _MAX_OID_OCTETS:  # also keeps arcs below the digits that Python converts
        raise der_error(f"an OBJECT IDENTIFIER of at most {_MAX_OID_OCTETS} octets", "a longer one")
    if not content or content[-1] > _SEVEN_BITS:
        raise der_error("a whole OBJECT IDENTIFIER", "a part of one")
    arcs: list[int] = []
    arc, begins = 0, True
    for octet in content:
        if begins and octet == _LONG_LENGTH:
            raise der_error("the shortest form of an arc", "a longer one")
        arc = arc << 7 | octet & _SEVEN_BITS
        begins = octet <= _SEVEN_BITS
        if begins:
            arcs.append(arc)
            arc = 0
    root = min(arcs[0] // _ARCS, _LAST_ROOT_ARC)
    return ".".join(str(one) for one in (root, arcs[0] - root * _ARCS, *arcs[1:]))


def decode_generalized_time(value: Tlv) -> tuple[datetime, str]:
    """Read a GeneralizedTime in the form of DER (X.690, 11.7); RFC 3161 2.4.2 asks for it in genTime.

    Returns:
        The moment in whole seconds, aware UTC, and the digits of its fraction, "" where it has none.

    Raises:
        FormatError: code DER: another form, or no real moment.
    """
    found = _TIME.fullmatch(value.content)
    if value.tag != GENERALIZED_TIME or found is None:
        raise der_error("a GeneralizedTime YYYYMMDDhhmmss[.f]Z", "another form")
    year, month, day, hour, minute, second = (int(found[place]) for place in range(1, 7))
    try:
        moment = datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    except ValueError:
        raise der_error("a real moment", "none") from None
    return moment, (found[7] or b"").decode("ascii")


def encode_tlv(tag: int, content: bytes) -> bytes:
    """Write one value."""
    length = len(content)
    if length < _LONG_LENGTH:
        return bytes((tag, length)) + content
    octets = length.to_bytes((length.bit_length() + 7) // 8, "big")
    return bytes((tag, _LONG_LENGTH | len(octets))) + octets + content


def encode_sequence(*members: bytes) -> bytes:
    """Write a SEQUENCE of encoded values."""
    return encode_tlv(SEQUENCE, b"".join(members))


def encode_set_of(members: Iterable[bytes]) -> bytes:
    """Write a SET OF encoded values, ascending (X.690, 11.6)."""
    return encode_tlv(SET, b"".join(sorted(members)))


def context_tag(number: int, *, constructed: bool = True) -> int:
    """Return the identifier octet of a context-specific tag."""
    return _CONTEXT | (_CONSTRUCTED if constructed else 0) | number


def encode_integer(value: int) -> bytes:
    """Write an INTEGER."""
    octets = (value + (value < 0)).bit_length() // 8 + 1
    return encode_tlv(INTEGER, value.to_bytes(octets, "big", signed=True))


def encode_oid(dotted: str) -> bytes:
    """Write an OBJECT IDENTIFIER from dotted digits."""
    first, second, *others = (int(arc) for arc in dotted.split("."))
    content = bytearray()
    for arc in (first * _ARCS + second, *others):
        octets = [arc & _SEVEN_BITS]
        rest = arc >> 7
        while rest:
            octets.append(rest & _SEVEN_BITS | _LONG_LENGTH)
            rest >>= 7
        content.extend(reversed(octets))
    return encode_tlv(OID, bytes(content))


def encode_octet_string(content: bytes) -> bytes:
    """Write an OCTET STRING."""
    return encode_tlv(OCTET_STRING, content)


def encode_null() -> bytes:
    """Write NULL."""
    return encode_tlv(NULL, b"")


def encode_boolean(*, value: bool) -> bytes:
    """Write a BOOLEAN (X.690, 11.1: TRUE is all ones)."""
    return encode_tlv(BOOLEAN, b"\xff" if value else b"\x00")


def fraction_microseconds(digits: str) -> tuple[int, bool]:
    """Return the whole microseconds of a fraction of a second, and whether a rest was cut off."""
    whole = digits[:_MICROSECOND_DIGITS].ljust(_MICROSECOND_DIGITS, "0")
    return int(whole), len(digits) > _MICROSECOND_DIGITS
