"""A receipt: one event, carried alone, with as much of it opened as its bearer shall read (DESIGN, "Disk").

It is a canonical zip whose top folder bears the bundle's id and that holds the one folder of the event at its
place, so that unpacking it over a copy of the bundle with a stock tool is a merge by hand.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping
from contextlib import suppress
from pathlib import Path
from types import MappingProxyType
from typing import Final

from custody.errors import CustodyError, LogError, StorageError, UsageError
from custody.format.event import decode_statement
from custody.format.event_fields import EVENT_FIELDS
from custody.format.layout import ATTESTATIONS_FOLDER, EVENT_FILE, LOG_FOLDER, STAMP_FILE
from custody.format.limits import EVENT_BYTES, PROOF_BYTES
from custody.model.event import event_id_of
from custody.storage.opening import open_bundle
from custody.storage.publishing import exists_error
from custody.storage.source import BundleSource
from custody.storage.targets import check_target
from custody.storage.tree import base_name, host_path
from custody.storage.zip_writer import new_zip
from custody.transfer.written import Written
from custody.verification.inventory import Inventory, take_inventory

BODY_ONLY: Final = ("body",)
"""The one field that a receipt opens unless more is asked for: who did what, and no place, person or note."""

_DIGITS: Final = 8
_PROOF: Final = "proof.sha256"
_NO_STAMPS: Final[Mapping[str, bytes]] = MappingProxyType({})


def receipt_files(
    bundle_id: str,
    folder: str,
    files: Mapping[str, bytes],
    *,
    openings: Collection[str] = BODY_ONLY,
    stamps: Mapping[str, bytes] = _NO_STAMPS,
) -> dict[str, bytes]:
    """Return the files of a receipt by their names in the zip, in the order of the zip.

    Args:
        bundle_id: 32 hex digits; the folder at the top.
        folder: of the event, relative to the bundle: `custody/log/<holding>/<seq>`, or of an attestation.
        files: of the event, by their names in its folder; what is no file of an event is left out.
        openings: the fields that are opened; a field that is null has no opening and is skipped.
        stamps: proofs of time over the event, by their names in its folder (`stamps/<sha256>/…`).

    Raises:
        UsageError: a field that events do not have, or a stamp under a name that stamps do not have.
    """
    if unknown := set(openings) - set(EVENT_FIELDS):
        raise UsageError(
            f"openings: expected fields of events, found {len(unknown)} other names",
            hint=f"the fields are {', '.join(EVENT_FIELDS)}",
        )
    if not all(STAMP_FILE.fullmatch(name) for name in stamps):
        raise UsageError("stamps: expected names of stamps, found another one")
    closed = {f"{name}.json" for name in EVENT_FIELDS if name not in openings}
    taken = {name: data for name, data in files.items() if EVENT_FILE.fullmatch(name) and name not in closed}
    inside = {f"{bundle_id}/{folder}/{name}": data for name, data in {**taken, **stamps}.items()}
    return dict(sorted(inside.items()))


def write_receipt(
    path: str,
    bundle_id: str,
    folder: str,
    files: Mapping[str, bytes],
    *,
    openings: Collection[str] = BODY_ONLY,
    stamps: Mapping[str, bytes] = _NO_STAMPS,
) -> None:
    """Write the receipt of an event; it appears whole, and never in the place of another file.

    Args:
        path: the zip to create.
        bundle_id: see `receipt_files`.
        folder: see `receipt_files`.
        files: see `receipt_files`.
        openings: see `receipt_files`.
        stamps: see `receipt_files`.

    Raises:
        UsageError: see `receipt_files`; TARGET_INSIDE: inside a bundle; nothing is written.
        ExistsError: the name is taken; the file there was left as it is.
        StorageError: the machine refused; nothing is left.
    """
    members = receipt_files(bundle_id, folder, files, openings=openings, stamps=stamps)
    check_target(path)
    with new_zip(path) as writer:
        for name, data in members.items():
            writer.add(name, len(data), [data])


def check_free(path: str) -> None:
    """Refuse a place where no receipt or draft can be created, before anything is signed.

    Raises:
        UsageError: code TARGET_INSIDE: it lies inside a bundle.
        ExistsError: something is there.
        StorageError: code FOLDER_MISSING: the folder in which it is to lie is not there.
    """
    check_target(path)
    if os.path.lexists(host_path(path)):
        raise exists_error(path)
    if not Path(host_path(path)).absolute().parent.is_dir():
        raise StorageError(
            f"{base_name(path)}: expected an existing folder to create it in, found none",
            code="FOLDER_MISSING",
            hint="create the folder first, or name another place; nothing was signed or written",
        )


def check_default(bundle: str | os.PathLike[str]) -> None:
    """Refuse a bundle beside which no receipt may lie, before anything is signed.

    Raises:
        UsageError: code TARGET_INSIDE: the bundle itself lies inside another bundle.
    """
    check_target(_beside(bundle))


def _beside(bundle: str | os.PathLike[str]) -> str:
    place = Path(bundle).absolute()
    if place.name == "..":  # what is appended to that would lie inside the bundle
        place = place.resolve()
    return f"{place}-received"


def default_path(bundle: str | os.PathLike[str], written: Written) -> str:
    """Return where the receipt of what was received lies unless another place is named: beside the bundle."""
    return f"{_beside(bundle)}-{written.event_id[:_DIGITS]}.zip"


def receipt_of(
    bundle: str | os.PathLike[str],
    event_id: str,
    to: str,
    *,
    openings: Collection[str] = BODY_ONLY,
    stamps: bool = False,
) -> str:
    """Write the receipt of an event that stands in a bundle, folder or zip.

    Args:
        bundle: its folder or zip.
        event_id: of an event or attestation, 64 hex digits.
        to: the zip to create.
        openings: the fields that it opens, as far as they are open in the bundle.
        stamps: whether the proofs of time over the event go with it.

    Returns:
        The folder of the event, relative to the bundle.

    Raises:
        LogError: code EVENT_UNKNOWN: no such event is here.
        UsageError: code TARGET_INSIDE: the receipt would lie inside a bundle.
        BundleError, StorageError: the bundle cannot be read; the receipt's name is taken (ExistsError).
    """
    check_free(to)
    source = open_bundle(os.fspath(bundle))
    try:
        inventory = take_inventory(source)
        folder = _folder_of(source, inventory, event_id)
        names = [name for name in inventory.files[folder] if EVENT_FILE.fullmatch(name)]
        if stamps:
            names += [name for name in inventory.stamps.get(folder, ()) if STAMP_FILE.fullmatch(name)]
        files = {name: source.read(f"{folder}/{name}", EVENT_BYTES) for name in names}
        statement = decode_statement(
            files.get("event.json", b""),
            member=f"{folder}/event.json",
            attestation=folder.startswith(f"{ATTESTATIONS_FOLDER}/"),
        )
    finally:
        source.close()
    chosen = {name: data for name, data in files.items() if STAMP_FILE.fullmatch(name)}
    write_receipt(to, statement.bundle_id, folder, files, openings=openings, stamps=chosen)
    return folder


def _folder_of(source: BundleSource, inventory: Inventory, event_id: str) -> str:
    """Return the folder whose proof.sha256 has this id as its digest."""
    for folder, names in inventory.files.items():
        if _PROOF in names and folder.startswith((LOG_FOLDER, ATTESTATIONS_FOLDER)):
            with suppress(CustodyError):  # what is wrong with other events is no matter of this one
                if event_id_of(source.read(f"{folder}/{_PROOF}", PROOF_BYTES)) == event_id:
                    return folder
    raise LogError(
        "event: expected one of this bundle, found none with this id",
        code="EVENT_UNKNOWN",
        hint="custody log shows the ids",
    )
