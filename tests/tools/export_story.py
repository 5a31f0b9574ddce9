"""A bundle with all that an export may meet: two parties, a part with closed items, strangers, a stub."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from attrs import frozen

from custody.exporting.reading import read_view
from custody.exporting.view import ExportView
from custody.format.layout import event_path
from custody.keys.signer import Signer
from custody.trust.trust import DatedKeySet, Role, Trust, TrustedIdentity
from tests.tools.bundles import (
    Bundle,
    Item,
    add_event,
    attest,
    make_bundle,
    make_part,
    seed_signer,
    text_item,
)
from tests.tools.memory import MemorySource, judge

SEALER = seed_signer("w-01", hybrid=True)
LAWYER = seed_signer("lawyer-7")
COURT = seed_signer("court@registry")
STRANGER = seed_signer("stranger")
CONTENT, NAME, KIND, ORIGIN = 1, 2, 4, 8
EVERY_FIELD = 1023


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _item(number: int, **fields: Any) -> Item:  # noqa: ANN401
    """Return an item whose every value is found by its number: SECRET-<number>-<field>."""
    text = f"SECRET-{number}-text " * number
    return text_item(
        f"SECRET-{number}-name.txt",
        text,
        kind="record",
        **{
            "origin": {
                "method": f"SECRET-{number}-method",
                "original_digest": {"algorithm": "sha256", "digest": _digest(text.encode())},
            },
            "place": {"description": f"SECRET-{number}-place"},
            **fields,
        },
    )


ITEMS = (
    _item(1, people={"persons": [{"id": "SECRET-1-person", "role": "witness"}]}),
    _item(2),
    _item(3),
    Item(data=None, fields={"kind": {"kind": "padding"}}),
    Item(
        data=b"\xff\xd8\xff picture",
        ext="jpg",
        sha512=True,
        fields={
            "name": {"base64": "YQD/"},
            "kind": {"kind": "derived", "media_type": "image/jpeg", "title": "صورة <b>&\u202e\x07"},
            "derivation": {
                "of": [{"item": 1}, {"item": 2, "bundle": "00" * 16}],
                "how": "cut",
                "reproducible": True,
            },
            "time": {"captured": "2025-01-02T03:04:05Z", "clock": {"offset_ms": -1}},
            "terms": {"purposes": ["court", "archive"]},
            "origin": {"tool": {"name": "cutter", "version": "2"}},
        },
    ),
)
PART_MASKS = (EVERY_FIELD, 0, NAME | KIND | ORIGIN, EVERY_FIELD, EVERY_FIELD)
CLOSED_ITEM, PARTLY_OPEN_ITEM = 2, 3


def party(signer: Signer) -> dict[str, Any]:
    """Return a signer as events name recipients."""
    return {"identity": signer.identity.name, "keys": list(signer.identity.key_set.key_ids)}


def trust_in(roles: Mapping[Signer, tuple[Role, ...]]) -> Trust:
    """Return a trust in these signers."""
    return Trust(
        identities=tuple(
            TrustedIdentity(
                name=f"{signer.identity.name}-known",  # never the label of the bundle
                roles=frozenset(given),
                sets=(DatedKeySet(key_set=signer.identity.key_set),),
            )
            for signer, given in roles.items()
        )
    )


TRUST = trust_in(
    {SEALER: (Role.SEALER, Role.HOLDER), LAWYER: (Role.HOLDER,), COURT: (Role.ATTESTER, Role.HOLDER)}
)


@frozen(kw_only=True)
class Story:
    """Bundles of one story.

    Attributes:
        whole: sealed, released, received, examined by a court, with events by a stranger.
        part: two items open, one partly, one withheld; the seal's private fields and one event are closed.
    """

    whole: Bundle
    part: Bundle


def tell() -> Story:
    """Make the bundles."""
    bundle = _handed_over()
    hidden = event_path(bundle.holding, bundle.seq + 1)
    bundle = _worked_on(bundle)
    junk = add_event(bundle, "closed", {"reason": "SECRET-junk"}, signers=[STRANGER], seq=9)
    bundle = bundle.edit(junk.files)
    found = {"leaves": [4], "result": "no trace of editing"}
    bundle = attest(bundle, "examined", found, signers=[COURT], prev=[bundle.head])
    closed = bundle.edit(
        {bundle.path("note.json"): None, f"{event_path(bundle.bundle_id, 1)}/purpose.json": None}
    )
    aside = [event_path(junk.holding, junk.seq)]
    _, part = make_part(closed, PART_MASKS, signers=[LAWYER], to=COURT, stubs=[hidden], unlisted=aside)
    return Story(whole=bundle.rewrap(), part=part)


def _handed_over() -> Bundle:
    """Seal, release and receive, with fields that are closed later or never shown."""
    bundle = make_bundle(
        ITEMS,
        signers=[SEALER],
        name="story",
        fields={"case": {"title": "Case 7"}, "note": {"text": "SECRET-note"}},
    )
    release = {"to": party(LAWYER), "root": bundle.root, "items": bundle.items}
    bundle = add_event(
        bundle,
        "released",
        {**release, "medium": "USB stick", "package": "ab" * 32},
        signers=[SEALER],
        fields={"purpose": {"text": "SECRET-purpose"}, "people": {"successor": party(COURT)}},
    )
    return add_event(
        bundle,
        "received",
        {"root": bundle.root, "result": "pass"},
        signers=[LAWYER],
        opens=True,
        fields={"people": {"successor": party(STRANGER), "persons": [{"id": "clerk"}]}},
    )


def _worked_on(bundle: Bundle) -> Bundle:
    """Let the recipient annotate, derive, show and submit."""
    note = {"note": {"text": "SECRET-annotation"}}
    bundle = add_event(bundle, "annotated", {"event": bundle.seal_id}, signers=[LAWYER], fields=note)
    tool = {"name": "cutter", "version": "2"}
    made = {"inputs": [0], "outputs": [4], "tool": tool, "reproducible": True}
    bundle = add_event(bundle, "derived", made, signers=[LAWYER, COURT])
    bundle = add_event(bundle, "accessed", {"leaves": [1, 4], "accessor": party(STRANGER)}, signers=[LAWYER])
    return add_event(bundle, "submitted", {"to": {"identity": "court-without-keys"}}, signers=[LAWYER])


def view_of(bundle: Bundle, trust: Trust = TRUST) -> ExportView:
    """Verify a bundle and read what is open in it."""
    report = judge(bundle.files, trust)
    return read_view(MemorySource(bundle.files), report, trust)
