"""Reading drafts strictly, signing them, and uniting copies of one."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve

from custody.errors import BundleError, LimitError, UsageError, VersionError
from custody.format.canonical import encode_json
from custody.format.container import decode_zip, encode_zip
from custody.format.event import encode_opening
from custody.format.limits import DRAFT_BYTES, SIGNATURE_BYTES
from custody.keys.event_writer import sign_event
from custody.proof.signature import EVENT_NAMESPACE
from custody.transfer.cosigned import compose_draft
from custody.transfer.draft import (
    EventDraft,
    decode_draft,
    encode_draft,
    sign_draft,
    unite_drafts,
)
from custody.transfer.written import Act
from tests.tools.bundles import seed_signer
from tests.tools.desks import HOLDER, NOW, RECIPIENT, STRANGER, begin, draft_refusal, trust_in
from tests.tools.stamping import FIRST

BOARD = seed_signer("w-03", hybrid=True)
TRUST = trust_in(HOLDER, RECIPIENT, BOARD)
FIELDS = {"purpose": {"text": "للملف"}, "place": {"description": "حلب"}, "note": {"text": "x"}}


def erasure(**more: Any) -> Act:  # noqa: ANN401 - attributes of an act
    """An erasure for the approver to cosign."""
    data = {"leaves": [0], "ground": "consent withdrawn"}
    return Act(type="erased", data=data, fields=FIELDS, cosigners=(BOARD.identity,), **more)


def attestation(seal_id: str) -> Act:
    """A statement about the seal that two people sign."""
    return Act(
        type="countersigned",
        data={"events": [seal_id]},
        attestation=True,
        follows=(seal_id,),
        cosigners=(BOARD.identity, RECIPIENT.identity),
    )


@pytest.fixture
def draft(tmp_path: Path) -> EventDraft:
    """An erasure that nobody has signed."""
    return compose_draft(evolve(begin(tmp_path), trust=TRUST), erasure())


def remade(draft: EventDraft, change: Callable[[dict[str, bytes]], Any]) -> bytes:
    """The file of a draft after its members were changed; names without their folder."""
    members = decode_zip(encode_draft(draft))
    top = next(iter(members)).rpartition("/")[0]
    files = {name[len(top) + 1 :]: data for name, data in members.items()}
    change(files)
    return encode_zip({f"{top}/{name}": data for name, data in files.items()})


def test_a_draft_is_read_as_it_was_written(draft: EventDraft) -> None:
    """Same files, same meaning, same bytes again."""
    read = decode_draft(encode_draft(draft))
    assert (read.files, read.signatures, read.body) == (draft.files, draft.signatures, draft.body)
    assert encode_draft(read) == encode_draft(draft)


def test_a_draft_holds_every_opening_and_no_proof(draft: EventDraft) -> None:
    """Whoever signs sees all of it, and nobody can take it for an event."""
    assert {"event.json", "body.json", "purpose.json", "place.json", "note.json"} <= draft.files.keys()
    assert "proof.sha256" not in draft.files
    assert not draft.signatures
    assert [one.claimed_identity for one in draft.missing] == ["w-03"]


def test_a_signed_draft_is_read_with_its_signatures(draft: EventDraft) -> None:
    """Both keys of the cosigner; nobody is missing then but the actor."""
    signed = decode_draft(encode_draft(sign_draft(draft, BOARD)))
    assert sorted(signed.signatures) == ["2.mldsa65", "2.sshsig"]
    assert ([one.claimed_identity for one in signed.signed], signed.missing) == (["w-03"], ())


def test_the_anchors_travel_in_the_draft(tmp_path: Path) -> None:
    """They are signed too, by their digests."""
    act = erasure(anchors=(FIRST.stamp(b"fresh", at=NOW),))
    made = compose_draft(evolve(begin(tmp_path), trust=TRUST), act)
    read = decode_draft(encode_draft(made))
    (anchor,) = read.body.anchors
    assert f"anchors/{anchor.sha256}.tst" in read.files
    assert (
        draft_refusal(remade(made, lambda files: files.pop(f"anchors/{anchor.sha256}.tst")))
        == "DRAFT_ALTERED"
    )


def test_an_attestation_stands_by_the_digest_of_its_statement(tmp_path: Path) -> None:
    """Its id is not known before all have signed."""
    desk = evolve(begin(tmp_path), trust=TRUST)
    seal_id = next(Path(desk.bundle).glob("custody/log/*/*/proof.sha256"))
    made = compose_draft(desk, attestation(_digest(seal_id.read_bytes())))
    read = decode_draft(encode_draft(made))
    assert read.attestation
    assert read.record.path == f"custody/attestations/{_digest(read.files['event.json'])}"
    assert [one.claimed_identity for one in read.missing] == ["w-02", "w-03"]


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def test_every_flipped_byte_of_a_signed_draft_is_refused(draft: EventDraft) -> None:
    """Wherever it is: after a cosigner has signed nothing can change unseen."""
    content = encode_draft(sign_draft(draft, BOARD))
    for place in range(0, len(content), 29):
        altered = content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :]
        assert draft_refusal(altered).startswith("DRAFT_")


def test_a_changed_member_is_refused_by_name(draft: EventDraft) -> None:
    """The zip made anew around it: the commitments and signatures speak."""
    signed = sign_draft(draft, BOARD)

    def elsewhere(files: dict[str, bytes]) -> None:
        files["place.json"] = encode_opening("place", os.urandom(32), {"description": "Homs"})

    def shortened(files: dict[str, bytes]) -> None:
        files["2.mldsa65"] = files["2.mldsa65"][:-1]

    def other_signature(files: dict[str, bytes]) -> None:
        files["2.sshsig"] = BOARD.sign(b"something else", EVENT_NAMESPACE)[0].data

    assert draft_refusal(remade(signed, elsewhere)) == "DRAFT_ALTERED"
    assert draft_refusal(remade(signed, shortened)) == "DRAFT_ALTERED"
    assert draft_refusal(remade(signed, other_signature)) == "DRAFT_SIGNATURE"


@pytest.mark.parametrize("name", ["purpose.json", "body.json", "1.ed25519.pub", "2.mldsa65.der"])
def test_a_missing_member_is_refused(draft: EventDraft, name: str) -> None:
    """An opening or a key that is not here would be signed unseen."""
    assert draft_refusal(remade(draft, lambda files: files.pop(name))) == "DRAFT_ALTERED"


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("proof.sha256", "DRAFT_FORM"),
        ("readme.txt", "DRAFT_FORM"),
        ("stamps/a/stamp.tst", "DRAFT_FORM"),
        ("case.json", "DRAFT_ALTERED"),
        ("3.sshsig", "DRAFT_ALTERED"),
        ("3.ed25519.pub", "DRAFT_ALTERED"),
    ],
)
def test_a_member_that_does_not_belong_is_refused(draft: EventDraft, name: str, code: str) -> None:
    """Names are closed, and so is what the body lists."""
    assert draft_refusal(remade(draft, lambda files: files.update({name: b"x"}))) == code


def test_a_draft_without_its_statement_is_refused(draft: EventDraft) -> None:
    """There is nothing that could be signed."""
    assert draft_refusal(remade(draft, lambda files: files.pop("event.json"))) == "DRAFT_FORM"


def test_what_is_no_draft_is_refused(draft: EventDraft) -> None:
    """Another zip, another file, a file of another tool."""
    assert draft_refusal(b"") == "DRAFT_FORM"
    assert draft_refusal(b"PK" + bytes(40)) == "DRAFT_FORM"
    assert draft_refusal(encode_zip({"readme.txt": b"x"})) == "DRAFT_FORM"
    members = decode_zip(encode_draft(draft))
    assert draft_refusal(encode_zip({**members, "ab" * 16 + "/custody/log": b"x"})) == "DRAFT_FORM"
    again = {name.replace("/0", "/1", 1): data for name, data in members.items()}
    assert draft_refusal(encode_zip({**members, **again})) == "DRAFT_FORM"


def test_a_draft_in_another_folder_is_refused(draft: EventDraft) -> None:
    """The folder is the place that a person reads; it must be the one that is signed."""
    members = decode_zip(encode_draft(draft))
    moved = {name.replace("/00000001/", "/00000002/"): data for name, data in members.items()}
    assert draft_refusal(encode_zip(moved)) == "DRAFT_ALTERED"
    other = {"ab" * 16 + name[32:]: data for name, data in members.items()}
    assert draft_refusal(encode_zip(other)) == "DRAFT_ALTERED"


def test_a_draft_of_a_newer_version_asks_for_a_newer_release(draft: EventDraft) -> None:
    """It is not called altered."""

    def newer(files: dict[str, bytes]) -> None:
        files["event.json"] = files["event.json"].replace(b'"v":1', b'"v":2')

    with pytest.raises(VersionError):
        decode_draft(remade(draft, newer))


def test_large_things_are_refused_before_they_are_read(draft: EventDraft) -> None:
    """The file, and each member by what it is."""
    with pytest.raises(LimitError):
        decode_draft(bytes(DRAFT_BYTES + 1))
    with pytest.raises(LimitError):
        decode_draft(remade(draft, lambda files: files.update({"2.mldsa65": bytes(SIGNATURE_BYTES + 1)})))


def test_a_signature_of_the_actor_is_refused(draft: EventDraft) -> None:
    """It would let any reader finish the event."""
    signed = sign_event(draft.files, [HOLDER], actor="w-01")
    assert draft_refusal(remade(draft, lambda files: files.update(signed))) == "DRAFT_ACTOR_SIGNED"


def test_a_signature_by_one_of_two_keys_is_refused(draft: EventDraft) -> None:
    """Every key of a set signs, or none."""
    signed = sign_draft(draft, BOARD)
    assert draft_refusal(remade(signed, lambda files: files.pop("2.mldsa65"))) == "DRAFT_SIGNATURE"


def test_a_draft_without_cosigners_is_none(tmp_path: Path) -> None:
    """What the actor signs alone has no reason to travel."""
    made = compose_draft(evolve(begin(tmp_path), trust=TRUST), erasure())

    def alone(files: dict[str, bytes]) -> None:
        _rebody(files, {"signers": [_listed(made.body.signers[0])]})

    assert draft_refusal(remade(made, alone)) == "DRAFT_ALTERED"


def _listed(signer: Any) -> dict[str, Any]:  # noqa: ANN401 - a listed signer
    return {"identity": signer.claimed_identity, "keys": list(signer.key_ids)}


def _rebody(files: dict[str, bytes], members: Mapping[str, Any]) -> None:
    """Replace members of the body, and commit to it anew; drop what is not listed any more."""
    opening = json.loads(files["body.json"])
    opening[3] |= members
    files["body.json"] = encode_json(opening)
    statement = json.loads(files["event.json"])
    statement["fields"][0] = hashlib.sha256(files["body.json"]).hexdigest()
    files["event.json"] = encode_json(statement)
    for name in [name for name in files if name.startswith("2.")]:
        del files[name]


def test_only_a_listed_cosigner_signs(draft: EventDraft) -> None:
    """Not a stranger, not one key of a set, not the actor, and nobody twice."""
    for signer, code in (
        (STRANGER, "NOT_LISTED"),
        (seed_signer("w-03"), "NOT_LISTED"),
        (HOLDER, "ACTOR_SIGNS_LAST"),
    ):
        with pytest.raises(UsageError) as caught:
            sign_draft(draft, signer)
        assert caught.value.code == code
    with pytest.raises(UsageError) as caught:
        sign_draft(sign_draft(draft, BOARD), BOARD)
    assert caught.value.code == "ALREADY_SIGNED"


def test_copies_that_each_has_signed_are_united(tmp_path: Path) -> None:
    """In any order, and the same one twice."""
    desk = evolve(begin(tmp_path), trust=TRUST)
    act = evolve(erasure(), cosigners=(BOARD.identity, RECIPIENT.identity))
    made = compose_draft(desk, act)
    one, two = sign_draft(made, BOARD), sign_draft(made, RECIPIENT)
    united = unite_drafts([one, two, one, made])
    assert encode_draft(united) == encode_draft(unite_drafts([two, one]))
    assert united.missing == ()


def test_other_drafts_are_not_united(draft: EventDraft, tmp_path: Path) -> None:
    """Neither another draft, nor one that a cosigner signed anew: ML-DSA signatures differ each time."""
    (tmp_path / "other").mkdir()
    other = compose_draft(evolve(begin(tmp_path / "other"), trust=TRUST), erasure())
    for second in (other, sign_draft(draft, BOARD)):
        with pytest.raises(BundleError) as caught:
            unite_drafts([sign_draft(draft, BOARD), second])
        assert caught.value.code == "DRAFTS_DIFFER"
