"""The list of well-known time authorities that comes with custody. Reading it contacts nobody."""

from __future__ import annotations

from importlib.resources import files

import orjson

from custody.errors import UsageError
from custody.format.authority_list import ListedAuthority, decode_authority_list

_FILE = "authorities-1.json"


def authority_list_bytes() -> bytes:
    """Return the list as it stands in the package, JSON of `schemas/authorities-1.json`."""
    return (files("custody.facade") / _FILE).read_bytes()


def well_known_authorities() -> tuple[ListedAuthority, ...]:
    """Return all entries, ascending by name.

    Raises:
        FormatError: somebody damaged the installed list.
    """
    return decode_authority_list(authority_list_bytes())


def well_known_authority(name: str) -> ListedAuthority:
    """Return one entry.

    Raises:
        UsageError: the list has no such name.
    """
    listed = well_known_authorities()
    found = next((one for one in listed if one.name == name), None)
    if found is None:
        raise UsageError(
            "authority: expected a name of the list, found another",
            hint="custody authority list; or bring your own with --url, --root and --operator",
        )
    return found


def authority_entry_bytes(name: str) -> bytes:
    """Return one entry as indented JSON with one line feed.

    Raises:
        UsageError: the list has no such name.
    """
    well_known_authority(name)
    entries = orjson.loads(authority_list_bytes())["authorities"]
    entry = next(one for one in entries if one["name"] == name)
    return orjson.dumps(entry, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
