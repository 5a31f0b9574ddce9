"""`custody attest`: state something about a bundle that you need not hold."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import click

from custody.cli.event import listed
from custody.cli.event_data import data_options, in_options, read_data
from custody.cli.options import PATH
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
from custody.facade.verifying import trust_of
from custody.present.display import quote
from custody.present.exit_code import REFUTED
from custody.transfer.data import check_type, members_of
from custody.transfer.details import Details
from custody.transfer.record import attestation_act

_MEMBERS = (
    "leaves",
    "events",
    "method",
    "tool",
    "result",
    "statement",
    "identity",
    "old",
    "from",
    "since",
    "reason",
)


@click.command("attest", cls=Verb, epilog=listed(attestation=True))
@click.argument("bundle", type=PATH)
@click.argument("type_name", metavar="TYPE")
@data_options(*_MEMBERS)
@details_options
@writing_options
def command(*, bundle: str, type_name: str, given: Mapping[str, Any], details: Details, hand: Hand) -> int:
    """State something of TYPE about events of BUNDLE; it changes nobody's custody, and anybody can."""
    check_type(type_name, attestation=True)
    about = given.get("events", ())
    if about and "events" not in {member for part in members_of(type_name) for member in part}:
        given = {member: value for member, value in given.items() if member != "events"}
    desk = desk_for(hand, bundle)
    data = read_data(type_name, given, trust_of(hand.trust), desk.now())
    with in_options(type_name):
        act = attestation_act(desk, type_name, data, about=about, details=details)
    then = (
        "it counts for those whose trust knows your keys",
        f"next: send {receipt_words(hand)} to the holder, for custody merge",
    )
    conclude(hand, desk, act, Told(done=f"attested {type_name} about {quote(bundle)}", then=then))
    return REFUTED if act.data.get("result") == "fail" and type_name == "fixity-checked" else 0


COMMAND = command
