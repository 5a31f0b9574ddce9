"""Metadata for the items of a draft: the sheet that people filled in, or JSON that programs wrote."""

from __future__ import annotations

from typing import Any, Final, cast

from attrs import evolve

from custody.errors import BundleError, UsageError
from custody.format.canonical import decode_json
from custody.format.item_fields import DERIVATION, HEX32, HEX64, ITEM_FIELDS, ITEM_SHAPES, KIND, TERMS
from custody.format.limits import INTEGER, ITEMS, METADATA_BYTES
from custody.format.shape import (
    Base64Text,
    Choice,
    Integer,
    OneOf,
    Record,
    Sequence,
    Shape,
    ShapeError,
    Text,
)
from custody.sealing.draft import Draft
from custody.sealing.item_values import GIVEN_FIELDS, GIVEN_KINDS, NULL, decode_name, pack_given
from custody.sealing.metadata_fault import Faults
from custody.sealing.name_index import NameIndex
from custody.sealing.sheet import decode_sheet

FORMAT: Final = "custody/metadata/1"
_WORKBOOK_MARKS: Final = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_UTF16_MARKS: Final = (b"\xff\xfe", b"\xfe\xff")
_ARABIC_LETTERS: Final = range(0x0621, 0x064B)
_JSON_HINT: Final = "see the schema metadata-1"
_UTF8_HINT: Final = 'save it as "CSV UTF-8"'


def described_by(draft: Draft, data: bytes, *, partial: bool = False) -> Draft:
    """Return the draft with the fields that metadata gives; a field that it does not give stays.

    Args:
        draft: the items, found by their names: exact bytes first, else the only name that is equal after NFC.
        data: UTF-8: CSV (comma, semicolon or tab, with or without byte order mark) or `custody/metadata/1`.
        partial: files without a row in the sheet are meant to be sealed undescribed. JSON, which programs
            write, may always leave items out.

    Raises:
        MetadataError: all faults at once, each with row, column and a hint; the first 1,000 are listed.
        UsageError: the file is too large.
    """
    if len(data) > METADATA_BYTES:
        raise UsageError(f"metadata: expected at most {METADATA_BYTES} bytes, found more")
    faults = Faults()
    text = _decode_text(data, faults)
    faults.refuse()
    is_json = text.lstrip()[:1] == "{"
    if is_json:
        given = _decode_metadata_json(draft, data, faults)
    else:
        given = decode_sheet(draft, text, faults, partial=partial)
    faults.refuse()
    rows = draft.rows.redescribed(draft.count)
    for index, packed in given.items():
        rows.given[index] = rows.share(_over(packed, rows.given[index]))
    return evolve(draft, rows=rows)


def _over(new: bytes, old: bytes) -> bytes:
    pairs = zip(new.split(b"\0"), old.split(b"\0"), strict=True)
    return b"\0".join(before if after == NULL else after for after, before in pairs)


def _decode_text(data: bytes, faults: Faults) -> str:
    if data.startswith(_WORKBOOK_MARKS):
        faults.add(0, "", "a CSV file", "a workbook (XLSX, ODS or XLS)", _UTF8_HINT)
        return ""
    if data.startswith(_UTF16_MARKS) or b"\0" in data[:4]:
        faults.add(0, "", "UTF-8", "UTF-16", _UTF8_HINT)
        return ""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = data.count(b"\n", 0, error.start) + 1
        found = "Windows-1256 (Arabic)" if _looks_arabic(data) else "another encoding"
        faults.add(row, "", "UTF-8", found, _UTF8_HINT)
        return ""


def _looks_arabic(data: bytes) -> bool:
    high = bytes(byte for byte in data[:65_536] if byte >= 0x80).decode("cp1256")  # noqa: PLR2004 - not ASCII
    return 2 * sum(ord(letter) in _ARABIC_LETTERS for letter in high) > len(high)


_PATH: Final = Text(max_characters=4096)
_NUMBER: Final = Integer(1, INTEGER)


