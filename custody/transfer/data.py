"""The data of an event, checked before anybody signs, in the words of who fills it in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from custody.errors import FormatError, UsageError
from custody.format.event_fields import EVENT_TYPES
from custody.format.shape import check_shape

OWN_VERBS: Final = {
    "sealed": "seal",
    "released": "release",
    "received": "receive",
    "copied": "copy",
    "copy-received": "receive",
    "withdrawn": "withdraw",
    "succeeded": "succeed",
    "reconciled": "reconcile",
    "refused": "refuse",
}
"""Types that a verb of their own writes, for more must be looked at than what the person says."""

WORDS: Final = {
    "fixity-checked": "the files were checked against the seal; root and result are found out",
    "accessed": "somebody looked at items",
    "derived": "items were made from items: inputs, outputs, tool",
    "redacted": "items were redacted: inputs, outputs, class, ground",
    "encrypted": "the bundle was encrypted: scheme, root, size, ciphertext (--data)",
    "decrypted": "the bundle was decrypted: as encrypted (--data)",
    "submitted": "it went to a court or a mechanism, which holds nothing by this",
    "timestamp-renewed": "proofs of time were renewed: over, hash, tokens (--data)",
    "consent-recorded": "consent for items, from when on, for which scopes",
    "consent-withdrawn": "consent for items was withdrawn, from when on",
    "quarantined": "items are held back: result, tool",
    "released-from-quarantine": "items are no longer held back: result, tool",
    "virus-checked": "items were looked through: result, tool",
    "annotated": "an earlier event is corrected or explained, in --note",
    "incident": "a gap, a seizure, a suspected compromise, duress or a loss",
    "erased": "items were erased, on a ground; an approver must cosign",
    "closed": "nothing follows in this holding any more",
    "examined": "somebody examined events or items: method, result",
    "countersigned": "somebody stands by events of others",
    "received-by-court": "a court has received what the events name",
    "key-introduced": "somebody's keys are introduced; it informs, trust files decide",
    "key-rotated": "somebody has new keys; it informs, trust files decide",
    "key-revoked": "keys are revoked, by two signers; it informs, trust files decide",
}
"""What each type says, in one line."""


def types_for(*, attestation: bool) -> tuple[str, ...]:
    """Return the types that can be written by name, in the log or as attestations."""
    return tuple(
        name for name in WORDS if (EVENT_TYPES[name].attestation if attestation else EVENT_TYPES[name].chain)
    )


def check_type(name: str, *, attestation: bool) -> None:
    """Refuse a type that is not written by its name.

    Raises:
        UsageError: TYPE_HAS_VERB: another verb writes it; TYPE_NOT_YET: it belongs to making parts;
            TYPE_UNKNOWN: there is none, or it stands in another place.
    """
    if name in OWN_VERBS:
        raise UsageError(
            f"type: expected one that is written by its name, found {name}",
            code="TYPE_HAS_VERB",
            hint=f"custody {OWN_VERBS[name]}",
        )
    if name == "disclosed":
        raise UsageError(
            "type: expected one that is written by its name, found disclosed",
            code="TYPE_NOT_YET",
            hint="it states exactly what is open in a part, so it is written when a part is made; for a whole"
            " copy, custody copy or custody event submitted",
        )
    if name not in types_for(attestation=attestation):
        other = name in types_for(attestation=not attestation)
        raise UsageError(
            "type: expected a type of event, found another word"
            if not other
            else f"type: expected one that may stand here, found {name}",
            code="TYPE_UNKNOWN",
            hint=f"custody {'event' if attestation else 'attest'}"
            if other
            else f"the types are {', '.join(types_for(attestation=attestation))}",
        )


def members_of(name: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the required and the optional members of a type's data."""
    shape = EVENT_TYPES[name].data
    return tuple(shape.required), tuple(shape.optional)


def check_data(name: str, data: Mapping[str, Any]) -> dict[str, Any]:
    """Return the data of an event of a type, once they have its shape.

    Raises:
        UsageError: code EVENT_DATA: a member is missing, unknown, or of another form.
    """
    required, optional = members_of(name)
    members = f"{name} has {', '.join(required) or 'no required member'}" + (
        f"; and may have {', '.join(optional)}" if optional else ""
    )
    missing = [member for member in required if member not in data]
    if missing:
        raise UsageError(
            f"data of {name}: expected {', '.join(missing)}, found none", code="EVENT_DATA", hint=members
        )
    try:
        check_shape(EVENT_TYPES[name].data, dict(data), f"data of {name}")
    except FormatError as fault:
        raise UsageError(str(fault), code="EVENT_DATA", hint=members) from None
    return dict(data)
