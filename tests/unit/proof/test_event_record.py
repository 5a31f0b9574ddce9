"""One event from the bytes of its files: each fault that keeps it from counting, and its neighbour."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from typing import Any

import pytest

from custody.format.event import TAG_ATTESTATION, decode_proof, encode_proof
from custody.keys.signer import Signer
from custody.model.identity import KeyAlgorithm
from custody.proof.event_record import EventRecord, examine_event
from custody.report.reason import Reason
from tests.tools.bundles import Files, add_event, attest, make_bundle, seed_signer
from tests.tools.forging import BOTH, forge_event

ARCHIVE = seed_signer("archive", hybrid=True)
LAWYER = seed_signer("lawyer")
BUNDLE = make_bundle(signers=[ARCHIVE], fields={"case": {"title": "t"}})
FOLDER = BUNDLE.path("").rstrip("/")
SAID = attest(BUNDLE, "countersigned", {"events": [BUNDLE.seal_id]}, signers=[LAWYER], prev=[BUNDLE.seal_id])


def folder_of(files: Files, start: str = FOLDER) -> Files:
    """The files of one folder by their names in it."""
    return {
        path.removeprefix(f"{start}/"): data for path, data in files.items() if path.startswith(f"{start}/")
    }


SEAL = folder_of(BUNDLE.files)


def examine(**changes: bytes | None) -> EventRecord:
    """Examine the seal with some files changed; `_` stands for a dot."""
    edited = {**SEAL, **{name.replace("_", "."): data for name, data in changes.items()}}
    return examine_event({name: data for name, data in edited.items() if data is not None}, path=FOLDER)


def fault(record: EventRecord) -> tuple[Reason, str]:
    """The only fault: its reason and file."""
    (found,) = record.faults
    return found.reason, found.file


def test_a_sound_event_is_signed_and_bound() -> None:
    """All its listed keys signed, its id fixes it, its openings are read."""
    record = examine()
    assert record.signed
    assert record.bound
    assert not record.stub
    assert record.event_id == BUNDLE.seal_id
    assert record.mask == 0b111
    assert sorted(record.keys) == sorted(ARCHIVE.identity.key_set.key_ids)


def test_a_stub_is_sound_without_being_signed() -> None:
    """Exactly event.json and proof.sha256."""
    record = examine_event({name: SEAL[name] for name in ("event.json", "proof.sha256")}, path=FOLDER)
    assert record.stub
    assert not record.signed
    assert record.mask == 0


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"event_json": None}, (Reason.EVENT_MALFORMED, "event.json")),
        ({"proof_sha256": None}, (Reason.EVENT_MALFORMED, "proof.sha256")),
        ({"proof_sha256": b""}, (Reason.EVENT_MALFORMED, "")),
        ({"body_json": None}, (Reason.EVENT_MALFORMED, "body.json")),
        ({"body_json": b"{}"}, (Reason.EVENT_MALFORMED, "")),
        ({"case_json": SEAL["manifest.json"]}, (Reason.EVENT_MALFORMED, "")),
        ({"1_sshsig": b"x"}, (Reason.EVENT_MALFORMED, "1.sshsig")),
        ({"2_sshsig": SEAL["1.sshsig"]}, (Reason.EVENT_MALFORMED, "2.sshsig")),
        ({"1_sshsig": None}, (Reason.EVENT_SIGNATURE_MISSING, "1.sshsig")),
        ({"1_mldsa65": None}, (Reason.EVENT_SIGNATURE_MISSING, "1.mldsa65")),
        ({"1_ed25519_pub": None}, (Reason.EVENT_MALFORMED, "signers")),
        ({"1_ed25519_pub": b"x"}, (Reason.EVENT_MALFORMED, "")),
        ({"2_ed25519_pub": SEAL["1.ed25519.pub"]}, (Reason.EVENT_MALFORMED, "2.ed25519.pub")),
        ({"99_mldsa65_der": SEAL["1.mldsa65.der"]}, (Reason.EVENT_MALFORMED, "99.mldsa65.der")),
    ],
    ids=lambda value: "/".join(value) if isinstance(value, dict) else f"{value[0].name}/{value[1]}",
)
def test_a_change_of_one_file_keeps_an_event_from_counting(
    changes: dict[str, bytes | None], expected: tuple[Reason, str]
) -> None:
    """Each file is needed as it is, and nothing beside them is accepted."""
    assert fault(examine(**changes)) == expected


def test_every_missing_signature_is_named() -> None:
    """A stripped event lists all of them at once."""
    stripped: dict[str, bytes | None] = {"1_sshsig": None, "1_mldsa65": None}
    assert {found.file for found in examine(**stripped).faults} == {"1.mldsa65", "1.sshsig"}


def test_a_statement_that_its_proof_does_not_list_is_not_bound() -> None:
    """A borrowed proof.sha256 gives the id of another statement."""
    other = make_bundle(signers=[LAWYER], name="other")
    record = examine(proof_sha256=folder_of(other.files, other.path("").rstrip("/"))["proof.sha256"])
    assert fault(record) == (Reason.EVENT_MALFORMED, "event.json")
    assert not record.bound


def test_a_later_version_is_told_from_malformed_bytes() -> None:
    """Version 2 needs another reader."""
    record = examine(event_json=SEAL["event.json"].replace(b'"v":1', b'"v":2'))
    assert fault(record) == (Reason.VERSION_UNKNOWN, "")


def test_a_closed_field_is_named() -> None:
    """The body says what there is; what is not here shows."""
    assert examine(case_json=None).closed == ("case",)


def forged(
    change: Callable[[dict[str, Any]], None], signers: list[tuple[int, Signer, frozenset[KeyAlgorithm]]]
) -> EventRecord:
    """The seal with its body changed and signed anew."""
    return examine_event(folder_of(forge_event(BUNDLE.files, FOLDER, change, signers)), path=FOLDER)


def test_an_opening_that_the_body_does_not_name_is_refused() -> None:
    """Even one that the statement commits to."""
    record = forged(lambda body: body.update(fields=["manifest"]), [(1, ARCHIVE, BOTH)])
    assert fault(record) == (Reason.EVENT_MALFORMED, "case.json")


def test_a_signature_that_the_proof_lists_and_no_key_made_is_refused() -> None:
    """It is not even here; the id would cover what nobody can check."""
    listed = decode_proof(SEAL["proof.sha256"], member="proof")
    record = examine(proof_sha256=encode_proof({**listed, "2.sshsig": "0" * 64}))
    assert fault(record) == (Reason.EVENT_MALFORMED, "2.sshsig")


def test_a_signer_without_ed25519_has_no_key_set() -> None:
    """One Ed25519 key and at most one ML-DSA-65 key."""
    (lattice,) = (key for key in ARCHIVE.identity.key_set.keys if key.algorithm is KeyAlgorithm.MLDSA65)
    only = frozenset({KeyAlgorithm.MLDSA65})
    record = forged(lambda body: body["signers"][0].update(keys=[lattice.key_id]), [(1, ARCHIVE, only)])
    assert fault(record) == (Reason.EVENT_MALFORMED, "signers")


def test_two_ed25519_keys_are_no_key_set() -> None:
    """Their signatures would need one name."""
    pair = [
        key.key_id
        for signer in (ARCHIVE, LAWYER)
        for key in signer.identity.key_set.keys
        if key.algorithm is KeyAlgorithm.ED25519
    ]
    files = folder_of(
        forge_event(
            BUNDLE.files,
            FOLDER,
            lambda body: body["signers"][0].update(keys=sorted(pair)),
            [(1, ARCHIVE, frozenset({KeyAlgorithm.ED25519}))],
        )
    )
    assert examine_event(files, path=FOLDER).faults[0].reason is Reason.EVENT_MALFORMED


def test_an_attestation_is_whole_or_absent() -> None:
    """There are no stubs of attestations."""
    folder = next(path for path in SAID.files if path.startswith("custody/attestations/")).rpartition("/")[0]
    files = folder_of(SAID.files, folder)
    assert examine_event(files, path=folder, attestation=True).signed
    cut = {name: files[name] for name in ("event.json", "proof.sha256")}
    assert fault(examine_event(cut, path=folder, attestation=True)) == (Reason.EVENT_MALFORMED, "body.json")


def test_an_attestation_is_no_event_and_an_event_no_attestation() -> None:
    """Statement, tag and namespace differ."""
    folder = next(path for path in SAID.files if path.startswith("custody/attestations/")).rpartition("/")[0]
    assert examine_event(folder_of(SAID.files, folder), path=folder).faults
    assert examine_event(SEAL, path=FOLDER, attestation=True).faults
    assert json.loads(folder_of(SAID.files, folder)["body.json"])[1] == TAG_ATTESTATION


def test_a_signature_of_another_namespace_is_wrong() -> None:
    """What was signed as an attestation is not signed as an event."""
    from custody.proof.signature import ATTESTATION_NAMESPACE  # noqa: PLC0415

    checked = add_event(BUNDLE, "closed", {"reason": "x"}, signers=[LAWYER])
    files = folder_of(checked.files, f"custody/log/{BUNDLE.bundle_id}/00000001")
    (signature,) = LAWYER.sign(files["event.json"], ATTESTATION_NAMESPACE)
    files["1.sshsig"] = signature.data
    digests = {name: hashlib.sha256(files[name]).hexdigest() for name in ("event.json", "1.sshsig")}
    files["proof.sha256"] = encode_proof(digests)
    assert fault(examine_event(files, path="x")) == (Reason.EVENT_SIGNATURE_WRONG, "1.sshsig")
