"""What an erasure takes, and what of it a copy still holds (DESIGN, "Whole and part")."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from custody.format.bag import ITEMS_PATH
from custody.format.item_line import decode_item_line, encode_withheld_line
from custody.format.layout import seal_path
from custody.format.limits import ITEM_LINE_BYTES
from custody.proof.event_record import EventRecord
from custody.storage.source import BundleSource
from custody.trust.trust import Role
from custody.verification.items import leaf_of
from custody.verification.standing import Standing

_CONTENT: Final = 1  # the bit of the field `content`
_ATTRIBUTING: Final = frozenset({Role.SEALER, Role.HOLDER})


def erased_in(standing: Standing) -> tuple[int, ...]:
    """Return the leaf indices, ascending, that `erased` events name which count beyond doubt.

    Nothing before them leaves their holding undetermined, and the signature is a trusted sealer's or
    holder's or, under an expected seal, the sealer's.
    """
    leaves: set[int] = set()
    for event in standing.counted():
        if event.type != "erased" or standing.chain.erasures[event.event_id]:
            continue
        signers = standing.judged.resolved[event.event_id]
        actor = standing.judged.actor_of(event.event_id)
        known = bool(actor.roles & _ATTRIBUTING) or not actor.trusted
        if known and all(one.doubt is None for one in signers):
            leaves.update(event.leaves)
    return tuple(sorted(leaves))


def is_whole(standing: Standing) -> bool:
    """Tell whether every item is open but those that an erasure names."""
    facts = standing.facts
    return facts.closed == facts.closed_among(erased_in(standing))


def gone_openings(records: Iterable[EventRecord], bundle_id: str, leaves: tuple[int, ...]) -> frozenset[str]:
    """Return the paths of the openings that go with erased leaves.

    That is the seal's `manifest`, and every `opened` that lists the `content` of such a leaf: both would let
    somebody guess at what is gone.
    """
    if not leaves:
        return frozenset()
    gone = {f"{seal_path(bundle_id)}/manifest.json"}
    for record in records:
        opening = record.openings.get("opened")
        if opening is not None and _lists_content(opening.value, leaves):
            gone.add(f"{record.path}/opened.json")
    return frozenset(gone)


def _lists_content(opened: Any, leaves: tuple[int, ...]) -> bool:  # noqa: ANN401 - a checked JSON value
    return any(
        first <= leaf <= last for first, last, mask in opened["items"] if mask & _CONTENT for leaf in leaves
    )


def withheld_lines(source: BundleSource, bundle_id: str, leaves: Iterable[int]) -> dict[int, bytes]:
    """Return by index the lines, without line feeds, that stand for erased items: their leaves alone."""
    wanted = frozenset(leaves)
    if not wanted:
        return {}
    found: dict[int, bytes] = {}
    for index, data in enumerate(source.lines(ITEMS_PATH, ITEM_LINE_BYTES)):
        if index in wanted:
            leaf = leaf_of(decode_item_line(data, index + 1), bytes.fromhex(bundle_id), index)
            found[index] = encode_withheld_line(leaf.hex())
    return found


def still_open(standing: Standing, leaves: tuple[int, ...]) -> bool:
    """Tell whether the content of an erased leaf is open in a copy; only such lines are looked at."""
    facts = standing.facts
    if not leaves or facts.closed_among(leaves) == len(leaves) == _count(facts.withheld, leaves):
        return False
    wanted = set(leaves)
    for index, data in enumerate(standing.source.lines(ITEMS_PATH, ITEM_LINE_BYTES)):
        if index in wanted and decode_item_line(data, index + 1).mask & _CONTENT:
            return True
    return False


def _count(indices: Iterable[int], leaves: tuple[int, ...]) -> int:
    return len(set(indices).intersection(leaves))
