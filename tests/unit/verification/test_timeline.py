"""The log told event by event: what counts, what does not and why, and what receipts alone show."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest
from attrs import evolve

from custody.facade.timeline import timeline
from custody.format.container import encode_zip
from custody.report.holding_fact import HoldingState
from custody.report.reason import Reason
from custody.report.timeline import EventStatus, Named, Timeline, TimelineEvent
from custody.transfer.act import write_act
from custody.transfer.desk import Desk, stand
from custody.transfer.place import Place, place_of
from custody.transfer.receipt import receipt_files
from custody.transfer.written import Act, Written
from custody.trust.trust import Trust
from tests.tools.desks import (
    APPROVER,
    HOLDER,
    NOW,
    RECIPIENT,
    STRANGER,
    begin,
    desk_at,
    hand_over,
    incident,
    receipt_of,
    release_to,
    signed_event,
    trust_in,
)
from tests.tools.stamping import FIRST

TRUST = trust_in()


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """The holder at his bundle."""
    return begin(tmp_path)


def told(desk: Desk, *receipts: Path, trust: Trust = TRUST) -> Timeline:
    """The timeline of a bundle."""
    return timeline(desk.bundle, trust=trust, at=NOW, receipts=receipts)


def kinds(events: Sequence[TimelineEvent]) -> list[tuple[str, str | None]]:
    """Status and type of events."""
    return [(event.status.value, event.type) for event in events]


def receipt(desk: Desk, written: Written, name: str = "r.zip") -> Path:
    """Write the receipt of an event beside the bundle."""
    path = Path(desk.bundle).with_name(name)
    path.write_bytes(encode_zip(receipt_files(written.bundle_id, written.path, written.files)))
    return path


def attested(desk: Desk, signer: str = "w-03") -> Written:
    """Let somebody state something about the seal."""
    seal_id = stand(desk).seal_id
    act = Act(type="examined", data={"method": "x"}, attestation=True, follows=(seal_id,))
    writer = {"w-03": APPROVER, "w-99": STRANGER}[signer]
    other = desk_at(Path(desk.bundle), writer, trust=trust_in(HOLDER, RECIPIENT, APPROVER, STRANGER))
    return write_act(other, act)


def planted(desk: Desk, path: str, files: dict[str, bytes]) -> None:
    """Put files into the log of a bundle."""
    folder = Path(desk.bundle, path)
    folder.mkdir(parents=True)
    for name, data in files.items():
        (folder / name).write_bytes(data)


def test_a_handover_is_told_in_order(desk: Desk) -> None:
    """Each event after what it follows, by trusted names, the last one a head; nothing set aside."""
    write_act(desk, incident("دون اتصال"))
    hand_over(desk)
    line = told(desk)
    assert kinds(line.events) == [
        ("counted", "sealed"),
        ("counted", "incident"),
        ("counted", "released"),
        ("counted", "received"),
    ]
    assert [event.actor and event.actor.identity for event in line.events] == ["w-01", "w-01", "w-01", "w-02"]
    assert [event.head for event in line.events] == [False, False, False, True]
    assert line.events[2].to == Named(claimed_label="w-02", identity="w-02")
    assert line.events[1].claimed_fields == {"note": {"text": "دون اتصال"}}
    assert line.events[3].claimed_data["result"] == "pass"
    assert [one.state for one in line.holdings] == [HoldingState.HANDED_OVER, HoldingState.HELD]
    assert (line.judged_at, line.unread, line.receipts_held) == (NOW, (), 0)


def test_no_file_is_looked_at(desk: Desk) -> None:
    """The payload may be gone: the log is told all the same."""
    before = told(desk)
    shutil.rmtree(Path(desk.bundle, "data"))
    assert told(desk) == before


def test_an_open_release_is_in_transit(desk: Desk) -> None:
    """The head says what is against it."""
    write_act(desk, release_to(desk))
    last = told(desk).events[-1]
    assert (last.in_transit, last.head, last.against) == (True, True, (Reason.IN_TRANSIT,))


def test_an_unacknowledged_copy_is_marked(desk: Desk) -> None:
    """Nobody said that he has it."""
    to = {"identity": "w-02", "keys": list(RECIPIENT.identity.key_set.key_ids)}
    write_act(desk, Act(type="copied", data={"to": to}))
    assert told(desk).events[-1].unacknowledged


def test_a_proven_window_stands_beside_the_claim(desk: Desk) -> None:
    """From a stamp over the event; the time in its body stays a claim."""
    written = write_act(desk, incident())
    token = FIRST.stamp(written.files["proof.sha256"], at=NOW)
    planted(desk, f"{written.path}/stamps/{hashlib.sha256(token).hexdigest()}", {"stamp.tst": token})
    trust = evolve(TRUST, authorities=(FIRST.authority(),))
    event = told(desk, trust=trust).events[-1]
    assert event.not_after is not None
    assert event.not_before is None
    assert event.claimed_at == str(NOW)


def test_cosigners_are_named(desk: Desk) -> None:
    """By the trust, beside the actor."""
    act = Act(type="erased", data={"leaves": [0], "ground": "x"})
    write_act(evolve(desk, cosigners=(APPROVER,)), act)
    assert told(desk).events[-1].cosigners == (Named(claimed_label="w-03", identity="w-03"),)


def test_a_stranger_s_event_is_set_aside_under_his_own_label(desk: Desk) -> None:
    """Signed by keys that nobody knows; it comes after all that counts."""
    event = signed_event(evolve(desk, signer=STRANGER), incident(), _next(desk))
    planted(desk, _path(desk, 1), dict(event.files))
    last = told(desk).events[-1]
    assert (last.status, last.reason) == (EventStatus.SET_ASIDE, Reason.EVENT_SIGNER_UNKNOWN)
    assert last.actor == Named(claimed_label="w-99", identity=None)


def _next(desk: Desk) -> Place:
    return place_of(desk, stand(desk), incident())


def _path(desk: Desk, seq: int) -> str:
    return f"custody/log/{stand(desk).bundle_id}/{seq:08d}"


def test_an_event_whose_signature_is_gone_names_nobody(desk: Desk) -> None:
    """The label stays a claim: the keys have signed nothing here."""
    written = write_act(desk, incident())
    Path(desk.bundle, written.path, "1.sshsig").unlink()
    last = told(desk).events[-1]
    assert last.status is EventStatus.SET_ASIDE
    assert last.reason is Reason.EVENT_SIGNATURE_MISSING
    assert last.actor is not None
    assert last.actor.identity is None


def test_a_copy_of_an_event_elsewhere_is_set_aside(desk: Desk) -> None:
    """It bears the id of one that counts, and counts for nothing."""
    written = write_act(desk, incident())
    planted(desk, f"custody/log/{'ab' * 16}/00000007", dict(written.files))
    line = told(desk)
    assert kinds(line.events)[-1] == ("set-aside", "incident")
    assert line.events[-1].reason is Reason.EVENT_MALFORMED
    assert line.events[1].head
    assert not line.events[-1].head


def test_a_folder_that_is_no_event_is_told_by_its_fault(desk: Desk) -> None:
    """Without type, id and place."""
    planted(desk, f"custody/log/{'ab' * 16}/00000000", {"event.json": b"{}"})
    last = told(desk).events[-1]
    assert (last.type, last.event_id, last.holding) == (None, "", "")
    assert last.reason is Reason.EVENT_MALFORMED


def test_a_later_event_without_its_past_is_a_receipt(desk: Desk) -> None:
    """It was cut out of the middle."""
    first = write_act(desk, incident("1"))
    write_act(desk, incident("2"))
    shutil.rmtree(Path(desk.bundle, first.path))
    last = told(desk).events[-1]
    assert (last.status, last.reason) == (EventStatus.RECEIPT, Reason.LATER_EVENT_EXISTS)


def test_a_stub_is_told_without_its_content(desk: Desk) -> None:
    """Only its links are known."""
    written = write_act(desk, incident())
    write_act(desk, incident("later"))
    folder = Path(desk.bundle, written.path)
    for path in folder.iterdir():
        if path.name not in {"event.json", "proof.sha256"}:
            path.unlink()
    last = told(desk).events[-1]
    assert (last.status, last.type, last.actor) == (EventStatus.STUB, None, None)


def test_closed_fields_are_named(desk: Desk) -> None:
    """Not told, and not forgotten."""
    written = write_act(desk, incident("closed"))
    Path(desk.bundle, written.path, "note.json").unlink()
    assert told(desk).events[-1].closed == ("note",)


def test_attestations_come_last(desk: Desk) -> None:
    """Those of known people; others are set aside."""
    attested(desk)
    attested(desk, "w-99")
    line = told(desk)
    assert kinds(line.events) == [
        ("counted", "sealed"),
        ("set-aside", "examined"),
        ("attestation", "examined"),
    ]
    assert line.events[1].reason is Reason.ATTESTATION_SIGNER_UNKNOWN


def test_a_receipt_shows_a_tail_that_was_cut_off(desk: Desk) -> None:
    """Marked as shown by a receipt alone; the head before it is not free of doubt."""
    release = write_act(desk, release_to(desk))
    other = desk_at(Path(desk.bundle), RECIPIENT)
    received = write_act(other, receipt_of(other, release))
    shown = receipt(desk, received)
    assert told(desk, shown).receipts_held == 1
    shutil.rmtree(Path(desk.bundle, received.path).parent)
    line = told(desk, shown)
    assert kinds(line.events)[-1] == ("witness", "received")
    assert line.events[-1].reason is Reason.LATER_EVENT_EXISTS
    assert line.holdings[0].shown_by == received.event_id


def test_a_receipt_that_cannot_be_used_is_marked(desk: Desk) -> None:
    """By a stranger, or of another bundle."""
    event = signed_event(evolve(desk, signer=STRANGER), incident(), _next(desk))
    path = Path(desk.bundle).with_name("r.zip")
    path.write_bytes(encode_zip(receipt_files(stand(desk).bundle_id, _path(desk, 1), event.files)))
    last = told(desk, path).events[-1]
    assert (last.status, last.reason) == (EventStatus.WITNESS, Reason.RECEIPT_SET_ASIDE)


def test_a_statement_that_a_receipt_shows_is_told(desk: Desk) -> None:
    """A refusal by the recipient, say, which never reached this copy; a stranger's is marked."""
    for signer, reason in (("w-03", None), ("w-99", Reason.ATTESTATION_SIGNER_UNKNOWN)):
        written = attested(desk, signer)
        shown = receipt(desk, written, f"{signer}.zip")
        shutil.rmtree(Path(desk.bundle, written.path))
        last = told(desk, shown).events[-1]
        assert (last.status, last.type, last.reason) == (EventStatus.WITNESS, "examined", reason)


