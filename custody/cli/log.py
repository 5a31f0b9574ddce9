"""`custody log`: the timeline of a bundle, from its seal to its heads."""

from __future__ import annotations

import click

from custody.cli.console import answer, answer_bytes, warn_if_narrow
from custody.cli.no_bundle import refuse_no_bundle
from custody.cli.options import (
    PATH,
    at_option,
    expect_seal_option,
    language_option,
    receipts_option,
    trust_option,
)
from custody.cli.verb import Verb
from custody.facade.timeline import timeline
from custody.model.instant import Instant
from custody.present.catalogue import catalogue_for
from custody.present.timeline import timeline_text
from custody.present.timeline_json import encode_timeline


@click.command("log", cls=Verb)
@click.argument("bundle", type=PATH)
@trust_option
@at_option
@expect_seal_option
@receipts_option("A receipt, or another copy; what it alone shows is marked. Can be repeated.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document (schema log-1).")
@language_option
def command(
    *,
    bundle: str,
    trust: str,
    at: Instant | None,
    expect_seal: str | None,
    receipts: tuple[str, ...],
    as_json: bool,
    language: str,
) -> int:
    """Tell the log of BUNDLE, a folder or zip: who did what, when, and who held it in which window.

    Signatures, links and proofs of time are judged; the files are not looked at: custody verify does that.
    """
    refuse_no_bundle(bundle)
    told = timeline(bundle, trust=trust, at=at, expect_seal=expect_seal, receipts=receipts)
    if as_json:
        answer_bytes(encode_timeline(told))
        return 0
    catalogue = catalogue_for(language)
    warn_if_narrow(catalogue.outcomes.values())
    answer(timeline_text(told, catalogue))
    return 0


COMMAND = command
