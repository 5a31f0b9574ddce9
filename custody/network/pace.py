"""How often a service is asked: waits between tries, a pause after failures (rules QU-3 and QU-4).

Everything here is arithmetic on values; clock, sleep and randomness are arguments.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeVar

from attrs import evolve, frozen

from custody.network.fault import ExchangeError, NetworkFault

_T = TypeVar("_T")
_NEVER: Final = float("-inf")
_MAX_DOUBLINGS: Final = 32
# The service was not asked: it has not failed.
_OUR_OWN: Final = {NetworkFault.URL, NetworkFault.PROXY}


@frozen(kw_only=True)
class Standing:
    """What is remembered of one service while a program runs; times are seconds on the caller's clock.

    Attributes:
        asked_at: when it was asked last.
        failures: how often in a row it failed.
        not_before: when it may be asked again: what it said itself, or the growing wait after a failure.
        paused_until: the end of its pause; then it is asked once, and paused again if that fails.
    """

    asked_at: float = _NEVER
    failures: int = 0
    not_before: float = _NEVER
    paused_until: float = _NEVER


@frozen(kw_only=True)
class Pace:
    """How patient custody is.

    Attributes:
        tries: after so many failures in a row a service is given up.
        interval_seconds: between two questions to one service.
        first_wait_seconds: after the first failure; it doubles with each, and up to as much again is added
            at random, so that many programs do not come back together.
        longest_wait_seconds: of that, and of what a service may ask for.
        failures_to_pause: so many in a row begin a pause.
        pause_seconds: how long a pause is at least.
        patience_seconds: how long is waited for one answer in all; a longer wait is left to the caller.
    """

    tries: int = 3
    interval_seconds: float = 15.0
    first_wait_seconds: float = 15.0
    longest_wait_seconds: float = 3600.0
    failures_to_pause: int = 3
    pause_seconds: float = 900.0
    patience_seconds: float = 180.0

    def wait_seconds(self, standing: Standing, now: float) -> float:
        """Return how long to wait before the service may be asked; 0 or more."""
        turn = standing.asked_at + self.interval_seconds
        return max(0.0, turn - now, standing.not_before - now, standing.paused_until - now)

    def after_failure(
        self, standing: Standing, now: float, *, asked_to_wait: float | None, random: float
    ) -> Standing:
        """Return the standing after a failure.

        Args:
            standing: how it stood.
            now: when it failed.
            asked_to_wait: seconds that the service asked for, or None.
            random: from 0 to 1.
        """
        doubled = self.first_wait_seconds * 2.0 ** min(standing.failures, _MAX_DOUBLINGS) * (1 + random)
        wait = min(self.longest_wait_seconds, max(doubled, asked_to_wait or 0.0))
        failures = standing.failures + 1
        paused = failures >= self.failures_to_pause
        paused_until = now + max(self.pause_seconds, wait) if paused else standing.paused_until
        return evolve(standing, failures=failures, not_before=now + wait, paused_until=paused_until)


@frozen(kw_only=True)
class Wait:
    """A wait before a service is asked.

    Attributes:
        service: its name.
        seconds: how long.
        interval_seconds: the distance that questions to it keep.
        error: how it failed last; None where only that distance is kept.
    """

    service: str
    seconds: float
    interval_seconds: float
    error: ExchangeError | None = None


def _wait_silently(_wait: Wait) -> None:
    """Keep silent; programs that wait say so themselves."""


class Pacer:
    """Asks services at a pace, and remembers of each how it stands; made once for a run of a program.

    Nothing is stored: a program that starts anew knows nothing of earlier failures.
    """

    def __init__(
        self,
        pace: Pace,
        *,
        clock: Callable[[], float],
        sleep: Callable[[float], None],
        randomness: Callable[[], float],
        waits: Callable[[Wait], None] = _wait_silently,
    ) -> None:
        """Keep the pace and the means.

        Args:
            pace: how patient to be.
            clock: monotonic, in seconds.
            sleep: waits so many seconds.
            randomness: a number from 0 to 1, another each time.
            waits: told of each wait before it begins.
        """
        self._pace = pace
        self._clock = clock
        self._sleep = sleep
        self._randomness = randomness
        self._waits = waits
        self._standings: dict[str, Standing] = {}
        self._errors: dict[str, ExchangeError] = {}
        self._waited: dict[str, float] = {}

    def wait_seconds(self, service: str) -> float:
        """Return how long a service should be left alone from now on; 0 or more."""
        return self._pace.wait_seconds(self._standing_of(service), self._clock())

    def ask(self, service: str, question: Callable[[], _T]) -> _T:
        """Ask a service, again where that may help and the waiting is short enough.

        Args:
            service: its name; errors name it, and what is remembered is kept under it.
            question: the exchange; it raises ExchangeError where it failed.

        Returns:
            What the question returned.

        Raises:
            ExchangeError: of the last try; PAUSED where the service is not asked at all now.
        """
        while True:
            try:
                return self.ask_once(service, question)
            except ExchangeError as error:
                if error.again_in_seconds is None:
                    raise

    def ask_once(self, service: str, question: Callable[[], _T]) -> _T:
        """Ask a service when its turn has come, and leave it to the caller to ask again.

        Args:
            service: as `ask`.
            question: as `ask`.

        Returns:
            What the question returned.

        Raises:
            ExchangeError: with `again_in_seconds` where asking again may help and the waiting is short
                enough; PAUSED where the service is not asked at all now.
        """
        wait = self.wait_seconds(service)
        if wait > self._pace.patience_seconds:
            raise ExchangeError(
                NetworkFault.PAUSED,
                service,
                expected="one that may be asked now",
                found=f"{self._standing_of(service).failures} failures in a row",
                retry_after_seconds=wait,
            )
        if wait:
            self._wait(service, wait)
        waited = self._waited.pop(service, 0.0) + wait
        try:
            answer = self._ask_once(service, question)
        except ExchangeError as error:
            self._errors[service] = error
            again = self.wait_seconds(service)
            left = self._standing_of(service).failures < self._pace.tries
            if left and error.fault.retryable and waited + again <= self._pace.patience_seconds:
                self._waited[service] = waited
                error.again_in_seconds = again
            raise
        self._errors.pop(service, None)
        return answer

    def _wait(self, service: str, seconds: float) -> None:
        self._waits(
            Wait(
                service=service,
                seconds=seconds,
                interval_seconds=self._pace.interval_seconds,
                error=self._errors.get(service),
            )
        )
        self._sleep(seconds)

    def _standing_of(self, service: str) -> Standing:
        return self._standings.get(service, Standing())

    def _ask_once(self, service: str, question: Callable[[], _T]) -> _T:
        """Ask, and remember how it went."""
        asked_at = self._clock()
        try:
            answer = question()
        except ExchangeError as error:
            if error.fault not in _OUR_OWN:
                self._standings[service] = self._pace.after_failure(
                    evolve(self._standing_of(service), asked_at=asked_at),
                    self._clock(),
                    asked_to_wait=error.retry_after_seconds,
                    random=self._randomness(),
                )
            raise
        self._standings[service] = Standing(asked_at=asked_at)
        return answer
