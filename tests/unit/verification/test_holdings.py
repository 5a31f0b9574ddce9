"""Who held it: every state of a holding, from logs of bytes."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from attrs import evolve

from custody.keys.signer import Signer
from custody.model.instant import decode_instant
from custody.report.claim import Claim, Outcome
from custody.report.holding_fact import HoldingFact, HoldingNote, HoldingStart, HoldingState
from custody.report.reason import Reason
from custody.trust.trust import DatedKeySet, Role, Trust, TrustedIdentity
from custody.verification.custody_findings import Judged
from custody.verification.holdings import holding_facts
from custody.verification.verify import verify_source
from tests.tools.authority import TestAuthority
from tests.tools.bundles import Bundle, Files, add_event, attest, make_bundle, seed_signer, stub
from tests.tools.memory import NOW, MemorySource
from tests.vectors.cases.times import stamped
from tests.vectors.story import merge

ARCHIVE, LAWYER, COURT, HEIR, BOSS, STRANGER = (
    seed_signer(name) for name in ("archive", "lawyer", "court", "heir", "boss", "stranger")
)
AUTHORITY = TestAuthority("first", operator="First operator")
TRUST = Trust(
    identities=tuple(
        TrustedIdentity(
            name=signer.identity.name,
            roles=frozenset({Role.SEALER, Role.HOLDER, *([Role.APPROVER] if signer is BOSS else [])}),
            sets=(DatedKeySet(key_set=signer.identity.key_set),),
        )
        for signer in (ARCHIVE, LAWYER, COURT, HEIR, BOSS)
    ),
    authorities=(AUTHORITY.authority(),),
)
PASS: Mapping[str, Any] = {"result": "pass"}


def party(signer: Signer) -> dict[str, object]:
    """Return a signer as an event names him."""
    return {"identity": signer.identity.name, "keys": list(signer.identity.key_set.key_ids)}


BASE = make_bundle(signers=[ARCHIVE], fields={"people": {"successor": party(HEIR)}})


def release(bundle: Bundle, by: Signer = ARCHIVE, to: Signer = LAWYER) -> Bundle:
    """Hand over."""
    data = {"to": party(to), "root": bundle.root, "items": bundle.items}
    return add_event(bundle, "released", data, signers=[by])


def receive(bundle: Bundle, by: Signer = LAWYER, **more: Any) -> Bundle:  # noqa: ANN401
    """Receive."""
    return add_event(bundle, "received", {"root": bundle.root, **PASS}, signers=[by], opens=True, **more)


def withdraw(bundle: Bundle, released: str) -> Bundle:
    """Take a release back."""
    return add_event(bundle, "withdrawn", {"event": released}, signers=[ARCHIVE])


def succeed(bundle: Bundle, *signers: Signer, **more: Any) -> Bundle:  # noqa: ANN401
    """Carry on."""
    return add_event(
        bundle, "succeeded", {"reason": "key lost"}, signers=signers, actor="heir", opens=True, **more
    )


def facts(bundle: Bundle | Files, *shown: Bundle) -> list[HoldingFact]:
    """Return the holdings of a bundle."""
    files = bundle.files if isinstance(bundle, Bundle) else bundle
    receipts = [MemorySource(one.files) for one in shown]
    report = verify_source(MemorySource(files), TRUST, verified_at=NOW, receipts=receipts)
    return [*report.holdings]


def states(bundle: Bundle | Files, *shown: Bundle) -> list[tuple[str | None, HoldingState]]:
    """Return holder and state of each holding."""
    return [(fact.holder, fact.state) for fact in facts(bundle, *shown)]


SENT = release(BASE)
GOT = receive(SENT)


def test_a_sealer_holds_what_he_sealed() -> None:
    """How it began, by which event, and the last one."""
    (fact,) = facts(BASE)
    assert fact.holding_id == BASE.bundle_id
    assert (fact.holder, fact.opened, fact.opened_by) == ("archive", HoldingStart.SEALED, BASE.seal_id)
    assert (fact.state, fact.ended_by, fact.end, fact.last_event) == (
        HoldingState.HELD,
        None,
        None,
        BASE.head,
    )
    assert (fact.start.claimed_at, fact.start.not_after) == ("2026-01-02T03:04:05Z", None)


def test_what_is_released_is_in_transit() -> None:
    """Nobody is shown to hold it; the recipient is the one that the trust names."""
    (fact,) = facts(SENT)
    assert (fact.state, fact.to, fact.ended_by) == (HoldingState.IN_TRANSIT, "lawyer", None)
    assert fact.end is not None
    assert fact.shown_by is None


def test_a_recipient_whom_the_trust_does_not_know_has_no_name() -> None:
    """A label in the bundle is none."""
    assert facts(release(BASE, to=STRANGER))[0].to is None


def test_a_receipt_beside_the_bundle_shows_who_took_over() -> None:
    """It is told and does not count; one that is set aside tells nothing."""
    assert facts(SENT, GOT)[0].shown_by == GOT.head
    assert facts(SENT, receive(SENT, COURT))[0].shown_by is None


def refusal(bundle: Bundle, released: str, by: Signer = LAWYER) -> Bundle:
    """Refuse a release."""
    return attest(bundle, "refused", {"event": released}, signers=[by], prev=[released])


def test_a_release_that_its_recipient_refused_says_so_and_stays_in_transit() -> None:
    """Once, however often he says it; the giver takes it back, or nobody is shown to hold it."""
    (fact,) = facts(refusal(refusal(SENT, SENT.head), SENT.head))
    assert (fact.state, fact.to, fact.refused_by) == (HoldingState.IN_TRANSIT, "lawyer", ("lawyer",))
    assert facts(SENT)[0].refused_by == ()


def test_a_refusal_is_told_also_when_the_release_was_taken_back() -> None:
    """And another recipient is named after the first one."""
    again = release(withdraw(SENT, SENT.head), to=COURT)
    (fact,) = facts(refusal(refusal(again, SENT.head), again.head, COURT))
    assert fact.refused_by == ("lawyer", "court")


def test_nobody_else_refuses_a_release() -> None:
    """Neither somebody whom it does not name, nor a stranger; and a copy that is refused is no release."""
    assert facts(refusal(SENT, SENT.head, COURT))[0].refused_by == ()
    assert facts(refusal(SENT, SENT.head, STRANGER))[0].refused_by == ()
    unknown = release(BASE, to=STRANGER)
    assert facts(refusal(unknown, unknown.head, STRANGER))[0].refused_by == ()
    copied = add_event(BASE, "copied", {"to": party(LAWYER)}, signers=[ARCHIVE])
    assert facts(refusal(copied, copied.head))[0].refused_by == ()


def test_a_refusal_by_keys_that_leave_a_doubt_is_not_told() -> None:
    """The list of what was checked has it, with the doubt."""
    late = evolve(
        TRUST,
        identities=tuple(
            evolve(one, sets=(evolve(one.sets[0], valid_until=decode_instant("2020-01-01T00:00:00Z")),))
            if one.name == "lawyer"
            else one
            for one in TRUST.identities
        ),
    )
    files = refusal(SENT, SENT.head).files
    report = verify_source(MemorySource(files), late, verified_at=NOW)
    assert report.holdings[0].refused_by == ()
    assert any(
        one.reason is Reason.ATTESTATION_LISTED and "doubt" in one.arguments for one in report.findings
    )


def test_what_was_received_is_handed_over() -> None:
    """The holding of the giver ends with the receipt, and the recipient's begins."""
    giver, recipient = facts(GOT)
    assert (giver.state, giver.ended_by, giver.to) == (HoldingState.HANDED_OVER, GOT.head, "lawyer")
    assert (recipient.holder, recipient.opened) == ("lawyer", HoldingStart.RECEIVED)
    assert recipient.opened_by == GOT.head


