"""From a bundle on a disk to the facts of a certificate."""

from __future__ import annotations

from importlib import metadata
from pathlib import Path

import pytest

from custody.errors import StorageError
from custody.filing.certificate import Kind
from custody.filing.certifying import certify
from custody.report.report import NotProvenError
from tests.tools.stamping import write_bundle
from tests.unit.filing.certificates import TRUST, checked, handed_over, sealed

STORY = checked(handed_over(sealed()))


def test_a_folder_is_verified_and_its_facts_are_gathered(tmp_path: Path) -> None:
    """At the moment that counts as now, by this program; whoever waits is told how far it is."""
    folder = write_bundle(STORY, tmp_path / "b")
    done: list[int] = []
    facts = certify(
        folder,
        kind=Kind.FRE_902_14,
        trust=TRUST,
        declarant="lawyer-7",
        at="2026-02-01",
        progress=lambda files, _size: done.append(files),
    )
    assert (facts.program.name, facts.program.version) == ("custody", metadata.version("custody"))
    assert str(facts.made_at) == "2026-02-01T00:00:00Z"
    assert facts.moment_chosen
    assert sum(done) == 3


def test_now_is_this_machine_s_clock_unless_it_is_said(tmp_path: Path) -> None:
    """And the report bears it."""
    folder = write_bundle(STORY, tmp_path / "b")
    facts = certify(folder, kind=Kind.STATEMENT, trust=TRUST, declarant="lawyer-7", expect_seal=STORY.seal_id)
    assert facts.made_at == facts.report.verified_at == facts.timeline.judged_at
    assert not facts.moment_chosen


def test_another_seal_than_the_expected_one_is_refused(tmp_path: Path) -> None:
    """As verification has it."""
    folder = write_bundle(STORY, tmp_path / "b")
    with pytest.raises(NotProvenError):
        certify(folder, kind=Kind.STATEMENT, trust=TRUST, declarant="lawyer-7", expect_seal="ab" * 32)


def test_a_zip_that_is_none_is_refuted(tmp_path: Path) -> None:
    """There is nothing to certify in it."""
    path = tmp_path / "b.zip"
    path.write_bytes(b"PK\x03\x04 no zip")
    with pytest.raises(NotProvenError):
        certify(path, kind=Kind.STATEMENT, trust=TRUST, declarant="lawyer-7")


def test_what_is_not_there_cannot_be_opened(tmp_path: Path) -> None:
    """That says nothing about evidence."""
    with pytest.raises(StorageError):
        certify(tmp_path / "none", kind=Kind.STATEMENT, trust=TRUST, declarant="lawyer-7")
