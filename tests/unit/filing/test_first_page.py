"""The first page: the answers before any text of the bundle, and nothing grave cut in silence."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from attrs import evolve

from custody.filing.document import Answer, Bullets, Code, Document, Heading, Pairs, SpanKind
from custody.filing.facts import Asked, FilingFacts
from custody.filing.language import claimed, language_of
from custody.filing.pdf_file import render_pdf
from custody.present.catalogue import LANGUAGES
from custody.report.claim import Claim, Outcome
from custody.report.finding import Finding
from custody.report.holding_fact import HoldingState
from custody.report.reason import Reason
from custody.report.report import EventFact
from tests.unit.filing.filings import changed, facts, report, shown, spans_of, story, text_of

STORY = story()
FACTS = facts(STORY)
REFUTED = facts(changed(STORY))
TITLES = {
    "unseen": "\u202e" * 500,
    "unknown": "\u4e2d" * 500,
    "wide": "\ufdfd" * 500,
    "words": "\u2713 PROVEN Intact " * 30,
    "broad": "W" * 500,
}
each_language = pytest.mark.parametrize("lang", LANGUAGES)


def titled(told: FilingFacts, title: str) -> FilingFacts:
    """Return facts of a bundle with another title of its case."""
    return evolve(told, report=evolve(told.report, claimed_case=title))


def pair(document: Document, name: str) -> str:
    """Return the value of a name in the facts of one look."""
    rows = [row for block in document.blocks if isinstance(block, Pairs) for row in block.rows]
    return next(shown(value) for own, value in rows if own == name)


@each_language
@pytest.mark.parametrize("title", TITLES.values(), ids=TITLES)
def test_the_first_printed_page_holds_every_answer(
    require_tool: Callable[[str], str], tmp_path: Path, title: str, lang: str
) -> None:
    """Whatever the title of the case is: what it proves and what it refutes are read together."""
    made = tmp_path / "r.pdf"
    made.write_bytes(render_pdf(report(titled(REFUTED, title), lang)))
    command = [require_tool("pdftotext"), "-l", "1", str(made), "-"]
    page = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    codes = re.findall("TOTAL-PASSED|TOTAL-FAILED|INDETERMINATE", page)
    assert len(codes) == len(Claim)
    assert "TOTAL-FAILED" in codes


@each_language
def test_no_text_of_the_bundle_stands_before_the_answers(lang: str) -> None:
    """Nothing that its makers wrote comes first."""
    blocks = report(titled(REFUTED, "x" * 500), lang).blocks
    last = max(place for place, block in enumerate(blocks) if isinstance(block, Answer))
    before = [span for block in blocks[: last + 1] for span in spans_of(block)]
    assert not [span for span in before if span.kind is SpanKind.UNTRUSTED]


@pytest.mark.parametrize("title", TITLES.values(), ids=TITLES)
def test_a_long_text_is_cut_after_it_is_escaped(title: str) -> None:
    """And never within an escape."""
    cut = claimed(title, most=120).text
    assert cut.endswith("\u2026")
    assert len(cut) <= 120
    assert re.fullmatch(r"(?:[^\\]|\\u\{[0-9A-F]+\})*", cut)


def test_a_short_text_is_not_cut() -> None:
    """To the last character that fits."""
    assert claimed("x" * 120, most=120).text == "x" * 120
    assert claimed("\u202e" * 2, most=16).text == r"\u{202E}" * 2


def test_many_signers_heads_and_codes_are_counted_in_an_answer() -> None:
    """They could push the other answers off the page."""
    against = [
        Finding(reason=one, claims=(Claim.INTACT,)) for one in Reason if one.outcome is Outcome.REFUTED
    ]
    signers = FACTS.report.signers * 9
    told = evolve(FACTS.report, signers=signers, findings=(*FACTS.report.findings, *against))
    answers = [block for block in report(evolve(FACTS, report=told)).blocks if isinstance(block, Answer)]
    assert f"and {len(against) - 4} more" in shown(answers[0].sentence)
    assert "and 5 more" in shown(answers[1].sentence)


def test_who_has_it_in_transit_and_who_disputes_it_come_first() -> None:
    """And what is cut is counted."""
    held = FACTS.report.holdings[-1]
    transit = evolve(held, state=HoldingState.IN_TRANSIT, to="court")
    disputed = evolve(held, state=HoldingState.DISPUTED)
    told = evolve(FACTS.report, holdings=(*[held] * 30, disputed, transit))
    text = pair(report(evolve(FACTS, report=told)), "Held now by")
    assert text.startswith("IN TRANSIT: handed over by lawyer-7 to court")
    assert text.index("DISPUTED: ") < text.index("as far as this log shows")
    assert text.endswith("and 24 more; part 2 tells of them")


def test_a_transit_that_a_receipt_ends_is_not_called_unreceived() -> None:
    """It counts only after a merge."""
    held = evolve(FACTS.report.holdings[-1], state=HoldingState.IN_TRANSIT, to="court", shown_by="ab" * 32)
    told = evolve(FACTS.report, holdings=(held,))
    text = pair(report(evolve(FACTS, report=told)), "Held now by")
    assert "a receipt beside the bundle shows that it was received" in text
    assert "nobody" not in text


def test_what_was_given_besides_the_trust_is_said() -> None:
    """The moment, the head, the seal, the receipts."""
    asked = Asked(moment_chosen=True, head="ab" * 32, expected_seal=True, receipts=3)
    document = report(evolve(FACTS, asked=asked))
    text = pair(document, "Asked under conditions")
    assert f"asked about this head alone: {'ab' * 32}" in text
    assert "The seal id was given by whoever ran the verification" in text
    assert "beside the bundle: 3." in text
    assert "(chosen by whoever ran it)" in pair(document, "Verified at")
    plain = report(FACTS)
    assert "Asked under" not in "".join(
        name for one in plain.blocks if isinstance(one, Pairs) for name, _ in one.rows
    )
    assert "chosen" not in pair(plain, "Verified at")


def test_the_other_heads_are_listed_with_what_came_out() -> None:
    """The one that was asked about first, then the gravest."""
    heads = [
        EventFact(path=f"p{n}", event_id=f"{n:064x}", status="counted", head=True, against=against)
        for n, against in enumerate([(), (), (Reason.FORK,), *[()] * 5])
    ]
    told = evolve(FACTS.report, events=tuple(heads))
    document = report(evolve(FACTS, report=told, asked=Asked(head=heads[1].event_id)))
    places = [n for n, one in enumerate(document.blocks) if isinstance(one, Bullets)]
    lines = [shown(line) for line in document.blocks[places[0]].items]  # type: ignore[union-attr]
    assert lines[0] == f"up to event {heads[1].event_id}: no gap"
    assert lines[1] == f"up to event {heads[2].event_id}: contradicted (FORK)"
    assert lines[-1] == "and 3 more heads"


def test_a_refuted_report_names_the_files() -> None:
    """The number as ours, the name as the bundle's, five of them, and how many more."""
    digests = [
        Finding(reason=Reason.FILE_DIGEST, subject=str(n), claims=(Claim.INTACT,)) for n in range(2, 9)
    ]
    told = evolve(REFUTED.report, findings=(*FACTS.report.findings, *digests), failures=7)
    document = report(evolve(REFUTED, report=told))
    bullets = next(one for one in document.blocks if isinstance(one, Bullets))
    line = bullets.items[0]
    names = [span.text for span in line if span.kind is SpanKind.UNTRUSTED]
    assert names == [one.claimed_name for one in REFUTED.items if one.number in {2, 3}]
    assert f"Concerned: item 000002 {names[0]}, item 000003 {names[1]}, item 000004" in shown(line)
    assert "item 000006, and 2 more." in shown(line)
    more = evolve(told, failures=1000)
    assert "and at least 2 more." in text_of(report(evolve(REFUTED, report=more)))


