"""Where the bytes of a draft's items are, looked at before anything is written: all refusals at once."""

from __future__ import annotations

import os
from array import array
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path

from attrs import frozen

from custody.errors import SourceRefusedError, StorageError, UsageError
from custody.sealing.draft import Draft
from custody.sealing.item_rows import Folder, Stream
from custody.sealing.items_writer import other_items, with_numbers
from custody.sealing.secret_sources import HEAD_BYTES, HINT, REASON, Never, is_secret_key, may_be_key
from custody.storage.os_errors import storage_error
from custody.storage.source import EntryKind
from custody.storage.tree import Tree, close_reader, entry_kind, open_tree


@frozen(kw_only=True)
class Plan:
    """What will be read.

    Attributes:
        streams: places of the items that come from streams.
        sizes: length of each item's file in bytes, as far as it is known.
    """

    streams: tuple[int, ...]
    sizes: array[int]


def _real_folder(folder: str) -> str:
    """Follow the links on the way to a file that the caller named; the file itself must not be one."""
    return str(Path(folder).resolve())


def locate(source: Folder | str, name: bytes) -> tuple[str, str]:
    """Return the folder on this machine and the path inside it."""
    if isinstance(source, Folder):
        return source.path, os.fsdecode(name[source.prefix_bytes :])
    path = Path(source)
    if path.name in {"", ".."}:
        path = path.resolve()
    return _real_folder(str(path.parent)), path.name


def look_at_sources(draft: Draft, never: Iterable[str] = ()) -> Plan:
    """Look at everything that the draft names; only the beginnings of small files are read.

    Args:
        draft: what is to be sealed.
        never: paths of files that must not be sealed, such as the key in use.

    Raises:
        SourceRefusedError: links, devices, folders, absent and unreadable files; all are named at once. Or
            secret keys among the files, all of them.
        UsageError: the draft is empty, or an item speaks of another that the draft does not have.
    """
    if not draft.count:
        raise UsageError("draft: expected at least one item, found none")
    streams: list[int] = []
    sizes = array("Q")
    refused: list[tuple[str, str]] = []
    for place, (_name, given) in enumerate(draft.rows.rows(draft.count)):
        source = draft.rows.source(place)
        if isinstance(source, Stream):
            streams.append(place)
            sizes.append(0)
        elif isinstance(source, str):
            sizes.append(_look_at(source, refused))
        else:
            sizes.append(draft.rows.size_bytes(place))
        if other_items(given):
            _check_places(given, draft.count)
    if refused:
        raise SourceRefusedError(tuple(refused), hint="add ordinary files, each by its own path")
    secret = tuple((_shown(name), REASON) for name in _secrets(draft, sizes, Never.of(never)))
    if secret:
        raise SourceRefusedError(secret, hint=HINT)
    return Plan(streams=tuple(streams), sizes=sizes)


def _look_at(path: str, refused: list[tuple[str, str]]) -> int:
    """Return the length of the file, or note why it cannot be sealed."""
    root, name = locate(path, b"")
    reason = ""
    try:
        tree = open_tree(root)
    except StorageError as error:
        reason = f"unreadable, {error.code}"
    else:
        try:
            status = tree.status(name)
            kind = entry_kind(status)
            if kind is not EntryKind.FILE:
                reason = f"a {kind.value}" if kind is not EntryKind.OTHER else "a device, pipe or socket"
            elif not tree.readable(name):
                reason = "unreadable, PERMISSION"
            else:
                return status.st_size
        except OSError as error:
            reason = f"unreadable, {storage_error(error, name, 'read').code}"
        finally:
            tree.close()
    refused.append((_shown(name), reason))
    return 0


def _shown(name: str) -> str:
    return name.encode("utf-8", "backslashreplace").decode()


def _secrets(draft: Draft, sizes: array[int], never: Never) -> Iterator[str]:
    """Yield the paths of files that are secret keys, or that must not be sealed."""
    at, tree = "", None
    with ExitStack() as closing:
        for place, size in enumerate(sizes):
            source = draft.rows.source(place)
            if isinstance(source, Stream) or not (never.files or may_be_key(size)):
                continue
            root, name = locate(source, draft.rows.name(place))
            try:
                if tree is None or at != root:
                    closing.close()
                    at, tree = root, open_tree(root)
                    closing.callback(tree.close)
                if _is_secret(tree, name, size, never):
                    yield name
            except (OSError, StorageError):
                continue  # what cannot be read is refused when it is copied


def _is_secret(tree: Tree, name: str, size_bytes: int, never: Never) -> bool:
    if never.files and tree.status(name) in never:
        return True
    if not may_be_key(size_bytes):
        return False
    descriptor = tree.open_file(name)
    try:
        return is_secret_key(os.read(descriptor, HEAD_BYTES))
    finally:
        close_reader(descriptor)


def _check_places(given: bytes, count: int) -> None:
    def within(place: int) -> int:
        if place > count:
            raise UsageError(
                f"item: expected the place of another item, 1 to {count}, found a greater number"
            )
        return place

    with_numbers(given.split(b"\0"), within)