def test_windows_are_those_of_the_events() -> None:
    """What is stamped later bounds what came before."""
    folder = f"custody/log/{GOT.holding}/00000000"
    giver, recipient = facts(stamped(GOT, AUTHORITY, "2026-01-03T00:00:00Z", folder=folder))
    bound = decode_instant("2026-01-03T00:00:01Z")
    assert giver.end is not None
    assert [giver.start.not_after, giver.end.not_after, recipient.start.not_after] == [bound] * 3


def test_a_release_that_was_taken_back_is_held() -> None:
    """The giver holds again."""
    assert states(withdraw(SENT, SENT.head)) == [("archive", HoldingState.HELD)]


def test_a_copy_is_a_holding_beside_the_first() -> None:
    """Both hold."""
    copied = add_event(BASE, "copied", {"to": party(COURT)}, signers=[ARCHIVE])
    copy = add_event(copied, "copy-received", {"root": BASE.root, **PASS}, signers=[COURT], opens=True)
    assert states(copy) == [("archive", HoldingState.HELD), ("court", HoldingState.HELD)]
    assert facts(copy)[1].opened is HoldingStart.COPY_RECEIVED


def test_a_successor_carries_on() -> None:
    """Also an open release."""
    for before in (BASE, SENT):
        first, second = facts(succeed(before, HEIR, BOSS))
        assert (first.state, first.to) == (HoldingState.SUCCEEDED, "heir")
        assert (second.holder, second.opened) == ("heir", HoldingStart.SUCCEEDED)


