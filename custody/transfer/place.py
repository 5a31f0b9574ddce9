"""Where in the log an actor may write (DESIGN, "One writer per holding")."""

from __future__ import annotations

from attrs import frozen

from custody.errors import ExistsError, LogError, UsageError
from custody.format.event_fields import EVENT_TYPES
from custody.format.layout import event_path
from custody.proof.holding import ChainEvent, Held
from custody.report.reason import Reason
from custody.storage.append import Appender
from custody.transfer.desk import Desk
from custody.transfer.refusal import refused
from custody.transfer.written import Act, Written
from custody.verification.standing import Standing


@frozen(kw_only=True)
class Place:
    """Where the next event goes.

    Attributes:
        bundle_id: 32 hex digits.
        holding: 32 hex digits; "" for the one that the event opens, and for an attestation.
        seq: its place there.
        prev: the events that it follows, ascending.
        opens: whether the event opens a holding.
    """

    bundle_id: str
    holding: str
    seq: int
    prev: tuple[str, ...]
    opens: bool = False


def place_taken_by(written: Written) -> Place:
    """Return the place that a signed event has."""
    return Place(
        bundle_id=written.bundle_id,
        holding=written.holding,
        seq=written.seq,
        prev=written.prev,
        opens=not written.seq,
    )


def place_of(desk: Desk, standing: Standing, act: Act) -> Place:
    """Return where an act belongs.

    Raises:
        UsageError: the actor has several holdings to choose from, or names one that is not his.
        LogError: he has none in which this can be written; the code is the reason's name.
    """
    if act.attestation or EVENT_TYPES[act.type].opens:
        opens = not act.attestation
        prev = tuple(sorted(act.follows))
        if opens:
            _check_unopened(desk, standing, act, prev)
        return Place(bundle_id=standing.bundle_id, holding="", seq=0, prev=prev, opens=opens)
    holding = _choose(desk, standing, act)
    last = standing.last_of(holding)
    if last is None:
        raise refused(Reason.NOT_THE_HOLDER)
    if any(standing.events[one].holding == holding for one in standing.chain.receipts):
        raise refused(Reason.LATER_EVENT_EXISTS)  # by this very writer: what others add here is set aside
    for head in standing.chain.heads:
        if head.event_id == last.event_id:
            _check_head([reason for reason, _ in head.reasons])
    prev = tuple(sorted({last.event_id, *act.follows}))
    return Place(bundle_id=standing.bundle_id, holding=holding, seq=last.seq + 1, prev=prev)


def _check_unopened(desk: Desk, standing: Standing, act: Act, prev: tuple[str, ...]) -> None:
    """Refuse to receive the same thing twice: the second holding would dispute the first."""
    own = standing.identity_of(desk.signer.identity.key_set.key_ids)
    for event in standing.counted():
        if act.type != "succeeded" and (event.type, event.actor, event.prev) == (act.type, own, prev):
            raise LogError(
                f"holding: expected none that follows this event, found {event.holding}",
                code="ALREADY_RECEIVED",
                hint="go on in that holding; custody log shows it",
            )


def _check_head(reasons: list[Reason]) -> None:
    for reason in (Reason.SET_ASIDE_IN_PAST, Reason.STUB_IN_PAST):
        if reason in reasons:
            raise refused(reason)


def holdings_of(standing: Standing, identity: str | None) -> tuple[str, ...]:
    """Return the holdings that an identity opened, in the order of the log."""
    return tuple(event.holding for event in standing.counted() if event.seq == 0 and event.actor == identity)


def _choose(desk: Desk, standing: Standing, act: Act) -> str:
    mine = holdings_of(standing, standing.identity_of(desk.signer.identity.key_set.key_ids))
    if act.holding is not None:
        if act.holding not in mine:
            raise refused(Reason.NOT_THE_HOLDER)
        return act.holding
    wanted = Held.IN_TRANSIT if act.type == "withdrawn" else Held.HELD
    states = {holding: standing.state_of(holding).held for holding in mine}
    fit = [one for one in mine if states[one] is wanted and not _succeeded(standing, one)]
    if len(fit) == 1:
        return fit[0]
    if fit:
        listed = ", ".join(fit)
        raise UsageError(
            f"holding: expected one to write in, found {len(fit)}: {listed}", hint="name it: --holding ID"
        )
    raise _nowhere(standing, mine, states, act)


def _succeeded(standing: Standing, holding: str) -> bool:
    """Tell whether somebody else goes on from a holding, as an approver cosigned."""
    owner = standing.writer_of(holding)
    return any(
        event.cosigned_succession and event.actor != owner and _followed(standing, event) == holding
        for event in standing.counted()
    )


def _followed(standing: Standing, event: ChainEvent) -> str | None:
    before = standing.events.get(event.prev[0])
    return None if before is None else before.holding


def _nowhere(standing: Standing, mine: tuple[str, ...], states: dict[str, Held], act: Act) -> LogError:
    """Say why there is no holding to write in."""
    if not mine:
        return refused(Reason.NOT_THE_HOLDER)
    if act.type == "withdrawn":
        return LogError(
            "release: expected an open one of this signer, found none",
            code="NOT_RELEASED",
            hint="custody log shows what was released, received and withdrawn",
        )
    if any(_succeeded(standing, one) for one in mine):
        return LogError(
            "holding: expected one that goes on, found one that a successor has taken over",
            code="HOLDING_SUCCEEDED",
            hint="if that is wrong, say so in your own holding: name it with --holding ID",
        )
    found = set(states.values())
    for held, reason in ((Held.IN_TRANSIT, Reason.HOLDING_IN_TRANSIT), (Held.CLOSED, Reason.HOLDING_CLOSED)):
        if held in found:
            return refused(reason)
    return refused(Reason.STUB_IN_PAST)


def _signed_by(standing: Standing, path: str, own: tuple[str, ...]) -> bool:
    """Tell whether keys have signed an event for this very place; of another place somebody moved it here."""
    record = standing.log.events.get(path)
    if record is None or not record.signed or record.statement is None or record.body is None:
        return False
    named = event_path(record.statement.holding, record.statement.seq)
    here = (record.statement.bundle_id, named) == (standing.bundle_id, path)
    return here and record.body.acting.key_ids == own


def clear_place(log: Appender, standing: Standing, path: str, own: tuple[str, ...] = ()) -> tuple[str, ...]:
    """Move what stands at an event's place, and counts for nothing, out of the log.

    Args:
        log: the bundle.
        standing: where its log stands.
        path: the place, relative to the bundle.
        own: the keys of the writer; what they have signed stays where it is, whatever it counts for.

    Returns:
        The names that it has beside the bundle now.

    Raises:
        ExistsError: code PLACE_TAKEN: an event that counts stands there, or one that the writer has signed:
            a second one would be a fork.
        StorageError: the machine refused.
    """
    if not log.stands(path):
        return ()
    counted = {standing.record(one).path for one in (*standing.chain.counted, *standing.chain.stubs)}
    if path in counted or _signed_by(standing, path, own):
        raise ExistsError(
            f"{path}: expected a free place, found an event",
            code="PLACE_TAKEN",
            hint="nothing can follow in this holding; open a new one: custody succeed",
        )
    return (log.move_aside(path),)
