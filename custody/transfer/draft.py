"""An event on its way to its cosigners: complete but for signatures, and never signed by its actor.

A draft is one file: a canonical zip in the form of a receipt, with the one folder of the event at its place
in the log. It holds all that the signatures will be over: event.json, every opening, the anchors, the public
keys of all who are to sign, and the signatures that have been made. It holds no proof.sha256, for that fixes
the signatures, and never one of the actor, who signs last, inside the commit: so nobody but him can give the
event its place, and a draft that leaks is no event.

    <bundle id>/custody/log/<holding>/<seq>/…
    <bundle id>/custody/attestations/<SHA-256 of event.json>/…      an attestation, whose id is not known yet

Every opening is in it: whoever reads a draft reads every name and place in it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from typing import Final

from attrs import evolve, field, frozen

from custody.errors import BundleError, CustodyError, LimitError, UsageError, VersionError
from custody.format.container import decode_zip, encode_zip
from custody.format.event import decode_statement
from custody.format.layout import ATTESTATIONS_FOLDER, EVENT_FILE, event_path
from custody.format.limits import DRAFT_BYTES, EVENT_BYTES, PUBLIC_KEY_BYTES, SIGNATURE_BYTES, STAMP_BYTES
from custody.keys.event_writer import complete_event, sign_event
from custody.keys.signer import Signer
from custody.model.event import Body, ListedSigner, Statement
from custody.proof.event_record import EventRecord, Fault, examine_event
from custody.report.reason import Reason

DRAFT_FORM: Final = "DRAFT_FORM"
DRAFT_ALTERED: Final = "DRAFT_ALTERED"
DRAFT_SIGNATURE: Final = "DRAFT_SIGNATURE"
DRAFT_ACTOR_SIGNED: Final = "DRAFT_ACTOR_SIGNED"
DRAFTS_DIFFER: Final = "DRAFTS_DIFFER"
NOT_LISTED: Final = "NOT_LISTED"
ACTOR_SIGNS_LAST: Final = "ACTOR_SIGNS_LAST"
ALREADY_SIGNED: Final = "ALREADY_SIGNED"

_FOLDER: Final = r"custody/log/[0-9a-f]{32}/[0-9]{8}|custody/attestations/[0-9a-f]{64}"
_MEMBER: Final = re.compile(rf"([0-9a-f]{{32}})/({_FOLDER})/(.+)", re.DOTALL)
_SIGNATURE: Final = re.compile(r"([1-9][0-9]?)\.(?:sshsig|mldsa65)")
_KEY: Final = re.compile(r"[1-9][0-9]?\.(?:ed25519\.pub|mldsa65\.der)")
_PROOF: Final = "proof.sha256"
_TWO: Final = 2  # an actor, and at least one who is to cosign
_ASK_AGAIN: Final = "ask the actor for a new draft; do not sign this one"


@frozen(kw_only=True)
class EventDraft:
    """An event that its cosigners and its actor have not all signed; `examine_draft` makes one.

    Attributes:
        files: the files of the event by name, without signatures and proof.
        signatures: those that were made, by name; each of them holds.
        statement: bundle, place and links.
        body: type, actor, signers, time and data.
        record: what the files say. Its id is that of no event: the signatures to come will change it.
    """

    files: Mapping[str, bytes] = field(repr=False)
    signatures: Mapping[str, bytes] = field(repr=False)
    statement: Statement
    body: Body
    record: EventRecord = field(repr=False)

    @property
    def attestation(self) -> bool:
        """Whether it is a statement that changes no custody."""
        return self.record.attestation

    @property
    def signed(self) -> tuple[ListedSigner, ...]:
        """The signers who have signed, with every key, in the order of the body."""
        return tuple(
            one for place, one in enumerate(self.body.signers, start=1) if _of(place, self.signatures)
        )

    @property
    def missing(self) -> tuple[ListedSigner, ...]:
        """The cosigners who have not signed, in the order of the body."""
        there = (*self.signed, self.body.acting)
        return tuple(one for one in self.body.signers if one not in there)


def _of(place: int, names: Iterable[str]) -> list[str]:
    """Return the signature files of the signer at a place, from 1."""
    return [name for name in names if (found := _SIGNATURE.fullmatch(name)) and int(found[1]) == place]


def encode_draft(draft: EventDraft) -> bytes:
    """Spell a draft as the one file in which it travels."""
    top = f"{draft.statement.bundle_id}/{draft.record.path}"
    return encode_zip({f"{top}/{name}": data for name, data in {**draft.files, **draft.signatures}.items()})


def decode_draft(content: bytes) -> EventDraft:
    """Read a draft strictly; nothing of it is believed but what its own signatures and commitments show.

    Raises:
        BundleError: code DRAFT_FORM: no draft, or with files that a draft has not; DRAFT_ALTERED: its parts
            do not fit each other; DRAFT_SIGNATURE: a signature in it does not hold, or a cosigner signed with
            some of his keys alone; DRAFT_ACTOR_SIGNED: it holds a signature of its actor.
        VersionError: it needs a newer release.
        LimitError: larger than any draft.
    """
    if len(content) > DRAFT_BYTES:
        raise LimitError("draft", limit="DRAFT_BYTES", maximum=DRAFT_BYTES, value=len(content))
    try:
        members = decode_zip(content)
    except CustodyError as error:
        raise BundleError(
            f"draft: expected the file as it was written, found another: {error}",
            code=DRAFT_FORM,
            hint="send the file as it is: unpacked and packed again it is another one",
        ) from error
    found = [_MEMBER.fullmatch(name) for name in members]
    tops = {(one[1], one[2]) for one in found if one is not None}
    if None in found or len(tops) != 1:
        raise _other("one folder of one event", "other names")
    ((bundle_id, path),) = tops
    start = len(f"{bundle_id}/{path}/")
    return examine_draft({name[start:]: data for name, data in members.items()}, bundle_id, path)


def drafted(files: Mapping[str, bytes], *, attestation: bool) -> EventDraft:
    """Return the draft of an event that was composed here; nobody has signed it.

    Raises:
        BundleError: see `decode_draft`.
    """
    statement = decode_statement(files["event.json"], member="event.json", attestation=attestation)
    return examine_draft(files, statement.bundle_id, _path_of(statement, files, attestation=attestation))


def examine_draft(files: Mapping[str, bytes], bundle_id: str, path: str) -> EventDraft:
    """Examine the files of a draft; see `decode_draft`.

    Args:
        files: by their names in the folder of the event, signatures among them.
        bundle_id: 32 hex digits.
        path: of the folder, relative to the bundle.

    Raises:
        BundleError: see `decode_draft`.
    """
    for name, data in files.items():
        if name == _PROOF or EVENT_FILE.fullmatch(name) is None:
            raise _other("files of an event without its proof", "another name")
        if len(data) > _limit_of(name):
            raise LimitError(f"draft {name}", limit="bytes", maximum=_limit_of(name), value=len(data))
    if "event.json" not in files:
        raise _other("a file event.json", "none")
    composed = {name: data for name, data in files.items() if _SIGNATURE.fullmatch(name) is None}
    signatures = {name: data for name, data in files.items() if name not in composed}
    record = examine_event(
        complete_event(composed, signatures).files,
        path=path,
        attestation=path.startswith(f"{ATTESTATIONS_FOLDER}/"),
    )
    _check_faults(record.faults)
    statement, body = record.statement, record.body
    if statement is None or body is None or record.closed or record.missing_anchors:
        raise _altered("draft: expected every opening and anchor, found some missing")
    if statement.bundle_id != bundle_id or path != _path_of(
        statement, composed, attestation=record.attestation
    ):
        raise _altered("draft: expected the folder of its event, found another one")
    if body.type == "sealed" or len(body.signers) < _TWO:
        raise _altered("draft: expected an event with cosigners, found another one")
    _check_signed(body, signatures, record.faults)
    record = evolve(record, faults=())  # what is missing is what the draft is for
    return EventDraft(files=composed, signatures=signatures, statement=statement, body=body, record=record)


def _limit_of(name: str) -> int:
    if name.startswith("anchors/"):
        return STAMP_BYTES
    if _SIGNATURE.fullmatch(name):
        return SIGNATURE_BYTES
    return PUBLIC_KEY_BYTES if _KEY.fullmatch(name) else EVENT_BYTES


def _path_of(statement: Statement, files: Mapping[str, bytes], *, attestation: bool) -> str:
    if attestation:
        return f"{ATTESTATIONS_FOLDER}/{hashlib.sha256(files['event.json']).hexdigest()}"
    return event_path(statement.holding, statement.seq)


def _check_faults(faults: Iterable[Fault]) -> None:
    """Refuse what is wrong with an event, other than that signatures are missing."""
    for fault in faults:
        if fault.reason is Reason.EVENT_SIGNATURE_WRONG:
            raise BundleError(
                f"draft {fault.file}: expected a signature over this very event, found another",
                code=DRAFT_SIGNATURE,
                hint=_ASK_AGAIN,
            )
        if fault.reason is Reason.VERSION_UNKNOWN:
            raise VersionError(f"draft: {fault.detail}", hint="sign with a newer release")
        if fault.reason is not Reason.EVENT_SIGNATURE_MISSING:
            about = " ".join(part for part in (fault.file, fault.detail) if part)
            raise _altered(f"draft: expected an event whose parts fit each other, found a fault: {about}")


def _check_signed(body: Body, signatures: Mapping[str, bytes], faults: Iterable[Fault]) -> None:
    """Refuse a signature of the actor, and a cosigner who signed with a part of his keys."""
    lacking = [fault.file for fault in faults]
    for place, signer in enumerate(body.signers, start=1):
        signed = _of(place, signatures)
        if signed and signer == body.acting:
            raise BundleError(
                "draft: expected no signature of its actor, found one",
                code=DRAFT_ACTOR_SIGNED,
                hint="the actor signs last, when the event gets its place; ask him or her for a new draft",
            )
        if signed and _of(place, lacking):
            raise BundleError(
                "draft: expected signatures by every key of a cosigner, found some of them",
                code=DRAFT_SIGNATURE,
                hint=_ASK_AGAIN,
            )


def _other(expected: str, found: str) -> BundleError:
    return BundleError(f"draft: expected {expected}, found {found}", code=DRAFT_FORM, hint=_ASK_AGAIN)


def _altered(message: str) -> BundleError:
    return BundleError(message, code=DRAFT_ALTERED, hint=_ASK_AGAIN)


def sign_draft(draft: EventDraft, signer: Signer) -> EventDraft:
    """Return a draft that a cosigner has signed too.

    Raises:
        UsageError: code NOT_LISTED: the draft does not list this very key set; ACTOR_SIGNS_LAST: it is the
            actor's, who commits; ALREADY_SIGNED: it has signed, and a second signature set would make a
            second event.
        SignerError: the signer did not sign with every key.
    """
    own = signer.identity.key_set.key_ids
    listed = next((one for one in draft.body.signers if one.key_ids == own), None)
    if listed is None:
        raise UsageError(
            "signer: expected a key set that the draft lists, found another",
            code=NOT_LISTED,
            hint="custody cosign --show names the fingerprints of those who are to sign",
        )
    if listed == draft.body.acting:
        raise UsageError(
            "signer: expected a cosigner, found the actor, who signs last",
            code=ACTOR_SIGNS_LAST,
            hint="when all others have signed: custody cosign --commit BUNDLE",
        )
    if listed in draft.signed:
        raise UsageError(
            "signer: expected one who has not signed, found signatures by these keys",
            code=ALREADY_SIGNED,
            hint="send the draft on as it is",
        )
    made = sign_event(draft.files, [signer], attestation=draft.attestation)
    files = {**draft.files, **draft.signatures, **made}
    return examine_draft(files, draft.statement.bundle_id, draft.record.path)


def unite_drafts(drafts: Iterable[EventDraft]) -> EventDraft:
    """Return one draft with the signatures that cosigners have made, each on his own copy of it.

    Raises:
        BundleError: code DRAFTS_DIFFER: not copies of one draft, or one signer signed two of them anew.
        UsageError: none were given.
    """
    first, *others = drafts
    signatures = dict(first.signatures)
    for other in others:
        if dict(other.files) != dict(first.files) or other.record.path != first.record.path:
            raise _differ("copies of one draft", "another draft")
        for name, data in other.signatures.items():
            if signatures.setdefault(name, data) != data:
                raise _differ("one set of signatures by each signer", "two")
    files = {**first.files, **signatures}
    return examine_draft(files, first.statement.bundle_id, first.record.path)


def _differ(expected: str, found: str) -> BundleError:
    return BundleError(
        f"drafts: expected {expected}, found {found}",
        code=DRAFTS_DIFFER,
        hint="name only copies of the same draft, and of each cosigner the first that he or she signed",
    )
