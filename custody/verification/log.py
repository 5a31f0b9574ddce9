"""Reading the log: every event and attestation folder examined, and the seal chosen (before finding 5)."""

from __future__ import annotations

from collections.abc import Callable

from attrs import frozen

from custody.errors import CustodyError
from custody.format.layout import (
    ATTESTATIONS_FOLDER,
    EVENT_FILE,
    LOG_FOLDER,
    RENEWALS_FOLDER,
    seal_path,
)
from custody.format.limits import EVENT_BYTES, EVENTS, STAMP_BYTES
from custody.model.event import event_id_of
from custody.proof.event_record import EventRecord, Fault, examine_event
from custody.report.claim import Claim
from custody.report.reason import Reason
from custody.verification.inventory import Inventory
from custody.verification.run import CONTENT, CUSTODY, EVERY, LISTED, UNREAD, Run, reason_of

_TIME = (Claim.EXISTED_BEFORE,)
_NOT_TIME = tuple(claim for claim in Claim if claim is not Claim.EXISTED_BEFORE)


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
    limited: set[str] = set()
    for folder, names in sorted(inventory.files.items()):
        attestation = folder.startswith(f"{ATTESTATIONS_FOLDER}/")
        if folder.startswith(f"{RENEWALS_FOLDER}/"):
            continue
        records = attestations if attestation else events
        if len(records) < EVENTS:
            records[folder] = _examine(run, folder, names, attestation=attestation)
        else:
            limited.add(ATTESTATIONS_FOLDER if attestation else LOG_FOLDER)
    for parent in sorted(limited):
        claims = LISTED if parent == ATTESTATIONS_FOLDER else EVERY
        run.findings.add(Reason.LIMIT_EXCEEDED, parent, claims, error="LIMIT")
    seal = _choose_seal(run, events, sealer_known)
    for record in (*events.values(), *attestations.values()):
        if record is not seal:  # of the seal, finding 5 speaks
            _add_unread(run, record, seal)
    return Log(events=events, attestations=attestations, seal=seal)


def _examine(run: Run, folder: str, names: list[str], *, attestation: bool) -> EventRecord:
    """Examine the files of one folder; when one of them cannot be read, that is all there is to say."""
    files: dict[str, bytes] = {}
    faults: list[Fault] = []
    for name in sorted(names):
        if EVENT_FILE.fullmatch(name):
            try:
                limit = STAMP_BYTES if name.startswith("anchors/") else EVENT_BYTES
                files[name] = run.source.read(f"{folder}/{name}", limit)
            except CustodyError as error:
                faults.append(Fault(reason=reason_of(error), file=name, detail=error.code))
    if not faults:
        return examine_event(files, path=folder, attestation=attestation)
    event_id = event_id_of(files["proof.sha256"]) if "proof.sha256" in files else ""
    return EventRecord(path=folder, attestation=attestation, event_id=event_id, faults=tuple(faults))


def _add_unread(run: Run, record: EventRecord, seal: EventRecord | None) -> None:
    """Name files that could not be read.

    What is larger than the format allows is malformed, and set aside like it. What the machine refuses may
    be sound, so that custody is open; and as long as no seal was found, it may be the seal.
    """
    for fault in record.faults:
        if fault.reason not in UNREAD:
            continue
        claims = LISTED if record.attestation or fault.reason is Reason.LIMIT_EXCEEDED else CUSTODY
        if seal is None and not record.attestation:
            claims = EVERY
        run.add_unread(fault.reason, f"{record.path}/{fault.file}", claims, fault.detail)


def _choose_seal(
    run: Run, events: dict[str, EventRecord], sealer_known: Callable[[EventRecord], bool]
) -> EventRecord | None:
    """Choose: the expected one, else the only one of a trusted sealer, else the only one.

    A folder that is no signed seal is looked at where there is no other: anybody can add one.
    """
    candidates = [record for record in events.values() if _may_be_seal(record)]
    expected = run.question.expect_seal
    if expected is not None:
        for record in sorted(candidates, key=lambda record: not record.signed):
            if record.event_id == expected:
                return record
        run.findings.add(
            Reason.SEAL_NOT_EXPECTED,
            "",
            _NOT_TIME,
            expected=expected,
            found=candidates[0].event_id if len(candidates) == 1 else "",
        )
    candidates = [record for record in candidates if record.signed or _unread(record)] or candidates
    known = [record for record in candidates if record.signed and sealer_known(record)]
    if len(known) == 1:
        return known[0]
    if len(candidates) == 1:
        return candidates[0]
    if candidates:
        run.findings.add(Reason.SEAL_AMBIGUOUS, LOG_FOLDER, EVERY, found=len(candidates))
    else:
        # Without a seal nothing is said of who sealed, when, or who held it: only the content has none.
        run.findings.add(Reason.SEAL_MISSING, LOG_FOLDER, CONTENT)
    return None


def _unread(record: EventRecord) -> bool:
    return any(fault.reason in UNREAD for fault in record.faults)


def _may_be_seal(record: EventRecord) -> bool:
    """Tell whether a record stands where a seal stands and does not say that it is something else."""
    holding = record.path.split("/")[2]
    if record.path != seal_path(holding):
        return False
    if record.statement is not None and (record.statement.prev or record.statement.bundle_id != holding):
        return False
    return record.body is None or record.body.type == "sealed"
