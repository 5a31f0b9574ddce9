"""`custody authority list`: the names of well-known time authorities."""

from __future__ import annotations

import click

from custody.cli.authority_text import list_rows
from custody.cli.console import answer, answer_bytes, tell
from custody.cli.verb import Verb
from custody.facade.authorities import authority_list_bytes, well_known_authorities


@click.command("list", cls=Verb)
@click.option("--json", "as_json", is_flag=True, help="The list itself, schemas/authorities-1.json.")
def command(*, as_json: bool) -> int:
    """List well-known time authorities: name, country, whether qualified as recorded, root, operator."""
    listed = well_known_authorities()
    if as_json:
        answer_bytes(authority_list_bytes())
        return 0
    for row in list_rows(listed):
        answer(row)
    tell("recorded, not checked; nobody was contacted, and nobody is trusted before you add him")
    tell("next: custody authority show NAME; custody trust add-authority FILE NAME")
    return 0


COMMAND = command
