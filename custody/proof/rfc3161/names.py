"""Names in certificates, compared as RFC 5280 (7.1) wants: letter case, blanks, string type do not count."""

from __future__ import annotations

from typing import Final, TypeAlias

from custody.errors import FormatError
from custody.format.der import SEQUENCE, SET, UTF8_STRING, Tlv, decode_tlv, der_error, members_of

RelativeName: TypeAlias = frozenset[tuple[bytes, str | bytes]]
"""Pairs of an attribute type (DER contents of its OID) and its value, folded where it is text."""

NameKey: TypeAlias = tuple[RelativeName, ...] | bytes
"""A Name in a form in which equal names are equal values: folded, or its bytes where it is malformed."""

_ENCODINGS: Final = {
    UTF8_STRING: "utf-8",
    0x13: "ascii",  # PrintableString
    0x14: "latin-1",  # TeletexString, as it is used in practice
    0x16: "ascii",  # IA5String
    0x1C: "utf-32-be",  # UniversalString
    0x1E: "utf-16-be",  # BMPString
}
_PAIR: Final = 2


def decode_name(name: bytes) -> tuple[RelativeName, ...]:
    """Read a Name (DER) into a form in which equal names are equal values.

    Raises:
        FormatError: code DER: it is not a Name.
    """
    return tuple(_decode_relative(part) for part in members_of(decode_tlv(name, SEQUENCE)))


def _decode_relative(part: Tlv) -> RelativeName:
    pairs: list[tuple[bytes, str | bytes]] = []
    if part.tag != SET:
        raise der_error("a SET", f"tag {part.tag:#04x}")
    for attribute in members_of(part):
        members = members_of(attribute)
        if len(members) != _PAIR:
            raise der_error("an attribute's type and value", f"{len(members)} values")
        pairs.append((members[0].content, _fold(members[1])))
    return frozenset(pairs)


def _fold(value: Tlv) -> str | bytes:
    """Fold text; what is no text of its declared type stays bytes, equal to itself alone."""
    encoding = _ENCODINGS.get(value.tag)
    if encoding is None:
        return value.raw
    try:
        return " ".join(value.content.decode(encoding).casefold().split())
    except UnicodeDecodeError:
        return value.raw


def name_key(name: bytes) -> NameKey:
    """Return what equal names (DER) have in common; a malformed one is only the same as its own bytes."""
    try:
        return decode_name(name)
    except FormatError:
        return name


def same_name(one: bytes, other: bytes) -> bool:
    """Tell whether two Names (DER) are the same, as `name_key` compares them."""
    return one == other or name_key(one) == name_key(other)
