"""What may belong to a union: every event, attestation and renewal of the copies that is sound by itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from attrs import define, field, frozen

from custody.format.layout import ATTESTATIONS_FOLDER, RENEWALS_FOLDER
from custody.proof.event_record import EventRecord
from custody.proof.holding import ChainEvent
from custody.report.reason import Reason
from custody.transfer.compare import by_sealers
from custody.transfer.copies import Copy
from custody.verification.custody_findings import Judged, admit
from custody.verification.run import Run
from custody.verification.standing import Standing


@frozen(kw_only=True)
class LeftOut:
    """What is in a copy and not in the union.

    Attributes:
        place: of the copy, from 0.
        path: of the event, attestation or renewal, relative to the bundle.
        code: why.
    """

    place: int
    path: str
    code: str


@define(eq=False)
class Candidate:
    """An event, attestation or renewal that may belong to the union.

    Attributes:
        path: its folder.
        event_id: its id; of a renewal "".
        event: what the chain knows of it; None of an attestation or renewal.
        counted: whether it counts in one of the copies, or is a stub that such an event follows.
        owned: whether it is in a whole copy: it counts there, or its signature does and its past is not here.
        holders: the copies in whose folder it stands.
    """

    path: str
    event_id: str = ""
    event: ChainEvent | None = None
    counted: bool = False
    owned: bool = False
    holders: list[Copy] = field(factory=list)

    @property
    def renewal(self) -> bool:
        """Whether it is a hash renewal."""
        return self.path.startswith(f"{RENEWALS_FOLDER}/")

    @property
    def attestation(self) -> bool:
        """Whether it is an attestation."""
        return self.path.startswith(f"{ATTESTATIONS_FOLDER}/")


def gather(copies: Sequence[Copy], base: Standing) -> tuple[dict[str, list[Candidate]], set[LeftOut]]:
    """Return the candidates by their folders, and what was left out because it is not sound by itself.

    Args:
        copies: all of them.
        base: where the log of the first one stands; receipts are judged with what it knows.
    """
    pool: dict[str, dict[str, Candidate]] = {}
    left_out: set[LeftOut] = set()
    for copy in copies:
        found = _of_receipt(copy, base, left_out) if copy.standing is None else _of_copy(copy.standing)
        for one in found:
            known = pool.setdefault(one.path, {}).setdefault(one.event_id, one)
            known.holders.append(copy)
            known.counted |= one.counted
            known.owned |= one.owned
            if known.event is None or known.event.stub:
                known.event = one.event
        if copy.standing is not None:
            left_out |= set(_not_sound(copy, copy.standing))
    return {path: [*found.values()] for path, found in pool.items()}, left_out


def _of_copy(standing: Standing) -> Iterator[Candidate]:
    chain = standing.chain
    for event_id in (*chain.counted, *chain.stubs):
        path, event = standing.record(event_id).path, standing.events[event_id]
        yield Candidate(path=path, event_id=event_id, event=event, counted=True, owned=True)
    for event_id in chain.receipts:
        path, event = standing.record(event_id).path, standing.events[event_id]
        yield Candidate(path=path, event_id=event_id, event=event, owned=True)
    for path in standing.judged.attested:
        yield Candidate(path=path, event_id=path.rpartition("/")[2], owned=True)
    for path in standing.inventory.files:
        if path.startswith(f"{RENEWALS_FOLDER}/"):
            yield Candidate(path=path, owned=True)


def _not_sound(copy: Copy, standing: Standing) -> Iterator[LeftOut]:
    chain = standing.chain
    reasons = dict(chain.set_aside) | dict.fromkeys(chain.loose_stubs, Reason.STUB_UNFOLLOWED)
    for event_id, reason in reasons.items():
        yield LeftOut(place=copy.place, path=standing.judged.path_of(event_id), code=reason.name)
    for path, record in standing.log.attestations.items():
        refusal = standing.refusal_of_attestation(record)
        if refusal is not None:
            yield LeftOut(place=copy.place, path=path, code=refusal.name)


def _of_receipt(copy: Copy, base: Standing, left_out: set[LeftOut]) -> Iterator[Candidate]:
    """Yield what a receipt shows: only its signatures speak for it, and they must count."""
    for path, record in copy.log.events.items():
        held = base.events.get(record.event_id)
        if held is not None and record.signed and base.record(record.event_id).path == path:
            yield Candidate(path=path, event_id=record.event_id, event=held)
            continue
        event, reason = _admitted(copy, record, base)
        if event is None:
            left_out.add(LeftOut(place=copy.place, path=path, code=reason.name))
        else:
            yield Candidate(path=path, event_id=record.event_id, event=event)
    for path, record in copy.log.attestations.items():
        if record.signed and path.endswith(f"/{record.event_id}"):
            yield Candidate(path=path, event_id=record.event_id)
        else:
            code = Reason.ATTESTATION_SET_ASIDE.name
            left_out.add(LeftOut(place=copy.place, path=path, code=code))


def _admitted(copy: Copy, record: EventRecord, base: Standing) -> tuple[ChainEvent | None, Reason]:
    """Admit an event as those of the log are admitted."""
    if record.stub:
        return None, Reason.STUB_UNFOLLOWED
    judged, run = Judged(), Run(question=base.resolver.question, source=copy.source)
    seal = record.body is not None and record.body.type == "sealed"
    event = admit(run, record, base.bundle_id, base.resolver, judged, seal=seal)
    if event is not None and seal and not by_sealers(judged.resolved[record.event_id]):
        return None, Reason.SEALER_ROLE
    return event, judged.unsound.get(record.event_id, Reason.EVENT_MALFORMED)
