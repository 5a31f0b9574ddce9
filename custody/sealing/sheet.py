"""The sheet that `custody draft` writes and people fill in: CSV that spreadsheets open, Arabic too.

UTF-8 with a byte order mark, comma, CRLF, one row a file, sorted by path. What a spreadsheet would run as a
formula gets an apostrophe that the reader takes away again (robustness rule OUT-3).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, Final

from attrs import define, field

from custody.errors import UsageError
from custody.format.scalar import ShapeError
from custody.sealing.cell import (
    CellError,
    cell_name,
    name_cell,
    protect,
    read_list,
    read_offset,
    read_time,
    unprotect,
    write_people,
    write_value,
)
from custody.sealing.draft import Draft
from custody.sealing.item_values import pack_given
from custody.sealing.metadata_fault import Faults
from custody.sealing.name_index import NameIndex
from custody.sealing.sheet_columns import (
    COLUMNS,
    EXTRA_PREFIX,
    OFFSET,
    PATH,
    CellKind,
    Column,
    column_of,
    nearest_column,
)

_DELIMITERS: Final = (",", ";", "\t")
_CELL_CHARACTERS: Final = 1024 * 1024
_DAY: Final = "day"
_TIME: Final = "time"  # the field that says how precise its moments are
_NAMES_SHOWN: Final = 3
_NO_ROW: Final = "write the sheet anew with custody draft, or add the rows; empty cells are enough"
_ALL_KNOWN: Final = "custody draft writes a sheet with all known columns"


def encode_sheet(draft: Draft, kinds: Sequence[str] = ()) -> bytes:
    """Write the sheet of a draft: a row for each item that has a name, with what is known of it already.

    Args:
        draft: the items.
        kinds: the kind that each item would get (`custody.sealing.gather.detect_kinds`), else none.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    columns = (*COLUMNS, *_extra_columns(draft))
    writer.writerow([PATH, *(column.name for column in columns)])
    name_of = draft.rows.name
    for index, item in sorted(enumerate(draft.items()), key=lambda pair: name_of(pair[0])):
        name = name_of(index)
        if name:
            fields = dict(item.fields)
            if kinds:
                fields["kind"] = {"kind": kinds[index], **fields.get("kind", {})}
            cells = (_cell(column, fields, name_of) for column in columns)
            writer.writerow([protect(name_cell(name)), *map(protect, cells)])
    return b"\xef\xbb\xbf" + text.getvalue().encode("utf-8")


def _extra_columns(draft: Draft) -> list[Column]:
    keys = {key for item in draft.items() for key in item.fields.get("extra", ())}
    found = (column_of(EXTRA_PREFIX + key) for key in sorted(keys))
    return [column for column in found if column is not None]


def _cell(column: Column, fields: Mapping[str, Any], name_of: Callable[[int], bytes]) -> str:
    value: Any = fields.get(column.field)
    for member in column.member:
        value = value.get(member) if isinstance(value, dict) else None
    if value is None:
        return ""
    if column.kind is CellKind.ITEM:
        return name_cell(name_of(value - 1))
    if column.kind is CellKind.ITEMS:
        own = [name_cell(name_of(original["item"] - 1)) for original in value if "bundle" not in original]
        return write_value(own) or ""
    written = write_people(value) if column.name == "people" else write_value(value)
    return written or ""


@define
class _Sheet:
    """The reading of one sheet."""

    draft: Draft
    faults: Faults
    index: NameIndex
    columns: list[Column | None] = field(factory=list)
    path_place: int = -1
    given: dict[int, bytes] = field(factory=dict)
    rows: dict[int, int] = field(factory=dict)


def decode_sheet(draft: Draft, text: str, faults: Faults, *, partial: bool = False) -> dict[int, bytes]:
    """Read a sheet: place of each item that has a row, from 0, to its packed fields; faults are noted.

    Empty cells say nothing. Rows that are wholly empty are passed over. Every item with a name needs a row,
    unless `partial`: a row that was deleted or cut off by accident would seal its file undescribed.
    """
    before = csv.field_size_limit(_CELL_CHARACTERS)
    try:
        sheet = _Sheet(draft=draft, faults=faults, index=NameIndex(draft))
        _read_rows(sheet, _records(text, faults))
        if sheet.path_place >= 0 and not partial:
            _note_missing_rows(sheet)
    finally:
        csv.field_size_limit(before)
    return sheet.given


def _note_missing_rows(sheet: _Sheet) -> None:
    names = (
        name
        for place, (name, _) in enumerate(sheet.draft.rows.rows(sheet.draft.count))
        if name and place not in sheet.rows
    )
    first = list(islice(names, _NAMES_SHOWN))
    count = len(first) + sum(1 for _ in names)
    if count:
        shown = ", ".join(name.decode("utf-8", "backslashreplace") for name in first)
        more = ", …" if count > len(first) else ""
        sheet.faults.add(0, PATH, "a row for each file", f"none for {count}: {shown}{more}", _NO_ROW)


