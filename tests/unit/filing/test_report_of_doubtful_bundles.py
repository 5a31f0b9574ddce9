"""The report about bundles that are hostile, changed, closed or unsigned."""

from __future__ import annotations

import re

import pytest
from attrs import evolve

from custody.filing.document import Code, Commands, Figure, SpanKind, Tone
from custody.format.layout import event_path
from custody.present.catalogue import LANGUAGES
from custody.report.claim import Claim, Outcome
from custody.report.finding import Finding
from custody.report.reason import Reason
from custody.trust.trust import Trust
from tests.tools.bundles import SMALL, Item, add_event, make_bundle, make_part, stub
from tests.unit.filing.filings import (
    LAWYER,
    MARK,
    SEALER,
    STRANGER,
    TRUST,
    all_spans,
    answers_of,
    changed,
    facts,
    headings,
    hostile,
    moment,
    report,
    shown,
    story,
    tables_of,
    text_of,
    texts_of,
)

STORY = story()
FACTS = facts(STORY)
each_language = pytest.mark.parametrize("lang", LANGUAGES)


@each_language
@pytest.mark.parametrize("trust", [TRUST, Trust.none()], ids=["trusted", "nobody"])
def test_texts_of_a_bundle_are_marked_wherever_they_stand(lang: str, trust: Trust) -> None:
    """In pieces of their own, and nowhere where our own words stand."""
    document = report(hostile(), lang, trust)
    kinds = {span.kind for span in all_spans(document) if MARK in span.text.lower()}
    assert kinds == {SpanKind.UNTRUSTED}
    ours = [text for block in document.blocks for text in texts_of(block)]
    ours += [document.title, document.page_words, *(one.description for one in document.attachments)]
    assert not [text for text in ours if MARK in text.lower() or "✓ PROVEN" in text]


@each_language
def test_texts_of_a_bundle_break_and_turn_nothing(lang: str) -> None:
    """No line feed, escape or change of direction is left in any piece."""
    texts = [span.text for span in all_spans(report(hostile(), lang))]
    assert not [
        text
        for text in texts
        if re.search(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069]", text)
    ]


def test_names_in_the_drawing_are_harmless_too() -> None:
    """Under an expected seal a label of the bundle stands there, marked as such."""
    bundle = hostile()
    document = report(facts(bundle, Trust.none(), expect_seal=bundle.seal_id))
    (figure,) = (block for block in document.blocks if isinstance(block, Figure))
    assert "w-01 (expected seal)" in figure.svg
    held = [span for span in all_spans(document) if span.text == "w-01 (expected seal)"]
    assert {span.kind for span in held} == {SpanKind.UNTRUSTED}


def test_a_stamp_folder_with_a_strange_name_is_in_no_command() -> None:
    """What a shell could read as more than a path is left to another tool."""
    (stamp, *others) = FACTS.report.stamps
    strange = evolve(FACTS.report, stamps=(evolve(stamp, path='custody/x"; rm -rf ~; "'), *others))
    commands = [
        line
        for block in report(evolve(FACTS, report=strange)).blocks
        if isinstance(block, Commands)
        for line in block.lines
    ]
    assert not [line for line in commands if "rm -rf" in line]
    assert sum("-attime" in line for line in commands) == 2


def test_a_changed_file_is_refuted_and_named() -> None:
    """The item says so, the others do not, and the answer says why."""
    document = report(changed(STORY))
    assert answers_of(document)["Intact"].tone is Tone.REFUTED
    assert "FILE_" in shown(answers_of(document)["Intact"].sentence)
    (items,) = (one for one in tables_of(document) if one.caption.startswith("Items"))
    states = [shown(row[5]) for row in items.rows]
    assert states[1] == "CHANGED: FILE_SIZE; open"
    assert (states[0], states[2]) == ("as sealed", "as sealed")


def test_with_faults_that_are_not_listed_no_item_is_called_as_sealed() -> None:
    """Any item may be one of them."""
    part = evolve(FACTS, items=tuple(evolve(one, as_sealed=False) for one in FACTS.items))
    assert text_of(report(part)).count("not shown to be as sealed") == 3


def test_faults_that_are_not_listed_are_counted() -> None:
    """The table of the checks says how many more there are."""
    more = evolve(FACTS.report, failures=FACTS.report.failures + 7)
    assert "and 7 more that are not listed" in text_of(report(evolve(FACTS, report=more)))


@each_language
def test_without_a_seal_there_is_a_report_all_the_same(lang: str) -> None:
    """It says what is missing, and gives no commands."""
    bundle = STORY.edit({path: None for path in STORY.files if "/log/" in path})
    document = report(bundle, lang)
    assert len(headings(document)) == 7
    assert not [block for block in document.blocks if isinstance(block, Commands | Code | Figure)]


def test_a_broken_seal_lets_nobody_be_named() -> None:
    """Who is called what in its log is a label."""
    bundle = STORY.edit({STORY.path("1.sshsig"): b"x"})
    told = facts(bundle)
    assert told.timeline is None
    document = report(told)
    (events,) = (one for one in tables_of(document) if one.caption.startswith("Events"))
    assert {span.kind for row in events.rows for span in row[2][:1] if span.text != "–"} == {
        SpanKind.UNTRUSTED
    }


def test_an_unknown_sealer_is_no_name() -> None:
    """The files match a seal that anybody could have made."""
    document = report(STORY, trust=Trust.none())
    assert "anyone could have made this seal" in shown(answers_of(document)["Intact"].sentence)
    assert "No party is trusted." in text_of(document)
    assert "No time authority is trusted" in text_of(document)


def test_a_part_says_what_is_withheld() -> None:
    """Withheld, partly open and padding, each in words."""
    items = (*SMALL, Item(data=None, fields={"kind": {"kind": "padding"}}))
    whole = make_bundle(items, signers=[SEALER], at=moment(2))
    _, part = make_part(whole, (1023, 0, 6, 1023), signers=[SEALER], to=LAWYER)
    (table,) = (one for one in tables_of(report(part)) if one.caption.startswith("Items"))
    states = [shown(row[5]) for row in table.rows]
    assert states == [
        "as sealed",
        "withheld",
        "partly open, the rest is withheld",
        "padding, stands for nothing",
    ]


def test_a_stub_is_an_event_whose_content_is_withheld() -> None:
    """Its row has no name and no time."""
    bundle = add_event(STORY, "annotated", {"event": STORY.seal_id}, signers=[LAWYER], at=moment(8))
    hidden = evolve(bundle, files=stub(bundle.files, event_path(bundle.holding, bundle.seq)))
    assert "content withheld" in text_of(report(hidden))


def test_many_reasons_and_holders_are_cut() -> None:
    """The first page stays one that can be read; part 3 has all of it."""
    against = [
        Finding(reason=one, claims=(Claim.INTACT,)) for one in Reason if one.outcome is not Outcome.PROVEN
    ]
    many = evolve(FACTS.report, findings=(*FACTS.report.findings, *against))
    assert f"And {len(against) - 20} more reasons" in text_of(report(evolve(FACTS, report=many)))


def test_an_item_list_that_ends_early_says_so() -> None:
    """And one that is empty."""
    text = text_of(report(evolve(FACTS, items=(), unread_items=True)))
    assert "could not be read to its end" in text
    assert "No item can be listed." in text


def test_a_strangers_event_is_told_by_its_label() -> None:
    """With that said behind it."""
    bundle = add_event(STORY, "annotated", {"event": STORY.seal_id}, signers=[STRANGER], at=moment(8))
    assert f"{MARK} (label in the bundle; the trust does not name these keys)" in text_of(report(bundle))
