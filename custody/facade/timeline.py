"""The log of a bundle on a disk, told as a timeline."""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import ExitStack

from custody.facade.moment import Moment, instant_of, now
from custody.facade.several import several
from custody.facade.verifying import open_receipt, trust_of
from custody.report.timeline import Timeline
from custody.storage.opening import open_bundle
from custody.trust.trust import Trust
from custody.verification.standing import take_standing
from custody.verification.timeline import timeline_of


def timeline(
    bundle: str | os.PathLike[str],
    *,
    trust: Trust | str | os.PathLike[str],
    at: Moment | None = None,
    expect_seal: str | None = None,
    receipts: str | os.PathLike[str] | Iterable[str | os.PathLike[str]] = (),
) -> Timeline:
    """Judge the log of a bundle, folder or zip, and tell it event by event; the files are not looked at.

    Nothing is concluded about any claim: for that, and for the files, `verify`.

    Args:
        bundle: its folder or zip.
        trust: whom the reader accepts: a Trust, the path of a trust.json or public key file, or "none".
        at: the moment that counts as now; this machine's clock unless given.
        expect_seal: the id of the seal, 64 hex digits, as known from another source than the bundle.
        receipts: a path, or several, of receipts or other copies; what they alone show is marked as such.

    Raises:
        BundleError: code SEAL_MISSING: no seal that every listed key signed; SEAL_NOT_EXPECTED; the trust is
            malformed; or a zip that cannot be read as one.
        StorageError: the bundle, the trust or a receipt cannot be opened.
        UsageError: a moment without its zone, or no trust at all.
    """
    accepted = trust_of(trust)
    judged_at = now() if at is None else instant_of(at)
    with ExitStack() as closing:
        shown = [open_receipt(os.fspath(receipt), closing) for receipt in several(receipts, "receipts")]
        source = open_bundle(os.fspath(bundle))
        closing.callback(source.close)
        return timeline_of(
            take_standing(source, accepted, verified_at=judged_at, expect_seal=expect_seal, receipts=shown)
        )
