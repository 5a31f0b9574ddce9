"""Everything else that a holder does, and what others state beside the log."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import metadata
from typing import Any, Final

from custody.errors import LogError, UsageError
from custody.format.limits import PREVIOUS_EVENTS
from custody.transfer.data import check_data, check_type
from custody.transfer.desk import Desk, stand
from custody.transfer.details import Details
from custody.transfer.fixity import check_fixity
from custody.transfer.offer import choose_offer
from custody.transfer.written import Act
from custody.verification.standing import Standing

FIXITY: Final = "fixity-checked"
_PROGRAM: Final = "custody"


def event_act(
    desk: Desk,
    name: str,
    data: Mapping[str, Any],
    *,
    details: Details | None = None,
    fields: Mapping[str, Any] | None = None,
) -> Act:
    """Return the act of a holder: any type that no verb of its own writes.

    Args:
        desk: who writes where.
        name: the type.
        data: what the type requires; empty for `fixity-checked`, which is found out.
        details: what is said besides.
        fields: further fields, as the format has them.

    Raises:
        UsageError: see `check_type` and `check_data`.
        LogError: see `check_fixity`.
    """
    check_type(name, attestation=False)
    return Act(type=name, data=_data(desk, name, data), fields=_fields(details, fields, by=name))


def attestation_act(
    desk: Desk,
    name: str,
    data: Mapping[str, Any],
    *,
    about: Sequence[str] = (),
    details: Details | None = None,
    fields: Mapping[str, Any] | None = None,
) -> Act:
    """Return a statement of anybody with a key, which changes no custody.

    Args:
        desk: who states it.
        name: the type.
        data: what the type requires.
        about: ids of the events that it is about; those that its data names, else the seal.
        details: what is said besides.
        fields: further fields, as the format has them.

    Raises:
        UsageError: see `check_type` and `check_data`.
        LogError: EVENT_UNKNOWN: an event that is not in the log; see `check_fixity`.
        BundleError, StorageError: the log cannot be read as one.
    """
    check_type(name, attestation=True)
    checked = _data(desk, name, data)
    standing = stand(desk)
    return Act(
        type=name,
        data=checked,
        fields=_fields(details, fields, by=name),
        attestation=True,
        follows=_about(standing, about or checked.get("events", ())),
    )


def refusal_act(
    desk: Desk, *, event: str | None = None, reason: str | None = None, details: Details | None = None
) -> Act:
    """Return the statement that somebody does not take what was released or copied to him.

    Args:
        desk: who refuses.
        event: the release or copy; the only open one unless given.
        reason: why.
        details: what is said besides.

    Raises:
        LogError: see `choose_offer`; RELEASE_RECEIVED: he has received it.
        BundleError, StorageError: the log cannot be read as one.
    """
    offer = choose_offer(desk, stand(desk), event)
    if offer.received_by is not None:
        raise LogError(
            "release or copy: expected one that you have not received, found your receipt in this log",
            code="RELEASE_RECEIVED",
            hint="give it back by a release: custody release",
        )
    data = {"event": offer.event_id, **({} if reason is None else {"reason": reason})}
    return Act(
        type="refused",
        data=data,
        fields=_fields(details, None),
        attestation=True,
        follows=(offer.event_id,),
    )


def _data(desk: Desk, name: str, data: Mapping[str, Any]) -> dict[str, Any]:
    if name != FIXITY:
        return check_data(name, data)
    if data:
        raise UsageError(
            "data of fixity-checked: expected none, for it is found out, found some", code="EVENT_DATA"
        )
    return check_fixity(desk).data


def _fields(
    details: Details | None, fields: Mapping[str, Any] | None, *, by: str | None = None
) -> dict[str, Any]:
    """Bring together what is said besides; a check names the program that made it, as a certificate will."""
    said = (details or Details()).fields()
    further = {name: value for name, value in (fields or {}).items() if value is not None}
    if twice := sorted(said.keys() & further.keys()):
        raise UsageError(f"fields: expected each once, found {', '.join(twice)} twice")
    known = said | further
    if by == FIXITY:
        program = {"name": _PROGRAM, "version": metadata.version(_PROGRAM)}
        known["note"] = {"tool": program, **known.get("note", {})}
    return known


def _about(standing: Standing, about: Sequence[str]) -> tuple[str, ...]:
    records = (*standing.log.events.values(), *standing.log.attestations.values())
    known = {one.event_id for one in records}
    wanted = sorted(set(about)) or [standing.seal_id]
    if unknown := [one for one in wanted if one not in known]:
        raise LogError(
            f"events: expected ids of this log, found {len(unknown)} others: {unknown[0]}",
            code="EVENT_UNKNOWN",
            hint="custody log shows the ids",
        )
    if len(wanted) > PREVIOUS_EVENTS:
        raise UsageError(f"events: expected at most {PREVIOUS_EVENTS}, found {len(wanted)}")
    return tuple(wanted)
