"""One cell of the sheet that people fill in: from text to the value of a member, and back.

People and their spreadsheets write times in many ways. What can be read in two ways is refused, with a hint.
"""

from __future__ import annotations

import base64
import contextlib
import re
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, Final

from custody.errors import CustodyError
from custody.format.item_fields import PERSON_ROLES, SCOPES
from custody.model.instant import Instant

SEPARATOR: Final = "|"
"""Stands between the entries of a cell that holds several; no delimiter of any spreadsheet."""

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
_YES: Final = frozenset({"yes", "true", "1", "نعم"})
_NO: Final = frozenset({"no", "false", "0", "لا"})
_OFFSET: Final = re.compile(r"(?:UTC|GMT)?([+-])([0-9]{1,2}):?([0-9]{2})(?::00)?", re.IGNORECASE)
_TIME: Final = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})"
    r"(?:[T ]([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:\.([0-9]{1,3}))?)?)?(?: ?(Z|[+-][0-9]{2}:?[0-9]{2}))?"
)
_NUMBERS: Final = re.compile(r"[0-9]{1,4}[./ -][0-9]{1,2}[./ -][0-9]{1,4}(?:\D.*)?", re.DOTALL)
_YEAR_LAST: Final = re.compile(r"([0-9]{1,2})[./ -]([0-9]{1,2})[./ -][0-9]{4}(?![0-9])")
_MONTHS: Final = 12
_OTHER_DIGITS: Final = re.compile(r"(?![0-9])\d")
_HOURS, _MINUTES = 14, 59
_INTEGER: Final = re.compile(r"-?[0-9]{1,16}")
_BASE64: Final = "base64:"


class CellError(Exception):
    """A cell cannot be read; says what is expected, what kind of text stands there, and what to do.

    Attributes:
        expected: what the column holds.
        found: what stands there, described and never quoted.
        hint: the way out.
    """

    def __init__(self, expected: str, found: str, hint: str) -> None:
        super().__init__(expected, found)
        self.expected = expected
        self.found = found
        self.hint = hint


def protect(text: str) -> str:
    """Put an apostrophe before what a spreadsheet would take for a formula; `unprotect` takes it away."""
    return f"'{text}" if text.startswith((*_FORMULA, "'")) else text


def unprotect(text: str) -> str:
    """Undo `protect`, and only that: an apostrophe before anything else is the writer's own."""
    return text[1:] if text[:1] == "'" and text[1:].startswith((*_FORMULA, "'")) else text


def read_flag(text: str) -> bool:
    """Read yes or no, in English or Arabic."""
    word = text.casefold()
    if word in _YES | _NO:
        return word in _YES
    raise CellError("yes or no", "another text", "write yes or no, or leave the cell empty")


def read_integer(text: str) -> int:
    """Read a whole number in digits 0 to 9."""
    found = _INTEGER.fullmatch(text.replace("−", "-"))
    if found is None:
        raise CellError("a whole number", "another text", "write digits 0 to 9, with - before a negative one")
    return int(found[0])


def read_list(text: str) -> list[str]:
    """Read entries between bars."""
    return [entry.strip() for entry in text.split(SEPARATOR) if entry.strip()]


def read_ascending(text: str) -> list[str]:
    """Read entries between bars and put them in the order that the format wants, each once."""
    return sorted(set(read_list(text)))


def read_scopes(text: str) -> dict[str, bool]:
    """Read the scopes that are allowed; the others are not named."""
    scopes = read_list(text)
    if not set(scopes) <= set(SCOPES):
        raise CellError(
            "scopes such as icc-otp | media",
            "a scope that is not in the list",
            f"scopes are {', '.join(SCOPES)}",
        )
    return dict.fromkeys(scopes, True)


def read_people(text: str) -> list[dict[str, str]]:
    """Read persons between bars, each `role: pseudonym` or a pseudonym alone."""
    persons = []
    for entry in read_list(text):
        role, colon, person = entry.partition(":")
        if not colon:
            persons.append({"id": entry})
        elif role.strip().lower() in PERSON_ROLES and person.strip():
            persons.append({"id": person.strip(), "role": role.strip().lower()})
        else:
            raise CellError(
                "persons such as witness: W-01 | photographer: P-02",
                "a role that is not in the list",
                f"roles are {', '.join(PERSON_ROLES)}",
            )
    return persons


