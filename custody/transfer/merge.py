"""Merging: the union of copies, added to one of them, or written as a new bundle (rules MG1 to MG6).

    1  every whole copy must verify; of receipts only signatures speak             custody.transfer.copies
    2  the union, judged by our own verification; a fork is refused                custody.transfer.union
    3  what an erasure names must be gone already, or a new bundle is written      custody.transfer.erasure
    4  each event by one rename, after its past; then what else is new             custody.transfer.growth

A merge that is stopped leaves a shorter log, which is sound; the same merge again finishes it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from attrs import frozen

from custody.errors import LogError
from custody.report.holding_fact import HoldingState
from custody.report.reason import Reason
from custody.storage.addition import open_for_adding
from custody.storage.append import appending
from custody.storage.attentive_source import AttentiveSource
from custody.storage.folder import open_folder
from custody.storage.source import BundleSource
from custody.transfer.candidates import LeftOut
from custody.transfer.compare import ShownEvent, disputed_in, new_disputes, shown_event
from custody.transfer.copies import Copy, check_same_bundle, check_verifies, read_copy, read_whole
from custody.transfer.erasure import still_open
from custody.transfer.growth import Growth, grow, growth_of
from custody.transfer.union import Union, unite
from custody.verification.holdings import holding_facts
from custody.verification.run import Question
from custody.verification.standing import Standing

_UNPLACED: Final = frozenset({Reason.LATER_EVENT_EXISTS.name, Reason.NOT_MERGED.name})
_ENDED: Final = frozenset({HoldingState.HANDED_OVER, HoldingState.SUCCEEDED, HoldingState.RECONCILED})


@frozen(kw_only=True)
class Merged:
    """What a merge brought.

    Attributes:
        path: the bundle that has it now.
        bundle_id: 32 hex digits.
        written: whether that is a new bundle; the first copy is as it was then.
        events: the events that came in, each after its past.
        attestations: ids of those that came in.
        stamps: folders of the stamps that came in, over what was there; also where a file beside one did.
        renewals: digests of the hash renewals that came in.
        openings: paths of fields and anchors that are open now, in events that were there.
        left_out: what is in a copy and did not come in, with the reason.
        aside: names, beside the bundle, of what stood in the way and was moved out of it.
        disputes: groups of events, by id, that contradict each other now and did not in any copy.
        holders: who holds a copy now, by the names that the trust gives them, where that is not hidden.
        left_behind: whether the copy into which was merged is one that nobody holds any more: somebody has
            received what it was released to him.
        erased: numbers of the items that the new bundle withholds and the first copy had.
        outdated: places, from 0, of the copies that still hold what an erasure took, to be destroyed.
    """

    path: str
    bundle_id: str
    written: bool = False
    events: tuple[ShownEvent, ...] = ()
    attestations: tuple[str, ...] = ()
    stamps: tuple[str, ...] = ()
    renewals: tuple[str, ...] = ()
    openings: tuple[str, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    aside: tuple[str, ...] = ()
    disputes: tuple[tuple[str, ...], ...] = ()
    holders: tuple[str, ...] = ()
    left_behind: bool = False
    erased: tuple[int, ...] = ()
    outdated: tuple[int, ...] = ()

    @property
    def unplaced(self) -> bool:
        """Whether a well-signed event of a receipt found no past here, so that it was not taken."""
        return any(one.code in _UNPLACED for one in self.left_out)

    @property
    def news(self) -> bool:
        """Whether anything came in."""
        return any((self.events, self.attestations, self.stamps, self.renewals, self.openings))


def merge_in_place(bundle: str, others: Sequence[BundleSource], question: Question) -> Merged:
    """Add to a bundle what other copies and receipts have more; nothing of it is ever removed or replaced.

    Args:
        bundle: path of its folder.
        others: the copies and receipts, open.
        question: the trust, the moment, and the seal that is expected.

    Raises:
        UsageError: code OTHER_BUNDLE.
        NotProvenError: the bundle is refuted, or a copy is not proven intact.
        LogError: the code says why the copies are not united: FORK, SIGNATURES_DIFFER, PLACE_CONTESTED,
            PART_NOT_MERGED, ERASURE_PENDING, LOG_LIMIT, STAMPS_LIMIT. Nothing was written.
        BundleError: a copy cannot be read as one.
        StorageError: NOT_A_FOLDER: a zip; otherwise the machine refused. What was added stays and is sound;
            the same merge again goes on.
    """
    open_for_adding(bundle).close()
    first = open_folder(bundle)
    watched = tuple(map(AttentiveSource, others))
    try:
        copies, base = read_copies([AttentiveSource(first), *watched], question)
        verify_copies(copies, question)
    finally:
        first.close()
    with appending(bundle) as log:
        first = open_folder(bundle)  # somebody may have written meanwhile
        try:
            mine, base = read_whole(AttentiveSource(first), 0, question)
            copies = (mine, *copies[1:])
            union = unite(copies, base)
            if outdated(mine, union):
                raise LogError(
                    "bundle: expected nothing that an erasure names, found it still here",
                    code="ERASURE_PENDING",
                    hint="write the united bundle without it, and destroy this one: --to NEW",
                )
            growth = growth_of(mine, union)
            aside = grow(log, growth, union)
            return merged_of(bundle, copies, base, union, growth, aside=aside)
        finally:
            first.close()


def read_copies(sources: Sequence[AttentiveSource], question: Question) -> tuple[tuple[Copy, ...], Standing]:
    """Read the copies and receipts, all of one bundle; returns where the first one's log stands as well.

    Raises:
        UsageError, LogError, BundleError: see `merge_in_place`.
    """
    first, base = read_whole(sources[0], 0, question)
    others = (read_copy(source, place, question) for place, source in enumerate(sources[1:], start=1))
    copies = (first, *others)
    check_same_bundle(copies, base.bundle_id)
    return copies, base


def verify_copies(copies: Sequence[Copy], question: Question) -> None:
    """Verify the bundle, and every other whole copy.

    Raises:
        NotProvenError: see `custody.transfer.copies.check_verifies`.
    """
    for copy in copies:
        if copy.standing is not None:
            check_verifies(copy.source, copy.place, question)


def outdated(copy: Copy, union: Union) -> bool:
    """Tell whether a copy still holds what an erasure of the union took: content, or openings that tell."""
    if copy.standing is not None and still_open(copy.standing, union.leaves):
        return True
    return any(
        path.rpartition("/")[2] in copy.inventory.files.get(path.rpartition("/")[0], ())
        for path in union.gone
    )


def merged_of(
    path: str,
    copies: Sequence[Copy],
    base: Standing,
    union: Union,
    growth: Growth,
    *,
    aside: tuple[str, ...] = (),
    written: bool = False,
    erased: tuple[int, ...] = (),
) -> Merged:
    """Say what a merge brought."""
    united = union.standing
    standings = [copy.standing for copy in copies if copy.standing is not None]
    known = {event_id for standing in standings for event_id in disputed_in(standing.chain)}
    facts = holding_facts(united.judged, united.resolver.times)
    own = {event.holding for event in base.counted()}
    received = any(one.event is not None and one.event.type == "received" for one in growth.events)
    ended = all(one.state in _ENDED for one in facts if one.holding_id in own)
    return Merged(
        path=path,
        bundle_id=united.bundle_id,
        written=written,
        events=tuple(shown_event(united, united.events[one.event_id]) for one in growth.events),
        attestations=tuple(one.event_id for one in growth.others if one.attestation),
        stamps=growth.stamp_folders,
        renewals=tuple(one.path.rpartition("/")[2] for one in growth.others if one.renewal),
        openings=growth.openings,
        left_out=tuple(one for one in union.left_out if one.place or written),
        aside=aside,
        disputes=new_disputes(united.chain, united.events, known),
        holders=tuple(sorted({one.holder for one in facts if one.holder and one.state is HoldingState.HELD})),
        left_behind=received and ended,
        erased=erased,
        outdated=tuple(copy.place for copy in copies if outdated(copy, union)),
    )
