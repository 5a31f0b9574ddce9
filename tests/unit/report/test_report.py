"""Reports: how findings add up, and that nobody takes a report for a verdict."""

from __future__ import annotations

import pytest

from custody.errors import UsageError
from custody.model.instant import decode_instant
from custody.report.claim import DEFAULT_CLAIMS, NEEDED, Claim, Outcome
from custody.report.finding import Finding
from custody.report.reason import Reason
from custody.report.report import Limit, NotProvenError, Report

NOW = decode_instant("2026-11-24T09:00:00Z")
EVERY = tuple(Claim)
SOUND = (
    Finding(reason=Reason.PATHS_KNOWN, claims=EVERY),
    Finding(reason=Reason.ITEMS_MATCH, claims=EVERY),
    Finding(reason=Reason.PAYLOAD_MATCHES, claims=EVERY),
    Finding(reason=Reason.WRAPPING_MATCHES, claims=EVERY),
    Finding(reason=Reason.SEAL_SIGNED, claims=EVERY),
    Finding(reason=Reason.LOG_UNBROKEN, claims=EVERY),
    Finding(reason=Reason.EXISTED_BEFORE, claims=EVERY),
    Finding(reason=Reason.SEALER_TRUSTED, claims=EVERY),
    Finding(reason=Reason.NOTHING_WITHHELD, claims=EVERY),
)
BAD = Finding(reason=Reason.FILE_DIGEST, subject="data/000001.txt", claims=(Claim.INTACT,))
OPEN = Finding(reason=Reason.PACKAGING_CHANGED, subject=".DS_Store", claims=(Claim.INTACT,))
LISTED = Finding(reason=Reason.EVENT_SIGNER_UNKNOWN, subject="custody/log")


def report(*findings: Finding) -> Report:
    """A report with these findings."""
    return Report(form="folder", verified_at=NOW, findings=findings)


@pytest.mark.parametrize("claim", Claim)
def test_all_numbers_proven_prove_a_claim(claim: Claim) -> None:
    """Every claim of a sound bundle is proven."""
    assert report(*SOUND).outcome(claim) is Outcome.PROVEN


@pytest.mark.parametrize("claim", Claim)
def test_silence_is_undetermined(claim: Claim) -> None:
    """A report without findings proves nothing."""
    assert report().outcome(claim) is Outcome.UNDETERMINED


@pytest.mark.parametrize(
    ("claim", "number"), [(claim, number) for claim in Claim for number in sorted(NEEDED[claim])]
)
def test_a_missing_number_leaves_a_claim_undetermined(claim: Claim, number: int) -> None:
    """Each number that a claim needs must have been settled."""
    rest = (finding for finding in SOUND if finding.number != number)
    assert report(*rest).outcome(claim) is Outcome.UNDETERMINED


def test_one_refutation_outweighs_all_proof() -> None:
    """Also when something is undetermined besides."""
    assert report(*SOUND, OPEN, BAD).outcome(Claim.INTACT) is Outcome.REFUTED


def test_an_open_question_outweighs_proof() -> None:
    """But refutes nothing."""
    assert report(*SOUND, OPEN).outcome(Claim.INTACT) is Outcome.UNDETERMINED


def test_a_finding_counts_for_its_claims_only() -> None:
    """A changed file says nothing about who sealed."""
    assert report(*SOUND, BAD).outcome(Claim.SEALED_BY) is Outcome.PROVEN


@pytest.mark.parametrize("claim", Claim)
def test_a_finding_that_is_only_listed_counts_for_nothing(claim: Claim) -> None:
    """An event of a stranger changes no claim."""
    assert report(*SOUND, LISTED).outcome(claim) is Outcome.PROVEN


def test_findings_are_sorted_however_they_came() -> None:
    """Two readers in different order make the same report."""
    assert report(BAD, *SOUND).findings == report(*reversed(SOUND), BAD).findings


def test_a_proven_claim_may_be_required() -> None:
    """The report itself comes back, to go on with."""
    found = report(*SOUND)
    assert found.require(*DEFAULT_CLAIMS) is found


def test_a_refuted_claim_raises_with_outcome_and_findings() -> None:
    """The error names the claim, its outcome and the codes, and carries the findings."""
    with pytest.raises(NotProvenError) as caught:
        report(*SOUND, BAD).require(Claim.SEALED_BY, Claim.INTACT)
    assert str(caught.value) == "intact refuted (FILE_DIGEST)"
    assert caught.value.outcomes == {Claim.INTACT: Outcome.REFUTED}
    assert caught.value.unmet == (BAD,)
    assert caught.value.code == "NOT_PROVEN"


def test_a_claim_without_findings_raises_too() -> None:
    """Silence is no consent."""
    with pytest.raises(NotProvenError) as caught:
        report().require(Claim.INTACT)
    assert str(caught.value) == "intact undetermined"


def test_requiring_nothing_is_an_error() -> None:
    """An empty list would be met by anything."""
    with pytest.raises(UsageError, match="at least one claim"):
        report(*SOUND).require()


def test_a_report_has_no_truth_value() -> None:
    """`if report:` cannot be written by accident."""
    with pytest.raises(TypeError, match="no truth value"):
        bool(report(*SOUND))


def test_unmet_lists_what_stands_in_the_way_of_a_claim() -> None:
    """Proof, and findings that are only listed, do not."""
    assert report(*SOUND, BAD, LISTED).unmet([Claim.INTACT]) == (BAD,)


def test_reasons_are_listed_once_each() -> None:
    """Of the whole report, also those that bear on no claim."""
    twice = Finding(reason=Reason.FILE_DIGEST, subject="data/000002.txt", claims=(Claim.INTACT,))
    found = report(*SOUND, BAD, twice, LISTED).reasons()
    assert found == (Reason.FILE_DIGEST, Reason.EVENT_SIGNER_UNKNOWN)


def test_reasons_of_a_claim_are_those_that_bear_on_it() -> None:
    """Others are left out."""
    assert report(*SOUND, BAD, LISTED).reasons(Claim.SEALED_BY) == ()


def test_limits_are_always_there() -> None:
    """A report cannot be made without them by leaving them out."""
    assert report().limits == tuple(Limit)


def test_the_name_of_a_claim_is_no_claim() -> None:
    """A misspelt one would be undetermined for ever."""
    with pytest.raises(UsageError, match=r"Claim\.INTACT"):
        report(*SOUND).outcome("intact")  # type: ignore[arg-type]
    with pytest.raises(UsageError, match=r"Claim\.INTACT"):
        report(*SOUND).require("intact")  # type: ignore[arg-type]
