"""Metadata for a draft: the sheet that people fill in, and JSON; every fault with row, column and hint."""

from __future__ import annotations

import csv
import io
import json
import unicodedata
from typing import Any

import pytest

from custody.errors import UsageError
from custody.format.schema import compile_schema
from custody.sealing.draft import Draft
from custody.sealing.metadata import METADATA_SHAPE, described_by
from custody.sealing.metadata_fault import MetadataError
from custody.sealing.sheet import encode_sheet
from custody.sealing.sheet_columns import COLUMNS

ARABIC = "شهادات/شاهد ١.txt"


def draft(*names: str | bytes) -> Draft:
    """A draft of empty files."""
    found = Draft()
    for name in names or (ARABIC, "b.jpg"):
        found = found.add(io.BytesIO(), name=name)
    return found


def sheet(*rows: tuple[str, ...], delimiter: str = ",") -> bytes:
    """CSV as a spreadsheet saves it."""
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter, lineterminator="\r\n").writerows(rows)
    return text.getvalue().encode("utf-8")


def described(data: bytes, base: Draft | None = None) -> list[dict[str, Any]]:
    """The fields of each item after reading metadata."""
    return [dict(item.fields) for item in described_by(base or draft(), data, partial=True).items()]


def faults(data: bytes, base: Draft | None = None) -> list[tuple[int, str, str]]:
    """Row, column and what was found, of each fault."""
    with pytest.raises(MetadataError) as caught:
        described_by(base or draft(), data, partial=True)
    return [(fault.row, fault.column, fault.found) for fault in caught.value.faults]


FILLED = {
    "kind": "testimony",
    "title": "=SUM(1)",
    "language": "ar",
    "description": "two lines\nof text, with comma; and more",
    "origin_role": "Copy",
    "origin_tool": "camera",
    "origin_url": "https://example.org/a",
    "captured": "2025-04-03T12:00:00+03:00",
    "collected": "2025-04-04 08:00",
    "document_date": "2025-04-01",
    "offset": "UTC+03:00",
    "place": "بيت",
    "place_country": "SY",
    "latitude": "35.10",
    "people": "witness: W-01 | P-02",
    "consent": "نعم",
    "consent_date": "2025-04-01",
    "consent_form": "b.jpg",
    "scopes": "icc-otp | coi",
    "states": "SE | DE",
    "purposes": "trial | archive",
    "review": "2030-01-01",
    "confidentiality": "Restricted",
    "derived_from": "b.jpg",
    "derived_how": "transcribed",
    "extra_box": "4",
}
READ = {
    "kind": {
        "kind": "testimony",
        "title": "=SUM(1)",
        "language": "ar",
        "description": "two lines\nof text, with comma; and more",
    },
    "origin": {"role": "copy", "tool": {"name": "camera"}, "url": "https://example.org/a"},
    "time": {
        "captured": "2025-04-03T09:00:00Z",
        "collected": "2025-04-04T05:00:00Z",
        "document_date": "2025-04-01",
        "offset": "+03:00",
    },
    "place": {"description": "بيت", "country": "SY", "latitude": "35.10"},
    "people": {"persons": [{"id": "W-01", "role": "witness"}, {"id": "P-02"}]},
    "terms": {
        "consent": {"given": True, "date": "2025-04-01", "form_item": 2},
        "scopes": {"icc-otp": True, "coi": True},
        "states": ["DE", "SE"],
        "purposes": ["trial", "archive"],
        "review": "2030-01-01",
        "confidentiality": "restricted",
    },
    "derivation": {"of": [{"item": 2}], "how": "transcribed"},
    "extra": {"box": "4"},
}


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"], ids=["bare", "bom"])
def test_a_filled_row_is_read(delimiter: str, mark: bytes) -> None:
    """Comma, semicolon or tab, with or without byte order mark: every column arrives in its member."""
    data = mark + sheet(("path", *FILLED), (ARABIC, *FILLED.values()), delimiter=delimiter)
    assert described(data) == [READ, {}]


