"""Attacks on events that travel as drafts: stolen keys, moved signatures, smuggled ones, swapped files."""

from __future__ import annotations

import hashlib
import json
import os
from datetime import timedelta
from pathlib import Path

import pytest
from attrs import evolve

from custody.errors import StorageError
from custody.facade.cosigning import cosign, read_draft, write_draft
from custody.format.canonical import encode_json
from custody.format.container import decode_zip, encode_zip
from custody.format.event import encode_opening
from custody.keys.event_writer import complete_event, sign_event
from custody.model.instant import Instant
from custody.report.claim import Claim, Outcome
from custody.report.reason import Reason
from custody.report.report import Report
from custody.storage.opening import open_bundle
from custody.transfer.cosigned import commit_draft, compose_draft
from custody.transfer.desk import Desk
from custody.transfer.draft import EventDraft, encode_draft, sign_draft
from custody.transfer.written import Act
from custody.trust.trust import DatedKeySet, Role, Trust, TrustedIdentity
from custody.verification.verify import verify_source
from tests.tools.bundles import seed_signer
from tests.tools.desks import HOLDER, NOW, RECIPIENT, begin, draft_refusal, trust_in
from tests.tools.stamping import FIRST

BOARD = seed_signer("w-03", hybrid=True)
TRUST = trust_in(HOLDER, RECIPIENT, BOARD)
LATER = Instant.from_datetime(NOW.moment + timedelta(days=365))


def erasure(ground: str = "consent withdrawn") -> Act:
    """An erasure for the approver to cosign."""
    return Act(type="erased", data={"leaves": [0], "ground": ground}, cosigners=(BOARD.identity,))


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """The holder at his bundle."""
    return evolve(begin(tmp_path), trust=TRUST)


def finished_by_a_thief(draft: EventDraft, bundle: str) -> Path:
    """Give a draft its place with the actor's stolen key; return the folder of the event."""
    made = sign_event(draft.files, [HOLDER], actor="w-01")
    event = complete_event(draft.files, {**draft.signatures, **made})
    folder = Path(bundle, draft.record.path)
    folder.mkdir(parents=True)
    for name, data in event.files.items():
        (folder / name).write_bytes(data)
    return folder


def verified(desk: Desk, trust: Trust) -> Report:
    """Verify a bundle a year later."""
    source = open_bundle(desk.bundle)
    try:
        return verify_source(source, trust, verified_at=LATER)
    finally:
        source.close()


def stolen(trust: Trust) -> Trust:
    """The trust that knows since when the holder's key is in other hands, and one authority."""
    dated = DatedKeySet(
        key_set=HOLDER.identity.key_set,
        compromised_since=Instant.from_datetime(NOW.moment + timedelta(days=30)),
    )
    holder = TrustedIdentity(name="w-01", roles=frozenset({Role.SEALER, Role.HOLDER}), sets=(dated,))
    others = tuple(one for one in trust.identities if one.name != "w-01")
    return evolve(trust, identities=(holder, *others), authorities=(FIRST.authority(),))


def test_an_old_cosigned_draft_is_finished_with_a_stolen_key(desk: Desk) -> None:
    """The approver's signature is old, the event is not: nothing shows that it is older than the theft."""
    draft = sign_draft(compose_draft(desk, erasure()), BOARD)
    finished_by_a_thief(draft, desk.bundle)
    report = verified(desk, stolen(TRUST))
    assert report.outcome(Claim.CUSTODY_UNBROKEN) is not Outcome.PROVEN


def test_a_stamp_over_an_unfinished_draft_dates_no_event(desk: Desk) -> None:
    """It is over other signatures: the id of the event covers those of the actor too."""
    draft = sign_draft(compose_draft(desk, erasure()), BOARD)
    early = FIRST.stamp(complete_event(draft.files, draft.signatures).files["proof.sha256"], at=NOW)
    statement = FIRST.stamp(draft.files["event.json"], at=NOW)
    folder = finished_by_a_thief(draft, desk.bundle)
    for token in (early, statement):
        stamp = folder / "stamps" / hashlib.sha256(token).hexdigest()
        stamp.mkdir(parents=True)
        (stamp / "stamp.tst").write_bytes(token)
    report = verified(desk, stolen(TRUST))
    event = next(one for one in report.events if one.claimed_type == "erased")
    assert event.not_after is None
    assert report.outcome(Claim.CUSTODY_UNBROKEN) is not Outcome.PROVEN


