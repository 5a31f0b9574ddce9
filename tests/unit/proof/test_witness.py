"""Witnesses beside a log, without bytes: what they take from a head, and that they give none anything."""

from __future__ import annotations

import random
from typing import Any

import pytest
from attrs import evolve

from custody.model.instant import decode_instant
from custody.proof.custody_chain import Chain, judge_chain
from custody.proof.holding import ChainEvent, Party
from custody.proof.window import Bound, Window
from custody.report.reason import Reason
from tests.unit.proof.test_custody_chain import BUNDLE, Log, heads

EARLY = Bound(decode_instant("2026-01-02T00:00:00Z"), "s")


def judge(log: Log, shown: list[ChainEvent], **more: Any) -> Chain:  # noqa: ANN401
    """Judge a log beside which events are shown that it lacks."""
    ids = frozenset(event.event_id for event in shown)
    events = [event for event in log.events if event.event_id not in ids]
    return judge_chain([*events, *shown], bundle_id=BUNDLE, item_count=3, witnesses=ids, **more)


def cut(log: Log, *events: ChainEvent) -> list[ChainEvent]:
    """Take events out of a log and return them."""
    for event in events:
        log.events.remove(event)
    return [*events]


def twin(event: ChainEvent, **more: Any) -> ChainEvent:  # noqa: ANN401
    """Return another event for the same place; the same statement unless fields are given."""
    return evolve(event, event_id=f"{event.event_id}'", **more)


def other(event: ChainEvent, **more: Any) -> ChainEvent:  # noqa: ANN401
    """Return another statement for the same place."""
    return twin(event, fields=tuple(f"other {place}" for place in range(10)), **more)


def test_a_witness_never_counts_and_is_no_head() -> None:
    """What a receipt shows stays outside the log, whose tail is seen to be missing."""
    log = Log()
    chain = judge(log, cut(log, log.add("annotated")))
    assert chain.counted == ("e0",)
    assert heads(chain) == {"e0": {Reason.LATER_EVENT_EXISTS}}
    assert chain.witnesses["e1"].reason is Reason.LATER_EVENT_EXISTS


def test_the_log_is_judged_as_if_there_were_no_witness() -> None:
    """A hole that a receipt could fill stays a hole until the merge."""
    log = Log()
    middle = log.add("annotated")
    log.add("annotated")
    cut(log, middle)
    before, beside = judge(log, []), judge(log, [middle])
    assert (beside.counted, beside.receipts, beside.set_aside) == (
        before.counted,
        before.receipts,
        before.set_aside,
    )


def test_two_statements_for_one_place_are_a_fork() -> None:
    """L5: every head with the counted one in its past is refuted."""
    log = Log()
    first = log.add("annotated")
    log.add("annotated")
    chain = judge(log, [other(first)])
    assert heads(chain) == {"e2": {Reason.FORK}}


def test_a_fork_after_a_copy_is_not_the_recipients_fault() -> None:
    """Only heads that rest on the contradicted event are refuted."""
    log = Log()
    log.add("copied", to=Party(identity="court"))
    log.add("copy-received", "court", opens=True)
    ahead = log.add("annotated", holding=BUNDLE, seq=2, prev=("e1",))
    assert heads(judge(log, [other(ahead)])) == {"e2": set(), "e3": {Reason.FORK}}


@pytest.mark.parametrize("whose", ["own", "shown"])
def test_a_doubtful_key_makes_nobody_contradict_himself(whose: str) -> None:
    """Where one of the two may be a thief's, nothing is refuted."""
    log = Log()
    doubt = Reason.EVENT_KEY_TIME
    first = log.add("annotated", doubt=doubt if whose == "own" else None)
    chain = judge(log, [other(first, doubt=doubt if whose == "shown" else None)])
    assert heads(chain) == {"e1": {doubt}}


def test_one_statement_with_other_signatures_is_no_fork() -> None:
    """A cosigner alone can sign it once more."""
    log = Log()
    chain = judge(log, [twin(log.add("annotated"))])
    assert heads(chain) == {"e1": {Reason.SIGNATURES_DIFFER}}


def test_a_seat_taken_by_another_actor_is_no_fork() -> None:
    """Who is not the holder contradicts nobody."""
    log = Log()
    chain = judge(log, [other(log.add("annotated"), actor="court", identities=frozenset({"court"}))])
    assert heads(chain) == {"e1": set()}
    assert chain.witnesses["e1'"].reason is Reason.RECEIPT_SET_ASIDE
    assert chain.witnesses["e1'"].cause is Reason.NOT_THE_HOLDER


