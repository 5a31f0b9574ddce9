"""The timeline of a log for people, as lines of text; untrusted text on own lines, indented and quoted.

A line that begins an event holds our words and names of the trust alone: no text of a bundle can stand where
a reader looks for what happened, or put another event beside the others.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Final

from custody.present.catalogue import Catalogue, fill
from custody.present.display import quote
from custody.present.holdings import holding_lines
from custody.present.shown import data_lines, value_lines
from custody.report.report import Limit
from custody.report.timeline import EventStatus, Timeline, TimelineEvent

EVENT_DIGITS: Final = 16
HOLDING_DIGITS: Final = 8
_CHARACTERS: Final = 400  # of one text; custody show and --json have all of it
_TOLD: Final = ("purpose", "place", "condition", "reference")
"""Fields that a timeline tells, with the text of a note; `custody show` tells all of them."""
_TECHNICAL: Final = frozenset({"root", "items", "item_format", "hash", "padding", "verify_txt"})


def timeline_text(timeline: Timeline, catalogue: Catalogue) -> str:
    """Return a timeline as text that ends in a line feed."""
    parts = (
        _heading(timeline, catalogue),
        *_events(timeline, catalogue),
        _heads(timeline, catalogue),
        _holdings(timeline, catalogue),
        _limits(catalogue),
    )
    return "\n".join("".join(f"{line}\n" for line in part) for part in parts)


def _heading(timeline: Timeline, catalogue: Catalogue) -> Iterator[str]:
    words = catalogue.words
    yield fill(words["log_title"], {"bundle": timeline.bundle_id})
    yield f"{words['seal']}: {timeline.seal_id}"
    yield f"{words['log_judged_at']}: {timeline.judged_at}"
    yield words["log_checked"]
    if timeline.receipts_held:
        yield fill(words["log_held"], {"count": timeline.receipts_held})
    for subject, reason in timeline.unread:
        yield f"{reason.name}: {catalogue.reasons[reason][0]}"
        if subject:
            yield f"  {words['at']}: {quote(subject)}"


def _events(timeline: Timeline, catalogue: Catalogue) -> Iterator[Iterator[str]]:
    numbered = enumerate(timeline.events, start=1)
    for status, group in groupby(numbered, key=lambda pair: pair[1].status):
        yield _section(status, list(group), catalogue)


def _section(
    status: EventStatus, numbered: Sequence[tuple[int, TimelineEvent]], catalogue: Catalogue
) -> Iterator[str]:
    yield f"{catalogue.words[f'log_{status.value}']}:"
    for number, event in numbered:
        yield f"{number:>5}. {_title(event, catalogue)}"
        yield from (f"       {line}" for line in _details(event, catalogue))


def _title(event: TimelineEvent, catalogue: Catalogue) -> str:
    """Return the line that begins an event: no text of the bundle stands in it."""
    words = catalogue.words
    parts = [words[_type_word(event)]]
    if event.actor is not None:
        name = event.actor.identity
        parts.append(words["log_by_unknown"] if name is None else fill(words["log_by"], {"name": name}))
    known = [one.identity for one in event.cosigners if one.identity is not None]
    if known:
        parts.append(fill(words["log_with"], {"names": words["comma"].join(known)}))
    if event.to is not None and event.to.identity is not None:
        parts.append(fill(words["log_to"], {"name": event.to.identity}))
    marks = (
        ("log_head", event.head),
        ("log_in_transit", event.in_transit),
        ("log_unacknowledged", event.unacknowledged),
    )
    told = "".join(f" [{words[mark]}]" for mark, holds in marks if holds)
    return f"{' '.join(parts)}{told}"


def _type_word(event: TimelineEvent) -> str:
    if event.type is not None:
        return f"type_{event.type}"
    return "type_hidden" if event.status is EventStatus.STUB else "type_unreadable"


def _details(event: TimelineEvent, catalogue: Catalogue) -> Iterator[str]:
    words = catalogue.words
    if event.event_id:
        yield words["comma"].join(_whereabouts(event, catalogue))
    if event.status not in {EventStatus.COUNTED, EventStatus.ATTESTATION}:
        yield f"{words['at']}: {quote(event.path)}"
    if event.reason is not None:
        yield f"{words['log_why']}: {event.reason.name}: {fill(catalogue.reasons[event.reason][0], {})}"
    yield _window(event, catalogue)
    if event.claimed_at is not None:
        yield f"{words['log_claimed_time']}: {quote(event.claimed_at)}"
    yield from _claimed_people(event, catalogue)
    data = {name: value for name, value in event.claimed_data.items() if name not in _TECHNICAL}
    yield from data_lines(data, catalogue, _CHARACTERS)
    for name in _TOLD:
        if name in event.claimed_fields:
            yield from value_lines(words[f"field_{name}"], event.claimed_fields[name], _CHARACTERS)
    if "text" in event.claimed_fields.get("note", ()):
        yield from value_lines(words["field_note"], event.claimed_fields["note"]["text"], _CHARACTERS)
    if event.closed:
        yield fill(words["log_closed"], {"names": words["comma"].join(event.closed)})


def _whereabouts(event: TimelineEvent, catalogue: Catalogue) -> Iterator[str]:
    words = catalogue.words
    yield fill(words["log_event"], {"event": event.event_id[:EVENT_DIGITS]})
    if event.holding:
        place: dict[str, str | int] = {"holding": event.holding[:HOLDING_DIGITS], "seq": event.seq}
        yield fill(words["log_place"], place)
    if event.follows:
        follows = " ".join(one[:EVENT_DIGITS] for one in event.follows)
        yield fill(words["log_follows"], {"events": follows})


def _window(event: TimelineEvent, catalogue: Catalogue) -> str:
    """Say between which proven times an event was signed."""
    words = catalogue.words
    bounds = (("not_before", event.not_before), ("not_after", event.not_after))
    told = [fill(words[name], {"time": str(bound)}) for name, bound in bounds if bound is not None]
    return f"{words['window']}: {words['comma'].join(told)}" if told else words["log_no_window"]


def _claimed_people(event: TimelineEvent, catalogue: Catalogue) -> Iterator[str]:
    """Name people whom the trust does not know by their own labels, marked as claims."""
    words = catalogue.words
    if event.actor is not None and event.actor.identity is None:
        yield f"{words['log_claimed_actor']}: {quote(event.actor.claimed_label)}"
    for one in event.cosigners:
        if one.identity is None:
            yield f"{words['log_claimed_cosigner']}: {quote(one.claimed_label)}"
    if event.to is not None and event.to.identity is None:
        yield f"{words['log_to_claimed']}: {quote(event.to.claimed_label)}"


def _heads(timeline: Timeline, catalogue: Catalogue) -> Iterator[str]:
    words = catalogue.words
    yield f"{words['log_heads']}:"
    for event in timeline.events:
        if event.head:
            codes = words["comma"].join(reason.name for reason in event.against)
            word = words["log_head_against" if codes else "log_head_open"]
            yield f"  {fill(word, {'event': event.event_id, 'codes': codes})}"
            for reason in event.against:
                yield f"    {reason.name}: {fill(catalogue.reasons[reason][0], {})}"


def _holdings(timeline: Timeline, catalogue: Catalogue) -> Iterator[str]:
    yield f"{catalogue.words['holdings']}:"
    yield from (f"  {line}" for line in holding_lines(timeline.holdings, catalogue))


def _limits(catalogue: Catalogue) -> Iterator[str]:
    yield f"{catalogue.words['limits']}:"
    for limit in (Limit.LOG_TAIL, Limit.PERSON_BEHIND_KEY, Limit.FREELY_SIGNED):
        yield f"  - {catalogue.limits[limit]}"
