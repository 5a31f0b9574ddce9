"""Reading and writing the files of an event: event.json, openings, proof.sha256 (bundle spec, "Events")."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from custody.errors import FormatError, LimitError, VersionError
from custody.format.canonical import JSONValue, decode_json, encode_json
from custody.format.event_fields import BODY_MEMBERS, EVENT_FIELDS, EVENT_SHAPES, EVENT_TYPES, FIELD_OWNERS
from custody.format.item_fields import CLOCK, HEX32, HEX64
from custody.format.limits import EVENT_BYTES, EVENTS, PREVIOUS_EVENTS, PROOF_BYTES
from custody.format.shape import Integer, Record, Sequence, Shape, check_shape
from custody.model.event import Anchor, Body, ListedSigner, Opening, Statement
from custody.model.instant import decode_instant

EVENT_VERSION = 1
TAG_EVENT = "event"
TAG_ATTESTATION = "attestation"
_OPENING_PARTS = 4
STATEMENT = Record(
    required={
        "v": Integer(EVENT_VERSION, EVENT_VERSION),
        "bundle": HEX32,
        "holding": HEX32,
        "seq": Integer(0, EVENTS),
        "prev": Sequence(HEX64, minimum=0, maximum=PREVIOUS_EVENTS, sorted_unique=True),
        "fields": Sequence(HEX64, minimum=len(EVENT_FIELDS), maximum=len(EVENT_FIELDS), unique=True),
    }
)
ATTESTATION_STATEMENT = Record(
    required={
        "v": Integer(EVENT_VERSION, EVENT_VERSION),
        "bundle": HEX32,
        "prev": Sequence(HEX64, minimum=1, maximum=PREVIOUS_EVENTS, sorted_unique=True),
        "fields": Sequence(HEX64, minimum=len(EVENT_FIELDS), maximum=len(EVENT_FIELDS), unique=True),
    }
)
_PROOF_LINE = re.compile(rb"([0-9a-f]{64})  (event\.json|(?:[1-9]|1[0-6])\.(?:mldsa65|sshsig))\n")
BODY_SHAPES: Mapping[str, Shape] = MappingProxyType(
    {
        kind.name: Record(required=BODY_MEMBERS | {"data": kind.data}, optional={"clock": CLOCK})
        for kind in EVENT_TYPES.values()
    }
)
"""The value of a body opening, by event type; what no shape can say is checked by `decode_body`."""


def encode_statement(statement: Statement, *, attestation: bool = False) -> bytes:
    """Encode `event.json`: canonical JSON without a line feed."""
    members: dict[str, JSONValue] = {
        "v": EVENT_VERSION,
        "bundle": statement.bundle_id,
        "prev": list(statement.prev),
        "fields": list(statement.fields),
    }
    if not attestation:
        members |= {"holding": statement.holding, "seq": statement.seq}
    return encode_json(members)


def decode_statement(data: bytes, *, member: str, attestation: bool = False) -> Statement:
    """Read `event.json` strictly; an attestation has neither holding nor seq: "" and 0 stand for them.

    Raises:
        VersionError: `v` is a newer version.
        FormatError, LimitError: not canonical, or members that the format does not have.
    """
    value = decode_json(data, member=member, limit=EVENT_BYTES)
    if isinstance(value, dict) and type(version := value.get("v")) is int and version > EVENT_VERSION:
        message = f"{member}: expected event version {EVENT_VERSION}, found {version}"
        raise VersionError(message, hint="verify with a newer release")
    check_shape(ATTESTATION_STATEMENT if attestation else STATEMENT, value, member)
    members: Any = value
    return Statement(
        bundle_id=members["bundle"],
        holding=members.get("holding", ""),
        seq=members.get("seq", 0),
        prev=tuple(members["prev"]),
        fields=tuple(members["fields"]),
    )


def encode_opening(name: str, salt: bytes, value: JSONValue, *, tag: str = TAG_EVENT) -> bytes:
    """Encode an opening file `[salt, tag, field, value]`; its SHA-256 is the commitment."""
    return encode_json([salt.hex(), tag, name, value])


def commitment_of(opening: bytes) -> str:
    """Return the commitment of an opening file: its SHA-256, 64 hex digits."""
    return hashlib.sha256(opening).hexdigest()


def decode_opening(data: bytes, name: str, *, member: str, tag: str = TAG_EVENT) -> Opening:
    """Read an opening file strictly and check the value's members.

    Raises:
        FormatError, LimitError: another field's opening, a null value, or members that the format does not
            have.
    """
    value = decode_json(data, member=member, limit=EVENT_BYTES)
    if not isinstance(value, list) or len(value) != _OPENING_PARTS:
        raise FormatError(member, expected="a list of salt, tag, field and value", found="another value")
    check_shape(HEX64, value[0], member, "/0")
    if value[1] != tag or value[2] != name:
        raise FormatError(
            member,
            pointer="/1" if value[1] != tag else "/2",
            expected=f"the opening of {tag} field {name}",
            found="another opening",
        )
    if name != "body":
        check_shape(EVENT_SHAPES[name], value[3], member, "/3")
        if name == "opened":
            _check_opened(value[3], member)
    return Opening(name=name, salt=str(value[0]), value=value[3], commitment=commitment_of(data))


def decode_body(opening: Opening, *, member: str, attestation: bool = False) -> Body:
    """Read the value of a body opening.

    Raises:
        FormatError: an unknown type or member, signers out of order, an actor who is no signer.
    """
    value: Any = opening.value
    name = value.get("type") if isinstance(value, dict) else None
    kind = EVENT_TYPES.get(name) if isinstance(name, str) else None
    if kind is None or not (kind.attestation if attestation else kind.chain):
        expected = "a type that may stand under attestations/" if attestation else "a type of version 1"
        raise FormatError(member, pointer="/3/type", expected=expected, found="another value")
    check_shape(BODY_SHAPES[kind.name], value, member, "/3")
    _check_signers(value, member)
    order = [EVENT_FIELDS.index(name) for name in value["fields"]]
    if order != sorted(set(order)):
        raise FormatError(
            member, pointer="/3/fields", expected="names in the order of the fields", found="another order"
        )
    _check_owned_fields(kind.name, value["fields"], member)
    return Body(
        type=kind.name,
        actor=value["actor"],
        signers=tuple(
            ListedSigner(claimed_identity=signer["identity"], key_ids=tuple(signer["keys"]))
            for signer in value["signers"]
        ),
        claimed_at=decode_instant(value["at"], member=member, pointer="/3/at"),
        anchors=tuple(Anchor(kind=anchor["kind"], sha256=anchor["sha256"]) for anchor in value["anchors"]),
        fields=tuple(value["fields"]),
        clock=value.get("clock"),
        data=value["data"],
    )


def encode_body(body: Body) -> JSONValue:
    """Return the JSON value of a body, as `decode_body` reads it."""
    members: dict[str, Any] = {
        "type": body.type,
        "actor": body.actor,
        "signers": [
            {"identity": signer.claimed_identity, "keys": list(signer.key_ids)} for signer in body.signers
        ],
        "at": str(body.claimed_at),
        "anchors": [{"kind": anchor.kind, "sha256": anchor.sha256} for anchor in body.anchors],
        "fields": list(body.fields),
        "data": dict(body.data),
    }
    if body.clock is not None:
        members["clock"] = dict(body.clock)
    return members


def _check_owned_fields(type_name: str, fields: list[str], member: str) -> None:
    """Refuse `manifest` outside a seal and `opened` outside a disclosure: both let files be guessed at."""
    for name, owner in FIELD_OWNERS.items():
        if name in fields and type_name != owner:
            raise FormatError(
                member,
                pointer="/3/fields",
                expected=f"{name} in the type {owner} alone",
                found="another type",
            )


def _check_signers(value: Mapping[str, Any], member: str) -> None:
    names = [signer["identity"] for signer in value["signers"]]
    if names != sorted(set(names)):
        raise FormatError(
            member, pointer="/3/signers", expected="distinct identities in ascending order", found="others"
        )
    keys = [key for signer in value["signers"] for key in signer["keys"]]
    if len(keys) != len(set(keys)):
        raise FormatError(member, pointer="/3/signers", expected="each key once", found="a key twice")
    if value["actor"] not in names:
        raise FormatError(member, pointer="/3/actor", expected="one of the signers", found="another identity")
    anchors = [anchor["sha256"] for anchor in value["anchors"]]
    if anchors != sorted(set(anchors)):
        raise FormatError(
            member, pointer="/3/anchors", expected="distinct digests in ascending order", found="others"
        )


def _check_opened(value: Any, member: str) -> None:  # noqa: ANN401 - a JSON value whose shape was checked
    """Check that runs and event masks are in the one spelling that the format allows."""
    runs = value["items"]
    for place, (first, last, mask) in enumerate(runs):
        before = runs[place - 1] if place else None
        overlapping = before is not None and first <= before[1]
        joinable = before is not None and first == before[1] + 1 and mask == before[2]
        if last < first or overlapping or joinable:
            raise FormatError(
                member,
                pointer=f"/3/items/{place}",
                expected="ascending runs, joined where they can be",
                found="others",
            )
    names = [name for name, _mask in value["events"]]
    if names[-1] != "self" or names[:-1] != sorted(set(names[:-1])) or "self" in names[:-1]:
        raise FormatError(
            member, pointer="/3/events", expected='ascending event ids, then "self"', found="others"
        )


def encode_proof(digests: Mapping[str, str]) -> bytes:
    """Encode `proof.sha256` from the digests of event.json and every signature file, bytewise by name."""
    return "".join(f"{digests[name]}  {name}\n" for name in sorted(digests)).encode("ascii")


def decode_proof(data: bytes, *, member: str) -> dict[str, str]:
    """Read `proof.sha256` strictly: file name to digest.

    Raises:
        FormatError: another spelling, names out of order or unknown, no event.json.
        LimitError: larger than any list of the files of sixteen signers.
    """
    if len(data) > PROOF_BYTES:
        raise LimitError(member, limit="PROOF_BYTES", maximum=PROOF_BYTES, value=len(data))
    found: dict[str, str] = {}
    position = 0
    while position < len(data):
        line = _PROOF_LINE.match(data, position)
        if line is None:
            raise FormatError(
                member, expected="sha256sum lines of event.json and its signatures", found="another line"
            )
        found[line[2].decode("ascii")] = line[1].decode("ascii")
        position = line.end()
    if "event.json" not in found or encode_proof(found) != data:
        raise FormatError(
            member, expected="each file once, bytewise by name, event.json among them", found="others"
        )
    return found
