"""What somebody wants to state, and what stands in the log when he has."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from attrs import field, frozen

from custody.format.event import TAG_ATTESTATION, TAG_EVENT, decode_body, decode_opening, decode_statement
from custody.format.layout import ATTESTATIONS_FOLDER, event_path
from custody.keys.event_writer import EventFiles
from custody.model.identity import Identity


@frozen(kw_only=True)
class Act:
    """What somebody wants to state.

    Attributes:
        type: of the event.
        data: what the type requires.
        fields: values of the other fields; None and absent are the same.
        attestation: whether it is a statement that changes no custody and stands under `attestations/`.
        follows: of an opener or attestation, the events that it follows; of a reconciliation, the heads of
            the other holdings; else empty.
        holding: in which of the actor's holdings; None for the only one.
        anchors: tokens just fetched from time authorities.
        cosigners: who else is listed and signs later, on a draft; those with keys at hand are the desk's.
    """

    type: str
    data: Mapping[str, Any] = field(factory=dict)
    fields: Mapping[str, Any] = field(factory=dict, repr=False)
    attestation: bool = False
    follows: tuple[str, ...] = ()
    holding: str | None = None
    anchors: tuple[bytes, ...] = field(default=(), repr=False)
    cosigners: tuple[Identity, ...] = ()


@frozen(kw_only=True)
class Written:
    """An event that stands in the bundle now.

    Attributes:
        event_id: 64 hex digits.
        bundle_id: 32 hex digits.
        path: its folder, relative to the bundle.
        type: of the event.
        holding: the holding that it was written in or has opened; "" for an attestation.
        seq: its place there.
        prev: the events that it follows, ascending.
        files: its files by name.
        finished: a killed writer had signed it; it was finished now, and nothing was signed again.
        aside: names, beside the bundle, of what stood in its way and was moved out of it.
    """

    event_id: str
    bundle_id: str
    path: str
    type: str
    holding: str
    seq: int
    prev: tuple[str, ...] = ()
    files: Mapping[str, bytes] = field(repr=False)
    finished: bool = False
    aside: tuple[str, ...] = ()


def described(
    event: EventFiles, *, attestation: bool, finished: bool = False, aside: tuple[str, ...] = ()
) -> Written:
    """Describe a signed event by its own files."""
    tag = TAG_ATTESTATION if attestation else TAG_EVENT
    statement = decode_statement(event.files["event.json"], member="event.json", attestation=attestation)
    opening = decode_opening(event.files["body.json"], "body", member="body.json", tag=tag)
    body = decode_body(opening, member="body.json", attestation=attestation)
    path = (
        f"{ATTESTATIONS_FOLDER}/{event.event_id}"
        if attestation
        else event_path(statement.holding, statement.seq)
    )
    return Written(
        event_id=event.event_id,
        bundle_id=statement.bundle_id,
        path=path,
        type=body.type,
        holding=statement.holding,
        seq=statement.seq,
        prev=statement.prev,
        files=event.files,
        finished=finished,
        aside=aside,
    )
