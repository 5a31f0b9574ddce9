"""Rules about stamps, renewals and what others examined: which stamps count, and who must say what."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
from attrs import evolve

from custody.format.layout import event_path
from custody.model.instant import Instant, decode_instant
from custody.profiles.answer import Answer, Place, State
from custody.profiles.rules.registry import RULES
from custody.profiles.subject import Subject, Thing
from tests.tools.authority import TestAuthority
from tests.tools.bundles import Bundle, add_event, stub
from tests.tools.renewals import place_renewal, renewal_folder, renewal_text
from tests.unit.profiles.cases.eidas import QUALIFIED, STAMPED
from tests.unit.profiles.cases.eidas_archive_de import RECORDED
from tests.unit.profiles.stamping import BUNDLE, put, record, recorded, says, token
from tests.unit.profiles.subjects import (
    ARCHIVE,
    EXPERT,
    FIRST,
    LAWYER,
    NOW,
    SEALED_AT,
    SECOND,
    STRANGER,
    TRUST,
    checked,
    source,
    stamped,
)

WRONG = FIRST.stamp(b"something else", at=SEALED_AT)
IMPRINT: dict[str, Any] = {"fails": ["IMPRINT_DIFFERS"]}
LIST: dict[str, Any] = {"method": "trusted-list", "results": ["qualified"], "snapshot": True}
AHEAD: dict[str, Any] = {"days": 0, "ended": ["ROOT_TRUST_ENDED"]}
PAYLOAD = next(path for path in BUNDLE.files if path.startswith("data/"))


def ask(rule: str, subject: Subject, **parameters: Any) -> Answer:  # noqa: ANN401 - JSON values
    """Ask one rule."""
    return RULES[rule].ask(subject, parameters)


def statement(actor: str = "expert", at: str = "2026-01-05T00:00:00Z", **data: Any) -> Thing:  # noqa: ANN401
    """Return an `examined` about the seal as a subject has it."""
    said = {**QUALIFIED, **data}
    members = {
        "event": hashlib.sha256(repr((actor, at, said)).encode()).hexdigest(),
        "follows": [BUNDLE.seal_id],
        "type": "examined",
        "actor": actor,
        "claimed_at": at,
        "data": said,
    }
    return Thing(
        place=Place(object="event", path=f"custody/attestations/{members['event']}"), members=members
    )


def stating(*statements: Thing) -> Subject:
    """Return a stamped bundle about which these were made."""
    subject = checked(STAMPED)
    return evolve(subject, events=(*subject.events, *statements))


@pytest.mark.parametrize(
    ("rule", "parameters"),
    [
        ("stamps", IMPRINT),
        ("order", {"fails": ["SEALED_LATER"], "codes": ["RECORD_ORDER"]}),
        ("chain-operators", {"at_least": 1}),
        ("renewal-ahead", AHEAD),
    ],
)
def test_nothing_is_known_of_stamps_before_sealing(rule: str, parameters: dict[str, Any]) -> None:
    """There is no report yet."""
    assert ask(rule, source({}), **parameters).state is State.UNDETERMINED


def test_nobody_has_examined_what_is_not_sealed() -> None:
    """There is no seal to speak about."""
    assert ask("examined", source({}), **LIST).state is State.NOT_DECLARED


@pytest.mark.parametrize("rule", ["stamps", "chain-operators"])
def test_no_stamp_is_a_gap_unless_the_check_says_otherwise(rule: str) -> None:
    """A check about stamps that may be missing does not apply."""
    parameters = {"fails": ["REVOKED"]} if rule == "stamps" else {"at_least": 1}
    assert ask(rule, checked(BUNDLE), **parameters).state is State.NOT_MET
    assert ask(rule, checked(BUNDLE), **parameters, if_any=True).state is State.NOT_APPLICABLE


def test_no_stamp_is_undetermined_where_events_cannot_be_seen() -> None:
    """One of them may have been stamped."""
    longer = add_event(BUNDLE, "annotated", {"event": BUNDLE.seal_id}, signers=[ARCHIVE])
    hidden = evolve(longer, files=stub(longer.files, event_path(longer.holding, longer.seq)))
    assert ask("stamps", checked(hidden), **IMPRINT).state is State.UNDETERMINED


def test_a_stamp_that_somebody_adds_makes_a_sound_one_no_worse() -> None:
    """What holds is relied on, whatever lies beside it."""
    assert ask("stamps", checked(put(STAMPED, WRONG)), **IMPRINT).state is State.MET


def test_each_fault_is_told_where_no_stamp_holds() -> None:
    """With the path of the stamp, and the code."""
    answer = ask("stamps", checked(put(put(BUNDLE, WRONG), token(hash="sha1"))), **IMPRINT)
    assert (answer.state, answer.codes, len(answer.where)) == (State.NOT_MET, ("IMPRINT_DIFFERS",), 2)


def test_a_sound_stamp_over_something_else_stands_for_no_seal() -> None:
    """Anybody can have a stranger's event stamped and lay it into the bundle."""
    other = add_event(BUNDLE, "annotated", {"event": BUNDLE.seal_id}, signers=[STRANGER], prev=["0" * 64])
    junk = stamped(put(other, WRONG))
    subject = checked(junk)
    assert any(thing.members["holds"] for thing in subject.stamps)
    assert ask("stamps", subject, **IMPRINT).state is State.NOT_MET


