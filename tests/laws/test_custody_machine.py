"""Custodians play: honest and dishonest, offline, in any order; the verifier against a model of the rules.

In `make test` a few hundred stories are played; `make custody-machine` plays 10,000.
"""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from tests.tools.custody_forge import APPROVERS, PEOPLE, Forge, GraphForge, Plan
from tests.tools.custody_model import Act, Verdict
from tests.tools.custody_world import ACTS, Copy, World, choose

RUNS = int(os.environ.get("CUSTODY_RUNS", "0"))
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
        self.world.online = not self.world.online

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


def _profile(runs: int, steps: int) -> settings:
    return settings(
        max_examples=RUNS or runs,
        stateful_step_count=steps,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )


TestHonestCustodians = HonestCustodians.TestCase
TestHonestCustodians.settings = _profile(100, 50)
