"""Findings 2 and 3: items against the sealed root, and payload against items, in one streamed pass."""

from __future__ import annotations

import hashlib
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Any

from attrs import define, field

from custody.errors import BundleError, CustodyError
from custody.format.bag import ITEMS_PATH, chunks_path, encode_manifest_line
from custody.format.canonical import encode_checked_json
from custody.format.extension import payload_path
from custody.format.item_fields import ITEM_FIELDS
from custody.format.item_line import ALL_FIELDS, ItemLine, decode_item_line
from custody.format.limits import CHUNK_BYTES, EVENT_BYTES, FAILURES_LISTED, ITEM_LINE_BYTES, ITEMS
from custody.proof.commitment import commitment_of, leaf_of_commitments, leaf_of_open_item
from custody.proof.merkle import RootBuilder, leaf_of_entry
from custody.report.reason import Reason
from custody.storage.source import FaultKind, PayloadFault, PayloadJob
from custody.verification.inventory import Inventory
from custody.verification.run import CONTENT, Run, reason_of

_NULL = b"null"
_SHA256_BYTES = 32
_NUMBER = slice(len("data/"), None)  # of a payload path
_RUNS = EVENT_BYTES // len("[0,0,1],")
_FAULT_REASONS = {
    FaultKind.MISSING: Reason.FILE_MISSING,
    FaultKind.NOT_A_FILE: Reason.FILE_NOT_REGULAR,
    FaultKind.SIZE: Reason.FILE_SIZE,
    FaultKind.DIGEST: Reason.FILE_DIGEST,
    FaultKind.CRC: Reason.ZIP_CONTRADICTION,
    FaultKind.CHANGED_WHILE_READ: Reason.FILE_CHANGED_WHILE_READ,
    FaultKind.UNREADABLE: Reason.FILE_UNREADABLE,
}


@define
class ItemFacts:
    """What one pass over the items found.

    Attributes:
        root: Merkle root over the leaves, 64 hex digits.
        lines: number of lines.
        open: lines with every field open.
        partly_open: indices of the lines with some fields open.
        withheld: indices of the lines of which only the leaf is here.
        padding: opened padding.
        contents: open contents that are not null.
        files: payload files that the items call for, found or not.
        payload_bytes: their sizes.
        runs: what is open, as ascending runs (first index, last index, mask), joined where they can be.
        scattered: whether there are more runs than any `opened` can list; then `runs` ends early.
        manifest_sha256: of the recomputed manifest-sha256.txt.
        items_sha256: of items.jsonl.
        chunk_files: path to SHA-256 of each chunk file that was called for.
        sizes: sealed length of each item's file by index, 0 where there is none.
        bad_files: files with a fault.
        bad_bytes: their sealed sizes.
        unread: chunk files that could not be read.
        malformed: whether a line could not be read, so that root and counts are not the bundle's.
        bad_lines: number and fault of the first thousand such lines.
        more_bad_lines: how many there are besides.
    """

    root: str = ""
    lines: int = 0
    open: int = 0
    partly_open: array[int] = field(factory=lambda: array("I"))
    withheld: array[int] = field(factory=lambda: array("I"))
    padding: int = 0
    contents: int = 0
    files: int = 0
    payload_bytes: int = 0
    runs: list[tuple[int, int, int]] = field(factory=list)
    scattered: bool = False
    manifest_sha256: str = ""
    items_sha256: str = ""
    chunk_files: dict[str, str] = field(factory=dict)
    sizes: array[int] = field(factory=lambda: array("Q"))
    bad_files: int = 0
    bad_bytes: int = 0
    unread: int = 0
    malformed: bool = False
    bad_lines: list[tuple[int, str]] = field(factory=list)
    more_bad_lines: int = 0
    _run: list[int] = field(factory=lambda: [0, -1, 0])

    @property
    def closed(self) -> int:
        """Number of lines that are not open."""
        return len(self.partly_open) + len(self.withheld)

    def closed_among(self, leaves: Sequence[int]) -> int:
        """Count the lines that are not open and that an erasure names; leaves ascend."""
        return count_among(self.partly_open, leaves) + count_among(self.withheld, leaves)

    def count(self, index: int, line: ItemLine) -> None:
        """Take one line into the counts and runs."""
        mask = line.mask
        self.lines += 1
        if mask == ALL_FIELDS:
            self.open += 1
        elif mask:
            self.partly_open.append(index)
        else:
            self.withheld.append(index)
        if mask == self._run[2]:
            self._run[1] = index
        else:
            self.end_run()
            self._run = [index, index, mask]
        kind = line.kind
        if kind is not None and kind["kind"] == "padding":
            self.padding += 1

    def refuse(self, number: int, fault: BundleError) -> None:
        """Take a line that could not be read."""
        self.malformed = True
        if len(self.bad_lines) < FAILURES_LISTED:
            self.bad_lines.append((number, str(fault)))
        else:
            self.more_bad_lines += 1

    def end_run(self) -> None:
        """Keep the run that has just ended, as long as an `opened` could list so many."""
        first, last, mask = self._run
        if mask and len(self.runs) < _RUNS:
            self.runs.append((first, last, mask))
        elif mask:
            self.scattered = True
        self._run = [0, -1, 0]


