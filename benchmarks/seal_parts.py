"""`custody seal` with parts of its work left out: `python -m benchmarks.seal_parts PARTS ARGUMENT…`.

PARTS is a comma-separated list of: self-check, detection, copy; or `nothing`. A part is left out by putting
something in its place that does nothing; what it costs is the difference between two runs. Without `copy` the
originals are read and hashed all the same, and the bundle's own files are written, but no payload file is
created, written or made durable, which is no bundle; so `self-check` must be left out with it.
"""

from __future__ import annotations

import os
import sys
from typing import Any, Self

from custody.cli.__main__ import main as custody
from custody.facade.moment import now
from custody.report.report import Report
from custody.sealing import payload, seal
from custody.storage import copying
from custody.storage.new_tree import PosixNewTree

PARTS = ("self-check", "detection", "copy")
_Replacement = tuple[Any, str, Any]


class NoWriter:
    """Counts what would have been written."""

    def __init__(self, _descriptor: int, name: str, *, sync: bool) -> None:
        """Take the arguments of a `FileWriter`."""
        self.name = name
        self.size_bytes = 0
        self.sync = sync

    def write(self, block: bytes | memoryview) -> None:
        """Count."""
        self.size_bytes += len(block)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Close nothing."""


class NoPayload(PosixNewTree):
    """Creates everything but the payload."""

    def create_file(self, path: str, mode: int) -> int:
        """Create a file unless it is the payload's."""
        return -1 if path.startswith("data/") else super().create_file(path, mode)


def _no_check(*_: object) -> Report:
    return Report(form="folder", verified_at=now(), findings=())


def _no_type(_path: str, _head: bytes) -> str:
    return ""


def _open_no_payload(path: str) -> NoPayload:
    return NoPayload(os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC))


def replacements(parts: set[str]) -> list[_Replacement]:
    """Return what is put where, so that the parts are left out."""
    found: list[_Replacement] = []
    if "self-check" in parts:
        found.append((seal, "_verify", _no_check))
    if "detection" in parts:
        found.append((payload, "_media_type", _no_type))
    if "copy" in parts:
        found.append((copying, "FileWriter", NoWriter))
        found.append((sys.modules["custody.storage.commit"], "open_new_tree", _open_no_payload))
    return found


def main() -> int:
    """Leave parts out and seal."""
    parts = set(sys.argv[1].split(",")) - {"nothing"}
    if not parts <= set(PARTS) or ("copy" in parts and "self-check" not in parts):
        sys.exit("parts: expected self-check, detection, copy; copy only with self-check")
    for place, name, value in replacements(parts):
        if not hasattr(place, name):
            sys.exit(f"{name}: expected it where it was when this was written, found nothing")
        setattr(place, name, value)
    return custody(["seal", *sys.argv[2:]])


if __name__ == "__main__":
    sys.exit(main())
