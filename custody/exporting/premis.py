"""PREMIS 3 as XML: the bundle, its holdings and items as objects, events, and parties as agents.

Terms of the Library of Congress (http://id.loc.gov/vocabulary/preservation/eventType, 50 of them since
2018-09-24) are used only where one says what the event says; every other event has a type of ours.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from custody.exporting.flatten import text_of
from custody.exporting.identifier import (
    EVENT_TYPES,
    agent_name,
    bundle_namespace,
    event_name,
    holding_name,
    item_name,
    notice,
)
from custody.exporting.view import EventView, ExportView, Fact, HoldingView, ItemView
from custody.exporting.xml_text import element

NAMESPACE = "http://www.loc.gov/premis/v3"
EVENT_VOCABULARY = "http://id.loc.gov/vocabulary/preservation/eventType"
EVENT_TERMS = {
    "fixity-checked": ("fix", "fixity check"),
    # The received half has no term: two transfers would be counted where there was one.
    "released": ("tra", "transfer"),
    "copied": ("rep", "replication"),
    "redacted": ("red", "redaction"),
    "submitted": ("dis", "dissemination"),
    "encrypted": ("enc", "encryption"),
    "decrypted": ("der", "decryption"),
    "consent-recorded": ("poa", "policy assignment"),
    "consent-withdrawn": ("poa", "policy assignment"),
    "quarantined": ("qua", "quarantine"),
    "released-from-quarantine": ("unq", "unquarantine"),
    "virus-checked": ("vir", "virus check"),
    "annotated": ("mem", "metadata modification"),
    "reconciled": ("ipm", "information package merging"),
    "erased": ("del", "deletion"),
}
"""Event type to code and label of the term that says the same."""

_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    f'<premis xmlns="{NAMESPACE}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" version="3.0">\n'
)
_LOCAL = "custody"
_DIGEST_NAMES = {"sha256": "SHA-256", "sha512": "SHA-512", "sha3_256": "SHA3-256"}


def encode_premis(view: ExportView) -> Iterator[bytes]:
    """Yield a PREMIS 3 document, one object, event or agent a line.

    Raises:
        BundleError, StorageError: what the view's items raise when they are read.
    """
    names = _Names(view)
    yield _HEAD.encode()
    yield _line("object", "".join(_bundle_object(view, names)), kind="intellectualEntity")
    for holding in view.holdings:
        yield _line("object", "".join(_holding_object(holding, names)), kind="representation")
    for item in view.items:
        kind = "intellectualEntity" if item.content is None else "file"
        yield _line("object", "".join(_item_object(item, names)), kind=kind)
    for event in view.events:
        yield _line("event", "".join(_event(event, names)))
    for agent in view.agents:
        yield _line("agent", "".join(_agent(agent, names)))
    yield b"</premis>\n"


def _line(name: str, content: str, *, kind: str = "") -> bytes:
    typed = f' xsi:type="{kind}"' if kind else ""
    return f"<{name}{typed}>{content}</{name}>\n".encode()


class _Names:
    """The identifiers of one bundle's things."""

    def __init__(self, view: ExportView) -> None:
        self._namespace = bundle_namespace(view.bundle_id)
        self.bundle = f"{self._namespace}whole"

    def of(self, local: str) -> str:
        return f"{self._namespace}{local}"

    def identifier(self, what: str, value: str, *, role: str = "", prefix: str = "") -> str:
        """Return an identifier element: type and value, for a link with its role."""
        name = f"{prefix}{what}Identifier" if not prefix else f"{prefix}{what.capitalize()}Identifier"
        ending = element(f"{prefix}{what.capitalize()}Role", role) if role else ""
        return f"<{name}>{element(f'{name}Type', _LOCAL)}{element(f'{name}Value', value)}{ending}</{name}>"


def _properties(facts: Iterable[Fact]) -> Iterator[str]:
    for path, value in facts:
        yield (
            f"<significantProperties>{element('significantPropertiesType', path)}"
            f"{element('significantPropertiesValue', text_of(value))}</significantProperties>"
        )


def _bundle_object(view: ExportView, names: _Names) -> Iterator[str]:
    yield names.identifier("object", names.bundle)
    yield from _properties(
        [
            ("view", notice(view)),
            ("signed", False),
            ("seal", view.seal_id),
            ("root", view.root),
            ("sealed items", view.sealed_items),
            ("withheld items", view.withheld),
            ("set aside", view.set_aside),
            *(("made from event", event.event_id) for event in view.events),
            *(("hidden event", event_id) for event_id in view.hidden),
            *((f"claim {claim.claim}", claim.told) for claim in view.claims),
        ]
    )