def count_among(indices: Sequence[int], leaves: Sequence[int]) -> int:
    """Count the leaves that are among the indices; both ascend, and the leaves are fewer."""

    def listed(leaf: int) -> bool:
        place = bisect_left(indices, leaf)
        return place < len(indices) and indices[place] == leaf

    return sum(1 for leaf in leaves if listed(leaf))


def leaf_of(line: ItemLine, bundle_id: bytes, index: int) -> bytes:
    """Compute the leaf of a line from what it opens and what it closes."""
    if line.key is not None:
        encoded = [_NULL if value is None else encode_checked_json(value) for value in line.values]
        return leaf_of_open_item(line.key, encoded, bundle_id, index)
    if line.leaf is not None:
        return bytes.fromhex(line.leaf)
    openings, closed = line.openings or {}, line.closed or {}
    commitments = [
        commitment_of("item", name, openings[name][0], encode_checked_json(openings[name][1]))
        if name in openings
        else bytes.fromhex(closed[name])
        for name in ITEM_FIELDS
    ]
    return leaf_of_commitments(commitments, bundle_id, index)


def read_items(run: Run, inventory: Inventory, bundle_id: str, *, payload: bool = True) -> ItemFacts:
    """Stream items.jsonl, compute the root, and check every file that an open content calls for.

    Without `payload` no such file is read, and nothing is said about any.
    """
    facts = ItemFacts()
    if ITEMS_PATH not in inventory.single:
        run.findings.add(Reason.ITEMS_MISSING, ITEMS_PATH, CONTENT)
        facts.malformed = True
        return facts
    jobs = _jobs(run, inventory, bytes.fromhex(bundle_id), facts)
    expected = inventory.payload_files
    try:
        for fault in run.source.hash_payload(jobs, expected_files=expected) if payload else _unread(jobs):
            sealed_bytes = facts.sizes[int(fault.path[_NUMBER].partition(".")[0]) - 1]
            facts.bad_files += 1
            facts.bad_bytes += sealed_bytes
            _add_fault(run, fault, sealed_bytes)
    except CustodyError as error:
        # The stream of lines ended early: over-long, without its last line feed, or changed while read.
        facts.malformed = True
        reason = (
            Reason.ITEM_MALFORMED
            if isinstance(error, BundleError) and not error.code.startswith("ZIP")
            else reason_of(error)
        )
        run.findings.add(reason, ITEMS_PATH, CONTENT, detail=error.code)
        if reason is Reason.CHANGED_WHILE_READ:
            return facts  # what its lines said was perhaps never sealed by anybody
    for number, detail in facts.bad_lines:
        run.findings.add(Reason.ITEM_MALFORMED, str(number), CONTENT, detail=detail)
    run.findings.failures += facts.more_bad_lines
    return facts


def _unread(jobs: Iterable[PayloadJob]) -> Iterator[PayloadFault]:
    """Draw the jobs, so that the lines behind them count, and read none of their files."""
    for _job in jobs:
        yield from ()


