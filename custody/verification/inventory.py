"""Everything that stands in a bundle, by what the format calls it (finding 1)."""

from __future__ import annotations

import re
from bisect import insort
from collections.abc import Iterator

from attrs import define, field

from custody.format.extension import EXTENSIONS
from custody.format.layout import STAMPS_PREFIX, PathKind, is_litter, place_of
from custody.format.limits import FAILURES_LISTED, ITEMS
from custody.storage.source import PAYLOAD_FOLDER, BundleSource, EntryKind

NO_FILE = 0
EXTENSION_CODES = {extension: code for code, extension in enumerate(("", *sorted(EXTENSIONS)), start=1)}
_EXTENSION_OF = {code: extension for extension, code in EXTENSION_CODES.items()}
_PAYLOAD = re.compile(r"data/([0-9]{6,})(?:\.([a-z0-9]+))?")


@define
class FirstNames:
    """The first thousand of any number of names, whatever their order; of the others only the number."""

    unnamed: int = 0
    _kept: list[str] = field(factory=list)

    def add(self, name: str) -> None:
        """Take one name."""
        if len(self._kept) < FAILURES_LISTED:
            insort(self._kept, name)
            return
        self.unnamed += 1
        if name < self._kept[-1]:
            self._kept.pop()
            insort(self._kept, name)

    def names(self) -> tuple[str, ...]:
        """Return the names that are kept, ascending."""
        return tuple(self._kept)


@define
class Inventory:
    """What stands where; filled by one walk.

    Attributes:
        files: event, attestation or renewal folder to the names of its files inside it, without stamps.
        stamps: the same folders to the names of the files below their `stamps/`.
        chunks: item numbers that have a chunk file.
        single: the paths of the single files that the format names (wrapping, items, VERIFY.txt).
        wrapping: litter, empty folders and folders that the format does not name, ascending.
        unknown: files that the format does not name.
        irregular: links, devices and the like, with what they are; those below `data/` without an order.
        payload: code of the extension of the file with that number, NO_FILE where there is none.
        doubled: further files of a number that has one already: number to codes.
        strange_payload: files below `data/` that cannot be an item's.
        payload_files: regular files below `data/`.
    """

    files: dict[str, list[str]] = field(factory=dict)
    stamps: dict[str, list[str]] = field(factory=dict)
    chunks: set[int] = field(factory=set)
    single: set[str] = field(factory=set)
    wrapping: list[str] = field(factory=list)
    unknown: list[str] = field(factory=list)
    irregular: list[tuple[str, str]] = field(factory=list)
    payload: bytearray = field(factory=bytearray)
    doubled: dict[int, set[int]] = field(factory=dict)
    strange_payload: FirstNames = field(factory=FirstNames)
    payload_files: int = 0

    def leftovers(self) -> Iterator[str]:
        """Yield the payload files whose number and extension no item has claimed, by number."""
        if not any(self.payload) and not self.doubled:
            return
        for number, code in enumerate(self.payload):
            codes = {code, *self.doubled.get(number, ())} - {NO_FILE}
            yield from sorted(payload_name(number, one) for one in codes)

    def claim(self, number: int, extension: str) -> None:
        """Strike out the file of an item, if it is the one that stands there."""
        code = EXTENSION_CODES[extension]
        if number < len(self.payload) and self.payload[number] == code:
            self.payload[number] = NO_FILE
        elif number in self.doubled:
            self.doubled[number].discard(code)


def payload_name(number: int, code: int) -> str:
    """Return the path of a payload file from its number and the code of its extension."""
    extension = _EXTENSION_OF[code]
    return f"data/{number:06d}.{extension}" if extension else f"data/{number:06d}"


def take_inventory(source: BundleSource) -> Inventory:
    """Walk a bundle once and classify every name.

    Raises:
        StorageError, LimitError: a folder cannot be listed.
    """
    inventory = Inventory()
    folders: list[str] = []
    filled: set[str] = set()
    for entry in source.entries():
        parent = entry.path.rpartition("/")[0]
        filled.add(parent)
        if entry.kind is EntryKind.FOLDER:
            folders.append(entry.path)
        elif entry.kind is EntryKind.FILE:
            _take_file(inventory, entry.path)
        else:
            inventory.irregular.append((entry.path, entry.kind.value))
    _take_payload(inventory, source, folders)
    for folder in folders:
        if folder != PAYLOAD_FOLDER and (folder not in filled or not _has_place(folder)):
            inventory.wrapping.append(folder)
    inventory.wrapping.sort()
    return inventory


def _has_place(folder: str) -> bool:
    """Tell whether a folder is the format's, or what it holds is judged as files of an event's folder."""
    place = place_of(folder)
    return place.kind is PathKind.FOLDER or place.folder != ""


def _take_file(inventory: Inventory, path: str) -> None:
    place = place_of(path)
    if place.kind is PathKind.LITTER:
        inventory.wrapping.append(path)
    elif place.folder:
        # A file where the format has a folder is one more file that nobody knows.
        kept = inventory.stamps if place.name.startswith(STAMPS_PREFIX) else inventory.files
        kept.setdefault(place.folder, []).append(place.name)
    elif place.kind is PathKind.CHUNKS and _canonical_number(place.name):
        inventory.chunks.add(int(place.name))
    elif place.kind in {PathKind.ITEMS, PathKind.VERIFY, PathKind.WRAPPING}:
        inventory.single.add(path)
    else:
        inventory.unknown.append(path)


def _canonical_number(text: str) -> bool:
    return len(text) <= len(str(ITEMS)) and text == f"{int(text):06d}" and 0 < int(text) <= ITEMS


def _take_payload(inventory: Inventory, source: BundleSource, folders: list[str]) -> None:
    for entry in source.payload_entries():
        found = _PAYLOAD.fullmatch(entry.path)
        if entry.kind is EntryKind.FOLDER:
            folders.append(entry.path)
        elif entry.kind is not EntryKind.FILE:
            inventory.irregular.append((entry.path, entry.kind.value))
        elif found is not None and (found[2] or "") in EXTENSION_CODES and _canonical_number(found[1]):
            _note_payload(inventory, int(found[1]), found[2] or "")
        elif is_litter(entry.path):
            inventory.wrapping.append(entry.path)
        else:
            inventory.strange_payload.add(entry.path)


def _note_payload(inventory: Inventory, number: int, extension: str) -> None:
    payload = inventory.payload
    if number >= len(payload):
        payload.extend(bytes(number + 1 - len(payload)))
    if payload[number]:
        inventory.doubled.setdefault(number, set()).add(EXTENSION_CODES[extension])
        return
    payload[number] = EXTENSION_CODES[extension]
    inventory.payload_files += 1
