"""The parts that the JSON Schemas of our own JSON are made of (draft 2020-12)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from custody.format.canonical import JSONValue

TEXT: Final[JSONValue] = {"type": "string"}
COUNT: Final[JSONValue] = {"type": "integer", "minimum": 0}
HEX32: Final[JSONValue] = {"type": "string", "pattern": "^[0-9a-f]{32}$"}
HEX64: Final[JSONValue] = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
INSTANT: Final[JSONValue] = {
    "type": "string",
    "pattern": r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{3})?Z$",
}
BOUNDS: Final[Mapping[str, JSONValue]] = {"not_before": INSTANT, "not_after": INSTANT}


def choice(values: Iterable[str]) -> JSONValue:
    """Return the schema of one of some words."""
    names: list[JSONValue] = [*sorted(values)]
    return {"enum": names}


def list_of(items: JSONValue) -> JSONValue:
    """Return the schema of a list."""
    return {"type": "array", "items": items}


def record(
    required: Mapping[str, JSONValue], optional: Mapping[str, JSONValue] | None = None
) -> dict[str, JSONValue]:
    """Return the schema of an object with these members and no others."""
    return {
        "type": "object",
        "properties": {**required, **(optional or {})},
        "required": [*sorted(required)],
        "additionalProperties": False,
    }
