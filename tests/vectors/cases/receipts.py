"""Finding 6: receipts given beside a bundle, and the choice of a head."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from attrs import evolve

from tests.tools.bundles import Bundle, Files, attest, make_bundle, stub
from tests.vectors.cases.times import EARLY, stamped
from tests.vectors.story import CUSTODY, Story, attestation_folder, head_folder, successor_bundle
from tests.vectors.vector import GivenReceipt, Vector
from tests.vectors.world import FIRST, World, stored_zip, vector


def receipt(bundle: Bundle, *folders: str, more: Files | None = None, form: str = "zip") -> GivenReceipt:
    """Return folders of a bundle, the last event's unless named, with the body as the only opening."""
    wanted = folders or (head_folder(bundle),)
    files = {
        path: data
        for path, data in bundle.files.items()
        if path.startswith(tuple(f"{one}/" for one in wanted))
    }
    brief = {path: data for path, data in files.items() if not path.endswith(".json") or _kept(path)}
    return GivenReceipt(form=form, body=stored_zip({**brief, **(more or {})}, bundle.bundle_id))


def _kept(path: str) -> bool:
    return path.rpartition("/")[2] in {"event.json", "body.json"}


def beside(
    name: str,
    bundle: Bundle,
    shown: list[GivenReceipt],
    comment: str,
    expect: str,
    **more: Any,  # noqa: ANN401
) -> Vector:
    """Return a vector of a bundle and receipts that asks about custody."""
    return vector(name, bundle, comment, expect, **{"require": CUSTODY, "receipts": tuple(shown), **more})


def vectors(world: World) -> Iterator[Vector]:
    """Yield the vectors."""
    story = Story(world)
    yield from _later(world, story)
    yield from _held(world, story)
    yield from _handovers(world, story)
    yield from _successions(world, story)
    yield from _set_aside(world, story)
    yield from _said_nothing(world, story)
    yield from _disputes(world, story)
    yield from _attestations(world)


def _later(world: World, story: Story) -> Iterator[Vector]:
    base = world.base
    one = story.fixity(base, world.plain)
    two = story.fixity(one, world.plain)
    yield beside(
        "receipt-later-event",
        base,
        [receipt(one)],
        "a receipt shows an event that was cut off here",
        "undetermined LATER_EVENT_EXISTS",
    )
    yield beside(
        "receipt-intact",
        base,
        [receipt(one)],
        "what a receipt shows touches nobody's content",
        "proven LATER_EVENT_EXISTS",
        require="intact sealed-by",
    )
    yield beside(
        "receipt-past-not-here",
        base,
        [receipt(two)],
        "the event before the one that a receipt shows is not here either",
        "undetermined LATER_EVENT_EXISTS",
    )
    junk = story.fixity(base, world.stranger, name="junk")
    yield beside(
        "receipt-seat-taken",
        junk,
        [receipt(one)],
        "junk stands here where an honest event was: it makes nobody contradict himself",
        "undetermined LATER_EVENT_EXISTS",
    )
    damaged = one.edit({f"{head_folder(one)}/1.sshsig": None})
    yield beside(
        "receipt-damaged-here",
        damaged,
        [receipt(one)],
        "the event that a receipt shows was damaged in this copy",
        "undetermined LATER_EVENT_EXISTS",
    )


def _held(world: World, story: Story) -> Iterator[Vector]:
    base = world.base
    one = story.fixity(base, world.plain)
    two = story.fixity(one, world.plain)
    loose = stub(
        story.fixity(base, world.stranger, name="far", seq=7).files, f"custody/log/{base.bundle_id}/00000007"
    )
    yield beside(
        "receipt-beside-loose-stub",
        evolve(base, files=loose),
        [receipt(one)],
        "a stub that anybody can add hides no later event",
        "undetermined LATER_EVENT_EXISTS",
    )
    yield beside(
        "receipt-held",
        two,
        [receipt(one)],
        "the receipt's event is in this copy",
        "proven RECEIPT_HELD",
        tags="",
    )
    yield beside(
        "receipt-held-twice",
        two,
        [receipt(one), receipt(two), receipt(one)],
        "the same receipt given twice",
        "proven RECEIPT_HELD",
    )
    litter = {"custody/log/.DS_Store": b"\0", "data/000009.txt": b"never read", "note.txt": b"no event"}
    folders = [f"custody/log/{base.bundle_id}/0000000{seq}" for seq in range(3)]
    yield beside(
        "receipt-whole-copy",
        one,
        [receipt(two, *folders, more=litter, form="folder")],
        "another copy of the bundle, unpacked and with litter in it, has more events",
        "undetermined LATER_EVENT_EXISTS",
    )


