"""Every vector has the outcome and the reason that its header names; every reason has a vector."""

from __future__ import annotations

import io
import zipfile
from contextlib import ExitStack
from pathlib import Path

import pytest

from custody.errors import CustodyError
from custody.model.instant import decode_instant
from custody.report.claim import Claim, Outcome
from custody.report.reason import Reason
from custody.report.report import Report
from custody.storage.opening import open_bundle
from custody.trust.trust import Trust
from custody.trust.trust_file import decode_trust_file
from custody.verification.verify import refused_report, verify_source
from tests.vectors.vector import Vector, decode_vector

HERE = Path(__file__).parent
PATHS = sorted(HERE.glob("data/*.vector"))
# What no bytes alone can produce; the tests named make it happen on a real disk.
NOT_IN_BYTES = {
    Reason.CHANGED_WHILE_READ: "tests/unit/verification/test_machine.py",
    Reason.UNREADABLE: "tests/unit/verification/test_machine.py",
    Reason.FILE_CHANGED_WHILE_READ: "tests/unit/verification/test_machine.py",
    Reason.FILE_UNREADABLE: "tests/unit/verification/test_machine.py",
    Reason.PREDECESSOR_NOT_PRESENTED: "tests/unit/verification/test_predecessors.py",
    Reason.PREDECESSOR_MISMATCH: "tests/unit/verification/test_predecessors.py",
    Reason.OUTPUTS_NOT_THERE: "tests/unit/verification/test_predecessors.py",
}


def read(path: Path) -> Vector:
    """Return a vector."""
    return decode_vector(path.read_bytes(), path.stem)


def place(vector: Vector, folder: Path) -> Path:
    """Write a vector's bundle and return its path."""
    top = unpack(vector.form, vector.body, folder)
    for link in vector.links:
        name, target = link.split(" ")
        (top / name).symlink_to(target)
    for name in vector.folders:
        (top / name).mkdir(parents=True)
    return top


def unpack(form: str, body: bytes, folder: Path) -> Path:
    """Write a zip as it is, or what it holds; return the path of the bundle."""
    folder.mkdir()
    if form == "zip":
        path = folder / "bundle.zip"
        path.write_bytes(body)
        return path
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        archive.extractall(folder)
    (top,) = folder.iterdir()
    return top


def judge(vector: Vector, folder: Path) -> Report:
    """Verify a vector as its header says."""
    trust = (
        Trust.none()
        if vector.trust == "none"
        else decode_trust_file((HERE / "trust" / f"{vector.trust}.json").read_bytes())
    )
    at = decode_instant(vector.at)
    path = place(vector, folder / "bundle")
    with ExitStack() as closing:
        try:
            source = open_bundle(str(path))
        except CustodyError as error:
            return refused_report(error, form=vector.form, verified_at=at)
        closing.callback(source.close)
        receipts = [
            open_bundle(str(unpack(one.form, one.body, folder / f"receipt-{number}")))
            for number, one in enumerate(vector.receipts)
        ]
        for receipt in receipts:
            closing.callback(receipt.close)
        return verify_source(
            source,
            trust,
            verified_at=at,
            before=decode_instant(vector.before) if vector.before else None,
            expect_seal=vector.expect_seal or None,
            receipts=receipts,
            head=vector.head or None,
        )


def total(report: Report, claims: list[Claim]) -> str:
    """Return what the required claims come to together."""
    outcomes = {report.outcome(claim) for claim in claims}
    worst = (Outcome.REFUTED, Outcome.UNDETERMINED, Outcome.PROVEN)
    return str(next(outcome for outcome in worst if outcome in outcomes).value)


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_vector_has_its_outcome_and_reason(path: Path, tmp_path: Path) -> None:
    """The header of a vector states a fact, and verification finds it."""
    vector = read(path)
    claims = [Claim(name) for name in vector.require.split()]
    report = judge(vector, tmp_path)
    found = {finding.reason for finding in report.findings}
    bearing = {finding.reason for finding in report.unmet(claims)}
    listed = sorted(reason.name for reason in found)
    assert (total(report, claims), listed) == (vector.outcome, listed)
    assert Reason[vector.reason] in (found if vector.only_listed else bearing), listed


def test_every_reason_has_a_vector() -> None:
    """A reason code that no vector expects is a code that nobody has seen."""
    expected = {Reason[read(path).reason] for path in PATHS}
    assert expected.isdisjoint(NOT_IN_BYTES)
    assert [reason.name for reason in Reason if reason not in expected and reason not in NOT_IN_BYTES] == []


def test_vectors_differ() -> None:
    """No two vectors hold the same bytes with the same question."""
    seen: dict[bytes, str] = {}
    twins = [
        (path.stem, seen[body])
        for path in PATHS
        if seen.setdefault(body := path.read_bytes().split(b"\n", 2)[2], path.stem) != path.stem
    ]
    assert twins == []
