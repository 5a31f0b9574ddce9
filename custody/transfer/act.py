"""One event, from what somebody wants to state to its place in the log.

1  hold the lock of the bundle; finish what a killed writer had signed             custody.storage.append
2  see where the log stands, and where the actor may write                         place_of
3  ask the key's memory whether this copy is the newest that it has written        custody.transfer.memory
4  compose and sign: the cosigners first, the actor last                           custody.keys.event_writer
5  ask our own verification whether it would count; if not, nothing is written     Standing.refusal_of
6  write it beside the bundle, durably; remember it; publish it by one rename      publication

A holder who only adds to his holding, with nothing new in the others, is spared the reading of the whole
log: steps 2 and 5 then rest on what the memory knows of the last event (`recall`).
"""

from __future__ import annotations

from attrs import evolve

from custody.errors import UsageError
from custody.keys.event_writer import (
    EventFiles,
    anchors_by_digest,
    complete_event,
    compose_event,
    sign_event,
)
from custody.model.event import Anchor, Body, Statement
from custody.proof.event_record import examine_event
from custody.report.reason import Reason
from custody.storage.addition import open_for_adding
from custody.storage.append import Appender, appending
from custody.transfer.desk import Desk, stand
from custody.transfer.leftovers import KNOWN_DOUBTS, finish_leftovers, states_the_same
from custody.transfer.memory import check_memory, recall, remembering
from custody.transfer.place import Place, clear_place, place_of, place_taken_by
from custody.transfer.publication import publish
from custody.transfer.refusal import refused
from custody.transfer.written import Act, Written, described
from custody.verification.standing import Standing


def write_act(desk: Desk, act: Act) -> Written:
    """Write one event into the log, or one attestation beside it.

    Raises:
        UsageError: a value that the format does not have, or several holdings to choose from.
        BundleError: the log does not let this happen; the code is the reason's name, as in a report.
        SignerError: a signer did not sign; LOG_BEHIND, LOG_DIFFERS or HOLDING_ELSEWHERE: the key's memory
            knows another log.
        StorageError: NOT_A_FOLDER: a zip; otherwise the machine refused. Nothing was published.
    """
    if act.cosigners:
        raise UsageError(
            "cosigners: expected those whose keys are at hand, found others", hint="write a draft"
        )
    open_for_adding(desk.bundle).close()  # refuses a zip in its own words
    with appending(desk.bundle) as log:
        finished = finish_leftovers(desk, log)
        done = next((one for one in finished if states_the_same(one, act, desk)), None)
        if done is not None:
            return done
        place, standing = recall(desk, act), None
        if place is None:
            standing = stand(desk)
            place = place_of(desk, standing, act)
            check_memory(desk, place)
        event = _make(desk, act, place)
        return commit(desk, log, standing, event, attestation=act.attestation)


def compose(desk: Desk, act: Act, place: Place) -> dict[str, bytes]:
    """Return the files of an event that nobody has signed yet.

    Raises:
        UsageError: a value that the format does not have.
    """
    anchors = anchors_by_digest(act.anchors)
    body = Body(
        type=act.type,
        actor=desk.signer.identity.name,
        signers=(),
        claimed_at=desk.now(),
        anchors=tuple(Anchor(kind="rfc3161", sha256=digest) for digest in sorted(anchors)),
        data=act.data,
    )
    statement = Statement(
        bundle_id=place.bundle_id, holding=place.holding, seq=place.seq, prev=place.prev, fields=()
    )
    parties = [desk.signer.identity, *(one.identity for one in desk.cosigners), *act.cosigners]
    return compose_event(
        statement, body, act.fields, parties, desk.randomness, attestation=act.attestation, anchors=anchors
    )


def _make(desk: Desk, act: Act, place: Place) -> EventFiles:
    files = compose(desk, act, place)
    signers = [desk.signer, *desk.cosigners]
    signed = sign_event(files, signers, actor=desk.signer.identity.name, attestation=act.attestation)
    return complete_event(files, signed)


def commit(
    desk: Desk, log: Appender, standing: Standing | None, event: EventFiles, *, attestation: bool
) -> Written:
    """Check that a signed event would count, then stage, remember and publish it.

    Args:
        desk: who writes.
        log: the bundle, whose lock is held.
        standing: where the log stands, or None when it was recalled.
        event: signed by everybody.
        attestation: whether it is one.

    Raises:
        LogError: it would not count; nothing was written.
        SignerError: see `check_memory`; nothing was written.
        StorageError: the machine refused. What could not be remembered is gone; what could only not be
            published is finished by the next command that writes here with these keys.
    """
    written = described(event, attestation=attestation)
    _check_counts(desk, standing, written, attestation=attestation)
    if attestation:
        publish(desk, log, written)
        return written
    with remembering(desk, written):
        check_memory(desk, place_taken_by(written))
        own = desk.signer.identity.key_set.key_ids
        aside = () if standing is None else clear_place(log, standing, written.path, own)
        publish(desk, log, written)
    return evolve(written, aside=aside)


def _check_counts(desk: Desk, standing: Standing | None, written: Written, *, attestation: bool) -> None:
    """Let our own verification judge the event before anybody sees it."""
    if standing is not None and not attestation:
        reason = standing.refusal_of(written.path, written.files)
        if reason is not None and reason not in KNOWN_DOUBTS:
            raise refused(reason)
        return
    record = examine_event(written.files, path=written.path, attestation=attestation)
    if not record.signed:
        raise refused(record.faults[0].reason if record.faults else Reason.EVENT_MALFORMED)
    listed = () if record.body is None else record.body.signers
    if len({_whose(desk, one.key_ids) for one in listed}) < desk.trust.signers_needed(written.type):
        raise refused(Reason.EVENT_THRESHOLD)


def _whose(desk: Desk, key_ids: tuple[str, ...]) -> object:
    """Return who keys belong to; whom the trust does not know is told apart by them alone."""
    found = desk.trust.match(key_ids).identity
    return key_ids if found is None else found.name