def _with_form_path() -> Record:
    consent = cast("Record", TERMS.optional["consent"])
    members = {name: shape for name, shape in consent.optional.items() if name != "form_item"}
    return Record(required=consent.required, optional={**members, "form_path": _PATH})


_ORIGINAL: Final = OneOf(
    (
        Record(required={"path": _PATH}),
        Record(required={"bundle": HEX32, "item": _NUMBER}, optional={"seal": HEX64, "leaf": HEX64}),
    )
)
_SHAPES: Final[dict[str, Shape]] = {
    **{name: shape for name, shape in zip(ITEM_FIELDS, ITEM_SHAPES, strict=True) if name in GIVEN_FIELDS},
    "kind": Record(optional={**KIND.optional, "kind": GIVEN_KINDS}),
    "terms": Record(optional={**TERMS.optional, "consent": _with_form_path()}),
    "derivation": Record(
        required={**DERIVATION.required, "of": Sequence(_ORIGINAL, minimum=1, maximum=100)},
        optional=DERIVATION.optional,
    ),
}
_PATH_MEMBER: Final = OneOf((_PATH, Record(required={"base64": Base64Text(max_bytes=4096)})))
_ENTRY: Final = Record(required={"path": _PATH_MEMBER}, optional=_SHAPES)
METADATA_SHAPE: Final = Record(
    required={"format": Choice((FORMAT,)), "items": Sequence(_ENTRY, minimum=1, maximum=ITEMS)}
)
"""The JSON form. Items are named by path; where an item field would hold the number of another item of this
draft, metadata holds its path (`derivation.of[].path`, `terms.consent.form_path`)."""


def _decode_metadata_json(draft: Draft, data: bytes, faults: Faults) -> dict[int, bytes]:
    given: dict[int, bytes] = {}
    raw = data.removeprefix(b"\xef\xbb\xbf")
    try:
        value: Any = decode_json(raw, member="metadata", limit=METADATA_BYTES, canonical=False)
    except BundleError as error:
        faults.add(0, "", "strict JSON", str(error).rpartition("found ")[2], _JSON_HINT)
        return given
    if type(value) is not dict or value.keys() != {"format", "items"} or value["format"] != FORMAT:
        faults.add(0, "", f'an object with "format": "{FORMAT}" and "items"', "another value", _JSON_HINT)
        return given
    if type(value["items"]) is not list:
        faults.add(0, "/items", "a list", "another value", _JSON_HINT)
        return given
    index = NameIndex(draft)
    for position, entry in enumerate(value["items"]):
        pointer = f"/items/{position}"
        try:
            _ENTRY.check(entry, pointer)
        except ShapeError as fault:
            faults.add(0, fault.pointer, fault.expected, fault.found)
            continue
        _read_entry(index, pointer, entry, given, faults)
    return given


def _read_entry(
    index: NameIndex, pointer: str, entry: dict[str, Any], given: dict[int, bytes], faults: Faults
) -> None:
    path = entry.pop("path")
    place = index.find(decode_name(path), faults, 0, f"{pointer}/path")
    if place is None:
        return
    if place in given:
        faults.add(0, f"{pointer}/path", "each file once", "one twice")
        return
    before = faults.count
    consent = entry.get("terms", {}).get("consent", {})
    if "form_path" in consent:
        where = f"{pointer}/terms/consent/form_path"
        consent["form_item"] = _number(index, consent.pop("form_path"), faults, where)
    for nth, original in enumerate(entry.get("derivation", {}).get("of", ())):
        if "path" in original:
            where = f"{pointer}/derivation/of/{nth}/path"
            original["item"] = _number(index, original.pop("path"), faults, where)
    if faults.count == before:
        try:
            given[place] = pack_given(entry)
        except UsageError as error:
            faults.add(0, pointer, "fields that go together", str(error).rpartition("found ")[2])


def _number(index: NameIndex, path: str, faults: Faults, pointer: str) -> int:
    """Return the number of an item in the draft, from 1; 1 after a fault, for the rest of the checks."""
    place = index.find(path.encode("utf-8"), faults, 0, pointer)
    return 1 if place is None else place + 1
