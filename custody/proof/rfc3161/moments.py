"""Times of a token (rules TS-16 and TS-18): genTime, its accuracy, and the interval that they make.

Reckoned in whole microseconds since 1970, so that no accuracy, however large, leaves the years that exist.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

from attrs import frozen

from custody.format.der import fraction_microseconds
from custody.model.instant import Instant
from custody.proof.rfc3161.tst_info import TstInfo

UNKNOWN_ACCURACY_MS: Final = 60_000
"""Where a token states no accuracy it is taken to be one minute."""
SKEW_MS: Final = 300_000
"""How far genTime may lie behind the verifier's own clock."""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_LAST: Final = datetime(9999, 12, 31, 23, 59, 59, 999_000, tzinfo=UTC)
_MILLISECOND: Final = timedelta(milliseconds=1)
_SECOND: Final = timedelta(seconds=1)
_LAST_MS: Final = (_LAST - _EPOCH) // _MILLISECOND


@frozen(kw_only=True)
class Moments:
    """The times of a token.

    Attributes:
        generated_at: genTime, cut to milliseconds.
        accuracy_ms: rounded up; None where the token states none.
        not_before: genTime minus the accuracy, rounded down; not before 1970.
        not_after: genTime plus the accuracy, rounded up; not after 9999.
    """

    generated_at: Instant
    accuracy_ms: int | None
    not_before: Instant
    not_after: Instant


def _instant(milliseconds: int) -> Instant:
    return Instant(_EPOCH + min(max(milliseconds, 0), _LAST_MS) * _MILLISECOND)


def moments_of(info: TstInfo) -> Moments:
    """Return the times that a token states.

    Args:
        info: what it says; its genTime lies in 1970 or later.
    """
    part, cut = fraction_microseconds(info.fraction)
    generated_us = (info.generated_at - _EPOCH) // _SECOND * 1_000_000 + part
    accuracy_us = UNKNOWN_ACCURACY_MS * 1000 if info.accuracy_us is None else info.accuracy_us
    return Moments(
        generated_at=_instant(generated_us // 1000),
        accuracy_ms=None if info.accuracy_us is None else -(-info.accuracy_us // 1000),
        not_before=_instant((generated_us - accuracy_us) // 1000),
        not_after=_instant(-(-(generated_us + cut + accuracy_us) // 1000)),
    )


def in_future(moments: Moments, now: Instant) -> bool:
    """Tell whether genTime lies in the future by more than clocks may differ (rule TS-16)."""
    return moments.generated_at.moment - now.moment > SKEW_MS * _MILLISECOND
