"""The last part of finding 3: the seal's open `manifest` against the manifest of what is here."""

from __future__ import annotations

from custody.proof.event_record import EventRecord
from custody.report.reason import Reason
from custody.verification.items import ItemFacts
from custody.verification.parts import Counted, gone_with_erasure
from custody.verification.run import CONTENT, Run


def conclude_manifest(run: Run, facts: ItemFacts, counted: Counted, seal: EventRecord | None) -> None:
    """Compare digest, number of files and bytes; not where an erasure took an item."""
    opening = None if seal is None else seal.openings.get("manifest")
    if seal is None or opening is None or facts.malformed or gone_with_erasure(facts, counted):
        return
    sealed = opening.value
    here = {"sha256": facts.manifest_sha256, "files": facts.contents, "bytes": facts.payload_bytes}
    if sealed != here:
        path = f"{seal.path}/manifest.json"
        run.findings.add(
            Reason.MANIFEST_MISMATCH, path, CONTENT, expected=sealed["files"], found=facts.contents
        )
