"""`custody export`: working copies under the original names, outside the bundle."""

from __future__ import annotations

import click

from custody.cli.console import answer, progress, tell
from custody.cli.no_bundle import refuse_no_bundle
from custody.cli.options import PATH, verification_options
from custody.cli.verb import Verb
from custody.facade.verifying import verify
from custody.model.instant import Instant
from custody.packing.working_copies import export_names
from custody.present.display import quote
from custody.report.claim import Claim
from custody.storage.opening import open_bundle


@click.command("export", cls=Verb)
@click.argument("bundle", type=PATH)
@click.option("--names", required=True, type=PATH, metavar="DIR", help="The folder to create for the copies.")
@verification_options
def command(
    *,
    bundle: str,
    names: str,
    trust: str,
    at: Instant | None,
    before: Instant | None,
    expect_seal: str | None,
) -> int:
    """Copy the items of BUNDLE into DIR under their names; only from a bundle that is proven intact."""
    refuse_no_bundle(bundle)
    with progress("verifying") as bar:
        report = verify(bundle, trust=trust, at=at, before=before, expect_seal=expect_seal, progress=bar)
    if before is not None:
        report.require(Claim.EXISTED_BEFORE)
    source = open_bundle(bundle)
    try:
        copied = export_names(report, source, names)
    finally:
        source.close()
    answer(f"copied {copied} files into {quote(names)}")
    tell("these are working copies; evidence is the bundle, and an exhibit is named by its number and digest")
    return 0


COMMAND = command
