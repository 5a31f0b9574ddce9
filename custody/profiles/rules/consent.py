"""Whether those who testify agreed to a use: as it was sealed, and as the log changed it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, TypeAlias

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

Standing: TypeAlias = tuple[State, tuple[str, ...]]
"""MET, NOT_MET or UNDETERMINED, and the members that decide it."""


@frozen(kw_only=True)
class Change:
    """One change of what was agreed.

    Attributes:
        effective: from when on.
        allows: whether it is consent, or its withdrawal.
        scopes: what for; None: for everything.
        certain: whether its scopes can be seen.
    """

    effective: Instant
    allows: bool
    scopes: frozenset[str] | None = None
    certain: bool = True

    def concerns(self, scope: str) -> bool:
        """Tell whether it is about a use."""
        return self.scopes is None or scope in self.scopes


@frozen(kw_only=True)
class Consents:
    """What was agreed about the items of one subject; made by `consents_of`.

    Attributes:
        by_number: the items.
        changed: the changes of what was agreed, by item, the earliest first.
    """

    by_number: Mapping[int, Thing]
    changed: Mapping[int, tuple[Change, ...]]

    def changes(self, thing: Thing) -> tuple[Change, ...]:
        """Return the changes of one item's consent, the earliest first.

        Of one moment the withdrawal comes last, so that it wins.
        """
        return self.changed.get(thing.place.number, ())

    def standing(self, thing: Thing, scope: str, moment: Instant) -> Standing:
        """Tell whether consent to a use, one of the scopes of the format, stood at a moment."""
        given, scopes = thing.value(_GIVEN), thing.value(_SCOPES)
        if given is Missing.CLOSED:
            return State.UNDETERMINED, ("terms",)
        named: Mapping[str, Any] = {} if isinstance(scopes, Missing) else scopes
        allowed, certain = given is True and named.get(scope) is True, True
        member = _GIVEN if given is not True else _SCOPES
        for change in self.changes(thing):
            if change.effective <= moment and change.concerns(scope):
                allowed, certain, member = change.allows, change.certain, _WITHDRAWN
        if not certain:
            return State.UNDETERMINED, (_SCOPES,)
        return (State.MET, ()) if allowed else (State.NOT_MET, (member,))

    def sources(self, thing: Thing) -> tuple[Thing, ...]:
        """Return the items whose terms hold for one: itself if it has some, else what it was made from."""
        found: dict[int, Thing] = {}
        waiting, seen = [thing], set[int]()
        while waiting:
            one = waiting.pop()
            if one.place.number in seen:
                continue
            seen.add(one.place.number)
            above = [self.by_number[number] for number in originals(one) if number in self.by_number]
            if one.value("terms.consent") is Missing.ABSENT and above:
                waiting.extend(above)
            else:
                found[one.place.number] = one
        return tuple(found[number] for number in sorted(found))

    def state(self, thing: Thing, uses: Iterable[str], moment: Instant) -> Standing:
        """Tell whether everybody whose words an item has had agreed to one of some uses."""
        doubts: tuple[str, ...] = ()
        for one in self.sources(thing):
            told = [self.standing(one, scope, moment) for scope in uses]
            states = {found for found, _ in told}
            if State.MET in states:
                continue
            if State.UNDETERMINED not in states:
                return told[0]
            doubts += told[0][1]
        return (State.UNDETERMINED if doubts else State.MET), doubts


def consents_of(subject: Subject) -> Consents:
    """Gather what was agreed about the items of a subject."""
    changed: defaultdict[int, list[Change]] = defaultdict(list)
    for item in subject.items:
        changed[item.place.number].extend(_sealed_withdrawal(item))
    for event in subject.events:
        if event.value("type") not in CHANGES:
            continue
        effective = instant_at(event, "data.effective")
        if isinstance(effective, Missing):
            continue
        scopes = _named(event.value("data.scopes"))
        hidden = scopes is None and event.has("data.scope_commitment")
        allows = event.value("type") == CHANGES[0]
        change = Change(effective=effective, allows=allows, scopes=scopes, certain=not hidden)
        for leaf in event.value("data.leaves"):
            changed[leaf + 1].append(change)
    return Consents(
        by_number={one.place.number: one for one in subject.items},
        changed={
            number: tuple(sorted(changes, key=lambda one: (one.effective, not one.allows)))
            for number, changes in changed.items()
        },
    )


def _sealed_withdrawal(thing: Thing) -> Iterator[Change]:
    effective = instant_at(thing, f"{_WITHDRAWN}.at")
    if not isinstance(effective, Missing):
        yield Change(effective=effective, allows=False, scopes=_named(thing.value(f"{_WITHDRAWN}.scope")))


def _named(value: object) -> frozenset[str] | None:
    return frozenset(value) if isinstance(value, list) else None


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
    made: defaultdict[int, list[int]] = defaultdict(list)
    for thing in subject.items:
        for number in originals(thing):
            made[number].append(thing.place.number)
    waiting = list(meant)
    while waiting:
        above = waiting.pop()
        for number in made[above]:
            certain = meant.get(number, False) or meant[above]
            if meant.get(number) != certain:
                meant[number] = certain
                waiting.append(number)
    yield from ((thing, meant[thing.place.number]) for thing in subject.items if thing.place.number in meant)


def ask_consent(subject: Subject, parameters: Parameters) -> Answer:
    """Every selected item, and what was made from it, has consent to one of some uses that stands now.

    Without `scopes`: to any of those that the format has.
    """
    consents = consents_of(subject)

    def found() -> Iterator[tuple[Where | None, State]]:
        for thing, certain in testimonies(subject, parameters):
            state, members = consents.state(thing, parameters.get("scopes", SCOPES), subject.moment)
            if state is State.NOT_MET and not certain:
                state = State.UNDETERMINED
            where = Where(place=thing.place, members=members, state=state)
            yield None if state is State.MET else where, state

    return gathered(found(), complete=subject.complete("item") and subject.complete("event"))


CONSENT_RULES: Final = (
    Rule(
        name="consent",
        ask=ask_consent,
        parameters=Record(
            optional={
                **SELECTION,
                "scopes": Sequence(Choice(SCOPES), minimum=1, maximum=len(SCOPES), unique=True),
            },
            may_be_empty=True,
        ),
    ),
)
