"""Corners of the passes over names and items that no vector can reach, and the cost of long logs."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

import pytest
from attrs import evolve

from custody.present.report_json import encode_report
from custody.report.claim import DEFAULT_CLAIMS, Claim, Outcome
from custody.report.reason import Reason
from custody.report.report import Report
from custody.storage.opening import open_bundle
from custody.trust.trust import Role
from custody.verification import items
from custody.verification.inventory import FirstNames, Inventory
from custody.verification.verify import verify_source
from tests.tools.bundles import add_event, make_bundle, make_part, reduce_items, seed_signer
from tests.tools.memory import NOW, judge, trusting
from tests.unit.storage.bundles import write_files

ARCHIVE = seed_signer("archive")
LAWYER = seed_signer("lawyer")
TRUST = trusting(ARCHIVE, LAWYER)
BUNDLE = make_bundle(signers=[ARCHIVE])
ALL = 1023


def extra(report: Report) -> list[str]:
    """The files that are named as extra."""
    return [finding.subject for finding in report.findings if finding.reason is Reason.FILE_EXTRA]


@pytest.mark.parametrize("others", [("pdf",), ("pdf", "png"), ("png", "zip", "pdf")], ids="-".join)
def test_of_several_files_of_one_number_only_the_others_are_extra(others: tuple[str, ...]) -> None:
    """Whichever of them the system lists first."""
    added = {f"data/000001.{extension}": b"x" for extension in others}
    for files in ({**BUNDLE.files, **added}, {**added, **BUNDLE.files}):
        assert extra(judge(files, TRUST)) == sorted(added)


def test_a_file_without_an_item_is_not_struck_out() -> None:
    """Claiming what is not there changes nothing."""
    inventory = Inventory()
    inventory.claim(7, "txt")
    assert list(inventory.leftovers()) == []


def test_of_many_names_the_first_are_kept_in_order() -> None:
    """Whatever the order in which they come."""
    names = FirstNames()
    for number in reversed(range(1500)):
        names.add(f"{number:04}")
    assert names.names() == tuple(f"{number:04}" for number in range(1000))
    assert names.unnamed == 500


def test_more_runs_than_a_disclosure_can_list_are_attributed_to_nobody(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Both sides: as many as fit, and one more."""
    _, part = make_part(BUNDLE, [ALL, 0, ALL], signers=[ARCHIVE], to=LAWYER)
    monkeypatch.setattr(items, "_RUNS", 2)
    assert judge(part.files, TRUST).outcome(Claim.INTACT) is Outcome.PROVEN
    monkeypatch.setattr(items, "_RUNS", 1)
    assert Reason.WITHHELD_UNATTRIBUTED in judge(part.files, TRUST).reasons(Claim.INTACT)


@pytest.mark.parametrize("mask", [0, 1, 0b101])
def test_erased_items_are_counted_once(mask: int) -> None:
    """An erased item of which something is still open is erased, not partly open as well."""
    approver = seed_signer("approver")
    erased = add_event(
        BUNDLE, "erased", {"leaves": [2], "ground": "x"}, signers=[ARCHIVE, approver], actor="archive"
    )
    files = reduce_items(erased.files, BUNDLE.bundle_id, [ALL, 0b11, mask])
    trust, approving = trusting(ARCHIVE), trusting(approver, roles=[Role.APPROVER])
    both = evolve(trust, identities=(*trust.identities, *approving.identities))
    counts = judge(evolve(erased, files=files).rewrap().files, both).counts
    assert (counts.open, counts.partly_open, counts.withheld, counts.erased) == (1, 1, 0, 1)
    assert counts.items == 3


def test_names_that_are_no_text_are_reported(tmp_path: Path) -> None:
    """A name that is not UTF-8 is named in a report that is JSON."""
    root = write_files(tmp_path / "bundle", BUNDLE.files)
    for folder in ("custody", "data"):
        try:
            Path(os.fsdecode(os.fsencode(root / folder) + b"/\xff\xfe")).write_bytes(b"x")
        except OSError:
            pytest.skip("this file system takes no such names")
    source = open_bundle(str(root))
    report = verify_source(source, TRUST, verified_at=NOW)
    source.close()
    assert {Reason.PATH_UNKNOWN, Reason.FILE_EXTRA} <= set(report.reasons(Claim.INTACT))
    json.loads(encode_report(report, DEFAULT_CLAIMS))


@pytest.mark.deep
@pytest.mark.skipif(os.environ.get("HYPOTHESIS_PROFILE") != "deep", reason="HYPOTHESIS_PROFILE=deep runs it")
def test_ten_thousand_events_of_two_signers_take_eight_seconds() -> None:
    """Of processor time, on the machine that this was measured on: 4.6."""
    files, log = dict(BUNDLE.files), evolve(BUNDLE, files={})
    for number in range(10_000):
        log = add_event(
            evolve(log, files={}),
            "fixity-checked",
            {"root": BUNDLE.root, "result": "pass"},
            signers=[ARCHIVE, LAWYER],
            actor="archive",
            name=str(number),
        )
        files |= log.files
    start = time.process_time()
    report = judge(files, TRUST)
    assert time.process_time() - start <= 8
    assert report.outcome(Claim.CUSTODY_UNBROKEN) is Outcome.PROVEN
