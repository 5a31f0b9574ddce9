"""When hash renewals were made, and what they therefore keep proven (DESIGN, "Time and renewal").

A renewal counts from the earliest stamp over it that holds. It keeps a statement proven beyond the end of the
old hash when that stamp is earlier than the end, and its own hash has not ended in turn, or another renewal
took over before it did. Stamps of a renewal are judged at the time of the next one that lists them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from typing import TypeAlias

from attrs import define, field

from custody.errors import CustodyError
from custody.format.layout import EVENT_FILE, RENEWALS_FOLDER
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
        short: folders of renewals whose own proofs of time end with the sealing hash.
        unjudged: folders and kinds of stamps of a kind that this version does not judge.
    """

    facts: Mapping[str, RenewalFacts]
    _run: Run
    _inventory: Inventory
    _judge: Judge
    _order: tuple[str, ...]
    stamps: list[StampFact] = field(factory=list)
    short: set[str] = field(factory=set)
    unjudged: list[tuple[str, str]] = field(factory=list)
    _bounds: dict[str, Bound | None] = field(factory=dict)
    _over: dict[str, Bound | None] = field(factory=dict)

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
        outlives = False
        digest_of = self._judge.digests_over(folder, self.facts[folder].hash, self.facts[folder].digest)
        for stamp in self._judge.read(folder, LISTED):
            if stamp.kind not in JUDGED_KINDS:
                self.unjudged.append((stamp.path, stamp.kind))
                continue
            proven_by = self.proven_by(f"{stamp.path}/stamp.{stamp.kind}")
            try:
                fact = self._judge.judge(stamp, digest_of, proven_by, self.proven_by)
            except CustodyError as error:
                self._run.findings.add(Reason.STAMP_SET_ASIDE, stamp.path, LISTED, detail=error.code)
                continue
            self.stamps.append(fact)
            if fact.holds and fact.not_after is not None:
                bound = Bound(fact.not_after, fact.path)
                found = bound if found is None else min(found, bound)
                outlives = outlives or self._judge.outlives(stamp, digest_of, SEALING_HASH)
        if found is not None and not outlives:
            self.short.add(folder)
        return found

    def _standing(self, covers: Covers) -> list[tuple[RenewalFacts, Bound]]:
        """Return the renewals that cover something and still fix it, each with when it was made.

        A renewal stands while its hash has not ended, or when another one that lists it and covers the same
        was made before the end, and stands itself. Each is looked at once, so that nobody can make this long.
        """
        end_of, now = self._run.question.trust.end_of, self._run.question.verified_at
        standing: list[tuple[RenewalFacts, Bound]] = []
        for facts in self._sound():  # whatever lists it was looked at before
            if not covers(facts) or (bound := self.bound_of(facts.path)) is None:
                continue
            end, text = end_of(facts.hash), f"{facts.path}/renewal.txt"
            if (
                end is None
                or now < end
                or any(text in other.matched and made.at < end for other, made in standing)
            ):
                standing.append((facts, bound))
        return standing

    def _sound(self) -> Iterable[RenewalFacts]:
        """Yield the renewals that are not void; one that lists another comes before it."""
        return (self.facts[folder] for folder in self._order if self.facts[folder].void is None)

    def bound_over(self, path: str) -> Bound | None:
        """Return the earliest time by which a file is proven to have existed as it is, by renewals."""
        if path not in self._over:
            bounds = (bound for _, bound in self._standing(lambda facts: path in facts.matched))
            self._over[path] = min(bounds, default=None)
        return self._over[path]

    def stamps_over(self, path: str) -> Iterator[StampFact]:
        """Yield the stamps that hold over renewals that list a file as it is."""
        for facts in self._sound():
            if path in facts.matched:
                yield from self.held.get(facts.path, ())

    def over(self, folder: str) -> Iterator[StampFact]:
        """Yield every stamp over a renewal that could be judged."""
        return (stamp for stamp in self.stamps if stamp.over == folder)

    @cached_property
    def held(self) -> dict[str, list[StampFact]]:
        """The stamps that hold, by the renewal that they are over."""
        found: dict[str, list[StampFact]] = {}
        for stamp in self.stamps:
            if stamp.holds:
                found.setdefault(stamp.over, []).append(stamp)
        return found

    def proven_by(self, path: str) -> Instant | None:
        """Return that time alone: the moment at which a stamp in that file is judged."""
        bound = self.bound_over(path)
        return None if bound is None else bound.at

    def forget_dates(self) -> None:
        """Date files anew: another renewal has its bound."""
        self._over.clear()
        self._judge.companions.forget_dates()

    @property
    def ended(self) -> Instant | None:
        """The end of the hash that seals use, once it has passed; None before."""
        end = self._run.question.trust.end_of(SEALING_HASH)
        return end if end is not None and self._run.question.verified_at >= end else None

    def _holds(self, covers: Covers) -> bool:
        end = self.ended
        return end is None or any(bound.at < end for _, bound in self._standing(covers))

    def event_holds(self, folder: str) -> bool:
        """Tell whether the digests in an event's folder still fix its files; of receipts, no renewal does."""
        if self.ended is None:  # asked of every event of a log
            return True
        names = self._inventory.files.get(folder, ())
        files = frozenset(f"{folder}/{name}" for name in names if EVENT_FILE.fullmatch(name))
        return self._holds(lambda facts: bool(files) and files <= facts.matched)

    def links_hold(self, folder: str) -> bool:
        """Tell whether an event still fixes what it links to: by its statement and its proof.sha256."""
        files = {f"{folder}/event.json", f"{folder}/proof.sha256"}
        return self._holds(lambda facts: files <= facts.matched)

    def items_hold(self) -> bool:
        """Tell whether the items and their files are still fixed.

        The line of an item that an erasure took is not compared; what is left open of it is not renewed.
        """
        return self._holds(lambda facts: facts.items_matched and not facts.unchecked_open)

    @cached_property
    def in_time(self) -> frozenset[str]:
        """The renewals that were made before the hash ended that they take over from, by their folders.

        That is the sealing hash, or the hash of a renewal that they list and that was in time itself.
        """
        trust = self._run.question.trust
        dated = [
            (facts, bound) for facts in self._sound() if (bound := self.bound_of(facts.path)) is not None
        ]
        found: dict[str, RenewalFacts] = {}
        for facts, bound in sorted(dated, key=lambda pair: pair[1]):  # what is taken over from is earlier
            ends = [trust.end_of(SEALING_HASH)]
            ends += [
                trust.end_of(other.hash)
                for other in found.values()
                if f"{other.path}/renewal.txt" in facts.matched
            ]
            if any(end is None or bound.at < end for end in ends):
                found[facts.path] = facts
        return frozenset(found)


