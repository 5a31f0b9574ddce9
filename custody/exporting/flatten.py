"""The members of a field as a list of paths and values, for vocabularies that know only pairs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
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
