"""Evidence records as values, and their bytes (RFC 4998, sections 3 and 4; rules ER-0 and ER-12).

    EvidenceRecord   ::= SEQUENCE { version INTEGER 1, digestAlgorithms SEQUENCE OF AlgorithmIdentifier,
                           cryptoInfos [0] SEQUENCE OF Attribute OPTIONAL, encryptionInfo [1] OPTIONAL,
                           archiveTimeStampSequence SEQUENCE OF SEQUENCE OF ArchiveTimeStamp }
    ArchiveTimeStamp ::= SEQUENCE { digestAlgorithm [0] AlgorithmIdentifier OPTIONAL,
                           attributes [1] SET OF Attribute OPTIONAL,
                           reducedHashtree [2] SEQUENCE OF SEQUENCE OF OCTET STRING OPTIONAL,
                           timeStamp ContentInfo }

All context tags are implicit. What surrounds the tokens is strict DER, so that joining the parts gives the
stored bytes again; the tokens are kept as they came, which is often BER, because later stamps hash them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, TypeAlias

from attrs import field, frozen

from custody.errors import FormatError, LimitError
from custody.format import limits
from custody.format.der import (
    OCTET_STRING,
    SEQUENCE,
    Tlv,
    context_tag,
    decode_integer,
    decode_oid,
    decode_tlv,
    encode_integer,
    encode_null,
    encode_octet_string,
    encode_oid,
    encode_sequence,
    encode_tlv,
    members_of,
    read_tlv,
)

ReducedTree: TypeAlias = tuple[tuple[bytes, ...], ...]
"""The lists of hash values from one leaf to the root, the leaf's own list first."""

_MEMBER: Final = "evidence record"
_VERSION: Final = 1


def _malformed(expected: str, found: str = "another") -> FormatError:
    return FormatError(_MEMBER, expected=expected, found=found, code="DER")


def _check_count(value: int, limit: str) -> None:
    maximum = getattr(limits, limit)
    if value > maximum:
        raise LimitError(_MEMBER, limit=limit, maximum=maximum, value=value)


@frozen(kw_only=True)
class ArchiveTimestamp:
    """One archive timestamp (RFC 4998, 4.1).

    Attributes:
        raw: its bytes as stored.
        token: the bytes of `timeStamp`, a ContentInfo, as stored.
        algorithm: OID of the hash of its tree, dotted; None: the one that the token names.
        tree: the lists of the reduced hash tree; None where it has none.
    """

    raw: bytes = field(repr=False)
    token: bytes = field(repr=False)
    algorithm: str | None = None
    tree: ReducedTree | None = field(default=None, repr=False)


@frozen(kw_only=True)
class EvidenceRecord:
    """An evidence record (RFC 4998, 3.1).

    Attributes:
        algorithms: the members of `digestAlgorithms`, each an encoded AlgorithmIdentifier; claims only.
        chains: archive timestamps that use one hash, oldest first; chains and each chain are not empty.
        crypto_infos: the encoded `cryptoInfos`, or None.
        encryption_info: the encoded `encryptionInfo`, or None.
    """

    algorithms: tuple[bytes, ...] = field(repr=False)
    chains: tuple[tuple[ArchiveTimestamp, ...], ...]
    crypto_infos: bytes | None = field(default=None, repr=False)
    encryption_info: bytes | None = field(default=None, repr=False)


def encode_chain(chain: Sequence[ArchiveTimestamp]) -> bytes:
    """Write one chain; the bytes that were stored, where it was read (rule ER-12)."""
    return encode_sequence(*(stamp.raw for stamp in chain))


def encode_chains(chains: Sequence[Sequence[ArchiveTimestamp]]) -> bytes:
    """Write an archiveTimeStampSequence; a renewal of the hash covers the one of all chains before it."""
    return encode_sequence(*(encode_chain(chain) for chain in chains))


def encode_evidence_record(record: EvidenceRecord) -> bytes:
    """Write an evidence record; the bytes that were read, where it was read."""
    return encode_sequence(
        encode_integer(_VERSION),
        encode_sequence(*record.algorithms),
        record.crypto_infos or b"",
        record.encryption_info or b"",
        encode_chains(record.chains),
    )


def encode_algorithm(oid: str) -> bytes:
    """Write the AlgorithmIdentifier of a hash, without parameters (RFC 5754, section 2)."""
    return encode_sequence(encode_oid(oid))


