"""`custody release`: give the bundle to somebody who will sign that he has it."""

from __future__ import annotations

import click

from custody.cli.options import PATH, SHA256, TIME
from custody.cli.recipient import recipient_options, unknown_words
from custody.cli.verb import Verb
from custody.cli.writing import Hand, Told, conclude, desk_for, details_options, writing_options
from custody.facade.verifying import trust_of
from custody.model.instant import Instant
from custody.present.display import quote
from custody.transfer.details import Details
from custody.transfer.recipient import recipient_of
from custody.transfer.release import release_act


@click.command("release", cls=Verb)
@click.argument("bundle", type=PATH)
@recipient_options
@click.option("--package", type=SHA256, help="SHA-256 of the encrypted package, if there is one.")
@click.option("--expires", type=TIME, help="Until when he should have received it; it informs only.")
@details_options
@writing_options
def command(
    *,
    bundle: str,
    to: str,
    medium: str | None,
    package: str | None,
    expires: Instant | None,
    details: Details,
    hand: Hand,
) -> int:
    """Release BUNDLE to somebody by a signed event; from then on you can only take it back."""
    desk = desk_for(hand, bundle)
    heir = recipient_of(to, trust_of(hand.trust), desk.now())
    act = release_act(desk, to=heir, medium=medium, package=package, expires=expires, details=details)
    told = Told(
        done=f"released {quote(bundle)} to {heir.name}; in transit until it is received or withdrawn",
        then=(
            *unknown_words(desk, heir),
            "next: send him the whole folder (custody pack), wait for his receipt, custody merge it here",
            "once he has received it, the files that stay here are a copy without a holder",
        ),
    )
    return conclude(hand, desk, act, told)


COMMAND = command
