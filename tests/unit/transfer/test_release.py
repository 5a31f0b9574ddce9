"""Giving away, and taking back."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve

from custody.errors import LogError, SignerError, UsageError
from custody.format.event import decode_opening
from custody.model.instant import decode_instant
from custody.transfer.act import write_act
from custody.transfer.desk import stand
from custody.transfer.details import Details
from custody.transfer.receive import examine
from custody.transfer.release import copy_act, release_act, withdraw_act
from custody.transfer.written import Act, Written
from tests.tools.desks import (
    HOLDER,
    RECIPIENT,
    STRANGER,
    begin,
    desk_at,
    hand_over,
    incident,
    leave,
    trust_in,
    unbroken,
    verified,
)


def value_of(written: Written, name: str) -> Any:  # noqa: ANN401 - JSON
    """Return the value of an opened field."""
    member = f"{name}.json"
    return decode_opening(written.files[member], name, member=member).value


def test_a_release_states_what_is_given_to_whom(tmp_path: Path) -> None:
    """Root and number as sealed, the recipient by his keys, and everything that was said."""
    desk = begin(tmp_path)
    details = Details(
        purpose="للملف",
        authority="order 7",
        place="حلب",
        condition="closed box",
        seal_number="S-1",
        docket="12/34",
        court="court",
        reference="first instance",
        note={"text": "x", "device": "USB stick"},
    )
    expires = decode_instant("2026-06-30T00:00:00Z")
    act = release_act(
        desk, to=RECIPIENT.identity, medium="stick", package="a" * 64, expires=expires, details=details
    )
    written = write_act(desk, act)
    standing = stand(desk)
    assert value_of(written, "body")["data"] == {
        "to": {"identity": "w-02", "keys": list(RECIPIENT.identity.key_set.key_ids)},
        "root": standing.root,
        "items": standing.items,
        "medium": "stick",
        "package": "a" * 64,
        "expires": "2026-06-30T00:00:00Z",
    }
    assert value_of(written, "purpose") == {"text": "للملف", "authority": "order 7"}
    assert value_of(written, "place") == {"description": "حلب"}
    assert value_of(written, "condition") == {"text": "closed box", "seal_number": "S-1"}
    assert value_of(written, "reference") == {"docket": "12/34", "court": "court", "text": "first instance"}
    assert value_of(written, "note") == {"text": "x", "device": "USB stick"}


def test_what_was_not_said_is_null(tmp_path: Path) -> None:
    """No empty field is opened."""
    desk = begin(tmp_path)
    written = write_act(desk, release_act(desk, to=RECIPIENT.identity))
    assert {name for name in written.files if name.endswith(".json")} == {"event.json", "body.json"}


def test_after_a_release_nothing_can_be_written(tmp_path: Path) -> None:
    """Not even another release."""
    desk = begin(tmp_path)
    write_act(desk, release_act(desk, to=RECIPIENT.identity))
    for act in (incident(), release_act(desk, to=STRANGER.identity), copy_act(desk, to=STRANGER.identity)):
        with pytest.raises(LogError) as caught:
            write_act(desk, act)
        assert caught.value.code == "HOLDING_IN_TRANSIT"


def test_who_does_not_hold_cannot_release(tmp_path: Path) -> None:
    """His event would be set aside."""
    desk = begin(tmp_path)
    other = desk_at(Path(desk.bundle), RECIPIENT)
    with pytest.raises(LogError) as caught:
        write_act(other, release_act(other, to=STRANGER.identity))
    assert caught.value.code == "NOT_THE_HOLDER"


def test_a_former_holder_cannot_release(tmp_path: Path) -> None:
    """Once it is received, what stays with him is a copy without a holder."""
    desk = begin(tmp_path)
    hand_over(desk)
    with pytest.raises(LogError) as caught:
        write_act(desk, release_act(desk, to=STRANGER.identity))
    assert caught.value.code == "HOLDING_IN_TRANSIT"


def test_nobody_releases_or_copies_to_himself(tmp_path: Path) -> None:
    """A second machine is a succession."""
    desk = begin(tmp_path)
    for make in (release_act, copy_act):
        with pytest.raises(UsageError) as caught:
            make(desk, to=HOLDER.identity)
        assert caught.value.code == "RECIPIENT_SELF"


def test_a_withdrawn_release_is_held_again(tmp_path: Path) -> None:
    """The log goes on, unbroken."""
    desk = begin(tmp_path)
    release = write_act(desk, release_act(desk, to=RECIPIENT.identity))
    withdrawn = write_act(desk, withdraw_act(desk, reason="by mistake"))
    assert value_of(withdrawn, "body")["data"] == {"event": release.event_id, "reason": "by mistake"}
    write_act(desk, incident())
    assert unbroken(desk)


@pytest.mark.parametrize("named", [{}, {"event": "0" * 64}, {"holding": "0" * 32}])
def test_without_an_open_release_there_is_nothing_to_withdraw(tmp_path: Path, named: dict[str, str]) -> None:
    """None, another one, another holding."""
    desk = begin(tmp_path)
    if named:
        write_act(desk, release_act(desk, to=RECIPIENT.identity))
    with pytest.raises(LogError) as caught:
        withdraw_act(desk, **named)  # type: ignore[arg-type]  # event or holding
    assert caught.value.code == "NOT_RELEASED"


def test_what_was_received_is_not_withdrawn(tmp_path: Path) -> None:
    """It would start a dispute, in a log that shows who is right."""
    desk = begin(tmp_path)
    hand_over(desk)
    with pytest.raises(LogError) as caught:
        withdraw_act(desk)
    assert caught.value.code == "RELEASE_RECEIVED"


def test_of_two_open_releases_one_is_named(tmp_path: Path) -> None:
    """In two holdings of one person, on two machines."""
    desk = begin(tmp_path)
    standing = stand(desk)
    other = evolve(desk_at(Path(desk.bundle), HOLDER, seed="second"), memory=None)
    write_act(other, Act(type="succeeded", follows=(standing.seal_id,)))
    mine = next(one.holding for one in stand(desk).counted() if one.type == "succeeded")
    first = write_act(desk, evolve(release_act(desk, to=RECIPIENT.identity), holding=standing.bundle_id))
    second = write_act(other, evolve(release_act(other, to=RECIPIENT.identity), holding=mine))
    with pytest.raises(LogError) as caught:
        withdraw_act(desk)
    assert caught.value.code == "RELEASE_AMBIGUOUS"
    assert withdraw_act(desk, event=second.event_id).holding == mine
    assert withdraw_act(desk, holding=standing.bundle_id).data["event"] == first.event_id


def test_a_copy_leaves_the_holding_as_it_is(tmp_path: Path) -> None:
    """The holder goes on; the copy is listed as unacknowledged until it is received."""
    desk = begin(tmp_path)
    written = write_act(desk, copy_act(desk, to=RECIPIENT.identity, medium="stick"))
    assert value_of(written, "body")["data"]["medium"] == "stick"
    write_act(desk, incident())
    assert unbroken(desk)


def test_a_killed_release_is_finished_and_not_signed_again(tmp_path: Path) -> None:
    """The same words give the same event."""
    desk = begin(tmp_path)
    act = release_act(desk, to=RECIPIENT.identity)
    left = leave(desk, act)
    written = write_act(desk, release_act(desk, to=RECIPIENT.identity))
    assert (written.event_id, written.finished) == (left.event_id, True)


def test_an_older_copy_is_not_released(tmp_path: Path) -> None:
    """The key remembers that it has written more."""
    desk = begin(tmp_path)
    old = Path(shutil.copytree(desk.bundle, tmp_path / "old" / "bundle"))
    write_act(desk, incident())
    stale = evolve(desk_at(old, HOLDER), memory=desk.memory)
    with pytest.raises(SignerError) as caught:
        write_act(stale, release_act(stale, to=RECIPIENT.identity))
    assert caught.value.code == "LOG_BEHIND"


def test_a_release_to_a_stranger_counts(tmp_path: Path) -> None:
    """He is named by keys; whether what he signs counts is for each verifier's trust."""
    desk = begin(tmp_path)
    write_act(desk, release_act(desk, to=STRANGER.identity))
    theirs = desk_at(Path(desk.bundle), STRANGER)
    theirs = evolve(
        theirs,
        trust=evolve(theirs.trust, identities=(*theirs.trust.identities, *trust_in(STRANGER).identities)),
    )
    write_act(theirs, examine(theirs).act)
    assert [one.to for one in verified(theirs).holdings if one.to] == ["w-99"]


def test_a_value_that_the_format_lacks_is_refused_before_signing(tmp_path: Path) -> None:
    """Too long, empty, not Unicode, or a member that a field does not have; nothing is left."""
    desk = begin(tmp_path)
    before = sorted(path.name for path in Path(desk.bundle).rglob("*"))
    bad = (
        Details(purpose=""),
        Details(purpose="\ud800"),
        Details(note={"secret": "x"}),
        Details(place={"country": "syria"}),
        Details(authority="x" * 501),
    )
    for details in bad:
        with pytest.raises(UsageError):
            write_act(desk, release_act(desk, to=RECIPIENT.identity, details=details))
    with pytest.raises(UsageError):
        write_act(desk, release_act(desk, to=RECIPIENT.identity, package="xyz"))
    assert sorted(path.name for path in Path(desk.bundle).rglob("*")) == before
