"""PROV-JSON: what stands for what."""

from __future__ import annotations

import json
from typing import Any

from attrs import evolve

from custody.exporting.prov import encode_prov
from custody.exporting.view import EventView, ExportView, HoldingView
from custody.model.instant import decode_instant
from tests.tools.export_story import tell, view_of

STORY = tell()
WHOLE = view_of(STORY.whole)
AT = decode_instant("2026-01-02T03:04:05Z")


def document(view: ExportView = WHOLE) -> Any:  # noqa: ANN401 - JSON
    """Return the document of a view."""
    return json.loads(b"".join(encode_prov(view)))


def event_id(type_: str) -> str:
    """Return the name of the only event of a type."""
    (found,) = (event.event_id for event in WHOLE.events if event.type == type_)
    return f"bundle:event-{found}"


def test_it_says_what_it_is() -> None:
    """Unsigned, of which seal and events, and how each claim stands."""
    view = document()["entity"]["bundle:view"]
    assert view["custody:signed"] is False
    assert view["custody:seal"] == WHOLE.seal_id
    assert view["custody:madeFrom"] == [event.event_id for event in WHOLE.events]
    assert view["custody:claim.existed-before"] == "undetermined (NOT_STAMPED)"
    assert view["prov:label"].startswith(f"Unsigned view of what is open in bundle {WHOLE.bundle_id}, seal")
    assert "The time of an event is the claim of its actor" in view["prov:label"]


def test_a_claimed_time_says_that_it_is_claimed() -> None:
    """The proven window stands beside it, as far as it is proven."""
    sealed = document()["activity"][event_id("sealed")]
    assert sealed["prov:startTime"] == sealed["prov:endTime"] == "2026-01-02T03:04:05Z"
    assert sealed["custody:timeIsClaimedBy"] == "w-01-known"
    assert sealed["custody:provenWindow"] == "not proven"
    assert "custody:notAfter" not in sealed
    stamped = evolve(WHOLE, events=(evolve(WHOLE.events[0], not_before=AT, not_after=AT),))
    sealed = document(stamped)["activity"][event_id("sealed")]
    assert sealed["custody:notBefore"] == sealed["custody:notAfter"] == str(AT)


def test_a_transfer_has_both_parties() -> None:
    """The release names its recipient, and the receipt is informed by it."""
    found = document()
    recipient = {"$": "bundle:agent-lawyer-7-known", "type": "prov:QUALIFIED_NAME"}
    assert found["activity"][event_id("released")]["custody:recipient"] == recipient
    informed = {(one["prov:informed"], one["prov:informant"]) for one in found["wasInformedBy"].values()}
    assert (event_id("received"), event_id("released")) in informed
    attributed = {one["prov:agent"] for one in found["wasAttributedTo"].values()}
    assert attributed == {"bundle:agent-w-01-known", "bundle:agent-lawyer-7-known"}


def test_each_signer_is_associated_in_his_role() -> None:
    """The actor, and who signed with him."""
    roles = {
        (one["prov:agent"], one["prov:role"]["$"])
        for one in document()["wasAssociatedWith"].values()
        if one["prov:activity"] == event_id("derived")
    }
    assert roles == {
        ("bundle:agent-lawyer-7-known", "custody:actor"),
        ("bundle:agent-court@registry-known", "custody:cosigner"),
    }


def test_an_event_uses_the_copy_that_it_acts_on() -> None:
    """The seal none; the receipt the copy that was released; a statement of others the bundle."""
    used: dict[str, set[str]] = {}
    for one in document()["used"].values():
        used.setdefault(one["prov:activity"], set()).add(one["prov:entity"])
    first = f"bundle:holding-{WHOLE.bundle_id}"
    assert event_id("sealed") not in used
    assert used[event_id("received")] == {first}
    assert used[event_id("derived")] == {f"bundle:holding-{WHOLE.holdings[1].holding}", "bundle:item-000001"}
    assert used[event_id("examined")] == {"bundle:whole", "bundle:item-000005"}


def test_items_are_members_and_derive_from_each_other() -> None:
    """By their numbers."""
    found = document()
    members = [one["prov:entity"] for one in found["hadMember"].values()]
    assert members == [f"bundle:item-00000{number}" for number in (1, 2, 3, 5)]
    derived = {
        (one["prov:generatedEntity"], one["prov:usedEntity"]) for one in found["wasDerivedFrom"].values()
    }
    assert ("bundle:item-000005", "bundle:item-000001") in derived
    assert found["entity"]["bundle:item-000005"]["custody:terms.purposes"] == ["court", "archive"]


def test_a_doubt_and_a_label_are_said() -> None:
    """What leaves an event undetermined, and a recipient who is known by his label alone."""
    events = (evolve(WHOLE.events[0], doubts=("IN_TRANSIT",)),)
    sealed = document(evolve(WHOLE, events=events))["activity"][event_id("sealed")]
    assert sealed["custody:undetermined"] == ["IN_TRANSIT"]
    submitted = document()["activity"][event_id("submitted")]
    assert submitted["custody:claimedRecipient"] == "court-without-keys"


def test_a_party_of_an_expected_seal_has_a_name_that_a_urn_takes() -> None:
    """Spaces and brackets are written in per cent."""
    event = EventView(event_id="0" * 64, type="sealed", actor="w-01 (expected seal)", claimed_at=AT)
    assert "bundle:agent-w-01%20%28expected%20seal%29" in document(evolve(WHOLE, events=(event,)))["agent"]


def test_sections_without_records_are_left_out() -> None:
    """Nobody is trusted: there are no agents and no activities."""
    found = document(evolve(WHOLE, events=(), holdings=()))
    assert set(found) == {"prefix", "entity", "hadMember", "wasDerivedFrom"}


def test_the_same_view_gives_the_same_bytes() -> None:
    """Read anew from the bundle."""
    assert b"".join(encode_prov(WHOLE)) == b"".join(encode_prov(view_of(STORY.whole)))


def test_a_copy_whose_start_is_hidden_is_attributed_to_nobody() -> None:
    """It is a copy of the bundle, and nothing generated it here."""
    found = document(evolve(WHOLE, holdings=(HoldingView(holding="00" * 16),)))
    assert "wasAttributedTo" not in found
    assert found["entity"][f"bundle:holding-{'00' * 16}"]["custody:state"] == "unknown"
