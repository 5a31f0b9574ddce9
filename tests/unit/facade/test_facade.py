"""Verifying and sealing from a program."""

from __future__ import annotations

import zipfile
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from custody.errors import BundleError, FormatError, StorageError, UsageError
from custody.facade.moment import instant_of, now
from custody.facade.sealing import predecessor_of, seal
from custody.facade.verifying import open_trust, trust_of, verify
from custody.model.instant import decode_instant
from custody.report.claim import Claim, Outcome
from custody.report.reason import Reason
from custody.sealing.draft import Draft
from custody.trust.trust import Trust
from tests.interop.sample_bundle import make_sample
from tests.tools.bundles import seed_signer

NOON = decode_instant("2026-01-01T12:00:00Z")


@pytest.mark.parametrize(
    "moment",
    [NOON, "2026-01-01T12:00:00Z", datetime(2026, 1, 1, 14, tzinfo=timezone(timedelta(hours=2)))],
)
def test_a_moment_in_every_form(moment: object) -> None:
    """An Instant, its text, or an aware datetime."""
    assert instant_of(moment) == NOON  # type: ignore[arg-type]  # one of the three


def test_a_moment_without_its_zone_is_refused() -> None:
    """Nobody knows what it means."""
    with pytest.raises(UsageError):
        instant_of(datetime(2026, 1, 1))  # noqa: DTZ001 - the naive one that is refused
    with pytest.raises(FormatError):
        instant_of("2026-01-01 00:00")


def test_now_is_this_machine_s_clock() -> None:
    """Within a minute."""
    assert abs(now().moment - datetime.now(UTC)) < timedelta(minutes=1)


def test_a_trust_in_every_form(tmp_path: Path) -> None:
    """A Trust, a file, or the word none."""
    (tmp_path / "t").write_text('{"format":"custody/trust/1","identities":[]}', "utf-8")
    assert trust_of("none") == trust_of(Trust.none()) == open_trust(tmp_path / "t") == Trust.none()


def test_a_zip_of_another_form_gives_a_report(tmp_path: Path) -> None:
    """Undetermined, with the code that says so: nothing is refuted by a common tool."""
    with zipfile.ZipFile(tmp_path / "z.zip", "w") as made:
        made.writestr("b/bagit.txt", b"x")
    report = verify(tmp_path / "z.zip", trust="none")
    assert {finding.reason for finding in report.findings} == {Reason.ZIP_FORM}
    assert report.outcome(Claim.SEALED_BY) is Outcome.UNDETERMINED


def test_what_is_not_there_raises(tmp_path: Path) -> None:
    """It says nothing about evidence, so there is no report."""
    with pytest.raises(StorageError):
        verify(tmp_path / "absent", trust="none")


def test_progress_is_told_everything(tmp_path: Path) -> None:
    """Files and bytes add up to the payload."""
    bundle = make_sample(later=False).write_whole(tmp_path / "b")
    told: list[tuple[int, int]] = []
    report = verify(bundle, trust="none", progress=lambda files, size: told.append((files, size)))
    sums = tuple(map(sum, zip(*told, strict=True)))
    assert sums == (report.counts.files, report.counts.payload_bytes)


def test_several_signers_and_a_previous_bundle(tmp_path: Path) -> None:
    """Both sign; the seal names what came before."""
    (tmp_path / "f").write_bytes(b"x")
    draft = Draft().add(tmp_path / "f")
    one, two = seed_signer("w-01"), seed_signer("w-02")
    first = seal(draft, to=tmp_path, signer=one)
    second = seal(
        draft, to=tmp_path, signer=[one, two], previous=first.path, padding=True, digests=["sha512"]
    )
    assert second.report.previous == predecessor_of(first.path)
    assert [signer.identity for signer in second.report.signers] == ["w-01", "w-02"]


def test_a_bundle_without_a_seal_is_nobody_s_predecessor(tmp_path: Path) -> None:
    """There is nothing to name."""
    with pytest.raises(BundleError):
        predecessor_of(tmp_path)


@pytest.mark.parametrize("nobody", [None, 7, b"none"])
def test_no_trust_at_all_is_an_error(tmp_path: Path, nobody: object) -> None:
    """Whoever trusts nobody says so."""
    with pytest.raises(UsageError, match="trust: expected a Trust"):
        verify(tmp_path, trust=nobody)  # type: ignore[arg-type]
