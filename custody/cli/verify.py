"""`custody verify`: what is proven about bundles, and what is not."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import click
from attrs import evolve

from custody.cli.console import answer, answer_bytes, look, progress, tell, warn_if_narrow
from custody.cli.no_bundle import plainly_no_bundle, with_step
from custody.cli.options import (
    PATH,
    SEAL_ID,
    language_option,
    receipts_option,
    require_option,
    verification_options,
)
from custody.cli.verb import Verb
from custody.errors import CustodyError, UsageError
from custody.facade.moment import now
from custody.facade.verifying import trust_of, verify
from custody.model.instant import Instant
from custody.present.calendar import encode_calendar
from custody.present.catalogue import Catalogue, catalogue_for
from custody.present.display import quote
from custody.present.report_json import encode_report, encode_report_line
from custody.present.table import Verified, exit_code_of_all, table_text
from custody.present.text import report_text
from custody.report.claim import Claim
from custody.report.report import Report
from custody.storage.bundle_listing import list_bundles
from custody.storage.named_file import write_named_file
from custody.verification.predecessors import with_predecessors

_NAMES_TOLD = 20


@click.command("verify", cls=Verb)
@click.argument("bundles", nargs=-1, type=PATH, metavar="BUNDLE...")
@verification_options
@require_option
@click.option("--all", "folder", type=PATH, help="Verify every bundle that lies in this folder.")
@receipts_option("A receipt, or another copy, that shows events which may be missing here; can be repeated.")
@click.option("--head", type=SEAL_ID, help="Ask about custody up to this event alone, which must be a head.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document (schema report-1).")
@click.option("--json-lines", type=PATH, metavar="FILE", help="Write one line of JSON a bundle; - is stdout.")
@click.option("--ics", type=PATH, metavar="FILE", help="Write reminders to renew proofs before they weaken.")
@language_option
def command(  # noqa: PLR0913 - each option is one argument
    *,
    bundles: tuple[str, ...],
    require: tuple[Claim, ...],
    folder: str | None,
    receipts: tuple[str, ...],
    head: str | None,
    as_json: bool,
    json_lines: str | None,
    ics: str | None,
    language: str,
    trust: str,
    at: Instant | None,
    before: Instant | None,
    expect_seal: str | None,
) -> int:
    """Say what is proven about bundles, folders or zips, and what is not."""
    if as_json and json_lines:
        raise UsageError("--json and --json-lines: expected one of them, found both")
    paths = _paths(bundles, folder)
    if as_json and len(paths) > 1:
        raise UsageError("--json: expected one bundle, found several", hint="use --json-lines FILE")
    if before is not None and Claim.EXISTED_BEFORE not in require:
        require += (Claim.EXISTED_BEFORE,)
    asked = partial(verify, trust=trust_of(trust), at=at, before=before, expect_seal=expect_seal)
    asked = partial(asked, receipts=receipts, head=head)
    verified = []
    with progress("verifying") as bar:
        for path in paths:
            result = _result_of(partial(asked, path, progress=bar))
            verified.append(Verified(given=path, result=result))
    verified = _looked_at_together(verified)
    _write_files(verified, require, catalogue_for(language), json_lines=json_lines, ics=ics)
    single = verified[0].result if len(verified) == 1 and folder is None else None
    why = plainly_no_bundle(verified[0].given) if isinstance(single, Report) else None
    if isinstance(single, CustodyError):
        raise single
    if as_json and single is not None:
        answer_bytes(encode_report(single, require))
    elif json_lines != "-":
        _print(single, verified, require, with_step(catalogue_for(language), why))
    if why is not None:
        tell(f"hint: {catalogue_for(language).words[why]}")
    return exit_code_of_all(verified, require)


def _write_files(
    verified: Sequence[Verified],
    require: tuple[Claim, ...],
    catalogue: Catalogue,
    *,
    json_lines: str | None,
    ics: str | None,
) -> None:
    if json_lines:
        lines = (encode_report_line(one.given, one.result, require) for one in verified)
        write_named_file(json_lines, b"".join(lines))
    if ics:
        write_named_file(ics, _reminders(verified, catalogue))


def _reminders(verified: Sequence[Verified], catalogue: Catalogue) -> bytes:
    """Return reminders for the bundles whose proofs are known to weaken."""
    reports = [one.result for one in verified if isinstance(one.result, Report)]
    entries = [
        (report.bundle_id, report.renew_by)
        for report in reports
        if report.bundle_id is not None and report.renew_by is not None
    ]
    return encode_calendar(entries, now=now(), catalogue=catalogue)


def _paths(bundles: tuple[str, ...], folder: str | None) -> tuple[str, ...]:
    found: tuple[str, ...] = ()
    if folder is not None:
        found, others = list_bundles(folder)
        if others:
            tell(f"custody: {len(others)} names in this folder look like no bundle and are left out")
            for name in others[:_NAMES_TOLD]:
                tell(f"  {quote(Path(name).name)}")
            if len(others) > _NAMES_TOLD:
                tell(f"  and {len(others) - _NAMES_TOLD} more")
    paths = bundles + found
    if not paths:
        raise UsageError("bundles: expected at least one, found none", hint="name a bundle, or --all FOLDER")
    return paths


def _result_of(asked: Callable[[], Report]) -> Report | CustodyError:
    """Verify one bundle of many: what keeps it from being read is its result, not the end of the command."""
    try:
        return asked()
    except UsageError:
        raise
    except CustodyError as error:
        return error


def _looked_at_together(verified: Sequence[Verified]) -> list[Verified]:
    """Add what can be said of the earlier bundles that seals name."""
    reports = iter(with_predecessors([one.result for one in verified if isinstance(one.result, Report)]))
    return [evolve(one, result=next(reports)) if isinstance(one.result, Report) else one for one in verified]


def _print(
    single: Report | None, verified: Sequence[Verified], require: tuple[Claim, ...], catalogue: Catalogue
) -> None:
    warn_if_narrow(catalogue.outcomes.values())
    if single is not None:
        answer(report_text(single, require, catalogue, look()))
    else:
        answer(table_text(verified, require, catalogue, look()))


COMMAND = command
