"""Carrying on in somebody's place, and in one's own."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from attrs import evolve

from custody.errors import LogError, UsageError
from custody.report.claim import Claim, Outcome
from custody.report.reason import Reason
from custody.transfer.act import write_act
from custody.transfer.desk import Desk, stand
from custody.transfer.details import Details
from custody.transfer.receive import examine
from custody.transfer.record import event_act
from custody.transfer.release import release_act
from custody.transfer.succeed import succession
from custody.transfer.written import Written
from tests.tools.bundles import seed_signer
from tests.tools.desks import (
    APPROVER,
    HOLDER,
    RECIPIENT,
    STRANGER,
    begin,
    desk_at,
    incident,
    leave,
    trust_in,
    unbroken,
    verified,
)

HEIR = seed_signer("w-04")
TRUST = trust_in(HOLDER, RECIPIENT, APPROVER, HEIR)


def inherited(folder: Path) -> tuple[Desk, Desk, Written]:
    """The recipient's desk, whose holding names the heir; the heir's; and the event that says so."""
    holder = begin(folder)
    write_act(holder, release_act(holder, to=RECIPIENT.identity))
    theirs = desk_at(Path(holder.bundle), RECIPIENT, trust=TRUST)
    written = write_act(theirs, examine(theirs, details=Details(successor=HEIR.identity)).act)
    return theirs, desk_at(Path(holder.bundle), HEIR, trust=TRUST), written


def test_a_named_successor_with_an_approver_is_proven(tmp_path: Path) -> None:
    """The log goes on in his holding."""
    theirs, heirs, _ = inherited(tmp_path)
    last = write_act(theirs, event_act(theirs, "accessed", {"leaves": [0]}))
    desk = evolve(heirs, cosigners=(APPROVER,))
    found = succession(desk, reason="key lost")
    assert (found.act.follows, found.holder, found.approved) == ((last.event_id,), "w-02", True)
    write_act(desk, found.act)
    write_act(heirs, incident())
    assert unbroken(heirs)


def test_alone_it_is_written_and_undetermined(tmp_path: Path) -> None:
    """Whoever stole the successor's key could do the same."""
    _, heirs, _ = inherited(tmp_path)
    found = succession(heirs)
    assert not found.approved
    write_act(heirs, found.act)
    assert verified(heirs).reasons(Claim.CUSTODY_UNBROKEN) == (Reason.SUCCESSION_UNAPPROVED,)


def test_an_approver_among_those_who_sign_later_counts(tmp_path: Path) -> None:
    """On a draft."""
    _, heirs, _ = inherited(tmp_path)
    assert succession(heirs, parties=(APPROVER.identity,)).approved
    assert not succession(heirs, parties=(STRANGER.identity, HEIR.identity, RECIPIENT.identity)).approved


def test_what_was_carried_on_alone_is_approved_later(tmp_path: Path) -> None:
    """By a second event from the same place, meant so; the verifier asks about that head."""
    _, heirs, received = inherited(tmp_path)
    write_act(heirs, succession(heirs).act)
    with pytest.raises(LogError) as caught:
        succession(heirs)
    assert caught.value.code == "ALREADY_SUCCEEDED"
    desk = evolve(heirs, cosigners=(APPROVER,), moved=True)
    found = succession(desk)
    assert found.act.follows == (received.event_id,)
    written = write_act(desk, found.act)
    heads = {one.event_id: one.custody for one in verified(heirs).events if one.head}
    assert heads[written.event_id] is Outcome.PROVEN
    with pytest.raises(LogError) as caught:
        succession(desk)
    assert caught.value.code == "ALREADY_SUCCEEDED"


def test_an_open_release_is_carried_on(tmp_path: Path) -> None:
    """The key was lost on the way."""
    theirs, heirs, _ = inherited(tmp_path)
    release = write_act(theirs, release_act(theirs, to=STRANGER.identity))
    desk = evolve(heirs, cosigners=(APPROVER,))
    found = succession(desk)
    assert found.act.follows == (release.event_id,)
    write_act(desk, found.act)
    assert unbroken(heirs)


