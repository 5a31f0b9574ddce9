"""`custody report`: a new file in the chosen form, and the exit codes of `verify`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.unit.cli.conftest import Shell

AT = ("--at", "2026-02-01T00:00:00Z")
TRUSTED = ("--trust", "w-01.pub", *AT)


@pytest.mark.parametrize("lang", ["en", "ar"])
def test_a_page_is_written_by_its_ending(shell: Shell, place: Path, lang: str) -> None:
    """Nothing goes to standard output; a word of warning goes beside it."""
    pytest.importorskip("segno")
    ran = shell("report", "b", "--out", "r.html", "--lang", lang, *TRUSTED)
    assert (ran.code, ran.out) == (0, "")
    assert "evidence is the bundle" in ran.err
    assert f'<html lang="{lang}"' in (place / "r.html").read_text("utf-8")


def test_a_pdf_is_written(shell: Shell, place: Path) -> None:
    """The same bytes for the same moment."""
    pytest.importorskip("typst")
    pytest.importorskip("segno")
    for name in ("r.pdf", "again.pdf"):
        assert shell("report", "b", "--out", name, *TRUSTED).code == 0
    first = (place / "r.pdf").read_bytes()
    assert first.startswith(b"%PDF")
    assert first == (place / "again.pdf").read_bytes()


def test_json_is_that_of_verify(shell: Shell, place: Path) -> None:
    """One result, however it is asked for; the form goes before the ending."""
    assert shell("report", "b", "--out", "r.txt", "--format", "json", *TRUSTED).code == 0
    assert (place / "r.txt").read_text("utf-8") == shell("verify", "b", "--json", *TRUSTED).out


def test_what_is_refuted_is_reported_too(shell: Shell, place: Path) -> None:
    """Exit code 1, and a file that says why."""
    next((place / "b" / "data").iterdir()).write_bytes(b"changed")
    assert shell("report", "b", "--out", "r.json", *TRUSTED).code == 1
    assert json.loads((place / "r.json").read_bytes())["exit_code"] == 1


def test_what_is_undetermined_is_3(shell: Shell, place: Path) -> None:
    """Nobody is trusted; and with --before the existence is required as well."""
    assert shell("report", "b", "--out", "r.json", "--trust", "none", *AT).code == 3
    ran = shell("report", "b", "--out", "s.json", "--before", "2020-01-01", *TRUSTED)
    assert ran.code == 3
    assert "existed-before" in json.loads((place / "s.json").read_bytes())["required"]


def test_no_file_is_replaced_and_none_is_put_into_a_bundle(shell: Shell, place: Path) -> None:
    """As with everything that custody writes."""
    (place / "r.json").write_text("kept", "utf-8")
    assert shell("report", "b", "--out", "r.json", *TRUSTED).code == 4
    assert (place / "r.json").read_text("utf-8") == "kept"
    assert shell("report", "b", "--out", "b/custody/r.json", *TRUSTED).code == 2


def test_an_ending_that_says_nothing_wants_a_form(shell: Shell) -> None:
    """Nothing is guessed."""
    ran = shell("report", "b", "--out", "report", *TRUSTED)
    assert ran.code == 2
    assert "--format pdf" in ran.err


def test_what_is_not_there_leaves_no_file(shell: Shell, place: Path) -> None:
    """A bundle that cannot be opened, and nothing half written."""
    before = set(place.iterdir())
    assert shell("report", "none-here", "--out", "r.json", *TRUSTED).code == 4
    assert set(place.iterdir()) == before


@pytest.mark.parametrize("given", ["src", "text"])
@pytest.mark.parametrize("out", ["r.json", "r.html", "r.pdf"])
def test_what_is_no_bundle_is_refused_and_nothing_is_written(
    shell: Shell, place: Path, given: str, out: str
) -> None:
    """A report on it would read like one on a bundle; with the hint that verify gives."""
    (place / "text").write_text("no bundle", "utf-8")
    ran = shell("report", given, "--out", out, *TRUSTED)
    assert ran.code == 4
    assert "[NO_BUNDLE]" in ran.err
    assert "is no bundle" in ran.err
    assert not (place / out).exists()


def test_without_the_extra_it_is_said_what_to_install(
    shell: Shell, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before anything is verified."""
    monkeypatch.setattr("custody.cli.documents.find_spec", lambda _name: None)
    ran = shell("report", "b", "--out", "r.pdf", *TRUSTED)
    assert ran.code == 2
    assert "[EXTRA_MISSING]" in ran.err
    assert "custody[report]" in ran.err
    assert not (place / "r.pdf").exists()