def renewal_bounds(
    run: Run, inventory: Inventory, facts: Iterable[RenewalFacts], judge: Judge
) -> RenewalBounds:
    """Judge the stamps of every renewal.

    Args:
        run: the verification.
        inventory: what stands where.
        facts: the renewals, each line recomputed.
        judge: of the stamps.
    """
    by_folder = {one.path: one for one in facts}
    bounds = RenewalBounds(
        facts=by_folder,
        run=run,
        inventory=inventory,
        judge=judge,
        order=_listing_first(by_folder),
    )
    for folder in bounds._order:  # noqa: SLF001 - its maker: what a bound depends on is known before it
        bounds.bound_of(folder)
        bounds.forget_dates()
    return bounds


def _listing_first(facts: Mapping[str, RenewalFacts]) -> tuple[str, ...]:
    """Order renewals so that one that lists files of another comes before it (Kahn).

    Digests allow no circle. Should there be one all the same, its members come last and keep nothing.
    """
    listed = {
        folder: {owner for path in one.matched if (owner := _owner_of(path)) in facts} - {folder}
        for folder, one in facts.items()
    }
    waiting = dict.fromkeys(facts, 0)
    for owners in listed.values():
        for owner in owners:
            waiting[owner] += 1
    ready = sorted((folder for folder, count in waiting.items() if not count), reverse=True)
    ordered: list[str] = []
    while ready:
        folder = ready.pop()
        ordered.append(folder)
        for owner in sorted(listed[folder], reverse=True):
            waiting[owner] -= 1
            if not waiting[owner]:
                ready.append(owner)
    return tuple(dict.fromkeys([*ordered, *sorted(facts)]))


def _owner_of(path: str) -> str:
    """Return the folder of a renewal that a path lies in, or an empty text."""
    if not path.startswith(f"{RENEWALS_FOLDER}/"):
        return ""
    return "/".join(path.split("/")[:3])
