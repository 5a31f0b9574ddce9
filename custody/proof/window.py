"""Proven windows: bounds carried along the links of the log (DESIGN, "Time and renewal").

A stamp over an event bounds from above whatever that event links to; an anchor inside an event bounds from
below whatever links to that event. Both walks are iterative, and linear in the log.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from attrs import frozen

from custody.model.instant import Instant


@frozen(order=True)
class Bound:
    """One proven bound.

    Attributes:
        at: the bound, accuracy included.
        source: the folder of the stamp, or the file of the anchor, that proves it.
    """

    at: Instant
    source: str


@frozen(kw_only=True)
class Window:
    """When the signatures of an event were made, as far as it is proven.

    Attributes:
        not_before: from anchors in it or its past; None where nothing bounds it.
        not_after: from stamps over it or what follows it; None where nothing bounds it.
    """

    not_before: Bound | None = None
    not_after: Bound | None = None

    @property
    def contradicted(self) -> bool:
        """Whether the bounds exclude each other beyond their accuracies: one of the clocks is wrong."""
        return (
            self.not_before is not None
            and self.not_after is not None
            and self.not_before.at > self.not_after.at
        )


OPEN = Window()


def windows_of(
    links: Mapping[str, Iterable[str]],
    *,
    stamped: Mapping[str, Bound],
    anchored: Mapping[str, Bound],
) -> dict[str, Window]:
    """Compute the window of every event.

    Args:
        links: event id to the ids that it fixes by its links; only links that hold.
        stamped: event id to the earliest upper bound of the stamps over the event itself.
        anchored: event id to the latest lower bound of the anchors in the event itself.
    """
    followers: dict[str, list[str]] = {}
    for event_id, prev in links.items():
        for one in prev:
            followers.setdefault(one, []).append(event_id)
    upper = _spread(sorted(stamped.items(), key=lambda pair: pair[1]), links)
    lower = _spread(sorted(anchored.items(), key=lambda pair: pair[1], reverse=True), followers)
    known = {*upper, *lower}
    return {one: Window(not_before=lower.get(one), not_after=upper.get(one)) for one in sorted(known)}


def _spread(ordered: Iterable[tuple[str, Bound]], edges: Mapping[str, Iterable[str]]) -> dict[str, Bound]:
    """Give every event that a bound reaches along the edges the first bound, in the order given."""
    found: dict[str, Bound] = {}
    for start, bound in ordered:
        stack = [start]
        while stack:
            event_id = stack.pop()
            if event_id not in found:
                found[event_id] = bound
                stack.extend(edges.get(event_id, ()))
    return found