def test_a_stamp_over_a_later_event_dates_the_seal() -> None:
    """The event links to it."""
    longer = add_event(BUNDLE, "annotated", {"event": BUNDLE.seal_id}, signers=[ARCHIVE])
    assert ask("stamps", checked(stamped(longer)), **IMPRINT).state is State.MET


def test_a_stamp_over_a_renewal_dates_the_seal() -> None:
    """The renewal lists its signatures under another hash."""
    text = renewal_text(BUNDLE)
    folder = renewal_folder(text)
    proof = FIRST.stamp(text, at=NOW, hash="sha512")
    path = f"{folder}/stamps/{hashlib.sha256(proof).hexdigest()}/stamp.tst"
    renewed = place_renewal(BUNDLE, text).edit({path: proof})
    assert ask("stamps", checked(renewed), **IMPRINT).state is State.MET


def test_what_links_to_the_seal_twice_dates_it_once() -> None:
    """By itself, and by another statement."""
    first = statement()
    both = statement("lawyer")
    both = evolve(both, members={**both.members, "follows": [BUNDLE.seal_id, first.members["event"]]})
    assert ask("examined", stating(first, both), **LIST).declared_by == ("expert", "lawyer")


def test_a_bundle_without_a_seal_has_no_stamp_over_it() -> None:
    """There is nothing that could be dated."""
    unsealed = STAMPED.edit({path: None for path in STAMPED.files if path.startswith("custody/log/")})
    assert ask("stamps", checked(unsealed), **IMPRINT).state is not State.MET


def test_kinds_part_tokens_from_records() -> None:
    """A profile can ask for one of them."""
    assert ask("stamps", checked(RECORDED), **IMPRINT, kinds=["tst"]).state is State.NOT_MET
    assert ask("stamps", checked(RECORDED), **IMPRINT, kinds=["ers"]).state is State.MET


def test_a_fault_that_has_nothing_to_do_with_it_is_passed_over() -> None:
    """The imprint recomputes, whoever stamped it."""
    subject = checked(STAMPED, trust=evolve(TRUST, authorities=()))
    assert ask("stamps", subject, **IMPRINT).state is State.UNDETERMINED
    assert ask("stamps", subject, **IMPRINT, despite=["PATH_MISSING"]).state is State.MET


@pytest.mark.parametrize(
    ("bundle", "state"),
    [
        (RECORDED.edit({PAYLOAD: b"changed"}), State.NOT_MET),
        (RECORDED.edit({"bag-info.txt": b"x"}), State.UNDETERMINED),
        (RECORDED, State.MET),
    ],
)
def test_claims_are_asked_besides(bundle: Bundle, state: State) -> None:
    """A record over a seal says nothing of items that do not match it."""
    assert ask("stamps", checked(bundle), **IMPRINT, claims=["intact"]).state is state


