"""The log as a graph, without bytes: order, what counts, heads, disputes; each rule and its neighbour."""

from __future__ import annotations

import random
from functools import partial
from typing import Any

import pytest
from attrs import evolve

from custody.model.instant import decode_instant
from custody.proof.custody_chain import RIVALS_NAMED, Chain, judge_chain
from custody.proof.holding import ChainEvent, Party, holding_id_of
from custody.proof.log_graph import Work
from custody.proof.window import Bound, Window
from custody.report.reason import Reason

BUNDLE = "b" * 32


class Log:
    """A log that grows; every event has fresh commitments unless told."""

    def __init__(self) -> None:
        """Begin with the archive's seal."""
        self.events: list[ChainEvent] = []
        self.seal = self.add("sealed", seq=0, prev=(), holding=BUNDLE)

    def add(self, type_: str | None, actor: str = "archive", **more: Any) -> ChainEvent:  # noqa: ANN401
        """Add an event, by default after the last one in its holding."""
        number = len(self.events)
        fields = more.pop("fields", tuple(f"{number}/{place}" for place in range(10)))
        last = self.events[-1] if self.events else None
        prev = tuple(more.pop("prev", () if last is None else (last.event_id,)))
        opens = more.pop("opens", False)
        holding = holding_id_of(prev, fields) if opens else getattr(last, "holding", BUNDLE)
        seq = 0 if opens or last is None else last.seq + 1
        found = ChainEvent(
            event_id=f"e{number}",
            holding=more.pop("holding", holding),
            seq=more.pop("seq", seq),
            prev=prev,
            fields=fields,
            type=type_,
            actor="" if type_ is None else actor,
            identities=frozenset() if type_ is None else frozenset(more.pop("identities", {actor})),
            **more,
        )
        self.events.append(found)
        return found

    def judge(self, **more: Any) -> Chain:  # noqa: ANN401
        """Judge what is there."""
        return judge_chain(self.events, bundle_id=BUNDLE, item_count=3, **more)


def heads(chain: Chain) -> dict[str, set[Reason]]:
    """Head to the reasons why it is not proven."""
    return {head.event_id: {reason for reason, _ in head.reasons} for head in chain.heads}


def test_the_last_event_is_the_head() -> None:
    """Everything before it is its past."""
    log = Log()
    log.add("annotated")
    chain = log.judge()
    assert heads(chain) == {"e1": set()}
    assert chain.counted == ("e0", "e1")


def test_the_order_of_reading_does_not_matter() -> None:
    """Any order gives the same chain."""
    log = Log()
    release = log.add("released", to=Party(identity="lawyer"))
    log.add("received", "lawyer", opens=True)
    log.add("annotated", "lawyer")
    log.add("withdrawn", holding=BUNDLE, seq=2, prev=(release.event_id,), answers=release.event_id)
    log.add(None, holding=BUNDLE, seq=3, prev=("e4",))
    before = log.judge()
    for seed in range(20):
        random.Random(seed).shuffle(log.events)
        again = log.judge()
        assert heads(again) == heads(before)
        assert set(again.counted) == set(before.counted)
        assert again.set_aside == before.set_aside


def test_ten_thousand_events_need_no_recursion() -> None:
    """The passes are iterative."""
    log = Log()
    for _ in range(10_000):
        log.add("annotated")
    assert heads(log.judge()) == {"e10000": set()}


@pytest.mark.parametrize(
    "wrong",
    [
        {"type_": "annotated", "seq": 2},
        {"type_": "annotated", "prev": ("e0", "e9")},
        {"type_": "annotated", "seq": 0, "prev": (), "holding": BUNDLE},
        {"type_": "annotated", "opens": True},
        {"type_": "received", "seq": 1},
        {"type_": "received", "seq": 0, "holding": "1" * 32},
        {"type_": "sealed", "opens": True},
        {"type_": "sealed", "seq": 0, "prev": (), "holding": "1" * 32},
        {"type_": None, "seq": 2},
        {"type_": None, "seq": 0, "holding": "1" * 32},
    ],
    ids=str,
)
def test_an_event_in_a_wrong_place_is_set_aside(wrong: dict[str, Any]) -> None:
    """L2 and L4: the first holding, derived holdings, predecessors."""
    log = Log()
    log.add(wrong.pop("type_"), **wrong)
    unsound = {"e9": Reason.EVENT_MALFORMED}
    chain = log.judge(unsound=unsound)
    assert chain.set_aside["e1"] is Reason.HOLDING_WRONG
    assert heads(chain) == {"e0": set()}


