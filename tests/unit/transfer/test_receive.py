"""Taking over: everything verified anew, in the recipient's own copy."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve

from custody.errors import LogError, StorageError
from custody.format.event import decode_opening
from custody.packing.pack import pack_bundle
from custody.report.claim import Claim, Outcome
from custody.report.report import NotProvenError
from custody.storage.source import BundleSource
from custody.transfer.act import write_act
from custody.transfer.desk import Desk, stand
from custody.transfer.details import Details
from custody.transfer.receive import examine
from custody.transfer.release import copy_act, release_act, withdraw_act
from custody.transfer.succeed import succession
from custody.transfer.written import Act, Written
from custody.trust.trust import Role, Trust, TrustedIdentity
from tests.tools.bundles import seed_signer
from tests.tools.desks import (
    APPROVER,
    HOLDER,
    NOW,
    RECIPIENT,
    STRANGER,
    begin,
    desk_at,
    leave,
    log_of,
    release_to,
    signed_event,
    trust_in,
    unbroken,
    without_memory,
)


def given(folder: Path, **more: Any) -> tuple[Desk, Desk, Written]:  # noqa: ANN401 - of the release
    """The holder's desk, the recipient's desk at his own copy, and the release."""
    holder = begin(folder)
    release = write_act(holder, release_act(holder, to=RECIPIENT.identity, **more))
    copy = Path(shutil.copytree(holder.bundle, folder / "theirs"))
    return holder, desk_at(copy, RECIPIENT), release


def data_of(written: Written) -> Any:  # noqa: ANN401 - JSON
    """Return the data of an event."""
    return decode_opening(written.files["body.json"], "body", member="body.json").value["data"]


def damage(desk: Desk) -> None:
    """Change one byte of a file."""
    victim = next(iter(sorted((Path(desk.bundle) / "data").iterdir())))
    victim.write_bytes(b"!" + victim.read_bytes()[1:])


def test_a_recipient_states_what_he_found_and_holds_from_now_on(tmp_path: Path) -> None:
    """Root recomputed, result pass, the condition in his words; custody is unbroken."""
    _, theirs, release = given(tmp_path)
    examined = examine(theirs, details=Details(condition="ظرف مختوم", place="Athens"))
    written = write_act(theirs, examined.act)
    data = {"root": stand(theirs).root, "result": "pass", "condition": "ظرف مختوم"}
    assert (data_of(written), written.type, written.seq) == (data, "received", 0)
    assert {name for name in written.files if name.endswith(".json")} == {
        "event.json",
        "body.json",
        "place.json",
    }
    assert examined.report.outcome(Claim.INTACT) is Outcome.PROVEN
    assert (unbroken(theirs), examined.act.follows) == (True, (release.event_id,))


def test_a_successor_is_named_when_a_holding_begins(tmp_path: Path) -> None:
    """In the field people, which the receipt does not open."""
    _, theirs, _ = given(tmp_path)
    written = write_act(theirs, examine(theirs, details=Details(successor=STRANGER.identity)).act)
    people = decode_opening(written.files["people.json"], "people", member="people.json").value
    assert people["successor"]["keys"] == list(STRANGER.identity.key_set.key_ids)


def test_a_copy_is_received_beside_the_holder(tmp_path: Path) -> None:
    """As copy-received, though the holder has gone on."""
    holder = begin(tmp_path)
    copied = write_act(holder, copy_act(holder, to=RECIPIENT.identity))
    write_act(holder, copy_act(holder, to=STRANGER.identity))
    theirs = desk_at(Path(holder.bundle), RECIPIENT)
    written = write_act(theirs, examine(theirs).act)
    assert (written.type, written.seq) == ("copy-received", 0)
    assert copied.event_id in examine(theirs, event=copied.event_id).act.follows
    assert unbroken(theirs)


def test_one_changed_byte_is_not_received(tmp_path: Path) -> None:
    """Refuted, with the way out; nothing is signed."""
    _, theirs, _ = given(tmp_path)
    damage(theirs)
    with pytest.raises(NotProvenError) as caught:
        examine(theirs)
    assert caught.value.code == "RECEIVE_NOT_INTACT"
    assert caught.value.outcomes == {Claim.INTACT: Outcome.REFUTED}
    assert "custody refuse" in (caught.value.hint or "")


def test_a_changed_wrapping_is_not_received(tmp_path: Path) -> None:
    """Undetermined is not proven."""
    _, theirs, _ = given(tmp_path)
    (Path(theirs.bundle) / ".DS_Store").write_bytes(b"litter")
    with pytest.raises(NotProvenError) as caught:
        examine(theirs)
    assert caught.value.outcomes == {Claim.INTACT: Outcome.UNDETERMINED}


def test_damage_can_be_acknowledged(tmp_path: Path) -> None:
    """The result is fail; the codes stand beside the recipient's own words."""
    _, theirs, _ = given(tmp_path)
    damage(theirs)
    examined = examine(theirs, inconsistencies=("box was open",), acknowledge=True)
    data = data_of(write_act(theirs, examined.act))
    assert (data["result"], data["inconsistencies"]) == ("fail", ["box was open", "FILE_DIGEST"])


