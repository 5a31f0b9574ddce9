"""From a bundle on a disk to a contact sheet; for programs."""

from __future__ import annotations

import os

from custody.facade.moment import Moment
from custody.facade.verifying import verify
from custody.filing.contact_sheet import sheet_of
from custody.filing.document import Document
from custody.filing.sheet_choice import decode_numbers
from custody.model.item_numbers import ItemNumbers
from custody.present.catalogue import catalogue_for
from custody.report.claim import Claim
from custody.storage.opening import open_bundle
from custody.storage.source import Progress
from custody.trust.trust import Trust


def contact_sheet(
    bundle: str | os.PathLike[str],
    *,
    trust: Trust | str | os.PathLike[str],
    lang: str,
    items: str | None = None,
    at: Moment | None = None,
    expect_seal: str | None = None,
    progress: Progress | None = None,
) -> Document:
    """Verify a bundle and draw the items that may be shown; nothing is written.

    Args:
        bundle: its folder or zip.
        trust: whom the verifier accepts: a Trust, the path of a trust.json or public key file, or "none".
        lang: "en" or "ar".
        items: their numbers, such as "1-40,55"; every item unless given.
        at: the moment that counts as now; this machine's clock unless given.
        expect_seal: the id of the seal, 64 hex digits, as known from another source than the bundle.
        progress: told the files and bytes that were verified since it was told last.

    Raises:
        NotProvenError: INTACT is not proven.
        UsageError: another language, no such item, more than 1,000 of them, or Pillow is not installed.
        BundleError, StorageError: as `custody.verify`; or the bundle is no longer what was verified.
    """
    catalogue_for(lang)  # refuses another language before anything is drawn
    asked = ItemNumbers() if items is None else decode_numbers(items)
    report = verify(bundle, trust=trust, at=at, expect_seal=expect_seal, progress=progress)
    report.require(Claim.INTACT)
    source = open_bundle(os.fspath(bundle))
    try:
        return sheet_of(report, source, lang=lang, items=asked)
    finally:
        source.close()
