"""`custody succeed`: carry on in the place of a holder who named you, or in your own on another machine."""

from __future__ import annotations

import click
from attrs import evolve

from custody.cli.options import PATH, TEXT
from custody.cli.verb import Verb
from custody.cli.writing import (
    Hand,
    Told,
    conclude,
    cosigners_later,
    desk_for,
    details_options,
    receipt_words,
    successor_option,
    writing_options,
)
from custody.present.display import quote
from custody.transfer.details import Details
from custody.transfer.succeed import succession


@click.command("succeed", cls=Verb)
@click.argument("bundle", type=PATH)
@click.option("--reason", type=TEXT, metavar="TEXT", help="Why: the loss of a key, for instance.")
@details_options
@successor_option
@writing_options
def command(*, bundle: str, reason: str | None, details: Details, hand: Hand) -> int:
    """Carry on with BUNDLE from the last known event of a holding; an approver should cosign."""
    desk = desk_for(hand, bundle)
    parties = cosigners_later(hand, desk)
    found = succession(desk, holding=hand.holding, reason=reason, parties=parties, details=details)
    doubt: tuple[str, ...] = ()
    if not found.approved:
        doubt = (
            "WARNING: no trusted approver has cosigned, so custody beyond this is undetermined",
            "next: once an approver cosigns, say it again, with --key-moved; verifiers name it: --head",
        )
    told = Told(
        done=f"carried on with {quote(bundle)} in the place of {found.holder}",
        then=(*doubt, f"next: send {receipt_words(hand)} to all who hold a copy, for custody merge"),
        more={"approved": found.approved},
    )
    return conclude(evolve(hand, holding=None), desk, found.act, told)


COMMAND = command