def test_a_closed_holding() -> None:
    """It ends with the event that closes it."""
    closed = add_event(BASE, "closed", {"reason": "archived"}, signers=[ARCHIVE])
    (fact,) = facts(closed)
    assert (fact.state, fact.ended_by) == (HoldingState.CLOSED, closed.head)


def reconcile(bundle: Bundle, heads: list[str], holdings: list[str], *signers: Signer) -> Bundle:
    """End a dispute, in the holding of the first signer."""
    data = {"holdings": sorted(holdings), "heads": sorted(heads)}
    return add_event(
        bundle, "reconciled", data, signers=signers, actor=signers[0].identity.name, prev=sorted(heads)
    )


def test_a_dispute_touches_both_holdings() -> None:
    """Until both parties end it; then the one that did not write the end has ended."""
    back = withdraw(SENT, SENT.head)
    both = merge(back, GOT)
    assert states(both) == [("archive", HoldingState.DISPUTED), ("lawyer", HoldingState.DISPUTED)]
    heads, holdings = [back.head, GOT.head], [back.holding, GOT.holding]
    ended = reconcile(both, heads, holdings, ARCHIVE, LAWYER)
    assert states(ended) == [("archive", HoldingState.HELD), ("lawyer", HoldingState.RECONCILED)]
    assert facts(ended)[1].ended_by == ended.head
    alone = reconcile(both, heads, holdings, ARCHIVE)
    assert states(alone) == [("archive", HoldingState.DISPUTED), ("lawyer", HoldingState.DISPUTED)]


def test_a_reconciliation_ends_no_holding_without_its_holder() -> None:
    """Nobody ends another's holding alone."""
    copied = add_event(BASE, "copied", {"to": party(COURT)}, signers=[ARCHIVE])
    copy = add_event(copied, "copy-received", {"root": BASE.root, **PASS}, signers=[COURT], opens=True)
    there = evolve(copy, head=copied.head, holding=copied.holding, seq=copied.seq)
    alone = reconcile(there, [copied.head, copy.head], [copied.holding, copy.holding], ARCHIVE)
    assert states(alone) == [("archive", HoldingState.HELD), ("court", HoldingState.HELD)]


def test_who_lost_a_dispute_has_handed_over() -> None:
    """A late withdrawal takes nothing back."""
    folder = f"custody/log/{GOT.holding}/00000000"
    in_time = stamped(GOT, AUTHORITY, "2026-01-03T00:00:00Z", folder=folder)
    lost = merge(withdraw(SENT, SENT.head), in_time)
    assert states(lost) == [("archive", HoldingState.HANDED_OVER), ("lawyer", HoldingState.HELD)]


def test_a_receipt_that_lost_a_dispute_is_disputed() -> None:
    """It was signed after the release had been taken back."""
    token = AUTHORITY.stamp(b"32 random bytes", at=decode_instant("2026-01-10T00:00:00Z"))
    late = receive(
        SENT, anchors={hashlib.sha256(token).hexdigest(): token}, at=decode_instant("2026-01-10T00:00:00Z")
    )
    back = withdraw(SENT, SENT.head)
    early = stamped(back, AUTHORITY, "2026-01-03T00:00:00Z", folder=f"custody/log/{back.holding}/00000002")
    assert states(merge(early, late)) == [("archive", HoldingState.HELD), ("lawyer", HoldingState.DISPUTED)]


def test_a_fork_makes_a_holding_disputed() -> None:
    """A receipt shows that the holder contradicts himself."""
    one, other = (
        add_event(BASE, "fixity-checked", {"root": BASE.root, **PASS}, signers=[ARCHIVE], name=name)
        for name in ("one", "other")
    )
    assert states(one, other) == [("archive", HoldingState.DISPUTED)]


def test_a_rival_in_a_receipt_makes_a_holding_disputed() -> None:
    """Withdrawn here, received there: the holding that only the receipt shows is none of this copy's."""
    assert states(withdraw(SENT, SENT.head), GOT) == [("archive", HoldingState.DISPUTED)]


def test_stubs_hide_the_holder_and_what_became_of_it() -> None:
    """Who received it is withheld, or what its holder did last."""
    back = receive(release(GOT, LAWYER, COURT), COURT)
    hidden = stub(back.files, f"custody/log/{GOT.holding}/00000000")
    giver, middle, last = sorted(facts(hidden), key=lambda fact: fact.holder or "b")
    assert (giver.holder, giver.state) == ("archive", HoldingState.UNKNOWN)
    assert (middle.holder, middle.opened, middle.state) == (None, HoldingStart.UNKNOWN, HoldingState.UNKNOWN)
    assert middle.last_event is not None
    assert last.holder == "court"
    gone = stub(back.files, f"custody/log/{BASE.bundle_id}/00000001")
    assert facts(gone)[0].state is HoldingState.UNKNOWN


