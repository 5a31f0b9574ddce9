"""Finding 6: the log. Every rule has a vector that it refuses."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import evolve

from tests.tools.bundles import add_event, attest, make_bundle, stub
from tests.vectors.cases.seals import reproof
from tests.vectors.story import Story, attestation_folder, custody_vector, head_folder, in_folder
from tests.vectors.vector import Vector
from tests.vectors.world import World, vector


def vectors(world: World) -> Iterator[Vector]:
    """Yield the vectors."""
    story = Story(world)
    base = world.base
    yield custody_vector(
        "log-seal-only", base, "the log is only the seal", "proven LOG_UNBROKEN", tags="audit"
    )
    checked = story.fixity(base, world.plain)
    yield custody_vector(
        "log-holder-continues", checked, "the holder checked fixity", "proven LOG_UNBROKEN", tags="audit"
    )
    yield from _transfers(world, story)
    yield from _copies(world, story)
    yield from _set_aside(world, story)
    yield from _uncounted(world, story)
    yield from _transplants(world, story)
    yield from _misplaced(world, story)
    yield from _renumbered(world, story)
    yield from _replays(world, story)
    yield from _attestations(world)


def _transfers(world: World, story: Story) -> Iterator[Vector]:
    sent, got = story.handed_over()
    back = story.receive(story.release(got, world.lawyer, world.plain), world.plain)
    yield custody_vector("transfer-in-transit", sent, "released and not received", "undetermined IN_TRANSIT")
    yield custody_vector(
        "transfer-received", got, "released and received", "proven LOG_UNBROKEN", tags="audit"
    )
    yield custody_vector("transfer-and-back", back, "handed over and back", "proven LOG_UNBROKEN")
    withdrawn = story.withdraw(sent, world.plain, sent.head)
    yield custody_vector(
        "transfer-withdrawn",
        withdrawn,
        "a release was withdrawn, and its giver holds again",
        "proven LOG_UNBROKEN",
    )
    yield custody_vector(
        "transfer-wrong-recipient",
        story.receive(sent, world.court),
        "received by somebody whom the release does not name",
        "undetermined (NOT_THE_RECIPIENT)",
    )
    busy = story.fixity(sent, world.plain)
    yield custody_vector(
        "transfer-act-in-transit",
        busy,
        "the giver acts while the bundle is in transit",
        "undetermined (HOLDING_IN_TRANSIT)",
    )
    late = evolve(sent, files=got.files)
    former = story.fixity(late, world.plain)
    yield custody_vector(
        "transfer-act-of-former-holder",
        former,
        "the former holder acts after the receipt; he harms nobody",
        "proven HOLDING_IN_TRANSIT",
    )


def _copies(world: World, story: Story) -> Iterator[Vector]:
    copied, copy = story.copy()
    yield custody_vector(
        "copy-unacknowledged", copied, "a copy that nobody acknowledged", "proven COPY_UNACKNOWLEDGED"
    )
    yield custody_vector("copy-received", copy, "a copy and its receipt", "proven LOG_UNBROKEN")
    middle = stub(copy.files, f"custody/log/{copied.bundle_id}/00000001")
    yield custody_vector(
        "stub-in-past", middle, "an event of the past is a stub", "undetermined STUB_IN_PAST"
    )
    yield vector(
        "stub-intact", middle, "a stub leaves the content proven", "proven EVENT_STUBBED", tags="audit"
    )
    yield vector(
        "stub-complete",
        middle,
        "a stub leaves completeness undetermined",
        "undetermined EVENT_STUBBED",
        require="complete",
    )
    loose = stub(story.fixity(world.base, world.plain).files, f"custody/log/{world.base.bundle_id}/00000001")
    yield custody_vector(
        "stub-unfollowed",
        loose,
        "a stub that no event follows: nobody vouches for it",
        "proven STUB_UNFOLLOWED",
    )
    receipt = add_event(
        world.base,
        "annotated",
        {"event": world.base.seal_id},
        signers=[world.plain],
        fields={"note": {"text": "x"}},
    )
    closed = receipt.edit({f"custody/log/{receipt.bundle_id}/00000001/note.json": None})
    yield vector(
        "field-closed",
        closed,
        "a closed field of an event",
        "undetermined EVENT_FIELD_CLOSED",
        require="complete",
    )
    yield vector(
        "field-closed-intact",
        closed,
        "a closed field of an event leaves the content proven",
        "proven EVENT_FIELD_CLOSED",
        tags="audit",
    )


def _set_aside(world: World, story: Story) -> Iterator[Vector]:
    base = world.base
    junk = story.fixity(base, world.stranger)
    yield custody_vector(
        "event-by-stranger",
        junk,
        "a stranger's event is set aside and harms nobody",
        "proven EVENT_SIGNER_UNKNOWN",
    )
    yield custody_vector(
        "event-on-stranger",
        story.fixity(junk, world.plain),
        "the holder continued a stranger's event",
        "undetermined SET_ASIDE_IN_PAST",
    )
    checked = story.fixity(base, world.plain)
    folder = f"custody/log/{base.bundle_id}/00000001"
    yield custody_vector(
        "event-unsigned",
        checked.edit({f"{folder}/1.sshsig": None}),
        "an event whose signature is missing is set aside",
        "proven EVENT_SIGNATURE_MISSING",
    )
    wrong = reproof(checked.edit({f"{folder}/1.sshsig": base.files[base.path("1.sshsig")]}).files, folder)
    yield custody_vector(
        "event-signature-wrong", wrong, "the signature of another event", "proven EVENT_SIGNATURE_WRONG"
    )
    yield custody_vector(
        "event-malformed",
        checked.edit({f"{folder}/body.json": b"[]"}),
        "an event that cannot be read is set aside",
        "proven EVENT_MALFORMED",
    )
    yield custody_vector(
        "event-unknown-file",
        checked.edit({f"{folder}/readme.txt": b"x"}),
        "an unknown file in an event's folder is set aside alone",
        "proven EVENT_FILE_UNKNOWN",
    )


def _uncounted(world: World, story: Story) -> Iterator[Vector]:
    base = world.base
    not_holder = story.fixity(base, world.court)
    yield custody_vector(
        "event-not-the-holder", not_holder, "a known person who is not the holder", "proven NOT_THE_HOLDER"
    )
    yield custody_vector(
        "event-on-set-aside",
        story.fixity(not_holder, world.plain),
        "the holder continued an event that does not count",
        "undetermined SET_ASIDE_IN_PAST",
    )
    hybrid = world.hybrid
    short = story.fixity(hybrid, world.sealer_short)
    yield custody_vector(
        "event-key-set", short, "an event signed by a shortened key set", "undetermined EVENT_KEY_SET"
    )
    yield custody_vector(
        "event-key-time",
        world.base,
        "the key of the log's only event ended",
        "undetermined EVENT_KEY_TIME",
        trust="expired",
    )


def _transplants(world: World, story: Story) -> Iterator[Vector]:
    base = world.base
    checked = story.fixity(base, world.plain)
    folder = head_folder(checked)
    twin = make_bundle(signers=[world.plain], name="twin")
    alien = story.fixity(twin, world.plain)
    placed = in_folder(folder, alien.files)
    yield custody_vector(
        "event-of-another-bundle",
        base.edit(placed),
        "an event of another bundle by known keys in this holding is only listed: anybody can copy one there",
        "proven EVENT_OF_ANOTHER_BUNDLE",
    )
    yield vector(
        "event-of-another-bundle-intact",
        base.edit(placed),
        "it leaves content and sealer proven",
        "proven EVENT_OF_ANOTHER_BUNDLE",
        tags="audit-listed",
    )
    own = {path: data for path, data in alien.files.items() if "/00000001/" in path}
    yield custody_vector(
        "event-of-another-bundle-beside",
        base.edit(own),
        "an event of another bundle in a holding of its own",
        "proven EVENT_OF_ANOTHER_BUNDLE",
    )
    second = story.fixity(checked, world.plain, name="second")
    hole = second.edit({path: None for path in second.files if "/00000001/" in path})
    yield custody_vector(
        "event-removed", hole, "an event in the middle was removed", "undetermined LATER_EVENT_EXISTS"
    )
    replaced = hole.edit(placed)
    yield custody_vector(
        "event-replaced",
        replaced,
        "an event in the middle was replaced by one of another bundle",
        "undetermined LATER_EVENT_EXISTS",
    )
    lone = story.receive(story.release(checked, world.plain, world.lawyer), world.lawyer)
    beside = lone.edit({path: None for path in lone.files if "/00000002/" in path or "/00000001/" in path})
    yield custody_vector(
        "event-not-merged", beside, "a receipt of a holding whose past is not here", "proven NOT_MERGED"
    )


def _misplaced(world: World, story: Story) -> Iterator[Vector]:
    base = world.base
    skipped = story.fixity(base, world.plain, seq=2)
    yield custody_vector(
        "holding-seq-skipped", skipped, "a number of the holding was skipped", "proven HOLDING_WRONG"
    )
    released = story.release(base, world.plain, world.lawyer)
    wrong = story.receive(released, world.lawyer, holding="1" * 32)
    yield custody_vector(
        "holding-id-wrong", wrong, "a holding whose id is not derived", "undetermined (HOLDING_WRONG)"
    )
    inside = add_event(released, "received", {"root": base.root, "result": "pass"}, signers=[world.lawyer])
    yield custody_vector(
        "holding-received-inside",
        inside,
        "a receipt written into the giver's holding",
        "undetermined (HOLDING_WRONG)",
    )
    checked = story.fixity(base, world.plain)
    unreleased = story.receive(checked, world.lawyer)
    yield custody_vector(
        "holding-unreleased", unreleased, "received what nobody released", "proven HOLDING_WRONG"
    )
    closed = add_event(base, "closed", {"reason": "archived"}, signers=[world.plain])
    yield custody_vector("holding-closed", closed, "a closed holding", "proven LOG_UNBROKEN")
    yield custody_vector(
        "holding-after-closed",
        story.fixity(closed, world.plain),
        "an act after the holding was closed",
        "proven HOLDING_CLOSED",
    )
    far = add_event(base, "accessed", {"leaves": [3]}, signers=[world.plain])
    yield custody_vector(
        "event-leaf-unknown", far, "an event about an item that does not exist", "proven ITEM_UNKNOWN"
    )
    alone = add_event(base, "erased", {"leaves": [0], "ground": "consent withdrawn"}, signers=[world.plain])
    yield custody_vector(
        "erased-by-one", alone, "an erasure signed by the holder alone", "proven EVENT_THRESHOLD"
    )


def _renumbered(world: World, story: Story) -> Iterator[Vector]:
    base = world.base
    elsewhere = story.fixity(base, world.plain)
    folder = f"custody/log/{base.bundle_id}/00000001"
    moved = {
        path.replace(folder, f"custody/log/{base.bundle_id}/00000005"): data
        for path, data in elsewhere.files.items()
    }
    yield custody_vector(
        "event-folder-renamed", moved, "an event in the folder of another number", "proven EVENT_MALFORMED"
    )
    copy = in_folder(f"custody/log/{base.bundle_id}/00000002", elsewhere.files)
    yield custody_vector(
        "event-twice", elsewhere.edit(copy), "the same event in a second folder", "proven EVENT_MALFORMED"
    )


def _replays(world: World, story: Story) -> Iterator[Vector]:
    base = world.base
    once = story.fixity(base, world.plain, seed="replayed")
    twice = story.fixity(once, world.plain, seed="replayed")
    yield custody_vector(
        "event-commitments-repeated",
        twice,
        "an event whose commitments stand in another one",
        "proven COMMITMENT_REPEATED",
    )
    proof = once.files[f"custody/log/{base.bundle_id}/00000001/proof.sha256"]
    borrowed = once.edit({f"custody/log/{'1' * 32}/00000000/proof.sha256": proof})
    yield custody_vector(
        "event-id-borrowed",
        borrowed,
        "a copy of an event's proof elsewhere does not set the event aside",
        "proven EVENT_MALFORMED",
    )


def _attestations(world: World) -> Iterator[Vector]:
    base = world.base
    data = {"events": [base.seal_id], "statement": "seen"}
    said = attest(base, "countersigned", data, signers=[world.court], prev=[base.seal_id])
    yield custody_vector(
        "attestation-listed",
        said,
        "an attestation is listed and changes nothing",
        "proven ATTESTATION_LISTED",
    )
    strange = attest(base, "countersigned", data, signers=[world.stranger], prev=[base.seal_id])
    yield custody_vector(
        "attestation-by-stranger",
        strange,
        "a stranger's attestation is set aside, and not called malformed",
        "proven ATTESTATION_SIGNER_UNKNOWN",
    )
    cut = said.edit({f"{attestation_folder(said)}/body.json": None})
    yield custody_vector(
        "attestation-cut", cut, "an attestation without its body is set aside", "proven ATTESTATION_SET_ASIDE"
    )
