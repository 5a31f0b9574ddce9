"""The clock, and the forms in which programs name a moment."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import Final, TypeAlias

from custody.errors import UsageError
from custody.model.instant import Instant, decode_instant

Moment: TypeAlias = Instant | date | str
"""An Instant, an aware datetime, the text YYYY-MM-DDThh:mm:ssZ; or a day, as a date or YYYY-MM-DD: its first
moment in UTC."""

_DAY: Final = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")


def now() -> Instant:
    """Return this machine's clock: a claim like any other."""
    return Instant.from_datetime(datetime.now(UTC))


def instant_of(moment: Moment) -> Instant:
    """Return a moment as an Instant.

    Raises:
        UsageError: a datetime without its zone, or no moment at all.
        FormatError: a text of another form.
    """
    given: object = moment
    if isinstance(given, Instant):
        return given
    if isinstance(given, str):
        return decode_instant(f"{given}T00:00:00Z" if _DAY.fullmatch(given) else given)
    if isinstance(given, datetime):
        return Instant.from_datetime(given)
    if isinstance(given, date):
        return Instant.from_datetime(datetime(given.year, given.month, given.day, tzinfo=UTC))
    raise UsageError(
        "moment: expected an Instant, a datetime, a date or a text, found another object",
        hint="such as 2026-11-25T12:00:00Z or 2026-11-25",
    )
