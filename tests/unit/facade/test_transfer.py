"""Writing in a log from a program."""

from __future__ import annotations

import io
import shutil
from pathlib import Path

import pytest

import custody
from custody import Claim, Outcome, Sealed
from custody.errors import ExistsError, LogError, UsageError
from custody.format.key_file import encode_public_key_file
from custody.report.report import NotProvenError
from custody.storage.zip_source import open_zip
from custody.trust.trust import Role
from tests.tools.bundles import seed_signer
from tests.tools.memory import trusting_each

COLLECTOR = seed_signer("collector", hybrid=True)
NGO = seed_signer("ngo", hybrid=True)
LAWYER = seed_signer("lawyer")
APPROVER = seed_signer("approver")
TRUST = trusting_each(
    (COLLECTOR, {Role.SEALER, Role.HOLDER}),
    (NGO, {Role.HOLDER}),
    (LAWYER, {Role.HOLDER}),
    (APPROVER, {Role.APPROVER}),
)


@pytest.fixture
def sealed(tmp_path: Path) -> Sealed:
    """A bundle in a folder of its own, with a successor."""
    (tmp_path / "a").mkdir()
    draft = custody.Draft(case="Case 7", successor=NGO.identity).add(io.BytesIO(b"x"), name="a", kind="media")
    return custody.seal(draft, to=tmp_path / "a", signer=COLLECTOR)


def elsewhere(bundle: str, folder: Path) -> Path:
    """Carry a bundle to another folder."""
    return Path(shutil.copytree(bundle, folder / Path(bundle).name))


def test_a_bundle_is_handed_over(sealed: Sealed, tmp_path: Path) -> None:
    """Release, receive in one's own copy, receipt: custody is unbroken, and the holder is the recipient."""
    (tmp_path / "ngo.pub").write_bytes(encode_public_key_file(NGO.identity))
    released = custody.release(
        sealed.path,
        to=tmp_path / "ngo.pub",
        signer=COLLECTOR,
        trust=TRUST,
        purpose="للملف",
        expires="2030-01-01T00:00:00Z",
    )
    copy = elsewhere(sealed.path, tmp_path / "b")
    told: list[tuple[int, int]] = []
    got = custody.receive(
        copy,
        signer=NGO,
        trust=TRUST,
        condition="sealed box",
        successor=LAWYER.identity,
        progress=lambda files, size: told.append((files, size)),
    )
    assert got.report.outcome(Claim.INTACT) is Outcome.PROVEN
    assert (released.type, got.written.type, sum(files for files, _ in told)) == ("released", "received", 1)
    report = custody.verify(copy, trust=TRUST)
    report.require(Claim.CUSTODY_UNBROKEN)
    assert [one.holder for one in report.holdings] == ["collector", "ngo"]


def test_a_receipt_lies_beside_the_bundle_and_opens_the_body_alone(sealed: Sealed, tmp_path: Path) -> None:
    """Under the event's first digits; received again, it is the same."""
    custody.release(sealed.path, to="ngo", signer=COLLECTOR, trust=TRUST)
    got = custody.receive(sealed.path, signer=NGO, trust=TRUST, place="Athens")
    assert got.receipt == f"{sealed.path}-received-{got.written.event_id[:8]}.zip"
    source = open_zip(got.receipt)
    names = {entry.path.rpartition("/")[2] for entry in source.entries()}
    source.close()
    assert "body.json" in names
    assert "place.json" not in names
    before = Path(got.receipt).read_bytes()
    again = custody.receive(sealed.path, signer=NGO, trust=TRUST)
    assert (again.written.event_id, again.written.finished) == (got.written.event_id, True)
    assert Path(again.receipt).read_bytes() == before
    elsewhere_too = custody.receive(sealed.path, signer=NGO, trust=TRUST, receipt=tmp_path / "r.zip")
    assert Path(elsewhere_too.receipt).read_bytes() == before


def test_a_taken_name_for_the_receipt_is_refused_before_signing(sealed: Sealed, tmp_path: Path) -> None:
    """Nothing is written then."""
    custody.release(sealed.path, to="ngo", signer=COLLECTOR, trust=TRUST)
    (tmp_path / "r.zip").write_bytes(b"mine")
    with pytest.raises(ExistsError):
        custody.receive(sealed.path, signer=NGO, trust=TRUST, receipt=tmp_path / "r.zip")
    assert len(list((Path(sealed.path) / "custody/log").iterdir())) == 1


