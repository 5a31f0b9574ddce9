"""`custody trust end-authority`: from a moment on, nobody should believe the tokens of a time authority."""

from __future__ import annotations

import click

from custody.cli.console import answer
from custody.cli.options import PATH, SHA256, TIME
from custody.cli.trust_change import change_trust
from custody.cli.verb import Verb
from custody.model.instant import Instant
from custody.present.display import quote
from custody.trust.change import with_authority_end


@click.command("end-authority", cls=Verb)
@click.argument("file", type=PATH)
@click.argument("name")
@click.option("--until", required=True, type=TIME, help="The first moment whose tokens count no more.")
@click.option(
    "--root", type=SHA256, help="The sha-256 of the root that is meant; all of its roots unless given."
)
def command(*, file: str, name: str, until: Instant, root: str | None) -> int:
    """Let the tokens of the time authority NAME count only if they are from before a moment.

    For a root whose key was stolen or given up. An end that was set before is replaced.
    """
    change_trust(file, lambda trust: with_authority_end(trust, name, until, root))
    answer(f"time authority: {quote(name)} until {until}")
    return 0


COMMAND = command
