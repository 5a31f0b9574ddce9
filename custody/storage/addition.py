"""Adding to a bundle: one new folder inside it, by one rename, beside everything that stands there.

A bundle is never edited. What comes later, a stamp for instance, is a folder of its own that was complete
before it got its name. Where the folder above it is missing as well, that one is made beside the bundle with
the new one in it and renamed instead: an empty folder, which a reader would notice, never stands anywhere.
"""

from __future__ import annotations

import os
from collections.abc import Mapping

from custody.errors import ExistsError, StorageError
from custody.storage.commit import staged_folder
from custody.storage.os_errors import storage_error
from custody.storage.source import EntryKind
from custody.storage.tree import Tree, base_name, entry_kind, open_tree

_ROUNDS = 8  # somebody else may make a folder above meanwhile, once for each of the few levels


def open_for_adding(bundle: str) -> Tree:
    """Open the folder of a bundle that something is to be added to; the caller closes it.

    Raises:
        StorageError: code NOT_A_FOLDER: a zip, which is never written to; MISSING; or what the machine said.
    """
    try:
        return open_tree(bundle)
    except StorageError as error:
        if error.code != "NOT_A_FOLDER":
            raise
        raise StorageError(
            f"{base_name(bundle)}: expected the folder of a bundle, found something else",
            code="NOT_A_FOLDER",
            hint="a zip is never written to: custody unpack, add to the folder, then custody pack",
        ) from None


def add_folder(bundle: str, path: str, files: Mapping[str, bytes], *, inside: str) -> bool:
    """Publish a new folder inside a bundle, whole and durable or not at all.

    Args:
        bundle: path of the bundle's folder.
        path: of the new folder, relative to the bundle.
        files: what it holds: plain names to bytes.
        inside: the folder that must be there already, an ancestor of `path`.

    Returns:
        Whether it is new: False where a folder of this name was there already; it was left as it is.

    Raises:
        ExistsError: the name is taken by something that is no folder.
        StorageError: code NOT_A_FOLDER: the bundle, or something on the way, is none; MISSING: `inside` is
            not there; otherwise the machine refused. Nothing is left.
    """
    tree = open_for_adding(bundle)
    try:
        for _ in range(_ROUNDS):
            missing = _first_missing(tree, path, inside)
            if missing is None:
                return False
            try:
                _publish(bundle, missing, path, files)
            except ExistsError:  # somebody else was quicker; now something further down is missing
                continue
            return True
    finally:
        tree.close()
    raise ExistsError(f"{path}: expected a free name, found something there")


def _first_missing(tree: Tree, path: str, inside: str) -> str | None:
    """Return the highest folder on the way that is not there, or None when none is missing."""
    parts = path.split("/")
    for count in range(1, len(parts) + 1):
        step = "/".join(parts[:count])
        try:
            kind = entry_kind(tree.status(step))
        except FileNotFoundError as error:
            if len(step) <= len(inside):
                raise storage_error(error, step, "open") from error
            return step
        except OSError as error:
            raise storage_error(error, step, "look at") from error
        if kind is not EntryKind.FOLDER:
            raise StorageError(
                f"{step}: expected a folder, found a {kind.value}",
                code="NOT_A_FOLDER",
                hint="verify this bundle first: somebody else has put this there",
            )
    return None


def _publish(bundle: str, missing: str, path: str, files: Mapping[str, bytes]) -> None:
    final = os.path.join(bundle, *missing.split("/"))
    below = path[len(missing) + 1 :]
    with staged_folder(final, beside=bundle, expected_files=len(files)) as staged:
        if below:
            staged.create_folder(below)
        for name, data in sorted(files.items()):
            staged.write(f"{below}/{name}" if below else name, data)
        staged.publish()
