"""Every rule of the custody log has vectors that it refuses, with its own code, alone where it can be."""

from __future__ import annotations

from pathlib import Path

import pytest

from custody.report.claim import Outcome
from tests.vectors.rules import AMBIENT, RULES, Refused, RuleCase
from tests.vectors.test_vectors import HERE, judge, read

NAMED = (
    [f"C{n}" for n in (1, 2)]
    + [f"S{n}" for n in range(1, 6)]
    + [f"L{n}" for n in range(1, 8)]
    + [f"H{n}" for n in range(1, 8)]
    + [f"I{n}" for n in range(1, 6)]
    + [f"T{n}" for n in range(1, 6)]
    + [f"R{n}" for n in range(1, 6)]
    + [f"EV{n}" for n in range(1, 10)]
)
REFUSED = list({(one.vector, one.code): one for case in RULES for one in case.refused}.values())


def test_every_rule_is_in_the_table() -> None:
    """Once, and in the order in which the rules are numbered."""
    assert [case.rule for case in RULES] == NAMED


@pytest.mark.parametrize("case", RULES, ids=lambda case: case.rule)
def test_a_rule_has_a_vector_or_a_reason_for_none(case: RuleCase) -> None:
    """Not both, and not neither."""
    assert bool(case.refused) is not bool(case.without)


@pytest.mark.parametrize("refused", REFUSED, ids=lambda one: f"{one.vector}-{one.code}")
def test_a_vector_is_refused_with_the_code_of_its_rule(refused: Refused, tmp_path: Path) -> None:
    """The vector states the code, and what stands beside it is exactly what the table says."""
    vector = read(HERE / "data" / f"{refused.vector}.vector")
    assert vector.reason == refused.code
    report = judge(vector, tmp_path)
    codes = {found.reason.name for found in report.findings if found.outcome is not Outcome.PROVEN}
    assert codes - AMBIENT - {refused.code} == refused.beside


def test_what_is_not_alone_has_a_reason() -> None:
    """And what is alone has none."""
    assert [one.vector for one in REFUSED if bool(one.beside) is not bool(one.why)] == []
