"""How often a service is asked, by a clock that the test moves."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise

import pytest
from attrs import define, evolve, field

from custody.network.fault import ExchangeError, NetworkFault
from custody.network.pace import Pace, Pacer, Standing, Wait

PATIENT = Pace(patience_seconds=1e9)


@define
class Clock:
    """A clock that goes on when somebody sleeps."""

    now: float = 1000.0
    slept: list[float] = field(factory=list)

    def read(self) -> float:
        """The time."""
        return self.now

    def sleep(self, seconds: float) -> None:
        """Let time pass."""
        self.slept.append(seconds)
        self.now += seconds


@define
class Service:
    """Answers one after another: a fault, or the text of an answer."""

    clock: Clock
    answers: Iterator[NetworkFault | tuple[NetworkFault, float] | str]
    asked_at: list[float] = field(factory=list)

    def ask(self) -> str:
        """Give the next answer."""
        self.asked_at.append(self.clock.now)
        answer = next(self.answers)
        if isinstance(answer, str):
            return answer
        fault, wait = answer if isinstance(answer, tuple) else (answer, None)
        raise ExchangeError(fault, "service", expected="x", found="y", retry_after_seconds=wait)


def world(
    pace: Pace,
    *answers: NetworkFault | tuple[NetworkFault, float] | str,
    randomness: Callable[[], float] = lambda: 0.0,
) -> tuple[Pacer, Service, Clock]:
    """A pacer, a service with these answers, and their clock."""
    clock = Clock()
    pacer = Pacer(pace, clock=clock.read, sleep=clock.sleep, randomness=randomness)
    return pacer, Service(clock, iter(answers)), clock


def fails(pacer: Pacer, service: Service) -> ExchangeError:
    """The error that a question ends with."""
    with pytest.raises(ExchangeError) as caught:
        pacer.ask("service", service.ask)
    return caught.value


DOWN, SLOW, BUSY = NetworkFault.UNREACHABLE, NetworkFault.TIMEOUT, NetworkFault.TOO_MANY_REQUESTS


def test_an_answer_comes_at_once() -> None:
    """Nobody waits before the first question."""
    pacer, service, clock = world(Pace(), "yes")
    assert pacer.ask("service", service.ask) == "yes"
    assert not clock.slept


def test_questions_to_one_service_keep_their_distance() -> None:
    """At most one every 15 seconds (rule QU-3)."""
    pacer, service, clock = world(Pace(), "one", "two")
    pacer.ask("service", service.ask)
    clock.now += 4
    assert pacer.wait_seconds("service") == 11
    assert pacer.ask("service", service.ask) == "two"
    assert clock.slept == [11]


def test_questions_to_different_services_do_not_wait_for_each_other() -> None:
    """The distance is kept for each service."""
    pacer, service, clock = world(Pace(), "one", "two")
    pacer.ask("first", service.ask)
    pacer.ask("second", service.ask)
    assert not clock.slept


def test_a_passing_failure_is_tried_again() -> None:
    """The waits double from 15 seconds on."""
    pacer, service, clock = world(
        evolve(PATIENT, tries=5, failures_to_pause=9), DOWN, SLOW, DOWN, BUSY, "yes"
    )
    assert pacer.ask("service", service.ask) == "yes"
    assert clock.slept == [15, 30, 60, 120]


def test_randomness_makes_a_wait_longer() -> None:
    """Up to as much again is added."""
    pacer, service, clock = world(PATIENT, DOWN, DOWN, "yes", randomness=lambda: 0.5)
    pacer.ask("service", service.ask)
    assert clock.slept == [22.5, 45]


def test_no_wait_is_longer_than_an_hour() -> None:
    """However often it failed."""
    standing = Standing()
    for _ in range(2000):
        standing = Pace(pause_seconds=0).after_failure(standing, 0.0, asked_to_wait=1e12, random=1.0)
    assert Pace().wait_seconds(standing, 0.0) == 3600


def test_what_the_service_asks_for_is_kept() -> None:
    """Retry-After counts where it is longer than the own wait."""
    pacer, service, clock = world(PATIENT, (BUSY, 100.0), (BUSY, 1.0), "yes")
    pacer.ask("service", service.ask)
    assert clock.slept == [100, 30]


@pytest.mark.parametrize("fault", [fault for fault in NetworkFault if not fault.retryable])
def test_a_lasting_failure_is_not_tried_again(fault: NetworkFault) -> None:
    """One question, one error."""
    pacer, service, _ = world(PATIENT, fault)
    assert fails(pacer, service).fault is fault
    assert len(service.asked_at) == 1


def test_tries_are_counted() -> None:
    """After the last try its error is raised."""
    pacer, service, _ = world(evolve(PATIENT, tries=2), DOWN, SLOW)
    assert fails(pacer, service).fault is SLOW


def test_a_wait_beyond_the_patience_is_left_to_the_caller() -> None:
    """The error is raised at once, and the service is left alone for as long as it asked."""
    pacer, service, clock = world(Pace(), (BUSY, 600.0))
    assert fails(pacer, service).fault is BUSY
    assert not clock.slept
    assert pacer.wait_seconds("service") == 600
    paused = fails(pacer, service)
    assert (paused.code, paused.retry_after_seconds) == ("PAUSED", 600)
    assert len(service.asked_at) == 1


def test_patience_is_for_all_waits_of_a_call() -> None:
    """The second wait counts together with the first."""
    pacer, service, clock = world(Pace(tries=9, patience_seconds=40), DOWN, DOWN)
    fails(pacer, service)
    assert clock.slept == [15]


def test_failures_in_a_row_begin_a_pause() -> None:
    """After three of them the service is not asked for a quarter of an hour."""
    pacer, service, clock = world(Pace(), DOWN, DOWN, DOWN, "yes")
    fails(pacer, service)
    assert len(service.asked_at) == 3
    assert fails(pacer, service).fault is NetworkFault.PAUSED
    clock.now += 899
    assert pacer.wait_seconds("service") == 1
    clock.now += 1
    assert pacer.ask("service", service.ask) == "yes"


def test_a_pause_is_renewed_by_one_more_failure() -> None:
    """After the pause the service is asked once; its failure begins the next one."""
    pacer, service, clock = world(Pace(), DOWN, DOWN, DOWN, DOWN)
    fails(pacer, service)
    clock.now += 900
    assert fails(pacer, service).fault is DOWN
    assert len(service.asked_at) == 4
    assert pacer.wait_seconds("service") == 900


def test_an_answer_forgets_the_failures() -> None:
    """After an answer the count begins anew."""
    pacer, service, clock = world(Pace(), DOWN, DOWN, "yes", DOWN, "yes")
    pacer.ask("service", service.ask)
    clock.now += 15
    clock.slept.clear()
    pacer.ask("service", service.ask)
    assert clock.slept == [15]


def test_a_pause_of_one_service_is_nobody_elses() -> None:
    """Another one is asked at once."""
    pacer, service, _ = world(Pace(), DOWN, DOWN, DOWN, "yes")
    fails(pacer, service)
    assert pacer.ask("other", service.ask) == "yes"


@pytest.mark.parametrize("fault", [NetworkFault.URL, NetworkFault.PROXY])
def test_a_service_that_was_not_asked_has_not_failed(fault: NetworkFault) -> None:
    """A wrong address or proxy is the caller's."""
    pacer, service, _ = world(Pace(failures_to_pause=1), fault)
    fails(pacer, service)
    assert pacer.wait_seconds("service") == 0