def _handovers(world: World, story: Story) -> Iterator[Vector]:
    sent, got = story.handed_over()
    checked = story.fixity(got, world.lawyer)
    yield beside(
        "receipt-of-open-release",
        sent,
        [receipt(got)],
        "released here, and the recipient's receipt is shown beside it",
        "undetermined LATER_EVENT_EXISTS",
    )
    yield beside(
        "receipt-merged",
        got,
        [receipt(got)],
        "the same receipt after the merge",
        "proven RECEIPT_HELD",
    )
    yield beside(
        "receipt-chain",
        world.base,
        [receipt(checked), receipt(sent), receipt(got)],
        "a release, its receipt and what came after, in any order",
        "undetermined LATER_EVENT_EXISTS",
    )
    yield beside(
        "receipt-of-unknown-release",
        world.base,
        [receipt(got)],
        "somebody received what this copy knows no release of",
        "proven NOT_MERGED",
    )
    copied, copy = story.copy()
    yield beside(
        "receipt-of-copy",
        copied,
        [receipt(copy)],
        "the receipt of a copy is another holding",
        "proven NOT_MERGED",
    )


def _successions(world: World, story: Story) -> Iterator[Vector]:
    base = successor_bundle(world)
    taken = story.succeed(base, world.heir, world.approver)
    yield beside(
        "receipt-of-succession",
        base,
        [receipt(taken)],
        "the named successor has carried on elsewhere",
        "undetermined LATER_EVENT_EXISTS",
    )
    goes_on = story.fixity(story.fixity(base, world.plain), world.plain)
    yield beside(
        "receipt-beside-succession",
        taken,
        [receipt(goes_on)],
        "the holder who was succeeded went on, and the event before is not here",
        "undetermined LATER_EVENT_EXISTS",
    )
    alone = story.succeed(base, world.heir)
    yield beside(
        "receipt-of-late-succession",
        goes_on,
        [receipt(alone)],
        "a succession that nobody approved, after an event that its holder did not end with",
        "proven NOT_MERGED",
    )


def _set_aside(world: World, story: Story) -> Iterator[Vector]:
    base = world.base
    sent = story.release(base, world.plain, world.lawyer)
    got = story.receive(sent, world.lawyer)
    another = story.fixity(make_bundle(signers=[world.plain], name="another"), world.plain)
    unsigned = story.fixity(base, world.plain).edit({f"custody/log/{base.bundle_id}/00000001/1.sshsig": None})
    busy = story.fixity(sent, world.plain)
    cases = {
        "stranger": (base, story.fixity(base, world.stranger), "by a stranger"),
        "not-the-holder": (base, story.fixity(base, world.court), "by a known person who is not the holder"),
        "not-the-holder-past-not-here": (
            base,
            story.fixity(story.fixity(base, world.court), world.court),
            "by a known person who is not the holder, its past not here",
        ),
        "in-a-taken-seat": (
            story.fixity(base, world.plain),
            story.fixity(base, world.court),
            "by a known person in the place of the holder's own event",
        ),
        "unsigned": (base, unsigned, "without its signature"),
        "another-bundle": (base, another, "of another bundle"),
        "former-holder": (got, busy, "by the former holder after his handover"),
    }
    for name, (bundle, shown, what) in cases.items():
        yield beside(
            f"receipt-{name}",
            bundle,
            [receipt(shown)],
            f"a receipt of an event {what}",
            "proven RECEIPT_SET_ASIDE",
        )


