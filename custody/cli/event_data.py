"""The data of an event, from options and a JSON file, in the words of who writes it."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import wraps
from typing import Any, Final

import click
from typing_extensions import override

from custody.cli.options import PATH, SEAL_ID, TEXT, TIME
from custody.errors import FormatError, UsageError
from custody.format.canonical import decode_json
from custody.format.event_fields import EVENT_TYPES
from custody.format.item_fields import SCOPES
from custody.format.key_file import encode_key_set
from custody.format.limits import EVENT_BYTES, ITEMS
from custody.model.identity import is_identity
from custody.model.instant import Instant
from custody.storage.named_file import read_named_file
from custody.storage.public_key import read_public_key
from custody.storage.tree import host_path
from custody.transfer.data import members_of
from custody.transfer.party import party_data
from custody.transfer.recipient import recipient_of
from custody.transfer.record import FIXITY
from custody.trust.trust import Trust

_Verb = Callable[..., int]
_RUN: Final = re.compile(r"([0-9]{1,9})(?:-([0-9]{1,9}))?")
_MOST_TEXT: Final = 100_000
_PARTY_OPTIONAL_KEYS: Final = frozenset({"submitted"})
_SEPARATORS: Final = frozenset("/\\")
_ENDINGS: Final = (".pub", ".key", ".json")


class ItemsType(click.ParamType[tuple[int, ...]]):
    """Numbers of items, from 1: single ones and runs, such as 3,5-9."""

    name = "NUMBERS"

    @override
    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[int, ...]:
        """Read numbers and runs, and return leaf indices: ascending, each once, number minus one."""
        if isinstance(value, tuple):
            return value
        found: set[int] = set()
        for part in str(value)[: _MOST_TEXT + 1].split(","):
            run = _RUN.fullmatch(part.strip())
            first = int(run[1]) if run else 0
            last = int(run[2] or run[1]) if run else 0
            if not 1 <= first <= last <= ITEMS:
                self.fail("expected numbers of items such as 3,5-9, found another text", param, ctx)
            found.update(range(first - 1, last))
        return tuple(sorted(found))


class ToolType(click.ParamType[dict[str, str]]):
    """A tool: NAME or NAME:VERSION."""

    name = "NAME[:VERSION]"

    @override
    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> dict[str, str]:
        """Cut the text at its last colon."""
        if isinstance(value, dict):
            return value
        name, colon, version = str(value).rpartition(":")
        if not colon:
            return {"name": version}
        if not name or not version:
            self.fail("expected NAME or NAME:VERSION, found another text", param, ctx)
        return {"name": name, "version": version}


ITEM_NUMBERS = ItemsType()
_OPTIONS: Final[dict[str, tuple[str, dict[str, Any]]]] = {
    "leaves": ("--items", {"type": ITEM_NUMBERS, "help": "The items, by their numbers: 3,5-9."}),
    "inputs": ("--inputs", {"type": ITEM_NUMBERS, "help": "What items were made from."}),
    "outputs": ("--outputs", {"type": ITEM_NUMBERS, "help": "What items were made."}),
    "to": (
        "--to",
        {"type": TEXT, "metavar": "FILE|NAME", "help": "Whom it went to; a name alone for who has no key."},
    ),
    "accessor": ("--accessor", {"type": TEXT, "metavar": "FILE|NAME", "help": "Who looked."}),
    "result": ("--result", {"type": TEXT, "metavar": "TEXT", "help": "What came of it."}),
    "tool": ("--tool", {"type": ToolType(), "help": "What it was done with."}),
    "parameters": ("--parameters", {"type": TEXT, "metavar": "TEXT", "help": "How the tool was set."}),
    "reproducible": (
        "--reproducible/--not-reproducible",
        {"default": None, "help": "Whether the same comes out again."},
    ),
    "method": ("--method", {"type": TEXT, "metavar": "TEXT", "help": "How."}),
    "statement": ("--statement", {"type": TEXT, "metavar": "TEXT", "help": "What is stated."}),
    "reason": ("--reason", {"type": TEXT, "metavar": "TEXT", "help": "Why."}),
    "ground": ("--ground", {"type": TEXT, "metavar": "TEXT", "help": "On what ground."}),
    "class": (
        "--class",
        {"type": TEXT, "metavar": "WORD", "help": "Of a redaction: blur, crop, mute, strike, …"},
    ),
    "kind": (
        "--kind",
        {"type": TEXT, "metavar": "WORD", "help": "Of an incident: gap, seizure, duress, loss, …"},
    ),
    "from": ("--from", {"type": TIME, "help": "From when on."}),
    "until": ("--until", {"type": TIME, "help": "Until when."}),
    "since": ("--since", {"type": TIME, "help": "Since when a key is revoked."}),
    "effective": ("--effective", {"type": TIME, "help": "From when on consent counts, or no longer does."}),
    "scopes": ("--scope", {"multiple": True, "type": click.Choice(SCOPES), "help": "What consent is for."}),
    "medium": ("--medium", {"type": TEXT, "metavar": "TEXT", "help": "What carried it."}),
    "event": ("--event", {"type": SEAL_ID, "help": "The event that is corrected."}),
    "events": ("--about", {"multiple": True, "type": SEAL_ID, "help": "An event that is meant."}),
    "identity": ("--public-key", {"type": PATH, "metavar": "FILE", "help": "The new keys."}),
    "old": ("--old-public-key", {"type": PATH, "metavar": "FILE", "help": "The old keys, or those revoked."}),
}
"""Member of the data to its option."""


def data_options(*members: str) -> Callable[[_Verb], _Verb]:
    """Add options for members of the data and --data; the function gets them together, as `given`."""

    def add(function: _Verb) -> _Verb:
        @wraps(function)
        def gathered(**words: Any) -> int:  # noqa: ANN401 - as the function
            given = {member: words.pop(f"data_{member}") for member in (*members, "file")}
            said = {member: value for member, value in given.items() if value is not None and value != ()}
            return function(**words, given=said)

        for member in reversed(members):
            option, settings = _OPTIONS[member]
            gathered = click.option(option, f"data_{member}", **settings)(gathered)
        return click.option(
            "--data", "data_file", type=PATH, metavar="FILE", help="A JSON file with members of the data."
        )(gathered)

    return add


def read_data(name: str, given: Mapping[str, Any], trust: Trust, at: Instant) -> dict[str, Any]:
    """Return the data that options and the file come to; whether they are complete is for who signs.

    Args:
        name: the type of event.
        given: member to the value of its option; `file` to the path of the JSON file.
        trust: whom names are looked up in.
        at: now.

    Raises:
        UsageError: code EVENT_DATA: an option that does not fit the type, or a member twice.
        BundleError, StorageError: a file that is not what it should be.
    """
    if name not in EVENT_TYPES:
        return {}  # `check_type` says so in better words
    required, optional = ((), ()) if name == FIXITY else members_of(name)
    known = {*required, *optional}
    options = {member: value for member, value in given.items() if member != "file"}
    data = _from_options(name, options, trust, at)
    if foreign := [_OPTIONS[member][0] for member in options if not known.intersection(_made(name, member))]:
        fitting = ", ".join(_OPTIONS[member][0] for member in (*required, *optional) if member in _OPTIONS)
        raise UsageError(
            f"{foreign[0]}: expected an option that fits {name}, found one that does not",
            code="EVENT_DATA",
            hint=f"{name} takes {fitting}" if fitting else f"{name} takes no data",
        )
    if "file" not in given:
        return data
    more = _from_file(given["file"])
    if twice := sorted(more.keys() & data.keys()):
        raise UsageError(
            f"--data: expected members that no option gives, found {', '.join(twice)}", code="EVENT_DATA"
        )
    return more | data


@contextmanager
def in_options(name: str) -> Iterator[None]:
    """Tell which options give the members of a type's data, where these are not as they should be.

    Args:
        name: the type of event.
    """
    try:
        yield
    except UsageError as error:
        required, optional = members_of(name) if error.code == "EVENT_DATA" and name != FIXITY else ((), ())
        given = [
            f"{_option_of(name, one)} gives {one}" for one in (*required, *optional) if _option_of(name, one)
        ]
        if not given:
            raise
        raise UsageError(str(error), code=error.code, hint=f"{error.hint}; {', '.join(given)}") from None


def _option_of(name: str, member: str) -> str:
    """Return the option that gives a member of a type's data, or ""."""
    return next((_OPTIONS[one][0] for one in _OPTIONS if member in _made(name, one)), "")


