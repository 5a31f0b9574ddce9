"""A document as a PDF: PDF/A-3a for archives, PDF/UA-1 for readers who cannot see it, files attached.

typst sets it. It refuses by itself what does not conform to either standard; the fonts come with the package,
so that the same document gives the same bytes on every machine.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final, cast

import orjson

from custody.errors import UsageError
from custody.filing.document import Document
from custody.filing.extra import extra_missing
from custody.filing.given import check_given
from custody.filing.glyphs import FONTS
from custody.filing.pdf_data import pdf_data

STANDARDS: Final = ("a-3a", "ua-1")
"""What the file conforms to: ISO 19005-3, level A, and ISO 14289-1."""


def render_pdf(document: Document) -> bytes:
    """Return a document as one PDF file. The same document gives the same bytes.

    It ends in a line feed: a signature that is added later begins on a line of its own (ISO 19005-3, 6.1.9).

    Raises:
        UsageError: it is no Document; typst or segno is not installed (`EXTRA_MISSING`); or it cannot be set
            so that it conforms (`NOT_SET`): a picture is none, or an attachment has no name of its own.
    """
    check_given(document, Document, "document")
    try:
        import typst  # noqa: PLC0415 - the extra `report`
    except ImportError:
        raise extra_missing("typst", "report") from None
    data = orjson.dumps(pdf_data(document)).decode()
    fonts = typst.Fonts(include_system_fonts=False, font_paths=[str(FONTS)])
    try:
        made = typst.Compiler(
            _template(), font_paths=fonts, ignore_system_fonts=True, sys_inputs={"document": data}
        ).compile(
            format="pdf", pdf_standards=list(STANDARDS), timestamp=int(document.made_at.moment.timestamp())
        )
    except typst.TypstError as error:
        message = "document: expected one that can be set as PDF/A-3a and PDF/UA-1, found another"
        hint = "look for a picture that is none, and for two files of one name"  # typst's words show contents
        raise UsageError(message, code="NOT_SET", hint=hint) from error
    return cast("bytes", made) + b"\n"


@cache
def _template() -> bytes:
    return (Path(__file__).parent / "typst" / "document.typ").read_bytes()
