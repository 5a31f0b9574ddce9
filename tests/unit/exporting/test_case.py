"""CASE/UCO: nodes, and the traps of its vocabulary."""

from __future__ import annotations

import json
from typing import Any

from attrs import evolve

from custody.exporting.case import encode_case
from custody.exporting.view import EventView, ExportView
from custody.model.instant import decode_instant
from tests.tools.export_story import PARTLY_OPEN_ITEM, tell, view_of

STORY = tell()
WHOLE = view_of(STORY.whole)
AT = decode_instant("2026-01-02T03:04:05Z")


def graph(view: ExportView = WHOLE) -> dict[str, dict[str, Any]]:
    """Return node by id, what several lines say of one joined."""
    nodes: dict[str, dict[str, Any]] = {}
    for node in json.loads(b"".join(encode_case(view)))["@graph"]:
        joined = nodes.setdefault(node["@id"], {})
        for name, value in node.items():
            joined[name] = joined[name] + value if isinstance(value, list) and name in joined else value
    return nodes


def of_type(kind: str, view: ExportView = WHOLE) -> list[dict[str, Any]]:
    """Return the nodes of a type."""
    return [node for node in graph(view).values() if node.get("@type") == kind]


def action(type_: str, view: ExportView = WHOLE) -> dict[str, Any]:
    """Return the only action of an event type."""
    (found,) = (
        node
        for node in of_type("case-investigation:InvestigativeAction", view)
        if node["uco-core:name"] == type_
    )
    return found


def facets(number: int, view: ExportView = WHOLE) -> dict[str, dict[str, Any]]:
    """Return the facets of an item by their types."""
    (item,) = (
        node
        for node in graph(view).values()
        if node.get("uco-core:hasFacet") and node["uco-core:hasFacet"][0]["custody:number"] == number
    )
    return {facet["@type"]: facet for facet in item["uco-core:hasFacet"]}


def test_hashes_are_in_the_types_that_uco_asks_for() -> None:
    """The method a plain string, the value hexBinary in capitals."""
    hashes = facets(5)["uco-observable:ContentDataFacet"]["uco-observable:hash"]
    assert [one["uco-types:hashMethod"] for one in hashes] == ["SHA256", "SHA512"]
    assert all(one["uco-types:hashValue"]["@type"] == "xsd:hexBinary" for one in hashes)
    assert all(one["uco-types:hashValue"]["@value"].isupper() for one in hashes)


def test_a_closed_content_has_neither_size_nor_hash() -> None:
    """Its media type is open, and stands alone; that it is a file is not said."""
    part = view_of(STORY.part)
    found = facets(PARTLY_OPEN_ITEM, part)
    assert set(found["uco-observable:ContentDataFacet"]) == {"@id", "@type", "uco-observable:mimeType"}
    assert set(found["uco-observable:FileFacet"]) == {"@id", "@type", "uco-observable:fileName"}
    assert len(of_type("uco-observable:ObservableObject", part)) == 1


def test_a_transfer_makes_a_new_record_from_the_old_one() -> None:
    """The receipt uses the releaser's copy; its result is the recipient's."""
    records = {
        node["@id"]: node["case-investigation:exhibitNumber"]
        for node in of_type("case-investigation:ProvenanceRecord")
    }
    received = action("received")
    assert [records[one["@id"]] for one in received["uco-action:object"]] == [WHOLE.bundle_id]
    assert [records[one["@id"]] for one in received["uco-action:result"]] == [WHOLE.holdings[1].holding]
    assert received["case-investigation:wasInformedBy"] == [{"@id": action("released")["@id"]}]
    assert sorted(records.values())[:4] == ["000001", "000002", "000003", "000005"]


def test_parties_are_performer_and_participants() -> None:
    """The model has no pair of releaser and recipient."""
    released = action("released")
    names = {node["@id"]: node["uco-core:name"] for node in of_type("uco-identity:Identity")}
    assert names[released["uco-action:performer"]["@id"]] == "w-01-known"
    assert [names[one["@id"]] for one in released["uco-action:participant"]] == ["lawyer-7-known"]
    assert released["custody:recipient"] == "lawyer-7-known"


