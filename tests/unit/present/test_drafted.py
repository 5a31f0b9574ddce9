"""A draft in words: all of it, and nothing of it acts on the terminal."""

from __future__ import annotations

from pathlib import Path

import pytest
from attrs import evolve

from custody.format.event_fields import EVENT_TYPES
from custody.model.identity import fingerprint_of
from custody.present.catalogue import LANGUAGES, catalogue_for
from custody.present.drafted import draft_lines
from custody.present.shown import data_lines
from custody.transfer.act import write_act
from custody.transfer.cosigned import compose_draft
from custody.transfer.desk import Desk, stand
from custody.transfer.draft import sign_draft
from custody.transfer.written import Act
from tests.tools.bundles import seed_signer
from tests.tools.desks import HOLDER, NOW, RECIPIENT, begin, desk_at, receipt_of, release_to, trust_in
from tests.tools.stamping import FIRST

BOARD = seed_signer("w-03", hybrid=True)
TRUST = trust_in(HOLDER, RECIPIENT, BOARD)
ENGLISH = catalogue_for("en")
HOSTILE = "fine\n  type: closed\x1b[2K\u202e"
ERASURE = Act(
    type="erased",
    data={"leaves": [0, 1], "ground": HOSTILE},
    fields={"note": {"text": "x" * 9000}, "place": {"description": "حلب"}},
    cosigners=(BOARD.identity,),
)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """The holder at his bundle."""
    return evolve(begin(tmp_path), trust=TRUST)


def test_everything_that_is_signed_is_shown(desk: Desk) -> None:
    """Type, place, past, time, items by their numbers, every field, every signer, and the digest."""
    draft = compose_draft(desk, ERASURE)
    lines = list(draft_lines(draft, ENGLISH))
    statement = draft.statement
    assert lines[0] == ENGLISH.words["draft_title"]
    for told in (
        "  type: items erased (erased)",
        f"  bundle: {statement.bundle_id}",
        f"  place in the log: event 1 of holding {statement.holding}",
        f"  follows event: {statement.prev[0]}",
        f"  claimed time: {NOW}",
        "    leaves: items 1-2",
        '    description: "حلب"',
        f'    text: "{"x" * 9000}"',
        "  actor, who signs last: w-01",
        "  cosigner: w-03 (has not signed)",
        f"    fingerprint: {fingerprint_of(BOARD.identity.key_set.key_ids)}",
    ):
        assert told in lines
    assert lines[-1].startswith("  SHA-256 of what is signed: ")


def test_texts_of_a_draft_cannot_imitate_it(desk: Desk) -> None:
    """No line of them begins like one of ours, and nothing moves the terminal."""
    lines = list(draft_lines(compose_draft(desk, ERASURE), ENGLISH))
    assert [line for line in lines if "type:" in line][1:] == [
        '    ground: "fine\\u{A}  type: closed\\u{1B}[2K\\u{202E}"'
    ]
    assert not [line for line in lines if not line.isprintable()]


def test_who_has_signed_is_marked(desk: Desk) -> None:
    """The reader sees whom to send it to."""
    signed = sign_draft(compose_draft(desk, ERASURE), BOARD)
    assert "  cosigner: w-03 (has signed)" in list(draft_lines(signed, ENGLISH))


def test_the_trust_of_the_reader_names_the_signers(desk: Desk) -> None:
    """By keys, never by labels; whom it does not know it warns of."""
    draft = compose_draft(desk, ERASURE)
    lines = list(draft_lines(draft, ENGLISH, trust_in(HOLDER)))
    assert f"    {ENGLISH.words['draft_unknown']}" in lines
    assert "    your trust knows these keys as w-01" in lines
    assert "    your trust knows these keys as w-03" not in lines


def test_a_key_set_that_the_trust_knows_in_part_is_unknown(desk: Desk) -> None:
    """A label is no comfort."""
    lines = list(draft_lines(compose_draft(desk, ERASURE), ENGLISH, trust_in(seed_signer("w-03"))))
    assert f"    {ENGLISH.words['draft_unknown']}" in lines


def test_an_opening_of_a_holding_says_so(desk: Desk) -> None:
    """The place is the first of a new one."""
    release = write_act(desk, release_to(desk))
    other = evolve(desk_at(Path(desk.bundle), RECIPIENT), trust=TRUST)
    draft = compose_draft(other, evolve(receipt_of(other, release), cosigners=(BOARD.identity,)))
    place = f"  place in the log: the first event of a new holding, {draft.statement.holding}"
    assert place in list(draft_lines(draft, ENGLISH))


def test_an_attestation_says_that_it_changes_no_custody(desk: Desk) -> None:
    """It stands beside the log."""
    seal_id = stand(desk).seal_id
    act = Act(
        type="examined",
        attestation=True,
        follows=(seal_id,),
        cosigners=(BOARD.identity,),
        data={"method": "x"},
    )
    assert f"  {ENGLISH.words['draft_beside']}" in list(draft_lines(compose_draft(desk, act), ENGLISH))


def test_anchors_are_counted_and_an_empty_event_says_so(desk: Desk) -> None:
    """Nothing is left to be guessed."""
    act = Act(type="closed", anchors=(FIRST.stamp(b"fresh", at=NOW),), cosigners=(BOARD.identity,))
    lines = list(draft_lines(compose_draft(desk, act), ENGLISH))
    assert "  proofs of time that it embeds: 1" in lines
    assert f"  {ENGLISH.words['draft_no_data']}" in lines


def test_what_is_said_of_the_clock_is_shown(desk: Desk) -> None:
    """It is signed too."""
    draft = compose_draft(desk, ERASURE)
    told = evolve(draft, body=evolve(draft.body, clock={"source": "gps"}))
    assert '    source: "gps"' in list(draft_lines(told, ENGLISH))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_type_has_a_word(language: str) -> None:
    """In every language."""
    assert {f"type_{name}" for name in EVENT_TYPES} <= catalogue_for(language).words.keys()


def test_the_numbers_of_items_are_joined_to_runs() -> None:
    """As people count them, from 1."""
    data = {"leaves": [0, 1, 2, 5, 7, 8], "ground": "x"}
    assert list(data_lines(data, ENGLISH)) == ["leaves: items 1-3, 6, 8-9", 'ground: "x"']
