"""What the machine refuses and what the limits refuse: facts about the reading, not about the evidence."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Generator, Iterable, Iterator
from pathlib import Path

import pytest

from custody.errors import SourceChangedError, StorageError
from custody.format import limits
from custody.format.bag import ITEMS_PATH, VERIFY_PATH, chunks_path
from custody.present.exit_code import UNREADABLE, exit_code_of
from custody.report.claim import DEFAULT_CLAIMS, Claim, Outcome
from custody.report.reason import Reason
from custody.report.report import Report
from custody.report.stamp_code import StampCode
from custody.storage.folder import FolderSource
from custody.storage.opening import open_bundle
from custody.storage.source import Entry, FaultKind, PayloadFault, PayloadJob, Progress
from custody.storage.tree import open_tree
from custody.verification import companions, items, log
from custody.verification.verify import verify_source
from tests.tools.bundles import CHUNK, Bundle, Item, add_event, attest, make_bundle, seed_signer
from tests.tools.memory import NOW, MemorySource, judge, trusting
from tests.unit.storage.bundles import unprivileged, write_files

ARCHIVE = seed_signer("archive")
STRANGER = seed_signer("stranger")
TRUST = trusting(ARCHIVE)
BUNDLE = make_bundle(signers=[ARCHIVE])
LONGER = add_event(BUNDLE, "fixity-checked", {"root": BUNDLE.root, "result": "pass"}, signers=[ARCHIVE])
EVENT = f"custody/log/{BUNDLE.bundle_id}/00000001"
STAMP = BUNDLE.path(f"stamps/{'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'}/stamp.tst")
EIO = StorageError("file: expected to read, found EIO", code="EIO")


def reasons(report: Report, claim: Claim | None = None) -> set[Reason]:
    """The codes in the way of a claim, or all that are not proven."""
    return set(report.reasons(claim))


def failing(bundle: Bundle, path: str) -> Report:
    """Verify a bundle of which the disk cannot give one file."""
    return verify_source(MemorySource(bundle.files, {path: EIO}), TRUST, verified_at=NOW)


@pytest.mark.parametrize(
    "path", sorted(path for path in BUNDLE.files if not path.startswith("data/")), ids=lambda path: path[-24:]
)
def test_a_file_that_the_disk_cannot_give_refutes_nothing(path: str) -> None:
    """EIO is undetermined and exit code 4, whichever file it is; the evidence may be sound."""
    report = failing(BUNDLE, path)
    assert Reason.UNREADABLE in reasons(report)
    assert Outcome.REFUTED not in {report.outcome(claim) for claim in Claim}
    assert exit_code_of(report, DEFAULT_CLAIMS) == UNREADABLE


def test_an_unreadable_event_leaves_custody_alone_undetermined() -> None:
    """It may be sound, so it is not set aside in silence, and it says nothing about the content."""
    report = failing(LONGER, f"{EVENT}/body.json")
    assert reasons(report, Claim.CUSTODY_UNBROKEN) == {Reason.UNREADABLE}
    assert exit_code_of(report, DEFAULT_CLAIMS) == 0


def test_an_unreadable_proof_leaves_what_follows_without_its_past() -> None:
    """Without proof.sha256 nobody knows the id of the event."""
    later = add_event(LONGER, "closed", {"reason": "done"}, signers=[ARCHIVE])
    report = failing(later, f"{EVENT}/proof.sha256")
    assert reasons(report, Claim.CUSTODY_UNBROKEN) == {Reason.UNREADABLE, Reason.LATER_EVENT_EXISTS}


def test_what_follows_an_unreadable_event_is_still_linked() -> None:
    """Its id is known from proof.sha256, so that the past is no hole; what stands before is no end."""
    later = add_event(LONGER, "closed", {"reason": "done"}, signers=[ARCHIVE])
    report = failing(later, f"{EVENT}/body.json")
    expected = {Reason.UNREADABLE, Reason.SET_ASIDE_IN_PAST, Reason.LATER_EVENT_EXISTS}
    assert reasons(report, Claim.CUSTODY_UNBROKEN) == expected


def test_an_unreadable_attestation_changes_no_claim() -> None:
    """It is named, and that is all."""
    said = attest(
        BUNDLE, "countersigned", {"events": [BUNDLE.seal_id]}, signers=[ARCHIVE], prev=[BUNDLE.seal_id]
    )
    path = next(path for path in said.files if path.startswith("custody/attestations/"))
    report = failing(said, path)
    assert Reason.UNREADABLE in reasons(report)
    assert not report.unmet(set(Claim) - {Claim.EXISTED_BEFORE})


def test_an_unreadable_stamp_of_the_seal_leaves_time_open() -> None:
    """It may have proven a time."""
    report = failing(BUNDLE.edit({STAMP: b""}), STAMP)
    assert Reason.UNREADABLE in reasons(report, Claim.EXISTED_BEFORE)


def test_an_unreadable_seal_is_not_replaced_by_a_decoy() -> None:
    """A stranger's seal beside one that cannot be read is not taken for the bundle's own."""
    other = make_bundle(signers=[STRANGER], name="other")
    decoy = {path: data for path, data in other.files.items() if path.startswith("custody/log/")}
    report = failing(BUNDLE.edit(decoy), BUNDLE.path("event.json"))
    assert {Reason.UNREADABLE, Reason.SEAL_AMBIGUOUS} <= reasons(report, Claim.INTACT)
    assert report.outcome(Claim.INTACT) is Outcome.UNDETERMINED


def test_an_unreadable_chunk_file_proves_no_payload() -> None:
    """The digests of the chunks were not compared, so finding 3 is not stated."""
    chunked = make_bundle([Item(data=b"a" * CHUNK, ext="zip", chunks=True)], signers=[ARCHIVE])
    report = failing(chunked, chunks_path(1))
    assert Reason.PAYLOAD_MATCHES not in {finding.reason for finding in report.findings}
    assert report.outcome(Claim.INTACT) is Outcome.UNDETERMINED


def test_other_failures_are_listed_beside_an_unreadable_file() -> None:
    """Reading goes on: what is wrong elsewhere is found, and outweighs."""
    damaged = LONGER.edit({"data/000001.txt": b"other"})
    report = failing(damaged, f"{EVENT}/event.json")
    assert {Reason.UNREADABLE, Reason.FILE_SIZE} <= reasons(report)
    assert report.outcome(Claim.INTACT) is Outcome.REFUTED


@pytest.fixture
def on_disk() -> Iterator[Path]:
    """The longer bundle in a folder that everybody may read."""
    folder = Path(tempfile.mkdtemp(prefix="custody-test-"))
    folder.chmod(0o755)
    try:
        yield write_files(folder / "bundle", LONGER.files)
    finally:
        shutil.rmtree(folder)


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="permissions are POSIX's")
@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("data/000001.txt", Reason.FILE_UNREADABLE),
        (ITEMS_PATH, Reason.UNREADABLE),
        (VERIFY_PATH, Reason.UNREADABLE),
        ("bagit.txt", Reason.UNREADABLE),
        ("manifest-sha256.txt", Reason.UNREADABLE),
        (BUNDLE.path("1.sshsig"), Reason.UNREADABLE),
    ],
)
def test_a_file_without_permission_ends_with_4(on_disk: Path, path: str, reason: Reason) -> None:
    """EACCES is the machine's answer, not the evidence's, and everything else is still looked at."""
    (on_disk / path).chmod(0)
    with unprivileged():
        source = open_bundle(str(on_disk))
        report = verify_source(source, TRUST, verified_at=NOW)
        source.close()
    assert reason in reasons(report)
    assert exit_code_of(report, DEFAULT_CLAIMS) == UNREADABLE
    assert report.outcome(Claim.INTACT) is Outcome.UNDETERMINED


class Disturbed(FolderSource):
    """A folder in which something happens while its items are read."""

    happening: Callable[[], object]

    def lines(self, path: str, limit_bytes: int) -> Iterator[bytes]:
        """Let it happen after the first line."""
        for place, line in enumerate(super().lines(path, limit_bytes)):
            yield line
            if path == ITEMS_PATH and place == 0:
                self.happening()


def disturbed(root: Path, happening: Callable[[], object]) -> Report:
    """Verify a folder while something happens in it."""
    source = Disturbed(open_tree(str(root)))
    source.happening = happening
    try:
        return verify_source(source, TRUST, verified_at=NOW)
    finally:
        source.close()


def test_items_that_change_while_they_are_read_are_undetermined(on_disk: Path) -> None:
    """Neither what was there nor what is there now is proven, and nobody is blamed for a line cut in two."""
    path = on_disk / ITEMS_PATH
    report = disturbed(on_disk, lambda: path.write_bytes(path.read_bytes() + b"\n"))
    assert Reason.ITEM_MALFORMED not in reasons(report)
    assert Reason.CHANGED_WHILE_READ in reasons(report, Claim.INTACT)
    assert report.outcome(Claim.INTACT) is Outcome.UNDETERMINED


def test_a_file_that_comes_while_reading_is_noticed(on_disk: Path) -> None:
    """The second walk sees what the first did not."""
    report = disturbed(on_disk, lambda: (on_disk / "data" / "new.txt").write_bytes(b"x"))
    assert reasons(report, Claim.INTACT) == {Reason.CHANGED_WHILE_READ}


def test_a_small_file_that_changes_while_it_is_read_is_undetermined() -> None:
    """Wrapping that is being rewritten is not changed wrapping."""
    moved = SourceChangedError("bagit.txt: expected a file at rest", code="CHANGED_WHILE_READ")
    report = verify_source(MemorySource(BUNDLE.files, {"bagit.txt": moved}), TRUST, verified_at=NOW)
    assert reasons(report, Claim.INTACT) == {Reason.CHANGED_WHILE_READ}
    assert report.outcome(Claim.INTACT) is Outcome.UNDETERMINED


@pytest.mark.parametrize(
    ("kind", "reason", "outcome"),
    [
        (FaultKind.CHANGED_WHILE_READ, Reason.FILE_CHANGED_WHILE_READ, Outcome.UNDETERMINED),
        (FaultKind.UNREADABLE, Reason.FILE_UNREADABLE, Outcome.UNDETERMINED),
        (FaultKind.NOT_A_FILE, Reason.FILE_NOT_REGULAR, Outcome.REFUTED),
        (FaultKind.CRC, Reason.ZIP_CONTRADICTION, Outcome.REFUTED),
    ],
)
def test_a_fault_of_a_payload_file_has_its_reason(kind: FaultKind, reason: Reason, outcome: Outcome) -> None:
    """What the storage says of one file is passed on by name, and the payload is not said to match."""

    class Faulty(MemorySource):
        def hash_payload(
            self,
            jobs: Iterable[PayloadJob],
            *,
            expected_files: int | None = None,
            progress: Progress | None = None,
        ) -> Generator[PayloadFault, None, None]:
            yield from super().hash_payload(jobs, expected_files=expected_files, progress=progress)
            yield PayloadFault(path="data/000001.txt", kind=kind, error="EIO", offset=7)

    report = verify_source(Faulty(BUNDLE.files), TRUST, verified_at=NOW)
    assert reasons(report, Claim.INTACT) == {reason}
    assert report.outcome(Claim.INTACT) is outcome
    assert Reason.PAYLOAD_MATCHES not in {finding.reason for finding in report.findings}


def test_a_second_walk_that_fails_is_undetermined() -> None:
    """Whether anything changed is then unknown."""

    class Gone(MemorySource):
        def changed(self) -> bool:
            raise EIO

    report = verify_source(Gone(BUNDLE.files), TRUST, verified_at=NOW)
    assert reasons(report, Claim.INTACT) == {Reason.UNREADABLE}


def test_folders_that_cannot_be_listed_raise() -> None:
    """Without a list of names there is nothing to report about."""

    class Closed(MemorySource):
        def entries(self) -> Iterator[Entry]:
            raise EIO

    with pytest.raises(StorageError):
        verify_source(Closed(BUNDLE.files), TRUST, verified_at=NOW)


def test_a_folder_with_too_many_names_is_reported() -> None:
    """A limit says something about the bytes, so there is a report."""
    from custody.errors import LimitError  # noqa: PLC0415

    class Crowded(MemorySource):
        def entries(self) -> Iterator[Entry]:
            raise LimitError("custody", limit="FOLDER_NAMES", maximum=1, value=2)

    report = verify_source(Crowded(BUNDLE.files), TRUST, verified_at=NOW)
    assert reasons(report) == {Reason.LIMIT_EXCEEDED}


def test_the_last_event_that_is_accepted_and_the_first_that_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both sides of the limit of events; beyond it nothing is proven."""
    monkeypatch.setattr(log, "EVENTS", 2)
    assert judge(LONGER.files, TRUST).outcome(Claim.CUSTODY_UNBROKEN) is Outcome.PROVEN
    monkeypatch.setattr(log, "EVENTS", 1)
    report = judge(LONGER.files, TRUST)
    assert {report.outcome(claim) for claim in Claim} == {Outcome.UNDETERMINED}
    assert Reason.LIMIT_EXCEEDED in reasons(report, Claim.INTACT)