def test_a_changed_root_is_stated_as_found(tmp_path: Path) -> None:
    """Not as sealed."""
    _, theirs, _ = given(tmp_path)
    items = Path(theirs.bundle) / "custody/items.jsonl"
    lines = items.read_bytes().splitlines(keepends=True)
    items.write_bytes(b"".join([lines[1], lines[0], *lines[2:]]))
    examined = examine(theirs, acknowledge=True)
    assert examined.act.data["root"] != stand(theirs).root
    assert examined.act.data["result"] == "fail"


def test_what_has_no_root_cannot_be_received_in_any_state(tmp_path: Path) -> None:
    """A line that cannot be read."""
    _, theirs, _ = given(tmp_path)
    (Path(theirs.bundle) / "custody/items.jsonl").write_bytes(b"{}\n")
    with pytest.raises(LogError) as caught:
        examine(theirs, acknowledge=True)
    assert caught.value.code == "ROOT_UNKNOWN"


def test_a_sealer_whom_nobody_knows_is_not_received_from(tmp_path: Path) -> None:
    """The seal could be anybody's; with the seal's id known, it is still not said whose."""
    holder, theirs, _ = given(tmp_path)
    known = TrustedIdentity(
        name="w-01", roles=frozenset({Role.HOLDER}), sets=trust_in(HOLDER).identities[0].sets
    )
    trust = Trust(identities=(known, *trust_in(RECIPIENT).identities))
    seal = stand(holder).seal_id
    with pytest.raises(NotProvenError) as caught:
        examine(evolve(theirs, trust=trust, expect_seal=seal))
    assert caught.value.code == "RECEIVE_NOT_SEALED_BY"
    data = examine(evolve(theirs, trust=trust, expect_seal=seal), acknowledge=True).act.data
    assert (data["result"], data["inconsistencies"]) == ("pass", ["SEALER_ROLE"])


def test_another_than_the_named_cannot_receive(tmp_path: Path) -> None:
    """He is told to ask for a release of his own."""
    _, theirs, _ = given(tmp_path)
    with pytest.raises(LogError) as caught:
        examine(desk_at(Path(theirs.bundle), APPROVER))
    assert caught.value.code == "NOT_THE_RECIPIENT"


def test_without_a_release_there_is_nothing_to_receive(tmp_path: Path) -> None:
    """A bundle as it was sealed."""
    desk = begin(tmp_path)
    with pytest.raises(LogError) as caught:
        examine(desk_at(Path(desk.bundle), RECIPIENT))
    assert caught.value.code == "NOT_RELEASED"


def test_a_withdrawn_release_is_not_received(tmp_path: Path) -> None:
    """The log that he has shows it."""
    holder, _, release = given(tmp_path)
    write_act(holder, withdraw_act(holder))
    theirs = desk_at(Path(holder.bundle), RECIPIENT)
    for event in (None, release.event_id):
        with pytest.raises(LogError) as caught:
            examine(theirs, event=event)
        assert caught.value.code == "RELEASE_WITHDRAWN"


def test_a_release_that_does_not_count_is_named(tmp_path: Path) -> None:
    """Its signer is unknown to the recipient: he adds him, and comes again."""
    _, theirs, _ = given(tmp_path)
    sealer = seed_signer("w-08")
    narrow = Trust(identities=(*trust_in(sealer).identities, *trust_in(RECIPIENT).identities))
    with pytest.raises(LogError) as caught:
        examine(evolve(theirs, trust=narrow))
    assert caught.value.code == "RELEASE_SET_ASIDE"
    assert "EVENT_SIGNER_UNKNOWN" in str(caught.value)


def test_an_event_that_is_no_offer_is_not_received(tmp_path: Path) -> None:
    """Its id was copied from somewhere else."""
    _, theirs, _ = given(tmp_path)
    with pytest.raises(LogError) as caught:
        examine(theirs, event="0" * 64)
    assert caught.value.code == "NOT_RELEASED"


def test_of_two_open_ones_one_is_named(tmp_path: Path) -> None:
    """A copy, and then the bundle itself."""
    holder = begin(tmp_path)
    copied = write_act(holder, copy_act(holder, to=RECIPIENT.identity))
    release = write_act(holder, release_act(holder, to=RECIPIENT.identity))
    theirs = desk_at(Path(holder.bundle), RECIPIENT)
    with pytest.raises(LogError) as caught:
        examine(theirs)
    assert caught.value.code == "RELEASE_AMBIGUOUS"
    assert copied.event_id in str(caught.value)
    assert examine(theirs, event=release.event_id).act.type == "received"


def test_what_a_successor_has_taken_over_is_received_only_by_name(tmp_path: Path) -> None:
    """It starts a dispute, so it must be meant."""
    holder, _, release = given(tmp_path)
    heir = evolve(desk_at(Path(holder.bundle), HOLDER, seed="heir"), cosigners=(APPROVER,), memory=None)
    write_act(heir, succession(heir).act)
    theirs = desk_at(Path(holder.bundle), RECIPIENT)
    with pytest.raises(LogError) as caught:
        examine(theirs)
    assert caught.value.code == "RELEASE_SUCCEEDED"
    assert examine(theirs, event=release.event_id).act.follows == (release.event_id,)


