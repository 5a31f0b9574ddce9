"""Rules about what a certificate rests on: the declarant's own check, and the exhibits."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from custody.profiles.answer import Answer, Place, State, Where, gathered
from custody.profiles.rules.members import instant_at
from custody.profiles.rules.rule import Parameters, Rule, missing
from custody.profiles.subject import Missing, Subject, Thing

_CHECK: Final = "fixity-checked"
_TRANSFERS: Final = frozenset({"released", "received", "withdrawn", "succeeded", "reconciled"})
_FILING: Final = Place(object="filing")


def _signed_by(thing: Thing, name: object) -> bool:
    return thing.value("actor") == name or name in thing.members.get("cosigners", ())


def _checks(subject: Subject) -> list[Thing]:
    """Return the events by which the declarant says that he compared the files, with success."""
    who = Missing.ABSENT if subject.filing is None else subject.filing.value("identity")
    return [
        thing
        for thing in subject.events
        if thing.value("type") == _CHECK
        and thing.value("data.result") == "pass"
        and not isinstance(who, Missing)
        and _signed_by(thing, who)
    ]


def ask_declarant_checked(subject: Subject, _parameters: Parameters) -> Answer:
    """The declarant, known to the trust by name, signed an event that says that the files matched."""
    if subject.filing is None or not subject.filing.has("identity"):
        return Answer(state=State.NOT_MET, where=(Where(place=_FILING, members=("identity",)),))
    if _checks(subject):
        return Answer(state=State.MET)
    return Answer(state=State.NOT_MET if subject.complete("event") else State.UNDETERMINED)


def ask_checked_last(subject: Subject, _parameters: Parameters) -> Answer:
    """The declarant's check came after the last transfer, and not after the moment of the declaration.

    It follows the transfer in the log, or else states a later time.
    """
    checks = [thing for thing in _checks(subject) if _not_later(thing, subject)]
    transfers = [thing for thing in subject.events if thing.value("type") in _TRANSFERS]
    if any(all(_came_after(subject, one, transfer) for transfer in transfers) for one in checks):
        return Answer(state=State.MET)
    if not subject.complete("event"):
        return Answer(state=State.UNDETERMINED)
    return Answer(state=State.NOT_MET, where=tuple(Where(place=one.place) for one in transfers[-1:]))


def _not_later(thing: Thing, subject: Subject) -> bool:
    stated = instant_at(thing, "claimed_at")
    return not isinstance(stated, Missing) and stated <= subject.moment


def _came_after(subject: Subject, later: Thing, earlier: Thing) -> bool:
    if earlier.members["event"] in _past(subject, later):
        return True
    first, second = instant_at(earlier, "claimed_at"), instant_at(later, "claimed_at")
    return not isinstance(first, Missing) and not isinstance(second, Missing) and second > first


def _past(subject: Subject, thing: Thing) -> set[str]:
    links = {one.members["event"]: one.members["follows"] for one in subject.events}
    found: set[str] = set()
    waiting = list(thing.members["follows"])
    while waiting:
        one = waiting.pop()
        if one not in found:
            found.add(one)
            waiting.extend(links.get(one, ()))
    return found


def ask_exhibits(subject: Subject, _parameters: Parameters) -> Answer:
    """Every exhibit is an item of the bundle whose full digest can be printed; without a list, every item."""
    items = {thing.place.number: thing for thing in subject.items}
    listed = [] if subject.filing is None else subject.filing.value("exhibits.item")
    numbers = listed if isinstance(listed, list) and listed else list(items)

    def found() -> Iterator[tuple[Where | None, State]]:
        for number in numbers:
            thing = items.get(number)
            if thing is None:
                place = Place(object="item", number=number)
                yield Where(place=place), State.NOT_MET
                continue
            absent, closed = missing(thing, ["content.sha256"])
            state = State.NOT_MET if absent else State.UNDETERMINED if closed else State.MET
            clear = state is State.MET
            yield None if clear else Where(place=thing.place, members=absent + closed, state=state), state

    return gathered(found(), complete=subject.complete("item"))


CERTIFYING_RULES: Final = (
    Rule(name="declarant-checked", ask=ask_declarant_checked),
    Rule(name="checked-last", ask=ask_checked_last),
    Rule(name="exhibits", ask=ask_exhibits),
)
