"""`custody event`: record what you did with a bundle that you hold."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import click
from attrs import evolve

from custody.cli.console import tell
from custody.cli.event_data import data_options, in_options, read_data
from custody.cli.options import PATH
from custody.cli.verb import Verb
from custody.cli.writing import Hand, Told, conclude, desk_for, details_options, writing_options
from custody.errors import UsageError
from custody.facade.verifying import trust_of
from custody.present.display import quote
from custody.present.exit_code import REFUTED
from custody.transfer.data import WORDS, check_type, types_for
from custody.transfer.details import Details
from custody.transfer.record import event_act

_MEMBERS = (
    "leaves",
    "inputs",
    "outputs",
    "to",
    "accessor",
    "result",
    "tool",
    "parameters",
    "reproducible",
    "method",
    "reason",
    "ground",
    "class",
    "kind",
    "from",
    "until",
    "effective",
    "scopes",
    "medium",
    "event",
)


def listed(*, attestation: bool) -> str:
    """Return the types for the help, one a line."""
    lines = (f"  {name}: {WORDS[name]}" for name in types_for(attestation=attestation))
    return "\b\nTypes:\n" + "\n".join(lines)


@click.command("event", cls=Verb, epilog=listed(attestation=False))
@click.argument("bundle", type=PATH)
@click.argument("type_name", metavar="TYPE")
@data_options(*_MEMBERS)
@click.option("--yes", is_flag=True, help="With closed: nothing can follow it, and that is meant.")
@details_options
@writing_options
def command(
    *, bundle: str, type_name: str, given: Mapping[str, Any], yes: bool, details: Details, hand: Hand
) -> int:
    """Record in BUNDLE, which you hold, an event of TYPE; members of its data come from options or --data."""
    check_type(type_name, attestation=False)
    if type_name == "closed" and not yes:
        raise UsageError(
            "--yes: expected it for an event that ends the holding for good, found none",
            code="CONFIRMATION_MISSING",
            hint="nothing follows a closed holding, not even a release; if that is meant, say --yes",
        )
    desk = desk_for(hand, bundle)
    data = read_data(type_name, given, trust_of(hand.trust), desk.now())
    if type_name == "erased" and details.authority is not None and "authority" not in data:
        data["authority"], details = details.authority, evolve(details, authority=None)
    with in_options(type_name):
        act = event_act(desk, type_name, data, details=details)
    then: tuple[str, ...] = ()
    if type_name == "erased":
        then = (
            "the files are still here: this states that they are to go, and removes nothing",
            "next: custody merge --to makes a copy without them; destroy this one, and tell all who have one",
        )
    result = act.data.get("result") if type_name == "fixity-checked" else None
    done = f"recorded {type_name} in {quote(bundle)}" + (f": {result}" if result else "")
    conclude(hand, desk, act, Told(done=done, then=then, more={} if result is None else {"result": result}))
    if result == "fail":
        tell("refuted: files or items are not what was sealed; custody verify names them")
        return REFUTED
    return 0


COMMAND = command
