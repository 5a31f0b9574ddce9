"""Statements and bodies that somebody signed in another form than the format has (rules C1 and C2)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from typing import Any

from custody.format.canonical import encode_json
from custody.format.event import encode_proof
from custody.proof.signature import EVENT_NAMESPACE
from tests.tools.bundles import Bundle, Files, add_event, attest
from tests.tools.forging import BOTH, forge_event
from tests.vectors.kept import KeptSigner
from tests.vectors.story import Story, attestation_folder, custody_vector, head_folder, merge
from tests.vectors.vector import Vector
from tests.vectors.world import World

Edit = Callable[[bytes], bytes]
Change = Callable[[dict[str, Any]], None]


def vectors(world: World) -> Iterator[Vector]:
    """Yield the vectors."""
    yield from _spellings(world)
    yield from _bodies(world)
    yield from _signers(world)
    yield from _statements(world)
    yield from _followers(world)
    yield from _types(world)
    yield from _edits(world)


def signed_as_it_is(
    files: Files, folder: str, signer: KeptSigner, *, body: Edit = bytes, event: Edit = bytes
) -> Files:
    """Return the files with the bytes of one event edited and signed as they are then."""
    opening = body(files[f"{folder}/body.json"])
    members = json.loads(files[f"{folder}/event.json"])
    members["fields"][0] = hashlib.sha256(opening).hexdigest()
    statement = event(encode_json(members))
    (signature,) = signer.sign(statement, EVENT_NAMESPACE)
    made = {"event.json": statement, "1.sshsig": signature.data}
    proof = encode_proof({name: hashlib.sha256(data).hexdigest() for name, data in made.items()})
    made |= {"body.json": opening, "proof.sha256": proof}
    return {**files, **{f"{folder}/{name}": data for name, data in made.items()}}


def _swap(old: bytes, new: bytes) -> Edit:
    def edit(data: bytes) -> bytes:
        if old not in data:
            raise ValueError(old)
        return data.replace(old, new, 1)

    return edit


def _spellings(world: World) -> Iterator[Vector]:
    checked = Story(world).fixity(world.base, world.plain)
    folder = head_folder(checked)
    edits: dict[str, tuple[str, Edit, str]] = {
        "event-statement-member-twice": ("event", _swap(b'"seq":1', b'"seq":1,"seq":1'), "a member twice"),
        "event-statement-spaces": ("event", _swap(b'"v":1', b'"v": 1'), "a space"),
        "event-statement-line-feed": ("event", lambda data: data + b"\n", "a line feed at its end"),
        "event-statement-float": ("event", _swap(b'"seq":1', b'"seq":1.0'), "a number with a point"),
        "event-statement-order": (
            "event",
            lambda data: json.dumps(dict(reversed(json.loads(data).items())), separators=(",", ":")).encode(),
            "its members in another order",
        ),
        "event-body-member-twice": (
            "body",
            _swap(b'"actor":"archive"', b'"actor":"archive","actor":"archive"'),
            "a member twice",
        ),
        "event-body-escapes": (
            "body",
            _swap(b'"archive"', b'"\\u0061rchive"'),
            "an escape that is not needed",
        ),
        "event-body-lone-surrogate": ("body", _swap(b'"archive"', b'"\\ud800"'), "half a surrogate pair"),
    }
    for name, (which, edit, what) in edits.items():
        where = "statement" if which == "event" else "body"
        yield custody_vector(
            name,
            signed_as_it_is(checked.files, folder, world.plain, **{which: edit}),
            f"the holder signed an event whose {where} has {what}",
            "proven EVENT_MALFORMED",
        )


def _sole(_: dict[str, Any]) -> None:
    """Change nothing."""


def _forged(bundle: Bundle, signer: KeptSigner, body: Change = _sole, statement: Change = _sole) -> Files:
    return forge_event(bundle.files, head_folder(bundle), body, [(1, signer, BOTH)], statement=statement)


def _bodies(world: World) -> Iterator[Vector]:
    plain = world.plain
    checked = Story(world).fixity(world.base, plain)
    used = add_event(world.base, "accessed", {"leaves": [0, 1]}, signers=[plain])

    def actor(body: dict[str, Any]) -> None:
        body["actor"] = "lawyer"

    def member(body: dict[str, Any]) -> None:
        body["comment"] = "x"

    def unknown(body: dict[str, Any]) -> None:
        body["type"] = "approved"

    def gone(body: dict[str, Any]) -> None:
        del body["data"]["root"]

    def leaves(body: dict[str, Any]) -> None:
        body["data"]["leaves"].reverse()

    def key_id(body: dict[str, Any]) -> None:
        body["signers"][0]["keys"][0] = body["signers"][0]["keys"][0].upper()

    changes: dict[str, tuple[Bundle, Change, str]] = {
        "event-actor-is-no-signer": (checked, actor, "names an actor who did not sign"),
        "event-member-unknown": (checked, member, "has a member that the format does not have"),
        "event-member-missing": (checked, gone, "lacks a member that its type must have"),
        "event-type-unknown": (checked, unknown, "has a type that version 1 does not know"),
        "event-leaves-unsorted": (used, leaves, "names items out of order"),
        "event-key-id-in-capitals": (checked, key_id, "spells a key id in capitals"),
    }
    for name, (bundle, change, what) in changes.items():
        yield custody_vector(
            name,
            _forged(bundle, plain, body=change),
            f"the holder signed an event that {what}",
            "proven EVENT_MALFORMED",
        )


def _signers(world: World) -> Iterator[Vector]:
    plain = world.plain
    cosigned = add_event(
        world.base,
        "fixity-checked",
        {"root": world.base.root, "result": "pass"},
        signers=[plain, world.court],
        actor="archive",
    )
    signers = forge_event(
        cosigned.files,
        head_folder(cosigned),
        lambda body: body["signers"].reverse(),
        [(1, world.court, BOTH), (2, plain, BOTH)],
    )
    yield custody_vector(
        "event-signers-unsorted",
        signers,
        "two signed an event that lists them out of order",
        "proven EVENT_MALFORMED",
    )


def _statements(world: World) -> Iterator[Vector]:
    base, plain = world.base, world.plain
    story = Story(world)
    checked = story.fixity(base, plain)

    def twice(members: dict[str, Any]) -> None:
        members["prev"] = [base.seal_id, base.seal_id]

    def repeated(members: dict[str, Any]) -> None:
        members["fields"][2] = members["fields"][1]

    def fewer(members: dict[str, Any]) -> None:
        members["fields"].pop()

    def negative(members: dict[str, Any]) -> None:
        members["seq"] = -1

    changes = {
        "event-prev-twice": (twice, "follows one event twice"),
        "event-commitment-twice": (repeated, "has one commitment twice"),
        "event-commitment-missing": (fewer, "has nine commitments"),
        "event-seq-negative": (negative, "has a negative number"),
    }
    for name, (change, what) in changes.items():
        yield custody_vector(
            name,
            _forged(checked, plain, statement=change),
            f"the holder signed an event that {what}",
            "proven EVENT_MALFORMED",
        )


def _followers(world: World) -> Iterator[Vector]:
    base, plain = world.base, world.plain
    story = Story(world)
    checked = story.fixity(base, plain)
    copied, copy = story.copy()
    merged = story.reconcile(copied, copy, plain)
    yield custody_vector(
        "event-prev-unsorted",
        _forged(merged, plain, statement=lambda members: members["prev"].reverse()),
        "the holder signed a reconciliation that lists what it follows out of order",
        "proven EVENT_MALFORMED",
    )
    yield custody_vector(
        "event-follows-two",
        _forged(
            checked, plain, statement=lambda members: members.update(prev=sorted([base.seal_id, "5" * 64]))
        ),
        "an event other than a reconciliation follows two, one of which is not here",
        "undetermined LATER_EVENT_EXISTS",
    )
    follower = story.fixity(merge(copied, copy), plain, prev=sorted([copied.head, copy.head]))
    yield custody_vector(
        "event-follows-two-holdings",
        follower,
        "an event other than a reconciliation follows the heads of two holdings",
        "proven HOLDING_WRONG",
    )


def _types(world: World) -> Iterator[Vector]:
    base, plain = world.base, world.plain
    checked = Story(world).fixity(base, plain)

    def examined(body: dict[str, Any]) -> None:
        body |= {"type": "examined", "data": {"result": "genuine"}}

    def refused(body: dict[str, Any]) -> None:
        body |= {"type": "refused", "data": {"event": base.seal_id}}

    for name, change, what in (
        ("event-of-a-type-for-attestations", examined, "the holder signed an expert's examination"),
        ("event-refusal-in-the-log", refused, "the holder signed a refusal"),
    ):
        yield custody_vector(
            name,
            _forged(checked, plain, body=change),
            f"{what} as an event of the log, where only attestations say so",
            "proven EVENT_MALFORMED",
        )
    said = attest(
        base, "countersigned", {"events": [base.seal_id]}, signers=[world.court], prev=[base.seal_id]
    )
    beside = attestation_folder(said)
    opening = json.loads(said.files[f"{beside}/body.json"])
    opening[3] |= {"type": "closed", "data": {"reason": "the court says so"}}
    body = encode_json(opening)
    members = json.loads(said.files[f"{beside}/event.json"])
    members["fields"][0] = hashlib.sha256(body).hexdigest()
    event = encode_json(members)
    (signature,) = world.court.sign(event, "attestation@custody")
    listed = {"event.json": event, "1.sshsig": signature.data}
    proof = encode_proof({name: hashlib.sha256(data).hexdigest() for name, data in listed.items()})
    place = f"custody/attestations/{hashlib.sha256(proof).hexdigest()}"
    moved = {path.replace(beside, place): data for path, data in said.files.items()}
    made = {**listed, "body.json": body, "proof.sha256": proof}
    yield custody_vector(
        "attestation-of-a-type-for-the-log",
        {**moved, **{f"{place}/{name}": data for name, data in made.items()}},
        "an attestation says that a holding is closed, which only its holder can",
        "proven ATTESTATION_SET_ASIDE",
    )


def _edits(world: World) -> Iterator[Vector]:
    base, plain = world.base, world.plain
    note = add_event(
        base,
        "annotated",
        {"event": base.seal_id},
        signers=[plain],
        fields={"note": {"text": "recorded on the second day"}},
    )
    folder = head_folder(note)
    yield custody_vector(
        "event-corrected-by-another-event", note, "a correction is an event of its own", "proven LOG_UNBROKEN"
    )
    edited = note.files[f"{folder}/note.json"].replace(b"second", b"first")
    yield custody_vector(
        "event-edited-after-signing",
        note.edit({f"{folder}/note.json": edited}),
        "the text of a correction was edited after it was signed",
        "proven EVENT_MALFORMED",
    )
    short = note.files[f"{folder}/note.json"].replace(b'["', b'["00', 1)
    yield custody_vector(
        "event-salt-too-long",
        note.edit({f"{folder}/note.json": short}),
        "an opening whose salt is longer than 32 bytes",
        "proven EVENT_MALFORMED",
    )
    unnamed = forge_event(note.files, folder, lambda body: body.update(fields=[]), [(1, plain, BOTH)])
    yield custody_vector(
        "event-opening-unnamed",
        unnamed,
        "an opening that the event's body does not name",
        "proven EVENT_MALFORMED",
    )
    agreed = {"leaves": [0], "effective": "2026-01-02T00:00:00Z"}
    consent = add_event(base, "consent-recorded", agreed, signers=[plain])
    yield custody_vector(
        "event-consent-recorded-and-withdrawn",
        add_event(consent, "consent-withdrawn", agreed, signers=[plain]),
        "consent was recorded and withdrawn",
        "proven LOG_UNBROKEN",
    )
    yield custody_vector(
        "event-consent-by-another",
        add_event(base, "consent-withdrawn", agreed, signers=[world.court]),
        "somebody who does not hold the bundle records that consent was withdrawn",
        "proven NOT_THE_HOLDER",
    )
