"""Rules about whom items went to: within consent, not after its withdrawal, and who was told of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from attrs import frozen

from custody.format.item_fields import ITEM_FIELDS, SCOPES
from custody.format.shape import Record
from custody.model.instant import Instant
from custody.profiles.answer import Answer, State, Where, gathered
from custody.profiles.rules.consent import changes_of, consent_of, sources_of, testimonies
from custody.profiles.rules.members import instant_at
from custody.profiles.rules.rule import SELECTION, Parameters, Rule
from custody.profiles.subject import Missing, Subject, Thing

_TYPES: Final = ("released", "copied", "disclosed", "submitted")
_TELLING: Final = 1 << ITEM_FIELDS.index("content") | 1 << ITEM_FIELDS.index("people")
_PARTNER: Final = "partner-organisation"
_SCOPE: Final = re.compile(f"({'|'.join(SCOPES)})(?:$|[:;,.])")


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
        if self.whole or self.runs is None:
            return True if self.whole else None
        return any(first <= index <= last and mask & _TELLING for first, last, mask in self.runs)


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
    to = event.value("to")
    if not isinstance(partners, Missing) and to in partners:
        return _PARTNER
    purpose = event.value("purpose.text")
    if isinstance(purpose, Missing):
        return purpose
    found = _SCOPE.match(purpose.strip().casefold())
    return Missing.ABSENT if found is None else found.group(1)


def ask_in_scope(subject: Subject, parameters: Parameters) -> Answer:
    """Whenever somebody got a selected item, it was for a use to which consent stood then."""

    def judge(handover: Handover, thing: Thing) -> tuple[State, str]:
        scopes: list[str] = []
        for one in sources_of(subject, thing):
            scope = scope_of(handover.event, one)
            if isinstance(scope, Missing):
                hidden = scope is Missing.CLOSED
                return (State.UNDETERMINED if hidden else State.NOT_MET), "purpose.text"
            scopes.append(scope)
        wanted = list(dict.fromkeys(scopes))
        states = {consent_of(subject, thing, [scope], handover.moment)[0] for scope in wanted}
        return _worst(states), "data.to"

    return _each(subject, parameters, judge)


def ask_not_after_withdrawal(subject: Subject, parameters: Parameters) -> Answer:
    """Nobody got a selected item after consent to it had been withdrawn altogether, or to that use."""

    def judge(handover: Handover, thing: Thing) -> tuple[State, str]:
        states = {_withdrawn(subject, handover, one) for one in sources_of(subject, thing)}
        return _worst(states), "claimed_at"

    return _each(subject, parameters, judge)


def _withdrawn(subject: Subject, handover: Handover, thing: Thing) -> State:
    if "terms" in thing.closed:
        return State.UNDETERMINED
    scope = scope_of(handover.event, thing)
    state = State.MET
    for change in changes_of(subject, thing):
        if change.effective > handover.moment:
            continue
        known = not isinstance(scope, Missing)
        if known and not change.concerns(str(scope)):
            continue
        doubtful = not change.certain or (not known and change.scopes is not None)
        against = State.UNDETERMINED if doubtful else State.NOT_MET
        state = State.MET if change.allows else against
    return state


def _worst(states: set[State]) -> State:
    order = (State.NOT_MET, State.UNDETERMINED)
    return next((state for state in order if state in states), State.MET)


def _each(subject: Subject, parameters: Parameters, judge: Any) -> Answer:  # noqa: ANN401 - a judging function
    """Ask about each handover and each item that it may have opened; tell each handover once."""
    things = tuple(testimonies(subject, parameters))
    found: list[tuple[Where | None, State]] = []
    for handover in handovers(subject):
        states, members = {State.NOT_APPLICABLE}, set[str]()
        for thing, certain in things:
            had = handover.had(thing.place.number - 1)
            if had is False:
                continue
            state, member = judge(handover, thing)
            if state is State.NOT_MET and (had is None or not certain):
                state = State.UNDETERMINED
            states.add(state)
            if state is not State.MET:
                members.add(member)
        found.extend(_told(handover, states, members))
    return gathered(found, complete=subject.complete("item") and subject.complete("event"))


def _told(
    handover: Handover, states: set[State], members: set[str]
) -> Iterator[tuple[Where | None, State]]:
    if states == {State.NOT_APPLICABLE}:
        return
    state = _worst(states)
    place = handover.event.place
    clear = state is State.MET
    yield None if clear else Where(place=place, members=tuple(sorted(members)), state=state), state


def ask_recipients_told(subject: Subject, parameters: Parameters) -> Answer:
    """Of a withdrawal of consent everybody was told who had got the item: an event about the handover says so.

    That is an `annotated` which names the handover and is not earlier than the withdrawal.
    """
    found: list[tuple[Where | None, State]] = []
    for thing, certain in testimonies(subject, parameters):
        if "terms" in thing.closed:
            found.append((Where(place=thing.place, members=("terms",), state=State.UNDETERMINED),) * 1 + (State.UNDETERMINED,))
            continue
        for change in (one for one in changes_of(subject, thing) if not one.allows):
            for handover in handovers(subject):
                if handover.moment >= change.effective or handover.had(thing.place.number - 1) is False:
                    continue
                found.append(_notice(subject, handover, change.effective, sure=certain and handover.whole))
    return gathered(dict.fromkeys(found), complete=subject.complete("item") and subject.complete("event"))


