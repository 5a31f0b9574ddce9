"""`custody receive`: verify everything in your own copy, and sign that you have it."""

from __future__ import annotations

import os

import click

from custody.cli.console import progress
from custody.cli.options import PATH, SEAL_ID, TEXT
from custody.cli.verb import Verb
from custody.cli.writing import (
    Hand,
    Told,
    conclude_draft,
    desk_for,
    details_options,
    successor_option,
    tell_written,
    writing_options,
)
from custody.facade.verifying import Watched
from custody.present.display import quote
from custody.report.claim import Claim
from custody.report.reason import Reason
from custody.report.report import Report
from custody.transfer.act import write_act
from custody.transfer.details import Details
from custody.transfer.receipt import check_default, default_path
from custody.transfer.receive import examine


@click.command("receive", cls=Verb)
@click.argument("bundle", type=PATH)
@click.option("--event", type=SEAL_ID, help="The release or copy, where several name you.")
@click.option(
    "--inconsistency",
    "inconsistencies",
    multiple=True,
    type=TEXT,
    metavar="TEXT",
    help="What is not as it should be.",
)
@click.option("--acknowledge", is_flag=True, help="Receive it although it is not proven intact; says so.")
@details_options
@successor_option
@writing_options
def command(
    *,
    bundle: str,
    event: str | None,
    inconsistencies: tuple[str, ...],
    acknowledge: bool,
    details: Details,
    hand: Hand,
) -> int:
    """Verify BUNDLE, your own copy, and sign that you hold it from now on; writes a receipt."""
    desk = desk_for(hand, bundle)
    if hand.receipt is None and hand.draft is None:
        check_default(bundle)
    with progress("verifying") as bar:
        examined = examine(
            desk,
            event=event,
            inconsistencies=inconsistencies,
            acknowledge=acknowledge,
            details=details,
            watched=lambda source: source if bar is None else Watched(source, bar),
        )
    if examined.before is None and hand.draft is not None:
        return conclude_draft(hand, desk, examined.act, hand.draft)
    written = examined.before or write_act(desk, examined.act)
    receipt = hand.receipt or os.path.relpath(default_path(bundle, written))
    files = examined.report.counts.files
    if examined.before is not None:
        done = f"received {quote(bundle)} before; {files} files looked at again"
    elif examined.act.data["result"] == "pass":
        done = f"received {quote(bundle)}: {files} files verified, unchanged since the seal; you hold it now"
    else:
        done = f"received {quote(bundle)} as not proven intact, which your receipt says; you hold it now"
    told = Told(
        done=done,
        then=(
            *_doubts(examined.report),
            f"next: send the receipt {quote(receipt)} to who gave it, for custody merge",
        ),
    )
    lies_there = hand.receipt is None and os.path.lexists(receipt)  # under the event's own name, from before
    tell_written(hand, written, told, receipt=receipt, write=not lies_there)
    return 0


def _doubts(report: Report) -> tuple[str, ...]:
    """Say what keeps custody before the recipient from being proven; the release that he answers is none."""
    reasons = [one.name for one in report.reasons(Claim.CUSTODY_UNBROKEN) if one is not Reason.IN_TRANSIT]
    if not reasons:
        return ()
    return (
        f"note: custody before you is not proven unbroken ({', '.join(reasons)}); custody verify says why",
    )


COMMAND = command
