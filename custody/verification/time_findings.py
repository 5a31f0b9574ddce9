"""Finding 7: time. Stamps, anchors and renewals are read and listed; none is judged yet."""

from __future__ import annotations

from custody.format.layout import RENEWALS_FOLDER
from custody.report.claim import Claim
from custody.report.reason import Reason
from custody.verification.inventory import Inventory
from custody.verification.log import Log, read_stamps
from custody.verification.run import LISTED, Run

_TIME = (Claim.EXISTED_BEFORE,)


def conclude_time(run: Run, inventory: Inventory, log: Log) -> None:
    """Add what finding 7 comes to: nothing is proven about time, and what is there is named."""
    seal_stamps = 0
    for folder in sorted(inventory.stamps):
        is_seal = log.seal is not None and folder == log.seal.path
        count = read_stamps(run, inventory, folder, seal=is_seal)
        seal_stamps += count if is_seal else 0
    if log.seal is not None and not seal_stamps:
        run.findings.add(Reason.NOT_STAMPED, log.seal.path, _TIME)
    for folder in sorted(inventory.files):
        if folder.startswith(f"{RENEWALS_FOLDER}/"):
            run.findings.add(Reason.RENEWAL_NOT_JUDGED, folder, LISTED)
    for record in log.events.values():
        for digest in record.missing_anchors:
            run.findings.add(Reason.ANCHOR_MISSING, f"{record.path}/anchors/{digest}.tst", LISTED)
        anchors = () if record.body is None else record.body.anchors
        for anchor in anchors:
            if anchor.sha256 not in record.missing_anchors:
                run.findings.add(
                    Reason.ANCHOR_NOT_JUDGED, f"{record.path}/anchors/{anchor.sha256}.tst", LISTED
                )
