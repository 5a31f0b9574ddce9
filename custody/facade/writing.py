"""What the functions that write in a log are told, and the one way in which they write."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from typing import Any, Required, TypeAlias, TypedDict

from attrs import evolve, field, frozen

from custody.facade.desk import desk_of
from custody.facade.verifying import trust_of
from custody.keys.signer import Signer
from custody.model.identity import Identity
from custody.transfer.act import write_act
from custody.transfer.desk import Desk
from custody.transfer.details import Details
from custody.transfer.recipient import AnyParty, recipient_of
from custody.transfer.written import Act, Written
from custody.trust.trust import Trust

AnyPath: TypeAlias = str | os.PathLike[str]
Prose: TypeAlias = str | Mapping[str, Any]
"""A text, or the members of the field."""


class Writing(TypedDict, total=False):
    """What every function that writes an event takes by name; `signer` and `trust` are required.

    Attributes:
        signer: who acts: the holder, the recipient, the successor.
        trust: whom he accepts: a Trust, its file, a public key file, or "none"; his own keys count anyway.
        purpose: what for.
        authority: on whose authority.
        place: where: a description, or the members of the field.
        condition: in what state.
        seal_number: the number on a physical seal.
        docket: the number of the case at a court.
        court: which court.
        reference: more about the docket.
        note: anything else: a text, or the members of the field.
        cosigners: who signs too, with keys at hand.
        anchors: tokens of `fetch_anchors`: the event is then not older than they are.
        key_moved: the key file was moved without the folder of its memory beside it.
        expect_seal: the seal's id as known from elsewhere.
        holding: in which of his holdings, where he has several; 32 hex digits.
    """

    signer: Required[Signer]
    trust: Required[Trust | AnyPath]
    purpose: str | None
    authority: str | None
    place: Prose | None
    condition: str | None
    seal_number: str | None
    docket: str | None
    court: str | None
    reference: str | None
    note: Prose | None
    cosigners: Iterable[Signer]
    anchors: Iterable[bytes]
    key_moved: bool
    expect_seal: str | None
    holding: str | None


@frozen(kw_only=True)
class Begun:
    """A function that writes an event, once it knows who writes.

    Attributes:
        desk: who writes where.
        trust: as it was given, without the writer's own keys.
        details: what is said besides.
        holding: in which holding.
        anchors: tokens to embed.
    """

    desk: Desk
    trust: Trust = field(repr=False)
    details: Details
    holding: str | None = None
    anchors: tuple[bytes, ...] = field(default=(), repr=False)

    def recipient(self, to: AnyParty) -> Identity:
        """Return who is meant; see `recipient_of`."""
        return recipient_of(to, self.trust, self.desk.now())

    def write(self, act: Act) -> Written:
        """Write an act, in the holding that it says or that was named; see `write_act`."""
        holding = act.holding if act.holding is not None else self.holding
        return write_act(self.desk, evolve(act, anchors=self.anchors, holding=holding))


def begin(bundle: AnyPath, given: Writing) -> Begun:
    """Open a desk by what a function was told.

    Raises:
        TypeError: an argument that the function does not have.
        CustodyError: as `desk_of`.
    """
    told: dict[str, Any] = dict(given)
    trust = trust_of(told.pop("trust"))
    about = {
        name: told.pop(name) for name in ("signer", "cosigners", "key_moved", "expect_seal") if name in told
    }
    holding, anchors = told.pop("holding", None), tuple(told.pop("anchors", ()))
    return Begun(
        details=Details(**told),
        desk=desk_of(bundle, trust=trust, **about),
        trust=trust,
        holding=holding,
        anchors=anchors,
    )