def _made(name: str, member: str) -> tuple[str, ...]:
    """Return the members that an option gives for a type."""
    if member == "identity":
        return ("identity", "keys") if name != "key-revoked" else ()
    if member == "old":
        return ("keys",) if name == "key-revoked" else ("old",)
    return (member,)


def _from_options(name: str, options: Mapping[str, Any], trust: Trust, at: Instant) -> dict[str, Any]:
    data: dict[str, Any] = {}
    for member, value in options.items():
        if member in {"to", "accessor"}:
            data[member] = _party(name, member, value, trust, at)
        elif member == "identity":
            identity = read_public_key(value)
            data |= {"identity": identity.name, "keys": encode_key_set(identity.key_set)}
        elif member == "old":
            identity = read_public_key(value)
            data["keys" if name == "key-revoked" else "old"] = list(identity.key_set.key_ids)
        elif isinstance(value, tuple):
            data[member] = sorted(set(value))
        else:
            data[member] = str(value) if isinstance(value, Instant) else value
    return data


def _party(name: str, member: str, value: str, trust: Trust, at: Instant) -> dict[str, Any]:
    """Return whom an event names; who has no key is named by a label alone, where the type allows that."""
    option = f"--{member}"
    known = any(one.name == value for one in trust.identities)
    there = os.path.isfile(host_path(value))  # noqa: PTH113 - Path.is_file raises where a text is too long
    if not known and _means_file(value) and not there:
        raise UsageError(
            f"{option}: expected a public key file, found no file of that name",
            code="RECIPIENT_FILE",
            hint="what has a / or \\ in it, or ends in .pub, .key or .json, is taken for a file, not for a"
            " name; the full name of a court goes to --court",
        )
    if name in _PARTY_OPTIONAL_KEYS and not is_identity(value) and not os.path.lexists(value):
        raise UsageError(
            f"{option}: expected a public key file or a name, found neither",
            code="RECIPIENT_NAME",
            hint="a name is 1 to 64 of a-z 0-9 . _ @ -; the full name of a court, also in Arabic, goes to"
            " --court, and more about it to --reference",
        )
    try:
        return party_data(recipient_of(value, trust, at))
    except UsageError as error:
        if error.code != "RECIPIENT_UNKNOWN" or name not in _PARTY_OPTIONAL_KEYS or not is_identity(value):
            raise
        return {"identity": value}


def _means_file(text: str) -> bool:
    """Tell whether a text was meant as the path of a key file: a slip in it must not become a name."""
    return not _SEPARATORS.isdisjoint(text) or text.lower().endswith(_ENDINGS)


def _from_file(path: str) -> dict[str, Any]:
    value = decode_json(
        read_named_file(path, EVENT_BYTES), member="data file", limit=EVENT_BYTES, canonical=False
    )
    if not isinstance(value, dict):
        raise FormatError("data file", expected="a JSON object", found="another value")
    return dict(value)
