"""The contact sheet: small pictures of the items that may be shown, to find an exhibit by eye.

It is made on request alone. Pictures are derived from bytes that were compared with the seal when they were
read; whatever forbids a picture (`sheet_terms`) is decided before any file is opened, and what cannot be
drawn has its place and a code.
"""

from __future__ import annotations

import struct
import tempfile
import zlib
from collections.abc import Iterator
from functools import cache
from typing import IO, Final, TypeAlias

from attrs import field, frozen

from custody.filing.document import (
    Block,
    Column,
    Document,
    Heading,
    Pairs,
    Paragraph,
    Picture,
    Table,
    exact,
)
from custody.filing.language import Language, language_of
from custody.filing.sheet_choice import Choice, choose_items, closed_events
from custody.filing.sheet_terms import Refusal
from custody.filing.thumbnail import DrawFault, Thumbnail, draw_frame, draw_picture
from custody.model.item_numbers import ItemNumbers, runs_of
from custody.report.report import Report
from custody.sealing.media import detect_media_type
from custody.storage.source import BundleSource, Progress
from custody.verification.opening import checked_blocks

PICTURE_BYTES: Final = 256 * 1024 * 1024
VIDEO_BYTES: Final = 4 * 1024 * 1024 * 1024
_DIGITS: Final = 16
_BOX_PX: Final = (320, 240)
_FRAME, _FILL = 0x99, 0xEE
_WORDS: Final = "sheet_words"
_EVERY: Final = ItemNumbers()
_LIMITS: Final = {"image": PICTURE_BYTES, "video": VIDEO_BYTES}
_SAID: Final = {Refusal.ABSENT: "reason_absent", Refusal.NOT_PICTURE: "reason_other"}

Drawn: TypeAlias = Thumbnail | DrawFault | Refusal
"""What became of an item."""


@frozen(kw_only=True)
class SheetEntry:
    """One item on a sheet.

    Attributes:
        number: from 1.
        drawn: its picture; or why its file could not be drawn; or why it must not be.
        sha256: of its file, 64 hex digits; "" where it must not be drawn.
        frame: whether the picture is one frame of a video.
    """

    number: int
    drawn: Drawn
    sha256: str = field(default="", repr=False)
    frame: bool = False


def sheet_of(
    report: Report,
    source: BundleSource,
    *,
    lang: str,
    items: ItemNumbers = _EVERY,
    progress: Progress | None = None,
) -> Document:
    """Draw items and set them on a sheet; see `draw_items` and `sheet_document`."""
    entries = draw_items(report, source, items=items, progress=progress)
    return sheet_document(report, entries, lang=lang, items=items)


def draw_items(
    report: Report,
    source: BundleSource,
    *,
    items: ItemNumbers = _EVERY,
    progress: Progress | None = None,
) -> tuple[SheetEntry, ...]:
    """Draw the items that may be drawn, each in a process of its own within limits.

    The same bytes give the same pictures, as long as Pillow and ffmpeg are the same.

    Args:
        report: what verification found about this bundle, with INTACT proven.
        source: the same bundle, still open.
        items: which ones; every item unless given.
        progress: told the files and bytes that are done since it was told last.

    Raises:
        NotProvenError: INTACT is not proven.
        UsageError: there is no such item; code SHEET_TOO_LARGE: more than 1,000; code EXTRA_MISSING: Pillow
            is not installed.
        BundleError: code FILE_DIGEST, ROOT_MISMATCH or CHANGED_WHILE_READ: no longer what was verified.
        StorageError: the machine refused to read, or has no room for a copy of one file.
    """
    entries = []
    for choice in choose_items(report, source, items):
        entries.append(_entry(source, choice))
        if progress is not None:
            progress(1, choice.size_bytes)
    return tuple(entries)


def _entry(source: BundleSource, choice: Choice) -> SheetEntry:
    if choice.refusal is not None:
        return SheetEntry(number=choice.number, drawn=choice.refusal)
    blocks = checked_blocks(source.blocks(choice.path), choice.sha256, choice.number)
    first = next(blocks, b"")
    top = detect_media_type(first, choice.path).partition("/")[0]
    if top not in _LIMITS:
        return SheetEntry(number=choice.number, drawn=Refusal.NOT_PICTURE)
    drawn: Drawn = DrawFault.TOO_LARGE
    if choice.size_bytes <= _LIMITS[top]:
        # Without a name and for its owner alone; it is gone when it is closed, whatever happens.
        with tempfile.TemporaryFile() as file:
            _copy(first, blocks, file)
            drawn = draw_picture(file) if top == "image" else draw_frame(file)
    return SheetEntry(number=choice.number, drawn=drawn, sha256=choice.sha256, frame=top == "video")


