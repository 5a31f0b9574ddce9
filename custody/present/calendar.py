"""Reminders as an iCalendar file (RFC 5545): renew the proofs of a bundle before they weaken.

A calendar is often synchronised with machines of others: an entry names the bundle's id and the command, and
nothing of what the bundle is about.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Final

from custody.model.instant import Instant
from custody.present.catalogue import Catalogue, fill

_LINE_OCTETS: Final = 75  # RFC 5545, 3.1, without the line break
_NOTICE: Final = timedelta(days=180)
_STAMP: Final = "%Y%m%dT%H%M%SZ"
_DAY: Final = "%Y%m%d"


def encode_calendar(entries: Iterable[tuple[str, Instant]], *, now: Instant, catalogue: Catalogue) -> bytes:
    """Return an iCalendar file with one reminder for each bundle.

    Args:
        entries: bundle id and the date before which its proofs are to be renewed.
        now: when the file is written (DTSTAMP).
        catalogue: the language of summary and description.
    """
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//custody//renewal 1//EN"]
    for bundle_id, renew_by in sorted(entries):
        lines += _event(bundle_id, renew_by, now, catalogue)
    lines.append("END:VCALENDAR")
    return b"".join(part + b"\r\n" for line in lines for part in _folded(line))


def _event(bundle_id: str, renew_by: Instant, now: Instant, catalogue: Catalogue) -> Iterator[str]:
    """Yield one all-day entry, half a year ahead of the date, or today where that has passed."""
    day = max(renew_by.moment - _NOTICE, now.moment)
    about = {"bundle": bundle_id, "date": str(renew_by)}
    yield "BEGIN:VEVENT"
    yield f"UID:renew-{bundle_id}-{renew_by.moment.strftime(_DAY)}@custody"
    yield f"DTSTAMP:{now.moment.strftime(_STAMP)}"
    yield f"DTSTART;VALUE=DATE:{day.strftime(_DAY)}"
    yield f"SUMMARY:{_escaped(fill(catalogue.words['calendar_summary'], about))}"
    yield f"DESCRIPTION:{_escaped(fill(catalogue.words['calendar_description'], about))}"
    yield "END:VEVENT"


def _escaped(text: str) -> str:
    """Escape a TEXT value (RFC 5545, 3.3.11)."""
    return text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def _folded(line: str) -> Iterator[bytes]:
    """Fold a line at 75 octets, never inside a character (RFC 5545, 3.1)."""
    part = b""
    for character in line:
        octets = character.encode()
        if len(part) + len(octets) > _LINE_OCTETS:
            yield part
            part = b" "
        part += octets
    yield part
