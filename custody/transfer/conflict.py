"""Two signed events for one place in the log: what no copy can hold both of (rules L5, I2)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from enum import Enum

from attrs import frozen

from custody.proof.holding import ChainEvent


class ConflictKind(Enum):
    """What two events of one place show."""

    FORK = "fork"  # one identity signed two statements for one place
    SIGNATURES = "signatures"  # one statement, signed twice; a cosigner alone can make this
    UNPROVEN = "unproven"  # it is not shown that one identity, by keys beyond doubt, signed both


@frozen(kw_only=True)
class Conflict:
    """Two different events for one place in the log.

    Attributes:
        kind: what they show.
        holding: 32 hex digits.
        seq: the place there.
        actor: who acts in both, by the name that the trust gives the keys; "" where they differ or a stub
            hides one.
        one: id of the first copy's event.
        other: id of the second copy's.
    """

    kind: ConflictKind
    holding: str
    seq: int
    actor: str
    one: str
    other: str


def conflict_between(one: ChainEvent, other: ChainEvent) -> Conflict:
    """Say what two different events of one holding and seq show.

    Two seals of one bundle are a fork whoever made them: the caller has seen that both sealers are known.
    """
    same_actor = one.actor == other.actor and not (one.stub or other.stub)
    sealed = one.type == "sealed" and other.type == "sealed"
    if (one.prev, one.fields) == (other.prev, other.fields):
        kind = ConflictKind.SIGNATURES
    elif (same_actor or sealed) and one.key_doubt is None and other.key_doubt is None:
        kind = ConflictKind.FORK
    else:
        kind = ConflictKind.UNPROVEN
    return Conflict(
        kind=kind,
        holding=one.holding,
        seq=one.seq,
        actor=one.actor if same_actor else "",
        one=one.event_id,
        other=other.event_id,
    )


def first_conflicts(conflicts: Iterable[Conflict]) -> tuple[Conflict, ...]:
    """Keep of each holding the earliest conflict of each kind: what stands after it rests on it."""
    first: dict[tuple[str, ConflictKind], Conflict] = {}
    for one in sorted(conflicts, key=lambda one: (one.holding, one.seq)):
        first.setdefault((one.holding, one.kind), one)
    return tuple(sorted(first.values(), key=lambda one: (one.holding, one.seq)))


Events = Mapping[tuple[str, int], ChainEvent]
"""Events of one copy by their holding and seq."""


def loose_conflicts(one: tuple[Events, Events], other: tuple[Events, Events]) -> Iterator[Conflict]:
    """Yield the conflicts of two copies in which an event takes part whose past is not all in its copy.

    By one actor alone: whether such an event is by the holding's writer is not shown, and what somebody else
    laid there contradicts nobody.

    Args:
        one: of the first copy, what counts or is followed, and what has a past that is not all there.
        other: the same of the second.
    """
    (held, loose), (others_held, others_loose) = one, other
    for mine, theirs in ((loose, others_held), (held, others_loose), (loose, others_loose)):
        for place, event in mine.items():
            rival = theirs.get(place)
            if rival is None or rival.event_id == event.event_id:
                continue
            conflict = conflict_between(event, rival)
            if conflict.actor:
                yield conflict
