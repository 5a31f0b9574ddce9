"""Rules about whom items went to: within consent, not after its withdrawal, and who was told of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final, TypeAlias

from attrs import frozen

from custody.format.item_fields import ITEM_FIELDS, SCOPES
from custody.format.shape import Record
from custody.model.instant import Instant
from custody.profiles.answer import Answer, State, Where, gathered
from custody.profiles.rules.consent import Consents, consents_of, testimonies
from custody.profiles.rules.members import instant_at
from custody.profiles.rules.rule import SELECTION, Parameters, Rule
from custody.profiles.subject import Missing, Subject, Thing

_TYPES: Final = ("released", "copied", "disclosed", "submitted")
_TELLING: Final = 1 << ITEM_FIELDS.index("content") | 1 << ITEM_FIELDS.index("people")
_PARTNER: Final = "partner-organisation"
_SCOPE: Final = re.compile(f"({'|'.join(SCOPES)})(?:$|[:;,.])")
_ORDER: Final = (State.NOT_MET, State.UNDETERMINED, State.MET)


@frozen(kw_only=True)
class Handover:
    """An event by which somebody got items.

    Attributes:
        event: it.
        moment: when, as its actor says.
        runs: first index, last index and field mask of what was open; None: it cannot be seen; () of what
            went as a whole.
        whole: whether everything went.
    """

    event: Thing
    moment: Instant
    runs: tuple[tuple[int, int, int], ...] | None
    whole: bool

    def had(self, index: int) -> bool | None:
        """Tell whether the content or the persons of an item were open; None where it cannot be seen."""
        if self.whole:
            return True
        if self.runs is None:
            return None
        return any(first <= index <= last and mask & _TELLING for first, last, mask in self.runs)


_Judge: TypeAlias = Callable[[Handover, Thing], tuple[State, str]]


def handovers(subject: Subject) -> Iterator[Handover]:
    """Yield the events by which somebody got items."""
    for event in subject.events:
        type_ = event.value("type")
        if type_ not in _TYPES:
            continue
        moment = instant_at(event, "claimed_at")
        opened: Any = event.value("opened.items")
        runs = None if isinstance(opened, Missing) else tuple((run[0], run[1], run[2]) for run in opened)
        if event.value("opened") is Missing.ABSENT:
            runs = ()
        if not isinstance(moment, Missing):
            yield Handover(event=event, moment=moment, runs=runs, whole=type_ != "disclosed")


def scope_of(event: Thing, thing: Thing) -> str | Missing:
    """Return the use that a handover was for, as it says, or because the recipient is a named partner."""
    partners = thing.value("terms.partners")
    to = {event.value("to"), event.value("data.to.identity")}
    if not isinstance(partners, Missing) and not to.isdisjoint(partners):
        return _PARTNER
    purpose = event.value("purpose.text")
    found = _SCOPE.match(purpose.strip().casefold()) if isinstance(purpose, str) else None
    if found is not None:
        return found.group(1)
    return Missing.CLOSED if Missing.CLOSED in (purpose, partners) else Missing.ABSENT


def ask_in_scope(subject: Subject, parameters: Parameters) -> Answer:
    """Whenever somebody got a selected item, it was for a use to which consent stood then."""
    consents = consents_of(subject)

    def judge(handover: Handover, thing: Thing) -> tuple[State, str]:
        scopes: list[str] = []
        for one in consents.sources(thing):
            scope = scope_of(handover.event, one)
            if isinstance(scope, Missing):
                hidden = scope is Missing.CLOSED
                return (State.UNDETERMINED if hidden else State.NOT_MET), "purpose.text"
            scopes.append(scope)
        states = {consents.state(thing, [scope], handover.moment)[0] for scope in scopes}
        return _worst(states), "to"

    return _each_handover(subject, parameters, judge)


def ask_not_after_withdrawal(subject: Subject, parameters: Parameters) -> Answer:
    """Nobody got a selected item after consent to it had been withdrawn altogether, or to that use."""
    consents = consents_of(subject)

    def judge(handover: Handover, thing: Thing) -> tuple[State, str]:
        return _worst({_withdrawn(consents, handover, one) for one in consents.sources(thing)}), "to"

    return _each_handover(subject, parameters, judge)


def _withdrawn(consents: Consents, handover: Handover, thing: Thing) -> State:
    if "terms" in thing.closed:
        return State.UNDETERMINED
    scope = scope_of(handover.event, thing)
    state = State.MET
    for change in consents.changes(thing):
        if change.effective > handover.moment:
            continue
        known = not isinstance(scope, Missing)
        if known and not change.concerns(str(scope)):
            continue
        doubtful = not change.certain or (not known and change.scopes is not None)
        against = State.UNDETERMINED if doubtful else State.NOT_MET
        state = State.MET if change.allows else against
    return state


def ask_recipients_told(subject: Subject, parameters: Parameters) -> Answer:
    """Everybody who had got a selected item was told of a withdrawal, as an event about the handover says.

    That is an `annotated` that names the handover and is not earlier than the withdrawal.
    """
    consents = consents_of(subject)
    notices = tuple(_notices(subject))

    def judge(handover: Handover, thing: Thing) -> tuple[State, str]:
        states = {_told(consents, notices, handover, one) for one in consents.sources(thing)}
        return _worst(states), "event"

    return _each_handover(subject, parameters, judge)


def _notices(subject: Subject) -> Iterator[tuple[str, Instant]]:
    """Yield the events that something is noted about, and when."""
    for event in subject.events:
        moment = instant_at(event, "claimed_at")
        if event.value("type") == "annotated" and not isinstance(moment, Missing):
            yield event.value("data.event"), moment


def _told(
    consents: Consents, notices: Sequence[tuple[str, Instant]], handover: Handover, thing: Thing
) -> State:
    if "terms" in thing.closed:
        return State.UNDETERMINED
    scope = scope_of(handover.event, thing)
    later = [
        change.effective
        for change in consents.changes(thing)
        if not change.allows
        and change.effective >= handover.moment
        # Whoever got it for a use that is not known is told of every withdrawal.
        and (isinstance(scope, Missing) or change.concerns(scope) or not change.certain)
    ]
    if not later:
        return State.NOT_APPLICABLE
    about = handover.event.value("event")
    told = any(event == about and moment >= max(later) for event, moment in notices)
    return State.MET if told else State.NOT_MET


def _worst(states: set[State]) -> State:
    return next((state for state in _ORDER if state in states), State.NOT_APPLICABLE)


def _each_handover(subject: Subject, parameters: Parameters, judge: _Judge) -> Answer:
    """Ask about each handover and each item that it may have opened; tell each handover once."""
    things = tuple(testimonies(subject, parameters))
    found: list[tuple[Where | None, State]] = []
    for handover in handovers(subject):
        judged = {
            _doubted(judge(handover, thing), certain=certain and had is True)
            for thing, certain in things
            if (had := handover.had(thing.place.number - 1)) is not False
        }
        state = _worst({one for one, _ in judged})
        if state is State.NOT_APPLICABLE:
            continue
        members = tuple(sorted({member for one, member in judged if one is state}))
        where = Where(place=handover.event.place, members=members, state=state)
        found.append((None if state is State.MET else where, state))
    return gathered(found, complete=subject.complete("item") and subject.complete("event"))


def _doubted(judged: tuple[State, str], *, certain: bool) -> tuple[State, str]:
    state, member = judged
    return (State.UNDETERMINED if state is State.NOT_MET and not certain else state), member


_SELECTED: Final = Record(optional=SELECTION, may_be_empty=True)

HANDOVER_RULES: Final = (
    Rule(name="handed-over-in-scope", ask=ask_in_scope, parameters=_SELECTED),
    Rule(name="not-after-withdrawal", ask=ask_not_after_withdrawal, parameters=_SELECTED),
    Rule(name="recipients-told", ask=ask_recipients_told, parameters=_SELECTED),
)
