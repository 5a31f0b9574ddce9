"""Algorithms as tokens name them: AlgorithmIdentifier (RFC 5280, 4.1.1.2)."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from attrs import field, frozen

from custody.format.der import OID, Tlv, decode_oid, der_error
from custody.format.der_members import DerMembers

_KEPT_BYTES: Final = 128


@frozen(kw_only=True)
class AlgorithmId:
    """An AlgorithmIdentifier (RFC 5280, 4.1.1.2).

    Attributes:
        oid: dotted.
        parameters: None where there are none.
    """

    oid: str
    parameters: Tlv | None = field(default=None, repr=False)


def decode_algorithm(value: Tlv) -> AlgorithmId:
    """Read an AlgorithmIdentifier.

    Raises:
        FormatError: code DER.
    """
    return _decode(value) if len(value.raw) <= _KEPT_BYTES else _decode.__wrapped__(value)


@lru_cache(maxsize=64)  # three in every token, and all tokens of an authority have the same
def _decode(value: Tlv) -> AlgorithmId:
    members = DerMembers(value)
    oid = decode_oid(members.take(OID))
    rest = members.rest()
    if len(rest) > 1:
        raise der_error("one value of parameters", "more")
    return AlgorithmId(oid=oid, parameters=rest[0] if rest else None)
