"""Many bundles at once."""

from __future__ import annotations

from attrs import evolve

from custody.errors import StorageError, UsageError
from custody.present.catalogue import catalogue_for
from custody.present.table import Verified, exit_code_of_all, missing_predecessors, table_text
from custody.report.claim import DEFAULT_CLAIMS
from tests.unit.present.reports import BUNDLE, HOSTILE, PREVIOUS, changed_report, report_of, unreadable_report

ENGLISH = catalogue_for("en")
SOUND = Verified(given="a", result=report_of())
LATER = Verified(given="b", result=evolve(report_of(), previous=PREVIOUS))
CHANGED = Verified(given=HOSTILE, result=changed_report())
BROKEN = Verified(given="c", result=StorageError("c: expected to read it, found EIO", code="INPUT_OUTPUT"))
UNREADABLE = Verified(given="d", result=unreadable_report())


def test_every_bundle_has_a_row() -> None:
    """Names stand quoted on lines of their own."""
    text = table_text([SOUND, CHANGED, BROKEN], DEFAULT_CLAIMS, ENGLISH)
    names = [line for line in text.splitlines() if line.startswith('      "')]
    assert len(names) == 3
    assert "\x1b" not in text


def test_a_row_counts_its_reasons() -> None:
    """What is not proven is named by code and number."""
    assert "PATH_UNKNOWN (1), FILE_DIGEST (1)" in table_text([CHANGED], DEFAULT_CLAIMS, ENGLISH)


def test_the_summary_counts_outcomes() -> None:
    """Proven, refuted, undetermined and unreadable add up."""
    text = table_text([SOUND, CHANGED, BROKEN, UNREADABLE], DEFAULT_CLAIMS, ENGLISH)
    assert "4 bundles: 1 with every required claim proven, 1 refuted, 0 undetermined, 2 unreadable" in text


def test_an_earlier_bundle_that_is_missing_is_named() -> None:
    """A seal that names a bundle outside the table is said so."""
    assert missing_predecessors([SOUND, LATER]) == ((PREVIOUS, BUNDLE),)
    assert PREVIOUS.seal_id in table_text([LATER], DEFAULT_CLAIMS, ENGLISH)


def test_an_earlier_bundle_that_is_there_is_not_named() -> None:
    """Both bundles of a chain together leave nothing missing."""
    first = Verified(
        given="f", result=evolve(report_of(), bundle_id=PREVIOUS.bundle_id, seal_id=PREVIOUS.seal_id)
    )
    assert not missing_predecessors([LATER, first])


def test_one_refutation_stands_for_all() -> None:
    """1 before 4 before 0."""
    assert exit_code_of_all([SOUND, BROKEN, CHANGED], DEFAULT_CLAIMS) == 1


def test_a_wrong_call_for_one_bundle_is_a_wrong_call() -> None:
    """2 before 1."""
    wrong = Verified(given="e", result=UsageError("e: expected a bundle, found a file"))
    assert exit_code_of_all([CHANGED, wrong], DEFAULT_CLAIMS) == 2


def test_no_bundles_are_no_failure() -> None:
    """The code of nothing is 0; that nothing was given is said before."""
    assert exit_code_of_all([], DEFAULT_CLAIMS) == 0
