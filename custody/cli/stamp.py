"""`custody stamp`: have time authorities say that what is sealed exists now."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click
from attrs import evolve

from custody.cli.console import answer, answer_bytes, tell
from custody.cli.options import PATH, json_option
from custody.cli.service import (
    added_line,
    check_found,
    openable,
    service_of,
    service_options,
    tell_troubles,
    trouble_codes,
)
from custody.cli.verb import Verb
from custody.errors import CustodyError, UsageError
from custody.facade.stamping import stamp, stamp_all
from custody.facade.verifying import NOBODY, trust_of
from custody.format.canonical import encode_json
from custody.present.display import display, quote
from custody.stamping.desk import authorities_named
from custody.stamping.stamp import HASHES_OFFERED, OPERATORS_WANTED, Short, StampOutcome
from custody.trust.trust import Trust

_LISTED = 20


@click.command("stamp", cls=Verb)
@click.argument("bundles", nargs=-1, type=PATH, metavar="BUNDLE...")
@service_options
@click.option("--trust", required=True, type=PATH, metavar="FILE", help="Your trust.json.")
@click.option(
    "--hash",
    "hash_name",
    type=click.Choice(HASHES_OFFERED),
    default=HASHES_OFFERED[0],
    show_default=True,
    help="The hash that is stamped.",
)
@click.option("--single", is_flag=True, help="A token for each thing, which stock tools can check.")
@click.option(
    "--operators",
    type=click.IntRange(min=1),
    default=OPERATORS_WANTED,
    show_default=True,
    help="How many operators should have stamped each thing.",
)
@json_option
def command(  # noqa: PLR0913 - each option is one argument
    *,
    bundles: tuple[str, ...],
    folder: str | None,
    authorities: tuple[str, ...],
    trust: str,
    hash_name: str,
    single: bool,
    operators: int,
    proxy: str | None,
    timeout: float,
    no_revocation: bool,
    as_json: bool,
) -> int:
    """Have everything stamped that an authority named here has not stamped yet: seals, events, renewals.

    What leaves this machine is digests. An authority that does not answer is asked again after the others.
    A seal has a token of its own, and what came after it shares one; with --all one serves all bundles.
    Stopped at any point, the next run goes on.
    """
    if bool(bundles) == (folder is not None):
        raise UsageError("bundles: expected some by name or --all FOLDER, found both or none of them")
    asked: dict[str, Any] = {
        "authorities": authorities,
        "trust": trust_with(trust, authorities),
        "hash": hash_name,
        "operators": operators,
        "single": single,
        "service": service_of(proxy=proxy, timeout=timeout, no_revocation=no_revocation),
    }
    opened, unopened = openable(bundles)
    outcome = stamp(opened, **asked) if folder is None else stamp_all(folder, **asked)
    outcome = evolve(outcome, passed=(*unopened, *outcome.passed))
    check_found(folder, outcome.bundles, outcome.passed)
    if as_json:
        answer_bytes(encode_json(_members(outcome)) + b"\n")
    else:
        _print(outcome)
    tell_troubles(outcome.refused, outcome.notes, outcome.passed, outcome.waiting)
    _tell_short(outcome.short, operators, refused=bool(outcome.refused))
    return trouble_codes(
        outcome.refused,
        outcome.passed,
        bundles=outcome.bundles,
        added=bool(outcome.added),
        open_ends=bool(outcome.short),
    )


def trust_with(trust: str, authorities: Sequence[str]) -> Trust:
    """Return the trust in a file, which names the authorities that are to be asked.

    Raises:
        UsageError: it is none, or does not name them, or none is to be asked.
    """
    if trust == NOBODY:
        raise UsageError("--trust: expected a file that names authorities, found none")
    accepted = trust_of(trust)
    if not authorities:
        names = ", ".join(one.name for one in accepted.authorities) or "it has none"
        raise UsageError(
            f"--authority: expected at least one name of the trust ({names}), found none",
            hint="say --authority NAME, for each authority that is to be asked",
        )
    authorities_named(accepted, authorities)
    return accepted


def _print(outcome: StampOutcome) -> None:
    for added in outcome.added:
        answer(added_line(added))
    answer(f"{len(outcome.added)} stamps added, {outcome.bundles} bundles looked through")


def _tell_short(short: Sequence[Short], operators: int, *, refused: bool) -> None:
    for one in short[:_LISTED]:
        by = ", ".join(quote(operator) for operator in one.operators) or "nobody"
        tell(f"undetermined: {quote(one.bundle)} {one.folder} is stamped by {by}; {operators} were wanted")
    if len(short) > _LISTED:
        tell(f"undetermined: and {len(short) - _LISTED} more")
    if short and not refused:  # who refused was named with a step of its own
        tell(
            "next: name an --authority of another operator as well, so that none has to be believed alone;"
            f" or say --operators {max(1, min(len(one.operators) for one in short))}"
        )


def _members(outcome: StampOutcome) -> dict[str, Any]:
    return {
        "bundles": outcome.bundles,
        "added": [
            {
                "bundle": display(one.bundle),
                "over": one.over,
                "stamp": one.sha256,
                "file": one.kind,
                "authority": one.authority,
                "operator": one.operator,
                "at": str(one.generated_at),
                "before": str(one.not_after),
                "renew_before": None if one.weakens_at is None else str(one.weakens_at),
            }
            for one in outcome.added
        ],
        "short": [
            {"bundle": display(one.bundle), "over": one.folder, "operators": list(one.operators)}
            for one in outcome.short
        ],
        "refused": [_error(error) for error in outcome.refused],
        "notes": [_error(error) for error in outcome.notes],
        "left_out": [
            {"bundle": display(one.bundle), "over": one.folder, **_error(one.error)} for one in outcome.passed
        ],
        "waiting": outcome.waiting,
    }


def _error(error: CustodyError) -> dict[str, Any]:
    return {"code": error.code, "message": display(str(error))}


COMMAND = command
