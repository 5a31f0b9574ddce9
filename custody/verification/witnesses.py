"""What receipts add to the judgement of a log: witnesses, and what each of them comes to (rule R1)."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import define, field

from custody.proof.custody_chain import Chain
from custody.proof.event_record import EventRecord
from custody.proof.holding import ChainEvent
from custody.report.reason import Reason
from custody.verification.receipts import RECEIPT_FOLDER, Receipts
from custody.verification.run import LISTED, Run


@define
class Witnesses:
    """The events of receipts that a copy of the log lacks.

    Attributes:
        records: record of each by id.
        events: what the chain needs to know of each by id.
    """

    records: dict[str, EventRecord] = field(factory=dict)
    events: dict[str, ChainEvent] = field(factory=dict)

    def path_of(self, event_id: str) -> str:
        """Return where the event would stand in the bundle."""
        return place_in_bundle(self.records[event_id])


def place_in_bundle(record: EventRecord) -> str:
    """Return the folder of a record of a receipt as it would be in the bundle."""
    return record.path.removeprefix(RECEIPT_FOLDER)


def set_aside(run: Run, record: EventRecord, detail: str, **more: str) -> None:
    """List a receipt that does not count."""
    basis = (record.event_id,) if record.event_id else ()
    run.findings.add(
        Reason.RECEIPT_SET_ASIDE, place_in_bundle(record), LISTED, basis=basis, detail=detail, **more
    )


def list_verdicts(run: Run, witnesses: Witnesses, chain: Chain) -> None:
    """List the witnesses that concern no head; of the others, the findings about the heads speak."""
    told = {pair for head in chain.heads for pair in head.reasons}
    for event_id, witness in chain.witnesses.items():
        record = witnesses.records[event_id]
        if witness.cause is not None:
            set_aside(run, record, witness.cause.name)
        elif (witness.reason, event_id) not in told and witness.reason in {Reason.FORK, Reason.NOT_MERGED}:
            run.findings.add(witness.reason, place_in_bundle(record), LISTED, basis=(event_id,))


def divide(receipts: Receipts, held: Mapping[str, EventRecord]) -> tuple[list[EventRecord], list[str]]:
    """Divide the records of receipts: those that this copy lacks, and the ids of those that it holds."""
    lacking: list[EventRecord] = []
    here: set[str] = set()
    for record in receipts.records:
        own = held.get(record.event_id)
        if own is not None and not record.faults and record.attestation is own.attestation:
            here.add(record.event_id)
        else:
            lacking.append(record)
    return lacking, sorted(here)
