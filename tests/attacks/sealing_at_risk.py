"""Seals the same draft again and again while the machine fails: at one call of the system after another.

Run as a program: `sealing_at_risk.py FOLDER HOW FIRST STEP`. HOW is `kill`, or the name of an errno. Each
attempt runs in a process of its own; afterwards the folder must hold nothing that looks sealed, or a bundle
that verifies, and the next attempt must succeed. Prints one line of JSON: the points, and every breach.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from datetime import UTC, datetime
from pathlib import Path

from custody.errors import CustodyError
from custody.keys.signer import SeedSigner
from custody.model.instant import Instant
from custody.report.claim import Claim, Outcome
from custody.sealing.draft import Draft
from custody.sealing.existing import own_trust
from custody.sealing.gather import gather
from custody.sealing.seal import SealOptions, seal_draft
from custody.storage.opening import open_bundle
from custody.verification.verify import verify_source
from tests.tools.failing import DONE, OTHER, attempt_failing, try_points

BUNDLE = "ab" * 16
SIGNER = SeedSigner("w-01", bytes(32), bytes(32))
NOW = Instant(datetime(2026, 3, 1, tzinfo=UTC))


def seal(folder: Path) -> None:
    """Seal the draft, or find it sealed."""
    draft = gather(Draft(case="C"), [folder / "evidence"])
    seal_draft(
        draft,
        folder / "out",
        signers=[SIGNER],
        randomness=os.urandom,
        now=lambda: NOW,
        bundle_id=BUNDLE,
        options=SealOptions(chunks=True),
    )


def breaches(folder: Path, ended: int) -> list[str]:
    """Say what is wrong with what an attempt left."""
    found = []
    shown = [path.name for path in (folder / "out").iterdir() if not path.name.startswith(".")]
    if shown and not _verifies(folder / "out" / BUNDLE):
        found.append("something that looks sealed does not verify")
    if ended == DONE and not shown:
        found.append("said to be sealed, and is not there")
    if ended == OTHER:
        found.append("an error that is none of ours")
    try:
        seal(folder)
    except CustodyError as error:
        found.append(f"the next attempt fails: {error.code}")
    left = [path.name for path in (folder / "out").iterdir() if ".tmp-" in path.name]
    if left or not _verifies(folder / "out" / BUNDLE):
        found.append("the next attempt leaves something behind")
    return found


def _verifies(path: Path) -> bool:
    source = open_bundle(str(path))
    try:
        report = verify_source(source, own_trust([SIGNER]), verified_at=NOW)
    finally:
        source.close()
    return all(report.outcome(claim) is Outcome.PROVEN for claim in (Claim.INTACT, Claim.SEALED_BY))


def main(folder: Path, how: str, first: int, step: int) -> None:
    """Try point after point until a sealing runs through untouched."""
    evidence = folder / "evidence"
    evidence.mkdir()
    (evidence / "شاهد.txt").write_bytes(b"x")
    (evidence / "video.mp4").write_bytes(bytes(1_200_000))
    (evidence / ".DS_Store").write_bytes(b"x")

    def attempt(point: int) -> int:
        shutil.rmtree(folder / "out", ignore_errors=True)
        (folder / "out").mkdir()
        return attempt_failing(how, point, lambda _: lambda: seal(folder))

    result = try_points(how, first, step, attempt, lambda ended: breaches(folder, ended))
    sys.stdout.write(json.dumps(result) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