def test_a_past_goes_on_through_what_is_set_aside() -> None:
    """A head has everything in its past that its links fix, and what lies there is no head."""
    log = Log()
    log.add("annotated", prev=("x",), seq=2)
    chain = log.judge(unsound={"x": Reason.EVENT_SIGNATURE_WRONG}, links={"x": ("e0",)})
    assert heads(chain) == {"e1": {Reason.SET_ASIDE_IN_PAST}}
    assert set(heads(log.judge(unsound={"x": Reason.EVENT_SIGNATURE_WRONG}))) == {"e0", "e1"}


def test_an_event_with_a_hole_in_its_past_is_a_receipt() -> None:
    """In a known holding it says that the log goes on; elsewhere it is only listed."""
    log = Log()
    log.add("annotated", prev=("absent",), seq=5)
    log.add("received", "lawyer", prev=("absent",), opens=True)
    chain = log.judge()
    assert chain.receipts == {"e1": Reason.LATER_EVENT_EXISTS, "e2": Reason.NOT_MERGED}
    assert heads(chain) == {"e0": {Reason.LATER_EVENT_EXISTS}}


def test_a_later_event_by_somebody_else_says_nothing() -> None:
    """Whatever its past, only the holder writes in a holding."""
    log = Log()
    log.add("annotated", "court", prev=("absent",), seq=5)
    chain = log.judge()
    assert chain.set_aside == {"e1": Reason.NOT_THE_HOLDER}
    assert heads(chain) == {"e0": set()}


def test_where_a_stub_hides_the_holder_a_later_event_counts_as_one() -> None:
    """Nobody knows whose holding it is."""
    log = Log()
    log.add("released", to=Party(identity="lawyer"))
    hidden = log.add(None, opens=True)
    log.add("annotated", "court", prev=("absent",), seq=5, holding=hidden.holding)
    assert log.judge().receipts == {"e3": Reason.LATER_EVENT_EXISTS}


def test_stubs_are_no_heads_and_hide_none() -> None:
    """One that an event follows is in its past; one at the end vouches for nothing."""
    log = Log()
    log.add(None)
    log.add("annotated")
    log.add(None)
    chain = log.judge()
    assert heads(chain) == {"e2": {Reason.STUB_IN_PAST}}
    assert chain.stubs == ("e1",)
    assert chain.loose_stubs == ("e3",)


def test_a_commitment_of_the_own_past_is_not_repeated() -> None:
    """L1; what somebody repeats beside it harms nobody."""
    log = Log()
    first = log.add("annotated")
    log.add("annotated", fields=first.fields)
    assert log.judge().set_aside == {"e2": Reason.COMMITMENT_REPEATED}
    log = Log()
    log.add("copied", to=Party(identity="court"))
    log.add("copy-received", "court", opens=True)
    echo = log.add("annotated", "court")
    log.add("annotated", prev=("e1",), holding=BUNDLE, seq=2, fields=echo.fields)
    assert log.judge().set_aside == {}


def test_nobody_writes_in_a_holding_that_nobody_could_open() -> None:
    """A receipt that is set aside opens nothing."""
    log = Log()
    log.add("copied", to=Party(identity="court"))
    log.add("copy-received", "lawyer", opens=True)
    log.add("annotated", "lawyer")
    chain = log.judge()
    assert chain.set_aside == {"e2": Reason.NOT_THE_RECIPIENT, "e3": Reason.HOLDING_WRONG}
    assert heads(chain) == {"e1": set()}
    assert chain.unacknowledged == ("e1",)


