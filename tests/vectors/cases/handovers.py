"""Finding 6: what events say of the very bundle, and who takes it over."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from tests.tools.bundles import Bundle, add_event, attest
from tests.vectors.story import CUSTODY, Story, custody_vector
from tests.vectors.vector import Vector
from tests.vectors.world import World, vector

_OTHER = "ab" * 32


def vectors(world: World) -> Iterator[Vector]:
    """Yield the vectors."""
    yield from _differing(world)
    yield from _failed(world)
    yield from _roles(world)


def _released(world: World, more: Mapping[str, object]) -> Bundle:
    base = world.base
    data = {"to": world.party(world.lawyer), "root": base.root, "items": base.items, **more}
    return add_event(base, "released", data, signers=[world.plain])


def _differing(world: World) -> Iterator[Vector]:
    base, story = world.base, Story(world)
    differs = {"require": CUSTODY, "expect": "undetermined HANDOVER_DIFFERS"}
    sent = _released(world, {})
    cases = {
        "release-of-another-root": (
            story.receive(_released(world, {"root": _OTHER}), world.lawyer),
            "the release names another root than the seal",
        ),
        "release-of-another-number": (
            story.receive(_released(world, {"items": base.items + 1}), world.lawyer),
            "the release names another number of items than the seal",
        ),
        "receipt-of-another-root": (
            add_event(
                sent, "received", {"root": _OTHER, "result": "pass"}, signers=[world.lawyer], opens=True
            ),
            "the receipt says that all was well, and names another root than the seal",
        ),
        "fixity-of-another-root": (
            add_event(base, "fixity-checked", {"root": _OTHER, "result": "pass"}, signers=[world.plain]),
            "a check that passed names another root than the seal",
        ),
    }
    for name, (bundle, comment) in cases.items():
        yield vector(name, bundle, comment, **differs)


def _failed(world: World) -> Iterator[Vector]:
    base, sent = world.base, _released(world, {})
    fail = {"root": _OTHER, "result": "fail"}
    yield custody_vector(
        "received-with-a-failure",
        add_event(sent, "received", fail, signers=[world.lawyer], opens=True),
        "the recipient found a difference and received all the same: that is always told",
        "proven FIXITY_FAILED",
    )
    yield custody_vector(
        "fixity-failed",
        add_event(base, "fixity-checked", fail, signers=[world.plain]),
        "a check that failed is told, whatever this copy comes to",
        "proven FIXITY_FAILED",
    )
    yield custody_vector(
        "fixity-failed-attested",
        attest(base, "fixity-checked", fail, signers=[world.court], prev=[base.seal_id]),
        "somebody who does not hold the bundle states that a check failed",
        "proven FIXITY_FAILED",
    )


def _roles(world: World) -> Iterator[Vector]:
    base, story = world.base, Story(world)
    unfit = {"require": CUSTODY, "expect": "undetermined HOLDER_ROLE"}
    received = story.receive(story.release(base, world.plain, world.approver), world.approver)
    yield vector(
        "received-without-role",
        received,
        "received by somebody who may approve and not hold",
        **unfit,
    )
    yield vector(
        "received-back-from-without-role",
        story.receive(story.release(received, world.approver, world.plain), world.plain),
        "handed back by somebody who may not hold",
        **unfit,
    )
    copied = add_event(base, "copied", {"to": world.party(world.approver)}, signers=[world.plain])
    passed = {"root": base.root, "result": "pass"}
    yield vector(
        "copy-received-without-role",
        add_event(copied, "copy-received", passed, signers=[world.approver], opens=True),
        "a copy received by somebody who may approve and not hold",
        **unfit,
    )
