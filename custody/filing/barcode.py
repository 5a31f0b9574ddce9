"""The QR code on a printed page: from paper to the id of a seal.

Upper-case letters, digits and colons are the alphanumeric mode of ISO/IEC 18004: a whole id fits into version
4 with error correction M, 33 modules wide, which a telephone reads from paper.
"""

from __future__ import annotations

import re

from custody.errors import UsageError
from custody.filing.extra import extra_missing

QUIET_MODULES = 4
"""The blank edge, in modules; ISO/IEC 18004 asks for four."""

_SHA256 = re.compile(r"[0-9a-f]{64}")
_PAYLOAD = re.compile(r"[0-9A-Z:]{1,512}")


def seal_payload(seal_id: str) -> str:
    """Return what the code of a seal holds: `CUSTODY1:` and the id in upper case.

    Raises:
        UsageError: the id is not a SHA-256 in lower-case hex.
    """
    if not _SHA256.fullmatch(seal_id):
        raise UsageError("seal id: expected 64 lower-case hex digits, found another text")
    return f"CUSTODY1:{seal_id.upper()}"


def encode_qr(payload: str) -> str:
    """Return the QR code of a payload as an SVG file: black on white, the blank edge included.

    The drawing is as many units wide as the code has modules. The same payload gives the same text.

    Raises:
        UsageError: the payload has other characters than upper-case letters, digits and colons, or more than
            512 of them; or segno is not installed (`EXTRA_MISSING`).
    """
    if not _PAYLOAD.fullmatch(payload):
        raise UsageError("code: expected 1 to 512 upper-case letters, digits and colons, found another text")
    try:
        import segno  # noqa: PLC0415 - the extra `report`
    except ImportError:
        raise extra_missing("segno", "report") from None
    matrix = segno.make_qr(payload, error="m", mode="alphanumeric", boost_error=False).matrix
    side = len(matrix) + 2 * QUIET_MODULES
    bars = "".join(
        f"M{QUIET_MODULES + first} {QUIET_MODULES + y}h{length}v1h-{length}z"
        for y, row in enumerate(matrix)
        for first, length in _dark_runs(row)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{side}" height="{side}" viewBox="0 0 {side} {side}" '
        f'shape-rendering="crispEdges"><rect width="{side}" height="{side}" fill="#fff"/>'
        f'<path d="{bars}" fill="#000"/></svg>'
    )


def qr_if_possible(payload: str) -> str | None:
    """Return the QR code of a payload, or None where segno is not installed: it repeats what is printed.

    Raises:
        UsageError: the payload is none that a code can hold.
    """
    try:
        return encode_qr(payload)
    except UsageError as error:
        if error.code != "EXTRA_MISSING":
            raise
        return None


def _dark_runs(row: bytearray) -> list[tuple[int, int]]:
    """Where the dark modules of a row begin, and how many follow one another."""
    return [(found.start(), len(found[0])) for found in re.finditer(rb"\x01+", bytes(row))]
