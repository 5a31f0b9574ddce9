"""Merges of copies and receipts in folders, and copies with what looks like a stamp."""

from __future__ import annotations

import hashlib
from pathlib import Path

from custody.facade.merging import merge
from custody.transfer.merge import Merged
from tests.tools.bundles import Bundle
from tests.tools.copies import TRUST, write_copy
from tests.tools.memory import NOW

TOKEN = b"a token"
CERTIFICATE = b"0\x01x"


def stamp_path(bundle: Bundle, name: str = "stamp.tst") -> str:
    """Return the path of a file beside the stamp over the seal."""
    return bundle.path(f"stamps/{hashlib.sha256(TOKEN).hexdigest()}/{name}")


def stamped(bundle: Bundle, *, certified: bool = False) -> Bundle:
    """Put something named like a stamp, and a certificate, beside the seal."""
    files: dict[str, bytes | None] = {stamp_path(bundle): TOKEN}
    if certified:
        files[stamp_path(bundle, f"{hashlib.sha256(CERTIFICATE).hexdigest()}.cer")] = CERTIFICATE
    return bundle.edit(files)


def merged(tmp_path: Path, mine: Bundle, *others: Bundle) -> tuple[Merged, Path]:
    """Merge copies into the first, in folders."""
    folders = [
        write_copy(tmp_path / f"copy-{place}", bundle.files) for place, bundle in enumerate((mine, *others))
    ]
    return merge(*folders, trust=TRUST, at=NOW), folders[0]


def with_receipt(tmp_path: Path, mine: Bundle, receipt: bytes) -> tuple[Merged, Path]:
    """Merge a receipt into a copy."""
    folder = write_copy(tmp_path / "mine", mine.files)
    (tmp_path / "r.zip").write_bytes(receipt)
    return merge(folder, tmp_path / "r.zip", trust=TRUST, at=NOW), folder


def codes(result: Merged) -> list[str]:
    """Return why things were left out."""
    return [one.code for one in result.left_out]
