"""Finding 6: whom the log contradicts, who succeeds, and what former holders add."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import evolve

from tests.tools.bundles import make_bundle
from tests.vectors.cases.times import EARLY, SOON, anchor, at, stamped
from tests.vectors.story import (
    Story,
    at_head_of,
    custody_vector,
    head_folder,
    in_folder,
    merge,
    successor_bundle,
)
from tests.vectors.vector import Vector
from tests.vectors.world import FIRST, World


def vectors(world: World) -> Iterator[Vector]:
    """Yield the vectors."""
    story = Story(world)
    yield from _disputes(world, story)
    yield from _succession(world, story)
    yield from _former_holders(world, story)
    yield from _peace(world, story)
    yield from _timed_disputes(world, story)


def _disputes(world: World, story: Story) -> Iterator[Vector]:
    sent, got = story.handed_over()
    withdrawn = story.withdraw(sent, world.plain, sent.head)
    both = merge(withdrawn, got)
    yield custody_vector(
        "dispute-withdrawn-and-received", both, "withdrawn here, received there", "undetermined DISPUTED"
    )
    twice = merge(got, story.receive(sent, world.lawyer, name="again"))
    yield custody_vector(
        "dispute-received-twice", twice, "one release received twice", "undetermined DISPUTED"
    )
    ended = story.reconcile(withdrawn, got, world.plain, world.lawyer)
    yield custody_vector(
        "dispute-reconciled", ended, "both parties ended their dispute", "proven LOG_UNBROKEN"
    )
    copied, copy = story.copy()
    away = story.release(copy, world.court, world.lawyer)
    covering = story.reconcile(copied, away, world.plain)
    denied = story.withdraw(at_head_of(away, copied), world.plain, away.head)
    merged = story.reconcile(denied, away, world.plain)
    yield custody_vector(
        "transfer-withdrawn-by-another",
        merged,
        "a release can be withdrawn in its own holding alone",
        "undetermined IN_TRANSIT",
    )
    yield custody_vector(
        "transfer-in-transit-covered",
        covering,
        "a reconciliation cannot hide another holder's open release",
        "undetermined IN_TRANSIT",
    )
    alone = story.reconcile(withdrawn, got, world.plain)
    yield custody_vector(
        "dispute-reconciled-by-one", alone, "one party alone cannot end a dispute", "undetermined DISPUTED"
    )


def _succession(world: World, story: Story) -> Iterator[Vector]:
    base = successor_bundle(world)

    approved = story.succeed(base, world.heir, world.approver)
    yield custody_vector(
        "succession-approved", approved, "the named successor, cosigned by an approver", "proven LOG_UNBROKEN"
    )
    yield custody_vector(
        "succession-alone",
        story.succeed(base, world.heir),
        "the named successor alone",
        "undetermined SUCCESSION_UNAPPROVED",
    )
    yield custody_vector(
        "succession-false",
        story.succeed(base, world.court, world.approver),
        "somebody whom the holder did not name",
        "proven NOT_THE_SUCCESSOR",
    )
    closed = approved.edit({base.path("people.json"): None})
    yield custody_vector(
        "succession-unknown", closed, "who was named is closed", "undetermined SUCCESSOR_UNKNOWN"
    )
    goes_on = merge(approved, story.fixity(base, world.plain))
    yield custody_vector(
        "succession-while-holder-goes-on",
        goes_on,
        "a cosigned successor while the holder goes on",
        "undetermined DISPUTED",
    )
    twice = merge(approved, story.succeed(base, world.heir, world.approver, name="again"))
    yield custody_vector(
        "succession-twice", twice, "two cosigned successions of one holding", "undetermined DISPUTED"
    )
    sent = story.release(base, world.plain, world.lawyer)
    rival = merge(story.succeed(sent, world.heir, world.approver), story.receive(sent, world.lawyer))
    yield custody_vector(
        "succession-beside-receipt",
        rival,
        "a cosigned successor beside the receipt of the release he follows",
        "undetermined DISPUTED",
    )


def _former_holders(world: World, story: Story) -> Iterator[Vector]:
    """Whatever somebody adds to a holding that he has handed over, the head of his successor stays proven."""
    sent, got = story.handed_over()
    late = evolve(sent, files=got.files)
    once = story.fixity(late, world.plain)
    yield custody_vector(
        "former-holder-junk-on-junk",
        story.fixity(once, world.plain, name="again"),
        "the former holder builds on his own junk",
        "proven HOLDING_IN_TRANSIT",
    )
    strange = story.fixity(late, world.stranger)
    yield custody_vector(
        "former-holder-on-stranger",
        story.fixity(strange, world.plain),
        "the former holder builds on a stranger's event",
        "proven HOLDING_IN_TRANSIT",
    )
    yield custody_vector(
        "former-holder-with-a-hole",
        story.fixity(late, world.plain, seq=7, prev=["f" * 64]),
        "the former holder adds an event whose past is not here",
        "proven LATER_EVENT_EXISTS",
    )
    twin = story.fixity(make_bundle(signers=[world.plain], name="twin"), world.plain)
    alien = in_folder(f"custody/log/{world.base.bundle_id}/00000007", twin.files)
    yield custody_vector(
        "former-holder-of-another-bundle",
        got.edit(alien),
        "the former holder adds an event of another bundle",
        "proven EVENT_OF_ANOTHER_BUNDLE",
    )
    gone = story.withdraw(sent, world.plain, sent.head)
    yield custody_vector(
        "transfer-withdrawn-twice",
        story.withdraw(gone, world.plain, sent.head),
        "a release was withdrawn twice: a withdrawal excludes receipts alone",
        "proven LOG_UNBROKEN",
    )


def _peace(world: World, story: Story) -> Iterator[Vector]:
    """What both signed ends a dispute from there on, whoever of the two goes on."""
    base = successor_bundle(world, "peace")
    heirs = story.succeed(base, world.heir, world.approver)
    peace = story.reconcile(story.fixity(base, world.plain), heirs, world.plain, world.heir)
    yield custody_vector(
        "dispute-succession-reconciled",
        story.fixity(peace, world.plain),
        "the holder and his successor agreed that the holder goes on",
        "proven LOG_UNBROKEN",
    )


def _timed_disputes(world: World, story: Story) -> Iterator[Vector]:
    released, received = story.handed_over()
    withdrawn = story.withdraw(released, world.plain, released.head)
    in_time = stamped(received, FIRST, EARLY, folder=head_folder(received))
    yield custody_vector(
        "time-dispute-won",
        merge(in_time, withdrawn),
        "a receipt that was stamped stands against an unstamped withdrawal",
        "proven DISPUTE_WON",
        trust="timed",
    )
    yield custody_vector(
        "time-dispute-lost",
        merge(in_time, withdrawn),
        "the head of the withdrawal bears on nothing",
        "proven DISPUTE_LOST",
        trust="timed",
    )
    apart = story.receive(released, world.lawyer, anchors=anchor(FIRST, SOON), at=at(SOON))
    yield custody_vector(
        "time-dispute-apart",
        merge(stamped(withdrawn, FIRST, EARLY, folder=head_folder(withdrawn)), apart),
        "a withdrawal that was stamped before the receipt was signed stands",
        "proven DISPUTE_WON",
        trust="timed",
    )
    secret = stamped(withdrawn, FIRST, EARLY, folder=head_folder(withdrawn))
    yield custody_vector(
        "time-dispute-open",
        merge(stamped(received, FIRST, SOON, folder=head_folder(received)), secret),
        "a withdrawal that was stamped earlier and never anchored leaves the dispute open",
        "undetermined DISPUTED",
        trust="timed",
    )
