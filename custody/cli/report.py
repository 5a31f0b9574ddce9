"""`custody report`: the report for a court about one bundle, as PDF, page or JSON."""

from __future__ import annotations

import click

from custody.cli.console import progress, tell
from custody.cli.documents import HTML, PDF, check_can_be_set, encode_document, form_of
from custody.cli.no_bundle import refuse_no_bundle
from custody.cli.options import (
    PATH,
    SEAL_ID,
    language_option,
    receipts_option,
    require_option,
    verification_options,
)
from custody.cli.verb import Verb
from custody.filing.facts import FilingFacts
from custody.filing.reading import read_facts
from custody.model.instant import Instant
from custody.present.display import quote
from custody.present.exit_code import exit_code_of
from custody.present.report_json import encode_report
from custody.report.claim import Claim
from custody.storage.atomic_file import new_file
from custody.storage.targets import check_target

FORMATS = (PDF, HTML, "json")


@click.command("report", cls=Verb)
@click.argument("bundle", type=PATH)
@click.option("--out", required=True, type=PATH, metavar="FILE", help="Write this new file.")
@click.option(
    "--format", "form", type=click.Choice(FORMATS), help="Of the file; by its ending unless it is given."
)
@click.option("--all-items", is_flag=True, help="Print every item, also where there are thousands.")
@verification_options
@require_option
@receipts_option("A receipt, or another copy, that shows events which may be missing here; can be repeated.")
@click.option("--head", type=SEAL_ID, help="Ask about custody up to this event alone, which must be a head.")
@language_option
def command(  # noqa: PLR0913 - each option is one argument
    *,
    bundle: str,
    out: str,
    form: str | None,
    all_items: bool,
    require: tuple[Claim, ...],
    receipts: tuple[str, ...],
    head: str | None,
    language: str,
    trust: str,
    at: Instant | None,
    before: Instant | None,
    expect_seal: str | None,
) -> int:
    """Verify BUNDLE, a folder or zip, and write a report that a lawyer can file.

    It says what is proven and what is not, who held the bundle, what was checked, which items there are, and
    how anybody can check all of it without custody. What is refuted is reported too: the exit codes are those
    of verify.
    """
    written = form or form_of(out, FORMATS, hint="or say which it is: --format pdf")
    check_target(out)
    refuse_no_bundle(bundle)
    check_can_be_set(written)
    if before is not None and Claim.EXISTED_BEFORE not in require:
        require += (Claim.EXISTED_BEFORE,)
    # Opened first: nobody waits for a verification whose report could not be kept.
    with new_file(out) as writer, progress("verifying") as bar:
        facts = read_facts(
            bundle,
            trust=trust,
            at=at,
            before=before,
            expect_seal=expect_seal,
            receipts=receipts,
            head=head,
            required=require,
            progress=bar,
        )
        writer.write(_encode(facts, written, language, all_items=all_items))
    _tell(out)
    return exit_code_of(facts.report, require)


def _encode(facts: FilingFacts, form: str, language: str, *, all_items: bool) -> bytes:
    if form == "json":
        return encode_report(facts.report, facts.required)
    from custody.filing.reference import read_references  # noqa: PLC0415 - as below
    from custody.filing.report_document import report_document  # noqa: PLC0415 - a JSON report needs none of it

    document = report_document(facts, lang=language, references=read_references(), all_items=all_items)
    return encode_document(document, form)


def _tell(out: str) -> None:
    tell(f"wrote {quote(out)}: a report; evidence is the bundle")
    tell(
        "what is open in the bundle is readable in the report: it is for those alone who may read the bundle"
    )


COMMAND = command
