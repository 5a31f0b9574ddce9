"""Text in JSON and XML, and members as pairs."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from custody.exporting.flatten import attributes_of, facts_of, text_of
from custody.exporting.json_text import encode_records, encode_text
from custody.exporting.xml_text import element, escape_xml

HIDING = "\u202e\u2066\x9b\xad\ufeff\u200f\U000e0041\ue000"


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_json_gives_every_text_back(text: str) -> None:
    """Whatever is escaped, readers get what was committed to."""
    assert json.loads(encode_text(text)) == text


@given(
    st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"), max_size=50)
)
def test_xml_gives_every_text_back(text: str) -> None:
    """As JSON does, for everything that XML 1.0 can hold."""
    assert (etree.fromstring(element("a", text)).text or "") == text


@pytest.mark.parametrize("character", HIDING)
def test_nothing_hides_or_turns_on_a_terminal(character: str) -> None:
    """Controls, marks of direction, tags: none of them leaves as it is, in either form."""
    assert character not in encode_text(f"a{character}b")
    assert character not in escape_xml(f"a{character}b")


def test_arabic_stays_readable() -> None:
    """Letters of every script are no risk."""
    assert encode_text("شهادة é") == '"شهادة é"'
    assert escape_xml("شهادة é") == "شهادة é"


def test_what_xml_cannot_hold_is_replaced() -> None:
    """A control character, also as a reference, would end every reader."""
    assert escape_xml("a\x00\x07\x1b\ufffeb") == "a\ufffd\ufffd\ufffd\ufffdb"


def test_markup_is_text() -> None:
    """No value adds an element or an attribute, and a carriage return stays one."""
    text = '</a><b c="d">&amp;]]>\r'
    read = etree.fromstring(element("a", text, b=text))
    assert (read.text, read.get("b"), len(read)) == (text, text, 0)


def test_records_stand_on_lines_of_their_own() -> None:
    """So that two exports can be compared line by line."""
    assert b"".join(encode_records([("a", 1), ("b", [True])])) == b'\n"a":1,\n"b":[true]'


def test_members_become_paths() -> None:
    """Records by name, lists of records by place, lists of texts by repetition."""
    value = {"a": {"b": 1}, "c": ["x", "y"], "d": [{"e": True}, {"e": False}]}
    facts = list(facts_of("f", value))
    assert facts == [("f.a.b", 1), ("f.c", "x"), ("f.c", "y"), ("f.d.1.e", True), ("f.d.2.e", False)]
    assert attributes_of(facts)["custody:f.c"] == ["x", "y"]
    assert [text_of(value) for _, value in facts] == ["1", "x", "y", "true", "false"]
