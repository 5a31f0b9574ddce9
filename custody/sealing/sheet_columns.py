"""The columns of the sheet (bundle spec, "Metadata"): headings, where each value goes, how it is read."""

from __future__ import annotations

import difflib
from collections.abc import Callable
from enum import Enum
from typing import Any, Final, cast

from attrs import frozen

from custody.format.item_fields import (
    DERIVATION,
    KIND,
    ORIGIN,
    PEOPLE,
    PLACE,
    PROSE,
    TERMS,
    TIME,
)
from custody.format.shape import (
    Boolean,
    Choice,
    DateText,
    InstantText,
    Integer,
    OneOf,
    Record,
    Sequence,
    Shape,
    TextMap,
)
from custody.sealing.cell import (
    read_ascending,
    read_date,
    read_flag,
    read_integer,
    read_list,
    read_offset,
    read_people,
    read_scopes,
    read_text,
)
from custody.sealing.item_values import GIVEN_KINDS

PATH: Final = "path"
OFFSET: Final = "offset"
EXTRA: Final = "extra"
EXTRA_PREFIX: Final = "extra_"


class CellKind(Enum):
    """How a cell is read."""

    VALUE = "value"  # by the column's own function
    MOMENT = "moment"  # with the offset of its row
    ITEM = "item"  # the path of another item of the draft
    ITEMS = "items"  # several of them


@frozen(kw_only=True)
class Column:
    """One column.

    Attributes:
        name: its heading.
        field: the item field that it belongs to.
        member: the way to the member inside the field.
        kind: how a cell is read.
        read: for VALUE: from text to value.
        shape: what the value must be.
    """

    name: str
    field: str
    member: tuple[str, ...]
    kind: CellKind = CellKind.VALUE
    read: Callable[[str], Any] = read_text
    shape: Shape


def _word(text: str) -> str:
    return text.strip().lower()


_READERS: Final[dict[str, Callable[[str], Any]]] = {
    "kind": _word,
    "origin_role": _word,
    "document_date": read_date,
    OFFSET: read_offset,
    "precision": _word,
    "people": read_people,
    "consent": read_flag,
    "consent_date": read_date,
    "consent_method": _word,
    "consent_minor": read_flag,
    "scopes": read_scopes,
    "partners": read_list,
    "states": read_ascending,
    "purposes": read_list,
    "confidentiality": _word,
    "protective_measures": read_flag,
    "review": read_date,
}
_KINDS_OF_CELL: Final = {
    "captured": CellKind.MOMENT,
    "captured_end": CellKind.MOMENT,
    "collected": CellKind.MOMENT,
    "published": CellKind.MOMENT,
    "consent_form": CellKind.ITEM,
    "derived_from": CellKind.ITEMS,
}
_PLACES: Final = (
    ("kind", "kind.kind"),
    ("title", "kind.title"),
    ("language", "kind.language"),
    ("description", "kind.description"),
    ("document_type", "kind.document_type"),
    ("origin_role", "origin.role"),
    ("origin_method", "origin.method"),
    ("origin_source", "origin.source"),
    ("origin_source_category", "origin.source_category"),
    ("origin_tool", "origin.tool.name"),
    ("origin_tool_version", "origin.tool.version"),
    ("origin_url", "origin.url"),
    ("origin_device", "origin.device"),
    ("origin_account", "origin.account"),
    ("origin_acquired_by", "origin.acquired_by"),
    ("origin_acquired_from", "origin.acquired_from"),
    ("origin_authority", "origin.authority"),
    ("origin_location", "origin.original_location"),
    ("origin_custody_before", "origin.custody_before"),
    ("origin_changes", "origin.changes"),
    ("captured", "time.captured"),
    ("captured_end", "time.captured_end"),
    ("collected", "time.collected"),
    ("published", "time.published"),
    ("document_date", "time.document_date"),
    (OFFSET, "time.offset"),
    ("precision", "time.precision"),
    ("place", "place.description"),
    ("place_country", "place.country"),
    ("place_region", "place.region"),
    ("latitude", "place.latitude"),
    ("longitude", "place.longitude"),
    ("people", "people.persons"),
    ("consent", "terms.consent.given"),
    ("consent_date", "terms.consent.date"),
    ("consent_method", "terms.consent.method"),
    ("consent_language", "terms.consent.language"),
    ("consent_minor", "terms.consent.minor"),
    ("consent_form", "terms.consent.form_item"),
    ("scopes", "terms.scopes"),
    ("partners", "terms.partners"),
    ("states", "terms.states"),
    ("purposes", "terms.purposes"),
    ("conditions", "terms.conditions"),
    ("review", "terms.review"),
    ("confidentiality", "terms.confidentiality"),
    ("protective_measures", "terms.protective_measures"),
    ("rights", "terms.rights"),
    ("legal_basis", "terms.legal_basis"),
    ("derived_from", "derivation.of"),
    ("derived_how", "derivation.how"),
    ("derived_tool", "derivation.tool.name"),
)
_RECORDS: Final[dict[str, Record]] = {
    "kind": KIND,
    "origin": ORIGIN,
    "time": TIME,
    "place": PLACE,
    "people": PEOPLE,
    "terms": TERMS,
    "derivation": DERIVATION,
}


