"""Instants: the one form of time in bundles, `YYYY-MM-DDThh:mm:ssZ` with optional milliseconds, UTC only."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from attrs import field, frozen

from custody.errors import FormatError, UsageError

# [0-9], not \d: Python's \d accepts the digits of every script.
_PATTERN = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]{3}))?Z")
_FIRST_YEAR = 1970
_MILLISECOND = 1000


def _check_utc(_instance: object, _attribute: object, value: datetime) -> None:
    if value.tzinfo is not UTC or value.microsecond % _MILLISECOND or value.year < _FIRST_YEAR:
        message = "instant: expected an aware UTC time in whole milliseconds from 1970 on, found another"
        raise UsageError(message)


@frozen(order=True)
class Instant:
    """A moment in UTC with millisecond resolution (profile of RFC 3339, see the bundle spec, "Instants").

    Attributes:
        moment: an aware `datetime` in UTC, whole milliseconds, year 1970 to 9999.
    """

    moment: datetime = field(validator=_check_utc)

    def __str__(self) -> str:
        """Return the canonical text; milliseconds appear only when they are not zero."""
        seconds = self.moment.strftime("%Y-%m-%dT%H:%M:%S")
        millis = self.moment.microsecond // _MILLISECOND
        return f"{seconds}.{millis:03d}Z" if millis else f"{seconds}Z"

    @classmethod
    def from_datetime(cls, moment: datetime) -> Instant:
        """Convert an aware `datetime`, cutting it to whole milliseconds.

        Raises:
            UsageError: the value has no time zone, or lies outside 1970 to 9999 in UTC.
        """
        if moment.utcoffset() is None:  # also a zone that does not know its offset: astimezone would guess
            message = "instant: expected a time with its zone, found a naive one"
            raise UsageError(message)
        try:
            utc = moment.astimezone(UTC)
        except OverflowError:
            message = "instant: expected a time from 1970 to 9999, found another"
            raise UsageError(message) from None
        return cls(utc.replace(microsecond=utc.microsecond // _MILLISECOND * _MILLISECOND))


def decode_instant(text: str, *, member: str = "instant", pointer: str = "") -> Instant:
    """Read the text of an instant; `.000` is refused, so that each instant has one spelling.

    Raises:
        FormatError: the text is not exactly `YYYY-MM-DDThh:mm:ss[.sss]Z`, or names no real moment.
    """
    found = _PATTERN.fullmatch(text)
    if found is not None and found[7] != "000":
        year, month, day, hour, minute, second = (int(found[n]) for n in range(1, 7))
        try:
            moment = datetime(
                year, month, day, hour, minute, second, int(found[7] or 0) * _MILLISECOND, tzinfo=UTC
            )
        except ValueError:
            pass
        else:
            if year >= _FIRST_YEAR:
                return Instant(moment)
    raise FormatError(
        member, pointer=pointer, expected="a UTC time YYYY-MM-DDThh:mm:ssZ", found="another text"
    )
