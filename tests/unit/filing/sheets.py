"""Bundles of pictures, and what becomes of each on a contact sheet."""

from __future__ import annotations

from typing import Any

from custody.filing.contact_sheet import SheetEntry, draw_items
from custody.filing.sheet_choice import decode_numbers
from custody.filing.thumbnail import Thumbnail
from custody.model.item_numbers import ItemNumbers
from custody.report.report import Report
from tests.tools.bundles import Bundle, Item, make_bundle, seed_signer
from tests.tools.memory import MemorySource, judge, trusting
from tests.tools.pictures import plain

SEALER = seed_signer("w-01")


def picture(data: bytes = b"", *, ext: str = "jpg", kind: str = "media", **fields: Any) -> Item:  # noqa: ANN401
    """Return an item that is a picture; its name must never be on a sheet."""
    return Item(
        data=data or plain(), ext=ext, fields={"name": "SECRET-name.jpg", "kind": {"kind": kind}, **fields}
    )


def sealed(*items: Item) -> Bundle:
    """Seal items."""
    return make_bundle(items, signers=[SEALER])


def report_on(bundle: Bundle) -> Report:
    """Verify a bundle."""
    return judge(bundle.files, trusting(SEALER))


def entries_of(bundle: Bundle, text: str = "") -> tuple[SheetEntry, ...]:
    """Draw items of a bundle."""
    items = decode_numbers(text) if text else ItemNumbers()
    return draw_items(report_on(bundle), MemorySource(bundle.files), items=items)


def fates(bundle: Bundle, text: str = "") -> list[Any]:
    """Return what became of each item: a class for a picture, else the value."""
    return [
        Thumbnail if isinstance(entry.drawn, Thumbnail) else entry.drawn for entry in entries_of(bundle, text)
    ]
