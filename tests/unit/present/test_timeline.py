"""The timeline as text and as JSON: our words begin each event, and texts of a bundle cannot."""

from __future__ import annotations

import json
from typing import Any

import pytest
from attrs import evolve
from jsonschema import Draft202012Validator

from custody.format.canonical import decode_json
from custody.model.instant import decode_instant
from custody.present.catalogue import LANGUAGES, catalogue_for
from custody.present.timeline import timeline_text
from custody.present.timeline_json import encode_timeline
from custody.present.timeline_schema import timeline_schema
from custody.report.holding_fact import HoldingFact, HoldingMoment, HoldingStart, HoldingState
from custody.report.reason import Reason
from custody.report.timeline import EventStatus, Named, Timeline, TimelineEvent
from tests.unit.present.reports import BUNDLE, HOSTILE, NOW, SEAL

ENGLISH = catalogue_for("en")
WHO = Named(claimed_label="w-01", identity="archive")
STRANGER = Named(claimed_label="w-99")
OTHER = "34" * 32
SEALED = TimelineEvent(
    event_id=SEAL,
    path=f"custody/log/{BUNDLE}/00000000",
    status=EventStatus.COUNTED,
    holding=BUNDLE,
    type="sealed",
    actor=WHO,
    claimed_at="2026-01-01T00:00:00Z",
    not_before=decode_instant("2026-01-01T00:00:00Z"),
    not_after=decode_instant("2026-01-02T00:00:00Z"),
    claimed_data={"root": "00" * 32, "items": 3},
    claimed_fields={"case": {"title": HOSTILE}, "note": {"tool": {"name": "x"}}},
)
RELEASED = evolve(
    SEALED,
    event_id=OTHER,
    seq=1,
    follows=(SEAL,),
    type="released",
    cosigners=(Named(claimed_label="w-03", identity="board"), STRANGER),
    to=STRANGER,
    not_before=None,
    not_after=None,
    head=True,
    against=(Reason.IN_TRANSIT,),
    in_transit=True,
    claimed_data={"medium": HOSTILE},
    claimed_fields={"purpose": {"text": "للملف"}, "note": {"text": HOSTILE}},
    closed=("place", "people"),
)
JUNK = TimelineEvent(
    event_id="",
    path=f"custody/log/{HOSTILE}",
    status=EventStatus.SET_ASIDE,
    reason=Reason.EVENT_MALFORMED,
)
STUB = TimelineEvent(event_id=OTHER, path="p", status=EventStatus.STUB, holding=BUNDLE)
SHOWN = evolve(
    RELEASED, status=EventStatus.WITNESS, actor=STRANGER, reason=Reason.RECEIPT_SET_ASIDE, head=False
)
HOLDING = HoldingFact(
    holding_id=BUNDLE,
    holder="archive",
    opened=HoldingStart.SEALED,
    opened_by=SEAL,
    state=HoldingState.IN_TRANSIT,
    start=HoldingMoment(claimed_at="2026-01-01T00:00:00Z"),
    end=HoldingMoment(not_after=NOW),
)


def line_of(*events: TimelineEvent, **more: Any) -> Timeline:  # noqa: ANN401 - attributes of one
    """A timeline of some events."""
    made = Timeline(bundle_id=BUNDLE, seal_id=SEAL, judged_at=NOW, events=events, holdings=(HOLDING,))
    return evolve(made, **more)


def text_of(*events: TimelineEvent, language: str = "en", **more: Any) -> str:  # noqa: ANN401 - as above
    """A timeline in words."""
    return timeline_text(line_of(*events, **more), catalogue_for(language))


def test_an_event_is_told_with_its_window_beside_the_claim() -> None:
    """Who by the trust; where, when proven, when claimed."""
    assert text_of(SEALED).split("\n\n")[1].splitlines() == [
        "Events that count, each after what it follows:",
        "    1. sealed by archive",
        f"       event {SEAL[:16]}, holding {BUNDLE[:8]}, place 0",
        "       signed: not before 2026-01-01T00:00:00Z, not after 2026-01-02T00:00:00Z",
        '       claimed time: "2026-01-01T00:00:00Z"',
    ]


def test_whom_the_trust_does_not_know_is_a_claim() -> None:
    """On a line of its own, quoted; the line that begins the event names trusted people alone."""
    lines = text_of(SEALED, RELEASED).splitlines()
    assert "    2. released to another by archive with board [HEAD] [IN TRANSIT]" in lines
    assert '       claimed cosigner: "w-99"' in lines
    assert '       to somebody whom the trust does not name; claimed: "w-99"' in lines
    assert "       signed: no time is proven" in lines
    assert "       withheld fields: place, people" in lines


