"""`custody unpack`: the folder again, from its zip."""

from __future__ import annotations

import click

from custody.cli.console import answer, progress, tell
from custody.cli.no_bundle import refuse_no_bundle
from custody.cli.options import PATH
from custody.cli.verb import Verb
from custody.packing.pack import unpack_bundle
from custody.present.display import quote


@click.command("unpack", cls=Verb)
@click.argument("zip_file", type=PATH, metavar="ZIP")
@click.option("--out", type=PATH, help="The folder to create; named by the zip's top folder unless given.")
def command(*, zip_file: str, out: str | None) -> int:
    """Write the files of ZIP into a new folder; a zip in any other form is refused."""
    refuse_no_bundle(zip_file)
    with progress("unpacking") as bar:
        unpacked = unpack_bundle(zip_file, out, progress=bar)
    answer(f"unpacked {unpacked.files} files into {quote(unpacked.path)}")
    tell("not verified; next: custody verify")
    return 0


COMMAND = command