def test_two_receipts_can_contradict_each_other() -> None:
    """Where no head rests on either, the fork is named and bears on nothing more than the missing tail."""
    log = Log()
    shown = cut(log, log.add("annotated"))
    chain = judge(log, [*shown, other(shown[0])])
    assert heads(chain) == {"e0": {Reason.LATER_EVENT_EXISTS}}
    assert {one.reason for one in chain.witnesses.values()} == {Reason.FORK}


def test_two_receipts_of_doubtful_keys_contradict_nobody() -> None:
    """A key in other hands makes no contradiction."""
    log = Log()
    shown = cut(log, log.add("annotated"))
    chain = judge(log, [*shown, other(shown[0], doubt=Reason.EVENT_KEY_TIME)])
    assert {one.reason for one in chain.witnesses.values()} == {Reason.LATER_EVENT_EXISTS}


def test_a_receipt_can_contradict_an_event_whose_past_is_missing() -> None:
    """The fork is named though neither counts."""
    log = Log()
    cut(log, log.add("annotated"))
    loose = log.add("annotated", holding=BUNDLE, seq=2, prev=("e1",))
    chain = judge(log, [other(loose)])
    assert chain.witnesses[f"{loose.event_id}'"].reason is Reason.FORK


def test_a_witness_is_judged_by_the_rules_of_the_log() -> None:
    """H2: the release names somebody else."""
    log = Log()
    log.add("released", to=Party(identity="lawyer"))
    shown = cut(log, log.add("received", "court", opens=True))
    chain = judge(log, shown)
    assert heads(chain) == {"e1": {Reason.IN_TRANSIT}}
    assert chain.witnesses["e2"].cause is Reason.NOT_THE_RECIPIENT


def test_a_later_event_by_another_than_the_writer_is_set_aside_whatever_its_past() -> None:
    """H1 needs no past."""
    log = Log()
    far = log.add("annotated", "court", seq=5, prev=("e9",))
    chain = judge(log, cut(log, far))
    assert heads(chain) == {"e0": set()}
    assert chain.witnesses["e1"].cause is Reason.NOT_THE_HOLDER


def test_a_chain_of_receipts_is_placed_in_any_order() -> None:
    """The release is later than the head; its receipt and what follows belong to another holding."""
    log = Log()
    shown = [
        log.add("released", to=Party(identity="lawyer")),
        log.add("received", "lawyer", opens=True),
        log.add("annotated", "lawyer"),
    ]
    cut(log, *shown)
    expected = {"e1": Reason.LATER_EVENT_EXISTS, "e2": Reason.NOT_MERGED, "e3": Reason.NOT_MERGED}
    for seed in range(6):
        random.Random(seed).shuffle(shown)
        chain = judge(log, shown)
        assert {one: verdict.reason for one, verdict in chain.witnesses.items()} == expected


def test_the_receipt_of_an_open_release_is_a_later_event() -> None:
    """R1: what is in transit here was received elsewhere."""
    log = Log()
    log.add("released", to=Party(identity="lawyer"))
    chain = judge(log, cut(log, log.add("received", "lawyer", opens=True)))
    assert heads(chain) == {"e1": {Reason.IN_TRANSIT, Reason.LATER_EVENT_EXISTS}}


def test_the_receipt_of_a_copy_concerns_no_head() -> None:
    """A copy is another holding."""
    log = Log()
    log.add("copied", to=Party(identity="court"))
    chain = judge(log, cut(log, log.add("copy-received", "court", opens=True)))
    assert heads(chain) == {"e1": set()}
    assert chain.witnesses["e2"].reason is Reason.NOT_MERGED


def test_what_a_former_holder_writes_concerns_no_head() -> None:
    """After his handover his holding goes nowhere, whatever he shows of it."""
    log = Log()
    log.add("released", to=Party(identity="lawyer"))
    log.add("received", "lawyer", opens=True)
    shown = cut(log, log.add("annotated", holding=BUNDLE, seq=4, prev=("e9",)))
    chain = judge(log, shown)
    assert heads(chain) == {"e2": set()}
    assert chain.witnesses["e3"].reason is Reason.NOT_MERGED


def test_a_succession_is_later_only_after_the_last_event() -> None:
    """Who follows an older event takes nothing from a holder who went on; unapproved, from nobody."""
    log = Log()
    log.events[0] = evolve(log.events[0], successor=Party(identity="heir"))
    went_on = log.add("annotated")
    alone = cut(log, log.add("succeeded", "heir", opens=True, prev=("e0",)))
    assert heads(judge(log, alone)) == {"e1": set()}
    approved = {"identities": {"heir", "boss"}, "approvers": frozenset({"boss"})}
    shown = cut(log, log.add("succeeded", "heir", opens=True, prev=("e0",), **approved))
    cut(log, went_on)
    assert heads(judge(log, shown)) == {"e0": {Reason.LATER_EVENT_EXISTS}}


