"""Shorthand for the events of a log, and for what is asked about them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from attrs import evolve

from custody.keys.signer import Signer
from custody.model.identity import Identity
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

    def receive(self, bundle: Bundle, by: Signer, **more: Any) -> Bundle:  # noqa: ANN401
        """Receive, opening the recipient's holding."""
        data = {"root": bundle.root, "result": "pass"}
        return add_event(bundle, "received", data, signers=[by], opens=True, **more)

    def handed_over(self) -> tuple[Bundle, Bundle]:
        """Release the bundle of all stories to the lawyer, who receives it; return both states."""
        sent = self.release(self.world.base, self.world.plain, self.world.lawyer)
        return sent, self.receive(sent, self.world.lawyer)

    def withdraw(self, bundle: Bundle, by: KeptSigner, release: str) -> Bundle:
        """Withdraw a release."""
        return add_event(bundle, "withdrawn", {"event": release}, signers=[by])

    def copy(self) -> tuple[Bundle, Bundle]:
        """Give the court a copy, which it acknowledges in a holding of its own; return both states."""
        to = {"to": self.world.party(self.world.court)}
        given = add_event(self.world.base, "copied", to, signers=[self.world.plain])
        return given, self.receive_copy(given, self.world.court)

    def receive_copy(self, bundle: Bundle, by: Signer) -> Bundle:
        """Acknowledge a copy, opening a holding."""
        data = {"root": bundle.root, "result": "pass"}
        return add_event(bundle, "copy-received", data, signers=[by], opens=True)

    def succeed(self, bundle: Bundle, *signers: Signer, **more: Any) -> Bundle:  # noqa: ANN401
        """Carry on in the place of the holder: the first signer, cosigned by the others."""
        return add_event(bundle, "succeeded", {"reason": "key lost"}, signers=signers, opens=True, **more)

    def reconcile(self, one: Bundle, other: Bundle, *signers: KeptSigner, prev: Sequence[str] = ()) -> Bundle:
        """End what two states of a bundle dispute; the first signer goes on in the first one's holding."""
        heads = sorted([one.head, other.head])
        data = {"holdings": sorted([one.holding, other.holding]), "heads": heads}
        return add_event(merge(one, other), "reconciled", data, signers=signers, prev=prev or heads)


class Renamed:
    """Somebody's keys under another label."""

    def __init__(self, name: str, signer: KeptSigner) -> None:
        """Take the keys."""
        self.identity = Identity(name=name, key_set=signer.identity.key_set)
        self.sign = signer.sign


def merge(one: Bundle, other: Bundle) -> Bundle:
    """Return the union of two copies' files, at the first one's head."""
    return one.edit({path: data for path, data in other.files.items() if path not in one.files})


def at_head_of(bundle: Bundle, other: Bundle) -> Bundle:
    """Return a bundle in which the next event follows the head of another state of it."""
    return evolve(bundle, head=other.head, holding=other.holding, seq=other.seq)


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


def in_folder(folder: str, files: Files, number: str = "/00000001/") -> Files:
    """Return the files of the events with a number, as if they lay in a folder."""
    return {f"{folder}/{path.rpartition('/')[2]}": data for path, data in files.items() if number in path}


def attestation_folder(bundle: Bundle) -> str:
    """Return the folder of an attestation of a bundle."""
    return next(path for path in bundle.files if "/attestations/" in path).rpartition("/")[0]
