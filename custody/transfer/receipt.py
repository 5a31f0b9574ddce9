"""A receipt: one event, carried alone, with as much of it opened as its bearer shall read (DESIGN, "Disk").

It is a canonical zip whose top folder bears the bundle's id and that holds the one folder of the event at its
place, so that unpacking it over a copy of the bundle with a stock tool is a merge by hand.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final

from custody.errors import UsageError
from custody.format.event_fields import EVENT_FIELDS
from custody.format.layout import EVENT_FILE, STAMP_FILE
from custody.storage.publishing import exists_error
from custody.storage.zip_writer import new_zip
from custody.transfer.written import Written

BODY_ONLY: Final = ("body",)
"""The one field that a receipt opens unless more is asked for: who did what, and no place, person or note."""

_DIGITS: Final = 8
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
        UsageError: see `receipt_files`; nothing is written.
        ExistsError: the name is taken; the file there was left as it is.
        StorageError: the machine refused; nothing is left.
    """
    members = receipt_files(bundle_id, folder, files, openings=openings, stamps=stamps)
    with new_zip(path) as writer:
        for name, data in members.items():
            writer.add(name, len(data), [data])


def check_free(path: str) -> None:
    """Refuse a name for a receipt that is taken, before anything is signed.

    Raises:
        ExistsError: something is there.
    """
    if os.path.lexists(path):
        raise exists_error(path)


def default_path(bundle: str | os.PathLike[str], written: Written) -> str:
    """Return where the receipt of what was received lies unless another place is named: beside the bundle."""
    return f"{Path(bundle).absolute()}-received-{written.event_id[:_DIGITS]}.zip"
