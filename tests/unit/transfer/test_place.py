"""Where an actor may write, by the state of the log."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from attrs import evolve

from custody.errors import CustodyError
from custody.transfer.act import write_act
from custody.transfer.desk import Desk, stand
from custody.transfer.place import holdings_of, place_of
from custody.transfer.written import Act
from custody.trust.trust import DatedKeySet, Role, TrustedIdentity
from tests.tools.bundles import seed_signer
from tests.tools.desks import APPROVER, RECIPIENT, desk_at, hand_over, incident, log_of, trust_in

THIEF = seed_signer("w-01b")


def code_of(desk: Desk, act: Act) -> str:
    """Return the code with which a place is refused."""
    with pytest.raises(CustodyError) as caught:
        place_of(desk, stand(desk), act)
    return caught.value.code


def test_holdings_are_listed_by_who_opened_them(desk: Desk) -> None:
    """In the order of the log."""
    _, received = hand_over(desk)
    standing = stand(desk)
    assert holdings_of(standing, "w-01") == (standing.bundle_id,)
    assert holdings_of(standing, "w-02") == (received.holding,)
    assert holdings_of(standing, None) == ()


def test_a_holding_that_came_back_goes_on(desk: Desk) -> None:
    """It is the only one of its holder that is held."""
    other, _ = hand_over(desk)
    party = {"identity": "w-01", "keys": list(desk.signer.identity.key_set.key_ids)}
    root = stand(desk).root
    back = write_act(other, Act(type="released", data={"to": party, "root": root, "items": 3}))
    again = write_act(
        desk, Act(type="received", data={"root": root, "result": "pass"}, follows=(back.event_id,))
    )
    assert write_act(desk, incident("x")).holding == again.holding


def test_a_holding_that_was_succeeded_is_left(desk: Desk) -> None:
    """Unless its holder says that this is wrong, by naming it."""
    successor = {"identity": "w-02", "keys": list(RECIPIENT.identity.key_set.key_ids)}
    other, _ = hand_over(desk)
    party = {"identity": "w-01", "keys": list(desk.signer.identity.key_set.key_ids)}
    root = stand(desk).root
    back = write_act(other, Act(type="released", data={"to": party, "root": root, "items": 3}))
    receipt = Act(
        type="received",
        data={"root": root, "result": "pass"},
        follows=(back.event_id,),
        fields={"people": {"successor": successor}},
    )
    mine = write_act(desk, receipt)
    taken = Act(type="succeeded", follows=(mine.event_id,))
    write_act(evolve(other, cosigners=(APPROVER,)), taken)
    assert code_of(desk, incident("x")) == "HOLDING_SUCCEEDED"
    assert place_of(desk, stand(desk), incident("x", holding=mine.holding)).seq == 1


def test_a_succession_in_the_air_follows_nobody(desk: Desk) -> None:
    """Two successions of one holding by its own holder are his to decide."""
    act = Act(type="succeeded", follows=(stand(desk).seal_id,))
    cosigned = evolve(desk, cosigners=(APPROVER,), memory=None)
    write_act(cosigned, act)
    assert place_of(desk, stand(desk), act).opens
    with pytest.raises(CustodyError, match="found 2"):
        place_of(desk, stand(desk), incident("x"))


def test_a_head_on_a_set_aside_past_is_not_continued(desk: Desk) -> None:
    """What the trust knows now sets an event in the past aside, and what follows it stays."""
    trust = trust_in()
    first = write_act(desk, incident("1"))
    write_act(desk, incident("2"))
    path = Path(desk.bundle, first.path, "1.sshsig")
    path.chmod(0o600)
    path.write_bytes(b"damaged")
    desk = evolve(desk, trust=trust, memory=None)
    assert code_of(desk, incident("x")) == "SET_ASIDE_IN_PAST"


def test_a_stubbed_holding_has_no_known_writer(desk: Desk) -> None:
    """Its first event shows who may write."""
    other, received = hand_over(desk)
    write_act(other, incident("x"))
    folder = Path(desk.bundle, received.path)
    for path in folder.iterdir():
        if path.name not in {"event.json", "proof.sha256"}:
            path.unlink()
    assert code_of(other, incident("y")) == "NOT_THE_HOLDER"


def test_a_stub_in_the_past_is_not_continued(desk: Desk) -> None:
    """What it did is not known: it may have been a release."""
    first = write_act(desk, incident("1"))
    write_act(desk, incident("2"))
    for path in Path(desk.bundle, first.path).iterdir():
        if path.name not in {"event.json", "proof.sha256"}:
            path.unlink()
    assert code_of(evolve(desk, memory=None), incident("x", holding=log_of(desk).name)) == "STUB_IN_PAST"
    assert code_of(evolve(desk, memory=None), incident("x")) == "STUB_IN_PAST"


def test_a_thief_of_a_key_is_not_continued(desk: Desk) -> None:
    """His events are set aside, and moved out of the way."""
    dated = DatedKeySet(key_set=THIEF.identity.key_set, compromised_since=desk.now())
    trust = trust_in()
    known = evolve(trust.identities[0], sets=(*trust.identities[0].sets, dated))
    desk = evolve(desk, trust=evolve(trust, identities=(known, *trust.identities[1:])))
    assert isinstance(known, TrustedIdentity)
    assert Role.HOLDER in known.roles
    thief = desk_at(Path(desk.bundle), THIEF, trust=trust_in(THIEF, desk.signer))  # type: ignore[arg-type]
    assert code_of(thief, incident("bad")) == "NOT_THE_HOLDER"
    shutil.rmtree(thief.memory or "", ignore_errors=True)
    assert write_act(desk, incident("good")).seq == 1
