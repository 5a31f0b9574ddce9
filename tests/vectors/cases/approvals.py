"""Finding 6: who may approve, succeed and end what is not his alone."""

from __future__ import annotations

from collections.abc import Iterator

from tests.tools.bundles import add_event
from tests.vectors.cases.times import EARLY, LATER, SOON, anchor, at, stamped
from tests.vectors.kept import KeptSigner
from tests.vectors.story import (
    Renamed,
    Story,
    at_head_of,
    custody_vector,
    head_folder,
    merge,
    successor_bundle,
)
from tests.vectors.vector import Vector
from tests.vectors.world import FIRST, World

ERASED = {"leaves": [2], "ground": "consent withdrawn"}
REDACTED = {"inputs": [0], "outputs": [1], "class": "blur", "ground": "a bystander's face"}


def vectors(world: World) -> Iterator[Vector]:
    """Yield the vectors."""
    story = Story(world)
    yield from _thresholds(world)
    yield from _successors(world, story)
    yield from _late_successors(world, story)
    yield from _ends(world, story)


def _thresholds(world: World) -> Iterator[Vector]:
    base, plain = world.base, world.plain
    cases: dict[str, tuple[str, list[KeptSigner], str, str, str]] = {
        "erased-by-two-sets-of-one": (
            "erased",
            [plain, world.heir],
            "proven EVENT_THRESHOLD",
            "two-sets-approving",
            "an erasure signed with two key sets of one person",
        ),
        "erased-without-an-approver": (
            "erased",
            [plain, world.lawyer],
            "proven EVENT_THRESHOLD",
            "sealer",
            "an erasure cosigned by somebody who is no approver",
        ),
        "erased-with-an-approver": (
            "erased",
            [plain, world.approver],
            "proven LOG_UNBROKEN",
            "sealer",
            "an erasure cosigned by an approver",
        ),
        "erased-with-a-stranger": (
            "erased",
            [plain, world.stranger],
            "proven EVENT_SIGNER_UNKNOWN",
            "sealer",
            "an erasure cosigned by a stranger",
        ),
        "threshold-raised-by-trust": (
            "redacted",
            [plain],
            "proven EVENT_THRESHOLD",
            "two-redactors",
            "the trust asks for two signers of a redaction",
        ),
        "threshold-raised-by-trust-met": (
            "redacted",
            [plain, world.lawyer],
            "proven LOG_UNBROKEN",
            "two-redactors",
            "the same redaction by two",
        ),
    }
    for name, (type_, signers, expect, trust, comment) in cases.items():
        data = ERASED if type_ == "erased" else REDACTED
        made = add_event(base, type_, data, signers=signers, actor="archive")
        yield custody_vector(name, made, comment, expect, trust=trust)


def _successors(world: World, story: Story) -> Iterator[Vector]:
    base = successor_bundle(world)

    yield custody_vector(
        "succession-approved-by-own-second-set",
        story.succeed(base, world.heir, world.approver),
        "the successor approves himself with a second key set",
        "undetermined SUCCESSION_UNAPPROVED",
        trust="heir-approving",
    )
    yield custody_vector(
        "succession-approved-by-holder",
        story.succeed(base, world.heir, world.plain),
        "the holder who is succeeded approves it himself",
        "undetermined SUCCESSION_UNAPPROVED",
        trust="holder-approving",
    )
    yield custody_vector(
        "succession-cosigned-by-no-approver",
        story.succeed(base, world.heir, world.lawyer),
        "a succession cosigned by somebody who is no approver",
        "undetermined SUCCESSION_UNAPPROVED",
    )
    yield custody_vector(
        "succession-holding-wrong",
        story.succeed(base, world.heir, world.approver, holding="2" * 32),
        "a successor in a holding whose id is not derived",
        "proven HOLDING_WRONG",
    )
    yield custody_vector(
        "succession-by-stranger-under-the-successors-name",
        story.succeed(base, Renamed("heir", world.stranger), world.approver),
        "a stranger under the name of the successor",
        "proven EVENT_SIGNER_UNKNOWN",
    )


def _late_successors(world: World, story: Story) -> Iterator[Vector]:
    base = successor_bundle(world)
    goes_on = story.fixity(base, world.plain)
    back = story.succeed(base, world.heir, world.approver, at=at("2026-01-02T03:10:00Z"))
    yield custody_vector(
        "succession-backdated",
        merge(stamped(goes_on, FIRST, EARLY, folder=head_folder(goes_on)), back),
        "a successor follows an earlier event, claiming an earlier time; the holder's later act was stamped",
        "proven DISPUTE_WON",
        trust="timed",
    )
    sent = story.release(base, world.plain, world.lawyer)
    got = story.receive(sent, world.lawyer)
    yield custody_vector(
        "succession-after-receipt",
        merge(
            stamped(got, FIRST, EARLY, folder=head_folder(got)),
            story.succeed(sent, world.heir, world.approver),
        ),
        "the giver's successor comes after the receipt of the release that he follows",
        "proven DISPUTE_WON",
        trust="timed",
    )
    seen = stamped(base, FIRST, EARLY)
    thief = story.succeed(seen, world.plain, world.approver, anchors=anchor(FIRST, SOON), at=at(SOON))
    yield custody_vector(
        "succession-by-thief-of-the-holders-key",
        stamped(thief, FIRST, LATER, folder=head_folder(thief)),
        "a thief of the holder's key succeeds the holder; nothing shows that it was signed before the theft",
        "undetermined EVENT_KEY_TIME",
        trust="timed-compromised",
    )
    late = story.succeed(seen, world.plain, world.approver, anchors=anchor(FIRST, LATER), at=at(LATER))
    yield custody_vector(
        "succession-by-thief-after-the-theft",
        late,
        "the same, and an anchor shows that it was signed after the theft",
        "proven EVENT_KEY_COMPROMISED",
        trust="timed-compromised",
    )


def _ends(world: World, story: Story) -> Iterator[Vector]:
    base = successor_bundle(world)
    closed = add_event(base, "closed", {"reason": "archived"}, signers=[world.plain])
    heir = story.succeed(closed, world.heir, world.approver)
    yield custody_vector(
        "succession-after-closed",
        heir,
        "the named successor takes over a holding that its holder had closed",
        "proven HOLDING_CLOSED",
    )
    sent, got = story.handed_over()
    withdrawn = story.withdraw(sent, world.plain, sent.head)
    peace = story.reconcile(withdrawn, got, world.plain, world.lawyer)
    theirs = at_head_of(peace, got)
    again = story.reconcile(theirs, peace, world.lawyer)
    yield custody_vector(
        "holding-after-its-reconciliation",
        again,
        "who signed that his holding ended goes on in it, and covers the reconciliation with one of his own",
        "proven HOLDING_CLOSED",
    )
    yield custody_vector(
        "holding-after-its-reconciliation-by-both",
        story.reconcile(theirs, peace, world.lawyer, world.plain),
        "the same, signed by both: an ended holding does not begin again",
        "proven HOLDING_CLOSED",
    )
    yield custody_vector(
        "reconciled-without-following",
        story.reconcile(withdrawn, got, world.plain, prev=[withdrawn.head]),
        "a reconciliation names a head that it does not follow",
        "undetermined (HOLDING_WRONG)",
    )
    yield custody_vector(
        "reconciled-by-a-third-person",
        story.reconcile(withdrawn, got, world.plain, world.court),
        "one party and somebody else cannot end a dispute",
        "undetermined DISPUTED",
    )
