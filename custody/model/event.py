"""Events: one signed statement in a bundle's custody log, and the openings of its fields."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from attrs import field, frozen

from custody.model.instant import Instant


@frozen(kw_only=True)
class Statement:
    """The content of `event.json`: structure and ten commitments, nothing readable.

    Attributes:
        bundle_id: 32 hex digits.
        holding: 32 hex digits; for the first holding, the bundle id.
        seq: place in the holding, from 0.
        prev: ids of the events that it follows, ascending; empty for the seal alone.
        fields: ten commitments, 64 hex digits each, in the order of the event fields.
    """

    bundle_id: str
    holding: str
    seq: int
    prev: tuple[str, ...]
    fields: tuple[str, ...]


@frozen(kw_only=True)
class Opening:
    """One opened field of an event.

    Attributes:
        name: the field.
        salt: 64 hex digits.
        value: the committed JSON value.
        commitment: SHA-256 of the opening's file, 64 hex digits.
    """

    name: str
    salt: str = field(repr=False)
    value: Any = field(repr=False)
    commitment: str


@frozen(kw_only=True)
class ListedSigner:
    """A signer as a body lists it; the identity is a label.

    Attributes:
        claimed_identity: the label.
        key_ids: the keys that must sign, ascending, 64 hex digits each.
    """

    claimed_identity: str
    key_ids: tuple[str, ...]


@frozen(kw_only=True)
class Anchor:
    """A proof of time that existed before the event and that the event embeds.

    Attributes:
        kind: `rfc3161`.
        sha256: digest of `anchors/<sha256>.tst`, 64 hex digits.
    """

    kind: str
    sha256: str


def _read_only(data: Mapping[str, Any]) -> Mapping[str, Any]:
    return MappingProxyType(dict(data))


@frozen(kw_only=True)
class Body:
    """The opened body of an event.

    Attributes:
        type: one of the event types of version 1.
        actor: the label of the acting signer.
        signers: ascending by label.
        claimed_at: the time that the actor states; a claim.
        clock: what is said of the clock, or None.
        anchors: proofs of time that the event embeds.
        fields: names of the other fields that are not null.
        data: what the type requires; empty for a type without data.
    """

    type: str
    actor: str
    signers: tuple[ListedSigner, ...]
    claimed_at: Instant
    anchors: tuple[Anchor, ...] = ()
    fields: tuple[str, ...] = ()
    clock: Mapping[str, Any] | None = None
    data: Mapping[str, Any] = field(factory=dict, converter=_read_only)

    @property
    def acting(self) -> ListedSigner:
        """The signer whose label is the actor's."""
        return next(signer for signer in self.signers if signer.claimed_identity == self.actor)


def event_id_of(proof: bytes) -> str:
    """Return the id of an event: SHA-256 of its `proof.sha256`, 64 hex digits."""
    return hashlib.sha256(proof).hexdigest()
