"""What an event says happened, where that is open: texts of the bundle, each set apart and cut."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from custody.filing.document import Inline
from custody.filing.language import Language, claimed
from custody.model.item_numbers import runs_of
from custody.present.shown import LEAF_MEMBERS
from custody.report.timeline import TimelineEvent

_TOLD: Final = ("purpose", "condition", "reference", "place", "note")
# Said elsewhere in the report, or of no use to a reader: `custody show` tells all of it.
_SILENT: Final = frozenset(
    {"root", "items", "item_format", "hash", "padding", "verify_txt", "to", "previous", "event"}
)
_CHARACTERS: Final = 160  # drawn, of one text
_RUNS: Final = 8  # of numbers of items
_TEXTS: Final = 6  # of one event


def event_details(event: TimelineEvent, language: Language) -> Iterator[Inline]:
    """Yield the items that an event is about, then what its data and its open fields say."""
    for member, value in event.claimed_data.items():
        if member in LEAF_MEMBERS and isinstance(value, list | tuple):
            yield language.inline(
                "event_items", items=claimed(runs_of(leaf + 1 for leaf in value).told(_RUNS))
            )
    said = (
        *_texts(
            {name: one for name, one in event.claimed_data.items() if name not in _SILENT | LEAF_MEMBERS}
        ),
        *_texts({name: event.claimed_fields[name] for name in _TOLD if name in event.claimed_fields}),
    )
    for text in said[:_TEXTS]:
        yield (claimed(text, most=_CHARACTERS),)
    if len(said) > _TEXTS:
        yield language.inline("and_more", count=len(said) - _TEXTS)


def _texts(value: Any, name: str = "") -> Iterator[str]:  # noqa: ANN401 - JSON
    if isinstance(value, dict):
        for member, inner in value.items():
            yield from _texts(inner, name if member == "text" else f"{name} {member}".strip())
    elif isinstance(value, list | tuple):
        yield f"{name}: {len(value)}"
    elif value is not None:
        yield f"{name}: {value}"
