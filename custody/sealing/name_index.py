"""Which item of a draft a name means: the exact bytes first, else the only one that looks the same (NFC)."""

from __future__ import annotations

import unicodedata

from custody.sealing.draft import Draft
from custody.sealing.metadata_fault import Faults

_AMBIGUOUS = -1


class NameIndex:
    """Finds items by name. macOS writes names decomposed and spreadsheets compose them, so both are tried."""

    def __init__(self, draft: Draft) -> None:
        """Index all names of the draft."""
        self._exact: dict[bytes, int] = {}
        self._composed: dict[str, int] | None = None
        for index, (name, _given) in enumerate(draft.rows.rows(draft.count)):
            self._exact[name] = _AMBIGUOUS if name in self._exact else index

    def find(self, name: bytes, faults: Faults, row: int, column: str) -> int | None:
        """Return the place of the item, from 0, or None after noting the fault."""
        found = self._exact.get(name)
        if found is None:
            found = self._look_alike(name)
        if found is None:
            hint = "compare the path with the sources: folders too, and upper and lower case"
            faults.add(row, column, "a file of the sources", "none of this path", hint)
        elif found == _AMBIGUOUS:
            faults.add(row, column, "one file", "several of this path", "rename one of them")
            found = None
        return found

    def _look_alike(self, name: bytes) -> int | None:
        if self._composed is None:
            self._composed = {}
            for other, index in self._exact.items():
                key = _composed(other)
                self._composed[key] = _AMBIGUOUS if key in self._composed else index
        return self._composed.get(_composed(name))


def _composed(name: bytes) -> str:
    text = name.decode("utf-8", "surrogateescape")
    return unicodedata.normalize("NFC", text)
