"""Who held it, in words; both languages say the same."""

from __future__ import annotations

import pytest
from attrs import evolve

from custody.model.instant import decode_instant
from custody.present.catalogue import LANGUAGES, catalogue_for
from custody.present.holdings import head_lines, holding_lines
from custody.present.report_json import report_value
from custody.present.text import report_text
from custody.report.claim import DEFAULT_CLAIMS, Claim
from custody.report.finding import Finding
from custody.report.holding_fact import HoldingFact, HoldingMoment, HoldingNote, HoldingStart, HoldingState
from custody.report.reason import Reason
from custody.report.report import EventFact
from tests.unit.present.reports import KEY, SEAL, report_of

ENGLISH = catalogue_for("en")
FACT = HoldingFact(
    holding_id="ab" * 16,
    holder="archive",
    opened=HoldingStart.SEALED,
    opened_by=SEAL,
    state=HoldingState.HELD,
    last_event=SEAL,
    start=HoldingMoment(
        not_before=decode_instant("2026-01-01T00:00:00Z"),
        not_after=decode_instant("2026-01-02T00:00:00Z"),
        claimed_at="2026-01-01T12:00:00Z",
    ),
)
TRANSIT = evolve(
    FACT,
    state=HoldingState.IN_TRANSIT,
    to="lawyer",
    start=HoldingMoment(),
    end=HoldingMoment(claimed_at="2026-01-03T00:00:00Z"),
)


def lines(*facts: HoldingFact, language: str = "en") -> list[str]:
    """The lines about holdings."""
    return [*holding_lines(facts, catalogue_for(language))]


def test_a_holder_is_named_with_his_window() -> None:
    """How it began, between which proven times, and which time is claimed."""
    (line,) = lines(FACT)
    assert line == (
        "archive: sealed it (not before 2026-01-01T00:00:00Z, not after 2026-01-02T00:00:00Z,"
        " claimed 2026-01-01T12:00:00Z); holds it, as far as this log shows"
    )


def test_in_transit_nobody_is_shown_to_hold_it() -> None:
    """In words, not only by a code."""
    (line,) = lines(TRANSIT)
    assert line == (
        "archive: sealed it; handed over by archive to lawyer (claimed 2026-01-03T00:00:00Z),"
        " not yet received: nobody is shown to hold it"
    )


def test_a_receipt_beside_the_log_is_told() -> None:
    """What it shows is not part of the log."""
    (line,) = lines(evolve(TRANSIT, shown_by=KEY))
    assert "a receipt that is not part of this log shows that it was taken over" in line


def test_files_that_stayed_are_a_copy_without_a_holder() -> None:
    """The giver's files have no holder any more; who is not in the trust has no name."""
    (line,) = lines(evolve(TRANSIT, state=HoldingState.HANDED_OVER, to=None))
    assert "files that stayed with archive are a copy without a holder" in line
    assert "received by somebody whom the trust does not name" in line


def test_a_hidden_holder_has_no_name() -> None:
    """Withheld is said, not left out."""
    assert lines(evolve(FACT, holder=None))[0].startswith("somebody whose name is withheld: ")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("state", HoldingState)
@pytest.mark.parametrize("opened", HoldingStart)
def test_every_holding_has_words(language: str, state: HoldingState, opened: HoldingStart) -> None:
    """No state and no beginning is without a sentence, and none has a gap."""
    (line,) = lines(evolve(TRANSIT, state=state, opened=opened), language=language)
    assert "archive" in line
    assert not {"?", "{", "["} & set(line)


@pytest.mark.parametrize("language", LANGUAGES)
def test_fifty_holdings_are_listed_and_the_others_counted(language: str) -> None:
    """A log of strangers' making does not fill the report."""
    found = lines(*[FACT] * 63, language=language)
    assert len(found) == 51
    assert "13" in found[-1]


def test_no_holding_is_said() -> None:
    """Nobody is shown to have held it."""
    assert lines() == ["nobody is shown to have held it: no event here counts"]


def test_who_held_it_is_part_of_the_report() -> None:
    """Under its own heading, before what was checked."""
    text = report_text(evolve(report_of(), holdings=(FACT,)), DEFAULT_CLAIMS, ENGLISH)
    assert "\nWho held it:\n  archive: sealed it" in text.split("What was checked")[0]


def heads(*against: tuple[Reason, ...]) -> tuple[EventFact, ...]:
    """Heads with what stands against them."""
    return tuple(
        EventFact(path="p", event_id=f"{number:064x}", status="counted", head=True, against=reasons)
        for number, reasons in enumerate(against)
    )


def test_custody_is_stated_for_each_head() -> None:
    """Up to event …, in words, each with its codes."""
    report = evolve(report_of(), events=heads((), (Reason.IN_TRANSIT, Reason.DISPUTED), (Reason.FORK,)))
    assert [*head_lines(report, ENGLISH)] == [
        f"up to event {0:064x}: no gap",
        f"up to event {1:064x}: could not be decided (IN_TRANSIT, DISPUTED)",
        f"up to event {2:064x}: contradicted (FORK)",
    ]