def write_people(persons: list[dict[str, Any]]) -> str | None:
    """Write persons for a cell; None when they hold more than a cell can say."""
    cells = []
    for person in persons:
        if not person.keys() <= {"id", "role"} or set(":|") & set(person["id"]):
            return None
        cells.append(f"{person['role']}: {person['id']}" if "role" in person else person["id"])
    return f" {SEPARATOR} ".join(cells)


def read_offset(text: str) -> str:
    """Read the offset of local time from UTC; a sign is needed, `UTC` before it keeps spreadsheets off."""
    if text.upper() in {"Z", "UTC", "GMT"}:
        return "+00:00"
    found = _OFFSET.fullmatch(text.replace("−", "-"))
    if found is None or int(found[2]) > _HOURS or int(found[3]) > _MINUTES:
        raise CellError("an offset such as UTC+03:00", "another text", "write UTC, sign, hours and minutes")
    return f"{found[1]}{int(found[2]):02d}:{found[3]}"


def read_date(text: str) -> str:
    """Read a date, year first."""
    found = _TIME.fullmatch(text)
    if found is None or found[4] or found[8]:
        raise _no_time(text, "a date YYYY-MM-DD")
    return text


def read_time(text: str, offset: str | None) -> tuple[str, bool]:
    """Read a moment and give it in UTC.

    Args:
        text: year first; with Z or an offset of its own, or as local time.
        offset: what the row says about local time, `+03:00`, or None.

    Returns:
        The instant, and whether only the day was given (then it is the day's start in local time).
    """
    expected = "a time YYYY-MM-DDThh:mm:ss with Z or an offset"
    found = _TIME.fullmatch(text)
    if found is None:
        raise _no_time(text, expected)
    zone = found[8] or offset
    if zone is None:
        hint = "add Z or +hh:mm to it, or fill the column offset of this row (such as UTC+03:00)"
        raise CellError(expected, "a time without a zone", hint)
    year, month, day, hour, minute, second = (int(found[place] or 0) for place in range(1, 7))
    microsecond = int((found[7] or "0").ljust(3, "0")) * 1000
    try:
        local = datetime(year, month, day, hour, minute, second, microsecond, tzinfo=_zone(zone))
        return str(Instant.from_datetime(local)), found[4] is None
    except (ValueError, OverflowError, CustodyError):
        raise CellError(expected, "no real moment since 1970", "check day, month, hour and offset") from None


def _zone(text: str) -> timezone:
    if text == "Z":
        return UTC
    minutes = int(text[1:3]) * 60 + int(text[-2:])
    return timezone(timedelta(minutes=-minutes if text[0] == "-" else minutes))


def _no_time(text: str, expected: str) -> CellError:
    if _OTHER_DIGITS.search(text):
        return CellError(expected, "digits of another script", "write digits 0 to 9, year first")
    if _NUMBERS.fullmatch(text):
        parts = _YEAR_LAST.match(text)
        clear = parts is not None and max(int(parts[1]), int(parts[2])) > _MONTHS
        return CellError(
            expected,
            "a date in another order" if clear else "an ambiguous date",
            "write the year with four digits first: 2025-04-03; format the column as text in the spreadsheet",
        )
    return CellError(expected, "another text", "write it as 2025-04-03 or 2025-04-03T14:30:00Z")


def read_text(text: str) -> str:
    """Take the text as it is; U+0000 and lengths are the shape's business."""
    return text


def write_value(value: object) -> str | None:
    """Write a member for a cell; None when a cell cannot say it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str | int):
        return str(value)
    if isinstance(value, dict) and value and all(entry is True for entry in value.values()):
        value = list(value)
    if isinstance(value, list) and all(
        isinstance(e, str) and SEPARATOR not in e and e == e.strip() for e in value
    ):
        return f" {SEPARATOR} ".join(value)
    return None


def name_cell(name: bytes) -> str:
    """Write an original name for a cell: the text, or `base64:` and its bytes when it is not UTF-8."""
    try:
        text = name.decode("utf-8")
    except UnicodeDecodeError:
        text = _BASE64
    return text if not text.startswith(_BASE64) else _BASE64 + base64.b64encode(name).decode("ascii")


def cell_name(text: str) -> bytes:
    """Read what `name_cell` wrote."""
    if text.startswith(_BASE64):
        with contextlib.suppress(ValueError):
            return base64.b64decode(text[len(_BASE64) :], validate=True)
    return text.encode("utf-8")
