"""A certificate as a PDF: read by poppler, signed, and still whole."""

from __future__ import annotations

import hashlib
import re
import subprocess
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from custody.filing.certificate import Kind
from custody.filing.certificate_document import certificate_document
from custody.filing.declaration import Declaration
from custody.filing.pdf_file import render_pdf
from custody.filing.sign_pdf import sign_pdf
from tests.tools.authority import TestAuthority
from tests.unit.filing.certificates import checked, copied, facts_of, handed_over, sealed
from tests.unit.filing.signing import AT, signing_key

DIGEST = hashlib.sha256(b"one").hexdigest()
STORY = checked(handed_over(sealed(*(copied(f"{n}.txt", "one", DIGEST) for n in range(100)))))
AUTHORITY = TestAuthority("first")


@cache
def pdf(kind: Kind, lang: str) -> bytes:
    """Return a certificate about a hundred files."""
    declaration = Declaration(said={"declarant.name": "Person Seven"}, country="NO")
    return render_pdf(certificate_document(facts_of(STORY, kind=kind, declaration=declaration), lang))


def read(path: Path, tool: str, *options: str) -> str:
    """Return what a tool of poppler prints about a file, or with options the text in it."""
    end = ["-"] if options else []
    done = subprocess.run([tool, *options, str(path), *end], capture_output=True, check=True)
    return done.stdout.decode("utf-8")


@pytest.mark.parametrize("kind", Kind)
def test_poppler_reads_every_value_whole(
    kind: Kind, tmp_path: Path, require_tool: Callable[[str], str]
) -> None:
    """Digests and ids in one piece; a hundred files fill at most five pages."""
    path = tmp_path / "c.pdf"
    path.write_bytes(pdf(kind, "en"))
    text = read(path, require_tool("pdftotext"), "-enc", "UTF-8", "-layout")
    assert text.count(DIGEST) >= 100
    for value in (STORY.seal_id, STORY.root, STORY.head, "Person Seven"):
        assert value in text
    told = read(path, require_tool("pdfinfo"))
    pages = next(int(line.split()[-1]) for line in told.splitlines() if line.startswith("Pages:"))
    assert pages <= 5


def test_poppler_reads_arabic_as_it_was_written(tmp_path: Path, require_tool: Callable[[str], str]) -> None:
    """Letters in their order, digests too."""
    path = tmp_path / "c.pdf"
    path.write_bytes(pdf(Kind.STATEMENT, "ar"))
    text = read(path, require_tool("pdftotext"), "-enc", "UTF-8")
    assert "تطابق كل شيء" in text
    assert STORY.seal_id in text


def test_what_stands_on_every_page_runs_as_the_document_does(
    tmp_path: Path, require_tool: Callable[[str], str]
) -> None:
    """Also at the foot of the pages of the translation, where "page 5 of 6" would become "6 page 5 of"."""
    path = tmp_path / "c.pdf"
    path.write_bytes(pdf(Kind.FRE_902_14, "ar"))
    text = read(path, require_tool("pdftotext"), "-enc", "UTF-8", "-layout")
    feet = re.findall(r"page \d+ of \d+", text)
    assert len(feet) == text.count("\f")


@pytest.mark.parametrize("lang", ["en", "ar"])
def test_a_signed_certificate_is_valid_and_whole(
    lang: str, tmp_path: Path, require_tool: Callable[[str], str]
) -> None:
    """By pdfsig and qpdf; not a byte before the signature has changed."""
    made = pdf(Kind.FRE_902_14, lang)
    signed = sign_pdf(
        made,
        signer=signing_key(),
        at=AT,
        timestamp=lambda name, digest: AUTHORITY.stamp(digest=digest, hash=name, at=AT),
    )
    assert signed.startswith(made)
    path = tmp_path / "signed.pdf"
    path.write_bytes(signed)
    done = subprocess.run([require_tool("pdfsig"), str(path)], capture_output=True, check=False, text=True)
    assert "Signature is Valid" in done.stdout
    assert "Total document signed" in done.stdout
    checked_by_qpdf = subprocess.run(
        [require_tool("qpdf"), "--check", str(path)], check=False, capture_output=True
    )
    assert checked_by_qpdf.returncode == 0, checked_by_qpdf.stdout


def test_the_same_facts_give_the_same_bytes() -> None:
    """Also of the PDF."""
    pdf.cache_clear()
    one = pdf(Kind.STATEMENT, "en")
    pdf.cache_clear()
    assert pdf(Kind.STATEMENT, "en") == one
