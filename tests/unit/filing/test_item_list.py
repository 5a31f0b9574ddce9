"""The items as CSV: whole, the same in every program, and never a formula."""

from __future__ import annotations

import csv
import io
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custody.filing.facts import ItemState, ListedItem, citation_of
from custody.filing.item_list import COLUMNS, encode_item_list, safe_cell
from custody.present.display import display
from tests.unit.filing.filings import HOSTILE, facts, hostile, story

STORY = story()


def rows(data: bytes) -> list[dict[str, str]]:
    """Read a list as programs are told to."""
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def test_every_item_has_a_row_with_whole_values() -> None:
    """In the order of the numbers."""
    read = rows(encode_item_list(facts(STORY).items, STORY.seal_id))
    assert [row["item"] for row in read] == ["000001", "000002", "000003"]
    assert tuple(read[0]) == COLUMNS
    first = facts(STORY).items[0]
    assert read[0] == {
        "item": "000001",
        "citation": citation_of(STORY.seal_id, 1),
        "state": "open",
        "name": "شهادة ١.txt",
        "type": "text/plain",
        "size_bytes": str(first.size_bytes),
        "sha256": str(first.sha256),
        "path": "data/000001.txt",
        "as_sealed": "yes",
        "codes": "",
    }


def test_spreadsheets_are_told_that_it_is_utf8() -> None:
    """A byte order mark, and lines as RFC 4180 has them."""
    data = encode_item_list((), None)
    assert data == b"\xef\xbb\xbf" + ",".join(COLUMNS).encode() + b"\r\n"


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "＝", "＋", "－", "＠", "'", " =", "\u3000@"])
def test_no_cell_is_a_formula(start: str) -> None:
    """An apostrophe stands before it."""
    assert safe_cell(f"{start}1+1") == f"'{start}1+1"


def test_other_texts_stay_as_they_are() -> None:
    """No apostrophe where none is needed."""
    assert safe_cell("IMG=1.jpg") == "IMG=1.jpg"
    assert safe_cell("") == ""


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("x;=1+1;y", "x;'=1+1;y"),
        ("x,-1, @y", "x,'-1,' @y"),
        ("=1;+1;;＝1", "'=1;'+1;;'＝1"),
        ('x;"=1', "x;'\"=1"),
        ("a;'b", "a;''b"),
        ("x\t=1\n=1\r=1", "x\\u{9}=1\\u{A}=1\\u{D}=1"),
        ("a;b, c", "a;b, c"),
    ],
)
def test_no_part_of_a_cell_is_a_formula_under_another_separator(text: str, cell: str) -> None:
    """Half of the world's spreadsheets separate cells by semicolons."""
    assert safe_cell(text) == cell


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@given(name=st.text("=+-@'\" ;,\t\r\nx", max_size=12))
def test_no_separator_makes_a_formula_of_a_name(separator: str, name: str) -> None:
    """Whichever of the three a machine splits the whole file by."""
    item = ListedItem(number=1, state=ItemState.OPEN, claimed_name=name)
    text = encode_item_list((item,), None).decode("utf-8-sig")
    cells = [cell for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator) for cell in row]
    assert not [cell for cell in cells if cell.lstrip(' "').startswith(("=", "+", "-", "@"))]


@given(st.text("=+-@'\" ;,x", max_size=12))
def test_the_text_of_a_cell_can_be_had_back(text: str) -> None:
    """One apostrophe less at the beginning and after each separator: what every report shows of it."""
    assert re.sub(r"(^|[;,])'", r"\1", safe_cell(text)) == display(text)


@given(st.text(max_size=30))
def test_no_text_reaches_a_spreadsheet_as_a_formula_or_a_line(text: str) -> None:
    """Whatever a name holds; and taking one apostrophe away gives what every report shows."""
    cell = safe_cell(text)
    assert not cell.lstrip().startswith(("=", "+", "-", "@", "\t", "\r"))
    assert not set("\r\n\t\0") & set(cell)


def test_a_hostile_name_is_one_harmless_cell() -> None:
    """No line feed and no change of direction survives."""
    read = rows(encode_item_list(facts(hostile()).items, "ab" * 32))
    assert len(read) == 4
    assert read[1]["name"] == "'=1+1"
    assert read[2]["name"] == "a\\u{0}\\u{DCFF}"
    assert "\u202e" not in read[3]["name"]
    assert "\\u{A}✓ PROVEN" in read[3]["name"]
    assert HOSTILE not in read[3]["name"]


def test_an_item_of_which_nothing_is_open_has_empty_cells() -> None:
    """And the codes of what was found against it."""
    item = ListedItem(number=7, state=ItemState.WITHHELD, codes=("FILE_SIZE", "FILE_DIGEST"))
    (row,) = rows(encode_item_list((item,), None))
    assert (row["item"], row["citation"], row["state"]) == ("000007", "?…/000007", "withheld")
    assert (row["name"], row["size_bytes"], row["sha256"], row["path"]) == ("", "", "", "")
    assert (row["as_sealed"], row["codes"]) == ("no", "FILE_SIZE FILE_DIGEST")
