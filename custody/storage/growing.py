"""Adding to a bundle whose lock is held: folders and single files that were complete before they got a name.

Temporary names lie beside the bundle, as everywhere; the next writer removes them (`remove_stale`). Whoever
holds no lock yet adds a folder by `custody.storage.addition`.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from typing import Final

from custody.storage.commit import new_staged
from custody.storage.publishing import publish_file
from custody.storage.tree import host_path

_FILE: Final = "file"


def grow_folder(bundle: str, path: str, files: Mapping[str, Iterable[bytes]]) -> None:
    """Publish a new folder inside a bundle, whole and durable, by one rename; hold its lock.

    Args:
        bundle: path of the bundle's folder.
        path: of the new folder, relative to the bundle; of those above it at most the last is missing.
        files: their blocks by their names inside it, which may have folders of their own. What drawing a
            block raises passes through, and nothing is published.

    Raises:
        ExistsError: the name is taken.
        StorageError: the machine refused; nothing is left.
    """
    parent, _, name = path.rpartition("/")
    staged = new_staged(bundle, expected_files=len(files))
    try:
        staged.create_folder(name)
        for file, blocks in sorted(files.items()):
            folder = file.rpartition("/")[0]
            if folder:
                staged.create_folder(f"{name}/{folder}")
            with staged.create(f"{name}/{file}") as writer:
                for block in blocks:
                    writer.write(block)
        staged.publish_below(bundle, parent, name, name)
    finally:
        staged.discard()


def grow_file(bundle: str, path: str, content: bytes) -> None:
    """Publish one more file in a folder that stands in a bundle, complete and durable; hold its lock.

    Raises:
        ExistsError: the name is taken; what has it was left as it is.
        StorageError: the machine refused; nothing is left.
    """
    staged = new_staged(bundle, expected_files=1)
    try:
        staged.write(_FILE, content)
        publish_file(os.path.join(staged.path, _FILE), host_path(os.path.join(bundle, *path.split("/"))))
    finally:
        staged.discard()
