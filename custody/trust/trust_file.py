"""Reading and writing trust.json (bundle spec, "Trust file"): JSON that people edit, read strictly.

Any spelling of the JSON is accepted, yet no duplicate and no unknown member: a misspelt `compromised_since`
must not pass for its absence.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Mapping
from typing import Any, Final

import orjson

from custody.errors import FormatError, UsageError
from custody.format.algorithm_name import ALGORITHM_NAMES
from custody.format.canonical import JSONInput
from custody.format.event_fields import EVENT_TYPES
from custody.format.key_file import (
    KEY_ENTRIES,
    decode_json_file,
    decode_key_set,
    decode_public_key_file,
    encode_key_set,
)
from custody.format.limits import SIGNERS, TRUST_FILE_BYTES
from custody.format.shape import (
    Base64Text,
    Choice,
    IdentityName,
    InstantText,
    Integer,
    Record,
    Sequence,
    Text,
    UrlText,
)
from custody.format.text_shape import OID_PATTERN
from custody.model.instant import Instant, decode_instant
from custody.trust.trust import (
    AlgorithmEnd,
    Authority,
    DatedKeySet,
    Role,
    Threshold,
    Trust,
    TrustedIdentity,
    TrustedRoot,
)

TRUST_FORMAT: Final = "custody/trust/1"
MEMBER: Final = "trust file"
_MAX_ENTRIES: Final = 10_000
_MAX_CERTIFICATE_BYTES: Final = 64 * 1024
_INTERVAL: Final = {"from": InstantText(), "to": InstantText()}
_SET: Final = Record(
    required={"keys": KEY_ENTRIES}, optional={**_INTERVAL, "compromised_since": InstantText()}
)
_IDENTITY: Final = Record(
    required={
        "identity": IdentityName(),
        "roles": Sequence(Choice([role.value for role in Role]), minimum=1, maximum=len(Role), unique=True),
        "sets": Sequence(_SET, minimum=1, maximum=100),
    }
)
_ROOT: Final = Record(
    required={"certificate": Base64Text(max_bytes=_MAX_CERTIFICATE_BYTES)}, optional=_INTERVAL
)
_LABEL: Final = Text(max_characters=200)
_AUTHORITY: Final = Record(
    required={"name": _LABEL, "operator": _LABEL, "roots": Sequence(_ROOT, minimum=1, maximum=100)},
    optional={
        "url": UrlText(max_characters=1000),
        "policy": Text(max_characters=200, pattern=OID_PATTERN),
    },
)
_END: Final = Record(required={"algorithm": Choice(ALGORITHM_NAMES), "until": InstantText()})
TRUST_SHAPE: Final = Record(
    required={
        "format": Choice([TRUST_FORMAT]),
        "identities": Sequence(_IDENTITY, maximum=_MAX_ENTRIES),
    },
    optional={
        "thresholds": Record(optional={name: Integer(1, SIGNERS) for name in EVENT_TYPES}, may_be_empty=True),
        "authorities": Sequence(_AUTHORITY, maximum=1000),
        "algorithms": Sequence(_END, maximum=100),
    },
)


def decode_trust_file(data: bytes) -> Trust:
    """Read what the verifier trusts: a trust.json, or a public key file that serves as a one-identity trust.

    Raises:
        LimitError: too large or too deep.
        VersionError: a later version of the format.
        FormatError: anything else that is not exactly the format, with the pointer of the first fault; also
            one key under two identities, and anything named twice.
    """
    if data.startswith((b"ssh-", b'{"format":"custody/public-key/')):
        return Trust.of_identity(decode_public_key_file(data))
    value = decode_json_file(
        data, TRUST_SHAPE, member=MEMBER, limit=TRUST_FILE_BYTES, file_format=TRUST_FORMAT
    )
    identities = tuple(
        _decode_identity(entry, f"/identities/{place}") for place, entry in enumerate(value["identities"])
    )
    authorities = tuple(
        _decode_authority(entry, f"/authorities/{place}")
        for place, entry in enumerate(value.get("authorities", ()))
    )
    thresholds = sorted(value.get("thresholds", {}).items())
    try:
        return Trust(
            identities=identities,
            authorities=authorities,
            thresholds=tuple(Threshold(event_type=name, identities=least) for name, least in thresholds),
            algorithm_ends=tuple(
                AlgorithmEnd(algorithm=end["algorithm"], until=decode_instant(end["until"]))
                for end in value.get("algorithms", ())
            ),
        )
    except UsageError as error:
        raise _contradiction(error, "") from None


def _contradiction(error: UsageError, pointer: str) -> FormatError:
    """Turn what a value class refuses into the file's error: `thing: expected X, found Y`."""
    _, _, said = str(error).partition(": expected ")
    expected, _, found = said.partition(", found ")
    return FormatError(MEMBER, pointer=pointer, expected=expected, found=found)


