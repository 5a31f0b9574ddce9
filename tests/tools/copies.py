"""Copies of one bundle in folders, and receipts, for tests that unite or compare them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from attrs import evolve

from custody.format.container import encode_zip
from custody.format.item_line import ALL_FIELDS
from custody.keys.signer import Signer
from custody.transfer.receipt import BODY_ONLY, receipt_files
from custody.trust.trust import Role
from tests.tools.bundles import Bundle, Files, add_event, make_bundle, reduce_items, seed_signer
from tests.tools.memory import trusting_each

ARCHIVE = seed_signer("archive")
NGO = seed_signer("ngo")
LAWYER = seed_signer("lawyer", hybrid=True)  # whose signatures differ each time
COURT = seed_signer("court")
APPROVER = seed_signer("approver")
STRANGER = seed_signer("stranger")
TRUST = trusting_each(
    (ARCHIVE, {Role.SEALER, Role.HOLDER}),
    (NGO, {Role.HOLDER}),
    (LAWYER, {Role.HOLDER}),
    (COURT, {Role.HOLDER}),
    (APPROVER, {Role.APPROVER}),
)


def party(signer: Signer) -> dict[str, Any]:
    """Return how an event names somebody."""
    return {"identity": signer.identity.name, "keys": list(signer.identity.key_set.key_ids)}


def sealed(**more: Any) -> Bundle:  # noqa: ANN401 - whatever `make_bundle` takes
    """Return a bundle that the archive has just sealed."""
    return make_bundle(signers=[ARCHIVE], **more)


def write_copy(folder: Path, files: Mapping[str, bytes]) -> Path:
    """Write a copy into a folder."""
    for path, data in files.items():
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)
    return folder


def read_copy(folder: Path) -> Files:
    """Return the files of a copy by their paths."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


def receipt_of(
    bundle: Bundle,
    folder: str,
    *,
    openings: tuple[str, ...] = BODY_ONLY,
    stamps: Mapping[str, bytes] | None = None,
) -> bytes:
    """Return the receipt of the event in a folder of a bundle."""
    start = f"{folder}/"
    files = {path.removeprefix(start): data for path, data in bundle.files.items() if path.startswith(start)}
    return encode_zip(receipt_files(bundle.bundle_id, folder, files, openings=openings, stamps=stamps or {}))


def released(bundle: Bundle, to: Signer = NGO, **more: Any) -> Bundle:  # noqa: ANN401
    """The archive releases."""
    data = {"to": party(to), "root": bundle.root, "items": bundle.items}
    return add_event(bundle, "released", data, signers=[ARCHIVE], **more)


def received(bundle: Bundle, by: Signer = NGO, **more: Any) -> Bundle:  # noqa: ANN401
    """The recipient receives, and says where."""
    data, fields = {"root": bundle.root, "result": "pass"}, {"place": {"description": "office"}}
    return add_event(bundle, "received", data, signers=[by], opens=True, fields=fields, **more)


def checked(bundle: Bundle, by: Signer = ARCHIVE, **more: Any) -> Bundle:  # noqa: ANN401
    """The holder checks the items."""
    return add_event(bundle, "fixity-checked", {"root": bundle.root, "result": "pass"}, signers=[by], **more)


def copied(bundle: Bundle, to: Signer = NGO) -> Bundle:
    """The archive gives a copy, and the recipient acknowledges it: two holdings go on."""
    given = add_event(bundle, "copied", {"to": party(to)}, signers=[ARCHIVE])
    data = {"root": bundle.root, "result": "pass"}
    return add_event(given, "copy-received", data, signers=[to], opens=True)


def erased(bundle: Bundle, *indices: int, **more: Any) -> Bundle:  # noqa: ANN401
    """The archive erases items, cosigned; the files are still there."""
    data = {"leaves": list(indices), "ground": "court order"}
    return add_event(bundle, "erased", data, signers=[APPROVER, ARCHIVE], actor="archive", **more)


def back_to(bundle: Bundle, other: Bundle) -> Bundle:
    """Return a bundle in which the next event follows the head of another state of it."""
    return evolve(bundle, head=other.head, holding=other.holding, seq=other.seq)


def withheld(bundle: Bundle, index: int) -> Bundle:
    """Return a bundle without an item, as after an erasure: its leaf stays, manifest and wrapping follow."""
    masks = [0 if index == place else ALL_FIELDS for place in range(bundle.items)]
    files = reduce_items(bundle.files, bundle.bundle_id, masks)
    files.pop(bundle.path("manifest.json"), None)
    return bundle.edit({path: files.get(path) for path in bundle.files}).rewrap()
