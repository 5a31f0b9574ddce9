"""What sealings that were killed left behind: temporary folders under ids that nobody will use again."""

from __future__ import annotations

import os
import re

from custody.errors import StorageError
from custody.storage.commit import remove_stale
from custody.storage.lock import locked
from custody.storage.os_errors import storage_error
from custody.storage.tree import base_name, host_path

_TEMPORARY = re.compile(r"\.([0-9a-f]{32})\.tmp-[0-9a-f]{16}")


def remove_abandoned(folder: str) -> None:
    """Remove temporary folders of bundles whose writers are gone: whoever still writes holds the lock.

    Raises:
        StorageError: the folder cannot be listed.
    """
    try:
        with os.scandir(host_path(folder)) as listing:
            names = {found[1] for entry in listing if (found := _TEMPORARY.fullmatch(entry.name))}
    except OSError as error:
        raise storage_error(error, base_name(folder), "list") from error
    for name in sorted(names):
        bundle = os.path.join(folder, name)
        try:
            with locked(bundle, wait=False):
                remove_stale(bundle)
        except StorageError:  # somebody is writing it, or it is not ours to remove
            continue