def make_archive_timestamp(
    token: bytes, *, algorithm: str | None, tree: ReducedTree = ()
) -> ArchiveTimestamp:
    """Make an archive timestamp around a token.

    Args:
        token: the ContentInfo as the authority gave it.
        algorithm: OID of the hash, or None to leave it to the token.
        tree: the lists of the reduced hash tree; none where the token stamps the only value itself.
    """
    lists = (encode_sequence(*(encode_octet_string(value) for value in values)) for values in tree)
    raw = encode_sequence(
        b"" if algorithm is None else encode_tlv(context_tag(0), encode_oid(algorithm)),
        encode_tlv(context_tag(2), b"".join(lists)) if tree else b"",
        token,
    )
    return ArchiveTimestamp(raw=raw, token=token, algorithm=algorithm, tree=tree or None)


def decode_evidence_record(data: bytes) -> EvidenceRecord:
    """Read an evidence record.

    Raises:
        FormatError: code DER: not the structure above, or not strict DER outside the tokens.
        LimitError: larger than is accepted (`custody.format.limits`).
    """
    _check_count(len(data), "STAMP_BYTES")
    members = members_of(decode_tlv(data, SEQUENCE))
    if len(members) < 3 or decode_integer(members[0]) != _VERSION:  # noqa: PLR2004 - what is not optional
        raise _malformed("version, algorithms and chains of version 1")
    algorithms, *between, sequence = members[1:]
    infos, encryption = _decode_optional(between)
    for algorithm in _members(algorithms, SEQUENCE):
        _decode_algorithm(algorithm, SEQUENCE)
    chains = _members(sequence, SEQUENCE)
    _check_count(len(chains), "RECORD_CHAINS")
    stamps = [_members(chain, SEQUENCE) for chain in chains]
    _check_count(sum(map(len, stamps)), "RECORD_TIMESTAMPS")
    if not stamps or not all(stamps):
        raise _malformed("chains of archive timestamps", "an empty one")
    return EvidenceRecord(
        algorithms=tuple(one.raw for one in members_of(algorithms)),
        chains=tuple(tuple(_decode_archive_timestamp(one) for one in chain) for chain in stamps),
        crypto_infos=infos,
        encryption_info=encryption,
    )


def _members(value: Tlv, tag: int) -> tuple[Tlv, ...]:
    if value.tag != tag:
        raise _malformed(f"tag {tag:#04x}", f"tag {value.tag:#04x}")
    return members_of(value)


def _decode_optional(between: Sequence[Tlv]) -> tuple[bytes | None, bytes | None]:
    """Read cryptoInfos and encryptionInfo: each once at most, in this order."""
    expected = (context_tag(0), context_tag(1))
    found = tuple(one.tag for one in between)
    if found not in {(), expected[:1], expected[1:], expected}:
        raise _malformed("cryptoInfos and encryptionInfo")
    for one in between:
        members_of(one)
    raw = {one.tag: one.raw for one in between}
    return raw.get(expected[0]), raw.get(expected[1])


def _decode_algorithm(value: Tlv, tag: int) -> str:
    """Read an AlgorithmIdentifier without parameters, or with NULL."""
    members = _members(value, tag)
    if not members or [one.raw for one in members[1:]] not in ([], [encode_null()]):
        raise _malformed("a hash without parameters")
    return decode_oid(members[0])


def _decode_archive_timestamp(value: Tlv) -> ArchiveTimestamp:
    """Read one archive timestamp.

    The token is whatever stands behind the optional members. Only its first octet is looked at, because its
    framing may be BER; whoever verifies it demands that it is one value and ends where the bytes end.
    """
    rest = value.content
    found: dict[int, Tlv] = {}
    least = context_tag(0)
    while rest and least <= rest[0] <= context_tag(2):
        member, end = read_tlv(rest)
        found[member.tag], rest = member, rest[end:]
        least = member.tag + 1
    if not rest or rest[0] != SEQUENCE:
        raise _malformed("optional members in order and a token")
    algorithm, attributes, tree = (found.get(context_tag(number)) for number in range(3))
    if attributes is not None:
        members_of(attributes)
    return ArchiveTimestamp(
        raw=value.raw,
        token=rest,
        algorithm=None if algorithm is None else _decode_algorithm(algorithm, context_tag(0)),
        tree=None if tree is None else _decode_tree(tree),
    )


def _decode_tree(value: Tlv) -> ReducedTree:
    """Read a reduced hash tree; empty lists are left to the rules."""
    lists = members_of(value)
    _check_count(len(lists), "RECORD_LISTS")
    return tuple(tuple(_decode_value(one) for one in _members(values, SEQUENCE)) for values in lists)


def _decode_value(value: Tlv) -> bytes:
    if value.tag != OCTET_STRING:
        raise _malformed("an OCTET STRING")
    return value.content
