"""The ten fields of an event, and the body and data of every event type (bundle spec, "Events").

All types of version 1 are here, also those that no verb writes yet: a reader of version 1 knows them all, and
an unknown type is malformed.
"""

from __future__ import annotations

from attrs import frozen

from custody.format.item_fields import (
    HEX32,
    HEX64,
    INSTANT,
    LINE,
    PERSONS,
    PLACE,
    PROSE,
    SCOPES,
    TOOL,
)
from custody.format.limits import ANCHORS, EVENTS, INTEGER, ITEMS, PREVIOUS_EVENTS, SIGNERS
from custody.format.shape import (
    Base64Text,
    Boolean,
    Choice,
    IdentityName,
    InstantText,
    Integer,
    OneOf,
    Record,
    Row,
    Sequence,
    Shape,
    Text,
)

EVENT_FIELDS = (
    "body",
    "manifest",
    "case",
    "place",
    "people",
    "purpose",
    "reference",
    "condition",
    "opened",
    "note",
)
FIELD_OWNERS = {"manifest": "sealed", "opened": "disclosed"}
"""Fields that one type alone may have."""
IDENTITY = IdentityName()
KEY_IDS = Sequence(HEX64, minimum=1, maximum=2, sorted_unique=True)
PARTY = Record(required={"identity": IDENTITY, "keys": KEY_IDS})
LEAF_INDICES = Sequence(Integer(0, ITEMS - 1), minimum=1, maximum=ITEMS, sorted_unique=True)
EVENT_IDS = Sequence(HEX64, minimum=1, maximum=PREVIOUS_EVENTS, sorted_unique=True)
PREVIOUS = Record(required={"bundle": HEX32, "seal": HEX64, "root": HEX64, "items": Integer(1, ITEMS)})
_MASK = Integer(1, 1023)
_RESULT = Choice(("pass", "fail"))
_FIXITY: dict[str, Shape] = {"root": HEX64, "result": _RESULT}
_SPKI = Base64Text(max_bytes=4096)
_PUBLIC_KEYS = Sequence(
    Record(required={"algorithm": Choice(("ed25519", "mldsa65")), "spki": _SPKI}), minimum=1, maximum=2
)


@frozen(kw_only=True)
class EventType:
    """What is fixed about one type of event.

    Attributes:
        name: as in `body.type`.
        data: the shape of `body.data`, which every type has.
        attestation: whether it may stand under `attestations/`; such a statement changes no custody.
        chain: whether it may stand in the log.
        opens: whether it opens a holding (then its seq is 0).
    """

    name: str
    data: Record
    attestation: bool = False
    chain: bool = True
    opens: bool = False


def _chain(name: str, data: Record, *, opens: bool = False) -> EventType:
    return EventType(name=name, data=data, opens=opens)


def _attest(name: str, data: Record) -> EventType:
    return EventType(name=name, data=data, attestation=True, chain=False)