@pytest.mark.parametrize(("leaf", "aside"), [(2, {}), (3, {"e1": Reason.ITEM_UNKNOWN})])
def test_leaves_are_smaller_than_the_number_of_items(leaf: int, aside: dict[str, Reason]) -> None:
    """I3, both sides."""
    log = Log()
    log.add("accessed", leaves=(leaf,))
    assert log.judge().set_aside == aside


def test_a_doubt_stays_with_every_head_after_it() -> None:
    """What rests on a doubted key is undetermined."""
    log = Log()
    log.add("annotated", doubt=Reason.EVENT_KEY_TIME)
    log.add("annotated")
    assert heads(log.judge()) == {"e2": {Reason.EVENT_KEY_TIME}}


def test_a_withdrawal_in_another_holding_disputes_nothing() -> None:
    """Only the releaser withdraws, where he released."""
    log = Log()
    log.add("copied", to=Party(identity="court"))
    copy = log.add("copy-received", "court", opens=True)
    release = log.add("released", to=Party(identity="lawyer"), prev=("e1",), holding=BUNDLE, seq=2)
    log.add("received", "lawyer", opens=True)
    log.add("withdrawn", "court", prev=("e2",), holding=copy.holding, seq=1, answers=release.event_id)
    assert heads(log.judge()) == {"e4": set(), "e5": set()}


def test_junk_on_junk_of_a_former_holder_is_set_aside_too() -> None:
    """What is set aside changes no state: a holding stays in transit however much its former holder adds."""
    log = Log()
    release = log.add("released", to=Party(identity="lawyer"))
    log.add("received", "lawyer", opens=True)
    log.add("annotated", prev=(release.event_id,), holding=BUNDLE, seq=2)
    log.add("annotated")
    chain = log.judge()
    assert chain.set_aside == {"e3": Reason.HOLDING_IN_TRANSIT, "e4": Reason.HOLDING_IN_TRANSIT}
    assert heads(chain) == {"e2": set()}


@pytest.mark.parametrize(
    ("links", "found"), [({"e9": ("e1",)}, Reason.HOLDING_CLOSED), ({}, Reason.SET_ASIDE_IN_PAST)]
)
def test_a_state_is_carried_through_what_is_set_aside_for_its_form(
    links: dict[str, tuple[str, ...]], found: Reason
) -> None:
    """Where its id fixes what it follows; else nobody knows what stood before."""
    log = Log()
    log.add("closed")
    log.add("annotated", prev=("e9",), seq=3)
    chain = log.judge(unsound={"e9": Reason.EVENT_SIGNER_UNKNOWN}, links=links)
    assert found in {chain.set_aside.get("e2"), *heads(chain).get("e2", set())}


def test_a_hole_behind_what_is_set_aside_is_a_hole() -> None:
    """L3: the head before it is not proven."""
    log = Log()
    log.add("annotated", prev=("e8",), seq=3)
    chain = log.judge(unsound={"e8": Reason.EVENT_MALFORMED}, links={"e8": ("e7",)})
    assert chain.receipts == {"e1": Reason.LATER_EVENT_EXISTS}
    assert heads(chain) == {"e0": {Reason.LATER_EVENT_EXISTS}}


def test_a_head_with_a_later_event_in_its_holding_is_not_proven() -> None:
    """What is set aside between them and fixes nothing hides that they are one line."""
    log = Log()
    log.add("annotated", prev=("e9",), seq=2)
    chain = log.judge(unsound={"e9": Reason.EVENT_MALFORMED})
    assert heads(chain) == {"e0": {Reason.LATER_EVENT_EXISTS}, "e1": {Reason.SET_ASIDE_IN_PAST}}


