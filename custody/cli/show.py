"""`custody show`: what a bundle says of itself; nothing of it is verified."""

from __future__ import annotations

import click

from custody.cli.console import answer
from custody.cli.no_bundle import refuse_no_bundle
from custody.cli.options import PATH, language_option
from custody.cli.verb import Verb
from custody.errors import BundleError
from custody.facade.moment import now
from custody.present.catalogue import catalogue_for
from custody.present.shown import event_lines, heading
from custody.storage.opening import open_bundle
from custody.trust.trust import Trust
from custody.verification.inventory import take_inventory
from custody.verification.log import read_log
from custody.verification.run import Question, Run


@click.command("show", cls=Verb)
@click.argument("bundle", type=PATH)
@language_option
def command(*, bundle: str, language: str) -> int:
    """Show the seal and the log of BUNDLE as they are; use verify to know what is proven."""
    refuse_no_bundle(bundle)
    catalogue = catalogue_for(language)
    source = open_bundle(bundle)
    try:
        run = Run(question=Question(trust=Trust.none(), verified_at=now()), source=source)
        log = read_log(run, take_inventory(source), sealer_known=lambda _record: False)
    finally:
        source.close()
    if not log.events and not log.attestations:
        raise BundleError("bundle: expected a seal, found none", code="SEAL_MISSING")
    answer(heading(catalogue))
    for record in (*log.events.values(), *log.attestations.values()):
        for line in event_lines(record, catalogue):
            answer(line)
    return 0


COMMAND = command
