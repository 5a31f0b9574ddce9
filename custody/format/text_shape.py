"""Shapes of texts with a form of their own: times, dates, numbers, languages, URLs, base64, identities.

Beyond the schemas are the calendar (`DateText`, `InstantText`) and the size in bytes (`Base64Text`).
"""

from __future__ import annotations

from datetime import date
from functools import cached_property
from typing import Final

from attrs import frozen

from custody.format.scalar import Check, Schema, pattern_check, pattern_schema
from custody.model.identity import IDENTITY_PATTERN

_YEAR: Final = "[1-9][0-9]{3}"
_MONTH_DAY: Final = "(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])"
_DATE: Final = f"{_YEAR}-{_MONTH_DAY}"
_CLOCK_TIME: Final = "(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]"
_MILLISECONDS: Final = r"\.(?:00[1-9]|0[1-9][0-9]|[1-9][0-9]{2})"  # .000 is not written
_INSTANT: Final = f"(?:19[7-9][0-9]|[2-9][0-9]{{3}})-{_MONTH_DAY}T{_CLOCK_TIME}(?:{_MILLISECONDS})?Z"
_SHORT_MONTHS: Final = ("-29", "-30", "-31")  # days that not every month has
_BASE64_CLASS: Final = "[A-Za-z0-9+/]"
# The last character before padding carries bits that must be zero (RFC 4648 section 3.5).
_BASE64: Final = (
    f"(?:{_BASE64_CLASS}{{4}})*(?:{_BASE64_CLASS}[AQgw]==|{_BASE64_CLASS}{{2}}[AEIMQUYcgkosw048]=)?"
)
OID_PATTERN: Final = r"[0-2](?:\.(?:0|[1-9][0-9]*))+"
"""An object identifier in dotted digits."""
_LANGUAGE: Final = "[a-z]{2,3}(?:-[A-Z][a-z]{3})?(?:-(?:[A-Z]{2}|[0-9]{3}))?"
# No spaces, controls, marks that change the direction or hide, nor what RFC 3987 excludes.
_NOT_IN_URL: Final = (
    r"\x00-\x20\x7f-\xa0\u1680\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff\ufff0-\uffff"
    r'"<>\\^`{|}'
)
_URL: Final = f"[a-z][a-z0-9+.-]{{0,31}}:[^{_NOT_IN_URL}]+"


@frozen
class InstantText:
    """A UTC time as `custody.model.instant` writes it; that its day exists is beyond the schema."""

    @cached_property
    def check(self) -> Check:
        """The compiled checker."""
        return pattern_check(_INSTANT, "a UTC time YYYY-MM-DDThh:mm:ssZ", 24, _is_real_day)

    def schema(self) -> Schema:
        """Return a schema with the pattern of instants."""
        return pattern_schema(_INSTANT, 24)


@frozen
class DateText:
    """A date `YYYY-MM-DD` of the years 1000 to 9999; that its day exists is beyond the schema."""

    @cached_property
    def check(self) -> Check:
        """The compiled checker."""
        return pattern_check(_DATE, "a date YYYY-MM-DD", 10, _is_real_day)

    def schema(self) -> Schema:
        """Return a schema with the pattern of dates."""
        return pattern_schema(_DATE, 10)


def _is_real_day(text: str) -> bool:
    if text[7:10] not in _SHORT_MONTHS:
        return True
    try:
        date(int(text[0:4]), int(text[5:7]), int(text[8:10]))
    except ValueError:
        return False
    return True


