"""Receipts: one event, carried alone."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path

import pytest
from attrs import evolve

from custody.errors import ExistsError, LogError, UsageError
from custody.report.reason import Reason
from custody.storage.opening import open_bundle
from custody.transfer.act import write_act
from custody.transfer.receipt import default_path, receipt_files, receipt_of, write_receipt
from custody.transfer.receive import examine
from custody.transfer.written import Act
from custody.verification.verify import verify_source
from tests.tools.desks import NOW, RECIPIENT, begin, desk_at, incident, release_to

STAMP = f"stamps/{'0' * 64}/stamp.tst"


def test_a_receipt_opens_the_body_alone(tmp_path: Path) -> None:
    """Who, what and when; the note stays with the holder."""
    written = write_act(begin(tmp_path), incident("خاص"))
    files = receipt_files(written.bundle_id, written.path, written.files)
    names = {name.removeprefix(f"{written.bundle_id}/{written.path}/") for name in files}
    assert names == {"1.ed25519.pub", "1.sshsig", "body.json", "event.json", "proof.sha256"}
    assert list(files) == sorted(files)


def test_other_openings_and_stamps_go_with_it_when_asked_for(tmp_path: Path) -> None:
    """A field that is null has no opening and is skipped."""
    written = write_act(begin(tmp_path), incident("x"))
    files = receipt_files(
        written.bundle_id, written.path, written.files, openings=("note", "place"), stamps={STAMP: b"t"}
    )
    names = [name.rpartition(f"{written.path}/")[2] for name in files]
    assert {"note.json", STAMP} <= set(names)
    assert not {"body.json", "place.json"} & set(names)


def test_what_is_no_file_of_an_event_stays_behind(tmp_path: Path) -> None:
    """Whatever a hostile folder holds besides."""
    written = write_act(begin(tmp_path), incident())
    junk = {**written.files, "../../evil": b"x", "notes.txt": b"x", ".DS_Store": b"x"}
    assert receipt_files(written.bundle_id, written.path, junk) == receipt_files(
        written.bundle_id, written.path, written.files
    )


@pytest.mark.parametrize("given", [{"openings": ("bodies",)}, {"stamps": {"stamp.tst": b""}}])
def test_names_that_do_not_exist_are_refused(tmp_path: Path, given: dict[str, object]) -> None:
    """A field or a stamp; nothing is written."""
    written = write_act(begin(tmp_path), incident())
    with pytest.raises(UsageError):
        write_receipt(
            str(tmp_path / "r.zip"),
            written.bundle_id,
            written.path,
            written.files,
            **given,  # type: ignore[arg-type]  # one of the two
        )
    assert not (tmp_path / "r.zip").exists()


def test_a_receipt_replaces_no_file(tmp_path: Path) -> None:
    """Neither one that is there, nor a link."""
    written = write_act(begin(tmp_path), incident())
    (tmp_path / "r.zip").write_bytes(b"mine")
    (tmp_path / "l.zip").symlink_to("nowhere")
    for name in ("r.zip", "l.zip"):
        with pytest.raises(ExistsError):
            write_receipt(str(tmp_path / name), written.bundle_id, written.path, written.files)
    assert (tmp_path / "r.zip").read_bytes() == b"mine"


def test_the_verifier_reads_the_receipt_of_a_handover(tmp_path: Path) -> None:
    """Beside a copy that ends before it."""
    holder = begin(tmp_path)
    write_act(holder, release_to(holder))
    copy = Path(shutil.copytree(holder.bundle, tmp_path / "copy"))
    theirs = desk_at(copy, RECIPIENT)
    received = write_act(theirs, examine(theirs).act)
    write_receipt(str(tmp_path / "r.zip"), received.bundle_id, received.path, received.files)
    source, receipt = open_bundle(holder.bundle), open_bundle(str(tmp_path / "r.zip"))
    report = verify_source(source, holder.trust, verified_at=NOW, receipts=[receipt])
    source.close()
    receipt.close()
    assert Reason.LATER_EVENT_EXISTS in report.reasons()


def test_an_event_that_stands_gives_its_receipt(tmp_path: Path) -> None:
    """The same bytes as when it was written, also from a zip of the bundle."""
    holder = begin(tmp_path)
    written = write_act(holder, incident("x"))
    folder = receipt_of(holder.bundle, written.event_id, str(tmp_path / "a.zip"))
    assert folder == written.path
    write_receipt(str(tmp_path / "b.zip"), written.bundle_id, written.path, written.files)
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()


def test_stamps_lie_in_a_receipt_on_request(tmp_path: Path) -> None:
    """Files under other names than stamps have stay behind."""
    holder = begin(tmp_path)
    written = write_act(holder, incident())
    place = Path(holder.bundle) / written.path
    for name in (STAMP, f"stamps/{'0' * 64}/other"):
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        (place / name).write_bytes(b"t")
    receipt_of(holder.bundle, written.event_id, str(tmp_path / "a.zip"), stamps=True)
    with zipfile.ZipFile(tmp_path / "a.zip") as made:
        assert [name for name in made.namelist() if "stamps" in name] == [
            f"{written.bundle_id}/{written.path}/{STAMP}"
        ]


def test_an_attestation_gives_its_receipt(tmp_path: Path) -> None:
    """At its own place."""
    holder = begin(tmp_path)
    prev = (write_act(holder, incident()).event_id,)
    act = Act(type="countersigned", data={"events": list(prev)}, attestation=True, follows=prev)
    written = write_act(holder, act)
    folder = receipt_of(holder.bundle, written.event_id, str(tmp_path / "a.zip"))
    assert folder == f"custody/attestations/{written.event_id}"


def test_an_id_that_is_not_here_has_no_receipt(tmp_path: Path) -> None:
    """Oversized proofs of other events do not stop the search."""
    holder = begin(tmp_path)
    junk = Path(holder.bundle) / "custody/log" / ("0" * 32) / "00000000"
    junk.mkdir(parents=True)
    (junk / "proof.sha256").write_bytes(b"x" * 70_000)
    with pytest.raises(LogError) as caught:
        receipt_of(holder.bundle, "1" * 64, str(tmp_path / "a.zip"))
    assert (caught.value.code, (tmp_path / "a.zip").exists()) == ("EVENT_UNKNOWN", False)


def test_the_default_place_lies_beside_the_bundle(tmp_path: Path) -> None:
    """And bears the event's first digits, so two receipts never meet."""
    written = evolve(write_act(begin(tmp_path), incident()), event_id="abcdef01" * 8)
    assert default_path(tmp_path / "b", written) == str(tmp_path / "b-received-abcdef01.zip")
