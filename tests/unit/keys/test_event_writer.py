"""The files of an event, assembled and read back by the strict readers."""

from __future__ import annotations

import hashlib
import os
from typing import Any

import pytest
from attrs import evolve

from custody.errors import SignerError, UsageError
from custody.keys.event_writer import EventFiles, assemble_event, list_parties
from custody.keys.signer import SeedSigner
from custody.model.event import Anchor, Body, Statement
from custody.model.identity import Identity
from custody.proof.event_record import examine_event
from custody.proof.signature import SignatureFile
from tests.unit.sealing.conftest import NOON

BUNDLE = "ab" * 16
STATEMENT = Statement(bundle_id=BUNDLE, holding=BUNDLE, seq=1, prev=("cd" * 32,), fields=())
TOKEN = b"a token"
BODY = Body(type="closed", actor="w-01", signers=(), claimed_at=NOON)
PATH = f"custody/log/{BUNDLE}/00000001"


def assemble(signers: list[Any], **others: Any) -> EventFiles:  # noqa: ANN401 - as assemble_event takes them
    """An event with the usual parts."""
    usual: dict[str, Any] = {"statement": STATEMENT, "body": BODY, "fields": {}, "randomness": os.urandom}
    return assemble_event(signers=signers, **{**usual, **others})


def test_an_event_reads_back(signer: SeedSigner, cosigner: SeedSigner) -> None:
    """All files are known, every signature holds, and the id is that of the proof."""
    made = assemble([signer, cosigner], fields={"note": {"text": "x"}, "place": None})
    record = examine_event(made.files, path=PATH)
    assert (record.faults, record.signed, record.event_id) == ((), True, made.event_id)
    assert set(made.files) == {
        *("event.json", "body.json", "note.json", "proof.sha256"),
        *("1.sshsig", "1.ed25519.pub", "2.sshsig", "2.ed25519.pub", "2.mldsa65", "2.mldsa65.der"),
    }
    assert made.event_id == hashlib.sha256(made.files["proof.sha256"]).hexdigest()


def test_an_attestation_reads_back(signer: SeedSigner) -> None:
    """Another tag and namespace, neither holding nor seq."""
    body = evolve(BODY, type="countersigned", data={"events": ["cd" * 32]})
    made = assemble([signer], body=body, attestation=True)
    record = examine_event(made.files, path=f"custody/attestations/{made.event_id}", attestation=True)
    assert (record.faults, record.signed) == ((), True)


def test_embedded_anchors_travel_with_the_event(signer: SeedSigner) -> None:
    """Each token lies under its digest."""
    digest = hashlib.sha256(TOKEN).hexdigest()
    body = evolve(BODY, anchors=(Anchor(kind="rfc3161", sha256=digest),))
    made = assemble([signer], body=body, anchors={digest: TOKEN})
    assert made.files[f"anchors/{digest}.tst"] == TOKEN
    assert examine_event(made.files, path=PATH).faults == ()


@pytest.mark.parametrize("anchors", [{}, {hashlib.sha256(TOKEN).hexdigest(): b"other"}])
def test_anchors_that_the_body_does_not_list_are_refused(
    signer: SeedSigner, anchors: dict[str, bytes]
) -> None:
    """Missing ones, and others under their digest."""
    body = evolve(BODY, anchors=(Anchor(kind="rfc3161", sha256=hashlib.sha256(TOKEN).hexdigest()),))
    with pytest.raises(UsageError, match="anchors"):
        assemble([signer], body=body, anchors=anchors)


def test_salts_are_fresh(signer: SeedSigner) -> None:
    """Two equal events share no commitment."""
    first, second = (assemble([signer]).files["event.json"] for _ in range(2))
    assert first != second


def test_the_actor_signs_last(signer: SeedSigner, cosigner: SeedSigner) -> None:
    """A cosigner who refuses leaves no signature of the actor."""
    order: list[str] = []

    class Watched:
        def __init__(self, inner: SeedSigner) -> None:
            self.inner = inner
            self.identity = inner.identity

        def sign(self, message: bytes, namespace: str) -> tuple[SignatureFile, ...]:
            order.append(self.identity.name)
            return self.inner.sign(message, namespace)

    assemble([Watched(cosigner), Watched(signer)], body=evolve(BODY, actor="a-02"))
    assemble([Watched(cosigner), Watched(signer)])
    assert order == ["w-01", "a-02", "a-02", "w-01"]


@pytest.mark.parametrize(
    ("others", "message"),
    [
        ({"fields": {"colour": "x"}}, "another one"),
        ({"fields": {"body": {}}}, "another one"),
        ({"fields": {"note": {"txt": "x"}}}, "note.json"),
        ({"body": evolve(BODY, actor="nobody")}, "actor"),
        ({"body": evolve(BODY, type="countersigned", data={"events": ["cd" * 32]})}, "type"),
        ({"body": evolve(BODY, data={"other": 1})}, "data"),
        ({"statement": evolve(STATEMENT, bundle_id="x")}, "bundle"),
    ],
)
def test_a_malformed_event_is_never_signed(others: dict[str, Any], message: str, signer: SeedSigner) -> None:
    """The strict readers refuse it before any signer is asked."""

    class Untouched:
        identity = signer.identity

        def sign(self, _message: bytes, _namespace: str) -> tuple[SignatureFile, ...]:
            raise AssertionError

    with pytest.raises(UsageError, match=message):
        assemble([Untouched()], **others)


def test_a_signer_that_leaves_out_a_key_is_refused(signer: SeedSigner, cosigner: SeedSigner) -> None:
    """Every key of the set signs, or none."""

    class Lazy:
        identity: Identity = signer.identity

        def sign(self, message: bytes, namespace: str) -> tuple[SignatureFile, ...]:
            return cosigner.sign(message, namespace)

    with pytest.raises(SignerError, match="every key"):
        assemble([Lazy()])


def test_a_key_of_two_identities_is_refused(signer: SeedSigner) -> None:
    """It would count twice."""

    class Other:
        identity = Identity(name="other", key_set=signer.identity.key_set)
        sign = signer.sign

    with pytest.raises(UsageError, match="each key once"):
        list_parties([signer.identity, Other().identity])
