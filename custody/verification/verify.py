"""The numbered proof.

What must be shown, in the order of the report (DESIGN, "Verification"):

    1  readable within limits, closed world                    custody.verification.wrapping.conclude_paths
    2  items: canonical, leaves and count recomputed, root     custody.verification.items
    3  payload: size, extension, every listed digest;          custody.verification.items
       nothing missing, nothing extra; the seal's manifest
    4  wrapping as the format derives it; VERIFY.txt           custody.verification.wrapping
    5  the seal: canonical, signed by every listed key         custody.verification.seal_findings
    6  the log: links, holdings, transfers                     custody.verification.custody_findings
    7  time: stamps, anchors, renewals                         custody.verification.time_findings
    8  the sealer: a trusted identity in that role             custody.verification.seal_findings
    9  what is withheld or erased, and by whose signature      custody.verification.parts

The caller owes nothing: a claim is proven only when every finding that it needs is. The findings are computed
as reading, log, items, custody, and the rest, for each needs the one before.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from attrs import evolve

from custody.errors import CustodyError, UsageError
from custody.format.verify_txt import encode_verify_txt
from custody.model.instant import Instant
from custody.proof.event_record import EventRecord
from custody.proof.window import OPEN
from custody.report.claim import Outcome
from custody.report.reason import Reason
from custody.report.report import Counts, EventFact, Report
from custody.storage.source import BundleSource
from custody.trust.trust import Role, Trust
from custody.verification.custody_findings import Judged, judge_log, outputs_elsewhere
from custody.verification.holdings import holding_facts
from custody.verification.inventory import Inventory, take_inventory
from custody.verification.items import (
    ItemFacts,
    conclude_items,
    conclude_payload,
    count_among,
    read_items,
)
from custody.verification.log import Log, read_log
from custody.verification.manifest import conclude_manifest
from custody.verification.parts import Counted, conclude_withheld, erased_leaves
from custody.verification.receipts import Receipts, read_receipts
from custody.verification.renewal_bounds import renewal_bounds
from custody.verification.renewals import judge_renewals, leaves_named_erased
from custody.verification.run import CONTENT, EVERY, Findings, Question, Run, reason_of
from custody.verification.seal_findings import conclude_seal, conclude_sealer, predecessor_of, signer_facts
from custody.verification.signers import Resolver, own_signers
from custody.verification.stamps import Judge
from custody.verification.time_findings import all_stamps, conclude_time
from custody.verification.times import Times, judge_times
from custody.verification.wrapping import conclude_paths, conclude_wrapping, seal_facts

_ATTRIBUTING = frozenset({Role.SEALER, Role.HOLDER})
_EVENT_ID = re.compile(r"[0-9a-f]{64}")
_ABOUT_THE_BYTES = frozenset({"ZIP_FORM", "ZIP_CONTRADICTION", "ZIP_CRC", "LIMIT", "VERSION"})


def verify_source(
    source: BundleSource,
    trust: Trust,
    *,
    verified_at: Instant,
    before: Instant | None = None,
    expect_seal: str | None = None,
    receipts: Sequence[BundleSource] = (),
    head: str | None = None,
) -> Report:
    """Verify one bundle and report every finding. Opens no socket, changes nothing, reads no clock.

    Args:
        source: the bundle, from a folder or a zip.
        trust: what the verifier accepts; `Trust.none()` for nothing.
        verified_at: the moment that counts as now.
        before: EXISTED_BEFORE must be earlier than this instant.
        expect_seal: the seal's id as known from elsewhere, 64 hex digits.
        receipts: events and attestations that others hold, each in a folder or zip in the form of a bundle of
            which nearly everything is missing; their order does not matter.
        head: the id of the head that is asked about, 64 hex digits; every head unless given.

    Raises:
        UsageError: the expected seal or the head is no id.
        StorageError: the bundle's folders cannot be listed at all.
    """
    for name, given in (("expected seal", expect_seal), ("head", head)):
        if given is not None and _EVENT_ID.fullmatch(given) is None:
            raise UsageError(f"{name}: expected 64 hex digits, found another text")
    question = Question(
        trust=trust, verified_at=verified_at, before=before, expect_seal=expect_seal, head=head
    )
    run = Run(question=question, source=source)
    try:
        inventory = take_inventory(source)
    except CustodyError as error:
        return refused_report(error, form=source.form, verified_at=verified_at)
    resolver = Resolver(question=question)
    log = read_log(run, inventory, sealer_known=lambda record: _is_sealer(resolver, record))
    return _conclude(run, inventory, log, read_receipts(run, receipts))


def refused_report(error: CustodyError, *, form: str, verified_at: Instant) -> Report:
    """Report bytes that cannot be read as a bundle at all, such as a zip in another form.

    Raises:
        CustodyError: the error itself, when it says nothing about the bundle (the machine refused).
    """
    if error.code not in _ABOUT_THE_BYTES:
        raise error
    reason = reason_of(error)
    found = Findings()
    found.add(reason, "", CONTENT if reason.outcome is Outcome.REFUTED else EVERY, error=error.code)
    return Report(form=form, verified_at=verified_at, findings=tuple(found.kept), failures=found.failures)


def _is_sealer(resolver: Resolver, record: EventRecord) -> bool:
    resolved = resolver.resolve_all(record)
    return bool(resolved) and all(Role.SEALER in one.roles for _signer, one in resolved)


def _resolver(run: Run, seal: EventRecord | None, times: Times) -> Resolver:
    expected = run.question.expect_seal
    if seal is None or expected is None or seal.event_id != expected or not seal.signed:
        return Resolver(question=run.question, times=times)
    return Resolver(question=run.question, times=times, own=own_signers(seal))


def _conclude(run: Run, inventory: Inventory, log: Log, receipts: Receipts) -> Report:
    seal, bundle_id = log.seal, log.bundle_id
    data = seal.body.data if seal is not None and seal.body is not None and seal.body.type == "sealed" else {}
    conclude_paths(run, inventory, seal)
    facts = ItemFacts(malformed=True) if bundle_id is None else read_items(run, inventory, bundle_id)
    conclude_items(run, facts, data.get("root"), data.get("items"))
    judge = Judge(run=run, inventory=inventory)
    erased = leaves_named_erased(log)
    renewed = judge_renewals(run, inventory, log, facts, erased=erased)
    renewals = renewal_bounds(run, inventory, renewed, judge)
    times = judge_times(run, inventory, log, renewals, judge)
    resolver = _resolver(run, seal, times)
    judged = judge_log(run, log, resolver, item_count=data.get("items", 0), receipts=receipts)
    counted = _counted(judged, log, resolver)
    conclude_manifest(run, facts, counted, seal)
    conclude_payload(run, inventory, facts)
    if bundle_id is not None:
        conclude_wrapping(run, inventory, facts, bundle_id, _verify_txt(seal))
    conclude_seal(run, seal)
    renew_by = conclude_time(run, log, times, resolver)
    conclude_sealer(run, seal, resolver, times)
    if seal is not None:
        conclude_withheld(run, facts, counted, seal)
    _check_unchanged(run)
    report = _report(run, facts, log, judged, resolver, leaves=erased_leaves(counted))
    return evolve(report, stamps=all_stamps(times), renew_by=renew_by, holdings=holding_facts(judged, times))


def _verify_txt(seal: EventRecord | None) -> bytes | None:
    facts = None if seal is None else seal_facts(seal)
    return None if facts is None else encode_verify_txt(facts)


def _counted(judged: Judged, log: Log, resolver: Resolver) -> Counted:
    """Select the events that finding 9 looks at: counted ones, and the stubs that a counted one follows."""
    chain = judged.chain
    if chain is None or log.seal is None:
        return Counted()
    sealer = {one.identity for _signer, one in resolver.resolve_all(log.seal)} if resolver.own else set()
    doubtful = {one for one in chain.counted if any(signer.doubt for signer in judged.resolved[one])}
    attributable = {
        event_id
        for event_id in chain.counted
        if event_id not in doubtful
        and not chain.erasures.get(event_id)  # nobody erases in a holding that is not shown to be his
        and ((actor := judged.actor_of(event_id)).roles & _ATTRIBUTING or actor.identity in sealer)
    }
    return Counted(
        records={event_id: judged.by_id[event_id] for event_id in (*chain.counted, *chain.stubs)},
        links={
            event_id: record.statement.prev
            for event_id, record in judged.by_id.items()
            if record.bound and record.statement is not None
        },
        heads=tuple(head.event_id for head in chain.heads),
        doubtful=frozenset(doubtful),
        attributable=frozenset(attributable),
        actors={event_id: judged.actor_of(event_id).identity or "" for event_id in chain.counted},
        name_of=lambda keys: resolver.resolve(keys).identity,
    )


def _check_unchanged(run: Run) -> None:
    try:
        if run.source.changed():
            run.findings.add(Reason.CHANGED_WHILE_READ, "", CONTENT, error="CHANGED_WHILE_READ")
    except CustodyError as error:
        run.findings.add(reason_of(error), "", CONTENT, error=error.code)


def _report(
    run: Run, facts: ItemFacts, log: Log, judged: Judged, resolver: Resolver, *, leaves: Sequence[int]
) -> Report:
    seal = log.seal
    partly_erased = count_among(facts.partly_open, leaves)
    erased = facts.closed_among(leaves)
    body = None if seal is None else seal.body
    case = seal.openings.get("case") if seal is not None else None
    return Report(
        form=run.source.form,
        verified_at=run.question.verified_at,
        findings=tuple(run.findings.kept),
        failures=run.findings.failures,
        bundle_id=log.bundle_id,
        seal_id=None if seal is None else seal.event_id,
        root=None if body is None else body.data.get("root"),
        sealed_items=None if body is None else body.data.get("items"),
        claimed_sealed_at=None if body is None else str(body.claimed_at),
        claimed_case=None if case is None else case.value.get("title"),
        signers=signer_facts(seal, resolver),
        events=_event_facts(log, judged, resolver),
        counts=Counts(
            items=facts.lines,
            open=facts.open,
            partly_open=len(facts.partly_open) - partly_erased,
            withheld=len(facts.withheld) - (erased - partly_erased),
            erased=erased,
            padding=facts.padding,
            files=max(facts.files - facts.bad_files, 0),
            payload_bytes=facts.payload_bytes - facts.bad_bytes,
        ),
        previous=predecessor_of(seal),
    )


def _event_facts(log: Log, judged: Judged, resolver: Resolver) -> tuple[EventFact, ...]:
    statuses = judged.statuses()
    heads = {} if judged.chain is None else {head.event_id: head for head in judged.chain.heads}
    facts = []
    for record in (*log.events.values(), *log.attestations.values()):
        body = record.body
        head = heads.get(record.event_id)
        status = statuses.get(record.path, "set-aside")
        known = resolver.times is not None and record.bound
        window = resolver.times.window(record.event_id) if resolver.times is not None and known else OPEN
        facts.append(
            EventFact(
                path=record.path,
                event_id=record.event_id,
                status=status,
                claimed_type=None if body is None else body.type,
                claimed_actor=None if body is None else body.actor,
                claimed_at=None if body is None else str(body.claimed_at),
                head=status == "counted" and head is not None,
                against=() if head is None else tuple(dict.fromkeys(reason for reason, _ in head.reasons)),
                not_before=None if window.not_before is None else window.not_before.at,
                not_after=None if window.not_after is None else window.not_after.at,
                outputs=outputs_elsewhere(record) if status == "counted" else None,
            )
        )
    return tuple(facts)
