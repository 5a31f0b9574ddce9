"""Hash renewals recomputed, line by line (DESIGN, "Time and renewal"; bundle spec, "Renewals").

Anybody can write a renewal, so what it says counts for nothing until every line of it is recomputed from the
bundle. When it was made, and what it therefore proves, is asked elsewhere, of its stamps. The steps:

    1  each renewal.txt by itself: form, bundle, events, files, its own digest    renewal_text.py
    2  one more pass over items and payload, for all renewals and hashes at once  renewed_items.py
    3  where lines fail of items that an erasure names: which ones they are       renewal_text.passed_over

No item's digest is kept but those of items that an erasure names and that are closed: what is compared is one
digest, under the new hash, over the digests of all of these, and one over those of all others. Without a
renewal there is no second pass.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from attrs import evolve, field, frozen

from custody.errors import BundleError, CustodyError, StorageError
from custody.format.hashes import HASHES
from custody.format.layout import RENEWALS_FOLDER
from custody.proof.renewal import renewed_digest
from custody.verification.inventory import Inventory
from custody.verification.items import ItemFacts, count_among
from custody.verification.log import Log
from custody.verification.renewal_text import (
    Digests,
    RenewalFault,
    Scope,
    TextFacts,
    Void,
    judge_text,
    passed_over,
    scope_of,
)
from custody.verification.renewed_items import ItemsDigests, ItemsHash, hash_items
from custody.verification.run import Run


@frozen(kw_only=True)
class RenewalFacts:
    """What recomputing one renewal comes to.

    Attributes:
        path: its folder, `custody/renewals/<digest>`; its text is `<path>/renewal.txt`, its stamps lie in
            `<path>/stamps/`.
        hash: name of the new hash; "" where the text could not be read so far.
        event_ids: ids of the events that it covers, ascending.
        matched: paths of the files that are as its lines say; what has no line is not renewed and not here.
        failing_stamps: the first thousand paths below a `stamps/` whose line fails: they are not renewed.
        unchecked_files: paths whose line is not compared, for an erasure took the file.
        items_matched: whether every item that was not passed over is as its line says.
        unchecked_items: items that were passed over: their line fails, and an erasure took them, wholly or in
            part. These are not renewed.
        unchecked_open: whether one of them is still open in part.
        void: why the renewal proves nothing; None when every line that must hold does.
        detail: the path, id or item number that the fault is about, or the words of the error.
    """

    path: str
    hash: str = ""
    event_ids: tuple[str, ...] = ()
    matched: frozenset[str] = field(default=frozenset(), repr=False)
    failing_stamps: tuple[str, ...] = ()
    unchecked_files: tuple[str, ...] = ()
    items_matched: bool = False
    unchecked_items: int = 0
    unchecked_open: bool = False
    void: RenewalFault | None = None
    detail: str = ""

    @property
    def digest(self) -> str:
        """The name of its folder: the digest of renewal.txt under the new hash, in hex."""
        return self.path.rpartition("/")[2]


def renewal_folders(inventory: Inventory) -> list[str]:
    """Return the folders below `custody/renewals/` that hold a file, ascending."""
    prefix = f"{RENEWALS_FOLDER}/"
    return sorted(one for one in {*inventory.files, *inventory.stamps} if one.startswith(prefix))


def leaves_named_erased(log: Log) -> list[int]:
    """Return the leaf indices, ascending, that any signed `erased` event of the log names.

    Whose signature it is does not matter to a renewal: a line is passed over only where its item is closed
    here, and whether somebody may have closed it is finding 9's question. So a renewal is judged before
    anybody's keys are, and what it proves about time can serve to judge them.
    """
    leaves: set[int] = set()
    for record in log.events.values():
        if record.signed and record.body is not None and record.body.type == "erased":
            leaves.update(record.body.data["leaves"])
    return sorted(leaves)


def judge_renewals(
    run: Run, inventory: Inventory, log: Log, facts: ItemFacts, *, erased: Sequence[int]
) -> tuple[RenewalFacts, ...]:
    """Recompute every renewal of a bundle; adds no finding.

    Args:
        run: the verification; only its source is used.
        inventory: what stands where.
        log: the records, with the seal chosen.
        facts: from the pass over the items.
        erased: leaf indices that erasures name, such as `leaves_named_erased` gives; an item that is among
            them and not open any more is passed over where its line fails, and so are the openings that went
            with it where they are gone (the seal's `manifest`, any `opened`).

    Returns:
        One entry for each folder below `custody/renewals/`, ascending by path.
    """
    folders = renewal_folders(inventory)
    if not folders:
        return ()
    if log.seal is None:
        return tuple(_void(folder, RenewalFault.SEAL_NOT_COVERED, "") for folder in folders)
    scope = scope_of(log, log.seal, facts, erased)
    digests = Digests(run.source)
    expected: dict[str, ItemsDigests] = {}
    found: list[RenewalFacts] = []
    for folder in folders:
        try:
            text = judge_text(folder, scope, digests)
        except Void as void:
            found.append(_void(folder, void.fault, void.detail))
            continue
        expected[folder] = text.items
        found.append(_of_text(folder, text))
    return _compare_items(run, facts, scope, found, expected)


def _of_text(folder: str, text: TextFacts) -> RenewalFacts:
    return RenewalFacts(
        path=folder,
        hash=text.hash,
        event_ids=text.event_ids,
        matched=text.matched,
        failing_stamps=text.failing_stamps,
        unchecked_files=text.unchecked_files,
    )


def _void(folder: str, fault: RenewalFault, detail: str) -> RenewalFacts:
    return RenewalFacts(path=folder, void=fault, detail=detail)


@frozen(kw_only=True)
class _Present:
    """The items as they are, under one hash: what all come to, and one by one those of `Scope.taken`."""

    items: ItemsDigests
    taken: bytes = field(repr=False)


def _compare_items(
    run: Run,
    facts: ItemFacts,
    scope: Scope,
    found: Sequence[RenewalFacts],
    expected: Mapping[str, ItemsDigests],
) -> tuple[RenewalFacts, ...]:
    names = tuple(sorted({one.hash for one in found if one.void is None}))
    if not names:
        return tuple(found)
    fault, detail, present = RenewalFault.ITEMS_DIFFER, "", dict[str, _Present]()
    if not facts.malformed:
        try:
            present = _digest_items(run, names, scope)
        except Void as void:
            fault, detail = void.fault, void.detail
    judged = []
    for one in found:
        if one.void is not None:
            judged.append(one)
        elif one.hash not in present or present[one.hash].items.kept != expected[one.path].kept:
            judged.append(evolve(one, void=fault, detail=detail))
        elif present[one.hash].items == expected[one.path]:
            judged.append(evolve(one, items_matched=True))
        else:
            judged.append(_pass_over(run, facts, scope, one, present[one.hash].taken))
    return tuple(judged)


def _pass_over(run: Run, facts: ItemFacts, scope: Scope, one: RenewalFacts, present: bytes) -> RenewalFacts:
    count, still_open = 0, False
    try:
        for index in passed_over(one.path, scope, run.source, present):
            count += 1
            still_open = still_open or count_among(facts.partly_open, (index,)) > 0
    except Void as void:
        return evolve(one, void=void.fault, detail=void.detail)
    return evolve(one, items_matched=True, unchecked_items=count, unchecked_open=still_open)


def _digest_items(run: Run, names: Sequence[str], scope: Scope) -> dict[str, _Present]:
    """Hash the digests of all items, in order, under each hash.

    Raises:
        Void: an item or its file is not what any line could match, or cannot be read.
    """
    hashes = [HASHES[name] for name in names]
    running = [ItemsHash(one) for one in hashes]
    taken = [bytearray() for _ in hashes]
    done = 0
    try:
        for item in hash_items(run.source, hashes):
            done = item.index + 1
            is_taken = item.index in scope.taken
            files = item.file_digests or (None,) * len(hashes)
            for all_items, kept, file_digest in zip(running, taken, files, strict=True):
                digest = renewed_digest(all_items.hash, item.data, file_digest)
                all_items.add(digest, taken=is_taken)
                if is_taken:
                    kept.extend(digest)
    except CustodyError as error:
        differs = isinstance(error, BundleError) and not error.code.startswith("ZIP")
        if differs or (isinstance(error, StorageError) and error.code in {"MISSING", "NOT_A_FILE"}):
            raise Void(RenewalFault.ITEMS_DIFFER, str(done + 1)) from error
        raise Void(RenewalFault.UNREADABLE, str(done + 1)) from error
    return {
        one.hash.name: _Present(items=one.conclude(), taken=bytes(kept))
        for one, kept in zip(running, taken, strict=True)
    }
