"""The part of `custody renew` that gives a bundle new digests: `--hash NAME`."""

from __future__ import annotations

from collections.abc import Sequence

from custody.cli.console import answer, progress, tell
from custody.cli.no_bundle import refuse_no_bundle
from custody.facade.moment import now
from custody.present.display import quote
from custody.stamping.hash_renewal import write_renewal
from custody.trust.trust import Trust


def renew_hash(
    paths: Sequence[str], hash_name: str, *, trust: Trust | None = None, expect_seal: str | None = None
) -> int:
    """Renew the digests of each bundle, and say what was written and that it is to be stamped.

    Args:
        paths: folders of bundles.
        hash_name: one of `custody.format.renewal_txt.RENEWAL_HASHES`.
        trust: leaves out events that it sets aside; None: nothing is left out.
        expect_seal: the seal's id, where several stand in one bundle.

    Returns:
        The exit code, 0.

    Raises:
        CustodyError: of the first bundle that cannot be renewed; those before it are.
    """
    for path in paths:
        refuse_no_bundle(path)
        with progress("hashing") as bar:
            done = write_renewal(
                path,
                hash_name=hash_name,
                verified_at=now(),
                trust=trust,
                expect_seal=expect_seal,
                progress=bar,
            )
        verb = "renewed" if done.new else "renewed already"
        answer(f"{verb} {quote(path)}: {done.items} items, {done.events} events, {done.files} files")
        answer(f"  {done.path}/renewal.txt")
    tell("a renewal counts from its stamp: custody stamp puts one over it, before the old hash ends")
    return 0
