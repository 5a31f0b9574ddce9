"""Events that others cosign by file exchange: composed as a draft, committed by the actor, who signs last.

A draft binds a place in the log. When the log has gone on meanwhile, the signatures in it are worth nothing
more, and a new draft is needed: so of several drafts for one place one alone is ever committed.
"""

from __future__ import annotations

from typing import Final

from custody.errors import LogError, UsageError
from custody.format.event_fields import EVENT_TYPES
from custody.format.layout import EVENT_FILE
from custody.format.limits import EVENT_BYTES
from custody.keys.event_writer import EventFiles, complete_event, sign_event
from custody.proof.holding import ChainEvent
from custody.storage.addition import open_for_adding
from custody.storage.append import appending
from custody.storage.folder import open_folder
from custody.transfer.act import commit, compose
from custody.transfer.desk import Desk, stand
from custody.transfer.draft import EventDraft, drafted, sign_draft
from custody.transfer.leftovers import KNOWN_DOUBTS, finish_leftovers
from custody.transfer.memory import check_memory
from custody.transfer.place import Place, place_of
from custody.transfer.refusal import refused
from custody.transfer.written import Act, Written, described
from custody.verification.standing import Standing

DRAFT_STALE: Final = "DRAFT_STALE"
DRAFT_OF_ANOTHER_BUNDLE: Final = "DRAFT_OF_ANOTHER_BUNDLE"
COSIGNER_MISSING: Final = "COSIGNER_MISSING"
NOT_THE_ACTOR: Final = "NOT_THE_ACTOR"


def compose_draft(desk: Desk, act: Act) -> EventDraft:
    """Compose an event for cosigners; those of the desk, whose keys are at hand, sign at once.

    Nothing is written but what a killed writer had left. Our own judge is asked whether the event would
    count once all have signed, so that nobody is asked for a signature in vain.

    Raises:
        UsageError: no cosigner who signs later, a value that the format does not have, or several holdings.
        LogError: the log does not let this happen; the code is the reason's name.
        BundleError: the bundle cannot be read as one.
        SignerError: a signer did not sign; LOG_BEHIND, LOG_DIFFERS or HOLDING_ELSEWHERE: see `check_memory`.
        StorageError: NOT_A_FOLDER: a zip; otherwise the machine refused.
    """
    if not act.cosigners:
        raise UsageError(
            "cosigners: expected somebody who signs later, found nobody",
            hint="with all keys at hand no draft is needed",
        )
    open_for_adding(desk.bundle).close()
    with appending(desk.bundle) as log:
        finish_leftovers(desk, log)
        standing = stand(desk)
        place = place_of(desk, standing, act)
        check_memory(desk, place)
    draft = drafted(compose(desk, act, place), attestation=act.attestation)
    _check_would_count(standing, draft)
    for one in desk.cosigners:
        draft = sign_draft(draft, one)
    return draft


def commit_draft(desk: Desk, draft: EventDraft) -> Written:
    """Sign a draft as its actor and give the event its place; a draft that has its place already is found.

    The desk's cosigners sign where they have not.

    Raises:
        UsageError: code NOT_THE_ACTOR: the desk's signer is another than the draft's actor.
        LogError: code COSIGNER_MISSING; DRAFT_STALE: its place is no longer the next, or what it follows
            has gone on; DRAFT_OF_ANOTHER_BUNDLE; or the log does not let this happen: the reason's name.
        SignerError: a signer did not sign; LOG_BEHIND, LOG_DIFFERS or HOLDING_ELSEWHERE: see `check_memory`.
        StorageError: NOT_A_FOLDER: a zip; otherwise the machine refused. Nothing was published.
    """
    if desk.signer.identity.key_set.key_ids != draft.body.acting.key_ids:
        raise UsageError(
            f"signer: expected the actor of the draft, {draft.body.actor}, found another",
            code=NOT_THE_ACTOR,
            hint="a cosigner signs without --commit",
        )
    open_for_adding(desk.bundle).close()
    with appending(desk.bundle) as log:
        finished = finish_leftovers(desk, log)
        done = next((one for one in finished if one.files["event.json"] == draft.files["event.json"]), None)
        if done is not None:
            return done
        standing = stand(desk)
        _check_bundle(standing, draft)
        there = _found(desk, standing, draft)
        if there is not None:
            return there
        for one in desk.cosigners:
            known = one.identity.key_set.key_ids
            draft = draft if known in {each.key_ids for each in draft.signed} else sign_draft(draft, one)
        check_complete(draft)
        _check_fresh(desk, standing, draft)
        _check_would_count(standing, draft)
        made = sign_event(draft.files, [desk.signer], attestation=draft.attestation)
        event = complete_event(draft.files, {**draft.signatures, **made})
        return commit(desk, log, standing, event, attestation=draft.attestation)