def test_too_many_attestations_are_named_and_change_no_claim(monkeypatch: pytest.MonkeyPatch) -> None:
    """Anybody can add attestations."""
    said = BUNDLE
    for kind in ("countersigned", "received-by-court"):
        said = attest(said, kind, {"events": [BUNDLE.seal_id]}, signers=[ARCHIVE], prev=[BUNDLE.seal_id])
    monkeypatch.setattr(log, "EVENTS", 1)
    report = judge(said.files, TRUST)
    assert Reason.LIMIT_EXCEEDED in reasons(report)
    assert not report.unmet(set(Claim) - {Claim.EXISTED_BEFORE})


def test_the_last_item_that_is_accepted_and_the_first_that_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both sides of the limit of items."""
    monkeypatch.setattr(items, "ITEMS", 3)
    assert judge(BUNDLE.files, TRUST).outcome(Claim.INTACT) is Outcome.PROVEN
    monkeypatch.setattr(items, "ITEMS", 2)
    assert reasons(judge(BUNDLE.files, TRUST), Claim.INTACT) == {Reason.LIMIT_EXCEEDED}


def test_more_beside_stamps_than_is_read_leaves_them_open(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is not read may be a revocation; what is no DER value takes no room."""
    import hashlib  # noqa: PLC0415

    folder = f"stamps/{hashlib.sha256(b'no token').hexdigest()}"
    files = {BUNDLE.path(f"{folder}/stamp.tst"): b"no token"}
    for data in (b"\x04\x01a", b"\x04\x01b", bytes(50)):
        files[BUNDLE.path(f"{folder}/{hashlib.sha256(data).hexdigest()}.crl")] = data
    stamped = BUNDLE.edit(files).files
    for limit, expected in ((6, False), (5, True)):
        monkeypatch.setattr(companions, "COMPANIONS_BYTES", limit)
        (stamp,) = judge(stamped, TRUST).stamps
        assert (StampCode.REVOCATION_LIMIT in stamp.codes) is expected


def test_a_stamp_that_is_too_large_is_set_aside() -> None:
    """Anybody can add one; it takes nothing from the stamps that are sound."""
    huge = BUNDLE.edit({BUNDLE.path(f"stamps/{'0' * 64}/stamp.tst"): bytes(limits.STAMP_BYTES + 1)}).files
    report = judge(huge, TRUST)
    assert Reason.STAMP_SET_ASIDE in reasons(report)
    assert Reason.LIMIT_EXCEEDED not in reasons(report)


@pytest.mark.parametrize("size", [limits.EVENT_BYTES, limits.EVENT_BYTES + 1])
def test_a_field_of_an_event_has_its_limit(size: int) -> None:
    """One byte more than 1 MiB is not read; either way the event is set aside and custody stays."""
    report = judge({**LONGER.files, f"{EVENT}/note.json": bytes(size)}, TRUST)
    expected = Reason.EVENT_MALFORMED if size == limits.EVENT_BYTES else Reason.LIMIT_EXCEEDED
    assert expected in reasons(report)
    assert report.outcome(Claim.CUSTODY_UNBROKEN) is Outcome.PROVEN
