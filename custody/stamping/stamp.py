"""Stamping: for all in some bundles that an operator has not stamped yet, one question each, or one for all.

1  look through the bundles; what has no sound stamp of an operator is pending  target
2  finish what an earlier run received and could not put away                  receive
3  keep the question, ask, verify the answer, keep it                          exchange, queue
4  collect its path and what is said about revocation                          companions
5  put it beside everything that it is for, each by one rename                 publish
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Final

from attrs import define, field, frozen

from custody.errors import CustodyError, NetworkError, UsageError
from custody.stamping.desk import Desk
from custody.stamping.outcome import added_up
from custody.stamping.publish import Added, add_stamp
from custody.stamping.queue import BATCH_LEAVES, STAMP, Queue
from custody.stamping.receive import Counter, Received
from custody.stamping.target import SEALING_HASH, Passed, Target, find_all_targets
from custody.storage.spool import opened_spool
from custody.trust.trust import Authority

HASHES_OFFERED: Final = ("sha256", "sha512")
"""Hashes that authorities are asked to stamp under; all of them know these."""
OPERATORS_WANTED: Final = 2
"""How many operators should say when something was, so that none of them has to be believed alone."""


@frozen(kw_only=True)
class Short:
    """Something that fewer operators have stamped than were wanted.

    Attributes:
        bundle: path of its bundle.
        folder: of the event, attestation or renewal, relative to the bundle.
        operators: who has stamped it.
    """

    bundle: str = field(repr=False)
    folder: str
    operators: tuple[str, ...]


@frozen(kw_only=True)
class StampOutcome:
    """What came of a run.

    Attributes:
        added: the stamps that stand in bundles now and did not before.
        short: what fewer operators have stamped than were wanted.
        refused: why nothing came of asking an authority.
        notes: what is to be known of stamps that were stored: revocation data that is missing beside them;
            RENEWAL_ENDS_WITH_HASH: a renewal whose stamps all rest on the hash that it replaces.
        passed: bundles, or events in them, that could not be stamped.
        bundles: how many were looked through.
        waiting: how many tokens that arrived in an earlier run stay in the queue, because they are to renew
            proofs, or are from an authority that the trust does not name; that verb, or a trust that names
            it, puts them away.
    """

    added: tuple[Added, ...] = ()
    short: tuple[Short, ...] = ()
    refused: tuple[CustodyError, ...] = ()
    notes: tuple[CustodyError, ...] = ()
    passed: tuple[Passed, ...] = ()
    bundles: int = 0
    waiting: int = 0

    def and_then(self, more: StampOutcome) -> StampOutcome:
        """Return what came of this run and of another one after it."""
        return added_up(self, more)


@frozen(kw_only=True)
class StampOptions:
    """How to stamp.

    Attributes:
        hash: name of the hash of the imprint; hash renewals are stamped under their own.
        batch: one question for everything that is pending.
        single: one for each, which stock tools can check. Without either, each seal has its own, and what
            else is pending in a run shares one: a log may have grown by many events since the last.
        operators: how many should have stamped each thing in the end.
    """

    hash: str = HASHES_OFFERED[0]
    batch: bool = False
    single: bool = False
    operators: int = OPERATORS_WANTED

    def __attrs_post_init__(self) -> None:
        """Refuse what makes no sense."""
        if self.hash not in HASHES_OFFERED:
            raise UsageError(f"hash: expected {' or '.join(HASHES_OFFERED)}, found another")
        if self.operators < 1:
            raise UsageError("operators: expected at least one, found fewer")


@define
class _Work:
    """One run.

    Attributes:
        counter: where questions are put.
        options: how to stamp.
        targets: what there is.
        stamped: by the place of a target, the operators that have stamped it.
        lasting: by the place of a target, whether a stamp of it lasts as long as it should.
        authorities: by the place of a renewal, the authorities that have stamped it.
        blocked: places where nothing could be published; they are not asked for again in this run.
        added: what was added.
        passed: what could not be.
    """

    counter: Counter
    options: StampOptions
    targets: Sequence[Target]
    stamped: list[set[str]] = field(init=False)
    lasting: list[bool] = field(init=False)
    authorities: list[set[str]] = field(init=False)
    blocked: set[int] = field(factory=set)
    _by_leaf: dict[str, dict[bytes, list[int]]] = field(factory=dict)
    added: list[Added] = field(factory=list)
    passed: list[Passed] = field(factory=list)

    def __attrs_post_init__(self) -> None:
        """Begin with what stands there."""
        self.stamped = [set(target.operators) for target in self.targets]
        self.lasting = [target.hash is None or target.lasting for target in self.targets]
        self.authorities = [{one.authorities[-1] for one in target.standing} for target in self.targets]

    def wants(self, place: int, authority: Authority) -> bool:
        """Tell whether a target waits for an authority.

        One of an operator is enough; a renewal without a stamp that outlasts the old hash waits for others.
        """
        stamped = authority.operator in self.stamped[place]
        if not self.lasting[place]:
            stamped = authority.name in self.authorities[place]
        return not (stamped or place in self.blocked)

    def note(self, place: int, added: Added) -> None:
        """Keep in mind what was added."""
        self.added.append(added)
        self.stamped[place].add(added.operator)
        self.authorities[place].add(added.authority)
        self.lasting[place] |= added.lasting

    def places_of(self, algorithm: str, leaf: bytes) -> Sequence[int]:
        """Return where a leaf belongs; copies of one bundle share theirs."""
        if algorithm not in self._by_leaf:
            index: dict[bytes, list[int]] = {}
            for place, target in enumerate(self.targets):
                index.setdefault(target.digest_of(algorithm), []).append(place)
            self._by_leaf[algorithm] = index
        return self._by_leaf[algorithm].get(leaf, ())


def stamp_bundles(
    desk: Desk, bundles: Sequence[str], authorities: Sequence[Authority], *, queue: str, options: StampOptions
) -> StampOutcome:
    """Stamp everything in bundles that is pending with some of the operators.

    Args:
        desk: trust, clock, randomness, and the way to the authorities.
        bundles: paths of their folders.
        authorities: whom to ask, in this order; of one operator the second one only when the first failed.
            One that does not answer at once is asked again after the others.
        queue: path of the folder for questions under way; beside the bundles, never in one.
        options: how.

    Raises:
        UsageError: code TARGET_INSIDE: the queue would lie inside a bundle.
        StorageError: the queue cannot be used; what was published until then stays.
    """
    with opened_spool(queue, waiting=desk.queues) as spool:
        targets, passed = find_all_targets(desk, bundles)
        work = _Work(
            counter=Counter(desk=desk, queue=Queue(spool)),
            options=options,
            targets=targets,
            passed=[*passed],
        )
        for received in work.counter.receive_again(STAMP):
            _put_away(work, received)
        waiting = authorities
        while waiting:
            work.counter.postponed.clear()
            for authority in waiting:
                _ask_for_pending(work, authority)
            waiting = [one for one in waiting if one.name in work.counter.postponed]
        return _outcome(work, len(bundles))


def _ask_for_pending(work: _Work, authority: Authority) -> None:
    for algorithm, places in _pending(work, authority).items():
        for group in _groups(work, places):
            wanting = [one for one in group if work.wants(one, authority)]
            if not wanting:  # a copy of what has just been stamped
                continue
            leaves = [work.targets[place].digest_of(algorithm) for place in wanting]
            received = work.counter.receive(authority, STAMP, algorithm, leaves)
            if received is None:
                return
            _put_away(work, received)


def _groups(work: _Work, places: Sequence[int]) -> Iterator[Sequence[int]]:
    """Yield what shares one question."""
    options = work.options
    alone = [one for one in places if options.single or (work.targets[one].seal and not options.batch)]
    shared = [one for one in places if one not in set(alone)]
    yield from ((one,) for one in alone)
    yield from (shared[start : start + BATCH_LEAVES] for start in range(0, len(shared), BATCH_LEAVES))


def _pending(work: _Work, authority: Authority) -> dict[str, list[int]]:
    """Return the places of what waits for an authority, by the hash to stamp them under."""
    found: dict[str, list[int]] = {}
    for place, target in enumerate(work.targets):
        if work.wants(place, authority):
            found.setdefault(target.hash or work.options.hash, []).append(place)
    return found


def _put_away(work: _Work, received: Received) -> None:
    """Publish a token beside all that it is for, and forget the question when nothing is left to do."""
    places = [work.places_of(received.algorithm, leaf) for leaf in received.request.leaves]
    whole = True
    for place in sorted(chain.from_iterable(places)):
        target = work.targets[place]
        if not work.wants(place, received.token.authority):
            continue
        try:
            added = add_stamp(work.counter.desk, received, target)
        except CustodyError as error:
            work.passed.append(Passed(bundle=target.bundle, folder=target.folder, error=error))
            work.blocked.add(place)
            whole = False
        else:
            work.note(place, added)
    if whole:
        work.counter.queue.drop(received.request)


def _outcome(work: _Work, bundles: int) -> StampOutcome:
    return StampOutcome(
        added=tuple(work.added),
        short=tuple(_short(work)),
        refused=tuple(work.counter.refused.values()),
        notes=(*work.counter.notes, *_not_lasting(work)),
        passed=tuple(work.passed),
        bundles=bundles,
        waiting=work.counter.waiting,
    )


def _not_lasting(work: _Work) -> Iterator[NetworkError]:
    """Yield a note for each renewal stamped in this run that ends with the hash that it replaces."""
    added = {(one.bundle, one.over) for one in work.added}
    for place, target in enumerate(work.targets):
        if not work.lasting[place] and (target.bundle, target.folder) in added:
            names = ", ".join(sorted(work.authorities[place]))
            yield NetworkError(
                f"{target.folder}: expected a token that does not rest on {SEALING_HASH}, which this renewal"
                f" replaces, found only tokens that do, of {names}",
                code="RENEWAL_ENDS_WITH_HASH",
                hint=f"have it stamped before {SEALING_HASH} ends by an authority that signs with SHA-384 or"
                " SHA-512, in its certificates too; it may be of the same operator",
            )


def _short(work: _Work) -> Iterator[Short]:
    for target, stamped in zip(work.targets, work.stamped, strict=True):
        if len(stamped) < work.options.operators:
            yield Short(bundle=target.bundle, folder=target.folder, operators=tuple(sorted(stamped)))
