"""What events say of the very bundle, and in which role somebody takes it over."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from custody.format.event_fields import EVENT_TYPES
from custody.proof.event_record import EventRecord
from custody.proof.holding import ChainEvent
from custody.report.reason import Reason
from custody.trust.trust import Role
from custody.verification.run import LISTED, Run
from custody.verification.signers import Resolver
from custody.verification.witnesses import place_in_bundle

CHECKS: Final = frozenset({"received", "copy-received", "fixity-checked"})
"""Types whose data holds the root that was found, and a result."""


_HOLDING: Final = frozenset({Role.HOLDER, Role.SEALER})


def role_doubt(record: EventRecord, resolver: Resolver) -> Reason | None:
    """Say when somebody takes over whom the trust gives no role to hold; None when nothing speaks against it.

    Under an expected seal those who signed the seal need none.
    """
    body = record.body
    if body is None or body.type == "sealed" or not EVENT_TYPES[body.type].opens:
        return None  # of who sealed, finding 8 speaks
    by_label = {signer.claimed_identity: (signer, one) for signer, one in resolver.resolve_all(record)}
    signer, actor = by_label[body.actor]
    allowed = bool(actor.roles & _HOLDING) or frozenset(signer.key_ids) in resolver.own
    return None if allowed else Reason.HOLDER_ROLE


def handover_doubt(record: EventRecord, seal: EventRecord | None) -> Reason | None:
    """Say why it is undetermined that an event is about what was sealed; None when nothing speaks against it.

    Who releases names the seal's root and number of items. Who states that a check passed has computed the
    root, and so names the seal's as well; of a check that failed `list_failed` speaks.
    """
    body, sealed = record.body, {} if seal is None or seal.body is None else seal.body.data
    if body is None or not {"root", "items"} <= sealed.keys():
        return None
    same_root = body.data.get("root") == sealed["root"]
    if body.type == "released":
        same = same_root and body.data.get("items") == sealed["items"]
    else:
        same = same_root or body.type not in CHECKS or failed(record)
    return None if same else Reason.HANDOVER_DIFFERS


def failed(record: EventRecord) -> bool:
    """Tell whether an event states that a check failed."""
    return record.body is not None and record.body.type in CHECKS and record.body.data["result"] == "fail"


def refusals(records: Iterable[EventRecord], resolver: Resolver) -> frozenset[tuple[str, str]]:
    """Return which events are refused, by id, and by whom, as statements whose signers leave no doubt say."""
    found: set[tuple[str, str]] = set()
    for record in records:
        body = record.body
        if body is None or body.type != "refused":
            continue
        by_label = {signer.claimed_identity: one for signer, one in resolver.resolve_all(record)}
        if all(one.doubt is None for one in by_label.values()):
            found.add((body.data["event"], by_label[body.actor].identity or ""))
    return frozenset(found)


def withdrawn_copies(events: Iterable[ChainEvent]) -> Iterator[tuple[str, str, str]]:
    """Yield what received a copy that its giver took back: the ids of receipt, withdrawal and copy.

    Both count, and neither excludes the other: a copy leaves the giver's holding as it is.

    Args:
        events: the counted ones.
    """
    known = {event.event_id: event for event in events}
    withdrawn: dict[str, str] = {}
    for event in known.values():
        copied = known.get(event.answers or "")
        if copied is not None and copied.type == "copied" and copied.holding == event.holding:
            withdrawn.setdefault(copied.event_id, event.event_id)
    for event in known.values():
        for prev in event.prev if event.type == "copy-received" else ():
            if prev in withdrawn:
                yield event.event_id, withdrawn[prev], prev


def list_failed(run: Run, records: Iterable[EventRecord]) -> None:
    """List the checks that failed; they change nobody's custody."""
    for record in records:
        if record.body is not None and failed(record):
            path, basis = place_in_bundle(record), (record.event_id,)
            run.findings.add(Reason.FIXITY_FAILED, path, LISTED, basis=basis, type=record.body.type)
