r"""Untrusted text on its way to people: nothing in it may move, hide or imitate what the report says.

The table of what is escaped is fixed here and does not follow the Unicode version of the interpreter, so that
the same text looks the same on every machine. Printable text of every script stays as it is.
"""

from __future__ import annotations

import codecs
import re

NARROW = "custody-narrow"
"""The error handler for consoles that lack characters; registered when this module is imported."""

# C0, DEL, C1; soft hyphen; combining joiner; letters, marks and blanks without a glyph; zero-width and bidi;
# line and paragraph separators; surrogates; private use; variation selectors; tags; noncharacters.
_INVISIBLE = (
    r"\x00-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f"
    r"\u2028-\u202e\u2060-\u206f\u2800\u3164\ud800-\udfff\ue000-\uf8ff\ufdd0-\ufdef\ufe00-\ufe0f"
    r"\ufeff\uffa0\ufff0-\uffff"
    r"\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff\U000f0000-\U0010ffff"
    + "".join(f"\\U{plane:04x}fffe\\U{plane:04x}ffff" for plane in range(0x1, 0xF))
)
_MARKS = (
    r"\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc"
    r"\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
)
_MARKS_IN_A_ROW = 4  # vocalised Arabic needs three; longer stacks are drawn over the neighbouring lines
# Blanks in a row could push what follows to the start of a terminal's next line, where only our words begin.
_BLANKS = r" \u00a0\u1680\u2000-\u200a\u202f\u205f\u3000"
# A backslash that begins what looks like one of our escapes is escaped, so that no text can imitate one.
_ESCAPED = re.compile(
    rf"[{_INVISIBLE}]|\\(?=u\{{)|\A[{_MARKS}]+|(?<=[{_MARKS}]{{{_MARKS_IN_A_ROW}}})[{_MARKS}]+"
    rf"|(?<=[{_BLANKS}])[{_BLANKS}]{{2,}}"
)


def _escape(text: str) -> str:
    return "".join(f"\\u{{{ord(character):X}}}" for character in text)


def display(text: str) -> str:
    r"""Return untrusted text in a form that a terminal shows harmlessly: `\u{202E}` for what hides.

    No line feed, escape sequence or change of direction survives; Arabic, Hebrew and every other printable
    text does.
    """
    return _ESCAPED.sub(lambda found: _escape(found[0]), text)


def quote(text: str, characters: int = 4096) -> str:
    """Return untrusted text between quotation marks, cut after a number of characters."""
    cut = text if len(text) <= characters else text[:characters] + "..."
    return '"' + display(cut).replace('"', "\\u{22}") + '"'


def _narrow(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return _escape(error.object[error.start : error.end]), error.end


codecs.register_error(NARROW, _narrow)


def can_show(text: str, encoding: str) -> bool:
    """Say whether an encoding has every character of a text; an unknown encoding has none."""
    try:
        text.encode(encoding)
    except (UnicodeEncodeError, LookupError):
        return False
    return True
