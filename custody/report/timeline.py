"""The log of a bundle as a timeline: what happened, who says so, and how far it counts."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Any, Final

from attrs import field, frozen

from custody.model.instant import Instant
from custody.report.holding_fact import HoldingFact
from custody.report.reason import Reason


class EventStatus(Enum):
    """What an event is to the log of this copy; in the order in which a timeline lists them.

    COUNTED: signed by known identities, in its place.
    SET_ASIDE: it changes nobody's custody.
    RECEIPT: signed, and what it follows is not here.
    WITNESS: a receipt beside the bundle shows it; it is not part of this copy.
    STUB: only its links are here.
    ATTESTATION: somebody's statement, which changes no custody.
    """

    COUNTED = "counted"
    SET_ASIDE = "set-aside"
    RECEIPT = "receipt"
    WITNESS = "witness"
    STUB = "stub"
    ATTESTATION = "attestation"


_OF_OTHERS: Final = frozenset(
    {Reason.EVENT_SIGNER_UNKNOWN, Reason.ATTESTATION_SIGNER_UNKNOWN, Reason.EVENT_OF_ANOTHER_BUNDLE}
)


@frozen(kw_only=True)
class Named:
    """Somebody whom an event names.

    Attributes:
        claimed_label: the label in the event, believed by nobody.
        identity: the name that the trust gives the keys; None where it does not know them, and where the
            signatures do not hold.
        roles: of a signer: what the trust accepts that identity for, by the words of the trust file.
        doubt: of a signer: why what rests on his keys at the time of the event is undetermined, or None.
    """

    claimed_label: str
    identity: str | None = None
    roles: frozenset[str] = field(default=frozenset(), eq=False)
    doubt: Reason | None = field(default=None, eq=False)


@frozen(kw_only=True)
class TimelineEvent:
    """One event.

    Attributes:
        event_id: its id, 64 hex digits; "" where it has none.
        path: its folder, relative to the bundle; of a witness the one that it would have.
        status: what it is to this log.
        holding: 32 hex digits; "" of an attestation, and where it cannot be read.
        seq: its place there.
        follows: the ids of the events that it follows.
        type: one of the types of version 1; None while the body is closed or cannot be read.
        actor: who acts.
        cosigners: who signed besides.
        to: whom it names as recipient.
        claimed_at: the time in its body, or None.
        not_before: its signatures are proven not to be earlier; None where nothing shows it.
        not_after: they are proven not to be later; None where nothing shows it.
        head: whether it is in no other counted event's past.
        against: of a head: what keeps custody up to it from being proven.
        in_transit: of a release: whether nobody is shown to have received or taken it back.
        unacknowledged: of a copy: whether nobody is shown to have received it.
        reason: why it does not count, or what a witness comes to; None where there is nothing to say.
        claimed_data: what its body states.
        claimed_fields: the open fields beside the body, by name.
        closed: names of the fields that are not null and not open.
    """

    event_id: str
    path: str
    status: EventStatus
    holding: str = ""
    seq: int = 0
    follows: tuple[str, ...] = ()
    type: str | None = None
    actor: Named | None = None
    cosigners: tuple[Named, ...] = ()
    to: Named | None = None
    claimed_at: str | None = None
    not_before: Instant | None = None
    not_after: Instant | None = None
    head: bool = False
    against: tuple[Reason, ...] = ()
    in_transit: bool = False
    unacknowledged: bool = False
    reason: Reason | None = None
    claimed_data: Mapping[str, Any] = field(factory=dict, repr=False)
    claimed_fields: Mapping[str, Any] = field(factory=dict, repr=False)
    closed: tuple[str, ...] = ()

    @property
    def unheard(self) -> bool:
        """Whether it may state what this copy lets nobody rely on.

        Only its links are here, or what it follows is not; or its files are not what known keys signed, and
        nothing shows that they were strangers' or about another bundle.
        """
        if self.status is EventStatus.SET_ASIDE:
            signed = self.actor is not None and self.actor.identity is not None
            return not signed and self.reason not in _OF_OTHERS
        return self.status in {EventStatus.STUB, EventStatus.RECEIPT, EventStatus.WITNESS}


@frozen(kw_only=True)
class Timeline:
    """A log, told; no file was looked at, and nothing is concluded about any claim.

    Attributes:
        bundle_id: 32 hex digits.
        seal_id: id of the seal that the log is judged by.
        judged_at: the moment that the caller gave as now.
        events: the counted ones, each after its past; then the others by status and path.
        holdings: who held a copy, in the order in which the holdings were opened.
        receipts_held: how many events the receipts beside the bundle show that its log has.
        unread: what could not be read, in the bundle or in a receipt: subject and reason.
    """

    bundle_id: str
    seal_id: str
    judged_at: Instant
    events: tuple[TimelineEvent, ...]
    holdings: tuple[HoldingFact, ...]
    receipts_held: int = 0
    unread: tuple[tuple[str, Reason], ...] = ()
