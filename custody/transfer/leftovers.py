"""What killed writers had signed: finished, never signed again (DESIGN, "Events").

Each writer finishes what his own keys have signed as the actor. What others have left is theirs to finish,
and what nobody has signed is moved out of the way: somebody else may have put it there.
"""

from __future__ import annotations

import contextlib
import re
from typing import Final

from custody.errors import ExistsError, StorageError
from custody.keys.event_writer import EventFiles
from custody.proof.event_record import EventRecord, examine_event
from custody.report.reason import Reason
from custody.storage.append import Appender
from custody.transfer.desk import Desk, stand
from custody.transfer.memory import awaited, overtaken, remember, remembering, stands
from custody.transfer.place import clear_place
from custody.transfer.publication import publish
from custody.transfer.written import Act, Written, described

_SEQ: Final = re.compile(r"[0-9]{8}")

KNOWN_DOUBTS: Final = frozenset({Reason.SUCCESSION_UNAPPROVED, Reason.SUCCESSOR_UNKNOWN})
"""Doubts that a writer knows of: his event counts, and what rests on it is undetermined."""


def finish_leftovers(desk: Desk, log: Appender) -> tuple[Written, ...]:
    """Publish what this writer had signed and was killed over; what has no place any more is kept beside.

    Returns:
        What stands in the log now and had been left.

    Raises:
        FormatError: the memory of the key is damaged.
        StorageError: the machine refused.
    """
    finished = []
    for signed in log.leftovers():
        attestation = _SEQ.fullmatch(signed.name) is None
        record = examine_event(signed.files, path=signed.name, attestation=attestation)
        if not record.signed:
            with contextlib.suppress(StorageError):  # what cannot be moved stays; nothing rests on it
                log.keep_aside(signed)
                log.discard(signed)
        elif _is_own(desk, record):
            event = EventFiles(files=signed.files, event_id=record.event_id)
            written = described(event, attestation=attestation, finished=True)
            with remembering(desk, written):
                done = _finish(desk, log, written)
            if done:
                finished.append(written)
            elif not _has_rival(desk, written):
                log.keep_aside(signed)
            log.discard(signed)
    return tuple(finished)


def _is_own(desk: Desk, record: EventRecord) -> bool:
    """Tell whether the writer is the actor of what was left, with these keys or with earlier ones."""
    own = desk.signer.identity.key_set.key_ids
    acting = () if record.body is None else record.body.acting.key_ids
    known = desk.trust.match(own).identity
    return acting == own or (known is not None and desk.trust.match(acting).identity == known)


def _has_rival(desk: Desk, written: Written) -> bool:
    """Tell whether these keys have published another event at this place, from another copy of the bundle.

    What was left was seen by nobody then, and kept it would only be a fork that waits to be shown.
    """
    known = overtaken(desk, written)
    return known is not None and known.seq == written.seq


def _finish(desk: Desk, log: Appender, written: Written) -> bool:
    """Publish what was left, or see that it stands already; False when it has no place any more."""
    if stands(desk, written):
        if written.holding:
            remember(desk, written)
        return True
    if not written.holding:
        if stand(desk).bundle_id != written.bundle_id:
            return False
    elif overtaken(desk, written) is not None or not (awaited(desk, written) or _fits(desk, log, written)):
        return False
    publish(desk, log, written)
    return True


def _fits(desk: Desk, log: Appender, written: Written) -> bool:
    """Let our own verification judge whether it still counts, and clear its place."""
    standing = stand(desk)
    reason = standing.refusal_of(written.path, written.files)
    if reason is not None and reason not in KNOWN_DOUBTS:
        return False
    try:
        clear_place(log, standing, written.path, desk.signer.identity.key_set.key_ids)
    except ExistsError:
        return False
    return True


def states_the_same(written: Written, act: Act, desk: Desk) -> bool:
    """Tell whether a finished leftover is what its writer, started again, wants to state."""
    record = examine_event(written.files, path=written.path, attestation=act.attestation)
    body = record.body
    if body is None or body.acting.key_ids != desk.signer.identity.key_set.key_ids:
        return False
    parties = (desk.signer.identity, *(one.identity for one in desk.cosigners), *act.cosigners)
    if {one.key_ids for one in body.signers} != {one.key_set.key_ids for one in parties}:
        return False
    if act.holding not in {None, written.holding} or not set(act.follows) <= set(written.prev):
        return False
    given = {name: value for name, value in act.fields.items() if value is not None}
    found = {name: one.value for name, one in record.openings.items() if name != "body"}
    return (body.type, dict(body.data), found) == (act.type, dict(act.data), given)