_SEALED = Record(
    required={
        "root": HEX64,
        "items": Integer(1, ITEMS),
        "item_format": Choice(("custody/item/1",)),
        "hash": Choice(("sha256",)),
        "padding": Boolean(),
        "verify_txt": Integer(1, 1),
    },
    optional={"previous": PREVIOUS},
)
_TO: dict[str, Shape] = {"to": PARTY}
# A court or a lawyer rarely has a key of its own; nobody acknowledges these two, so nothing is matched by it.
_RECIPIENT = Record(required={"identity": IDENTITY}, optional={"keys": KEY_IDS})
_HANDED_OUT = Record(required={"to": _RECIPIENT}, optional={"medium": LINE})
_RELEASED = Record(
    required={"to": PARTY, "root": HEX64, "items": Integer(1, ITEMS)},
    optional={"medium": LINE, "package": HEX64, "expires": INSTANT},
)
_RECEIVED = Record(
    required=_FIXITY, optional={"condition": LINE, "inconsistencies": Sequence(LINE, minimum=1, maximum=100)}
)
_ANSWERED = Record(required={"event": HEX64}, optional={"reason": LINE})
_USED = Record(
    required={"inputs": LEAF_INDICES, "outputs": LEAF_INDICES},
    optional={"bundle": HEX32, "seal": HEX64, "tool": TOOL, "parameters": PROSE, "reproducible": Boolean()},
)
_REDACTED = Record(
    required={
        "inputs": LEAF_INDICES,
        "outputs": LEAF_INDICES,
        "class": Choice(("blur", "crop", "mute", "strike", "metadata-strip", "other")),
        "ground": LINE,
    },
    optional={"bundle": HEX32, "seal": HEX64, "tool": TOOL},
)
_CIPHERTEXT = Record(required={"name": LINE, "size": Integer(0, INTEGER), "sha256": HEX64})
_ENCRYPTED = Record(
    required={
        "scheme": Choice(("age-encryption.org/v1",)),
        "root": HEX64,
        "size": Integer(0, INTEGER),
        "ciphertext": Sequence(_CIPHERTEXT, minimum=1, maximum=100_000),
    },
    optional={"recipients": Sequence(LINE, minimum=1, maximum=100), "recipients_commitment": HEX64},
)
_CONSENT = Record(
    required={"leaves": LEAF_INDICES, "effective": INSTANT},
    optional={
        "scope_commitment": HEX64,
        "scopes": Sequence(Choice(SCOPES), minimum=1, maximum=8, sorted_unique=True),
    },
)
_TOOL_RESULT = Record(required={"result": LINE}, optional={"tool": TOOL, "leaves": LEAF_INDICES})
_INCIDENT = Record(
    required={"kind": Choice(("gap", "seizure", "suspected-compromise", "duress", "loss", "other"))},
    optional={"from": INSTANT, "until": INSTANT},
)
_RECONCILED = Record(
    required={
        "holdings": Sequence(HEX32, minimum=1, maximum=PREVIOUS_EVENTS, sorted_unique=True),
        "heads": EVENT_IDS,
    }
)
_ERASED = Record(
    required={"leaves": LEAF_INDICES, "ground": LINE}, optional={"authority": LINE, "method": LINE}
)
_FIXITY_CHECKED = Record(required=_FIXITY, optional={"failed": LEAF_INDICES})
_RENEWED = Record(
    required={"over": EVENT_IDS, "hash": LINE}, optional={"tokens": Sequence(HEX64, minimum=1, maximum=100)}
)
_EXAMINED = Record(
    optional={
        "events": EVENT_IDS,
        "leaves": LEAF_INDICES,
        "method": LINE,
        "tool": TOOL,
        "result": PROSE,
        "statement": PROSE,
    }
)
_COUNTERSIGNED = Record(required={"events": EVENT_IDS}, optional={"statement": PROSE})
_KEYS_NEW = Record(required={"identity": IDENTITY, "keys": _PUBLIC_KEYS}, optional={"from": INSTANT})
_KEYS_ROTATED = Record(
    required={"identity": IDENTITY, "old": KEY_IDS, "keys": _PUBLIC_KEYS}, optional={"from": INSTANT}
)
_KEYS_REVOKED = Record(required={"keys": KEY_IDS, "since": INSTANT, "reason": LINE})
_ACCESSED = Record(required={"leaves": LEAF_INDICES}, optional={"accessor": PARTY})
_REASON = Record(optional={"reason": LINE}, may_be_empty=True)

"""Types that use items, so that they must come after the seal (bundle spec, "Events")."""

