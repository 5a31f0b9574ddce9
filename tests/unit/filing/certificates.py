"""Bundles that are certified, and what is said of them, for the tests of certificates."""

from __future__ import annotations

from typing import Any, Final

from attrs import evolve

from custody.exporting.open_items import OpenItems
from custody.exporting.view import ItemView
from custody.filing.certificate import CertificateFacts, Kind, Program, certificate_facts
from custody.filing.declaration import Declaration
from custody.model.instant import Instant, decode_instant
from custody.trust.trust import Role, Trust
from custody.verification.standing import take_standing
from custody.verification.timeline import timeline_of
from tests.tools.bundles import SMALL, Bundle, Item, add_event, make_bundle, seed_signer, text_item
from tests.tools.memory import NOW, MemorySource, judge, trusting_each

SEALER: Final = seed_signer("w-01", hybrid=True)
LAWYER: Final = seed_signer("lawyer-7")
EXPERT: Final = seed_signer("expert-3")
STRANGER: Final = seed_signer("w-99")
TRUST: Final = trusting_each(
    (SEALER, (Role.SEALER, Role.HOLDER)), (LAWYER, (Role.HOLDER,)), (EXPERT, (Role.ATTESTER,))
)
PROGRAM: Final = Program(name="custody", version="0.1.0")


def moment(day: int) -> Instant:
    """Return noon of a day in January 2026."""
    return decode_instant(f"2026-01-{day:02d}T12:00:00Z")


def party(signer: Any) -> dict[str, Any]:  # noqa: ANN401 - a signer
    """Return a signer as events name recipients."""
    return {"identity": signer.identity.name, "keys": list(signer.identity.key_set.key_ids)}


def copied(name: str, text: str, digest: str) -> Item:
    """Return an item that was copied from a telephone whose file had a digest."""
    return text_item(
        name,
        text,
        kind="record",
        origin={
            "method": "logical copy",
            "tool": {"name": "copier", "version": "4.1"},
            "device": "telephone",
            "ended": "2026-01-01T08:00:00Z",
            "original_digest": {"algorithm": "sha256", "digest": digest, "at": "2026-01-01T07:00:00Z"},
        },
    )


def sealed(*items: Item) -> Bundle:
    """Seal items, three small ones unless others are given, on the second day."""
    return make_bundle(items or SMALL, signers=[SEALER], at=moment(2))


def handed_over(bundle: Bundle, day: int = 5) -> Bundle:
    """Release on a day, and receive on the next."""
    release = {"to": party(LAWYER), "root": bundle.root, "items": bundle.items}
    bundle = add_event(bundle, "released", release, signers=[SEALER], at=moment(day))
    received = {"root": bundle.root, "result": "pass"}
    return add_event(bundle, "received", received, signers=[LAWYER], opens=True, at=moment(day + 1))


def checked(bundle: Bundle, signer: Any = LAWYER, day: int = 8, **data: Any) -> Bundle:  # noqa: ANN401
    """Check as the holder, with a named tool."""
    fields = {
        "note": {"tool": {"name": "custody", "version": "0.0.9"}},
        "place": {"description": "Berlin, room 4"},
    }
    told = {"root": bundle.root, "result": "pass", **data}
    return add_event(bundle, "fixity-checked", told, signers=[signer], fields=fields, at=moment(day))


def facts_of(
    bundle: Bundle,
    *,
    kind: Kind = Kind.FRE_902_14,
    declarant: str = "lawyer-7",
    declaration: Declaration | None = None,
    trust: Trust = TRUST,
    at: Instant = NOW,
    items: tuple[ItemView, ...] | None = None,
    moment_chosen: bool = False,
) -> CertificateFacts:
    """Verify a bundle in memory and gather the facts."""
    report = evolve(judge(bundle.files, trust), verified_at=at)
    source = MemorySource(bundle.files)
    standing = take_standing(source, trust, verified_at=at)
    facts = certificate_facts(
        kind,
        report,
        timeline_of(standing),
        OpenItems(source, bundle_id=bundle.bundle_id, root=bundle.root) if items is None else items,
        trust=trust,
        declarant=declarant,
        declaration=declaration or Declaration(),
        program=PROGRAM,
    )
    return evolve(facts, moment_chosen=moment_chosen)
