"""What goes with every report: the specification and the small auditor, so that its reader needs no more.

A wheel ships both below `custody/reference`; in a working copy they lie where they are written.
"""

from __future__ import annotations

from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Final

SPECIFICATION: Final = "bundle-1.md"
AUDITOR: Final = "audit.py"
_WRITTEN: Final = {SPECIFICATION: "docs/spec/bundle-1.md", AUDITOR: "examples/audit.py"}


def read_reference(name: str) -> bytes | None:
    """Return the specification or the auditor, or None where this installation has neither.

    Args:
        name: `SPECIFICATION` or `AUDITOR`.
    """
    shipped: Traversable = files("custody") / "reference" / name
    written = Path(__file__).resolve().parents[2] / _WRITTEN[name]
    for place in (shipped, written):
        if place.is_file():
            return place.read_bytes()
    return None


def read_references() -> dict[str, bytes]:
    """Return what is at hand of the specification and the auditor, by name."""
    found = {name: read_reference(name) for name in _WRITTEN}
    return {name: data for name, data in found.items() if data is not None}
