"""Certificates as documents: what they say, in which words, and what stays blank."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator

import pytest
from attrs import evolve

from custody.errors import UsageError
from custody.filing.certificate import Kind
from custody.filing.certificate_document import certificate_document
from custody.filing.certificate_words_ar import WORDS as ARABIC
from custody.filing.certificate_words_en import WORDS as ENGLISH
from custody.filing.declaration import Declaration, ExhibitRequest
from custody.filing.document import (
    Blank,
    Block,
    Bullets,
    Commands,
    Document,
    Heading,
    Inline,
    Pairs,
    Paragraph,
    Part,
    SpanKind,
    Table,
)
from custody.present.catalogue import arguments_of
from custody.report.claim import Claim
from custody.report.finding import Finding
from custody.report.reason import Reason
from custody.verification.checked import Order
from tests.tools.bundles import text_item
from tests.unit.filing.certificates import checked, copied, facts_of, handed_over, moment, sealed

DIGEST = hashlib.sha256(b"one").hexdigest()
STORY = checked(handed_over(sealed(copied("a.txt", "one", DIGEST), copied("\u202eb.txt", "two", "00" * 32))))
SAID = {
    "declarant.name": "Person Seven",
    "declarant.position": "archivist",
    "execution.place": "Oslo",
    "case.court": "District Court",
    "remarks": "None so far.",
}
HARAKAT = re.compile(r"[\u064b-\u0652\u0670]")
FORBIDDEN = re.compile(r"\b(?:authentic|genuine|true)\b", re.IGNORECASE)


def document(kind: Kind = Kind.STATEMENT, lang: str = "en", **more: str | None) -> Document:
    """Return a document about the story; `country` is where it will be executed."""
    declaration = Declaration(said=SAID, country=more.get("country"))
    return certificate_document(
        evolve(facts_of(STORY, kind=Kind.STATEMENT, declaration=declaration), kind=kind), lang
    )


def blocks_of(made: Document) -> Iterator[Block]:
    """Yield every block, those of parts too."""
    for block in made.blocks:
        if isinstance(block, Part):
            yield from block.blocks
        else:
            yield block


def inlines_of(block: Block) -> Iterator[Inline]:
    """Yield the texts of a block."""
    match block:
        case Paragraph():
            yield block.text
        case Bullets():
            yield from block.items
        case Pairs():
            yield from (value for _name, value in block.rows)
        case Table():
            yield from (cell for row in block.rows for cell in row)
        case Blank():
            yield block.filled
        case _:
            return


def text_of(made: Document) -> str:
    """Return all texts, one a line; headings, labels and commands too."""
    lines = []
    for block in blocks_of(made):
        if isinstance(block, Heading):
            lines.append(block.text)
        elif isinstance(block, Commands):
            lines.extend(block.lines)
        lines.extend("".join(span.text for span in inline) for inline in inlines_of(block))
    return "\n".join(lines)


def test_both_languages_say_the_same_things() -> None:
    """Equal keys with equal arguments; Arabic without vowel marks, English in ASCII."""
    assert list(ENGLISH) == list(ARABIC)
    assert {key for key in ENGLISH if arguments_of(ENGLISH[key]) != arguments_of(ARABIC[key])} == set()
    assert not [key for key, text in ARABIC.items() if HARAKAT.search(text)]
    assert all(text.isascii() for text in ENGLISH.values())


def test_no_word_promises_what_no_digest_shows() -> None:
    """The statute alone says true."""
    said = {key for key, text in ENGLISH.items() if FORBIDDEN.search(text)}
    assert said == {"sworn_inside", "sworn_outside"}


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("lang", ["en", "ar"])
def test_every_document_says_that_it_is_a_draft_and_where_nothing_is_filled_in(kind: Kind, lang: str) -> None:
    """On its first line and at the foot of every page."""
    made = document(kind, lang)
    words = ARABIC if made.lang == "ar" else ENGLISH
    first = made.blocks[0]
    assert isinstance(first, Paragraph)
    assert first.text[0].text == words["draft"]
    assert words["draft"] in "".join(span.text for span in made.running)
    assert f"[{words['missing'].replace('{what}', words['what_employer'])}]" in text_of(made)


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("lang", ["en", "ar"])
def test_nothing_is_signed_or_dated(kind: Kind, lang: str) -> None:
    """Name and place are known, and nothing else is filled in."""
    made = document(kind, lang, country="NO")
    blanks = [block for block in blocks_of(made) if isinstance(block, Blank)]
    assert len(blanks) == 4
    filled = ["".join(span.text for span in blank.filled) for blank in blanks]
    assert filled == ["", "Oslo NO", "", "Person Seven"]


OUTSIDE = (
    "I declare under penalty of perjury under the laws of the United States of America that the foregoing is"
    " true and correct. Executed on"
)
INSIDE = "I declare under penalty of perjury that the foregoing is true and correct. Executed on"


@pytest.mark.parametrize("kind", [Kind.FRE_902_13, Kind.FRE_902_14])
@pytest.mark.parametrize(
    ("country", "inside", "outside"),
    [("US", True, False), ("PR", True, False), ("NO", False, True), (None, True, True)],
)
def test_the_form_of_section_1746_follows_the_place(
    kind: Kind, country: str | None, *, inside: bool, outside: bool
) -> None:
    """Word by word; both stand there while nobody has said where it will be executed."""
    lines = text_of(document(kind, country=country)).splitlines()
    assert (INSIDE in lines, OUTSIDE in lines) == (inside, outside)
    assert any(ENGLISH["sworn_choose"] in line for line in lines) == (country is None)


def test_a_statement_swears_nothing() -> None:
    """It is for courts that assess evidence freely."""
    text = text_of(document(country="US"))
    assert "penalty" not in text
    assert ENGLISH["free"] in text
    assert ENGLISH["notice_heading"] not in text


@pytest.mark.parametrize("kind", [Kind.FRE_902_13, Kind.FRE_902_14])
def test_an_arabic_certificate_is_the_english_one_with_a_translation(kind: Kind) -> None:
    """What is sworn stays English; the translation has no blanks and no tables of its own."""
    english, arabic = document(kind), document(kind, "ar")
    assert arabic.lang == "en"
    own = tuple(block for block in arabic.blocks if not isinstance(block, Part))
    assert own[: len(english.blocks)] == english.blocks
    translation = arabic.blocks[-1]
    assert isinstance(translation, Part)
    assert (translation.lang, translation.direction) == ("ar", "rtl")
    assert not [one for one in translation.blocks if isinstance(one, Blank | Table | Commands)]
    assert ARABIC["aid"] in text_of(arabic)


def test_an_arabic_statement_is_whole() -> None:
    """With its table and its blanks."""
    made = document(Kind.STATEMENT, "ar")
    assert (made.lang, made.direction) == ("ar", "rtl")
    assert [one for one in made.blocks if isinstance(one, Table)]


def test_the_five_points_of_practice_are_there() -> None:
    """Identification, qualification, tool and method, matching values, and the values themselves."""
    made = document(Kind.FRE_902_14)
    text = text_of(made)
    headings = [block.text for block in made.blocks if isinstance(block, Heading)]
    for key in ("data_heading", "who_heading", "tool_heading", "done_heading", "values_heading"):
        assert ENGLISH[key] in headings
    for value in (STORY.bundle_id, STORY.seal_id, STORY.root, STORY.head, DIGEST):
        assert value in text
    assert "custody, version 0.0.9" in text
    assert "on 2026-01-08T12:00:00Z" in text.replace("On", "on")


def test_the_six_points_about_a_system_are_there() -> None:
    """Each a blank until somebody fills it in (902(13))."""
    made = document(Kind.FRE_902_13)
    (points,) = (one for one in made.blocks if isinstance(one, Bullets) and one.numbered)
    assert len(points.items) == 6
    assert all(any(span.kind is SpanKind.STRONG for span in item) for item in points.items)
    assert ENGLISH["copy_heading"] not in text_of(made)


def test_digests_of_originals_are_counted() -> None:
    """One equals its copy; the other differs, which only a statement may say."""
    text = text_of(document())
    assert "For 1 of 2 files a digest of the original" in text
    assert "For 1 of 2 files the recorded digest of the original is another" in text


def test_exhibits_without_a_digest_of_their_originals_ask_for_another_comparison() -> None:
    """In the form for copied data."""
    facts = facts_of(checked(handed_over(sealed())))
    text = text_of(certificate_document(evolve(facts, kind=Kind.FRE_902_14), "en"))
    assert "For 3 of 3 files no digest of the original" in text
    assert ENGLISH["what_comparison"] in text
    assert ENGLISH["copy_silent"] in text


def test_files_that_were_acquired_alike_share_a_row() -> None:
    """Their numbers are listed as runs; who differs has a row of its own."""
    items = [copied(f"{number}.txt", "one", DIGEST) for number in range(1, 8)]
    items[3] = text_item("4.txt", "other")
    facts = facts_of(checked(handed_over(sealed(*items))))
    made = certificate_document(evolve(facts, kind=Kind.FRE_902_14), "en")
    (table,) = (one for one in made.blocks if isinstance(one, Table) and one.caption == ENGLISH["copy_table"])
    assert [row[0][0].text for row in table.rows] == ["1-3, 5-7", "4"]


def test_text_of_a_bundle_is_marked_and_harmless() -> None:
    """A name that turns the line around is shown as its escape."""
    (table,) = (
        one for one in document().blocks if isinstance(one, Table) and one.caption == ENGLISH["values_table"]
    )
    (name,) = table.rows[1][1]
    assert (name.text, name.kind) == ("\\u{202E}b.txt", SpanKind.UNTRUSTED)


def test_digests_and_times_keep_their_order() -> None:
    """Also in Arabic, where everything else runs from the right."""
    for block in blocks_of(document(Kind.STATEMENT, "ar")):
        for inline in inlines_of(block):
            for span in inline:
                if re.search(r"[0-9a-f]{32}|\d{4}-\d\d-\d\dT", span.text):
                    assert span.kind is SpanKind.EXACT


def test_labels_of_exhibits_stand_beside_their_numbers() -> None:
    """Where the declarant gives some."""
    asked = Declaration(exhibits=(ExhibitRequest(number=2, label="Exhibit 12"), ExhibitRequest(number=1)))
    made = certificate_document(facts_of(STORY, kind=Kind.STATEMENT, declaration=asked), "en")
    (table,) = (
        one for one in made.blocks if isinstance(one, Table) and one.caption == ENGLISH["values_table"]
    )
    assert [column.title for column in table.columns][:2] == [ENGLISH["column_item"], ENGLISH["column_label"]]
    assert [["".join(span.text for span in cell) for cell in row[:2]] for row in table.rows] == [
        ["000002", "Exhibit 12"],
        ["000001", ""],
    ]


@pytest.mark.parametrize("order", Order)
def test_the_order_of_check_and_transfer_is_said(order: Order) -> None:
    """With what shows it."""
    facts = facts_of(STORY, kind=Kind.STATEMENT)
    facts = evolve(facts, check=evolve(facts.check, order=order))
    text = text_of(certificate_document(facts, "en"))
    assert ENGLISH[f"order_{order.value}"] in text


@pytest.mark.parametrize(
    ("first", "last", "key"),
    [(3, 4, "both"), (3, None, "from"), (None, 4, "until"), (None, None, "none")],
)
def test_claimed_and_proven_times_are_kept_apart(first: int | None, last: int | None, key: str) -> None:
    """The window of the signature stands in a sentence of its own."""
    facts = facts_of(STORY, kind=Kind.STATEMENT)
    event = evolve(
        facts.check.event,
        not_before=None if first is None else moment(first),
        not_after=None if last is None else moment(last),
    )
    text = text_of(certificate_document(evolve(facts, check=evolve(facts.check, event=event)), "en"))
    assert re.sub(r"\{[a-z_]+\}", "{}", ENGLISH[f"done_window_{key}"]) in re.sub(
        r"2026-01-0[34]T12:00:00Z", "{}", text
    )


def test_gaps_of_custody_are_asked_to_be_explained() -> None:
    """Where the log does not show that there is none."""
    facts = facts_of(STORY, kind=Kind.STATEMENT)
    silent = evolve(facts, report=evolve(facts.report, findings=()))
    text = text_of(certificate_document(silent, "en"))
    assert ENGLISH["custody_undetermined"] in text
    assert ENGLISH["what_gaps"] in text


def test_many_gaps_are_cut_to_twenty() -> None:
    """With their codes, and the number of the others."""
    facts = facts_of(STORY, kind=Kind.STATEMENT)
    gaps = tuple(
        Finding(reason=Reason.IN_TRANSIT, subject=f"custody/log/{n}", claims=(Claim.CUSTODY_UNBROKEN,))
        for n in range(23)
    )
    text = text_of(certificate_document(evolve(facts, report=evolve(facts.report, findings=gaps)), "en"))
    assert text.count("IN_TRANSIT: ") == 20
    assert "and 3 further reasons" in text


def test_another_language_is_refused() -> None:
    """There are two."""
    with pytest.raises(UsageError):
        document(lang="fr")


def test_a_digest_of_another_algorithm_is_named_as_such() -> None:
    """It can be compared by whoever has the original."""
    origin = {"original_digest": {"algorithm": "md5", "digest": "00" * 16}}
    facts = facts_of(checked(handed_over(sealed(text_item("a.txt", "one", origin=origin)))))
    assert "recorded under md5, not comparable" in text_of(
        certificate_document(evolve(facts, kind=Kind.FRE_902_14), "en")
    )


def test_a_chosen_moment_is_never_told_as_the_clock_s() -> None:
    """Who ran the program chose it."""
    for chosen, said, unsaid in ((True, "As of 2026", "When this"), (False, "When this", "As of 2026")):
        text = text_of(certificate_document(facts_of(STORY, kind=Kind.STATEMENT, moment_chosen=chosen), "en"))
        assert said in text
        assert unsaid not in text


def test_what_the_event_does_not_record_is_said_and_asked_for() -> None:
    """Which files were open in the declarant's copy."""
    text = text_of(document())
    assert ENGLISH["limit_scope"] in text
    assert f"[to be completed: {ENGLISH['what_scope']}]" in text


def test_a_differing_place_an_earlier_failure_and_a_denied_copy_are_said() -> None:
    """Nothing of it is smoothed over."""
    facts = facts_of(STORY, kind=Kind.STATEMENT)
    check = evolve(facts.check, other_place="Oslo", failed_before=("ab" * 32,))
    original = facts.exhibits[0].original
    assert original is not None
    denied = evolve(facts.exhibits[0], original=evolve(original, claimed_match=False))
    made = certificate_document(evolve(facts, check=check, exhibits=(denied,)), "en")
    text = text_of(made)
    assert "I named another: Oslo." in text
    assert f"the id of its event is {'ab' * 32}." in text
    assert "For 1 of 1 files it was recorded and sealed that the copy did not match" in text
    assert ENGLISH["original_denied"] in text
    assert "a digest of the original was recorded when" not in text
