"""Carrying on in somebody's place after his key is lost, or in one's own on another machine."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import frozen

from custody.errors import LogError, UsageError
from custody.model.identity import Identity
from custody.proof.holding import ChainEvent, Held
from custody.report.reason import Reason
from custody.transfer.desk import Desk, stand
from custody.transfer.details import Details
from custody.transfer.refusal import refused
from custody.transfer.written import Act
from custody.trust.trust import Role
from custody.verification.standing import Standing


@frozen(kw_only=True)
class Succession:
    """What a successor is about to state.

    Attributes:
        act: the event.
        holding: the holding that it follows.
        holder: who held it, by his name in the trust.
    """

    act: Act
    holding: str
    holder: str

    def approved_by(self, desk: Desk, parties: tuple[Identity, ...] = ()) -> bool:
        """Tell whether a trusted approver other than the two cosigns: without one it stays undetermined.

        Args:
            desk: who acts, and who signs with keys at hand.
            parties: who signs later, on a draft.
        """
        signing = [one.identity for one in desk.cosigners] + list(parties)
        found = (desk.trust.match(one.key_set.key_ids).identity for one in signing)
        own = desk.trust.match(desk.signer.identity.key_set.key_ids).identity
        return any(
            one is not None and Role.APPROVER in one.roles and one is not own and one.name != self.holder
            for one in found
        )


def succession(
    desk: Desk,
    *,
    holding: str | None = None,
    reason: str | None = None,
    details: Details | None = None,
) -> Succession:
    """Return the act of carrying on from the last known event of a holding.

    Args:
        desk: the successor, in his copy.
        holding: which one; the only one that names him, or is his own, unless given.
        reason: why.
        details: what is said besides.

    Raises:
        LogError: NOT_THE_SUCCESSOR; HOLDING_CLOSED; HOLDING_HANDED_OVER: somebody has received it since;
            HOLDING_SUCCEEDED: an approver cosigned that somebody else carries on.
        UsageError: several holdings to choose from.
        BundleError, StorageError: the log cannot be read as one.
    """
    standing = stand(desk)
    me = standing.identity_of(desk.signer.identity.key_set.key_ids)
    openers = {one.holding: one for one in standing.counted() if one.seq == 0}
    possible = [one for one in openers.values() if _may(one, me, named=holding)]
    if holding is not None:
        possible = [one for one in possible if one.holding == holding]
    if not possible:
        raise refused(Reason.NOT_THE_SUCCESSOR)
    going_on = [one for one in possible if _ended(standing, one, me) is None]
    if not going_on:
        raise _refusal(_ended(standing, possible[-1], me) or "")
    if len(going_on) > 1:
        listed = ", ".join(f"{one.holding} of {one.actor}" for one in going_on)
        raise UsageError(
            f"holding: expected one to carry on from, found {len(going_on)}: {listed}",
            hint="name it: --holding ID",
        )
    opener = going_on[0]
    last = standing.last_of(opener.holding) or opener
    data = {} if reason is None else {"reason": reason}
    act = Act(
        type="succeeded",
        data=data,
        fields=(details or Details()).fields(),
        follows=(last.event_id,),
    )
    return Succession(act=act, holding=opener.holding, holder=opener.actor)


def _may(opener: ChainEvent, me: str | None, *, named: str | None) -> bool:
    """Tell whether somebody is the successor of a holding, its holder, or perhaps so where that is closed."""
    if me is None:
        return False
    heir = opener.successor is not None and opener.successor.identity == me
    return opener.actor == me or heir or (opener.people_closed and named == opener.holding)


def _ended(standing: Standing, opener: ChainEvent, me: str | None) -> str | None:
    """Say by what a holding has ended, as a code, or None while it can be carried on."""
    state = standing.state_of(opener.holding)
    if state.held is Held.CLOSED:
        return "HOLDING_CLOSED"
    followers = list(_followers(standing, opener.holding))
    if any(one.type == "received" for one in followers):
        return "HOLDING_HANDED_OVER"
    if any(one.cosigned_succession for one in followers):
        mine = any(one.cosigned_succession and one.actor == me for one in followers)
        return "ALREADY_SUCCEEDED" if mine else "HOLDING_SUCCEEDED"
    return None


def _followers(standing: Standing, holding: str) -> Iterator[ChainEvent]:
    """Yield the events that opened another holding from the end of one."""
    for event in standing.counted():
        if event.seq == 0 and event.prev:
            before = standing.events.get(event.prev[0])
            if before is not None and before.holding == holding:
                yield event


def _refusal(code: str) -> LogError:
    if code == "HOLDING_CLOSED":
        return refused(Reason.HOLDING_CLOSED)
    words = {
        "HOLDING_HANDED_OVER": (
            "received by somebody",
            "ask its holder for a release: custody log names him",
        ),
        "HOLDING_SUCCEEDED": ("carried on by somebody else", "ask him for a release; custody log names him"),
        "ALREADY_SUCCEEDED": ("carried on by you already", "go on in that holding; custody log shows it"),
    }
    found, hint = words[code]
    return LogError(f"holding: expected one to carry on from, found one {found}", code=code, hint=hint)
