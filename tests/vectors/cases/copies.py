"""Finding 6: copies that are given beside a holding that goes on."""

from __future__ import annotations

from collections.abc import Iterator

from tests.tools.bundles import add_event
from tests.vectors.vector import Vector
from tests.vectors.world import World, vector


def vectors(world: World) -> Iterator[Vector]:
    """Yield the vectors."""
    copied = add_event(world.base, "copied", {"to": world.party(world.court)}, signers=[world.plain])
    withdrawn = add_event(copied, "withdrawn", {"event": copied.head}, signers=[world.plain])
    received = add_event(
        withdrawn,
        "copy-received",
        {"root": copied.root, "result": "pass"},
        signers=[world.court],
        opens=True,
        prev=[copied.head],
    )
    yield vector(
        "copy-withdrawn-and-received",
        received,
        "a copy that its giver took back, and its receipt: both heads are proven, the original untouched",
        "proven COPY_WITHDRAWN",
        require="custody-unbroken",
    )
