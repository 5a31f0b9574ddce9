"""`custody contact-sheet`: small pictures of the items that may be shown."""

from __future__ import annotations

from typing import Any

import click
from typing_extensions import override

from custody.cli.console import answer, progress, tell
from custody.cli.documents import HTML, PDF, check_can_be_set, encode_document, form_of
from custody.cli.no_bundle import refuse_no_bundle
from custody.cli.options import PATH, language_option, verification_options
from custody.cli.verb import Verb
from custody.errors import CustodyError
from custody.facade.verifying import verify
from custody.filing.contact_sheet import SheetEntry, draw_items, sheet_document
from custody.filing.sheet_choice import decode_numbers
from custody.filing.thumbnail import Thumbnail
from custody.model.instant import Instant
from custody.model.item_numbers import ItemNumbers, runs_of
from custody.present.display import quote
from custody.report.claim import Claim
from custody.storage.named_file import write_named_file
from custody.storage.opening import open_bundle
from custody.storage.targets import check_target


class NumbersType(click.ParamType[ItemNumbers]):
    """Numbers of items, and runs of them."""

    name = "NUMBERS"

    @override
    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> ItemNumbers:
        """Read numbers such as 1-40,55."""
        try:
            return value if isinstance(value, ItemNumbers) else decode_numbers(str(value))
        except CustodyError:
            self.fail("expected numbers and runs such as 1-40,55, found another text", param, ctx)


@click.command("contact-sheet", cls=Verb)
@click.argument("bundle", type=PATH)
@click.option("--out", type=PATH, required=True, metavar="FILE", help="The new file: FILE.pdf or FILE.html.")
@click.option("--items", type=NumbersType(), help="The items to draw, such as 1-40,55; all unless given.")
@verification_options
@language_option
def command(
    *,
    bundle: str,
    out: str,
    items: ItemNumbers | None,
    language: str,
    trust: str,
    at: Instant | None,
    before: Instant | None,
    expect_seal: str | None,
) -> int:
    """Draw small pictures of the items of BUNDLE that may be shown; derived pictures, never evidence.

    Never drawn: testimonies, items whose terms forbid it or do not allow it clearly, what was made from such
    items, what is in quarantine, and what is closed here.
    """
    written = form_of(out, (PDF, HTML))
    check_target(out)
    check_can_be_set(written)
    refuse_no_bundle(bundle)
    with progress("verifying") as bar:
        report = verify(bundle, trust=trust, at=at, before=before, expect_seal=expect_seal, progress=bar)
    report.require(Claim.INTACT)
    if before is not None:
        report.require(Claim.EXISTED_BEFORE)
    asked = items or ItemNumbers()
    source = open_bundle(bundle)
    try:
        with progress("drawing") as bar:
            entries = draw_items(report, source, items=asked, progress=bar)
    finally:
        source.close()
    write_named_file(
        out, encode_document(sheet_document(report, entries, lang=language, items=asked), written)
    )
    _tell(out, entries)
    return 0


def _tell(out: str, entries: tuple[SheetEntry, ...]) -> None:
    """Say what was drawn, and to this person alone why the rest was not: the sheet does not say it."""
    drawn = sum(isinstance(entry.drawn, Thumbnail) for entry in entries)
    answer(f"drew {drawn} of {len(entries)} items into {quote(out)}")
    why: dict[str, list[int]] = {}
    for entry in entries:
        if not isinstance(entry.drawn, Thumbnail):
            why.setdefault(entry.drawn.value, []).append(entry.number)
    for code, numbers in sorted(why.items()):
        tell(f"not drawn, {code}: {runs_of(numbers)}")
    tell(
        "these are derived pictures; evidence is the bundle, and an exhibit is named by its number and digest"
    )


COMMAND = command