def test_a_cosigner_s_signature_is_moved_to_another_draft(desk: Desk) -> None:
    """It is over the statement, and the statement is another."""
    signed = sign_draft(compose_draft(desk, erasure()), BOARD)
    other = compose_draft(desk, erasure("whatever the thief likes"))
    moved = evolve(other, signatures=signed.signatures)
    assert draft_refusal(encode_draft(moved)) == "DRAFT_SIGNATURE"


def test_the_ground_is_replaced_after_the_cosigner_has_signed(desk: Desk) -> None:
    """Everything made to agree again but the signature."""
    signed = sign_draft(compose_draft(desk, erasure()), BOARD)
    members = decode_zip(encode_draft(signed))
    top = next(iter(members)).rpartition("/")[0]
    other = compose_draft(desk, erasure("another ground"))
    for name in ("body.json", "event.json"):
        members[f"{top}/{name}"] = other.files[name]
    assert draft_refusal(encode_zip(members)) == "DRAFT_SIGNATURE"


def test_a_field_that_the_body_does_not_name_is_added(desk: Desk) -> None:
    """Nothing stands beside the event that its signers have not seen."""
    signed = sign_draft(compose_draft(desk, erasure()), BOARD)
    members = decode_zip(encode_draft(signed))
    top = next(iter(members)).rpartition("/")[0]
    members[f"{top}/place.json"] = encode_opening("place", os.urandom(32), {"description": "elsewhere"})
    assert draft_refusal(encode_zip(members)) == "DRAFT_ALTERED"


def test_an_actor_s_signature_is_smuggled_in(desk: Desk) -> None:
    """A reader who strips it would finish the event; so it is refused before anybody signs more."""
    draft = compose_draft(desk, erasure())
    made = sign_event(draft.files, [HOLDER], actor="w-01")
    assert draft_refusal(encode_draft(evolve(draft, signatures=made))) == "DRAFT_ACTOR_SIGNED"


def test_a_cosigner_gives_the_draft_a_place_without_its_actor(desk: Desk) -> None:
    """It is set aside, harms nobody, and the honest commit moves it away."""
    draft = sign_draft(compose_draft(desk, erasure()), BOARD)
    event = complete_event(draft.files, draft.signatures)
    folder = Path(desk.bundle, draft.record.path)
    folder.mkdir()
    for name, data in event.files.items():
        (folder / name).write_bytes(data)
    report = verified(desk, TRUST)
    assert report.outcome(Claim.CUSTODY_UNBROKEN) is Outcome.PROVEN
    assert Reason.EVENT_SIGNATURE_MISSING in {finding.reason for finding in report.findings}
    assert commit_draft(desk, draft).aside
    assert verified(desk, TRUST).outcome(Claim.CUSTODY_UNBROKEN) is Outcome.PROVEN


def test_another_draft_is_put_in_the_place_of_the_one_that_was_shown(desk: Desk, tmp_path: Path) -> None:
    """Between the reading and the signing: what is signed is what was shown, and the other file stays."""
    path = tmp_path / "draft"
    write_draft(desk, erasure(), path)
    shown = read_draft(path)
    other = encode_draft(compose_draft(desk, erasure("another ground")))
    path.write_bytes(other)
    with pytest.raises(StorageError) as caught:
        cosign(path, signer=BOARD, read=shown)
    assert caught.value.code == "DRAFT_CHANGED"
    assert path.read_bytes() == other


def test_what_a_draft_says_of_its_own_place_is_bound(desk: Desk) -> None:
    """A statement whose place is changed is another statement."""
    signed = sign_draft(compose_draft(desk, erasure()), BOARD)
    members = decode_zip(encode_draft(signed))
    name = next(one for one in members if one.endswith("/event.json"))
    statement = json.loads(members[name])
    statement["seq"] = 2
    changed = {one.replace("/00000001/", "/00000002/"): data for one, data in members.items()}
    changed[name.replace("/00000001/", "/00000002/")] = encode_json(statement)
    assert draft_refusal(encode_zip(changed)) == "DRAFT_SIGNATURE"
