"""Where a log stands, for those who write its next event."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from attrs import evolve

from custody.errors import BundleError, StorageError
from custody.proof.event_record import examine_event
from custody.proof.holding import Held
from custody.report.reason import Reason
from custody.transfer.act import write_act
from custody.transfer.desk import Desk, stand
from custody.transfer.place import Place
from custody.transfer.written import Act
from custody.trust.trust import Trust
from custody.verification.standing import Standing, take_standing
from tests.tools.bundles import attest, make_bundle
from tests.tools.desks import (
    HOLDER,
    NOW,
    RECIPIENT,
    STRANGER,
    begin,
    desk_at,
    hand_over,
    incident,
    log_of,
    signed_event,
    trust_in,
)
from tests.tools.memory import MemorySource


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """The holder's desk at a bundle just sealed."""
    return begin(tmp_path)


def code_of(files: dict[str, bytes], **more: str) -> str:
    """Return the code with which a bundle is refused."""
    with pytest.raises(BundleError) as caught:
        take_standing(MemorySource(files), trust_in(), verified_at=NOW, **more)  # type: ignore[arg-type]
    return caught.value.code


def test_a_log_is_described_by_its_holdings(desk: Desk) -> None:
    """Who opened each, its last event, and its state."""
    other, received = hand_over(desk)
    last = write_act(other, incident("x"))
    standing = stand(desk)
    first = standing.bundle_id
    assert (standing.writer_of(first), standing.writer_of(received.holding)) == ("w-01", "w-02")
    assert [one.type for one in standing.counted()] == ["sealed", "released", "received", "incident"]
    assert standing.state_of(first).held is Held.IN_TRANSIT
    assert standing.state_of(received.holding).held is Held.HELD
    assert standing.last_of(received.holding) == standing.events[last.event_id]
    assert standing.record(last.event_id).path == last.path
    assert standing.identity_of(RECIPIENT.identity.key_set.key_ids) == "w-02"
    assert standing.identity_of(STRANGER.identity.key_set.key_ids) is None


def test_nothing_is_known_of_an_unknown_holding(desk: Desk) -> None:
    """Nobody opened it."""
    standing = stand(desk)
    assert (standing.writer_of("f" * 32), standing.last_of("f" * 32)) == (None, None)
    assert standing.state_of("f" * 32).held is Held.HIDDEN


def test_a_log_is_judged_without_the_payload(desk: Desk) -> None:
    """A writer does not wait for the hashing of what `verify` hashes."""
    for path in Path(desk.bundle, "data").iterdir():
        path.chmod(0o600)
        path.write_bytes(b"changed")
    standing = stand(desk)
    assert len(standing.chain.counted) == 1
    assert standing.items == 3


def test_a_bundle_without_a_seal_is_refused() -> None:
    """Or with one that somebody signed wrongly, or that is none."""
    made = make_bundle(signers=[HOLDER])
    unsealed = {path: data for path, data in made.files.items() if "/log/" not in path}
    assert code_of(unsealed) == "SEAL_MISSING"
    assert code_of(dict(made.edit({made.path("1.sshsig"): b"x"}).files)) == "SEAL_MISSING"
    stub = {path: data for path, data in made.files.items() if not path.endswith("/body.json")}
    assert code_of(stub) == "SEAL_MISSING"


def test_a_seal_by_nobody_known_judges_nothing() -> None:
    """The sealer must be known before anything is said of custody, unless his seal is expected."""
    made = make_bundle(signers=[STRANGER])
    standing = take_standing(MemorySource(made.files), trust_in(), verified_at=NOW)
    assert standing.chain.counted == ()
    expected = take_standing(
        MemorySource(made.files), Trust.none(), verified_at=NOW, expect_seal=made.seal_id
    )
    assert len(expected.chain.counted) == 1


def test_another_seal_than_the_expected_one_is_refused() -> None:
    """By the id that somebody knows from elsewhere."""
    made = make_bundle(signers=[HOLDER])
    assert code_of(dict(made.files), expect_seal="0" * 64) == "SEAL_NOT_EXPECTED"


def test_several_seals_are_named_as_such() -> None:
    """Somebody has copied another bundle's seal here: the expected one decides."""
    made, other = make_bundle(signers=[HOLDER]), make_bundle(signers=[HOLDER], name="other")
    files = {**{path: data for path, data in other.files.items() if "/log/" in path}, **made.files}
    assert code_of(files) == "SEAL_AMBIGUOUS"
    standing = take_standing(MemorySource(files), trust_in(), verified_at=NOW, expect_seal=made.seal_id)
    assert standing.bundle_id == made.bundle_id


