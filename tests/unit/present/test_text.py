"""The report for people."""

from __future__ import annotations

import pytest

from custody.present.catalogue import LANGUAGES, catalogue_for
from custody.present.text import Look, claim_sentence, report_text
from custody.report.claim import DEFAULT_CLAIMS, Claim, Outcome
from custody.report.finding import Finding
from custody.report.reason import Reason
from custody.report.report import Limit
from tests.unit.present.reports import HOSTILE, SEAL, changed_report, report_of, unreadable_report

ENGLISH = catalogue_for("en")


def lines_of(text: str, start: str) -> list[str]:
    """The lines that begin with a text, without their indentation."""
    return [line.strip() for line in text.splitlines() if line.strip().startswith(start)]


def test_the_verdict_of_a_sound_bundle_names_counts_and_seal() -> None:
    """PROVEN says how many of how many items are unchanged since which seal."""
    text = report_text(report_of(), DEFAULT_CLAIMS, ENGLISH)
    assert [
        (
            "✓ PROVEN  intact: 3 of 3 items are unchanged since seal "
            f"{SEAL} (0 partly open, 0 erased, 0 withheld)"
        )
    ] == lines_of(text, "✓ PROVEN  intact")


def test_the_signer_is_the_one_that_the_trust_names() -> None:
    """The sentence prints the verifier's own name for the keys."""
    assert claim_sentence(report_of(), Claim.SEALED_BY, ENGLISH) == "the seal was signed by w-01"


def test_an_expected_seal_has_no_trusted_name() -> None:
    """Without a trusted identity the sentence says whose choice it was."""
    report = report_of(
        Finding(reason=Reason.SEAL_EXPECTED, claims=tuple(Claim)), without=frozenset({Reason.SEALER_TRUSTED})
    )
    unnamed = type(report)(form="folder", verified_at=report.verified_at, findings=report.findings)
    assert "w-01" not in claim_sentence(unnamed, Claim.SEALED_BY, ENGLISH)


def test_a_seal_of_a_stranger_is_called_what_it_is() -> None:
    """Files that match a seal of unknown keys: anyone could have made it."""
    stranger = Finding(reason=Reason.SEALER_UNKNOWN, claims=(Claim.INTACT, Claim.SEALED_BY))
    report = report_of(stranger, without=frozenset({Reason.SEALER_TRUSTED}))
    assert f"the files match seal {SEAL}; anyone could have made this seal" == claim_sentence(
        report, Claim.INTACT, ENGLISH
    )


def test_time_names_its_authority() -> None:
    """EXISTED_BEFORE prints the moment and who says so."""
    stamped = Finding(
        reason=Reason.EXISTED_BEFORE,
        claims=(Claim.EXISTED_BEFORE,),
        arguments={"time": "2026-01-01T00:00:01Z", "authority": "tsa"},
    )
    report = report_of(stamped, without=frozenset({Reason.NOT_STAMPED}))
    assert "before 2026-01-01T00:00:01Z, according to tsa" in claim_sentence(
        report, Claim.EXISTED_BEFORE, ENGLISH
    )


def test_a_part_says_who_made_it_and_that_others_could() -> None:
    """The verdict on a part carries the note on parts."""
    part = Finding(reason=Reason.PART_ATTRIBUTED, claims=(Claim.INTACT,), arguments={"by": "w-01"})
    text = report_text(report_of(part, without=frozenset({Reason.NOTHING_WITHHELD})), DEFAULT_CLAIMS, ENGLISH)
    assert "anyone who holds as much can make it" in text.split("What was checked")[0]


def test_every_failure_is_listed_with_its_code_and_next_step() -> None:
    """A refuted report names each finding, what it is about and what to do."""
    text = report_text(changed_report(), DEFAULT_CLAIMS, ENGLISH)
    assert (
        len(
            lines_of(
                text, "✗ REFUTED  FILE_DIGEST: the content of the file is not what was sealed: sha256 differ"
            )
        )
        == 1
    )
    assert lines_of(text, "item: ") == ["item: 2"]
    assert "facts: where MiB 1" in lines_of(text, "facts: ")
    assert lines_of(text, "next: ask the sender for another copy")


def test_failures_that_are_not_listed_are_counted() -> None:
    """1,500 failures of which 3 are in the report leave 1,497."""
    assert lines_of(report_text(changed_report(), DEFAULT_CLAIMS, ENGLISH), "and ") == [
        "and 1497 more that are not listed"
    ]


def test_untrusted_text_cannot_imitate_a_verdict() -> None:
    """The name of a file, full of line feeds and escapes, stays on one quoted line."""
    text = report_text(changed_report(), DEFAULT_CLAIMS, ENGLISH)
    assert not [line for line in text.splitlines() if line.startswith("✓ PROVEN  intact")]
    assert "\x1b" not in text
    assert HOSTILE not in text


def test_untrusted_text_comes_after_the_verdicts() -> None:
    """Nothing of the bundle stands above the findings."""
    assert "evil" not in report_text(changed_report(), DEFAULT_CLAIMS, ENGLISH).split("What was checked")[0]


def test_what_the_bundle_says_is_marked_as_claimed() -> None:
    """Case, time, signer and events stand under their own heading."""
    claimed = report_text(report_of(), DEFAULT_CLAIMS, ENGLISH).split("Claimed by the bundle")[1]
    assert '"2026-01-01T00:00:00Z"' in claimed
    assert "(counted, head)" in claimed
    assert "(set aside)" in claimed


@pytest.mark.parametrize("language", LANGUAGES)
def test_limits_are_always_printed(language: str) -> None:
    """What no verification shows stands in every report."""
    catalogue = catalogue_for(language)
    text = report_text(report_of(), DEFAULT_CLAIMS, catalogue)
    assert all(catalogue.limits[limit] in text for limit in Limit)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_report_without_a_seal_prints_in_every_language(language: str) -> None:
    """An unreadable bundle still gives a report with its exit code."""
    catalogue = catalogue_for(language)
    text = report_text(unreadable_report(), DEFAULT_CLAIMS, catalogue)
    assert catalogue.exits[4] in text
    assert catalogue.words["no_seal"] in text


def test_marks_follow_what_the_console_can_show() -> None:
    """Without check marks plain signs stand beside the words."""
    text = report_text(report_of(), DEFAULT_CLAIMS, ENGLISH, Look(encoding="ascii"))
    assert lines_of(text, "+ PROVEN  intact")
    assert not lines_of(text, "✓")


def test_colour_is_added_to_the_words() -> None:
    """The look paints verdicts and nothing else."""
    painted = Look(paint=lambda text, outcome: f"<{outcome.value}>{text}")
    assert painted.verdict(Outcome.PROVEN, ENGLISH) == "<proven>✓ PROVEN"


def test_the_summary_names_the_required_claims_and_the_exit_code() -> None:
    """The last lines say what the exit code means."""
    summary = report_text(report_of(), (Claim.EXISTED_BEFORE,), ENGLISH).split("Summary:")[1]
    assert "! UNDETERMINED  existed before" in summary
    assert "exit code 3" in summary


def test_custody_names_its_heads() -> None:
    """The sentence on handovers prints the event that it reaches."""
    assert f"up to event {SEAL}" in claim_sentence(report_of(), Claim.CUSTODY_UNBROKEN, ENGLISH)
