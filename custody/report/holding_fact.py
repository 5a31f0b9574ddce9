"""Who held a copy, from when to when, as far as a log shows it."""

from __future__ import annotations

from enum import Enum

from attrs import field, frozen

from custody.model.instant import Instant


class HoldingStart(Enum):
    """How a holding began."""

    SEALED = "sealed"
    RECEIVED = "received"
    COPY_RECEIVED = "copy-received"
    SUCCEEDED = "succeeded"
    UNKNOWN = "unknown"  # the event that opened it is withheld


class HoldingState(Enum):
    """What became of a holding, as far as the log of this copy shows it.

    HELD: its holder still holds it.
    IN_TRANSIT: handed over, and nobody has received it.
    HANDED_OVER: received by another; files that stayed with this holder are a copy without a holder.
    SUCCEEDED: another carries it on.
    CLOSED: its holder closed it.
    RECONCILED: it ended with a reconciliation that its holder signed.
    DISPUTED: events that exclude each other speak of it, or its holder contradicts himself.
    UNKNOWN: an event that is withheld or set aside hides what became of it.
    """

    HELD = "held"
    IN_TRANSIT = "in-transit"
    HANDED_OVER = "handed-over"
    SUCCEEDED = "succeeded"
    CLOSED = "closed"
    RECONCILED = "reconciled"
    DISPUTED = "disputed"
    UNKNOWN = "unknown"


class HoldingNote(Enum):
    """What has to be said of a holding besides how it began and what became of it.

    UNAPPROVED: a successor opened it, and no approver cosigned: nobody is shown to hold it.
    NOT_AS_SEALED: whoever received it recorded that it was not as it was sealed.
    RELEASE_WITHDRAWN: its holder released it and took that back.
    """

    UNAPPROVED = "unapproved"
    NOT_AS_SEALED = "not-as-sealed"
    RELEASE_WITHDRAWN = "release-withdrawn"


@frozen(kw_only=True)
class HoldingMoment:
    """When an event was signed.

    Attributes:
        not_before: its signatures are proven not to be earlier; None where nothing shows it.
        not_after: they are proven not to be later; None where nothing shows it.
        claimed_at: the time in its body; a claim. None while the body is closed.
    """

    not_before: Instant | None = None
    not_after: Instant | None = None
    claimed_at: str | None = None


@frozen(kw_only=True)
class HoldingFact:
    """One copy in the hands of one holder.

    Attributes:
        holding_id: 32 hex digits.
        holder: the name that the trust gives his keys, or None where a withheld event hides him.
        opened: how the holding began.
        opened_by: id of the event that opened it, or None where it is not here.
        state: what became of it.
        ended_by: id of the event that ended it, or None.
        last_event: id of its last counted event, or None where none counts.
        start: when `opened_by` was signed.
        end: when `ended_by` was signed; in transit, the release. None while it is held.
        to: the name that the trust gives the recipient (handed over, in transit) or who carries on, or who
            took over as a receipt shows (held), or None.
        shown_by: in transit or held: id of the event of a receipt, given beside the bundle, that receives or
            carries on what was released, here or in a receipt; it counts only after a merge. None: no
            receipt shows one.
        refused_by: the recipients who stated, with keys that the trust knows, that they do not take what was
            released to them from this holding; in the order of the releases. It changes nobody's custody.
        notes: what else has to be said.
    """

    holding_id: str
    holder: str | None
    opened: HoldingStart
    opened_by: str | None
    state: HoldingState
    ended_by: str | None = None
    last_event: str | None = None
    start: HoldingMoment = field(factory=HoldingMoment)
    end: HoldingMoment | None = None
    to: str | None = None
    shown_by: str | None = None
    refused_by: tuple[str, ...] = ()
    notes: tuple[HoldingNote, ...] = ()
