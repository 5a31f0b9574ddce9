"""The members of a field as a list of paths and values, for vocabularies that know only pairs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from custody.exporting.view import Fact


def facts_of(path: str, value: Any) -> Iterator[Fact]:  # noqa: ANN401 - a JSON value whose shape was checked
    """Yield a value's members in their order: `path.member`; of a list of records `path.1.member`.

    A list of texts gives its path several times.

    Args:
        path: of the value itself.
        value: text, integer, boolean, list or record; the shapes of version 1 nest no lists of lists.
    """
    if isinstance(value, Mapping):
        for name, member in value.items():
            yield from facts_of(f"{path}.{name}", member)
    elif isinstance(value, list):
        records = any(isinstance(member, Mapping) for member in value)
        for place, member in enumerate(value, start=1):
            yield from facts_of(f"{path}.{place}" if records else path, member)
    else:
        yield path, value


def attributes_of(facts: Iterable[Fact]) -> dict[str, Any]:
    """Return facts as members named by our terms; what is there several times has a list."""
    found: dict[str, list[Any]] = {}
    for path, value in facts:
        found.setdefault(f"custody:{path}", []).append(value)
    return {name: values[0] if len(values) == 1 else values for name, values in found.items()}


def text_of(value: str | int | bool) -> str:  # noqa: FBT001 - a JSON value, not a flag
    """Return one value as text: `true` and `false` as in JSON."""
    return value if isinstance(value, str) else str(value).lower()
