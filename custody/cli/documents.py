"""What the verbs that write a document share: which form, whether it can be set, and its bytes."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import PurePath
from typing import Final

from custody.errors import UsageError
from custody.filing.document import Document
from custody.filing.extra import extra_missing

PDF: Final = "pdf"
HTML: Final = "html"
_LIBRARIES: Final = ("typst", "segno")  # of a PDF; a page does without
_ALIKE: Final = {"htm": HTML}


def form_of(out: str, forms: Sequence[str], *, hint: str | None = None) -> str:
    """Return the form of a file by the ending of its name.

    Args:
        out: the file to be written.
        forms: what there is, such as pdf and html.
        hint: what else can be said.

    Raises:
        UsageError: another ending.
    """
    ending = PurePath(out).suffix.lower().removeprefix(".")
    found = _ALIKE.get(ending, ending)
    if found not in forms:
        *first, last = (f".{form}" for form in forms)
        raise UsageError(
            f"--out: expected a name that ends in {', '.join(first)} or {last}, found another", hint=hint
        )
    return found


def check_can_be_set(form: str) -> None:
    """Refuse a PDF where what sets it is not installed, before anybody waits for a verification.

    Raises:
        UsageError: code EXTRA_MISSING; all that is missing is named at once.
    """
    missing = [library for library in _LIBRARIES if find_spec(library) is None]
    if form == PDF and "typst" in missing:
        raise extra_missing(", ".join(missing), "report")


def encode_document(document: Document, form: str) -> bytes:
    """Return a document as a PDF or as a page."""
    if form == HTML:
        from custody.filing.html_page import render_html  # noqa: PLC0415 - a PDF needs none of it

        return render_html(document)
    from custody.filing.pdf_file import render_pdf  # noqa: PLC0415 - needs an extra

    return render_pdf(document)
