"""`custody refuse`: state that you do not take what was released or copied to you."""

from __future__ import annotations

import click

from custody.cli.options import PATH, SEAL_ID, TEXT
from custody.cli.verb import Verb
from custody.cli.writing import (
    Hand,
    Told,
    conclude,
    desk_for,
    details_options,
    receipt_words,
    writing_options,
)
from custody.present.display import quote
from custody.transfer.details import Details
from custody.transfer.record import refusal_act


@click.command("refuse", cls=Verb)
@click.argument("bundle", type=PATH)
@click.option("--event", type=SEAL_ID, help="The release or copy, where several name you.")
@click.option("--reason", type=TEXT, metavar="TEXT", help="Why.")
@details_options
@writing_options
def command(*, bundle: str, event: str | None, reason: str | None, details: Details, hand: Hand) -> int:
    """State that you do not take BUNDLE, which was released or copied to you; custody does not change."""
    desk = desk_for(hand, bundle)
    act = refusal_act(desk, event=event, reason=reason, details=details)
    told = Told(
        done=f"refused {quote(bundle)}",
        then=(f"next: send {receipt_words(hand)} to who gave it; of a release he says custody withdraw",),
    )
    return conclude(hand, desk, act, told)


COMMAND = command
