"""What somebody may receive: the open releases and copies of a log that name him."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from attrs import frozen

from custody.errors import LogError
from custody.model.identity import Identity
from custody.proof.event_record import EventRecord
from custody.proof.holding import ChainEvent, Held, same_party
from custody.report.reason import Reason
from custody.transfer.desk import Desk
from custody.transfer.refusal import refused
from custody.verification.standing import Standing

RECEIPTS: Final = {"released": "received", "copied": "copy-received"}
"""Type of a giving to the type that answers it."""
_BY_NAME: Final = frozenset({"RELEASE_SUCCEEDED", "RELEASE_ANSWERED"})
"""Why an offer may be over, and is received all the same by who names it."""


@frozen(kw_only=True)
class Offer:
    """A release or a copy that names somebody.

    Attributes:
        event_id: of the release or copy.
        type: released or copied.
        received_by: the counted event by which he has received it, or None.
        why: why it is not open, as a code; "" when it is.
    """

    event_id: str
    type: str
    received_by: str | None = None
    why: str = ""

    @property
    def is_open(self) -> bool:
        """Whether he can receive it now."""
        return not self.why and self.received_by is None


def offers_to(standing: Standing, identity: Identity) -> tuple[Offer, ...]:
    """Return the counted releases and copies that name an identity, in the order of the log."""
    return tuple(_offers(standing, identity))


def _offers(standing: Standing, identity: Identity) -> Iterator[Offer]:
    me = standing.identity_of(identity.key_set.key_ids)
    counted = standing.counted()
    for event in counted:
        if event.type not in RECEIPTS or event.to is None or event.to.identity != me or me is None:
            continue
        answers = [
            one for one in counted if one.type == RECEIPTS[event.type] and one.prev == (event.event_id,)
        ]
        mine = next((one.event_id for one in answers if same_party(event.to, one)), None)
        yield Offer(
            event_id=event.event_id, type=event.type, received_by=mine, why=_why_not(standing, event, counted)
        )


def _why_not(standing: Standing, event: ChainEvent, counted: Sequence[ChainEvent]) -> str:
    if any(_hidden_answer(record, event.event_id) for record in standing.log.events.values()):
        return "RELEASE_ANSWERED"
    if event.type == "copied":
        return ""
    state = standing.state_of(event.holding)
    if state.held is not Held.IN_TRANSIT or state.release != event.event_id:
        return "RELEASE_WITHDRAWN"
    if any(one.cosigned_succession and one.prev == (event.event_id,) for one in counted):
        return "RELEASE_SUCCEEDED"
    return ""


def _hidden_answer(record: EventRecord, event_id: str) -> bool:
    """Tell whether a record may answer an offer, in a body that is not open here."""
    statement = record.statement
    return (
        record.body is None and statement is not None and (statement.seq, statement.prev) == (0, (event_id,))
    )


def choose_offer(desk: Desk, standing: Standing, event: str | None) -> Offer:
    """Return the one release or copy that is to be received; it may have been received before, by him.

    Args:
        desk: who receives, in which bundle.
        standing: where its log stands.
        event: which one; the only open one unless given, or the last that he has received.

    Raises:
        LogError: NOT_THE_RECIPIENT: none names him; RELEASE_WITHDRAWN, RELEASE_SUCCEEDED or RELEASE_ANSWERED:
            it is no longer open; RELEASE_SET_ASIDE: it does not count; RELEASE_AMBIGUOUS: several are open.
    """
    offers = offers_to(standing, desk.signer.identity)
    if event is not None:
        named = next((one for one in offers if one.event_id == event), None)
        if named is None:
            raise _not_his(desk, standing, event)
        return _checked(named, chosen=True)
    opened = [one for one in offers if one.is_open]
    if len(opened) > 1:
        listed = ", ".join(f"{one.type} {one.event_id}" for one in opened)
        raise LogError(
            f"release or copy: expected one to receive, found {len(opened)}: {listed}",
            code="RELEASE_AMBIGUOUS",
            hint="name it: --event ID",
        )
    if opened:
        return opened[0]
    if not offers:
        raise _not_his(desk, standing, None)
    return _checked(offers[-1], chosen=False)


def _checked(offer: Offer, *, chosen: bool) -> Offer:
    """Refuse an offer that is over; who names one that may not be knows that he may start a dispute."""
    if offer.received_by is not None or not offer.why or (chosen and offer.why in _BY_NAME):
        return offer
    words = {
        "RELEASE_WITHDRAWN": (
            "release: expected an open one to this signer, found one that was withdrawn",
            "ask for a new release; custody log shows who holds the bundle",
        ),
        "RELEASE_SUCCEEDED": (
            "release: expected an open one to this signer, found one that a successor has taken over",
            "ask the successor for a release; to receive all the same, and dispute it, name it: --event ID",
        ),
        "RELEASE_ANSWERED": (
            "release or copy: expected one that nobody has answered, found an answer that is withheld here",
            "merge the whole answer, or a receipt of it; if you know that it is not yours: --event ID",
        ),
    }
    message, hint = words[offer.why]
    raise LogError(message, code=offer.why, hint=hint)


def _not_his(desk: Desk, standing: Standing, event: str | None) -> LogError:
    """Say why there is nothing to receive: set aside, for another, or not there."""
    counted = set(standing.chain.counted)
    for record in standing.log.events.values():
        if record.event_id in counted or event not in {None, record.event_id}:
            continue
        if _names(record, desk.signer.identity):
            reasons = {**standing.judged.unsound, **standing.chain.set_aside, **standing.chain.receipts}
            reason = reasons.get(record.event_id, Reason.EVENT_MALFORMED)
            return LogError(
                f"release or copy: expected one that counts, found one that is set aside: {reason.name}",
                code="RELEASE_SET_ASIDE",
                hint="custody verify says more; if its signer is missing in your trust file, ask him for his"
                " public key: custody trust add",
            )
    given = [one for one in standing.counted() if one.type in RECEIPTS and event in {None, one.event_id}]
    if given and all(_received(standing, one) for one in given):
        return LogError(
            "release or copy: expected one to this signer, found one to another, who has received it already",
            code=Reason.NOT_THE_RECIPIENT.name,
            hint="custody log shows who holds the bundle now; ask there for a release",
        )
    if given:
        return refused(Reason.NOT_THE_RECIPIENT)
    return LogError(
        "release or copy: expected one to this signer, found none",
        code="NOT_RELEASED",
        hint="ask the holder for the bundle as it is after custody release; custody log shows what he did",
    )


def _received(standing: Standing, given: ChainEvent) -> bool:
    """Tell whether whom a release or copy names has received it, as far as events count."""
    return given.to is not None and any(
        one.type == RECEIPTS.get(given.type or "")
        and one.prev == (given.event_id,)
        and same_party(given.to, one)
        for one in standing.counted()
    )


def _names(record: EventRecord, identity: Identity) -> bool:
    body = record.body
    if body is None or body.type not in RECEIPTS:
        return False
    return set(body.data["to"]["keys"]) == set(identity.key_set.key_ids)
