"""`custody reconcile`: end a dispute, by one event that both parties sign."""

from __future__ import annotations

import click

from custody.cli.options import PATH, SEAL_ID
from custody.cli.verb import Verb
from custody.cli.writing import (
    Hand,
    Told,
    conclude,
    cosigners_later,
    desk_for,
    details_options,
    receipt_words,
    writing_options,
)
from custody.present.display import quote
from custody.transfer.details import Details
from custody.transfer.reconcile import reconciliation_act


@click.command("reconcile", cls=Verb)
@click.argument("bundle", type=PATH)
@click.option(
    "--head",
    "heads",
    multiple=True,
    type=SEAL_ID,
    help="A head of another party; can be repeated; all that are in dispute unless given.",
)
@details_options
@writing_options
def command(*, bundle: str, heads: tuple[str, ...], details: Details, hand: Hand) -> int:
    """End the dispute in BUNDLE: all parties sign, you go on, and the holdings of the others end."""
    desk = desk_for(hand, bundle)
    parties = cosigners_later(hand, desk)
    act = reconciliation_act(desk, heads=heads, holding=hand.holding, parties=parties, details=details)
    told = Told(
        done=f"reconciled {quote(bundle)}; you go on, the holdings of the others have ended",
        then=(f"next: send {receipt_words(hand)} to the others, for custody merge",),
        more={"heads": list(act.data["heads"]), "holdings": list(act.data["holdings"])},
    )
    return conclude(hand, desk, act, told)


COMMAND = command
