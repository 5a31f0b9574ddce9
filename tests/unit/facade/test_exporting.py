"""Views of bundles on a disk."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

import custody
from custody.errors import BundleError, StorageError, UsageError
from custody.facade.exporting import VOCABULARIES, Vocabulary, export, export_blocks
from custody.report.claim import Outcome
from custody.report.report import NotProvenError
from tests.interop.sample_bundle import Sample, make_sample

AT = "2026-02-01T00:00:00Z"


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> tuple[Sample, Path]:
    """A bundle in a folder."""
    made = make_sample(later=False)
    return made, made.write_whole(tmp_path_factory.mktemp("sample") / "b")


@pytest.mark.parametrize("vocabulary", VOCABULARIES)
def test_the_same_bundle_trust_and_time_give_the_same_view(
    sample: tuple[Sample, Path], vocabulary: Vocabulary
) -> None:
    """Byte for byte; at another moment only what depends on it differs."""
    made, bundle = sample
    seal = made.facts.seal_id
    first = export(bundle, vocabulary=vocabulary, trust="none", at=AT, expect_seal=seal)
    assert first == custody.export(bundle, vocabulary=vocabulary, trust="none", at=AT, expect_seal=seal)
    later = export(bundle, vocabulary=vocabulary, trust="none", at="2026-02-02T00:00:00Z", expect_seal=seal)
    assert later.replace(b"2026-02-02T", b"2026-02-01T") == first


def test_a_view_as_of_now(sample: tuple[Sample, Path]) -> None:
    """Without a moment this machine's clock is asked."""
    assert json.loads(export(sample[1], vocabulary="prov", trust="none"))["entity"]


def test_progress_is_told(sample: tuple[Sample, Path]) -> None:
    """Of the verification before the view."""
    told: list[int] = []
    blocks = export_blocks(
        sample[1], vocabulary="prov", trust="none", at=AT, progress=lambda files, _size: told.append(files)
    )
    assert list(blocks)
    assert sum(told) == 3


def test_another_vocabulary_is_refused(sample: tuple[Sample, Path]) -> None:
    """Before anything is read."""
    with pytest.raises(UsageError, match="expected one of prov, premis, case"):
        export(sample[1], vocabulary="dublin-core", trust="none")  # type: ignore[arg-type]  # the point


def test_a_moment_that_is_not_shown_is_refused(sample: tuple[Sample, Path]) -> None:
    """`before` demands a proof that the bundle does not have."""
    with pytest.raises(NotProvenError):
        list(export_blocks(sample[1], vocabulary="prov", trust="none", at=AT, before="2026-01-01T00:00:00Z"))


def test_a_changed_bundle_has_no_view(sample: tuple[Sample, Path], tmp_path: Path) -> None:
    """The refutation is the answer, not an export of what is wrong."""
    bundle = sample[0].write_whole(tmp_path / "b")
    (bundle / "data" / "000003").write_bytes(b"x")
    with pytest.raises(NotProvenError) as refused:
        export(bundle, vocabulary="case", trust="none")
    assert set(refused.value.outcomes.values()) == {Outcome.REFUTED}


def test_a_zip_of_another_form_has_no_view(tmp_path: Path) -> None:
    """Nothing could be verified, and nothing is refuted."""
    with zipfile.ZipFile(tmp_path / "z.zip", "w") as made:
        made.writestr("b/bagit.txt", b"x")
    with pytest.raises(NotProvenError) as refused:
        export(tmp_path / "z.zip", vocabulary="prov", trust="none")
    assert Outcome.REFUTED not in refused.value.outcomes.values()


def test_what_is_not_there_has_no_view(tmp_path: Path) -> None:
    """It says nothing about evidence."""
    with pytest.raises(StorageError):
        export(tmp_path / "absent", vocabulary="prov", trust="none")


def test_a_trust_that_is_none_is_refused(sample: tuple[Sample, Path], tmp_path: Path) -> None:
    """A file that is no trust names nobody."""
    (tmp_path / "t").write_text("{}", "utf-8")
    with pytest.raises(BundleError):
        export(sample[1], vocabulary="prov", trust=tmp_path / "t")
