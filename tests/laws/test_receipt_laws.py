"""Receipts beside a log: they only take away, honest ones never contradict, and they show what was cut."""

from __future__ import annotations

import random

from attrs import define, evolve, field
from hypothesis import given
from hypothesis import strategies as st

from custody.proof.custody_chain import Chain, judge_chain
from custody.proof.holding import ChainEvent, Party, holding_id_of
from custody.report.reason import Reason

BUNDLE = "b" * 32
PEOPLE = ("archive", "lawyer", "court", "heir")
CHOICES = st.lists(st.tuples(st.integers(0, 6), st.integers(0, 99), st.sampled_from(PEOPLE)), max_size=14)


@define
class Story:
    """Honest holders, each writing in his own holdings alone; some offline, so that disputes occur."""

    events: list[ChainEvent] = field(factory=list)
    ends: dict[str, ChainEvent] = field(factory=dict)
    offers: list[ChainEvent] = field(factory=list)

    def write(self, type_: str, actor: str, **more: object) -> ChainEvent:
        """Write one event in the actor's holding, or open one."""
        number = len(self.events)
        fields = tuple(f"{number}/{place}" for place in range(10))
        event = ChainEvent(
            event_id=f"e{number}",
            fields=fields,
            type=type_,
            actor=actor,
            identities=frozenset({actor}),
            **more,  # type: ignore[arg-type]
        )
        if event.holding == "":
            event = evolve(event, holding=holding_id_of(event.prev, fields))
        self.events.append(event)
        self.ends[event.holding] = event
        return event

    def goes_on(self, choice: int, number: int, person: str) -> None:
        """Let somebody do what he may do."""
        last = sorted(self.ends.values(), key=lambda one: one.event_id)[number % len(self.ends)]
        place = {"holding": last.holding, "seq": last.seq + 1, "prev": (last.event_id,)}
        offered = [one for one in self.offers if one.to == Party(identity=person)]
        if last.type == "released":
            if choice == 0:
                self.write("withdrawn", last.actor, answers=last.event_id, **place)
        elif choice in {1, 2}:
            type_ = "released" if choice == 1 else "copied"
            self.offers.append(self.write(type_, last.actor, to=Party(identity=person), **place))
        elif choice == 3 and offered:
            offer = offered[number % len(offered)]
            type_ = "received" if offer.type == "released" else "copy-received"
            self.offers.remove(offer)
            self.write(type_, person, holding="", seq=0, prev=(offer.event_id,))
        elif choice == 4:
            self.write("succeeded", last.actor, holding="", seq=0, prev=(last.event_id,))
        else:
            self.write("annotated", last.actor, **place)


def told(choices: list[tuple[int, int, str]]) -> list[ChainEvent]:
    """Return the events of a story."""
    story = Story()
    story.write("sealed", "archive", holding=BUNDLE, seq=0, prev=())
    for choice in choices:
        story.goes_on(*choice)
    return story.events


def judged(own: list[ChainEvent], shown: list[ChainEvent]) -> Chain:
    """Judge a copy of a log and what receipts show beside it."""
    ids = frozenset(event.event_id for event in shown)
    return judge_chain([*own, *shown], bundle_id=BUNDLE, item_count=1, witnesses=ids)


def divided(events: list[ChainEvent], seed: int) -> tuple[list[ChainEvent], list[ChainEvent]]:
    """Return a copy that keeps the seal and any of the others, and some of what it lacks, in any order."""
    chance = random.Random(seed)
    kept = [event for event in events if (event.seq == 0 and not event.prev) or chance.random() < 0.6]
    lacking = [event for event in events if event not in kept and chance.random() < 0.7]
    chance.shuffle(lacking)
    return kept, lacking


@given(CHOICES, st.integers(0, 1000))
def test_receipts_change_nothing_of_the_log_and_only_take_from_heads(
    choices: list[tuple[int, int, str]], seed: int
) -> None:
    """The log alone and the log beside receipts are one log; no head loses a reason or becomes one."""
    own, shown = divided(told(choices), seed)
    alone, beside = judged(own, []), judged(own, shown)
    for part in ("counted", "set_aside", "receipts", "stubs", "loose_stubs", "unacknowledged", "states"):
        assert getattr(beside, part) == getattr(alone, part)
    for before, after in zip(alone.heads, beside.heads, strict=True):
        assert before.event_id == after.event_id
        assert set(before.reasons) <= set(after.reasons)


@given(CHOICES, st.integers(0, 1000))
def test_honest_receipts_never_contradict(choices: list[tuple[int, int, str]], seed: int) -> None:
    """Whatever a copy lacks and whichever receipts are given, nobody honest is refuted."""
    chain = judged(*divided(told(choices), seed))
    against = {reason for head in chain.heads for reason, _ in head.reasons}
    found = against | {witness.reason for witness in chain.witnesses.values()}
    assert found.isdisjoint({Reason.FORK, Reason.SIGNATURES_DIFFER, Reason.RECEIPT_SET_ASIDE})


@given(CHOICES, st.integers(0, 1000))
def test_the_order_of_receipts_does_not_matter(choices: list[tuple[int, int, str]], seed: int) -> None:
    """One set of receipts, one verdict."""
    own, shown = divided(told(choices), seed)
    assert judged(own, shown) == judged(own, sorted(shown, key=lambda event: event.event_id))


@given(st.integers(1, 8), st.integers(1, 8), st.integers(0, 1000))
def test_any_receipt_of_a_tail_shows_that_it_was_cut(kept: int, cut: int, seed: int) -> None:
    """One holder's log, cut anywhere: any later event of his is enough, and the copy is never proven."""
    events = told([(6, 0, "archive")] * (kept + cut - 1))
    tail = events[kept:]
    shown = random.Random(seed).sample(tail, random.Random(seed).randint(1, len(tail)))
    (head,) = judged(events[:kept], shown).heads
    assert {reason for reason, _ in head.reasons} == {Reason.LATER_EVENT_EXISTS}


@given(CHOICES, st.integers(0, 1000))
def test_who_signs_twice_for_one_place_is_refuted_where_it_matters(
    choices: list[tuple[int, int, str]], seed: int
) -> None:
    """Every head that rests on the contradicted event is refuted, and no other."""
    own = told(choices)
    target = random.Random(seed).choice(own)
    rival = evolve(target, event_id="rival", fields=tuple(f"rival {place}" for place in range(10)))
    chain = judged(own, [rival])
    for head in chain.heads:
        reasons = {reason for reason, event_id in head.reasons if event_id == "rival"}
        past = _past(own, head.event_id)
        if target.event_id not in past:
            assert Reason.FORK not in reasons
        else:
            assert Reason.FORK in reasons


def _past(events: list[ChainEvent], head: str) -> set[str]:
    by_id = {event.event_id: event for event in events}
    past: set[str] = set()
    stack = [head]
    while stack:
        event_id = stack.pop()
        past.add(event_id)
        stack.extend(by_id[event_id].prev)
    return past
