"""A hash renewal of a bundle: its items and its log under a new hash (DESIGN, "Time and renewal").

No key is needed and nobody is asked: a renewal counts from the stamps that are put over it afterwards. What
is renewed is what the old hash still fixes, so a bundle whose content is not as sealed is refused, and each
file is hashed under both in the same pass.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from attrs import define, field, frozen

from custody.errors import BundleError, SourceChangedError, StorageError, UsageError
from custody.format.bag import ITEMS_PATH
from custody.format.extension import payload_path
from custody.format.hashes import HASHES, Hash
from custody.format.item_line import ALL_FIELDS
from custody.format.layout import RENEWALS_FOLDER
from custody.format.renewal_txt import (
    RENEWAL_HASHES,
    RENEWAL_TXT,
    RenewalHeader,
    RenewedFile,
    RenewedItem,
    encode_renewal_header,
    encode_renewed_file,
    encode_renewed_item,
    hex_digits_of,
    is_renewed_path,
)
from custody.model.instant import Instant
from custody.proof.event_record import EventRecord
from custody.proof.merkle import RootBuilder
from custody.proof.renewal import renewed_digest
from custody.report.claim import Claim, Outcome
from custody.report.report import Report
from custody.storage.commit import StagedFolder, check_free_space, staged_folder
from custody.storage.opening import open_bundle
from custody.storage.source import BundleSource, Progress
from custody.storage.tree import base_name
from custody.storage.writer import FileWriter
from custody.trust.trust import Trust
from custody.verification.inventory import Inventory, take_inventory
from custody.verification.items import ItemFacts, leaf_of
from custody.verification.log import Log, read_log
from custody.verification.renewal_text import Digests, Scope, TextFacts, Void, judge_text, scope_of
from custody.verification.renewals import leaves_named_erased, renewal_folders
from custody.verification.renewed_items import HashedItem, ItemsDigests, ItemsHash, hash_items
from custody.verification.run import Question, Run
from custody.verification.verify import verify_source

_OLD = HASHES["sha256"]
_STAGED = "new"  # its name is the digest of what is still to be written
_CONTENT = range(1, 6)  # the findings that say whether the content is as sealed
_BUFFER_BYTES = 1024 * 1024
_LINE_BYTES = len("item 10000000 \n")


@frozen(kw_only=True)
class Renewed:
    """What was written, or was there already.

    Attributes:
        path: the renewal's folder, relative to the bundle.
        items: number of items in it.
        events: number of events that it covers.
        files: number of files of the log that it covers.
        new: whether this call wrote it.
    """

    path: str
    items: int
    events: int
    files: int
    new: bool


def write_renewal(
    bundle: str,
    *,
    hash_name: str,
    verified_at: Instant,
    trust: Trust | None = None,
    expect_seal: str | None = None,
    progress: Progress | None = None,
) -> Renewed:
    """Write `custody/renewals/<digest>/renewal.txt`, unless one that covers as much is there.

    The bundle is verified first. Memory does not grow with the number of items.

    Args:
        bundle: path of the bundle's folder.
        hash_name: the new hash, one of `RENEWAL_HASHES`.
        verified_at: the moment that counts as now.
        trust: events that it sets aside are left out, except where a covered event follows them. None: every
            signed event is covered, whoever signed it, and whoever takes one away later voids the renewal.
        expect_seal: id of the seal, where several stand in the bundle.
        progress: told the files and bytes that are done in the pass that hashes.

    Raises:
        UsageError: no such hash.
        BundleError: code NOT_INTACT: the content is not as sealed, or could not be shown to be; nothing was
            written.
        SourceChangedError: something changed meanwhile; nothing was written.
        StorageError: code NOT_A_FOLDER: a zip; otherwise the machine refused, and nothing was written.
    """
    if hash_name not in RENEWAL_HASHES:
        raise UsageError(f"hash: expected one of {', '.join(RENEWAL_HASHES)}, found another")
    source = open_bundle(bundle)
    try:
        _refuse_zip(source, bundle)
        with staged_folder(None, beside=bundle) as staged:
            report = verify_source(
                source, trust or Trust.none(), verified_at=verified_at, expect_seal=expect_seal
            )
            _require_content(report)
            left_out = () if trust is None else _set_aside(report)
            plan = _plan(source, report, verified_at, frozenset(left_out))
            size = report.counts.items * (_LINE_BYTES + hex_digits_of(hash_name))
            check_free_space(staged.path, size, 1)
            return _write(staged, bundle, plan, hash_name, progress)
    finally:
        source.close()


def _refuse_zip(source: BundleSource, bundle: str) -> None:
    if source.form != "folder":
        raise StorageError(
            f"{base_name(bundle)}: expected the folder of a bundle, found a zip",
            code="NOT_A_FOLDER",
            hint="a zip is never written to: custody unpack, renew the folder, then custody pack",
        )


def _set_aside(report: Report) -> list[str]:
    return [event.path for event in report.events if event.status == "set-aside"]


def _require_content(report: Report) -> None:
    unmet = [
        finding
        for finding in report.findings
        if finding.number in _CONTENT
        and finding.outcome is not Outcome.PROVEN
        and Claim.INTACT in finding.claims
    ]
    if unmet or report.seal_id is None:
        codes = ", ".join(dict.fromkeys(finding.reason.name for finding in unmet))
        raise BundleError(
            f"bundle: expected its content as sealed, found {codes or 'no seal'}",
            code="NOT_INTACT",
            hint="custody verify names every difference; a renewal can only keep what still holds",
        )


@frozen(kw_only=True)
class _Plan:
    """What is to be renewed.

    Attributes:
        source: the bundle.
        report: what verification found.
        log: the records.
        seal: of the bundle.
        inventory: what stands where.
        erased: leaves that an erasure names.
        event_ids: the events to be covered, ascending.
        folders: their folders, and those of the attestations.
    """

    source: BundleSource
    report: Report
    log: Log
    seal: EventRecord
    inventory: Inventory
    erased: frozenset[int]
    event_ids: tuple[str, ...]
    folders: tuple[str, ...]


def _plan(source: BundleSource, report: Report, verified_at: Instant, left_out: frozenset[str]) -> _Plan:
    question = Question(trust=Trust.none(), verified_at=verified_at, expect_seal=report.seal_id)
    run = Run(question=question, source=source)
    inventory = take_inventory(source)
    log = read_log(run, inventory, sealer_known=lambda _record: False)
    if log.seal is None:
        raise _changed()
    scope = scope_of(log, log.seal, ItemFacts(), ())
    own = [
        record
        for record in (*log.events.values(), *log.attestations.values())
        if record.signed
        and record.path not in left_out
        and record.statement is not None
        and record.statement.bundle_id == scope.bundle_id
    ]
    covered = _with_past(scope, [record.event_id for record in own if not record.attestation])
    folders = {scope.records[event_id].path for event_id in covered}
    return _Plan(
        source=source,
        report=report,
        log=log,
        seal=log.seal,
        inventory=inventory,
        erased=frozenset(leaves_named_erased(log)),
        event_ids=tuple(sorted(covered)),
        folders=tuple(sorted(folders | {record.path for record in own if record.attestation})),
    )


def _with_past(scope: Scope, event_ids: Sequence[str]) -> set[str]:
    """Return the events with everything in their past that is in the bundle, stubs and set-aside ones too."""
    covered: set[str] = set()
    waiting = list(event_ids)
    while waiting:
        event_id = waiting.pop()
        record = scope.records.get(event_id)
        if record is not None and record.statement is not None and event_id not in covered:
            covered.add(event_id)
            waiting.extend(record.statement.prev)
    return covered


def _changed(path: str = "bundle") -> SourceChangedError:
    return SourceChangedError(
        f"{path}: expected a bundle at rest, found it changed while it was read",
        code="CHANGED_WHILE_READ",
        hint="run the command again when nobody writes to the bundle",
    )


@define
class _Text:
    """renewal.txt as it is written, and its own digest."""

    hash: Hash
    _writer: FileWriter
    _digest: Any = field(init=False)
    _buffer: bytearray = field(factory=bytearray)

    def __attrs_post_init__(self) -> None:
        self._digest = self.hash.new()

    def add(self, data: bytes) -> None:
        self._buffer += data
        if len(self._buffer) >= _BUFFER_BYTES:
            self.flush()

    def flush(self) -> None:
        self._digest.update(self._buffer)
        self._writer.write(memoryview(bytes(self._buffer)))
        self._buffer.clear()

    def hexdigest(self) -> str:
        digest: str = self._digest.hexdigest()
        return digest


def _write(
    staged: StagedFolder, bundle: str, plan: _Plan, hash_name: str, progress: Progress | None
) -> Renewed:
    staged.create_folder(_STAGED)
    with staged.create(f"{_STAGED}/{RENEWAL_TXT}") as writer:
        text = _Text(HASHES[hash_name], writer)
        text.add(
            encode_renewal_header(
                RenewalHeader(hash=hash_name, bundle_id=plan.report.bundle_id or "", event_ids=plan.event_ids)
            )
        )
        facts, sections = _write_items(text, plan, progress)
        digests = Digests(plan.source)
        earlier = _earlier(plan, facts, sections, digests)
        found = ((path, digests.of(path, hash_name)) for path in _files_of(plan, earlier))
        # Without a digest it is longer than its limit, and no reader would look at it.
        files = [RenewedFile(path, digest) for path, digest in found if digest is not None]
        there = _covering(plan, earlier, files, sections[hash_name], hash_name)
        if there is None:
            for file in files:
                text.add(encode_renewed_file(file))
            text.flush()
    if plan.source.changed():
        raise _changed()
    if there is not None:
        found_there = earlier[there]
        events, covered = len(found_there.event_ids), len(found_there.matched)
        return Renewed(path=there, items=facts.lines, events=events, files=covered, new=False)
    digest = text.hexdigest()
    staged.publish_below(bundle, RENEWALS_FOLDER, _STAGED, digest)
    return Renewed(
        path=f"{RENEWALS_FOLDER}/{digest}",
        items=facts.lines,
        events=len(plan.event_ids),
        files=len(files),
        new=True,
    )


def _write_items(
    text: _Text, plan: _Plan, progress: Progress | None
) -> tuple[ItemFacts, Mapping[str, ItemsDigests]]:
    """Write the item lines; return the counts, and what all of them come to under each hash in use here.

    Raises:
        SourceChangedError: an item or its file is no longer what was verified.
    """
    # With earlier renewals here, whatever hash they use: they are continued only when they still hold.
    names = RENEWAL_HASHES if renewal_folders(plan.inventory) else (text.hash.name,)
    hashes = [HASHES[name] for name in names]
    sections = {one.name: ItemsHash(one) for one in hashes}
    facts, root = ItemFacts(), RootBuilder()
    bundle_id = bytes.fromhex(plan.report.bundle_id or "")
    try:
        for item in hash_items(plan.source, (*hashes, _OLD)):
            root.add(leaf_of(item.line, bundle_id, item.index))
            if item.file_digests and item.file_digests[-1].hex() != item.line.content["sha256"]:
                raise _changed(payload_path(item.index + 1, item.line.content["ext"]))
            digests = _digests_of(item, hashes)
            text.add(encode_renewed_item(RenewedItem(item.index + 1, digests[text.hash.name].hex())))
            facts.lines += 1
            if item.line.mask != ALL_FIELDS:
                facts.withheld.append(item.index)
            taken = item.line.mask != ALL_FIELDS and item.index in plan.erased
            for name, section in sections.items():
                section.add(digests[name], taken=taken)
            if progress is not None:
                progress(1 if item.file_digests else 0, item.size_bytes)
    except BundleError as error:
        raise _changed(ITEMS_PATH) from error
    if root.root().hex() != plan.report.root or facts.lines != plan.report.sealed_items:
        raise _changed(ITEMS_PATH)
    return facts, {name: section.conclude() for name, section in sections.items()}


def _digests_of(item: HashedItem, hashes: Sequence[Hash]) -> dict[str, bytes]:
    """Return the item's new digests by the names of the hashes."""
    files = item.file_digests or (None,) * len(hashes)
    return {
        one.name: renewed_digest(one, item.data, file_digest)
        for one, file_digest in zip(hashes, files, strict=False)  # the last one is the old hash's
    }


