"""Reading the log: every event and attestation folder examined, and the seal chosen (before finding 5)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from attrs import frozen

from custody.format.layout import LOG_FOLDER, STAMP_FILE, seal_path
from custody.format.limits import EVENT_BYTES, EVENTS, STAMP_BYTES, STAMPS
from custody.proof.event_record import EventRecord, examine_event
from custody.report.claim import Claim
from custody.report.reason import Reason
from custody.verification.inventory import Inventory
from custody.verification.run import CUSTODY, EVERY, LISTED, Run

_TIME = (Claim.EXISTED_BEFORE,)


@frozen(kw_only=True)
class Log:
    """The records of a bundle.

    Attributes:
        events: records of the log, by folder.
        attestations: records of the attestations, by folder.
        seal: the record of the seal that the bundle is judged by, or None.
    """

    events: dict[str, EventRecord]
    attestations: dict[str, EventRecord]
    seal: EventRecord | None = None

    @property
    def bundle_id(self) -> str | None:
        """The bundle's id, as the seal has it."""
        return None if self.seal is None else self.seal.path.split("/")[2]


def read_log(run: Run, inventory: Inventory, *, sealer_known: Callable[[EventRecord], bool]) -> Log:
    """Examine every folder and choose the seal; what cannot be read becomes a finding."""
    events: dict[str, EventRecord] = {}
    attestations: dict[str, EventRecord] = {}
    for folder, names in sorted(inventory.files.items()):
        if folder.startswith(f"{LOG_FOLDER}/"):
            if len(events) >= EVENTS:
                run.findings.add(Reason.LIMIT_EXCEEDED, LOG_FOLDER, EVERY, error="LIMIT")
                break
            events[folder] = _examine(run, folder, names)
        elif not folder.startswith("custody/renewals/"):
            attestations[folder] = _examine(run, folder, names, attestation=True)
    return Log(events=events, attestations=attestations, seal=_choose_seal(run, events, sealer_known))


def _examine(run: Run, folder: str, names: list[str], *, attestation: bool = False) -> EventRecord:
    files: dict[str, bytes] = {}
    seal = folder.endswith("/00000000")
    for name in names:
        limit = STAMP_BYTES if name.startswith("anchors/") else EVENT_BYTES
        data = run.read(f"{folder}/{name}", limit, EVERY if seal else CUSTODY)
        if data is not None:
            files[name] = data
    return examine_event(files, path=folder, attestation=attestation)


def _choose_seal(
    run: Run, events: dict[str, EventRecord], sealer_known: Callable[[EventRecord], bool]
) -> EventRecord | None:
    """Choose: the expected one, else the only one of a trusted sealer, else the only one."""
    candidates = [record for record in events.values() if _may_be_seal(record)]
    expected = run.question.expect_seal
    if expected is not None:
        for record in candidates:
            if record.event_id == expected:
                return record
        run.findings.add(
            Reason.SEAL_NOT_EXPECTED,
            "",
            EVERY,
            expected=expected,
            found=candidates[0].event_id if len(candidates) == 1 else "",
        )
    known = [record for record in candidates if record.signed and sealer_known(record)]
    if len(known) == 1:
        return known[0]
    if len(candidates) == 1:
        return candidates[0]
    if candidates:
        run.findings.add(Reason.SEAL_AMBIGUOUS, LOG_FOLDER, EVERY, found=len(candidates))
    else:
        run.findings.add(Reason.SEAL_MISSING, LOG_FOLDER, EVERY)
    return None


def _may_be_seal(record: EventRecord) -> bool:
    """Tell whether a record stands where a seal stands and does not say that it is something else."""
    holding = record.path.split("/")[2]
    if record.path != seal_path(holding):
        return False
    if record.statement is not None and (record.statement.prev or record.statement.bundle_id != holding):
        return False
    return record.body is None or record.body.type == "sealed"


def read_stamps(run: Run, inventory: Inventory, folder: str, *, seal: bool = False) -> int:
    """List the stamps of an event; none is judged here. Returns how many are well placed."""
    count = 0
    stamps: set[str] = set()
    for name in sorted(inventory.stamps.get(folder, ())):
        path = f"{folder}/{name}"
        found = STAMP_FILE.fullmatch(name)
        if found is None or len(stamps) > STAMPS:
            run.findings.add(Reason.STAMP_SET_ASIDE, path, LISTED, detail="unknown file")
            continue
        stamps.add(found[1])
        stem, _, ending = name.rpartition("/")[2].rpartition(".")
        data = run.read(path, STAMP_BYTES, LISTED)
        if data is None:
            continue
        digest = found[1] if stem == "stamp" else stem
        if hashlib.sha256(data).hexdigest() != digest:
            run.findings.add(Reason.STAMP_SET_ASIDE, path, LISTED, detail="its name is not its digest")
        elif stem == "stamp":
            count += 1
            run.findings.add(Reason.STAMP_NOT_JUDGED, path, _TIME if seal else LISTED, kind=ending)
    return count
