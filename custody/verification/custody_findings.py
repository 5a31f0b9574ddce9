"""Finding 6: which events count, the heads, and what keeps custody from being proven."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from attrs import define, evolve, field

from custody.format.layout import event_path
from custody.model.event import Statement
from custody.proof.custody_chain import Chain, Head, judge_chain
from custody.proof.event_record import EventRecord
from custody.proof.holding import ChainEvent, Party
from custody.proof.window import OPEN
from custody.report.reason import Reason
from custody.report.report import Outputs
from custody.trust.trust import Role
from custody.verification.handovers import handover_doubt, list_failed, refusals, role_doubt, withdrawn_copies
from custody.verification.log import Log
from custody.verification.receipts import Receipts
from custody.verification.run import CUSTODY, LISTED, UNREAD, Findings, Run
from custody.verification.signers import Resolved, Resolver
from custody.verification.witnesses import Witnesses, divide, list_verdicts, place_in_bundle, set_aside

_LEAF_MEMBERS = ("leaves", "inputs", "failed")


@define
class Judged:
    """What the log comes to.

    Attributes:
        chain: the verdict on the graph, or None without a seal.
        by_id: record of every event that has an id, by id; of several, one whose statement the id fixes.
        unsound: events set aside before the graph was looked at, id to reason.
        resolved: the signers of each event that is in the chain, by event id.
        events: what the chain knows of each event that is in it, by event id.
        attested: folders of the attestations that are listed.
        refusals: ids of the events that some of them refuse, with the name of who does.
        witnesses: what receipts show and this copy of the log lacks.
        seal: the record of the seal that it is judged by.
    """

    chain: Chain | None = None
    by_id: dict[str, EventRecord] = field(factory=dict)
    unsound: dict[str, Reason] = field(factory=dict)
    resolved: dict[str, tuple[Resolved, ...]] = field(factory=dict)
    events: dict[str, ChainEvent] = field(factory=dict)
    attested: frozenset[str] = frozenset()
    refusals: frozenset[tuple[str, str]] = frozenset()
    witnesses: Witnesses = field(factory=Witnesses)
    seal: EventRecord | None = None

    def statuses(self) -> dict[str, str]:
        """Return folder to status, of what is not set aside."""
        found = dict.fromkeys(self.attested, "attestation")
        if self.chain is not None:
            listed = {
                "counted": self.chain.counted,
                "receipt": self.chain.receipts,
                "stub": (*self.chain.stubs, *self.chain.loose_stubs),
            }
            for status, ids in listed.items():
                found |= {self.by_id[event_id].path: status for event_id in ids}
        return found

    def path_of(self, event_id: str) -> str:
        """Return the folder of an event, of a witness the one that it would have; else its id."""
        if event_id in self.witnesses.records:
            return self.witnesses.path_of(event_id)
        return self.by_id[event_id].path if event_id in self.by_id else event_id

    def actor_of(self, event_id: str) -> Resolved:
        """Return the resolved actor of a counted event."""
        body = self.by_id[event_id].body
        labels = [] if body is None else [signer.claimed_identity for signer in body.signers]
        return self.resolved[event_id][0 if body is None else labels.index(body.actor)]


def judge_log(
    run: Run, log: Log, resolver: Resolver, *, item_count: int, receipts: Receipts | None = None
) -> Judged:
    """Judge the log and what receipts show beside it, and add the findings."""
    judged = Judged()
    bundle_id = log.bundle_id
    if bundle_id is None or log.seal is None:
        _check_head(run, None)
        return judged
    judged.seal = log.seal
    events = [
        event
        for record in log.events.values()
        if (event := admit(run, record, bundle_id, resolver, judged, seal=record.path == log.seal.path))
        is not None
    ]
    for event in events:
        # A copy of its proof.sha256 elsewhere, by anybody, must not set an event aside.
        judged.unsound.pop(event.event_id, None)
        judged.by_id[event.event_id] = log.events[event_path(event.holding, event.seq)]
    judged.events = {event.event_id: event for event in events}
    judged.attested = _add_attestations(run, log, bundle_id, resolver)
    judged.refusals = refusals((log.attestations[path] for path in judged.attested), resolver)
    judged.witnesses = _admit_witnesses(run, judged, log, receipts or Receipts(), resolver)
    chain = judge_chain(
        [*events, *judged.witnesses.events.values()],
        bundle_id=bundle_id,
        item_count=item_count,
        unsound=judged.unsound,
        links=links_of(judged),
        witnesses=frozenset(judged.witnesses.events),
    )
    judged.chain = chain
    _add_chain(run, judged, chain)
    _add_foreign(run, log, bundle_id)
    return judged


def _admit_witnesses(run: Run, judged: Judged, log: Log, receipts: Receipts, resolver: Resolver) -> Witnesses:
    """Admit what this copy of the log lacks as the log's own events are admitted; list the rest."""
    bundle_id = log.bundle_id or ""
    held = {event_id: judged.by_id[event_id] for event_id in judged.events}
    held |= {record.event_id: record for path, record in log.attestations.items() if path in judged.attested}
    lacking, here = divide(receipts, held)
    if here:
        run.findings.add(Reason.RECEIPT_HELD, "", LISTED, basis=tuple(here), events=len(here))
    witnesses = Witnesses()
    for record in lacking:
        if record.attestation:
            _add_attestation(run, record, bundle_id, resolver)
            continue
        scratch = Judged(seal=log.seal)
        aside = Run(question=run.question, source=run.source, findings=Findings())
        event = admit(aside, record, bundle_id, resolver, scratch, seal=False)
        if event is None:
            reason = scratch.unsound[record.event_id]
            told = [str(finding.arguments["detail"]) for finding in aside.findings.kept]
            set_aside(run, record, " ".join([reason.name, *told]).strip())
        elif event.stub:
            set_aside(run, record, "stub")
        else:
            witnesses.records[event.event_id] = record
            # Its stamps may be left out or not judged here, so no window decides for the log and against it.
            witnesses.events[event.event_id] = evolve(event, undated=True)
    return witnesses


