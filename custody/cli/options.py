"""Options that several verbs have, and the types of their values."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import chain
from typing import Any, TypeVar

import click
from typing_extensions import override

from custody.errors import CustodyError
from custody.format.text_shape import OID_PATTERN
from custody.model.instant import Instant, decode_instant
from custody.present.catalogue import LANGUAGES
from custody.report.claim import DEFAULT_CLAIMS, Claim

_Function = TypeVar("_Function", bound=Callable[..., Any])
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_FINGERPRINT_DIGITS = 60
_POLICY = re.compile(OID_PATTERN)
_SEAL_ID = re.compile(r"[0-9a-f]{64}")


class PathType(click.ParamType[str]):
    """A path as it was written; whether it exists is found out by whoever opens it."""

    name = "PATH"

    @override
    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Refuse the empty text, which names nothing and comes from a variable that is not set."""
        if not value:
            self.fail("expected a path, found an empty text", param, ctx)
        return str(value)


class TextType(click.ParamType[str]):
    """Words of a person, or the name of one; saying nothing is done by leaving the option out."""

    name = "TEXT"

    @override
    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Refuse the empty text, which says nothing and comes from a variable that is not set."""
        if not str(value).strip():
            self.fail("expected a text, found an empty one", param, ctx)
        return str(value)


class InstantType(click.ParamType[Instant]):
    """A moment in UTC: YYYY-MM-DDThh:mm:ssZ, or YYYY-MM-DD for the beginning of that day."""

    name = "TIME"

    @override
    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Instant:
        """Read the text of an instant."""
        try:
            if isinstance(value, Instant):
                return value
            return decode_instant(f"{value}T00:00:00Z" if _DAY.fullmatch(str(value)) else str(value))
        except CustodyError:
            example = "such as 2026-11-25T12:00:00Z or 2026-11-25"
            self.fail(f"expected a UTC time YYYY-MM-DDThh:mm:ssZ, {example}, found another text", param, ctx)


class ClaimsType(click.ParamType[tuple[Claim, ...]]):
    """Names of claims, separated by commas."""

    name = "CLAIMS"

    @override
    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[Claim, ...]:
        """Read the names of claims; each once, at least one."""
        if isinstance(value, tuple):
            return value
        known = {claim.value: claim for claim in Claim}
        names = [name.strip() for name in str(value).split(",")]
        if unknown := [name for name in names if name not in known]:
            listed = ", ".join(known)
            self.fail(f"expected some of {listed}, found {len(unknown)} other names", param, ctx)
        return tuple(dict.fromkeys(known[name] for name in names))


class Sha256Type(click.ParamType[str]):
    """A SHA-256 as 64 hex digits, with the colons and spaces that other tools put in."""

    name = "SHA256"

    @override
    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Read 64 hex digits."""
        digits = re.sub(r"[\s:]", "", str(value)).lower()
        if not _SEAL_ID.fullmatch(digits):
            self.fail("expected 64 hex digits, found another text", param, ctx)
        return digits


class SealIdType(click.ParamType[str]):
    """The id of a seal or another event: 64 hex digits; spaces are allowed, as people copy them."""

    name = "ID"

    @override
    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Read 64 hex digits."""
        digits = re.sub(r"[\s-]", "", str(value)).lower()
        if not _SEAL_ID.fullmatch(digits):
            self.fail("expected 64 hex digits, found another text", param, ctx)
        return digits


class FingerprintType(click.ParamType[str]):
    """The sixty digits of a key set, however they are grouped."""

    name = "DIGITS"

    @override
    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Read sixty digits, and give them in groups of five."""
        digits = re.sub(r"[\s-]", "", str(value))
        if not re.fullmatch("[0-9]*", digits):
            found = "digits of another script" if digits.isdecimal() else "other characters"
            self.fail(f"expected 60 digits, found {found}", param, ctx)
        if len(digits) != _FINGERPRINT_DIGITS:
            self.fail(f"expected 60 digits, found {len(digits)}", param, ctx)
        return " ".join(re.findall(".{5}", digits))


class PolicyType(click.ParamType[str]):
    """The policy of a time authority: an object identifier in dotted digits."""

    name = "OID"

    @override
    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Read dotted digits; at least two numbers, without leading zeros."""
        if not _POLICY.fullmatch(str(value)):
            self.fail("expected an object identifier such as 1.3.6.1.4.1.1, found another text", param, ctx)
        return str(value)


PATH = PathType()
TEXT = TextType()
POLICY = PolicyType()
SHA256 = Sha256Type()
FINGERPRINT = FingerprintType()
TIME = InstantType()
CLAIMS = ClaimsType()
SEAL_ID = SealIdType()


def trust_option(function: _Function) -> _Function:
    """Demand to be told whom to trust: nothing is trusted by default."""
    return click.option(
        "--trust",
        required=True,
        type=PATH,
        metavar="FILE|none",
        help="Your trust.json, one public key file, or the word none.",
    )(function)


def expect_seal_option(function: _Function) -> _Function:
    """Add the seal's id as the person knows it from elsewhere."""
    return click.option("--expect-seal", type=SEAL_ID, help="The seal id that you know from another source.")(
        function
    )


def receipts_option(words: str) -> Callable[[_Function], _Function]:
    """Return what adds receipts and other copies, whose events are shown beside those of the bundle."""
    return click.option("--receipt", "receipts", type=PATH, multiple=True, metavar="FILE", help=words)


def at_option(function: _Function) -> _Function:
    """Add the moment as of which a log is judged."""
    return click.option("--at", type=TIME, help="Judge as of this moment; now unless given.")(function)


def json_option(function: _Function) -> _Function:
    """Add the choice of JSON for programs."""
    return click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")(function)


def verification_options(function: _Function) -> _Function:
    """Add what every verb that verifies can be told."""
    for option in (
        expect_seal_option,
        click.option("--at", type=TIME, help="Verify as of this moment; now unless given."),
        click.option(
            "--before",
            type=TIME,
            help="The seal must be proven to have existed before this moment; requires existed-before.",
        ),
    ):
        function = option(function)
    return trust_option(function)


def require_option(function: _Function) -> _Function:
    """Add the choice of the claims that decide on the exit code."""
    return click.option(
        "--require",
        type=CLAIMS,
        multiple=True,
        callback=lambda _context, _option, given: tuple(dict.fromkeys(chain.from_iterable(given))),
        default=(",".join(claim.value for claim in DEFAULT_CLAIMS),),
        show_default=True,
        help="The claims that must be proven for exit code 0, separated by commas; several of these add up.",
    )(function)


def language_option(function: _Function) -> _Function:
    """Add the choice of the language."""
    return click.option(
        "--lang",
        "--language",
        "language",
        type=click.Choice(LANGUAGES),
        default="en",
        show_default=True,
        help="The language of the report.",
    )(function)


def passphrase_option(function: _Function) -> _Function:
    """Add a file to read the passphrase from; without it the terminal is asked."""
    return click.option(
        "--passphrase-file",
        type=PATH,
        help="Read the passphrase from the first line of this file; - is standard input.",
    )(function)