def test_a_trusted_recipient_is_named_where_the_event_begins() -> None:
    """As the trust names him."""
    told = text_of(evolve(RELEASED, to=Named(claimed_label="x", identity="ngo"), cosigners=()))
    assert "    1. released to another by archive to ngo [HEAD] [IN TRANSIT]" in told.splitlines()


def test_an_unacknowledged_copy_is_marked() -> None:
    """In words."""
    told = text_of(evolve(SEALED, type="copied", unacknowledged=True))
    assert "    1. copy given by archive [NOT ACKNOWLEDGED]" in told.splitlines()


def test_what_does_not_count_says_why() -> None:
    """By code and sentence, in a section of its own."""
    lines = text_of(JUNK, STUB, SHOWN).splitlines()
    sentence = ENGLISH.reasons[Reason.EVENT_MALFORMED][0].partition("[")[0]
    assert f"{ENGLISH.words['log_set-aside']}:" in lines
    assert "    1. cannot be read as an event" in lines
    assert any(line.startswith(f"       why: EVENT_MALFORMED: {sentence}") for line in lines)
    assert "    2. content withheld" in lines
    assert any(
        line.startswith("    3. released to another by somebody whom the trust does not") for line in lines
    )
    assert '       claimed actor: "w-99"' in lines


def test_texts_of_a_bundle_cannot_imitate_the_timeline() -> None:
    """None of them begins a line, ends one, or acts on the terminal."""
    told = text_of(SEALED, RELEASED, JUNK, unread=((HOSTILE, Reason.UNREADABLE),))
    assert "\x1b" not in told
    assert "\u202e" not in told
    assert not [line for line in told.splitlines() if line.lstrip().startswith("✓")]
    assert '       medium: "evil\\u{A}✓ PROVEN' in told


def test_long_texts_are_cut() -> None:
    """The whole of them is in the JSON."""
    long = evolve(SEALED, claimed_data={"reason": "x" * 5000})
    assert "x" * 401 not in text_of(long)
    assert "x" * 5000 in encode_timeline(line_of(long)).decode()


def test_heads_and_holdings_stand_at_the_end() -> None:
    """With whole ids, as other commands take them; what is against a head by its codes."""
    told = text_of(SEALED, RELEASED)
    assert f"  event {OTHER}: IN_TRANSIT" in told.splitlines()
    assert f"    IN_TRANSIT: {catalogue_for('en').reasons[Reason.IN_TRANSIT][0]}" in told.splitlines()
    assert f"  event {OTHER}: nothing in this log is against it" in text_of(evolve(RELEASED, against=()))
    assert "  archive: sealed it (claimed 2026-01-01T00:00:00Z); handed over by archive" in told
    assert told.index("Who held it:") > told.index("Heads: custody up to:")


def test_it_says_what_was_not_looked_at() -> None:
    """Files, and what no log shows."""
    told = text_of(
        SEALED, receipts_held=2, unread=(("", Reason.RECEIPT_SET_ASIDE), ("a/b", Reason.UNREADABLE))
    )
    assert "the files were not looked at: custody verify does that" in told
    assert "receipts of events that this log has: 2" in told.splitlines()
    assert '  at: "a/b"' in told.splitlines()
    assert "whether later events, statements or copies exist" in told


def test_an_attestation_has_no_place_in_the_log() -> None:
    """Its id, and what it is about."""
    told = text_of(evolve(SEALED, status=EventStatus.ATTESTATION, holding="", follows=(OTHER,)))
    assert f"       event {SEAL[:16]}, follows {OTHER[:16]}" in told.splitlines()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_status_is_told_in_every_language(language: str) -> None:
    """No word is missing, no argument shows as a question mark."""
    events = [evolve(RELEASED, status=status) for status in EventStatus]
    told = text_of(*events, JUNK, STUB, language=language)
    assert "?" not in told
    assert "{" not in told.replace("\\u{", "")


def test_the_json_has_its_schema() -> None:
    """Every kind of event, canonical, texts displayed."""
    made = encode_timeline(
        line_of(SEALED, RELEASED, JUNK, STUB, SHOWN, receipts_held=1, unread=((HOSTILE, Reason.UNREADABLE),))
    )
    Draft202012Validator(timeline_schema()).validate(json.loads(made))
    decode_json(made.removesuffix(b"\n"), member="log", limit=len(made))
    assert b"\x1b" not in made
    value = json.loads(made)
    assert value["events"][1]["against"] == ["IN_TRANSIT"]
    assert value["events"][1]["cosigners"][1] == {"claimed_label": "w-99"}
    assert "event" not in value["events"][2]


def test_the_json_keeps_every_kind_of_value() -> None:
    """Lists, numbers, flags and nothing."""
    data = {"leaves": [0, 1], "reproducible": True, "tool": {"name": "x"}, "x": None}
    value = json.loads(encode_timeline(line_of(evolve(SEALED, claimed_data=data))))
    assert value["events"][0]["claimed_data"] == data
