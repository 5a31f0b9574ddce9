"""Events that others cosign by file exchange, from the draft to their place in the log."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve

from custody.errors import CustodyError, LogError, SignerError, StorageError, UsageError
from custody.keys.event_writer import complete_event, sign_event
from custody.model.identity import Identity
from custody.proof.event_record import examine_event
from custody.report.reason import Reason
from custody.storage.append import appending
from custody.transfer.act import write_act
from custody.transfer.cosigned import commit_draft, compose_draft
from custody.transfer.desk import Desk, stand
from custody.transfer.draft import EventDraft, decode_draft, encode_draft, sign_draft
from custody.transfer.reconcile import reconciliation_act
from custody.transfer.release import withdraw_act
from custody.transfer.succeed import succession
from custody.transfer.written import Act
from tests.tools.bundles import make_bundle, seed_signer
from tests.tools.desks import (
    HOLDER,
    RECIPIENT,
    STRANGER,
    begin,
    desk_at,
    incident,
    left_beside,
    receipt_of,
    release_to,
    set_aside,
    trust_in,
    unbroken,
    verified,
)
from tests.tools.stamping import write_bundle

BOARD = seed_signer("w-03", hybrid=True)
TRUST = trust_in(HOLDER, RECIPIENT, BOARD)


def erasure(*cosigners: Identity) -> Act:
    """An erasure that others cosign, the approver unless others are named."""
    data = {"leaves": [0], "ground": "consent withdrawn"}
    return Act(type="erased", data=data, cosigners=cosigners or (BOARD.identity,))


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """The holder at his bundle."""
    return evolve(begin(tmp_path), trust=TRUST)


def beside(desk: Desk, name: str) -> Desk:
    """The same writer with a copy of the bundle as it is now."""
    path = Path(desk.bundle).with_name(name)
    shutil.copytree(desk.bundle, path)
    return evolve(desk, bundle=str(path))


def sent(draft: EventDraft, *signers: Any) -> EventDraft:  # noqa: ANN401 - signers
    """The draft as it comes back from its cosigners."""
    for signer in signers:
        draft = decode_draft(encode_draft(sign_draft(draft, signer)))
    return draft


def refusal_of(desk: Desk, draft: EventDraft) -> str:
    """The code by which a commit is refused; nothing is published, signed or left."""
    before = sorted(Path(desk.bundle).rglob("*"))
    with pytest.raises(CustodyError) as caught:
        commit_draft(desk, draft)
    assert sorted(Path(desk.bundle).rglob("*")) == before
    assert left_beside(desk) == []
    return caught.value.code


def test_an_erasure_is_drafted_cosigned_and_committed(desk: Desk) -> None:
    """The approver signs the draft, the holder signs last; the event counts."""
    draft = compose_draft(desk, erasure())
    written = commit_draft(desk, sent(draft, BOARD))
    assert (written.type, written.seq, written.finished) == ("erased", 1, False)
    assert {"1.sshsig", "2.sshsig", "2.mldsa65"} <= written.files.keys()
    assert unbroken(desk)


def test_composing_writes_nothing(desk: Desk) -> None:
    """The log is as it was, and the holder can go on without the draft."""
    compose_draft(desk, erasure())
    assert left_beside(desk) == []
    assert write_act(desk, incident()).seq == 1


def test_a_cosigner_with_a_key_at_hand_signs_at_once(desk: Desk) -> None:
    """The others sign on the draft, and the actor never in it."""
    both = evolve(desk, cosigners=(BOARD,))
    draft = compose_draft(both, erasure(RECIPIENT.identity))
    assert [one.claimed_identity for one in draft.missing] == ["w-02"]
    assert commit_draft(desk, sent(draft, RECIPIENT)).seq == 1


def test_a_cosigner_who_comes_to_the_commit_signs_there(desk: Desk) -> None:
    """With his key at hand; whoever has signed already does not sign again."""
    draft = compose_draft(desk, erasure(BOARD.identity, RECIPIENT.identity))
    there = evolve(desk, cosigners=(BOARD, RECIPIENT))
    signed = sent(draft, BOARD)
    written = commit_draft(there, signed)
    assert written.files["3.mldsa65"] == signed.signatures["3.mldsa65"]


def test_a_missing_cosigner_is_named(desk: Desk) -> None:
    """By his label, which is no secret to who drafted it."""
    draft = compose_draft(desk, erasure(BOARD.identity, RECIPIENT.identity))
    with pytest.raises(LogError, match="found none of w-02") as caught:
        commit_draft(desk, sent(draft, BOARD))
    assert caught.value.code == "COSIGNER_MISSING"


def test_nobody_but_its_actor_commits(desk: Desk) -> None:
    """Neither a cosigner nor a stranger."""
    draft = sent(compose_draft(desk, erasure()), BOARD)
    for other in (BOARD, STRANGER):
        assert refusal_of(evolve(desk, signer=other), draft) == "NOT_THE_ACTOR"


def test_a_draft_without_others_is_refused(desk: Desk) -> None:
    """With all keys at hand nothing needs to travel."""
    with pytest.raises(UsageError):
        compose_draft(desk, evolve(erasure(), cosigners=()))


def test_nobody_is_asked_for_a_signature_in_vain(desk: Desk) -> None:
    """Our own judge speaks before the draft is written: no approver, an unknown person, a number too high."""
    for act, code in (
        (erasure(RECIPIENT.identity), "EVENT_THRESHOLD"),
        (erasure(BOARD.identity, STRANGER.identity), "EVENT_SIGNER_UNKNOWN"),
        (evolve(erasure(), data={"leaves": [99], "ground": "x"}), "ITEM_UNKNOWN"),
    ):
        with pytest.raises(LogError) as caught:
            compose_draft(desk, act)
        assert caught.value.code == code


def test_the_judge_is_asked_again_before_the_actor_signs(desk: Desk) -> None:
    """The trust may have changed while the draft travelled."""
    draft = sent(compose_draft(desk, erasure()), BOARD)
    doubting = evolve(desk, trust=trust_in(HOLDER, RECIPIENT))
    assert refusal_of(doubting, draft) == "EVENT_SIGNER_UNKNOWN"


def test_of_two_drafts_for_one_place_one_is_committed(desk: Desk) -> None:
    """The other is stale, and stays so."""
    first, second = (sent(compose_draft(desk, erasure()), BOARD) for _ in range(2))
    commit_draft(desk, first)
    assert refusal_of(desk, second) == "DRAFT_STALE"
    assert unbroken(desk)


def test_a_draft_is_stale_when_the_holder_has_gone_on(desk: Desk) -> None:
    """Whatever he wrote."""
    draft = sent(compose_draft(desk, erasure()), BOARD)
    write_act(desk, incident())
    assert refusal_of(desk, draft) == "DRAFT_STALE"


def test_a_draft_is_stale_in_an_older_copy(desk: Desk) -> None:
    """What it follows is not here."""
    older = beside(desk, "older")
    write_act(desk, incident())
    draft = sent(compose_draft(desk, erasure()), BOARD)
    assert refusal_of(older, draft) == "DRAFT_STALE"


def test_a_draft_for_another_bundle_is_refused(desk: Desk, tmp_path: Path) -> None:
    """It would be an event of that one."""
    other = desk_at(write_bundle(make_bundle(signers=[HOLDER], name="other"), tmp_path / "other"), HOLDER)
    draft = sent(compose_draft(evolve(other, trust=TRUST, moved=True), erasure()), BOARD)
    assert refusal_of(desk, draft) == "DRAFT_OF_ANOTHER_BUNDLE"


def test_a_committed_draft_is_found_and_not_signed_again(desk: Desk) -> None:
    """The same command once more gives the same event; ML-DSA would make another."""
    draft = sent(compose_draft(desk, erasure()), BOARD)
    written = commit_draft(desk, draft)
    again = commit_draft(desk, draft)
    assert (again.event_id, again.finished, again.files) == (written.event_id, True, written.files)
    write_act(desk, incident())
    assert commit_draft(desk, draft).event_id == written.event_id


def test_a_killed_commit_is_finished_by_the_next(desk: Desk) -> None:
    """What was signed is published; nothing is signed twice."""
    draft = sent(compose_draft(desk, erasure()), BOARD)
    made = sign_event(draft.files, [HOLDER], actor="w-01")
    event = complete_event(draft.files, {**draft.signatures, **made})
    with appending(desk.bundle) as log:
        log.stage("00000001", event.files)
    written = commit_draft(desk, draft)
    assert (written.event_id, written.finished) == (event.event_id, True)
    assert unbroken(desk)


def test_junk_at_the_place_of_a_draft_is_moved_away(desk: Desk) -> None:
    """A stranger cannot keep the holder from his next event."""
    draft = sent(compose_draft(desk, erasure()), BOARD)
    junk = Path(desk.bundle, draft.record.path)
    junk.mkdir(parents=True)
    (junk / "event.json").write_bytes(b"{}")
    assert commit_draft(desk, draft).aside
    assert len(set_aside(desk)) == 1


def test_a_copy_that_the_key_has_outrun_is_not_continued(desk: Desk) -> None:
    """The memory beside the key speaks for drafts too."""
    older = beside(desk, "older")
    draft = sent(compose_draft(older, erasure()), BOARD)
    write_act(desk, incident())
    with pytest.raises(SignerError) as caught:
        commit_draft(older, draft)
    assert caught.value.code == "LOG_BEHIND"


def test_a_zip_is_not_written_to(desk: Desk) -> None:
    """Drafts are composed and committed in folders."""
    draft = sent(compose_draft(desk, erasure()), BOARD)
    path = Path(desk.bundle).with_name("bundle.zip")
    path.write_bytes(b"PK")
    zipped = evolve(desk, bundle=str(path))
    with pytest.raises(StorageError):
        compose_draft(zipped, erasure())
    with pytest.raises(StorageError):
        commit_draft(zipped, draft)


def test_an_attestation_is_cosigned(desk: Desk) -> None:
    """It has no place that could be taken; once committed it is found."""
    seal_id = stand(desk).seal_id
    act = Act(
        type="countersigned",
        data={"events": [seal_id]},
        attestation=True,
        follows=(seal_id,),
        cosigners=(RECIPIENT.identity,),
    )
    board = evolve(desk_at(Path(desk.bundle), BOARD), trust=TRUST)
    draft = sent(compose_draft(board, act), RECIPIENT)
    write_act(desk, incident())
    written = commit_draft(board, draft)
    assert written.path == f"custody/attestations/{written.event_id}"
    assert commit_draft(board, draft).event_id == written.event_id
    assert unbroken(desk)


def test_a_receipt_is_cosigned_while_the_release_is_open(desk: Desk) -> None:
    """A witness to the handover, say; taken back meanwhile, the draft is stale."""
    release = write_act(desk, release_to(desk))
    other = evolve(desk_at(Path(desk.bundle), RECIPIENT), trust=TRUST)
    act = evolve(receipt_of(other, release), cosigners=(BOARD.identity,))
    draft = sent(compose_draft(other, act), BOARD)
    elsewhere = beside(other, "elsewhere")
    assert commit_draft(elsewhere, draft).type == "received"
    write_act(desk, withdraw_act(desk))
    assert refusal_of(other, draft) == "DRAFT_STALE"


def test_a_withdrawal_is_stale_once_the_release_is_received(desk: Desk) -> None:
    """It would begin a dispute."""
    release = write_act(desk, release_to(desk))
    act = evolve(withdraw_act(desk), cosigners=(BOARD.identity,))
    draft = sent(compose_draft(desk, act), BOARD)
    other = evolve(desk_at(Path(desk.bundle), RECIPIENT), trust=TRUST)
    write_act(other, receipt_of(other, release))
    assert refusal_of(desk, draft) == "DRAFT_STALE"


def heir_desk(tmp_path: Path) -> Desk:
    """The successor whom the seal names, at a bundle of the holder."""
    named = {"successor": {"identity": "w-02", "keys": list(RECIPIENT.identity.key_set.key_ids)}}
    made = make_bundle(signers=[HOLDER], fields={"people": named}, name="with an heir")
    return evolve(desk_at(write_bundle(made, tmp_path / "heir"), RECIPIENT), trust=TRUST)


def test_a_succession_is_cosigned_by_an_approver(tmp_path: Path) -> None:
    """By file exchange: then custody goes on unbroken; what he wrote alone before does not hinder it."""
    desk = heir_desk(tmp_path)
    found = succession(desk, reason="key lost", parties=(BOARD.identity,))
    draft = sent(compose_draft(desk, evolve(found.act, cosigners=(BOARD.identity,))), BOARD)
    alone = beside(desk, "alone")
    write_act(evolve(alone, memory=None), succession(alone).act)
    assert commit_draft(evolve(alone, memory=None), draft).type == "succeeded"
    commit_draft(desk, draft)
    assert unbroken(desk)


def test_a_succession_is_stale_once_the_holder_goes_on(tmp_path: Path) -> None:
    """The key was not lost."""
    desk = heir_desk(tmp_path)
    found = succession(desk, parties=(BOARD.identity,))
    draft = sent(compose_draft(desk, evolve(found.act, cosigners=(BOARD.identity,))), BOARD)
    write_act(evolve(desk_at(Path(desk.bundle), HOLDER), trust=TRUST, memory=None), incident())
    assert refusal_of(desk, draft) == "DRAFT_STALE"


def disputed(desk: Desk) -> Desk:
    """Let the holder withdraw here and the recipient receive there, then unite both; the recipient's desk."""
    release = write_act(desk, release_to(desk))
    there = beside(evolve(desk_at(Path(desk.bundle), RECIPIENT), trust=TRUST), "there")
    received = write_act(there, receipt_of(there, release))
    write_act(desk, withdraw_act(desk))
    for a, b in ((desk, there), (there, desk)):
        shutil.copytree(Path(a.bundle, "custody/log"), Path(b.bundle, "custody/log"), dirs_exist_ok=True)
    assert received.holding
    assert Reason.DISPUTED in {finding.reason for finding in verified(desk).findings}
    return there


