"""The items of a verified bundle, each with what verification found against it."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import Any

from attrs import frozen

from custody.errors import BundleError, CustodyError
from custody.filing.facts import ItemState, ListedItem
from custody.format.bag import ITEMS_PATH, chunks_path
from custody.format.extension import payload_path
from custody.format.item_line import ALL_FIELDS, ItemLine, decode_item_line
from custody.format.limits import ITEM_LINE_BYTES, ITEMS
from custody.proof.merkle import RootBuilder
from custody.report.claim import Outcome
from custody.report.reason import Reason
from custody.report.report import Report
from custody.report.timeline import EventStatus, Timeline
from custody.storage.source import BundleSource
from custody.verification.items import leaf_of

_NAME = 1  # place of the field among the ten
_SHOWN = frozenset({Reason.ITEMS_MATCH, Reason.SEAL_SIGNED})


@frozen(kw_only=True)
class ItemList:
    """The items of a bundle.

    Attributes:
        items: ascending by number.
        ended_early: whether the list could not be read to its end.
    """

    items: tuple[ListedItem, ...]
    ended_early: bool = False


def list_items(source: BundleSource, report: Report, timeline: Timeline | None) -> ItemList:
    """Read the items once more after verification, and compare them with the root that it found.

    Args:
        source: the bundle, still open.
        report: what verification found about it; items of a refuted bundle are listed as well, marked.
        timeline: its log, which says what was erased.

    Raises:
        BundleError: code CHANGED_WHILE_READ: the items are no longer those that were verified.
    """
    reading = _Reading(report=report, erased=_erased(timeline))
    items: list[ListedItem] = []
    builder = RootBuilder()
    try:
        for index, data in enumerate(source.lines(ITEMS_PATH, ITEM_LINE_BYTES)):
            if index >= ITEMS:
                return ItemList(items=tuple(items), ended_early=True)
            items.append(reading.item(data, index, builder))
    except CustodyError:
        if reading.matching:
            raise
        return ItemList(items=tuple(items), ended_early=True)
    if reading.matching and builder.root().hex() != report.root:
        raise BundleError(
            f"{ITEMS_PATH}: expected what was verified, found other items", code="CHANGED_WHILE_READ"
        )
    return ItemList(items=tuple(items))


def _erased(timeline: Timeline | None) -> frozenset[int]:
    """Return the indices of the items that counted events say were erased."""
    events = () if timeline is None else timeline.events
    return frozenset(
        leaf
        for event in events
        if event.type == "erased" and event.status is EventStatus.COUNTED
        for leaf in event.claimed_data.get("leaves", ())
    )


class _Reading:
    """What is known of a bundle before its items are read."""

    def __init__(self, *, report: Report, erased: frozenset[int]) -> None:
        reasons = {finding.reason for finding in report.findings}
        against = [one for one in report.findings if one.claims and one.outcome is not Outcome.PROVEN]
        self.matching = Reason.ITEMS_MATCH in reasons
        # Faults beyond those that a report lists could be about any item.
        self._shown = reasons >= _SHOWN and len(against) >= report.failures
        self._bundle_id = bytes.fromhex(report.bundle_id or "")
        self._erased = erased
        self._codes: dict[str, list[str]] = {}
        for finding in against:
            self._codes.setdefault(finding.subject, []).append(finding.reason.name)

    def item(self, data: bytes, index: int, builder: RootBuilder) -> ListedItem:
        """Return the item of one line, and add its leaf."""
        number = index + 1
        try:
            line = decode_item_line(data, number)
        except BundleError:
            if self.matching:
                raise
            return ListedItem(number=number, state=ItemState.UNREADABLE, codes=self._found(str(number)))
        if self.matching:
            builder.add(leaf_of(line, self._bundle_id, index))
        return self._listed(line, number)

    def _listed(self, line: ItemLine, number: int) -> ListedItem:
        content, kind = line.content, line.kind or {}
        path = "" if content is None else payload_path(number, content["ext"])
        codes = self._found(str(number), path, chunks_path(number))
        return ListedItem(
            number=number,
            state=self._state(line, kind, number - 1),
            claimed_name=_name_of(line),
            claimed_type=kind.get("media_type"),
            size_bytes=None if content is None else content["size"],
            sha256=None if content is None else content["sha256"],
            path=path,
            codes=codes,
            as_sealed=self._shown and not codes,
        )

    def _state(self, line: ItemLine, kind: dict[str, Any], index: int) -> ItemState:
        if line.mask != ALL_FIELDS and index in self._erased:
            return ItemState.ERASED
        if line.leaf is not None:
            return ItemState.WITHHELD
        if kind.get("kind") == "padding":
            return ItemState.PADDING
        return ItemState.OPEN if line.mask == ALL_FIELDS else ItemState.PARTLY_OPEN

    def _found(self, *subjects: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(_all(self._codes, subjects)))


def _all(codes: dict[str, list[str]], subjects: tuple[str, ...]) -> Iterator[str]:
    for subject in subjects:
        if subject:
            yield from codes.get(subject, ())


def _name_of(line: ItemLine) -> str | None:
    """Return the original name where it is open; bytes that are no UTF-8 become lone surrogates."""
    value = line.values[_NAME] if line.values else (line.openings or {}).get("name", ("", None))[1]
    if isinstance(value, dict):
        return base64.b64decode(value["base64"]).decode("utf-8", "surrogateescape")
    return None if value is None else str(value)
