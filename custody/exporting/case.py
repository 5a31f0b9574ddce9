"""CASE/UCO (CASE 1.4.0) as JSON-LD: an event is an investigative action, a holding a provenance record.

One node may stand on several lines: JSON-LD joins what is said of one `@id`, and so no list of all items is
ever held. Identifiers end in a UUID, as UCO asks for, made from the bundle's id and the name of the thing.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from typing import Any, TypeAlias
from uuid import UUID, uuid5

from custody.exporting.flatten import attributes_of
from custody.exporting.identifier import TERMS, bundle_namespace, notice
from custody.exporting.json_text import encode_text
from custody.exporting.view import EventView, ExportView, HoldingView, ItemView

_Node: TypeAlias = dict[str, Any]

_UCO = "https://ontology.unifiedcyberontology.org/uco"
_CONTEXT = {
    "case-investigation": "https://ontology.caseontology.org/case/investigation/",
    "custody": TERMS,
    **{
        f"uco-{part}": f"{_UCO}/{part}/"
        for part in ("action", "core", "identity", "observable", "tool", "types")
    },
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
# The words of UCO's vocabulary of hashes, as plain strings.
_HASH_METHODS = {"sha256": "SHA256", "sha512": "SHA512", "sha3_256": "SHA3-256"}
_TOOLS = ("data.tool", "note.tool")
_AUTHORITIES = ("data.authority", "purpose.authority")


def encode_case(view: ExportView) -> Iterator[bytes]:
    """Yield a CASE/UCO document, one node a line.

    Raises:
        BundleError, StorageError: what the view's items raise when they are read.
    """
    context = encode_text(_CONTEXT | {"kb": bundle_namespace(view.bundle_id)})
    yield f'{{"@context":{context},\n"@graph":['.encode()
    separator = "\n"
    for node in _Graph(view).nodes():
        yield f"{separator}{encode_text(node)}".encode()
        separator = ",\n"
    yield b"\n]}\n"


def _typed(kind: str, value: object) -> _Node:
    return {"@type": f"xsd:{kind}", "@value": str(value)}


class _Graph:
    """The nodes of one export."""

    def __init__(self, view: ExportView) -> None:
        self._view = view
        self._seed = UUID(view.bundle_id)
        self._exported = {event.event_id for event in view.events}
        self._taken_from = {
            holding.opened_by: holding.taken_from
            for holding in view.holdings
            if holding.opened_by is not None
        }
        self._holdings = {holding.holding for holding in view.holdings}
        self._numbers = array("I")
        self._derived: list[tuple[int, int]] = []

    def nodes(self) -> Iterator[_Node]:
        """Yield every node; what refers to items comes after the items."""
        yield self._grouping()
        for name in self._view.agents:
            yield {"@id": self._id("identity", name), "@type": "uco-identity:Identity", "uco-core:name": name}
        yield from self._tools()
        yield from self._authorities()
        for item in self._view.items:
            self._numbers.append(item.number)
            self._derived.extend((item.number, original) for original in item.originals)
            yield self._item(item)
            yield self._item_record(item)
        present = set(self._numbers)
        for holding in self._view.holdings:
            yield self._holding_record(holding)
        for event in self._view.events:
            yield self._action(event, present)
        yield from self._relations(present)

    def _id(self, kind: str, name: object) -> str:
        return f"kb:{kind}-{uuid5(self._seed, f'{kind}/{name}')}"

    def _link(self, kind: str, name: object) -> _Node:
        return {"@id": self._id(kind, name)}

    def _grouping(self) -> _Node:
        view = self._view
        node: _Node = {
            "@id": self._id("grouping", "view"),
            "@type": "uco-core:Grouping",
            "uco-core:name": f"unsigned view of bundle {view.bundle_id}",
            "uco-core:description": notice(view),
            "uco-core:context": "unsigned view",
            "uco-core:object": [
                *(self._link("investigativeaction", event.event_id) for event in view.events),
                *(self._link("provenancerecord", holding.holding) for holding in view.holdings),
            ],
            "custody:signed": False,
            "custody:bundle": view.bundle_id,
            "custody:seal": view.seal_id,
            "custody:root": view.root,
            "custody:sealedItems": view.sealed_items,
            "custody:withheldItems": view.withheld,
            "custody:setAside": view.set_aside,
            "custody:verifiedAt": str(view.verified_at),
            "custody:madeFrom": [event.event_id for event in view.events],
            "custody:hiddenEvents": list(view.hidden),
        }
        return node | {f"custody:claim.{claim.claim}": claim.told for claim in view.claims}

    def _tools(self) -> Iterator[_Node]:
        for name, version in sorted({tool for event in self._view.events for tool in _tools_of(event)}):
            node = {
                "@id": self._id("tool", f"{name}/{version}"),
                "@type": "uco-tool:Tool",
                "uco-core:name": name,
            }
            yield node | ({"uco-tool:version": version} if version else {})

    def _authorities(self) -> Iterator[_Node]:
        """Yield the legal authorities that events name, joined by the investigation that they permit."""
        facts = [fact for event in self._view.events for fact in event.facts]
        named = sorted({str(value) for path, value in facts if path in _AUTHORITIES})
        for name in named:
            yield {
                "@id": self._id("authorization", name),
                "@type": "case-investigation:Authorization",
                "uco-core:name": name,
            }
        if named:
            title = next((str(value) for path, value in facts if path == "case.title"), "not named here")
            yield {
                "@id": self._id("investigation", "case"),
                "@type": "case-investigation:Investigation",
                "uco-core:name": title,
                "case-investigation:relevantAuthorization": [
                    self._link("authorization", name) for name in named
                ],
            }

    def _item(self, item: ItemView) -> _Node:
        facets = [self._custody_facet(item)]
        file_facet = self._file_facet(item)
        content_facet = self._content_facet(item)
        facets.extend(facet for facet in (file_facet, content_facet) if facet is not None)
        return {
            "@id": self._id("file", item.number),
            # Of a closed content nobody may say that it is a file.
            "@type": "uco-observable:ObservableObject" if item.content is None else "uco-observable:File",
            "uco-core:name": item.title or item.name or f"item {item.number}",
            "uco-core:hasFacet": facets,
        }

    def _custody_facet(self, item: ItemView) -> _Node:
        node: _Node = {
            "@id": self._id("custodyfacet", item.number),
            "@type": "uco-core:Facet",
            "custody:number": item.number,
            "custody:leaf": item.leaf,
        }
        if item.closed:
            node["custody:closed"] = list(item.closed)
        return node | attributes_of(item.facts)

    def _file_facet(self, item: ItemView) -> _Node | None:
        node: _Node = {}
        if item.name is not None:
            node["uco-observable:fileName"] = item.name
        if item.content is not None:
            node["uco-observable:sizeInBytes"] = _typed("integer", item.content["size"])
            node |= {"uco-observable:extension": item.content["ext"]} if item.content["ext"] else {}
        if not node:
            return None
        return {"@id": self._id("filefacet", item.number), "@type": "uco-observable:FileFacet"} | node

    def _content_facet(self, item: ItemView) -> _Node | None:
        node: _Node = {}
        if item.media_type is not None:
            node["uco-observable:mimeType"] = item.media_type
        if item.digests:
            node["uco-observable:hash"] = [
                {
                    "@id": self._id("hash", f"{item.number}/{algorithm}"),
                    "@type": "uco-types:Hash",
                    "uco-types:hashMethod": _HASH_METHODS[algorithm],
                    "uco-types:hashValue": _typed("hexBinary", digest.upper()),
                }
                for algorithm, digest in item.digests
            ]
        if not node:
            return None
        facet = {
            "@id": self._id("contentdatafacet", item.number),
            "@type": "uco-observable:ContentDataFacet",
        }
        return facet | node

    def _item_record(self, item: ItemView) -> _Node:
        return {
            "@id": self._id("provenancerecord", item.number),
            "@type": "case-investigation:ProvenanceRecord",
            "case-investigation:exhibitNumber": f"{item.number:06d}",
            "case-investigation:rootExhibitNumber": self._view.bundle_id,
            "uco-core:object": [self._link("file", item.number)],
        }

    def _holding_record(self, holding: HoldingView) -> _Node:
        return {
            "@id": self._id("provenancerecord", holding.holding),
            "@type": "case-investigation:ProvenanceRecord",
            "uco-core:name": holding.label,
            "custody:state": holding.state,
            "case-investigation:exhibitNumber": holding.holding,
            "case-investigation:rootExhibitNumber": self._view.bundle_id,
        }

    def _action(self, event: EventView, present: set[int]) -> _Node:
        others = {*event.cosigners, *([event.recipient] if event.recipient is not None else [])}
        links = {
            "uco-action:participant": [self._link("identity", name) for name in sorted(others)],
            "uco-action:instrument": [
                self._link("tool", f"{name}/{version}") for name, version in _tools_of(event)
            ],
            "uco-action:object": self._objects(event, present),
            "uco-action:result": [
                *(
                    [self._link("provenancerecord", event.holding)]
                    if event.event_id in self._taken_from
                    else []
                ),
                *(self._link("file", number) for number in event.made if number in present),
            ],
            "case-investigation:wasInformedBy": [
                self._link("investigativeaction", prev) for prev in event.follows if prev in self._exported
            ],
        }
        node: _Node = {
            "@id": self._id("investigativeaction", event.event_id),
            "@type": "case-investigation:InvestigativeAction",
            "uco-core:name": event.type,
            "uco-core:description": f"the time is claimed by {event.actor}; proven window: {event.window}",
            "uco-action:startTime": _typed("dateTime", event.claimed_at),
            "uco-action:endTime": _typed("dateTime", event.claimed_at),
            "uco-action:performer": self._link("identity", event.actor),
        }
        node |= {name: linked for name, linked in links.items() if linked}
        return node | _event_attributes(event) | attributes_of(event.facts)

    def _objects(self, event: EventView, present: set[int]) -> list[_Node]:
        """Return what an event used: a copy, except when it sealed, and the items that it names."""
        if event.event_id == self._view.seal_id:
            return []
        # A statement of others stands in no holding: it is about what was sealed.
        copy = self._taken_from.get(event.event_id, event.holding or self._view.bundle_id)
        used = [self._link("provenancerecord", copy)] if copy in self._holdings else []
        return used + [self._link("file", number) for number in event.used if number in present]

    def _relations(self, present: set[int]) -> Iterator[_Node]:
        """Yield what joins items with what they come from, and with the copies that hold them."""
        made = {number for event in self._view.events for number in event.made}
        for number, original in self._derived:
            if original in present:
                made.add(number)
                yield {
                    "@id": self._id("file", number),
                    "case-investigation:wasDerivedFrom": [self._link("file", original)],
                }
        for number in self._numbers:
            for holding in self._view.holdings:
                yield {
                    "@id": self._id("provenancerecord", holding.holding),
                    "uco-core:object": [self._link("file", number)],
                }
            if self._view.seal_id in self._exported:
                results = [self._link("provenancerecord", number)]
                if number not in made:  # else it comes from something else, and the seal only records it
                    results.append(self._link("file", number))
                yield {
                    "@id": self._id("investigativeaction", self._view.seal_id),
                    "uco-action:result": results,
                }


def _tools_of(event: EventView) -> list[tuple[str, str]]:
    facts = dict(event.facts)
    return [
        (str(facts[f"{tool}.name"]), str(facts.get(f"{tool}.version", "")))
        for tool in _TOOLS
        if f"{tool}.name" in facts
    ]


def _event_attributes(event: EventView) -> _Node:
    node: _Node = {"custody:event": event.event_id, "custody:provenWindow": event.window}
    texts = {
        "custody:notBefore": event.not_before,
        "custody:notAfter": event.not_after,
        "custody:recipient": event.recipient,
        "custody:claimedRecipient": event.claimed_recipient,
        "custody:result": event.result or None,
    }
    node |= {name: str(text) for name, text in texts.items() if text is not None}
    lists = {
        "custody:follows": event.follows,
        "custody:usedItem": event.used,
        "custody:madeItem": event.made,
        "custody:undetermined": event.doubts,
    }
    return node | {name: list(values) for name, values in lists.items() if values}
