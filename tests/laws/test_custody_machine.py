"""Custodians play: honest and dishonest, offline, in any order; the verifier against a model of the rules.

In `make test` a few hundred stories are played; `make custody-machine` plays 10,000.
"""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from tests.tools.custody_forge import APPROVERS, PEOPLE, ByteForge, Forge, GraphForge, Plan
from tests.tools.custody_model import Act, Verdict
from tests.tools.custody_villains import KINDS, MISPLACED, OPENING, Villains
from tests.tools.custody_world import ACTS, Copy, World, choose

RUNS = int(os.environ.get("CUSTODY_RUNS", "0"))
FEW = 8
HONEST_REASONS = {"IN_TRANSIT", "DISPUTED", "DISPUTE_LOST", "SUCCESSION_UNAPPROVED"}

people = st.sampled_from(PEOPLE)
heirs = st.sampled_from((*PEOPLE, None))
picks = st.integers(0, 999)


def graph_forge(heir: str | None) -> tuple[Forge, Act]:
    """Begin a story without bytes."""
    forge = GraphForge()
    return forge, forge.make(Plan(kind="sealed", by="archive", holding=forge.bundle, heir=heir))


class HonestCustodians(RuleBasedStateMachine):
    """People who keep to the rules, each offline with a copy of their own."""

    begin = staticmethod(graph_forge)
    world: World

    @initialize(heir=heirs)
    def seal(self, heir: str | None) -> None:
        """The archive seals."""
        forge, seal = self.begin(heir)
        self.world = World(forge=forge, seal=seal)

    def look(self, copy: Copy) -> Verdict:
        """Judge a copy: the verifier and the model agree, and nobody honest is harmed."""
        verdict = self.world.judge(copy)
        self.check_truth(copy, verdict)
        return verdict

    def check_truth(self, copy: Copy, verdict: Verdict) -> None:
        """Honest stories set nothing aside, miss nothing, and leave open only what is open."""
        assert not verdict.aside
        assert not verdict.receipts
        assert verdict.heads
        assert {code for why in verdict.heads.values() for code, _ in why} <= HONEST_REASONS
        assert len(verdict.counted) == sum(act.kind != "refused" for act in copy.values())

    @rule(kind=st.sampled_from(ACTS), pick=picks)
    def use(self, kind: str, pick: int) -> None:
        """A holder checks, opens, or annotates."""
        self.world.use(kind, pick)

    @rule(kind=st.sampled_from(("released", "copied")), to=people, pick=picks)
    def give(self, kind: str, to: str, pick: int) -> None:
        """A holder releases the bundle or gives a copy, with what he has on a medium."""
        self.world.use(kind, pick, to=to)

    @rule(pick=picks)
    def withdraw(self, pick: int) -> None:
        """A releaser withdraws what he has not heard of again."""
        self.world.withdraw(pick)

    @rule(heir=heirs, pick=picks)
    def receive(self, heir: str | None, pick: int) -> None:
        """The recipient receives, and may name a successor."""
        self.world.receive(heir, pick)

    @rule(pick=picks)
    def refuse(self, pick: int) -> None:
        """The recipient refuses."""
        self.world.receive(None, pick, refuse=True)

    @rule(kind=st.sampled_from(("released", "copied")), to=people, heir=heirs, pick=picks)
    def hand_over(self, kind: str, to: str, heir: str | None, pick: int) -> None:
        """What is given away is received at once; the giver hears of it later or never."""
        if self.world.use(kind, pick, to=to):
            self.world.receive(heir, -1)

    @rule(pick=picks, handed=st.booleans())
    def lose_key(self, pick: int, *, handed: bool) -> None:
        """A holder loses his key; whom he named may find the folder."""
        self.world.lose(pick, handed=handed)

    @rule(heir=heirs, cosigner=st.sampled_from((*sorted(APPROVERS), None)), pick=picks)
    def succeed(self, heir: str | None, cosigner: str | None, pick: int) -> None:
        """The successor takes over after the loss, or the loser himself with a restored key."""
        plan = self.world.succession(heir, pick)
        if plan is not None:
            self.world.succeed(plan, cosigner)

    @rule(heir=heirs, pick=picks)
    def draft_succession(self, heir: str | None, pick: int) -> None:
        """The successor drafts, and sends the draft to an approver."""
        plan = self.world.succession(heir, pick)
        if plan is not None:
            self.world.drafts.append(plan)

    @rule(cosigner=st.sampled_from(sorted(APPROVERS)), pick=picks)
    def commit_draft(self, cosigner: str, pick: int) -> None:
        """The approver has cosigned at last; the successor commits what may be late by then."""
        draft = choose(self.world.drafts, pick)
        if draft is not None:
            self.world.drafts.remove(draft)
            self.world.succeed(draft, cosigner)

    @rule(to=people, heir=heirs, pick=picks, peace=st.booleans())
    def race(self, to: str, heir: str | None, pick: int, *, peace: bool) -> None:
        """What is received there is withdrawn here, both offline; perhaps they make peace."""
        few = len(self.world.copies[to]) < FEW  # many disputes at once show nothing more, slowly
        if few and self.world.use("released", pick, to=to) and self.world.receive(heir, -1):
            self.world.withdraw(pick)
            if peace:
                self.world.reconcile(pick)

    @rule(pick=picks)
    def reconcile(self, pick: int) -> None:
        """Two parties of a dispute meet and end it."""
        self.world.reconcile(pick)

    @rule(pick=st.integers(0, 3))
    def close(self, pick: int) -> None:
        """A holder closes his holding; most never do."""
        if pick == len(self.world.holdings("held")) - 1:
            self.world.use("closed", pick)

    @rule(approver=st.sampled_from(sorted(APPROVERS)), pick=picks)
    def erase(self, approver: str, pick: int) -> None:
        """A holder erases, cosigned by an approver."""
        self.world.use("erased", pick, cosigners=(approver,), leaves=(0,))

    @rule()
    def go_online(self) -> None:
        """Events embed an anchor from now on, or no longer."""
        self.world.online = self.world.forge.timed and not self.world.online

    @rule(name=people, pick=picks)
    def stamp(self, name: str, pick: int) -> None:
        """Somebody has an event of his copy stamped, at the true time."""
        self.world.stamp(self.world.copies[name], pick)

    @rule(source=people, reader=people)
    def sync(self, source: str, reader: str) -> None:
        """Somebody takes over what another copy has more."""
        copies = self.world.copies
        self.world.merge(copies[source], copies[reader])
        if copies[reader]:
            self.look(copies[reader])

    @rule(name=people)
    def look_at(self, name: str) -> None:
        """Somebody verifies his copy."""
        if self.world.copies[name]:
            self.look(self.world.copies[name])

    def teardown(self) -> None:
        """Every copy is judged, and all of them together, in any order and twice: one verdict."""
        if not hasattr(self, "world"):
            return
        copies = list(self.world.every_copy())
        for copy in copies:
            self.look(copy)
        self.check_union(copies)

    def check_union(self, copies: list[Copy]) -> None:
        """Merging in any order and with repetitions leads to one verdict."""
        first: Copy = {}
        second: Copy = {}
        for copy in copies:
            self.world.merge(copy, first)
        for copy in (*copies[::-1], *copies):
            self.world.merge(copy, second)
        backwards = dict(reversed(second.items()))
        assert first.keys() == second.keys()
        assert self.look(first) == self.look(backwards)


