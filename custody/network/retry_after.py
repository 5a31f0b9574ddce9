"""Retry-After (RFC 9110, 10.2.3): seconds, or a date."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Final

_SECONDS: Final = re.compile(r"[0-9]{1,9}")
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
# IMF-fixdate (RFC 9110, 5.6.7); the weekday is redundant, and the two obsolete forms are not read.
_DATE: Final = re.compile(
    rf"[A-Z][a-z]{{2}}, ([0-9]{{2}}) ({'|'.join(_MONTHS)}) ([0-9]{{4}}) "
    r"([0-9]{2}):([0-9]{2}):([0-9]{2}) GMT"
)


def retry_after_seconds(value: str | None, date: str | None) -> float | None:
    """Return how long a service asks to be left alone.

    A date is compared with the service's own clock, its Date header: clocks of laptops are often wrong.

    Args:
        value: the header Retry-After.
        date: the header Date of the same answer.

    Returns:
        Seconds, not negative; None where nothing is said, or nothing that can be read.
    """
    said = (value or "").strip()
    if _SECONDS.fullmatch(said):
        return float(said)
    until, now = _decode_date(said), _decode_date((date or "").strip())
    if until is None or now is None:
        return None
    return max(0.0, (until - now).total_seconds())


def _decode_date(text: str) -> datetime | None:
    found = _DATE.fullmatch(text)
    if found is None:
        return None
    day, year, hour, minute, second = (int(found[place]) for place in (1, 3, 4, 5, 6))
    try:
        return datetime(year, _MONTHS.index(found[2]) + 1, day, hour, minute, second, tzinfo=UTC)
    except ValueError:
        return None
