"""Bundles that add to earlier ones, looked at together."""

from __future__ import annotations

from typing import Any

import pytest
from attrs import evolve

from custody.report.claim import Claim, Outcome
from custody.report.reason import Reason
from custody.report.report import Report
from custody.verification.predecessors import with_predecessors
from tests.tools.bundles import Bundle, make_bundle, seed_signer
from tests.tools.memory import judge, trusting

ARCHIVE = seed_signer("archive")
STRANGER = seed_signer("stranger")
TRUST = trusting(ARCHIVE)
FIRST = make_bundle(signers=[ARCHIVE], name="first")


def next_to(bundle: Bundle, **changes: Any) -> Bundle:  # noqa: ANN401 - members of JSON
    """A bundle that adds to an earlier one, or says something else of it."""
    previous = {
        "bundle": bundle.bundle_id,
        "seal": bundle.seal_id,
        "root": bundle.root,
        "items": bundle.items,
    }
    return make_bundle(signers=[ARCHIVE], name="second", data={"previous": {**previous, **changes}})


def together(*bundles: Bundle) -> tuple[Report, ...]:
    """The reports of several bundles."""
    return with_predecessors([judge(bundle.files, TRUST) for bundle in bundles])


def about_predecessor(report: Report) -> set[Reason]:
    """The codes about a predecessor."""
    return set(report.reasons()) & {Reason.PREDECESSOR_NOT_PRESENTED, Reason.PREDECESSOR_MISMATCH}


def test_a_predecessor_that_is_here_is_not_mentioned() -> None:
    """All that the seal names agrees."""
    _, second = together(FIRST, next_to(FIRST))
    assert about_predecessor(second) == set()
    assert second.outcome(Claim.CUSTODY_UNBROKEN) is Outcome.PROVEN


def test_a_predecessor_that_is_missing_is_listed() -> None:
    """It is named, and no claim rests on it."""
    (second,) = together(next_to(FIRST))
    assert about_predecessor(second) == {Reason.PREDECESSOR_NOT_PRESENTED}
    assert second.outcome(Claim.CUSTODY_UNBROKEN) is Outcome.PROVEN


@pytest.mark.parametrize("changes", [{"seal": "0" * 64}, {"root": "0" * 64}, {"items": 2}])
def test_another_seal_root_or_number_refutes_custody_alone(changes: dict[str, Any]) -> None:
    """The trusted bundle of that id is not the one that is named."""
    before = judge(next_to(FIRST, **changes).files, TRUST)
    _, second = together(FIRST, next_to(FIRST, **changes))
    assert about_predecessor(second) == {Reason.PREDECESSOR_MISMATCH}
    assert second.outcome(Claim.CUSTODY_UNBROKEN) is Outcome.REFUTED
    assert second.outcome(Claim.INTACT) is Outcome.PROVEN
    assert second.failures == before.failures + 1


def test_a_bundle_that_anybody_could_make_contradicts_nobody() -> None:
    """A stranger can seal under any bundle id."""
    fake = make_bundle(signers=[STRANGER], name="first")
    assert fake.bundle_id == FIRST.bundle_id
    _, second = together(fake, next_to(FIRST))
    assert about_predecessor(second) == {Reason.PREDECESSOR_NOT_PRESENTED}


def test_a_predecessor_without_its_signature_is_not_here() -> None:
    """Its files may say anything."""
    stripped = FIRST.edit({FIRST.path("1.sshsig"): None})
    _, second = together(stripped, next_to(FIRST))
    assert about_predecessor(second) == {Reason.PREDECESSOR_NOT_PRESENTED}


def test_the_order_of_the_bundles_does_not_matter_and_asking_twice_changes_nothing() -> None:
    """Findings are replaced, not added."""
    wrong = next_to(FIRST, items=2)
    first, second = together(FIRST, wrong)
    again_second, again_first = together(wrong, FIRST)
    assert (first, second) == (again_first, again_second)
    assert with_predecessors([first, second]) == (first, second)


def test_a_report_without_a_bundle_stands_as_it_is() -> None:
    """What has no readable seal is nobody's predecessor."""
    nothing = judge({}, TRUST)
    assert with_predecessors([nothing]) == (nothing,)
    assert evolve(nothing) == nothing
