"""Ending a dispute: one event that both parties sign and one writes (DESIGN, "What excludes what")."""

from __future__ import annotations

from collections.abc import Sequence

from custody.errors import LogError, UsageError
from custody.model.identity import Identity
from custody.proof.custody_chain import Head
from custody.report.reason import Reason
from custody.transfer.desk import Desk, stand
from custody.transfer.details import Details
from custody.transfer.place import holdings_of
from custody.transfer.written import Act
from custody.verification.standing import Standing

_DISPUTES = frozenset({Reason.DISPUTED, Reason.DISPUTE_LOST})


def reconciliation_act(
    desk: Desk,
    *,
    heads: Sequence[str] = (),
    holding: str | None = None,
    parties: Sequence[Identity] = (),
    details: Details | None = None,
) -> Act:
    """Return the act that unites heads of several holdings; those that do not write it end by it.

    Args:
        desk: the party that goes on, and those who cosign with keys at hand.
        heads: ids of the heads of the others; all that are in dispute unless given.
        holding: in which of his holdings the actor goes on.
        parties: who cosigns later, on a draft.
        details: what is said besides.

    Raises:
        LogError: NOT_DISPUTED: no dispute of this signer, HEAD_NOT_FOUND: not a head of another holding;
            PARTY_MISSING: a party to it does not sign.
        UsageError: several holdings to choose from.
        BundleError, StorageError: the log cannot be read as one.
    """
    standing = stand(desk)
    me = standing.identity_of(desk.signer.identity.key_set.key_ids)
    mine = set(holdings_of(standing, me))
    disputed = [one for one in standing.chain.heads if _is_disputed(one)]
    chosen = _chosen(standing, heads) if heads else disputed
    own = _own(standing, chosen if holding is None and not heads else standing.chain.heads, mine, holding)
    others = sorted({one.event_id for one in chosen if one.event_id != own} | _behind(standing, chosen, own))
    if not others:
        raise _not_disputed()
    _check_parties(standing, others, desk, me, parties)
    every = sorted({own, *others})
    return Act(
        type="reconciled",
        data={"holdings": sorted({standing.events[one].holding for one in every}), "heads": every},
        fields=(details or Details()).fields(),
        follows=tuple(others),
        holding=standing.events[own].holding,
    )


def _is_disputed(head: Head) -> bool:
    return any(reason in _DISPUTES for reason, _event in head.reasons)


def _chosen(standing: Standing, heads: Sequence[str]) -> list[Head]:
    known = {one.event_id: one for one in standing.chain.heads}
    if unknown := [one for one in heads if one not in known]:
        raise LogError(
            f"heads: expected events that nothing follows, found another: {unknown[0]}",
            code="HEAD_NOT_FOUND",
            hint="custody log shows the heads",
        )
    return [known[one] for one in heads]


def _own(standing: Standing, among: Sequence[Head], mine: set[str], holding: str | None) -> str:
    """Return the head of the actor from which he goes on."""
    found = [
        one.event_id
        for one in among
        if standing.events[one.event_id].holding in (mine if holding is None else mine & {holding})
    ]
    if not found:
        raise _not_disputed()
    if len(found) > 1:
        listed = ", ".join(standing.events[one].holding for one in found)
        raise UsageError(
            f"holding: expected one to go on in, found {len(found)}: {listed}", hint="name it: --holding ID"
        )
    return found[0]


def _behind(standing: Standing, chosen: Sequence[Head], own: str) -> set[str]:
    """Return the last events of holdings that are in dispute and whose heads others have covered.

    Without a link to them the reconciliation would end the dispute, and leave their writers to go on.
    """
    events = standing.events
    taken = {events[one].holding for one in (own, *(head.event_id for head in chosen))}
    disputed = {
        events[event_id].holding
        for head in chosen
        for reason, event_id in head.reasons
        if reason in _DISPUTES and event_id in events
    }
    found = (standing.last_of(holding) for holding in disputed - taken)
    return {last.event_id for last in found if last is not None}


def _not_disputed() -> LogError:
    return LogError(
        "dispute: expected one of this signer, found none",
        code="NOT_DISPUTED",
        hint="merge the other party's copy or receipt first: custody merge; then both sign here",
    )


def _check_parties(
    standing: Standing, others: Sequence[str], desk: Desk, me: str | None, parties: Sequence[Identity]
) -> None:
    """Refuse what one party alone would sign: it would end nothing."""
    signing = [*(one.identity for one in desk.cosigners), *parties]
    names = {standing.identity_of(one.key_set.key_ids) for one in signing} | {me}
    writers = {standing.writer_of(standing.events[one].holding) for one in others}
    missing = sorted(writer for writer in writers - names if writer is not None)
    if missing:
        raise LogError(
            f"parties: expected the signatures of all, found none of {', '.join(missing)}",
            code="PARTY_MISSING",
            hint="with their keys at hand: --cosigner-key KEY; else send a draft: --cosigner and --draft",
        )
