"""Tests of a token's times: cut, rounded and kept within the years that exist."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from custody.model.instant import decode_instant
from custody.proof.rfc3161.algorithm_id import AlgorithmId
from custody.proof.rfc3161.moments import Moments, in_future, moments_of
from custody.proof.rfc3161.tst_info import TstInfo

SECOND = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def moments(fraction: str = "", accuracy_us: int | None = 0, at: datetime = SECOND) -> Moments:
    """The times of a token."""
    return moments_of(
        TstInfo(
            version=1,
            policy="2.999",
            imprint_algorithm=AlgorithmId(oid="1.2.3"),
            imprint=b"",
            serial=1,
            generated_at=at,
            fraction=fraction,
            accuracy_us=accuracy_us,
        )
    )


@pytest.mark.parametrize(
    ("fraction", "accuracy_us", "expected"),
    [
        ("", 0, ("05Z", "05Z", "05Z")),
        ("", 1_000_000, ("04Z", "05Z", "06Z")),
        ("12", 1_000, ("05.119Z", "05.120Z", "05.121Z")),
        ("0005", 0, ("05Z", "05Z", "05.001Z")),
        ("0001", 1, ("05Z", "05Z", "05.001Z")),
        ("001", 1, ("05Z", "05.001Z", "05.002Z")),
        ("0009999999", 0, ("05Z", "05Z", "05.001Z")),
        ("0000000001", 0, ("05Z", "05Z", "05.001Z")),
    ],
)
def test_the_interval_is_rounded_outwards(
    fraction: str, accuracy_us: int, expected: tuple[str, str, str]
) -> None:
    """Down, cut, up: whatever is finer than milliseconds."""
    found = moments(fraction, accuracy_us)
    written = (found.not_before, found.generated_at, found.not_after)
    assert tuple(str(one) for one in written) == tuple(f"2026-01-02T03:04:{one}" for one in expected)


def test_an_unknown_accuracy_is_one_minute() -> None:
    """And is said to be unknown."""
    found = moments(accuracy_us=None)
    assert found.accuracy_ms is None
    assert str(found.not_before) == "2026-01-02T03:03:05Z"
    assert str(found.not_after) == "2026-01-02T03:05:05Z"


@pytest.mark.parametrize(("microseconds", "milliseconds"), [(0, 0), (1, 1), (1_000, 1), (1_001, 2)])
def test_an_accuracy_is_rounded_up(microseconds: int, milliseconds: int) -> None:
    """To milliseconds."""
    assert moments(accuracy_us=microseconds).accuracy_ms == milliseconds


def test_an_accuracy_of_ages_ends_with_the_years() -> None:
    """From 1970 to 9999, however large it is."""
    found = moments(accuracy_us=10**40)
    assert str(found.not_before) == "1970-01-01T00:00:00Z"
    assert str(found.not_after) == "9999-12-31T23:59:59.999Z"


@pytest.mark.parametrize(("now", "expected"), [("02:59:05", False), ("02:59:04", True), ("03:04:05", False)])
def test_the_future_begins_after_five_minutes(now: str, *, expected: bool) -> None:
    """Clocks may differ by as much."""
    assert in_future(moments(), decode_instant(f"2026-01-02T{now}Z")) is expected
