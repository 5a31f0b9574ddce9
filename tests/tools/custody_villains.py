"""Dishonest moves in a played custody story: what can be written by whom who should not have.

Each move tags its event with what is dishonest about it. `ADMITTED` names the lies that the rules cannot see
in a copy that shows one side alone, and why; every other lie must keep the heads above it from being proven.
"""

from __future__ import annotations

from attrs import define, evolve, field

from tests.tools.custody_forge import ITEMS, PEOPLE, Plan
from tests.tools.custody_model import Act, Model
from tests.tools.custody_world import ACTS, Copy, World, choose, following, opening, place_of

ADMITTED = {
    "stolen key": "who held a key is not shown, as long as its owner has not told when it was stolen",
    "fork": "a copy that shows one side of a fork alone looks like the whole",
    "withdrawn after the receipt": "a copy that the receipt was cut from looks like an honest withdrawal",
    "received again": "a copy without the first receipt, or without the withdrawal, cannot tell",
    "took over from a living holder": "an approver vouched for it, and no act of the holder shows here",
    "noise": "drawn at random: it may be what its holder was free to write",
}

KINDS = (*ACTS, "released", "copied", "withdrawn", "closed", "erased", "reconciled")
OPENING = ("received", "copy-received", "succeeded", "sealed")
MISPLACED = (
    "a number skipped",
    "an id of his own",
    "commitments repeated",
    "an item that is not",
    "an erasure alone",
    "a second seal",
    "an opener inside",
    "a use that opens",
    "its own older event",
    "a signature missing",
    "damaged",
    "an opener unsigned",
    "a past that is not here",
)
MISSING = "f" * 64


