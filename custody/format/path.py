"""The grammar of paths inside a bundle and its zip (bundle spec, "Paths").

In version 1 every path is ASCII by construction: payload files are numbered, and original names are data.
What
is left of a general grammar keeps such a path from meaning something else to any system: relative, `/`
between parts, no `.` or `..`, no control character, no backslash and none of `: * ? " < > |`, no part that
ends in a dot or a space, no device name of Windows. A path is compared and never repaired: no
percent-decoding, no expansion, no other case.
"""

from __future__ import annotations

import re
from typing import Final

from custody.errors import FormatError
from custody.format import limits

_CHARACTER: Final = r"[ !#-)+-.0-9;=@-\[\]-{}~]"  # printable ASCII without " * / : < > ? \ |
_LAST: Final = r"[!#-)+,\-0-9;=@-\[\]-{}~]"  # the same without space and dot: so no `.` and no `..` either
_PART: Final = f"{_CHARACTER}{{0,{limits.PATH_PART_BYTES - 1}}}{_LAST}"
_PATH: Final = re.compile(f"{_PART}(?:/{_PART}){{0,{limits.PATH_DEPTH - 1}}}")
# The part before the first dot counts, whatever the case, and Windows drops spaces at its end.
_DEVICE: Final = re.compile(
    r"(?:^|/)(?:con|prn|aux|nul|com[0-9]|lpt[0-9]|conin\$|conout\$) *(?:[./]|\Z)", re.IGNORECASE
)
# What a million payload files are named like: all inside the grammar, and told apart three times as fast.
_PAYLOAD: Final = re.compile(r"(?:[0-9a-f]{32}(?:-[0-9a-f]{8})?/)?data/[0-9]{6,8}(?:\.[a-z0-9]{1,8})?")


def is_path(path: str) -> bool:
    """Tell whether a text is a path of the grammar: at most 1024 bytes, 64 parts, 255 bytes a part."""
    if _PAYLOAD.fullmatch(path):
        return True
    return (
        len(path) <= limits.PATH_BYTES and _PATH.fullmatch(path) is not None and _DEVICE.search(path) is None
    )


def check_path(path: str, member: str) -> None:
    """Check a path that a file names.

    Args:
        path: the untrusted text; it is not repeated in the message.
        member: the file that names it.

    Raises:
        FormatError: code PATH.
    """
    if not is_path(path):
        raise FormatError(
            member, expected="a path of the bundle's grammar", found="another name", code="PATH"
        )
