"""`custody list`: numbers, sizes, kinds and names of the items; nothing of it is verified."""

from __future__ import annotations

import click

from custody.cli.console import answer
from custody.cli.no_bundle import refuse_no_bundle
from custody.cli.options import PATH, language_option
from custody.cli.verb import Verb
from custody.format.bag import ITEMS_PATH
from custody.format.item_line import decode_item_line
from custody.format.limits import ITEM_LINE_BYTES
from custody.present.catalogue import catalogue_for
from custody.present.shown import heading, item_rows
from custody.storage.opening import open_bundle


@click.command("list", cls=Verb)
@click.argument("bundle", type=PATH)
@language_option
def command(*, bundle: str, language: str) -> int:
    """List the items of BUNDLE: number, size, kind, name."""
    refuse_no_bundle(bundle)
    catalogue = catalogue_for(language)
    answer(heading(catalogue))
    source = open_bundle(bundle)
    try:
        numbered = enumerate(source.lines(ITEMS_PATH, ITEM_LINE_BYTES), start=1)
        for row in item_rows((decode_item_line(data, number) for number, data in numbered), catalogue):
            answer(row)
    finally:
        source.close()
    return 0


COMMAND = command
