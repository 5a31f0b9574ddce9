"""Which moment lies where in the drawing of who held it, and what is proven about each bar."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from attrs import frozen

from custody.errors import FormatError
from custody.model.instant import Instant, decode_instant
from custody.report.holding_fact import HoldingFact, HoldingMoment, HoldingState

WIDTH: Final = 720
PLOT_START: Final = 176.0
PLOT_END: Final = 664.0
_TICKS: Final = 4
_MINUTE_MS: Final = 60_000
_DAY_MS: Final = 86_400_000
_DATED_MS: Final = 4 * _DAY_MS  # from here on ticks are days
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND: Final = timedelta(milliseconds=1)


def _ms(instant: Instant) -> int:
    return (instant.moment - _EPOCH) // _MILLISECOND


@frozen(kw_only=True)
class Scale:
    """A span of time along the plot.

    Attributes:
        first_ms: milliseconds since 1970 at its beginning.
        last_ms: at its end; later than the beginning.
    """

    first_ms: int
    last_ms: int

    def x(self, moment_ms: int) -> float:
        """Return where a moment lies; what lies outside is put at the edge."""
        inside = min(max(moment_ms, self.first_ms), self.last_ms)
        return PLOT_START + (PLOT_END - PLOT_START) * (inside - self.first_ms) / (
            self.last_ms - self.first_ms
        )

    def ticks(self) -> Iterator[tuple[float, str]]:
        """Yield places and dates of the axis: days where the span is long, else minutes."""
        span = self.last_ms - self.first_ms
        step, form = (_DAY_MS, "%Y-%m-%d") if span >= _DATED_MS else (_MINUTE_MS, "%Y-%m-%d %H:%MZ")
        seen = set()
        for place in range(_TICKS):
            moment = -(-(self.first_ms + span * place // (_TICKS - 1)) // step) * step
            if moment > self.last_ms:
                moment -= step
            if self.first_ms <= moment and moment not in seen:
                seen.add(moment)
                yield self.x(moment), (_EPOCH + moment * _MILLISECOND).strftime(form)


@frozen(kw_only=True)
class Bar:
    """The bar of one holding.

    Attributes:
        start: where it begins.
        end: where it ends.
        proven: whether a proof of time bounds each end that is recorded.
        open_end: whether no end is recorded: it runs to the moment of verification.
        windows: between which proven moments a begin or an end lies, where both are known.
    """

    start: float
    end: float
    proven: bool
    open_end: bool = False
    windows: tuple[tuple[float, float], ...] = ()


def scale_of(holdings: Sequence[HoldingFact], until: Instant) -> Scale:
    """Return the scale that shows every moment of these holdings.

    Args:
        holdings: of a report.
        until: the moment of verification; what claims to be later is put at the edge.
    """
    moments = [_ms(until)]
    for fact in holdings:
        for moment in (fact.start, fact.end):
            if moment is not None:
                moments += [point for point in _points(moment) if point is not None]
    last = _ms(until)
    first = min(*moments, last - _MINUTE_MS)
    return Scale(first_ms=first, last_ms=last)


def bars_of(holdings: Sequence[HoldingFact], scale: Scale) -> tuple[Bar, ...]:
    """Return the bar of each holding."""
    return tuple(_bar(fact, scale) for fact in holdings)


def _points(moment: HoldingMoment) -> tuple[int | None, int | None, int | None]:
    """Return the proven bounds and the claimed time."""
    return (
        None if moment.not_before is None else _ms(moment.not_before),
        None if moment.not_after is None else _ms(moment.not_after),
        _claimed(moment.claimed_at),
    )


def _claimed(text: str | None) -> int | None:
    if text is None:
        return None
    try:
        return _ms(decode_instant(text))
    except FormatError:
        return None


def _place(moment: HoldingMoment) -> tuple[int | None, bool]:
    """Return where a moment is drawn, and whether it is proven: the latest such time, else the claim."""
    not_before, not_after, claimed = _points(moment)
    if not_after is not None:
        return not_after, True
    return (not_before, True) if not_before is not None else (claimed, False)


def _bar(fact: HoldingFact, scale: Scale) -> Bar:
    start, start_proven = _place(fact.start)
    end, end_proven = (None, False) if fact.end is None else _place(fact.end)
    open_end = fact.end is None
    places = sorted(
        (
            scale.x(scale.first_ms if start is None else start),
            scale.x(scale.last_ms if end is None else end),
        )
    )
    return Bar(
        start=places[0],
        end=places[1],
        # A holding of which nothing ends it is bounded at its beginning alone; one in doubt is by nothing.
        proven=start_proven and (end_proven or (open_end and fact.state is HoldingState.HELD)),
        open_end=open_end,
        windows=tuple(_windows(fact, scale)),
    )


def _windows(fact: HoldingFact, scale: Scale) -> Iterator[tuple[float, float]]:
    for moment in (fact.start, fact.end):
        if moment is None:
            continue
        not_before, not_after, _ = _points(moment)
        if not_before is not None and not_after is not None and not_before < not_after:
            yield scale.x(not_before), scale.x(not_after)
