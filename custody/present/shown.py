"""What a bundle says of itself, for `custody show` and `custody list`: all of it headed as not verified."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from custody.format.item_line import ALL_FIELDS, ItemLine
from custody.model.identity import fingerprint_of
from custody.model.item_numbers import runs_of
from custody.present.catalogue import Catalogue, fill
from custody.present.display import display, quote
from custody.proof.event_record import EventRecord

CHARACTERS: Final = 4096
"""Of one text, unless more or fewer are asked for."""

LEAF_MEMBERS: Final = frozenset({"leaves", "inputs", "outputs", "failed"})
"""Members of the data of events that are leaf indices."""

_NAME = 1  # place of the field among the ten


def heading(catalogue: Catalogue) -> str:
    """Return the line that stands above everything unverified."""
    return catalogue.words["not_verified"]


def event_lines(record: EventRecord, catalogue: Catalogue) -> Iterator[str]:
    """Yield the lines about one event: its id, then what its open fields claim."""
    words = catalogue.words
    yield f"{words['event']} {record.event_id or '?'}"
    yield f"  {words['at']}: {quote(record.path)}"
    body = record.body
    if body is None:
        fault = f": {display(record.faults[0].detail)}" if record.faults else ""
        yield f"  {words['status_stub'] if record.stub else words['unreadable_event']}{fault}"
        return
    yield f"  {words['type']}: {body.type}; {words['event_time']}: {body.claimed_at}"
    for signer in body.signers:
        yield f"  {words['claimed_signer']}: {signer.claimed_identity}"
        yield f"    {words['fingerprint']}: {fingerprint_of(signer.key_ids)}"
    for name, opening in record.openings.items():
        if name != "body":
            yield from (f"  {line}" for line in value_lines(name, opening.value))
    yield from (f"  {line}" for line in data_lines(body.data, catalogue))
    for name in record.closed:
        yield f"  {name}: {words['closed']}"


def value_lines(name: str, value: Any, characters: int = CHARACTERS) -> Iterator[str]:  # noqa: ANN401 - JSON
    """Yield a JSON value as lines, members indented; texts quoted, and cut after a number of characters."""
    if isinstance(value, Mapping):
        yield f"{name}:"
        for member, inner in value.items():
            yield from (f"  {line}" for line in value_lines(member, inner, characters))
    elif isinstance(value, list):
        yield f"{name}: {len(value)}"
        for inner in value:
            yield from (f"  {line}" for line in value_lines("-", inner, characters))
    else:
        yield f"{name}: {quote(value, characters) if isinstance(value, str) else value}"


def data_lines(data: Mapping[str, Any], catalogue: Catalogue, characters: int = CHARACTERS) -> Iterator[str]:
    """Yield what the body of an event states; of items their numbers, as `custody list` shows them."""
    for name, value in data.items():
        if name in LEAF_MEMBERS:
            numbers = str(runs_of(leaf + 1 for leaf in value))
            yield f"{name}: {fill(catalogue.words['items_numbered'], {'numbers': numbers})}"
        else:
            yield from value_lines(name, value, characters)


def item_rows(lines: Iterable[ItemLine], catalogue: Catalogue) -> Iterator[str]:
    """Yield one row an item: number, size in bytes, kind, original name."""
    words = catalogue.words
    for number, line in enumerate(lines, start=1):
        if line.leaf is not None:
            yield f"{number:06d}  {words['withheld']}"
            continue
        content, kind = line.content, line.kind
        size = "-" if content is None else str(content["size"])
        told = kind["kind"] if kind else "-"
        partly = "" if line.mask == ALL_FIELDS else f"  ({words['partly']})"
        yield f"{number:06d}  {size:>12}  {told:<10}  {_name_of(line)}{partly}"


def _name_of(line: ItemLine) -> str:
    value = line.values[_NAME] if line.values else (line.openings or {}).get("name", ("", None))[1]
    if isinstance(value, dict):
        value = base64.b64decode(value["base64"]).decode("utf-8", "surrogateescape")
    return "-" if value is None else quote(value)
