"""`custody export --as`: unsigned views, printed or in a new file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.unit.cli.conftest import Shell

AT = ("--at", "2026-02-01T00:00:00Z")
MARK = {"prov": '{"prefix":', "premis": "<?xml", "case": '{"@context":'}


@pytest.mark.parametrize("vocabulary", list(MARK))
def test_a_view_is_printed(shell: Shell, vocabulary: str) -> None:
    """Nothing else goes to standard output, and nothing is said."""
    ran = shell("export", "b", "--as", vocabulary, "--trust", "w-01.pub", *AT)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith(MARK[vocabulary])


def test_a_view_in_a_file_is_the_one_that_is_printed(shell: Shell, place: Path) -> None:
    """Complete, new, with a word of warning."""
    ran = shell("export", "b", "--as", "prov", "--to", "view.json", "--trust", "w-01.pub", *AT)
    assert ran.code == 0
    assert ran.out == ""
    assert "an unsigned view; evidence is the bundle" in ran.err
    printed = shell("export", "b", "--as", "prov", "--trust", "w-01.pub", *AT)
    assert (place / "view.json").read_text("utf-8") == printed.out
    assert json.loads(printed.out)["activity"]


def test_no_file_is_replaced_and_none_is_put_into_a_bundle(shell: Shell, place: Path) -> None:
    """As with everything that custody writes."""
    (place / "view.json").write_text("kept", "utf-8")
    assert shell("export", "b", "--as", "prov", "--to", "view.json", "--trust", "none").code == 4
    assert (place / "view.json").read_text("utf-8") == "kept"
    assert shell("export", "b", "--as", "prov", "--to", "b/custody/view", "--trust", "none").code == 2


def test_what_is_refuted_leaves_no_file(shell: Shell, place: Path) -> None:
    """Exit code 1, and the codes why."""
    next((place / "b" / "data").iterdir()).write_bytes(b"changed")
    ran = shell("export", "b", "--as", "case", "--to", "view", "--trust", "w-01.pub")
    assert ran.code == 1
    assert "intact refuted" in ran.err
    assert "[NOT_PROVEN]" in ran.err
    assert not (place / "view").exists()


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("--as", "prov", "--names", "d"),
        ("--names", "d", "--to", "f"),
        ("--to", "f"),
        ("--as", "dublin-core"),
    ],
)
def test_one_thing_is_asked_for(shell: Shell, words: tuple[str, ...]) -> None:
    """Names or a view; a file for a view alone."""
    assert shell("export", "b", "--trust", "none", *words).code == 2


def test_a_view_of_nothing_is_refused(shell: Shell, place: Path) -> None:
    """A folder that is no bundle."""
    assert shell("export", "src", "--as", "prov", "--trust", "none").code == 4
    assert place.exists()


def test_a_proof_that_is_asked_for_and_missing(shell: Shell) -> None:
    """`--before` is a demand here too."""
    assert shell("export", "b", "--as", "prov", "--trust", "w-01.pub", "--before", "2026-01-01").code == 3
