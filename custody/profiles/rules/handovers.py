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
        purpose: the use that its purpose begins with, or why there is none.
        to: the recipient, as the trust and as the event calls him.
        runs: first index, last index and field mask of what was open in a part; None: it cannot be seen.
        whole: whether everything went.
    """

    event: Thing
    moment: Instant
    purpose: str | Missing
    to: frozenset[str]
    runs: tuple[tuple[int, int, int], ...] | None
    whole: bool

    def had(self, index: int) -> bool | None:
        """Tell whether the content or the persons of an item were open; None where it cannot be seen."""
        if self.whole:
            return True
        if self.runs is None:
            return None
        return any(first <= index <= last and mask & _TELLING for first, last, mask in self.runs)

    def scope(self, thing: Thing) -> str | Missing:
        """Return the use that it was for: the recipient is a named partner of an item, or as it says."""
        partners = thing.value("terms.partners")
        if not isinstance(partners, Missing) and not self.to.isdisjoint(partners):
            return _PARTNER
        hidden = partners is Missing.CLOSED and self.purpose is Missing.ABSENT
        return Missing.CLOSED if hidden else self.purpose


_Judge: TypeAlias = Callable[[Handover, Thing], tuple[State, str]]


def handovers(subject: Subject) -> Iterator[Handover]:
    """Yield the events by which somebody got items."""
    for event in subject.events:
        type_ = event.value("type")
        moment = instant_at(event, "claimed_at")
        if type_ not in _TYPES or isinstance(moment, Missing):
            continue
        to = (event.value("to"), event.value("data.to.identity"))
        yield Handover(
            event=event,
            moment=moment,
            purpose=_purpose(event),
            to=frozenset(one for one in to if isinstance(one, str)),
            runs=_runs(event),
            whole=type_ != "disclosed",
        )


def _runs(event: Thing) -> tuple[tuple[int, int, int], ...] | None:
    if "opened" in event.closed:
        return None
    opened: Any = event.value("opened.items")
    return () if isinstance(opened, Missing) else tuple((run[0], run[1], run[2]) for run in opened)


def _purpose(event: Thing) -> str | Missing:
    purpose = event.value("purpose.text")
    if isinstance(purpose, Missing):
        return purpose
    found = _SCOPE.match(purpose.strip().casefold())
    return Missing.ABSENT if found is None else found.group(1)


def ask_in_scope(subject: Subject, parameters: Parameters) -> Answer:
    """Whenever somebody got a selected item, it was for a use to which consent stood then."""
    consents = consents_of(subject)

    def judge(handover: Handover, thing: Thing) -> tuple[State, str]:
        scope = handover.scope(thing)
        if isinstance(scope, Missing):
            return (State.UNDETERMINED if scope is Missing.CLOSED else State.NOT_MET), "purpose.text"
        return consents.standing(thing, scope, handover.moment)[0], "to"

    return _each_handover(subject, parameters, consents, judge)


def ask_not_after_withdrawal(subject: Subject, parameters: Parameters) -> Answer:
    """Nobody got a selected item after consent to it had been withdrawn altogether, or to that use."""
    consents = consents_of(subject)

    def judge(handover: Handover, thing: Thing) -> tuple[State, str]:
        return _withdrawn(consents, handover, thing), "to"

    return _each_handover(subject, parameters, consents, judge)


def _withdrawn(consents: Consents, handover: Handover, thing: Thing) -> State:
    if "terms" in thing.closed:
        return State.UNDETERMINED
    scope = handover.scope(thing)
    state = State.MET
    for change in consents.changes(thing):
        if change.effective > handover.moment:
            continue
        if isinstance(scope, str) and not change.concerns(scope):
            continue
        certain = change.certain and (isinstance(scope, str) or change.scopes is None)
        after = State.MET if change.allows else State.NOT_MET
        # What may or may not concern this use changes nothing for certain.
        state = after if certain or state is after else State.UNDETERMINED
    return state


def ask_recipients_told(subject: Subject, parameters: Parameters) -> Answer:
    """Everybody who had got a selected item was told of a withdrawal, as an event about the handover says.

    That is an `annotated` that names the handover and is not earlier than the withdrawal.
    """
    consents = consents_of(subject)
    notices = tuple(_notices(subject))

    def judge(handover: Handover, thing: Thing) -> tuple[State, str]:
        return _told(consents, notices, handover, thing), "event"

    return _each_handover(subject, parameters, consents, judge)


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
    scope = handover.scope(thing)
    later = [
        change.effective
        for change in consents.changes(thing)
        if not change.allows
        and change.effective >= handover.moment
        # Whoever got it for a use that is not known is told of every withdrawal.
        and (isinstance(scope, Missing) or change.concerns(scope))
    ]
    if not later:
        return State.NOT_APPLICABLE
    about = handover.event.value("event")
    told = any(event == about and moment >= max(later) for event, moment in notices)
    return State.MET if told else State.NOT_MET


def _each_handover(subject: Subject, parameters: Parameters, consents: Consents, judge: _Judge) -> Answer:
    """Ask about each handover and each item that it may have opened; tell each handover once.

    An item is judged by the items whose terms hold for it.
    """
    things = [(one, certain, consents.sources(one)) for one, certain in testimonies(subject, parameters)]
    found: list[tuple[Where | None, State]] = []
    for handover in handovers(subject):
        judged = {
            _doubted(judge(handover, source), certain=certain and had is True)
            for thing, certain, sources in things
            if (had := handover.had(thing.place.number - 1)) is not False
            for source in sources
        }
        state = next((one for one in _ORDER if one in {told for told, _ in judged}), None)
        if state is None:
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
