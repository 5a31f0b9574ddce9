r"""Which characters the fonts of a PDF can draw in a line; the rest is written as its number: `\u{4E2D}`.

A PDF/A holds no character without a glyph, and typst refuses to make one. Names of files come from others: no
name may keep a report from being made. A mark is drawn by the font of the letter below it, so the two must
meet in one font.
"""

from __future__ import annotations

import itertools
import struct
import unicodedata
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

from custody.filing.setting import escape, visible

FONTS = Path(__file__).parent / "fonts"
"""The folder of the fonts, which are installed with the package."""

_FAMILIES = ("NotoSans", "NotoNaskhArabic")
# What is used of DejaVu Sans Mono, which is inside typst: arrows and mathematics, boxes and shapes, dingbats,
# brackets. A test draws every one of them.
_SYMBOLS = (
    range(0x2190, 0x2214),
    range(0x2241, 0x226A),
    range(0x2500, 0x2630),
    range(0x270C, 0x2728),
    range(0x27E6, 0x27EC),
)
_LAST_OF_FORMAT_4 = 0xFFFF
_WIDEST_EM = 2.5  # U+FDFD is six: it would be drawn over the columns beside its own
_LETTER_EM = 1.0  # few letters are wider; in Arabic words they are drawn joined, and narrower than alone
_JOINED = range(0x0620, 0x0700)


def drawable(text: str) -> str:
    """Return a text of which every character has a glyph, and which is safe in the sense of `visible`."""
    seen = visible(text)
    if seen.isascii():
        return seen
    return "".join(
        cluster
        if _in_one_font(cluster)
        else "".join(c if _in_one_font(c) else escape(c) for c in cluster[:1])
        + "".join(map(escape, cluster[1:]))
        for cluster in _clusters(seen)
    )


def _in_one_font(cluster: str) -> bool:
    return any(font.issuperset(map(ord, cluster)) for font in _fonts())


def _clusters(text: str) -> Iterator[str]:
    """Split a text into characters with the marks that stand on them."""
    start = 0
    for end in range(1, len(text) + 1):
        if end == len(text) or not unicodedata.category(text[end]).startswith("M"):
            yield text[start:end]
            start = end


@cache
def wide_characters() -> Mapping[str, float]:
    """Return the characters that are wider than a broad letter, with their widths in em."""
    return {
        chr(code): width for code, width in _widths().items() if width > _LETTER_EM and code not in _JOINED
    }


@cache
def _widths() -> Mapping[int, float]:
    """The width of each character in the face in which it is widest, in em."""
    widest: dict[int, float] = {}
    for family in _FAMILIES:
        for face in ("Regular", "Bold"):
            for code, width in _advances(f"{family}-{face}.ttf").items():
                widest[code] = max(width, widest.get(code, 0.0))
    return widest


@cache
def _fonts() -> tuple[frozenset[int], ...]:
    """The characters of each font, those alone that its regular and its bold face both have."""
    narrow = {code for code, width in _widths().items() if width <= _WIDEST_EM}
    covered = tuple(
        frozenset(narrow & _advances(f"{family}-Regular.ttf").keys() & _advances(f"{family}-Bold.ttf").keys())
        for family in _FAMILIES
    )
    return (*covered, frozenset(itertools.chain.from_iterable(_SYMBOLS)))


@cache
def _advances(name: str) -> Mapping[int, float]:
    """Read the characters of a font and their widths: tables `cmap` (format 4) and `hmtx` of OpenType 1.9."""
    data = (FONTS / name).read_bytes()
    (tables,) = struct.unpack_from(">H", data, 4)
    records = (struct.unpack_from(">4sIII", data, 12 + 16 * n) for n in range(tables))
    places = {tag: offset for tag, _, offset, _ in records}
    (em,) = struct.unpack_from(">H", data, places[b"head"] + 18)
    (metrics,) = struct.unpack_from(">H", data, places[b"hhea"] + 34)
    start = places[b"cmap"]
    (subtables,) = struct.unpack_from(">H", data, start + 2)
    found: dict[int, float] = {}
    for n in range(subtables):
        _, _, offset = struct.unpack_from(">HHI", data, start + 4 + 8 * n)
        if struct.unpack_from(">H", data, start + offset) == (4,):
            for code, glyph in _mapped(data, start + offset):
                place = places[b"hmtx"] + 4 * min(glyph, metrics - 1)
                found[code] = struct.unpack_from(">H", data, place)[0] / em
    return found


def _mapped(data: bytes, at: int) -> Iterator[tuple[int, int]]:
    """Yield the characters of a subtable of format 4 that have a glyph, with the glyph's number."""
    (twice,) = struct.unpack_from(">H", data, at + 6)
    count = twice // 2
    ends = struct.unpack_from(f">{count}H", data, at + 14)
    starts = struct.unpack_from(f">{count}H", data, at + 16 + twice)
    deltas = struct.unpack_from(f">{count}H", data, at + 16 + 2 * twice)
    offsets_at = at + 16 + 3 * twice
    offsets = struct.unpack_from(f">{count}H", data, offsets_at)
    for n, (first, last, delta, offset) in enumerate(zip(starts, ends, deltas, offsets, strict=True)):
        for code in range(first, last + 1):
            glyph = code
            if offset:
                (glyph,) = struct.unpack_from(">H", data, offsets_at + 2 * n + offset + 2 * (code - first))
            if code != _LAST_OF_FORMAT_4 and (glyph or not offset) and (glyph + delta) & 0xFFFF:
                yield code, (glyph + delta) & 0xFFFF
