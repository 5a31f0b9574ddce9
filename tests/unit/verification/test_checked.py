"""Which check a certificate may rest on: whose keys, after which transfer, and no failure since."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import Any

import pytest
from attrs import evolve

from custody.errors import LogError
from custody.model.instant import Instant, decode_instant
from custody.report.reason import Reason
from custody.report.timeline import EventStatus, Named, Timeline, TimelineEvent
from custody.trust.trust import Role, Trust
from custody.verification.checked import FoundCheck, Order, find_check, reached
from custody.verification.standing import take_standing
from custody.verification.timeline import timeline_of
from tests.tools.bundles import Bundle, attest
from tests.tools.memory import NOW, MemorySource, trusting_each
from tests.unit.filing.certificates import (
    EXPERT,
    LAWYER,
    SEALER,
    TRUST,
    checked,
    handed_over,
    moment,
    sealed,
)

ROOT = "ab" * 32


def found(bundle: Bundle, declarant: str = "lawyer-7", trust: Trust = TRUST) -> FoundCheck:
    """Judge a bundle in memory and find the check."""
    standing = take_standing(MemorySource(bundle.files), trust, verified_at=NOW)
    return find_check(timeline_of(standing), declarant, root=bundle.root, moment=NOW)


def code_of(bundle: Bundle, declarant: str = "lawyer-7", trust: Trust = TRUST) -> str:
    """Return the code of the refusal."""
    with pytest.raises(LogError) as refusal:
        found(bundle, declarant, trust)
    return refusal.value.code


def dated(declarant: str, **dates: Any) -> Trust:  # noqa: ANN401 - members of DatedKeySet
    """Return the trust, with dates for the key set of one identity."""
    return evolve(
        TRUST,
        identities=tuple(
            evolve(one, sets=tuple(evolve(each, **dates) for each in one.sets))
            if one.name == declarant
            else one
            for one in TRUST.identities
        ),
    )


def event(number: int, type_: str, *follows: int, day: int = 1, **more: Any) -> TimelineEvent:  # noqa: ANN401
    """Return an event of the expert, numbered."""
    return evolve(
        TimelineEvent(
            event_id=f"{number:064x}",
            path="",
            status=EventStatus.COUNTED,
            type=type_,
            follows=tuple(f"{one:064x}" for one in follows),
            actor=Named(claimed_label="x", identity="expert-3", roles=frozenset({"attester"})),
            claimed_at=str(moment(day)),
        ),
        **more,
    )


def check(number: int, *follows: int, result: str = "pass", **more: Any) -> TimelineEvent:  # noqa: ANN401
    """Return a check by the expert, beside the log."""
    data = {"root": ROOT, "result": result}
    told = event(number, "fixity-checked", *follows, claimed_data=data)
    return evolve(told, **{"status": EventStatus.ATTESTATION, **more})


def found_among(events: Iterable[TimelineEvent]) -> FoundCheck:
    """Find the check among events."""
    timeline = Timeline(bundle_id="", seal_id="", judged_at=NOW, events=tuple(events), holdings=())
    return find_check(timeline, "expert-3", root=ROOT, moment=NOW)


def code_among(*events: TimelineEvent) -> str:
    """Return the code of the refusal."""
    with pytest.raises(LogError) as refusal:
        found_among(events)
    return refusal.value.code


@pytest.mark.parametrize(
    "dates", [{"valid_until": moment(9)}, {"compromised_since": moment(9)}, {"valid_from": moment(30)}]
)
def test_a_check_with_keys_not_shown_to_count_then_is_refused(dates: dict[str, Instant]) -> None:
    """Nothing proves when it was signed, so the moment of the verification decides."""
    bundle = checked(handed_over(sealed()))
    if "valid_from" in dates:
        dates = {"valid_from": decode_instant("2026-03-01T00:00:00Z")}
    assert code_of(bundle, trust=dated("lawyer-7", **dates)) == "CHECK_KEY_TIME"


def test_a_statement_with_keys_whose_time_is_over_is_refused() -> None:
    """An expert who holds nothing is held to the same."""
    bundle = handed_over(sealed())
    told = {"root": bundle.root, "result": "pass"}
    bundle = attest(bundle, "fixity-checked", told, signers=[EXPERT], prev=[bundle.head])
    assert found(bundle, "expert-3").order is Order.LINKED
    assert code_of(bundle, "expert-3", dated("expert-3", valid_until=moment(9))) == "CHECK_KEY_TIME"


def test_an_approver_alone_may_not_check() -> None:
    """The trust gives that name no role in which one compares files."""
    bundle = handed_over(sealed())
    told = {"root": bundle.root, "result": "pass"}
    bundle = attest(bundle, "fixity-checked", told, signers=[EXPERT], prev=[bundle.head])
    trust = trusting_each(
        (SEALER, (Role.SEALER, Role.HOLDER)), (LAWYER, (Role.HOLDER,)), (EXPERT, (Role.APPROVER,))
    )
    assert code_of(bundle, "expert-3", trust) == "CHECK_ROLE"


def test_a_failure_that_follows_the_pass_is_the_last_word_whatever_times_are_stated() -> None:
    """Links go before clocks."""
    assert code_of(checked(checked(handed_over(sealed()), day=9), day=7, result="fail")) == "CHECK_FAILED"


def test_a_pass_that_follows_a_failure_is_told_with_it() -> None:
    """The failure is shown to be the earlier one."""
    failed = checked(handed_over(sealed()), day=9, result="fail")
    told = found(checked(failed, day=8))
    assert (str(told.claimed_at), told.failed_before) == (str(moment(8)), (failed.head,))


def test_a_failure_that_only_stated_times_put_first_is_refused() -> None:
    """His clock may have been wrong; the next check can name it."""
    events = check(1, claimed_at=str(moment(3)), result="fail"), check(2, claimed_at=str(moment(4)))
    assert code_among(*events) == "CHECK_FAILED"


def test_a_failure_that_is_proven_to_be_earlier_stands_in_no_way() -> None:
    """It existed before the pass can have been signed."""
    failed = check(1, result="fail", not_after=moment(3))
    told = found_among([failed, check(2, not_before=moment(4))])
    assert told.failed_before == (failed.event_id,)


def test_a_failure_that_does_not_count_is_heard_all_the_same() -> None:
    """He signed it."""
    assert code_among(check(1), check(2, result="fail", status=EventStatus.RECEIPT)) == "CHECK_FAILED"


def test_nothing_but_failures_is_a_failure() -> None:
    """The last of them is named."""
    assert code_among(check(1, result="fail")) == "CHECK_FAILED"


def test_a_check_that_follows_another_is_the_later_one() -> None:
    """Whatever time it states; it is what the certificate rests on."""
    told = found_among([check(1, claimed_at=str(moment(9))), check(2, 1, claimed_at=str(moment(3)))])
    assert told.event.event_id == f"{2:064x}"


def test_an_earlier_check_will_do_where_the_last_one_was_of_another_root() -> None:
    """He checked this bundle, and another one since."""
    other = check(2, 1, claimed_data={"root": "cd" * 32, "result": "pass"})
    assert found_among([check(1), other]).event.event_id == f"{1:064x}"


def test_a_transfer_that_follows_the_check_is_later_whatever_times_are_stated() -> None:
    """It names the check in its past."""
    transfer = event(2, "released", 1, day=1)
    assert code_among(check(1, claimed_at=str(moment(5))), transfer) == "CHECK_BEFORE_TRANSFER"


def test_a_transfer_without_a_stated_time_is_not_earlier() -> None:
    """Nothing shows it."""
    assert code_among(check(1), event(2, "released", claimed_at=None)) == "CHECK_BEFORE_TRANSFER"


def test_the_doubt_about_keys_is_named() -> None:
    """By the code that the report has for it."""
    doubtful = Named(
        claimed_label="x",
        identity="expert-3",
        roles=frozenset({"attester"}),
        doubt=Reason.EVENT_KEY_COMPROMISED,
    )
    with pytest.raises(LogError, match="EVENT_KEY_COMPROMISED") as refusal:
        found_among([check(1, actor=doubtful)])
    assert refusal.value.code == "CHECK_KEY_TIME"


def test_a_thousand_handovers_and_checks_take_no_minutes() -> None:
    """Each is walked once."""
    events = []
    for number in range(1, 2001, 2):
        events.append(event(number, "released", number - 1, day=2))
        events.append(evolve(check(number + 1, number), status=EventStatus.COUNTED))
    began = time.perf_counter()
    assert found_among(events).event.event_id == f"{2000:064x}"
    assert code_among(*events, event(2001, "released", 2000)) == "CHECK_BEFORE_TRANSFER"
    assert time.perf_counter() - began < 20


def test_what_links_lead_to_is_met_once() -> None:
    """Also where two of them lead to the same event."""
    assert reached("a", {"a": ("b", "c"), "b": ("d",), "c": ("d",)}) == {"b", "c", "d"}
