"""What is sent to a time authority and what it answers (RFC 3161, sections 2.4.1 and 2.4.2; rule TS-2).

A query is ours, so it is read as strictly as it is written. A reply is a stranger's: its framing may be BER
of any form, and the token inside it is cut out byte for byte, because these bytes are what is kept.
"""

from __future__ import annotations

import re
from typing import Final

from attrs import field, frozen

from custody.errors import FormatError, LimitError, UsageError
from custody.format import der
from custody.format.ber import BerValue
from custody.format.hashes import HASH_OF_OID, HASHES
from custody.format.limits import KIB
from custody.report.stamp_code import StampCode

REPLY_BYTES: Final = 64 * KIB
NONCE_BITS: Final = 160

_QUERY: Final = "timestamp query"
_REPLY: Final = "timestamp reply"
_VERSION: Final = 1
_GRANTED: Final = 0
_GRANTED_WITH_MODIFICATIONS: Final = 1
_TEXT_CHARACTERS: Final = 1000
_STATUS_OCTETS: Final = 4
_FAIL_INFO_OCTETS: Final = 16
_OID: Final = re.compile(r"[0-2](?:\.(?:0|[1-9][0-9]{0,38})){1,16}")
# What may follow the number of a PKIStatusInfo.
_STATUS_SHAPES: Final[tuple[tuple[int, ...], ...]] = (
    (),
    (der.SEQUENCE,),
    (der.BIT_STRING,),
    (der.SEQUENCE, der.BIT_STRING),
)
# RFC 3161, 2.4.2, PKIFailureInfo: the number of the bit and its name.
_FAIL_INFO: Final = {
    0: "badAlg",
    2: "badRequest",
    5: "badDataFormat",
    14: "timeNotAvailable",
    15: "unacceptedPolicy",
    16: "unacceptedExtension",
    17: "addInfoNotAvailable",
    25: "systemFailure",
}


@frozen(kw_only=True)
class Query:
    """What a token is asked for, or what one grants.

    Attributes:
        imprint_algorithm: a name in `custody.format.hashes.HASHES`.
        digest: what is to be stamped, hashed with it.
        nonce: a number that the token must repeat; None only in what a token grants.
        policy: policy OID, dotted; None: the authority's default.
    """

    imprint_algorithm: str
    digest: bytes
    nonce: int | None
    policy: str | None = None


@frozen(kw_only=True)
class Response:
    """What a time authority answered.

    Attributes:
        status: PKIStatus: 0 granted, 1 granted with modifications, 2 rejected, 3 waiting, 4 and 5 revocation.
        text: what it says, untrusted, at most 1,000 characters.
        fail_info: names of RFC 3161 of the bits that are set, ascending; "bit N" for others.
        token: the ContentInfo exactly as it stood; None where there is none.
    """

    status: int
    text: str = ""
    fail_info: tuple[str, ...] = ()
    token: bytes | None = field(default=None, repr=False)

    @property
    def faults(self) -> tuple[StampCode, ...]:
        """REPLY_REJECTED, or REPLY_WITHOUT_TOKEN; nothing where a token was granted."""
        if self.status not in {_GRANTED, _GRANTED_WITH_MODIFICATIONS}:
            return (StampCode.REPLY_REJECTED,)
        return (StampCode.REPLY_WITHOUT_TOKEN,) if self.token is None else ()


def reply_faults(response: Response, asked: Query, granted: Query | None) -> tuple[StampCode, ...]:
    """Judge a reply by what was asked for (rule TS-2).

    Imprint and nonce of a reply that says "granted" are judged with its token (rules TS-4 and TS-5); a policy
    that was asked for is known here alone.

    Args:
        response: the reply.
        asked: our query.
        granted: imprint, nonce and policy as its token states them; None where no token could be read.

    Returns:
        The faults of the response; REPLY_CHANGED where another policy was granted than the one asked for, or
        anything else was changed by a reply that says "granted with modifications".
    """
    if response.faults or granted is None:
        return response.faults
    policy_differs = asked.policy is not None and granted.policy != asked.policy
    same = (granted.imprint_algorithm, granted.digest, granted.nonce) == (
        asked.imprint_algorithm,
        asked.digest,
        asked.nonce,
    )
    if policy_differs or (response.status == _GRANTED_WITH_MODIFICATIONS and not same):
        return (StampCode.REPLY_CHANGED,)
    return ()


def encode_query(query: Query) -> bytes:
    """Write a TimeStampReq, version 1, that asks for the authority's certificate (certReq TRUE).

    The parameters of the hash are absent (RFC 5754, section 2).

    Raises:
        UsageError: an unknown hash, a digest of another length, no nonce or one out of range, or no OID.
    """
    used = HASHES.get(query.imprint_algorithm)
    if used is None:
        raise UsageError("timestamp query: expected a hash that proofs of time may use, found another")
    if len(query.digest) != used.size_bytes:
        message = f"timestamp query: expected a digest of {used.size_bytes} bytes, found {len(query.digest)}"
        raise UsageError(message)
    if query.nonce is None or not 0 <= query.nonce < 1 << NONCE_BITS:
        raise UsageError(f"timestamp query: expected a nonce of at most {NONCE_BITS} bits, found another")
    algorithm = der.encode_sequence(der.encode_oid(used.oid))
    members = [
        der.encode_integer(_VERSION),
        der.encode_sequence(algorithm, der.encode_octet_string(query.digest)),
        b"" if query.policy is None else _encode_policy(query.policy),
        der.encode_integer(query.nonce),
        der.encode_boolean(value=True),
    ]
    return der.encode_sequence(*members)