def test_one_proven_head_is_named_by_the_sentence_alone() -> None:
    """It would be said twice."""
    assert [*head_lines(evolve(report_of(), events=heads(())), ENGLISH)] == []


def test_fifty_heads_are_listed_and_the_others_counted() -> None:
    """As of holdings."""
    report = evolve(report_of(), events=heads(*[()] * 52))
    assert [*head_lines(report, ENGLISH)][-1] == "and 2 more heads"


def test_the_sentence_on_custody_names_the_heads_that_were_asked_about() -> None:
    """A head that bears on nothing is not among them."""
    asked = Finding(reason=Reason.LOG_UNBROKEN, claims=(Claim.CUSTODY_UNBROKEN,), basis=(f"{1:064x}",))
    report = evolve(
        report_of(asked, without=frozenset({Reason.LOG_UNBROKEN})), events=heads((Reason.IN_TRANSIT,), ())
    )
    text = report_text(report, DEFAULT_CLAIMS, ENGLISH)
    assert f"have no gap up to event {1:064x} (" in text


def test_a_holding_as_json() -> None:
    """Members that are not known are left out."""
    value = report_value(evolve(report_of(), holdings=(FACT, evolve(TRANSIT, holder=None))), DEFAULT_CLAIMS)
    assert value["holdings"] == [
        {
            "holding": "ab" * 16,
            "holder": "archive",
            "opened": "sealed",
            "opened_by": SEAL,
            "state": "held",
            "last_event": SEAL,
            "start": {
                "not_before": "2026-01-01T00:00:00Z",
                "not_after": "2026-01-02T00:00:00Z",
                "claimed_at": "2026-01-01T12:00:00Z",
            },
        },
        {
            "holding": "ab" * 16,
            "opened": "sealed",
            "opened_by": SEAL,
            "state": "in-transit",
            "last_event": SEAL,
            "start": {},
            "end": {"claimed_at": "2026-01-03T00:00:00Z"},
            "to": "lawyer",
        },
    ]


def test_a_succession_that_nobody_approved_is_a_mere_statement() -> None:
    """The sentence says what he says, and that nobody is shown to hold it."""
    alone = evolve(
        FACT,
        opened=HoldingStart.SUCCEEDED,
        state=HoldingState.UNKNOWN,
        notes=(HoldingNote.UNAPPROVED,),
        start=HoldingMoment(),
    )
    (line,) = lines(alone)
    assert line == (
        "archive: says that he or she carries it on as successor;"
        " no approver whom the trust knows has signed that, so nobody is shown to hold it"
    )
    assert "disputed" in lines(evolve(alone, state=HoldingState.DISPUTED))[0]


def test_notes_stand_between_the_beginning_and_the_state() -> None:
    """Damaged when it was received, and released in between."""
    noted = (HoldingNote.NOT_AS_SEALED, HoldingNote.RELEASE_WITHDRAWN)
    fact = evolve(FACT, opened=HoldingStart.RECEIVED, start=HoldingMoment(), notes=noted)
    (line,) = lines(fact)
    assert line == (
        "archive: received it; the recipient recorded that it was not as sealed;"
        " released in between and taken back; holds it, as far as this log shows"
    )


def test_who_has_taken_over_since_is_told() -> None:
    """A receipt shows it, and this copy ends before."""
    (line,) = lines(evolve(FACT, shown_by=KEY, to="lawyer"))
    assert line.endswith("a receipt that is not part of this log shows that lawyer has taken it over since")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("note", HoldingNote)
def test_every_note_has_words(language: str, note: HoldingNote) -> None:
    """In both languages, and without a gap."""
    plain = evolve(FACT, opened=HoldingStart.SUCCEEDED, state=HoldingState.UNKNOWN)
    (line,), (bare,) = (lines(evolve(plain, notes=notes), language=language) for notes in ((note,), ()))
    assert line != bare
    assert not {"?", "{", "["} & set(line)


def test_who_refused_a_release_is_told() -> None:
    """Beside the state, which stays as it is."""
    (line,) = lines(evolve(TRANSIT, refused_by=("lawyer",)))
    assert line == (
        "archive: sealed it; the release to lawyer was refused by lawyer, which changes nobody's custody;"
        " handed over by archive to lawyer (claimed 2026-01-03T00:00:00Z), not yet received: nobody is"
        " shown to hold it"
    )
    (arabic,) = lines(evolve(TRANSIT, refused_by=("lawyer",)), language="ar")
    assert "رفض lawyer" in arabic


def test_who_refused_a_release_is_part_of_the_json() -> None:
    """By name; where nobody did, the member is left out."""
    fact = evolve(TRANSIT, refused_by=("lawyer", "court"))
    value = report_value(evolve(report_of(), holdings=(fact,)), DEFAULT_CLAIMS)
    assert value["holdings"][0]["refused_by"] == ["lawyer", "court"]  # type: ignore[index, call-overload]


def test_notes_are_part_of_the_json() -> None:
    """By their codes."""
    noted = evolve(FACT, notes=(HoldingNote.UNAPPROVED,))
    value = report_value(evolve(report_of(), holdings=(noted,)), DEFAULT_CLAIMS)
    assert value["holdings"][0]["notes"] == ["unapproved"]  # type: ignore[index, call-overload]