def links_of(judged: Judged) -> dict[str, tuple[str, ...]]:
    """Return what set-aside events follow, where their id fixes it."""
    return {
        event_id: record.statement.prev
        for event_id in judged.unsound
        if (record := judged.by_id[event_id]).bound and record.statement is not None
    }


def admit(
    run: Run, record: EventRecord, bundle_id: str, resolver: Resolver, judged: Judged, *, seal: bool
) -> ChainEvent | None:
    """Turn a record into an event of the chain, or set it aside and name it."""
    if record.bound or record.event_id not in judged.by_id:
        judged.by_id[record.event_id] = record
    if _foreign(record, bundle_id):
        judged.unsound[record.event_id] = Reason.EVENT_OF_ANOTHER_BUNDLE
        return None
    reason, detail = _unsound(record)
    resolved = resolver.resolve_all(record)
    if reason is None and any(one.identity is None for _signer, one in resolved):
        reason, detail = Reason.EVENT_SIGNER_UNKNOWN, ""
    if reason is None and record.body is not None and not seal:
        needed = run.question.trust.signers_needed(record.body.type)
        if len({one.identity for _signer, one in resolved}) < needed:
            reason, detail = Reason.EVENT_THRESHOLD, str(needed)
    if reason is None and not seal and any(one.doubt is Reason.EVENT_KEY_COMPROMISED for _, one in resolved):
        reason, detail = Reason.EVENT_KEY_COMPROMISED, ""
    if reason is not None or record.statement is None:
        judged.unsound[record.event_id] = reason or Reason.EVENT_MALFORMED
        if not seal and reason not in UNREAD:  # of the seal, findings 5 and 8 speak; of reading, read_log
            run.findings.add(reason or Reason.EVENT_MALFORMED, record.path, LISTED, detail=detail)
        return None
    judged.resolved[record.event_id] = tuple(one for _signer, one in resolved)
    event = _chain_event(record, record.statement, resolver, judged.resolved[record.event_id])
    doubt = event.doubt or role_doubt(record, resolver) or handover_doubt(record, judged.seal)
    return evolve(event, doubt=doubt)


def _foreign(record: EventRecord, bundle_id: str) -> bool:
    return record.statement is not None and record.statement.bundle_id != bundle_id


def _unsound(record: EventRecord) -> tuple[Reason | None, str]:
    if record.faults:
        fault = record.faults[0]
        return fault.reason, f"{fault.file} {fault.detail}".strip()
    statement = record.statement
    if record.attestation:
        return None, ""
    if statement is not None and not record.path.endswith(f"/{statement.holding}/{statement.seq:08d}"):
        return Reason.EVENT_MALFORMED, "it names another holding or seq"
    return None, ""