def _jobs(run: Run, inventory: Inventory, bundle_id: bytes, facts: ItemFacts) -> Iterator[PayloadJob]:
    builder = RootBuilder()
    manifest, items = hashlib.sha256(), hashlib.sha256()
    for index, data in enumerate(run.source.lines(ITEMS_PATH, ITEM_LINE_BYTES)):
        items.update(data + b"\n")
        if index >= ITEMS:
            facts.malformed = True
            run.findings.add(Reason.LIMIT_EXCEEDED, ITEMS_PATH, CONTENT, error="LIMIT")
            break
        try:
            line = decode_item_line(data, index + 1)
        except BundleError as error:
            facts.refuse(index + 1, error)
            facts.sizes.append(0)
            continue
        builder.add(leaf_of(line, bundle_id, index))
        facts.count(index, line)
        content = line.content
        facts.sizes.append(0 if content is None else content["size"])
        if content is not None:
            path = payload_path(index + 1, content["ext"])
            manifest.update(encode_manifest_line(content["sha256"], path))
            facts.contents += 1
            facts.files += 1
            facts.payload_bytes += content["size"]
            inventory.claim(index + 1, content["ext"])
            yield PayloadJob(
                path=path,
                size_bytes=content["size"],
                sha256=content["sha256"],
                sha512=content.get("sha512"),
                sha3_256=content.get("sha3_256"),
                chunks=_chunks(run, inventory, facts, index + 1, content) if "chunks" in content else None,
            )
    facts.end_run()
    facts.root = builder.root().hex()
    facts.manifest_sha256 = manifest.hexdigest()
    facts.items_sha256 = items.hexdigest()


def _chunks(
    run: Run, inventory: Inventory, facts: ItemFacts, number: int, content: dict[str, object]
) -> bytes | None:
    """Return the chunk digests of an item when they give the sealed root."""
    path = chunks_path(number)
    size, sealed = content["size"], content["chunks"]
    count = -(-size // CHUNK_BYTES) if isinstance(size, int) else 0
    if number not in inventory.chunks:
        run.findings.add(Reason.CHUNKS_MISMATCH, path, CONTENT, detail="missing")
        return None
    inventory.chunks.discard(number)
    data = run.read(path, max(count, 1) * _SHA256_BYTES, CONTENT)
    if data is None:
        facts.unread += 1
        return None
    facts.chunk_files[path] = hashlib.sha256(data).hexdigest()
    builder = RootBuilder()
    for start in range(0, len(data), _SHA256_BYTES):
        builder.add(leaf_of_entry(data[start : start + _SHA256_BYTES]))
    root = sealed["root"] if isinstance(sealed, dict) else ""
    if len(data) != count * _SHA256_BYTES or builder.root().hex() != root:
        run.findings.add(Reason.CHUNKS_MISMATCH, path, CONTENT, detail="root")
        return None
    return data


def _add_fault(run: Run, fault: PayloadFault, sealed_bytes: int) -> None:
    """Name a fault, with the arguments that say something about this kind of it."""
    about: dict[str, Any] = {}
    if fault.kind is FaultKind.SIZE:
        about = {"expected": sealed_bytes, "found": fault.found_bytes or 0}
    elif fault.kind is FaultKind.DIGEST:
        about = {"algorithms": " ".join(fault.algorithms)}
        if fault.damaged_chunks:
            about["chunks"] = " ".join(str(chunk) for chunk in fault.damaged_chunks)
    elif fault.kind is FaultKind.UNREADABLE:
        about = {"error": fault.error, "offset": fault.offset}
    run.findings.add(_FAULT_REASONS[fault.kind], fault.path, CONTENT, **about)


def conclude_items(run: Run, facts: ItemFacts, sealed_root: str | None, sealed_items: int | None) -> None:
    """Add what finding 2 comes to: count and root as sealed."""
    if sealed_root is None or sealed_items is None or facts.malformed:
        return
    if facts.lines != sealed_items:
        run.findings.add(Reason.ITEM_COUNT, ITEMS_PATH, CONTENT, expected=sealed_items, found=facts.lines)
    elif facts.root != sealed_root:
        run.findings.add(Reason.ROOT_MISMATCH, ITEMS_PATH, CONTENT, expected=sealed_root, found=facts.root)
    else:
        run.findings.add(Reason.ITEMS_MATCH, "", CONTENT, basis=(sealed_root,), items=facts.lines)


def conclude_payload(run: Run, inventory: Inventory, facts: ItemFacts) -> None:
    """Add what finding 3 comes to: nothing missing, extra or changed, and the manifest as sealed."""
    if not facts.malformed:
        for path in chain(inventory.strange_payload.names(), inventory.leftovers()):
            run.findings.add(Reason.FILE_EXTRA, path, CONTENT)
        run.findings.failures += inventory.strange_payload.unnamed
        for number in sorted(inventory.chunks):
            run.findings.add(Reason.CHUNKS_MISMATCH, chunks_path(number), CONTENT, detail="not called for")
        if not run.findings.failed(3, CONTENT) and not facts.bad_files and not facts.unread:
            files, size = facts.files, facts.payload_bytes
            run.findings.add(Reason.PAYLOAD_MATCHES, "", CONTENT, files=files, bytes=size)
