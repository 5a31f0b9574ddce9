"""Subjects for the tests of profiles: one builder each for files before sealing and for a sealed bundle.

The bundle is real: made of bytes, stamped by a real authority of the test's own, verified by the library.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from attrs import frozen

from custody.model.instant import Instant, decode_instant
from custody.profiles.subject import Subject, subject_of_draft

NOW = decode_instant("2026-03-01T12:00:00Z")


@frozen(kw_only=True)
class FakeItem:
    """An item as a draft has it."""

    name: str | Mapping[str, str] | None = None
    fields: Mapping[str, Any] = {}


@frozen(kw_only=True)
class FakeDraft:
    """A draft, without files."""

    given: tuple[FakeItem, ...]
    case: Mapping[str, Any] | None = None

    def items(self) -> tuple[FakeItem, ...]:
        """Return the items."""
        return self.given


def item(name: str = "a.txt", **fields: Any) -> FakeItem:  # noqa: ANN401 - JSON values
    """Return an item with a name and fields."""
    return FakeItem(name=name, fields=fields)


def source(
    *items: FakeItem,
    case: Mapping[str, Any] | None = None,
    kinds: Sequence[str] = (),
    moment: Instant = NOW,
    digest_of: Callable[[int, str], str | None] = lambda _number, _algorithm: None,
) -> Subject:
    """Return files before sealing as a subject; each item is a record unless it says what it is."""
    draft = FakeDraft(given=items, case=case)
    return subject_of_draft(draft, kinds or ["record"] * len(items), moment=moment, digest_of=digest_of)
