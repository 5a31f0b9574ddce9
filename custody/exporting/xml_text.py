"""Text in XML 1.0: what does not show is a reference, and what XML has no place for is U+FFFD."""

from __future__ import annotations

import re

# Outside of production 2 (Char) of XML 1.0: no reference may stand for these either.
_REFUSED = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
# Markup, the carriage return that every reader would make a line feed, and what hides or turns the text.
_REFERENCED = re.compile(
    r"[&<>\"\r\x7f-\xa0\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e"
    r"\u2060-\u206f\u2800\u3164\ue000-\uf8ff\ufdd0-\ufdef\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffc"
    r"\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U0010ffff]"
)
_NAMED = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"}


def escape_xml(text: str) -> str:
    """Return text as it stands between tags or in quotation marks; readers get it back as it was.

    Only characters that XML 1.0 cannot hold at all become U+FFFD.
    """
    return _REFERENCED.sub(_reference, _REFUSED.sub("\ufffd", text))


def _reference(found: re.Match[str]) -> str:
    return _NAMED.get(found[0]) or f"&#x{ord(found[0]):X};"


def element(name: str, text: str, **attributes: str) -> str:
    """Return one element that holds text."""
    listed = "".join(f' {key}="{escape_xml(value)}"' for key, value in attributes.items())
    return f"<{name}{listed}>{escape_xml(text)}</{name}>"