def test_receiving_twice_signs_once(tmp_path: Path) -> None:
    """The second time the event that stands is found, whatever the files are by then."""
    _, theirs, _ = given(tmp_path)
    written = write_act(theirs, examine(theirs).act)
    damage(theirs)
    before = examine(theirs).before
    assert before is not None
    assert (before.event_id, before.path, before.finished) == (written.event_id, written.path, True)
    assert dict(before.files) == dict(written.files)


def test_two_at_once_sign_once(tmp_path: Path) -> None:
    """Both looked before either had written."""
    _, theirs, _ = given(tmp_path)
    first, second = examine(theirs), examine(theirs)
    write_act(theirs, first.act)
    with pytest.raises(LogError) as caught:
        write_act(theirs, second.act)
    assert caught.value.code == "ALREADY_RECEIVED"


def test_a_killed_receipt_is_finished(tmp_path: Path) -> None:
    """Nothing is signed again."""
    _, theirs, _ = given(tmp_path)
    left = leave(theirs, examine(theirs).act)
    written = write_act(theirs, examine(theirs).act)
    assert (written.event_id, written.finished) == (left.event_id, True)


def test_a_lost_body_gives_no_receipt_again(tmp_path: Path) -> None:
    """Somebody removed it from the copy: it may be his, so he must say that it is not."""
    _, theirs, release = given(tmp_path)
    written = write_act(theirs, examine(theirs).act)
    (Path(theirs.bundle) / written.path / "body.json").unlink()
    with pytest.raises(LogError) as caught:
        examine(theirs)
    assert caught.value.code == "RELEASE_ANSWERED"
    assert examine(theirs, event=release.event_id).before is None


def test_a_zip_is_unpacked_first(tmp_path: Path) -> None:
    """It is never written to."""
    _, theirs, _ = given(tmp_path)
    pack_bundle(theirs.bundle, str(tmp_path / "b.zip"), verified_at=NOW, whole=True)
    with pytest.raises(StorageError) as caught:
        examine(evolve(theirs, bundle=str(tmp_path / "b.zip")))
    assert caught.value.code == "NOT_A_FOLDER"


def test_who_watches_sees_every_byte_once(tmp_path: Path) -> None:
    """The payload is read by the verification alone."""
    _, theirs, _ = given(tmp_path)
    hashed: list[int] = []

    class Counted:
        """A source that counts how often its payload is hashed."""

        def __init__(self, source: BundleSource) -> None:
            self._source = source

        def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - of the source
            if name == "hash_payload":
                hashed.append(1)
            return getattr(self._source, name)

    examine(theirs, watched=Counted)
    assert hashed == [1]


def test_another_event_of_the_holder_is_no_offer(tmp_path: Path) -> None:
    """Named by its id it is for nobody."""
    holder = begin(tmp_path)
    other = write_act(holder, Act(type="incident", data={"kind": "gap"}))
    with pytest.raises(LogError) as caught:
        examine(desk_at(Path(holder.bundle), RECIPIENT), event=other.event_id)
    assert caught.value.code == "NOT_RELEASED"


@pytest.mark.parametrize("differs", [{"root": "ab" * 32}, {"items": 9999}], ids=["root", "items"])
def test_nobody_receives_what_is_not_this_bundle(tmp_path: Path, differs: dict[str, object]) -> None:
    """The giver cannot write such a release with this tool; the recipient compares it before he signs."""
    holder = begin(tmp_path)
    act = release_to(holder)
    wrong = evolve(act, data={**act.data, **differs})
    with pytest.raises(LogError) as refused:
        write_act(without_memory(holder), wrong)
    assert refused.value.code == "HANDOVER_DIFFERS"
    event = signed_event(holder, wrong)
    folder = log_of(holder) / "00000001"
    folder.mkdir()
    for name, data in event.files.items():
        (folder / name).write_bytes(data)
    with pytest.raises(LogError) as refused:
        examine(desk_at(Path(holder.bundle), RECIPIENT))
    assert refused.value.code == "HANDOVER_DIFFERS"


def test_nobody_takes_over_whom_his_own_trust_gives_no_role(tmp_path: Path) -> None:
    """The approver is told which role is missing; with it, he receives."""
    holder = begin(tmp_path)
    write_act(holder, release_act(holder, to=APPROVER.identity))
    theirs = desk_at(Path(holder.bundle), APPROVER)
    with pytest.raises(LogError) as refused:
        write_act(theirs, examine(theirs).act)
    assert (refused.value.code, "--role holder" in (refused.value.hint or "")) == ("HOLDER_ROLE", True)
    others = tuple(one for one in theirs.trust.identities if one.name != APPROVER.identity.name)
    (approver,) = set(theirs.trust.identities) - set(others)
    both = evolve(approver, roles=frozenset({Role.APPROVER, Role.HOLDER}))
    fit = evolve(theirs, trust=evolve(theirs.trust, identities=(*others, both)))
    assert write_act(fit, examine(fit).act).type == "received"