def _earlier(
    plan: _Plan, facts: ItemFacts, sections: Mapping[str, ItemsDigests], digests: Digests
) -> dict[str, TextFacts]:
    """Return the renewals that are here and hold, by folder."""
    scope = scope_of(plan.log, plan.seal, facts, plan.erased)
    found: dict[str, TextFacts] = {}
    for folder in renewal_folders(plan.inventory):
        try:
            text = judge_text(folder, scope, digests)
        except Void:
            continue
        if text.items.kept == sections[text.hash].kept:
            found[folder] = text
    return found


def _files_of(plan: _Plan, earlier: Iterable[str]) -> list[str]:
    """Return the paths of the files that get a line, ascending."""
    return sorted(
        path
        for folder in (*plan.folders, *earlier)
        for names in (plan.inventory.files, plan.inventory.stamps)
        for name in names.get(folder, ())
        if is_renewed_path(path := f"{folder}/{name}")
    )


def _covering(
    plan: _Plan,
    earlier: Mapping[str, TextFacts],
    files: Sequence[RenewedFile],
    items: ItemsDigests,
    hash_name: str,
) -> str | None:
    """Return a renewal under this hash that covers all of this already, itself left out."""
    for folder, text in earlier.items():
        if text.hash != hash_name or text.items != items or not set(plan.event_ids) <= set(text.event_ids):
            continue
        if {file.path for file in files if not file.path.startswith(f"{folder}/")} <= text.matched:
            return folder
    return None
