"""Files and folders, and the sheet about them, read as a draft."""

from __future__ import annotations

from collections.abc import Mapping

from custody.cli.console import tell
from custody.errors import UsageError
from custody.format.limits import METADATA_BYTES
from custody.present.display import display
from custody.sealing.draft import Draft
from custody.sealing.gather import gather
from custody.sealing.metadata import described_by
from custody.sealing.metadata_fault import MetadataError
from custody.storage.named_file import read_named_file
from custody.storage.public_key import read_public_key


def drafted(
    sources: tuple[str, ...],
    *,
    case: Mapping[str, str] | None,
    metadata: str | None,
    successor: str | None = None,
    sealing: bool = True,
) -> Draft:
    """Gather the sources, describe them by the sheet, and tell every fault of it.

    Raises:
        SourceRefusedError: sources that cannot be sealed.
        UsageError: the sheet has faults; several were told on standard error.
    """
    heir = None if successor is None else read_public_key(successor)
    draft = gather(Draft(case=case, successor=heir), sources)
    try:
        return described_by(draft, read_named_file(metadata, METADATA_BYTES)) if metadata else draft
    except MetadataError as error:
        if error.count == 1:
            raise
        for fault in error.faults:
            tell(f"  {display(str(fault))}{f'; {fault.hint}' if fault.hint else ''}")
        raise UsageError(
            f"metadata: expected no faults, found {error.count}{'; nothing was sealed' if sealing else ''}",
            code=error.code,
        ) from None