def test_nobody_succeeds_to_a_closed_holding() -> None:
    """H4: nothing follows `closed`."""
    log = Log()
    log.events[0] = evolve(log.seal, successor=Party(identity="heir"))
    log.add("closed")
    log.add("succeeded", "heir", opens=True, approvers=frozenset({"approver"}))
    chain = log.judge()
    assert chain.set_aside == {"e2": Reason.HOLDING_CLOSED}
    assert heads(chain) == {"e1": set()}


def test_two_withdrawals_of_one_release_exclude_nothing() -> None:
    """L6: a withdrawal excludes receipts alone."""
    log = Log()
    release = log.add("released", to=Party(identity="lawyer"))
    log.add("withdrawn", answers=release.event_id)
    log.add("withdrawn", answers=release.event_id)
    assert heads(log.judge()) == {"e3": set()}


def test_a_reconciliation_has_one_predecessor_in_its_holding() -> None:
    """L4: the others are heads of other holdings, wherever they stand in the list."""
    log = Log()
    log.add("closed")
    log.add("reconciled", prev=("e0", "e1"))
    log.add("annotated")
    assert log.judge().set_aside == {"e2": Reason.HOLDING_WRONG, "e3": Reason.HOLDING_CLOSED}


def disputed_succession(*, peace_by: str) -> Log:
    """The archive goes on beside its cosigned successor; both make peace, written by one of them."""
    log = Log()
    log.events[0] = evolve(log.seal, successor=Party(identity="heir"))
    heir = log.add("succeeded", "heir", opens=True, approvers=frozenset({"approver"}))
    log.add("annotated", prev=("e0",), holding=BUNDLE, seq=1)
    where = (BUNDLE, 2) if peace_by == "archive" else (heir.holding, 1)
    both = {"archive", "heir"}
    log.add("reconciled", peace_by, identities=both, prev=("e1", "e2"), holding=where[0], seq=where[1])
    return log


@pytest.mark.parametrize("peace_by", ["archive", "heir"])
def test_a_reconciliation_ends_the_dispute_of_a_succession(peace_by: str) -> None:
    """L6: from there on its writer goes on, whoever of the two it is."""
    log = disputed_succession(peace_by=peace_by)
    assert heads(log.judge()) == {"e3": set()}
    log.add("annotated", peace_by)
    assert heads(log.judge()) == {"e4": set()}


def test_who_goes_on_after_ending_his_holding_harms_nobody() -> None:
    """His own head has lost to what he signed; the other's is not touched again."""
    log = disputed_succession(peace_by="heir")
    log.add("annotated", prev=("e2",), holding=BUNDLE, seq=2)
    assert heads(log.judge()) == {"e3": set(), "e4": {Reason.DISPUTED, Reason.DISPUTE_LOST}}


def test_who_signed_that_his_holding_ended_and_hands_it_on_disputes_what_he_signed() -> None:
    """Somebody else relied on what he did there: the reconciliation is not proven against that."""
    log = disputed_succession(peace_by="heir")
    log.add("released", prev=("e2",), holding=BUNDLE, seq=2, to=Party(identity="court"))
    log.add("received", "court", opens=True)
    assert heads(log.judge()) == {"e3": {Reason.DISPUTED}, "e5": {Reason.DISPUTED}}


def test_a_reconciliation_that_lacks_the_succession_ends_no_dispute_with_it() -> None:
    """Both signed it, after what one of them did and not after what the other did."""
    log = Log()
    log.events[0] = evolve(log.seal, successor=Party(identity="heir"))
    log.add("copied", to=Party(identity="heir"))
    log.add("copy-received", "heir", opens=True)
    log.add("annotated", prev=("e1",), holding=BUNDLE, seq=2)
    log.add("succeeded", "heir", opens=True, prev=("e1",), approvers=frozenset({"approver"}))
    both = {"archive", "heir"}
    log.add("reconciled", identities=both, prev=("e2", "e3"), holding=BUNDLE, seq=3)
    assert heads(log.judge()) == {"e4": {Reason.DISPUTED}, "e5": {Reason.DISPUTED}}


