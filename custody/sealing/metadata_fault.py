"""What is wrong with metadata that people wrote: every fault at once, each with its place and a way out."""

from __future__ import annotations

from attrs import define, field, frozen
from typing_extensions import override

from custody.errors import UsageError
from custody.format.limits import FAILURES_LISTED


@frozen(kw_only=True)
class MetadataFault:
    """One fault. It describes what was found and never quotes it: a cell may hold a name.

    Names of source files that have no row are told, as they are in every refusal of sources.

    Attributes:
        row: of a sheet: the row as the spreadsheet numbers it, headings are row 1; 0 for the whole file.
        column: of a sheet: the heading, or "column <n>" where that is unknown; of JSON: the pointer.
        expected: what belongs there.
        found: what stands there.
        hint: what to do.
    """

    row: int = 0
    column: str = ""
    expected: str
    found: str
    hint: str = ""

    @override
    def __str__(self) -> str:
        """Return one line: place, what was expected and what was found."""
        places = [f"row {self.row}"] if self.row else []
        places += [self.column] if self.column else []
        return f"{', '.join(places) or 'file'}: expected {self.expected}, found {self.found}"


class MetadataError(UsageError):
    """Metadata cannot be read; nothing was sealed.

    Attributes:
        faults: the first 1,000, in the order of the file.
        count: how many there are in all.
    """

    default_code = "METADATA"

    def __init__(self, faults: tuple[MetadataFault, ...], count: int) -> None:
        """Name the number of faults and the first of them."""
        more = f" (the first of {count} faults)" if count > 1 else ""
        super().__init__(f"metadata: {faults[0]}{more}", hint=faults[0].hint or None)
        self.faults = faults
        self.count = count


@define
class Faults:
    """Collects faults while the rest of the file is still read."""

    kept: list[MetadataFault] = field(factory=list)
    count: int = 0

    def add(self, row: int, column: str, expected: str, found: str, hint: str = "") -> None:
        """Note one fault; beyond the first thousand they are only counted."""
        self.count += 1
        if len(self.kept) < FAILURES_LISTED:
            self.kept.append(MetadataFault(row=row, column=column, expected=expected, found=found, hint=hint))

    def refuse(self) -> None:
        """Raise if there was any fault.

        Raises:
            MetadataError: with all of them.
        """
        if self.kept:
            raise MetadataError(tuple(self.kept), self.count)