def _check_would_count(standing: Standing, draft: EventDraft) -> None:
    """Ask our own judge before anybody signs, as if all had signed."""
    if draft.attestation:
        return
    reason = standing.refusal_of_record(draft.record)
    if reason is not None and reason not in KNOWN_DOUBTS:
        raise refused(reason)


def _found(desk: Desk, standing: Standing, draft: EventDraft) -> Written | None:
    """Return the event of this draft where it stands already: published by a writer who could not say so."""
    records = standing.log.attestations if draft.attestation else standing.log.events
    path = next(
        (path for path, one in records.items() if one.signed and one.statement == draft.statement), None
    )
    if path is None:
        return None
    event_id = records[path].event_id
    if event_id in standing.chain.set_aside:  # signing once more would make a second event of one statement
        raise refused(standing.chain.set_aside[event_id])
    source = open_folder(desk.bundle)
    try:
        names = [name for name in standing.inventory.files[path] if EVENT_FILE.fullmatch(name)]
        files = {name: source.read(f"{path}/{name}", EVENT_BYTES) for name in names}
    finally:
        source.close()
    event = EventFiles(files=files, event_id=event_id)
    return described(event, attestation=draft.attestation, finished=True)


def _check_bundle(standing: Standing, draft: EventDraft) -> None:
    if draft.statement.bundle_id != standing.bundle_id:
        raise LogError(
            "draft: expected an event of this bundle, found one of another",
            code=DRAFT_OF_ANOTHER_BUNDLE,
            hint=f"name the folder of bundle {draft.statement.bundle_id}",
        )


def check_complete(draft: EventDraft) -> None:
    """Refuse a draft that is not its actor's turn yet.

    Raises:
        LogError: code COSIGNER_MISSING: it names those who have not signed.
    """
    if draft.missing:
        names = ", ".join(one.claimed_identity for one in draft.missing)
        raise LogError(
            f"draft: expected the signatures of all cosigners, found none of {names}",
            code=COSIGNER_MISSING,
            hint="send them the draft: custody cosign DRAFT --key THEIR-KEY; copies that each has signed"
            " are united by --with",
        )


def _check_fresh(desk: Desk, standing: Standing, draft: EventDraft) -> None:
    """Refuse a draft whose place or past is no longer what it was."""
    statement = draft.statement
    place = _place(desk, standing, draft)
    if place.seq != statement.seq or place.prev != statement.prev:
        raise _stale(f"the next event of its holding, {place.seq}", f"{statement.seq}, or another past")
    if not draft.attestation and draft.body.type != "copy-received":
        if any(event_id not in standing.events for event_id in statement.prev):
            raise _stale("a past that is here", "an event that is not")
        if any(_gone_on(standing, draft, standing.events[event_id]) for event_id in statement.prev):
            raise _stale("a past that nothing has followed", "a later event")
    check_memory(desk, place)


def _place(desk: Desk, standing: Standing, draft: EventDraft) -> Place:
    """Return the place that the same act would have now."""
    statement = draft.statement
    opens = EVENT_TYPES[draft.body.type].opens
    beside = tuple(
        event_id
        for event_id in statement.prev
        if opens or draft.attestation or _holding_of(standing, event_id) != statement.holding
    )
    act = Act(
        type=draft.body.type,
        attestation=draft.attestation,
        follows=beside,
        holding=None if opens or draft.attestation else statement.holding,
    )
    return place_of(desk, standing, act)


def _holding_of(standing: Standing, event_id: str) -> str | None:
    event = standing.events.get(event_id)
    return None if event is None else event.holding


def _gone_on(standing: Standing, draft: EventDraft, event: ChainEvent) -> bool:
    """Tell whether something counted has come after an event that a draft follows, which it does not know.

    What somebody carries on alone, without an approver, stops nobody.
    """
    followers = [one for one in standing.counted() if event.event_id in one.prev]
    if event.holding == draft.statement.holding:  # what the actor himself has added since shows in the place
        return any(one.type == "received" for one in followers)
    return any(
        one.holding == event.holding or one.type == "received" or one.cosigned_succession for one in followers
    )


def _stale(expected: str, found: str) -> LogError:
    return LogError(
        f"draft: expected {expected}, found {found}",
        code=DRAFT_STALE,
        hint="the log has gone on since it was written: make a new draft, and have it signed again",
    )