def test_another_than_the_named_does_not_succeed(tmp_path: Path) -> None:
    """Nor does anybody where nobody was named."""
    theirs, _, _ = inherited(tmp_path)
    for signer in (STRANGER, APPROVER):
        with pytest.raises(LogError) as caught:
            succession(desk_at(Path(theirs.bundle), signer, trust=TRUST))
        assert caught.value.code == "NOT_THE_SUCCESSOR"


def test_what_has_ended_is_not_carried_on(tmp_path: Path) -> None:
    """Closed, handed over, or carried on by somebody else with an approver."""
    theirs, heirs, _ = inherited(tmp_path)
    closed = Path(shutil.copytree(theirs.bundle, tmp_path / "closed"))
    write_act(evolve(theirs, bundle=str(closed), memory=None), event_act(theirs, "closed", {}))
    over = Path(shutil.copytree(theirs.bundle, tmp_path / "over"))
    giver = evolve(theirs, bundle=str(over), memory=None)
    write_act(giver, release_act(giver, to=HOLDER.identity))
    taker = evolve(desk_at(over, HOLDER, trust=TRUST), memory=None)
    write_act(taker, examine(taker).act)
    own = evolve(theirs, cosigners=(APPROVER,), memory=None)
    write_act(own, succession(own, holding=stand(own).counted()[-1].holding).act)
    for bundle, code in (
        (closed, "HOLDING_CLOSED"),
        (over, "HOLDING_HANDED_OVER"),
        (Path(theirs.bundle), "HOLDING_SUCCEEDED"),
    ):
        with pytest.raises(LogError) as caught:
            succession(evolve(heirs, bundle=str(bundle)))
        assert caught.value.code == code


def test_of_two_holdings_one_is_named(tmp_path: Path) -> None:
    """One person named the same successor twice."""
    theirs, heirs, first = inherited(tmp_path)
    other = evolve(theirs, memory=None)
    again = write_act(
        other, succession(other, details=Details(successor=HEIR.identity), holding=first.holding).act
    )
    with pytest.raises(UsageError) as caught:
        succession(heirs)
    assert first.holding in str(caught.value)
    assert succession(heirs, holding=again.holding).act.follows == (again.event_id,)


def test_one_is_always_one_s_own_successor(tmp_path: Path) -> None:
    """With a restored key or on a second machine, which remembers nothing."""
    holder = begin(tmp_path)
    elsewhere = evolve(holder, memory=str(tmp_path / "second.published"))
    found = succession(elsewhere)
    assert (found.holder, found.approved) == ("w-01", False)
    write_act(elsewhere, found.act)
    write_act(elsewhere, evolve(incident(), holding=stand(holder).counted()[-1].holding))


def test_where_the_key_remembers_its_holding_it_goes_on_there(tmp_path: Path) -> None:
    """A second holding would only make heads."""
    holder = begin(tmp_path)
    with pytest.raises(LogError) as caught:
        succession(holder)
    assert caught.value.code == "HOLDING_AT_HAND"
    write_act(holder, incident())


def test_a_closed_field_hides_the_successor(tmp_path: Path) -> None:
    """Who says which holding may go on; it counts, and is undetermined."""
    theirs, _, received = inherited(tmp_path)
    (Path(theirs.bundle) / received.path / "people.json").unlink()
    unnamed = desk_at(Path(theirs.bundle), STRANGER, trust=trust_in(HOLDER, RECIPIENT, STRANGER))
    with pytest.raises(LogError) as caught:
        succession(unnamed)
    assert caught.value.code == "NOT_THE_SUCCESSOR"
    write_act(unnamed, succession(unnamed, holding=received.holding).act)
    assert Reason.SUCCESSOR_UNKNOWN in verified(unnamed).reasons(Claim.CUSTODY_UNBROKEN)


def test_a_killed_succession_is_finished(tmp_path: Path) -> None:
    """And not signed again."""
    _, heirs, _ = inherited(tmp_path)
    left = leave(heirs, succession(heirs).act)
    assert write_act(heirs, succession(heirs).act).event_id == left.event_id
