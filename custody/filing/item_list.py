r"""The items as CSV, for spreadsheets and programs (`exhibits.csv`; RFC 4180, lines ended by CR LF).

The file begins with a byte order mark: without it the usual spreadsheets take UTF-8 for another encoding,
and Arabic names become nonsense in front of the very people who read names. Programs read it as `utf-8-sig`.

A cell that a spreadsheet would take for a formula (it begins with = + - @, a tab, a carriage return or one of
their full-width forms, also after blanks) gets an apostrophe in front; so does a cell that begins with an
apostrophe, so that exactly one is taken away to have the text back. Control characters, line feeds, changes
of direction and invisible characters stand as `\u{202E}`, as everywhere in custody.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from typing import Final

from custody.filing.facts import ListedItem, citation_of
from custody.present.display import display

COLUMNS: Final = (
    "item",
    "citation",
    "state",
    "name",
    "type",
    "size_bytes",
    "sha256",
    "path",
    "as_sealed",
    "codes",
)
_BYTE_ORDER_MARK: Final = "\ufeff"
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20", "'")
_BLANKS: Final = (
    " \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
)


def encode_item_list(items: Iterable[ListedItem], seal_id: str | None) -> bytes:
    """Encode items as CSV: UTF-8 with a byte order mark, the same in every language.

    Args:
        items: of a bundle, ascending.
        seal_id: 64 hex digits; it begins every citation.
    """
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for item in items:
        writer.writerow([safe_cell(cell) for cell in _cells(item, seal_id)])
    return (_BYTE_ORDER_MARK + text.getvalue()).encode("utf-8")


def safe_cell(text: str) -> str:
    """Return text that no spreadsheet takes for a formula, and that shows what it holds."""
    shown = display(text)
    return f"'{shown}" if shown.lstrip(_BLANKS).startswith(_FORMULA) else shown


def _cells(item: ListedItem, seal_id: str | None) -> Iterator[str]:
    yield f"{item.number:06d}"
    yield citation_of(seal_id, item.number)
    yield item.state.value
    yield item.claimed_name or ""
    yield item.claimed_type or ""
    yield "" if item.size_bytes is None else str(item.size_bytes)
    yield item.sha256 or ""
    yield item.path
    yield "yes" if item.as_sealed else "no"
    yield " ".join(item.codes)
