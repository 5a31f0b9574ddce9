r"""JSON that may be printed on a terminal: what does not show is written `\u202e`, and means the same."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator

from custody.format.canonical import JSONInput

# C0 is escaped by the encoder itself. A fixed table: the same bytes whatever Unicode the interpreter knows.
_HIDDEN = re.compile(
    r"[\x7f-\xa0\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f"
    r"\u2800\u3164\ue000-\uf8ff\ufdd0-\ufdef\ufe00-\ufe0f\ufeff\uffa0\ufff0-\uffff"
    r"\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U0010ffff]"
)
_BASIC_PLANE = 0xFFFF


def encode_text(value: JSONInput) -> str:
    """Return a value as one line of JSON in which no character hides or changes the direction."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return text if text.isascii() else _HIDDEN.sub(_escape, text)


def _escape(found: re.Match[str]) -> str:
    code = ord(found[0])
    if code <= _BASIC_PLANE:
        return f"\\u{code:04x}"
    units = found[0].encode("utf-16-be").hex()
    return f"\\u{units[:4]}\\u{units[4:]}"


def encode_records(records: Iterable[tuple[str, JSONInput]]) -> Iterator[bytes]:
    """Yield the members of an object, each on a line of its own, without the braces."""
    separator = "\n"
    for name, record in records:
        yield f"{separator}{encode_text(name)}:{encode_text(record)}".encode()
        separator = ",\n"
