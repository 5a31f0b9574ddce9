r"""The items as CSV, for spreadsheets and programs (`exhibits.csv`; RFC 4180, lines ended by CR LF).

The file begins with a byte order mark: without it the usual spreadsheets take UTF-8 for another encoding,
and Arabic names become nonsense in front of the very people who read names. Programs read it as `utf-8-sig`.

A text that a spreadsheet would take for a formula (it begins with = + - @ or a full-width form of them,
also after blanks and quotation marks) gets an apostrophe in front; so does one that begins with an
apostrophe. The same holds after each `;` and `,` inside a cell: where the list separator of a machine is a
semicolon, the name `x;=1+1` falls into two cells. To have the text back, take away one apostrophe at the
beginning of the cell and one right after each `;` and `,`, where there is one. Control characters, tabs,
line ends, changes of direction and invisible characters stand as `\u{202E}`, as everywhere in custody, so
that none of them separates.
"""

from __future__ import annotations

import csv
import io
import re
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
_FORMULA: Final = "=+@\\-\uff1d\uff0b\uff0d\uff20'"
_BLANKS: Final = (
    " \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
)
_START: Final = re.compile(rf"(^|[;,])(?=[{_BLANKS}\"]*[{_FORMULA}])")


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
    """Return text of which no spreadsheet takes a part for a formula, and that shows what it holds."""
    return _START.sub(r"\1'", display(text))


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