class DishonestCustodians(HonestCustodians):
    """The same people, and among them those who lie, steal, forge and cut."""

    villains: Villains

    @initialize(heir=heirs)
    def seal(self, heir: str | None) -> None:
        """The archive seals."""
        super().seal(heir)
        self.villains = Villains(world=self.world)

    def check_truth(self, copy: Copy, verdict: Verdict) -> None:
        """No head is proven that rests on a lie, but on those that this copy cannot show."""
        model = self.world.model(copy)
        for head in verdict.proven:
            past = model.past(head) | {head}
            for act in (model.acts[one] for one in past):
                assert not act.lie or self.villains.excused(model, act, past), act.lie

    def copy_of(self, name: str) -> Copy:
        """Return somebody's copy, or where he has none the archive's."""
        return self.world.copies[name] or self.world.copies["archive"]

    @rule(name=people, by=st.sampled_from((*PEOPLE, "stranger")), kind=st.sampled_from(KINDS), pick=picks)
    def outsider(self, name: str, by: str, kind: str, pick: int) -> None:
        """A stranger, or somebody who is not the holder, writes in a holding."""
        self.villains.outsider(self.copy_of(name), by, kind, pick)

    @rule(name=people, kind=st.sampled_from(KINDS), pick=picks)
    def former_holder(self, name: str, kind: str, pick: int) -> None:
        """A former holder adds junk, before or after the receipt."""
        self.villains.former_holder(self.copy_of(name), kind, pick)

    @rule(name=people, by=people, kind=st.sampled_from(KINDS), pick=picks, opens=st.booleans())
    def on_junk(self, name: str, by: str, kind: str, pick: int, *, opens: bool) -> None:
        """Junk on junk."""
        self.villains.on_junk(self.copy_of(name), by, kind, pick, opens=opens)

    @rule(
        name=people,
        by=people,
        kind=st.sampled_from(OPENING[:3]),
        pick=picks,
        cosigner=st.sampled_from((*sorted(APPROVERS), None)),
    )
    def false_opener(self, name: str, by: str, kind: str, pick: int, cosigner: str | None) -> None:
        """Somebody receives or succeeds who was not named."""
        self.villains.false_opener(self.copy_of(name), by, kind, pick, cosigner)

    @rule(name=people, how=st.sampled_from(MISPLACED), pick=picks)
    def misplaced(self, name: str, how: str, pick: int) -> None:
        """A holder's event in a wrong place or form."""
        self.villains.misplaced(self.copy_of(name), how, pick)

    @rule(
        name=people,
        by=people,
        kind=st.sampled_from((*KINDS, *OPENING[:3])),
        to=people,
        cosigners=st.sets(people, max_size=2),
        pick=picks,
    )
    def noise(self, name: str, by: str, kind: str, to: str, cosigners: set[str], pick: int) -> None:
        """Anybody writes anything after anything."""
        plan = Plan(kind=kind, by=by, to=to, heir=to, cosigners=tuple(sorted(cosigners - {by})))
        self.villains.noise(self.copy_of(name), plan, pick)

    @rule(name=people, pick=picks)
    def fork(self, name: str, pick: int) -> None:
        """A holder writes two events in one place, each in its own copy."""
        self.villains.fork(self.copy_of(name), pick)

    @rule(name=people, kind=st.sampled_from(KINDS), pick=picks)
    def steal(self, name: str, kind: str, pick: int) -> None:
        """A thief writes with a stolen key."""
        self.villains.steal(self.copy_of(name), kind, pick)

    @rule(pick=picks)
    def tell(self, pick: int) -> None:
        """A victim tells of the theft."""
        self.villains.tell(pick)

    @rule(name=people, pick=picks)
    def withdraw_late(self, name: str, pick: int) -> None:
        """A releaser withdraws although he knows of the receipt."""
        self.villains.withdraw_late(self.copy_of(name), pick)

    @rule(name=people, pick=picks)
    def receive_again(self, name: str, pick: int) -> None:
        """A recipient receives what is no longer open."""
        self.villains.receive_again(self.copy_of(name), pick)

    @rule(name=people, pick=picks, cosigner=st.sampled_from((*sorted(APPROVERS), None)))
    def take_over(self, name: str, pick: int, cosigner: str | None) -> None:
        """A successor takes over from a holder who has lost nothing."""
        self.villains.take_over(self.copy_of(name), pick, cosigner)

    @rule(name=people, keep=st.integers(0, 2**60 - 1), pick=picks)
    def cut(self, name: str, keep: int, pick: int) -> None:
        """Somebody shows a copy that was cut, stubbed, or closed in parts."""
        self.villains.cut(self.copy_of(name), keep, pick)

    def check_union(self, copies: list[Copy]) -> None:
        """The same files lead to the same verdict in any order; forks keep copies apart."""
        union: Copy = {}
        for copy in copies:
            self.world.merge(copy, union)
        again = dict(reversed(union.items()))
        for copy in copies[::-1]:
            self.world.merge({place: act for place, act in copy.items() if union[place].id == act.id}, again)
        assert self.look(union) == self.look(again)


def _profile(runs: int, *, share: int = 1) -> settings:
    """Play so many stories, or as many as are asked for; of the slow ones a share."""
    return settings(
        max_examples=RUNS // share or runs,
        stateful_step_count=30,
        deadline=None,
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
    )


class HonestBytes(HonestCustodians):
    """The same as signed bytes, verified whole: nothing is refuted, of any claim."""

    begin = staticmethod(ByteForge.sealed)


class DishonestBytes(DishonestCustodians):
    """The same as signed bytes, verified whole."""

    begin = staticmethod(ByteForge.sealed)


TestHonestCustodians = HonestCustodians.TestCase
TestHonestCustodians.settings = _profile(200)

TestDishonestCustodians = DishonestCustodians.TestCase
TestDishonestCustodians.settings = _profile(200)

TestHonestBytes = HonestBytes.TestCase
TestHonestBytes.settings = _profile(15, share=20)

TestDishonestBytes = DishonestBytes.TestCase
TestDishonestBytes.settings = _profile(15, share=20)
