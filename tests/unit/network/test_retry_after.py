"""Retry-After: seconds or a date, by the service's own clock."""

from __future__ import annotations

import pytest

from custody.network.retry_after import retry_after_seconds

NOON = "Tue, 24 Nov 2026 12:00:00 GMT"


@pytest.mark.parametrize(
    ("value", "date", "seconds"),
    [
        ("0", None, 0.0),
        (" 120 ", None, 120.0),
        ("Tue, 24 Nov 2026 12:01:30 GMT", NOON, 90.0),
        ("Tue, 24 Nov 2026 11:00:00 GMT", NOON, 0.0),
        ("Tue, 24 Nov 2026 12:01:30 GMT", None, None),
        ("Tue, 24 Nov 2026 12:01:30 GMT", "yesterday", None),
        ("Tue, 31 Feb 2026 12:01:30 GMT", NOON, None),
        ("Tuesday, 24-Nov-26 12:01:30 GMT", NOON, None),
        (None, NOON, None),
        ("", NOON, None),
        ("-5", NOON, None),
        ("1.5", NOON, None),
        ("٣", NOON, None),
        ("9" * 5000, NOON, None),
    ],
)
def test_a_wait_is_read(value: str | None, date: str | None, seconds: float | None) -> None:
    """Whole seconds, or the way from Date to the date that is given; anything else says nothing."""
    assert retry_after_seconds(value, date) == seconds
