"""What a key has published, remembered beside it: the guard against continuing an old copy.

A bundle restored from a backup looks like a sound one whose log is shorter. Continuing it would put a second
event at a place that the same key has filled before: a fork, provable to anybody, by an honest person. So
the highest place that a key has written in each holding is kept beside the key, in the folder
`<key file>.published`, one small file a holding. It holds no secret, and is no proof of anything.
"""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Iterator
from typing import Any

from attrs import frozen

from custody.errors import BundleError, FormatError, StorageError
from custody.format.canonical import JSONInput, decode_json, encode_json
from custody.format.item_fields import HEX32, HEX64
from custody.format.limits import EVENTS, PREVIOUS_EVENTS
from custody.format.shape import Choice, Integer, Record, Sequence, check_shape
from custody.storage.atomic_file import PRIVATE_MODE, put_file
from custody.storage.commit import remove_stale
from custody.storage.durability import sync_folder
from custody.storage.lock import locked
from custody.storage.named_file import read_named_file
from custody.storage.os_errors import storage_error
from custody.storage.tree import base_name, host_path

MEMORY_FORMAT = "custody/published/1"
_MEMORY_BYTES = 16 * 1024
_FOLDER_MODE = 0o700
_HOLDING = re.compile(r"[0-9a-f]{32}")
_FILE = re.compile(r"([0-9a-f]{32})\.json")
_SHAPE = Record(
    required={
        "format": Choice((MEMORY_FORMAT,)),
        "bundle": HEX32,
        "holding": HEX32,
        "seq": Integer(0, EVENTS),
        "event": HEX64,
        "held": Choice(("held", "in-transit", "closed")),
        "log": HEX64,
        "follows": Sequence(HEX64, minimum=0, maximum=PREVIOUS_EVENTS, sorted_unique=True),
    }
)


@frozen(kw_only=True)
class Published:
    """The last event that a key has published in a holding, or was about to.

    Attributes:
        bundle_id: 32 hex digits.
        holding: 32 hex digits.
        seq: its place.
        event_id: its id, 64 hex digits.
        held: the state of the holding after it: held, in-transit or closed.
        log: digest of the other places taken in the log at that moment, 64 hex digits.
        follows: the events that the holding's first event follows, ascending; empty after a seal, and where
            that is not known.
    """

    bundle_id: str
    holding: str
    seq: int
    event_id: str
    held: str
    log: str
    follows: tuple[str, ...] = ()


@contextlib.contextmanager
def memory_locked(folder: str, holding: str) -> Iterator[None]:
    """Hold the lock of what is remembered of a holding: two copies of one bundle share it.

    Raises:
        StorageError: the machine refused.
    """
    try:
        if not os.path.isdir(host_path(folder)):
            os.mkdir(host_path(folder), _FOLDER_MODE)
            sync_folder(host_path(os.path.dirname(os.path.abspath(folder))))
    except FileExistsError:
        pass  # somebody was quicker; or it is no folder, as the lock will say
    except OSError as error:
        raise storage_error(error, base_name(folder), "create") from error
    path = _path_of(folder, holding)
    with locked(path):
        remove_stale(path)
        yield


def read_published(folder: str, holding: str) -> Published | None:
    """Return what is remembered of a holding, or None.

    Raises:
        FormatError: the file is damaged; it is never guessed at.
        StorageError: the machine refused.
    """
    if _HOLDING.fullmatch(holding) is None:
        return None
    path = _path_of(folder, holding)
    try:
        data = read_named_file(path, _MEMORY_BYTES)
    except StorageError as error:
        if error.code == "MISSING":
            return None
        raise
    try:
        value: Any = decode_json(data.removesuffix(b"\n"), member=base_name(path), limit=_MEMORY_BYTES)
        check_shape(_SHAPE, value, base_name(path))
    except BundleError as error:
        raise _damaged(path) from error
    if value["holding"] != holding:
        raise _damaged(path)
    return Published(
        bundle_id=value["bundle"],
        holding=value["holding"],
        seq=value["seq"],
        event_id=value["event"],
        held=value["held"],
        log=value["log"],
        follows=tuple(value["follows"]),
    )


def _damaged(path: str) -> FormatError:
    return FormatError(
        base_name(path),
        expected="what a key has published in a holding",
        found="a damaged file",
        hint="if this copy of the bundle is the newest, remove that file, which lies beside the key, and say"
        " --key-moved",
    )


def read_all_published(folder: str) -> tuple[Published, ...]:
    """Return everything that is remembered, by ascending holding; what is damaged is passed over.

    Raises:
        StorageError: the machine refused.
    """
    try:
        names = sorted(os.listdir(host_path(folder)))
    except FileNotFoundError:
        return ()
    except OSError as error:
        raise storage_error(error, base_name(folder), "list") from error
    found = []
    for name in names:
        file = _FILE.fullmatch(name)
        with contextlib.suppress(FormatError):
            known = read_published(folder, file[1]) if file is not None else None
            if known is not None:
                found.append(known)
    return tuple(found)


def write_published(folder: str, published: Published) -> None:
    """Remember an event, durably, in the place of what was remembered of its holding; hold its lock.

    What is remembered never goes back: an earlier event than the one that is known changes nothing.

    Raises:
        FormatError: what was remembered is damaged.
        StorageError: the machine refused; what was remembered still is.
    """
    known = read_published(folder, published.holding)
    if known is not None and known.seq > published.seq:
        return
    value: dict[str, JSONInput] = {
        "format": MEMORY_FORMAT,
        "bundle": published.bundle_id,
        "holding": published.holding,
        "seq": published.seq,
        "event": published.event_id,
        "held": published.held,
        "log": published.log,
        "follows": list(published.follows),
    }
    put_file(_path_of(folder, published.holding), encode_json(value) + b"\n", PRIVATE_MODE)


def _path_of(folder: str, holding: str) -> str:
    return os.path.join(folder, f"{holding}.json")