def test_a_receipt_without_an_event_is_named(desk: Desk) -> None:
    """Whoever gave it believes that it shows something."""
    path = Path(desk.bundle).with_name("r.zip")
    path.write_bytes(encode_zip({f"{'ab' * 16}/readme.txt": b"x"}))
    assert told(desk, path).unread == (("", Reason.RECEIPT_SET_ASIDE),)


def test_under_no_trust_nothing_counts(desk: Desk) -> None:
    """The events are there, and nobody vouches for them."""
    hand_over(desk)
    line = told(desk, trust=Trust.none())
    assert {event.status for event in line.events} == {EventStatus.SET_ASIDE}
    assert {event.actor.identity for event in line.events if event.actor} == {None}
    assert line.holdings == ()


def test_a_recipient_without_keys_is_a_claim(desk: Desk) -> None:
    """A court rarely has a key of its own."""
    write_act(desk, Act(type="submitted", data={"to": {"identity": "court"}}))
    assert told(desk).events[-1].to == Named(claimed_label="court", identity=None)


def test_the_same_log_gives_the_same_timeline(desk: Desk, tmp_path: Path) -> None:
    """Wherever it lies, and in whichever order the disk lists it."""
    attested(desk)
    other, _ = hand_over(desk)
    write_act(other, Act(type="closed"))
    copy = tmp_path / "copy"
    shutil.copytree(desk.bundle, copy)
    assert timeline(copy, trust=TRUST, at=str(NOW)) == told(desk)
    assert told(desk).events[-1].status is EventStatus.ATTESTATION