def test_a_patient_caller_waits_through_a_pause() -> None:
    """With enough patience a call goes on after the pause."""
    pacer, service, clock = world(evolve(PATIENT, tries=9), DOWN, DOWN, DOWN, "yes")
    assert pacer.ask("service", service.ask) == "yes"
    assert clock.slept == [15, 30, 900]
    assert all(later - earlier >= 15 for earlier, later in pairwise(service.asked_at))


def test_a_caller_may_ask_others_before_it_asks_again() -> None:
    """The error says when asking once more may help; the waiting is done then, and its reason told."""
    clock, told = Clock(), list[Wait]()
    pacer = Pacer(Pace(), clock=clock.read, sleep=clock.sleep, randomness=lambda: 0.0, waits=told.append)
    service = Service(clock, iter([DOWN, "yes", "again"]))
    with pytest.raises(ExchangeError) as caught:
        pacer.ask_once("service", service.ask)
    assert (caught.value.again_in_seconds, clock.slept) == (15, [])
    clock.now += 4
    assert pacer.ask_once("service", service.ask) == "yes"
    assert pacer.ask_once("service", service.ask) == "again"
    assert [(one.seconds, one.error) for one in told] == [(11, caught.value), (15, None)]


def test_the_last_failure_promises_no_further_try() -> None:
    """Three of them are enough."""
    pacer, service, _ = world(Pace(), DOWN, DOWN, DOWN)
    promised = []
    for _ in range(3):
        with pytest.raises(ExchangeError) as caught:
            pacer.ask_once("service", service.ask)
        promised.append(caught.value.again_in_seconds)
    assert promised == [15, 30, None]