def _decode_interval(entry: Mapping[str, Any]) -> dict[str, Instant | None]:
    return {
        name: decode_instant(entry[member]) if member in entry else None
        for name, member in (("valid_from", "from"), ("valid_until", "to"))
    }


def _decode_identity(entry: Mapping[str, Any], pointer: str) -> TrustedIdentity:
    try:
        sets = []
        for place, dated in enumerate(entry["sets"]):
            where = f"{pointer}/sets/{place}"
            since = dated.get("compromised_since")
            sets.append(
                DatedKeySet(
                    key_set=decode_key_set(dated["keys"], member=MEMBER, pointer=f"{where}/keys"),
                    compromised_since=decode_instant(since) if since else None,
                    **_decode_interval(dated),
                )
            )
        return TrustedIdentity(
            name=entry["identity"], roles=frozenset(Role(role) for role in entry["roles"]), sets=tuple(sets)
        )
    except UsageError as error:
        raise _contradiction(error, pointer) from None


def _decode_authority(entry: Mapping[str, Any], pointer: str) -> Authority:
    try:
        roots = tuple(
            TrustedRoot(certificate=b64decode(root["certificate"]), **_decode_interval(root))
            for root in entry["roots"]
        )
    except UsageError as error:
        raise _contradiction(error, pointer) from None
    return Authority(
        name=entry["name"],
        operator=entry["operator"],
        roots=roots,
        url=entry.get("url"),
        policy=entry.get("policy"),
    )


def encode_trust_file(trust: Trust) -> bytes:
    """Spell a trust as trust.json, indented for people, with one line feed at the end."""
    value: dict[str, JSONInput] = {
        "format": TRUST_FORMAT,
        "identities": [_encode_identity(identity) for identity in trust.identities],
    }
    if trust.thresholds:
        value["thresholds"] = {found.event_type: found.identities for found in trust.thresholds}
    if trust.authorities:
        value["authorities"] = [_encode_authority(authority) for authority in trust.authorities]
    if trust.algorithm_ends:
        value["algorithms"] = [
            {"algorithm": end.algorithm, "until": str(end.until)} for end in trust.algorithm_ends
        ]
    return orjson.dumps(value, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def _encode_interval(dated: DatedKeySet | TrustedRoot) -> dict[str, JSONInput]:
    moments = {"from": dated.valid_from, "to": dated.valid_until}
    return {name: str(moment) for name, moment in moments.items() if moment is not None}


def _encode_identity(identity: TrustedIdentity) -> JSONInput:
    sets: list[JSONInput] = []
    for dated in identity.sets:
        entry: dict[str, JSONInput] = {"keys": encode_key_set(dated.key_set), **_encode_interval(dated)}
        if dated.compromised_since is not None:
            entry["compromised_since"] = str(dated.compromised_since)
        sets.append(entry)
    roles = [role.value for role in Role if role in identity.roles]
    return {"identity": identity.name, "roles": list(roles), "sets": sets}


def _encode_authority(authority: Authority) -> JSONInput:
    entry: dict[str, JSONInput] = {
        "name": authority.name,
        "operator": authority.operator,
        "roots": [
            {"certificate": b64encode(root.certificate).decode("ascii"), **_encode_interval(root)}
            for root in authority.roots
        ],
    }
    if authority.url is not None:
        entry["url"] = authority.url
    if authority.policy is not None:
        entry["policy"] = authority.policy
    return entry