@pytest.mark.parametrize(("proven", "peace"), [(False, Reason.DISPUTED), (True, Reason.DISPUTE_LOST)])
def test_a_peace_that_reaches_a_holding_through_a_copy_alone_does_not_end_it(
    proven: bool,  # noqa: FBT001
    peace: Reason,
) -> None:
    """The archive goes on there, and releases to a court that receives; times decide where they can."""
    early = Window(not_after=Bound(decode_instant("2026-01-02T00:00:00Z"), "stamp"))
    late = Window(not_before=Bound(decode_instant("2026-02-02T00:00:00Z"), "anchor"))
    before: dict[str, Any] = {"window": early} if proven else {}
    after: dict[str, Any] = {"window": late} if proven else {}
    log = Log()
    log.events[0] = evolve(log.seal, successor=Party(identity="heir"))
    heir = log.add("succeeded", "heir", opens=True, approvers=frozenset({"approver"}), **after)
    log.add("copied", prev=("e0",), holding=BUNDLE, seq=1, to=Party(identity="heir"), **before)
    log.add("copy-received", "heir", opens=True, **before)
    both = {"archive", "heir"}
    log.add("reconciled", "heir", identities=both, prev=("e1", "e3"), holding=heir.holding, seq=1, **after)
    log.add("released", prev=("e2",), holding=BUNDLE, seq=2, to=Party(identity="court"), **before)
    log.add("received", "court", opens=True, **before)
    assert heads(log.judge()) == {"e4": {peace}, "e6": set() if proven else {Reason.DISPUTED}}


def test_a_new_succession_after_a_reconciliation_is_a_new_dispute() -> None:
    """What both signed ends what was before it alone."""
    log = disputed_succession(peace_by="archive")
    log.add("succeeded", "heir", opens=True, approvers=frozenset({"approver"}))
    log.add("annotated", prev=("e3",), holding=BUNDLE, seq=3)
    assert heads(log.judge()) == {"e4": {Reason.DISPUTED}, "e5": {Reason.DISPUTED}}


def test_time_does_not_favour_a_holder_against_his_own_succession() -> None:
    """L6 favours the holder beside somebody else's succession; beside his own, windows lie wholly apart."""
    early = Window(not_after=Bound(decode_instant("2026-01-02T00:00:00Z"), "stamp"))
    log = Log()
    log.events[0] = evolve(log.seal, successor=Party(identity="heir"))
    log.add("succeeded", opens=True, approvers=frozenset({"approver"}))
    log.add("annotated", prev=("e0",), holding=BUNDLE, seq=1, window=early)
    assert heads(log.judge()) == {"e1": {Reason.DISPUTED}, "e2": {Reason.DISPUTED}}
    log.events[1] = evolve(log.events[1], actor="heir")
    assert heads(log.judge()) == {"e1": {Reason.DISPUTE_LOST}, "e2": set()}


def test_a_holding_that_its_holder_signed_away_stays_ended_behind_junk() -> None:
    """H4: whatever he builds on what was refused there is refused as well."""
    log = disputed_succession(peace_by="heir")
    log.add("reconciled", prev=("e2", "e3"), holding=BUNDLE, seq=2)
    log.add("annotated")
    assert log.judge().set_aside == {"e4": Reason.HOLDING_CLOSED, "e5": Reason.HOLDING_CLOSED}


def signed_away_and_gone_on() -> Log:
    """Let the archive sign its holding away, another add junk there, and the archive go on behind it."""
    log = disputed_succession(peace_by="heir")
    log.add("reconciled", "heir", prev=("e2", "e3"), holding=BUNDLE, seq=2)
    log.add("annotated")
    return log


def test_who_signed_his_holding_away_knows_it_behind_the_junk_of_others_too() -> None:
    """H4: the reconciliation lies in the past of what he adds, by whomever it was brought there."""
    chain = signed_away_and_gone_on().judge()
    assert chain.set_aside == {"e4": Reason.NOT_THE_HOLDER, "e5": Reason.HOLDING_CLOSED}
    assert heads(chain) == {"e3": set()}


