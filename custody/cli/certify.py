"""`custody certify`: a certificate or statement for whoever checked the files, as a draft to be signed."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import PurePath

import click

from custody.cli.console import progress, tell
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
from custody.errors import UsageError
from custody.filing.certificate import Kind
from custody.filing.certificate_document import certificate_document
from custody.filing.certifying import certify
from custody.filing.declaration import DECLARATION_BYTES, Declaration, decode_declaration
from custody.filing.document import Document
from custody.filing.extra import extra_missing
from custody.model.instant import Instant
from custody.present.display import quote
from custody.storage.atomic_file import new_file
from custody.storage.named_file import read_named_file
from custody.storage.targets import check_target

_ENDINGS = {".pdf": "pdf", ".html": "html", ".htm": "html"}


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
    type=click.Choice(["pdf", "html"]),
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
    written = form or _by_ending(out)
    check_target(out)
    if written == "pdf" and find_spec("typst") is None:
        raise extra_missing("typst", "report")
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
        writer.write(_render(certificate_document(facts, language), written))
    tell(f"wrote {quote(out)}: a draft, signed by nobody; it needs a lawyer's review")
    tell("what it says of the files is readable in it: it is for those alone who may read the bundle")
    tell(f"next: {declarant} reads every sentence, completes what stands in square brackets, and signs")
    return 0


def _by_ending(out: str) -> str:
    found = _ENDINGS.get(PurePath(out).suffix.lower())
    if found is None:
        raise UsageError(
            "--out: expected a name that ends in .pdf or .html, found another",
            hint="or say which it is: --format pdf",
        )
    return found


def _declaration(path: str | None) -> Declaration:
    return Declaration() if path is None else decode_declaration(read_named_file(path, DECLARATION_BYTES))


def _render(document: Document, form: str) -> bytes:
    if form == "html":
        from custody.filing.html_page import render_html  # noqa: PLC0415 - a PDF needs none of it

        return render_html(document)
    from custody.filing.pdf_file import render_pdf  # noqa: PLC0415 - needs an extra

    return render_pdf(document)


COMMAND = command
