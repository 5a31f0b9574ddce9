"""Attacks that worked once, kept by name so that they never work again."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from attrs import evolve

from custody.errors import FormatError
from custody.packing.pack import unpack_bundle
from custody.present.display import quote
from custody.report.claim import Claim, Outcome
from custody.report.reason import Reason
from custody.storage import ordered, worker_pool
from custody.storage.folder import open_folder
from custody.trust.trust import Trust
from custody.verification.predecessors import with_predecessors
from custody.verification.verify import verify_source
from tests.tools.bundles import AT, SMALL, make_bundle, make_part, seed_signer
from tests.unit.storage.bundles import job_of, write_files
from tests.vectors.world import stored_zip

SIGNER = seed_signer("archive")
TRUST = Trust.of_identity(SIGNER.identity)


def test_workers_run_nothing_from_the_working_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A bundle has a folder named `custody`; verifying inside it must not import from there."""
    hostile = tmp_path / "custody" / "storage"
    hostile.mkdir(parents=True)
    ran = tmp_path / "ran"
    (tmp_path / "custody" / "__init__.py").write_text(f"open({str(ran)!r}, 'w').write('x')\n")
    (hostile / "__init__.py").write_text("")
    (hostile / "worker.py").write_text("import sys\nfor line in sys.stdin: print('[]', flush=True)\n")
    bundle = tmp_path / "bundle"
    write_files(bundle, {f"data/{number:06d}": b"%d" % number for number in range(50)})
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", ["", str(tmp_path), *sys.path])
    monkeypatch.setattr(ordered, "MANY_FILES", 1)
    monkeypatch.setattr(ordered, "usable_cores", lambda: 2)
    monkeypatch.setattr(worker_pool, "fork_is_safe", lambda: False)
    source = open_folder(str(bundle))
    jobs = [job_of(f"data/{number:06d}", b"x" * len(b"%d" % number)) for number in range(50)]
    faults = list(source.hash_payload(jobs, expected_files=50))
    source.close()
    assert len(faults) == 50
    assert not ran.exists()


def test_zip_does_not_choose_the_folder_that_it_is_unpacked_into(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A zip whose top folder is `.git` would have configured the next git command."""
    zipped = tmp_path / "b.zip"
    zipped.write_bytes(stored_zip({"config": b"[core]\n", "data/000001": b"x"}, ".git"))
    monkeypatch.chdir(tmp_path)
    with pytest.raises(FormatError) as refused:
        unpack_bundle(str(zipped), None)
    assert refused.value.code == "ZIP_TOP"
    assert not (tmp_path / ".git").exists()


def test_blanks_cannot_push_a_verdict_to_the_start_of_a_line() -> None:
    """A long run of blanks in a title wraps on a terminal; what follows would look like ours."""
    assert " " * 3 not in quote("title" + " " * 70 + "PROVEN  intact")
    assert quote('a "quoted" word').count('"') == 2


def test_borrowed_label_does_not_name_the_maker_of_a_part(tmp_path: Path) -> None:
    """A trusted holder calls himself by another's name; the report names the keys' owner."""
    whole = make_bundle(SMALL, signers=[SIGNER])
    _, part = make_part(whole, [1023, 0, 0], signers=[SIGNER], to=seed_signer("court"))
    named = evolve(TRUST.identities[0], name="the-archive")
    write_files(tmp_path / "part", part.files)
    source = open_folder(str(tmp_path / "part"))
    report = verify_source(source, evolve(TRUST, identities=(named,)), verified_at=AT)
    source.close()
    (found,) = [one for one in report.findings if one.reason is Reason.PART_ATTRIBUTED]
    assert found.arguments["actor"] == "the-archive"
    assert found.arguments["claimed_recipient"] == "court"


def test_junk_with_a_predecessors_id_refutes_nobody(tmp_path: Path) -> None:
    """Anybody can make a folder that bears the id of an earlier bundle."""
    first = make_bundle(SMALL, signers=[SIGNER], name="first")
    previous = {"bundle": first.bundle_id, "seal": first.seal_id, "root": first.root, "items": first.items}
    second = make_bundle(SMALL, signers=[SIGNER], name="second", data={"previous": previous})
    write_files(tmp_path / "second", second.files)
    write_files(tmp_path / "junk", {f"custody/log/{first.bundle_id}/00000000/x": b"junk"})
    reports = []
    for name in ("second", "junk"):
        source = open_folder(str(tmp_path / name))
        reports.append(verify_source(source, TRUST, verified_at=AT))
        source.close()
    looked_at = with_predecessors(reports)[0]
    assert looked_at.outcome(Claim.CUSTODY_UNBROKEN) is Outcome.PROVEN
    assert Reason.PREDECESSOR_NOT_PRESENTED in {one.reason for one in looked_at.findings}


def test_a_refuted_file_is_not_counted_and_its_sizes_are_told(tmp_path: Path) -> None:
    """Counts speak of what was found as sealed; a wrong length is told with the sealed one."""
    whole = make_bundle(SMALL, signers=[SIGNER])
    sizes = {path: len(data) for path, data in whole.files.items() if path.startswith("data/")}
    (first, *_) = sorted(sizes)
    write_files(tmp_path / "bundle", {**whole.files, first: b"x"})
    source = open_folder(str(tmp_path / "bundle"))
    report = verify_source(source, TRUST, verified_at=AT)
    source.close()
    assert (report.counts.files, report.counts.payload_bytes) == (2, sum(sizes.values()) - sizes[first])
    (found,) = [one for one in report.findings if one.reason is Reason.FILE_SIZE]
    assert dict(found.arguments) == {"expected": sizes[first], "found": 1}


def test_what_is_no_bundle_says_nothing_of_time(tmp_path: Path) -> None:
    """A folder without a seal is no bundle: its content has no seal, and no claim of time is refuted."""
    write_files(tmp_path / "photos", {"one.jpg": b"x"})
    source = open_folder(str(tmp_path / "photos"))
    report = verify_source(source, TRUST, verified_at=AT)
    source.close()
    assert report.outcome(Claim.INTACT) is Outcome.REFUTED
    assert report.outcome(Claim.EXISTED_BEFORE) is Outcome.UNDETERMINED
    assert report.outcome(Claim.SEALED_BY) is Outcome.UNDETERMINED
