"""What killed writers had signed: finished, never signed again (DESIGN, "Events")."""

from __future__ import annotations

import re
from typing import Final

from custody.keys.event_writer import EventFiles
from custody.proof.event_record import examine_event
from custody.report.reason import Reason
from custody.storage.append import Appender, Signed
from custody.transfer.desk import Desk, stand
from custody.transfer.place import clear_place
from custody.transfer.written import Act, Written, described
from custody.verification.standing import Standing

_SEQ: Final = re.compile(r"[0-9]{8}")

KNOWN_DOUBTS: Final = frozenset({Reason.SUCCESSION_UNAPPROVED, Reason.SUCCESSOR_UNKNOWN})
"""Doubts that a writer knows of: his event counts, and what rests on it is undetermined."""


def finish_leftovers(desk: Desk, log: Appender) -> tuple[Written, ...]:
    """Publish what killed writers had signed; what has no place any more is kept beside the bundle.

    Returns:
        What stands in the log now and was signed by a writer who could not finish.

    Raises:
        StorageError: the machine refused.
    """
    finished = []
    for signed in log.leftovers():
        written = _read(signed)
        if written is None or not _finish(stand(desk), log, signed, written):
            log.keep_aside(signed)
            log.discard(signed)
        else:
            finished.append(written)
    return tuple(finished)


def _finish(standing: Standing, log: Appender, signed: Signed, written: Written) -> bool:
    """Publish a leftover, or see that it stands already; False when it would not count any more."""
    records = (*standing.log.events.values(), *standing.log.attestations.values())
    if any(one.event_id == written.event_id for one in records):
        log.discard(signed)
        return True
    if written.holding:
        reason = standing.refusal_of(written.path, written.files)
        if reason is not None and reason not in KNOWN_DOUBTS:
            return False
        clear_place(log, standing, written.path)
    log.publish(signed, written.path.rpartition("/")[0])
    return True


def _read(signed: Signed) -> Written | None:
    """Read a leftover as an event, or None when it is none that every listed key signed."""
    attestation = _SEQ.fullmatch(signed.name) is None
    record = examine_event(signed.files, path=signed.name, attestation=attestation)
    if not record.signed:
        return None
    event = EventFiles(files=signed.files, event_id=record.event_id)
    return described(event, attestation=attestation, finished=True)


def states_the_same(written: Written, act: Act, desk: Desk) -> bool:
    """Tell whether a finished leftover is what its writer, started again, wants to state."""
    record = examine_event(written.files, path=written.path, attestation=act.attestation)
    body = record.body
    if body is None or body.acting.key_ids != desk.signer.identity.key_set.key_ids:
        return False
    given = {name: value for name, value in act.fields.items() if value is not None}
    found = {name: one.value for name, one in record.openings.items() if name != "body"}
    return (body.type, dict(body.data), found) == (act.type, dict(act.data), given)
