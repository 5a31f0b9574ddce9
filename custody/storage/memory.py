"""What a key has published, remembered beside it: the guard against continuing an old copy.

A bundle restored from a backup looks like a sound one whose log is shorter. Continuing it would put a second
event at a place that the same key has filled before: a fork, provable to anybody, by an honest person. So
the highest place that a key has written in each holding is kept beside the key, in the folder
`<key file>.published`, one small file a holding. It holds no secret, and is no proof of anything.
"""

from __future__ import annotations

import os
import re
from typing import Any

from attrs import frozen

from custody.errors import BundleError, FormatError, StorageError
from custody.format.canonical import JSONInput, decode_json, encode_json
from custody.format.item_fields import HEX32, HEX64
from custody.format.limits import EVENTS
from custody.format.shape import Choice, Integer, Record, check_shape
from custody.storage.atomic_file import PRIVATE_MODE, put_file
from custody.storage.named_file import read_named_file
from custody.storage.os_errors import storage_error
from custody.storage.tree import base_name, host_path

MEMORY_FORMAT = "custody/published/1"
_MEMORY_BYTES = 4096
_FOLDER_MODE = 0o700
_HOLDING = re.compile(r"[0-9a-f]{32}")
_SHAPE = Record(
    required={
        "format": Choice((MEMORY_FORMAT,)),
        "bundle": HEX32,
        "holding": HEX32,
        "seq": Integer(0, EVENTS),
        "event": HEX64,
        "held": Choice(("held", "in-transit", "closed")),
        "log": HEX64,
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
        log: digest of the places taken in the other holdings at that moment, 64 hex digits.
    """

    bundle_id: str
    holding: str
    seq: int
    event_id: str
    held: str
    log: str


def read_published(folder: str, holding: str) -> Published | None:
    """Return what is remembered of a holding, or None.

    Raises:
        FormatError: the file is damaged; it is never guessed at.
        StorageError: the machine refused.
    """
    if _HOLDING.fullmatch(holding) is None:
        return None
    path = os.path.join(folder, f"{holding}.json")
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
        raise FormatError(
            base_name(path), expected="what was published in a holding", found="a damaged file"
        ) from error
    return Published(
        bundle_id=value["bundle"],
        holding=value["holding"],
        seq=value["seq"],
        event_id=value["event"],
        held=value["held"],
        log=value["log"],
    )


def write_published(folder: str, published: Published) -> None:
    """Remember an event, durably, in the place of what was remembered of its holding.

    Raises:
        StorageError: the machine refused.
    """
    try:
        os.makedirs(host_path(folder), mode=_FOLDER_MODE, exist_ok=True)
    except OSError as error:
        raise storage_error(error, base_name(folder), "create") from error
    value: dict[str, JSONInput] = {
        "format": MEMORY_FORMAT,
        "bundle": published.bundle_id,
        "holding": published.holding,
        "seq": published.seq,
        "event": published.event_id,
        "held": published.held,
        "log": published.log,
    }
    path = os.path.join(folder, f"{published.holding}.json")
    put_file(path, encode_json(value) + b"\n", PRIVATE_MODE)
