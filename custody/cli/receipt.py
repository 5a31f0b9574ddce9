"""`custody receipt`: one event of a bundle, to be carried alone."""

from __future__ import annotations

import click

from custody.cli.console import answer, tell
from custody.cli.no_bundle import refuse_no_bundle
from custody.cli.options import PATH, SEAL_ID
from custody.cli.verb import Verb
from custody.format.event_fields import EVENT_FIELDS
from custody.present.display import quote
from custody.transfer.receipt import BODY_ONLY, receipt_of


@click.command("receipt", cls=Verb)
@click.argument("bundle", type=PATH)
@click.argument("event", type=SEAL_ID)
@click.option("--out", required=True, type=PATH, help="The zip to create.")
@click.option(
    "--open",
    "openings",
    multiple=True,
    type=click.Choice(EVENT_FIELDS[1:]),
    help="A field that it opens besides the body; can be repeated.",
)
@click.option("--stamps", is_flag=True, help="Also the proofs of time over the event.")
def command(*, bundle: str, event: str, out: str, openings: tuple[str, ...], stamps: bool) -> int:
    """Write a receipt of EVENT: its folder, with no field open but the body; others can merge it."""
    refuse_no_bundle(bundle)
    folder = receipt_of(bundle, event, out, openings=(*BODY_ONLY, *openings), stamps=stamps)
    answer(f"receipt of {folder}: {quote(out)}")
    tell("next: send it; there, custody merge takes it in, and custody verify --receipt compares it")
    return 0


COMMAND = command
