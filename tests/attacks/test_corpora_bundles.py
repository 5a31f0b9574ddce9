"""Real vectors as bundles: bags of others are never proven, naughty strings are sealed without harm."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from custody.errors import CustodyError
from custody.format.bag import ITEMS_PATH
from custody.format.item_fields import ITEM_FIELDS
from custody.format.item_line import decode_item_line
from custody.present.report_json import encode_report
from custody.report.claim import DEFAULT_CLAIMS, Claim, Outcome
from custody.report.reason import Reason
from custody.storage.opening import open_bundle
from custody.trust.trust import Trust
from custody.verification.verify import refused_report, verify_source
from tests.tools.bundles import Item, make_bundle, seed_signer
from tests.tools.memory import NOW, judge, trusting
from tests.unit.storage.bundles import write_files

ARCHIVE = seed_signer("archive")
TRUST = trusting(ARCHIVE)
LONGEST_TITLE = 500


def test_no_bag_of_others_is_ever_proven(corpora: Path) -> None:
    """BagIt conformance: valid or not, a bag without a seal gives a report that proves nothing."""
    bags = {path.parent for path in (corpora / "bagit-conformance").rglob("bagit.txt")}
    bags |= {path.parent for path in (corpora / "bagit-conformance").rglob("data")}
    assert len(bags) >= 50
    for bag in sorted(bags):
        source = open_bundle(str(bag))
        try:
            report = verify_source(source, Trust.none(), verified_at=NOW)
        finally:
            source.close()
        assert {report.outcome(claim) for claim in Claim} <= {Outcome.REFUTED, Outcome.UNDETERMINED}
        assert Reason.SEAL_MISSING in report.reasons(Claim.INTACT)
        json.loads(encode_report(report, DEFAULT_CLAIMS))


def test_no_other_file_of_the_corpora_is_read_as_a_bundle(corpora: Path) -> None:
    """Containers, tokens and texts in the place of a zip: an error of ours or a report, never proven."""
    for path in sorted(corpora.rglob("*")):
        if path.is_file() and not path.is_symlink() and path.stat().st_size < 1_000_000:
            try:
                open_bundle(str(path)).close()
            except CustodyError as error:
                report = refused_report(error, form="zip", verified_at=NOW)
                assert report.outcome(Claim.INTACT) is not Outcome.PROVEN
            else:
                pytest.fail("a file that is no bundle was opened as one")


def strings(corpora: Path) -> list[str]:
    """The naughty strings that the format can hold: without U+0000 and surrogates, not empty."""
    found: list[str] = json.loads((corpora / "naughty-strings/blns.json").read_text("utf-8"))
    return [text for text in found if text and "\x00" not in text]


def test_naughty_strings_are_sealed_and_shown_without_harm(corpora: Path) -> None:
    """As names, titles and the title of the case they come back as they were, and the JSON is one line."""
    texts = strings(corpora)
    assert len(texts) > 500
    items = [
        Item(
            data=b"x",
            ext="txt",
            fields={"name": text, "kind": {"kind": "other", "title": text[:LONGEST_TITLE]}},
        )
        for text in texts
    ]
    for text in texts[::100]:
        bundle = make_bundle(items, signers=[ARCHIVE], fields={"case": {"title": text[:LONGEST_TITLE]}})
        report = judge(bundle.files, TRUST)
        assert report.require(*DEFAULT_CLAIMS) is report
        assert report.claimed_case == text[:LONGEST_TITLE]
        line = encode_report(report, DEFAULT_CLAIMS)
        assert line.count(b"\n") == 1
        assert b"\x1b" not in line
        lines = bundle.files[ITEMS_PATH].splitlines()
        names = [decode_item_line(one, n).values[ITEM_FIELDS.index("name")] for n, one in enumerate(lines, 1)]
        assert names == texts


def test_naughty_strings_as_file_names_are_named_and_refuted(corpora: Path, tmp_path: Path) -> None:
    """A file of any name that the system can make is reported, and the JSON stays one line of JSON."""
    bundle = make_bundle(signers=[ARCHIVE])
    root = write_files(tmp_path / "bundle", bundle.files)
    made = 0
    for text in strings(corpora):
        name = os.fsencode(text.replace("/", "_"))[:200]
        if name not in {b".", b".."}:
            Path(os.fsdecode(os.fsencode(root / "custody") + b"/" + name)).write_bytes(b"x")
            made += 1
    source = open_bundle(str(root))
    report = verify_source(source, TRUST, verified_at=NOW)
    source.close()
    assert report.outcome(Claim.INTACT) is Outcome.REFUTED
    assert sum(finding.reason is Reason.PATH_UNKNOWN for finding in report.findings) > made * 9 // 10
    line = encode_report(report, DEFAULT_CLAIMS)
    assert json.loads(line)["outcomes"]["intact"]["outcome"] == "refuted"
    assert line.count(b"\n") == 1
