"""The contact sheet: what is on it, and what never is."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from custody.errors import BundleError, UsageError
from custody.filing.contact_sheet import (
    draw_items,
    sheet_document,
    sheet_of,
)
from custody.filing.document import Document, Paragraph, Picture, Table
from custody.filing.html_page import render_html
from custody.filing.sheet_choice import decode_numbers
from custody.filing.sheet_terms import Refusal
from custody.filing.thumbnail import DrawFault, Thumbnail
from custody.model.item_numbers import runs_of
from custody.report.report import NotProvenError
from tests.tools.bundles import Item, add_event, make_part, seed_signer, text_item
from tests.tools.memory import MemorySource
from tests.tools.pictures import BLUE, bomb, plain, telling, video
from tests.unit.filing.sheets import SEALER, entries_of, fates, picture, report_on, sealed

EVERY_FIELD, CONTENT, NAME, KIND, PEOPLE, TERMS, DERIVATION = 1023, 1, 2, 4, 64, 128, 256

MIXED = sealed(
    picture(telling()),
    picture(terms={"confidentiality": "sealed"}),
    picture(b"\xff\xd8\xff broken"),
    picture(bomb(), ext="png"),
    text_item("t.txt", "words"),
    text_item("r.txt", "words", kind="record"),
    picture(kind="testimony"),
    Item(data=None, fields={"kind": {"kind": "padding"}}),
)


def test_each_item_has_its_fate() -> None:
    """One file that is broken ends nothing, and padding is no item."""
    assert fates(MIXED) == [
        Thumbnail,
        Refusal.TERMS,
        DrawFault.FORMAT,
        DrawFault.TOO_MANY_PIXELS,
        Refusal.TESTIMONY,
        Refusal.NOT_PICTURE,
        Refusal.TESTIMONY,
    ]


def test_what_a_file_is_called_decides_nothing() -> None:
    """Its bytes do."""
    wrong = sealed(picture(ext="txt"), picture(ext="mp4"), picture(b"text", ext="jpg"))
    assert fates(wrong) == [Thumbnail, Thumbnail, Refusal.NOT_PICTURE]


def test_an_empty_file_is_no_picture() -> None:
    """Nothing was read."""
    assert fates(sealed(Item(data=b"", ext="jpg", fields={"kind": {"kind": "media"}}))) == [
        Refusal.NOT_PICTURE
    ]


@pytest.mark.parametrize("lang", ["en", "ar"])
def test_the_same_bundle_gives_the_same_sheet(lang: str) -> None:
    """Byte by byte."""
    report, source = report_on(MIXED), MemorySource(MIXED.files)
    first = sheet_of(report, source, lang=lang)
    assert first == sheet_of(report, source, lang=lang)
    assert render_html(first) == render_html(sheet_of(report, source, lang=lang))


def text_of(document: Document) -> str:
    """Return what a page says, without its markup and pictures."""
    return render_html(document).decode()


@pytest.mark.parametrize("lang", ["en", "ar"])
def test_nothing_secret_is_on_the_sheet(lang: str) -> None:
    """No name, no camera, no place, and no code that says why terms forbid it."""
    document = sheet_of(report_on(MIXED), MemorySource(MIXED.files), lang=lang)
    page = text_of(document)
    assert "SECRET" not in page
    assert not [code for code in ("TESTIMONY", "TERMS", "WITHDRAWN") if code in page]
    assert all(b"SECRET" not in block.data for block in pictures(document))


def pictures(document: Document) -> list[Picture]:
    """Return the pictures of a sheet."""
    return [block for block in document.blocks if isinstance(block, Picture)]


def caption(block: Picture) -> str:
    """Return what stands below a picture."""
    return "".join(span.text for span in block.caption)


def test_each_picture_has_number_digest_and_what_it_is() -> None:
    """Sixteen digits; a box where it could not be drawn."""
    document = sheet_of(report_on(MIXED), MemorySource(MIXED.files), lang="en")
    drawn, broken, bombed = pictures(document)
    digest = entries_of(MIXED, "1")[0].sha256[:16]
    assert caption(drawn) == f"Item 1 · SHA-256 {digest}… · derived picture, not evidence"
    assert "could not be drawn (FORMAT)" in caption(broken)
    assert "could not be drawn (TOO_MANY_PIXELS)" in caption(bombed)
    assert Image.open(io.BytesIO(broken.data)).size == (320, 240)
    assert (drawn.media_type, broken.media_type) == ("image/jpeg", "image/png")


def test_arabic_says_that_it_is_derived() -> None:
    """In each caption."""
    document = sheet_of(report_on(MIXED), MemorySource(MIXED.files), lang="ar")
    assert "صورة مشتقة وليست دليلا" in caption(pictures(document)[0])
    assert document.direction == "rtl"


def rows_of(document: Document) -> dict[str, str]:
    """Return why items are not drawn, with their numbers."""
    tables = [block for block in document.blocks if isinstance(block, Table)]
    return {row[0][0].text: row[1][0].text for table in tables for row in table.rows}


def test_what_is_not_drawn_is_listed() -> None:
    """By number alone."""
    document = sheet_of(report_on(MIXED), MemorySource(MIXED.files), lang="en")
    assert rows_of(document) == {
        "not drawn: its terms": "2, 5, 7",
        "not drawn: neither a picture nor a video": "6",
    }


def test_a_sheet_without_pictures_says_so() -> None:
    """It has its other parts."""
    bundle = sealed(text_item("t.txt", "words"))
    document = sheet_of(report_on(bundle), MemorySource(bundle.files), lang="en")
    said = [block.text[0].text for block in document.blocks if isinstance(block, Paragraph)]
    assert "None of the items is drawn." in said


def test_the_consent_form_of_an_item_is_not_drawn() -> None:
    """It has a name and a signature on it, whatever its own terms say."""
    terms = {"confidentiality": "public", "consent": {"given": True, "form_item": 1}}
    assert fates(sealed(picture(), picture(terms=terms))) == [Refusal.CONSENT_FORM, Thumbnail]


def test_a_part_draws_what_is_open_enough() -> None:
    """Withheld and closed items are listed alone."""
    whole = sealed(*(picture() for _ in range(5)))
    enough = CONTENT | KIND | PEOPLE | TERMS | DERIVATION
    masks = (EVERY_FIELD, 0, enough, enough & ~TERMS, enough & ~CONTENT)
    _whole, part = make_part(whole, masks, signers=[SEALER], to=seed_signer("court"))
    assert fates(part) == [Thumbnail, Refusal.ABSENT, Thumbnail, Refusal.CLOSED, Refusal.ABSENT]
    document = sheet_of(report_on(part), MemorySource(part.files), lang="en")
    assert rows_of(document) == {
        "not drawn: its file is not in this copy": "2, 5",
        "not drawn: its terms": "4",
    }


EFFECTIVE = "2026-01-03T00:00:00Z"


def test_consent_that_was_withdrawn_in_the_log_forbids() -> None:
    """The indices of the event count from 0."""
    bundle = add_event(
        sealed(picture(), picture(), picture()),
        "consent-withdrawn",
        {"leaves": [1], "effective": EFFECTIVE},
        signers=[SEALER],
    )
    assert fates(bundle) == [Thumbnail, Refusal.WITHDRAWN, Thumbnail]


def test_a_stranger_can_forbid_too() -> None:
    """A picture that was shown cannot be taken back; a mark that forbids too much can."""
    bundle = add_event(
        sealed(picture()),
        "consent-withdrawn",
        {"leaves": [0], "effective": EFFECTIVE},
        signers=[seed_signer("stranger")],
    )
    assert fates(bundle) == [Refusal.WITHDRAWN]


@pytest.mark.parametrize(
    ("scopes", "fate"),
    [({}, Refusal.TERMS), ({"scopes": ["us-court"]}, Refusal.TERMS), ({"scopes": ["public"]}, Thumbnail)],
)
def test_recorded_consent_forbids_unless_it_is_for_everybody(scopes: dict[str, Any], fate: object) -> None:
    """Scopes that are not said are not everybody."""
    data = {"leaves": [0], "effective": EFFECTIVE, **scopes}
    assert fates(add_event(sealed(picture()), "consent-recorded", data, signers=[SEALER])) == [fate]


def test_events_that_are_closed_are_counted_on_the_sheet() -> None:
    """One of them could withdraw a consent."""
    bundle = add_event(sealed(picture()), "accessed", {"leaves": [0]}, signers=[SEALER], name="x")
    hidden = bundle.edit({f"custody/log/{bundle.holding}/{bundle.seq:08d}/body.json": None})
    document = sheet_of(report_on(hidden), MemorySource(hidden.files), lang="en")
    said = [
        "".join(span.text for span in block.text) for block in document.blocks if isinstance(block, Paragraph)
    ]
    assert any("Closed events in the log of this copy: 1." in text for text in said)


def test_an_event_that_changed_after_verification_ends_it() -> None:
    """What it forbade is no longer known."""
    data = {"leaves": [0], "effective": EFFECTIVE}
    bundle = add_event(sealed(picture()), "consent-withdrawn", data, signers=[SEALER])
    path = f"custody/log/{bundle.holding}/{bundle.seq:08d}/body.json"
    later = add_event(sealed(picture()), "accessed", {"leaves": [0]}, signers=[SEALER])
    body = later.files[f"custody/log/{later.holding}/{later.seq:08d}/body.json"]
    with pytest.raises(BundleError) as caught:
        draw_items(report_on(bundle), MemorySource({**bundle.files, path: body}))
    assert caught.value.code == "CHANGED_WHILE_READ"


def test_bytes_that_changed_after_verification_are_never_decoded() -> None:
    """The report is about other ones."""
    bundle = sealed(picture())
    changed = MemorySource({**bundle.files, "data/000001.jpg": plain(BLUE)})
    with pytest.raises(BundleError) as caught:
        draw_items(report_on(bundle), changed)
    assert caught.value.code == "FILE_DIGEST"


class Dripping(MemorySource):
    """A bundle that is read in small blocks."""

    def blocks(self, path: str) -> Iterator[bytes]:
        """Yield one file, a hundred bytes at a time."""
        data = b"".join(super().blocks(path))
        yield from (data[start : start + 100] for start in range(0, len(data), 100))


def test_a_file_is_drawn_from_all_of_its_blocks() -> None:
    """And compared over all of them."""
    bundle = sealed(picture())
    report = report_on(bundle)
    assert draw_items(report, Dripping(bundle.files)) == draw_items(report, MemorySource(bundle.files))
    data = plain()
    changed = data[:-40] + bytes(len(data[-40:]))
    with pytest.raises(BundleError):
        draw_items(report, Dripping({**bundle.files, "data/000001.jpg": changed}))


def test_items_that_changed_after_verification_are_not_drawn() -> None:
    """Their terms could have been other ones."""
    bundle, other = sealed(picture()), sealed(picture(plain(BLUE)))
    with pytest.raises(BundleError) as caught:
        draw_items(report_on(bundle), MemorySource(other.files))
    assert caught.value.code == "ROOT_MISMATCH"


def test_a_bundle_that_is_not_intact_has_no_sheet() -> None:
    """Whatever else is proven."""
    bundle = sealed(picture()).edit({"data/000001.jpg": plain(BLUE)})
    with pytest.raises(NotProvenError):
        entries_of(bundle)


def test_a_file_that_is_too_large_is_not_copied(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its size is sealed, so it is known beforehand."""
    monkeypatch.setitem(sheet_of.__globals__["_LIMITS"], "image", 10)
    assert fates(sealed(picture())) == [DrawFault.TOO_LARGE]


