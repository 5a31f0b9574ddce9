"""A receipt unpacked over a bundle with a stock tool is a merge by hand: the same files, byte for byte."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from zipfile import ZipFile

import pytest

from custody.facade.merging import merge
from custody.facade.verifying import verify
from custody.format.layout import event_path
from custody.report.claim import Claim, Outcome
from tests.tools.bundles import attest
from tests.tools.copies import NGO, TRUST, read_copy, receipt_of, received, released, sealed, write_copy
from tests.tools.memory import NOW


def _unzip(tool: str, receipt: Path, folder: Path) -> None:
    subprocess.run([tool, "-qn", str(receipt), "-d", str(folder)], check=True, capture_output=True)


def _python(_tool: str, receipt: Path, folder: Path) -> None:
    ZipFile(receipt).extractall(folder)


@pytest.mark.parametrize("unpack", [_unzip, _python], ids=["unzip", "python"])
@pytest.mark.parametrize("openings", [("body",), ("body", "place")], ids=["body", "place"])
def test_a_receipt_unpacked_over_a_bundle_is_a_merge(
    tmp_path: Path,
    require_tool: Callable[[str], str],
    unpack: Callable[[str, Path, Path], None],
    openings: tuple[str, ...],
) -> None:
    """The receipt of a handover, and one of an attestation."""
    given = released(sealed())
    taken = received(given)
    said = attest(taken, "countersigned", {"events": [taken.head]}, signers=[NGO], prev=[taken.head])
    folder = next(path for path in said.files if "attestations" in path).rpartition("/")[0]
    (tmp_path / "r.zip").write_bytes(receipt_of(taken, event_path(taken.holding, 0), openings=openings))
    (tmp_path / "s.zip").write_bytes(receipt_of(said, folder))
    by_hand = write_copy(tmp_path / "hand" / given.bundle_id, given.files)
    merged = tmp_path / "merged" / given.bundle_id
    shutil.copytree(by_hand, merged)
    for receipt in ("r.zip", "s.zip"):
        unpack(require_tool("unzip"), tmp_path / receipt, tmp_path / "hand")
    merge(merged, tmp_path / "r.zip", tmp_path / "s.zip", trust=TRUST, at=NOW)
    assert read_copy(by_hand) == read_copy(merged)
    report = verify(by_hand, trust=TRUST, at=NOW)
    assert report.outcome(Claim.CUSTODY_UNBROKEN) is Outcome.PROVEN
