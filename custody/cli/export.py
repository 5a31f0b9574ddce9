"""`custody export`: working copies under the original names, or a view in another vocabulary."""

from __future__ import annotations

from collections.abc import Iterator

import click

from custody.cli.console import answer, answer_bytes, progress, tell
from custody.cli.no_bundle import refuse_no_bundle
from custody.cli.options import PATH, verification_options
from custody.cli.verb import Verb
from custody.errors import UsageError
from custody.facade.exporting import VOCABULARIES, Vocabulary, export_blocks
from custody.facade.verifying import verify
from custody.model.instant import Instant
from custody.packing.working_copies import export_names
from custody.present.display import quote
from custody.report.claim import Claim
from custody.storage.atomic_file import new_file
from custody.storage.opening import open_bundle
from custody.storage.targets import check_target


@click.command("export", cls=Verb)
@click.argument("bundle", type=PATH)
@click.option(
    "--names", type=PATH, metavar="DIR", help="Copy the files under their names into this new folder."
)
@click.option(
    "--as",
    "vocabulary",
    type=click.Choice(VOCABULARIES),
    help="Give an unsigned view of what is open: PROV-JSON, PREMIS 3 XML, or CASE/UCO JSON-LD.",
)
@click.option("--to", type=PATH, metavar="FILE", help="With --as: write this new file; else it is printed.")
@verification_options
def command(
    *,
    bundle: str,
    names: str | None,
    vocabulary: Vocabulary | None,
    to: str | None,
    trust: str,
    at: Instant | None,
    before: Instant | None,
    expect_seal: str | None,
) -> int:
    """Copy the items of BUNDLE under their names, or view what is open in it in another vocabulary.

    Copies need a bundle that is proven intact; a view needs one that is not refuted, and names each outcome.
    """
    if (names is None) == (vocabulary is None):
        raise UsageError("export: expected one of --names and --as, found none or both")
    if to is not None and vocabulary is None:
        raise UsageError("--to: expected it with --as, found it with --names")
    refuse_no_bundle(bundle)
    if names is not None:
        _copy(bundle, names, trust=trust, at=at, before=before, expect_seal=expect_seal)
        return 0
    with progress("verifying") as bar:
        blocks = export_blocks(
            bundle,
            vocabulary=vocabulary or "prov",
            trust=trust,
            at=at,
            before=before,
            expect_seal=expect_seal,
            progress=bar,
        )
        if to is not None:
            _write(to, blocks)
            return 0
        first = next(blocks)
    answer_bytes(first)
    for block in blocks:
        answer_bytes(block)
    return 0


def _write(path: str, blocks: Iterator[bytes]) -> None:
    check_target(path)
    with new_file(path) as writer:
        for block in blocks:
            writer.write(block)
    tell(f"wrote {quote(path)}: an unsigned view; evidence is the bundle")
    tell("what is open in the bundle is readable in it: it is for those alone who may read the bundle")


def _copy(
    bundle: str,
    names: str,
    *,
    trust: str,
    at: Instant | None,
    before: Instant | None,
    expect_seal: str | None,
) -> None:
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


COMMAND = command