def test_progress_is_told_for_each_item() -> None:
    """Those that are not drawn too."""
    told: list[tuple[int, int]] = []
    bundle = sealed(picture(), text_item("t", "x"))
    draw_items(
        report_on(bundle), MemorySource(bundle.files), progress=lambda files, size: told.append((files, size))
    )
    assert told == [(1, len(plain())), (1, 0)]


def test_a_frame_of_a_video_is_said_to_be_one(require_tool: Callable[[str], str], tmp_path: Path) -> None:
    """In its description."""
    data = video(require_tool("ffmpeg"), tmp_path)
    bundle = sealed(picture(data, ext="mp4"))
    document = sheet_of(report_on(bundle), MemorySource(bundle.files), lang="en")
    assert pictures(document)[0].alt == "One frame of the video in item 1; derived, not evidence"


@pytest.mark.parametrize(
    ("text", "runs"),
    [("1", ((1, 1),)), ("1-40,55", ((1, 40), (55, 55))), (" 2 , 3-3 ", ((2, 2), (3, 3)))],
)
def test_numbers_are_read(text: str, runs: Sequence[tuple[int, int]]) -> None:
    """And runs of them."""
    assert decode_numbers(text).runs == tuple(runs)


@pytest.mark.parametrize("text", ["", "0", "a", "3-2", "1-", "-1", "1,,2", "01", "١", "1-2-3", "999999999"])
def test_other_texts_are_no_numbers(text: str) -> None:
    """Nothing is guessed."""
    with pytest.raises(UsageError):
        decode_numbers(text)


def test_only_the_items_that_were_asked_for_are_there() -> None:
    """In their order, each once."""
    assert [entry.number for entry in entries_of(MIXED, "6,1-2,2")] == [1, 2, 6]
    assert str(runs_of([1, 2, 3, 7])) == "1-3, 7"


def test_the_sheet_says_which_items_were_asked_for() -> None:
    """Or that it was all of them."""
    report = report_on(MIXED)
    assert "1-2, 6" in text_of(sheet_document(report, (), lang="en", items=decode_numbers("1-2,6")))


def test_a_number_beyond_the_last_item_is_refused() -> None:
    """A slip of the hand."""
    with pytest.raises(UsageError):
        entries_of(MIXED, "1-9")


def test_a_sheet_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """The hint says how to make several."""
    monkeypatch.setitem(draw_items.__globals__["choose_items"].__globals__, "ITEMS_A_SHEET", 2)
    with pytest.raises(UsageError) as caught:
        entries_of(MIXED)
    assert caught.value.code == "SHEET_TOO_LARGE"
