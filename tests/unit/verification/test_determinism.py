"""Same bytes, trust and time give the same report, from folder or zip, in any zone; all failures count."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from custody.errors import UsageError
from custody.present.report_json import encode_report
from custody.report.claim import DEFAULT_CLAIMS, Claim, Outcome
from custody.report.reason import Reason
from custody.storage.opening import open_bundle
from custody.verification.verify import verify_source
from tests.tools.bundles import Files, add_event, make_bundle, seed_signer
from tests.tools.memory import NOW, judge, trusting
from tests.unit.storage.bundles import write_files, zip_bytes

ARCHIVE = seed_signer("archive")
STRANGER = seed_signer("stranger")
TRUST = trusting(ARCHIVE)
BUNDLE = make_bundle(signers=[ARCHIVE])
DAMAGED = add_event(BUNDLE, "closed", {"reason": "x"}, signers=[STRANGER]).edit(
    {"data/000001.txt": b"x", "data/000009.txt": b"", "data/strange": b"", "bagit.txt": b"x"}
)
SCRIPT = """
import sys
from tests.unit.verification.test_determinism import of_path
sys.stdout.buffer.write(of_path(sys.argv[1]))
"""


def of_path(path: str) -> bytes:
    """The JSON of a report about what lies at a path."""
    source = open_bundle(path)
    try:
        return encode_report(verify_source(source, TRUST, verified_at=NOW), DEFAULT_CLAIMS)
    finally:
        source.close()


@pytest.mark.parametrize("files", [BUNDLE.files, DAMAGED.files], ids=["sound", "damaged"])
def test_folder_and_zip_give_the_same_json_apart_from_the_form(files: Files, tmp_path: Path) -> None:
    """The form is the only thing that tells them apart."""
    folder = write_files(tmp_path / "folder", files)
    (tmp_path / "bundle.zip").write_bytes(zip_bytes(files, BUNDLE.bundle_id))
    one, other = (json.loads(of_path(str(path))) for path in (folder, tmp_path / "bundle.zip"))
    assert (one.pop("form"), other.pop("form")) == ("folder", "zip")
    assert one == other


def test_another_zone_gives_the_same_json(tmp_path: Path) -> None:
    """A time is UTC or it is none."""
    folder = write_files(tmp_path / "folder", DAMAGED.files)
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(folder)],
        env={**os.environ, "TZ": "Asia/Damascus", "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        check=True,
    )
    assert done.stdout == of_path(str(folder))


def test_the_order_of_a_folder_gives_the_same_json() -> None:
    """Files made in another order are listed by the system in another order."""
    names = {f"data/strange-{number}": b"" for number in range(1200)}
    files = {**BUNDLE.files, **names}
    turned = dict(reversed(files.items()))
    assert judge(files, TRUST) == judge(turned, TRUST)


@pytest.mark.parametrize("name", ["data/strange-{:05}", "data/{:06}.pdf", "custody/strange-{:05}"])
def test_every_failure_is_counted_and_the_first_thousand_are_listed(name: str) -> None:
    """A thousand and some more."""
    files = {**BUNDLE.files, **{name.format(number): b"" for number in range(10, 1510)}}
    report = judge(files, TRUST)
    listed = [one for one in report.findings if one.reason in {Reason.FILE_EXTRA, Reason.PATH_UNKNOWN}]
    assert [one.subject for one in listed] == [name.format(number) for number in range(10, 1010)]
    assert report.failures == 1500 + 1  # and the missing stamp


def test_every_bad_line_is_counted_and_the_first_thousand_are_listed() -> None:
    """Lines are as many as somebody wants."""
    files = {**BUNDLE.files, "custody/items.jsonl": b"{}\n" * 1500}
    report = judge(files, TRUST)
    assert sum(one.reason is Reason.ITEM_MALFORMED for one in report.findings) == 1000
    assert report.failures >= 1500


def test_no_number_of_findings_hides_one_that_matters() -> None:
    """What bears on no claim, or on another one, is counted apart from what bears on the content."""
    long = bytes(2**20 + 1)
    crowd = {f"custody/log/{BUNDLE.bundle_id}/{seq:08d}/note.json": long for seq in range(1, 1002)}
    links = {BUNDLE.path("note.json"): long}
    report = judge({**BUNDLE.files, **crowd, **links}, TRUST)
    assert report.outcome(Claim.INTACT) is Outcome.UNDETERMINED
    assert Reason.LIMIT_EXCEEDED in report.reasons(Claim.INTACT)


@pytest.mark.parametrize("expected", ["", "0" * 63, "A" * 64, "0" * 64 + "\n"])
def test_an_expected_seal_that_is_no_id_is_a_wrong_call(expected: str) -> None:
    """A slip of the pen must not look like a refutation of the evidence."""
    with pytest.raises(UsageError):
        judge(BUNDLE.files, TRUST, expect_seal=expected)
