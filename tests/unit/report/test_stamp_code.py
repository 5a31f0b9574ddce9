"""Codes about proofs of time: their rules, and how they add up."""

from __future__ import annotations

import re

import pytest

from custody.report.stamp_code import StampCode, StampOutcome, outcome_of


def test_every_code_has_a_rule() -> None:
    """TS-1 to TS-20 for tokens, ER-0 to ER-11 for evidence records."""
    assert all(re.fullmatch(r"TS-(?:[1-9]|1[0-9]|20)|ER-(?:[0-9]|1[01])", code.rule) for code in StampCode)


@pytest.mark.parametrize("number", range(1, 21))
def test_every_rule_for_tokens_has_a_code(number: int) -> None:
    """No rule is without a code of its own."""
    assert any(code.rule == f"TS-{number}" for code in StampCode)


def test_no_two_codes_are_one() -> None:
    """Equal rules do not make aliases."""
    assert len(StampCode.__members__) == len(list(StampCode))


@pytest.mark.parametrize(
    ("codes", "outcome"),
    [
        ((), StampOutcome.VALID),
        ((StampCode.ACCURACY_UNKNOWN,), StampOutcome.VALID),
        ((StampCode.ACCURACY_UNKNOWN, StampCode.PATH_MISSING), StampOutcome.UNDETERMINED),
        ((StampCode.PATH_MISSING, StampCode.SIGNATURE_WRONG), StampOutcome.INVALID),
    ],
)
def test_the_worst_code_counts(codes: tuple[StampCode, ...], outcome: StampOutcome) -> None:
    """What makes a proof invalid outweighs any doubt, and a doubt outweighs notes."""
    assert outcome_of(codes) is outcome