@define
class Villains:
    """Dishonest moves in a world.

    Attributes:
        world: the world.
        contradicts: a lie that is admitted as long as another event is not seen, and that event.
        thefts: whose key was stolen, and when.
    """

    world: World
    contradicts: dict[str, str] = field(factory=dict)
    thefts: dict[str, int] = field(factory=dict)

    def tip(self, copy: Copy, pick: int) -> tuple[Model, Act] | None:
        """Return the model of a copy and the last event of one of its holdings, whatever it is worth."""
        last: dict[str, Act] = {}
        for act in sorted(copy.values(), key=lambda one: (one.seq, one.id)):
            if act.kind != "refused":
                last[act.holding] = act
        chosen = choose([act for _, act in sorted(last.items())], pick)
        return None if chosen is None else (self.world.model(copy), chosen)

    def outsider(self, copy: Copy, by: str, kind: str, pick: int) -> None:
        """Somebody who is not the holder, or whom nobody knows, writes in a holding."""
        found = self.tip(copy, pick)
        if found is None:
            return
        model, tip = found
        if model.writer(tip) not in {None, by}:
            self.world.write(copy, self.plan(tip, kind, by, lie="not the holder"))

    def plan(self, tip: Act, kind: str, by: str, *, lie: str) -> Plan:
        """Plan an event after a tip with what its kind needs."""
        to = PEOPLE[tip.seq % len(PEOPLE)] if kind in {"released", "copied"} else None
        answers = (tip.answers or tip.id) if kind == "withdrawn" else None
        leaves = (0,) if kind in {"erased", "accessed"} else ()
        return following(tip, kind, by, to=to, answers=answers, leaves=leaves, lie=lie)

    def former_holder(self, copy: Copy, kind: str, pick: int) -> None:
        """Who has released, or closed, goes on in his old holding, before or after the receipt."""
        found = self.tip(copy, pick)
        if found is None:
            return
        model, tip = found
        writer = model.writer(tip)
        if model.state(tip)[0] in {"transit", "closed"} and writer and kind != "withdrawn":
            self.world.write(copy, self.plan(tip, kind, writer, lie="acts where he has ended"))

    def on_junk(self, copy: Copy, by: str, kind: str, pick: int, *, opens: bool) -> None:
        """Somebody builds on what is set aside."""
        model = self.world.model(copy)
        act = choose([act for act in copy.values() if act.id in model.verdict.aside], pick)
        if act is None or (act.holding, act.seq + 1) in copy:
            return
        if opens:
            kind = {"released": "received", "copied": "copy-received"}.get(act.kind, "succeeded")
            self.world.write(copy, opening(act, kind, act.to or by, lie="builds on junk"))
        else:
            self.world.write(copy, self.plan(act, kind, model.writer(act) or by, lie="builds on junk"))

    def false_opener(self, copy: Copy, by: str, kind: str, pick: int, cosigner: str | None) -> None:
        """Somebody receives what was not given to him, or succeeds without being named."""
        model = self.world.model(copy)
        given = choose([act for act in copy.values() if act.kind != "refused"], pick)
        if given is None:
            return
        opener = model.opener(given)
        owned = {opener.by, opener.heir} if opener is not None else {by}
        wanted = {"received": "released", "copy-received": "copied"}.get(kind)
        named = by in owned if kind == "succeeded" else given.kind == wanted and given.to == by
        if not named:
            cosigners = (cosigner,) if cosigner and cosigner != by else ()
            self.world.write(copy, opening(given, kind, by, cosigners=cosigners, lie="not the one named"))

    def misplaced(self, copy: Copy, how: str, pick: int) -> None:
        """A holder's event in a wrong place, or of a wrong form."""
        found = self.tip(copy, pick)
        if found is None:
            return
        model, tip = found
        by = model.writer(tip) or "archive"
        plan = self.plan(tip, "fixity-checked", by, lie=how)
        older = [act.id for act in model.line(tip)]
        if (how == "its own older event" and not older) or (how == "commitments repeated" and not tip.seq):
            return
        changed = {
            "a number skipped": evolve(plan, seq=plan.seq + 1),
            "an id of his own": evolve(plan, kind="succeeded", seq=0, holding="1" * 32),
            "commitments repeated": evolve(plan, replays=tip),
            "an item that is not": evolve(plan, kind="accessed", leaves=(ITEMS,)),
            "an erasure alone": evolve(plan, kind="erased", leaves=(0,)),
            "a second seal": evolve(plan, kind="sealed", seq=0, holding="2" * 32, prev=()),
            "an opener inside": evolve(plan, kind="received"),
            "a use that opens": evolve(plan, seq=0, holding=""),
            "its own older event": evolve(plan, kind="reconciled", prev=tuple(sorted({tip.id, *older[:1]}))),
            "a signature missing": evolve(plan, damage="EVENT_SIGNATURE_MISSING"),
            "damaged": evolve(plan, damage="EVENT_MALFORMED"),
            "an opener unsigned": evolve(
                opening(tip, "received", by), damage="EVENT_SIGNATURE_MISSING", lie=how
            ),
            "a past that is not here": evolve(plan, seq=plan.seq + 1, prev=(MISSING,)),
        }
        self.world.write(copy, changed[how])

    def noise(self, copy: Copy, plan: Plan, pick: int) -> None:
        """Anything."""
        followed = choose([act for act in copy.values() if act.kind != "refused"], pick)
        if followed is None:
            return
        opens = plan.kind in OPENING
        holding = "" if opens else followed.holding
        plan = evolve(
            plan, seq=0 if opens else followed.seq + 1, holding=holding, prev=(followed.id,), lie="noise"
        )
        if not opens and (plan.holding, plan.seq) in copy:
            return
        if plan.kind == "withdrawn":
            plan = evolve(plan, answers=followed.id)
        if plan.kind == "reconciled":
            heads = sorted(one for one in self.world.model(copy).verdict.heads)
            plan = evolve(plan, prev=tuple(sorted({followed.id, *heads})))
        self.world.write(copy, plan)

    def fork(self, copy: Copy, pick: int) -> None:
        """A holder writes another event in a place that he has used, in a copy to be shown elsewhere."""
        model = self.world.model(copy)
        mine = [act for act in copy.values() if act.id in model.counted and act.seq]
        act = choose(mine, pick)
        if act is not None:
            later = {other.id for other in copy.values() if act.id in {other.id, *model.past(other.id)}}
            shown = {place: one for place, one in copy.items() if one.id not in later}
            plan = evolve(following(act, "annotated", act.by), seq=act.seq, prev=act.prev, lie="fork")
            self.world.write(shown, plan)
            self.world.shown.append(shown)

    def steal(self, copy: Copy, kind: str, pick: int) -> None:
        """A thief signs as a holder, after the last event that he finds."""
        found = self.tip(copy, pick)
        if found is None:
            return
        model, tip = found
        victim = model.writer(tip)
        if victim:
            self.thefts.setdefault(victim, self.world.clock)
            self.world.write(copy, self.plan(tip, kind, victim, lie="stolen key"))

    def tell(self, pick: int) -> None:
        """A victim tells since when his key is stolen."""
        victim = choose(sorted(self.thefts), pick)
        if victim is not None and self.world.forge.timed:
            self.world.stolen[victim] = self.thefts[victim]

    def withdraw_late(self, copy: Copy, pick: int) -> None:
        """A releaser withdraws although he knows of the receipt."""
        model = self.world.model(copy)
        received = [act for act in copy.values() if act.kind == "received" and act.id in model.counted]
        receipt = choose(received, pick)
        release = model.acts.get(receipt.prev[0]) if receipt is not None else None
        if receipt is None or release is None or not release.kind or not release.by:
            return
        if (release.holding, release.seq + 1) in copy:
            return
        plan = following(release, "withdrawn", release.by, answers=release.id)
        act = self.world.write(copy, evolve(plan, lie="withdrawn after the receipt"))
        self.contradicts[act.id] = receipt.id

    def receive_again(self, copy: Copy, pick: int) -> None:
        """A recipient receives once more what he, or the releaser by withdrawing, has ended."""
        model = self.world.model(copy)
        ended = [
            (model.acts[what], act)
            for act in copy.values()
            if act.id in model.counted and act.kind in {"received", "withdrawn"}
            for what in [act.prev[0] if act.kind == "received" else str(act.answers)]
            if what in model.counted and model.acts[what].kind == "released" and model.acts[what].to
        ]
        chosen = choose(ended, pick)
        if chosen is not None and chosen[0].to is not None:
            release, rival = chosen
            act = self.world.write(copy, opening(release, "received", release.to or "", lie="received again"))
            self.contradicts[act.id] = rival.id

    def take_over(self, copy: Copy, pick: int, cosigner: str | None) -> None:
        """A named successor takes over from a holder who has lost nothing."""
        model = self.world.model(copy)
        heirs = [
            (act, opener.heir)
            for act in copy.values()
            if act.id in model.counted
            for opener in [model.opener(act)]
            if opener is not None and opener.heir and opener.heir != opener.by
        ]
        chosen = choose(heirs, pick)
        if chosen is None:
            return
        tip, heir = chosen
        cosigners = (cosigner,) if cosigner and cosigner != heir else ()
        lie = "took over from a living holder" if cosigners else "took over alone"
        act = self.world.write(copy, opening(tip, "succeeded", heir, cosigners=cosigners, lie=lie))
        later = [one.id for one in copy.values() if one.holding == tip.holding and one.seq > tip.seq]
        if later:
            self.contradicts[act.id] = min(later)

    def cut(self, copy: Copy, keep: int, pick: int) -> None:
        """Somebody shows a copy with events missing, stubbed, or with its people hidden."""
        shown = dict(copy)
        for number, (place, act) in enumerate(list(shown.items())):
            drawn = (keep >> (2 * number % 60)) & 3
            if act.id == self.world.seal.id or drawn:
                continue
            if act.kind == "refused" or pick % 3 == 0 or act.unsound:
                del shown[place]
            elif pick % 3 == 1:
                shown[place] = evolve(
                    act, kind="", by="", signers=frozenset(), approvers=frozenset(), anchored=None
                )
            else:
                shown[place] = evolve(act, people_closed=bool(act.heir))
        if place_of(self.world.seal) in shown:
            self.world.shown.append(shown)

    def excused(self, model: Model, act: Act, past: frozenset[str]) -> bool:
        """Tell whether a lie in the past of a proven head is one that the rules cannot see in this copy."""
        if act.lie not in ADMITTED or (act.lie == "stolen key" and act.by in self.world.stolen):
            return False
        rival = model.acts.get(self.contradicts.get(act.id, ""))
        if rival is None or rival.id not in model.counted:
            return True
        return model.ended(act, rival, past) or model.stands(act, rival)
