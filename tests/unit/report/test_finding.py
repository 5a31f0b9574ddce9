"""Findings: one fact, in one place of one order."""

from __future__ import annotations

import pytest

from custody.report.claim import Claim, Outcome
from custody.report.finding import Finding
from custody.report.reason import FAILED, INDETERMINATE, PASSED, Reason


def test_a_finding_takes_number_and_outcome_from_its_reason() -> None:
    """The code alone fixes both."""
    finding = Finding(reason=Reason.FILE_DIGEST, subject="data/000001.txt")
    assert (finding.number, finding.outcome) == (3, Outcome.REFUTED)


def test_claims_stand_in_their_declared_order_once() -> None:
    """However they were given."""
    finding = Finding(reason=Reason.ITEMS_MATCH, claims=(Claim.COMPLETE, Claim.INTACT, Claim.COMPLETE))
    assert finding.claims == (Claim.INTACT, Claim.COMPLETE)


def test_arguments_are_copied_and_sorted() -> None:
    """A finding does not change after it was made."""
    given: dict[str, str | int] = {"found": 2, "expected": 1}
    finding = Finding(reason=Reason.FILE_SIZE, arguments=given)
    given["found"] = 3
    assert list(finding.arguments.items()) == [("expected", 1), ("found", 2)]


def test_findings_are_ordered_by_number_first() -> None:
    """The order of the proof, whatever the codes are called."""
    payload, sealer = Finding(reason=Reason.FILE_SIZE), Finding(reason=Reason.SEALER_UNKNOWN)
    assert payload.sort_key < sealer.sort_key


def test_items_are_ordered_by_their_number() -> None:
    """Item 9 comes before item 10."""
    nine, ten = (Finding(reason=Reason.ITEM_MALFORMED, subject=number) for number in ("9", "10"))
    assert nine.sort_key < ten.sort_key


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (
            Finding(reason=Reason.ITEM_MALFORMED, subject="01"),
            Finding(reason=Reason.ITEM_MALFORMED, subject="1"),
        ),
        (
            Finding(reason=Reason.ITEMS_MATCH, claims=(Claim.COMPLETE,)),
            Finding(reason=Reason.ITEMS_MATCH, claims=(Claim.INTACT,)),
        ),
        (
            Finding(reason=Reason.SEALER_TRUSTED, basis=("a",)),
            Finding(reason=Reason.SEALER_TRUSTED, basis=("b",)),
        ),
    ],
)
def test_findings_that_differ_are_ordered(first: Finding, second: Finding) -> None:
    """So that a report does not depend on the order of reading."""
    assert first.sort_key < second.sort_key


def test_every_reason_belongs_to_one_of_nine_findings() -> None:
    """And each of the nine can be proven."""
    assert {reason.number for reason in Reason} == set(range(1, 10))
    assert {reason.number for reason in Reason if reason.outcome is Outcome.PROVEN} == set(range(1, 10))


def test_no_two_codes_are_one() -> None:
    """Equal rules do not make one code an alias of another."""
    assert len(Reason) == len(Reason.__members__)


@pytest.mark.parametrize(
    ("reason", "indication", "sub_indication"),
    [
        (Reason.SEAL_SIGNED, PASSED, ""),
        (Reason.SEAL_SIGNATURE_WRONG, FAILED, "SIG_CRYPTO_FAILURE"),
        (Reason.SEALER_UNKNOWN, INDETERMINATE, "NO_SIGNING_CERTIFICATE_FOUND"),
    ],
)
def test_a_reason_has_its_indication(reason: Reason, indication: str, sub_indication: str) -> None:
    """In the words of ETSI EN 319 102-1."""
    assert (reason.indication, reason.sub_indication) == (indication, sub_indication)


def test_only_failures_and_open_questions_have_a_sub_indication() -> None:
    """What passed has none."""
    assert not [r for r in Reason if r.outcome is Outcome.PROVEN and r.sub_indication]
