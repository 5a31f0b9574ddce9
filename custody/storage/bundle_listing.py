"""The bundles that lie in one folder, or anywhere below it."""

from __future__ import annotations

import os

from custody.storage.os_errors import storage_error
from custody.storage.tree import base_name, host_path

_MARKS = ("custody", "bagit.txt")


def list_bundles(folder: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the paths of what looks like a bundle, and of what does not, each sorted by name.

    A folder looks like one when it holds `custody` or `bagit.txt`, a file when its name ends in `.zip`. Links
    are listed as well, so that opening them can refuse them: nothing is passed over in silence. Names that
    begin with a dot are the tool's own and left out.

    Raises:
        StorageError: the folder cannot be listed.
    """
    bundles: list[str] = []
    others: list[str] = []
    try:
        with os.scandir(host_path(folder)) as listing:
            names = sorted(
                (entry.name, entry.is_dir()) for entry in listing if not entry.name.startswith(".")
            )
    except OSError as error:
        raise storage_error(error, base_name(folder), "list") from error
    for name, is_folder in names:
        path = os.path.join(folder, name)
        inside = (os.path.join(host_path(path), mark) for mark in _MARKS)
        looks = any(map(os.path.lexists, inside)) if is_folder else name.lower().endswith(".zip")
        (bundles if looks else others).append(path)
    return tuple(bundles), tuple(others)


def find_bundles(folder: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the paths of the bundles anywhere below a folder, and of the zips there, each sorted.

    Neither bundles nor links are entered, and names that begin with a dot are left out.

    Raises:
        StorageError: a folder cannot be listed.
    """
    bundles: list[str] = []
    zips: list[str] = []
    waiting = [folder]
    while waiting:
        found, others = list_bundles(waiting.pop())
        for path in found:
            (bundles if os.path.isdir(host_path(path)) else zips).append(path)
        waiting += [path for path in others if _is_plain_folder(path)]
    return tuple(sorted(bundles)), tuple(sorted(zips))


def _is_plain_folder(path: str) -> bool:
    return os.path.isdir(host_path(path)) and not os.path.islink(host_path(path))
