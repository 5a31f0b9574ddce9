"""`custody withdraw`: take a release back that nobody has received."""

from __future__ import annotations

import click

from custody.cli.options import PATH, SEAL_ID, TEXT
from custody.cli.verb import Verb
from custody.cli.writing import Hand, Told, conclude, desk_for, details_options, writing_options
from custody.present.display import quote
from custody.transfer.details import Details
from custody.transfer.release import withdraw_act


@click.command("withdraw", cls=Verb)
@click.argument("bundle", type=PATH)
@click.option("--event", type=SEAL_ID, help="The release, where several are open.")
@click.option("--reason", type=TEXT, metavar="TEXT", help="Why.")
@details_options
@writing_options
def command(*, bundle: str, event: str | None, reason: str | None, details: Details, hand: Hand) -> int:
    """Take the release of BUNDLE back; you hold it again."""
    desk = desk_for(hand, bundle)
    act = withdraw_act(desk, event=event, holding=hand.holding, reason=reason, details=details)
    told = Told(
        done=f"withdrew the release of {quote(bundle)}; you hold it again",
        then=("received elsewhere meanwhile, it is a dispute: proven times decide, else custody reconcile",),
    )
    return conclude(hand, desk, act, told)


COMMAND = command
