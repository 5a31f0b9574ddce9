"""The bundles that lie in one folder, or anywhere below it."""

from __future__ import annotations

import os

from custody.storage.os_errors import storage_error
from custody.storage.source import EntryKind
from custody.storage.tree import base_name, entry_kind, host_path

_MARKS = ("custody", "bagit.txt")
_ZIP = ".zip"
SET_ASIDE = ".set-aside"
"""Ends the name of the folder, beside a bundle, that keeps what was moved out of its log."""


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
        looks = any(map(os.path.lexists, inside)) if is_folder else name.lower().endswith(_ZIP)
        looks = looks and not _is_set_aside(path)
        (bundles if looks else others).append(path)
    return tuple(bundles), tuple(others)


def find_bundles(folder: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the paths of the bundles anywhere below a folder, and of the zips there, each sorted.

    Neither bundles nor links are entered; a link to a bundle is listed as one, so that opening it can refuse
    it. Names that begin with a dot are left out. What the machine refuses to show is never passed over: a
    bundle that is not found would not be missed.

    Raises:
        StorageError: a folder cannot be listed, or something in it cannot be looked at.
    """
    bundles: list[str] = []
    zips: list[str] = []
    waiting = [folder]
    while waiting:
        for path in _visible(waiting.pop()):
            try:
                kind = entry_kind(os.lstat(host_path(path)))
                marked = kind in {EntryKind.FOLDER, EntryKind.LINK} and _has_mark(path)
                marked = marked and not _is_set_aside(path)
            except OSError as error:
                raise storage_error(error, base_name(path), "look at") from error
            if marked:
                bundles.append(path)
            elif kind is EntryKind.FOLDER and not _is_set_aside(path):
                waiting.append(path)
            elif kind is EntryKind.FILE and path.lower().endswith(_ZIP):
                zips.append(path)
    return tuple(sorted(bundles)), tuple(sorted(zips))


def looks_like_bundle(folder: str) -> bool:
    """Tell whether a folder holds what marks a bundle; nothing is judged.

    Raises:
        StorageError: it cannot be looked at.
    """
    try:
        return _has_mark(host_path(folder))
    except OSError as error:
        raise storage_error(error, base_name(folder), "look at") from error


def _visible(folder: str) -> list[str]:
    try:
        with os.scandir(host_path(folder)) as listing:
            names = [entry.name for entry in listing if not entry.name.startswith(".")]
    except OSError as error:
        raise storage_error(error, base_name(folder), "list") from error
    return [os.path.join(folder, name) for name in names]


def _is_set_aside(path: str) -> bool:
    """Tell whether a folder keeps what was moved out of the log of the bundle beside it: no bundle itself."""
    return path.endswith(SET_ASIDE) and os.path.lexists(host_path(path.removesuffix(SET_ASIDE)))


def _has_mark(path: str) -> bool:
    for mark in _MARKS:
        try:
            os.lstat(os.path.join(host_path(path), mark))
        except (FileNotFoundError, NotADirectoryError):
            continue
        return True
    return False