def test_a_written_sheet_reads_back() -> None:
    """What `custody draft` writes of a described draft describes it again."""
    full = described_by(draft(), sheet(("path", *FILLED), (ARABIC, *FILLED.values())), partial=True)
    assert described(encode_sheet(full)) == [READ, {}]
    assert {name for name in FILLED if name != "extra_box"} <= {column.name for column in COLUMNS}


def test_a_sheet_opens_in_a_spreadsheet() -> None:
    """Byte order mark, CRLF, rows by path, kinds filled in, nothing that runs as a formula."""
    data = encode_sheet(draft("ب.jpg", "-a.txt", "=b"), ["media", "record", "other"])
    rows = data.decode("utf-8-sig").split("\r\n")
    assert data.startswith(b"\xef\xbb\xbfpath,kind,title")
    assert [row.split(",")[:2] for row in rows[1:4]] == [
        ["'-a.txt", "record"],
        ["'=b", "other"],
        ["ب.jpg", "media"],
    ]


@pytest.mark.parametrize("name", ["=1", "+1", "-1", "@x", "\tx", "\rx", "'x", "'=x", "''", "plain"])
def test_protection_against_formulas_is_reversible(name: str) -> None:
    """Every name finds its file again."""
    base = draft(name)
    assert described(encode_sheet(base, ["media"]), base) == [{"kind": {"kind": "media"}}]


@pytest.mark.parametrize("name", [b"\xff.jpg", b"base64:AAAA", b"base64:", "base64:شاهد".encode()])
def test_a_name_that_no_cell_holds_travels_as_base64(name: bytes) -> None:
    """Names that are not UTF-8, and those that look like our escape, are found again."""
    base = draft(name)
    assert described(encode_sheet(base, ["media"]), base) == [{"kind": {"kind": "media"}}]


def test_an_item_without_a_name_has_no_row() -> None:
    """A sheet is keyed by path."""
    base = Draft().add(io.BytesIO())
    assert encode_sheet(base).count(b"\n") == 1


@pytest.mark.parametrize(("file", "row"), [("NFC", "NFD"), ("NFD", "NFC")])
def test_composed_and_decomposed_names_match(file: Any, row: Any) -> None:  # noqa: ANN401 - a literal of unicodedata
    """A Mac writes names in one way and a spreadsheet in the other."""
    base = draft(unicodedata.normalize(file, "café/أحمد.jpg"))
    data = sheet(("path", "title"), (unicodedata.normalize(row, "café/أحمد.jpg"), "x"))
    assert described(data, base) == [{"kind": {"title": "x"}}]


def test_exact_bytes_win_over_a_look_alike() -> None:
    """Two files may differ in composition alone; each row means its own."""
    names = [unicodedata.normalize("NFC", "é"), unicodedata.normalize("NFD", "é")]
    data = sheet(("path", "title"), (names[1], "second"))
    assert described(data, draft(*names)) == [{}, {"kind": {"title": "second"}}]


def test_a_row_that_could_mean_two_files_is_refused() -> None:
    """Neither is chosen."""
    names = ["e\u0323\u0302", "\u1eb9\u0302"]
    assert faults(sheet(("path", "title"), ("\u1ec7", "x")), draft(*names)) == [
        (2, "path", "several of this path")
    ]


def test_two_files_of_one_name_cannot_be_told_apart() -> None:
    """A row would describe either of them."""
    assert faults(sheet(("path",), ("a",)), draft("a", "a")) == [(2, "path", "several of this path")]


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        ("03/04/2025", "an ambiguous date"),
        ("25/05/2023", "a date in another order"),
        ("05/25/2023 10:00", "a date in another order"),
        ("3.4.25 12:00", "an ambiguous date"),
        ("25-04-03", "an ambiguous date"),
        ("2025-04-03T12:00:00", "a time without a zone"),
        ("2025-04-03", "a time without a zone"),
        ("2025-02-30T12:00:00Z", "no real moment since 1970"),
        ("1969-12-31T23:59:59Z", "no real moment since 1970"),
        ("9999-12-31T23:59:59-01:00", "no real moment since 1970"),
        ("2025-04-03T12:00:00+99:00", "no real moment since 1970"),
        ("٢٠٢٥-٠٤-٠٣T12:00:00Z", "digits of another script"),
        ("last spring", "another text"),
    ],
)
def test_a_time_that_is_unclear_is_refused(cell: str, found: str) -> None:
    """Nothing is guessed; the column is named and a hint given."""
    assert faults(sheet(("path", "captured"), ("b.jpg", cell))) == [(2, "captured", found)]