def test_a_flood_of_junk_leaves_what_lies_behind_it_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    """Links behind junk are followed only so far; what rests on it is proven in no case."""
    monkeypatch.setattr("custody.proof.custody_chain.Work", partial(Work, steps=0))
    chain = signed_away_and_gone_on().judge()
    assert chain.set_aside == {"e4": Reason.NOT_THE_HOLDER}
    assert Reason.SET_ASIDE_IN_PAST in heads(chain)["e5"]


def test_the_opener_of_a_holding_decides_before_what_stands_in_it() -> None:
    """Also where what is set aside between them hides the link: the order of ids changes nothing."""
    log = Log()
    log.add("succeeded", seq=0, holding="1" * 32)
    log.add("annotated", prev=("e9",), holding="1" * 32, seq=2)
    chain = log.judge(unsound={"e9": Reason.EVENT_MALFORMED})
    assert chain.set_aside == {
        "e1": Reason.HOLDING_WRONG,
        "e2": Reason.HOLDING_WRONG,
        "e9": Reason.EVENT_MALFORMED,
    }


def test_a_reconciliation_beside_junk_takes_the_state_of_its_own_line() -> None:
    """The last event of the holding that links reach left the state, not the first one that is found."""
    log = Log()
    log.add("closed")
    log.add("reconciled", prev=("e0", "e9"), seq=3)
    log.add("annotated")
    chain = log.judge(unsound={"e9": Reason.EVENT_SIGNER_UNKNOWN}, links={"e9": ("e1",)})
    assert (chain.set_aside["e2"], chain.set_aside["e3"]) == (Reason.HOLDING_WRONG, Reason.HOLDING_CLOSED)


def test_a_crowd_of_receipts_is_named_in_part_and_decided_whole() -> None:
    """Each of a hundred receipts of one release is disputed, and names no more than a few of the others."""
    log = Log()
    release = log.add("released", to=Party(identity="lawyer"))
    crowd = [log.add("received", "lawyer", opens=True, prev=(release.event_id,)) for _ in range(100)]
    chain = log.judge()
    assert heads(chain) == {one.event_id: {Reason.DISPUTED} for one in crowd}
    assert max(len(head.reasons) for head in chain.heads) <= RIVALS_NAMED + 1


def test_a_second_withdrawal_after_a_reconciliation_disputes_nothing_again() -> None:
    """Whoever agreed that the receipt stands cannot take it back by withdrawing once more."""
    log = Log()
    release = log.add("released", to=Party(identity="lawyer"))
    receipt = log.add("received", "lawyer", opens=True)
    log.add("withdrawn", prev=("e1",), holding=BUNDLE, seq=2, answers=release.event_id)
    both = {"archive", "lawyer"}
    log.add("reconciled", "lawyer", identities=both, prev=("e2", "e3"), holding=receipt.holding, seq=1)
    log.add("withdrawn", prev=("e3",), holding=BUNDLE, seq=3, answers=release.event_id)
    assert heads(log.judge()) == {"e4": set(), "e5": {Reason.DISPUTED, Reason.DISPUTE_LOST}}


def test_a_reconciliation_that_a_holder_did_not_sign_ends_nothing_of_his() -> None:
    """L4: it is set aside, and covers nothing of what it names."""
    log = Log()
    log.add("copied", to=Party(identity="court"))
    copy = log.add("copy-received", "court", opens=True)
    log.add("annotated", prev=("e1",), holding=BUNDLE, seq=2)
    log.add("reconciled", "court", prev=("e2", "e3"), holding=copy.holding, seq=1)
    assert log.judge().set_aside == {"e4": Reason.EVENT_THRESHOLD}
    assert heads(log.judge()) == {"e2": set(), "e3": set()}


