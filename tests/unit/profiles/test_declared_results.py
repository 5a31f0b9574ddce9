"""A statement with a result that is asked for: each person's last word counts, and nobody may differ."""

from __future__ import annotations

from typing import Any

import pytest

from custody.model.instant import decode_instant
from custody.profiles.answer import State
from custody.profiles.gaps import check
from custody.profiles.profile import load_profile
from tests.tools.bundles import attest
from tests.unit.profiles.subjects import EXPERT, LAWYER, checked, sealed

PROFILE = load_profile("testimony-do-no-harm")
_DAYS = ("2026-01-03", "2026-01-04")


def scanned(*stated: tuple[Any, str]) -> State:
    """Return the answer about a search for identities; each of these states a result, a day apart."""
    bundle = sealed()
    for day, (who, result) in zip(_DAYS, stated, strict=False):
        data = {"method": "identity-scan", "result": result}
        at = decode_instant(f"{day}T00:00:00Z")
        bundle = attest(bundle, "examined", data, signers=[who], prev=[bundle.head], at=at)
    answers = {one.check.id: one.answer.state for one in check(checked(bundle), PROFILE).checked}
    return answers["T-02d"]


@pytest.mark.parametrize("result", ["none found", "None found.", " none  found", "لم يوجد شيء"])
def test_a_clean_result_is_declared(result: str) -> None:
    """However it is spelt."""
    assert scanned((EXPERT, result)) is State.DECLARED


@pytest.mark.parametrize("result", ["found", "a name in 3 files", "none found but one", "not none found"])
def test_something_found_is_not_declared(result: str) -> None:
    """Nor what takes back half of it."""
    assert scanned((EXPERT, result)) is State.NOT_DECLARED


def test_of_one_person_the_last_word_counts() -> None:
    """In either direction."""
    assert scanned((EXPERT, "a name"), (EXPERT, "none found")) is State.DECLARED
    assert scanned((EXPERT, "none found"), (EXPERT, "a name")) is State.NOT_DECLARED


def test_of_two_persons_neither_may_have_found_something() -> None:
    """Who searches less does not outvote who found something."""
    assert scanned((LAWYER, "a name"), (EXPERT, "none found")) is State.NOT_DECLARED
    assert scanned((LAWYER, "none found"), (EXPERT, "none found")) is State.DECLARED
