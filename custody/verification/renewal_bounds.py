"""When hash renewals were made, and what they therefore keep proven (DESIGN, "Time and renewal").

A renewal counts from the earliest stamp over it that holds. It keeps a statement proven beyond the end of the
old hash when that stamp is earlier than the end, and its own hash has not ended in turn, or another renewal
took over before it did. Stamps of a renewal are judged at the time of the next one that lists them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TypeAlias

from attrs import define, field

from custody.errors import CustodyError
from custody.format.layout import EVENT_FILE
from custody.model.instant import Instant
from custody.proof.window import Bound
from custody.report.reason import Reason
from custody.report.stamp_fact import StampFact
from custody.verification.inventory import Inventory
from custody.verification.renewals import RenewalFacts
from custody.verification.run import LISTED, Run
from custody.verification.stamps import JUDGED_KINDS, Judge

SEALING_HASH = "sha256"
Covers: TypeAlias = Callable[[RenewalFacts], bool]


@define
class RenewalBounds:
    """The renewals of one bundle and when each was made.

    Attributes:
        facts: every renewal whose lines were recomputed, by folder.
        stamps: the stamps over renewals that could be judged.
        unjudged: folders and kinds of stamps of a kind that this version does not judge.
    """

    facts: Mapping[str, RenewalFacts]
    _run: Run
    _inventory: Inventory
    _judge: Judge
    _partly_erased: bool
    stamps: list[StampFact] = field(factory=list)
    unjudged: list[tuple[str, str]] = field(factory=list)
    _bounds: dict[str, Bound | None] = field(factory=dict)

    def bound_of(self, folder: str) -> Bound | None:
        """Return when a renewal is proven to have existed; None without a stamp that holds."""
        if folder not in self._bounds:
            self._bounds[folder] = None  # while its own stamps are judged, it vouches for nothing
            self._bounds[folder] = self._judge_stamps(folder)
        return self._bounds[folder]

    def _judge_stamps(self, folder: str) -> Bound | None:
        if self.facts[folder].void is not None:
            return None
        found: Bound | None = None
        digest_of = self._judge.digests_over(folder, self.facts[folder].hash, self.facts[folder].digest)
        for stamp in self._judge.read(folder, LISTED):
            if stamp.kind not in JUDGED_KINDS:
                self.unjudged.append((stamp.path, stamp.kind))
                continue
            proven_by = self.proven_by(f"{stamp.path}/stamp.{stamp.kind}")
            try:
                fact = self._judge.judge(stamp, digest_of, proven_by)
            except CustodyError as error:
                self._run.findings.add(Reason.STAMP_SET_ASIDE, stamp.path, LISTED, detail=error.code)
                continue
            self.stamps.append(fact)
            if fact.holds and fact.not_after is not None:
                bound = Bound(fact.not_after, fact.path)
                found = bound if found is None else min(found, bound)
        return found

    def _stands(self, facts: RenewalFacts, covers: Covers, seen: frozenset[str] = frozenset()) -> bool:
        """Tell whether a renewal still fixes what it covers: its hash stands, or was renewed in time."""
        end = self._run.question.trust.end_of(facts.hash)
        if end is None or self._run.question.verified_at < end:
            return True
        text = f"{facts.path}/renewal.txt"
        return any(
            text in other.matched
            and covers(other)
            and (bound := self.bound_of(other.path)) is not None
            and bound.at < end
            and self._stands(other, covers, seen | {facts.path})
            for other in self._sound()
            if other.path not in seen | {facts.path}
        )

    def _sound(self) -> Iterable[RenewalFacts]:
        return (facts for facts in self.facts.values() if facts.void is None)

    def bound_over(self, path: str) -> Bound | None:
        """Return the earliest time by which a file is proven to have existed as it is, by renewals."""

        def covers(facts: RenewalFacts) -> bool:
            return path in facts.matched

        bounds = [
            bound
            for facts in self._sound()
            if covers(facts)
            and (bound := self.bound_of(facts.path)) is not None
            and self._stands(facts, covers)
        ]
        return min(bounds, default=None)

    def stamps_over(self, path: str) -> Iterator[StampFact]:
        """Yield the stamps that hold over renewals that list a file as it is."""
        over = {facts.path for facts in self._sound() if path in facts.matched}
        yield from (stamp for stamp in self.stamps if stamp.holds and stamp.over in over)

    def proven_by(self, path: str) -> Instant | None:
        """Return that time alone: the moment at which a stamp in that file is judged."""
        bound = self.bound_over(path)
        return None if bound is None else bound.at

    @property
    def ended(self) -> Instant | None:
        """The end of the hash that seals use, once it has passed; None before."""
        end = self._run.question.trust.end_of(SEALING_HASH)
        return end if end is not None and self._run.question.verified_at >= end else None

    def _holds(self, covers: Covers) -> bool:
        end = self.ended
        return end is None or any(
            covers(facts)
            and (bound := self.bound_of(facts.path)) is not None
            and bound.at < end
            and self._stands(facts, covers)
            for facts in self._sound()
        )

    def event_holds(self, folder: str) -> bool:
        """Tell whether the digests in an event's folder still fix its files."""
        names = self._inventory.files.get(folder, ())
        files = frozenset(f"{folder}/{name}" for name in names if EVENT_FILE.fullmatch(name))
        return self._holds(lambda facts: files <= facts.matched)

    def links_hold(self, folder: str) -> bool:
        """Tell whether an event still fixes what it links to: by its statement and its proof.sha256."""
        files = {f"{folder}/event.json", f"{folder}/proof.sha256"}
        return self._holds(lambda facts: files <= facts.matched)

    def items_hold(self) -> bool:
        """Tell whether the items and their files are still fixed.

        The line of an item that an erasure took is not compared; what is left open of it is not renewed.
        """
        return self.ended is None or (
            not self._partly_erased and self._holds(lambda facts: facts.items_matched)
        )

    def in_time(self, folder: str) -> bool:
        """Tell whether a renewal was made before the hash ended that it takes over from.

        That is the sealing hash, or the hash of a renewal that it lists and that was in time itself.
        """
        bound = self.bound_of(folder)
        if bound is None:
            return False
        trust = self._run.question.trust
        end = trust.end_of(SEALING_HASH)
        if end is None or bound.at < end:
            return True
        return any(
            f"{other.path}/renewal.txt" in self.facts[folder].matched
            and ((end := trust.end_of(other.hash)) is None or bound.at < end)
            and self.in_time(other.path)
            for other in self._sound()
            if other.path != folder
        )


def renewal_bounds(
    run: Run, inventory: Inventory, facts: Iterable[RenewalFacts], judge: Judge, *, partly_erased: bool
) -> RenewalBounds:
    """Judge the stamps of every renewal.

    Args:
        run: the verification.
        inventory: what stands where.
        facts: the renewals, each line recomputed.
        judge: of the stamps.
        partly_erased: whether an item that an erasure names is still open in part.
    """
    by_folder = {one.path: one for one in facts}
    bounds = RenewalBounds(
        facts=by_folder, run=run, inventory=inventory, judge=judge, partly_erased=partly_erased
    )
    for folder in sorted(by_folder):
        bounds.bound_of(folder)
    return bounds
