"""`custody trust remove-authority`: know a time authority no longer."""

from __future__ import annotations

import click

from custody.cli.console import answer, tell
from custody.cli.options import PATH
from custody.cli.trust_change import change_trust
from custody.cli.verb import Verb
from custody.present.display import quote
from custody.trust.change import without_authority


@click.command("remove-authority", cls=Verb)
@click.argument("file", type=PATH)
@click.argument("name")
def command(*, file: str, name: str) -> int:
    """Take the time authority NAME out of the trust in FILE, with all its roots: none of its time counts."""
    change_trust(file, lambda trust: without_authority(trust, name))
    answer(f"removed: {quote(name)}")
    tell("none of its stamps proves anything now; custody trust end-authority keeps those from before a date")
    return 0


COMMAND = command
