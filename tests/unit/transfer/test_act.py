"""Writing one event: where it goes, and what refuses it."""

from __future__ import annotations

from pathlib import Path

import pytest
from attrs import evolve

from custody.errors import CustodyError, StorageError, UsageError
from custody.storage.append import Appender
from custody.transfer.act import commit, write_act
from custody.transfer.desk import Desk, stand
from custody.transfer.place import Place
from custody.transfer.written import Act
from custody.trust.trust import Threshold
from tests.tools.desks import (
    APPROVER,
    HOLDER,
    RECIPIENT,
    STRANGER,
    desk_at,
    incident,
    labels_in,
    left_beside,
    receipt_of,
    refusal_code,
    release_to,
    signed_event,
    trust_in,
    unbroken,
    without_memory,
)


def test_events_follow_each_other(desk: Desk) -> None:
    """Each names the one before; all count."""
    first, second = write_act(desk, incident("1")), write_act(desk, incident("2"))
    assert (first.seq, second.seq, second.prev) == (1, 2, (first.event_id,))
    assert unbroken(desk)
    assert left_beside(desk) == []


def test_only_the_first_append_reads_the_log(desk: Desk, judged: list[str]) -> None:
    """Not even that one, after sealing here: the seal is remembered."""
    for label in "123":
        write_act(desk, incident(label))
    assert judged == []
    assert labels_in(desk.bundle) == ["1", "2", "3"]


def test_judging_and_recalling_find_one_place(desk: Desk, judged: list[str]) -> None:
    """A key without memory reads the whole log each time, and writes the same chain."""
    for one in (desk, without_memory(desk)):
        write_act(one, incident("x"))
    assert len(judged) == 1
    assert stand(desk).last_of(stand(desk).bundle_id) is not None
    assert unbroken(desk)


def test_what_names_items_is_judged(desk: Desk, judged: list[str]) -> None:
    """The memory does not know how many there are."""
    assert refusal_code(desk, Act(type="accessed", data={"leaves": [99]})) == "ITEM_UNKNOWN"
    write_act(desk, Act(type="accessed", data={"leaves": [0]}))
    assert len(judged) == 2
    assert unbroken(desk)


def test_an_attestation_stands_beside_the_log(desk: Desk) -> None:
    """It is remembered nowhere and changes no holding."""
    data = {"root": stand(desk).root, "result": "pass"}
    act = Act(type="fixity-checked", data=data, attestation=True, follows=(stand(desk).seal_id,))
    written = write_act(desk, act)
    assert written.path == f"custody/attestations/{written.event_id}"
    assert (written.holding, unbroken(desk)) == ("", True)


def test_a_stranger_may_attest_and_nothing_else(desk: Desk) -> None:
    """An expert has no holding."""
    other = desk_at(Path(desk.bundle), STRANGER)
    assert refusal_code(other, incident("x")) == "NOT_THE_HOLDER"
    seal_id = stand(desk).seal_id
    write_act(other, Act(type="examined", data={"result": "x"}, attestation=True, follows=(seal_id,)))
    assert unbroken(desk)


def test_a_bundle_changes_hands(desk: Desk) -> None:
    """While in transit nobody writes; then the recipient does, and no longer the releaser."""
    release = write_act(desk, release_to(desk))
    other = desk_at(Path(desk.bundle), RECIPIENT)
    assert refusal_code(desk, incident("x")) == "HOLDING_IN_TRANSIT"
    assert refusal_code(other, incident("x")) == "NOT_THE_HOLDER"
    received = write_act(other, receipt_of(other, release))
    assert (received.seq, received.prev) == (0, (release.event_id,))
    write_act(other, incident("y"))
    assert refusal_code(desk, incident("x")) == "HOLDING_IN_TRANSIT"
    assert unbroken(desk)


def test_nothing_follows_a_closed_holding(desk: Desk) -> None:
    """Whoever asks."""
    write_act(desk, Act(type="closed"))
    assert refusal_code(desk, incident("x")) == "HOLDING_CLOSED"
    assert refusal_code(desk, Act(type="withdrawn", data={"event": "0" * 64})) == "NOT_RELEASED"


