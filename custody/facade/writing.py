"""What the functions that write in a log are told, and the one way in which they write."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from typing import Any, Required, TypeAlias, TypedDict

from attrs import evolve, field, frozen

from custody.errors import UsageError
from custody.facade.desk import desk_of
from custody.facade.several import several
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
        cosigners: who signs too, with keys at hand: one signer, or several.
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
    cosigners: Signer | Iterable[Signer]
    anchors: bytes | Iterable[bytes]
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

    def successor(self, heir: AnyParty | None) -> Identity | None:
        """Return who may carry on, named as a recipient is; None for nobody."""
        return None if heir is None else recipient_of(heir, self.trust, self.desk.now(), thing="successor")

    def write(self, act: Act) -> Written:
        """Write an act, in the holding that it says or that was named; see `write_act`."""
        holding = act.holding if act.holding is not None else self.holding
        return write_act(self.desk, evolve(act, anchors=self.anchors, holding=holding))


def begin(bundle: AnyPath, given: Writing) -> Begun:
    """Open a desk by what a function was told.

    Raises:
        UsageError: an argument that the function does not have; no signer, or nobody to trust.
        CustodyError: as `desk_of`.
    """
    told: dict[str, Any] = dict(given)
    if unknown := sorted(told.keys() - Writing.__annotations__.keys()):
        raise UsageError(
            f"arguments: expected those of this function, found {unknown[0]}",
            hint=f"besides its own it takes {', '.join(Writing.__annotations__)}",
        )
    if missing := [name for name in ("signer", "trust") if name not in told]:
        hints = {
            "signer": "signer=custody.open_signer(path, passphrase=…)",
            "trust": 'name a Trust or its file; trust="none" trusts nobody but the signer',
        }
        raise UsageError(f"{missing[0]}: expected one, found none", hint=hints[missing[0]])
    trust = trust_of(told.pop("trust"))
    about = {
        name: told.pop(name) for name in ("signer", "cosigners", "key_moved", "expect_seal") if name in told
    }
    holding, anchors = told.pop("holding", None), several(told.pop("anchors", ()), "anchors")
    return Begun(
        details=Details(**told),
        desk=desk_of(bundle, trust=trust, **about),
        trust=trust,
        holding=holding,
        anchors=anchors,
    )
