"""One event or attestation, examined from the bytes of its files: what it says and whether it is signed.

Trust plays no part here. A record says that the listed keys signed; whose keys they are is asked later.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping

from attrs import define, field, frozen

from custody.errors import BundleError
from custody.format.event import (
    TAG_ATTESTATION,
    TAG_EVENT,
    decode_body,
    decode_opening,
    decode_proof,
    decode_statement,
)
from custody.format.event_fields import EVENT_FIELDS
from custody.model.event import Body, Opening, Statement, event_id_of
from custody.model.identity import KeyAlgorithm, PublicKey, is_key_set
from custody.proof.signature import (
    ATTESTATION_NAMESPACE,
    EVENT_NAMESPACE,
    decode_public_key,
    verify_signature,
)
from custody.report.reason import Reason

_OPENING_FILES = {f"{name}.json": name for name in EVENT_FIELDS}
_KEY_FILE = re.compile(r"([1-9][0-9]?)\.(ed25519\.pub|mldsa65\.der)")
_SIGNATURE_FILE = re.compile(r"([1-9][0-9]?)\.(sshsig|mldsa65)")
_ALGORITHM = {
    "ed25519.pub": KeyAlgorithm.ED25519,
    "mldsa65.der": KeyAlgorithm.MLDSA65,
    "sshsig": KeyAlgorithm.ED25519,
    "mldsa65": KeyAlgorithm.MLDSA65,
}
_SIGNATURE_ENDING = {KeyAlgorithm.ED25519: "sshsig", KeyAlgorithm.MLDSA65: "mldsa65"}


@frozen(kw_only=True)
class Fault:
    """Why a record cannot count.

    Attributes:
        reason: EVENT_MALFORMED, EVENT_SIGNATURE_MISSING, EVENT_SIGNATURE_WRONG or VERSION_UNKNOWN; of a file
            that could not be read, the reason why.
        file: the file inside the folder.
        detail: expected and found, in the words of the error, or "".
    """

    reason: Reason
    file: str
    detail: str = ""


@frozen(kw_only=True)
class EventRecord:
    """What the files of one folder say.

    Attributes:
        path: the folder, relative to the bundle.
        attestation: whether it stands under `attestations/`.
        event_id: SHA-256 of proof.sha256, or "" when that file is missing.
        statement: the structure, or None when it cannot be read.
        bound: whether the id fixes this statement: proof.sha256 lists the digest of this event.json.
        listed: what proof.sha256 lists, name to digest; empty when it cannot be read.
        body: the opened body, or None when closed or malformed.
        openings: opened fields by name, body included.
        keys: the public keys that its folder brings, by key id; candidates, never trust.
        closed: fields that the body names and that are not open.
        faults: why it cannot count; empty when every listed key signed.
        missing_anchors: anchors that the body lists and whose file is not here.
    """

    path: str
    attestation: bool = False
    event_id: str = ""
    statement: Statement | None = None
    bound: bool = False
    listed: Mapping[str, str] = field(factory=dict, repr=False)
    body: Body | None = None
    openings: Mapping[str, Opening] = field(factory=dict)
    keys: Mapping[str, PublicKey] = field(factory=dict, repr=False)
    closed: tuple[str, ...] = ()
    faults: tuple[Fault, ...] = ()
    missing_anchors: tuple[str, ...] = ()

    @property
    def stub(self) -> bool:
        """Whether it is a sound stub: event.json and proof.sha256 alone."""
        return not self.faults and self.body is None and self.statement is not None

    @property
    def signed(self) -> bool:
        """Whether every key that its body lists has signed these bytes."""
        return not self.faults and self.body is not None

    @property
    def mask(self) -> int:
        """Which fields are open: bit i for field i."""
        return sum(1 << place for place, name in enumerate(EVENT_FIELDS) if name in self.openings)


@define(kw_only=True)
class _Reading:
    """A record on its way: each step adds what it found; for the members see `EventRecord`."""

    path: str
    attestation: bool
    event_id: str
    statement: Statement | None = None
    bound: bool = False
    listed: Mapping[str, str] = field(factory=dict)
    body: Body | None = None
    openings: Mapping[str, Opening] = field(factory=dict)
    keys: Mapping[str, PublicKey] = field(factory=dict)
    closed: tuple[str, ...] = ()
    missing_anchors: tuple[str, ...] = ()

    def concluded(self, *faults: Fault) -> EventRecord:
        """Return what was found."""
        return EventRecord(
            path=self.path,
            attestation=self.attestation,
            event_id=self.event_id,
            statement=self.statement,
            bound=self.bound,
            listed=self.listed,
            body=self.body,
            openings=self.openings,
            keys=self.keys,
            closed=self.closed,
            faults=faults,
            missing_anchors=self.missing_anchors,
        )


class _Malformed(Exception):  # noqa: N818 - carries a fault out of the steps below, never leaves this module
    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.reason.name)
        self.fault = fault


def _malformed(file: str, detail: str) -> _Malformed:
    return _Malformed(Fault(reason=Reason.EVENT_MALFORMED, file=file, detail=detail))


def examine_event(files: Mapping[str, bytes], *, path: str, attestation: bool = False) -> EventRecord:
    """Examine the files of one event folder (names relative to it, without `stamps/` and unknown names).

    The steps: statement · its digest in proof.sha256 · the other digests · openings against commitments ·
    body · keys · signatures.
    The first fault ends the examination, for what follows would rest on it.
    """
    event_id = event_id_of(files["proof.sha256"]) if "proof.sha256" in files else ""
    record = _Reading(path=path, attestation=attestation, event_id=event_id)
    steps = (
        _read_statement,
        _bind_statement,
        _check_proof,
        _read_openings,
        _read_body,
        _check_stub,
        _read_keys,
    )
    try:
        for step in steps:
            step(record, files)
        return record.concluded(*_check_signatures(record, files))
    except _Malformed as found:
        return record.concluded(found.fault)
    except BundleError as found:
        newer = found.code == "VERSION"
        reason = Reason.VERSION_UNKNOWN if newer else Reason.EVENT_MALFORMED
        return record.concluded(Fault(reason=reason, file="", detail=str(found)))


def _need(files: Mapping[str, bytes], name: str) -> bytes:
    if name not in files:
        raise _malformed(name, "missing")
    return files[name]


def _read_statement(record: _Reading, files: Mapping[str, bytes]) -> None:
    data = _need(files, "event.json")
    member = f"{record.path}/event.json"
    record.statement = decode_statement(data, member=member, attestation=record.attestation)


def _bind_statement(record: _Reading, files: Mapping[str, bytes]) -> None:
    listed = decode_proof(_need(files, "proof.sha256"), member=f"{record.path}/proof.sha256")
    if hashlib.sha256(files["event.json"]).hexdigest() != listed["event.json"]:
        raise _malformed("event.json", "its digest in proof.sha256 differs")
    record.bound, record.listed = True, listed


def _check_proof(record: _Reading, files: Mapping[str, bytes]) -> None:
    for name, digest in record.listed.items():
        if name not in files:
            continue  # a stub brings no signatures; of others the signatures are asked for below
        if hashlib.sha256(files[name]).hexdigest() != digest:
            raise _malformed(name, "its digest in proof.sha256 differs")
    stray = sorted(name for name in files if _SIGNATURE_FILE.fullmatch(name) and name not in record.listed)
    if stray:
        raise _malformed(stray[0], "not listed in proof.sha256")


def _read_openings(record: _Reading, files: Mapping[str, bytes]) -> None:
    commitments = () if record.statement is None else record.statement.fields
    tag = TAG_ATTESTATION if record.attestation else TAG_EVENT
    openings: dict[str, Opening] = {}
    for file, name in _OPENING_FILES.items():
        if file in files:
            opening = decode_opening(files[file], name, member=f"{record.path}/{file}", tag=tag)
            if opening.commitment != commitments[EVENT_FIELDS.index(name)]:
                raise _malformed(file, "it is not what the statement commits to")
            openings[name] = opening
    record.openings = openings


def _read_body(record: _Reading, _files: Mapping[str, bytes]) -> None:
    opening = record.openings.get("body")
    if opening is None:
        return
    body = decode_body(opening, member=f"{record.path}/body.json", attestation=record.attestation)
    unnamed = [name for name in record.openings if name != "body" and name not in body.fields]
    if unnamed:
        raise _malformed(f"{unnamed[0]}.json", "the body does not name this field")
    record.body = body
    record.closed = tuple(name for name in body.fields if name not in record.openings)


def _check_stub(record: _Reading, files: Mapping[str, bytes]) -> None:
    if record.body is None:
        if files.keys() - {"event.json", "proof.sha256"}:
            raise _malformed("body.json", "missing")
        if record.attestation:
            raise _malformed("body.json", "an attestation travels whole or not at all")


def _read_keys(record: _Reading, files: Mapping[str, bytes]) -> None:
    if record.body is None:
        return
    keys: dict[str, PublicKey] = {}
    for name in sorted(files):
        found = _KEY_FILE.fullmatch(name)
        if found is None:
            continue
        place = int(found[1])
        key = decode_public_key(files[name], _ALGORITHM[found[2]], member=f"{record.path}/{name}")
        listed = record.body.signers[place - 1].key_ids if place <= len(record.body.signers) else ()
        if key.key_id not in listed:
            raise _malformed(name, "the body does not list this key")
        keys[key.key_id] = key
    for signer in record.body.signers:
        if not all(key_id in keys for key_id in signer.key_ids):
            raise _malformed("signers", "a listed key is not here")
        if not is_key_set(keys[key_id] for key_id in signer.key_ids):
            raise _malformed("signers", "the keys of a signer are no key set")
    anchors = tuple(anchor.sha256 for anchor in record.body.anchors)
    record.keys, record.missing_anchors = keys, _check_anchors(anchors, files)


def _check_anchors(listed: tuple[str, ...], files: Mapping[str, bytes]) -> tuple[str, ...]:
    found = {name[len("anchors/") : -len(".tst")]: name for name in files if name.startswith("anchors/")}
    for digest, name in sorted(found.items()):
        if digest not in listed or hashlib.sha256(files[name]).hexdigest() != digest:
            raise _malformed(name, "the body lists no such anchor")
    return tuple(digest for digest in listed if digest not in found)


def _check_signatures(record: _Reading, files: Mapping[str, bytes]) -> list[Fault]:
    if record.body is None:
        return []
    namespace = ATTESTATION_NAMESPACE if record.attestation else EVENT_NAMESPACE
    wanted: set[str] = set()
    faults: list[Fault] = []
    for place, signer in enumerate(record.body.signers, start=1):
        for key_id in signer.key_ids:
            key = record.keys[key_id]
            name = f"{place}.{_SIGNATURE_ENDING[key.algorithm]}"
            wanted.add(name)
            if name not in files:
                faults.append(Fault(reason=Reason.EVENT_SIGNATURE_MISSING, file=name))
            elif not verify_signature(key, files["event.json"], files[name], namespace):
                faults.append(Fault(reason=Reason.EVENT_SIGNATURE_WRONG, file=name))
    stray = sorted(record.listed.keys() - {"event.json"} - wanted)
    if stray:
        raise _malformed(stray[0], "proof.sha256 lists a signature by no listed key")
    return faults