EVENT_TYPES: dict[str, EventType] = {
    kind.name: kind
    for kind in (
        _chain("sealed", _SEALED, opens=True),
        EventType(name="fixity-checked", data=_FIXITY_CHECKED, attestation=True),
        _chain("released", _RELEASED),
        _chain("received", _RECEIVED, opens=True),
        _attest("refused", _ANSWERED),
        _chain("withdrawn", _ANSWERED),
        _chain("copied", Record(required=_TO, optional={"medium": LINE})),
        _chain("copy-received", _RECEIVED, opens=True),
        _chain("succeeded", _REASON, opens=True),
        _chain("accessed", _ACCESSED),
        _chain("derived", _USED),
        _chain("redacted", _REDACTED),
        _chain("disclosed", _HANDED_OUT),
        _chain("encrypted", _ENCRYPTED),
        _chain("decrypted", _ENCRYPTED),
        _chain("submitted", _HANDED_OUT),
        _chain("timestamp-renewed", _RENEWED),
        _attest("key-introduced", _KEYS_NEW),
        _attest("key-rotated", _KEYS_ROTATED),
        _attest("key-revoked", _KEYS_REVOKED),
        _chain("consent-recorded", _CONSENT),
        _chain("consent-withdrawn", _CONSENT),
        _chain("quarantined", _TOOL_RESULT),
        _chain("released-from-quarantine", _TOOL_RESULT),
        _chain("virus-checked", _TOOL_RESULT),
        _chain("annotated", Record(required={"event": HEX64})),
        _chain("incident", _INCIDENT),
        _chain("reconciled", _RECONCILED),
        _chain("erased", _ERASED),
        _chain("closed", _REASON),
        _attest("examined", _EXAMINED),
        _attest("countersigned", _COUNTERSIGNED),
        _attest("received-by-court", _COUNTERSIGNED),
    )
}

_ANCHOR = Record(required={"kind": Choice(("rfc3161",)), "sha256": HEX64})
_OTHER_FIELDS = Sequence(Choice(EVENT_FIELDS[1:]), minimum=0, maximum=9, unique=True)
BODY_MEMBERS: dict[str, Shape] = {
    "type": Choice(tuple(EVENT_TYPES)),
    "actor": IDENTITY,
    "signers": Sequence(PARTY, minimum=1, maximum=SIGNERS),
    "at": InstantText(),
    "anchors": Sequence(_ANCHOR, minimum=0, maximum=ANCHORS),
    "fields": _OTHER_FIELDS,
}
_ITEM_RUN = Row((Integer(0, ITEMS - 1), Integer(0, ITEMS - 1), _MASK))
_EVENT_MASK = Row((OneOf((HEX64, Choice(("self",)))), _MASK))
_TITLES: dict[str, Shape] = {"title": LINE, "title_ar": LINE}
_BATCH: dict[str, Shape] = {
    "text": PROSE,
    "tool": TOOL,
    "device": LINE,
    "started": INSTANT,
    "ended": INSTANT,
    "left_out": Sequence(Text(max_characters=4096), minimum=1, maximum=1000),
    "package": HEX64,
}
OPENED = Record(
    required={
        "manifest": HEX64,
        "items": Sequence(_ITEM_RUN, minimum=0, maximum=ITEMS),
        "events": Sequence(_EVENT_MASK, minimum=1, maximum=EVENTS),
    }
)
EVENT_SHAPES: dict[str, Shape] = {
    "manifest": Record(required={"sha256": HEX64, "files": Integer(0, ITEMS), "bytes": Integer(0, INTEGER)}),
    "case": Record(optional={**_TITLES, "reference": LINE, "description": PROSE}),
    "place": PLACE,
    "people": Record(optional={"persons": PERSONS, "successor": PARTY}),
    "purpose": Record(optional={"text": PROSE, "authority": LINE}),
    "reference": Record(optional={"docket": LINE, "court": LINE, "text": PROSE}),
    "condition": Record(
        optional={
            "text": PROSE,
            "seal_number": LINE,
            "inconsistencies": Sequence(LINE, minimum=1, maximum=100),
        }
    ),
    "opened": OPENED,
    "note": Record(optional=_BATCH),
}
