"""Whether those who testify agreed to a use: as it was sealed, and as the log changed it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from attrs import frozen

from custody.format.item_fields import SCOPES
from custody.format.shape import Choice, Record, Sequence
from custody.model.instant import Instant
from custody.profiles.answer import Answer, State, Where, gathered
from custody.profiles.rules.members import instant_at
from custody.profiles.rules.rule import SELECTION, Parameters, Rule, selected
from custody.profiles.subject import Missing, Subject, Thing

CHANGES: Final = ("consent-recorded", "consent-withdrawn")
"""Events that change what was agreed."""
_GIVEN, _SCOPES, _WITHDRAWN = "terms.consent.given", "terms.scopes", "terms.withdrawn"

Standing = tuple[State, tuple[str, ...]]
"""MET, NOT_MET or UNDETERMINED, and the members that decide it."""


@frozen(kw_only=True)
class Change:
    """One change of what was agreed.

    Attributes:
        effective: from when on.
        allows: whether it is consent, or its withdrawal.
        scopes: what for; None: for everything.
        certain: whether scopes and items can be seen.
    """

    effective: Instant
    allows: bool
    scopes: frozenset[str] | None = None
    certain: bool = True

    def concerns(self, scope: str | None) -> bool:
        """Tell whether it is about a use; None stands for any use at all."""
        return self.scopes is None or scope in self.scopes


def changes_of(subject: Subject, thing: Thing) -> tuple[Change, ...]:
    """Return the changes of one item's consent that the log records, the earliest first.

    Of one moment the withdrawal comes last, so that it wins.
    """
    found = [*_sealed_withdrawal(thing), *_recorded(subject, thing.place.number - 1)]
    return tuple(sorted(found, key=lambda one: (one.effective, not one.allows)))


def _sealed_withdrawal(thing: Thing) -> Iterator[Change]:
    effective = instant_at(thing, f"{_WITHDRAWN}.at")
    if not isinstance(effective, Missing):
        yield Change(effective=effective, allows=False, scopes=_named(thing.value(f"{_WITHDRAWN}.scope")))


def _recorded(subject: Subject, index: int) -> Iterator[Change]:
    for event in subject.events:
        if event.value("type") not in CHANGES or index not in event.value("data.leaves"):
            continue
        effective = instant_at(event, "data.effective")
        if not isinstance(effective, Missing):
            scopes = _named(event.value("data.scopes"))
            hidden = scopes is None and event.has("data.scope_commitment")
            allows = event.value("type") == CHANGES[0]
            yield Change(effective=effective, allows=allows, scopes=scopes, certain=not hidden)


def _named(value: object) -> frozenset[str] | None:
    return frozenset(value) if isinstance(value, list) else None


def standing(subject: Subject, thing: Thing, scope: str | None, moment: Instant) -> Standing:
    """Tell whether consent to a use stood at a moment.

    Args:
        subject: with the log.
        thing: the item with the terms.
        scope: one of the scopes of the format; None: whether there was consent at all.
        moment: when.
    """
    given = thing.value(_GIVEN)
    scopes = thing.value(_SCOPES)
    if given is Missing.CLOSED:
        return State.UNDETERMINED, ("terms",)
    named: Mapping[str, Any] = {} if isinstance(scopes, Missing) else scopes
    allowed = given is True and (scope is None or named.get(scope) is True)
    members: tuple[str, ...] = () if allowed else ((_GIVEN,) if given is not True else (_SCOPES,))
    certain = True
    for change in changes_of(subject, thing):
        if change.effective > moment or not _counts(change, scope):
            continue
        allowed, certain = change.allows, change.certain
        members = () if allowed else (_WITHDRAWN,)
    if not certain:
        return State.UNDETERMINED, (_SCOPES,)
    return (State.MET, ()) if allowed else (State.NOT_MET, members)


def _counts(change: Change, scope: str | None) -> bool:
    # Asked about any use at all, a withdrawal for some of them leaves the others.
    return change.scopes is None or change.allows if scope is None else change.concerns(scope)


def sources_of(subject: Subject, thing: Thing) -> tuple[Thing, ...]:
    """Return the items whose terms hold for one: itself if it has any, else what it was made from here."""
    by_number = {one.place.number: one for one in subject.items}
    found: dict[int, Thing] = {}
    waiting, seen = [thing], set[int]()
    while waiting:
        one = waiting.pop()
        if one.place.number in seen:
            continue
        seen.add(one.place.number)
        above = [by_number[number] for number in originals(one) if number in by_number]
        if one.value("terms.consent") is Missing.ABSENT and above:
            waiting.extend(above)
        else:
            found[one.place.number] = one
    return tuple(found[number] for number in sorted(found))


def originals(thing: Thing) -> tuple[int, ...]:
    """Return the numbers of the items of this bundle that one was made from."""
    entries = thing.value("derivation.of")
    if isinstance(entries, Missing):
        return ()
    return tuple(entry["item"] for entry in entries if "bundle" not in entry)


def testimonies(subject: Subject, parameters: Parameters) -> Iterator[tuple[Thing, bool]]:
    """Yield the items that are meant and whatever was made from them here, and whether that is certain.

    What was made from one says the same in other words: a transcript, a translation.
    """
    meant = {thing.place.number: certain for thing, certain in selected(subject, parameters)}
    grown = True
    while grown:
        before = len(meant)
        for thing in subject.items:
            above = [meant[number] for number in originals(thing) if number in meant]
            if above and thing.place.number not in meant:
                meant[thing.place.number] = any(above)
        grown = len(meant) > before
    yield from ((thing, meant[thing.place.number]) for thing in subject.items if thing.place.number in meant)


def consent_of(subject: Subject, thing: Thing, scopes: list[str], moment: Instant) -> Standing:
    """Tell whether everybody whose words an item has agreed to one of some uses, or to any (no scopes)."""
    members: tuple[str, ...] = ()
    state = State.MET
    uses: tuple[str | None, ...] = tuple(scopes) or (None,)
    for one in sources_of(subject, thing):
        told = [standing(subject, one, scope, moment) for scope in uses]
        states = {found for found, _ in told}
        if State.MET in states:
            continue
        members += told[0][1]
        if State.UNDETERMINED not in states:
            return State.NOT_MET, told[0][1]
        state = State.UNDETERMINED
    return state, members


def ask_consent(subject: Subject, parameters: Parameters) -> Answer:
    """Every selected item, and what was made from it, has consent to one of some uses that stands now.

    Without `scopes`: consent at all.
    """
    found: list[tuple[Where | None, State]] = []
    for thing, certain in testimonies(subject, parameters):
        state, members = consent_of(subject, thing, parameters.get("scopes", []), subject.moment)
        if state is State.NOT_MET and not certain:
            state = State.UNDETERMINED
        clear = state is State.MET
        found.append((None if clear else Where(place=thing.place, members=members, state=state), state))
    return gathered(found, complete=subject.complete("item") and subject.complete("event"))


CONSENT_RULES: Final = (
    Rule(
        name="consent",
        ask=ask_consent,
        parameters=Record(
            optional={
                **SELECTION,
                "scopes": Sequence(Choice(SCOPES), minimum=1, maximum=len(SCOPES), unique=True),
            }
        ),
    ),
)
