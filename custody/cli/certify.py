"""`custody certify`: a certificate or statement for whoever checked the files, as a draft to be signed."""

from __future__ import annotations

import click

from custody.cli.console import progress, tell
from custody.cli.documents import HTML, PDF, check_can_be_set, encode_document, form_of
from custody.cli.no_bundle import refuse_no_bundle
from custody.cli.options import (
    PATH,
    TEXT,
    at_option,
    expect_seal_option,
    language_option,
    trust_option,
)
from custody.cli.verb import Verb
from custody.filing.certificate import Kind
from custody.filing.certificate_document import certificate_document
from custody.filing.certifying import certify
from custody.filing.declaration import Declaration, decode_declaration
from custody.format.declaration import DECLARATION_BYTES
from custody.model.instant import Instant
from custody.present.display import quote
from custody.storage.atomic_file import new_file
from custody.storage.named_file import read_named_file
from custody.storage.targets import check_target

FORMATS = (PDF, HTML)


@click.command("certify", cls=Verb)
@click.argument("bundle", type=PATH)
@click.option(
    "--as",
    "kind",
    required=True,
    type=click.Choice([kind.value for kind in Kind]),
    help="Rule 902(13): records of a system. Rule 902(14): copied data. A statement for other courts.",
)
@click.option(
    "--declarant", required=True, type=TEXT, metavar="NAME", help="Who checked, by the name in the trust."
)
@click.option(
    "--declaration", type=PATH, metavar="FILE", help="What that person says besides (schema declaration-1)."
)
@click.option("--out", required=True, type=PATH, metavar="FILE", help="The new file: FILE.pdf or FILE.html.")
@click.option(
    "--format",
    "form",
    type=click.Choice(FORMATS),
    help="Of the file; by its ending unless it is given.",
)
@trust_option
@at_option
@expect_seal_option
@language_option
def command(  # noqa: PLR0913 - each option is one argument
    *,
    bundle: str,
    kind: str,
    declarant: str,
    declaration: str | None,
    out: str,
    form: str | None,
    trust: str,
    at: Instant | None,
    expect_seal: str | None,
    language: str,
) -> int:
    """Verify BUNDLE and write a certificate for the person who checked its files by a signed event.

    It is a draft: that person completes it, has a lawyer review it, and signs it by hand. There is none where
    the person did not check, where the bundle changed hands since, or where the files are no longer the same.
    """
    refuse_no_bundle(bundle)
    written = form or form_of(out, FORMATS, hint="or say which it is: --format pdf")
    check_target(out)
    check_can_be_set(written)
    asked = Kind(kind)
    said = _declaration(declaration)
    with new_file(out) as writer, progress("verifying") as bar:
        facts = certify(
            bundle,
            kind=asked,
            trust=trust,
            declarant=declarant,
            declaration=said,
            at=at,
            expect_seal=expect_seal,
            progress=bar,
        )
        writer.write(encode_document(certificate_document(facts, language), written))
    tell(f"wrote {quote(out)}: a draft, signed by nobody; it needs a lawyer's review")
    tell("what it says of the files is readable in it: it is for those alone who may read the bundle")
    tell(f"next: {declarant} reads every sentence, completes what stands in square brackets, and signs")
    return 0


def _declaration(path: str | None) -> Declaration:
    return Declaration() if path is None else decode_declaration(read_named_file(path, DECLARATION_BYTES))


COMMAND = command