def _shape_of(field: str, member: tuple[str, ...]) -> Shape:
    """Find the shape of a member in the format itself, so that sheet and format cannot differ."""
    shape: Shape = _RECORDS[field]
    for name in member:
        record = cast("Record", shape)
        shape = {**record.required, **record.optional}[name]
    return shape


def _column(name: str, place: str) -> Column:
    field, *member = place.split(".")
    return Column(
        name=name,
        field=field,
        member=tuple(member),
        kind=_KINDS_OF_CELL.get(name, CellKind.VALUE),
        read=_READERS.get(name, read_text),
        shape=GIVEN_KINDS if name == "kind" else _shape_of(field, tuple(member)),
    )


COLUMNS: Final = tuple(_column(name, place) for name, place in _PLACES)
"""Every column but `path`, in the order in which a new sheet has them."""

_BY_NAME: Final = {column.name: column for column in COLUMNS}
_BY_MEMBER: Final = {".".join((column.field, *column.member)): column for column in COLUMNS}


def _single_column(path: str) -> Column | None:
    """Return a column for a member that has none of its own, named by its path; None where a cell is none.

    A member that has a column gets that one, so that no sheet says it in two ways.
    """
    if path in _BY_MEMBER:
        return _BY_MEMBER[path]
    field, *member = path.split(".")
    shape: Shape | None = _RECORDS.get(field)
    for name in member:
        shape = {**shape.required, **shape.optional}.get(name) if isinstance(shape, Record) else None
    if shape is None or not _fits_a_cell(shape):
        return None
    kind = CellKind.MOMENT if isinstance(shape, InstantText) else CellKind.VALUE
    return Column(
        name=path, field=field, member=tuple(member), kind=kind, read=_reader_of(shape), shape=shape
    )


def _fits_a_cell(shape: Shape) -> bool:
    if isinstance(shape, Sequence):
        return _fits_a_cell(shape.item)
    return not isinstance(shape, Record | OneOf | TextMap)


def _reader_of(shape: Shape) -> Callable[[str], Any]:
    if isinstance(shape, Sequence):
        return read_ascending if shape.sorted_unique else read_list
    readers: dict[type[Any], Callable[[str], Any]] = {
        Boolean: read_flag,
        Choice: _word,
        DateText: read_date,
        Integer: read_integer,
    }
    return readers.get(type(shape), read_text)


def column_of(heading: str) -> Column | None:
    """Return the column with this heading, or None.

    `extra_<key>` is a member of the field `extra`. A path with dots, such as `origin.medium.serial`, is the
    member at that path.
    """
    name = heading.strip().lower()
    if name.startswith(f"{EXTRA}."):
        name = EXTRA_PREFIX + name.removeprefix(f"{EXTRA}.")
    if "." in name and not name.startswith(EXTRA_PREFIX):
        return _single_column(name)
    if name.startswith(EXTRA_PREFIX) and len(name) > len(EXTRA_PREFIX):
        return Column(name=name, field=EXTRA, member=(name[len(EXTRA_PREFIX) :],), shape=PROSE)
    return _BY_NAME.get(name)


def nearest_column(heading: str) -> str | None:
    """Return the known heading that looks most like this one, or None."""
    names = [PATH, *_BY_NAME]
    found = difflib.get_close_matches(heading.strip().lower().replace(" ", "_"), names, n=1, cutoff=0.5)
    return found[0] if found else None