def _records(text: str, faults: Faults) -> Iterator[tuple[int, list[str]]]:
    heading = text[: text.find("\n") + 1] or text
    delimiter = max(_DELIMITERS, key=lambda mark: _known_headings(heading, mark))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    row = 0
    while True:
        row += 1
        try:
            yield row, next(reader)
        except StopIteration:
            return
        except csv.Error:
            faults.add(row, "", "CSV", "another text", "save it again as CSV, with quotation marks doubled")
            return


def _known_headings(heading: str, delimiter: str) -> int:
    cells = heading.strip("\r\n").split(delimiter)
    names = (cell.strip().strip('"').lower() for cell in cells)
    return sum(name == PATH or column_of(name) is not None for name in names)


def _read_rows(sheet: _Sheet, records: Iterator[tuple[int, list[str]]]) -> None:
    for row, cells in records:
        if row == 1:
            if not _read_headings(sheet, cells):
                return
        elif any(cell.strip() for cell in cells):
            _read_row(sheet, row, cells)
    if sheet.path_place < 0 and not sheet.faults.count:
        sheet.faults.add(0, "", "a sheet with headings", "an empty file")


def _read_headings(sheet: _Sheet, cells: list[str]) -> bool:
    seen: set[str] = set()
    for place, cell in enumerate(cells):
        heading = unprotect(cell).strip().lower()
        column = column_of(heading)
        sheet.columns.append(column)
        where = f"column {place + 1}"
        if heading == PATH:
            sheet.path_place = place
        elif heading and column is None:
            near = nearest_column(heading)
            hint = f"did you mean {near}?" if near else _ALL_KNOWN
            sheet.faults.add(1, where, "a known heading", "another", hint)
        said = heading if column is None else column.name  # origin.method says what origin_method says
        if said and said in seen:
            sheet.faults.add(1, where, "each heading once", "one twice")
        seen.add(said)
    if PATH not in seen:
        sheet.faults.add(1, "", "a column path", "none", _ALL_KNOWN)
    return PATH in seen


def _read_row(sheet: _Sheet, row: int, cells: list[str]) -> None:
    if len(cells) > len(sheet.columns) and any(cell.strip() for cell in cells[len(sheet.columns) :]):
        hint = "a text with the delimiter in it must stand between quotation marks"
        sheet.faults.add(row, "", f"{len(sheet.columns)} cells", f"{len(cells)}", hint)
        return
    path = cells[sheet.path_place] if sheet.path_place < len(cells) else ""
    if not path:
        sheet.faults.add(row, PATH, "a path", "an empty cell")
        return
    index = sheet.index.find(cell_name(unprotect(path)), sheet.faults, row, PATH)
    if index is None:
        return
    if index in sheet.rows:
        sheet.faults.add(row, PATH, "each file once", f"the file of row {sheet.rows[index]} again")
        return
    sheet.rows[index] = row
    before = sheet.faults.count
    fields = _fields_of(sheet, row, cells)
    if fields and sheet.faults.count == before:
        try:
            sheet.given[index] = pack_given(fields)
        except UsageError as error:
            found = str(error).rpartition("found ")[2]
            sheet.faults.add(row, "", "cells that go together", found, _together(error))


def _together(error: UsageError) -> str:
    text = str(error)
    if "terms/consent" in text:
        return "a row that says anything of a consent needs yes or no in the column consent"
    return "a derived item needs both derived_from and derived_how" if "derivation" in text else ""


def _fields_of(sheet: _Sheet, row: int, cells: list[str]) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    offset = _offset_of(sheet, cells)
    for column, cell in zip(sheet.columns, cells, strict=False):
        text = unprotect(cell).strip()
        if column is None or not text:
            continue
        try:
            value = _value_of(sheet, row, column, text, offset)
            column.shape.check(value, "")
        except CellError as fault:
            sheet.faults.add(row, column.name, fault.expected, fault.found, fault.hint)
        except ShapeError as fault:
            sheet.faults.add(row, column.name, fault.expected, fault.found)
        else:
            _put(fields, column, value)
            if column.kind is CellKind.MOMENT and column.field == _TIME and read_time(text, offset)[1]:
                fields[column.field].setdefault("precision", _DAY)
    return fields


def _offset_of(sheet: _Sheet, cells: list[str]) -> str | None:
    for column, cell in zip(sheet.columns, cells, strict=False):
        if column is not None and column.name == OFFSET and cell.strip():
            try:
                return read_offset(unprotect(cell).strip())
            except CellError:  # noted when its own column is read
                return "+00:00"
    return None


def _value_of(sheet: _Sheet, row: int, column: Column, text: str, offset: str | None) -> Any:  # noqa: ANN401
    if column.kind is CellKind.VALUE:
        return column.read(text)
    if column.kind is CellKind.MOMENT:
        return read_time(text, offset)[0]
    names = [text] if column.kind is CellKind.ITEM else read_list(text)
    places = [sheet.index.find(cell_name(name), sheet.faults, row, column.name) for name in names]
    numbers = [place + 1 if place is not None else 1 for place in places]
    return numbers[0] if column.kind is CellKind.ITEM else [{"item": number} for number in numbers]


def _put(fields: dict[str, Any], column: Column, value: object) -> None:
    target = fields.setdefault(column.field, {})
    for member in column.member[:-1]:
        target = target.setdefault(member, {})
    target[column.member[-1]] = value
