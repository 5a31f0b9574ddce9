"""What else is stated in a log, or beside it: by holders, successors, recipients, third parties.

As with `custody.facade.transfer`, every function writes one signed event, or says why not and writes nothing;
the errors are those of that module.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final, Unpack

from attrs import evolve

from custody.facade.several import several
from custody.facade.writing import AnyPath, Writing, begin
from custody.transfer.recipient import AnyParty
from custody.transfer.reconcile import reconciliation_act
from custody.transfer.record import attestation_act, event_act, refusal_act
from custody.transfer.succeed import succession
from custody.transfer.written import Written

_NOTHING: Final[Mapping[str, Any]] = MappingProxyType({})


def record_event(
    bundle: AnyPath,
    type: str,  # noqa: A002 - the word of the format
    *,
    data: Mapping[str, Any] = _NOTHING,
    fields: Mapping[str, Any] = _NOTHING,
    **writing: Unpack[Writing],
) -> Written:
    """Record what the holder did: any type of the log that has no function of its own.

    Items are named by leaf indices, as in the format: number minus one. `fixity-checked` takes no data: root
    and result are found out by a full verification. `erased` needs an approver among the cosigners, and
    removes no file.

    Args:
        bundle: its folder.
        type: of the event.
        data: what the type requires.
        fields: further fields, with their members as in the format.
        **writing: who writes, and what he says besides; see `Writing`.

    Raises:
        UsageError: TYPE_HAS_VERB, TYPE_NOT_YET, TYPE_UNKNOWN, EVENT_DATA.
        LogError: FIXITY_UNDETERMINED, ROOT_UNKNOWN, EVENT_THRESHOLD, ITEM_UNKNOWN and others.
        CustodyError: see `custody.facade.transfer`.
    """
    begun = begin(bundle, writing)
    return begun.write(event_act(begun.desk, type, data, details=begun.details, fields=fields))


def attest(
    bundle: AnyPath,
    type: str,  # noqa: A002 - the word of the format
    *,
    data: Mapping[str, Any] = _NOTHING,
    fields: Mapping[str, Any] = _NOTHING,
    about: str | Sequence[str] = (),
    **writing: Unpack[Writing],
) -> Written:
    """State something about events of others; it changes nobody's custody, and anybody with a key can.

    Args:
        bundle: the folder of any copy; send the receipt of the statement to the holder.
        type: of the attestation.
        data: what the type requires.
        fields: further fields, with their members as in the format.
        about: ids of the events that it is about; those that its data names, else the seal.
        **writing: who states it, and what he says besides; see `Writing`.

    Raises:
        UsageError: TYPE_HAS_VERB, TYPE_UNKNOWN, EVENT_DATA.
        LogError: EVENT_UNKNOWN, EVENT_THRESHOLD, FIXITY_UNDETERMINED, ROOT_UNKNOWN.
        CustodyError: see `custody.facade.transfer`.
    """
    begun = begin(bundle, writing)
    act = attestation_act(
        begun.desk, type, data, about=several(about, "about"), details=begun.details, fields=fields
    )
    return begun.write(act)


def refuse(
    bundle: AnyPath, *, reason: str | None = None, event: str | None = None, **writing: Unpack[Writing]
) -> Written:
    """State that one does not take what was released or copied to one; the releaser takes it back.

    Args:
        bundle: its folder.
        reason: why.
        event: the id of the release or copy, where several name the signer.
        **writing: who refuses, and what he says besides; see `Writing`.

    Raises:
        LogError: as `receive`; RELEASE_RECEIVED.
        CustodyError: see `custody.facade.transfer`.
    """
    begun = begin(bundle, writing)
    return begun.write(refusal_act(begun.desk, event=event, reason=reason, details=begun.details))


def succeed(
    bundle: AnyPath,
    *,
    reason: str | None = None,
    successor: AnyParty | None = None,
    **writing: Unpack[Writing],
) -> Written:
    """Carry on in the place of a holder who named the signer, or in one's own place on another machine.

    Custody beyond this is undetermined unless a trusted approver other than the two is among the cosigners.

    Args:
        bundle: its folder, as last known.
        reason: why.
        successor: who may carry on in the place of the signer in turn: an Identity, the path of his public
            key file, or his name in the trust.
        **writing: who carries on, and what he says besides; `holding` says from which; see `Writing`.

    Raises:
        LogError: NOT_THE_SUCCESSOR, HOLDING_CLOSED, HOLDING_HANDED_OVER, HOLDING_SUCCEEDED,
            ALREADY_SUCCEEDED.
        CustodyError: see `custody.facade.transfer`.
    """
    begun = begin(bundle, writing)
    details = evolve(begun.details, successor=begun.successor(successor))
    found = succession(begun.desk, holding=begun.holding, reason=reason, details=details)
    return evolve(begun, holding=None).write(found.act)


def reconcile(bundle: AnyPath, *, heads: str | Sequence[str] = (), **writing: Unpack[Writing]) -> Written:
    """End a dispute; the parties sign, one goes on, and the holdings of the others end.

    Args:
        bundle: its folder, in which the events of both sides are (`custody merge`).
        heads: ids of the heads of the others; all that are in dispute unless given.
        **writing: who goes on, and what he says besides; the other parties are `cosigners`; see `Writing`.

    Raises:
        LogError: NOT_DISPUTED, HEAD_NOT_FOUND, PARTY_MISSING.
        CustodyError: see `custody.facade.transfer`.
    """
    begun = begin(bundle, writing)
    act = reconciliation_act(
        begun.desk, heads=several(heads, "heads"), holding=begun.holding, details=begun.details
    )
    return begun.write(act)
