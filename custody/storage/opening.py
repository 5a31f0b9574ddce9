"""A bundle opened in whichever of its two forms it is kept."""

from __future__ import annotations

import os

from custody.storage.folder import open_folder
from custody.storage.os_errors import storage_error
from custody.storage.source import BundleSource, EntryKind
from custody.storage.tree import base_name, entry_kind, host_path
from custody.storage.zip_source import open_zip


def open_bundle(path: str) -> BundleSource:
    """Open the folder or the zip at a path that a user named; the caller closes it.

    Raises:
        FormatError: it is a zip that is not in the canonical form.
        LimitError: it is a zip larger than accepted.
        StorageError: code MISSING, NOT_A_FILE (a link, pipe or device), or what the machine said.
    """
    try:
        kind = entry_kind(os.lstat(host_path(path)))
    except OSError as error:
        raise storage_error(error, base_name(path), "open") from error
    return open_folder(path) if kind is EntryKind.FOLDER else open_zip(path)