def _party(value: Mapping[str, Any] | None, resolver: Resolver) -> Party | None:
    if value is None or "keys" not in value:  # who was given a part or a submission may have none
        return None
    return Party(identity=resolver.resolve(tuple(value["keys"])).identity)


def _chain_event(
    record: EventRecord, statement: Statement, resolver: Resolver, resolved: tuple[Resolved, ...]
) -> ChainEvent:
    body = record.body
    common: dict[str, Any] = {
        "event_id": record.event_id,
        "holding": statement.holding,
        "seq": statement.seq,
        "prev": statement.prev,
        "fields": statement.fields,
    }
    if body is None:
        return ChainEvent(**common)
    people = record.openings.get("people")
    names = [one.identity or "" for one in resolved]
    actor = names[[signer.claimed_identity for signer in body.signers].index(body.actor)]
    approvers = {one.identity or "" for one in resolved if Role.APPROVER in one.roles}
    leaves = [leaf for member in _LEAF_MEMBERS for leaf in body.data.get(member, ())]
    if outputs_elsewhere(record) is None:
        leaves.extend(body.data.get("outputs", ()))
    return ChainEvent(
        **common,
        type=body.type,
        actor=actor,
        identities=frozenset(names),
        approvers=frozenset(approvers - {actor}),
        to=_party(body.data.get("to"), resolver),
        successor=_party(people.value.get("successor") if people is not None else None, resolver),
        people_closed="people" in record.closed,
        answers=body.data.get("event") if body.type == "withdrawn" else None,
        leaves=tuple(leaves),
        heads=tuple(body.data.get("heads", ())),
        doubt=next((one.doubt for one in resolved if one.doubt is not None), None),
        suspect=any(one.compromised or one.doubt is Reason.EVENT_KEY_SET for one in resolved),
        window=OPEN if resolver.times is None else resolver.times.windows.get(record.event_id, OPEN),
    )


def outputs_elsewhere(record: EventRecord) -> Outputs | None:
    """Return what a use made that is sealed in another bundle, named with its seal; else None (rule I4)."""
    data = {} if record.body is None else record.body.data
    here = None if record.statement is None else record.statement.bundle_id
    if "outputs" not in data or "seal" not in data or data.get("bundle", here) == here:
        return None
    return Outputs(bundle_id=data["bundle"], seal_id=data["seal"], last=data["outputs"][-1])


def _add_chain(run: Run, judged: Judged, chain: Chain) -> None:
    for event_id, reason in chain.set_aside.items():
        if event_id not in judged.unsound:
            run.findings.add(reason, judged.by_id[event_id].path, LISTED, basis=(event_id,))
    for event_id, reason in chain.receipts.items():
        concerned = any((reason, event_id) in head.reasons for head in _asked(run, chain))
        claims = CUSTODY if reason is Reason.LATER_EVENT_EXISTS and concerned else LISTED
        run.findings.add(reason, judged.by_id[event_id].path, claims, basis=(event_id,))
    for event_id in chain.loose_stubs:
        run.findings.add(Reason.STUB_UNFOLLOWED, judged.by_id[event_id].path, LISTED, basis=(event_id,))
    for event_id in chain.unacknowledged:
        run.findings.add(Reason.COPY_UNACKNOWLEDGED, judged.by_id[event_id].path, LISTED, basis=(event_id,))
    for basis in withdrawn_copies(judged.events[event_id] for event_id in chain.counted):
        run.findings.add(Reason.COPY_WITHDRAWN, judged.by_id[basis[0]].path, LISTED, basis=basis)
    for head in chain.heads:
        _add_head(run, judged, chain, head)
    list_failed(run, (judged.by_id[event_id] for event_id in chain.counted))
    list_verdicts(run, judged.witnesses, chain)
    _check_head(run, chain)


def _asked(run: Run, chain: Chain) -> tuple[Head, ...]:
    """Return the heads that bear on custody: the chosen one, else all that have not lost a dispute."""
    chosen = run.question.head
    return tuple(
        head
        for head in chain.heads
        if (chosen is None and not _lost(head)) or (chosen is not None and head.event_id == chosen)
    )


def _lost(head: Head) -> bool:
    return any(reason is Reason.DISPUTE_LOST for reason, _ in head.reasons)


def _check_head(run: Run, chain: Chain | None) -> None:
    """Say when the head that the verifier chose is none."""
    chosen = run.question.head
    heads = () if chain is None else chain.heads
    if chosen is not None and all(head.event_id != chosen for head in heads):
        run.findings.add(Reason.HEAD_NOT_FOUND, chosen, CUSTODY)


