"""`custody renew`: go on proving what old proofs of time prove, before they weaken."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import click
from attrs import evolve
from typing_extensions import override

from custody.cli.console import answer, tell
from custody.cli.options import PATH
from custody.cli.renew_hash import renew_hash
from custody.cli.service import (
    added_line,
    check_found,
    openable,
    service_of,
    service_options,
    tell_errors,
    tell_troubles,
    trouble_codes,
)
from custody.cli.stamp import trust_with
from custody.cli.verb import Verb
from custody.errors import UsageError
from custody.facade.moment import now
from custody.facade.stamping import renew, renew_all
from custody.facade.verifying import NOBODY, trust_of
from custody.format.renewal_txt import RENEWAL_HASHES
from custody.model.instant import Instant
from custody.present.display import quote
from custody.stamping.renew import RenewalOutcome
from custody.storage.bundle_listing import find_bundles

_SPAN = re.compile(r"([0-9]{1,4})([dmy])")
_DAYS = {"d": 1, "m": 31, "y": 366}  # rather a day too much


class SpanType(click.ParamType[timedelta]):
    """A number of days, months or years: 90d, 24m, 2y."""

    name = "SPAN"

    @override
    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> timedelta:
        """Read a number and a letter."""
        if isinstance(value, timedelta):
            return value
        found = _SPAN.fullmatch(str(value))
        if found is None:
            self.fail("expected a span such as 90d, 24m or 2y, found another text", param, ctx)
        return timedelta(days=int(found[1]) * _DAYS[found[2]])


@click.command("renew", cls=Verb)
@click.argument("bundles", nargs=-1, type=PATH, metavar="BUNDLE...")
@service_options
@click.option("--trust", required=True, type=PATH, metavar="FILE|none", help="Your trust.json.")
@click.option(
    "--within", type=SpanType(), default="24m", show_default=True, help="Renew what weakens within this span."
)
@click.option("--force", is_flag=True, help="Renew every proof that a new token outlives.")
@click.option(
    "--hash",
    "hash_name",
    type=click.Choice(RENEWAL_HASHES),
    help="Renew the digests of the bundle under this hash instead; nobody is asked.",
)
def command(  # noqa: PLR0913 - each option is one argument
    *,
    bundles: tuple[str, ...],
    folder: str | None,
    authorities: tuple[str, ...],
    trust: str,
    within: timedelta,
    force: bool,
    hash_name: str | None,
    proxy: str | None,
    timeout: float,
    no_revocation: bool,
) -> int:
    """Have a new token put over each proof of time that weakens soon; the old proofs stay.

    A token that does not last longer than the proof is not stored. No key is needed.
    """
    if bool(bundles) == (folder is not None):
        raise UsageError("bundles: expected some by name or --all FOLDER, found both or none of them")
    if hash_name is not None:
        return _renew_hash(bundles, folder, hash_name, trust, asked=bool(authorities))
    accepted = trust_with(trust, authorities)
    service = service_of(proxy=proxy, timeout=timeout, no_revocation=no_revocation)
    opened, unopened = openable(bundles)
    before = None if force else _until(within)
    if folder is not None:
        outcome = renew_all(
            folder, authorities=authorities, trust=accepted, weakens_before=before, service=service
        )
    else:
        outcome = renew(
            opened, authorities=authorities, trust=accepted, weakens_before=before, service=service
        )
    outcome = evolve(outcome, passed=(*unopened, *outcome.passed))
    check_found(folder, outcome.bundles, outcome.passed)
    return _told(outcome, trust)


def _until(span: timedelta) -> Instant | None:
    """Return the end of a span from now on; None where no calendar has it: everything weakens before."""
    try:
        return Instant.from_datetime(now().moment + span)
    except OverflowError:
        return None


def _told(outcome: RenewalOutcome, trust: str) -> int:
    """Say what came of a run, and return the exit code."""
    for added in outcome.added:
        answer(added_line(added))
    answer(
        f"{len(outcome.added)} proofs renewed, {outcome.sound} not due, {outcome.left} left,"
        f" {outcome.bundles} bundles looked through"
    )
    tell_troubles(outcome.refused, outcome.notes, outcome.passed, outcome.waiting)
    tell_errors("of no use", outcome.useless)
    if outcome.left:
        tell(f"undetermined: {outcome.left} proofs weaken and were not renewed")
    if outcome.lost:
        tell(f"{outcome.lost} stamps do not hold under {quote(trust)}, and a renewal would not mend them")
    return trouble_codes(
        outcome.refused,
        outcome.passed,
        bundles=outcome.bundles,
        added=bool(outcome.added),
        open_ends=bool(outcome.left),
    )


def _renew_hash(
    bundles: tuple[str, ...], folder: str | None, hash_name: str, trust: str, *, asked: bool
) -> int:
    if asked:
        raise UsageError(
            "--hash and --authority: expected one of them, found both",
            hint="renew the digests first; custody stamp puts a stamp over the renewal then",
        )
    paths = bundles if folder is None else find_bundles(folder)[0]
    check_found(folder, len(paths), ())
    return renew_hash(paths, hash_name, trust=None if trust == NOBODY else trust_of(trust))


COMMAND = command
