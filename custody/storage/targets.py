"""Where new things may be created: never inside a bundle, and never inside what they are made from.

A stranger's file in a bundle refutes the bundle, and a bundle inside its own source would be found by the
next sealing of that source. One check serves every writer, before anything is written.
"""

from __future__ import annotations

import os
from collections.abc import Iterable

from custody.errors import UsageError
from custody.storage.tree import base_name, host_path

_LOG, _BAG = ("custody", "log"), ("bagit.txt",)


def check_target(path: str, *, outside: Iterable[str] = ()) -> None:
    """Refuse to create something inside a bundle, or inside one of the folders.

    A folder is a bundle when it holds both `custody/log` and `bagit.txt`. Links on the way are followed.

    Args:
        path: what is to be created; it need not exist.
        outside: folders in which it must not lie.

    Raises:
        UsageError: code TARGET_INSIDE.
    """
    folder = os.path.dirname(os.path.abspath(path))
    above = _with_ancestors(os.path.realpath(folder))
    if any(map(_is_bundle, above)):
        raise _inside(path, "a bundle")
    sources = {os.path.realpath(source) for source in outside}
    if not sources.isdisjoint(above):
        raise _inside(path, "one of the sources")


def _with_ancestors(folder: str) -> list[str]:
    found = [folder]
    while (parent := os.path.dirname(found[-1])) != found[-1]:
        found.append(parent)
    return found


def _is_bundle(folder: str) -> bool:
    place = host_path(folder)
    return os.path.isfile(os.path.join(place, *_BAG)) and os.path.isdir(os.path.join(place, *_LOG))


def _inside(path: str, where: str) -> UsageError:
    return UsageError(
        f"{base_name(path)}: expected a place outside bundles and sources, found one inside {where}",
        code="TARGET_INSIDE",
        hint="name a place elsewhere (--out, --receipt, --to, --proof), or go to another folder; nothing was"
        " written",
    )
