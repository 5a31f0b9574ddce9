"""`custody trust new`: a trust file that accepts nobody yet."""

from __future__ import annotations

import click

from custody.cli.console import tell
from custody.cli.options import PATH
from custody.cli.verb import Verb
from custody.storage.named_file import write_named_file
from custody.trust.trust import Trust
from custody.trust.trust_file import encode_trust_file


@click.command("new", cls=Verb)
@click.argument("file", type=PATH)
def command(*, file: str) -> int:
    """Create FILE, a trust in nobody."""
    write_named_file(file, encode_trust_file(Trust.none()))
    tell("next: custody trust add FILE PUBLIC-KEY-FILE")
    return 0


COMMAND = command
