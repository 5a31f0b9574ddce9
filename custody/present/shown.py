"""What a bundle says of itself, for `custody show` and `custody list`: all of it headed as not verified."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator
from typing import Any

from custody.format.item_line import ALL_FIELDS, ItemLine
from custody.model.identity import fingerprint_of
from custody.present.catalogue import Catalogue
from custody.present.display import display, quote
from custody.proof.event_record import EventRecord

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
    for name, value in body.data.items():
        yield from (f"  {line}" for line in value_lines(name, value))
    for name in record.closed:
        yield f"  {name}: {words['closed']}"


def value_lines(name: str, value: Any) -> Iterator[str]:  # noqa: ANN401 - a JSON value of an open field
    """Yield a JSON value as lines, members indented; texts quoted."""
    if isinstance(value, dict):
        yield f"{name}:"
        for member, inner in value.items():
            yield from (f"  {line}" for line in value_lines(member, inner))
    elif isinstance(value, list):
        yield f"{name}: {len(value)}"
        for inner in value:
            yield from (f"  {line}" for line in value_lines("-", inner))
    else:
        yield f"{name}: {quote(value) if isinstance(value, str) else value}"


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
