"""Documents as what the template of the PDF reads."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from custody.filing.document import (
    Attachment,
    Block,
    Column,
    Commands,
    Figure,
    Inline,
    Pairs,
    Paragraph,
    Part,
    Span,
    SpanKind,
    Table,
    Tone,
    exact,
    words,
)
from custody.filing.pdf_data import ROWS_AT_ONCE, pdf_data
from tests.tools import documents
from tests.tools.documents import DIGEST, MARKUP, SVG, document, item_table, untrusted


def data_of(*blocks: Block, lang: str = "en") -> list[Any]:
    """The blocks as data."""
    return list(orjson.loads(orjson.dumps(pdf_data(document(*blocks, lang=lang))))["blocks"])


def line(text: Inline, lang: str = "en") -> list[Any]:
    """One paragraph as data."""
    return list(data_of(Paragraph(text=text), lang=lang)[0]["text"])


@pytest.mark.parametrize(
    ("text", "lang", "kinds"),
    [
        (words("x"), "en", ["words"]),
        ((Span("x", SpanKind.STRONG),), "en", ["strong"]),
        (exact("41"), "en", ["exact"]),
        (exact("41"), "ar", ["exact-box"]),
        (exact(DIGEST), "en", ["identifier"]),
        (exact(DIGEST), "ar", ["identifier-box"]),
        ((*words("x"), *exact("41")), "en", ["words", "exact-box"]),
        ((*words("x"), *exact(DIGEST)), "en", ["words", "identifier-box"]),
        (untrusted("abc"), "en", ["foreign"]),
        (untrusted("abc"), "ar", ["foreign-box"]),
        (untrusted("شهادة"), "en", ["foreign-box"]),
        (untrusted("شهادة"), "ar", ["foreign"]),
        ((*words("x"), *untrusted("abc")), "en", ["words", "foreign-inline"]),
    ],
)
def test_what_runs_in_its_own_way_stands_in_a_box(text: Inline, lang: str, kinds: list[str]) -> None:
    """Alone in a line that runs its way, a text needs none."""
    assert [kind for kind, *_ in line(text, lang)] == kinds


def test_untrusted_text_says_which_way_it_runs() -> None:
    """By its first letter; without one, as the document does."""
    ways = [way for _, _, way in line((*untrusted("a"), *untrusted("ش"), *untrusted("1")), "ar")]
    assert ways == ["ltr", "rtl", "rtl"]


def test_markup_is_a_value() -> None:
    """It is the same text in the data as in the document."""
    assert line(untrusted(MARKUP)) == [["foreign", MARKUP, "ltr"]]


def pieces_in_a_cell(name: str) -> list[str]:
    """The pieces of a name in a column of a sixth of the page."""
    cells = (untrusted(name), words("x"))
    columns = (Column(title="x", weight=1), Column(title="x", weight=5))
    (table,) = data_of(Table(caption="x", columns=columns, rows=(cells,)))
    pieces = table["chunks"][0]["cells"][0][0][1]
    return [pieces] if isinstance(pieces, str) else list(pieces)


def test_a_long_name_may_be_broken_after_its_signs() -> None:
    """Its pieces together are the name, each as long as fits."""
    pieces = pieces_in_a_cell("a_long_name_of_a_photograph.jpg")
    assert pieces == ["a_long_name_", "of_a_", "photograph.jpg"]


def test_a_name_of_short_words_is_not_cut() -> None:
    """Its blanks are enough."""
    name = "word " * 60
    assert pieces_in_a_cell(name) == [name]


@pytest.mark.parametrize(("letter", "most"), [("x", 15), ("W", 10), ("\u0416", 10), ("\u0633", 15)])
def test_a_long_word_without_signs_is_cut_too(letter: str, most: int) -> None:
    """Nothing runs out of its column; of broad letters fewer fit."""
    pieces = pieces_in_a_cell(letter * 100)
    assert set(map(len, pieces[:-1])) == {most}
    assert "".join(pieces) == letter * 100


@pytest.mark.parametrize("character", ["\u202e", "\ufdfd", "\u4e2d"])
def test_an_escape_is_not_cut(character: str) -> None:
    """Its halves would be read as a text."""
    pieces = pieces_in_a_cell(f"a_{character}" * 30)
    whole = f"\\u{{{ord(character):X}}}"
    assert "".join(pieces) == f"a_{whole}" * 30
    assert all(piece.count("{") == piece.count("}") == piece.count("\\u{") for piece in pieces)


def test_of_wide_letters_fewer_fit() -> None:
    """A ligature of two em takes the place of three letters and more."""
    assert set(map(len, pieces_in_a_cell("\ufdfa\ufd6e" * 20)[:-1])) <= {4, 5, 6}


def test_numbers_that_meet_are_not_parted() -> None:
    """Beside Arabic letters a break between them could change their order."""
    assert pieces_in_a_cell("\u0634\u0647\u0627\u062f\u0629_\u0639\u0627_2025-06.20")[-1] == "2025-06.20"


def test_long_tables_are_cut() -> None:
    """Each part says which rows it has, in the language of the document."""
    (table,) = data_of(item_table(ROWS_AT_ONCE + 1), lang="ar")
    assert [chunk["range"] for chunk in table["chunks"]] == [[1, 250, 251], [251, 251, 251]]
    assert table["range"][1::2] == ["first", "last", "all"]


@pytest.mark.parametrize("rows", [0, 1, ROWS_AT_ONCE])
def test_short_tables_are_not(rows: int) -> None:
    """One part, without a word about rows."""
    (table,) = data_of(item_table(rows))
    assert (len(table["chunks"]), table["range"]) == (1, None)
    assert len(table["chunks"][0]["cells"]) == rows * 5


def test_a_wide_drawing_is_no_wider_than_the_page() -> None:
    """A narrow one keeps its width."""
    wide, narrow = data_of(*(Figure(svg=SVG, alt="x", width_px=px, height_px=9) for px in (2000, 100)))
    assert (wide["width"], narrow["width"]) == (481.88, 75)


def test_long_commands_are_set_smaller() -> None:
    """Within bounds: what is still too long goes on in the next line."""
    sizes = [data_of(Commands(lines=("x" * n,)))[0]["size"] for n in (1, 110, 5000)]
    assert sizes[0] > sizes[1] > sizes[2] > 5


def test_commands_may_be_none() -> None:
    """No line is no error."""
    assert data_of(Commands(lines=()))[0]["lines"] == []


def test_a_part_runs_in_its_own_way() -> None:
    """Its exact text needs no box in English, within an Arabic document."""
    (part,) = data_of(Part(lang="en", blocks=(Paragraph(text=exact("41")),)), lang="ar")
    assert (part["lang"], part["dir"], part["blocks"][0]["text"]) == ("en", "ltr", [["exact", "41"]])


def test_a_draft_is_marked_on_every_page() -> None:
    """Its own first words."""
    made = pdf_data(document(Paragraph(text=words("draft"), tone=Tone.DRAFT)))
    assert isinstance(made, dict)
    assert made["draft"] == [["words", "draft"]]


def test_names_of_pairs_and_values_are_beside_one_another() -> None:
    """The name is ours, the value is a line."""
    assert data_of(Pairs(rows=(("a", words("b")),)))[0]["rows"] == [["a", [["words", "b"]]]]


def test_files_keep_their_bytes() -> None:
    """Text as text, anything else as numbers."""
    files = tuple(
        Attachment(name=f"{n}", media_type="x/y", relationship="data", description="d", data=data)
        for n, data in enumerate([b"a\r\n\xef\xbb\xbf", b"\xff\0"])
    )
    made = pdf_data(document(attachments=files))
    assert isinstance(made, dict)
    attached: Any = made["attachments"]
    assert [each["data"] for each in attached] == ["a\r\n\ufeff", [255, 0]]


@pytest.mark.parametrize("made", [documents.english(), documents.arabic()], ids=["en", "ar"])
def test_everything_is_json(made: Any) -> None:  # noqa: ANN401 - a document
    """No value needs a writer of its own."""
    assert orjson.dumps(pdf_data(made))
