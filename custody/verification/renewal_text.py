"""One renewal.txt by itself: what it says against the log, and its file lines against the files."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import Enum

from attrs import define, field, frozen

from custody.errors import BundleError, CustodyError, StorageError
from custody.format.hashes import HASHES
from custody.format.layout import LOG_FOLDER, PathKind, event_path, place_of
from custody.format.limits import EVENT_BYTES, FAILURES_LISTED, RENEWAL_LINE_BYTES, STAMP_BYTES
from custody.format.renewal_txt import RENEWAL_TXT, RenewalHeader, RenewedItem, decode_renewal, hex_digits_of
from custody.proof.event_record import EventRecord
from custody.report.reason import Reason
from custody.storage.source import BundleSource
from custody.verification.items import ItemFacts
from custody.verification.log import Log
from custody.verification.renewed_items import ItemsDigests, ItemsHash
from custody.verification.run import UNREAD

_NOT_THERE = frozenset({"MISSING", "NOT_A_FILE"})
_NEEDED = ("event.json", "proof.sha256")
_ANCHORS = "anchors/"
_REFUSED = UNREAD - {Reason.LIMIT_EXCEEDED, Reason.NOT_A_FILE}


class RenewalFault(Enum):
    """Why a renewal proves nothing. UNREADABLE says nothing against it; every other voids it."""

    UNREADABLE = "a file could not be read"
    TEXT_MISSING = "no renewal.txt"
    MALFORMED = "renewal.txt is not in the form of the format"
    NAME = "the folder's name is not the digest of renewal.txt"
    ANOTHER_BUNDLE = "it is of another bundle"
    SEAL_NOT_COVERED = "it does not cover the seal"
    EVENT_MISSING = "it covers an event that is not here"
    EVENT_WITHOUT_FILES = "it covers an event without its statement and its proof.sha256"
    FILE_NOT_COVERED = "it has a line for a file of an event that it does not cover"
    FILE_DIFFERS = "a file is missing or is another one"
    ITEM_COUNT = "it has more or fewer items than the bundle"
    ITEMS_DIFFER = "an item or its file is another one"


class Void(Exception):  # noqa: N818 - carries a fault out of the steps; never leaves this layer
    """A renewal, or the reading of it, ends here."""

    def __init__(self, fault: RenewalFault, detail: str = "") -> None:
        """Keep the fault and the path, id or number that it is about."""
        super().__init__(fault.name)
        self.fault = fault
        self.detail = detail


@frozen(kw_only=True)
class Scope:
    """What a bundle holds that a renewal may speak of.

    Attributes:
        bundle_id: 32 hex digits.
        seal_id: id of the seal.
        seal_path: its folder.
        records: event id to the record in its place whose statement the id fixes.
        items: number of lines of items.jsonl; None where they could not all be read.
        unread: whether the machine refused a file of some event, which may be one that a renewal covers.
        taken: indices of the items that an erasure names and that are closed, wholly or in part: it may have
            taken them, or somebody says `erased` of what was closed all along.
    """

    bundle_id: str
    seal_id: str
    seal_path: str
    records: Mapping[str, EventRecord]
    items: int | None = None
    unread: bool = False
    taken: frozenset[int] = frozenset()

    def may_be_gone(self, path: str) -> bool:
        """Tell whether a file that is not here may have gone with an erased item."""
        manifest = path == f"{self.seal_path}/manifest.json"
        opened = path.startswith(f"{LOG_FOLDER}/") and path.endswith("/opened.json")
        return bool(self.taken) and (manifest or opened)


def scope_of(log: Log, seal: EventRecord, facts: ItemFacts, erased: Iterable[int]) -> Scope:
    """Say what a renewal of this bundle may speak of.

    Args:
        log: the records.
        seal: the one that the bundle is judged by; its folder gives the bundle's id.
        facts: from the pass over the items.
        erased: leaf indices that erasures name; those whose line is still open were not taken.
    """
    closed = (facts.partly_open, facts.withheld)
    return Scope(
        bundle_id=seal.path.split("/")[2],
        seal_id=seal.event_id,
        seal_path=seal.path,
        records=placed_records(log),
        items=None if facts.malformed else facts.lines,
        unread=any(fault.reason in _REFUSED for record in log.events.values() for fault in record.faults),
        taken=frozenset(leaf for leaf in erased if any(_has(indices, leaf) for indices in closed)),
    )


def _has(ascending: Sequence[int], value: int) -> bool:
    place = bisect_left(ascending, value)
    return place < len(ascending) and ascending[place] == value


def placed_records(log: Log) -> dict[str, EventRecord]:
    """Return event id to record, of those in their place whose statement the id fixes, malformed or not."""
    return {
        record.event_id: record
        for record in log.events.values()
        if record.bound
        and record.statement is not None
        and record.path == event_path(record.statement.holding, record.statement.seq)
    }


@frozen(kw_only=True)
class TextFacts:
    """What one renewal.txt says, as far as it can be compared without the items.

    Attributes:
        hash: name of its hash.
        event_ids: the events that it covers, ascending.
        matched: paths of the files that are as its lines say.
        failing_stamps: paths below a `stamps/` that are missing or others; the first thousand.
        unchecked_files: paths of lines whose file an erasure took.
        items: what its lines of items come to.
    """

    hash: str
    event_ids: tuple[str, ...]
    items: ItemsDigests
    matched: frozenset[str] = field(factory=frozenset)
    failing_stamps: tuple[str, ...] = ()
    unchecked_files: tuple[str, ...] = ()


@define
class Digests:
    """Digests of files of the log. They are kept: however many renewals ask, each file is hashed once."""

    source: BundleSource
    _kept: dict[str, dict[str, bytes | None]] = field(factory=dict)

    def of(self, path: str, hash_name: str) -> str | None:
        """Return a digest in hex; None where no such file stands there, or one that is too long.

        Raises:
            Void: UNREADABLE: the machine refused, or the file changed.
        """
        kept = self._kept.setdefault(hash_name, {})
        if path not in kept:
            try:
                kept[path] = self._hash(path, hash_name)
            except CustodyError as error:
                if error.code in _NOT_THERE:
                    return None  # not kept: there are as many such paths as anybody likes
                if error.code != "LIMIT":
                    raise Void(RenewalFault.UNREADABLE, path) from error
                kept[path] = None
        digest = kept[path]
        return None if digest is None else digest.hex()

    def _hash(self, path: str, hash_name: str) -> bytes:
        place = place_of(path)
        running = HASHES[hash_name].new()
        if place.kind is PathKind.RENEWAL:
            for block in self.source.blocks(path):
                running.update(block)
        else:
            small = place.kind is PathKind.STAMP or place.name.startswith(_ANCHORS)
            running.update(self.source.read(path, STAMP_BYTES if small else EVENT_BYTES))
        digest: bytes = running.digest()
        return digest


def refusal_of(error: CustodyError, path: str) -> Void:
    """Say what an error met while renewal.txt was read means for the renewal."""
    if isinstance(error, BundleError) and not error.code.startswith("ZIP"):
        return Void(RenewalFault.MALFORMED, str(error))
    if isinstance(error, StorageError) and error.code in _NOT_THERE:
        return Void(RenewalFault.TEXT_MISSING, path)
    return Void(RenewalFault.UNREADABLE, path)


def judge_text(folder: str, scope: Scope, digests: Digests) -> TextFacts:
    """Read one renewal.txt to its end and compare everything in it but the items.

    Anybody can put any number of folders here. So one that is not of this bundle, or not named as it must
    be, costs no more than reading it: nothing that it lists is looked at before.

    Raises:
        Void: the renewal proves nothing.
    """
    path = f"{folder}/{RENEWAL_TXT}"
    try:
        header, lines = decode_renewal(digests.source.lines(path, RENEWAL_LINE_BYTES), member=path)
        _check_header(header, scope)
        _check_name(folder, header, digests)
        reading = _Reading(folder=folder, header=header, scope=scope, digests=digests)
        for line in lines:
            if isinstance(line, RenewedItem):
                reading.take_item(line.number, line.digest)
            else:
                reading.take_file(line.path, line.digest)
    except CustodyError as error:
        raise refusal_of(error, path) from error
    return reading.conclude()


def passed_over(folder: str, scope: Scope, source: BundleSource, present: bytes) -> Iterator[int]:
    """Yield the items whose line fails among those that an erasure may have taken: their indices, ascending.

    The text is read once more, so that none of its digests is kept.

    Args:
        folder: of a renewal that holds otherwise.
        scope: of the bundle.
        source: the bundle.
        present: the new digests, under the renewal's hash, of the items of `scope.taken` as they are.

    Raises:
        Void: as of `judge_text`; also while iterating.
    """
    path = f"{folder}/{RENEWAL_TXT}"
    try:
        header, lines = decode_renewal(source.lines(path, RENEWAL_LINE_BYTES), member=path)
        start, size = 0, HASHES[header.hash].size_bytes
        for line in lines:
            if isinstance(line, RenewedItem) and line.number - 1 in scope.taken:
                if bytes.fromhex(line.digest) != present[start : start + size]:
                    yield line.number - 1
                start += size
    except CustodyError as error:
        raise refusal_of(error, path) from error


def _check_name(folder: str, header: RenewalHeader, digests: Digests) -> None:
    name = folder.rpartition("/")[2]
    fits = len(name) == hex_digits_of(header.hash)
    if not fits or digests.of(f"{folder}/{RENEWAL_TXT}", header.hash) != name:
        raise Void(RenewalFault.NAME, folder)


def _check_header(header: RenewalHeader, scope: Scope) -> None:
    if header.bundle_id != scope.bundle_id:
        raise Void(RenewalFault.ANOTHER_BUNDLE, header.bundle_id)
    if scope.seal_id not in header.event_ids:
        raise Void(RenewalFault.SEAL_NOT_COVERED, scope.seal_id)
    for event_id in header.event_ids:
        record = scope.records.get(event_id)
        if record is None or record.statement is None:
            raise Void(RenewalFault.UNREADABLE if scope.unread else RenewalFault.EVENT_MISSING, event_id)


@define
class _Reading:
    """The comparison of one renewal's lines, as they come."""

    folder: str
    header: RenewalHeader
    scope: Scope
    digests: Digests
    items: int = 0
    matched: set[str] = field(factory=set)
    failing_stamps: list[str] = field(factory=list)
    unchecked_files: list[str] = field(factory=list)
    _items: ItemsHash = field(init=False)
    _folders: frozenset[str] = field(init=False)

    def __attrs_post_init__(self) -> None:
        self._items = ItemsHash(HASHES[self.header.hash])
        covered = {self.scope.records[event_id].path for event_id in self.header.event_ids}
        self._folders = frozenset(covered)

    def take_item(self, number: int, digest: str) -> None:
        self.items = number
        self._items.add(bytes.fromhex(digest), taken=number - 1 in self.scope.taken)

    def take_file(self, path: str, digest: str) -> None:
        place = place_of(path)
        if place.folder == self.folder or not self._speaks_of(place.folder):
            raise Void(RenewalFault.FILE_NOT_COVERED, path)
        stamp = place.kind is PathKind.STAMP
        try:
            found = self.digests.of(path, self.header.hash)
        except Void:
            if not stamp:
                raise
            found = None
        if found == digest:
            self.matched.add(path)
        elif stamp:
            if len(self.failing_stamps) < FAILURES_LISTED:
                self.failing_stamps.append(path)
        elif found is None and self.scope.may_be_gone(path):
            self.unchecked_files.append(path)
        else:
            raise Void(RenewalFault.FILE_DIFFERS, path)

    def _speaks_of(self, folder: str) -> bool:
        return folder in self._folders or not folder.startswith(f"{LOG_FOLDER}/")

    def conclude(self) -> TextFacts:
        if self.scope.items not in {self.items, None}:
            raise Void(RenewalFault.ITEM_COUNT, str(self.items))
        for folder in sorted(self._folders):
            for name in _NEEDED:
                if f"{folder}/{name}" not in self.matched:
                    raise Void(RenewalFault.EVENT_WITHOUT_FILES, f"{folder}/{name}")
        return TextFacts(
            hash=self.header.hash,
            event_ids=self.header.event_ids,
            matched=frozenset(self.matched),
            failing_stamps=tuple(self.failing_stamps),
            unchecked_files=tuple(self.unchecked_files),
            items=self._items.conclude(),
        )
