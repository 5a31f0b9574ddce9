"""Certificates and revocation data that an evidence record carries (RFC 4998, 3.1, `cryptoInfos`).

The RFC names no attributes; records in use take those of RFC 5126, 6.3.3 and 6.3.4. No token of the record
covers them: they are material, as whatever lies beside a stamp, shown to be as old as the whole record is
shown to be. An attribute that cannot be read is as good as none.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from attrs import evolve

from custody.errors import FormatError
from custody.format.der import (
    OID,
    SEQUENCE,
    SET,
    Tlv,
    context_tag,
    decode_oid,
    decode_tlv,
    encode_octet_string,
    encode_oid,
    encode_sequence,
    encode_tlv,
    members_of,
)
from custody.proof.stamp import Material

CERTIFICATE_VALUES: Final = "1.2.840.113549.1.9.16.2.23"
REVOCATION_VALUES: Final = "1.2.840.113549.1.9.16.2.24"
_BASIC_OCSP: Final = "1.3.6.1.5.5.7.48.1.1"
_ENUMERATED: Final = 0x0A
_SUCCESSFUL: Final = b"\0"


def with_crypto_infos(material: Material, infos: bytes | None) -> Material:
    """Add what a record's cryptoInfos hold to other material.

    Args:
        material: what lies beside the record.
        infos: the encoded cryptoInfos, or None.
    """
    for oid, value in _attributes(infos):
        try:
            material = _with_value(material, oid, value)
        except FormatError:
            continue
    return material


def _attributes(infos: bytes | None) -> Iterator[tuple[str, Tlv]]:
    """Give every value of every attribute that has the form of one."""
    if infos is None:
        return
    for attribute in members_of(decode_tlv(infos)):
        try:
            members = members_of(attribute)
            if [member.tag for member in members] != [OID, SET]:
                continue
            oid, values = decode_oid(members[0]), members_of(members[1])
        except FormatError:
            continue
        yield from ((oid, value) for value in values)


def _with_value(material: Material, oid: str, value: Tlv) -> Material:
    if oid == CERTIFICATE_VALUES:
        return evolve(material, certificates=(*material.certificates, *_raws(value)))
    if oid == REVOCATION_VALUES:
        by_tag = {member.tag: members_of(member) for member in members_of(value)}
        crls, ocsps = (
            tuple(one.raw for explicit in by_tag.get(context_tag(number), ()) for one in _inner(explicit))
            for number in range(2)
        )
        responses = tuple(_ocsp_response(basic) for basic in ocsps)
        return evolve(material, crls=(*material.crls, *crls), ocsps=(*material.ocsps, *responses))
    return material


def _raws(value: Tlv) -> tuple[bytes, ...]:
    return tuple(one.raw for one in members_of(value))


def _inner(explicit: Tlv) -> tuple[Tlv, ...]:
    return members_of(explicit) if explicit.tag == SEQUENCE else ()


def _ocsp_response(basic: bytes) -> bytes:
    """Put a BasicOCSPResponse into the OCSPResponse that readers of material expect (RFC 6960, 4.2.1)."""
    inner = encode_sequence(encode_oid(_BASIC_OCSP), encode_octet_string(basic))
    return encode_sequence(encode_tlv(_ENUMERATED, _SUCCESSFUL), encode_tlv(context_tag(0), inner))