def test_a_stamp_that_does_not_hold_shows_no_order() -> None:
    """It is dated after the moment of verification."""
    subject = checked(STAMPED, now=decode_instant("2026-01-01T00:00:00Z"))
    order: dict[str, Any] = {"fails": ["CLAIMED_TIME_REFUTED"], "codes": ["RECORD_ORDER"]}
    assert ask("order", subject, **order).state is State.UNDETERMINED


def test_a_claimed_time_of_another_event_does_not_speak_of_the_seal() -> None:
    """Only what is found about the seal counts."""
    late = decode_instant("2026-02-20T00:00:00Z")
    longer = add_event(BUNDLE, "annotated", {"event": BUNDLE.seal_id}, signers=[ARCHIVE], at=late)
    subject = checked(stamped(put(longer, token())))
    assert subject.report is not None
    assert "CLAIMED_TIME_REFUTED" in {one.reason.name for one in subject.report.findings}
    order: dict[str, Any] = {"fails": ["CLAIMED_TIME_REFUTED"], "codes": ["RECORD_ORDER"]}
    assert ask("order", subject, **order).state is State.MET


def test_two_operators_with_one_key_are_one() -> None:
    """Whoever has the key is both."""
    twin = TestAuthority("twin", operator="Another name", seed=b"first")
    trust = evolve(TRUST, authorities=(FIRST.authority(), twin.authority()))
    subject = checked(put(STAMPED, token(twin)), trust=trust)
    assert ask("chain-operators", subject, at_least=1).state is State.MET
    assert ask("chain-operators", subject, at_least=2).state is State.NOT_MET


def test_two_operators_in_one_record_are_two() -> None:
    """The one who renewed saw the token of the other."""
    assert ask("chain-operators", checked(RECORDED), at_least=2).state is State.MET


@pytest.mark.parametrize(("days", "state"), [(0, State.MET), (10 * 365, State.NOT_MET)])
def test_the_next_renewal_is_so_many_days_ahead(days: int, state: State) -> None:
    """Counted from the moment of verification."""
    assert ask("renewal-ahead", checked(STAMPED), days=days, ended=["REVOKED"]).state is state


def test_the_proof_that_weakens_first_is_named() -> None:
    """Of two, the one whose certificate ends earlier."""
    short = TestAuthority("second", operator="Second operator", unit_valid=(NOW, _day("2027-01-01")))
    subject = checked(put(STAMPED, token(short, at=NOW)))
    (where,) = ask("renewal-ahead", subject, days=730, ended=["REVOKED"]).where
    (first,) = (one for one in subject.stamps if one.members["authorities"] == ["second"])
    assert (where.place, where.members) == (first.place, ("weakens_at",))


def _day(text: str) -> Instant:
    return decode_instant(f"{text}T00:00:00Z")


def test_without_a_date_nothing_is_known_of_the_next_renewal() -> None:
    """No certificate without an end is known, but a report may say so."""
    subject = checked(STAMPED)
    assert subject.report is not None
    subject = evolve(subject, report=evolve(subject.report, renew_by=None))
    assert ask("renewal-ahead", subject, **AHEAD).state is State.UNDETERMINED


def test_what_a_known_person_examined_is_declared_by_name() -> None:
    """The name is the one of the trust."""
    answer = ask("examined", checked(says(STAMPED, QUALIFIED)), **LIST)
    assert (answer.state, answer.declared_by) == (State.DECLARED, ("expert",))


def test_what_a_stranger_examined_is_not_declared() -> None:
    """Qualified status is nobody's inference, and no unknown person's word."""
    answer = ask("examined", checked(says(STAMPED, QUALIFIED, STRANGER)), **LIST)
    assert answer.state is not State.DECLARED
    assert answer.declared_by == ()


