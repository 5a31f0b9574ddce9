"""One deadline for a whole exchange: a service that sends a byte now and then gains nothing."""

from __future__ import annotations

from collections.abc import Callable

from attrs import field, frozen


@frozen(kw_only=True)
class Deadline:
    """A moment on a monotonic clock.

    Attributes:
        ends_at: seconds on that clock.
        clock: the clock.
    """

    ends_at: float
    clock: Callable[[], float] = field(repr=False)

    @classmethod
    def after(cls, seconds: float, clock: Callable[[], float]) -> Deadline:
        """Begin a time that ends after so many seconds."""
        return cls(ends_at=clock() + seconds, clock=clock)

    def remaining_seconds(self) -> float:
        """Return how long one more step may take.

        Raises:
            TimeoutError: no time is left.
        """
        left = self.ends_at - self.clock()
        if left <= 0:
            raise TimeoutError
        return left
