"""`custody pack`: one zip to carry or send."""

from __future__ import annotations

import click

from custody.cli.console import answer, progress, tell
from custody.cli.no_bundle import refuse_no_bundle
from custody.cli.options import PATH
from custody.cli.verb import Verb
from custody.facade.moment import now
from custody.packing.pack import pack_bundle
from custody.present.display import quote


@click.command("pack", cls=Verb)
@click.argument("bundle", type=PATH)
@click.option("--out", type=PATH, help="The zip to create; named like the bundle unless given.")
@click.option("--whole", is_flag=True, help="Testimony, people and unclear consent may leave in the open.")
def command(*, bundle: str, out: str | None, whole: bool) -> int:
    """Write BUNDLE as a zip, its wrapping made anew, without files of the operating system."""
    refuse_no_bundle(bundle)
    with progress("packing") as bar:
        packed = pack_bundle(bundle, out, verified_at=now(), whole=whole, progress=bar)
    answer(f"packed {packed.files} files into {quote(packed.path)}")
    tell_left_out(packed.left_out)
    tell("next: custody verify works straight from the zip")
    return 0


def tell_left_out(names: tuple[str, ...]) -> None:
    """Name what a copy or a bundle does not have: litter of operating systems."""
    if names:
        tell(f"left out, {len(names)} in all:")
    for name in names:
        tell(f"  {quote(name)}")


COMMAND = command
