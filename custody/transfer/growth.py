"""What a union has more than one of its copies, and adding it there: files are only added.

The order keeps a stopped merge sound: an event never comes before its past, and a renewal, which speaks of
the files of other folders, comes after these. Every file is read once more when it is added, and checked:
what was judged is what is written.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from attrs import frozen

from custody.errors import SourceChangedError
from custody.format.hashes import HASHES
from custody.format.layout import STAMP_FILE, STAMPS_PREFIX
from custody.format.limits import EVENT_BYTES, STAMP_BYTES
from custody.proof.event_record import examine_event
from custody.storage.append import Appender
from custody.storage.growing import grow_file, grow_folder
from custody.transfer.candidates import Candidate
from custody.transfer.copies import Copy
from custody.transfer.union import Union, is_stamp

_BODY: Final = "body.json"
_RENEWAL: Final = "renewal.txt"


@frozen(kw_only=True)
class Growth:
    """What a copy lacks of a union.

    Attributes:
        events: events of which the whole folder is lacking, each after its past.
        others: likewise attestations, then renewals.
        files: by folder of what is there, the names of the single files that are lacking, stamps apart.
        stamps: by folder of what is there, the names of the files of stamps that are lacking.
        replaced: folders that count for nothing and stand where something of the union belongs: of an event,
            or of a stamp.
    """

    events: tuple[Candidate, ...] = ()
    others: tuple[Candidate, ...] = ()
    files: Mapping[str, tuple[str, ...]]
    stamps: Mapping[str, tuple[str, ...]]
    replaced: frozenset[str] = frozenset()

    @property
    def openings(self) -> tuple[str, ...]:
        """The paths of the single files."""
        return tuple(f"{folder}/{name}" for folder, names in self.files.items() for name in names)

    @property
    def stamp_folders(self) -> tuple[str, ...]:
        """The folders of the stamps of which files are lacking."""
        found = {
            f"{folder}/{name.rpartition('/')[0]}" for folder, names in self.stamps.items() for name in names
        }
        return tuple(sorted(found))


def growth_of(copy: Copy, union: Union) -> Growth:
    """Say what a copy lacks of a union."""
    every = (*union.events, *union.others)
    lacking = {one.path for one in every if not _is_there(copy, one)}
    replaced = {path for path in lacking if path in copy.inventory.files or path in copy.inventory.stamps}
    files: dict[str, tuple[str, ...]] = {}
    stamps: dict[str, tuple[str, ...]] = {}
    for one in every:
        if one.path in lacking:
            continue
        there = {*copy.event_files(one.path), *copy.stamp_files(one.path), _RENEWAL}
        names = sorted(union.files[one.path].keys() - there)
        files[one.path] = tuple(name for name in names if not name.startswith(STAMPS_PREFIX))
        stamps[one.path] = tuple(name for name in names if name.startswith(STAMPS_PREFIX))
        taken = set(copy.inventory.stamps.get(one.path, ())).intersection(stamps[one.path])
        replaced |= {f"{one.path}/{name.rpartition('/')[0]}" for name in taken}
    return Growth(
        events=tuple(one for one in union.events if one.path in lacking),
        others=tuple(one for one in union.others if one.path in lacking),
        files={folder: names for folder, names in files.items() if names},
        stamps={folder: names for folder, names in stamps.items() if names},
        replaced=frozenset(replaced),
    )


def _is_there(copy: Copy, one: Candidate) -> bool:
    """Tell whether a copy has something of the union, and not merely a stub where others have the event."""
    known = one.event is not None and not one.event.stub
    return copy in one.holders and not (known and _BODY not in copy.event_files(one.path))


def grow(log: Appender, growth: Growth, union: Union) -> tuple[str, ...]:
    """Add to a bundle, whose lock is held, what it lacks.

    Returns:
        The names, beside the bundle, of what stood in the way and was moved out of it.

    Raises:
        SourceChangedError: a copy changed since it was judged; what was added before stays.
        StorageError: the machine refused; likewise.
    """
    return tuple(_grow(log, growth, union))


def _grow(log: Appender, growth: Growth, union: Union) -> Iterator[str]:
    for one in (*growth.events, *(one for one in growth.others if one.attestation)):
        yield from _add(log, growth, one.path, read_folder(union, one))
    for folder, names in growth.files.items():
        for name in names:
            grow_file(log.bundle, f"{folder}/{name}", _opening(union, folder, name))
    for folder, names in growth.stamps.items():
        for stamp in sorted({name.rpartition("/")[0] for name in names}):
            yield from _add_stamp(log, growth, union, folder, stamp)
    for one in growth.others:
        if one.renewal:
            yield from _add(log, growth, one.path, read_folder(union, one))


def _add(log: Appender, growth: Growth, path: str, files: Mapping[str, Iterable[bytes]]) -> Iterator[str]:
    if path in growth.replaced:
        yield log.move_aside(path)
    grow_folder(log.bundle, path, files)


def _add_stamp(log: Appender, growth: Growth, union: Union, folder: str, stamp: str) -> Iterator[str]:
    """Add a stamp, whole where there is none, else the files beside it that are lacking."""
    every = {
        name: _stamp(union, folder, name) for name in union.files[folder] if name.startswith(f"{stamp}/")
    }
    lacking = [name for name in growth.stamps[folder] if name in every]
    path = f"{folder}/{stamp}"
    if path in growth.replaced or any(map(is_stamp, lacking)):
        files = {name[len(stamp) + 1 :]: [data] for name, data in every.items()}
        yield from _add(log, growth, path, files)
        return
    for name in lacking:
        grow_file(log.bundle, f"{folder}/{name}", every[name])


def read_folder(union: Union, one: Candidate) -> dict[str, Iterable[bytes]]:
    """Read the files of a folder of the union, stamps among them, and check them.

    Raises:
        SourceChangedError: a copy changed since it was judged.
        StorageError: the machine refused.
    """
    names = union.files[one.path]
    stamps = {name: [_stamp(union, one.path, name)] for name in names if name.startswith(STAMPS_PREFIX)}
    if one.renewal:
        return {**stamps, _RENEWAL: _renewal(union, one.path)}
    files = {
        name: _read(union, one.path, name, STAMP_BYTES if name.startswith("anchors/") else EVENT_BYTES)
        for name in names
        if name not in stamps
    }
    record = examine_event(files, path=one.path, attestation=one.attestation)
    if record.event_id != one.event_id or record.faults:
        raise _changed(one.path)
    return {**stamps, **{name: [data] for name, data in files.items()}}


def _read(union: Union, folder: str, name: str, limit_bytes: int) -> bytes:
    return union.files[folder][name].read(f"{folder}/{name}", limit_bytes)


def _opening(union: Union, folder: str, name: str) -> bytes:
    """Read one opening or anchor of an event that is there; a commitment and a digest are both SHA-256."""
    data = _read(union, folder, name, EVENT_BYTES)
    digest = hashlib.sha256(data).hexdigest()
    statement = {**union.standing.log.events, **union.standing.log.attestations}[folder].statement
    anchors = f"anchors/{digest}.tst"
    if name != anchors and (statement is None or digest not in statement.fields):
        raise _changed(f"{folder}/{name}")
    return data


def _stamp(union: Union, folder: str, name: str) -> bytes:
    data = _read(union, folder, name, STAMP_BYTES)
    found = STAMP_FILE.fullmatch(name)
    stem = name.rpartition("/")[2].partition(".")[0]
    expected = found[1] if found is not None and is_stamp(name) else stem
    if hashlib.sha256(data).hexdigest() != expected:
        raise _changed(f"{folder}/{name}")
    return data


def _renewal(union: Union, folder: str) -> Iterator[bytes]:
    """Yield a renewal's text; its folder bears the digest of it under the new hash."""
    times = union.standing.resolver.times
    name = "" if times is None else times.renewals.facts[folder].hash
    digest = HASHES[name].new()
    for block in union.files[folder][_RENEWAL].blocks(f"{folder}/{_RENEWAL}"):
        digest.update(block)
        yield block
    if digest.hexdigest() != folder.rpartition("/")[2]:
        raise _changed(f"{folder}/{_RENEWAL}")


def _changed(path: str) -> SourceChangedError:
    return SourceChangedError(
        f"{path}: expected what was judged, found that it changed meanwhile", code="CHANGED_WHILE_READ"
    )
