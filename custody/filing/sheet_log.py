"""What the log says against drawing items: consent, quarantine, and what was made from what.

An event that does not count is heeded where it forbids: a picture that was shown cannot be taken back, and a
mark that forbids too much can. Where an event allows something again, it has to count.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any, Final, TypeAlias

from attrs import frozen

from custody.errors import BundleError
from custody.format.event import TAG_ATTESTATION, TAG_EVENT, decode_body, decode_opening, decode_statement
from custody.format.limits import EVENT_BYTES
from custody.report.report import EventFact, Report
from custody.storage.source import BundleSource

Leaves: TypeAlias = Collection[int]
_WITHDRAWN: Final = "consent-withdrawn"
_RECORDED: Final = "consent-recorded"
_HELD: Final = "quarantined"
_LET_OUT: Final = "released-from-quarantine"
_MADE: Final = frozenset({"derived", "redacted"})
_HEEDED: Final = _MADE | {_WITHDRAWN, _RECORDED, _HELD, _LET_OUT}


@frozen(kw_only=True)
class LogWords:
    """What the log says about items, by their indices from 0.

    Attributes:
        withdrawn: consent was withdrawn.
        limited: consent was recorded, and not for everybody.
        held: in quarantine, and not released from it.
        made: inputs and outputs of each event that made items of this bundle from items of it.
    """

    withdrawn: frozenset[int]
    limited: frozenset[int]
    held: frozenset[int]
    made: tuple[tuple[Leaves, Leaves], ...]


def words_of_log(report: Report, source: BundleSource) -> LogWords:
    """Read the events of a verified log that can forbid a picture.

    Raises:
        BundleError: code CHANGED_WHILE_READ: an event is no longer what was verified.
        StorageError: the machine refused to read.
    """
    withdrawn: set[int] = set()
    limited: set[int] = set()
    made: list[tuple[Leaves, Leaves]] = []
    held: list[tuple[str, Leaves]] = []
    let_out: list[tuple[str, Leaves]] = []
    for event in report.events:
        if event.claimed_type not in _HEEDED:
            continue
        data = _data_of(source, event)
        if event.claimed_type == _WITHDRAWN:
            withdrawn.update(data["leaves"])
        elif event.claimed_type == _RECORDED and "public" not in data.get("scopes", ()):
            limited.update(data["leaves"])
        elif event.claimed_type in _MADE and data.get("bundle", report.bundle_id) == report.bundle_id:
            made.append((data["inputs"], data["outputs"]))
        elif event.claimed_type == _HELD:
            held.append((event.event_id, _leaves(data, report)))
        elif event.claimed_type == _LET_OUT and event.status == "counted":
            let_out.append((event.event_id, _leaves(data, report)))
    return LogWords(
        withdrawn=frozenset(withdrawn),
        limited=frozenset(limited),
        held=frozenset(_still_held(held, let_out, _Order(report, source))),
        made=tuple(made),
    )


def _leaves(data: Mapping[str, Any], report: Report) -> Leaves:
    """Return the items that an event names; one that names none speaks of all of them."""
    return frozenset(data["leaves"]) if "leaves" in data else range(report.counts.items)


def _still_held(
    held: list[tuple[str, Leaves]], let_out: list[tuple[str, Leaves]], order: _Order
) -> Iterator[int]:
    """Yield the items of each quarantine but those that an event after it released."""
    if not held:
        return
    pasts = [(order.past(event), freed) for event, freed in let_out]
    told = {(leaves, tuple(freed for past, freed in pasts if event in past)) for event, leaves in held}
    for leaves, released in told:
        yield from (index for index in leaves if not any(index in freed for freed in released))


class _Order:
    """Which events of a log follow which."""

    def __init__(self, report: Report, source: BundleSource) -> None:
        self._paths = {event.event_id: event.path for event in report.events}
        self._source = source
        self._previous: dict[str, tuple[str, ...]] = {}

    def past(self, event_id: str) -> frozenset[str]:
        """Return the ids of the events that one follows, at any distance."""
        found: set[str] = set()
        left = [event_id]
        while left:
            new = [one for one in self._previous_of(left.pop()) if one not in found]
            found.update(new)
            left += new
        return frozenset(found)

    def _previous_of(self, event_id: str) -> tuple[str, ...]:
        if event_id not in self._previous:
            path = f"{self._paths[event_id]}/event.json"
            statement = decode_statement(self._source.read(path, EVENT_BYTES), member=path)
            self._previous[event_id] = tuple(one for one in statement.prev if one in self._paths)
        return self._previous[event_id]


def _data_of(source: BundleSource, event: EventFact) -> Mapping[str, Any]:
    path = f"{event.path}/body.json"
    attestation = event.path.startswith("custody/attestations/")
    opening = decode_opening(
        source.read(path, EVENT_BYTES),
        "body",
        member=path,
        tag=TAG_ATTESTATION if attestation else TAG_EVENT,
    )
    body = decode_body(opening, member=path, attestation=attestation)
    if body.type != event.claimed_type:
        raise BundleError(f"{path}: expected what was verified, found other bytes", code="CHANGED_WHILE_READ")
    return body.data
