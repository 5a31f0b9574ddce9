"""Bundles that add to earlier ones, looked at together."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
from attrs import evolve

from custody.model.instant import decode_instant
from custody.report.claim import Claim, Outcome
from custody.report.reason import Reason
from custody.report.report import Report
from custody.verification.predecessors import with_predecessors
from tests.tools.authority import TestAuthority
from tests.tools.bundles import Bundle, add_event, make_bundle, seed_signer
from tests.tools.memory import judge, trusting

ARCHIVE = seed_signer("archive")
STRANGER = seed_signer("stranger")
TRUST = trusting(ARCHIVE)
CLOCK = TestAuthority("clock", operator="An operator")
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


def made(bundle: Bundle, other: Bundle, /, **changes: Any) -> Bundle:  # noqa: ANN401 - members of JSON
    """The bundle with an event that says what was made of its first item, and sealed elsewhere."""
    data = {"inputs": [0], "outputs": [2], "bundle": other.bundle_id, "seal": other.seal_id, **changes}
    return add_event(bundle, "derived", data, signers=[ARCHIVE])


def test_outputs_that_are_there_are_not_mentioned() -> None:
    """They lie in a bundle that adds to this one; whether it is here or not."""
    second = next_to(FIRST)
    first = made(FIRST, second)
    assert Reason.OUTPUTS_NOT_THERE not in together(first, second)[0].reasons()
    assert Reason.OUTPUTS_NOT_THERE not in together(first)[0].reasons()


@pytest.mark.parametrize("changes", [{"outputs": [3]}, {"bundle": "7" * 32}])
def test_outputs_that_the_other_bundle_lacks_are_named(changes: dict[str, Any]) -> None:
    """An index beyond its items, or its seal under another bundle's id; nothing else changes."""
    second = next_to(FIRST)
    report = together(made(FIRST, second, **changes), second)[0]
    assert Reason.OUTPUTS_NOT_THERE in report.reasons()
    assert report.outcome(Claim.CUSTODY_UNBROKEN) is Outcome.PROVEN


def test_outputs_in_a_bundle_that_does_not_add_to_this_one_are_named() -> None:
    """Its seal names no earlier one, or another."""
    third = make_bundle(signers=[ARCHIVE], name="third")
    assert Reason.OUTPUTS_NOT_THERE in together(made(FIRST, third), third)[0].reasons()


def test_a_predecessor_that_is_proven_to_be_later_shows_a_wrong_clock() -> None:
    """Its digest stands in the later seal: neither time is used, and custody is not touched."""
    token = CLOCK.stamp(b"fresh", at=decode_instant("2026-01-20T00:00:00Z"))
    anchors = {hashlib.sha256(token).hexdigest(): token}
    first = make_bundle(signers=[ARCHIVE], name="first", anchors=anchors)
    second = next_to(first)
    proof = second.files[second.path("proof.sha256")]
    stamp = CLOCK.stamp(proof, at=decode_instant("2026-01-10T00:00:00Z"))
    stamped = second.edit({second.path(f"stamps/{hashlib.sha256(stamp).hexdigest()}/stamp.tst"): stamp})
    trust = evolve(TRUST, authorities=(CLOCK.authority(),))
    reports = [judge(bundle.files, trust) for bundle in (first, stamped)]
    assert reports[1].outcome(Claim.EXISTED_BEFORE) is Outcome.PROVEN
    again = with_predecessors(with_predecessors(reports))
    assert again[1].outcome(Claim.EXISTED_BEFORE) is Outcome.UNDETERMINED
    assert again[1].outcome(Claim.CUSTODY_UNBROKEN) is Outcome.PROVEN
    assert again[1].failures == reports[1].failures + 1


def test_a_report_without_a_bundle_stands_as_it_is() -> None:
    """What has no readable seal is nobody's predecessor."""
    nothing = judge({}, TRUST)
    assert with_predecessors([nothing]) == (nothing,)
    assert evolve(nothing) == nothing