@pytest.mark.parametrize(
    ("cell", "offset", "instant"),
    [
        ("2025-04-03T12:00:00Z", "", "2025-04-03T12:00:00Z"),
        ("2025-04-03T12:00:00.5Z", "", "2025-04-03T12:00:00.500Z"),
        ("2025-04-03T12:00+0300", "", "2025-04-03T09:00:00Z"),
        ("2025-04-03 12:00 -05:00", "", "2025-04-03T17:00:00Z"),
        ("2025-04-03 12:00:01", "UTC-5:00", "2025-04-03T17:00:01Z"),
        ("2025-04-03 12:00:01", "+03:00:00", "2025-04-03T09:00:01Z"),
        ("2025-04-03 12:00:01", "utc", "2025-04-03T12:00:01Z"),
    ],
)
def test_a_clear_time_becomes_utc(cell: str, offset: str, instant: str) -> None:
    """A zone of its own, or the offset of the row."""
    (_, found) = described(sheet(("path", "captured", "offset"), ("b.jpg", cell, offset)))
    assert found["time"]["captured"] == instant


def test_a_day_says_that_it_is_one() -> None:
    """With an offset a date is the start of that day, and its precision is kept."""
    (_, found) = described(sheet(("path", "captured", "offset"), ("b.jpg", "2025-04-03", "UTC+03:00")))
    assert found["time"] == {"captured": "2025-04-02T21:00:00Z", "offset": "+03:00", "precision": "day"}


@pytest.mark.parametrize(
    ("column", "cell", "found"),
    [
        ("offset", "03:00", "another text"),
        ("offset", "UTC+15:00", "another text"),
        ("consent", "maybe", "another text"),
        ("people", "wittness: W-01", "a role that is not in the list"),
        ("people", "witness: ", "a role that is not in the list"),
        ("language", "Arabic", "a text of 6 characters"),
        ("kind", "padding", "a text of 7 characters"),
        ("scopes", "everybody", "an object"),
        ("place_country", "Syria", "a text of 5 characters"),
        ("latitude", "91", "a text of 2 characters"),
        ("document_date", "2025-4-3", "an ambiguous date"),
        ("review", "2025-02-30", "a text of 10 characters"),
        ("derived_from", "absent.jpg", "none of this path"),
        ("extra_box", "x" * 17000, "a text of 17000 characters"),
    ],
)
def test_a_wrong_cell_is_named(column: str, cell: str, found: str) -> None:
    """Row, column and what kind of text stands there; never the text."""
    data = sheet(("path", column), ("b.jpg", cell))
    got = faults(data)
    assert [(row, name) for row, name, _ in got] == [(2, column)]
    if found != "an object":
        assert got[0][2] == found


@pytest.mark.parametrize(
    ("columns", "cells", "hint"),
    [
        (("consent_date",), ("2025-01-01",), "yes or no in the column consent"),
        (("derived_from",), (ARABIC,), "both derived_from and derived_how"),
        (("extra_Ü",), ("x",), ""),
    ],
)
def test_cells_that_need_others_are_named(
    columns: tuple[str, ...], cells: tuple[str, ...], hint: str
) -> None:
    """A row whose cells do not go together is a fault of the row."""
    with pytest.raises(MetadataError) as caught:
        described_by(draft(), sheet(("path", *columns), ("b.jpg", *cells)), partial=True)
    (fault,) = caught.value.faults
    assert (fault.row, fault.column) == (2, "")
    assert hint in fault.hint


def test_an_unknown_column_has_a_suggestion() -> None:
    """The nearest known heading is named, the unknown one is not: it may be somebody's data."""
    with pytest.raises(MetadataError) as caught:
        described_by(draft(), sheet(("path", "tittle", "zzzzzz"), ("b.jpg", "x", "y")), partial=True)
    assert [(f.column, f.hint) for f in caught.value.faults] == [
        ("column 2", "did you mean title?"),
        ("column 3", "custody draft writes a sheet with all known columns"),
    ]