def _copy(first: bytes, blocks: Iterator[bytes], file: IO[bytes]) -> None:
    """Copy a file whole, so that its digest is compared before a decoder sees the first byte."""
    file.write(first)
    for block in blocks:
        file.write(block)
    file.flush()


def sheet_document(
    report: Report, entries: tuple[SheetEntry, ...], *, lang: str, items: ItemNumbers = _EVERY
) -> Document:
    """Return the sheet as a document.

    Args:
        report: what verification found.
        entries: what became of each item, ascending.
        lang: "en" or "ar".
        items: which ones were asked for.
    """
    language = language_of(lang, _WORDS)
    pictures = [_shown(entry, language) for entry in entries if not isinstance(entry.drawn, Refusal)]
    return Document(
        lang=lang,
        title=language.text("title"),
        running=language.inline("running", bundle=report.bundle_id or "?"),
        made_at=report.verified_at,
        blocks=(
            *_beginning(report, entries, items, language),
            Heading(text=language.text("pictures")),
            *(pictures or (Paragraph(text=language.inline("nothing")),)),
            *_not_drawn(report, entries, language),
        ),
        page_words=language.words["page"],
    )


def _beginning(
    report: Report, entries: tuple[SheetEntry, ...], items: ItemNumbers, language: Language
) -> tuple[Block, ...]:
    drawn = sum(isinstance(entry.drawn, Thumbnail) for entry in entries)
    asked = exact(str(items)) if items.runs else language.inline("all", items=len(entries))
    return (
        Paragraph(text=language.inline("what")),
        Paragraph(text=language.inline("proven")),
        Paragraph(text=language.strong("confidential")),
        Pairs(
            rows=(
                (language.text("bundle"), exact(report.bundle_id or "")),
                (language.text("seal"), exact(report.seal_id or "")),
                (language.text("verified"), exact(str(report.verified_at))),
                (language.text("items"), asked),
                (language.text("drawn"), language.inline("of", drawn=drawn, asked=len(entries))),
            )
        ),
    )


def _shown(entry: SheetEntry, language: Language) -> Picture:
    digest = f"{entry.sha256[:_DIGITS]}…"
    if isinstance(entry.drawn, Thumbnail):
        return Picture(
            data=entry.drawn.data,
            media_type="image/jpeg",
            alt=language.text("alt_frame" if entry.frame else "alt", number=entry.number),
            caption=language.inline("caption", number=entry.number, digest=digest),
        )
    code = "" if isinstance(entry.drawn, Refusal) else entry.drawn.value
    return Picture(
        data=_empty_box(),
        media_type="image/png",
        alt=language.text("alt_fault", number=entry.number, code=code),
        caption=language.inline("fault", number=entry.number, digest=digest, code=code),
    )


@cache
def _empty_box() -> bytes:
    """Return what stands in the place of a picture: a grey frame, as PNG (ISO/IEC 15948)."""
    width, height = _BOX_PX
    edge = b"\x00" + bytes([_FRAME]) * width
    inner = b"\x00" + bytes([_FRAME] * 2 + [_FILL] * (width - 4) + [_FRAME] * 2)
    rows = edge * 2 + inner * (height - 4) + edge * 2
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )


def _not_drawn(report: Report, entries: tuple[SheetEntry, ...], language: Language) -> Iterator[Block]:
    numbers: dict[str, list[int]] = {}
    for entry in entries:
        if isinstance(entry.drawn, Refusal):
            numbers.setdefault(_SAID.get(entry.drawn, "reason_terms"), []).append(entry.number)
    if numbers:
        yield Heading(text=language.text("not_drawn"))
        yield Table(
            caption=language.text("not_drawn_caption"),
            columns=(Column(title=language.text("why")), Column(title=language.text("numbers"), weight=2)),
            rows=tuple((language.inline(key), exact(str(runs_of(numbers[key])))) for key in sorted(numbers)),
        )
    if "reason_terms" in numbers:
        yield Paragraph(text=language.inline("terms_note"))
    if closed := closed_events(report):
        yield Paragraph(text=language.inline("closed_events", count=closed))
