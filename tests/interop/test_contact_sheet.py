"""Stock tools look at a contact sheet: is it a sound PDF, what does it say, which pictures are in it?"""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from custody.filing.contact_sheet import sheet_of
from custody.filing.pdf_file import render_pdf
from custody.filing.picture_worker import draw
from tests.tools.bundles import Item, make_bundle, seed_signer
from tests.tools.memory import MemorySource, judge, trusting
from tests.tools.pictures import telling

SEALER = seed_signer("w-01")


@pytest.fixture(params=["en", "ar"])
def sheet(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A sheet with one picture and one box, in each language."""
    kind = {"kind": {"kind": "media"}, "name": "SECRET-name.jpg"}
    items = [Item(data=data, ext="jpg", fields=kind) for data in (telling(), b"\xff\xd8\xff broken")]
    bundle = make_bundle(items, signers=[SEALER])
    report = judge(bundle.files, trusting(SEALER))
    path = tmp_path / "sheet.pdf"
    path.write_bytes(render_pdf(sheet_of(report, MemorySource(bundle.files), lang=request.param)))
    return path


def test_qpdf_finds_no_fault(require_tool: Callable[[str], str], sheet: Path) -> None:
    """Syntax, streams, cross-references."""
    ran = subprocess.run([require_tool("qpdf"), "--check", str(sheet)], capture_output=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_its_words_can_be_taken_out(require_tool: Callable[[str], str], sheet: Path) -> None:
    """Digest, code and algorithm in their order, and no name."""
    words = [require_tool("pdftotext"), "-layout", str(sheet), "-"]
    text = subprocess.run(words, capture_output=True, check=True).stdout.decode()
    assert "FORMAT" in text
    assert "SHA-256" in text
    assert "SECRET" not in text


def test_the_picture_in_it_is_the_one_that_was_made(require_tool: Callable[[str], str], sheet: Path) -> None:
    """As it is, with nothing that a camera wrote."""
    require_tool("pdftotext")
    words = [require_tool("pdfimages"), "-all", str(sheet), str(sheet.with_suffix(""))]
    subprocess.run(words, check=True)
    found = [path.read_bytes() for path in sorted(sheet.parent.glob("sheet-*.jpg"))]
    assert found == [draw(telling())]
