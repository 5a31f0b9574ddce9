"""Reading receipts: the events and attestations in folders and zips given beside a bundle.

A receipt has the form of a bundle of which nearly everything is missing. Only the folders of events and
attestations are looked at; the payload is not even listed, and whatever else lies there is no finding.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from attrs import define, evolve, field

from custody.errors import CustodyError
from custody.format.layout import ATTESTATIONS_FOLDER, EVENT_FILE, STAMPS_PREFIX, PathKind, place_of
from custody.format.limits import EVENT_BYTES, EVENTS, STAMP_BYTES
from custody.proof.event_record import EventRecord, Fault, examine_event
from custody.report.claim import Outcome
from custody.report.reason import Reason
from custody.storage.source import BundleSource, EntryKind
from custody.verification.run import CUSTODY, LISTED, Run, reason_of

RECEIPT_FOLDER = "receipt/"
"""Before the folder of a record from a receipt: no path of a bundle begins so."""
_MACHINE = frozenset({Reason.CHANGED_WHILE_READ, Reason.UNREADABLE})


@define
class Receipts:
    """What receipts hold, each record once.

    Attributes:
        records: of events and attestations; their paths stand below RECEIPT_FOLDER.
        stamped: whether any of them has proofs of time, which are not judged before a merge.
    """

    records: list[EventRecord] = field(factory=list)
    stamped: bool = False


def read_receipts(run: Run, sources: Iterable[BundleSource]) -> Receipts:
    """Examine what receipts hold, in an order of its own; what cannot be read becomes a finding."""
    receipts = Receipts()
    found: list[EventRecord] = []
    for source in sources:
        try:
            folders = _folders(source, receipts)
        except CustodyError as error:
            reason = reason_of(error)
            refuses = reason if reason.outcome is Outcome.UNDETERMINED else Reason.UNREADABLE
            run.findings.add(refuses, "", CUSTODY, error=error.code)
            continue
        if not folders:
            run.findings.add(Reason.RECEIPT_SET_ASIDE, "", LISTED, detail="no event")
        for folder, names in sorted(folders.items()):
            if len(found) < EVENTS:
                found.append(_examine(run, source, folder, names))
            else:
                run.findings.add(Reason.LIMIT_EXCEEDED, folder, CUSTODY, error="LIMIT")
                break
    receipts.records = [*_once(found)]
    return receipts


def _folders(source: BundleSource, receipts: Receipts) -> dict[str, list[str]]:
    """Return the folders of events and attestations with the names of their files."""
    folders: dict[str, list[str]] = {}
    for entry in source.entries():
        place = place_of(entry.path)
        if entry.kind is not EntryKind.FILE or place.kind not in {PathKind.EVENT, PathKind.STAMP}:
            continue
        if not place.folder.startswith("custody/renewals/"):
            receipts.stamped |= place.name.startswith(STAMPS_PREFIX)
            folders.setdefault(place.folder, []).append(place.name)
    return folders


def _examine(run: Run, source: BundleSource, folder: str, names: list[str]) -> EventRecord:
    files: dict[str, bytes] = {}
    faults: list[Fault] = []
    for name in sorted(names):
        if not EVENT_FILE.fullmatch(name):
            continue
        try:
            limit = STAMP_BYTES if name.startswith("anchors/") else EVENT_BYTES
            files[name] = source.read(f"{folder}/{name}", limit)
        except CustodyError as error:
            faults.append(Fault(reason=reason_of(error), file=name, detail=error.code))
    attestation = folder.startswith(f"{ATTESTATIONS_FOLDER}/")
    record = examine_event(files, path=RECEIPT_FOLDER + folder, attestation=attestation)
    for fault in faults:
        if fault.reason in _MACHINE:  # it may be the very event that this copy of the log lacks
            run.findings.add(fault.reason, f"{folder}/{fault.file}", CUSTODY, error=fault.detail)
    return evolve(record, faults=tuple(faults)) if faults else record


def _once(records: Iterable[EventRecord]) -> Iterator[EventRecord]:
    """Yield each event once, by its place and id; of several forms of one id the one that is signed."""
    best: dict[tuple[str, str, str], EventRecord] = {}
    for record in records:
        # What has a fault speaks for nothing: every fault is named, whatever id it claims.
        fault = "" if not record.faults else f"{record.faults[0].file} {record.faults[0].detail}"
        key = (record.path, record.event_id, fault)
        if key not in best or len(record.openings) > len(best[key].openings):
            best[key] = record
    yield from (record for _key, record in sorted(best.items()))
