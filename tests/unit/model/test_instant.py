"""Instants: one spelling for each moment, and nothing else is a moment."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone, tzinfo

import pytest

from custody.errors import FormatError, UsageError
from custody.model.instant import Instant, decode_instant


@pytest.mark.parametrize(
    "text",
    [
        "1970-01-01T00:00:00Z",
        "2026-11-24T09:00:00.001Z",
        "2026-11-24T09:00:00.100Z",
        "2024-02-29T23:59:59Z",
        "9999-12-31T23:59:59.999Z",
    ],
)
def test_an_instant_is_written_as_it_was_read(text: str) -> None:
    """Reading and writing give back the same text."""
    assert str(decode_instant(text)) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026-11-24",
        "2026-11-24T09:00:00",
        "2026-11-24T09:00:00z",
        "2026-11-24t09:00:00Z",
        "2026-11-24 09:00:00Z",
        "2026-11-24T09:00:00+00:00",
        "2026-11-24T09:00:00-00:00",
        "2026-11-24T09:00:00.000Z",
        "2026-11-24T09:00:00.1Z",
        "2026-11-24T09:00:00.0001Z",
        "2026-11-24T24:00:00Z",
        "2026-11-24T09:60:00Z",
        "2026-11-24T09:00:60Z",
        "2026-02-29T00:00:00Z",
        "2026-13-01T00:00:00Z",
        "2026-00-01T00:00:00Z",
        "1969-12-31T23:59:59Z",
        "0000-01-01T00:00:00Z",
        "12026-11-24T09:00:00Z",
        "2026-11-24T09:00:00Z\n",
        "٢٠٢٦-11-24T09:00:00Z",
    ],
)
def test_another_spelling_is_no_instant(text: str) -> None:
    """Offsets, other letters, other digits and impossible days are refused."""
    with pytest.raises(FormatError) as caught:
        decode_instant(text, member="body.json", pointer="/3/at")
    assert (caught.value.member, caught.value.pointer) == ("body.json", "/3/at")


def test_the_message_does_not_repeat_what_was_read() -> None:
    """An error about a time shows no content."""
    with pytest.raises(FormatError) as caught:
        decode_instant("yesterday at Layla's")
    assert "Layla" not in str(caught.value)


def test_microseconds_are_cut() -> None:
    """A moment is cut to whole milliseconds, never rounded up into the future."""
    moment = datetime(2026, 11, 24, 9, 0, 0, 1999, tzinfo=UTC)
    assert str(Instant.from_datetime(moment)) == "2026-11-24T09:00:00.001Z"


def test_another_zone_is_converted() -> None:
    """A moment in a zone becomes the same moment in UTC."""
    moment = datetime(2026, 11, 24, 12, tzinfo=timezone(timedelta(hours=3)))
    assert str(Instant.from_datetime(moment)) == "2026-11-24T09:00:00Z"


def test_a_naive_time_is_refused() -> None:
    """A time without zone is never taken for local time."""
    with pytest.raises(UsageError, match="naive"):
        Instant.from_datetime(datetime(2026, 11, 24, 9))  # noqa: DTZ001 - the fault under test


def test_a_zone_that_does_not_know_its_offset_is_refused() -> None:
    """A tzinfo whose offset is None counts as none."""

    class Nowhere(tzinfo):
        """A zone that does not know how far it is from UTC."""

        def utcoffset(self, _moment: datetime | None, /) -> None: ...
        def tzname(self, _moment: datetime | None, /) -> None: ...
        def dst(self, _moment: datetime | None, /) -> None: ...

    with pytest.raises(UsageError, match="naive"):
        Instant.from_datetime(datetime(2026, 11, 24, 9, tzinfo=Nowhere()))


@pytest.mark.parametrize(("year", "hours"), [(1, 14), (9999, -14)])
def test_a_time_that_utc_cannot_hold_is_refused(year: int, hours: int) -> None:
    """The first and last hours of Python's calendar do not overflow."""
    month, hour = (1, 0) if year == 1 else (12, 23)
    with pytest.raises(UsageError, match="1970 to 9999"):
        Instant.from_datetime(
            datetime(year, month, 31 if month == 12 else 1, hour, tzinfo=timezone(timedelta(hours=hours)))
        )


@pytest.mark.parametrize(
    "moment",
    [
        datetime(2026, 11, 24, 9, tzinfo=timezone(timedelta(0), "Z")),
        datetime(2026, 11, 24, 9, 0, 0, 1, tzinfo=UTC),
        datetime(1969, 12, 31, tzinfo=UTC),
    ],
)
def test_an_instant_holds_utc_milliseconds_from_1970_on(moment: datetime) -> None:
    """Another zone object, a part of a millisecond and an early year are refused."""
    with pytest.raises(UsageError, match="whole milliseconds"):
        Instant(moment)


def test_instants_are_ordered_by_time() -> None:
    """Comparison follows time, also across the two spellings."""
    early, late = decode_instant("2026-11-24T09:00:00Z"), decode_instant("2026-11-24T09:00:00.001Z")
    assert early < late
