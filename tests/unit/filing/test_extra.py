"""What is not installed."""

from __future__ import annotations

import subprocess
import sys

import pytest

from custody.errors import UsageError
from custody.filing.barcode import encode_qr
from custody.filing.extra import extra_missing
from custody.filing.pdf_file import render_pdf
from tests.tools import documents


def test_the_error_says_what_to_install() -> None:
    """Its code is for programs, its hint a line to type."""
    error = extra_missing("typst", "report")
    assert (error.code, error.hint) == ("EXTRA_MISSING", "pip install 'custody[report]'")


def test_a_pdf_without_typst_is_an_error_with_a_code(monkeypatch: pytest.MonkeyPatch) -> None:
    """No ImportError reaches the caller."""
    monkeypatch.setitem(sys.modules, "typst", None)
    with pytest.raises(UsageError, match="typst") as caught:
        render_pdf(documents.document())
    assert caught.value.code == "EXTRA_MISSING"


def test_a_code_without_segno_is_an_error_with_a_code(monkeypatch: pytest.MonkeyPatch) -> None:
    """As for typst."""
    monkeypatch.setitem(sys.modules, "segno", None)
    with pytest.raises(UsageError, match="segno") as caught:
        encode_qr("CUSTODY1:0")
    assert caught.value.code == "EXTRA_MISSING"


def test_importing_the_renderers_imports_no_extra() -> None:
    """Who asks for a page in HTML pays for no PDF."""
    code = (
        "import sys, custody.filing.pdf_file, custody.filing.html_page;"
        "sys.exit(bool({'typst', 'segno', 'PIL', 'pyhanko'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
