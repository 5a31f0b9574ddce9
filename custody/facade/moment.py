"""The clock, and the forms in which programs name a moment."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TypeAlias

from custody.model.instant import Instant, decode_instant

Moment: TypeAlias = Instant | datetime | str
"""An Instant, an aware datetime, or the text YYYY-MM-DDThh:mm:ssZ."""


def now() -> Instant:
    """Return this machine's clock: a claim like any other."""
    return Instant.from_datetime(datetime.now(UTC))


def instant_of(moment: Moment) -> Instant:
    """Return a moment as an Instant.

    Raises:
        UsageError: a datetime without its zone.
        FormatError: a text of another form.
    """
    if isinstance(moment, str):
        return decode_instant(moment)
    return moment if isinstance(moment, Instant) else Instant.from_datetime(moment)
