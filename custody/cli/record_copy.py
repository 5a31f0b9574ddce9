"""`custody copy`: record that somebody is given a copy; you go on in yours."""

from __future__ import annotations

import click

from custody.cli.options import PATH
from custody.cli.recipient import recipient_options, unknown_words
from custody.cli.verb import Verb
from custody.cli.writing import Hand, Told, conclude, desk_for, details_options, writing_options
from custody.facade.verifying import trust_of
from custody.present.display import quote
from custody.transfer.details import Details
from custody.transfer.recipient import recipient_of
from custody.transfer.release import copy_act


@click.command("copy", cls=Verb)
@click.argument("bundle", type=PATH)
@recipient_options
@details_options
@writing_options
def command(*, bundle: str, to: str, medium: str | None, details: Details, hand: Hand) -> int:
    """Record that somebody is given a copy of BUNDLE; you go on in yours, and no file is copied by this."""
    desk = desk_for(hand, bundle)
    heir = recipient_of(to, trust_of(hand.trust), desk.now())
    act = copy_act(desk, to=heir, medium=medium, details=details)
    told = Told(
        done=f"recorded a copy of {quote(bundle)} for {heir.name}",
        then=(
            *unknown_words(desk, heir),
            "next: send him a copy of the folder as it is now (custody pack); he says custody receive there",
        ),
    )
    return conclude(hand, desk, act, told)


COMMAND = command
