"""`custody contact-sheet`: a page of derived pictures, and why others are missing."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.tools.pictures import plain
from tests.unit.cli.conftest import Shell

AT = ("--at", "2027-02-01T00:00:00Z")


@pytest.fixture
def album(shell: Shell, place: Path) -> str:
    """A sealed bundle with a picture, a text, and a broken picture."""
    folder = place / "album"
    folder.mkdir()
    (folder / "1.jpg").write_bytes(plain())
    (folder / "2.txt").write_text("words", "utf-8")
    (folder / "3.jpg").write_bytes(b"\xff\xd8\xff broken")
    words = ("seal", "album", "--out", "sealed", "--key", "k", "--passphrase-file", "p", "--order", "path")
    ran = shell(*words)
    assert ran.code == 0, ran.err
    return "sealed"


def sheet(shell: Shell, bundle: str, *words: str) -> tuple[int, str, str]:
    """Make a contact sheet."""
    return shell("contact-sheet", bundle, "--trust", "w-02.pub", *AT, *words)


def test_a_page_is_written(shell: Shell, place: Path, album: str) -> None:
    """The codes are for whoever makes it."""
    code, out, err = sheet(shell, album, "--out", "sheet.html")
    assert code == 0, err
    assert out == 'drew 1 of 3 items into "sheet.html"\n'
    assert "not drawn, FORMAT: 3\n" in err
    assert "not drawn, NOT_PICTURE: 2\n" in err
    assert "these are derived pictures; evidence is the bundle" in err
    page = (place / "sheet.html").read_bytes()
    assert page.count(b"data:image/jpeg") == 1
    assert sheet(shell, album, "--out", "again.html")[0] == 0
    assert (place / "again.html").read_bytes() == page


def test_a_pdf_is_written(shell: Shell, place: Path, album: str) -> None:
    """In Arabic as well; the same bytes each time."""
    for name in ("one.pdf", "two.pdf"):
        code, _, err = sheet(shell, album, "--out", name, "--lang", "ar", "--items", "1")
        assert code == 0, err
    assert (place / "one.pdf").read_bytes()[:5] == b"%PDF-"
    assert (place / "one.pdf").read_bytes() == (place / "two.pdf").read_bytes()


@pytest.mark.parametrize(
    "words",
    [
        ("--out", "sheet.jpg"),
        ("--out", "sheet"),
        ("--out", "sheet.html", "--items", "x"),
        ("--out", "sheet.html", "--items", "1-9"),
        ("--out", "sealed/sheet.html"),
        (),
    ],
)
def test_a_wrong_call_writes_nothing(shell: Shell, place: Path, album: str, words: tuple[str, ...]) -> None:
    """Exit code 2."""
    before = sorted(place.rglob("*"))
    assert sheet(shell, album, *words)[0] == 2
    assert sorted(place.rglob("*")) == before


def test_no_file_is_replaced(shell: Shell, place: Path, album: str) -> None:
    """As with everything that custody writes."""
    (place / "sheet.html").write_text("kept", "utf-8")
    assert sheet(shell, album, "--out", "sheet.html")[0] == 4
    assert (place / "sheet.html").read_text("utf-8") == "kept"


def test_what_is_not_intact_has_no_sheet(shell: Shell, place: Path, album: str) -> None:
    """Exit code 1 where it is refuted, and no file."""
    next((place / album / "data").iterdir()).write_bytes(b"changed")
    code, _, err = sheet(shell, album, "--out", "sheet.html")
    assert (code, "[NOT_PROVEN]" in err) == (1, True)
    assert not (place / "sheet.html").exists()


def test_a_moment_that_is_not_shown_is_no_sheet(shell: Shell, place: Path, album: str) -> None:
    """Exit code 3: nothing proves when the seal was there."""
    code, _, _ = sheet(shell, album, "--out", "sheet.html", "--before", "2027-01-01T00:00:00Z")
    assert code == 3
    assert not (place / "sheet.html").exists()
