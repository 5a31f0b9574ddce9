"""Giving away: a release, a copy, and taking a release back."""

from __future__ import annotations

from typing import Any

from custody.errors import LogError
from custody.model.identity import Identity
from custody.model.instant import Instant
from custody.proof.holding import Held
from custody.transfer.desk import Desk, stand
from custody.transfer.details import Details
from custody.transfer.party import party_data
from custody.transfer.place import holdings_of
from custody.transfer.recipient import check_recipient
from custody.transfer.written import Act
from custody.verification.standing import Standing


def release_act(
    desk: Desk,
    *,
    to: Identity,
    medium: str | None = None,
    package: str | None = None,
    expires: Instant | None = None,
    details: Details | None = None,
) -> Act:
    """Return the act of releasing a bundle to somebody; from then on the actor can only take it back.

    Args:
        desk: who writes where.
        to: the recipient.
        medium: what carries it.
        package: SHA-256 of the package as it ends before this event, if that is encrypted; 64 hex digits.
        expires: until when he should have received it; it informs, nobody's clock decides.
        details: why, where, in what state.

    Raises:
        UsageError: RECIPIENT_SELF, RECIPIENT_KEY_SET, RECIPIENT_KEY_TIME: see `check_recipient`.
        BundleError, StorageError: the log cannot be read as one.
    """
    check_recipient(desk.trust, to, desk.signer.identity, desk.now())
    standing = stand(desk)
    data: dict[str, Any] = {"to": party_data(to), "root": standing.root, "items": standing.items}
    told = {"medium": medium, "package": package, "expires": None if expires is None else str(expires)}
    data |= {name: value for name, value in told.items() if value is not None}
    return Act(type="released", data=data, fields=(details or Details()).fields())


def copy_act(desk: Desk, *, to: Identity, medium: str | None = None, details: Details | None = None) -> Act:
    """Return the act of giving somebody a copy; the actor goes on in his own.

    Raises:
        UsageError: see `check_recipient`.
    """
    check_recipient(desk.trust, to, desk.signer.identity, desk.now())
    data = {"to": party_data(to), **({} if medium is None else {"medium": medium})}
    return Act(type="copied", data=data, fields=(details or Details()).fields())


def withdraw_act(
    desk: Desk,
    *,
    event: str | None = None,
    holding: str | None = None,
    reason: str | None = None,
    details: Details | None = None,
) -> Act:
    """Return the act of taking an open release back.

    Args:
        desk: who writes where.
        event: which release; the only open one unless given.
        holding: in which of the actor's holdings.
        reason: why.
        details: more about it.

    Raises:
        LogError: NOT_RELEASED: none is open, or not this one; RELEASE_RECEIVED: it was received;
            RELEASE_AMBIGUOUS: several are open.
        BundleError, StorageError: the log cannot be read as one.
    """
    standing = stand(desk)
    mine = holdings_of(standing, standing.identity_of(desk.signer.identity.key_set.key_ids))
    states = {one: standing.state_of(one) for one in mine if holding in {None, one}}
    found = {
        state.release: one
        for one, state in states.items()
        if state.held is Held.IN_TRANSIT and event in {None, state.release}
    }
    if not found:
        raise LogError(
            "release: expected an open one of this signer, found none",
            code="NOT_RELEASED",
            hint="custody log shows what was released, received and withdrawn",
        )
    if len(found) > 1:
        raise LogError(
            f"release: expected one that is open, found {len(found)}: {', '.join(found)}",
            code="RELEASE_AMBIGUOUS",
            hint="name it: --event ID",
        )
    ((release, where),) = found.items()
    _check_not_received(standing, release)
    data = {"event": release, **({} if reason is None else {"reason": reason})}
    return Act(type="withdrawn", data=data, fields=(details or Details()).fields(), holding=where)


def _check_not_received(standing: Standing, release: str) -> None:
    """Refuse to start a dispute: what was received cannot be taken back."""
    if any(one.type == "received" and one.prev == (release,) for one in standing.counted()):
        raise LogError(
            "release: expected one that nobody has received, found the receipt in this log",
            code="RELEASE_RECEIVED",
            hint="ask the recipient for a release to you",
        )