def test_a_statement_without_a_stamp_that_holds_is_about_none() -> None:
    """There is nothing that could be qualified."""
    assert ask("examined", checked(says(BUNDLE, QUALIFIED)), **LIST).state is State.NOT_DECLARED


def test_a_statement_from_before_the_stamp_is_not_about_it() -> None:
    """It may have been about another one."""
    early = statement(at="2026-01-02T03:04:04Z", tool={"name": "list", "version": "57 2026-01-01"})
    assert ask("examined", stating(early), **LIST).state is State.NOT_DECLARED


def test_a_statement_about_another_thing_is_not_about_the_seal() -> None:
    """It links to neither the seal nor anything that follows it."""
    other = statement()
    other = evolve(other, members={**other.members, "follows": ["0" * 64]})
    assert ask("examined", stating(other), **LIST).state is State.NOT_DECLARED


@pytest.mark.parametrize(
    "version",
    ["57", "2026-01-01", "57 2026-02-30", "57 2026-01-06", "0 2026-01-01", "57 2026-01-01 "],
)
def test_a_list_has_its_number_and_a_date_not_after_the_statement(version: str) -> None:
    """The statement is of 5 January."""
    said = statement(tool={"name": "list", "version": version})
    assert ask("examined", stating(said), **LIST).state is State.NOT_DECLARED
    assert ask("sourced", stating(said), method="trusted-list", results=["qualified"]).state is State.NOT_MET


@pytest.mark.parametrize("result", ["unknown", "not qualified"])
def test_another_result_needs_no_list(result: str) -> None:
    """Nothing is claimed by it."""
    said = statement(result=result, tool={"name": "list"})
    answer = ask("sourced", stating(said), method="trusted-list", results=["qualified"])
    assert answer.state is State.NOT_APPLICABLE
    assert ask("examined", stating(said), **LIST).state is State.NOT_DECLARED


def test_the_last_word_of_a_person_counts() -> None:
    """Who looks again may come to another result."""
    first, second = statement(result="unknown"), statement(at="2026-01-06T00:00:00Z")
    for said in ((first, second), (second, first)):
        assert ask("examined", stating(*said), **LIST).state is State.DECLARED


def test_a_result_that_was_taken_back_is_not_declared() -> None:
    """The same, the other way round."""
    first, second = statement(), statement(at="2026-01-06T00:00:00Z", result="not qualified")
    assert ask("examined", stating(first, second), **LIST).state is State.NOT_DECLARED


def test_persons_who_contradict_each_other_leave_it_open() -> None:
    """A program does not choose between them; it names whose word differs."""
    answer = ask("examined", stating(statement(), statement("lawyer", result="not qualified")), **LIST)
    assert (answer.state, [one.members for one in answer.where]) == (State.UNDETERMINED, [("data.result",)])


def test_persons_who_agree_are_both_named() -> None:
    """In the order of their names."""
    answer = ask("examined", stating(statement("lawyer"), statement()), **LIST)
    assert answer.declared_by == (EXPERT.identity.name, LAWYER.identity.name)


def test_what_a_statement_needs_is_named_where_it_is_missing() -> None:
    """Such as where a report is kept."""
    answer = ask("examined", stating(statement()), **LIST, needs=["data.statement", "data.tool.name"])
    assert [one.members for one in answer.where] == [("data.statement",)]


def test_silence_is_undetermined_where_events_cannot_be_seen() -> None:
    """Somebody may have said it."""
    subject = evolve(checked(STAMPED), unseen=frozenset({"event"}))
    assert ask("examined", subject, **LIST).state is State.UNDETERMINED


def test_a_record_by_one_operator_is_no_second_witness() -> None:
    """It renewed its own token."""
    subject = checked(recorded(BUNDLE, record((FIRST, "2026-02-01"))))
    assert ask("chain-operators", subject, kinds=["ers"], at_least=2).state is State.NOT_MET
    assert SECOND.name not in subject.stamps[0].members["authorities"]
