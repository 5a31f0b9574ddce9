"""Files and folders that a person names, gathered into a draft."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from attrs import evolve

from custody.errors import UsageError
from custody.format.limits import ITEMS
from custody.sealing.draft import Draft
from custody.sealing.item_rows import Folder, Stream
from custody.sealing.item_values import name_bytes
from custody.sealing.media import HEAD_BYTES, default_kind, detect_media_type
from custody.sealing.sources import locate
from custody.storage.original import find_originals
from custody.storage.tree import Tree, base_name, open_tree, opened_file


def gather(draft: Draft, paths: Sequence[str | os.PathLike[str]]) -> Draft:
    """Return the draft with every file of the sources added, source after source, each bytewise by path.

    A single folder gives names relative to it; of several sources, each folder's own name comes first. Litter
    of operating systems is left out and listed in `left_out`. Nothing is read yet.

    Raises:
        SourceRefusedError: links, devices, unreadable files or folders; all are named.
        UsageError: no file at all, or more than a bundle holds; or one source is another one or lies in it,
            so that its files would be sealed twice.
    """
    _refuse_overlaps([os.fspath(path) for path in paths])
    found = find_originals([os.fspath(path) for path in paths])
    if not len(found):
        raise UsageError("sources: expected at least one file, found none")
    if draft.count + len(found) > ITEMS:
        raise UsageError(f"sources: expected at most {ITEMS} files, found more")
    rows, count = draft.rows, draft.count
    folder, at = Folder(""), ("", "")
    for original in found:
        if at != (original.root, original.prefix):
            at = (original.root, original.prefix)
            whole = original.root in found.folders
            folder = Folder(original.root, len(os.fsencode(original.prefix)), whole)
        rows = rows.append(count, name_bytes(original.name), folder, size_bytes=original.size_bytes)
        count += 1
    return evolve(draft, rows=rows, count=count, left_out=(*draft.left_out, *found.litter))


def _refuse_overlaps(paths: Sequence[str]) -> None:
    """Compare where the sources really are: links and `..` lead to the same place under other names."""
    places: dict[str, int] = {}
    for number, path in enumerate(paths, start=1):
        real = os.path.realpath(path)
        if real in places:
            raise _overlap(paths, places[real], number, "is the same as")
        places[real] = number
    for real, number in places.items():
        for above in Path(real).parents:
            if str(above) in places:
                raise _overlap(paths, number, places[str(above)], "lies in")


def _overlap(paths: Sequence[str], one: int, other: int, how: str) -> UsageError:
    first, second = base_name(paths[one - 1]), base_name(paths[other - 1])
    return UsageError(
        f"sources: expected each file once, found source {one} ({first}), which {how} {other} ({second})",
        hint="name each file or folder once",
    )


def detect_kinds(draft: Draft) -> list[str]:
    """Return the kind that each item would get, from what was said or else from its first bytes.

    Streams are not touched; where nothing was said of one, its name alone decides.

    Raises:
        StorageError: a file cannot be read.
    """
    kinds = []
    root, tree = "", None
    try:
        for place, item in enumerate(draft.items()):
            said = item.fields.get("kind", {}).get("kind")
            source = draft.rows.source(place)
            name = draft.rows.name(place).decode("utf-8", "surrogateescape")
            if said is None and not isinstance(source, Stream):
                wanted, path = locate(source, draft.rows.name(place))
                if tree is None or root != wanted:
                    tree = _reopened(tree, wanted)
                    root = wanted
                with opened_file(tree, path) as descriptor:
                    said = default_kind(detect_media_type(os.read(descriptor, HEAD_BYTES), path))
            kinds.append(said or default_kind(detect_media_type(b"", name)))
    finally:
        if tree is not None:
            tree.close()
    return kinds


def _reopened(tree: Tree | None, root: str) -> Tree:
    if tree is not None:
        tree.close()
    return open_tree(root)


def count_kinds(kinds: Sequence[str]) -> dict[str, int]:
    """Return the number of files of each kind, the frequent ones first."""
    counts = {kind: kinds.count(kind) for kind in sorted(set(kinds))}
    return dict(sorted(counts.items(), key=lambda pair: -pair[1]))
