"""`custody authority show`: all that is recorded of one time authority."""

from __future__ import annotations

import click

from custody.cli.authority_text import show_lines
from custody.cli.console import answer, answer_bytes
from custody.cli.verb import Verb
from custody.facade.authorities import authority_entry_bytes, well_known_authority


@click.command("show", cls=Verb)
@click.argument("name")
@click.option("--json", "as_json", is_flag=True, help="The entry as it stands in the list.")
def command(*, name: str, as_json: bool) -> int:
    """Show what is recorded of the time authority NAME, from which sources, and what was not checked."""
    listed = well_known_authority(name)
    if as_json:
        answer_bytes(authority_entry_bytes(name))
        return 0
    for line in show_lines(listed):
        answer(line)
    return 0


COMMAND = command