@frozen
class DecimalText:
    """A decimal number as text, such as `35.1000`; its digits after the point say how precise it is.

    Attributes:
        magnitude: the greatest absolute value, a positive integer (90 for a latitude); None: up to 9 digits.
        fraction_digits: at most so many digits after the point.
    """

    magnitude: int | None = None
    fraction_digits: int = 9

    def _pattern(self) -> str:
        digits = f"{{1,{self.fraction_digits}}}"
        if self.magnitude is None:
            return rf"-?(?:0|[1-9][0-9]{{0,8}})(?:\.[0-9]{digits})?"
        smaller = _smaller_integers(self.magnitude)
        return rf"-?(?:(?:{smaller})(?:\.[0-9]{digits})?|{self.magnitude}(?:\.0{digits})?)"

    @cached_property
    def check(self) -> Check:
        """The compiled checker."""
        return pattern_check(self._pattern(), "a decimal number such as 35.1000", 32)

    def schema(self) -> Schema:
        """Return a schema with the pattern of such numbers."""
        return pattern_schema(self._pattern(), 32)


def _smaller_integers(limit: int) -> str:
    """Build the pattern of the integers 0 to limit − 1, without leading zeros (limit: a positive integer)."""
    digits = str(limit)
    parts = ["0"] if limit > 1 or digits == "1" else []
    parts += [f"[1-9][0-9]{{{length - 1}}}" for length in range(1, len(digits))]
    for place, digit in enumerate(digits):
        first = 1 if place == 0 else 0
        if int(digit) > first:
            rest = len(digits) - place - 1
            parts.append(f"{digits[:place]}[{first}-{int(digit) - 1}][0-9]{{{rest}}}")
    return "|".join(parts)


@frozen
class LanguageTag:
    """A language tag of RFC 5646 in its usual case: language, then perhaps script, then perhaps region.

    `ar`, `apc`, `ku-Arab`, `pt-BR`, `ar-001`; no extensions and no private use.
    """

    @cached_property
    def check(self) -> Check:
        """The compiled checker."""
        return pattern_check(_LANGUAGE, "a language tag such as ar or ku-Arab-SY", 11)

    def schema(self) -> Schema:
        """Return a schema with the pattern of language tags."""
        return pattern_schema(_LANGUAGE, 11)


@frozen
class UrlText:
    """An absolute IRI (RFC 3987): lower-case scheme; no spaces, controls, hiding or reordering marks."""

    max_characters: int = 4096

    @cached_property
    def check(self) -> Check:
        """The compiled checker."""
        return pattern_check(_URL, "a URL with its scheme, without spaces", self.max_characters)

    def schema(self) -> Schema:
        """Return a schema with the pattern of URLs."""
        return pattern_schema(_URL, self.max_characters)


@frozen
class Base64Text:
    """Canonical base64 (RFC 4648 section 4): padded, no spaces, unused bits zero.

    Attributes:
        max_bytes: at most so many bytes; the schema knows this only to the next multiple of three.
        min_bytes: at least so many bytes; 1 unless told.
    """

    max_bytes: int
    min_bytes: int = 1

    @cached_property
    def check(self) -> Check:
        """The compiled checker."""
        minimum, maximum = self.min_bytes, self.max_bytes
        return pattern_check(
            _BASE64,
            f"canonical base64 of {minimum} to {maximum} bytes",
            _base64_characters(maximum),
            lambda text: minimum <= len(text) // 4 * 3 - text.count("=") <= maximum,
        )

    def schema(self) -> Schema:
        """Return a schema with the pattern of canonical base64 and lengths in characters."""
        schema = pattern_schema(_BASE64, _base64_characters(self.max_bytes))
        return {**schema, "minLength": _base64_characters(self.min_bytes)}


def _base64_characters(size_bytes: int) -> int:
    return (size_bytes + 2) // 3 * 4


@frozen
class IdentityName:
    """The name of an identity: 1 to 64 of a-z, 0-9, dot, underscore, at sign, hyphen."""

    @cached_property
    def check(self) -> Check:
        """The compiled checker."""
        return pattern_check(IDENTITY_PATTERN, "1 to 64 of a-z, 0-9 and . _ @ -", 64)

    def schema(self) -> Schema:
        """Return a schema with the pattern of identities."""
        return pattern_schema(IDENTITY_PATTERN, 64)