def test_all_faults_are_named_at_once() -> None:
    """One reading finds everything; the first thousand are listed and all are counted."""
    rows = [(f"absent {n}.jpg", "x") for n in range(1500)]
    with pytest.raises(MetadataError, match="the first of 1500 faults") as caught:
        described_by(draft(), sheet(("path", "title"), *rows), partial=True)
    assert (len(caught.value.faults), caught.value.count) == (1000, 1500)


def test_a_fault_never_quotes_a_cell() -> None:
    """Cells hold names of people and places."""
    data = sheet(("path", "language", "people"), ("Huda.jpg", "x", "y"), ("b.jpg", "Huda", "Huda: Huda"))
    with pytest.raises(MetadataError) as caught:
        described_by(draft(), data, partial=True)
    assert "Huda" not in repr([str(caught.value), caught.value.faults, caught.value.hint])


@pytest.mark.parametrize(
    ("data", "found"),
    [
        ("path\nشاهد\n".encode("utf-16"), "UTF-16"),
        ("path\nشاهد\n".encode("utf-16-le"), "UTF-16"),
        ("path\nشاهد على ما حدث\n".encode("cp1256"), "Windows-1256 (Arabic)"),
        ("path\ncafé\n".encode("latin-1"), "another encoding"),
        (b"PK\x03\x04\x14\x00\x06\x00", "a workbook (XLSX, ODS or XLS)"),
    ],
)
def test_a_wrong_encoding_is_named(data: bytes, found: str) -> None:
    """The hint says how to save it."""
    with pytest.raises(MetadataError) as caught:
        described_by(draft(), data, partial=True)
    assert (caught.value.faults[0].found, caught.value.hint) == (found, 'save it as "CSV UTF-8"')


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", [(0, "", "an empty file")]),
        (b"title\nx\n", [(1, "", "none")]),
        (b"path,path\nb.jpg,b.jpg\n", [(1, "column 2", "one twice")]),
        (b"path,title\n,x\n", [(2, "path", "an empty cell")]),
        (b"path,title\nb.jpg,x\nb.jpg,y\n", [(3, "path", "the file of row 2 again")]),
        (b"path,title\nb.jpg,x,y\n", [(2, "", "3")]),
        (b'path,title\nb.jpg,"x', [(2, "", "another text")]),
        (b'path,title\nb.jpg,"x"y\n', [(2, "", "another text")]),
    ],
)
def test_a_sheet_out_of_form_is_refused(data: bytes, expected: list[tuple[int, str, str]]) -> None:
    """What a spreadsheet would not write is named by its row."""
    assert faults(data) == expected


def test_empty_rows_and_cells_say_nothing() -> None:
    """Spreadsheets leave both behind."""
    assert described(b"path,title,,\r\n,,,\r\n\r\nb.jpg,,,\r\n") == [{}, {}]


def test_a_short_row_is_complete() -> None:
    """Some programs leave out empty cells at the end."""
    assert described(b"title,path,language\nx,b.jpg\n") == [{}, {"kind": {"title": "x"}}]


def test_a_field_that_a_row_does_not_give_stays() -> None:
    """A sheet adds to what a program has given already."""
    base = Draft().add(io.BytesIO(), name="b.jpg", place="here", title="old")
    assert described(b"path,title\nb.jpg,new\n", base) == [
        {"kind": {"title": "new"}, "place": {"description": "here"}}
    ]


def as_json(*items: dict[str, Any], **others: Any) -> bytes:  # noqa: ANN401 - JSON
    """A metadata file of the JSON form."""
    return json.dumps({"format": "custody/metadata/1", "items": items, **others}).encode()


JSON_ITEM: dict[str, Any] = {
    "path": ARABIC,
    "kind": {"title": "x"},
    "terms": {"consent": {"given": True, "form_path": "b.jpg"}},
    "derivation": {
        "of": [{"path": "b.jpg"}, {"bundle": "ab" * 16, "item": 9}],
        "how": "cut",
    },
}


