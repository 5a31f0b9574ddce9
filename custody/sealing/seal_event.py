"""The seal: the first event of a bundle, which states the root over its items (DESIGN, "Events")."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from importlib import metadata
from typing import Any, Final

from attrs import frozen

from custody.format.limits import FAILURES_LISTED
from custody.format.verify_facts import SealFacts, SealSigner
from custody.format.verify_txt import TEMPLATE, encode_verify_txt
from custody.keys.event_writer import EventFiles, assemble_event, list_parties, sorted_signers
from custody.keys.signer import Signer
from custody.model.event import Anchor, Body, Statement
from custody.model.instant import Instant
from custody.sealing.draft import Draft

TOOL: Final = "custody"
_ANCHOR_KIND: Final = "rfc3161"


@frozen(kw_only=True)
class Written:
    """What stands in the new bundle before its seal.

    Attributes:
        bundle_id: 32 hex digits.
        root: over the items, 64 hex digits.
        items: how many.
        padding: whether some of them may be padding.
        manifest_sha256: of manifest-sha256.txt, 64 hex digits.
        files: files of the payload.
        payload_bytes: their sizes added up.
        started: when hashing began; a claim.
        ended: when it was done; a claim.
    """

    bundle_id: str
    root: str
    items: int
    padding: bool
    manifest_sha256: str
    files: int
    payload_bytes: int
    started: Instant
    ended: Instant


def assemble_seal(
    draft: Draft,
    written: Written,
    signers: Sequence[Signer],
    randomness: Callable[[int], bytes],
    anchors: Mapping[str, bytes],
) -> EventFiles:
    """Assemble the seal; the first of the signers is the actor.

    Args:
        draft: what was to be sealed.
        written: what stands in the bundle.
        signers: who signs.
        randomness: gives the salts.
        anchors: as `anchors_by_digest` gives them.

    Raises:
        UsageError: something of the draft does not fit into a seal, or a signer stands there twice.
        SignerError: a signer did not sign with every key of its set.
    """
    body = Body(
        type="sealed",
        actor=signers[0].identity.name,
        signers=list_parties([signer.identity for signer in signers]),
        claimed_at=written.ended,
        anchors=tuple(Anchor(kind=_ANCHOR_KIND, sha256=digest) for digest in anchors),
        data=_data(draft, written),
    )
    statement = Statement(bundle_id=written.bundle_id, holding=written.bundle_id, seq=0, prev=(), fields=())
    return assemble_event(statement, body, _fields(draft, written), signers, randomness, anchors=anchors)


def _data(draft: Draft, written: Written) -> dict[str, Any]:
    data: dict[str, Any] = {
        "root": written.root,
        "items": written.items,
        "item_format": "custody/item/1",
        "hash": "sha256",
        "padding": written.padding,
        "verify_txt": TEMPLATE,
    }
    if draft.previous is not None:
        data["previous"] = {
            "bundle": draft.previous.bundle_id,
            "seal": draft.previous.seal_id,
            "root": draft.previous.root,
            "items": draft.previous.items,
        }
    return data


def _fields(draft: Draft, written: Written) -> dict[str, Any]:
    note: dict[str, Any] = {
        "tool": {"name": TOOL, "version": metadata.version(TOOL)},
        "started": str(written.started),
        "ended": str(written.ended),
    }
    if draft.left_out:
        note["left_out"] = [_valid_text(name) for name in draft.left_out[:FAILURES_LISTED]]
    if draft.note is not None:
        note["text"] = draft.note
    fields: dict[str, Any] = {
        "manifest": {
            "sha256": written.manifest_sha256,
            "files": written.files,
            "bytes": written.payload_bytes,
        },
        "case": draft.case,
        "place": draft.place,
        "note": note,
    }
    fields["people"] = successor_of(draft)
    return {name: value for name, value in fields.items() if value is not None}


def successor_of(draft: Draft) -> dict[str, Any] | None:
    """Return the seal's `people` field, which names who may carry the holding on; None when nobody is."""
    if draft.successor is None:
        return None
    keys = list(draft.successor.key_set.key_ids)
    return {"successor": {"identity": draft.successor.name, "keys": keys}}


def _valid_text(name: str) -> str:
    """Return a name as text that JSON can hold, for it only tells people what was left out."""
    return name.encode("utf-8", "replace").decode("utf-8")


def assemble_verify_txt(bundle_id: str, seal: EventFiles, at: Instant, signers: Sequence[Signer]) -> bytes:
    """Return VERIFY.txt for a seal that was just assembled."""
    listed = tuple(
        SealSigner(claimed_identity=signer.identity.name, key_set=signer.identity.key_set)
        for signer in sorted_signers(signers)
    )
    facts = SealFacts(bundle_id=bundle_id, seal_id=seal.event_id, claimed_at=at, signers=listed)
    return encode_verify_txt(facts)