def test_a_reconciliation_covers_no_holding_whose_writer_is_hidden() -> None:
    """Nobody is shown to have signed for it."""
    log = Log()
    stub = log.add(None, prev=("e0",), opens=True)
    log.add("annotated", "court", holding=stub.holding, seq=1, prev=("e1",))
    log.add("reconciled", prev=("e0", "e2"), holding=BUNDLE, seq=1)
    assert set(heads(log.judge())) == {"e2", "e3"}


def test_a_false_withdrawal_is_not_proven_against_a_receipt_whose_key_was_stolen_later() -> None:
    """The receipt may be the honest one, signed before the theft and never stamped: nothing is shown."""
    log = Log()
    release = log.add("released", to=Party(identity="lawyer"))
    receipt = log.add("received", "lawyer", opens=True)
    log.events[-1] = evolve(receipt, suspect=True, doubt=Reason.EVENT_KEY_TIME)
    log.add("withdrawn", prev=("e1",), holding=BUNDLE, seq=2, answers=release.event_id)
    assert heads(log.judge()) == {"e2": {Reason.EVENT_KEY_TIME, Reason.DISPUTED}, "e3": {Reason.DISPUTED}}


def test_what_may_be_a_thiefs_hides_no_head() -> None:
    """The head of the owner stays one, and can be chosen."""
    log = Log()
    stolen = log.add("annotated")
    log.events[-1] = evolve(stolen, suspect=True, doubt=Reason.EVENT_KEY_TIME)
    assert heads(log.judge()) == {"e0": set(), "e1": {Reason.EVENT_KEY_TIME}}


def test_a_successor_whom_nobody_approved_hides_no_head() -> None:
    """The holder's own head stays what it was."""
    log = Log()
    log.events[0] = evolve(log.seal, successor=Party(identity="heir"))
    log.add("succeeded", "heir", opens=True)
    log.add("annotated", "heir")
    assert heads(log.judge()) == {"e0": set(), "e2": {Reason.SUCCESSION_UNAPPROVED}}


