"""Ending a dispute by one event that all parties sign."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from attrs import evolve

from custody.errors import LogError, UsageError
from custody.report.claim import Claim
from custody.report.reason import Reason
from custody.transfer.act import write_act
from custody.transfer.desk import Desk, stand
from custody.transfer.receive import examine
from custody.transfer.reconcile import reconciliation_act
from custody.transfer.release import copy_act, release_act, withdraw_act
from custody.transfer.succeed import succession
from tests.tools.desks import (
    APPROVER,
    HOLDER,
    RECIPIENT,
    STRANGER,
    begin,
    desk_at,
    incident,
    unbroken,
    verified,
)


def disputed(folder: Path) -> tuple[Desk, Desk]:
    """Withdrawn here, received there, and merged: both desks at one folder."""
    holder = begin(folder)
    write_act(holder, release_act(holder, to=RECIPIENT.identity))
    copy = Path(shutil.copytree(holder.bundle, folder / "copy"))
    theirs = desk_at(copy, RECIPIENT)
    received = write_act(theirs, examine(theirs).act)
    write_act(holder, withdraw_act(holder))
    shutil.copytree(copy / received.path, Path(holder.bundle) / received.path)
    theirs = evolve(theirs, bundle=holder.bundle)
    assert Reason.DISPUTED in verified(holder).reasons(Claim.CUSTODY_UNBROKEN)
    return holder, theirs


@pytest.mark.parametrize("writer", [0, 1])
def test_both_sign_and_one_goes_on(tmp_path: Path, writer: int) -> None:
    """Either of them; the other's holding ends, and custody is proven again."""
    desks = disputed(tmp_path)
    desk = evolve(desks[writer], cosigners=(desks[1 - writer].signer,))
    act = reconciliation_act(desk)
    standing = stand(desk)
    holdings = {standing.events[one].holding for one in act.data["heads"]}
    assert (len(act.data["heads"]), set(act.data["holdings"])) == (2, holdings)
    write_act(desk, act)
    write_act(desks[writer], incident())
    assert unbroken(desk)


def test_a_holding_whose_head_is_covered_by_a_copy_ends_too(tmp_path: Path) -> None:
    """Its holder signs as well; else the dispute would be over, and he would go on."""
    holder = begin(tmp_path)
    other = Path(shutil.copytree(holder.bundle, tmp_path / "other"))
    second = evolve(desk_at(other, HOLDER), cosigners=(APPROVER,), memory=None)
    opened = write_act(second, succession(second).act)
    copied = write_act(holder, copy_act(holder, to=RECIPIENT.identity))
    clerk = desk_at(Path(shutil.copytree(holder.bundle, tmp_path / "clerk")), RECIPIENT)
    received = write_act(clerk, examine(clerk).act)
    shutil.copytree(Path(clerk.bundle) / received.path, Path(holder.bundle) / received.path)
    shutil.copytree(other / opened.path, Path(holder.bundle) / opened.path)
    second = evolve(second, bundle=holder.bundle, cosigners=(RECIPIENT,))
    act = reconciliation_act(second, holding=opened.holding)
    assert set(act.follows) == {copied.event_id, received.event_id}


def test_one_party_alone_ends_nothing(tmp_path: Path) -> None:
    """Refused, with the one who is missing; on a draft he may sign later."""
    holder, theirs = disputed(tmp_path)
    with pytest.raises(LogError) as caught:
        reconciliation_act(evolve(holder, cosigners=(APPROVER,)))
    assert caught.value.code == "PARTY_MISSING"
    assert "w-02" in str(caught.value)
    assert reconciliation_act(holder, parties=(theirs.signer.identity,)).type == "reconciled"


def test_without_a_dispute_there_is_nothing_to_end(tmp_path: Path) -> None:
    """Nor is it anybody else's business."""
    holder = begin(tmp_path / "calm")
    with pytest.raises(LogError) as caught:
        reconciliation_act(holder)
    assert caught.value.code == "NOT_DISPUTED"
    mine, _ = disputed(tmp_path / "other")
    with pytest.raises(LogError) as caught:
        reconciliation_act(desk_at(Path(mine.bundle), STRANGER))
    assert caught.value.code == "NOT_DISPUTED"


def test_heads_can_be_named(tmp_path: Path) -> None:
    """Also without a dispute: two machines of one person are one again."""
    holder = begin(tmp_path)
    second = evolve(desk_at(Path(holder.bundle), HOLDER, seed="second"), memory=None)
    other = write_act(second, succession(second).act)
    mine = write_act(holder, evolve(incident(), holding=stand(holder).bundle_id))
    act = reconciliation_act(holder, heads=(other.event_id,), holding=stand(holder).bundle_id)
    assert set(act.data["heads"]) == {other.event_id, mine.event_id}
    assert act.follows == (other.event_id,)
    write_act(holder, act)
    with pytest.raises(LogError) as caught:
        reconciliation_act(holder, heads=(other.event_id,))
    assert caught.value.code == "HEAD_NOT_FOUND"


def test_own_head_alone_is_no_dispute(tmp_path: Path) -> None:
    """Nothing would be united."""
    holder = begin(tmp_path)
    with pytest.raises(LogError) as caught:
        reconciliation_act(holder, heads=(stand(holder).seal_id,))
    assert caught.value.code == "NOT_DISPUTED"


def test_of_two_own_holdings_one_goes_on(tmp_path: Path) -> None:
    """It is said which."""
    holder = begin(tmp_path)
    write_act(holder, copy_act(holder, to=RECIPIENT.identity))
    theirs = desk_at(Path(holder.bundle), RECIPIENT)
    write_act(theirs, examine(theirs).act)
    second = evolve(theirs, memory=None)
    write_act(second, succession(second).act)
    heads = tuple(one.event_id for one in stand(holder).chain.heads)
    third = evolve(desk_at(Path(holder.bundle), HOLDER, seed="third"), memory=None)
    write_act(third, succession(third).act)
    write_act(holder, evolve(incident(), holding=stand(holder).bundle_id))
    with pytest.raises(UsageError) as caught:
        reconciliation_act(holder, heads=tuple(one.event_id for one in stand(holder).chain.heads))
    assert "--holding" in (caught.value.hint or "")
    assert heads
