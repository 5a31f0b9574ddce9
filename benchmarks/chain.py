"""A long log: `python -m benchmarks.chain make|verify FOLDER COUNT`, each half a process.

Making seals one small file and lets its holder check fixity so many times, each event signed with Ed25519 and
ML-DSA-65. Verifying reads the folder as `custody verify` does, and requires that custody is proven.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from custody.facade.moment import now
from custody.format.layout import event_path
from custody.keys.event_writer import assemble_event
from custody.keys.signer import SeedSigner
from custody.model.event import Body, Statement
from custody.report.claim import Claim, Outcome
from custody.sealing.draft import Draft
from custody.sealing.seal import Sealed, seal_draft
from custody.storage.opening import open_bundle
from custody.trust.trust import Trust
from custody.verification.verify import verify_source

BENCH_SEEDS = (bytes(range(32)), bytes(range(32, 64)))
"""Keys that everybody knows: what they sign is worth nothing."""


def bench_signer() -> SeedSigner:
    """Return the only holder."""
    return SeedSigner("bench", *BENCH_SEEDS)


def make_chain(folder: Path, count: int) -> Path:
    """Seal one file and append `count` events; return the bundle."""
    signer = bench_signer()
    source = folder / "note.txt"
    source.write_text("one line\n", "utf-8")
    sealed = seal_draft(
        Draft().add(str(source)), str(folder), signers=[signer], randomness=os.urandom, now=now
    )
    bundle = folder / sealed.bundle_id
    _append(bundle, sealed, signer, count)
    return bundle


def _append(bundle: Path, sealed: Sealed, signer: SeedSigner, count: int) -> None:
    head = sealed.seal_id
    root = sealed.report.root or ""
    for seq in range(1, count + 1):
        statement = Statement(
            bundle_id=sealed.bundle_id, holding=sealed.bundle_id, seq=seq, prev=(head,), fields=()
        )
        body = Body(
            type="fixity-checked",
            actor=signer.identity.name,
            signers=(),
            claimed_at=now(),
            data={"root": root, "result": "pass"},
        )
        event = assemble_event(statement, body, {}, [signer], os.urandom)
        place = bundle / event_path(sealed.bundle_id, seq)
        place.mkdir()
        for name, data in event.files.items():
            (place / name).write_bytes(data)
        head = event.event_id


def verify_chain(bundle: Path, count: int) -> int:
    """Verify a bundle and return how many events count.

    Raises:
        ValueError: custody is not proven, or an event does not count.
    """
    source = open_bundle(str(bundle))
    try:
        report = verify_source(source, Trust.of_identity(bench_signer().identity), verified_at=now())
    finally:
        source.close()
    counted = sum(event.status == "counted" for event in report.events)
    if report.outcome(Claim.CUSTODY_UNBROKEN) is not Outcome.PROVEN or counted != count + 1:
        raise ValueError("chain: expected every event to count and custody to be proven, found otherwise")
    return counted


def main() -> int:
    """Run one half."""
    half, folder, count = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
    if half == "make":
        make_chain(folder, count)
    else:
        (bundle,) = (path for path in folder.iterdir() if path.is_dir())
        verify_chain(bundle, count)
    return 0


if __name__ == "__main__":
    sys.exit(main())
