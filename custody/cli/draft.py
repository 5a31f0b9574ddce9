"""`custody draft`: the sheet to fill in before sealing."""

from __future__ import annotations

import click

from custody.cli.console import answer, tell
from custody.cli.options import PATH
from custody.cli.pack import tell_left_out
from custody.cli.verb import Verb
from custody.present.display import quote
from custody.sealing.draft import Draft
from custody.sealing.gather import count_kinds, detect_kinds, gather
from custody.sealing.sheet import encode_sheet
from custody.storage.named_file import write_named_file


@click.command("draft", cls=Verb)
@click.argument("sources", nargs=-1, required=True, type=PATH, metavar="SOURCE...")
@click.option("--out", required=True, type=PATH, help="The CSV file to create; - is standard output.")
def command(*, sources: tuple[str, ...], out: str) -> int:
    """Write a sheet with a row for each file of the sources; nothing is sealed."""
    draft = gather(Draft(), sources)
    kinds = detect_kinds(draft)
    write_named_file(out, encode_sheet(draft, kinds))
    if out != "-":
        for kind, count in count_kinds(kinds).items():
            answer(f"{kind}: {count}")
        answer(f"sheet: {quote(out)}")
    tell_left_out(draft.left_out)
    tell("next: fill in the sheet, then custody seal SOURCE... --metadata SHEET --key KEY")
    return 0


COMMAND = command
