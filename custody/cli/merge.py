"""`custody merge`: what other copies and receipts have more, added to a bundle."""

from __future__ import annotations

from typing import Any

import click

from custody.cli.console import answer, answer_bytes, error_lines, tell, tell_error
from custody.cli.no_bundle import refuse_no_bundle
from custody.cli.options import PATH, at_option, expect_seal_option, json_option, trust_option
from custody.cli.verb import Verb
from custody.facade.merging import merge
from custody.format.canonical import encode_json
from custody.model.instant import Instant
from custody.present.display import display, quote
from custody.present.exit_code import PROVEN, REFUTED, UNDETERMINED
from custody.report.reason import Reason
from custody.transfer.merge import Merged
from custody.transfer.union import ConflictError

_SHORT = 16


@click.command("merge", cls=Verb)
@click.argument("bundle", type=PATH)
@click.argument("others", nargs=-1, type=PATH, metavar="COPY|RECEIPT...")
@trust_option
@click.option(
    "--to", type=PATH, metavar="NEW", help="Write the union into this new folder; BUNDLE stays as it is."
)
@expect_seal_option
@at_option
@json_option
def command(
    *,
    bundle: str,
    others: tuple[str, ...],
    trust: str,
    to: str | None,
    expect_seal: str | None,
    at: Instant | None,
    as_json: bool,
) -> int:
    """Add to BUNDLE the events, stamps, attestations and openings that copies or receipts have more.

    Files are only added; the order of the copies plays no part; a fork is refused; what an erasure names does
    not come back. Stopped at any point, the same command goes on.
    """
    for path in (bundle, *others):
        refuse_no_bundle(path)
    try:
        merged = merge(bundle, *others, trust=trust, to=to, at=at, expect_seal=expect_seal)
    except ConflictError as error:
        tell_error(*error_lines(error))
        return REFUTED if error.code == Reason.FORK.name else UNDETERMINED
    if as_json:
        answer_bytes(encode_json(_members(merged)) + b"\n")
    else:
        _print(merged)
    _tell(merged)
    return UNDETERMINED if merged.unplaced else PROVEN


def _print(merged: Merged) -> None:
    for event in merged.events:
        answer(
            f"event: {event.type or 'withheld'} by {display(event.actor) or '?'} {event.event_id[:_SHORT]}"
        )
    for what, names in (
        ("attestation", merged.attestations),
        ("stamp", merged.stamps),
        ("renewal", merged.renewals),
        ("opened", merged.openings),
    ):
        for name in names:
            answer(f"{what}: {name}")
    if merged.erased:
        answer(f"withheld, as erased: items {', '.join(map(str, merged.erased))}")
    if merged.written:
        answer(f"wrote {quote(merged.path)}: the union, verified from the disk")
    elif not merged.news:
        answer("nothing new")


def _tell(merged: Merged) -> None:
    for one in merged.left_out:
        tell(f"left out, from {_named(one.place)}: {display(one.path)} [{one.code}]")
    for place in merged.outdated:
        tell(f"{_named(place)} still holds what was erased; destroy it")
    for name in merged.aside:
        tell(f"moved out of the way, it counted for nothing: {quote(name)}")
    for group in merged.disputes:
        listed = " and ".join(event_id[:_SHORT] for event_id in group)
        tell(f"united they contradict each other: {listed}; custody is open until it is reconciled")
    if merged.left_behind:
        holders = ", ".join(display(name) for name in merged.holders)
        now = f"{holders} holds it now" if holders else "it went on, and nobody is shown to hold it now"
        tell(f"{now}; the files here are a copy without a holder")
    if merged.unplaced:
        tell("next: ask who gave you the receipt for a copy with what goes before it")


def _named(place: int) -> str:
    return "the bundle" if place == 0 else f"copy {place}"


def _members(merged: Merged) -> dict[str, Any]:
    return {
        "bundle": merged.bundle_id,
        "written": merged.written,
        "events": [
            {"event": one.event_id, "path": one.path, "type": one.type or "", "actor": one.actor}
            for one in merged.events
        ],
        "attestations": list(merged.attestations),
        "stamps": list(merged.stamps),
        "renewals": list(merged.renewals),
        "openings": list(merged.openings),
        "left_out": [
            {"copy": one.place, "path": display(one.path), "code": one.code} for one in merged.left_out
        ],
        "moved_aside": [display(name) for name in merged.aside],
        "disputes": [list(group) for group in merged.disputes],
        "holders": list(merged.holders),
        "left_behind": merged.left_behind,
        "erased": list(merged.erased),
        "outdated": list(merged.outdated),
    }


COMMAND = command
