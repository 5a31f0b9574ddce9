"""Events as values: what they show, and what they never print."""

from __future__ import annotations

import hashlib

import pytest

from custody.model.event import Body, ListedSigner, Opening, event_id_of
from custody.model.instant import decode_instant

FIRST = ListedSigner(claimed_identity="approver", key_ids=("aa" * 32,))
SECOND = ListedSigner(claimed_identity="archive", key_ids=("bb" * 32,))


def body(actor: str, data: dict[str, object]) -> Body:
    """A body with two signers."""
    return Body(
        type="erased",
        actor=actor,
        signers=(FIRST, SECOND),
        claimed_at=decode_instant("2026-11-24T09:00:00Z"),
        data=data,
    )


@pytest.mark.parametrize("signer", [FIRST, SECOND])
def test_the_acting_signer_is_the_one_with_the_actors_label(signer: ListedSigner) -> None:
    """Of several signers, the actor is found by label."""
    assert body(signer.claimed_identity, {}).acting is signer


def test_the_data_of_a_body_cannot_be_changed_afterwards() -> None:
    """The mapping given is copied."""
    given: dict[str, object] = {"ground": "request"}
    made = body("archive", given)
    given["ground"] = "another"
    assert made.data["ground"] == "request"


def test_an_opening_prints_neither_salt_nor_value() -> None:
    """A traceback that shows an opening opens nothing."""
    opening = Opening(name="place", salt="5a" * 32, value={"description": "Homs"}, commitment="cc" * 32)
    assert repr(opening) == f"Opening(name='place', commitment='{'cc' * 32}')"


def test_an_event_id_is_the_digest_of_its_proof_file() -> None:
    """The id is what sha256sum prints for proof.sha256."""
    proof = b"00" * 32 + b"  event.json\n"
    assert event_id_of(proof) == hashlib.sha256(proof).hexdigest()
