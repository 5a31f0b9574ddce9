"""What a check comes to: a state, and where. Sentences stand in the profile and in `custody.present`."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum

from attrs import field, frozen


class State(Enum):
    """What became of a check.

    MET: a program has seen that it is so.
    NOT_MET: a program has seen that it is not so.
    UNDETERMINED: what would show it is withheld, unreadable or not trusted.
    DECLARED: a named person has stated it; no program can know it.
    NOT_DECLARED: nobody has stated it.
    NOT_APPLICABLE: nothing here that it asks about.
    LATER: it can be asked only after the seal, or when the filing is prepared.
    """

    MET = "met"
    NOT_MET = "not-met"
    UNDETERMINED = "undetermined"
    DECLARED = "declared"
    NOT_DECLARED = "not-declared"
    NOT_APPLICABLE = "not-applicable"
    LATER = "later"


GAPS = frozenset({State.NOT_MET, State.NOT_DECLARED})
"""States in which something is missing."""


@frozen(kw_only=True)
class Place:
    """One thing that a check asked about.

    Attributes:
        object: item, event, case, seal, stamp or filing.
        number: of an item, from 1 (of a draft: in the order of the files); 0 of anything else.
        claimed_name: of an item, as its file is called, or was before the seal where the name is open.
            Untrusted.
        event_id: of an event or a seal, 64 hex digits; "" where it has none.
        path: of an event or stamp, relative to the bundle.
    """

    object: str
    number: int = 0
    claimed_name: str = field(default="", repr=False)
    event_id: str = ""
    path: str = ""


@frozen(kw_only=True)
class Where:
    """A place, and the members there that are missing, wrong or withheld.

    Attributes:
        place: the thing.
        members: paths with dots, `origin.tool.version`; none when the thing itself is meant.
        state: NOT_MET or NOT_DECLARED for a gap there, UNDETERMINED for what cannot be seen there.
    """

    place: Place
    members: tuple[str, ...] = ()
    state: State = State.NOT_MET


def _ordered(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(set(names)))


@frozen(kw_only=True)
class Answer:
    """What one rule says of one subject.

    Attributes:
        state: what became of it.
        where: what stands in the way, gaps before what cannot be seen; empty when nothing does.
        declared_by: who stated it, when somebody did: the names as given, untrusted unless they are names of
            the trust.
        codes: reason codes of the verification that it rests on.
    """

    state: State
    where: tuple[Where, ...] = ()
    declared_by: tuple[str, ...] = field(default=(), converter=_ordered)
    codes: tuple[str, ...] = ()


def gathered(
    found: Iterable[tuple[Where | None, State]],
    *,
    complete: bool = True,
    nothing: State = State.NOT_APPLICABLE,
    shown: State = State.MET,
) -> Answer:
    """Add up what a rule found thing by thing.

    Args:
        found: for each thing that it asks about: where something stands in the way (None: nothing), and the
            state there.
        complete: whether every thing was seen; if not, silence is undetermined.
        nothing: the state when there is no such thing.
        shown: the state when nothing stands in the way.
    """
    pairs = tuple(found)
    states = {state for _, state in pairs}
    where = tuple(sorted((one for one, _ in pairs if one is not None), key=_gaps_first))
    if gap := next((state for state in (State.NOT_MET, State.NOT_DECLARED) if state in states), None):
        return Answer(state=gap, where=where)
    if State.UNDETERMINED in states or not complete:
        return Answer(state=State.UNDETERMINED, where=where)
    return Answer(state=shown if pairs else nothing)


def _gaps_first(where: Where) -> bool:
    return where.state is State.UNDETERMINED
