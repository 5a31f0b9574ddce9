"""Damage to a file with chunks is located."""

from __future__ import annotations

from pathlib import Path

from custody.report.reason import Reason
from custody.storage.folder import open_folder
from custody.verification.verify import verify_source
from tests.tools.bundles import AT, CHUNK, Item, make_bundle, seed_signer
from tests.tools.memory import trusting
from tests.unit.storage.bundles import write_files

SIGNER = seed_signer("archive")
DATA = b"a" * CHUNK + b"b" * CHUNK + b"c" * 5


def test_the_damaged_mib_is_named(tmp_path: Path) -> None:
    """One byte of the second MiB differs, so position 1 is named and no other."""
    item = Item(data=DATA, ext="mp4", chunks=True, fields={"kind": {"kind": "media"}})
    bundle = make_bundle([item], signers=[SIGNER])
    damaged = bytearray(DATA)
    damaged[CHUNK + 7] ^= 1
    write_files(tmp_path, {**bundle.files, "data/000001.mp4": bytes(damaged)})
    source = open_folder(str(tmp_path))
    report = verify_source(source, trusting(SIGNER), verified_at=AT)
    source.close()
    (found,) = [finding for finding in report.findings if finding.reason is Reason.FILE_DIGEST]
    assert found.arguments["chunks"] == "1"
