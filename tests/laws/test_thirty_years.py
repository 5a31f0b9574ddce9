"""Thirty years of one evidence record: three hashes, four authorities that end, renewals in time or not."""

from __future__ import annotations

from functools import cache
from itertools import accumulate

import pytest
from attrs import evolve, frozen

from custody.proof.evidence_record.record import EvidenceRecord
from custody.report.stamp_code import StampCode, StampOutcome
from custody.trust.trust import AlgorithmEnd
from tests.tools.authority import TestAuthority, trust_of
from tests.tools.records import DOCUMENT, day, first_record, judge, rehashed, renewed

END = "2056-06-01"


def _authority(name: str, first: int, last: int, key: str) -> TestAuthority:
    valid = day(f"{first}-01-01"), day(f"{last}-01-01")
    return TestAuthority(
        name,
        operator=f"Operator of {name}",
        unit_key=key,
        issuer_key=key,
        root_key=key,
        root_valid=valid,
        issuer_valid=valid,
        unit_valid=valid,
    )


FIRST = _authority("first", 2025, 2034, "p256")
SECOND = _authority("second", 2033, 2042, "p384")
THIRD = _authority("third", 2041, 2050, "p521")
FOURTH = _authority("fourth", 2049, 2058, "p521")
TRUST = trust_of(
    FIRST.authority(valid_until=day("2034-01-01")),
    SECOND.authority(valid_until=day("2042-01-01")),
    THIRD.authority(valid_until=day("2050-01-01")),
    FOURTH.authority(valid_until=day("2058-01-01")),
    ends=(
        AlgorithmEnd(algorithm="sha256", until=day("2037-01-01")),
        AlgorithmEnd(algorithm="sha384", until=day("2046-01-01")),
    ),
)


@frozen
class _Step:
    """One stamping.

    Attributes:
        at: its day.
        authority: who stamps.
        algorithm: the new hash of a hash renewal; "" where only the token is renewed.
    """

    at: str
    authority: TestAuthority
    algorithm: str = ""


STEPS = (
    _Step("2033-06-01", SECOND),
    _Step("2036-06-01", SECOND, "sha384"),
    _Step("2041-06-01", THIRD),
    _Step("2045-06-01", THIRD, "sha512"),
    _Step("2049-06-01", FOURTH),
)
SKIPPED = (
    StampCode.ROOT_TRUST_ENDED,
    StampCode.ALGORITHM_ENDED,
    StampCode.ROOT_TRUST_ENDED,
    StampCode.ALGORITHM_ENDED,
    StampCode.ROOT_TRUST_ENDED,
)
TOO_LATE = (
    (_Step("2034-06-01", SECOND), StampCode.ROOT_TRUST_ENDED),
    (_Step("2037-06-01", SECOND, "sha384"), StampCode.ALGORITHM_ENDED),
    (_Step("2042-06-01", THIRD), StampCode.ROOT_TRUST_ENDED),
    (_Step("2046-06-01", THIRD, "sha512"), StampCode.ALGORITHM_ENDED),
    (_Step("2050-06-01", FOURTH), StampCode.ROOT_TRUST_ENDED),
)


def _taken(record: EvidenceRecord, step: _Step) -> EvidenceRecord:
    if step.algorithm:
        return rehashed(record, step.authority, step.at, algorithm=step.algorithm)
    oid = record.chains[-1][-1].algorithm
    algorithm = {"1": "sha256", "2": "sha384", "3": "sha512"}[str(oid)[-1]]
    return renewed(record, step.authority, step.at, algorithm=algorithm)


@cache
def _history(*steps: _Step) -> tuple[EvidenceRecord, ...]:
    """The record after each step."""
    return tuple(accumulate(steps, _taken, initial=first_record(FIRST, "2026-06-01")))


def test_a_record_renewed_in_time_stays_valid() -> None:
    """After thirty years nothing of 2026 is trusted any more, and the proof of 2026 stands."""
    verdict = judge(_history(*STEPS)[-1], TRUST, END)
    assert verdict.outcome is StampOutcome.VALID
    assert verdict.tokens[0].generated_at == day("2026-06-01")
    assert verdict.weakens_at == day("2058-01-01")


@pytest.mark.parametrize(("place", "until"), list(enumerate([*(step.at for step in STEPS), END])))
def test_a_record_is_valid_until_its_next_renewal(place: int, until: str) -> None:
    """At every point of its life what was done so far is enough."""
    assert judge(_history(*STEPS)[place], TRUST, until).outcome is StampOutcome.VALID


@pytest.mark.parametrize("place", range(len(STEPS)))
def test_a_record_says_when_it_must_be_renewed(place: int) -> None:
    """The next renewal lies before that day, and without it the proof is gone on that day."""
    record = _history(*STEPS)[place]
    weakens_at = judge(record, TRUST, STEPS[place].at).weakens_at
    assert weakens_at is not None
    assert weakens_at > day(STEPS[place].at)
    assert judge(record, TRUST, str(weakens_at)[:10]).outcome is StampOutcome.UNDETERMINED


@pytest.mark.parametrize(("place", "reason"), list(enumerate(SKIPPED)))
def test_a_skipped_renewal_is_undetermined_with_its_reason(place: int, reason: StampCode) -> None:
    """Everything else was done, and done in time."""
    steps = (*STEPS[:place], *STEPS[place + 1 :])
    verdict = judge(_history(*steps)[-1], TRUST, END)
    assert verdict.outcome is StampOutcome.UNDETERMINED
    assert reason in verdict.codes


@pytest.mark.parametrize(("place", "late"), list(enumerate(TOO_LATE)))
def test_a_late_renewal_is_as_good_as_none(place: int, late: tuple[_Step, StampCode]) -> None:
    """Half a year after the end of what it should have saved."""
    step, reason = late
    steps = (*STEPS[:place], step, *STEPS[place + 1 :])
    verdict = judge(_history(*steps)[-1], TRUST, END)
    assert verdict.outcome is StampOutcome.UNDETERMINED
    assert reason in verdict.codes


def test_a_leaked_key_of_an_ended_authority_makes_no_old_record() -> None:
    """A token of 2026 that is made in 2041, and renewed at once, was not there before the trust ended."""
    forged = b"made in 2041"
    record = first_record(FIRST, "2026-06-01", document=forged)
    record = rehashed(record, THIRD, "2041-06-01", algorithm="sha512", document=forged)
    verdict = judge(record, TRUST, "2042-01-01", forged)
    assert verdict.outcome is StampOutcome.UNDETERMINED
    assert StampCode.ROOT_TRUST_ENDED in verdict.codes


def test_a_document_swapped_after_a_hash_broke_is_refused() -> None:
    """Who finds a second document for the first hash has none for the later ones."""
    record = _history(*STEPS)[-1]
    first = first_record(FIRST, "2026-06-01", document=b"second preimage").chains[0]
    swapped = evolve(record, chains=(first, *record.chains[1:]))
    for document in (DOCUMENT, b"second preimage"):
        assert judge(swapped, TRUST, END, document).outcome is StampOutcome.INVALID