def test_a_release_is_withdrawn(desk: Desk) -> None:
    """In the holding that is in transit."""
    release = write_act(desk, release_to(desk))
    write_act(desk, Act(type="withdrawn", data={"event": release.event_id}))
    write_act(desk, incident("x"))
    assert unbroken(desk)


def test_a_holder_of_two_holdings_names_one(desk: Desk) -> None:
    """His own copy comes back to him beside what he kept."""
    copied = write_act(desk, evolve(release_to(desk, HOLDER), type="copied", data={"to": _party()}))
    root = {"root": stand(desk).root, "result": "pass"}
    second = write_act(desk, Act(type="copy-received", data=root, follows=(copied.event_id,)))
    with pytest.raises(UsageError, match="found 2"):
        write_act(desk, incident("x"))
    written = write_act(desk, incident("x", holding=second.holding))
    assert (written.holding, written.seq) == (second.holding, 1)
    assert refusal_code(desk, incident("x", holding="f" * 32)) == "NOT_THE_HOLDER"


def _party() -> dict[str, object]:
    return {"identity": "w-01", "keys": list(HOLDER.identity.key_set.key_ids)}


def test_cosigners_without_their_keys_want_a_draft(desk: Desk) -> None:
    """Nothing is written without their signatures."""
    with pytest.raises(UsageError):
        write_act(desk, incident("x", cosigners=(APPROVER.identity,)))


def test_too_few_signers_are_refused_before_anything_is_written(desk: Desk) -> None:
    """The trust asks for two; a memory does not hide that."""
    strict = evolve(desk, trust=trust_in(), cosigners=())
    strict = evolve(
        strict, trust=evolve(strict.trust, thresholds=(Threshold(event_type="incident", identities=2),))
    )
    assert refusal_code(strict, incident("x")) == "EVENT_THRESHOLD"
    assert (labels_in(desk.bundle), left_beside(desk)) == ([], [])
    write_act(evolve(strict, cosigners=(APPROVER,)), incident("x"))
    assert unbroken(strict)


def test_an_unknown_cosigner_is_refused(desk: Desk) -> None:
    """An event with him would count for nothing."""
    assert refusal_code(evolve(desk, cosigners=(STRANGER,)), incident("x")) == "EVENT_SIGNER_UNKNOWN"
    assert left_beside(desk) == []


def test_a_zip_is_never_written_to(desk: Desk) -> None:
    """In words that say what to do."""
    path = Path(desk.bundle).parent / "b.zip"
    path.write_bytes(b"PK")
    with pytest.raises(StorageError) as caught:
        write_act(evolve(desk, bundle=str(path)), incident("x"))
    assert (caught.value.code, "custody unpack" in (caught.value.hint or "")) == ("NOT_A_FOLDER", True)


def test_a_link_to_a_bundle_is_refused(desk: Desk) -> None:
    """Its lock and leftovers would lie in another folder."""
    link = Path(desk.bundle).parent / "link"
    link.symlink_to(desk.bundle)
    assert refusal_code(evolve(desk, bundle=str(link)), incident("x")) == "NOT_A_FOLDER"


def test_another_seal_than_the_expected_one_is_refused(desk: Desk, judged: list[str]) -> None:
    """Also where the memory would have spared the reading."""
    assert refusal_code(evolve(desk, expect_seal="0" * 64), incident("x")) == "SEAL_NOT_EXPECTED"
    judged.clear()
    write_act(evolve(desk, expect_seal=stand(desk).seal_id), incident("x"))
    assert judged == []


def test_an_unsigned_event_is_never_published(desk: Desk) -> None:
    """What a caller brings is looked at once more, also where the log is not read."""
    place = Place(bundle_id=stand(desk).bundle_id, holding=stand(desk).bundle_id, seq=1, prev=("0" * 64,))
    event = signed_event(desk, incident("x"), place)
    broken = evolve(event, files=dict(event.files) | {"1.sshsig": b"x"})
    with pytest.raises(CustodyError) as caught:
        commit(desk, Appender(desk.bundle), None, broken, attestation=False)
    assert caught.value.code == "EVENT_MALFORMED"
    bodiless = {name: event.files[name] for name in ("event.json", "body.json", "proof.sha256")}
    with pytest.raises(CustodyError):
        commit(desk, Appender(desk.bundle), None, evolve(event, files=bodiless), attestation=False)
    assert left_beside(desk) == []
