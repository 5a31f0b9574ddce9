"""Shorthand for the events of a log, and for what is asked about them."""

from __future__ import annotations

from typing import Any

from tests.tools.bundles import Bundle, Files, add_event, make_bundle, text_item
from tests.vectors.kept import KeptSigner
from tests.vectors.vector import Vector
from tests.vectors.world import World, vector

CUSTODY = "custody-unbroken"


class Story:
    """Shorthand for the events of a log."""

    def __init__(self, world: World) -> None:
        """Keep the people."""
        self.world = world

    def fixity(self, bundle: Bundle, by: KeptSigner, **more: Any) -> Bundle:  # noqa: ANN401
        """Add a fixity check."""
        return add_event(
            bundle, "fixity-checked", {"root": bundle.root, "result": "pass"}, signers=[by], **more
        )

    def release(self, bundle: Bundle, by: KeptSigner, to: KeptSigner) -> Bundle:
        """Release to somebody."""
        data = {"to": self.world.party(to), "root": bundle.root, "items": bundle.items}
        return add_event(bundle, "released", data, signers=[by])

    def receive(self, bundle: Bundle, by: KeptSigner, **more: Any) -> Bundle:  # noqa: ANN401
        """Receive, opening the recipient's holding."""
        data = {"root": bundle.root, "result": "pass"}
        return add_event(bundle, "received", data, signers=[by], opens=True, **more)

    def withdraw(self, bundle: Bundle, by: KeptSigner, release: str) -> Bundle:
        """Withdraw a release."""
        return add_event(bundle, "withdrawn", {"event": release}, signers=[by])


def merge(one: Bundle, other: Bundle) -> Bundle:
    """Return the union of two copies' files, at the first one's head."""
    return one.edit({path: data for path, data in other.files.items() if path not in one.files})


def head_folder(bundle: Bundle) -> str:
    """Return the folder of the last event."""
    return f"custody/log/{bundle.holding}/{bundle.seq:08d}"


def custody_vector(
    name: str,
    bundle: Bundle | Files,
    comment: str,
    expect: str,
    **header: object,
) -> Vector:
    """Return a vector that asks about custody."""
    return vector(name, bundle, comment, expect, **{"require": CUSTODY, **header})


def successor_bundle(world: World, name: str = "successor") -> Bundle:
    """Return a bundle whose holder has named the heir as his successor."""
    items = [text_item("a.txt", "a\n", kind="record")]
    people = {"people": {"successor": world.party(world.heir)}}
    return make_bundle(items, signers=[world.plain], name=name, fields=people)