def test_a_head_with_thousands_of_rivals_is_disputed_without_judging_all(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A flood of receipts by a known person leaves undetermined, in bounded time."""
    monkeypatch.setattr("custody.proof.custody_chain.RIVALS_JUDGED", 50)
    log = Log()
    log.add("released", to=Party(identity="lawyer"))
    for _ in range(120):
        log.add("received", "lawyer", opens=True, prev=("e1",))
    assert all(Reason.DISPUTED in reasons for reasons in heads(log.judge()).values())


def test_an_erasure_says_what_leaves_custody_up_to_it_undetermined() -> None:
    """Whatever follows it."""
    log = Log()
    log.add("erased", approvers=frozenset({"approver"}), leaves=(0,))
    log.add("released", to=Party(identity="lawyer"))
    assert set(log.judge().erasures) == {"e1"}
    assert set(log.judge().erasures["e1"]) <= {Reason.LATER_EVENT_EXISTS}


def test_two_reconciliations_that_each_end_the_others_holding_are_disputed() -> None:
    """Both signed both; nobody is shown to hold by that."""
    log = Log()
    release = log.add("released", to=Party(identity="lawyer"))
    receipt = log.add("received", "lawyer", opens=True)
    log.add("withdrawn", prev=("e1",), holding=BUNDLE, seq=2, answers=release.event_id)
    both = {"archive", "lawyer"}
    log.add("reconciled", "lawyer", identities=both, prev=("e2", "e3"), holding=receipt.holding, seq=1)
    log.add("reconciled", identities=both, prev=("e2", "e3"), holding=BUNDLE, seq=3)
    assert heads(log.judge()) == {"e4": {Reason.DISPUTED}, "e5": {Reason.DISPUTED}}


def test_the_peace_of_others_ends_no_dispute() -> None:
    """Two who settled something else between them, in the past of a head that is disputed."""
    log = Log()
    log.add("copied", to=Party(identity="court"))
    copy = log.add("copy-received", "court", opens=True)
    both = {"archive", "court"}
    log.add("reconciled", identities=both, prev=("e1", "e2"), holding=BUNDLE, seq=2)
    log.add("released", to=Party(identity="lawyer"))
    log.add("received", "lawyer", opens=True, prev=("e4",))
    log.add("received", "lawyer", opens=True, prev=("e4",))
    assert copy.seq == 0
    assert heads(log.judge()) == {"e5": {Reason.DISPUTED}, "e6": {Reason.DISPUTED}}


def test_who_reconciles_again_in_his_own_holding_goes_on() -> None:
    """What others end with him does not end what he holds."""
    log = Log()
    log.add("copied", to=Party(identity="court"))
    copy = log.add("copy-received", "court", opens=True)
    both = {"archive", "court"}
    log.add("reconciled", identities=both, prev=("e1", "e2"), holding=BUNDLE, seq=2)
    log.add("copied", to=Party(identity="lawyer"))
    other = log.add("copy-received", "lawyer", opens=True)
    two = {"archive", "lawyer"}
    log.add("reconciled", "lawyer", identities=two, prev=("e4", "e5"), holding=other.holding, seq=1)
    log.add("copied", "lawyer", to=Party(identity="court"))
    assert copy.holding in {event.holding for event in log.events}
    assert heads(log.judge()) == {"e7": set()}


def test_a_doubt_about_a_succession_reaches_through_what_is_set_aside() -> None:
    """Junk between hides nothing: the holder's own head stays, whatever an unapproved successor builds."""
    log = Log()
    log.events[0] = evolve(log.seal, successor=Party(identity="heir"))
    heir = log.add("succeeded", "heir", opens=True)
    log.add("annotated", "court")
    log.add("annotated", "heir", holding=heir.holding, seq=2, suspect=True)
    chain = log.judge()
    assert chain.set_aside == {"e2": Reason.NOT_THE_HOLDER}
    assert heads(chain) == {"e0": set(), "e3": {Reason.SET_ASIDE_IN_PAST, Reason.SUCCESSION_UNAPPROVED}}


@pytest.mark.parametrize("known", [True, False])
def test_nobody_hides_a_head_by_receiving_his_own_junk(known: bool) -> None:  # noqa: FBT001 - a case
    """Whoever has a known key could write a copy to himself, and receive it: the holder's head stays."""
    log = Log()
    log.add("annotated")
    junk = ("e9",)
    if known:
        junk = (log.add("copied", "court", to=Party(identity="court")).event_id,)
    got = log.add("copy-received", "court", opens=True, prev=junk)
    unsound = {} if known else {"e9": Reason.EVENT_SIGNER_UNKNOWN}
    chain = log.judge(unsound=unsound, links=dict.fromkeys(unsound, ("e1",)))
    assert heads(chain) == {"e1": set(), got.event_id: {Reason.SET_ASIDE_IN_PAST}}


def test_nobody_hides_a_head_by_reconciling_with_junk() -> None:
    """A stranger's event after the holder's, taken up by somebody else: the holder's head stays."""
    log = Log()
    log.add("copied", to=Party(identity="court"))
    copy = log.add("copy-received", "court", opens=True)
    log.add("annotated", prev=("e1",), holding=BUNDLE, seq=2)
    log.add("reconciled", "court", prev=("e2", "e9"), holding=copy.holding, seq=1)
    chain = log.judge(unsound={"e9": Reason.EVENT_SIGNER_UNKNOWN}, links={"e9": ("e3",)})
    assert heads(chain)["e3"] == set()


def test_what_is_built_on_junk_still_disputes() -> None:
    """Whoever breaks an event in an honest past must not be proven against what rests on it."""
    log = Log()
    log.events[0] = evolve(log.seal, successor=Party(identity="heir"))
    log.add("annotated", "court")
    approved = {"opens": True, "approvers": frozenset({"approver"})}
    log.add("succeeded", "heir", **approved)
    log.add("succeeded", "heir", prev=("e0",), **approved)
    both = {"e3": {Reason.DISPUTED}, "e2": {Reason.SET_ASIDE_IN_PAST, Reason.DISPUTED}}
    assert heads(log.judge()) == both
