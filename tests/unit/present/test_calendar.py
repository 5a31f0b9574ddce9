"""Reminders to renew: the form of RFC 5545, and nothing of what a bundle is about."""

from __future__ import annotations

import pytest

from custody.model.instant import decode_instant
from custody.present.calendar import encode_calendar
from custody.present.catalogue import LANGUAGES, catalogue_for

NOW = decode_instant("2026-02-01T00:00:00Z")
DUE = decode_instant("2030-05-06T00:00:00Z")
BUNDLE = "0123456789abcdef" * 2


def lines_of(*entries: tuple[str, str], language: str = "en") -> list[str]:
    """Return the unfolded lines of a calendar."""
    dated = [(bundle, decode_instant(date)) for bundle, date in entries]
    data = encode_calendar(dated, now=NOW, catalogue=catalogue_for(language))
    assert data.endswith(b"END:VCALENDAR\r\n")
    return data.replace(b"\r\n ", b"").decode().splitlines()


def test_a_reminder_names_the_bundle_and_the_date() -> None:
    """The entry lies half a year before the date that it names."""
    lines = lines_of((BUNDLE, str(DUE)))
    assert "DTSTART;VALUE=DATE:20291107" in lines
    assert f"UID:renew-{BUNDLE}-20300506@custody" in lines
    assert any(BUNDLE in line and line.startswith("SUMMARY:") for line in lines)


def test_a_date_that_is_near_is_reminded_of_today() -> None:
    """Half a year before it has passed already."""
    assert "DTSTART;VALUE=DATE:20260201" in lines_of((BUNDLE, "2026-03-01T00:00:00Z"))


def test_nothing_due_is_an_empty_calendar() -> None:
    """It is still a calendar."""
    assert lines_of() == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//custody//renewal 1//EN",
        "END:VCALENDAR",
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_lines_are_folded_at_75_octets(language: str) -> None:
    """No line is longer, and none breaks inside a character."""
    data = encode_calendar([(BUNDLE, DUE)], now=NOW, catalogue=catalogue_for(language))
    parts = data.split(b"\r\n")
    assert max(len(part) for part in parts) <= 75
    assert all(part.decode() for part in parts[:-1])


def test_commas_are_escaped() -> None:
    """RFC 5545, 3.3.11."""
    (described,) = (line for line in lines_of((BUNDLE, str(DUE))) if line.startswith("DESCRIPTION:"))
    assert "custody renew\\, then" in described
