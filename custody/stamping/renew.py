"""Timestamp renewal: before a proof weakens, a new token over its newest one (RFC 4998, 5.2; rule ER-6).

No key and no evidence is needed, and one token renews any number of proofs. Each proof is renewed once, by an
authority of its own operator if one is given, so that what two operators have said stays said by two. The old
stamp stays: the new one is an evidence record that goes on from it.

A token that weakens no later than the proof that it would renew is of no use and is not stored. How long an
authority's tokens last shows in those that it has just given: where they would not do, it is not asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from typing import Final

from attrs import define, evolve, field, frozen

from custody.errors import CustodyError
from custody.model.instant import Instant
from custody.stamping.desk import Desk
from custody.stamping.outcome import added_up
from custody.stamping.publish import Added, UselessRenewalError, add_renewal, outlives, renewal_leaf
from custody.stamping.queue import BATCH_LEAVES, RENEWAL, Queue
from custody.stamping.receive import Counter, Received
from custody.stamping.stored import Standing
from custody.stamping.target import Passed, Target, find_all_targets
from custody.storage.spool import opened_spool
from custody.trust.trust import Authority

JUST_GIVEN: Final = timedelta(days=1)
"""So young a token shows how long those last that its authority gives now."""


@frozen(kw_only=True)
class RenewalOutcome:
    """What came of a run.

    Attributes:
        added: the stamps that stand in bundles now and did not before.
        left: how many proofs are due and could not be renewed.
        sound: how many proofs are not due.
        lost: how many stamps do not hold under this trust, so that a renewal would be worth nothing.
        refused: why nothing came of asking an authority.
        useless: RENEWAL_USELESS: authorities whose tokens do not outlive proofs that are left.
        notes: what is missing beside stamps that were stored: revocation data.
        passed: bundles, or events in them, that could not be looked at or added to.
        bundles: how many were looked through.
        waiting: how many tokens that arrived in an earlier run stay in the queue: for stamps, or from an
            authority that the trust does not name.
    """

    added: tuple[Added, ...] = ()
    left: int = 0
    sound: int = 0
    lost: int = 0
    refused: tuple[CustodyError, ...] = ()
    useless: tuple[CustodyError, ...] = ()
    notes: tuple[CustodyError, ...] = ()
    passed: tuple[Passed, ...] = ()
    bundles: int = 0
    waiting: int = 0

    def and_then(self, more: RenewalOutcome) -> RenewalOutcome:
        """Return what came of this run and of another one after it."""
        return added_up(self, more)


@frozen(kw_only=True)
class Due:
    """A proof that is to be renewed.

    Attributes:
        target: what it is over.
        standing: the proof.
        leaf: what the new token must stamp.
        useless: names of authorities whose token did not outlive the proof.
    """

    target: Target
    standing: Standing
    leaf: bytes = field(repr=False)
    useless: frozenset[str] = frozenset()


@define
class _Work:
    """One run.

    Attributes:
        counter: where questions are put.
        authorities: whom to ask.
        due: what is left to be renewed.
        added: what was added.
        passed: what could not be.
        asked: by bundle, folder and authority, how many proofs were given to it.
        lasting: by the name of an authority, when its tokens of today weaken.
    """

    counter: Counter
    authorities: Sequence[Authority]
    due: list[Due] = field(factory=list)
    added: list[Added] = field(factory=list)
    passed: list[Passed] = field(factory=list)
    asked: dict[tuple[str, str, str], int] = field(factory=dict)
    lasting: dict[str, Instant] = field(factory=dict)

    def may_renew(self, due: Due, authority: Authority) -> bool:
        """Tell whether asking an authority for a proof may be of use."""
        name = authority.name
        if name in self.counter.refused or name in due.useless:
            return False
        return outlives(self.lasting.get(name), due.standing.weakens_at)


def renew_bundles(
    desk: Desk,
    bundles: Sequence[str],
    authorities: Sequence[Authority],
    *,
    queue: str,
    weakens_before: Instant | None,
) -> RenewalOutcome:
    """Renew every proof of time in bundles that weakens before a moment.

    Args:
        desk: trust, clock, randomness, and the way to the authorities.
        bundles: paths of their folders.
        authorities: whom to ask; one that does not answer at once is asked again after the others.
        queue: path of the folder for questions under way; beside the bundles, never in one.
        weakens_before: the moment; None renews all proofs that hold.

    Raises:
        UsageError: code TARGET_INSIDE: the queue would lie inside a bundle.
        StorageError: the queue cannot be used; what was published until then stays.
    """
    with opened_spool(queue, waiting=desk.queues) as spool:
        targets, passed = find_all_targets(desk, bundles)
        work = _Work(counter=Counter(desk=desk, queue=Queue(spool)), authorities=authorities)
        work.passed += passed
        work.lasting = _lasting_now(desk.now(), targets)
        heads = [(target, one) for target in targets for one in heads_of(target.standing)]
        for target, standing in heads:
            if weakens_before is None or _weakens(standing, weakens_before):
                _take(work, target, standing)
        sound = len(heads) - len(work.due)
        for received in work.counter.receive_again(RENEWAL):
            _put_away(work, received)
        while groups := _assign(work):
            work.counter.postponed.clear()
            for (authority, algorithm), group in groups.items():
                _ask(work, authority, algorithm, group)
        return RenewalOutcome(
            added=tuple(work.added),
            left=len(work.due),
            sound=sound,
            lost=sum(target.stamps - len(target.standing) for target in targets),
            refused=tuple(work.counter.refused.values()),
            useless=tuple(_useless(work)),
            notes=tuple(work.counter.notes),
            passed=tuple(work.passed),
            bundles=len(bundles),
            waiting=work.counter.waiting,
        )


def heads_of(standing: Sequence[Standing]) -> Iterator[Standing]:
    """Yield the proofs that no other one goes on from."""
    continued = {one.tokens[:length] for one in standing for length in range(1, len(one.tokens))}
    for one in standing:
        if one.tokens not in continued:
            yield one


def _weakens(standing: Standing, before: Instant) -> bool:
    return standing.weakens_at is not None and standing.weakens_at <= before


def _lasting_now(now: Instant, targets: Iterable[Target]) -> dict[str, Instant]:
    """Return when the tokens of authorities weaken, as far as some that they have just given tell."""
    found: dict[str, Instant] = {}
    for target in targets:
        for one in target.standing:
            if one.weakens_at is not None and now.moment - one.newest_at.moment < JUST_GIVEN:
                name = one.authorities[-1]
                found[name] = max(found.get(name, one.weakens_at), one.weakens_at)
    return found


def _useless(work: _Work) -> Iterator[UselessRenewalError]:
    """Yield an error for each authority that did not refuse and could do nothing for a proof that is left."""
    for one in work.authorities:
        weakens_at = work.lasting.get(one.name)
        if weakens_at is not None and one.name not in work.counter.refused and work.due:
            yield UselessRenewalError(one.name, weakens_at)


def _take(work: _Work, target: Target, standing: Standing) -> None:
    try:
        leaf = renewal_leaf(target, standing)
    except CustodyError as error:
        work.passed.append(Passed(bundle=target.bundle, folder=target.folder, error=error))
    else:
        work.due.append(Due(target=target, standing=standing, leaf=leaf))


def _assign(work: _Work) -> dict[tuple[Authority, str], list[Due]]:
    """Give each proof that is due to one of the authorities that have not refused yet; by its hash."""
    groups: dict[tuple[Authority, str], list[Due]] = {}
    for due in work.due:
        open_ones = [one for one in work.authorities if work.may_renew(due, one)]
        if not open_ones:
            continue
        place = (due.target.bundle, due.target.folder)
        chosen = min(
            open_ones,
            key=lambda one: (
                one.operator != due.standing.operators[-1],
                work.asked.get((*place, one.name), 0),
            ),
        )
        work.asked[*place, chosen.name] = work.asked.get((*place, chosen.name), 0) + 1
        groups.setdefault((chosen, due.standing.last), []).append(due)
    order = [one.name for one in work.authorities]
    return dict(sorted(groups.items(), key=lambda group: (order.index(group[0][0].name), group[0][1])))


def _ask(work: _Work, authority: Authority, algorithm: str, group: Sequence[Due]) -> None:
    for start in range(0, len(group), BATCH_LEAVES):
        if authority.name in {*work.counter.refused, *work.counter.postponed}:
            return
        leaves = [due.leaf for due in group[start : start + BATCH_LEAVES]]
        received = work.counter.receive(authority, RENEWAL, algorithm, leaves)
        if received is not None:
            _put_away(work, received)


def _put_away(work: _Work, received: Received) -> None:
    """Publish a token beside all the proofs that it renews, and forget the question when none is left."""
    leaves = set(received.request.leaves)
    renewed = [due for due in work.due if due.leaf in leaves]
    work.due = [due for due in work.due if due.leaf not in leaves]
    whole = True
    for due in renewed:
        target = due.target
        try:
            work.added.append(add_renewal(work.counter.desk, received, target, due.standing))
        except UselessRenewalError as error:
            work.lasting[error.authority] = error.weakens_at
            work.due.append(evolve(due, useless=due.useless | {error.authority}))
        except CustodyError as error:
            work.passed.append(Passed(bundle=target.bundle, folder=target.folder, error=error))
            whole = False
    if whole:
        work.counter.queue.drop(received.request)
