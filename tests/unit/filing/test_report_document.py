"""The report: complete, and the same in both languages."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pytest
from attrs import evolve

from custody.errors import UsageError
from custody.filing.answer_part import answer_of
from custody.filing.document import Bullets, Code, Commands, Document, Figure, Heading, SpanKind, Tone
from custody.filing.facts import ItemState, ListedItem
from custody.filing.findings import meaning_of, next_step_of
from custody.filing.html_page import render_html
from custody.filing.item_list import encode_item_list
from custody.filing.language import language_of
from custody.filing.report_document import report_document
from custody.present.catalogue import LANGUAGES
from custody.report.claim import Claim, Outcome
from custody.report.finding import Finding
from custody.report.reason import Reason
from custody.report.report import Report
from custody.trust.trust import AlgorithmEnd, Threshold
from tests.tools.bundles import Bundle, make_bundle
from tests.unit.filing.filings import (
    SEALER,
    TRUST,
    all_spans,
    changed,
    facts,
    headings,
    hostile,
    moment,
    released,
    report,
    shown,
    story,
    tables_of,
    text_of,
)

STORY = story()
FACTS = facts(STORY)
each_language = pytest.mark.parametrize("lang", LANGUAGES)
UNFILLED = re.compile(r"[\[\]{}]")


@each_language
@pytest.mark.parametrize("reason", Reason)
def test_every_reason_has_a_sentence_and_a_next_step(reason: Reason, lang: str) -> None:
    """Filled in, without a gap, and ended like a sentence."""
    language = language_of(lang)
    told = (meaning_of(Finding(reason=reason), language), next_step_of(reason, language))
    assert all(shown(one).endswith((".", "?")) for one in told)
    assert not [one for one in told if UNFILLED.search(shown(one))]


@each_language
@pytest.mark.parametrize("claim", Claim)
@pytest.mark.parametrize("outcome", Outcome)
def test_every_outcome_of_every_claim_has_an_answer(claim: Claim, outcome: Outcome, lang: str) -> None:
    """Mark, word, code and sentence."""
    answer = answer_of(report_with(claim, outcome), claim, language_of(lang))
    assert answer.word == language_of(lang).catalogue.outcomes[outcome]
    assert answer.code in {"TOTAL-PASSED", "TOTAL-FAILED", "INDETERMINATE"}
    assert answer.mark in "✓✗!"
    assert answer.tone is Tone[outcome.name]
    assert not UNFILLED.search(shown(answer.sentence))


def report_with(claim: Claim, outcome: Outcome) -> Report:
    """Return a report with an outcome of a claim; what is needed for a proof comes from the story."""
    if outcome is Outcome.PROVEN:
        return FACTS.report
    reason = Reason.FORK if outcome is Outcome.REFUTED else Reason.UNREADABLE
    return evolve(FACTS.report, findings=(*FACTS.report.findings, Finding(reason=reason, claims=(claim,))))


def test_the_story_proves_every_claim() -> None:
    """So that the test above sees every word of success."""
    assert {FACTS.report.outcome(claim) for claim in Claim} == {Outcome.PROVEN}


def test_the_parts_stand_in_their_order() -> None:
    """The answer first, whom the verifier trusted last."""
    assert [heading[:2] for heading in headings(report(FACTS))] == ["1.", "2.", "3.", "4.", "5.", "6.", "7."]


def test_the_first_part_holds_the_facts_of_one_look() -> None:
    """Ids, the proven window, the present holder, the counts and the code."""
    document = report(FACTS)
    text = text_of(document)
    assert STORY.bundle_id in text
    assert "not after 2026-01-03T12:00:01Z" in text
    assert "lawyer-7, as far as this log shows" in text
    assert "3 of 3 are open" in text
    (code,) = (block for block in document.blocks if isinstance(block, Code))
    assert code.payload == f"CUSTODY1:{STORY.seal_id.upper()}"


def test_the_root_stands_in_groups_of_eight() -> None:
    """People compare it by eye."""
    grouped = " ".join(re.findall(".{8}", STORY.root))
    assert grouped in text_of(report(FACTS))


def test_what_is_not_shown_names_every_limit() -> None:
    """On the first page and in the part about limits."""
    document = report(FACTS)
    limits = language_of("en").catalogue.limits.values()
    lists = ["".join(map(shown, block.items)) for block in document.blocks if isinstance(block, Bullets)]
    assert sum(all(limit[1:] in text for limit in limits) for text in lists) == 2


def test_a_draft_says_so() -> None:
    """Every legal wording is one."""
    tones = [getattr(block, "tone", None) for block in report(FACTS).blocks]
    assert tones.count(Tone.DRAFT) == 2


def test_the_events_bear_names_of_the_trust_and_proven_times() -> None:
    """Claimed time, earliest and latest provable time, side by side."""
    (events,) = (one for one in tables_of(report(FACTS)) if one.caption.startswith("Events"))
    rows = [[shown(cell) for cell in row] for row in events.rows]
    assert [row[2] for row in rows] == ["w-01", "w-01", "lawyer-7"]
    assert rows[0][3:6] == ["2026-01-02 12:00:00Z", "–", "2026-01-03 12:00:01Z"]
    assert "released to another to lawyer-7" in rows[1][1]
    assert rows[2][6] == "counts, HEAD"


def test_a_gap_is_a_row_of_its_own() -> None:
    """A release that nobody has received; who holds it now is nobody."""
    document = report(released(make_bundle(signers=[SEALER]), 5))
    (events,) = (one for one in tables_of(document) if one.caption.startswith("Events"))
    assert shown(events.rows[2][1]).startswith("GAP: ")
    assert shown(events.rows[2][6]) == "IN_TRANSIT"
    assert "IN TRANSIT: handed over by w-01 to lawyer-7" in text_of(document)


def test_items_are_cited_by_seal_and_number_with_whole_digests() -> None:
    """No digest is cut."""
    (items,) = (one for one in tables_of(report(FACTS)) if one.caption.startswith("Items"))
    assert [shown(row[0]) for row in items.rows] == [f"{STORY.seal_id[:8]}…/00000{n}" for n in (1, 2, 3)]
    assert all(re.fullmatch("[0-9a-f]{64}", shown(row[4])) for row in items.rows)
    assert {shown(row[5]) for row in items.rows} == {"as sealed"}


def test_thousands_of_items_are_cut_and_attached() -> None:
    """The first and the last hundred are printed; the list that is attached has all."""
    item = ListedItem(number=1, state=ItemState.OPEN, as_sealed=True)
    many = evolve(FACTS, items=tuple(evolve(item, number=n) for n in range(1, 2102)))
    document = report(many)
    captions = [one.caption for one in tables_of(document) if one.caption.startswith("Items")]
    assert captions == ["Items 1 to 100", "Items 2002 to 2101"]
    assert document.attachments[0].data.count(b"\r\n") == 2102
    whole = report_document(many, lang="en", all_items=True)
    assert "Items 1 to 2101" in [one.caption for one in tables_of(whole)]


def test_the_attachments_are_the_list_the_report_and_the_references() -> None:
    """With their kinds as PDF names them."""
    document = report_document(FACTS, lang="en", references={"bundle-1.md": b"spec", "audit.py": b"audit"})
    assert [(one.name, one.relationship) for one in document.attachments] == [
        ("exhibits.csv", "alternative"),
        ("report.json", "data"),
        ("bundle-1.md", "supplement"),
        ("audit.py", "supplement"),
    ]
    assert document.attachments[0].data == encode_item_list(FACTS.items, STORY.seal_id)
    assert json.loads(document.attachments[1].data)["seal"] == STORY.seal_id


def test_the_trust_is_printed_with_its_fingerprints() -> None:
    """Parties, authorities, demands, and the digest of the file."""
    trust = evolve(
        TRUST,
        thresholds=(Threshold(event_type="released", identities=1),),
        algorithm_ends=(AlgorithmEnd(algorithm="ed25519", until=moment(30)),),
    )
    text = text_of(report(evolve(facts(STORY, trust), trust_sha256="ab" * 32)))
    assert SEALER.identity.key_set.fingerprint in text
    assert "ab" * 32 in text
    assert "first, run by Operator one" in text
    assert "released: at least 1 different signers" in text
    assert f"ed25519 proves nothing new from {moment(30)} on" in text


def test_the_terms_of_a_trust_are_printed() -> None:
    """From when to when a key or a root counts, and since when it is in other hands."""
    (sealer, lawyer), (first, second) = TRUST.identities, TRUST.authorities
    dated = evolve(sealer.sets[0], valid_from=moment(1), valid_until=moment(30), compromised_since=moment(20))
    root = evolve(first.roots[0], valid_from=moment(1), valid_until=moment(29))
    trust = evolve(
        TRUST,
        identities=(evolve(sealer, sets=(dated,)), lawyer),
        authorities=(evolve(first, roots=(root,), policy="1.2.3"), second),
    )
    text = text_of(report(facts(STORY, trust)))
    assert f"from {moment(1)}, until {moment(30)}, in other hands since {moment(20)}" in text
    assert f"from {moment(1)}, until {moment(29)}" in text
    assert "(policy 1.2.3 alone)" in text


def test_every_code_is_listed_once() -> None:
    """With its indication and how often it was found."""
    document = report(FACTS)
    codes = [shown(row[0]) for row in tables_of(document)[-1].rows]
    assert codes == list(dict.fromkeys(one.reason.name for one in FACTS.report.findings))


def shape(document: Document) -> Iterator[object]:
    """Yield what must be the same in every language."""
    for block in document.blocks:
        match block:
            case Heading(level=level):
                yield level
            case Bullets(items=items):
                yield type(block), len(items)
            case Commands(lines=lines):
                yield lines
            case Figure(width_px=width, height_px=height):
                yield width, height
            case _:
                yield type(block), len(getattr(block, "rows", ()))


@pytest.mark.parametrize("bundle", [STORY, hostile(), changed(STORY)], ids=["story", "hostile", "changed"])
def test_both_languages_say_the_same(bundle: Bundle) -> None:
    """The same blocks with as many rows, the same commands, the same texts of the bundle."""
    english, arabic = report(bundle), report(bundle, "ar")
    assert list(shape(english)) == list(shape(arabic))
    untrusted = [
        [span.text for span in all_spans(one) if span.kind is SpanKind.UNTRUSTED] for one in (english, arabic)
    ]
    assert sorted(untrusted[0]) == sorted(untrusted[1])
    assert english.attachments[0].data == arabic.attachments[0].data


def test_arabic_holds_no_latin_in_its_own_words() -> None:
    """Latin passages are pieces of their own, which run from left to right."""
    words = [span.text for span in all_spans(report(FACTS, "ar")) if span.kind is SpanKind.WORDS]
    assert not [text for text in words if re.search("[A-Za-z0-9]", text)]


@each_language
def test_the_same_facts_give_the_same_bytes(lang: str) -> None:
    """Document and page."""
    first, second = report(facts(STORY), lang), report(facts(STORY), lang)
    assert first == second
    assert render_html(first) == render_html(second)


def test_another_language_is_refused() -> None:
    """There is no fallback."""
    with pytest.raises(UsageError, match="language"):
        report(FACTS, "tlh")
