"""`custody key backup`: a page to print, which restores the key with its passphrase."""

from __future__ import annotations

import click

from custody.cli.console import answer, tell
from custody.cli.options import PATH
from custody.cli.signing import secret_file
from custody.cli.verb import Verb
from custody.keys.backup import encode_backup_page
from custody.keys.secret_file import write_secret_file
from custody.storage.targets import check_target


@click.command("backup", cls=Verb)
@click.argument("key", type=PATH)
@click.option(
    "--out", type=PATH, help="The file to create, readable by you alone; standard output unless given."
)
def command(*, key: str, out: str | None) -> int:
    """Write a page that restores KEY; keep it apart from the passphrase."""
    if out is not None:
        check_target(out)
    page = encode_backup_page(secret_file(key))
    if out is None:
        answer(page)
    else:
        write_secret_file(out, page.encode("utf-8"))
    tell("next: print the page, try it once with custody key restore, and remove the file")
    return 0


COMMAND = command