# ------------------------------------------------------------------------------------------------- refusals
def place(standing: Standing, seq: int = 1, prev: str = "") -> Place:
    """Return a place in the first holding."""
    return Place(
        bundle_id=standing.bundle_id, holding=standing.bundle_id, seq=seq, prev=(prev or standing.seal_id,)
    )


def refusal(desk: Desk, act: Act, at: Place | None = None) -> Reason | None:
    """Return why a signed event would not count."""
    standing = stand(desk)
    where = at or place(standing)
    event = signed_event(desk, act, where)
    path = f"custody/log/{where.holding}/{where.seq:08d}"
    return standing.refusal_of(path, event.files)


def test_an_event_in_its_place_is_admitted(desk: Desk) -> None:
    """And nothing is changed by asking."""
    standing = stand(desk)
    before = (dict(standing.judged.by_id), dict(standing.judged.unsound), standing.chain)
    event = signed_event(desk, incident("x"), place(standing))
    assert standing.refusal_of(f"custody/log/{standing.bundle_id}/00000001", event.files) is None
    assert (dict(standing.judged.by_id), dict(standing.judged.unsound), standing.chain) == before


def test_an_event_that_would_not_count_is_refused_by_its_reason(desk: Desk) -> None:
    """The one that a report would give."""
    standing = stand(desk)
    stranger = desk_at(Path(desk.bundle), STRANGER)
    other = desk_at(Path(desk.bundle), RECIPIENT)
    assert refusal(stranger, incident("x")) is Reason.EVENT_SIGNER_UNKNOWN
    assert refusal(other, incident("x")) is Reason.NOT_THE_HOLDER
    assert refusal(desk, Act(type="accessed", data={"leaves": [99]})) is Reason.ITEM_UNKNOWN
    assert refusal(desk, incident("x"), place(standing, 2)) is Reason.HOLDING_WRONG
    assert refusal(desk, incident("x"), place(standing, 2, "f" * 64)) is Reason.LATER_EVENT_EXISTS
    foreign = evolve(place(standing), bundle_id="f" * 32)
    assert refusal(desk, incident("x"), foreign) is Reason.EVENT_OF_ANOTHER_BUNDLE


def test_an_event_with_a_damaged_signature_is_refused(desk: Desk) -> None:
    """Its form is judged as well."""
    standing = stand(desk)
    event = signed_event(desk, incident("x"), place(standing))
    files = dict(event.files) | {"1.sshsig": b"x"}
    path = f"custody/log/{standing.bundle_id}/00000001"
    assert standing.refusal_of(path, files) is Reason.EVENT_MALFORMED


def test_a_stub_is_refused(desk: Desk) -> None:
    """It shows nothing of what it did."""
    standing = stand(desk)
    event = signed_event(desk, incident("x"), place(standing))
    files = {name: event.files[name] for name in ("event.json", "proof.sha256")}
    path = f"custody/log/{standing.bundle_id}/00000001"
    assert standing.refusal_of(path, files) is Reason.EVENT_MALFORMED


def test_a_second_event_at_a_place_is_refused(desk: Desk) -> None:
    """What stands there counts already."""
    standing = stand(desk)
    at = place(standing)
    second = signed_event(desk, incident("2"), at)
    first = write_act(desk, incident("1"))
    assert stand(desk).refusal_of(first.path, second.files) is Reason.FORK
    assert stand(desk).refusal_of(first.path, first.files) is None
    record = examine_event(first.files, path=first.path)
    assert stand(desk).refusal_of_record(evolve(record, event_id="f" * 64)) is Reason.SIGNATURES_DIFFER


def test_nothing_follows_a_gap(desk: Desk) -> None:
    """What is behind it is a receipt."""
    first = write_act(desk, incident("1"))
    second = write_act(desk, incident("2"))
    shutil.rmtree(log_of(desk) / "00000001")
    standing = stand(desk)
    assert standing.chain.receipts == {second.event_id: Reason.LATER_EVENT_EXISTS}
    at = place(standing, 3, second.event_id)
    assert refusal(desk, incident("x"), at) is Reason.LATER_EVENT_EXISTS
    assert first.seq == 1


def test_a_statement_that_the_machine_cannot_read_is_not_called_malformed() -> None:
    """It may be sound; its reason is the machine's."""
    bundle = make_bundle(signers=[HOLDER])
    said = attest(
        bundle, "countersigned", {"events": [bundle.seal_id]}, signers=[HOLDER], prev=[bundle.seal_id]
    )
    body = next(path for path in said.files if path.startswith("custody/attestations/") and "body" in path)
    eio = StorageError("file: expected to read, found EIO", code="EIO")
    standing = take_standing(MemorySource(said.files, {body: eio}), trust_in(), verified_at=NOW)
    (record,) = standing.log.attestations.values()
    assert standing.refusal_of_attestation(record) is Reason.UNREADABLE
