"""`custody compare`: what two copies of one bundle are to each other."""

from __future__ import annotations

from typing import Any

import click

from custody.cli.console import answer, answer_bytes, tell
from custody.cli.no_bundle import refuse_no_bundle
from custody.cli.options import PATH, at_option, expect_seal_option, json_option, trust_option
from custody.cli.verb import Verb
from custody.facade.merging import compare
from custody.format.canonical import encode_json
from custody.model.instant import Instant
from custody.present.display import display, quote
from custody.present.exit_code import PROVEN, REFUTED
from custody.transfer.compare import Answer, Comparison, More
from custody.transfer.conflict import Conflict, ConflictKind

_ANSWERS = {
    Answer.SAME: "same: neither copy has an event that the other lacks",
    Answer.FIRST_EXTENDS: "the first copy extends the second",
    Answer.SECOND_EXTENDS: "the second copy extends the first",
    Answer.BOTH_HAVE_MORE: "both copies have events that the other lacks, no conflict: they can be merged",
    Answer.FORK: "fork: the copies contradict each other; they are not merged, keep both as they are",
}
_DISPUTED = (
    "both copies have events that the other lacks; united they contradict each other, and custody is open"
    " then until it is decided or reconciled"
)
_CONFLICTS = {
    ConflictKind.FORK: "{actor} signed two statements for one place in the log",
    ConflictKind.SIGNATURES: "one statement with two sets of signatures, which a cosigner alone can make",
    ConflictKind.UNPROVEN: "two events for one place, and nothing that shows that one identity signed both",
}
_SHORT = 16


@click.command("compare", cls=Verb)
@click.argument("first", type=PATH, metavar="A")
@click.argument("second", type=PATH, metavar="B")
@trust_option
@click.option(
    "--proof", type=PATH, metavar="FOLDER", help="Write both events of each conflict here, as receipts."
)
@expect_seal_option
@at_option
@json_option
def command(
    *,
    first: str,
    second: str,
    trust: str,
    proof: str | None,
    expect_seal: str | None,
    at: Instant | None,
    as_json: bool,
) -> int:
    """Say whether A and B, copies of one bundle, are the same, one extends the other, or they contradict.

    Their logs are compared, by what counts in each; custody verify says whether they are intact.
    """
    for path in (first, second):
        refuse_no_bundle(path)
    found = compare(first, second, trust=trust, at=at, expect_seal=expect_seal, proof=proof)
    if as_json:
        answer_bytes(encode_json(comparison_members(found)) + b"\n")
    else:
        _print(found)
    if found.conflicts and proof is not None:
        tell(f"proof: {quote(proof)} holds both events of each conflict; ssh-keygen checks their signatures")
    elif found.conflicts:
        tell("next: --proof FOLDER writes both events of each conflict, for anybody to check")
    return REFUTED if found.answer is Answer.FORK else PROVEN


def _print(found: Comparison) -> None:
    answer(_DISPUTED if found.disputes else _ANSWERS[found.answer])
    for one in found.conflicts:
        answer(conflict_line(one))
        answer(f"  A {one.one}")
        answer(f"  B {one.other}")
    for name, more in (("A", found.first), ("B", found.second)):
        _print_more(name, more)
    for group in found.disputes:
        listed = " and ".join(event_id[:_SHORT] for event_id in group)
        answer(f"contradict each other: {listed}")


def conflict_line(one: Conflict) -> str:
    """Say in a line what a conflict is and where."""
    words = _CONFLICTS[one.kind].format(actor=display(one.actor) or "a sealer")
    return f"{one.holding}/{one.seq:08d} {one.kind.value}: {words}"


def _print_more(name: str, more: More) -> None:
    for event in more.events:
        kind = event.type or "withheld"
        answer(f"only {name}: {kind} by {display(event.actor) or '?'} {event.event_id[:_SHORT]}")
    for what, paths in (
        ("attestation", more.attestations),
        ("stamp", more.stamps),
        ("renewal", more.renewals),
        ("opened", more.openings),
    ):
        for path in paths:
            answer(f"only {name}: {what} {path}")
    for path, code in more.set_aside:
        tell(f"set aside in {name}, not compared: {display(path)} [{code}]")


def comparison_members(found: Comparison) -> dict[str, Any]:
    """Return a comparison as the members of a JSON object."""
    return {
        "answer": found.answer.value,
        "bundle": found.bundle_id,
        "conflicts": [
            {
                "kind": one.kind.value,
                "holding": one.holding,
                "seq": one.seq,
                "actor": one.actor,
                "first": one.one,
                "second": one.other,
            }
            for one in found.conflicts
        ],
        "disputes": [list(group) for group in found.disputes],
        "first": _more_members(found.first),
        "second": _more_members(found.second),
    }


def _more_members(more: More) -> dict[str, Any]:
    return {
        "events": [
            {"event": one.event_id, "path": one.path, "type": one.type or "", "actor": one.actor}
            for one in more.events
        ],
        "attestations": list(more.attestations),
        "stamps": list(more.stamps),
        "renewals": list(more.renewals),
        "openings": list(more.openings),
        "set_aside": [{"path": display(path), "code": code} for path, code in more.set_aside],
    }


COMMAND = command