def test_a_dispute_is_ended_by_a_draft_that_both_sign(desk: Desk) -> None:
    """One party drafts, the other signs the file; no disk is shared."""
    disputed(desk)
    act = reconciliation_act(desk, parties=(RECIPIENT.identity,))
    draft = sent(compose_draft(desk, evolve(act, cosigners=(RECIPIENT.identity,))), RECIPIENT)
    written = commit_draft(desk, draft)
    assert (written.type, len(written.prev)) == ("reconciled", 2)
    assert unbroken(desk)


def test_a_reconciliation_is_stale_once_the_other_party_has_gone_on(desk: Desk) -> None:
    """Its head is no head any more."""
    there = disputed(desk)
    act = reconciliation_act(desk, parties=(RECIPIENT.identity,))
    draft = sent(compose_draft(desk, evolve(act, cosigners=(RECIPIENT.identity,))), RECIPIENT)
    write_act(there, incident())
    shutil.copytree(Path(there.bundle, "custody/log"), Path(desk.bundle, "custody/log"), dirs_exist_ok=True)
    assert refusal_of(desk, draft) == "DRAFT_STALE"


def test_a_draft_whose_other_head_is_not_here_is_stale(desk: Desk) -> None:
    """The copy must hold all that the event follows."""
    before = beside(desk, "before")
    disputed(desk)
    act = reconciliation_act(desk, parties=(RECIPIENT.identity,))
    draft = sent(compose_draft(desk, evolve(act, cosigners=(RECIPIENT.identity,))), RECIPIENT)
    partly = Path(before.bundle, "custody/log")
    own = stand(desk).bundle_id
    shutil.copytree(Path(desk.bundle, "custody/log", own), partly / own, dirs_exist_ok=True)
    assert refusal_of(before, draft) == "DRAFT_STALE"


def test_a_drafts_signatures_are_those_of_the_event(desk: Desk) -> None:
    """What the cosigner signed is what stands in the log."""
    draft = sent(compose_draft(desk, erasure()), BOARD)
    written = commit_draft(desk, draft)
    record = examine_event(written.files, path=written.path)
    assert record.signed
    assert dict(draft.signatures).items() <= dict(written.files).items()


def test_an_event_of_the_draft_that_no_longer_counts_is_not_signed_again(desk: Desk) -> None:
    """The trust has ended a key since: to sign once more would make a second event of one statement."""
    draft = sent(compose_draft(desk, erasure()), BOARD)
    commit_draft(desk, draft)
    doubting = evolve(desk, trust=trust_in(HOLDER, RECIPIENT))
    assert refusal_of(doubting, draft) == "EVENT_SIGNER_UNKNOWN"