def _said_nothing(world: World, story: Story) -> Iterator[Vector]:
    base = world.base
    sent, got = story.handed_over()
    busy = story.fixity(sent, world.plain)
    yield beside(
        "receipt-former-holder-past-not-here",
        got,
        [receipt(story.fixity(busy, world.plain))],
        "the former holder wrote on after his handover, and only the last event is shown",
        "proven NOT_MERGED",
    )
    yield beside(
        "receipt-wrong-recipient",
        sent,
        [receipt(story.receive(sent, world.court))],
        "a receipt by somebody whom the release does not name",
        "undetermined (RECEIPT_SET_ASIDE)",
    )
    one = story.fixity(base, world.plain)
    folder = head_folder(one)
    yield beside(
        "receipt-stub",
        base,
        [receipt(evolve(one, files=stub(one.files, folder)))],
        "a stub shows nothing",
        "proven RECEIPT_SET_ASIDE",
    )
    yield beside(
        "receipt-empty",
        base,
        [GivenReceipt(form="zip", body=stored_zip({"readme.txt": b"no event"}, base.bundle_id))],
        "a receipt without an event",
        "proven RECEIPT_SET_ASIDE",
    )
    body = bytearray(receipt(one).body)
    body[body.index(b"fixity-checked")] ^= 1
    yield beside(
        "receipt-bytes-changed",
        base,
        [GivenReceipt(form="zip", body=bytes(body))],
        "a receipt whose zip contradicts itself says nothing of the bundle",
        "proven RECEIPT_SET_ASIDE",
    )


def _disputes(world: World, story: Story) -> Iterator[Vector]:
    sent, got = story.handed_over()
    withdrawn = story.withdraw(sent, world.plain, sent.head)
    yield beside(
        "receipt-against-withdrawal",
        withdrawn,
        [receipt(got)],
        "withdrawn here, received there",
        "undetermined DISPUTED",
    )
    yield beside(
        "receipt-of-withdrawal",
        got,
        [receipt(withdrawn)],
        "received here, withdrawn there",
        "undetermined DISPUTED",
    )
    yield beside(
        "receipt-received-twice",
        got,
        [receipt(story.receive(sent, world.lawyer, name="again"))],
        "received here and there",
        "undetermined DISPUTED",
    )
    in_time = stamped(got, FIRST, EARLY, folder=head_folder(got))
    yield beside(
        "receipt-of-late-withdrawal",
        in_time,
        [receipt(withdrawn)],
        "received here and stamped; times decide nothing against a receipt, whose stamps may be left out",
        "undetermined DISPUTED",
        trust="timed",
    )
    dated = stamped(withdrawn, FIRST, EARLY, folder=head_folder(withdrawn))
    yield beside(
        "receipt-of-stamped-withdrawal",
        in_time,
        [receipt(dated)],
        "stamps in receipts are not judged before a merge, and decide nothing either way",
        "undetermined DISPUTED",
        trust="timed",
    )


def _attestations(world: World) -> Iterator[Vector]:
    base = world.base
    data = {"events": [base.seal_id], "statement": "seen"}
    for name, signer, expect in (
        ("receipt-attestation", world.court, "proven ATTESTATION_LISTED"),
        ("receipt-attestation-by-stranger", world.stranger, "proven ATTESTATION_SIGNER_UNKNOWN"),
    ):
        said = attest(base, "countersigned", data, signers=[signer], prev=[base.seal_id])
        yield beside(
            name,
            base,
            [receipt(said, attestation_folder(said))],
            "a statement given beside the bundle",
            expect,
        )
    said = attest(base, "countersigned", data, signers=[world.court], prev=[base.seal_id])
    yield beside(
        "receipt-attestation-held",
        said,
        [receipt(said, attestation_folder(said))],
        "a statement that is here already",
        "proven RECEIPT_HELD",
    )