def _relationship(kind: str, what: str, related: str) -> str:
    identifier = (
        f"<relatedObjectIdentifier>{element('relatedObjectIdentifierType', _LOCAL)}"
        f"{element('relatedObjectIdentifierValue', related)}</relatedObjectIdentifier>"
    )
    return (
        f"<relationship>{element('relationshipType', kind)}{element('relationshipSubType', what)}"
        f"{identifier}</relationship>"
    )


def _holding_object(holding: HoldingView, names: _Names) -> Iterator[str]:
    yield names.identifier("object", names.of(holding_name(holding.holding)))
    moments = (("opened by event", holding.opened_by), ("ended by event", holding.ended_by))
    known = ((what, event_id) for what, event_id in moments if event_id is not None)
    yield from _properties([("copy", holding.label), ("state", holding.state), *known])
    yield _relationship("structural", "represents", names.bundle)
    if holding.taken_from is not None:
        yield _relationship("derivation", "has source", names.of(holding_name(holding.taken_from)))


def _item_object(item: ItemView, names: _Names) -> Iterator[str]:
    yield names.identifier("object", names.of(item_name(item.number)))
    yield from _properties(
        [("leaf", item.leaf), *item.facts, *(("closed field", name) for name in item.closed)]
    )
    if item.content is not None:
        yield _characteristics(item)
    if item.name is not None:
        yield element("originalName", item.name)
    yield _relationship("structural", "is part of", names.bundle)
    for original in item.originals:
        yield _relationship("derivation", "has source", names.of(item_name(original)))


def _characteristics(item: ItemView) -> str:
    content = item.content or {}
    fixity = "".join(
        f"<fixity>{element('messageDigestAlgorithm', _DIGEST_NAMES[algorithm])}"
        f"{element('messageDigest', digest)}</fixity>"
        for algorithm, digest in item.digests
    )
    format_name = item.media_type or content["ext"] or "unknown"
    return (
        f"<objectCharacteristics>{fixity}{element('size', str(content['size']))}<format><formatDesignation>"
        f"{element('formatName', format_name)}</formatDesignation></format></objectCharacteristics>"
    )


def _event(event: EventView, names: _Names) -> Iterator[str]:
    yield names.identifier("event", names.of(event_name(event.event_id)))
    yield _event_type(event.type)
    yield element("eventDateTime", str(event.claimed_at))
    for detail in _details(event):
        yield f"<eventDetailInformation>{element('eventDetail', detail)}</eventDetailInformation>"
    outcome = element("eventOutcome", event.result) if event.result else ""
    for note in (f"undetermined: {code}" for code in event.doubts):
        outcome += f"<eventOutcomeDetail>{element('eventOutcomeDetailNote', note)}</eventOutcomeDetail>"
    if outcome:
        yield f"<eventOutcomeInformation>{outcome}</eventOutcomeInformation>"
    parties = [("actor", event.actor), *(("cosigner", name) for name in event.cosigners)]
    if event.recipient is not None:
        parties.append(("recipient", event.recipient))
    for role, name in parties:
        yield names.identifier("agent", names.of(agent_name(name)), role=role, prefix="linking")
    yield names.identifier("object", names.bundle, role="bundle", prefix="linking")
    if event.holding:
        holding = names.of(holding_name(event.holding))
        yield names.identifier("object", holding, role="holding", prefix="linking")
    for role, numbers in (("used", event.used), ("made", event.made)):
        for number in numbers:
            yield names.identifier("object", names.of(item_name(number)), role=role, prefix="linking")


def _event_type(name: str) -> str:
    if name in EVENT_TERMS:
        code, label = EVENT_TERMS[name]
        return element(
            "eventType",
            label,
            authority="eventType",
            authorityURI=EVENT_VOCABULARY,
            valueURI=f"{EVENT_VOCABULARY}/{code}",
        )
    return element("eventType", name, authority=_LOCAL, valueURI=f"{EVENT_TYPES}{name}")


def _details(event: EventView) -> Iterator[str]:
    yield f"{event.type}; the time is claimed by {event.actor}; proven window: {event.window}"
    for before in event.follows:
        yield f"follows: {before}"
    if event.claimed_recipient is not None:
        yield f"claimed recipient: {event.claimed_recipient}"
    for path, value in event.facts:
        yield f"{path}: {text_of(value)}"


def _agent(name: str, names: _Names) -> Iterator[str]:
    yield names.identifier("agent", names.of(agent_name(name)))
    yield element("agentName", name)
    yield element("agentNote", "the name that the verifier's trust gives the keys")