def decode_query(data: bytes) -> Query:
    """Read a query that `encode_query` wrote; nothing else is accepted.

    Raises:
        FormatError: code DER, or QUERY where it is another query than we write.
    """
    members = list(der.members_of(der.decode_tlv(data, der.SEQUENCE)))
    tags = [member.tag for member in members]
    policy = der.decode_oid(members.pop(2)) if der.OID in tags[2:3] else None
    if [member.tag for member in members] != [der.INTEGER, der.SEQUENCE, der.INTEGER, der.BOOLEAN]:
        raise _query_error("version, imprint, policy, nonce and certReq", "other members")
    imprint = der.members_of(members[1])
    if [member.tag for member in imprint] != [der.SEQUENCE, der.OCTET_STRING]:
        raise _query_error("an algorithm and a digest", "other members")
    algorithm = der.members_of(imprint[0])
    used = HASH_OF_OID.get(der.decode_oid(algorithm[0])) if algorithm else None
    if used is None:
        raise _query_error("a hash that proofs of time may use", "another")
    found = Query(
        imprint_algorithm=used.name,
        digest=imprint[1].content,
        nonce=der.decode_integer(members[2]),
        policy=policy,
    )
    try:
        written = encode_query(found)
    except UsageError:
        raise _query_error("a digest, a nonce and a policy in their limits", "others") from None
    if written != data:
        raise _query_error("the bytes that custody writes", "others")
    return found


def decode_response(data: bytes) -> Response:
    """Read a TimeStampResp whose framing is DER or BER; the token is not looked into.

    Raises:
        LimitError: more than 64 KiB.
        FormatError: code REPLY_MALFORMED: it is no TimeStampResp, is cut short, or goes on behind its end.
    """
    if len(data) > REPLY_BYTES:
        raise LimitError(_REPLY, limit="REPLY_BYTES", maximum=REPLY_BYTES, value=len(data))
    try:
        whole = BerValue(data, 0)
        members = whole.members() if whole.tag == der.SEQUENCE and whole.end == len(data) else []
        if [member.tag for member in members] not in ([der.SEQUENCE], [der.SEQUENCE, der.SEQUENCE]):
            raise _reply_error("a status and at most one token", "something else")
        status, text, fail_info = _decode_status(members[0].members())
    except LimitError as error:
        raise _reply_error("BER that is not nested so deeply", "a deeper nesting") from error
    except FormatError as error:
        raise _reply_error(error.expected, error.found) from error
    token = members[1].raw if members[1:] else None
    return Response(status=status, text=text, fail_info=fail_info, token=token)


def _decode_status(members: list[BerValue]) -> tuple[int, str, tuple[str, ...]]:
    """Read a PKIStatusInfo (RFC 3161, 2.4.2): status, text, names of failInfo."""
    shape = tuple(member.tag for member in members)
    if shape[:1] != (der.INTEGER,) or shape[1:] not in _STATUS_SHAPES:
        raise _reply_error("a status, a text and a failInfo at most", "other members")
    number = members[0].content
    if not 0 < len(number) <= _STATUS_OCTETS:
        raise _reply_error("a small status", "another")
    lines = [line for member in members[1:] if member.tag == der.SEQUENCE for line in member.members()]
    if any(line.tag != der.UTF8_STRING for line in lines):
        raise _reply_error("texts in UTF-8", "something else")
    text = "\n".join(line.content.decode("utf-8", "replace") for line in lines)
    bits = members[-1].content if members[-1].tag == der.BIT_STRING else b"\0"
    status = int.from_bytes(number, "big", signed=True)
    return status, text[:_TEXT_CHARACTERS], _decode_fail_info(bits)


def _decode_fail_info(content: bytes) -> tuple[str, ...]:
    """Read a PKIFailureInfo as names."""
    if not content or len(content) > _FAIL_INFO_OCTETS:
        raise _reply_error("a failInfo of a few bits", "none, or too many")
    bits = "".join(f"{octet:08b}" for octet in content[1:])
    return tuple(_FAIL_INFO.get(place, f"bit {place}") for place, bit in enumerate(bits) if bit == "1")


def _encode_policy(policy: str) -> bytes:
    """Write a policy's OID."""
    if _OID.fullmatch(policy):
        encoded = der.encode_oid(policy)
        if der.decode_oid(der.decode_tlv(encoded)) == policy:  # 0.40 would be 1.0
            return encoded
    raise UsageError("timestamp query: expected a policy as dotted digits, found something else")


def _query_error(expected: str, found: str) -> FormatError:
    """Make the error of a query that is not ours."""
    return FormatError(_QUERY, expected=expected, found=found, code="QUERY")


def _reply_error(expected: str, found: str) -> FormatError:
    """Make the error of a reply that is none."""
    return FormatError(_REPLY, expected=expected, found=found, code=StampCode.REPLY_MALFORMED.name)
