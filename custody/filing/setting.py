r"""What both renderers have to agree about: what is seen of a text, how it runs, how headings step.

Contents arrive made harmless (`custody.present.display`). The renderers do not rely on it: what would hide,
move or break a line is written as `\u{202E}` here again, and what is written so already stays as it is.
"""

from __future__ import annotations

import re
import unicodedata

from attrs import evolve

from custody.filing.document import Block, Document, Heading, Paragraph, Part, Tone

# Of these categories nothing is drawn, or what is drawn is nobody's: controls, formats, surrogates, private
# use, separators of lines and paragraphs.
_UNSEEN = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
_SLOT = re.compile(r"\{(page|pages|first|last|all)\}")
_HEX = re.compile(r"[0-9A-Fa-f]{12}|(?:[0-9A-Fa-f]{4,8} ){3}")  # whole, or in groups
_LONG = 25  # an instant has up to 24
_STRONG = {"L": "ltr", "R": "rtl", "AL": "rtl"}

WORDS = {
    "en": {
        "attached": "Files that go with this page",
        "bytes": "bytes",
        "rows": "rows {first} to {last} of {all}",
    },
    "ar": {
        "attached": "ملفات مرافقة لهذه الصفحة",
        "bytes": "بايت",
        "rows": "الأسطر {first} إلى {last} من {all}",
    },
}
"""The few words that a renderer adds by itself."""


COLOURS = {
    "plain": ("#1a1a1a", "#ffffff"),
    "proven": ("#0b5129", "#eef7f1"),
    "refuted": ("#8a1414", "#fdf0f0"),
    "undetermined": ("#6b4300", "#fff7e6"),
    "draft": ("#4a2a80", "#f5f0fc"),
}
"""Of each tone: the colour of its word and border, and its ground."""


def escape(character: str) -> str:
    r"""Return a character as its number: `\u{202E}`."""
    return f"\\u{{{ord(character):X}}}"


def visible(text: str) -> str:
    """Return a text without anything that hides, moves or breaks a line: it is written as its number."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(escape(each) if unicodedata.category(each) in _UNSEEN else each for each in text)


def text_direction(text: str, otherwise: str) -> str:
    """Return how a text runs by its first letter, "ltr" or "rtl": rules P2 and P3 of UAX #9."""
    found = (_STRONG.get(unicodedata.bidirectional(each)) for each in text)
    return next((direction for direction in found if direction), otherwise)


def is_identifier(text: str) -> bool:
    """Say whether exact text is compared sign by sign, as digests are: it wants letters of one width."""
    return _HEX.search(text) is not None or (len(text) >= _LONG and " " not in text)


def stepped(document: Document) -> Document:
    """Return a document whose headings never step down two levels at once (PDF/UA-1 7.4.2, WCAG 1.3.1)."""
    return evolve(document, blocks=_stepped(document.blocks, [0]))


def _stepped(blocks: tuple[Block, ...], level: list[int]) -> tuple[Block, ...]:
    made: list[Block] = []
    for block in blocks:
        if isinstance(block, Heading):
            level[0] = max(1, min(block.level, level[0] + 1))
            made.append(evolve(block, level=level[0]))
        elif isinstance(block, Part):
            made.append(evolve(block, blocks=_stepped(block.blocks, level)))
        else:
            made.append(block)
    return tuple(made)


def draft_notice(document: Document) -> Paragraph | None:
    """Return what a draft says of itself, to stand on each of its pages; None where it is none."""
    flat = (each for b in document.blocks for each in (b.blocks if isinstance(b, Part) else (b,)))
    return next((b for b in flat if isinstance(b, Paragraph) and b.tone is Tone.DRAFT), None)


def number_slots(words: str) -> tuple[str, ...]:
    """Split a sentence at its numbers: texts at even places, the names of numbers at odd ones."""
    return tuple(_SLOT.split(words))