def test_who_succeeds_answers_for_what_the_holder_wrote_later() -> None:
    """The line of a successor goes back into the holding that he carries on."""
    log = Log()
    log.events[0] = evolve(log.events[0], successor=Party(identity="heir"))
    log.add("succeeded", "heir", opens=True, identities={"heir", "boss"}, approvers=frozenset({"boss"}))
    shown = cut(log, log.add("annotated", holding=BUNDLE, seq=3, prev=("e9",)))
    assert heads(judge(log, shown)) == {"e1": {Reason.LATER_EVENT_EXISTS}}


def test_a_succession_of_what_is_not_here_has_no_line() -> None:
    """Where the event that is succeeded was set aside, nothing is known of its holding."""
    log = Log()
    log.add("succeeded", "heir", opens=True, prev=("e9",))
    chain = judge(
        log,
        [evolve(log.events[0], event_id="w", seq=4, prev=("e8",))],
        unsound={"e9": Reason.EVENT_MALFORMED},
    )
    assert heads(chain)["e1"] == {Reason.SET_ASIDE_IN_PAST, Reason.SUCCESSOR_UNKNOWN}


def test_an_event_damaged_here_is_shown_by_its_receipt() -> None:
    """The same id is set aside in the log and a witness beside it."""
    log = Log()
    shown = cut(log, log.add("annotated"))
    chain = judge(log, shown, unsound={"e1": Reason.EVENT_SIGNATURE_MISSING})
    assert heads(chain) == {"e0": {Reason.LATER_EVENT_EXISTS}}
    assert chain.set_aside == {"e1": Reason.EVENT_SIGNATURE_MISSING}


def test_a_stub_that_nobody_follows_ends_no_holding() -> None:
    """Anybody can add one far out; it hides no later event."""
    log = Log()
    shown = cut(log, log.add("annotated"))
    log.add(None, holding=BUNDLE, seq=7, prev=("e0",))
    assert heads(judge(log, shown)) == {"e0": {Reason.LATER_EVENT_EXISTS}}


def test_a_stub_that_is_followed_is_no_later_event() -> None:
    """Something else in a place that this log shows already is not later."""
    log = Log()
    hidden = log.add(None)
    log.add("annotated")
    chain = judge(
        log,
        [evolve(hidden, event_id="w", type="annotated", actor="archive", prev=("e0",), fields=("x",) * 10)],
    )
    assert heads(chain) == {"e2": {Reason.STUB_IN_PAST}}


def dispute(received: dict[str, Any], withdrawn: dict[str, Any]) -> Chain:
    """Judge a receipt in the log and the withdrawal that a receipt shows."""
    log = Log()
    log.add("released", to=Party(identity="lawyer"))
    log.add("received", "lawyer", opens=True, **received)
    rival = log.add("withdrawn", holding=BUNDLE, seq=2, prev=("e1",), answers="e1", **withdrawn)
    return judge(log, cut(log, rival))


def test_a_receipt_can_show_a_rival() -> None:
    """L6: received here, withdrawn there."""
    assert heads(dispute({}, {})) == {"e2": {Reason.DISPUTED}}


def test_a_rival_that_nothing_dates_is_outlived() -> None:
    """A late or secret withdrawal must not hurt who honestly received."""
    chain = dispute({"window": Window(not_after=EARLY)}, {})
    assert heads(chain) == {"e2": set()}
    assert chain.heads[0].outlived == ("e3",)
    assert chain.witnesses["e3"].reason is Reason.DISPUTE_WON


def test_a_rival_whose_stamps_were_not_judged_is_not_outlived() -> None:
    """What was not looked at decides nothing."""
    chain = dispute({"window": Window(not_after=EARLY)}, {"undated": True})
    assert heads(chain) == {"e2": {Reason.DISPUTED}}


def test_a_dispute_ends_with_nothing_that_a_receipt_shows() -> None:
    """A reconciliation outside the log ends no dispute in it."""
    log = Log()
    log.add("released", to=Party(identity="lawyer"))
    log.add("received", "lawyer", opens=True)
    log.add("withdrawn", holding=BUNDLE, seq=2, prev=("e1",), answers="e1")
    both = log.add(
        "reconciled",
        holding=BUNDLE,
        seq=3,
        prev=("e2", "e3"),
        identities={"archive", "lawyer"},
        heads=("e2", "e3"),
    )
    chain = judge(log, cut(log, both))
    assert heads(chain)["e2"] == {Reason.DISPUTED}
    assert heads(chain)["e3"] == {Reason.DISPUTED, Reason.LATER_EVENT_EXISTS}