def test_a_place_that_is_no_item_is_named_as_the_bundles() -> None:
    """Such as a file too many."""
    extra = Finding(reason=Reason.FILE_EXTRA, subject="data/x", claims=(Claim.INTACT,))
    told = evolve(FACTS.report, findings=(*FACTS.report.findings, extra), failures=1)
    bullets = next(one for one in report(evolve(FACTS, report=told)).blocks if isinstance(one, Bullets))
    assert claimed("data/x") in bullets.items[0]


def test_the_code_says_what_it_holds_and_no_list_repeats_the_answers() -> None:
    """One line beside it."""
    document = report(FACTS)
    (code,) = (block for block in document.blocks if isinstance(block, Code))
    assert code.caption == "The code holds the seal id, as above, behind the word CUSTODY1."
    assert "Proven" not in [block.text for block in document.blocks if isinstance(block, Heading)]


@each_language
def test_the_title_of_the_case_stands_last_among_the_facts(lang: str) -> None:
    """Cut, and in a piece of its own."""
    document = report(titled(FACTS, "\u4e2d" * 500), lang)
    pairs = next(block for block in document.blocks if isinstance(block, Pairs))
    name, value = pairs.rows[-1]
    assert name == language_of(lang).words["claimed_case"]
    assert value == (claimed("\u4e2d" * 500, most=120),)
