"""Carrying on in somebody's place after his key is lost, or in one's own on another machine."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from attrs import frozen

from custody.errors import LogError, UsageError
from custody.model.identity import Identity
from custody.proof.holding import ChainEvent, Held
from custody.report.reason import Reason
from custody.storage.memory import read_published
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
        approved: whether a trusted approver other than the two cosigns; custody beyond it is undetermined
            without one.
    """

    act: Act
    holding: str
    holder: str
    approved: bool


def succession(
    desk: Desk,
    *,
    holding: str | None = None,
    reason: str | None = None,
    parties: Sequence[Identity] = (),
    details: Details | None = None,
) -> Succession:
    """Return the act of carrying on from the last known event of a holding.

    Args:
        desk: the successor, in his copy.
        holding: which one. Unless given, the only one of somebody else that names him; else his own.
        reason: why.
        parties: who cosigns later, on a draft.
        details: what is said besides.

    Raises:
        LogError: NOT_THE_SUCCESSOR; HOLDING_CLOSED; HOLDING_HANDED_OVER: somebody has received it since;
            HOLDING_SUCCEEDED: an approver cosigned that somebody else carries on; ALREADY_SUCCEEDED;
            HOLDING_AT_HAND: his own, and this key remembers it to its end.
        UsageError: several holdings to choose from.
        BundleError, StorageError: the log cannot be read as one.
    """
    standing = stand(desk)
    opener = _choose(desk, standing, holding, parties)
    last = standing.last_of(opener.holding) or opener
    act = Act(
        type="succeeded",
        data={} if reason is None else {"reason": reason},
        fields=(details or Details()).fields(),
        follows=(last.event_id,),
    )
    approved = _approved(desk, opener, parties)
    return Succession(act=act, holding=opener.holding, holder=opener.actor, approved=approved)


def _choose(desk: Desk, standing: Standing, holding: str | None, parties: Sequence[Identity]) -> ChainEvent:
    """Return the event that opened the holding from which somebody may carry on."""
    me = standing.identity_of(desk.signer.identity.key_set.key_ids)
    openers = [one for one in standing.counted() if one.seq == 0 and holding in {None, one.holding}]
    possible = [one for one in openers if _may(one, me, named=holding)]
    possible = [one for one in possible if one.actor != me] or possible
    if me is None or not possible:
        raise refused(Reason.NOT_THE_SUCCESSOR)
    ended = {one.holding: _ended(desk, standing, one, parties) for one in possible}
    going_on = [one for one in possible if ended[one.holding] is None]
    if not going_on:
        raise _refusal(ended[possible[-1].holding] or "")
    if len(going_on) > 1:
        listed = ", ".join(f"{one.holding} of {one.actor}" for one in going_on)
        raise UsageError(
            f"holding: expected one to carry on from, found {len(going_on)}: {listed}",
            hint="name it: --holding ID",
        )
    return going_on[0]


def _may(opener: ChainEvent, me: str | None, *, named: str | None) -> bool:
    """Tell whether somebody is the successor of a holding, its holder, or perhaps so where that is closed."""
    heir = opener.successor is not None and opener.successor.identity == me
    return opener.actor == me or heir or (opener.people_closed and named == opener.holding)


def _approved(desk: Desk, opener: ChainEvent, parties: Sequence[Identity]) -> bool:
    """Tell whether a trusted approver other than the holder and the successor is among the cosigners."""
    signing = (*(one.identity for one in desk.cosigners), *parties)
    found = (desk.trust.match(one.key_set.key_ids).identity for one in signing)
    own = desk.trust.match(desk.signer.identity.key_set.key_ids).identity
    return any(
        one is not None and Role.APPROVER in one.roles and one is not own and one.name != opener.actor
        for one in found
    )


def _ended(desk: Desk, standing: Standing, opener: ChainEvent, parties: Sequence[Identity]) -> str | None:
    """Say by what a holding has ended, as a code, or None while it can be carried on.

    What was carried on alone can be carried on once more when an approver cosigns.
    """
    me = standing.identity_of(desk.signer.identity.key_set.key_ids)
    if standing.state_of(opener.holding).held is Held.CLOSED:
        return "HOLDING_CLOSED"
    followers = list(_followers(standing, opener.holding))
    if any(one.type == "received" for one in followers):
        return "HOLDING_HANDED_OVER"
    heirs = [one for one in followers if one.type == "succeeded"]
    approved = _approved(desk, opener, parties)
    if any(one.actor == me and (one.cosigned_succession or not approved) for one in heirs):
        return "ALREADY_SUCCEEDED"
    if any(one.cosigned_succession for one in heirs):
        return "HOLDING_SUCCEEDED"
    return "HOLDING_AT_HAND" if opener.actor == me and _remembers(desk, standing, opener.holding) else None


def _remembers(desk: Desk, standing: Standing, holding: str) -> bool:
    """Tell whether this key, here, has written a holding to its end: then it simply goes on."""
    if desk.memory is None:
        return False
    known, last = read_published(desk.memory, holding), standing.last_of(holding)
    return known is not None and last is not None and known.event_id == last.event_id


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
        "HOLDING_AT_HAND": (
            "of your own, written to its end by this key",
            "go on in it; custody succeed is for another machine, or a restored key",
        ),
        "ALREADY_SUCCEEDED": ("carried on by you already", "go on in that holding; custody log shows it"),
    }
    found, hint = words[code]
    return LogError(f"holding: expected one to carry on from, found one {found}", code=code, hint=hint)
