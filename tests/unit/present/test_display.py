"""Untrusted text for terminals."""

from __future__ import annotations

import unicodedata

import pytest

from custody.present.display import NARROW, can_show, display, quote


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("photo_\u202egpj.exe", "photo_\\u{202E}gpj.exe"),
        ("\x1b[2J\x1b]0;title\x07", "\\u{1B}[2J\\u{1B}]0;title\\u{7}"),
        ("a\r\nb\tc", "a\\u{D}\\u{A}b\\u{9}c"),
        ("\x85\x9b31m", "\\u{85}\\u{9B}31m"),
        ("zero\u200bwidth\ufeff", "zero\\u{200B}width\\u{FEFF}"),
        ("\u2066isolate\u2069", "\\u{2066}isolate\\u{2069}"),
        ("tag\U000e0041", "tag\\u{E0041}"),
        ("lone\udcff", "lone\\u{DCFF}"),
        ("none\uffff\U0001fffe", "none\\u{FFFF}\\u{1FFFE}"),
        ("line\u2028separator", "line\\u{2028}separator"),
        ("\ue000private", "\\u{E000}private"),
    ],
)
def test_what_cannot_be_seen_is_written_out(text: str, shown: str) -> None:
    """Controls, bidi, zero-width, tags, surrogates, noncharacters and private use become escapes."""
    assert shown == display(text)


@pytest.mark.parametrize(
    "text", ["شهادة عائلة ٠٠١", "שלום", "Zeugin – Akte 7", "日本語", "مُحَمَّدٌ", "C:\\temp", "😀", "é"]
)
def test_printable_text_stays_as_it_is(text: str) -> None:
    """Every script that can be read is shown as written."""
    assert text == display(text)


def test_a_name_cannot_imitate_an_escape() -> None:
    """A backslash that begins what looks like an escape is escaped itself."""
    assert display("\\u{202E}") == "\\u{5C}u{202E}"


def test_a_stack_of_marks_does_not_reach_other_lines() -> None:
    """More than four combining marks in a row are written out."""
    assert display("a" + "\u0301" * 6) == "a" + "\u0301" * 4 + "\\u{301}" * 2


def test_a_leading_mark_does_not_join_what_stands_before() -> None:
    """A mark without a letter is written out."""
    assert display("\u0301a") == "\\u{301}a"


def test_no_format_or_control_character_survives() -> None:
    """All that is called control, format, surrogate, private is escaped; signs of scripts stay."""
    hidden = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
    prefixes = set(range(0x600, 0x606)) | {0x6DD, 0x70F, 0x890, 0x891, 0x8E2, 0x110BD, 0x110CD}
    prefixes |= set(range(0x13430, 0x13460))
    survivors = [
        hex(number)
        for number in range(0x110000)
        if unicodedata.category(chr(number)) in hidden
        and number not in prefixes
        and display(chr(number)) == chr(number)
    ]
    assert not survivors


def test_quoted_text_is_cut() -> None:
    """Long text ends in three dots inside its quotation marks."""
    assert quote("aaaa", 3) == '"aaa..."'


def test_a_short_text_is_quoted_whole() -> None:
    """Text within the limit is only quoted."""
    assert quote("aaa", 3) == '"aaa"'


def test_a_narrow_console_gets_escapes() -> None:
    """What an encoding lacks is written out instead of raising."""
    assert "café ش".encode("ascii", NARROW) == b"caf\\u{E9} \\u{634}"


def test_the_handler_leaves_reading_alone() -> None:
    """Bytes that cannot be read are no matter of display."""
    with pytest.raises(UnicodeDecodeError):
        b"\xff".decode("ascii", NARROW)


@pytest.mark.parametrize(
    ("text", "encoding", "can"), [("✓", "utf-8", True), ("✓", "cp1252", False), ("a", "no-such", False)]
)
def test_what_an_encoding_can_show(text: str, encoding: str, *, can: bool) -> None:
    """Marks are chosen by what the console can print."""
    assert can is can_show(text, encoding)