def test_a_holding_of_stubs_alone_is_unknown() -> None:
    """Nothing of it counts, though what follows vouches for it."""
    back = receive(release(GOT, LAWYER, COURT), COURT)
    hidden = stub(
        stub(back.files, f"custody/log/{GOT.holding}/00000000"), f"custody/log/{GOT.holding}/00000001"
    )
    (unknown,) = (fact for fact in facts(hidden) if fact.holding_id == GOT.holding)
    assert (unknown.last_event, unknown.holder, unknown.start.claimed_at) == (None, None, None)
    assert unknown.opened_by == GOT.head


def test_nobody_holds_what_nobody_known_sealed() -> None:
    """Without a counted event there is no holding; nor without a seal."""
    assert facts(make_bundle(signers=[STRANGER])) == []
    assert facts({path: data for path, data in BASE.files.items() if "/log/" not in path}) == []


def test_a_log_that_was_not_judged_has_no_holding() -> None:
    """Nothing is guessed."""
    assert holding_facts(Judged(), None) == ()


def test_a_succession_without_an_approver_is_noted() -> None:
    """He says so; nobody is shown to hold it, and the one before him is not called succeeded."""
    first, second = facts(succeed(BASE, HEIR))
    assert (second.state, second.notes) == (HoldingState.UNKNOWN, (HoldingNote.UNAPPROVED,))
    assert first.state is not HoldingState.SUCCEEDED
    assert facts(succeed(BASE, HEIR, BOSS))[1].notes == ()


def test_what_was_not_received_as_sealed_is_noted() -> None:
    """The result of the receipt is part of how the holding began."""
    got = add_event(SENT, "received", {"root": BASE.root, "result": "fail"}, signers=[LAWYER], opens=True)
    assert facts(got)[1].notes == (HoldingNote.NOT_AS_SEALED,)


def test_a_release_that_was_taken_back_is_noted() -> None:
    """Held again, after a while in transit."""
    assert facts(withdraw(SENT, SENT.head))[0].notes == (HoldingNote.RELEASE_WITHDRAWN,)


def test_receipts_show_who_took_over_after_the_last_event_here() -> None:
    """Of a holding that this copy shows as held; a copy that was received takes nothing over."""
    (fact,) = facts(BASE, GOT)
    assert (fact.state, fact.shown_by, fact.to) == (HoldingState.HELD, GOT.head, "lawyer")
    assert facts(BASE, SENT)[0].shown_by is None
    copied = add_event(BASE, "copied", {"to": party(COURT)}, signers=[ARCHIVE])
    copy = add_event(copied, "copy-received", {"root": BASE.root, **PASS}, signers=[COURT], opens=True)
    assert facts(BASE, copy)[0].shown_by is None


def given_back(copied: Bundle) -> list[tuple[str, ...]]:
    """Return what the report lists of copies that were taken back and received: the bases of the findings."""
    report = verify_source(MemorySource(copied.files), TRUST, verified_at=NOW)
    found = [one for one in report.findings if one.reason is Reason.COPY_WITHDRAWN]
    assert all(one.claims == () for one in found)
    assert all(fact.state is HoldingState.HELD for fact in report.holdings)
    assert report.outcome(Claim.CUSTODY_UNBROKEN) is Outcome.PROVEN
    return [one.basis for one in found]


def test_a_copy_that_was_taken_back_and_received_is_listed() -> None:
    """By receipt, withdrawal and copy; both holdings stay as they are, in whichever order it happened."""
    copied = add_event(BASE, "copied", {"to": party(LAWYER)}, signers=[ARCHIVE])
    root: Mapping[str, Any] = {"root": copied.root, **PASS}
    back = withdraw(copied, copied.head)
    got = add_event(back, "copy-received", root, signers=[LAWYER], opens=True, prev=[copied.head])
    assert given_back(got) == [(got.head, back.head, copied.head)]
    assert given_back(back) == []
    assert given_back(add_event(copied, "copy-received", root, signers=[LAWYER], opens=True)) == []


def test_the_giver_alone_takes_a_copy_back() -> None:
    """What its recipient says of it in his own holding is no withdrawal."""
    copied = add_event(BASE, "copied", {"to": party(LAWYER)}, signers=[ARCHIVE])
    root: Mapping[str, Any] = {"root": copied.root, **PASS}
    got = add_event(copied, "copy-received", root, signers=[LAWYER], opens=True)
    assert given_back(add_event(got, "withdrawn", {"event": copied.head}, signers=[LAWYER])) == []
