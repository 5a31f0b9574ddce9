"""The check that a declarant may rely on: his own, passed, later than every transfer, and his last word.

Certificates and profiles ask the same functions, so that neither calls sufficient what the other refuses.
What shows an order: first the links that events sign, then proofs of time, and last the times that signers
state, which bear on transfers alone. A check that failed must be shown to be earlier by links or proofs.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from enum import Enum
from functools import cached_property
from typing import Final

from attrs import field, frozen

from custody.errors import LogError
from custody.model.instant import Instant, decode_instant
from custody.report.timeline import EventStatus, Timeline, TimelineEvent

FIXITY: Final = "fixity-checked"
# Giving somebody a copy is none of them: the holder keeps what he has.
TRANSFERS: Final = frozenset({"released", "received", "withdrawn", "succeeded", "reconciled"})
CHECKING_ROLES: Final = frozenset({"attester", "holder", "sealer"})
"""The roles of the trust of which one is needed to check; an approver as such approves what others do."""
_COUNT: Final = frozenset({EventStatus.COUNTED, EventStatus.ATTESTATION})
_AGAIN: Final = "the declarant checks again: custody attest BUNDLE fixity-checked --about"


class Order(Enum):
    """What shows that the check came after the last transfer; the strongest first.

    NO_TRANSFER: the log has none.
    LINKED: the event of the check names the transfer among what it follows; it cannot be older.
    PROVEN: proofs of time.
    CLAIMED: the times that the signers state, and nothing else.
    """

    NO_TRANSFER = "no-transfer"
    LINKED = "linked"
    PROVEN = "proven"
    CLAIMED = "claimed"


@frozen(kw_only=True)
class FoundCheck:
    """A check that can be relied upon.

    Attributes:
        event: the event.
        claimed_at: the time that it states.
        order: what shows that it came after the last transfer.
        failed_before: ids of the declarant's checks that failed and are shown to be earlier.
    """

    event: TimelineEvent
    claimed_at: Instant
    order: Order
    failed_before: tuple[str, ...] = ()


def find_check(timeline: Timeline, declarant: str, *, root: str | None, moment: Instant) -> FoundCheck:
    """Return the last check by the declarant on which a certificate can rest.

    Args:
        timeline: the log, judged.
        declarant: the name that the trust gives him.
        root: the sealed root, or None where no seal says one.
        moment: what counts as now.

    Raises:
        LogError: there is none. CHECK_MISSING: he has signed none. Else what stands in the way of his last
            one that passed: CHECK_FAILED (none passed, or one failed that is not shown to be earlier),
            CHECK_OTHER_ROOT, CHECK_IN_FUTURE, CHECK_ROLE, CHECK_KEY_TIME, CHECK_BEFORE_TRANSFER,
            CHECK_ORDER_HIDDEN.
    """
    log = _Log(timeline=timeline)
    checks = [one for one in timeline.events if _is_check_by(one, declarant)]
    passed = [one for one in checks if one.status in _COUNT and one.claimed_data.get("result") == "pass"]
    failed = [one for one in checks if one.claimed_data.get("result") != "pass"]
    if not passed:
        raise _missing(declarant) if not failed else _failed(failed[-1])
    refusal: LogError | None = None
    for check in log.latest_first(passed):
        try:
            return _judged(log, check, failed, root=root, moment=moment)
        except LogError as error:
            refusal = refusal or error
    raise refusal or _missing(declarant)


def _is_check_by(event: TimelineEvent, declarant: str) -> bool:
    """Tell whether he signed it as its actor; whether it counts is asked where it speaks for him."""
    by_declarant = event.actor is not None and event.actor.identity == declarant
    return by_declarant and event.type == FIXITY and event.claimed_at is not None


@frozen(kw_only=True)
class _Log:
    """A timeline whose links and stated times are taken apart once."""

    timeline: Timeline = field(repr=False)

    @cached_property
    def follows(self) -> Mapping[str, Sequence[str]]:
        return {event.event_id: event.follows for event in self.timeline.events if event.event_id}

    @cached_property
    def followers(self) -> Mapping[str, Sequence[str]]:
        found: dict[str, list[str]] = {}
        for event_id, links in self.follows.items():
            for one in links:
                found.setdefault(one, []).append(event_id)
        return found

    @cached_property
    def unheard(self) -> tuple[TimelineEvent, ...]:
        return tuple(one for one in self.timeline.events if one.unheard)

    @cached_property
    def transfers(self) -> tuple[tuple[TimelineEvent, Instant | None], ...]:
        return tuple(
            (one, None if one.claimed_at is None else decode_instant(one.claimed_at))
            for one in self.timeline.events
            if one.status is EventStatus.COUNTED and one.type in TRANSFERS
        )

    def past(self, event: TimelineEvent) -> frozenset[str]:
        return reached(event.event_id, self.follows)

    def latest_first(self, checks: Iterable[TimelineEvent]) -> list[TimelineEvent]:
        """Order checks: none stands before one that follows it, then by proven, and last by stated times."""
        depths = self._depths
        return sorted(
            checks,
            key=lambda one: (depths.get(one.event_id, 0), _proven_from(one), one.claimed_at, one.event_id),
            reverse=True,
        )

    @cached_property
    def _depths(self) -> Mapping[str, int]:
        """Return the longest chain of links below each event: whoever follows another lies deeper."""
        depths: dict[str, int] = {}
        waiting = {event_id: len(self._known(event_id)) for event_id in self.follows}
        ready = [event_id for event_id, count in waiting.items() if not count]
        while ready:
            one = ready.pop()
            depths[one] = 1 + max((depths[each] for each in self._known(one)), default=0)
            followers = self.followers.get(one, ())
            for later in followers:
                waiting[later] -= 1
            ready.extend(later for later in followers if not waiting[later])
        return depths

    def _known(self, event_id: str) -> list[str]:
        return [one for one in self.follows[event_id] if one in self.follows]


def _proven_from(event: TimelineEvent) -> str:
    return "" if event.not_before is None else str(event.not_before)


def _judged(
    log: _Log, check: TimelineEvent, failed: Sequence[TimelineEvent], *, root: str | None, moment: Instant
) -> FoundCheck:
    """Return a passed check if nothing stands in the way of it.

    Raises:
        LogError: see `find_check`.
    """
    claimed_at = decode_instant(check.claimed_at or "")
    if claimed_at > moment:
        raise _refused(
            check, f"a time before {moment}", str(claimed_at), "CHECK_IN_FUTURE", "compare the clocks"
        )
    if root is None or check.claimed_data.get("root") != root:
        raise _refused(
            check,
            "the root of this seal",
            "another",
            "CHECK_OTHER_ROOT",
            "the check was made of another bundle; check this one",
        )
    past = log.past(check)
    for one in failed:
        if one.event_id not in past and not shown_before(one, check):
            raise _failed(one)
    _check_keys(check)
    return FoundCheck(
        event=check,
        claimed_at=claimed_at,
        order=_order(log, check, claimed_at, past),
        failed_before=tuple(one.event_id for one in failed),
    )


def _check_keys(check: TimelineEvent) -> None:
    """Refuse keys that do not speak for the declarant at the time when he signed.

    Raises:
        LogError: CHECK_ROLE, CHECK_KEY_TIME.
    """
    actor = check.actor
    if actor is None or CHECKING_ROLES.isdisjoint(actor.roles):
        raise _refused(
            check,
            "a declarant whom the trust has as attester, holder or sealer",
            "none of these roles",
            "CHECK_ROLE",
            "the trust says who may check: custody trust add --role attester",
        )
    if actor.doubt is not None:
        raise _refused(
            check,
            "keys shown to have been valid when it was signed",
            actor.doubt.name,
            "CHECK_KEY_TIME",
            "a stamp from before that time would show it; else the declarant checks again with valid keys",
        )


def _order(log: _Log, check: TimelineEvent, claimed_at: Instant, past: frozenset[str]) -> Order:
    """Return what shows that the check came after every transfer.

    Raises:
        LogError: CHECK_BEFORE_TRANSFER, CHECK_ORDER_HIDDEN.
    """
    hidden = next((event for event in log.unheard if event.event_id not in past), None)
    if hidden is not None:
        raise LogError(
            f"event {hidden.event_id or hidden.path}: expected all of it and of its past, found it withheld,"
            " damaged or in part; it may be a transfer, or a check that failed",
            code="CHECK_ORDER_HIDDEN",
            hint="make the certificate from a whole copy of the log (custody merge)",
        )
    after = reached(check.event_id, log.followers)
    order = Order.NO_TRANSFER
    for event, stated in log.transfers:
        found = Order.LINKED if event.event_id in past else _by_time(event, stated, check, claimed_at)
        if found is None or event.event_id in after:
            raise _refused(
                check,
                "it after the last transfer",
                f"{event.type} later",
                "CHECK_BEFORE_TRANSFER",
                f"{_AGAIN} ID of the last event",
            )
        order = max(order, found, key=list(Order).index)
    return order


def by_time(transfer: TimelineEvent, check: TimelineEvent, claimed_at: Instant) -> Order | None:
    """Return by which times a check is later than a transfer; None where it is not.

    Args:
        transfer: a counted event.
        check: the event of the check.
        claimed_at: the time that the check states.
    """
    stated = None if transfer.claimed_at is None else decode_instant(transfer.claimed_at)
    return _by_time(transfer, stated, check, claimed_at)


def _by_time(
    transfer: TimelineEvent, stated: Instant | None, check: TimelineEvent, claimed_at: Instant
) -> Order | None:
    if shown_before(check, transfer):
        return None
    if shown_before(transfer, check):
        return Order.PROVEN
    return Order.CLAIMED if stated is not None and stated < claimed_at else None


def shown_before(one: TimelineEvent, other: TimelineEvent) -> bool:
    """Tell whether proofs of time show that one event is not later than another."""
    return one.not_after is not None and other.not_before is not None and one.not_after <= other.not_before


def reached(event_id: str, links: Mapping[str, Sequence[str]]) -> frozenset[str]:
    """Return the ids of all events that links lead to from one, near and far.

    Args:
        event_id: of the event.
        links: from each event to others.
    """
    found: set[str] = set()
    waiting = list(links.get(event_id, ()))
    while waiting:
        one = waiting.pop()
        if one not in found:
            found.add(one)
            waiting.extend(links.get(one, ()))
    return frozenset(found)


def _refused(check: TimelineEvent, expected: str, found: str, code: str, hint: str) -> LogError:
    return LogError(f"check {check.event_id}: expected {expected}, found {found}", code=code, hint=hint)


def _failed(check: TimelineEvent) -> LogError:
    return _refused(
        check,
        "none that failed, or one shown to come before another that passed",
        "result fail",
        "CHECK_FAILED",
        f"custody verify names what differs; once that is mended, {_AGAIN} {check.event_id}",
    )


def _missing(declarant: str) -> LogError:
    return LogError(
        f"log: expected a {FIXITY} event signed by {declarant}, found none",
        code="CHECK_MISSING",
        hint=f"custody attest BUNDLE {FIXITY} --key KEY --trust FILE; whoever holds it: custody event",
    )
