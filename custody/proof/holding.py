"""Holdings: who may write what, when; the state machine of custody (DESIGN, "What excludes what"; H1-H7)."""

from __future__ import annotations

import hashlib
from enum import Enum

from attrs import field, frozen

from custody.format.canonical import encode_json
from custody.proof.window import OPEN, Window
from custody.report.reason import Reason

_OF_CONTENT = frozenset({Reason.HANDOVER_DIFFERS, Reason.HOLDER_ROLE})


@frozen(kw_only=True)
class Party:
    """Whom an event names as recipient or successor.

    Attributes:
        identity: the name that the trust gives its keys, or None when it does not know them.
    """

    identity: str | None


@frozen(kw_only=True)
class ChainEvent:
    """What the chain needs to know of an event; who signed is already established.

    Attributes:
        event_id: SHA-256 of its proof.sha256.
        holding: the holding that it is written in.
        seq: its place there.
        prev: the events that it follows.
        fields: its ten commitments.
        type: its type, or None for a stub.
        actor: the identity that acts.
        identities: every identity that signed.
        approvers: those of them, without the actor, that the trust gives the role of approver.
        to: the recipient that it names.
        successor: the successor that its `people` names.
        people_closed: whether `people` is there and closed.
        answers: the event that a withdrawal answers.
        leaves: the leaf indices that its data names.
        heads: the heads that a reconciliation names.
        doubt: why its signatures, its actor's role or what it states leave what rests on it undetermined.
        suspect: whether one of its keys may have been in other hands by then, or only some of a set signed.
        window: when it was signed, as far as it is proven; also where its bounds contradict each other.
        undated: whether proofs of time over it were left unjudged, so that times decide nothing about it.
    """

    event_id: str
    holding: str
    seq: int
    prev: tuple[str, ...]
    fields: tuple[str, ...]
    type: str | None = None
    actor: str = ""
    identities: frozenset[str] = frozenset()
    approvers: frozenset[str] = frozenset()
    to: Party | None = None
    successor: Party | None = None
    people_closed: bool = False
    answers: str | None = None
    leaves: tuple[int, ...] = ()
    heads: tuple[str, ...] = ()
    doubt: Reason | None = None
    suspect: bool = False
    window: Window = OPEN
    undated: bool = False

    @property
    def stub(self) -> bool:
        """Whether only its links are known."""
        return self.type is None

    @property
    def key_doubt(self) -> Reason | None:
        """Its doubt where that is about who signed; not where it is about his role or what he states."""
        return None if self.doubt in _OF_CONTENT else self.doubt

    @property
    def cosigned_succession(self) -> bool:
        """Whether it is a succession that an approver cosigned."""
        return self.type == "succeeded" and bool(self.approvers)


class Held(Enum):
    """The states of a holding, along one event's own past."""

    HELD = "held"
    IN_TRANSIT = "in-transit"
    CLOSED = "closed"
    HIDDEN = "hidden"  # a stub stands before; no rule of this module refuses after it


@frozen(kw_only=True)
class State:
    """A holding after one of its events.

    Attributes:
        held: what state.
        release: in transit: the release.
    """

    held: Held
    release: str = ""


HIDDEN = State(held=Held.HIDDEN)
CLOSED = State(held=Held.CLOSED)
_HELD = State(held=Held.HELD)
_OPENERS = {"received": "released", "copy-received": "copied"}


@frozen(kw_only=True)
class Past:
    """What an event builds on.

    Attributes:
        before: its predecessor in the same holding; for an opener, the event that it follows; None for seals.
        state: the holding's state before it.
        writer: who opened its holding; None when a stub hides him or the holding is being opened.
        opener: the event that opened the predecessor's holding, or None when hidden.
    """

    before: ChainEvent | None
    state: State = field(default=HIDDEN)
    writer: str | None = None
    opener: ChainEvent | None = None


def holding_id_of(prev: tuple[str, ...], fields: tuple[str, ...]) -> str:
    """Return the id of the holding that an event opens: 32 hex of SHA-256(canonical_json([prev, fields]))."""
    return hashlib.sha256(encode_json([list(prev), list(fields)])).hexdigest()[:32]


def same_party(party: Party, event: ChainEvent) -> bool:
    """Tell whether an actor is the party named: the identity that the trust gives the keys of both."""
    return party.identity is not None and party.identity == event.actor


def refuse(event: ChainEvent, past: Past) -> Reason | None:
    """Say why an event that is well signed is set aside, or None when it may count."""
    if event.type in _OPENERS:
        return _refuse_receipt(event, past)
    if event.type == "succeeded":
        return _refuse_succession(event, past)
    return None if event.type == "sealed" else _refuse_act(event, past)


def _refuse_act(event: ChainEvent, past: Past) -> Reason | None:
    if past.writer is not None and event.actor != past.writer:
        return Reason.NOT_THE_HOLDER
    if past.state.held is Held.CLOSED:
        return Reason.HOLDING_CLOSED
    if past.state.held is Held.IN_TRANSIT and not (
        event.type == "withdrawn" and event.answers == past.state.release
    ):
        return Reason.HOLDING_IN_TRANSIT
    if event.type == "erased" and not event.approvers:
        return Reason.EVENT_THRESHOLD
    return None


def _refuse_receipt(event: ChainEvent, past: Past) -> Reason | None:
    given = past.before
    if given is None or given.stub:
        return None
    if given.type != _OPENERS[event.type or ""]:
        return Reason.HOLDING_WRONG
    return None if given.to is not None and same_party(given.to, event) else Reason.NOT_THE_RECIPIENT


def _refuse_succession(event: ChainEvent, past: Past) -> Reason | None:
    if past.state.held is Held.CLOSED:
        return Reason.HOLDING_CLOSED
    opener = past.opener
    if opener is None or opener.stub or opener.people_closed or event.actor == past.writer:
        return None
    named = opener.successor is not None and same_party(opener.successor, event)
    return None if named else Reason.NOT_THE_SUCCESSOR


def state_after(event: ChainEvent, before: State) -> State:
    """Return the state of the event's holding after it."""
    if event.type in {"sealed", "received", "copy-received", "succeeded"}:
        return _HELD
    if event.stub or before.held is Held.HIDDEN:
        return HIDDEN
    if event.type == "released":
        return State(held=Held.IN_TRANSIT, release=event.event_id)
    if event.type == "withdrawn":
        return _HELD if before.held is Held.IN_TRANSIT else before
    if event.type == "closed":
        return CLOSED
    return before


def succession_doubt(event: ChainEvent, past: Past) -> Reason | None:
    """Say why custody beyond a counted succession is undetermined, or None when an approver cosigned it."""
    if event.type != "succeeded":
        return None
    opener = past.opener
    if opener is None or opener.stub or opener.people_closed:
        return Reason.SUCCESSOR_UNKNOWN
    others = event.approvers - {past.writer or ""}
    return None if others else Reason.SUCCESSION_UNAPPROVED
