"""Everything that a bundle proves about time, before anybody's keys are looked at (finding 7).

Order: renewals and their stamps, then the stamps over events and attestations, then anchors, then windows.
A later proof over an earlier one tells when the earlier one is judged (docs/adr/0016).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property

from attrs import define, field, frozen

from custody.errors import CustodyError
from custody.format.layout import ATTESTATIONS_FOLDER, RENEWALS_FOLDER
from custody.format.limits import STAMP_BYTES
from custody.model.instant import Instant
from custody.proof.event_record import EventRecord
from custody.proof.window import OPEN, Bound, Window, windows_of
from custody.report.claim import Claim
from custody.report.reason import Reason
from custody.report.stamp_fact import StampFact
from custody.verification.inventory import Inventory
from custody.verification.log import Log
from custody.verification.renewal_bounds import SEALING_HASH, RenewalBounds
from custody.verification.run import LISTED, Run
from custody.verification.stamps import JUDGED_KINDS, Judge, StoredStamp

_TIME = (Claim.EXISTED_BEFORE,)


@frozen(kw_only=True)
class Times:
    """What is proven about time.

    Attributes:
        now: the moment of verification.
        windows: event id to its window; contradicted ones are in there as they are.
        stamps: every stamp that could be judged, by path.
        anchors: every anchor that is here, by path.
        unjudged: folders of stamps of a kind that this version does not judge.
        renewals: when renewals were made and what they cover.
        links: event id to the ids that it fixes, of links that hold.
        ids: folder of an event or attestation to its id.
    """

    now: Instant
    windows: Mapping[str, Window]
    stamps: tuple[StampFact, ...]
    anchors: tuple[StampFact, ...]
    unjudged: tuple[tuple[str, str], ...]
    renewals: RenewalBounds
    links: Mapping[str, tuple[str, ...]] = field(repr=False)
    ids: Mapping[str, str] = field(repr=False)

    def window(self, event_id: str) -> Window:
        """Return the window of an event; an open one where its bounds contradict each other."""
        found = self.windows.get(event_id, OPEN)
        return OPEN if found.contradicted else found

    def not_after(self, event_id: str) -> Instant:
        """Return U: the earliest proven upper bound of an event, or the moment of verification."""
        bound = self.window(event_id).not_after
        return self.now if bound is None else min(bound.at, self.now)

    def not_before(self, event_id: str) -> Instant | None:
        """Return L: the latest proven lower bound of an event, or None."""
        bound = self.window(event_id).not_before
        return None if bound is None else bound.at

    @cached_property
    def folders(self) -> dict[str, str]:
        """Id of an event or attestation to its folder; of several, the first."""
        return {event_id: path for path, event_id in sorted(self.ids.items(), reverse=True)}

    @cached_property
    def disagreeing(self) -> tuple[str, ...]:
        """Ids of the events whose bounds contradict each other."""
        return tuple(one for one, window in self.windows.items() if window.contradicted)

    def stamps_over(self, event_id: str) -> Iterator[StampFact]:
        """Yield the stamps that hold and cover an event: over itself, or over what links to it."""
        followers: dict[str, list[str]] = {}
        for one, prev in self.links.items():
            for each in prev:
                followers.setdefault(each, []).append(one)
        covering, stack = set[str](), [event_id]
        while stack:
            one = stack.pop()
            if one not in covering:
                covering.add(one)
                stack.extend(followers.get(one, ()))
        for stamp in self.stamps:
            if stamp.holds and self.ids.get(stamp.over) in covering:
                yield stamp
        for path in (path for path, one in self.ids.items() if one in covering):
            yield from self.renewals.stamps_over(f"{path}/proof.sha256")


@define
class _Work:
    run: Run
    inventory: Inventory
    log: Log
    renewals: RenewalBounds
    judge: Judge
    records: dict[str, EventRecord] = field(factory=dict)
    stamped: dict[str, Bound] = field(factory=dict)
    anchored: dict[str, Bound] = field(factory=dict)
    facts: list[StampFact] = field(factory=list)
    unjudged: list[tuple[str, str]] = field(factory=list)


def judge_times(run: Run, inventory: Inventory, log: Log, renewals: RenewalBounds, judge: Judge) -> Times:
    """Judge every stamp and anchor, and compute the windows of the log; names what is set aside."""
    records = {**log.events, **log.attestations}
    work = _Work(run=run, inventory=inventory, log=log, renewals=renewals, judge=judge, records=records)
    for folder in sorted(inventory.stamps):
        if not folder.startswith(f"{RENEWALS_FOLDER}/"):
            _judge_stamps(work, folder)
    _take_renewals(work)
    links = {
        record.event_id: record.statement.prev
        for record in records.values()
        if record.bound and record.statement is not None and renewals.links_hold(record.path)
    }
    upper = windows_of(links, stamped=work.stamped, anchored={})
    anchors = tuple(_judge_anchors(work, upper))
    return Times(
        now=run.question.verified_at,
        windows=windows_of(links, stamped=work.stamped, anchored=work.anchored),
        stamps=tuple(work.facts),
        anchors=anchors,
        unjudged=tuple(work.unjudged),
        renewals=renewals,
        links=links,
        ids={path: record.event_id for path, record in records.items() if record.event_id},
    )


def _judge_stamps(work: _Work, folder: str) -> None:
    seal = work.log.seal is not None and folder == work.log.seal.path
    claims = _TIME if seal else LISTED
    record = work.records.get(folder)
    event_id = "" if record is None else record.event_id
    digest_of = work.judge.digests_over(folder, SEALING_HASH, event_id)
    for stamp in work.judge.read(folder, claims):
        if stamp.kind not in JUDGED_KINDS:
            work.unjudged.append((stamp.path, stamp.kind))
            continue
        if not event_id:
            work.run.findings.add(Reason.STAMP_SET_ASIDE, stamp.path, LISTED, detail="over nothing")
            continue
        proven_by = work.renewals.proven_by(f"{stamp.path}/stamp.{stamp.kind}")
        try:
            fact = work.judge.judge(stamp, digest_of, proven_by, work.renewals.proven_by)
        except CustodyError as error:  # the machine refused what the stamp is over
            work.run.findings.add(Reason.STAMP_SET_ASIDE, stamp.path, LISTED, detail=error.code)
            continue
        work.facts.append(fact)
        if fact.holds and fact.not_after is not None:
            _keep_earliest(work.stamped, event_id, Bound(fact.not_after, fact.path))


def _keep_earliest(bounds: dict[str, Bound], event_id: str, bound: Bound) -> None:
    if event_id not in bounds or bound < bounds[event_id]:
        bounds[event_id] = bound


def _take_renewals(work: _Work) -> None:
    """Take a renewal as a stamp over every event whose proof.sha256 it lists as it is."""
    for path, record in work.records.items():
        bound = work.renewals.bound_over(f"{path}/proof.sha256")
        if bound is not None and record.event_id:
            _keep_earliest(work.stamped, record.event_id, bound)


def _judge_anchors(work: _Work, upper: Mapping[str, Window]) -> Iterator[StampFact]:
    """Judge the anchors: an event that embeds one and is stamped proves that the anchor is no younger."""
    for record in work.records.values():
        if record.body is None or not record.signed or record.path.startswith(ATTESTATIONS_FOLDER):
            continue
        for anchor in record.body.anchors:
            path = f"{record.path}/anchors/{anchor.sha256}.tst"
            if anchor.sha256 in record.missing_anchors:
                continue
            token = work.run.read(path, STAMP_BYTES, LISTED)
            if token is None:
                continue
            bound = upper.get(record.event_id, OPEN).not_after
            stored = StoredStamp(path=path, over=record.path, kind="tst", data=token)
            proven_by = None if bound is None else bound.at
            fact = work.judge.judge(stored, None, proven_by, work.renewals.proven_by)
            yield fact
            if fact.holds and fact.not_before is not None:
                lower = Bound(fact.not_before, fact.path)
                kept = work.anchored.get(record.event_id)
                if kept is None or lower > kept:
                    work.anchored[record.event_id] = lower
