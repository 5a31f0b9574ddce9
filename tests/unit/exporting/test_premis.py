"""PREMIS: terms of the vocabulary, and what has none."""

from __future__ import annotations

from attrs import evolve
from lxml import etree

from custody.exporting.premis import EVENT_TERMS, EVENT_VOCABULARY, NAMESPACE, encode_premis
from custody.exporting.view import ExportView
from custody.format.event_fields import EVENT_TYPES
from tests.tools.export_story import PARTLY_OPEN_ITEM, tell, view_of

# The whole vocabulary, https://id.loc.gov/vocabulary/preservation/eventType: a list with others is invented.
VOCABULARY = {
    "acc": "accession", "app": "appraisal", "cap": "capture", "com": "compression", "cop": "compiling",
    "cre": "creation", "dea": "deaccession", "dec": "decompression", "del": "deletion", "der": "decryption",
    "dig": "digital signature validation", "dis": "dissemination", "dsg": "digital signature generation",
    "dsp": "displaying", "enc": "encryption", "exe": "execution", "exp": "exporting", "ext": "extraction",
    "ffa": "forensic feature analysis", "fil": "filename change", "fix": "fixity check",
    "for": "format identification", "ima": "imaging", "ine": "ingestion end", "ing": "ingestion",
    "ins": "ingestion start", "int": "interpreting", "ipc": "information package creation",
    "ipm": "information package merging", "ips": "information package splitting",
    "mee": "metadata extraction", "mem": "metadata modification", "mes": "message digest calculation",
    "mig": "migration", "mod": "modification", "nor": "normalization", "pac": "packing",
    "poa": "policy assignment", "prt": "printing", "qua": "quarantine", "rec": "recovery", "red": "redaction",
    "ref": "refreshment", "ren": "rendering", "rep": "replication", "tra": "transfer", "unp": "unpacking",
    "unq": "unquarantine", "val": "validation", "vir": "virus check",
}  # fmt: skip
STORY = tell()
WHOLE = view_of(STORY.whole)
IN = {"p": NAMESPACE}
XSI_TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"


def read(view: ExportView = WHOLE) -> etree._Element:
    """Return the document of a view."""
    return etree.fromstring(b"".join(encode_premis(view)))


def test_no_term_is_invented() -> None:
    """Code and label are those of the vocabulary, of event types that there are."""
    assert len(VOCABULARY) == 50
    assert all(VOCABULARY[code] == label for code, label in EVENT_TERMS.values())
    assert set(EVENT_TERMS) <= set(EVENT_TYPES)


def test_an_event_with_a_term_has_its_uri() -> None:
    """A release is a transfer."""
    uris = read().xpath("//p:eventType/@valueURI", namespaces=IN)
    assert f"{EVENT_VOCABULARY}/tra" in uris
    assert uris.count(f"{EVENT_VOCABULARY}/tra") == 1


def test_an_event_without_a_term_has_a_uri_of_ours() -> None:
    """A seal, a receipt, a statement of a court."""
    local = read().xpath("//p:eventType[@authority='custody']/text()", namespaces=IN)
    assert {"sealed", "received", "examined"} <= set(local)


def test_it_says_what_it_is() -> None:
    """Unsigned, of which seal and events."""
    found = read().xpath(
        "//p:object[1]/p:significantProperties[p:significantPropertiesType='made from event']"
        "/p:significantPropertiesValue/text()",
        namespaces=IN,
    )
    assert found == [event.event_id for event in WHOLE.events]
    (notice,) = read().xpath(
        "//p:significantProperties[p:significantPropertiesType='view']/p:significantPropertiesValue/text()",
        namespaces=IN,
    )
    assert "Unsigned view" in notice
    assert WHOLE.seal_id in notice


def test_every_event_says_whose_claim_its_time_is() -> None:
    """And what is proven about it."""
    for event in read().findall("p:event", IN):
        assert event.findtext("p:eventDateTime", namespaces=IN) == "2026-01-02T03:04:05Z"
        detail = event.findtext("p:eventDetailInformation/p:eventDetail", namespaces=IN)
        assert "the time is claimed by" in detail
        assert "proven window: not proven" in detail


def test_a_closed_content_is_no_file() -> None:
    """It has neither characteristics nor a digest."""
    part = read(view_of(STORY.part))
    (item,) = (
        one
        for one in part.findall("p:object", IN)
        if one.findtext("p:objectIdentifier/p:objectIdentifierValue", namespaces=IN).endswith(
            f"item-{PARTLY_OPEN_ITEM:06d}"
        )
    )
    assert item.get(XSI_TYPE) == "intellectualEntity"
    assert not item.findall(".//p:fixity", IN)
    assert not item.findall(".//p:size", IN)


def test_parties_are_linked_in_their_roles() -> None:
    """Actor, cosigner, recipient."""
    roles = set(read().xpath("//p:linkingAgentRole/text()", namespaces=IN))
    assert roles == {"actor", "cosigner", "recipient"}
    names = read().xpath("//p:agentName/text()", namespaces=IN)
    assert tuple(names) == WHOLE.agents


def test_a_result_and_a_doubt_are_outcomes() -> None:
    """In one element, in the order of the schema."""
    event = evolve(WHOLE.events[2], doubts=("DISPUTED",))
    found = read(evolve(WHOLE, events=(event,))).find(".//p:eventOutcomeInformation", IN)
    assert found is not None
    assert found.findtext("p:eventOutcome", namespaces=IN) == "pass"
    assert "undetermined: DISPUTED" in "".join(found.itertext())


def test_a_file_without_type_and_extension_has_an_unknown_format() -> None:
    """PREMIS demands a format."""
    (item, *_) = WHOLE.items
    bare = evolve(item, media_type=None, content={"size": 0, "ext": "", "sha256": "00" * 32})
    assert read(evolve(WHOLE, items=(bare,))).findtext(".//p:formatName", namespaces=IN) == "unknown"
