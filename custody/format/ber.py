"""BER framing of timestamp tokens rewritten as DER (X.690, sections 8 and 10; RFC 5652).

RFC 3161 asks for DER and CMS allows BER; a third of the authorities send indefinite lengths or unsorted sets.
What is signed (TSTInfo, signed attributes, certificates, CRLs) is DER everywhere, so it is copied as it
stands. The rewritten form is for reading alone: what is kept, hashed and named is always what came.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from custody.errors import FormatError, LimitError
from custody.format.der import (
    OCTET_STRING,
    OID,
    SEQUENCE,
    SET,
    context_tag,
    encode_tlv,
)
from custody.format.limits import STAMP_BYTES, TOKEN_DEPTH, TOKEN_RAW_DEPTH

_CONSTRUCTED: Final = 0x20
_HIGH_TAG: Final = 0x1F
_INDEFINITE: Final = 0x80
_MAX_LENGTH_OCTETS: Final = 4
_END_OF_CONTENTS: Final = b"\x00\x00"
_CHUNKED_STRING: Final = OCTET_STRING | _CONSTRUCTED
_CONTEXT: Final = tuple(context_tag(number) for number in range(2))

_Writer = Callable[["BerValue"], bytes]


def ber_error(expected: str, found: str) -> FormatError:
    """Make the error of this module."""
    return FormatError("BER", expected=expected, found=found, code="BER")


def _header(data: bytes, start: int) -> tuple[int, int, int | None]:
    """Read identifier and length; return the identifier, where contents begin, and their length if given."""
    if start + 2 > len(data):
        raise ber_error("a tag and a length", "the end")
    tag, length, body = data[start], data[start + 1], start + 2
    if tag & _HIGH_TAG == _HIGH_TAG:
        raise ber_error("a tag number up to 30", "a larger one")
    if length == _INDEFINITE:
        if not tag & _CONSTRUCTED:
            raise ber_error("a definite length of a primitive value", "an indefinite one")
        return tag, body, None
    if length > _INDEFINITE:
        octets = length - _INDEFINITE
        length = int.from_bytes(data[body : body + octets], "big")
        body += octets
        if octets > _MAX_LENGTH_OCTETS:
            raise ber_error(f"a length of up to {_MAX_LENGTH_OCTETS} octets", f"{octets} of them")
    if body + length > len(data):
        raise ber_error(f"{length} contents octets", "fewer")
    return tag, body, length


class BerValue:
    """A value whose end is known; what it holds is read when it is asked for, and each octet once.

    Attributes:
        tag: identifier octet.
        end: the offset behind it.
        data: the bytes that it lies in.
        body: where its contents begin in them.
        start: where it begins.
        held: its members, if its length was indefinite: its end could only be found by reading them.
    """

    __slots__ = ("body", "data", "end", "held", "start", "tag")

    def __init__(self, data: bytes, start: int, depth: int = 0) -> None:
        """Find the end of the value that begins at an offset.

        Raises:
            FormatError: code BER.
            LimitError: indefinite lengths nested deeper than TOKEN_RAW_DEPTH.
        """
        self.data, self.start = data, start
        self.tag, self.body, length = _header(data, start)
        self.held: list[BerValue] | None = None
        if length is not None:
            self.end = self.body + length
            return
        if depth >= TOKEN_RAW_DEPTH:
            raise LimitError("BER", limit="TOKEN_RAW_DEPTH", maximum=TOKEN_RAW_DEPTH, value=depth + 1)
        self.held, place = [], self.body
        while data[place : place + 2] != _END_OF_CONTENTS:
            self.held.append(BerValue(data, place, depth + 1))
            place = self.held[-1].end
        self.end = place + 2

    @property
    def constructed(self) -> bool:
        """Whether it holds values."""
        return bool(self.tag & _CONSTRUCTED)

    @property
    def content(self) -> bytes:
        """The contents of a primitive value."""
        return self.data[self.body : self.end]

    @property
    def raw(self) -> bytes:
        """All of it, as it stands."""
        return self.data[self.start : self.end]

    def members(self) -> list[BerValue]:
        """Read what a constructed value holds."""
        if self.held is None:
            self.held, place = [], self.body
            while place < self.end:
                self.held.append(BerValue(self.data, place))
                place = self.held[-1].end
            if place > self.end:
                raise ber_error("members inside their value", "one that reaches beyond it")
        return self.held


def _signed(value: BerValue) -> bytes:
    """Copy what is signed; it must have come as DER, of which its own length is all that is looked at."""
    if value.data[value.start + 1] == _INDEFINITE:
        raise ber_error("a definite length of what is signed", "an indefinite one")
    return value.raw


def _any(value: BerValue, depth: int = 0) -> bytes:
    """Rewrite a value that no signature covers: the lengths in it, nothing else."""
    if not value.constructed:
        return encode_tlv(value.tag, value.content)
    if depth >= TOKEN_RAW_DEPTH:
        raise LimitError("BER", limit="TOKEN_RAW_DEPTH", maximum=TOKEN_RAW_DEPTH, value=depth + 1)
    return encode_tlv(value.tag, b"".join(_any(member, depth + 1) for member in value.members()))


def _string(value: BerValue, depth: int = 0) -> bytes:
    """Join the chunks of a string, which may consist of chunks themselves (X.690, 8.7)."""
    if value.tag == OCTET_STRING:
        return value.content
    if value.tag != _CHUNKED_STRING:
        raise ber_error("an OCTET STRING", f"tag {value.tag:#04x}")
    if depth >= TOKEN_DEPTH:
        raise LimitError("BER", limit="TOKEN_DEPTH", maximum=TOKEN_DEPTH, value=depth + 1)
    return b"".join(_string(chunk, depth + 1) for chunk in value.members())


def _octet_string(value: BerValue) -> bytes:
    return encode_tlv(OCTET_STRING, _string(value))


def _content(value: BerValue) -> bytes:
    """Rewrite an encapContentInfo: OID, then [0] around the OCTET STRING."""
    return encode_tlv(value.tag, b"".join(_explicit(member, _octet_string) for member in value.members()))


def _explicit(member: BerValue, write: _Writer) -> bytes:
    if member.tag != _CONTEXT[0]:
        return _any(member)
    return encode_tlv(member.tag, b"".join(write(inner) for inner in member.members()))


def _sorted_set(value: BerValue, write: _Writer) -> bytes:
    """Rewrite a SET OF which no signature covers, ascending (X.690, 11.6)."""
    return encode_tlv(value.tag, b"".join(sorted(write(member) for member in value.members())))


def _signer(value: BerValue) -> bytes:
    """Rewrite a SignerInfo; [0] is signed, or stands in the place of a sid and then holds one string."""
    if value.tag != SEQUENCE:
        return _any(value)
    written: list[bytes] = []
    for member in value.members():
        if member.tag == _CONTEXT[0]:
            written.append(_signed(member))
        elif member.tag == _CHUNKED_STRING:
            written.append(_octet_string(member))
        elif member.tag == _CONTEXT[1]:
            written.append(_sorted_set(member, _any))
        else:
            written.append(_any(member))
    return encode_tlv(SEQUENCE, b"".join(written))


def _signed_data(value: BerValue) -> bytes:
    """Rewrite a SignedData (RFC 5652, 5.1)."""
    if value.tag != SEQUENCE:
        return _any(value)
    written: list[bytes] = []
    content_seen = False
    for member in value.members():
        if member.tag == SEQUENCE:
            content_seen = True
            written.append(_content(member))
        elif member.tag in _CONTEXT:
            written.append(_sorted_set(member, _signed))
        elif member.tag == SET:
            written.append(_sorted_set(member, _signer if content_seen else _any))
        else:
            written.append(_any(member))
    return encode_tlv(SEQUENCE, b"".join(written))


def rewrite_framing(data: bytes) -> bytes:
    """Rewrite the framing of a token in DER: short definite lengths, whole strings, sets in order.

    Bytes that are DER come out as they went in. Sorted are digestAlgorithms, certificates, crls, signerInfos
    and unsigned attributes, and nothing else; contents of primitive values are never looked into.

    Args:
        data: a ContentInfo with SignedData (RFC 5652, 3 and 5.1); up to 256 KiB.

    Returns:
        The same values with another framing. It may still be anything: this reads the frame alone.

    Raises:
        FormatError: code BER: cut short, a length or tag that is not allowed; code BER_TRAILING: bytes
            behind.
        LimitError: larger than STAMP_BYTES, or deeper than TOKEN_DEPTH or TOKEN_RAW_DEPTH.
    """
    if len(data) > STAMP_BYTES:
        raise LimitError("BER", limit="STAMP_BYTES", maximum=STAMP_BYTES, value=len(data))
    outer = BerValue(data, 0)
    if outer.end != len(data):
        raise FormatError("BER", expected="one value", found="more bytes behind it", code="BER_TRAILING")
    if outer.tag != SEQUENCE:
        raise ber_error("a SEQUENCE", f"tag {outer.tag:#04x}")
    members = outer.members()
    if not members or members[0].tag != OID:
        raise ber_error("the OBJECT IDENTIFIER of a content", "none")
    return encode_tlv(SEQUENCE, b"".join(_explicit(member, _signed_data) for member in members))
