"""What is open in a bundle, as the exports see it: names that the trust gives, claims named as claims.

A view holds nothing that its bundle keeps closed: no value, no salt, no key, and no digest of a file whose
content is closed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

from attrs import field, frozen

from custody.model.instant import Instant

Fact: TypeAlias = tuple[str, str | int | bool]
"""One member of a field: its path with dots (`origin.tool.name`), and its value."""

ITEM_DIGESTS = ("sha256", "sha512", "sha3_256")
"""The members of a content that are digests of the file, in the order in which they are written."""


@frozen(kw_only=True)
class ItemView:
    """One item of which something is open.

    Attributes:
        number: from 1.
        leaf: the salted hash that the root covers, 64 hex digits; it tells nothing of the file.
        content: size in bytes, extension and digests when open, else None.
        name: the original name when it is open and is text, else None.
        title: the open title, else None.
        media_type: the open media type, else None.
        originals: numbers of the items of this bundle that it was derived from, as far as that is open.
        facts: every open member of its other fields.
        closed: names of the fields that are closed.
    """

    number: int
    leaf: str
    content: Mapping[str, Any] | None = field(default=None, repr=False)
    name: str | None = field(default=None, repr=False)
    title: str | None = field(default=None, repr=False)
    media_type: str | None = None
    originals: tuple[int, ...] = ()
    facts: tuple[Fact, ...] = field(default=(), repr=False)
    closed: tuple[str, ...] = ()

    @property
    def digests(self) -> tuple[tuple[str, str], ...]:
        """Algorithm and lower-case hex digits of each open digest; empty while the content is closed."""
        content = self.content or {}
        return tuple((name, content[name]) for name in ITEM_DIGESTS if name in content)


@frozen(kw_only=True)
class EventView:
    """One event that verification counted, or one attestation by known keys.

    Attributes:
        event_id: 64 hex digits.
        type: one of the event types.
        actor: who acted, by the name that the trust gives the keys.
        claimed_at: the time that the actor states; a claim.
        holding: 32 hex digits, or "" for an attestation.
        seq: its place in the holding.
        attestation: whether it stands outside the log and changes no custody.
        cosigners: the other signers, by the names that the trust gives their keys.
        not_before: the proven lower bound of its signatures, or None.
        not_after: the proven upper bound of its signatures, or None.
        follows: ids of the events that it builds on or speaks about.
        recipient: whom it names as recipient, when the trust knows those keys.
        claimed_recipient: the label of a recipient whose keys the trust does not know.
        used: numbers of the items that it names as used, checked, erased or failed.
        made: numbers of the items that it names as made.
        result: what it states as its result, or "".
        facts: every open member of its fields that is no digest and no key.
        doubts: reason codes of what leaves it, or what rests on it, undetermined.
    """

    event_id: str
    type: str
    actor: str
    claimed_at: Instant
    holding: str = ""
    seq: int = 0
    attestation: bool = False
    cosigners: tuple[str, ...] = ()
    not_before: Instant | None = None
    not_after: Instant | None = None
    follows: tuple[str, ...] = ()
    recipient: str | None = None
    claimed_recipient: str | None = None
    used: tuple[int, ...] = ()
    made: tuple[int, ...] = ()
    result: str = ""
    facts: tuple[Fact, ...] = field(default=(), repr=False)
    doubts: tuple[str, ...] = ()

    @property
    def window(self) -> str:
        """The proven window of its signatures, in words."""
        lower = f"not before {self.not_before}" if self.not_before is not None else ""
        upper = f"not after {self.not_after}" if self.not_after is not None else ""
        return ", ".join(filter(None, (lower, upper))) or "not proven"


@frozen(kw_only=True)
class HoldingView:
    """One copy in the hands of one holder.

    Attributes:
        holding: 32 hex digits; of the first one, the bundle's id.
        holder: who writes its events, by the name that the trust gives the keys; None where the event that
            opened it is hidden.
        opened_by: id of the event that opened it, or None.
        taken_from: the holding that the opening event builds on, when its event is exported too.
        state: what became of it, as the report has it.
        ended_by: id of the event that ended it, or None.
    """

    holding: str
    holder: str | None = None
    opened_by: str | None = None
    taken_from: str | None = None
    state: str = "unknown"
    ended_by: str | None = None

    @property
    def label(self) -> str:
        """What it is called, and what became of it."""
        whose = "a copy whose start is hidden" if self.holder is None else f"the copy of {self.holder}"
        if self.state == "handed-over":
            return f"{whose}: handed-over, so that files which stayed there are a copy without a holder"
        return f"{whose}: {self.state}"


@frozen(kw_only=True)
class ClaimView:
    """What verification says of one claim.

    Attributes:
        claim: its name.
        outcome: proven, refuted or undetermined.
        reasons: codes of what is not proven.
    """

    claim: str
    outcome: str
    reasons: tuple[str, ...] = ()

    @property
    def told(self) -> str:
        """The outcome, and in brackets the codes."""
        return f"{self.outcome} ({', '.join(self.reasons)})" if self.reasons else self.outcome


@frozen(kw_only=True)
class ExportView:
    """All that an export may say.

    Attributes:
        bundle_id: 32 hex digits.
        seal_id: id of the seal, 64 hex digits.
        root: the sealed Merkle root, 64 hex digits.
        verified_at: the moment that counted as now.
        claims: what verification says of each of the five claims.
        events: after what they build on; otherwise by claimed time.
        holdings: those in which an exported event stands.
        sealed_items: number of items, as sealed.
        withheld: items of which nothing is open, erased ones among them.
        padding: opened padding, left out.
        hidden: ids of events that travel as stubs.
        set_aside: number of events and attestations that do not count, left out.
        items: ascending by number; a view of a large bundle reads them anew each time.
    """

    bundle_id: str
    seal_id: str
    root: str
    verified_at: Instant
    claims: tuple[ClaimView, ...] = ()
    events: tuple[EventView, ...] = ()
    holdings: tuple[HoldingView, ...] = ()
    sealed_items: int = 0
    withheld: int = 0
    padding: int = 0
    hidden: tuple[str, ...] = ()
    set_aside: int = 0
    items: Iterable[ItemView] = field(default=(), repr=False)

    @property
    def agents(self) -> tuple[str, ...]:
        """The names of everybody that an exported event or holding names by trusted keys, ascending."""
        names: set[str] = set()
        for event in self.events:
            names.update((event.actor, *event.cosigners))
            if event.recipient is not None:
                names.add(event.recipient)
        return tuple(sorted(names))