def test_damage_is_refused_or_acknowledged(sealed: Sealed) -> None:
    """Both are statements; refusing changes no custody."""
    custody.release(sealed.path, to="ngo", signer=COLLECTOR, trust=TRUST)
    victim = next((Path(sealed.path) / "data").iterdir())
    victim.chmod(0o644)
    victim.write_bytes(b"y")
    with pytest.raises(NotProvenError) as caught:
        custody.receive(sealed.path, signer=NGO, trust=TRUST)
    assert caught.value.code == "RECEIVE_NOT_INTACT"
    refused = custody.refuse(sealed.path, signer=NGO, trust=TRUST, reason="damaged")
    assert refused.path.startswith("custody/attestations/")
    got = custody.receive(sealed.path, signer=NGO, trust=TRUST, acknowledge=True, inconsistencies=["wet"])
    assert got.report.outcome(Claim.INTACT) is Outcome.REFUTED


def test_a_release_is_withdrawn(sealed: Sealed) -> None:
    """And the holder goes on."""
    custody.release(sealed.path, to="ngo", signer=COLLECTOR, trust=TRUST)
    custody.withdraw(sealed.path, signer=COLLECTOR, trust=TRUST, reason="by mistake")
    custody.record_event(sealed.path, "accessed", data={"leaves": [0]}, signer=COLLECTOR, trust=TRUST)
    assert custody.verify(sealed.path, trust=TRUST).outcome(Claim.CUSTODY_UNBROKEN) is Outcome.PROVEN


def test_a_copy_is_recorded_and_received(sealed: Sealed, tmp_path: Path) -> None:
    """Two who hold, each his own copy."""
    custody.record_copy(sealed.path, to="ngo", medium="stick", signer=COLLECTOR, trust=TRUST)
    got = custody.receive(elsewhere(sealed.path, tmp_path / "b"), signer=NGO, trust=TRUST)
    assert got.written.type == "copy-received"
    custody.record_event(sealed.path, "fixity-checked", signer=COLLECTOR, trust=TRUST)


def test_a_successor_carries_on(sealed: Sealed) -> None:
    """Cosigned by an approver: proven."""
    written = custody.succeed(
        sealed.path,
        signer=NGO,
        trust=TRUST,
        cosigners=[APPROVER],
        reason="key lost",
        successor=LAWYER.identity,
        holding=sealed.bundle_id,
    )
    assert (written.type, written.seq) == ("succeeded", 0)
    custody.verify(sealed.path, trust=TRUST).require(Claim.CUSTODY_UNBROKEN)


def test_both_parties_end_a_dispute(sealed: Sealed, tmp_path: Path) -> None:
    """After the copies were united."""
    custody.release(sealed.path, to="ngo", signer=COLLECTOR, trust=TRUST)
    copy = elsewhere(sealed.path, tmp_path / "b")
    got = custody.receive(copy, signer=NGO, trust=TRUST)
    custody.withdraw(sealed.path, signer=COLLECTOR, trust=TRUST)
    custody.merge(sealed.path, got.receipt, trust=TRUST)
    with pytest.raises(LogError) as caught:
        custody.reconcile(sealed.path, signer=NGO, trust=TRUST)
    assert caught.value.code == "PARTY_MISSING"
    custody.reconcile(sealed.path, signer=NGO, trust=TRUST, cosigners=[COLLECTOR])
    custody.verify(sealed.path, trust=TRUST).require(Claim.CUSTODY_UNBROKEN)


def test_anybody_attests(sealed: Sealed, tmp_path: Path) -> None:
    """And sends a receipt of it."""
    expert = seed_signer("expert")
    written = custody.attest(
        sealed.path, "examined", data={"result": "as described"}, signer=expert, trust="none", note="تقرير"
    )
    custody.write_receipt(written, tmp_path / "r.zip", openings=["body", "note"])
    source = open_zip(str(tmp_path / "r.zip"))
    assert any(entry.path.endswith("note.json") for entry in source.entries())
    source.close()


def test_a_misspelt_argument_is_an_error(sealed: Sealed) -> None:
    """What was meant would be silently left out."""
    with pytest.raises(UsageError):
        custody.withdraw(sealed.path, signer=COLLECTOR, trust=TRUST, purpse="x")  # type: ignore[call-arg]


def test_trust_is_always_said(sealed: Sealed) -> None:
    """None of Python is no trust."""
    with pytest.raises(UsageError):
        custody.withdraw(sealed.path, signer=COLLECTOR, trust=None)  # type: ignore[arg-type]


def test_a_moment_and_a_place_in_other_forms(sealed: Sealed) -> None:
    """A datetime, the members of a field; a wrong one is refused before anything is signed."""
    with pytest.raises(custody.FormatError):
        custody.release(sealed.path, to="ngo", signer=COLLECTOR, trust=TRUST, expires="tomorrow")
    with pytest.raises(UsageError):
        custody.release(sealed.path, to="ngo", signer=COLLECTOR, trust=TRUST, place={"city": "x"})
    place = {"description": "دمشق", "country": "SY"}
    custody.release(sealed.path, to="ngo", signer=COLLECTOR, trust=TRUST, place=place)
