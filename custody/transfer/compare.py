"""Two copies of one bundle side by side: same, one extends the other, both have more, or a fork (rule MG4).

What counts in its own copy is compared, and by its place also what is well signed and has a past that is not
all there: who cuts an event out of the middle must not hide what contradicts the other copy. What is set
aside is listed apart: it is nobody's statement.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import Enum

from attrs import field, frozen

from custody.errors import BundleError, UsageError
from custody.format.layout import EVENT_FILE, RENEWALS_FOLDER, STAMP_FILE
from custody.proof.custody_chain import Chain, judge_chain
from custody.proof.dispute import find_disputes
from custody.proof.holding import ChainEvent
from custody.report.reason import Reason
from custody.transfer.conflict import Conflict, conflict_between, first_conflicts, loose_conflicts
from custody.trust.trust import Role
from custody.verification.signers import Resolved
from custody.verification.standing import Standing

_DISPUTED = frozenset({Reason.DISPUTED, Reason.DISPUTE_LOST})


class Answer(Enum):
    """What two copies of one bundle are to each other."""

    SAME = "same"
    FIRST_EXTENDS = "first-extends"
    SECOND_EXTENDS = "second-extends"
    BOTH_HAVE_MORE = "both-have-more"
    FORK = "fork"


@frozen(kw_only=True)
class ShownEvent:
    """An event as a list shows it.

    Attributes:
        event_id: 64 hex digits.
        path: its folder, relative to the bundle.
        type: of the event; None of a stub.
        actor: who acts, by the name that the trust gives the keys; "" of a stub.
    """

    event_id: str
    path: str
    type: str | None
    actor: str


@frozen(kw_only=True)
class More:
    """What one copy has and the other lacks.

    Attributes:
        events: each after its past.
        attestations: their ids.
        stamps: folders of stamps over what both have; a stamp of which the other lacks a file as well.
        renewals: their digests.
        openings: paths of opened fields, and of anchors, in events that both have.
        set_aside: path and code of what is in this copy, counts for nothing, and was not compared.
    """

    events: tuple[ShownEvent, ...] = ()
    attestations: tuple[str, ...] = ()
    stamps: tuple[str, ...] = ()
    renewals: tuple[str, ...] = ()
    openings: tuple[str, ...] = ()
    set_aside: tuple[tuple[str, str], ...] = ()


@frozen(kw_only=True)
class Comparison:
    """What two copies of one bundle are to each other.

    Attributes:
        answer: same; one extends the other; both have more; or fork.
        bundle_id: 32 hex digits.
        first: what the first copy has more.
        second: what the second copy has more.
        conflicts: of a fork: pairs of events that no copy can hold both of, the earliest of each kind in each
            holding.
        disputes: groups of events that contradict each other as soon as the copies are united, each an event
            id; nothing forbids to unite them, and custody is open then until it is decided or reconciled.
    """

    answer: Answer
    bundle_id: str
    first: More = field(factory=More)
    second: More = field(factory=More)
    conflicts: tuple[Conflict, ...] = ()
    disputes: tuple[tuple[str, ...], ...] = ()


def compare_standings(first: Standing, second: Standing) -> Comparison:
    """Compare two copies of one bundle.

    Raises:
        UsageError: code OTHER_BUNDLE: two different bundles.
        BundleError: code SEALER_UNKNOWN: a seal that is not by a sealer whom the trust knows.
    """
    if first.bundle_id != second.bundle_id:
        raise other_bundle("copies", "one bundle", "two")
    for standing in (first, second):
        check_sealer(standing)
    one, two = held_events(first), held_events(second)
    conflicts = first_conflicts(
        (
            *(
                conflict_between(event, two[place])
                for place, event in one.items()
                if _differs(two, place, event)
            ),
            *loose_conflicts((one, _loose_events(first)), (two, _loose_events(second))),
        )
    )
    more = _more(first, second), _more(second, first)
    return Comparison(
        answer=_answer(bool(conflicts), *(bool(side.events) for side in more)),
        bundle_id=first.bundle_id,
        first=more[0],
        second=more[1],
        conflicts=conflicts,
        disputes=() if conflicts else _disputes(first, second),
    )


def other_bundle(thing: str, expected: str, found: str) -> UsageError:
    """Return the error for copies of different bundles."""
    return UsageError(
        f"{thing}: expected {expected}, found {found}",
        code="OTHER_BUNDLE",
        hint="name copies and receipts of one bundle: custody show tells the id",
    )


def check_sealer(standing: Standing) -> None:
    """Refuse a copy in which nobody known has sealed: nothing in its log counts.

    Raises:
        BundleError: code SEALER_UNKNOWN.
    """
    signers = standing.judged.resolved.get(standing.seal_id, ())
    if standing.seal_id not in standing.chain.counted or not by_sealers(signers):
        raise BundleError(
            "seal: expected one by a sealer that the trust knows, found another",
            code="SEALER_UNKNOWN",
            hint="name a trust that knows the sealer, or the seal's id: --expect-seal",
        )


def by_sealers(signers: Iterable[Resolved]) -> bool:
    """Tell whether everybody who signed is a trusted sealer or, under an expected seal, listed in that."""
    return all(Role.SEALER in one.roles or (one.identity is not None and not one.trusted) for one in signers)


def held_events(standing: Standing) -> Mapping[tuple[str, int], ChainEvent]:
    """Return what counts in a copy, and the stubs that it follows, by place."""
    ids = (*standing.chain.counted, *standing.chain.stubs)
    events = [standing.events[event_id] for event_id in ids]
    return {(event.holding, event.seq): event for event in events}


def _loose_events(standing: Standing) -> Mapping[tuple[str, int], ChainEvent]:
    """Return what is well signed and has a past that is not all here, by place."""
    events = [standing.events[event_id] for event_id in standing.chain.receipts]
    return {(event.holding, event.seq): event for event in events}


def _differs(others: Mapping[tuple[str, int], ChainEvent], place: tuple[str, int], event: ChainEvent) -> bool:
    return place in others and others[place].event_id != event.event_id


def _answer(forked: bool, first_more: bool, second_more: bool) -> Answer:  # noqa: FBT001 - three facts
    if forked:
        return Answer.FORK
    if first_more and second_more:
        return Answer.BOTH_HAVE_MORE
    if first_more:
        return Answer.FIRST_EXTENDS
    return Answer.SECOND_EXTENDS if second_more else Answer.SAME


def shown_event(standing: Standing, event: ChainEvent) -> ShownEvent:
    """Return an event of a copy as a list shows it."""
    path = standing.record(event.event_id).path
    return ShownEvent(event_id=event.event_id, path=path, type=event.type, actor=event.actor)


def _more(mine: Standing, other: Standing) -> More:
    here = {event.event_id: event for event in held_events(mine).values()}
    there = {event.event_id for event in held_events(other).values()}
    shared = sorted(mine.record(event_id).path for event_id in here if event_id in there)
    attested = mine.judged.attested & other.judged.attested
    renewals = _renewals(mine) & _renewals(other)
    order = {event_id: place for place, event_id in enumerate(mine.chain.counted)}
    lacking = sorted((one for one in here if one not in there), key=lambda one: order.get(one, -1))
    return More(
        events=tuple(shown_event(mine, here[event_id]) for event_id in lacking),
        attestations=tuple(
            path.rpartition("/")[2] for path in sorted(mine.judged.attested - other.judged.attested)
        ),
        stamps=_stamps(mine, other, (*shared, *sorted(attested), *sorted(renewals))),
        renewals=tuple(path.rpartition("/")[2] for path in sorted(_renewals(mine) - renewals)),
        openings=_openings(mine, other, (*shared, *sorted(attested))),
        set_aside=_set_aside(mine),
    )


def _renewals(standing: Standing) -> set[str]:
    return {path for path in standing.inventory.files if path.startswith(f"{RENEWALS_FOLDER}/")}


def _stamps(mine: Standing, other: Standing, folders: Iterable[str]) -> tuple[str, ...]:
    found: set[str] = set()
    for folder in folders:
        there = set(other.inventory.stamps.get(folder, ()))
        for name in mine.inventory.stamps.get(folder, ()):
            if name not in there and STAMP_FILE.fullmatch(name):
                found.add(f"{folder}/{name.rpartition('/')[0]}")
    return tuple(sorted(found))


def _openings(mine: Standing, other: Standing, folders: Iterable[str]) -> tuple[str, ...]:
    return tuple(
        f"{folder}/{name}"
        for folder in folders
        for name in sorted(set(mine.inventory.files[folder]) - set(other.inventory.files[folder]))
        if EVENT_FILE.fullmatch(name) and name.endswith((".json", ".tst"))
    )


def _set_aside(standing: Standing) -> tuple[tuple[str, str], ...]:
    chain = standing.chain
    reasons = {**chain.set_aside, **chain.receipts}
    reasons |= dict.fromkeys(chain.loose_stubs, Reason.STUB_UNFOLLOWED)
    found = [(standing.judged.path_of(event_id), reason.name) for event_id, reason in reasons.items()]
    found += [
        (path, reason.name)
        for path, record in standing.log.attestations.items()
        if (reason := standing.refusal_of_attestation(record)) is not None
    ]
    return tuple(sorted(found))


def _disputes(first: Standing, second: Standing) -> tuple[tuple[str, ...], ...]:
    """Find what contradicts each other only when the copies are united."""
    both = [event for one in (first, second) for event in held_events(one).values()]
    events = {event.event_id: event for event in sorted(both, key=lambda event: not event.stub)}
    united = judge_chain(events.values(), bundle_id=first.bundle_id, item_count=first.items)
    known = {id_ for one in (first, second) for id_ in disputed_in(one.chain)}
    return new_disputes(united, events, known)


def disputed_in(chain: Chain) -> set[str]:
    """Return the ids of the events that a dispute keeps a head from being proven by."""
    return {event_id for head in chain.heads for reason, event_id in head.reasons if reason in _DISPUTED}


def new_disputes(
    united: Chain, events: Mapping[str, ChainEvent], known: set[str]
) -> tuple[tuple[str, ...], ...]:
    """Return the disputes of a united log that none of the copies had.

    Args:
        united: its verdict.
        events: its events by id.
        known: ids of the events that were disputed in a copy already.
    """
    disputed = disputed_in(united) - known
    counted = {event_id: events[event_id] for event_id in united.counted}
    groups = (
        sorted({event.event_id for event in (*one.one, *one.other)}) for one in find_disputes(counted, events)
    )
    return tuple(sorted({tuple(group) for group in groups if not disputed.isdisjoint(group)}))
