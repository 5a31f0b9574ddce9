"""The people of a played custody story: each with a copy of their own, offline, honest as long as told.

Copies are mappings from a place in the log to the event there. What people do follows the duties of
the design, and what they know is their own copy. The dishonest moves are in `custody_villains`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TypeVar

from attrs import define, evolve, field

from tests.tools.custody_forge import ITEMS, PEOPLE, Forge, Plan
from tests.tools.custody_model import OPENERS, Act, Model, Verdict

Place = tuple[str, int]
Copy = dict[Place, Act]
T = TypeVar("T")

ACTS = ("fixity-checked", "accessed", "annotated", "quarantined")


def place_of(act: Act) -> Place:
    """Return where an event stands in a copy."""
    return (act.id, -1) if act.kind == "refused" else (act.holding, act.seq)


def joined(one: Act, other: Act) -> Act:
    """Return one event as two copies have it together: their stamps, and what either has open."""
    stamps = [each.stamped for each in (one, other) if each.stamped is not None]
    full = one if one.kind else other
    closed = one.people_closed and other.people_closed if one.kind and other.kind else full.people_closed
    return evolve(full, stamped=min(stamps, default=None), people_closed=closed)


@define
class World:
    """Everybody, and what is true.

    Attributes:
        forge: makes events and has them judged.
        copies: person to copy.
        shown: copies that somebody has prepared to be shown: cut, stubbed, forked.
        lost: who has lost his key.
        ended: holdings that their holders have agreed to leave.
        succeeded: holdings whose successor has begun to take over.
        media: what was handed out with a release or a copy, until its recipient looks at it.
        stolen: whose key is known to be stolen, and since when.
        drafts: what waits for cosigners.
        clock: the true time.
        online: whether events embed an anchor of the moment before.
    """

    forge: Forge
    seal: Act
    copies: dict[str, Copy] = field(factory=dict)
    shown: list[Copy] = field(factory=list)
    lost: set[str] = field(factory=set)
    ended: set[str] = field(factory=set)
    succeeded: set[str] = field(factory=set)
    media: list[tuple[Act, Copy]] = field(factory=list)
    stolen: dict[str, int] = field(factory=dict)
    drafts: list[Plan] = field(factory=list)
    clock: int = 1
    online: bool = False
    _models: dict[object, Model] = field(factory=dict, init=False, repr=False)

    def __attrs_post_init__(self) -> None:
        """Give everybody an empty folder, and the archive the seal."""
        self.copies = {name: {} for name in PEOPLE}
        self.copies["archive"] = {place_of(self.seal): self.seal}

    # ---------------------------------------------------------------------------------------------- judging

    def model(self, copy: Copy) -> Model:
        """Return the model's judge of a copy."""
        acts = {act.id: act for act in copy.values() if act.kind != "refused"}
        states = ((act.id, act.kind, act.stamped, act.people_closed) for act in acts.values())
        key = (frozenset(states), frozenset(self.stolen.items()))
        if key not in self._models:
            stolen = dict(self.stolen)
            self._models[key] = Model(acts=acts, bundle=self.forge.bundle, items=ITEMS, stolen=stolen)
        return self._models[key]

    def every_copy(self) -> Iterator[Copy]:
        """Yield every copy that holds a seal."""
        yield from (copy for copy in (*self.copies.values(), *self.shown) if place_of(self.seal) in copy)

    def judge(self, copy: Copy) -> Verdict:
        """Judge a copy by the model, and fail unless the verifier agrees."""
        verdict = self.model(copy).verdict
        self.forge.check(list(copy.values()), self.stolen, verdict)
        return verdict

    # ---------------------------------------------------------------------------------------------- writing

    def write(self, copy: Copy, plan: Plan) -> Act:
        """Write an event into a copy; what stood in its way there is moved out of it."""
        self.clock += 1
        act = self.forge.make(evolve(plan, anchored=self.clock) if self.online else plan)
        self.clock += 1
        copy[place_of(act)] = act
        return act

    def merge(self, source: Copy, target: Copy) -> None:
        """Add to a copy what another one has; of two in one place the one that counts stays, else the own."""
        theirs, ours = frozenset[str](), frozenset[str]()
        if any(place in target and target[place].id != act.id for place, act in source.items()):
            theirs, ours = self.model(source).counted, self.model(target).counted
        for place, act in source.items():
            own = target.get(place)
            if own is None or (own.id != act.id and act.id in theirs and own.id not in ours):
                target[place] = act
            elif own.id == act.id:
                target[place] = joined(own, act)

    def tips(self, name: str) -> list[Act]:
        """Return the last event of each holding that somebody can go on in, by his own copy.

        He goes on in holdings that he opened, as long as his key is his own and nothing ended them.
        """
        return [] if name in self.lost else self._last(self.copies[name], name)

    def _last(self, copy: Copy, writer: str) -> list[Act]:
        model = self.model(copy)
        last: dict[str, Act] = {}
        for act in sorted(copy.values(), key=lambda one: one.seq):
            if act.id in model.counted and act.holding not in self.ended and model.writer(act) == writer:
                last[act.holding] = act
        return [act for _, act in sorted(last.items())]

    def holdings(self, *states: str) -> list[tuple[str, Act, str]]:
        """Return who can go on where, and the release of a holding in transit, by each one's own copy."""
        found = []
        for name in PEOPLE:
            model = self.model(self.copies[name])
            for tip in self.tips(name):
                state, what = model.state(tip)
                if state in states:
                    found.append((name, tip, what))
        return found

    def stamp(self, copy: Copy, pick: int) -> None:
        """Stamp an event of a copy now."""
        place = choose(
            [place for place, act in copy.items() if act.stamped is None and act.kind != "refused"], pick
        )
        if place is not None and self.forge.timed:
            self.clock += 1
            copy[place] = evolve(copy[place], stamped=self.clock)

    # ----------------------------------------------------------------------------------------- honest moves

    def use(self, kind: str, pick: int, **more: object) -> str:
        """A holder acts on what he holds; returns who."""
        held = choose(self.holdings("held"), pick)
        if held is None or held[0] in {more.get("to"), *self.cosigners_of(more)}:
            return ""
        name, tip, _ = held
        act = self.write(self.copies[name], following(tip, kind, name, **more))
        if kind in {"released", "copied"}:
            self.media.append((act, dict(self.copies[name])))
        return name

    def cosigners_of(self, more: Mapping[str, object]) -> tuple[str, ...]:
        """Return the cosigners that are asked for."""
        found = more.get("cosigners", ())
        return found if isinstance(found, tuple) else ()

    def withdraw(self, pick: int) -> None:
        """A holder takes a release back that he has not heard of again."""
        waiting = choose(self.holdings("transit"), pick)
        if waiting is None:
            return
        name, tip, release = waiting
        heard = {prev for act in self.copies[name].values() if act.kind in OPENERS for prev in act.prev}
        if release not in heard:
            self.write(self.copies[name], following(tip, "withdrawn", name, answers=release))

    def receive(self, heir: str | None, pick: int, *, refuse: bool = False) -> str:
        """The recipient opens what was carried to him, and a holding of his own, or refuses; returns who."""
        carried = choose(self.media, pick)
        if carried is None:
            return ""
        given, medium = carried
        name = given.to or ""
        if name not in PEOPLE or name in self.lost:
            return ""
        self.media.remove(carried)
        copy = self.copies[name]
        self.merge(medium, copy)
        model = self.model(copy)
        counted = [act for act in copy.values() if act.id in model.counted]
        gone = {act.answers for act in counted if act.kind == "withdrawn"}
        gone |= {act.prev[0] for act in counted if act.kind in {"received", "succeeded"}}
        if given.id not in model.counted or given.id in gone:
            return ""
        if refuse:
            self.write(copy, Plan(kind="refused", by=name, prev=(given.id,), answers=given.id))
        else:
            kind = "received" if given.kind == "released" else "copy-received"
            self.write(copy, opening(given, kind, name, heir=heir))
        return name

    def lose(self, pick: int, *, handed: bool) -> None:
        """A holder loses his key; whom he named may find the folder. Not everybody loses a key at once."""
        held = choose(self.holdings("held", "transit"), pick)
        if held is not None and not self.lost:
            name, tip, _ = held
            self.lost.add(name)
            opener = self.model(self.copies[name]).opener(tip)
            if handed and opener is not None and opener.heir:
                self.merge(self.copies[name], self.copies[opener.heir])

    def succession(self, heir: str | None, pick: int) -> Plan | None:
        """Plan a succession: the named successor takes over whose key is lost, or the loser himself."""
        found = []
        for name in (name for name in PEOPLE for _ in self.lost):
            copy = self.copies[name]
            model = self.model(copy)
            followed = {prev for act in copy.values() for prev in act.prev}
            for of in sorted(self.lost):
                for tip in self._last(copy, of):
                    opener = model.opener(tip)
                    named = {of} | ({opener.heir} if opener else set())
                    if name not in (self.lost - {of}) and name in named and tip.id not in followed:
                        found.append((name, tip))
        found = [
            (name, tip)
            for name, tip in found
            if tip.holding not in self.succeeded and self.model(self.copies[name]).state(tip)[0] != "closed"
        ]
        chosen = choose(found, pick)
        if chosen is None:
            return None
        self.succeeded.add(chosen[1].holding)
        return opening(chosen[1], "succeeded", chosen[0], heir=heir)

    def succeed(self, plan: Plan, cosigner: str | None) -> str:
        """Commit a succession; who restored his own key goes on in the new holding alone."""
        copy = self.copies[plan.by]
        self.ended.update(act.holding for act in copy.values() if act.id in plan.prev)
        self.lost.discard(plan.by)
        cosigners = (cosigner,) if cosigner and cosigner != plan.by else ()
        self.write(copy, evolve(plan, cosigners=cosigners))
        return plan.by

    def reconcile(self, pick: int) -> None:
        """Two honest parties of a dispute meet, exchange their copies, and sign where they go on."""
        every: Copy = {}
        for copy in self.copies.values():
            self.merge(copy, every)
        model = self.model(every)
        counted = [model.acts[one] for one in sorted(model.counted) if model.acts[one].by not in self.lost]
        pairs = [(one, other) for one in counted for other in counted if model.exclude(one, other)]
        pair = choose(pairs, pick)
        if pair is not None:
            one, other = pair
            self.merge(self.copies[other.by], self.copies[one.by])
            self.merge(self.copies[one.by], self.copies[other.by])
            self.agree(one.by, other.by, one, other)

    def agree(self, name: str, other: str, one: Act, rival: Act) -> None:
        """Write a `reconciled` of both after the last events of both holdings."""
        model = self.model(self.copies[name])
        mine = [tip for tip in self.tips(name) if one.id in {tip.id, *model.past(tip.id)}]
        theirs = [tip for tip in self.tips(other) if tip.id in model.counted]
        theirs = [tip for tip in theirs if rival.id in {tip.id, *model.past(tip.id)}]
        mine = [tip for tip in mine if model.state(tip)[0] == "held"]
        own = {tip.holding for tip in mine[:1]}
        theirs = [tip for tip in theirs if model.state(tip)[0] == "held" and tip.holding not in own]
        if mine and theirs:
            self.ended.add(theirs[0].holding)
            prev = tuple(sorted({mine[0].id, theirs[0].id}))
            cosigners = () if other == name else (other,)
            plan = following(mine[0], "reconciled", name)
            self.write(self.copies[name], evolve(plan, prev=prev, cosigners=cosigners))
            self.merge(self.copies[name], self.copies[other])


def choose(found: Sequence[T], pick: int) -> T | None:
    """Return one of several, or None of none."""
    return found[pick % len(found)] if found else None


def following(tip: Act, kind: str, by: str, **more: object) -> Plan:
    """Plan the next event of a holding."""
    plan = Plan(kind=kind, by=by, holding=tip.holding, seq=tip.seq + 1, prev=(tip.id,))
    return evolve(plan, **more)  # type: ignore[arg-type]


def opening(given: Act, kind: str, by: str, **more: object) -> Plan:
    """Plan the first event of a new holding."""
    return evolve(Plan(kind=kind, by=by, prev=(given.id,)), **more)  # type: ignore[arg-type]
