"""What a bundle says of itself, in lines."""

from __future__ import annotations

from custody.format.item_line import ItemLine
from custody.present.catalogue import catalogue_for
from custody.present.shown import event_lines, item_rows, value_lines
from custody.proof.event_record import EventRecord

ENGLISH = catalogue_for("en")


def test_members_and_lists_are_indented() -> None:
    """Texts are quoted and displayed, numbers stand as they are."""
    value = {"title": "a\nb", "parts": [{"n": 1}, "x"]}
    assert list(value_lines("case", value)) == [
        "case:",
        '  title: "a\\u{A}b"',
        "  parts: 2",
        "    -:",
        "      n: 1",
        '    -: "x"',
    ]


def test_a_name_that_is_no_text_is_shown() -> None:
    """Bytes of an old disk are written out."""
    line = ItemLine(mask=2, openings={"name": ("00", {"base64": "YQD/"})}, closed={"content": "00"})
    row = next(item_rows([line], ENGLISH))
    assert row.endswith('"a\\u{0}\\u{DCFF}"  (partly open)')


def test_an_event_without_its_proof_has_no_id() -> None:
    """A question mark stands for it."""
    record = EventRecord(path="custody/log/x")
    assert next(event_lines(record, ENGLISH)) == "event ?"
