"""Rules about what a certificate rests on: the declarant's own check, and the exhibits."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from custody.errors import LogError
from custody.profiles.answer import Answer, Place, State, Where, gathered
from custody.profiles.rules.rule import Parameters, Rule, missing
from custody.profiles.subject import Subject
from custody.verification.checked import TRANSFERS, find_check

_FILING: Final = Place(object="filing")
_ORDER: Final = frozenset({"CHECK_IN_FUTURE", "CHECK_BEFORE_TRANSFER", "CHECK_ORDER_HIDDEN"})
"""The refusals of a check that is sound as such: the other rule speaks of these."""


def ask_declarant_checked(subject: Subject, _parameters: Parameters) -> Answer:
    """The declarant, known to the trust by name, signed an event that says that the files matched.

    With keys that counted then and a role for it, and no later comparison of his failed.
    """
    if subject.filing is None or not subject.filing.has("identity"):
        return Answer(state=State.NOT_MET, where=(Where(place=_FILING, members=("identity",)),))
    refusal = _refusal(subject)
    if refusal is None or refusal in _ORDER:
        return Answer(state=State.MET)
    return Answer(state=State.NOT_MET if subject.complete("event") else State.UNDETERMINED)


def ask_checked_last(subject: Subject, _parameters: Parameters) -> Answer:
    """The declarant's check came after the last transfer, and not after the moment of the declaration.

    It follows the transfer in the log, or is proven to be later, or else states a later time: what a
    certificate would rest on.
    """
    if _refusal(subject) is None:
        return Answer(state=State.MET)
    if not subject.complete("event"):
        return Answer(state=State.UNDETERMINED)
    transfers = [thing for thing in subject.events if thing.value("type") in TRANSFERS]
    return Answer(state=State.NOT_MET, where=tuple(Where(place=one.place) for one in transfers[-1:]))


def _refusal(subject: Subject) -> str | None:
    """Return the code for which no certificate could rest on the declarant's checks; None where one could."""
    who = None if subject.filing is None else subject.filing.value("identity")
    if not isinstance(who, str) or subject.timeline is None or subject.report is None:
        return "CHECK_MISSING"
    try:
        find_check(subject.timeline, who, root=subject.report.root, moment=subject.moment)
    except LogError as error:
        return error.code
    return None


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
