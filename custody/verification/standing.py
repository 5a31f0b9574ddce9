"""Where a log stands, for those who write its next event, unite copies or compare them.

The same steps as in a verification up to finding 6, and no others: the payload is not read, and what is wrong
with items or wrapping is left to `verify_source`. Nothing is concluded here about any claim.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property, partial
from typing import cast

from attrs import evolve, field, frozen

from custody.errors import BundleError
from custody.model.instant import Instant
from custody.proof.custody_chain import Chain, judge_chain
from custody.proof.event_record import EventRecord, examine_event
from custody.proof.holding import ChainEvent, Held, State
from custody.report.finding import Finding
from custody.report.reason import Reason
from custody.storage.source import BundleSource
from custody.trust.trust import Role, Trust
from custody.verification.custody_findings import Judged, admit, attestation_refusal, judge_log, links_of
from custody.verification.inventory import Inventory, take_inventory
from custody.verification.items import ItemFacts, read_items
from custody.verification.log import Log, read_log
from custody.verification.receipts import Receipts, read_receipts
from custody.verification.renewal_bounds import renewal_bounds
from custody.verification.renewals import judge_renewals, leaves_named_erased
from custody.verification.run import Question, Run
from custody.verification.signers import Resolver, own_signers
from custody.verification.stamps import Judge
from custody.verification.times import Times, judge_times


@frozen(kw_only=True)
class Standing:
    """A log, judged.

    Attributes:
        bundle_id: 32 hex digits.
        seal_id: id of the seal that the log is judged by.
        root: the sealed root.
        items: the sealed number of items.
        source: the bundle; whoever opened it closes it.
        inventory: every path of the bundle.
        log: the records.
        judged: what they come to.
        chain: the verdict on the graph.
        resolver: whose keys are whose, at the proven times.
        facts: what the lines of the items say; they were read, the payload was not.
        receipts: what receipts beside the bundle hold.
        findings: what was found on the way; those about items and payload are not all there.
    """

    bundle_id: str
    seal_id: str
    root: str
    items: int
    source: BundleSource = field(repr=False)
    inventory: Inventory = field(repr=False)
    log: Log = field(repr=False)
    judged: Judged = field(repr=False)
    chain: Chain = field(repr=False)
    resolver: Resolver = field(repr=False)
    facts: ItemFacts = field(repr=False)
    receipts: Receipts = field(factory=Receipts, repr=False)
    findings: tuple[Finding, ...] = field(default=(), repr=False)

    @property
    def events(self) -> Mapping[str, ChainEvent]:
        """What the chain knows of each event, by id."""
        return self.judged.events

    @cached_property
    def _counted(self) -> tuple[ChainEvent, ...]:
        return tuple(self.events[event_id] for event_id in self.chain.counted)

    @cached_property
    def _writers(self) -> Mapping[str, str]:
        return {event.holding: event.actor for event in self._counted if event.seq == 0}

    @cached_property
    def _last(self) -> Mapping[str, ChainEvent]:
        return {event.holding: event for event in self._counted}  # of one holding each follows the one before

    def counted(self) -> tuple[ChainEvent, ...]:
        """Return the counted events, each after its past."""
        return self._counted

    def record(self, event_id: str) -> EventRecord:
        """Return the record of an event."""
        return self.judged.by_id[event_id]

    def identity_of(self, key_ids: tuple[str, ...]) -> str | None:
        """Return the name that the trust gives keys, or None."""
        return self.resolver.resolve(key_ids).identity

    def writer_of(self, holding: str) -> str | None:
        """Return who opened a holding, or None when nobody is shown to have."""
        return self._writers.get(holding)

    def last_of(self, holding: str) -> ChainEvent | None:
        """Return the last counted event of a holding."""
        return self._last.get(holding)

    def state_of(self, holding: str) -> State:
        """Return the state of a holding after its last counted event."""
        last = self.last_of(holding)
        return State(held=Held.HIDDEN) if last is None else self.chain.states[last.event_id]

    def _counts_at(self, record: EventRecord) -> bool:
        """Tell whether an event counts where it lies: a copy of it at another place is junk there."""
        return record.event_id in self.chain.states and self.record(record.event_id).path == record.path

    def refusal_of_attestation(self, record: EventRecord) -> Reason | None:
        """Say why a statement, of the bundle or of a receipt, counts for nobody; None when it counts."""
        return attestation_refusal(record, self.bundle_id, self.resolver)[0]

    def refusal_of(self, path: str, files: Mapping[str, bytes]) -> Reason | None:
        """Say why an event would not count if it stood in this log, or None when it would.

        Args:
            path: where it would stand, relative to the bundle.
            files: its files by name.
        """
        return self.refusal_of_record(examine_event(files, path=path))

    def refusal_of_record(self, record: EventRecord) -> Reason | None:
        """Say why an event would not count, as `refusal_of` does, of one that was examined already.

        Args:
            record: of the event, its path where it would stand. Without faults it stands for one that every
                listed key has signed, so that writers may ask before anybody signs.
        """
        copy = evolve(
            self.judged,
            by_id=dict(self.judged.by_id),
            unsound=dict(self.judged.unsound),
            resolved=dict(self.judged.resolved),
        )
        run = Run(question=self.resolver.question, source=self.source)
        event = admit(run, record, self.bundle_id, self.resolver, copy, seal=False)
        if event is None:
            return copy.unsound[record.event_id]
        there = self.log.events.get(record.path)
        if there is not None and self._counts_at(there) and there.event_id != record.event_id:
            return Reason.FORK if there.statement != record.statement else Reason.SIGNATURES_DIFFER
        chain = judge_chain(
            [*self.events.values(), event],
            bundle_id=self.bundle_id,
            item_count=self.items,
            unsound=copy.unsound,
            links=links_of(copy),
        )
        if event.event_id in chain.counted:
            return event.doubt
        return {**chain.set_aside, **chain.receipts}.get(event.event_id, Reason.EVENT_MALFORMED)


def take_standing(
    source: BundleSource,
    trust: Trust,
    *,
    verified_at: Instant,
    expect_seal: str | None = None,
    receipts: Iterable[BundleSource] = (),
) -> Standing:
    """Judge a log.

    Args:
        source: the bundle.
        trust: what the reader accepts.
        verified_at: the moment that counts as now.
        expect_seal: the seal's id as known from elsewhere.
        receipts: what others hold of this log, as evidence beside it; see `verify_source`.

    Raises:
        BundleError: SEAL_MISSING: none that can be read and that every listed key signed; SEAL_AMBIGUOUS:
            several, and none was expected; SEAL_NOT_EXPECTED.
        StorageError: the bundle's folders cannot be listed.
    """
    question = Question(trust=trust, verified_at=verified_at, expect_seal=expect_seal)
    run = Run(question=question, source=source)
    inventory = take_inventory(source)
    log = read_log(run, inventory, sealer_known=partial(_is_sealer, Resolver(question=question)))
    seal = _sound_seal(run, log)
    bundle_id = seal.path.split("/")[2]
    facts = read_items(run, inventory, bundle_id, payload=False)
    times = _times(run, inventory, log, facts)
    resolver = _resolver(question, seal, times)
    data = {} if seal.body is None else seal.body.data
    shown = read_receipts(run, receipts)
    judged = judge_log(run, log, resolver, item_count=data.get("items", 0), receipts=shown)
    return Standing(
        bundle_id=bundle_id,
        seal_id=seal.event_id,
        root=data["root"],
        items=data["items"],
        source=source,
        inventory=inventory,
        log=log,
        judged=judged,
        chain=cast("Chain", judged.chain),  # None only without a seal
        resolver=resolver,
        facts=facts,
        receipts=shown,
        findings=tuple(run.findings.kept),
    )


def _is_sealer(resolver: Resolver, record: EventRecord) -> bool:
    resolved = resolver.resolve_all(record)
    return bool(resolved) and all(Role.SEALER in one.roles for _signer, one in resolved)


def _resolver(question: Question, seal: EventRecord, times: Times) -> Resolver:
    own = own_signers(seal) if question.expect_seal is not None else {}
    return Resolver(question=question, times=times, own=own)


def _times(run: Run, inventory: Inventory, log: Log, facts: ItemFacts) -> Times:
    judge = Judge(run=run, inventory=inventory)
    renewed = judge_renewals(run, inventory, log, facts, erased=leaves_named_erased(log))
    return judge_times(run, inventory, log, renewal_bounds(run, inventory, renewed, judge), judge)


def _sound_seal(run: Run, log: Log) -> EventRecord:
    seal, expect_seal = log.seal, run.question.expect_seal
    if any(finding.reason is Reason.SEAL_AMBIGUOUS for finding in run.findings.kept):
        raise BundleError(
            "seal: expected one of a trusted sealer, found several",
            code="SEAL_AMBIGUOUS",
            hint="name its id as you know it from elsewhere: --expect-seal ID",
        )
    if seal is None or not seal.signed or seal.body is None or seal.body.type != "sealed":
        raise _no_seal()
    if expect_seal is not None and seal.event_id != expect_seal:
        raise BundleError(
            "seal: expected the one that you named, found another",
            code="SEAL_NOT_EXPECTED",
            hint="custody verify says more",
        )
    return seal


def _no_seal() -> BundleError:
    return BundleError(
        "seal: expected one that every listed key signed, found none",
        code="SEAL_MISSING",
        hint="custody verify says what is left of the bundle",
    )
