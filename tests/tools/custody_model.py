"""A second judge of the custody log, for tests: written from the rules of the design, slow and declarative.

It shares no code with the verifier. Where the verifier carries states along one pass, this model asks of each
event anew what its past is and replays its holding; where the verifier groups rivals, this model compares all
pairs. The rules have the names of the bundle spec, section 6.2.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cached_property

from attrs import field, frozen

OPENERS = {"received": "released", "copy-received": "copied", "succeeded": None}
Why = tuple[str, str]
"""A code and the event that it is about."""


@frozen(kw_only=True)
class Act:
    """One event as a person who was there would tell it.

    Attributes:
        id: the event's id.
        holding: where it is written.
        seq: its place there.
        prev: what it follows.
        marks: its commitments.
        kind: its type; "" in a copy that has only its stub.
        by: who acts, by his keys; "" for somebody whom nobody knows.
        signers: all identities that signed.
        approvers: those of them who are trusted as approvers.
        to: the recipient named.
        heir: the successor named.
        people_closed: whether who was named is hidden in this copy.
        answers: what a withdrawal withdraws.
        leaves: the items named.
        unsound: why it does not count, whatever its place: its form, its signatures or its signers.
        bound: whether its id fixes what it follows.
        stamped: a proven upper bound of this very event.
        anchored: a proven lower bound of this very event.
        lie: what is dishonest about it; never shown to a judge.
    """

    id: str
    holding: str
    seq: int
    prev: tuple[str, ...]
    marks: tuple[str, ...]
    kind: str
    by: str = ""
    signers: frozenset[str] = frozenset()
    approvers: frozenset[str] = frozenset()
    to: str | None = None
    heir: str | None = None
    people_closed: bool = False
    answers: str | None = None
    leaves: tuple[int, ...] = ()
    unsound: str = ""
    bound: bool = True
    stamped: int | None = None
    anchored: int | None = None
    lie: str = ""

    @property
    def opens(self) -> bool:
        """Whether it opens a holding."""
        return self.seq == 0


@frozen(kw_only=True)
class Verdict:
    """What the rules say of a copy.

    Attributes:
        counted: the events that count.
        aside: set aside, each with every rule that it breaks; a judge has to name one of these.
        receipts: events whose past is not all here.
        stubs: in the past of a counted event.
        loose: stubs that nobody vouches for.
        heads: head to what keeps it from being proven.
        outlived: head to the rivals that it stands against.
        unacknowledged: copies that nobody acknowledged.
    """

    counted: frozenset[str]
    aside: Mapping[str, frozenset[str]]
    receipts: Mapping[str, str]
    stubs: frozenset[str]
    loose: frozenset[str]
    heads: Mapping[str, frozenset[Why]]
    outlived: Mapping[str, frozenset[str]]
    unacknowledged: frozenset[str]

    @property
    def proven(self) -> frozenset[str]:
        """The heads that are proven."""
        return frozenset(one for one, why in self.heads.items() if not why)


def derived_holding(prev: Iterable[str], marks: Iterable[str]) -> str:
    """Return the id of the holding that an event opens (DESIGN, "One writer per holding")."""
    text = json.dumps([list(prev), list(marks)], separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:32]


@frozen(kw_only=True)
class Model:
    """The judge of one copy.

    Attributes:
        acts: what is in it, by id.
        bundle: the bundle's id.
        items: N.
        stolen: whose key is known to be stolen, and since when.
    """

    acts: Mapping[str, Act]
    bundle: str
    items: int
    stolen: Mapping[str, int] = field(factory=dict)
    _status: dict[str, frozenset[str] | None] = field(factory=dict, init=False, repr=False)
    _pasts: dict[str, frozenset[str]] = field(factory=dict, init=False, repr=False)
    _wholes: dict[str, bool] = field(factory=dict, init=False, repr=False)

    # ------------------------------------------------------------------------------------------------ links

    def links(self, one: str) -> tuple[str, ...]:
        """Return what an event follows, as far as its id fixes it."""
        act = self.acts.get(one)
        return act.prev if act is not None and act.bound else ()

    def past(self, one: str) -> frozenset[str]:
        """Return everything before an event, here or not, without itself."""
        if one not in self._pasts:
            found: set[str] = set()
            for prev in self.links(one):
                found |= {prev} | self.past(prev)
            self._pasts[one] = frozenset(found)
        return self._pasts[one]

    def whole(self, one: str) -> bool:
        """Tell whether all of an event's past is here (L3); what is set aside and fixes nothing ends it."""
        if one not in self._wholes:
            self._wholes[one] = False  # what would follow itself is never whole
            act = self.acts[one]
            first = self.first(act) if act.seq > 0 and not act.unsound else None
            needed = {*self.links(one), *((first.id,) if first is not None and not first.unsound else ())}
            self._wholes[one] = all(prev in self.acts and self.whole(prev) for prev in needed)
        return self._wholes[one]

    def window(self, one: str) -> tuple[int | None, int | None]:
        """Return the proven bounds: anchors of itself and its past, stamps over itself and what follows."""
        low = [self.acts[each].anchored for each in {one, *self.past(one)} if each in self.acts]
        high = [act.stamped for each, act in self.acts.items() if each == one or one in self.past(each)]
        lows, highs = [x for x in low if x is not None], [x for x in high if x is not None]
        return max(lows, default=None), min(highs, default=None)

    # ----------------------------------------------------------------------------------------------- places

    def line(self, act: Act) -> list[Act]:
        """Return the earlier events of its holding along the links, the first one first."""
        found: list[Act] = []
        while act.seq > 0:
            before = [
                self.acts[prev]
                for prev in self.links(act.id)
                if prev in self.acts and self.acts[prev].holding == act.holding
            ]
            if not before:
                break
            act = max(before, key=lambda one: (one.seq, one.id))
            found.append(act)
        return found[::-1]

    def opener(self, act: Act) -> Act | None:
        """Return the event that opened the holding of an event; nobody did where that is set aside."""
        first = self.first(act)
        return None if first is None or self.fails(first) else first

    def first(self, act: Act) -> Act | None:
        """Return what stands at the beginning of a holding."""
        found = (one for one in self.acts.values() if (one.holding, one.seq) == (act.holding, 0))
        return next(found, None)

    def writer(self, act: Act) -> str | None:
        """Return whose holding an event is in; None where a stub hides it."""
        opener = self.opener(act)
        return opener.by if opener is not None and opener.kind else None

    def state(self, act: Act) -> tuple[str, str]:
        """Replay a holding up to an event, itself included: held, transit, closed or unknown; and what."""
        state = ("unknown", "")
        for one in [*self.line(act), act]:
            if one.seq == 0 and one.kind and not self.fails(one):
                state = ("held", "")
            elif not self.whole(one.id) or not (one.kind or self.broken(one)):
                state = ("unknown", "")
            elif self.broken(one) or state[0] == "unknown":
                continue  # what is set aside changes nothing
            elif one.kind == "released":
                state = ("transit", one.id)
            elif one.kind == "withdrawn" and state[0] == "transit":
                state = ("held", "")
            elif one.kind == "closed":
                state = ("closed", "")
        return state

    # ------------------------------------------------------------------------------------------------ rules

    def unsound(self, act: Act) -> str:
        """Say why an event does not count whatever its place, a key after its compromise (S4) included."""
        if act.unsound or not act.kind:
            return act.unsound
        low = self.window(act.id)[0]
        late = low is not None and any(low >= self.stolen[one] for one in act.signers & self.stolen.keys())
        return "EVENT_KEY_COMPROMISED" if late and not self.contradicted(act.id) else ""

    def doubt(self, act: Act) -> str:
        """Say why an event's keys leave what rests on it undetermined (S4)."""
        high = None if self.contradicted(act.id) else self.window(act.id)[1]
        known = act.signers & self.stolen.keys() if act.kind else frozenset()
        doubtful = any(high is None or high >= self.stolen[one] for one in known)
        return "EVENT_KEY_TIME" if doubtful else ""

    def contradicted(self, one: str) -> bool:
        """Tell whether authorities contradict each other about an event."""
        low, high = self.window(one)
        return low is not None and high is not None and low > high

    def broken(self, act: Act) -> frozenset[str]:
        """Return the rules that keep an event from counting; none where it counts or is a sound stub."""
        if self.unsound(act):
            return frozenset({self.unsound(act)})
        found = self._status.get(act.id)
        if found is None:
            found = frozenset(self._rules(act))
            self._status[act.id] = found
        return found

    def fails(self, act: Act) -> bool:
        """Tell whether an event does not count, for its own fault or for want of its past."""
        return bool(self.unsound(act)) or not self.whole(act.id) or bool(self.broken(act))

    def _rules(self, act: Act) -> Iterator[str]:
        yield from self._opens(act) if act.opens else self._continues(act)
        before = {mark for one in self.past(act.id) & self.counted_of(act) for mark in self.acts[one].marks}
        if act.kind and before & set(act.marks):
            yield "COMMITMENT_REPEATED"  # what a stub shows counts for nothing
        if act.kind and any(leaf >= self.items for leaf in act.leaves):
            yield "ITEM_UNKNOWN"

    def counted_of(self, act: Act) -> frozenset[str]:
        """Return the events of its past that count."""
        return frozenset(
            one
            for one in self.past(act.id)
            if one in self.acts and self.acts[one].kind and not self.broken(self.acts[one])
        )

    def _opens(self, act: Act) -> Iterator[str]:
        """L2, L4: the first holding, and the derived ones."""
        if act.kind == "sealed" or not act.prev:
            if act.kind not in {"sealed", ""} or act.prev or act.holding != self.bundle:
                yield "HOLDING_WRONG"
            return
        if len(act.prev) != 1 or act.holding != derived_holding(act.prev, act.marks):
            yield "HOLDING_WRONG"
        if act.kind and act.kind not in OPENERS:
            yield "HOLDING_WRONG"
        followed = self.acts[act.prev[0]]
        if act.kind and not self.unsound(followed):
            yield from (
                self._succeeds(act, followed) if act.kind == "succeeded" else self._receives(act, followed)
            )

    def _succeeds(self, act: Act, followed: Act) -> Iterator[str]:
        """H4, H5."""
        if self.state(followed)[0] == "closed":
            yield "HOLDING_CLOSED"
        opener = self.opener(followed)
        if opener is not None and opener.kind and not opener.people_closed:
            yield from () if act.by in {opener.by, opener.heir} else ("NOT_THE_SUCCESSOR",)

    def _receives(self, act: Act, followed: Act) -> Iterator[str]:
        """H2."""
        if not followed.kind:
            return
        if followed.kind != OPENERS.get(act.kind, followed.kind):
            yield "HOLDING_WRONG"
        elif followed.to != act.by:
            yield "NOT_THE_RECIPIENT"

    def _continues(self, act: Act) -> Iterator[str]:  # noqa: C901 - one rule after the other
        """L4, H1, H3, H4, S5."""
        here = [self.acts[one] for one in act.prev if one in self.acts]
        unsound = [one for one in here if self.unsound(one)]  # nobody vouches for what these say
        own = [one for one in here if one.holding == act.holding and one not in unsound]
        before = own[0] if len(own) == 1 else None
        sole = len(act.prev) == 1
        follows = before is not None and before.seq == act.seq - 1
        holdings = [one.holding for one in here if one not in unsound]
        if len(set(holdings)) < len(holdings):
            yield "HOLDING_WRONG"  # of one holding not both can be heads
        if not (follows and (sole or act.kind in {"reconciled", ""})) and not (sole and unsound):
            yield "HOLDING_WRONG"
        if act.kind in {*OPENERS, "sealed"}:
            yield "HOLDING_WRONG"
        line = self.line(act)
        first = self.first(act)
        if first is not None and not self.unsound(first) and self.whole(first.id) and self.broken(first):
            yield "HOLDING_WRONG"
        if not act.kind:
            return
        writer = self.writer(act)
        if writer is not None and act.by != writer:
            yield "NOT_THE_HOLDER"
        state, what = self.state(line[-1]) if line else ("unknown", "")
        if state == "closed" or self.signed_away(act):
            yield "HOLDING_CLOSED"
        if state == "transit" and (act.kind, act.answers) != ("withdrawn", what):
            yield "HOLDING_IN_TRANSIT"
        if act.kind == "erased" and not act.approvers - {act.by}:
            yield "EVENT_THRESHOLD"
        if any(self.foreign(act, one) for one in here if one not in unsound):
            yield "EVENT_THRESHOLD"

    def foreign(self, peace: Act, ended: Act) -> bool:
        """Tell whether a peace ends a holding whose writer has not signed it (L4)."""
        writer = self.writer(ended) if peace.kind == "reconciled" else None
        return writer is not None and writer not in peace.signers

    def signed_away(self, act: Act) -> bool:
        """Tell whether its writer knows that he ended his holding: by a peace that was written in another."""
        return any(
            peace.kind == "reconciled"
            and peace.holding != act.holding
            and act.by in peace.signers
            and any(one in self.acts and self.acts[one].holding == act.holding for one in peace.prev)
            for peace in (self.acts[one] for one in self.counted_of(act))
        )

    # ---------------------------------------------------------------------------------------------- verdict

    @cached_property
    def sound(self) -> list[Act]:
        """Events that their form and signatures do not keep out."""
        return [act for act in self.acts.values() if not self.unsound(act)]

    @cached_property
    def counted(self) -> frozenset[str]:
        """Ids of the events that count."""
        return frozenset(
            act.id for act in self.sound if act.kind and self.whole(act.id) and not self.broken(act)
        )

    @cached_property
    def stubs(self) -> frozenset[str]:
        """Ids of the stubs that stand in a place of the log."""
        return frozenset(
            act.id for act in self.sound if not act.kind and not (self.whole(act.id) and self.broken(act))
        )

    @cached_property
    def followed(self) -> frozenset[str]:
        """Ids in the past of a counted event."""
        return frozenset(one for each in self.counted for one in self.past(each))

    @cached_property
    def tainted(self) -> frozenset[str]:
        """Ids of the counted events that rest on a stolen key or on a succession that nobody approved."""
        weak = {
            one for one in self.counted if self.doubt(self.acts[one]) or self.succession_doubt(self.acts[one])
        }
        return frozenset(one for one in self.counted if weak & {one, *self.past(one)})

    @cached_property
    def unsure(self) -> frozenset[str]:
        """Ids of these, and of the counted events that reach others' holdings through what is set aside."""
        aside = {one for one, act in self.acts.items() if self.unsound(act) or self.fails(act)}
        doors = {
            act.id
            for act in self.counted_acts()
            if aside & set(act.prev) and (act.opens or len(act.prev) > 1)
        }
        return self.tainted | {one for one in self.counted if doors & {one, *self.past(one)}}

    @cached_property
    def covered(self) -> frozenset[str]:
        """Ids that are no heads: in the past of an event as reliable as they are."""
        free = {one for each in self.counted - self.unsure for one in self.shown_past(each)}
        return frozenset(free | {one for each in self.unsure for one in self.past(each) & self.unsure})

    def shown_past(self, one: str) -> set[str]:
        """Return the past of an event without what a peace names of a holding whose writer is hidden."""
        found: set[str] = set()
        waiting = [one]
        while waiting:
            act = self.acts.get(waiting.pop())
            if act is None or not act.bound:
                continue
            for prev in act.prev:
                other = self.acts.get(prev)
                hidden = (
                    act.kind == "reconciled"
                    and not self.unsound(act)
                    and other is not None
                    and not self.unsound(other)
                    and other.holding != act.holding
                    and self.writer(other) is None
                )
                if not hidden and prev not in found:
                    found.add(prev)
                    waiting.append(prev)
        return found

    def outside(self, act: Act) -> str:
        """Say what an event comes to whose past is not all here (L3, R1)."""
        placed = [one for one in self.sound if self.whole(one.id) and not self.broken(one)]
        opener = next((one for one in placed if (one.holding, one.seq) == (act.holding, 0)), None)
        if act.seq and opener is not None and opener.kind and opener.by != act.by:
            return "NOT_THE_HOLDER"
        here = any(one.holding == act.holding for one in placed)
        return "LATER_EVENT_EXISTS" if here else "NOT_MERGED"

    @cached_property
    def verdict(self) -> Verdict:
        """Judge the copy."""
        aside = {act.id: self.broken(act) for act in self.acts.values() if self.unsound(act)}
        aside |= {act.id: self.broken(act) for act in self.sound if self.whole(act.id) and self.broken(act)}
        receipts: dict[str, str] = {}
        for act in self.sound:
            if act.kind and not self.whole(act.id):
                code = self.outside(act)
                if code == "NOT_THE_HOLDER":
                    aside[act.id] = frozenset({code})
                else:
                    receipts[act.id] = code
        heads = [one for one in self.counted if one not in self.covered]
        judged = {one: self._judge_head(one, aside, receipts) for one in heads}
        acknowledged = {
            prev
            for one in self.counted
            if self.acts[one].kind == "copy-received"
            for prev in self.acts[one].prev
        }
        return Verdict(
            counted=self.counted,
            aside=aside,
            receipts=receipts,
            stubs=self.stubs & self.followed,
            loose=self.stubs - self.followed,
            heads={one: why for one, (why, _) in judged.items()},
            outlived={one: rivals for one, (_, rivals) in judged.items()},
            unacknowledged=frozenset(
                one for one in self.counted if self.acts[one].kind == "copied" and one not in acknowledged
            ),
        )

    # ------------------------------------------------------------------------------------------------ heads

    def _judge_head(
        self, head: str, aside: Mapping[str, frozenset[str]], receipts: Mapping[str, str]
    ) -> tuple[frozenset[Why], frozenset[str]]:
        past = {head, *self.past(head)}
        why: set[Why] = set()
        for one in past & self.acts.keys():
            act = self.acts[one]
            if one in aside:
                why.add(("SET_ASIDE_IN_PAST", one))
            elif not act.kind:
                why.add(("STUB_IN_PAST", one))
            elif self.succession_doubt(act) or self.doubt(act):
                why.add((self.succession_doubt(act) or self.doubt(act), one))
        why |= {("IN_TRANSIT", one) for one in self.open_releases(past)}
        for one, code in receipts.items():
            if code == "LATER_EVENT_EXISTS" and self.acts[one].holding == self.acts[head].holding:
                why.add((code, one))
        home = self.acts[head]
        later = [self.acts[one] for one in self.counted - past]
        why |= {
            ("LATER_EVENT_EXISTS", act.id)
            for act in later
            if act.holding == home.holding
            and act.seq > home.seq
            and (act.id not in self.tainted or head in self.tainted)
        }
        lost, outlived = self._disputes(past)
        return frozenset(why | lost), frozenset(outlived)

    def succession_doubt(self, act: Act) -> str:
        """H5, and the cosigning of a succession."""
        if act.kind != "succeeded":
            return ""
        followed = self.acts[act.prev[0]]
        opener = None if self.unsound(followed) else self.opener(followed)
        if opener is None or not opener.kind or opener.people_closed:
            return "SUCCESSOR_UNKNOWN"
        return "" if act.approvers - {act.by, opener.by} else "SUCCESSION_UNAPPROVED"

    def open_releases(self, past: Iterable[str]) -> Iterator[str]:
        """H7: releases of a past that nobody received, withdrew or succeeded to in it."""
        acts = [self.acts[one] for one in past if one in self.counted]
        for release in acts:
            if release.kind == "released" and not any(
                (one.kind in {"received", "succeeded"} and release.id in one.prev)
                or (one.kind == "withdrawn" and one.answers == release.id and one.holding == release.holding)
                for one in acts
            ):
                yield release.id

    def _disputes(self, past: set[str]) -> tuple[set[Why], set[str]]:
        """L6: every pair of counted events, one of them in this past."""
        why: set[Why] = set()
        outlived: set[str] = set()
        for mine in (self.acts[one] for one in self.counted & past):
            for rival in (self.acts[one] for one in self.counted):
                if not self.exclude(mine, rival) or self.ended(mine, rival, past):
                    continue
                stands = self.decided(mine, rival)
                if stands is None:
                    stands = True if self.stands(mine, rival) else False if self.stands(rival, mine) else None
                if stands:
                    outlived.add(rival.id)
                elif stands is False:
                    why.add(("DISPUTE_LOST", rival.id))
                else:
                    why |= {("DISPUTED", mine.id), ("DISPUTED", rival.id)}
        return why, outlived

    def decided(self, mine: Act, rival: Act) -> bool | None:
        """Tell which of two stands, where no times are asked for it."""
        for peace, act, answer in ((mine, rival, True), (rival, mine, False)):
            if self.breaks(act, peace) and not (self.breaks(peace, act) or self.relied(act, peace)):
                return answer
        return None

    def breaks(self, act: Act, peace: Act) -> bool:
        """Tell whether somebody goes on in a holding whose end he has signed."""
        return peace.kind == "reconciled" and any(
            self.acts[prev].holding == act.holding
            and act.holding != peace.holding
            and act.seq > self.acts[prev].seq
            and prev in self.counted
            and self.writer(self.acts[prev]) in peace.signers
            for prev in peace.prev
            if prev in self.acts
        )

    def relied(self, act: Act, peace: Act) -> bool:
        """Tell whether others built on what he did after that end, or he signed another one."""
        ended = max(
            self.acts[prev].seq
            for prev in peace.prev
            if prev in self.acts and self.acts[prev].holding == act.holding
        )
        later = [one for one in self.counted_acts() if one.holding == act.holding and one.seq > ended]
        return any(one.kind == "reconciled" for one in later) or any(
            other.holding != one.holding and other.by != one.by and one.id in other.prev
            for one in later
            for other in self.counted_acts()
        )

    def counted_acts(self) -> list[Act]:
        """Return the events that count."""
        return [self.acts[one] for one in self.counted]

    def exclude(self, one: Act, other: Act) -> bool:
        """Tell whether two counted events exclude each other."""
        return one.id != other.id and (self._excludes(one, other) or self._excludes(other, one))

    def _excludes(self, one: Act, other: Act) -> bool:
        if self.breaks(other, one):
            return True
        given = one.prev[0] if one.prev else ""
        if one.kind == "received":
            answered = self.acts.get(given)
            sound = answered is not None and not self.unsound(answered)
            at_home = sound and answered is not None and answered.holding == other.holding
            withdrawn = other.kind == "withdrawn" and other.answers == given and at_home
            return withdrawn or (other.kind == "received" and other.prev == one.prev)
        if one.kind != "succeeded" or not one.approvers - {one.by}:
            return False
        followed = self.acts[given]
        if self.unsound(followed):
            return False  # nobody vouches for where it stands
        second = other.kind == "succeeded" and other.approvers - {other.by}
        beside = self.acts[other.prev[0]] if second else None
        if beside is not None and not self.unsound(beside) and beside.holding == followed.holding:
            return True
        goes_on = other.holding == followed.holding and other.seq > followed.seq
        return goes_on or (other.kind == "received" and other.prev == one.prev)

    def ended(self, one: Act, other: Act, past: Collection[str]) -> bool:
        """Tell whether a `reconciled` of both ended a dispute, from there on."""
        return any(
            peace.kind == "reconciled"
            and {one.by, other.by} <= peace.signers
            and (self._settles(peace, one, other) or self._settles(peace, other, one))
            for peace in (self.acts[each] for each in self.counted & frozenset(past))
        )

    def _settles(self, peace: Act, one: Act, other: Act) -> bool:
        """Tell whether one lies before a peace, and the other, or one before it with the same quarrel."""
        before = self.past(peace.id)
        meant = {peace.holding} | {self.acts[one].holding for one in peace.prev if one in self.acts}
        settled = [self.acts[each] for each in (before | {peace.id}) & self.counted]
        goes_on = self.breaks(other, one)  # beside the end that he signed: not what he did before that
        return one.id in before and (
            other.id in before
            or any(
                each.holding == other.holding
                and each.holding in meant
                and each.seq <= other.seq
                and (self.breaks(each, one) if goes_on else self.exclude(each, one))
                for each in settled
            )
        )

    def stands(self, one: Act, rival: Act) -> bool:
        """Tell whether proven times decide for an event."""
        high, (rival_low, rival_high) = self.window(one.id)[1], self.window(rival.id)
        if high is None or self.contradicted(one.id) or self.contradicted(rival.id):
            return False
        if rival_low is not None and high < rival_low:
            return True
        taken_over = rival.kind == "succeeded" and rival.by != one.by and bool(rival.approvers - {rival.by})
        himself = taken_over and one.holding == self.acts[rival.prev[0]].holding
        return (one.kind == "received" or himself) and (rival_high is None or high < rival_high)
