"""The names of things in exports: local URNs, and words that every export says."""

from __future__ import annotations

import re

from custody.exporting.view import ExportView

TERMS = "urn:custody:export-1:"
"""The namespace of our own terms, where a vocabulary has none."""
EVENT_TYPES = "urn:custody:event-type:"
"""The namespace of the event types of version 1."""

_NOT_PLAIN = re.compile(r"[^A-Za-z0-9._@-]")


def bundle_namespace(bundle_id: str) -> str:
    """Return what the URN of everything in a bundle begins with."""
    return f"urn:custody:bundle:{bundle_id}:"


def item_name(number: int) -> str:
    """Return the local name of an item: its number with at least six digits, as its file has it."""
    return f"item-{number:06d}"


def event_name(event_id: str) -> str:
    """Return the local name of an event."""
    return f"event-{event_id}"


def holding_name(holding: str) -> str:
    """Return the local name of a holding."""
    return f"holding-{holding}"


def agent_name(identity: str) -> str:
    """Return the local name of a party; what a URN does not take is written in per cent."""
    plain = _NOT_PLAIN.sub(lambda found: f"%{ord(found[0]):02X}", identity)
    return f"agent-{plain}"


def notice(view: ExportView) -> str:
    """Return what every export says of itself."""
    left_out = {
        "items of which nothing is open": view.withheld,
        "items of padding": view.padding,
        "events of which only the links are here": len(view.hidden),
        "events and statements that do not count": view.set_aside,
    }
    counted = ", ".join(f"{what}: {count}" for what, count in left_out.items() if count) or "nothing"
    return (
        f"Unsigned view of what is open in bundle {view.bundle_id}, seal {view.seal_id}, as verified at"
        f" {view.verified_at}. It proves nothing: whoever needs proof verifies the bundle. Parties bear the"
        " names that the verifier's trust gives their keys. The time of an event is the claim of its actor;"
        f" the proven window of its signatures stands beside. Left out - {counted}."
    )
