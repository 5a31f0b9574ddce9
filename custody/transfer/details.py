"""The fields beside the body: why, where, in what state, under which docket; each can be withheld later."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from attrs import field, frozen

from custody.model.identity import Identity
from custody.transfer.party import party_data


@frozen(kw_only=True)
class Details:
    """What an actor says besides, in the fields that every event has.

    A text stands for the member that holds prose: `description` of a place, `text` of the others.

    Attributes:
        purpose: what for.
        authority: on whose authority.
        place: where: a text, or the members of the field.
        condition: the state of what changes hands.
        seal_number: the number on a physical seal.
        inconsistencies: what is not as it should be, in the words of the actor.
        docket: the number of the case at a court.
        court: which court.
        reference: more about the docket.
        note: anything else: a text, or the members of the field.
        successor: who may carry on in the place of the actor, in the holding that this event opens.
    """

    purpose: str | None = field(default=None, repr=False)
    authority: str | None = field(default=None, repr=False)
    place: str | Mapping[str, Any] | None = field(default=None, repr=False)
    condition: str | None = field(default=None, repr=False)
    seal_number: str | None = field(default=None, repr=False)
    inconsistencies: tuple[str, ...] = field(default=(), repr=False)
    docket: str | None = field(default=None, repr=False)
    court: str | None = field(default=None, repr=False)
    reference: str | None = field(default=None, repr=False)
    note: str | Mapping[str, Any] | None = field(default=None, repr=False)
    successor: Identity | None = None

    def fields(self) -> dict[str, Any]:
        """Return the fields that are not null, by name, as an event has them."""
        heir = None if self.successor is None else party_data(self.successor)
        members = {
            "place": _members(self.place, "description"),
            "people": _given({"successor": heir}),
            "purpose": _given({"text": self.purpose, "authority": self.authority}),
            "reference": _given({"docket": self.docket, "court": self.court, "text": self.reference}),
            "condition": _given(
                {
                    "text": self.condition,
                    "seal_number": self.seal_number,
                    "inconsistencies": list(self.inconsistencies) or None,
                }
            ),
            "note": _members(self.note, "text"),
        }
        return _given(members)


def _given(members: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in members.items() if value is not None and value != {}}


def _members(value: str | Mapping[str, Any] | None, prose: str) -> dict[str, Any]:
    if value is None:
        return {}
    return {prose: value} if isinstance(value, str) else dict(value)