def test_times_are_claims_with_the_window_beside() -> None:
    """Typed as UCO asks for."""
    sealed = action("sealed", evolve(WHOLE, events=(evolve(WHOLE.events[0], not_after=AT),)))
    assert sealed["uco-action:startTime"] == {"@type": "xsd:dateTime", "@value": "2026-01-02T03:04:05Z"}
    assert sealed["uco-core:description"] == (
        "the time is claimed by w-01-known; proven window: not after 2026-01-02T03:04:05Z"
    )
    assert sealed["custody:notAfter"] == str(AT)


def test_an_item_that_was_made_is_no_result_of_the_seal() -> None:
    """It comes from what it was derived from; the seal only records it."""
    derived = action("derived")
    assert len(derived["uco-action:result"]) == 1
    made = derived["uco-action:result"][0]
    assert made not in action("sealed")["uco-action:result"]
    assert graph()[made["@id"]]["case-investigation:wasDerivedFrom"] == [derived["uco-action:object"][1]]


def test_items_that_are_not_here_are_numbers() -> None:
    """A link would lead nowhere."""
    accessed = action("accessed", view_of(STORY.part))
    assert accessed["custody:usedItem"] == [2, 5]
    assert len(accessed["uco-action:object"]) == 2


def test_tools_and_authorities_have_nodes() -> None:
    """A tool by name and version, an authority by what the event says."""
    (tool,) = of_type("uco-tool:Tool")
    assert (tool["uco-core:name"], tool["uco-tool:version"]) == ("cutter", "2")
    assert action("derived")["uco-action:instrument"] == [{"@id": tool["@id"]}]
    facts = (("case.title", "Case 7"), ("purpose.authority", "order 5"), ("note.tool.name", "saw"))
    event = EventView(event_id="0" * 64, type="incident", actor="w", claimed_at=AT, facts=facts)
    view = evolve(WHOLE, events=(event,), holdings=())
    (investigation,) = of_type("case-investigation:Investigation", view)
    (authorization,) = of_type("case-investigation:Authorization", view)
    assert investigation["uco-core:name"] == "Case 7"
    assert investigation["case-investigation:relevantAuthorization"] == [{"@id": authorization["@id"]}]
    assert "uco-tool:version" not in of_type("uco-tool:Tool", view)[0]
    assert "uco-action:object" not in action("incident", view)


def test_without_a_counted_seal_no_action_made_the_items() -> None:
    """Items and their records stand alone."""
    view = evolve(WHOLE, events=(), holdings=())
    assert not of_type("case-investigation:InvestigativeAction", view)
    assert len(of_type("case-investigation:ProvenanceRecord", view)) == 4


def test_an_item_of_which_only_a_place_is_open() -> None:
    """One facet, and its number as its name."""
    (item, *_) = WHOLE.items
    bare = evolve(item, content=None, name=None, media_type=None, facts=(), closed=("content",))
    view = evolve(WHOLE, items=(bare,))
    assert set(facets(1, view)) == {"uco-core:Facet"}
    assert of_type("uco-observable:ObservableObject", view)[0]["uco-core:name"] == "item 1"


def test_it_says_what_it_is() -> None:
    """Unsigned, of which seal and events."""
    (grouping,) = of_type("uco-core:Grouping")
    assert grouping["custody:signed"] is False
    assert grouping["custody:seal"] == WHOLE.seal_id
    assert grouping["custody:madeFrom"] == [event.event_id for event in WHOLE.events]
    assert "Unsigned view" in grouping["uco-core:description"]


def test_identifiers_are_the_same_every_time() -> None:
    """Made from the bundle's id and the name of the thing."""
    assert b"".join(encode_case(WHOLE)) == b"".join(encode_case(view_of(STORY.whole)))
