"""Reading a bundle on a disk for a filing."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from custody.errors import StorageError, UsageError
from custody.filing.reading import read_facts
from custody.filing.reference import AUDITOR, SPECIFICATION, read_reference, read_references
from custody.format.key_file import encode_public_key_file
from custody.report.claim import Claim, Outcome
from custody.report.timeline import EventStatus
from tests.tools.memory import NOW
from tests.tools.stamping import write_bundle
from tests.unit.filing.filings import SEALER, TRUST, story

ROOT = Path(__file__).parents[3]
STORY = story()


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    """The story on a disk."""
    return write_bundle(STORY, tmp_path / "b")


def test_a_bundle_is_verified_and_read(bundle: Path) -> None:
    """With the claims that were required, and the program's own name."""
    told = read_facts(bundle, trust=TRUST, at=NOW, required=(Claim.COMPLETE, Claim.COMPLETE))
    assert told.report.outcome(Claim.COMPLETE) is Outcome.PROVEN
    assert told.required == (Claim.COMPLETE,)
    assert len(told.items) == 3
    assert told.seal is not None
    assert told.seal.seal_id == STORY.seal_id
    assert told.trust_sha256 is None


def test_the_digest_of_the_trust_file_is_kept(bundle: Path, tmp_path: Path) -> None:
    """Of the bytes that were read; the word none has no file."""
    data = encode_public_key_file(SEALER.identity)
    (tmp_path / "t").write_bytes(data)
    assert read_facts(bundle, trust=tmp_path / "t", at=NOW).trust_sha256 == hashlib.sha256(data).hexdigest()
    assert read_facts(bundle, trust="none").trust_sha256 is None


def test_what_is_asked_reaches_the_verification(bundle: Path) -> None:
    """The time before which, the seal and the head that are expected."""
    other = "0" * 64
    told = read_facts(bundle, trust=TRUST, at=NOW, before="2026-01-01", expect_seal=other, head=other)
    codes = {finding.reason.name for finding in told.report.findings}
    assert {"SEAL_NOT_EXPECTED", "HEAD_NOT_FOUND"} & codes
    assert told.report.outcome(Claim.EXISTED_BEFORE) is not Outcome.PROVEN


def test_events_of_receipts_are_told_as_such(bundle: Path, tmp_path: Path) -> None:
    """They are shown beside the log, and no part of it."""
    files = {path: data for path, data in STORY.files.items() if f"log/{STORY.holding}/" not in path}
    cut = write_bundle(STORY.edit(dict.fromkeys(set(STORY.files) - set(files))), tmp_path / "cut")
    told = read_facts(cut, trust=TRUST, at=NOW, receipts=bundle)
    assert told.timeline is not None
    assert EventStatus.WITNESS in {event.status for event in told.timeline.events}


def test_progress_is_told(bundle: Path) -> None:
    """Files and bytes."""
    done = []
    read_facts(bundle, trust=TRUST, at=NOW, progress=lambda files, size: done.append((files, size)))
    assert sum(files for files, _ in done) == 3


def test_what_is_not_there_is_an_error(tmp_path: Path) -> None:
    """A bundle, a trust."""
    with pytest.raises(UsageError):
        read_facts(tmp_path, trust="")
    with pytest.raises(StorageError, match="trust: "):
        read_facts(tmp_path, trust=tmp_path / "none here")


def test_the_specification_and_the_auditor_go_with_a_report() -> None:
    """As they are written."""
    assert read_references() == {
        SPECIFICATION: (ROOT / "docs/spec/bundle-1.md").read_bytes(),
        AUDITOR: (ROOT / "examples/audit.py").read_bytes(),
    }


def test_a_reference_that_is_not_installed_is_left_out(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A report is made without it."""
    monkeypatch.setattr("custody.filing.reference.files", lambda _package: tmp_path)
    monkeypatch.setattr("custody.filing.reference._WRITTEN", {AUDITOR: "nowhere"})
    assert read_reference(AUDITOR) is None
    assert read_references() == {}