def test_json_is_read() -> None:
    """Members are those of the item fields; other items are named by path."""
    assert described(b"\xef\xbb\xbf\n" + as_json(JSON_ITEM).replace(b"\n", b"")) == [
        {
            "kind": {"title": "x"},
            "terms": {"consent": {"given": True, "form_item": 2}},
            "derivation": {"of": [{"item": 2}, {"bundle": "ab" * 16, "item": 9}], "how": "cut"},
        },
        {},
    ]


def test_json_names_files_that_are_not_utf8() -> None:
    """Their bytes stand in base64."""
    base = draft(b"\xff.jpg")
    data = as_json({"path": {"base64": "/y5qcGc="}, "kind": {"kind": "media"}})
    assert described(data, base) == [{"kind": {"kind": "media"}}]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"{", [(0, "", "another text at character 1")]),
        (b'{"format":"custody/metadata/2","items":[]}', [(0, "", "another value")]),
        (b'{"format":"custody/metadata/1","items":{}}', [(0, "/items", "another value")]),
        (as_json({"kind": {}}), [(0, "/items/0", "none")]),
        (as_json({"path": "absent"}), [(0, "/items/0/path", "none of this path")]),
        (as_json({"path": "b.jpg"}, {"path": "b.jpg"}), [(0, "/items/1/path", "one twice")]),
        (as_json({"path": "b.jpg", "place": {}}), [(0, "/items/0/place", "an object")]),
        (as_json({**JSON_ITEM, "path": "absent"}), [(0, "/items/0/path", "none of this path")]),
        (
            as_json({"path": "b.jpg", "terms": {"consent": {"given": True, "form_path": "absent"}}}),
            [(0, "/items/0/terms/consent/form_path", "none of this path")],
        ),
        (
            as_json(
                {
                    "path": "b.jpg",
                    "origin": dict.fromkeys(("changes", "custody_before"), "x" * 16000),
                    "place": {"description": "x" * 16000},
                }
            ),
            [(0, "/items/0", "more")],
        ),
    ],
    ids=range(10),
)
def test_json_out_of_form_is_refused(data: bytes, expected: list[tuple[int, str, str]]) -> None:
    """The pointer of the first fault of each item is named."""
    assert faults(data) == expected


def test_the_schema_agrees() -> None:
    """What the reader takes, the published schema takes, and the other way round."""
    check = compile_schema(METADATA_SHAPE.schema())
    assert check(json.loads(as_json(JSON_ITEM))) == ()
    assert check(json.loads(as_json({**JSON_ITEM, "kind": {"kind": "padding"}})))


def test_metadata_beyond_the_limit_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is read of a file that is too large."""
    monkeypatch.setattr("custody.sealing.metadata.METADATA_BYTES", 3)
    with pytest.raises(UsageError, match="at most 3 bytes"):
        described_by(draft(), b"path")


def test_a_file_without_a_row_is_refused() -> None:
    """A row that got lost would seal its file undescribed; how many, and the first names."""
    base = draft(*(f"{number}.jpg" for number in range(5)))
    with pytest.raises(MetadataError, match=r"none for 4: 1\.jpg, 2\.jpg, 3\.jpg, …") as caught:
        described_by(base, sheet(("path", "title"), ("0.jpg", "x")))
    assert caught.value.hint
    with pytest.raises(MetadataError, match=r"none for 1: 4\.jpg$"):
        described_by(base, sheet(("path",), *((f"{number}.jpg",) for number in range(4))))


def test_files_without_a_row_may_be_meant() -> None:
    """Said explicitly, they are sealed undescribed; a row of empty cells is a row."""
    data = sheet(("path", "title"), ("0.jpg", "x"))
    assert described(data, draft("0.jpg", "1.jpg")) == [{"kind": {"title": "x"}}, {}]
    full = sheet(("path", "title"), ("0.jpg", "x"), ("1.jpg", ""))
    assert described_by(draft("0.jpg", "1.jpg"), full).count == 2


def test_an_item_without_a_name_needs_no_row() -> None:
    """No row could name it."""
    base = draft("0.jpg").add(io.BytesIO(b"x"))
    assert described_by(base, sheet(("path", "title"), ("0.jpg", "x"))).count == 2