def _add_head(run: Run, judged: Judged, chain: Chain, head: Head) -> None:
    """Say what keeps custody up to a head from being proven.

    Without a choice of the verifier every head bears on custody but one that lost a dispute.
    """
    path = judged.by_id[head.event_id].path
    bearing = CUSTODY if head in _asked(run, chain) else LISTED
    told = [pair for pair in head.reasons if pair[1] not in chain.receipts]
    told += [(Reason.DISPUTE_WON, event_id) for event_id in head.outlived]
    for reason, event_id in told:
        claims = LISTED if reason is Reason.DISPUTE_WON else bearing
        shown = event_id in judged.witnesses.records
        basis = (head.event_id, event_id) if shown else (head.event_id,)
        more = {"receipt": event_id} if shown else {}
        run.findings.add(reason, path, claims, basis=basis, event=judged.path_of(event_id), **more)
    if not head.reasons:
        run.findings.add(
            Reason.LOG_UNBROKEN, path, bearing, basis=(head.event_id,), events=len(chain.counted)
        )


def _add_foreign(run: Run, log: Log, bundle_id: str) -> None:
    """List events of other bundles, wherever they lie.

    Anybody can copy one to a place of this log; who replaces what stood last there can as well cut it off.
    """
    for record in log.events.values():
        if record.statement is not None and _foreign(record, bundle_id):
            run.findings.add(
                Reason.EVENT_OF_ANOTHER_BUNDLE,
                record.path,
                LISTED,
                basis=(record.event_id,),
                bundle=record.statement.bundle_id,
            )


def _add_attestations(run: Run, log: Log, bundle_id: str, resolver: Resolver) -> frozenset[str]:
    """List what others state about events of this bundle; it changes nobody's custody."""
    return frozenset(
        record.path
        for record in log.attestations.values()
        if _unsound(record)[0] not in UNREAD  # read_log has named it
        and _add_attestation(run, record, bundle_id, resolver)
    )


def attestation_refusal(record: EventRecord, bundle_id: str, resolver: Resolver) -> tuple[Reason | None, str]:
    """Say why a statement counts for nobody, with a detail; None when its signatures count.

    Args:
        record: of the bundle or of a receipt.
        bundle_id: what it must be about.
        resolver: whose keys are whose.
    """
    reason, detail = _unsound(record)
    if reason in UNREAD:
        return reason, detail
    statement, body = record.statement, record.body
    misplaced = not record.path.endswith(f"/{record.event_id}")
    if reason is not None or statement is None or body is None or misplaced:
        return Reason.ATTESTATION_SET_ASIDE, detail or "misplaced"
    resolved = [one for _signer, one in resolver.resolve_all(record)]
    if statement.bundle_id != bundle_id:
        detail = "another bundle"
    elif any(one.identity is None for one in resolved):
        return Reason.ATTESTATION_SIGNER_UNKNOWN, ""
    elif any(one.doubt is Reason.EVENT_KEY_COMPROMISED for one in resolved):
        detail = "signed after a compromise"
    elif len({one.identity for one in resolved}) < resolver.question.trust.signers_needed(body.type):
        detail = "too few signers"
    return (Reason.ATTESTATION_SET_ASIDE if detail else None), detail


def _add_attestation(run: Run, record: EventRecord, bundle_id: str, resolver: Resolver) -> bool:
    """List one statement, of the bundle or of a receipt, and tell whether its signatures count."""
    reason, detail = attestation_refusal(record, bundle_id, resolver)
    path, body = place_in_bundle(record), record.body
    if reason is Reason.ATTESTATION_SIGNER_UNKNOWN and body is not None:
        run.findings.add(reason, path, LISTED, type=body.type)
        return False
    if reason is not None or body is None:
        run.findings.add(Reason.ATTESTATION_SET_ASIDE, path, LISTED, detail=detail)
        return False
    resolved = [one for _signer, one in resolver.resolve_all(record)]
    labels = [signer.claimed_identity for signer in body.signers]
    actor = resolved[labels.index(body.actor)].identity or ""  # by his keys, never by his label
    doubts = {one.doubt.name for one in resolved if one.doubt is not None}
    about = {"doubt": " ".join(sorted(doubts))} if doubts else {}
    run.findings.add(Reason.ATTESTATION_LISTED, path, LISTED, (), type=body.type, actor=actor, **about)
    list_failed(run, [record])
    return True
